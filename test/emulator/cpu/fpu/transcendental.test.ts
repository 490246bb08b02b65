// Against series of our own in 400-bit fixed point, with an argument reduction by fractions: within one unit in the last
// place, and on the right side of the exact value for the directed roundings.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Extended } from '../../../../src/emulator/cpu/fpu/extended';
import type { FloatContext } from '../../../../src/emulator/cpu/fpu/float-context';
import { INEXACT } from '../../../../src/emulator/cpu/fpu/float-context';
import { LN2, PI } from '../../../../src/emulator/cpu/fpu/fixed-point';
import {
  arctangent,
  cosineOf,
  exponential,
  isAngleTooLarge,
  logarithm,
  logarithmOf1Plus,
  sine,
  tangent,
} from '../../../../src/emulator/cpu/fpu/transcendental';
import type { Fraction, Rounding } from './exact-reference';
import { contextOf, encode, EXTENDED, extended, fractionOf, fromHex, hexOf, round, ROUNDINGS } from './exact-reference';

const PLACES = 400n;
const ONE = 1n << PLACES;

/** Intel's 66-bit pi (SDM vol. 1 8.3.8), exact. */
const PI_66: Fraction = { numerator: 0xc90f_daa2_2168_c234_cn, denominator: 1n << 66n };

const toFixed = ({ numerator, denominator }: Fraction) => (numerator << PLACES) / denominator;
const fraction = (numerator: bigint, denominator = ONE): Fraction =>
  denominator < 0n ? { numerator: -numerator, denominator: -denominator } : { numerator, denominator };
const over = (a: Fraction, b: Fraction) => fraction(a.numerator * b.denominator, a.denominator * b.numerator);
const by = (a: Fraction, b: Fraction) => fraction(a.numerator * b.numerator, a.denominator * b.denominator);

/** sum of x^k / k! with signs by `signOf`, for the k of a parity; x exact, so that small arguments keep their bits. */
function exponentialSeries(x: bigint, first: bigint, step: bigint, alternates: boolean): bigint {
  let sum = 0n;
  let term = first === 0n ? ONE : x;
  for (let k = first, n = 0; term !== 0n; k += step, n++) {
    sum += alternates && n % 2 === 1 ? -term : term;
    for (let i = 1n; i <= step; i++) term = (term * x) / ONE / (k + i);
  }
  return sum;
}

/** Near zero every odd function is its argument, a hair less or more: enough places behind the argument's own. */
const isTiny = ({ numerator, denominator }: Fraction) => abs(numerator) << 140n < denominator;
const abs = (value: bigint) => (value < 0n ? -value : value);
const nudged = ({ numerator, denominator }: Fraction, isLarger: boolean): Fraction =>
  fraction((numerator << 300n) + (isLarger === numerator > 0n ? 1n : -1n), denominator << 300n);

function reduceByPi(x: Fraction): { rest: Fraction; quadrant: number } {
  const half = fraction(PI_66.numerator, PI_66.denominator * 2n);
  const ratio = over(x, half);
  const quotient = (2n * ratio.numerator + ratio.denominator) / (2n * ratio.denominator);
  const floor = 2n * ratio.numerator + ratio.denominator < 0n ? quotient - 1n : quotient;
  const rest = fraction(
    x.numerator * half.denominator - floor * half.numerator * x.denominator,
    x.denominator * half.denominator,
  );
  return { rest, quadrant: Number(((floor % 4n) + 4n) % 4n) };
}

function sineOf(rest: Fraction): Fraction {
  return isTiny(rest) ? nudged(rest, false) : fraction(exponentialSeries(toFixed(rest), 1n, 2n, true));
}
const cosine = (rest: Fraction) => fraction(exponentialSeries(toFixed(rest), 0n, 2n, true) - 1n);
const negated = ({ numerator, denominator }: Fraction) => fraction(-numerator, denominator);

function exactSine(x: Fraction, offset = 0): Fraction {
  const { rest, quadrant } = reduceByPi(x);
  const place = (quadrant + offset) % 4;
  const value = place % 2 === 0 ? sineOf(rest) : cosine(rest);
  return place >= 2 ? negated(value) : value;
}

function exactTangent(x: Fraction): Fraction {
  return isTiny(x) ? nudged(x, true) : over(exactSine(x), exactSine(x, 1));
}

/** ln of a fraction, through artanh of (v - 1) / (v + 1) with v between 2/3 and 4/3. */
function naturalLogarithm(v: Fraction): bigint {
  let { numerator, denominator } = v;
  let powers = 0n;
  while (3n * numerator > 4n * denominator) [denominator, powers] = [denominator * 2n, powers + 1n];
  while (3n * numerator < 2n * denominator) [numerator, powers] = [numerator * 2n, powers - 1n];
  return artanh(fraction(numerator - denominator, numerator + denominator)) * 2n + powers * LN_2;
}
function artanh(s: Fraction): bigint {
  const fixed = toFixed(s);
  const square = (fixed * fixed) / ONE;
  let sum = 0n;
  for (let power = fixed, k = 1n; power !== 0n; power = (power * square) / ONE, k += 2n) sum += power / k;
  return sum;
}
const LN_2 = artanh(fraction(1n, 3n)) * 2n;

function logarithm2(v: Fraction): Fraction {
  return fraction(naturalLogarithm(v), LN_2);
}

function logarithm2Of1Plus(x: Fraction): Fraction {
  if (isTiny(x)) return fraction(x.numerator * ONE, x.denominator * LN_2);
  return logarithm2(fraction(x.denominator + x.numerator, x.denominator));
}

function powerOf2Minus1(x: Fraction): Fraction {
  if (isTiny(x)) return fraction(x.numerator * LN_2, x.denominator * ONE);
  const y = (toFixed(x) * LN_2) / ONE;
  return fraction(exponentialSeries(y, 0n, 1n, false) - ONE);
}

/** arctan by Euler's series, which converges for all t <= 1. */
function exactArctangent(t: Fraction): bigint {
  const square = toFixed(by(t, t));
  const factor = (square * ONE) / (ONE + square);
  let term = (toFixed(t) * ONE) / (ONE + square);
  let sum = 0n;
  for (let n = 1n; term !== 0n; n++) {
    sum += term;
    term = (((term * factor) / ONE) * 2n * n) / (2n * n + 1n);
  }
  return sum;
}
const EXACT_PI = 4n * exactArctangent(fraction(1n, 1n));

function exactAngle(y: Fraction, x: Fraction): Fraction {
  const [absY, absX] = [fraction(abs(y.numerator), y.denominator), fraction(abs(x.numerator), x.denominator)];
  const ratio = over(absY, absX);
  const isSteep = ratio.numerator > ratio.denominator;
  const small = isSteep ? over(absX, absY) : ratio;
  if (isTiny(small) && !isSteep && x.numerator > 0n)
    return y.numerator < 0n ? negated(nudged(small, false)) : nudged(small, false);
  const acute = exactArctangent(small);
  const first = isSteep ? EXACT_PI / 2n - acute : acute;
  const angle = x.numerator < 0n ? EXACT_PI - first : first;
  return fraction(y.numerator < 0n ? -angle : angle);
}

const number = (lowest: number, highest: number) =>
  fc
    .tuple(fc.nat(1), fc.integer({ min: 0x3fff + lowest, max: 0x3fff + highest }), fc.bigInt(0n, (1n << 63n) - 1n))
    .map(([sign, exponent, bits]) => extended(sign, exponent, bits | (1n << 63n)));
const rounding = fc.constantFrom(...ROUNDINGS);

function isPositive({ numerator }: Fraction): boolean {
  return numerator > 0n;
}

/** Places of the significand between two results. */
function distance(a: Extended, b: Extended): bigint {
  const place = ({ sign, exponent, high, low }: Extended) => {
    const magnitude = (BigInt(exponent) << 63n) + (BigInt((high & 0x7fff_ffff) >>> 0) << 32n) + BigInt(low >>> 0);
    return sign === 0 ? magnitude : -magnitude;
  };
  return abs(place(a) - place(b));
}

function check(exact: Fraction, mode: Rounding, calculate: (context: FloatContext, into: Extended) => void): void {
  const context = contextOf(mode, 24);
  const result = new Extended();
  calculate(context, result);
  const wanted = encode(isPositive(exact) ? 0 : 1, round(exact, EXTENDED, mode));
  if (distance(result, wanted) > 1n) expect(hexOf(result)).toBe(hexOf(wanted));
  expect(context.flags & INEXACT).toBe(INEXACT);
  // Our results are right to the last bit wherever the exact value does not come closer to a tie than 2^-100.
  expect(hexOf(result)).toBe(hexOf(wanted));
}

const runs = { numRuns: 300 };

describe('transcendental functions are within one unit in the last place, in full precision whatever PC says', () => {
  it('F2XM1', () => {
    fc.assert(
      fc.property(number(-80, -1), rounding, (x, mode) => {
        check(powerOf2Minus1(fractionOf(x)), mode, (context, into) => exponential(context, x, into));
      }),
      runs,
    );
  });

  it('FYL2X', () => {
    const aroundOne = fc
      .tuple(fc.boolean(), fc.integer({ min: 0, max: 62 }), fc.bigInt(1n, (1n << 63n) - 1n))
      .map(([isAbove, shift, bits]) => {
        const away = bits >> BigInt(shift) || 1n;
        return isAbove ? extended(0, 0x3fff, (1n << 63n) + away) : extended(0, 0x3ffe, (1n << 64n) - away);
      });
    fc.assert(
      fc.property(fc.oneof(number(-300, 300), aroundOne), number(-30, 30), rounding, (signed, y, mode) => {
        const x = new Extended();
        x.set(0, signed.exponent, signed.high, signed.low);
        const exact = by(fractionOf(y), logarithm2(fractionOf(x)));
        fc.pre(exact.numerator !== 0n);
        check(exact, mode, (context, into) => logarithm(context, x, y, into));
      }),
      runs,
    );
  });

  it('FYL2XP1', () => {
    fc.assert(
      fc.property(number(-100, -2), number(-30, 30), rounding, (x, y, mode) => {
        const exact = by(fractionOf(y), logarithm2Of1Plus(fractionOf(x)));
        check(exact, mode, (context, into) => logarithmOf1Plus(context, x, y, into));
      }),
      runs,
    );
  });

  it('FSIN, FCOS and FPTAN, with the 66-bit pi', () => {
    fc.assert(
      fc.property(fc.oneof(number(-100, 4), number(0, 62)), rounding, (x, mode) => {
        const exact = fractionOf(x);
        check(exactSine(exact), mode, (context, into) => sine(context, x, into));
        check(exactSine(exact, 1), mode, (context, into) => cosineOf(context, x, into));
        check(exactTangent(exact), mode, (context, into) => tangent(context, x, into));
      }),
      runs,
    );
  });

  it('FPATAN', () => {
    fc.assert(
      fc.property(fc.oneof(number(-3, 3), number(-60, 60)), number(-3, 3), rounding, (y, x, mode) => {
        check(exactAngle(fractionOf(y), fractionOf(x)), mode, (context, into) => arctangent(context, x, y, into));
      }),
      runs,
    );
  });
});

describe('angles', () => {
  it('of 2^63 and more are left to the program', () => {
    expect(isAngleTooLarge(fromHex('403e:8000000000000000'))).toBe(true);
    expect(isAngleTooLarge(fromHex('403d:ffffffffffffffff'))).toBe(false);
    expect(isAngleTooLarge(fromHex('7fff:8000000000000000'))).toBe(false);
  });

  it('near pi show the 66 bits: sin(pi as loaded) is what those bits are beyond it', () => {
    const result = new Extended();
    sine(contextOf('nearest', 64), fromHex('4000:c90fdaa22168c235'), result);
    // C90FDAA22168C235 - C90FDAA22168C234.C is a quarter of the last place, which is 2^-62.
    expect(hexOf(result)).toBe('bfbf:8000000000000000');
  });
});

describe('the constants behind the series', () => {
  it('are pi and ln 2', () => {
    expect(PI >> 128n).toBe(0x3_243f_6a88_85a3_08d3n);
    expect(LN2 >> 128n).toBe(0xb172_17f7_d1cf_79abn);
  });
});
