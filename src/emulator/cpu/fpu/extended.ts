// The 80-bit extended format taken apart, and what kinds of number it holds (387 PRM 2.3, SDM vol. 1 4.8 and 8.2).

/** Exponent of 1.0. */
export const BIAS = 0x3fff;
/** Exponent of infinities and NaNs. */
export const SPECIAL = 0x7fff;
/** The integer bit, in the high half of the significand. */
export const INTEGER_BIT = 0x8000_0000 | 0;
/** Set in quiet NaNs, clear in signalling ones. */
export const QUIET_BIT = 0x4000_0000;

/** A number of the extended format. The halves of the significand are signed 32-bit integers. */
export class Extended {
  /** 0 or 1. */
  sign = 0;
  /** As encoded: 0 to 7FFFh. */
  exponent = 0;
  high = 0;
  low = 0;

  set(sign: number, exponent: number, high: number, low: number): void {
    this.sign = sign;
    this.exponent = exponent;
    this.high = high;
    this.low = low;
  }

  copy({ sign, exponent, high, low }: Extended): void {
    this.set(sign, exponent, high, low);
  }

  setZero(sign: number): void {
    this.set(sign, 0, 0, 0);
  }

  setInfinity(sign: number): void {
    this.set(sign, SPECIAL, INTEGER_BIT, 0);
  }

  /** The real indefinite: the answer to invalid operations. */
  setIndefinite(): void {
    this.set(1, SPECIAL, INTEGER_BIT | QUIET_BIT, 0);
  }
}

// Kinds, in an order that makes the common tests one comparison: up to DENORMAL finite, from QUIET_NAN on nothing to
// calculate with.
export const ZERO = 0;
export const NORMAL = 1;
/** Denormals and pseudo-denormals (exponent 0 with the integer bit set). */
export const DENORMAL = 2;
export const INFINITY = 3;
export const QUIET_NAN = 4;
export const SIGNALLING_NAN = 5;
/** Formats that the 387 and later refuse: unnormals, pseudo-infinities, pseudo-NaNs. */
export const UNSUPPORTED = 6;

/** The kind of a number. */
export function kindOf({ exponent, high, low }: Extended): number {
  if (exponent === 0) return (high | low) === 0 ? ZERO : DENORMAL;
  if (high >= 0) return UNSUPPORTED;
  if (exponent !== SPECIAL) return NORMAL;
  if (((high & ~INTEGER_BIT) | low) === 0) return INFINITY;
  return (high & QUIET_BIT) !== 0 ? QUIET_NAN : SIGNALLING_NAN;
}

/** The significand as an unsigned integer of 64 bits. */
export function significandOf({ high, low }: { readonly high: number; readonly low: number }): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}
