// Workers that wait for their next run. An engine that has run is compiled and knows its hot code: a short run takes a quarter of the time.
import type { Worker } from 'node:worker_threads';

/** Memory of machines that are gone is given back when the thread's garbage is collected, by its end at the latest. */
const RUNS_PER_WORKER = 50;

export interface IdleWorkers {
  /** One that waits, or none. */
  take(): Worker | undefined;
  /** Whether the worker may wait for another run; if not, its owner ends it. */
  keep(worker: Worker): boolean;
  /** Ends those that wait; none is kept from here on. */
  close(): Promise<void>;
}

/** Takes what somebody hears of a worker away. All listeners at once would be those of Node itself, too. */
export function forget(worker: Worker): void {
  for (const event of ['message', 'messageerror', 'error', 'exit']) worker.removeAllListeners(event);
}

/** Workers that wait do not keep the process alive. */
export function createIdleWorkers(): IdleWorkers {
  const waiting: Worker[] = [];
  const runsOf = new WeakMap<Worker, number>();
  let isClosed = false;
  return {
    take() {
      const worker = waiting.pop();
      if (!worker) return undefined;
      forget(worker);
      worker.ref();
      return worker;
    },
    keep(worker) {
      const runs = (runsOf.get(worker) ?? 0) + 1;
      if (isClosed || runs >= RUNS_PER_WORKER) return false;
      runsOf.set(worker, runs);
      // One that dies while it waits is not taken again; why does not matter, for nothing is lost.
      worker.on('error', () => {});
      worker.once('exit', () => {
        const at = waiting.indexOf(worker);
        if (at >= 0) waiting.splice(at, 1);
      });
      worker.unref();
      waiting.push(worker);
      return true;
    },
    async close() {
      isClosed = true;
      await Promise.all(waiting.splice(0).map((worker) => worker.terminate()));
    },
  };
}
