// Runs paths in worker threads: one machine per worker, as many at a time as the computer has processors.
// A worker that crashes or hangs fails its run and nothing else.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Result } from '../contract/api';
import type { PathRecord, PathRunRequest, RunProgress } from '../emulator/index';
import { cancelled, fail, succeed } from './failure';
import type { RunOrder, WorkerMessage } from './worker-protocol';

export interface RunOptions {
  /** At most ten times a second. */
  readonly onProgress?: (progress: RunProgress) => void;
  /** Aborting ends the run with EMU-CANCELLED, also when it hangs. */
  readonly signal?: AbortSignal;
}

/** Where paths are run. Tests and a later utility process can stand in. */
export interface EngineHost {
  /** Never rejects. */
  run(request: PathRunRequest, options?: RunOptions): Promise<Result<PathRecord>>;
  /** Ends all runs at once, as cancelled. */
  close(): Promise<void>;
}

export interface WorkerHostOptions {
  /** The built worker (out/main/engine-worker.cjs). */
  readonly workerFile: string;
  /** Runs at a time; the number of processors unless told. */
  readonly maxParallel?: number;
  /** JavaScript heap of one worker. Guest memory is apart from it. */
  readonly maxHeapMb?: number;
  /** How long a cancelled run may take to stop by itself before its thread is ended. */
  readonly cancelGraceMs?: number;
}

const DEFAULT_HEAP_MB = 1024;
const DEFAULT_CANCEL_GRACE_MS = 1500;

/** An engine host over worker threads. */
export function createWorkerHost(options: WorkerHostOptions): EngineHost {
  const { workerFile, maxHeapMb = DEFAULT_HEAP_MB, cancelGraceMs = DEFAULT_CANCEL_GRACE_MS } = options;
  const slots = createSlots(options.maxParallel ?? availableParallelism());
  const running = new Set<AbortController>();

  return {
    async run(request, { onProgress, signal } = {}) {
      const stopper = new AbortController();
      const onAbort = () => stopper.abort();
      if (signal?.aborted) stopper.abort();
      signal?.addEventListener('abort', onAbort, { once: true });
      running.add(stopper);
      const release = await slots.take(stopper.signal);
      try {
        return await runInWorker({ workerFile, maxHeapMb, cancelGraceMs, request, onProgress, stop: stopper.signal });
      } finally {
        release();
        running.delete(stopper);
        signal?.removeEventListener('abort', onAbort);
      }
    },
    async close() {
      running.forEach((stopper) => stopper.abort());
      await slots.whenFree();
    },
  };
}

interface WorkerRun {
  readonly workerFile: string;
  readonly maxHeapMb: number;
  readonly cancelGraceMs: number;
  readonly request: PathRunRequest;
  readonly onProgress: RunOptions['onProgress'];
  readonly stop: AbortSignal;
}

async function runInWorker(run: WorkerRun): Promise<Result<PathRecord>> {
  if (run.stop.aborted) return cancelled();
  const stopFlag = new SharedArrayBuffer(4);
  const order: RunOrder = { request: run.request, stopFlag };
  const worker = new Worker(run.workerFile, { resourceLimits: { maxOldGenerationSizeMb: run.maxHeapMb } });
  let graceTimer: NodeJS.Timeout | undefined;
  let onAbort = () => {};
  try {
    return await new Promise<Result<PathRecord>>((resolve) => {
      onAbort = () => {
        Atomics.store(new Int32Array(stopFlag), 0, 1);
        graceTimer = setTimeout(() => resolve(cancelled()), run.cancelGraceMs);
      };
      run.stop.addEventListener('abort', onAbort, { once: true });
      worker.on('message', (message: WorkerMessage) => {
        if (message.type === 'progress') run.onProgress?.(message.progress);
        else if (message.type === 'done') resolve(succeed(message.record));
        else resolve({ ok: false, failure: message.failure });
      });
      worker.once('messageerror', (error) => resolve(died(error.message)));
      worker.once('error', (error) => resolve(died(error instanceof Error ? error.message : String(error))));
      worker.once('exit', (code) => resolve(died(`it ended with code ${code}`)));
      worker.postMessage(order);
    });
  } finally {
    clearTimeout(graceTimer);
    run.stop.removeEventListener('abort', onAbort);
    await worker.terminate();
  }
}

function died(why: string) {
  return fail(
    'HOST-WORKER-DIED',
    `The thread of this run ended without a result: ${why}.`,
    'Run it again; with a smaller machine if memory ran out. If it happens again, please report it.',
  );
}

/** Counts runs against a limit; later ones wait in order. */
function createSlots(limit: number) {
  let taken = 0;
  const waiting: (() => void)[] = [];
  let onFree: (() => void)[] = [];

  /** Hands the slot to who waits longest, without letting anybody in between. */
  const release = () => {
    const next = waiting.shift();
    if (next) return next();
    taken--;
    if (taken > 0) return;
    onFree.forEach((tell) => tell());
    onFree = [];
  };

  return {
    /** Waits for a slot and returns how to give it back. When `stop` comes first there is no slot, and none to return. */
    async take(stop: AbortSignal): Promise<() => void> {
      if (stop.aborted) return () => {};
      if (taken < limit) {
        taken++;
        return release;
      }
      return new Promise((resolve) => {
        const getSlot = () => resolve(release);
        waiting.push(getSlot);
        stop.addEventListener(
          'abort',
          () => {
            const at = waiting.indexOf(getSlot);
            if (at < 0) return;
            waiting.splice(at, 1);
            resolve(() => {});
          },
          { once: true },
        );
      });
    },
    whenFree: () => (taken === 0 ? Promise.resolve() : new Promise<void>((resolve) => onFree.push(resolve))),
  };
}
