// ALU forms against a specification written with big integers from the manuals' definitions of the flags.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Conformance } from '../../../src/emulator/conform';
import {
  FLAG_AF,
  FLAG_CF,
  FLAG_OF,
  FLAG_PF,
  FLAG_SF,
  FLAG_ZF,
  FLAGS_ARITHMETIC,
} from '../../../src/emulator/cpu/state';
import { createPlaceholderClocks } from '../../../src/emulator/timing/clock-table';

type Width = 8 | 16 | 32;

interface Outcome {
  readonly result: number;
  readonly flags: number;
}

const conformance = new Conformance(createPlaceholderClocks);
const CODE_AT = 0x1000;
const DATA_AT = 0x2000;
const NAMES = ['ADD', 'OR', 'ADC', 'SBB', 'AND', 'SUB', 'XOR', 'CMP'];
/** AF behind AND, OR and XOR is undefined. */
const UNDEFINED_FLAGS = [0, FLAG_AF, 0, 0, FLAG_AF, 0, FLAG_AF, 0];

const maskOf = (width: Width) => (1n << BigInt(width)) - 1n;
const signed = (value: bigint, width: Width) => BigInt.asIntN(width, value);

function resultFlags(result: bigint, width: Width): number {
  const ones = [...(result & 0xffn).toString(2)].filter((digit) => digit === '1').length;
  const sign = signed(result, width) < 0n ? FLAG_SF : 0;
  return sign | (result === 0n ? FLAG_ZF : 0) | (ones % 2 === 0 ? FLAG_PF : 0);
}

/** a + b + carry, or a - b - carry with `sign` -1. */
function sum(a: bigint, b: bigint, carry: bigint, sign: 1n | -1n, width: Width): Outcome {
  const exact = a + sign * (b + carry);
  const result = exact & maskOf(width);
  const low = (a & 15n) + sign * ((b & 15n) + carry);
  const exactSigned = signed(a, width) + sign * (signed(b, width) + carry);
  let flags = resultFlags(result, width);
  if (exact < 0n || exact > maskOf(width)) flags |= FLAG_CF;
  if (low < 0n || low > 15n) flags |= FLAG_AF;
  if (exactSigned !== signed(result, width)) flags |= FLAG_OF;
  return { result: Number(result), flags };
}

function specified(operation: number, a: bigint, b: bigint, carry: bigint, width: Width): Outcome {
  const logic = (result: bigint) => ({ result: Number(result), flags: resultFlags(result, width) });
  switch (NAMES[operation]) {
    case 'ADD':
      return sum(a, b, 0n, 1n, width);
    case 'ADC':
      return sum(a, b, carry, 1n, width);
    case 'SBB':
      return sum(a, b, carry, -1n, width);
    case 'SUB':
      return sum(a, b, 0n, -1n, width);
    case 'CMP':
      return { ...sum(a, b, 0n, -1n, width), result: Number(a) };
    case 'OR':
      return logic(a | b);
    case 'AND':
      return logic(a & b);
    default:
      return logic(a ^ b);
  }
}

const hexByte = (value: number) => (value & 0xff).toString(16).padStart(2, '0');
const hexBytes = (value: number, count: number) =>
  Array.from({ length: count }, (_, i) => hexByte(value >>> (8 * i))).join('');

interface Form {
  readonly name: string;
  /** Code with EAX, or DATA_AT, as first operand and ECX, DATA_AT or an immediate as second. */
  readonly encode: (operation: number, width: Width, b: number) => string;
  readonly first: 'eax' | 'memory';
  readonly second: 'ecx' | 'memory' | 'immediate';
}

const prefix = (width: Width) => (width === 16 ? '66' : '');
const wide = (width: Width) => (width === 8 ? 0 : 1);
const address = hexBytes(DATA_AT, 4);

const FORMS: readonly Form[] = [
  {
    name: 'E register, G',
    encode: (op, width) => `${prefix(width)}${hexByte(op * 8 + wide(width))}c8`,
    first: 'eax',
    second: 'ecx',
  },
  {
    name: 'G, E register',
    encode: (op, width) => `${prefix(width)}${hexByte(op * 8 + 2 + wide(width))}c1`,
    first: 'eax',
    second: 'ecx',
  },
  {
    name: 'E memory, G',
    encode: (op, width) => `${prefix(width)}${hexByte(op * 8 + wide(width))}0d${address}`,
    first: 'memory',
    second: 'ecx',
  },
  {
    name: 'G, E memory',
    encode: (op, width) => `${prefix(width)}${hexByte(op * 8 + 2 + wide(width))}05${address}`,
    first: 'eax',
    second: 'memory',
  },
  {
    name: 'E register, immediate',
    encode: (op, width, b) =>
      `${prefix(width)}${hexByte(0x80 + wide(width))}${hexByte(0xc0 + op * 8)}${hexBytes(b, width / 8)}`,
    first: 'eax',
    second: 'immediate',
  },
  {
    name: 'E memory, immediate',
    encode: (op, width, b) =>
      `${prefix(width)}${hexByte(0x80 + wide(width))}${hexByte(5 + op * 8)}${address}${hexBytes(b, width / 8)}`,
    first: 'memory',
    second: 'immediate',
  },
  {
    name: 'accumulator, immediate',
    encode: (op, width, b) => `${prefix(width)}${hexByte(op * 8 + 4 + wide(width))}${hexBytes(b, width / 8)}`,
    first: 'eax',
    second: 'immediate',
  },
];

const EDGES = [0, 1, 0xf, 0x10, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];
const operand = fc.oneof(fc.integer({ min: 0, max: 0xffff_ffff }), fc.constantFrom(...EDGES));

/** Executes `code` and HLT; memory at DATA_AT holds `memory`. */
function execute(code: string, eax: number, ecx: number, eflags: number, memory: number) {
  const answer = conformance.answer({
    id: code,
    mode: 'flat32',
    r: { eax, ecx, eflags, eip: CODE_AT, esp: 0x8000 },
    m: [
      [CODE_AT, `${code}f4`],
      [DATA_AT, hexBytes(memory, 4)],
    ],
    stop: { hlt: 1, n: 10 },
    want: [[DATA_AT, 4]],
  });
  if (answer.stop !== 'hlt') throw new Error(`${code}: ${JSON.stringify(answer)}`);
  return { r: answer.r, memory: Buffer.from(answer.m[0][1], 'hex').readUInt32LE() };
}

describe.each(FORMS)('$name', ({ encode, first, second }) => {
  it.each([8, 16, 32] as const)('computes all eight operations on %i bits, and leaves the rest alone', (width) => {
    const mask = Number(maskOf(width));
    fc.assert(
      fc.property(
        fc.nat({ max: 7 }),
        operand,
        operand,
        operand,
        fc.nat({ max: 0xfff }),
        (op, a, b, other, flagBits) => {
          const before = (flagBits & FLAGS_ARITHMETIC) | 2;
          const carry = BigInt(before & FLAG_CF);
          const expected = specified(op, BigInt((a & mask) >>> 0), BigInt((b & mask) >>> 0), carry, width);
          const eax = first === 'eax' ? a : other;
          const memory = first === 'memory' ? a : second === 'memory' ? b : other;
          const after = execute(encode(op, width, b), eax, b, before, memory);
          const merged = (((a & ~mask) | expected.result) >>> 0) as number;
          const changed = first === 'eax' ? after.r['eax'] : after.memory;
          const compared = FLAGS_ARITHMETIC & ~UNDEFINED_FLAGS[op];
          expect([NAMES[op], changed]).toEqual([NAMES[op], merged]);
          expect(after.r['eflags'] & compared).toBe(expected.flags & compared);
          expect(first === 'eax' ? after.memory : after.r['eax']).toBe(first === 'eax' ? memory >>> 0 : eax >>> 0);
          expect(after.r['ecx']).toBe(b >>> 0);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('INC and DEC', () => {
  it('are ADD and SUB of 1 that leave CF alone, whatever set it', () => {
    fc.assert(
      fc.property(operand, operand, fc.boolean(), fc.boolean(), (a, b, isDec, addsBefore) => {
        // add ecx,ecx (or cmp ecx,eax) makes a lazy CF, then inc or dec eax
        const code = `${addsBefore ? '01c9' : '39c1'}${isDec ? '48' : '40'}`;
        const after = execute(code, a, b, 2, 0);
        const first = addsBefore ? BigInt(b) * 2n > 0xffff_ffffn : b >>> 0 < a >>> 0;
        const step = isDec ? sum(BigInt(a), 1n, 0n, -1n, 32) : sum(BigInt(a), 1n, 0n, 1n, 32);
        expect(after.r['eax']).toBe(step.result);
        expect(after.r['eflags'] & FLAGS_ARITHMETIC).toBe((step.flags & ~FLAG_CF) | (first ? FLAG_CF : 0));
      }),
    );
  });
});

describe('conditions', () => {
  // By condition number: SDM vol. 2 B.1.4.7.
  const conditions: readonly ((f: (bit: number) => boolean) => boolean)[] = [
    (f) => f(FLAG_OF),
    (f) => f(FLAG_CF),
    (f) => f(FLAG_ZF),
    (f) => f(FLAG_CF) || f(FLAG_ZF),
    (f) => f(FLAG_SF),
    (f) => f(FLAG_PF),
    (f) => f(FLAG_SF) !== f(FLAG_OF),
    (f) => f(FLAG_ZF) || f(FLAG_SF) !== f(FLAG_OF),
  ];

  it('hold behind every kind of operation as its flags say: SETcc agrees with LAHF and SETO', () => {
    fc.assert(
      fc.property(fc.nat({ max: 7 }), operand, operand, fc.nat({ max: 15 }), fc.boolean(), (op, a, b, n, carry) => {
        const code = encodeAlu(op);
        const { flags } = specified(op, BigInt(a), BigInt(b), carry ? 1n : 0n, 32);
        const after = execute(`${code}0f${hexByte(0x90 + n)}c1`, a, b, carry ? 3 : 2, 0); // setcc cl
        const holds = conditions[n >> 1]((bit) => (flags & bit) !== 0) !== ((n & 1) === 1);
        expect([n, after.r['ecx'] & 0xff]).toEqual([n, holds ? 1 : 0]);
      }),
      { numRuns: 2000 },
    );
  });

  const encodeAlu = (op: number) => `${hexByte(op * 8 + 1)}c8`;
});

describe('multiplication and division', () => {
  it('MUL and DIV are inverse, and agree with big integers', () => {
    fc.assert(
      fc.property(operand, operand, (a, b) => {
        const after = execute('f7e1', a, b, 2, 0); // mul ecx
        const product = BigInt(a) * BigInt(b);
        expect((BigInt(after.r['edx']) << 32n) | BigInt(after.r['eax'])).toBe(product);
        expect((after.r['eflags'] & FLAG_CF) !== 0).toBe(product > 0xffff_ffffn);
        if (b === 0) return;
        expect(execute('f7e1f7f1', a, b, 2, 0).r).toMatchObject({ eax: a, edx: 0 }); // mul ecx; div ecx
      }),
    );
  });

  it('IDIV truncates towards zero, the remainder keeps the sign of the dividend, and overflow raises #DE', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }), operand, (dividend, divisorBits) => {
        const divisor = BigInt.asIntN(32, BigInt(divisorBits));
        const low = Number(BigInt.asUintN(32, dividend));
        const high = Number(BigInt.asUintN(32, dividend >> 32n));
        const answer = conformance.answer({
          id: 'idiv',
          mode: 'flat32',
          r: { eax: low, edx: high, ecx: divisorBits, eip: CODE_AT },
          m: [[CODE_AT, 'f7f9f4']],
          stop: { hlt: 1, n: 5 },
        });
        const fits = divisor !== 0n && BigInt.asIntN(32, dividend / divisor) === dividend / divisor;
        if (!fits) {
          expect(answer).toMatchObject({ stop: 'fault', vec: 0, r: { eax: low, edx: high } });
          return;
        }
        const eax = Number(BigInt.asUintN(32, dividend / divisor));
        const edx = Number(BigInt.asUintN(32, dividend % divisor));
        expect(answer).toMatchObject({ stop: 'hlt', r: { eax, edx } });
      }),
      { numRuns: 1000 },
    );
  });
});
