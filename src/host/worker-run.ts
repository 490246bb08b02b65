// One order in a worker thread: sends it, listens, cancels, and survives whatever the thread does.
import { Worker } from 'node:worker_threads';
import type { Result } from '../contract/api';
import { cancelled, fail } from './failure';
import type { IdleWorkers } from './idle-workers';
import { forget } from './idle-workers';
import type { BootOrder, ExplainOrder, RunOrder } from './worker-protocol';

/** How to start a worker. */
export interface WorkerSettings {
  /** The built worker (out/main/engine-worker.cjs). */
  readonly workerFile: string;
  /** JavaScript heap of one worker. Guest memory is apart from it. */
  readonly maxHeapMb?: number;
  /** How long a cancelled run may take to stop by itself before its thread is ended. */
  readonly cancelGraceMs?: number;
}

const DEFAULT_HEAP_MB = 1024;
const DEFAULT_CANCEL_GRACE_MS = 1500;

/**
 * Gives an order to a worker that has no other. Never rejects.
 * @param hear looks at each message; a result ends the run, undefined does not
 * @param idle where workers come from and, after a good result, go to; null: a new one each time
 */
export async function runInWorker<Message, Value>(
  { workerFile, maxHeapMb = DEFAULT_HEAP_MB, cancelGraceMs = DEFAULT_CANCEL_GRACE_MS }: WorkerSettings,
  order: Omit<RunOrder, 'stopFlag'> | Omit<ExplainOrder, 'stopFlag'> | Omit<BootOrder, 'stopFlag'>,
  stop: AbortSignal,
  hear: (message: Message) => Result<Value> | undefined,
  idle: IdleWorkers | null = null,
): Promise<Result<Value>> {
  if (stop.aborted) return cancelled();
  const stopFlag = new SharedArrayBuffer(4);
  const worker = idle?.take() ?? new Worker(workerFile, { resourceLimits: { maxOldGenerationSizeMb: maxHeapMb } });
  let graceTimer: NodeJS.Timeout | undefined;
  let onAbort = () => {};
  let isGood = false;
  try {
    const answer = await new Promise<Result<Value>>((resolve) => {
      onAbort = () => {
        Atomics.store(new Int32Array(stopFlag), 0, 1);
        graceTimer = setTimeout(() => resolve(cancelled()), cancelGraceMs);
      };
      stop.addEventListener('abort', onAbort, { once: true });
      worker.on('message', (message: Message) => {
        const result = hear(message);
        if (result) resolve(result);
      });
      worker.once('messageerror', (error) => resolve(died(error.message)));
      worker.once('error', (error) => resolve(died(error instanceof Error ? error.message : String(error))));
      worker.once('exit', (code) => resolve(died(`it ended with code ${code}`)));
      worker.postMessage({ ...order, stopFlag });
    });
    isGood = answer.ok;
    return answer;
  } finally {
    clearTimeout(graceTimer);
    stop.removeEventListener('abort', onAbort);
    forget(worker);
    // What it still has to say is nobody's.
    worker.on('error', () => {});
    if (!isGood || !idle?.keep(worker)) await worker.terminate();
  }
}

function died(why: string) {
  return fail(
    'HOST-WORKER-DIED',
    `The thread of this run ended without a result: ${why}.`,
    'Run it again; with a smaller machine if memory ran out. If it happens again, please report it.',
  );
}
