// Every class of operand with every other: the tables on the instructions' pages of SDM vol. 2, and of vol. 1 4.8.3.5.
import { describe, expect, it } from 'vitest';
import { add, divide, multiply, squareRoot } from '../../../../src/emulator/cpu/fpu/arithmetic';
import { compare, examine } from '../../../../src/emulator/cpu/fpu/compare';
import { Extended } from '../../../../src/emulator/cpu/fpu/extended';
import type { FloatContext } from '../../../../src/emulator/cpu/fpu/float-context';
import { INVALID, ZERO_DIVIDE } from '../../../../src/emulator/cpu/fpu/float-context';
import { remainder, roundToInteger, scale } from '../../../../src/emulator/cpu/fpu/integer-part';
import {
  arctangent,
  cosineOf,
  exponential,
  logarithm,
  logarithmOf1Plus,
  sine,
  tangent,
} from '../../../../src/emulator/cpu/fpu/transcendental';
import { contextOf, fromHex, hexOf } from './exact-reference';

type Binary = (context: FloatContext, a: Extended, b: Extended, into: Extended) => void;
type Unary = (context: FloatContext, a: Extended, into: Extended) => void;

/** Operands by the names of the tables. F is 2, f is 1/4. */
const OPERANDS: Readonly<Record<string, string>> = {
  '-I': 'ffff:8000000000000000',
  '-F': 'c000:8000000000000000',
  '-f': 'bffd:8000000000000000',
  '-0': '8000:0000000000000000',
  '+0': '0000:0000000000000000',
  '+f': '3ffd:8000000000000000',
  '+1': '3fff:8000000000000000',
  '+F': '4000:8000000000000000',
  '+I': '7fff:8000000000000000',
};
const INDEFINITE = 'ffff:c000000000000000';

/** The result as the tables write it: `*` for an invalid operation, Z for an infinity by a division by zero. */
function nameOf(result: Extended, flags: number): string {
  if ((flags & INVALID) !== 0) return hexOf(result) === INDEFINITE ? '*' : '?';
  const sign = result.sign === 0 ? '+' : '-';
  if (result.exponent === 0x7fff) return sign + ((flags & ZERO_DIVIDE) !== 0 ? 'Z' : 'I');
  if (result.exponent === 0 && (result.high | result.low) === 0) return `${sign}0`;
  return `${sign}F`;
}

/** Rows are the first operand, columns the second. */
function checkTable(operation: Binary, table: string): void {
  const [head, ...rows] = table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  const actual = rows.map(([a]) => [
    a,
    ...head.map((b) => {
      const context = contextOf('nearest', 64);
      const result = new Extended();
      operation(context, fromHex(OPERANDS[a]), fromHex(OPERANDS[b]), result);
      return nameOf(result, context.flags);
    }),
  ]);
  expect(actual).toEqual(rows);
}

const subtract: Binary = (context, a, b, into) => add(context, a, b, true, into);
const sum: Binary = (context, a, b, into) => add(context, a, b, false, into);
const rest: Binary = (context, a, b, into) => void remainder(context, a, b, false, into);
const nearestRest: Binary = (context, a, b, into) => void remainder(context, a, b, true, into);

describe('zeros, infinities and finite numbers', () => {
  it('added', () => {
    checkTable(
      sum,
      `    -I  -F  -0  +0  +F  +I
       -I  -I  -I  -I  -I  -I  *
       -F  -I  -F  -F  -F  +0  +I
       -0  -I  -F  -0  +0  +F  +I
       +0  -I  -F  +0  +0  +F  +I
       +F  -I  +0  +F  +F  +F  +I
       +I  *   +I  +I  +I  +I  +I`,
    );
  });

  it('subtracted', () => {
    checkTable(
      subtract,
      `    -I  -F  -0  +0  +F  +I
       -I  *   -I  -I  -I  -I  -I
       -F  +I  +0  -F  -F  -F  -I
       -0  +I  +F  +0  -0  -F  -I
       +0  +I  +F  +0  +0  -F  -I
       +F  +I  +F  +F  +F  +0  -I
       +I  +I  +I  +I  +I  +I  *`,
    );
  });

  it('multiplied', () => {
    checkTable(
      multiply,
      `    -I  -F  -0  +0  +F  +I
       -I  +I  +I  *   *   -I  -I
       -F  +I  +F  +0  -0  -F  -I
       -0  *   +0  +0  -0  -0  *
       +0  *   -0  -0  +0  +0  *
       +F  -I  -F  -0  +0  +F  +I
       +I  -I  -I  *   *   +I  +I`,
    );
  });

  it('divided', () => {
    checkTable(
      divide,
      `    -I  -F  -0  +0  +F  +I
       -I  *   +I  +I  -I  -I  *
       -F  +0  +F  +Z  -Z  -F  -0
       -0  +0  +0  *   *   -0  -0
       +0  -0  -0  *   *   +0  +0
       +F  -0  -F  -Z  +Z  +F  +0
       +I  *   -I  -I  +I  +I  *`,
    );
  });

  it.each([
    ['FPREM', rest],
    ['FPREM1', nearestRest],
  ])('reduced by %s', (_name, operation) => {
    checkTable(
      operation,
      `    -I  -F  -0  +0  +F  +I
       -I  *   *   *   *   *   *
       -F  -F  -0  *   *   -0  -F
       -0  -0  -0  *   *   -0  -0
       +0  +0  +0  *   *   +0  +0
       +F  +F  +0  *   *   +0  +F
       +I  *   *   *   *   *   *`,
    );
  });

  it('scaled', () => {
    checkTable(
      scale,
      `    -I  -F  -0  +0  +F  +I
       -I  *   -I  -I  -I  -I  -I
       -F  -0  -F  -F  -F  -F  -I
       -0  -0  -0  -0  -0  -0  *
       +0  +0  +0  +0  +0  +0  *
       +F  +0  +F  +F  +F  +F  +I
       +I  *   +I  +I  +I  +I  +I`,
    );
  });

  it('in y log2(x), rows x', () => {
    checkTable(
      logarithm,
      `    -I  -F  -0  +0  +F  +I
       -I  *   *   *   *   *   *
       -F  *   *   *   *   *   *
       -0  +I  +Z  *   *   -Z  -I
       +0  +I  +Z  *   *   -Z  -I
       +f  +I  +F  +0  -0  -F  -I
       +1  *   -0  -0  +0  +0  *
       +F  -I  -F  -0  +0  +F  +I
       +I  -I  -I  *   *   +I  +I`,
    );
  });

  it('in y log2(x + 1), rows x', () => {
    checkTable(
      logarithmOf1Plus,
      `    -I  -F  -0  +0  +F  +I
       -f  +I  +F  +0  -0  -F  -I
       -0  *   +0  +0  -0  -0  *
       +0  *   -0  -0  +0  +0  *
       +f  -I  -F  -0  +0  +F  +I`,
    );
  });

  it.each([
    ['FSQRT', squareRoot, '* * -0 +0 +F +I'],
    ['FRNDINT', roundToInteger, '-I -F -0 +0 +F +I'],
    ['FSIN', sine, '* -F -0 +0 +F *'],
    ['FCOS', cosineOf, '* -F +F +F -F *'],
    ['FPTAN', tangent, '* +F -0 +0 -F *'],
    ['F2XM1', exponential, '-F -F -0 +0 +F +I'],
  ] as const satisfies readonly (readonly [string, Unary, string])[])('in %s', (_name, operation, wanted) => {
    const results = ['-I', '-F', '-0', '+0', '+F', '+I'].map((name) => {
      const context = contextOf('nearest', 64);
      const result = new Extended();
      operation(context, fromHex(OPERANDS[name]), result);
      return nameOf(result, context.flags);
    });
    expect(results.join(' ')).toBe(wanted);
  });

  it('as the angle of a point', () => {
    const pi = '4000:c90fdaa22168c235';
    const threeQuarters = '4000:96cbe3f9990e91a8';
    const half = '3fff:c90fdaa22168c235';
    const quarter = '3ffe:c90fdaa22168c235';
    const zero = '0000:0000000000000000';
    const rows: Readonly<Record<string, readonly string[]>> = {
      '+0': [pi, pi, pi, zero, zero, zero],
      '+F': [pi, threeQuarters, half, half, quarter, zero],
      '+I': [threeQuarters, half, half, half, half, quarter],
    };
    for (const [y, wanted] of Object.entries(rows)) {
      for (const sign of [0, 1]) {
        const results = ['-I', '-F', '-0', '+0', '+F', '+I'].map((x) => {
          const result = new Extended();
          const operand = fromHex(OPERANDS[y]);
          operand.sign = sign;
          arctangent(contextOf('nearest', 64), fromHex(OPERANDS[x]), operand, result);
          expect(result.sign).toBe(sign);
          result.sign = 0;
          return hexOf(result);
        });
        expect(results).toEqual(wanted);
      }
    }
  });

  it('x - x is -0 when rounding down, +0 otherwise', () => {
    for (const [mode, sign] of [
      ['nearest', 0],
      ['down', 1],
      ['up', 0],
      ['zero', 0],
    ] as const) {
      const result = new Extended();
      const two = fromHex(OPERANDS['+F']);
      add(contextOf(mode, 64), two, two, true, result);
      expect([result.sign, result.exponent, result.high, result.low]).toEqual([sign, 0, 0, 0]);
    }
  });
});

describe('NaNs', () => {
  const operations: readonly (readonly [string, Binary])[] = [
    ['FADD', sum],
    ['FSUB', subtract],
    ['FMUL', multiply],
    ['FDIV', divide],
    ['FPREM', rest],
    ['FPREM1', nearestRest],
    ['FSCALE', scale],
    ['FYL2X', logarithm],
    ['FYL2XP1', logarithmOf1Plus],
    ['FPATAN', arctangent],
  ];
  const quiet = '7fff:c000000000000005';
  const largerQuiet = 'ffff:c000000000000007';
  const signalling = '7fff:8000000000000009';
  const largerSignalling = '7fff:a000000000000001';
  const unnormal = '3fff:4000000000000000';
  const one = OPERANDS['+1'];
  const denormal = '0000:0000000000000001';

  it.each(operations)('follow table 4-7 in %s, whatever the order', (_name, operation) => {
    for (const [a, b, wanted, flags] of [
      [quiet, one, quiet, 0],
      [quiet, denormal, quiet, 0],
      [quiet, OPERANDS['+I'], quiet, 0],
      [quiet, largerQuiet, largerQuiet, 0],
      [quiet, 'ffff:c000000000000005', quiet, 0],
      [signalling, one, '7fff:c000000000000009', INVALID],
      [signalling, quiet, quiet, INVALID],
      [signalling, largerSignalling, '7fff:e000000000000001', INVALID],
      [unnormal, one, INDEFINITE, INVALID],
      [unnormal, quiet, INDEFINITE, INVALID],
      ['7fff:0000000000000000', one, INDEFINITE, INVALID],
      ['7fff:4000000000000000', one, INDEFINITE, INVALID],
    ] as const) {
      for (const [first, second] of [
        [a, b],
        [b, a],
      ]) {
        const context = contextOf('nearest', 64);
        const result = new Extended();
        operation(context, fromHex(first), fromHex(second), result);
        expect([first, second, hexOf(result), context.flags]).toEqual([first, second, wanted, flags]);
      }
    }
  });

  it('are unordered; quiet ones without an error when FUCOM compares', () => {
    for (const [a, b, isOrdered, flags] of [
      [quiet, one, true, INVALID],
      [quiet, one, false, 0],
      [one, quiet, false, 0],
      [signalling, one, false, INVALID],
      [unnormal, one, false, INVALID],
      [OPERANDS['+I'], signalling, false, INVALID],
    ] as const) {
      const context = contextOf('nearest', 64);
      expect(compare(context, fromHex(a), fromHex(b), isOrdered)).toBe('unordered');
      expect(context.flags).toBe(flags);
    }
  });
});

describe('order', () => {
  it('is that of the numbers, zeros equal, denormals and pseudo-denormals in their places', () => {
    const ascending = [
      '-I',
      '-F',
      '-f',
      '8001:8000000000000001',
      '8000:8000000000000000',
      '8000:7fffffffffffffff',
      '8000:0000000000000001',
      '+0',
      '0000:0000000000000001',
      '0000:7fffffffffffffff',
      '0000:8000000000000000',
      '0001:8000000000000001',
      '+f',
      '+1',
      '+F',
      '+I',
    ].map((name) => fromHex(OPERANDS[name] ?? name));
    ascending.forEach((a, i) =>
      ascending.forEach((b, j) => {
        const wanted = i < j ? 'less' : i > j ? 'greater' : 'equal';
        expect(compare(contextOf('nearest', 64), a, b, true)).toBe(wanted);
      }),
    );
  });

  it('holds a pseudo-denormal for equal to the normal number it is worth', () => {
    const pseudo = fromHex('0000:8000000000000000');
    const smallest = fromHex('0001:8000000000000000');
    expect(compare(contextOf('nearest', 64), pseudo, smallest, true)).toBe('equal');
    expect(compare(contextOf('nearest', 64), fromHex(OPERANDS['-0']), fromHex(OPERANDS['+0']), true)).toBe('equal');
  });
});

describe('FXAM', () => {
  it.each([
    ['3fff:4000000000000000', 0b000],
    ['7fff:0000000000000000', 0b000],
    ['7fff:8000000000000001', 0b001],
    ['7fff:c000000000000000', 0b001],
    ['3fff:8000000000000000', 0b010],
    ['ffff:8000000000000000', 0b011],
    ['8000:0000000000000000', 0b100],
    ['0000:0000000000000001', 0b110],
    ['0000:8000000000000000', 0b110],
  ])('finds the class of %s', (hex, found) => {
    expect(examine(fromHex(hex))).toBe(found);
  });
});
