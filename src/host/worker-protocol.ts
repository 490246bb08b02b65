// What host and worker say to each other. Plain data: everything survives structured cloning.
import type { Failure } from '../contract/api';
import type {
  BootReport,
  BootRequest,
  BootSnapshot,
  ExplainedPath,
  PathRecord,
  PathRunRequest,
  RunProgress,
} from '../emulator/index';

interface Order<Kind extends string, Request> {
  readonly kind: Kind;
  readonly request: Request;
  /** One Int32: not zero asks the run to stop. The run loop never yields, so a message would not arrive. */
  readonly stopFlag: SharedArrayBuffer;
}

/** To the worker: run this path. The next order comes when this one is answered. */
export type RunOrder = Order<'path', PathRunRequest>;
/** To the worker: run this path and put every cycle down to its cause. */
export type ExplainOrder = Order<'explain', PathRunRequest>;
/** A boot whose disc is named, not given: the worker reads the file as the machine asks. */
export interface HostBootRequest extends Omit<BootRequest, 'cdrom'> {
  readonly cdromFile?: string | null;
}

/** To the worker: boot this. */
export type BootOrder = Order<'boot', HostBootRequest>;

/** From the worker, in answer to either: the run is over without a result. */
export interface FailedMessage {
  readonly type: 'failed';
  readonly failure: Failure;
}

/** In answer to a path: any number of `progress`, then `done` or `failed`. */
export type PathMessage =
  | { readonly type: 'progress'; readonly progress: RunProgress }
  | { readonly type: 'done'; readonly record: PathRecord }
  | FailedMessage;

/** In answer to an explanation: any number of `progress`, then `explained` or `failed`. */
export type ExplainMessage =
  | Extract<PathMessage, { readonly type: 'progress' }>
  | { readonly type: 'explained'; readonly explained: ExplainedPath }
  | FailedMessage;

/** In answer to a boot: output as it comes, then `booted` or `failed`. */
export type BootMessage =
  | { readonly type: 'serial'; readonly text: string }
  | { readonly type: 'port-bytes'; readonly port: number; readonly bytes: Uint8Array }
  | { readonly type: 'snapshot'; readonly cycle: number; readonly snapshot: BootSnapshot }
  | { readonly type: 'booted'; readonly report: BootReport }
  | FailedMessage;

/** No more than ten reports a second. */
export const PROGRESS_INTERVAL_MS = 100;
