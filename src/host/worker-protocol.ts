// What host and worker say to each other. Plain data: everything survives structured cloning.
import type { Failure } from '../contract/api';
import type { PathRecord, PathRunRequest, RunProgress } from '../emulator/index';

/** To the worker: run this. One per worker. */
export interface RunOrder {
  readonly request: PathRunRequest;
  /** One Int32: not zero asks the run to stop. The run loop never yields, so a message would not arrive. */
  readonly stopFlag: SharedArrayBuffer;
}

/** From the worker: any number of `progress`, then one of the others. */
export type WorkerMessage =
  | { readonly type: 'progress'; readonly progress: RunProgress }
  | { readonly type: 'done'; readonly record: PathRecord }
  | { readonly type: 'failed'; readonly failure: Failure };

/** No more than ten reports a second. */
export const PROGRESS_INTERVAL_MS = 100;
