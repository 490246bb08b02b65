// One run of an experiment with an eye on it: a run without a sign of life is ended, and what died of its host is tried once more.
import type { Result } from '../../contract/api';
import type { PathRecord, PathRunRequest, RunProgress } from '../../emulator/index';
import type { EngineHost } from '../engine-host';
import { CANCELLED_CODE, fail } from '../failure';

/**
 * A worker reports a hundred times per emulated second, which takes milliseconds. On a computer that is busy with other things
 * it may be slow; after this long it is stuck.
 */
export const DEFAULT_HANG_MS = 120_000;

/** Failures of the host, not of the machine: the same run may end well. All others would only come again. */
const WORTH_A_RETRY: ReadonlySet<string> = new Set(['HOST-WORKER-DIED', 'HOST-RUN-HUNG']);

export interface WatchOptions {
  readonly hangMs: number;
  /** Aborting ends the run at once with EMU-CANCELLED. */
  readonly cancel: AbortSignal;
  readonly onProgress: (progress: RunProgress) => void;
}

/** Runs once, or twice. Never rejects. */
export async function runWatched(
  engine: EngineHost,
  request: PathRunRequest,
  options: WatchOptions,
): Promise<Result<PathRecord>> {
  const first = await runOnce(engine, request, options);
  if (first.ok || options.cancel.aborted || !WORTH_A_RETRY.has(first.failure.code)) return first;
  const second = await runOnce(engine, request, options);
  if (second.ok || second.failure.code === CANCELLED_CODE) return second;
  return { ok: false, failure: { ...second.failure, message: `${second.failure.message} It was tried twice.` } };
}

async function runOnce(
  engine: EngineHost,
  request: PathRunRequest,
  { hangMs, cancel, onProgress }: WatchOptions,
): Promise<Result<PathRecord>> {
  const stopper = new AbortController();
  const onCancel = () => stopper.abort();
  if (cancel.aborted) stopper.abort();
  cancel.addEventListener('abort', onCancel, { once: true });
  let isHung = false;
  const giveUp = () => {
    isHung = true;
    stopper.abort();
  };
  let timer = setTimeout(giveUp, hangMs);
  try {
    const result = await engine.run(request, {
      signal: stopper.signal,
      onProgress: (progress) => {
        clearTimeout(timer);
        timer = setTimeout(giveUp, hangMs);
        onProgress(progress);
      },
    });
    if (result.ok || cancel.aborted || !isHung) return result;
    return fail(
      'HOST-RUN-HUNG',
      `The run gave no sign of life for ${Math.round(hangMs / 1000)} s and was ended.`,
      'Run the experiment again; if it happens again, please report it.',
    );
  } finally {
    clearTimeout(timer);
    cancel.removeEventListener('abort', onCancel);
  }
}
