// bootlab conform: JSON lines in, JSON lines out, in order. A thin shell over the emulator's conformance core.
// Format: docs/conformance.md, section 1.
import { once } from 'node:events';
import { Conformance, clockTableOf } from '../emulator/index';
import type { ConformAnswer, ConformRequest, CpuModel } from '../emulator/index';
import type { ExitCode } from './exit-codes';
import { EXIT } from './exit-codes';
import { readLines } from './line-reader';
import type { Terminal } from './terminal';

const MODELS: readonly CpuModel[] = ['386', '486', '586', '686'];

/** Answers each line of the input until it ends, or until it is cancelled. Holds one request at a time. */
export async function conformCommand({ stdin, stdout, cancel }: Terminal): Promise<ExitCode> {
  const core = new Conformance((model) => clockTableOf(model === '386' ? 'i386' : 'i486'));
  for await (const line of readLines(stdin)) {
    if (cancel.aborted) return EXIT.CANCELLED;
    if (line.trim() === '') continue;
    const isRoomLeft = stdout.write(`${JSON.stringify(answerLine(line, core))}\n`);
    if (!isRoomLeft) await once(stdout, 'drain');
  }
  return EXIT.OK;
}

type Answer = ConformAnswer | { readonly id: unknown; readonly stop: 'error'; readonly why: string };

function answerLine(line: string, core: Conformance): Answer {
  let request: Partial<ConformRequest> | null;
  try {
    request = JSON.parse(line) as Partial<ConformRequest> | null;
  } catch (error) {
    return { id: null, stop: 'error', why: `no JSON: ${(error as Error).message}` };
  }
  if (typeof request !== 'object' || request === null || Array.isArray(request)) {
    return { id: null, stop: 'error', why: 'no JSON object' };
  }
  const { id = null } = request;
  if (request.cpu !== undefined && !MODELS.includes(request.cpu)) {
    return { id, stop: 'error', why: `cpu must be one of ${MODELS.join(', ')}` };
  }
  try {
    return core.answer({ r: {}, m: [], stop: {}, mode: '', ...request, id: id as string });
  } catch (error) {
    return { id, stop: 'error', why: error instanceof Error ? error.message : String(error) };
  }
}
