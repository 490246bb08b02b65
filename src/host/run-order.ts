// Carries out one order within a worker: runs, reports, answers. Never throws across the thread's border.
import type { bootMachine, explainPath, runPath } from '../emulator/index';
import { failureOf } from './failure';
import { openImageFile } from './image-file';
import type {
  BootMessage,
  BootOrder,
  ExplainMessage,
  ExplainOrder,
  FailedMessage,
  PathMessage,
  RunOrder,
} from './worker-protocol';
import { PROGRESS_INTERVAL_MS } from './worker-protocol';

/** What runs a path: the emulator, or a stand-in of a test. */
export type RunPath = typeof runPath;
/** What runs a path and explains it. */
export type ExplainPath = typeof explainPath;
/** What boots a machine. */
export type BootMachine = typeof bootMachine;

/**
 * Runs the path and posts progress and the end of it.
 * @param nowMs a clock of the host, for the pace of progress only
 */
export function carryOut(
  { request, stopFlag }: RunOrder,
  run: RunPath,
  post: (message: PathMessage) => void,
  nowMs: () => number = () => performance.now(),
): void {
  postFailure(post, () => {
    const record = run(request, runHooks(stopFlag, post, nowMs));
    post({ type: 'done', record });
  });
}

/** Runs the path with its cycles accounted for, and posts progress and the end of it. */
export function carryOutExplanation(
  { request, stopFlag }: ExplainOrder,
  explain: ExplainPath,
  post: (message: ExplainMessage) => void,
  nowMs: () => number = () => performance.now(),
): void {
  postFailure(post, () => {
    const explained = explain(request, runHooks(stopFlag, post, nowMs));
    post({ type: 'explained', explained });
  });
}

/** Progress in the pace of people, and the question whether to stop. */
function runHooks(
  stopFlag: SharedArrayBuffer,
  post: (message: Extract<PathMessage, { readonly type: 'progress' }>) => void,
  nowMs: () => number,
): NonNullable<Parameters<RunPath>[1]> {
  let nextReportMs = nowMs();
  return {
    onProgress(progress) {
      if (nowMs() < nextReportMs) return;
      nextReportMs = nowMs() + PROGRESS_INTERVAL_MS;
      post({ type: 'progress', progress });
    },
    shouldStop: stopQuestion(stopFlag),
  };
}

/** Boots the machine and posts its output and the end of it. */
export function carryOutBoot(
  { request, stopFlag }: BootOrder,
  boot: BootMachine,
  post: (message: BootMessage) => void,
): void {
  postFailure(post, () => {
    const { cdromFile, ...machine } = request;
    const cdrom = cdromFile ? openImageFile(cdromFile) : null;
    try {
      const hooks: Parameters<BootMachine>[1] = {
        onSerial: (text) => post({ type: 'serial', text }),
        onPortBytes: (port, bytes) => post({ type: 'port-bytes', port, bytes }),
        onSnapshot: (cycle, snapshot) => post({ type: 'snapshot', cycle, snapshot }),
        shouldStop: stopQuestion(stopFlag),
      };
      post({ type: 'booted', report: boot({ ...machine, cdrom }, hooks) });
    } finally {
      cdrom?.close();
    }
  });
}

function stopQuestion(stopFlag: SharedArrayBuffer): () => boolean {
  const flag = new Int32Array(stopFlag);
  return () => Atomics.load(flag, 0) !== 0;
}

function postFailure(post: (message: FailedMessage) => void, action: () => void): void {
  try {
    action();
  } catch (error) {
    if (process.env.BOOTLAB_DEBUG) process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    post({ type: 'failed', failure: failureOf(error) });
  }
}
