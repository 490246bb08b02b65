// Operations on exponent and integer part: FRNDINT, FSCALE, FXTRACT, FPREM, FPREM1 (SDM vol. 2, their pages).
import { invalid, noteDenormals, propagateNan, quietNan } from './arithmetic';
import { fromInteger32, integer, toMagnitude } from './convert';
import type { Extended } from './extended';
import { BIAS, INFINITY, NORMAL, ZERO, kindOf, significandOf } from './extended';
import { FloatContext, INEXACT, TO_ZERO, ZERO_DIVIDE } from './float-context';
import { roundToRegister, Wide } from './rounding';

const wide = new Wide();
const divisorWide = new Wide();

/** FRNDINT: to an integer, by rounding control. */
export function roundToInteger(context: FloatContext, a: Extended, into: Extended): void {
  const kind = kindOf(a);
  if (kind > INFINITY) {
    quietNan(context, a, into);
    return;
  }
  noteDenormals(context, kind, kind);
  into.copy(a);
  if (kind === ZERO || a.exponent >= BIAS + 63 || context.isBlocked) return;
  toMagnitude(context, a);
  if (integer.isInexact) context.flags |= INEXACT;
  if ((integer.high | integer.low) === 0) {
    into.setZero(a.sign);
    return;
  }
  wide.exponent = BIAS + 63;
  wide.high = integer.high;
  wide.low = integer.low;
  wide.extra = 0;
  wide.normalise();
  into.set(a.sign, wide.exponent, wide.high, wide.low);
}

/** For the truncation of the scale, which reports nothing. */
const truncation = new FloatContext();
truncation.begin(0x033f | (TO_ZERO << 10));

/** FSCALE: a * 2^(integer part of b). */
export function scale(context: FloatContext, a: Extended, b: Extended, into: Extended): void {
  const kindA = kindOf(a);
  const kindB = kindOf(b);
  if (kindA > INFINITY || kindB > INFINITY) {
    propagateNan(context, a, b, into);
    return;
  }
  if (kindB === INFINITY) {
    if (kindA === (b.sign === 0 ? ZERO : INFINITY)) {
      invalid(context, into);
      return;
    }
    noteDenormals(context, kindA, kindB);
    if (b.sign === 0) into.setInfinity(a.sign);
    else into.setZero(a.sign);
    return;
  }
  noteDenormals(context, kindA, kindB);
  if (kindA === INFINITY || kindA === ZERO) {
    into.copy(a);
    return;
  }
  wide.take(a);
  wide.exponent += scaleOf(b);
  roundToRegister(context, wide, 64, into);
}

/** Beyond every range, even with a bias adjustment. */
const HUGE_SCALE = 0x2_0000;

function scaleOf(b: Extended): number {
  if (b.exponent > BIAS + 16) return b.sign === 0 ? HUGE_SCALE : -HUGE_SCALE;
  // Leaves `wide`, the operand, alone: the conversion has its own.
  toMagnitude(truncation, b);
  return b.sign === 0 ? integer.low : -integer.low;
}

/** FXTRACT: the significand, between 1 and 2, and the exponent as a number. */
export function extract(context: FloatContext, a: Extended, significand: Extended, exponent: Extended): void {
  const kind = kindOf(a);
  if (kind > INFINITY) {
    quietNan(context, a, exponent);
    significand.copy(exponent);
    return;
  }
  if (kind === INFINITY) {
    significand.copy(a);
    exponent.setInfinity(0);
    return;
  }
  if (kind === ZERO) {
    context.flags |= ZERO_DIVIDE;
    significand.copy(a);
    exponent.setInfinity(1);
    return;
  }
  noteDenormals(context, kind, kind);
  wide.take(a);
  significand.set(a.sign, BIAS, wide.high, wide.low);
  fromInteger32(wide.exponent - BIAS, exponent);
}

/** What FPREM and FPREM1 say of the quotient: its low three bits, or one of these. */
export type Quotient = number;
/** Only a part of the division was done: C2. */
export const PARTIAL = -1;
/** There is none: NaN, infinity, division by zero. */
export const NO_QUOTIENT = -2;

/**
 * FPREM (quotient truncated) and FPREM1 (to nearest, even). A step reduces the exponent by less than 64: when more is
 * needed, by 32 to 63, such that the last partial step leaves a multiple of 32 (387 PRM leaves the number open; this is
 * what the silicon does).
 */
export function remainder(
  context: FloatContext,
  a: Extended,
  b: Extended,
  isNearest: boolean,
  into: Extended,
): Quotient {
  const kindA = kindOf(a);
  const kindB = kindOf(b);
  if (kindA > INFINITY || kindB > INFINITY) {
    propagateNan(context, a, b, into);
    return NO_QUOTIENT;
  }
  if (kindA === INFINITY || kindB === ZERO) {
    invalid(context, into);
    return NO_QUOTIENT;
  }
  noteDenormals(context, kindA, kindB);
  into.copy(a);
  if (context.isBlocked) return NO_QUOTIENT;
  if (kindA === ZERO) return 0;
  wide.take(a);
  if (kindB === INFINITY) {
    if (kindA !== NORMAL) roundToRegister(context, wide, 64, into);
    return 0;
  }
  divisorWide.take(b);
  const distance = wide.exponent - divisorWide.exponent;
  if (distance < (isNearest ? -1 : 0)) {
    roundToRegister(context, wide, 64, into);
    return 0;
  }
  return reduce(context, distance, isNearest, into);
}

/** wide mod divisorWide. The remainder is a multiple of the smaller unit, so it is always exact. */
function reduce(context: FloatContext, distance: number, isNearest: boolean, into: Extended): Quotient {
  const divisor = significandOf(divisorWide);
  const isPartial = distance >= 64;
  const step = isPartial ? (distance & 31) | 32 : distance;
  // In units of the divisor's last place, halved so that a distance of -1 is whole.
  const unit = divisorWide.exponent - BIAS - 64 + (isPartial ? distance - step : 0);
  const dividend = significandOf(wide) << BigInt(step + 1);
  let quotient = dividend / (divisor << 1n);
  let rest = dividend - quotient * (divisor << 1n);
  let sign = wide.sign;
  const twice = rest << 1n;
  const isAbove = twice > divisor << 1n || (twice === divisor << 1n && (quotient & 1n) === 1n);
  if (isNearest && !isPartial && isAbove) {
    quotient++;
    rest = (divisor << 1n) - rest;
    sign ^= 1;
  }
  if (rest === 0n) {
    into.setZero(wide.sign);
  } else {
    wide.takeBig(sign, rest, unit);
    roundToRegister(context, wide, 64, into);
  }
  return isPartial ? PARTIAL : Number(quotient & 7n);
}
