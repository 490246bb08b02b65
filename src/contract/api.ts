// What may cross the border between window and main process: one list, typed once for preload, handlers and stores.
import type { CommandId } from './commands';
import type {
  MachineSummary,
  NumberExplanation,
  PhaseId,
  ProfileOverlay,
  RebootPath,
  RunOptions,
  RunRecord,
  VariationId,
} from './records';

/** A failure as people read it: what happened and why, what to do next, a stable code. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly nextStep: string;
  /** For a report, several lines: what the machine's console said, addresses, sizes. Not for the first glance. */
  readonly details?: string;
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

/** What to compare. The first path is the baseline. */
export interface ComparisonRequest {
  readonly profileId: string;
  readonly paths: readonly RebootPath[];
  readonly seed: number;
  readonly overlay: ProfileOverlay;
  /** Variation models that are on; all of them when left out. */
  readonly variations?: readonly VariationId[];
  /** How the lab kernel restarts, does a kexec, drives its devices and talks. */
  readonly options?: RunOptions;
  /** A Linux instead of the lab kernel. */
  readonly linux?: LinuxIdentity;
}

/** Which Linux was measured: names for people, hashes for the configuration. The content travels apart. */
export interface LinuxIdentity {
  readonly kernelName: string;
  readonly kernelSha256: string;
  readonly initrdName: string | null;
  readonly initrdSha256: string | null;
  readonly commandLine: string;
  readonly readyText: string;
  readonly marks: readonly { readonly text: string; readonly phase: PhaseId }[];
}

/** A finished comparison: plain data. */
export interface Comparison {
  readonly id: string;
  readonly request: ComparisonRequest;
  readonly configHash: string;
  /** In the order of the request's paths. */
  readonly records: readonly RunRecord[];
  /** The comparison as one sentence, the same in window and terminal. */
  readonly answer: string;
}

export interface ComparisonProgress {
  readonly comparisonId: string;
  /** 0..1, never falls. */
  readonly fraction: number;
  readonly pathsDone: number;
  readonly pathsTotal: number;
  /** "warm: Memory test". */
  readonly text: string;
}

export type ComparisonEnd =
  | {
      readonly comparisonId: string;
      readonly status: 'done';
      readonly comparison: Comparison;
      /** Why it is not in the history, if it is not. */
      readonly notKept?: Failure;
    }
  | { readonly comparisonId: string; readonly status: 'failed'; readonly failure: Failure }
  | { readonly comparisonId: string; readonly status: 'cancelled' };

/** Where an export went; null when the person closed the dialog. */
export interface SavedFiles {
  readonly paths: readonly string[];
}

/** A number of a finished comparison: a column of a row of runs.csv or phases.csv. */
export interface NumberRequest {
  readonly comparisonId: string;
  /** The row's `run_order`. */
  readonly runOrder: number;
  readonly table: 'runs' | 'phases';
  readonly column: string;
  /** In phases.csv the row's `phase_index`; several are added up. */
  readonly phaseIndexes?: readonly number[];
}

/** What of the history is asked for; all conditions hold at once. */
export interface HistoryQuery {
  /** Somewhere in name, notes or id. */
  readonly text: string;
  readonly isStarred: boolean;
  /** How many entries to pass over, and how many to give at most. */
  readonly offset: number;
  readonly limit: number;
}

/** A line of the history. */
export interface HistoryItem {
  readonly entryId: number;
  readonly name: string;
  readonly notes: string;
  readonly tags: readonly string[];
  readonly isStarred: boolean;
  /** Equal where the configurations are the same. */
  readonly planHash: string;
  readonly machines: readonly string[];
  readonly paths: readonly RebootPath[];
  readonly plannedRuns: number;
  readonly doneRuns: number;
  readonly failedRuns: number;
  /** ISO 8601, UTC. */
  readonly lastStartedAt: string;
  readonly status: 'running' | 'done' | 'cancelled' | 'failed' | 'interrupted';
}

export interface HistoryPage {
  readonly items: readonly HistoryItem[];
  /** How many entries answer the query, on all pages. */
  readonly total: number;
  /** What happened to the store before it was opened, told once. */
  readonly notices: readonly string[];
}

/** What a person changes about an entry; what is left out stays. */
export interface HistoryChange {
  readonly entryId: number;
  readonly name?: string;
  readonly notes?: string;
  readonly isStarred?: boolean;
  readonly addTags?: readonly string[];
  readonly removeTags?: readonly string[];
}

/** One point and seed of an entry. */
export interface HistoryPlace {
  readonly entryId: number;
  readonly pointIndex: number;
  readonly repetition: number;
}

/** A point of an entry as a comparison, and what other points there are. */
export interface OpenedEntry {
  readonly place: HistoryPlace;
  readonly name: string;
  readonly comparison: Comparison;
  /** A label for each point: "memory.ramBytes 67108864". */
  readonly points: readonly string[];
  readonly repetitions: number;
}

/** What two entries have in common and what not. */
export interface HistoryComparison {
  readonly isSameConfiguration: boolean;
  readonly isSameEngine: boolean;
  /** A setting that is not the same in both; null: there is none of that name. */
  readonly differences: readonly {
    readonly name: string;
    readonly first: string | null;
    readonly second: string | null;
  }[];
}

/** Requests of the window to the main process, and the events back. */
export interface LabApi {
  listMachines(): Promise<Result<readonly MachineSummary[]>>;
  /** Begins a comparison and returns at once; its end always comes through onComparisonEnd. */
  startComparison(request: ComparisonRequest): Promise<Result<{ readonly comparisonId: string }>>;
  cancelComparison(comparisonId: string): Promise<Result<null>>;
  /** Where a number comes from. The first question about a run runs it again, which takes as long as it did. */
  explainNumber(request: NumberRequest): Promise<Result<NumberExplanation>>;
  /** Asks for a folder with the system's dialog and writes runs.csv and phases.csv of a finished comparison. */
  exportCsv(comparisonId: string): Promise<Result<SavedFiles | null>>;
  /** Asks for a file name and writes a PNG made by the window. */
  exportPng(input: { readonly suggestedName: string; readonly png: Uint8Array }): Promise<Result<SavedFiles | null>>;
  /** The last started first. */
  listHistory(query: HistoryQuery): Promise<Result<HistoryPage>>;
  changeHistory(change: HistoryChange): Promise<Result<HistoryItem>>;
  /** Deletes an entry and those of its runs that no other has. It cannot be undone. */
  deleteHistory(entryId: number): Promise<Result<{ readonly deletedRuns: number }>>;
  /** A kept point becomes a comparison that can be looked at, asked and exported. */
  openHistory(place: HistoryPlace): Promise<Result<OpenedEntry>>;
  compareHistory(pair: { readonly first: number; readonly second: number }): Promise<Result<HistoryComparison>>;
  /** At most ten times a second. Returns the unsubscribe function. */
  onComparisonProgress(listener: (progress: ComparisonProgress) => void): () => void;
  onComparisonEnd(listener: (end: ComparisonEnd) => void): () => void;
  /** A command chosen in the menu. */
  onCommand(listener: (command: CommandId) => void): () => void;
}
