// Carries out a plan: computes what the store has not, keeps each run at once, and ends in an orderly way whatever happens.
// The same configuration and seed is computed once. Order of completion, workers and interruptions change no result.
import { setMaxListeners } from 'node:events';
import type { Result } from '../../contract/api';
import type { GuestImages, PathRecord, PathRunRequest } from '../../emulator/index';
import type { ExperimentPlan, PlannedRun, RunOutcome } from '../../lab/index';
import { placeRecord } from '../../lab/index';
import { LIMIT_CYCLES } from '../compare-paths';
import type { EngineHost } from '../engine-host';
import { CANCELLED_CODE, failureOf, succeed } from '../failure';
import type { Failed } from '../failure';
import type { ExecutionHost, RunStore } from '../run-store/run-store';
import type { ExperimentProgress } from './experiment-progress';
import { ProgressReporter, RunTimes } from './experiment-progress';
import { DEFAULT_HANG_MS, runWatched } from './run-watched';

export interface ExperimentInput {
  readonly plan: ExperimentPlan;
  readonly images: GuestImages;
  readonly engine: EngineHost;
  /** hashEngineBuild of this engine. */
  readonly engineBuild: string;
  readonly engineVersion: string;
  readonly store: RunStore;
  /** For people; `workers` is how many runs are computed at a time. */
  readonly host: ExecutionHost;
}

export interface ExperimentOptions {
  /** At most ten times a second. */
  readonly onProgress?: (progress: ExperimentProgress) => void;
  /** How long a run may give no sign of life. */
  readonly hangMs?: number;
  /** A clock of the host in milliseconds, for durations only. */
  readonly nowMs?: () => number;
}

/** How an experiment ended. What was kept is in the store under `entryId`. */
export interface ExperimentEnd {
  readonly entryId: number;
  /** `done`: every run had its turn, some may have failed. */
  readonly status: 'done' | 'cancelled';
  readonly totalRuns: number;
  readonly doneRuns: number;
  readonly reusedRuns: number;
  readonly failedRuns: number;
}

/** An experiment under way. */
export interface RunningExperiment {
  /** Always comes, and never rejects. A failure is the store's: the experiment cannot be kept. */
  readonly end: Promise<Result<ExperimentEnd>>;
  /** No run begins; those in a worker go on to their end. */
  pause(): void;
  resume(): void;
  /** Ends when the runs now in a worker have ended; they are kept. */
  stop(): void;
  /** Ends at once; runs now in a worker are lost. */
  cancel(): void;
}

/** Begins an experiment, or goes on with one the store knows. */
export function startExperiment(input: ExperimentInput, options: ExperimentOptions = {}): RunningExperiment {
  const pausing = createGate();
  const canceller = new AbortController();
  // One listener for each worker.
  setMaxListeners(0, canceller.signal);
  let isStopping = false;
  const stop = () => {
    isStopping = true;
    pausing.open();
  };
  const control: Control = { pausing, cancel: canceller.signal, isStopping: () => isStopping };
  return {
    end: execute(input, options, control).catch((error: unknown) => ({ ok: false, failure: failureOf(error) })),
    pause: () => pausing.close(),
    resume: () => pausing.open(),
    stop,
    cancel() {
      canceller.abort();
      stop();
    },
  };
}

interface Control {
  readonly pausing: Gate;
  readonly cancel: AbortSignal;
  readonly isStopping: () => boolean;
}

async function execute(
  { plan, images, engine, engineBuild, engineVersion, store, host }: ExperimentInput,
  { onProgress, hangMs = DEFAULT_HANG_MS, nowMs = () => performance.now() }: ExperimentOptions,
  control: Control,
): Promise<Result<ExperimentEnd>> {
  const { experiment, experimentHash, runs: planned } = plan;
  const begun = store.beginExecution({ experiment, experimentHash, engineVersion, engineBuild, planned, host });
  if (!begun.ok) return begun;
  const { entryId, executionId, doneRunOrders } = begun.value;

  const shared = shareRuns(plan, doneRunOrders);
  const times = new RunTimes(
    shared.map(([first]) => first),
    ({ path, point }) => {
      const earlier = store.meanWallMs({ machine: point.profileId, path, engineBuild });
      return earlier.ok ? earlier.value : null;
    },
  );
  let next = 0;
  const remainingMs = () => {
    const oneByOneMs = times.remainingMs();
    return oneByOneMs === null ? null : oneByOneMs / host.workers;
  };
  const progress = new ProgressReporter(planned.length, doneRunOrders.size, remainingMs, onProgress);
  control.pausing.onChange = (isOpen) => {
    progress.isPaused = !isOpen;
    progress.report();
  };
  let storeFailure: Failed | null = null;

  /** Keeps what became of runs with one key. */
  const keep = (runs: readonly PlannedRun[], result: Result<PathRecord>, worker: number, wallMs: number) => {
    const runHost = { worker, wallMs };
    // A record serves all of them; a failure is each one's own.
    const saved = result.ok ? runs.slice(0, 1) : runs;
    for (const run of saved) {
      const kept = store.saveRun(executionId, run, outcomeOf(run, result), runHost);
      if (!kept.ok) storeFailure ??= kept;
    }
    progress.ended(worker, result.ok ? { done: runs.length } : { failed: runs.length });
  };

  const work = async (worker: number) => {
    for (;;) {
      await control.pausing.whenOpen();
      if (control.isStopping() || storeFailure || next === shared.length) return;
      const runs = shared[next++];
      const [first] = runs;
      times.begin(first);
      // Another program may have computed it meanwhile.
      const found = store.findRun({ ...keyOf(plan, first), engineBuild });
      if (!found.ok) {
        storeFailure ??= found;
        return;
      }
      if (found.value) {
        times.end(first, null);
        keep(runs, succeed(found.value), worker, 0);
        continue;
      }
      progress.runs(worker, first, 'starting');
      const startedMs = nowMs();
      const result = await runWatched(engine, requestOf(plan, first, images), {
        hangMs,
        cancel: control.cancel,
        onProgress: ({ phaseName }) => progress.runs(worker, first, phaseName),
      });
      if (!result.ok && result.failure.code === CANCELLED_CODE) return progress.ended(worker, {});
      const wallMs = Math.round(nowMs() - startedMs);
      times.end(first, wallMs);
      keep(runs, result, worker, wallMs);
    }
  };

  progress.report();
  await Promise.all(Array.from({ length: Math.max(1, host.workers) }, (_, worker) => work(worker)));
  progress.finish();

  const { doneRuns, failedRuns, reusedRuns } = progress.counts;
  const status = doneRuns + failedRuns === planned.length ? 'done' : 'cancelled';
  const ended = store.endExecution(executionId, storeFailure ? 'failed' : status);
  if (storeFailure) return storeFailure;
  if (!ended.ok) return ended;
  return succeed({ entryId, status, totalRuns: planned.length, doneRuns, reusedRuns, failedRuns });
}

function outcomeOf(run: PlannedRun, result: Result<PathRecord>): RunOutcome {
  if (result.ok) return { status: 'done', record: placeRecord(result.value, run) };
  const { code, message } = result.failure;
  return { status: 'failed', code, message };
}

function requestOf(plan: ExperimentPlan, { point, path, seed }: PlannedRun, images: GuestImages): PathRunRequest {
  const { profile, lab } = plan.points[point.pointIndex];
  const { variations } = plan;
  return { profile, path, seed, variations, images, linux: null, lab, limitCycles: LIMIT_CYCLES };
}

/** What makes a run the same as another of this build: without variation models the seed changes nothing. */
function keyOf({ variations }: ExperimentPlan, { configHash, seed }: PlannedRun) {
  return { configHash, seed: variations.length === 0 ? 0 : seed };
}

/** Runs that are not done, those with the same key together, in the order of their first. */
function shareRuns(plan: ExperimentPlan, doneRunOrders: ReadonlySet<number>): PlannedRun[][] {
  const byKey = new Map<string, PlannedRun[]>();
  for (const run of plan.runs) {
    if (doneRunOrders.has(run.runOrder)) continue;
    const { configHash, seed } = keyOf(plan, run);
    const key = `${configHash} ${seed}`;
    const runs = byKey.get(key);
    if (runs) runs.push(run);
    else byKey.set(key, [run]);
  }
  return [...byKey.values()];
}

interface Gate {
  readonly whenOpen: () => Promise<void>;
  readonly open: () => void;
  readonly close: () => void;
  onChange: ((isOpen: boolean) => void) | null;
}

/** Open unless closed. */
function createGate(): Gate {
  let opened: Promise<void> | null = null;
  let letThrough = () => {};
  const gate: Gate = {
    onChange: null,
    whenOpen: async () => {
      // It may be closed again before those who wait get their turn.
      while (opened) await opened;
    },
    open() {
      if (!opened) return;
      opened = null;
      letThrough();
      gate.onChange?.(true);
    },
    close() {
      if (opened) return;
      opened = new Promise((resolve) => (letThrough = resolve));
      gate.onChange?.(false);
    },
  };
  return gate;
}
