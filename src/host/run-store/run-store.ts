// What the run store promises: one SQLite file (*.bootruns) that keeps experiments and every finished run. Format and durability:
// docs/run-store.md. Types only; openRunStore is in open-store.ts.
import type { Failure, Result } from '../../contract/api';
import type { PathRecord, RebootPath } from '../../emulator/index';
import type { Experiment, ExperimentResults, PlannedRun, RunOutcome } from '../../lab/experiment/experiment';

/** What makes a run the same as another: nothing else can change a cycle. */
export interface RunKey {
  readonly configHash: string;
  /** 0 where no variation model is on: then every seed gives the same record. */
  readonly seed: number;
  /** SHA-256 over the worker bundle and the guest images. */
  readonly engineBuild: string;
}

/** An experiment that is about to be executed. */
export interface ExecutionRequest {
  readonly experiment: Experiment;
  /** SHA-256 of the experiment's canonical JSON without name and notes. */
  readonly experimentHash: string;
  readonly engineVersion: string;
  readonly engineBuild: string;
  /** The whole plan, in its order. */
  readonly planned: readonly PlannedRun[];
  /** Of this host; found again in `HistoryEntry.executions`. */
  readonly host: ExecutionHost;
}

/** Facts of the host: for people and results.json, never for CSV. */
export interface ExecutionHost {
  /** "linux-x64". */
  readonly platform: string;
  /** "cli 0.1.0, Node 20.20.2". */
  readonly program: string;
  readonly workers: number;
}

/** An execution under way. */
export interface Execution {
  readonly entryId: number;
  readonly executionId: number;
  /** Positions (`PlannedRun.runOrder`) whose record is there already, from this experiment or another: they need not run. */
  readonly doneRunOrders: ReadonlySet<number>;
}

/** Facts of the host about one run. */
export interface RunHost {
  readonly worker: number;
  readonly wallMs: number;
}

export type ExecutionEnd = 'done' | 'cancelled' | 'failed';

/** How an execution stands in the history. `interrupted`: its process ended without saying so. */
export interface ExecutionSummary {
  readonly executionId: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly status: ExecutionEnd | 'running' | 'interrupted';
  /** Runs it computed, or tried and failed. */
  readonly runs: number;
  readonly host: ExecutionHost;
}

/** One line of the history: an experiment as one engine build ran it. Running it again adds an execution, not an entry. */
export interface HistoryEntry {
  /** What people type: 1, 2, 3 ... in this store. */
  readonly entryId: number;
  /** The experiment's own id and its name, which may be changed here. */
  readonly experimentId: string;
  readonly name: string;
  readonly notes: string;
  readonly tags: readonly string[];
  readonly isStarred: boolean;
  readonly experimentHash: string;
  /** Of all configurations in the order of the plan: equal hashes, same configuration. */
  readonly planHash: string;
  readonly engineVersion: string;
  readonly engineBuild: string;
  readonly machines: readonly string[];
  readonly paths: readonly RebootPath[];
  readonly plannedRuns: number;
  readonly doneRuns: number;
  readonly failedRuns: number;
  /** ISO 8601, UTC: of the first execution's start, and of the last one's. */
  readonly createdAt: string;
  readonly lastStartedAt: string;
  readonly status: ExecutionSummary['status'];
}

/** All given conditions hold at once. */
export interface HistoryFilter {
  /** Somewhere in name, notes or the experiment's id; capitals do not matter. */
  readonly text?: string;
  readonly tag?: string;
  readonly machine?: string;
  readonly path?: RebootPath;
  readonly isStarred?: boolean;
  /** Last started on or after this day or instant ("2026-11-23", ISO 8601, UTC), and before the end of that one. */
  readonly since?: string;
  readonly until?: string;
}

/** What a person may change about an entry; what is left out stays. */
export interface EntryChanges {
  readonly name?: string;
  readonly notes?: string;
  readonly isStarred?: boolean;
  readonly addTags?: readonly string[];
  readonly removeTags?: readonly string[];
}

/** Something that happened to the store before it was opened, to be told once. */
export interface StoreNotice {
  readonly code: 'STORE-LOCK-REMOVED' | 'STORE-INTERRUPTED' | 'STORE-MIGRATED';
  readonly text: string;
}

/**
 * The store. Every call is one transaction, committed and on the disk when it returns; other processes may call in between.
 * Nothing throws except the iteration of `runs` (RunStoreError). Failures: HOST-STORE-* (failure.ts).
 */
export interface RunStore {
  readonly file: string;
  /** In the order they were found; more may come while the store is open. */
  readonly notices: readonly StoreNotice[];

  /** A record that this build computed before, as it was first computed: `placeRecord` gives it the planned run's place. */
  findRun(key: RunKey): Result<PathRecord | null>;
  /** Mean time that this build took for runs of a machine on a path, in milliseconds of this host; null where none was measured. */
  meanWallMs(run: {
    readonly machine: string;
    readonly path: RebootPath;
    readonly engineBuild: string;
  }): Result<number | null>;
  /** Notes that an execution begins. The same experiment, plan and build is the same entry: this resumes it. */
  beginExecution(request: ExecutionRequest): Result<Execution>;
  /**
   * Keeps what became of a run. A record serves every run of the plan with the same key.
   * @returns positions in the plan that are done by it; empty for a failure
   */
  saveRun(executionId: number, planned: PlannedRun, outcome: RunOutcome, host: RunHost): Result<readonly number[]>;
  endExecution(executionId: number, end: ExecutionEnd): Result<null>;

  /** The last started first. */
  listEntries(filter?: HistoryFilter): Result<readonly HistoryEntry[]>;
  findEntry(entryId: number): Result<HistoryEntry>;
  executionsOf(entryId: number): Result<readonly ExecutionSummary[]>;
  /**
   * An entry as exports take it. `runs` may be iterated any number of times, in the order of the plan; runs that had no turn
   * are `not-run`. It reads in portions, holds no lock between them, and throws RunStoreError when the store fails meanwhile.
   */
  resultsOf(entryId: number): Result<ExperimentResults>;
  changeEntry(entryId: number, changes: EntryChanges): Result<HistoryEntry>;
  /** Deletes an entry and those of its runs that no other entry has. */
  deleteEntry(entryId: number): Result<{ readonly deletedRuns: number }>;

  /** Frees what it holds; a second call does nothing. */
  close(): void;
}

/** A failure while runs are being read. */
export class RunStoreError extends Error {
  override readonly name = 'RunStoreError';
  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}

/** How a store is opened. */
export interface RunStoreOptions {
  /** How long to wait for another process. */
  readonly waitMs?: number;
  /** What a new file's entries are dated with; the system's clock unless given. */
  readonly now?: () => Date;
}
