// Addition, subtraction, multiplication, division and square root (SDM vol. 1 8.3.5; special cases: the tables on the
// instructions' pages in vol. 2). Significands are 32-bit halves; only the root goes through big integers.
import {
  BIAS,
  DENORMAL,
  INFINITY,
  INTEGER_BIT,
  QUIET_BIT,
  QUIET_NAN,
  SIGNALLING_NAN,
  UNSUPPORTED,
  ZERO,
  kindOf,
  significandOf,
} from './extended';
import type { Extended } from './extended';
import type { FloatContext } from './float-context';
import { DENORMAL_OPERAND, DOWN, INVALID, ZERO_DIVIDE } from './float-context';
import { roundToRegister, Wide } from './rounding';

const first = new Wide();
const second = new Wide();

/** Invalid operation: the indefinite. */
export function invalid(context: FloatContext, into: Extended): void {
  context.flags |= INVALID;
  into.setIndefinite();
}

/** Notes denormal operands; to be called once nothing of higher priority (NaN, invalid, zero divide) applies. */
export function noteDenormals(context: FloatContext, kindA: number, kindB: number): void {
  if (kindA === DENORMAL || kindB === DENORMAL || context.hasDenormalOperand) context.flags |= DENORMAL_OPERAND;
}

/** The answer to operands of which one at least is a NaN or has an unsupported format (SDM vol. 1 table 4-7). */
export function propagateNan(context: FloatContext, a: Extended, b: Extended, into: Extended): void {
  const kindA = kindOf(a);
  const kindB = kindOf(b);
  if (kindA === UNSUPPORTED || kindB === UNSUPPORTED) {
    invalid(context, into);
    return;
  }
  if (kindA === SIGNALLING_NAN || kindB === SIGNALLING_NAN) context.flags |= INVALID;
  into.copy(chooseNan(a, kindA, b, kindB));
  into.high |= QUIET_BIT;
}

/** A quiet NaN wins over a signalling one; of two alike the larger significand, then the positive sign. */
function chooseNan(a: Extended, kindA: number, b: Extended, kindB: number): Extended {
  if (kindB < QUIET_NAN) return a;
  if (kindA < QUIET_NAN) return b;
  if (kindA !== kindB) return kindA === QUIET_NAN ? a : b;
  if (a.high !== b.high) return a.high >>> 0 > b.high >>> 0 ? a : b;
  if (a.low !== b.low) return a.low >>> 0 > b.low >>> 0 ? a : b;
  return a.sign === 0 ? a : b;
}

/** The answer of a function of one operand to a NaN or an unsupported format. */
export function quietNan(context: FloatContext, a: Extended, into: Extended): void {
  propagateNan(context, a, a, into);
}

/** a + b, or a - b. */
export function add(context: FloatContext, a: Extended, b: Extended, isSubtract: boolean, into: Extended): void {
  const kindA = kindOf(a);
  const kindB = kindOf(b);
  if (kindA > INFINITY || kindB > INFINITY) {
    propagateNan(context, a, b, into);
    return;
  }
  const signB = isSubtract ? b.sign ^ 1 : b.sign;
  if (kindA === INFINITY || kindB === INFINITY) {
    if (kindA === kindB && a.sign !== signB) {
      invalid(context, into);
      return;
    }
    noteDenormals(context, kindA, kindB);
    into.setInfinity(kindA === INFINITY ? a.sign : signB);
    return;
  }
  noteDenormals(context, kindA, kindB);
  if (kindA === ZERO && kindB === ZERO) {
    into.setZero(a.sign === signB ? signB : signOfNothing(context));
    return;
  }
  if (kindB === ZERO) {
    first.take(a);
  } else {
    second.take(b);
    second.sign = signB;
    if (kindA === ZERO) {
      roundToRegister(context, second, context.precision, into);
      return;
    }
    first.take(a);
    if (!addWide(first, second)) {
      into.setZero(signOfNothing(context));
      return;
    }
  }
  roundToRegister(context, first, context.precision, into);
}

/** x - x is +0, or -0 when rounding down. */
function signOfNothing({ rounding }: FloatContext): number {
  return rounding === DOWN ? 1 : 0;
}

/** The sum into `a`, normalised; `b` is used up. False: the sum is nothing. */
function addWide(a: Wide, b: Wide): boolean {
  const distance = a.exponent - b.exponent;
  if (distance >= 0) {
    b.shiftRight(distance);
  } else {
    a.shiftRight(-distance);
    a.exponent = b.exponent;
  }
  if (a.sign === b.sign) {
    addMagnitudes(a, b);
    return true;
  }
  if (isBelow(a, b)) {
    subtractMagnitudes(a, b, a);
    a.sign = b.sign;
  } else {
    subtractMagnitudes(b, a, a);
  }
  if (a.isZero) return false;
  a.normalise();
  return true;
}

function addMagnitudes(a: Wide, b: Wide): void {
  const extra = (a.extra >>> 0) + (b.extra >>> 0);
  const low = (a.low >>> 0) + (b.low >>> 0) + (extra > 0xffff_ffff ? 1 : 0);
  const high = (a.high >>> 0) + (b.high >>> 0) + (low > 0xffff_ffff ? 1 : 0);
  a.extra = extra | 0;
  a.low = low | 0;
  a.high = high | 0;
  if (high <= 0xffff_ffff) return;
  a.shiftRight(1);
  a.high |= INTEGER_BIT;
  a.exponent++;
}

function isBelow(a: Wide, b: Wide): boolean {
  if (a.high !== b.high) return a.high >>> 0 < b.high >>> 0;
  if (a.low !== b.low) return a.low >>> 0 < b.low >>> 0;
  return a.extra >>> 0 < b.extra >>> 0;
}

/** into = larger - smaller. */
function subtractMagnitudes(smaller: Wide, larger: Wide, into: Wide): void {
  const extra = (larger.extra >>> 0) - (smaller.extra >>> 0);
  const low = (larger.low >>> 0) - (smaller.low >>> 0) - (extra < 0 ? 1 : 0);
  const high = (larger.high >>> 0) - (smaller.high >>> 0) - (low < 0 ? 1 : 0);
  into.extra = extra | 0;
  into.low = low | 0;
  into.high = high | 0;
}

export function multiply(context: FloatContext, a: Extended, b: Extended, into: Extended): void {
  const kindA = kindOf(a);
  const kindB = kindOf(b);
  if (kindA > INFINITY || kindB > INFINITY) {
    propagateNan(context, a, b, into);
    return;
  }
  const sign = a.sign ^ b.sign;
  if (kindA === INFINITY || kindB === INFINITY) {
    if (kindA === ZERO || kindB === ZERO) {
      invalid(context, into);
      return;
    }
    noteDenormals(context, kindA, kindB);
    into.setInfinity(sign);
    return;
  }
  noteDenormals(context, kindA, kindB);
  if (kindA === ZERO || kindB === ZERO) {
    into.setZero(sign);
    return;
  }
  first.take(a);
  second.take(b);
  multiplyWide(first, second);
  first.sign = sign;
  roundToRegister(context, first, context.precision, into);
}

/** Upper half of the product that `product32` last formed. */
let productHigh = 0;

/** Lower half of the unsigned product of two 32-bit integers, as an unsigned number. */
function product32(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const low = aLow * bLow;
  const middle = aLow * bHigh + aHigh * bLow + Math.floor(low / 0x1_0000);
  productHigh = aHigh * bHigh + Math.floor(middle / 0x1_0000);
  return (((middle & 0xffff) << 16) | (low & 0xffff)) >>> 0;
}

/** The product of the significands and exponents into `a`, normalised. */
function multiplyWide(a: Wide, b: Wide): void {
  const word0 = product32(a.low, b.low);
  let word1 = productHigh;
  word1 += product32(a.low, b.high);
  let word2 = productHigh;
  word1 += product32(a.high, b.low);
  word2 += productHigh;
  word2 += product32(a.high, b.high);
  const word3 = productHigh;
  word2 += Math.floor(word1 / 0x1_0000_0000);
  a.extra = word1 | 0;
  a.low = word2 | 0;
  a.high = (word3 + Math.floor(word2 / 0x1_0000_0000)) | 0;
  a.exponent += b.exponent - BIAS + 1;
  // word0 goes into the sticky bit; one bit of room is needed if the product has to move up by one.
  if (a.high >= 0) {
    a.high = (a.high << 1) | (a.low >>> 31);
    a.low = (a.low << 1) | (a.extra >>> 31);
    a.extra = (a.extra << 1) | (word0 >>> 31);
    a.exponent--;
  }
  if (word0 !== 0) a.extra |= 1;
}

export function divide(context: FloatContext, a: Extended, b: Extended, into: Extended): void {
  const kindA = kindOf(a);
  const kindB = kindOf(b);
  if (kindA > INFINITY || kindB > INFINITY) {
    propagateNan(context, a, b, into);
    return;
  }
  const sign = a.sign ^ b.sign;
  if (kindA === kindB && (kindA === ZERO || kindA === INFINITY)) {
    invalid(context, into);
    return;
  }
  if (kindB === ZERO && kindA !== INFINITY) {
    context.flags |= ZERO_DIVIDE;
    into.setInfinity(sign);
    return;
  }
  noteDenormals(context, kindA, kindB);
  if (kindA === INFINITY) {
    into.setInfinity(sign);
    return;
  }
  if (kindA === ZERO || kindB === INFINITY) {
    into.setZero(sign);
    return;
  }
  first.take(a);
  second.take(b);
  divideWide(first, second);
  first.sign = sign;
  roundToRegister(context, first, context.precision, into);
}

/** The quotient into `a`, normalised; b has no extra bits. */
function divideWide(a: Wide, b: Wide): void {
  const exponent = a.exponent - b.exponent + BIAS;
  const isBelowOne = isBelow(a, b);
  if (!isBelowOne) subtractMagnitudes(b, a, a);
  const high = nextDigit(a, b);
  const low = nextDigit(a, b);
  const extra = nextDigit(a, b);
  const isExact = a.isZero;
  a.high = high | 0;
  a.low = low | 0;
  a.extra = extra | (isExact ? 0 : 1);
  a.exponent = isBelowOne ? exponent - 1 : exponent;
  if (isBelowOne) return;
  a.shiftRight(1);
  a.high |= INTEGER_BIT;
}

const TWO_32 = 0x1_0000_0000;

/**
 * The next 32 bits of rest / divisor, rest < divisor; leaves the new rest. A double knows the digit to within one: the
 * rest times 2^32 minus the product tells.
 */
function nextDigit(rest: Wide, divisor: Wide): number {
  const estimate =
    ((rest.high >>> 0) * TWO_32 + (rest.low >>> 0)) / ((divisor.high >>> 0) * TWO_32 + (divisor.low >>> 0));
  let digit = Math.min(Math.floor(estimate * TWO_32), TWO_32 - 1);
  // rest * 2^32 - digit * divisor, of which the upper word is 0, or -1 when the estimate was too large
  const word0 = -product32(divisor.low, digit | 0);
  const middle = (rest.low >>> 0) - productHigh - product32(divisor.high, digit | 0) - (word0 < 0 ? 1 : 0);
  const top = (rest.high >>> 0) - productHigh + Math.floor(middle / TWO_32);
  rest.high = middle | 0;
  rest.low = word0 | 0;
  if (top < 0) {
    digit--;
    addBack(rest, divisor);
  } else if (top > 0 || !isBelow(rest, divisor)) {
    digit++;
    subtractMagnitudes(divisor, rest, rest);
  }
  return digit;
}

/** rest + divisor, without what is carried out. */
function addBack(rest: Wide, divisor: Wide): void {
  const low = (rest.low >>> 0) + (divisor.low >>> 0);
  rest.low = low | 0;
  rest.high = (rest.high + divisor.high + (low > 0xffff_ffff ? 1 : 0)) | 0;
}

export function squareRoot(context: FloatContext, a: Extended, into: Extended): void {
  const kind = kindOf(a);
  if (kind > INFINITY) {
    quietNan(context, a, into);
    return;
  }
  if (kind === ZERO) {
    into.copy(a);
    return;
  }
  if (a.sign === 1) {
    invalid(context, into);
    return;
  }
  noteDenormals(context, kind, kind);
  if (kind === INFINITY) {
    into.setInfinity(0);
    return;
  }
  first.take(a);
  // a = significand * 2^(exponent - BIAS - 63); the root needs an even exponent.
  const exponentOfTwo = first.exponent - BIAS - 63;
  const isOdd = (exponentOfTwo & 1) !== 0;
  const square = significandOf(first) << (isOdd ? 129n : 128n);
  const root = integerSquareRoot(square);
  const isExact = root * root === square;
  const half = (exponentOfTwo - (isOdd ? 129 : 128)) / 2;
  first.takeBig(0, isExact ? root : (root << 1n) | 1n, isExact ? half : half - 1);
  roundToRegister(context, first, context.precision, into);
}

/** The largest integer whose square is not above `value`, at most 2^1000 (Newton's method from a double's 53 bits). */
export function integerSquareRoot(value: bigint): bigint {
  if (value < 2n) return value;
  const estimate = BigInt(Math.floor(Math.sqrt(Number(value))));
  // Whatever the estimate, one step leads to the root or above it, and from there only down.
  let root = (estimate + value / estimate) >> 1n;
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
