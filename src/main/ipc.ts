// Requests of the window: who asks is checked first, then the shape of what is asked, and the answer is always a Result.
import type { IpcMain, IpcMainInvokeEvent } from 'electron';
import type { Failure, Result } from '../contract/api';
import type { RequestSchema } from '../contract/window-requests';

/** Registers the handler of one channel. */
export type Handle = <Input, Output>(
  channel: string,
  schema: RequestSchema<Input>,
  answer: (input: Input) => Promise<Result<Output>>,
) => void;

/** What a handler sees of a sender; a frame that is gone is null. */
type Sender = Pick<IpcMainInvokeEvent, 'senderFrame'>;

/** Whether a message comes from a page of ours: the top frame, on our own origin. Frames of other pages are refused. */
export function isTrustedSender(event: Sender, origin: string): boolean {
  const frame = event.senderFrame;
  return frame !== null && frame !== undefined && frame.parent === null && originOf(frame.url) === origin;
}

/** "app://bootlab" of "app://bootlab/index.html"; URL.origin is "null" for schemes of one's own. */
function originOf(url: string): string {
  try {
    const { protocol, host } = new URL(url);
    return `${protocol}//${host}`;
  } catch {
    return '';
  }
}

/** A failed Result. */
export function failed(code: string, message: string, nextStep: string): { ok: false; failure: Failure } {
  return { ok: false, failure: { code, message, nextStep } };
}

/** A `handle` that lets only pages of `origin` in. Unexpected errors go to `report` and come back as APP-UNEXPECTED. */
export function createHandle(
  ipcMain: Pick<IpcMain, 'handle'>,
  origin: string,
  report: (error: unknown) => void,
): Handle {
  return (channel, schema, answer) => {
    ipcMain.handle(channel, async (event, input: unknown) => {
      if (!isTrustedSender(event, origin)) {
        return failed('APP-SENDER', `${channel} was asked by a page that is not Bootlab's.`, 'Restart Bootlab.');
      }
      const parsed = schema.safeParse(input);
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        const place = issue.path.length > 0 ? ` at ${issue.path.join('.')}` : '';
        return failed('APP-REQUEST', `The request${place} is not valid: ${issue.message}.`, 'Correct the input.');
      }
      try {
        return await answer(parsed.data);
      } catch (error) {
        report(error);
        const message = error instanceof Error ? error.message : String(error);
        return failed(
          'APP-UNEXPECTED',
          `Something unexpected happened: ${message}`,
          'Try again; restart Bootlab if it returns.',
        );
      }
    });
  };
}
