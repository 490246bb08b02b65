// bootlab conform: JSON lines in, JSON lines out, in order. Format: docs/conformance.md, section 1.
import { once } from 'node:events';
import { createConformer } from '../host/conform-lines';
import type { ExitCode } from './exit-codes';
import { EXIT } from './exit-codes';
import { readLines } from './line-reader';
import type { Terminal } from './terminal';

/** Answers each line of the input until it ends, or until it is cancelled. Holds one request at a time. */
export async function conformCommand({ stdin, stdout, cancel }: Terminal): Promise<ExitCode> {
  const answer = createConformer();
  for await (const line of readLines(stdin)) {
    if (cancel.aborted) return EXIT.CANCELLED;
    if (line.trim() === '') continue;
    const isRoomLeft = stdout.write(`${answer(line)}\n`);
    if (!isRoomLeft) await once(stdout, 'drain');
  }
  return EXIT.OK;
}
