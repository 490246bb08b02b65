// Runs paths in worker threads: one machine per worker at a time, as many as the computer has processors.
// A worker that crashes or hangs fails its run and nothing else.
import { availableParallelism } from 'node:os';
import type { Result } from '../contract/api';
import type { ExplainedPath, PathRecord, PathRunRequest, RunProgress } from '../emulator/index';
import { succeed } from './failure';
import { createIdleWorkers } from './idle-workers';
import type { ExplainMessage, ExplainOrder, PathMessage, RunOrder } from './worker-protocol';
import type { WorkerSettings } from './worker-run';
import { runInWorker } from './worker-run';

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
  /** The same run, with every cycle put down to its cause. Never rejects. */
  explain(request: PathRunRequest, options?: RunOptions): Promise<Result<ExplainedPath>>;
  /** Ends all runs at once, as cancelled. */
  close(): Promise<void>;
}

export interface WorkerHostOptions extends WorkerSettings {
  /** Runs at a time; the number of processors unless told. */
  readonly maxParallel?: number;
  /** Workers stay for the next run until the host is closed: for many runs in a row. */
  readonly keepsWorkers?: boolean;
}

/**
 * The memory of a machine that is gone is given back when the next one is there: with a kept worker there are two at a time. Of a
 * large machine the worker's end gives it back at once.
 */
const LARGEST_KEPT_BYTES = 256 * 1024 * 1024;

const isSmall = ({ profile }: PathRunRequest) => profile.memory.ramBytes.value <= LARGEST_KEPT_BYTES;

/** An engine host over worker threads. */
export function createWorkerHost(options: WorkerHostOptions): EngineHost {
  const slots = createSlots(options.maxParallel ?? availableParallelism());
  const running = new Set<AbortController>();
  const idle = options.keepsWorkers ? createIdleWorkers() : null;

  /** Runs an order in a worker that has no other, when its turn comes; `hear` gives the result, or undefined to go on. */
  async function carryOut<Message, Value>(
    order: Omit<RunOrder, 'stopFlag'> | Omit<ExplainOrder, 'stopFlag'>,
    signal: AbortSignal | undefined,
    hear: (message: Message) => Result<Value> | undefined,
  ): Promise<Result<Value>> {
    const stopper = new AbortController();
    const onAbort = () => stopper.abort();
    if (signal?.aborted) stopper.abort();
    signal?.addEventListener('abort', onAbort, { once: true });
    running.add(stopper);
    const release = await slots.take(stopper.signal);
    try {
      return await runInWorker(options, order, stopper.signal, hear, isSmall(order.request) ? idle : null);
    } finally {
      release();
      running.delete(stopper);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  return {
    run: (request, { onProgress, signal } = {}) =>
      carryOut({ kind: 'path', request }, signal, (message: PathMessage) => {
        if (message.type === 'done') return succeed(message.record);
        if (message.type === 'failed') return { ok: false, failure: message.failure };
        onProgress?.(message.progress);
        return undefined;
      }),
    explain: (request, { onProgress, signal } = {}) =>
      carryOut({ kind: 'explain', request }, signal, (message: ExplainMessage) => {
        if (message.type === 'explained') return succeed(message.explained);
        if (message.type === 'failed') return { ok: false, failure: message.failure };
        onProgress?.(message.progress);
        return undefined;
      }),
    async close() {
      running.forEach((stopper) => stopper.abort());
      await idle?.close();
      await slots.whenFree();
    },
  };
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
