// Elementary functions in fixed point, as big integers with FRACTION_BITS bits behind the point: series and constants for
// transcendental.ts. Errors stay far below the 64 bits of a significand; no result here is meant to be exact.
import { integerSquareRoot } from './arithmetic';

export const FRACTION_BITS = 192;
const FRACTION = BigInt(FRACTION_BITS);
export const ONE = 1n << FRACTION;

/** 1 / n summed over odd powers: artanh(1/n), or arctan(1/n) with alternating signs. */
function inverseSeries(n: bigint, isAlternating: boolean): bigint {
  const square = n * n;
  let power = (ONE << 16n) / n;
  let sum = 0n;
  for (let k = 1n; power !== 0n; k += 2n) {
    const term = power / k;
    sum += isAlternating && (k & 2n) !== 0n ? -term : term;
    power /= square;
  }
  return sum >> 16n;
}

/** Machin: pi = 16 arctan(1/5) - 4 arctan(1/239). */
export const PI = 16n * inverseSeries(5n, true) - 4n * inverseSeries(239n, true);
/** ln 2 = 2 artanh(1/3). */
export const LN2 = 2n * inverseSeries(3n, false);
/** 2 / ln 2 = 2 log2(e). */
const TWO_OVER_LN2 = (ONE << (FRACTION + 1n)) / LN2;

// A function that is 1 and a little more, or less, for small arguments: the little must not vanish, or the result would
// look as if it were on the other side.
const above = (value: bigint) => (value > ONE ? value : ONE + 1n);
const below = (value: bigint) => (value < ONE ? value : ONE - 1n);

function product(a: bigint, b: bigint): bigint {
  return (a * b) >> FRACTION;
}

/** sin(x) / x for the square of x, 0 <= x <= 1. */
export function sineOver(square: bigint): bigint {
  return alternating(square, 2n);
}

/** cos(x) for the square of x. */
export function cosine(square: bigint): bigint {
  return alternating(square, 1n);
}

/** 1 - z / (n (n + 1)) + z^2 / (n (n + 1) (n + 2) (n + 3)) - ... */
function alternating(z: bigint, n: bigint): bigint {
  let term = ONE;
  let sum = ONE;
  for (let k = n; term !== 0n; k += 2n) {
    term = -product(term, z) / (k * (k + 1n));
    sum += term;
  }
  return below(sum);
}

/** tan(x) / x for the square of x. */
export function tangentOver(square: bigint): bigint {
  return above((sineOver(square) << FRACTION) / cosine(square));
}

/** (e^x - 1) / x for |x| <= 1; 0 counts as positive. */
export function exponentialOver(x: bigint): bigint {
  let term = ONE;
  let sum = ONE;
  for (let k = 2n; term !== 0n && term !== -1n; k++) {
    term = product(term, x) / k;
    sum += term;
  }
  return x < 0n ? below(sum) : above(sum);
}

/** arctan(x) / x for 0 <= x <= 1. */
export function arctangentOver(x: bigint): bigint {
  // Below this the series is short, and halving would cost more bits than it is worth.
  if (x >> (FRACTION - 10n) === 0n) return arctangentSeries(product(x, x));
  // arctan(x) = 2 arctan(x / (1 + sqrt(1 + x^2))), three times
  let reduced = x;
  for (let i = 0; i < 3; i++) {
    const root = integerSquareRoot((ONE + product(reduced, reduced)) << FRACTION);
    reduced = (reduced << FRACTION) / (ONE + root);
  }
  return ((8n * product(reduced, arctangentSeries(product(reduced, reduced)))) << FRACTION) / x;
}

/** 1 - z/3 + z^2/5 - ... */
function arctangentSeries(z: bigint): bigint {
  let power = ONE;
  let sum = ONE;
  for (let k = 3n; power !== 0n; k += 2n) {
    power = product(power, z);
    sum += (k & 2n) !== 0n ? -power / k : power / k;
  }
  return below(sum);
}

/** log2((1 + s) / (1 - s)) / s = 2 artanh(s) / (s ln 2) for the square of s, |s| < 0.34. */
export function logarithmOver(square: bigint): bigint {
  let power = ONE;
  let sum = ONE;
  for (let k = 3n; power !== 0n; k += 2n) {
    power = product(power, square);
    sum += power / k;
  }
  return product(sum, TWO_OVER_LN2);
}
