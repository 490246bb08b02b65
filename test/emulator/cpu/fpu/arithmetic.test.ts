import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, divide, multiply, squareRoot } from '../../../../src/emulator/cpu/fpu/arithmetic';
import { Extended } from '../../../../src/emulator/cpu/fpu/extended';
import { DENORMAL_OPERAND, OVERFLOW, UNDERFLOW } from '../../../../src/emulator/cpu/fpu/float-context';
import type { Fraction, Rounding } from './exact-reference';
import {
  contextOf,
  encode,
  EXTENDED,
  extended,
  fractionOf,
  fromHex,
  hexOf,
  PRECISIONS,
  round,
  ROUNDINGS,
  scaled,
} from './exact-reference';

/** Significands in which carries, ties and long runs of equal bits are common. */
const significand = fc
  .tuple(
    fc.bigInt(0n, (1n << 64n) - 1n),
    fc.constantFrom(0n, 0x7ffn, 0x400n, 0x3ffn, 0xff_ffff_ffffn, 0x80_0000_0000n),
    fc.nat(3),
  )
  .map(([bits, low, how]) =>
    how === 0 ? bits : how === 1 ? (bits & ~0xff_ffff_ffffn) | low : how === 2 ? (1n << 64n) - 1n - low : low,
  );
const normal = fc
  .tuple(
    fc.nat(1),
    fc.oneof(fc.integer({ min: 1, max: 0x7ffe }), fc.integer({ min: 0x3fc0, max: 0x4040 })),
    significand,
  )
  .map(([sign, exponent, bits]) => extended(sign, exponent, bits | (1n << 63n)));
const denormal = fc.tuple(fc.nat(1), significand).map(([sign, bits]) => extended(sign, 0, bits === 0n ? 1n : bits));
const nearTheEdge = fc
  .tuple(fc.nat(1), fc.constantFrom(1, 2, 3, 62, 63, 64, 65, 0x7ffd, 0x7ffe), significand)
  .map(([sign, exponent, bits]) => extended(sign, exponent, bits | (1n << 63n)));
const finite = fc.oneof({ weight: 6, arbitrary: normal }, denormal, nearTheEdge);
/** Two numbers, often of nearly the same size. */
const pair = fc.oneof(
  fc.tuple(finite, finite),
  fc.tuple(normal, fc.integer({ min: -70, max: 70 }), significand, fc.nat(1)).map(([a, distance, bits, sign]) => {
    const exponent = Math.min(0x7ffe, Math.max(1, a.exponent + distance));
    return [a, extended(sign, exponent, bits | (1n << 63n))] as [Extended, Extended];
  }),
);

const isDenormal = ({ exponent }: Extended) => exponent === 0;
const rounding = fc.constantFrom(...ROUNDINGS);
const precision = fc.constantFrom(...PRECISIONS);

/** What the operation must give: result, exceptions, C1. */
function expected(value: Fraction, sign: number, mode: Rounding, bits: number, operands: readonly Extended[]) {
  const denormalFlag = operands.some(isDenormal) ? DENORMAL_OPERAND : 0;
  const rounded = round(value, { ...EXTENDED, precision: bits }, mode);
  return [hexOf(encode(sign, rounded)), rounded.flags | denormalFlag, rounded.isUp];
}

const times = (a: Fraction, b: Fraction): Fraction => ({
  numerator: a.numerator * b.numerator,
  denominator: a.denominator * b.denominator,
});
const plus = (a: Fraction, b: Fraction): Fraction => ({
  numerator: a.numerator * b.denominator + b.numerator * a.denominator,
  denominator: a.denominator * b.denominator,
});
const signOf = ({ numerator }: Fraction) => (numerator < 0n ? 1 : 0);
const runs = { numRuns: 1500 };

describe('results are the exact ones, rounded once', () => {
  it('of sums and differences', () => {
    fc.assert(
      fc.property(pair, rounding, precision, fc.boolean(), ([a, b], mode, bits, isSubtract) => {
        const context = contextOf(mode, bits);
        const result = new Extended();
        add(context, a, b, isSubtract, result);
        const second = fractionOf(b);
        const sum = plus(fractionOf(a), isSubtract ? { ...second, numerator: -second.numerator } : second);
        if (sum.numerator === 0n) {
          expect(hexOf(result)).toBe(mode === 'down' ? '8000:0000000000000000' : '0000:0000000000000000');
          return;
        }
        const wanted = expected(sum, signOf(sum), mode, bits, [a, b]);
        expect([hexOf(result), context.flags, context.conditionOne]).toEqual(wanted);
      }),
      runs,
    );
  });

  it('of products', () => {
    fc.assert(
      fc.property(pair, rounding, precision, ([a, b], mode, bits) => {
        const context = contextOf(mode, bits);
        const result = new Extended();
        multiply(context, a, b, result);
        const wanted = expected(times(fractionOf(a), fractionOf(b)), a.sign ^ b.sign, mode, bits, [a, b]);
        expect([hexOf(result), context.flags, context.conditionOne]).toEqual(wanted);
      }),
      runs,
    );
  });

  it('of quotients', () => {
    fc.assert(
      fc.property(pair, rounding, precision, ([a, b], mode, bits) => {
        const context = contextOf(mode, bits);
        const result = new Extended();
        divide(context, a, b, result);
        const dividend = fractionOf(a);
        const divisor = fractionOf(b);
        const sign = divisor.numerator < 0n ? -1n : 1n;
        const quotient = {
          numerator: dividend.numerator * divisor.denominator * sign,
          denominator: dividend.denominator * divisor.numerator * sign,
        };
        const wanted = expected(quotient, a.sign ^ b.sign, mode, bits, [a, b]);
        expect([hexOf(result), context.flags, context.conditionOne]).toEqual(wanted);
      }),
      runs,
    );
  });

  it('of square roots', () => {
    fc.assert(
      fc.property(finite, rounding, precision, (signed, mode, bits) => {
        const a = extended(0, signed.exponent, (BigInt(signed.high >>> 0) << 32n) | BigInt(signed.low >>> 0));
        const context = contextOf(mode, bits);
        const result = new Extended();
        squareRoot(context, a, result);
        const wanted = expected(rootOf(fractionOf(a)), 0, mode, bits, [a]);
        expect([hexOf(result), context.flags, context.conditionOne]).toEqual(wanted);
      }),
      runs,
    );
  });
});

/** The root to 220 bits, bit by bit; half a unit more when it is not exact, so that it never looks like a tie. */
function rootOf({ numerator, denominator }: Fraction): Fraction {
  // The denominator is a power of two: numerator * 2^-exponent
  const exponent = denominator.toString(2).length - 1;
  const length = numerator.toString(2).length;
  const shift = 440 - length + ((440 - length + exponent) & 1);
  const square = shift >= 0 ? numerator << BigInt(shift) : numerator >> BigInt(-shift);
  let root = 0n;
  for (let bit = 1n << 221n; bit > 0n; bit >>= 1n) if ((root | bit) ** 2n <= square) root |= bit;
  const isExact = root * root === square;
  const half = -(shift + exponent) / 2;
  return isExact ? scaled(root, half) : scaled(2n * root + 1n, half - 1);
}

describe('unmasked overflow and underflow', () => {
  it('leave the result with its exponent moved by 24576', () => {
    const overflow = contextOf('nearest', 64, OVERFLOW);
    const result = new Extended();
    multiply(overflow, fromHex('7ffe:ffffffffffffffff'), fromHex('4000:8000000000000000'), result);
    expect([hexOf(result), overflow.flags]).toEqual(['1fff:ffffffffffffffff', OVERFLOW]);
    const underflow = contextOf('nearest', 64, UNDERFLOW);
    divide(underflow, fromHex('0001:8000000000000001'), fromHex('4000:8000000000000000'), result);
    expect([hexOf(result), underflow.flags]).toEqual(['6000:8000000000000001', UNDERFLOW]);
  });

  it('report an exact denormal only when underflow is unmasked', () => {
    const result = new Extended();
    for (const [unmasked, hex, flags] of [
      [0, '0000:0000000000000001', 0],
      [UNDERFLOW, '5fc2:8000000000000000', UNDERFLOW],
    ] as const) {
      const context = contextOf('nearest', 64, unmasked);
      add(context, fromHex('0001:8000000000000001'), fromHex('0001:8000000000000000'), true, result);
      expect([hexOf(result), context.flags]).toEqual([hex, flags]);
    }
  });
});
