// The terminal as the commands see it: results out, everything else on the error stream, cancel as a signal.
import type { Readable, Writable } from 'node:stream';
import { describeFileError } from '../host/failure';
import { failureText } from './exit-codes';

export interface Terminal {
  readonly stdin: Readable;
  readonly stdout: Writable;
  /** Results. */
  print(text: string): void;
  /** Progress and errors. */
  tell(text: string): void;
  /** Whether a person watches the error stream: progress may overwrite itself there. */
  readonly isErrorTty: boolean;
  /** Aborted by Ctrl+C, and when nobody reads the results any more. */
  readonly cancel: AbortSignal;
  /** Aborted by a second Ctrl+C. Who asks for it sees to the end; otherwise that ends the process at once, as a third does. */
  cancelAtOnce(): AbortSignal;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const controller = new AbortController();
  const atOnce = new AbortController();
  let isEndTakenCareOf = false;
  process.on('SIGINT', () => {
    if (atOnce.signal.aborted || (controller.signal.aborted && !isEndTakenCareOf)) process.exit(130);
    (controller.signal.aborted ? atOnce : controller).abort();
  });
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // "bootlab ... | head": the reader has had enough, which is no failure of ours.
    if (error.code === 'EPIPE') process.exit(0);
    const message = `The results cannot be written: ${describeFileError(error)}.`;
    const nextStep = 'Send the output elsewhere, or make room there.';
    process.stderr.write(failureText({ code: 'HOST-SAVE', message, nextStep }));
    process.exit(1);
  });
  process.stderr.on('error', () => {});
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    print: (text) => void process.stdout.write(text),
    tell: (text) => void process.stderr.write(text),
    isErrorTty: process.stderr.isTTY === true,
    cancel: controller.signal,
    cancelAtOnce() {
      isEndTakenCareOf = true;
      return atOnce.signal;
    },
  };
}
