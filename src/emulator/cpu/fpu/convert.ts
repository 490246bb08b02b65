// Between the extended format and the others: single, double, 16-, 32- and 64-bit integers, packed decimals
// (387 PRM 2.2, SDM vol. 1 4.2, 4.7, 8.2).
import { invalid } from './arithmetic';
import {
  BIAS,
  Extended,
  INFINITY,
  INTEGER_BIT,
  QUIET_BIT,
  SIGNALLING_NAN,
  SPECIAL,
  UNSUPPORTED,
  ZERO,
  kindOf,
  significandOf,
} from './extended';
import type { FloatContext } from './float-context';
import { DENORMAL_OPERAND, INEXACT, INVALID, OVERFLOW, UNDERFLOW } from './float-context';
import { DOUBLE_RANGE, roundToRange, SINGLE_RANGE, Wide } from './rounding';

const wide = new Wide();
const scratch = new Extended();

// ---- from other formats: always exact ----

/** Takes a single apart. A denormal is noted in the context; a signalling NaN stays one. */
export function fromSingle(context: FloatContext, bits: number, into: Extended): void {
  const exponent = (bits >>> 23) & 0xff;
  const high = bits << 8;
  setFrom(context, bits >>> 31, exponent, 0xff, BIAS - 127, high & ~INTEGER_BIT, 0, into);
}

/** Takes a double apart. */
export function fromDouble(context: FloatContext, highBits: number, lowBits: number, into: Extended): void {
  const exponent = (highBits >>> 20) & 0x7ff;
  const high = ((highBits & 0xf_ffff) << 11) | (lowBits >>> 21);
  setFrom(context, highBits >>> 31, exponent, 0x7ff, BIAS - 1023, high, lowBits << 11, into);
}

function setFrom(
  context: FloatContext,
  sign: number,
  exponent: number,
  special: number,
  biasDifference: number,
  high: number,
  low: number,
  into: Extended,
): void {
  if (exponent === special) {
    into.set(sign, SPECIAL, high | INTEGER_BIT, low);
  } else if (exponent !== 0) {
    into.set(sign, exponent + biasDifference, high | INTEGER_BIT, low);
  } else if ((high | low) === 0) {
    into.setZero(sign);
  } else {
    context.hasDenormalOperand = true;
    setNormalised(sign, biasDifference + 1, high, low, into);
  }
}

/** high:low as a number whose integer bit has this exponent. Not zero. */
function setNormalised(sign: number, exponent: number, high: number, low: number, into: Extended): void {
  wide.exponent = exponent;
  wide.high = high;
  wide.low = low;
  wide.extra = 0;
  wide.normalise();
  into.set(sign, wide.exponent, wide.high, wide.low);
}

/** The load of a single or double: a signalling NaN becomes quiet, and that and denormals are reported. */
export function finishLoad(context: FloatContext, value: Extended): void {
  if (context.hasDenormalOperand) context.flags |= DENORMAL_OPERAND;
  if (kindOf(value) !== SIGNALLING_NAN) return;
  context.flags |= INVALID;
  value.high |= QUIET_BIT;
}

export function fromInteger32(value: number, into: Extended): void {
  if (value === 0) into.setZero(0);
  else setNormalised(value >>> 31, BIAS + 63, 0, value < 0 ? -value | 0 : value, into);
}

export function fromInteger64(high: number, low: number, into: Extended): void {
  if ((high | low) === 0) {
    into.setZero(0);
    return;
  }
  const isNegative = high < 0;
  const magnitudeHigh = isNegative ? (~high + (low === 0 ? 1 : 0)) | 0 : high;
  setNormalised(isNegative ? 1 : 0, BIAS + 63, magnitudeHigh, isNegative ? -low | 0 : low, into);
}

/** Eighteen decimal digits, four bits each, low halves of bytes first. Digits above 9 count as what they are worth. */
export function fromDecimal(bytes: Uint8Array, into: Extended): void {
  let value = 0n;
  for (let i = 8; i >= 0; i--) value = value * 100n + BigInt((bytes[i] >> 4) * 10 + (bytes[i] & 0xf));
  const sign = bytes[9] >> 7;
  if (value === 0n) into.setZero(sign);
  else setNormalised(sign, BIAS + 63, Number(value >> 32n) | 0, Number(BigInt.asUintN(32, value)) | 0, into);
}

// ---- to single and double ----

/** A single or double as stored; `low` holds a single. */
export const stored = { high: 0, low: 0 };

/** Whether a single or double may be stored. Overflow and underflow that keep it from that say nothing of precision. */
function isStorable(context: FloatContext): boolean {
  if (!context.hasUnmasked(OVERFLOW | UNDERFLOW)) return !context.isBlocked;
  context.flags &= ~INEXACT;
  context.conditionOne = false;
  return false;
}

/** Rounds to single into `stored.low`. False: an unmasked exception keeps it from being stored. */
export function toSingle(context: FloatContext, value: Extended): boolean {
  const exponent = toFormat(context, value, 24);
  stored.low = (scratch.sign << 31) | (exponent << 23) | ((scratch.high & ~INTEGER_BIT) >>> 8);
  return isStorable(context);
}

/** Rounds to double into `stored`. */
export function toDouble(context: FloatContext, value: Extended): boolean {
  const exponent = toFormat(context, value, 53);
  const { sign, high, low } = scratch;
  stored.high = (sign << 31) | (exponent << 20) | ((high & ~INTEGER_BIT) >>> 11);
  stored.low = (low >>> 11) | (high << 21);
  return isStorable(context);
}

/** Rounds into `scratch`. @returns the exponent as the format of this precision encodes it */
function toFormat(context: FloatContext, value: Extended, precision: 24 | 53): number {
  const special = precision === 24 ? 0xff : 0x7ff;
  const range = precision === 24 ? SINGLE_RANGE : DOUBLE_RANGE;
  scratch.copy(value);
  const kind = kindOf(value);
  if (kind === UNSUPPORTED) {
    invalid(context, scratch);
    return special;
  }
  if (kind === SIGNALLING_NAN) {
    context.flags |= INVALID;
    scratch.high |= QUIET_BIT;
  }
  if (kind >= INFINITY) return special;
  if (kind === ZERO) return 0;
  wide.take(value);
  roundToRange(context, wide, precision, range);
  scratch.high = wide.high;
  scratch.low = wide.low;
  return wide.high >= 0 ? 0 : wide.exponent - range.lowest + 1;
}

// ---- to integers ----

/** The last number rounded to an integer: its magnitude in 64 bits. */
export const integer = { sign: 0, high: 0, low: 0, isInexact: false };

/** Rounds a finite number into `integer`. False: its magnitude takes more than 64 bits. */
export function toMagnitude(context: FloatContext, value: Extended): boolean {
  integer.sign = value.sign;
  integer.high = 0;
  integer.low = 0;
  integer.isInexact = false;
  if (kindOf(value) === ZERO) return true;
  const distance = BIAS + 63 - value.exponent;
  if (distance < 0) return false;
  wide.sign = value.sign;
  wide.high = value.high;
  wide.low = value.low;
  wide.extra = 0;
  wide.shiftRight(distance);
  integer.isInexact = wide.round(context, 64);
  integer.high = wide.high;
  integer.low = wide.low;
  return true;
}

/**
 * Rounds to a signed integer of 16, 32 or 64 bits into `stored`: the integer indefinite where it does not fit.
 * False: an unmasked invalid operation keeps it from being stored.
 */
export function toInteger(context: FloatContext, value: Extended, bits: 16 | 32 | 64): boolean {
  if (kindOf(value) < INFINITY && toMagnitude(context, value) && fits(bits)) {
    if (integer.isInexact) context.flags |= INEXACT;
    const { sign, high, low } = integer;
    stored.low = sign === 0 ? low : -low | 0;
    stored.high = sign === 0 ? high : (~high + (low === 0 ? 1 : 0)) | 0;
    return true;
  }
  return setIntegerIndefinite(context, bits);
}

function fits(bits: number): boolean {
  const { sign, high, low } = integer;
  if (bits === 64) return high >= 0 || (sign === 1 && high === INTEGER_BIT && low === 0);
  const limit = bits === 32 ? 0x8000_0000 : 0x8000;
  return high === 0 && low >>> 0 < limit + sign;
}

/** The most negative integer, for what does not fit. False: unmasked, nothing is stored. */
export function setIntegerIndefinite(context: FloatContext, bits: 16 | 32 | 64): boolean {
  context.flags |= INVALID;
  context.conditionOne = false;
  stored.high = bits === 64 ? INTEGER_BIT : 0;
  stored.low = bits === 64 ? 0 : bits === 32 ? INTEGER_BIT : 0x8000;
  return !context.isBlocked;
}

// ---- to packed decimals ----

const LARGEST_DECIMAL = 999_999_999_999_999_999n;

/** Rounds to eighteen decimal digits. False: an unmasked invalid operation keeps them from being stored. */
export function toDecimal(context: FloatContext, value: Extended, into: Uint8Array): boolean {
  if (kindOf(value) >= INFINITY || !toMagnitude(context, value)) return setDecimalIndefinite(context, into);
  let magnitude = significandOf(integer);
  if (magnitude > LARGEST_DECIMAL) return setDecimalIndefinite(context, into);
  if (integer.isInexact) context.flags |= INEXACT;
  for (let i = 0; i < 9; i++) {
    const digits = Number(magnitude % 100n);
    into[i] = (Math.floor(digits / 10) << 4) | (digits % 10);
    magnitude /= 100n;
  }
  into[9] = integer.sign << 7;
  return true;
}

/** FFFFC000000000000000h. */
export function setDecimalIndefinite(context: FloatContext, into: Uint8Array): boolean {
  context.flags |= INVALID;
  context.conditionOne = false;
  into.fill(0);
  into[7] = 0xc0;
  into[8] = 0xff;
  into[9] = 0xff;
  return !context.isBlocked;
}
