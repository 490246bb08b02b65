// Single instructions against what a real CPU left (test/fixtures/x87/README.md): FRSTOR, the instruction, FNSAVE.
import { fileURLToPath } from 'node:url';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Conformance } from '../../../../src/emulator/conform';
import { createPlaceholderClocks } from '../../../../src/emulator/timing/clock-table';
import { fromHex } from './exact-reference';

interface State {
  readonly control: number;
  readonly status: number;
  /** ST to ST(7); empty text for an empty register (before). */
  readonly stack: readonly string[];
  readonly operand: string;
  readonly flags: number;
}

interface Capture extends State {
  readonly name: string;
  readonly insn: string;
  readonly x: State & { readonly tags: number };
}

const file = fileURLToPath(new URL('../../../fixtures/x87/silicon.jsonl.gz', import.meta.url));
const captures = gunzipSync(readFileSync(file))
  .toString('utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Capture);

const conformance = new Conformance(createPlaceholderClocks);
const CODE_AT = 0x4000;
const OPERAND_AT = 0x1000;
const BEFORE_AT = 0x2000;
const AFTER_AT = 0x3000;
const IMAGE_BYTES = 108;
const ARITHMETIC_FLAGS = 0x8d5;
const C1 = 0x200;

/** A 32-bit FSAVE image. */
function imageOf({ control, status, stack }: State): Buffer {
  const image = Buffer.alloc(IMAGE_BYTES);
  image.writeUInt16LE(control, 0);
  image.writeUInt16LE(status, 4);
  let tags = 0xffff;
  stack.forEach((text, i) => {
    if (text === '') return;
    const { sign, exponent, high, low } = fromHex(text);
    image.writeInt32LE(low, 28 + 10 * i);
    image.writeInt32LE(high, 32 + 10 * i);
    image.writeUInt16LE((sign << 15) | exponent, 36 + 10 * i);
    tags &= ~(3 << (2 * (((status >> 11) + i) & 7)));
  });
  image.writeUInt16LE(tags, 8);
  return image;
}

/** SDM: FCOMI sets C1 to 0; the captured CPU leaves it. */
function statusMask(name: string): number {
  return /^fu?comi/.test(name) ? ~C1 : -1;
}

/** The state behind the instruction, as the captures have it. */
function execute(capture: Capture): Capture['x'] | string {
  const answer = conformance.answer({
    id: capture.name,
    mode: 'flat32',
    r: { edi: OPERAND_AT, eip: CODE_AT, esp: 0x8000, eflags: capture.flags | 2 },
    m: [
      [CODE_AT, `dd2500200000${capture.insn}dd3500300000f4`], // frstor [BEFORE_AT]; ...; fnsave [AFTER_AT]; hlt
      [OPERAND_AT, capture.operand],
      [BEFORE_AT, imageOf(capture).toString('hex')],
    ],
    stop: { hlt: 1, n: 100 },
    want: [
      [OPERAND_AT, 10],
      [AFTER_AT, IMAGE_BYTES],
    ],
  });
  if (answer.stop !== 'hlt') return answer.stop;
  const image = Buffer.from(answer.m[1][1], 'hex');
  const stack = Array.from({ length: 8 }, (_, i) => {
    const at = 28 + 10 * i;
    const head = image
      .readUInt16LE(at + 8)
      .toString(16)
      .padStart(4, '0');
    return `${head}:${image.readBigUInt64LE(at).toString(16).padStart(16, '0')}`;
  });
  return {
    control: image.readUInt16LE(0),
    status: image.readUInt16LE(4) & statusMask(capture.name),
    tags: image.readUInt16LE(8),
    stack,
    operand: answer.m[0][1],
    flags: answer.r['eflags'] & ARITHMETIC_FLAGS,
  };
}

describe('x87 instructions leave what a real CPU left', () => {
  const names = [...new Set(captures.map(({ name }) => name))];

  it('in all captures', () => {
    expect(captures.length).toBeGreaterThan(2000);
    expect(names.length).toBeGreaterThan(110);
  });

  it.each(names)('%s', (name) => {
    for (const capture of captures.filter((one) => one.name === name)) {
      const wanted = { ...capture.x, status: capture.x.status & statusMask(name) };
      expect({ ...capture, x: execute(capture) }).toEqual({ ...capture, x: wanted });
    }
  });
});
