// The emulator's conformance core over lines of JSON: text in, text out, whatever the text.
// Format: docs/conformance.md, section 1.
import type { ConformAnswer, ConformRequest, CpuModel } from '../emulator/index';
import { clockTableIdOf, clockTableOf, Conformance } from '../emulator/index';

const MODELS: readonly CpuModel[] = ['386', '486', '586', '686'];

type Answer = ConformAnswer | { readonly id: unknown; readonly stop: 'error'; readonly why: string };

/** Returns a function that answers one request line with one answer line. It keeps a machine per CPU model. */
export function createConformer(): (line: string) => string {
  const core = new Conformance((model) => clockTableOf(clockTableIdOf(model)));
  return (line) => JSON.stringify(answer(line, core));
}

function answer(line: string, core: Conformance): Answer {
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
  const complaint = complaintAbout(request);
  if (complaint) return { id, stop: 'error', why: complaint };
  try {
    return core.answer({ r: {}, m: [], stop: {}, mode: '', ...request, id: id as string });
  } catch (error) {
    return { id, stop: 'error', why: error instanceof Error ? error.message : String(error) };
  }
}

const BYTES = /^(?:[0-9a-f]{2})*$/i;
const ONE_BYTE = /^[0-9a-f]{2}$/i;

/** What would make the core run something else than was meant, or for ever. */
function complaintAbout({ m = [], want = [], io, stop = {} }: Partial<ConformRequest>): string | null {
  if (!Array.isArray(m) || !m.every((piece) => isPlace(piece) && BYTES.test(String(piece[1])))) {
    return 'm must be a list of [address, bytes as hexadecimal]';
  }
  if (!Array.isArray(want) || !want.every((piece) => isPlace(piece) && isCount(piece[1]))) {
    return 'want must be a list of [address, number of bytes]';
  }
  if (io !== undefined && !ONE_BYTE.test(String(io))) return 'io must be one byte as hexadecimal';
  if (stop?.n !== undefined && !isCount(stop.n)) return 'stop.n must be a whole number';
  return null;
}

function isPlace(piece: unknown): piece is readonly [number, unknown] {
  return Array.isArray(piece) && isCount(piece[0]);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
