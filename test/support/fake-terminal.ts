// A terminal that remembers what was written to it.
import { PassThrough, Readable } from 'node:stream';
import type { Terminal } from '../../src/cli/terminal';

export interface FakeTerminal extends Terminal {
  readonly printed: () => string;
  readonly told: () => string;
  /** Ctrl+C; the second one is another signal. */
  readonly interrupt: () => void;
}

export function fakeTerminal({ stdin = '', isErrorTty = false } = {}): FakeTerminal {
  let printed = '';
  let told = '';
  const controller = new AbortController();
  const atOnce = new AbortController();
  const stdout = new PassThrough();
  stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  return {
    stdin: Readable.from(stdin === '' ? [] : [Buffer.from(stdin)]),
    stdout,
    print: (text) => (printed += text),
    tell: (text) => (told += text),
    isErrorTty,
    cancel: controller.signal,
    cancelAtOnce: () => atOnce.signal,
    printed: () => printed,
    told: () => told,
    interrupt: () => (controller.signal.aborted ? atOnce : controller).abort(),
  };
}
