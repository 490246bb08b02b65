// From an exact or nearly exact result to one that fits its format: rounding, overflow, underflow and their masked and
// unmasked answers (SDM vol. 1 4.8.4, 4.9.1, 8.5.4 to 8.5.6).
import { BIAS, DENORMAL, INTEGER_BIT, SPECIAL, kindOf } from './extended';
import type { Extended } from './extended';
import type { FloatContext } from './float-context';
import { DOWN, INEXACT, OVERFLOW, TO_NEAREST, UNDERFLOW, UP } from './float-context';

/** A significand of 96 bits; what was shifted out of the last is kept in it ("sticky"). */
export class Wide {
  sign = 0;
  /** Biased as in the extended format, but without bounds. */
  exponent = 0;
  high = 0;
  low = 0;
  extra = 0;

  /** Takes a finite number that is not zero, with its integer bit moved up to where it belongs. */
  take(value: Extended): void {
    this.sign = value.sign;
    this.exponent = value.exponent;
    this.high = value.high;
    this.low = value.low;
    this.extra = 0;
    if (kindOf(value) !== DENORMAL) return;
    this.exponent = 1;
    this.normalise();
  }

  /** mantissa * 2^exponent of two, mantissa > 0. */
  takeBig(sign: number, mantissa: bigint, exponentOfTwo: number): void {
    const length = bitLength(mantissa);
    const surplus = length - 96;
    const top = surplus > 0 ? mantissa >> BigInt(surplus) : mantissa << BigInt(-surplus);
    this.sign = sign;
    this.exponent = exponentOfTwo + length - 1 + BIAS;
    this.high = Number(top >> 64n) | 0;
    this.low = Number(BigInt.asUintN(32, top >> 32n)) | 0;
    this.extra = Number(BigInt.asUintN(32, top)) | 0;
    if (surplus > 0 && top << BigInt(surplus) !== mantissa) this.extra |= 1;
  }

  get isZero(): boolean {
    return (this.high | this.low | this.extra) === 0;
  }

  shiftRight(count: number): void {
    if (count >= 96) {
      this.extra = this.isZero ? 0 : 1;
      this.high = 0;
      this.low = 0;
      return;
    }
    for (; count >= 32; count -= 32) {
      this.extra = this.low | (this.extra !== 0 ? 1 : 0);
      this.low = this.high;
      this.high = 0;
    }
    if (count === 0) return;
    const lost = this.extra << (32 - count);
    this.extra = (this.extra >>> count) | (this.low << (32 - count)) | (lost !== 0 ? 1 : 0);
    this.low = (this.low >>> count) | (this.high << (32 - count));
    this.high >>>= count;
  }

  /** Moves the highest set bit up to the integer bit. Not for zero. */
  normalise(): void {
    while (this.high === 0) {
      this.high = this.low;
      this.low = this.extra;
      this.extra = 0;
      this.exponent -= 32;
    }
    const count = Math.clz32(this.high);
    if (count === 0) return;
    this.high = (this.high << count) | (this.low >>> (32 - count));
    this.low = (this.low << count) | (this.extra >>> (32 - count));
    this.extra <<= count;
    this.exponent -= count;
  }

  /** Adds one at bit `bit` of the 64-bit significand, counted from its end. */
  private increment(bit: number): void {
    if (bit >= 32) {
      this.high = (this.high + (1 << (bit - 32))) | 0;
    } else {
      const low = (this.low >>> 0) + (1 << bit);
      this.low = low | 0;
      if (low > 0xffff_ffff) this.high = (this.high + 1) | 0;
    }
    // All ones became zero: the next power of two.
    if ((this.high | this.low) !== 0) return;
    this.high = INTEGER_BIT;
    this.exponent++;
  }

  /**
   * Rounds the significand at its fixed place (not counted from its first set bit) to `precision` bits.
   * @returns whether anything was lost; `context.conditionOne` says in which direction
   */
  round(context: FloatContext, precision: number): boolean {
    const { high, low, extra } = this;
    let isHalf: boolean;
    let rest: number;
    let isOdd: boolean;
    if (precision === 64) {
      isHalf = extra < 0;
      rest = extra << 1;
      isOdd = (low & 1) !== 0;
    } else if (precision === 53) {
      isHalf = (low & 0x400) !== 0;
      rest = (low & 0x3ff) | extra;
      isOdd = (low & 0x800) !== 0;
      this.low &= ~0x7ff;
    } else {
      isHalf = (high & 0x80) !== 0;
      rest = (high & 0x7f) | low | extra;
      isOdd = (high & 0x100) !== 0;
      this.high &= ~0xff;
      this.low = 0;
    }
    this.extra = 0;
    context.conditionOne = false;
    if (!isHalf && rest === 0) return false;
    const isUp =
      context.rounding === TO_NEAREST
        ? isHalf && (rest !== 0 || isOdd)
        : context.rounding === (this.sign === 0 ? UP : DOWN);
    if (isUp) this.increment(64 - precision);
    context.conditionOne = isUp;
    return true;
  }
}

/** Number of bits of a positive integer. */
export function bitLength(value: bigint): number {
  const digits = value.toString(16);
  return digits.length * 4 - (Math.clz32(parseInt(digits[0], 16)) - 28);
}

/** The range of a format, in exponents of the extended one. */
export interface FloatRange {
  readonly lowest: number;
  readonly highest: number;
}

export const EXTENDED_RANGE: FloatRange = { lowest: 1, highest: SPECIAL - 1 };
export const DOUBLE_RANGE: FloatRange = { lowest: BIAS - 1022, highest: BIAS + 1023 };
export const SINGLE_RANGE: FloatRange = { lowest: BIAS - 126, highest: BIAS + 127 };

/** What unmasked overflow and underflow subtract from or add to the exponent (SDM vol. 1 4.9.1.5). */
const BIAS_ADJUSTMENT = 0x6000;

const trial = new Wide();

/**
 * Rounds a normalised value to `precision` bits within `range`. Behind it the exponent is at least `range.lowest`, and
 * the integer bit clear for a denormal; `range.highest` + 1 stands for infinity; outside the range only with unmasked
 * overflow or underflow.
 */
export function roundToRange(context: FloatContext, value: Wide, precision: number, range: FloatRange): void {
  const { lowest, highest } = range;
  if (value.exponent < lowest && (!context.isUnmasked(UNDERFLOW) || !isTiny(context, value, precision, lowest))) {
    roundDenormal(context, value, precision, lowest);
    return;
  }
  const isInexact = value.round(context, precision);
  if (isInexact) context.flags |= INEXACT;
  if (value.exponent < lowest) context.flags |= UNDERFLOW;
  if (value.exponent <= highest) return;
  context.flags |= OVERFLOW;
  if (!context.isUnmasked(OVERFLOW)) overflow(context, value, precision, highest);
}

/** Tininess is found after rounding as if the exponent had no bounds (SDM vol. 1 4.9.1.5). */
function isTiny(context: FloatContext, value: Wide, precision: number, lowest: number): boolean {
  if (value.exponent < lowest - 1) return true;
  trial.sign = value.sign;
  trial.exponent = value.exponent;
  trial.high = value.high;
  trial.low = value.low;
  trial.extra = value.extra;
  trial.round(context, precision);
  return trial.exponent < lowest;
}

/** Masked underflow is reported only when something is lost. */
function roundDenormal(context: FloatContext, value: Wide, precision: number, lowest: number): void {
  const tiny = isTiny(context, value, precision, lowest);
  value.shiftRight(lowest - value.exponent);
  value.exponent = lowest;
  if (!value.round(context, precision)) return;
  context.flags |= INEXACT;
  if (tiny) context.flags |= UNDERFLOW;
}

/** Masked overflow: infinity, or the largest finite number when rounding leads towards it. */
function overflow(context: FloatContext, value: Wide, precision: number, highest: number): void {
  context.flags |= INEXACT;
  const { rounding } = context;
  const isInfinity = rounding === TO_NEAREST || rounding === (value.sign === 0 ? UP : DOWN);
  context.conditionOne = isInfinity;
  value.exponent = isInfinity ? highest + 1 : highest;
  value.high = isInfinity ? INTEGER_BIT : precision === 24 ? ~0xff : -1;
  value.low = isInfinity || precision === 24 ? 0 : precision === 53 ? ~0x7ff : -1;
}

/**
 * Rounds a normalised value into a register. With overflow or underflow unmasked the exponent is brought into range by
 * the bias adjustment; what stays outside even so (FSCALE) becomes infinity or zero.
 */
export function roundToRegister(context: FloatContext, value: Wide, precision: number, into: Extended): void {
  if (context.isBlocked) return;
  roundToRange(context, value, precision, EXTENDED_RANGE);
  let { exponent } = value;
  if (exponent < 1) exponent += BIAS_ADJUSTMENT;
  else if (exponent >= SPECIAL && context.isUnmasked(OVERFLOW)) exponent -= BIAS_ADJUSTMENT;
  if (exponent < 1 || exponent > SPECIAL - 1) setOutOfReach(context, value.sign, exponent, into);
  else into.set(value.sign, value.high >= 0 ? 0 : exponent, value.high, value.low);
}

/** Zero or infinity. Where the bias adjustment did not help, precision is lost after all. */
function setOutOfReach(context: FloatContext, sign: number, exponent: number, into: Extended): void {
  context.flags |= INEXACT;
  context.conditionOne = exponent > 0;
  if (exponent > 0) into.setInfinity(sign);
  else into.setZero(sign);
}
