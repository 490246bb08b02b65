// Vector files of docs/conformance.md, section 3: requests with the state that a real CPU left.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { ConformAnswer, ConformBytes, ConformRegisters, ConformRequest } from '../../../src/emulator/conform';

/** A request, and what must come of it. */
export interface Vector extends ConformRequest {
  readonly name: string;
  readonly tags?: readonly string[];
  readonly x: {
    readonly stop: string;
    readonly vec?: number;
    readonly r: ConformRegisters;
    readonly fmask?: number;
    readonly m: readonly ConformBytes[];
    readonly mmask?: readonly ConformBytes[];
  };
}

/** CF PF AF ZF SF TF IF DF OF, IOPL and NT aside: what is compared where a vector does not say. */
const DEFAULT_FLAG_MASK = 0xdd5;

export function readVectors(folder: string, file: string): Vector[] {
  const text = gunzipSync(readFileSync(join(folder, file))).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Vector);
}

export function vectorFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl.gz'))
    .sort();
}

function bytesOf(parts: readonly ConformBytes[]): Map<number, number> {
  const bytes = new Map<number, number>();
  for (const [at, hex] of parts) {
    for (let i = 0; i < hex.length / 2; i++) bytes.set(at + i, parseInt(hex.slice(2 * i, 2 * i + 2), 16));
  }
  return bytes;
}

/** Every byte given must keep its value unless the vector changes it. */
function expectedBytes(vector: Vector): Map<number, number> {
  return new Map([...bytesOf(vector.m), ...bytesOf(vector.x.m)]);
}

/** The request with all bytes to compare wanted back. */
export function requestOf(vector: Vector): ConformRequest {
  const want = [...expectedBytes(vector).keys()].map((at) => [at, 1] as const);
  return { ...vector, want };
}

/** What differs, in words; empty when all is right. */
export function differences(vector: Vector, answer: ConformAnswer): string[] {
  const { x } = vector;
  if (answer.stop === 'error') return [`error: ${answer.why}`];
  if (answer.stop === 'skip') return ['mode not offered'];
  const found: string[] = [];
  if (answer.stop !== x.stop) found.push(`stop ${answer.stop}, wanted ${x.stop}`);
  const isVectorDue = x.vec !== undefined && (x.stop === 'fault' || answer.vec !== undefined);
  if (isVectorDue && answer.vec !== x.vec) found.push(`vector ${answer.vec}, wanted ${x.vec}`);
  const flagMask = x.fmask ?? DEFAULT_FLAG_MASK;
  for (const [name, wanted] of Object.entries(x.r)) {
    const mask = name === 'eflags' ? flagMask : 0xffff_ffff;
    if (((answer.r[name] ^ wanted) & mask) !== 0) found.push(`${name} ${hex(answer.r[name])}, wanted ${hex(wanted)}`);
  }
  const got = bytesOf(answer.m);
  const masks = bytesOf(x.mmask ?? []);
  for (const [at, wanted] of expectedBytes(vector)) {
    if ((((got.get(at) ?? -1) ^ wanted) & (masks.get(at) ?? 0xff)) !== 0) {
      found.push(`[${hex(at)}] ${hex(got.get(at) ?? -1)}, wanted ${hex(wanted)}`);
    }
  }
  return found;
}

function hex(value: number): string {
  return (value >>> 0).toString(16);
}
