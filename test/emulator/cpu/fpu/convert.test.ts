import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  finishLoad,
  fromDecimal,
  fromDouble,
  fromInteger32,
  fromInteger64,
  fromSingle,
  stored,
  toDecimal,
  toDouble,
  toInteger,
  toSingle,
} from '../../../../src/emulator/cpu/fpu/convert';
import { Extended } from '../../../../src/emulator/cpu/fpu/extended';
import {
  DENORMAL_OPERAND,
  INEXACT,
  INVALID,
  OVERFLOW,
  UNDERFLOW,
} from '../../../../src/emulator/cpu/fpu/float-context';
import type { Format, Fraction, Rounding } from './exact-reference';
import {
  contextOf,
  DOUBLE,
  encode,
  extended,
  fractionOf,
  fromHex,
  hexOf,
  round,
  ROUNDINGS,
  SINGLE,
} from './exact-reference';

const view = new DataView(new ArrayBuffer(8));
const rounding = fc.constantFrom(...ROUNDINGS);
const significand = fc.oneof(
  fc.bigInt(0n, (1n << 64n) - 1n),
  fc.constantFrom(0n, (1n << 64n) - 1n, 0x400n, 0x3ffn, 0xc00n, 0x80_0000_0000n, 0x7f_ffff_ffffn),
);

/** Around the ranges of the narrower formats, and anywhere. */
const finite = fc
  .tuple(
    fc.nat(1),
    fc.oneof(
      fc.integer({ min: 0x3fff - 160, max: 0x3fff + 130 }),
      fc.integer({ min: 0x3fff - 1080, max: 0x3fff - 1018 }),
      fc.integer({ min: 0x3fff + 1018, max: 0x3fff + 1026 }),
      fc.integer({ min: 1, max: 0x7ffe }),
    ),
    significand,
  )
  .map(([sign, exponent, bits]) => extended(sign, exponent, bits | (1n << 63n)));

/** The encoding of a rounded value in a format with `fractionBits` bits behind the point. */
function encodeIn(
  { precision, lowest, highest }: Format,
  value: Extended,
  mode: Rounding,
): [bits: bigint, flags: number] {
  const rounded = round(fractionOf(value), { precision, lowest, highest }, mode);
  const fractionBits = BigInt(precision - 1);
  const special = BigInt(highest - lowest + 2);
  const signBit = BigInt(value.sign) << (fractionBits + BigInt(special.toString(2).length));
  if (rounded.isInfinite) return [signBit | (special << fractionBits), rounded.flags];
  // A carry into a further bit is the next exponent: the encodings of a format follow one another.
  const isDenormal = rounded.exponent === lowest - precision + 1 && rounded.significand >> fractionBits === 0n;
  const exponent = isDenormal ? 0n : BigInt(rounded.exponent - (lowest - precision + 1));
  return [signBit | ((exponent << fractionBits) + rounded.significand), rounded.flags];
}

describe('singles and doubles', () => {
  it('are the exact value, rounded once', () => {
    fc.assert(
      fc.property(finite, rounding, (value, mode) => {
        const single = contextOf(mode, 64);
        expect(toSingle(single, value)).toBe(true);
        expect([BigInt(stored.low >>> 0), single.flags]).toEqual(encodeIn(SINGLE, value, mode));
        const double = contextOf(mode, 64);
        expect(toDouble(double, value)).toBe(true);
        const bits = (BigInt(stored.high >>> 0) << 32n) | BigInt(stored.low >>> 0);
        expect([bits, double.flags]).toEqual(encodeIn(DOUBLE, value, mode));
      }),
      { numRuns: 2000 },
    );
  });

  it('to nearest are what JavaScript rounds a double to', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (number) => {
        view.setFloat64(0, number);
        const value = new Extended();
        const context = contextOf('nearest', 64);
        fromDouble(context, view.getInt32(0), view.getInt32(4), value);
        toSingle(context, value);
        const bits = stored.low;
        view.setFloat32(0, number);
        expect(bits >>> 0).toBe(view.getUint32(0));
      }),
      { numRuns: 1000 },
    );
  });

  it('come back from the extended format as they went in', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (high, low) => {
        const value = new Extended();
        const context = contextOf('nearest', 64);
        fromDouble(context, high, low, value);
        toDouble(context, value);
        // A signalling NaN comes back quiet.
        const isNan = (high & 0x7ff0_0000) === 0x7ff0_0000 && ((high & 0xf_ffff) | low) !== 0;
        expect([stored.high, stored.low]).toEqual([isNan ? high | 0x8_0000 : high, low]);
        fromSingle(context, low, value);
        toSingle(context, value);
        const isSingleNan = (low & 0x7f80_0000) === 0x7f80_0000 && (low & 0x7f_ffff) !== 0;
        expect(stored.low).toBe(isSingleNan ? low | 0x40_0000 : low);
      }),
      { numRuns: 1000 },
    );
  });

  it('report denormals and signalling NaNs when loaded', () => {
    const value = new Extended();
    const denormal = contextOf('nearest', 64);
    fromSingle(denormal, 1, value);
    finishLoad(denormal, value);
    expect([hexOf(value), denormal.flags]).toEqual(['3f6a:8000000000000000', DENORMAL_OPERAND]);
    const signalling = contextOf('nearest', 64);
    fromDouble(signalling, 0xfff4_0000 | 0, 5, value);
    finishLoad(signalling, value);
    expect([hexOf(value), signalling.flags]).toEqual(['ffff:e000000000002800', INVALID]);
  });

  it('are not stored when overflow or underflow is unmasked, and then say nothing of precision', () => {
    for (const [hex, flag] of [
      ['43ff:8000000000000001', OVERFLOW],
      ['3b00:8000000000000001', UNDERFLOW],
    ] as const) {
      const context = contextOf('up', 64, OVERFLOW | UNDERFLOW);
      expect(toDouble(context, fromHex(hex))).toBe(false);
      expect([context.flags, context.conditionOne]).toEqual([flag, false]);
    }
  });
});

describe('integers', () => {
  const sizes = [16, 32, 64] as const;

  function toBig({ numerator, denominator }: Fraction, mode: Rounding): bigint {
    const floor = numerator >= 0n ? numerator / denominator : -((-numerator + denominator - 1n) / denominator);
    const rest = numerator - floor * denominator;
    if (rest === 0n || mode === 'down') return floor;
    if (mode === 'up') return floor + 1n;
    if (mode === 'zero') return numerator < 0n ? floor + 1n : floor;
    const isUp = 2n * rest > denominator || (2n * rest === denominator && (floor & 1n) !== 0n);
    return isUp ? floor + 1n : floor;
  }

  const nearIntegers = fc
    .tuple(fc.nat(1), fc.integer({ min: 0x3fff - 3, max: 0x3fff + 66 }), significand)
    .map(([sign, exponent, bits]) => extended(sign, exponent, bits | (1n << 63n)));

  it('are the value rounded, or the indefinite where they do not fit', () => {
    fc.assert(
      fc.property(nearIntegers, rounding, fc.constantFrom(...sizes), (value, mode, bits) => {
        const context = contextOf(mode, 64);
        toInteger(context, value, bits);
        const mask = (1n << BigInt(bits)) - 1n;
        const got = ((BigInt(stored.high >>> 0) << 32n) | BigInt(stored.low >>> 0)) & mask;
        const exact = fractionOf(value);
        const rounded = toBig(exact, mode);
        const limit = 1n << BigInt(bits - 1);
        const isFitting = rounded >= -limit && rounded < limit;
        const isExact = rounded * exact.denominator === exact.numerator;
        expect([got, context.flags]).toEqual([
          isFitting ? rounded & mask : limit,
          isFitting ? (isExact ? 0 : INEXACT) : INVALID,
        ]);
      }),
      { numRuns: 2000 },
    );
  });

  it('are held exactly', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (high, low) => {
        const value = new Extended();
        fromInteger64(high, low, value);
        const wide = BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low >>> 0));
        expect(toBig(fractionOf(value), 'zero')).toBe(wide);
        fromInteger32(low, value);
        expect(toBig(fractionOf(value), 'zero')).toBe(BigInt(low));
      }),
    );
  });

  it('take no NaN, infinity or unsupported format', () => {
    for (const hex of [
      '7fff:8000000000000000',
      '7fff:c000000000000000',
      '7fff:8000000000000001',
      '3fff:0000000000000001',
    ]) {
      const context = contextOf('nearest', 64);
      expect(toInteger(context, fromHex(hex), 32)).toBe(true);
      expect([stored.low, context.flags]).toEqual([0x8000_0000 | 0, INVALID]);
      const unmasked = contextOf('nearest', 64, INVALID);
      expect(toInteger(unmasked, fromHex(hex), 32)).toBe(false);
    }
  });
});

describe('packed decimals', () => {
  it('come back as they went in', () => {
    fc.assert(
      fc.property(fc.bigInt(-999_999_999_999_999_999n, 999_999_999_999_999_999n), (number) => {
        const digits = (number < 0n ? -number : number).toString().padStart(18, '0');
        const bytes = Uint8Array.from({ length: 10 }, (_, i) =>
          i === 9 ? (number < 0n ? 0x80 : 0) : parseInt(digits.slice(16 - 2 * i, 18 - 2 * i), 16),
        );
        const value = new Extended();
        fromDecimal(bytes, value);
        expect(hexOf(value)).toBe(
          number === 0n
            ? '0000:0000000000000000'
            : hexOf(
                encode(
                  number < 0n ? 1 : 0,
                  round(
                    { numerator: number, denominator: 1n },
                    { precision: 64, lowest: -16382, highest: 16383 },
                    'zero',
                  ),
                ),
              ),
        );
        const back = new Uint8Array(10);
        expect(toDecimal(contextOf('nearest', 64), value, back)).toBe(true);
        expect(back).toEqual(bytes);
      }),
    );
  });

  it('keep the sign of zero', () => {
    const value = new Extended();
    fromDecimal(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80), value);
    expect(hexOf(value)).toBe('8000:0000000000000000');
  });

  it('of nineteen digits are the indefinite', () => {
    const bytes = new Uint8Array(10);
    const value = new Extended();
    fromInteger64(0x0de0_b6b3, 0xa764_0000, value); // 10^18
    const context = contextOf('nearest', 64);
    toDecimal(context, value, bytes);
    expect([Buffer.from(bytes).toString('hex'), context.flags]).toEqual(['00000000000000c0ffff', INVALID]);
  });
});
