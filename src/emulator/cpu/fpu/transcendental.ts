// F2XM1, FYL2X, FYL2XP1, FPTAN, FPATAN, FSIN, FCOS: correct to the last bit but for arguments that no table holds (the
// manuals promise 1 ulp, SDM vol. 1 8.3.10). Angles are reduced by the 66-bit pi that Intel documents (8.3.8), not by pi.
import { invalid, noteDenormals, propagateNan, quietNan } from './arithmetic';
import type { Extended } from './extended';
import { BIAS, DENORMAL, INFINITY, INTEGER_BIT, NORMAL, ZERO, kindOf, significandOf } from './extended';
import type { FloatContext } from './float-context';
import { INEXACT, UNDERFLOW, ZERO_DIVIDE } from './float-context';
import {
  arctangentOver,
  cosine,
  exponentialOver,
  FRACTION_BITS,
  LN2,
  logarithmOver,
  ONE,
  PI,
  sineOver,
  tangentOver,
} from './fixed-point';
import { bitLength, roundToRegister, Wide } from './rounding';

const FRACTION = BigInt(FRACTION_BITS);
const wide = new Wide();

/** sign * mantissa * 2^exponent. */
interface Real {
  readonly sign: number;
  readonly mantissa: bigint;
  readonly exponent: number;
}

/** The value of a finite number that is not zero; the mantissa has 64 bits. */
function realOf(a: Extended): Real {
  wide.take(a);
  return { sign: a.sign, mantissa: significandOf(wide), exponent: wide.exponent - BIAS - 63 };
}

/** mantissa * 2^exponent in fixed point; what is behind the last place is cut off. */
function toFixed(mantissa: bigint, exponent: number): bigint {
  const shift = exponent + FRACTION_BITS;
  return shift >= 0 ? mantissa << BigInt(shift) : mantissa >> BigInt(-shift);
}

/** Rounds a result that is never exact, whatever the bits say. */
function roundReal(context: FloatContext, sign: number, mantissa: bigint, exponent: number, into: Extended): void {
  wide.takeBig(sign, mantissa, exponent);
  wide.extra |= 1;
  roundToRegister(context, wide, 64, into);
}

/** Rounds a result that may happen to be exact. The silicon reports PE even then, and UE for a denormal. */
function roundProduct(context: FloatContext, sign: number, mantissa: bigint, exponent: number, into: Extended): void {
  wide.takeBig(sign, mantissa, exponent);
  roundToRegister(context, wide, 64, into);
  if (!context.isBlocked) context.flags |= kindOf(into) === DENORMAL ? INEXACT | UNDERFLOW : INEXACT;
}

// ---- exponential and logarithm ----

/** F2XM1: 2^x - 1 for -1 <= x <= 1. Beyond, where the manuals leave the result open, x stays (-1 for -infinity). */
export function exponential(context: FloatContext, a: Extended, into: Extended): void {
  const kind = kindOf(a);
  if (kind > INFINITY) {
    quietNan(context, a, into);
    return;
  }
  into.copy(a);
  if (kind === ZERO) return;
  if (kind === INFINITY) {
    if (a.sign === 1) into.set(1, BIAS, INTEGER_BIT, 0);
    return;
  }
  noteDenormals(context, kind, kind);
  if (context.isBlocked) return;
  if (a.exponent >= BIAS) {
    context.flags |= INEXACT;
    const isMinusOne = a.sign === 1 && a.exponent === BIAS && a.high === INTEGER_BIT && a.low === 0;
    if (isMinusOne) into.set(1, BIAS - 1, INTEGER_BIT, 0);
    return;
  }
  const { sign, mantissa, exponent } = realOf(a);
  const power = mantissa * LN2;
  const fixed = toFixed(power, exponent - FRACTION_BITS);
  roundReal(
    context,
    sign,
    power * exponentialOver(sign === 0 ? fixed : -fixed - 1n),
    exponent - 2 * FRACTION_BITS,
    into,
  );
}

/** A logarithm to base 2: sign * mantissa * 2^exponent, exact when it is a whole number. */
interface Logarithm extends Real {
  readonly isExact: boolean;
}

/** log2 of mantissa * 2^exponent, other than 1. */
function logarithm2(mantissa: bigint, exponent: number): Logarithm {
  const length = bitLength(mantissa);
  // mantissa = m * unit with m between sqrt(1/2) and sqrt(2)
  let unit = 1n << BigInt(length - 1);
  let whole = exponent + length - 1;
  if (mantissa === unit) {
    return { sign: whole < 0 ? 1 : 0, mantissa: BigInt(Math.abs(whole)), exponent: 0, isExact: true };
  }
  if (mantissa * mantissa > 2n * unit * unit) {
    unit <<= 1n;
    whole++;
  }
  const places = FRACTION + 64n;
  const difference = mantissa - unit;
  const s = (difference << places) / (mantissa + unit);
  const square = (s * s) >> (FRACTION + 128n);
  const fraction = s * logarithmOver(square);
  const sum = fraction + (BigInt(whole) << (places + FRACTION));
  const magnitude = sum < 0n ? -sum : sum;
  return { sign: sum < 0n ? 1 : 0, mantissa: magnitude, exponent: -2 * FRACTION_BITS - 64, isExact: false };
}

/** log2(1 + x), x > -1, not zero. */
function logarithm2Of1Plus({ sign, mantissa, exponent }: Real): Logarithm {
  if (exponent > 200) return logarithm2(mantissa, exponent);
  const isSmall = exponent + 64 <= -1;
  if (!isSmall) {
    const places = Math.max(-exponent, 0);
    const x = mantissa << BigInt(exponent + places);
    return logarithm2((1n << BigInt(places)) + (sign === 0 ? x : -x), -places);
  }
  // s = x / (2 + x)
  const fixed = toFixed(mantissa, exponent);
  const s = (mantissa << (2n * FRACTION)) / (2n * ONE + (sign === 0 ? fixed : -fixed));
  const sFixed = toFixed(s, exponent - FRACTION_BITS);
  const square = (sFixed * sFixed) >> FRACTION;
  return { sign, mantissa: s * logarithmOver(square), exponent: exponent - 2 * FRACTION_BITS, isExact: false };
}

/** y times a logarithm that is not zero. */
function timesLogarithm(context: FloatContext, y: Extended, logarithm: Logarithm, into: Extended): void {
  const factor = realOf(y);
  const sign = factor.sign ^ logarithm.sign;
  const mantissa = factor.mantissa * logarithm.mantissa;
  const exponent = factor.exponent + logarithm.exponent;
  if (logarithm.isExact) roundProduct(context, sign, mantissa, exponent, into);
  else roundReal(context, sign, mantissa, exponent, into);
}

function isOne({ sign, exponent, high, low }: Extended): boolean {
  return sign === 0 && exponent === BIAS && high === INTEGER_BIT && low === 0;
}

/** FYL2X: y log2(x) (SDM vol. 2, FYL2X, table). */
export function logarithm(context: FloatContext, x: Extended, y: Extended, into: Extended): void {
  const kindX = kindOf(x);
  const kindY = kindOf(y);
  if (kindX > INFINITY || kindY > INFINITY) {
    propagateNan(context, x, y, into);
    return;
  }
  const isInvalid =
    (kindX !== ZERO && x.sign === 1) ||
    (kindX === ZERO && kindY === ZERO) ||
    (kindX === INFINITY && kindY === ZERO) ||
    (kindY === INFINITY && isOne(x));
  if (isInvalid) {
    invalid(context, into);
    return;
  }
  // The sign of the logarithm: that of x - 1.
  const sign = y.sign ^ (x.exponent < BIAS ? 1 : 0);
  if (kindX === ZERO) {
    if (kindY !== INFINITY) context.flags |= ZERO_DIVIDE;
    into.setInfinity(sign);
    return;
  }
  noteDenormals(context, kindX, kindY);
  if (kindX === INFINITY || kindY === INFINITY) into.setInfinity(sign);
  else if (kindY === ZERO || isOne(x)) into.setZero(sign);
  else if (!context.isBlocked) {
    const { mantissa, exponent } = realOf(x);
    timesLogarithm(context, y, logarithm2(mantissa, exponent), into);
  }
}

/** FYL2XP1: y log2(x + 1). Specified for x between sqrt(1/2) - 1 and sqrt(2) - 1, calculated for all x > -1. */
export function logarithmOf1Plus(context: FloatContext, x: Extended, y: Extended, into: Extended): void {
  const kindX = kindOf(x);
  const kindY = kindOf(y);
  if (kindX > INFINITY || kindY > INFINITY) {
    propagateNan(context, x, y, into);
    return;
  }
  const isBelowMinusOne = x.sign === 1 && x.exponent >= BIAS;
  if (isBelowMinusOne || (kindX === ZERO && kindY === INFINITY) || (kindX === INFINITY && kindY === ZERO)) {
    invalid(context, into);
    return;
  }
  const sign = x.sign ^ y.sign;
  noteDenormals(context, kindX, kindY);
  if (kindX === INFINITY || kindY === INFINITY) into.setInfinity(sign);
  else if (kindX === ZERO || kindY === ZERO) into.setZero(sign);
  else if (!context.isBlocked) timesLogarithm(context, y, logarithm2Of1Plus(realOf(x)), into);
}

// ---- angles ----

/** Intel's pi: 66 bits, here in units of 2^-66. */
const PI_66 = 0xc90f_daa2_2168_c234_cn;
/** pi/2 in the same digits is PI_66 in units of 2^-67. */
const HALF_PI_UNIT = -67;

interface ReducedAngle extends Real {
  /** How many times pi/2 was taken away, modulo 4. */
  readonly quadrant: number;
}

/** An angle as quadrant and rest of at most pi/4; |a| < 2^63, not zero. */
function reduceAngle(a: Extended): ReducedAngle {
  const angle = realOf(a);
  const { sign, mantissa, exponent } = angle;
  if (exponent < HALF_PI_UNIT) return { ...angle, quadrant: 0 };
  const units = mantissa << BigInt(exponent - HALF_PI_UNIT);
  const quotient = (2n * units + PI_66) / (2n * PI_66);
  const rest = units - quotient * PI_66;
  const quadrant = Number(quotient & 3n);
  return {
    sign: sign ^ (rest < 0n ? 1 : 0),
    mantissa: rest < 0n ? -rest : rest,
    exponent: HALF_PI_UNIT,
    quadrant: sign === 0 ? quadrant : (4 - quadrant) & 3,
  };
}

function squareOf({ mantissa, exponent }: Real): bigint {
  return toFixed(mantissa * mantissa, 2 * exponent);
}

/** |a| >= 2^63: the caller sets C2 and leaves the operand alone. */
export function isAngleTooLarge(a: Extended): boolean {
  return kindOf(a) === NORMAL && a.exponent >= BIAS + 63;
}

/** What is no angle: NaN, infinity, zero; and the denormal check. True: `into` has the answer. */
function isSpecialAngle(context: FloatContext, a: Extended, into: Extended): boolean {
  const kind = kindOf(a);
  if (kind > INFINITY) quietNan(context, a, into);
  else if (kind === INFINITY) invalid(context, into);
  else if (kind === ZERO) into.copy(a);
  else {
    noteDenormals(context, kind, kind);
    return context.isBlocked;
  }
  return true;
}

/** FSIN, |a| < 2^63. */
export function sine(context: FloatContext, a: Extended, into: Extended): void {
  if (isSpecialAngle(context, a, into)) return;
  const angle = reduceAngle(a);
  roundSine(context, angle, angle.quadrant, into);
}

/** FCOS, |a| < 2^63. */
export function cosineOf(context: FloatContext, a: Extended, into: Extended): void {
  if (isSpecialAngle(context, a, into)) {
    if (kindOf(a) === ZERO) into.set(0, BIAS, INTEGER_BIT, 0);
    return;
  }
  const angle = reduceAngle(a);
  roundSine(context, angle, angle.quadrant + 1, into);
}

/** sin(rest + quadrant * pi/2). */
function roundSine(context: FloatContext, rest: Real, quadrant: number, into: Extended): void {
  const square = squareOf(rest);
  const half = (quadrant >> 1) & 1;
  if ((quadrant & 1) === 0) {
    roundReal(context, rest.sign ^ half, rest.mantissa * sineOver(square), rest.exponent - FRACTION_BITS, into);
  } else {
    roundReal(context, half, cosine(square), -FRACTION_BITS, into);
  }
}

/** FPTAN, |a| < 2^63; the 1 to be pushed is the caller's. */
export function tangent(context: FloatContext, a: Extended, into: Extended): void {
  if (isSpecialAngle(context, a, into)) return;
  const { sign, mantissa, exponent, quadrant } = reduceAngle(a);
  const ratio = mantissa * tangentOver(squareOf({ sign, mantissa, exponent }));
  if ((quadrant & 1) === 0) {
    roundReal(context, sign, ratio, exponent - FRACTION_BITS, into);
  } else {
    // -cot(rest)
    const length = bitLength(ratio) + FRACTION_BITS;
    roundReal(context, sign ^ 1, (1n << BigInt(length)) / ratio, FRACTION_BITS - exponent - length, into);
  }
}

/** FPATAN: the angle of the point (x, y) (SDM vol. 2, FPATAN, table). */
export function arctangent(context: FloatContext, x: Extended, y: Extended, into: Extended): void {
  const kindX = kindOf(x);
  const kindY = kindOf(y);
  if (kindX > INFINITY || kindY > INFINITY) {
    propagateNan(context, x, y, into);
    return;
  }
  noteDenormals(context, kindX, kindY);
  if (context.isBlocked) return;
  const isOnXAxis = kindY === ZERO || (kindX === INFINITY && kindY !== INFINITY);
  const isOnYAxis = !isOnXAxis && (kindX === ZERO || (kindY === INFINITY && kindX !== INFINITY));
  if (isOnXAxis) {
    if (x.sign === 0) into.setZero(y.sign);
    else roundReal(context, y.sign, PI, -FRACTION_BITS, into);
  } else if (isOnYAxis) {
    roundReal(context, y.sign, PI, -FRACTION_BITS - 1, into);
  } else if (kindX === INFINITY) {
    roundReal(context, y.sign, PI * (x.sign === 0 ? 1n : 3n), -FRACTION_BITS - 2, into);
  } else {
    arctangentOfPoint(context, realOf(x), realOf(y), into);
  }
}

function arctangentOfPoint(context: FloatContext, x: Real, y: Real, into: Extended): void {
  const distance = y.exponent - x.exponent;
  const isSteep = distance > 0 || (distance === 0 && y.mantissa > x.mantissa);
  const [smaller, larger] = isSteep ? [x, y] : [y, x];
  // The ratio, at most 1, to FRACTION_BITS significant bits at least.
  const ratio = (smaller.mantissa << (FRACTION + 64n)) / larger.mantissa;
  const exponent = smaller.exponent - larger.exponent - FRACTION_BITS - 64;
  const mantissa = ratio * arctangentOver(toFixed(ratio, exponent));
  const angleExponent = exponent - FRACTION_BITS;
  if (!isSteep && x.sign === 0) {
    roundReal(context, y.sign, mantissa, angleExponent, into);
    return;
  }
  // pi/2 -+ the angle to the other axis, or pi - the angle
  const angle = toFixed(mantissa, angleExponent);
  const right = isSteep ? PI >> 1n : PI;
  const isBeyond = isSteep && x.sign === 1;
  roundReal(context, y.sign, isBeyond ? right + angle : right - angle - 1n, -FRACTION_BITS, into);
}
