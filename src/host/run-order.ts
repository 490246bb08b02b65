// Carries out one order within a worker: runs the path, reports, answers. Never throws across the thread's border.
import type { runPath } from '../emulator/index';
import { failureOf } from './failure';
import type { RunOrder, WorkerMessage } from './worker-protocol';
import { PROGRESS_INTERVAL_MS } from './worker-protocol';

/** What carries out a path: the emulator, or a stand-in of a test. */
export type RunPath = typeof runPath;

/**
 * Runs the path and posts progress and the end of it.
 * @param nowMs a clock of the host, for the pace of progress only
 */
export function carryOut(
  order: RunOrder,
  run: RunPath,
  post: (message: WorkerMessage) => void,
  nowMs: () => number = () => performance.now(),
): void {
  const stopFlag = new Int32Array(order.stopFlag);
  let nextReportMs = nowMs();
  try {
    const record = run(order.request, {
      onProgress(progress) {
        if (nowMs() < nextReportMs) return;
        nextReportMs = nowMs() + PROGRESS_INTERVAL_MS;
        post({ type: 'progress', progress });
      },
      shouldStop: () => Atomics.load(stopFlag, 0) !== 0,
    });
    post({ type: 'done', record });
  } catch (error) {
    if (process.env.BOOTLAB_DEBUG) process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    post({ type: 'failed', failure: failureOf(error) });
  }
}
