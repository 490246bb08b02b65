// Exact arithmetic for comparison: numbers of the extended format as fractions of big integers, and rounding by its
// definition (IEEE 754, section 4). Shares nothing with the emulator but the names of the flags.
import { Extended } from '../../../../src/emulator/cpu/fpu/extended';
import { FloatContext, INEXACT, OVERFLOW, UNDERFLOW } from '../../../../src/emulator/cpu/fpu/float-context';

/** numerator / denominator, denominator > 0. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

export const ROUNDINGS = ['nearest', 'down', 'up', 'zero'] as const;
export type Rounding = (typeof ROUNDINGS)[number];

export const PRECISIONS = [24, 53, 64] as const;
const PRECISION_FIELD: Readonly<Record<number, number>> = { 24: 0, 53: 2, 64: 3 };

export function controlWord(rounding: Rounding, precision: number, unmasked = 0): number {
  return (0x3f & ~unmasked) | 0x40 | (PRECISION_FIELD[precision] << 8) | (ROUNDINGS.indexOf(rounding) << 10);
}

export function contextOf(rounding: Rounding, precision: number, unmasked = 0): FloatContext {
  const context = new FloatContext();
  context.begin(controlWord(rounding, precision, unmasked));
  return context;
}

export function extended(sign: number, exponent: number, significand: bigint): Extended {
  const value = new Extended();
  value.set(sign, exponent, Number(significand >> 32n) | 0, Number(significand & 0xffff_ffffn) | 0);
  return value;
}

/** Sign and exponent, then significand, in hexadecimal. */
export function hexOf({ sign, exponent, high, low }: Extended): string {
  const word = (value: number, digits: number) => value.toString(16).padStart(digits, '0');
  return `${word((sign << 15) | exponent, 4)}:${word(high >>> 0, 8)}${word(low >>> 0, 8)}`;
}

export function fromHex(text: string): Extended {
  const [head, significand] = text.split(':');
  const top = parseInt(head, 16);
  return extended(top >> 15, top & 0x7fff, BigInt(`0x${significand}`));
}

/** The value of a finite number. */
export function fractionOf({ sign, exponent, high, low }: Extended): Fraction {
  const significand = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
  const signed = sign === 0 ? significand : -significand;
  return scaled(signed, Math.max(exponent, 1) - 0x3fff - 63);
}

export function scaled(numerator: bigint, exponentOfTwo: number): Fraction {
  return exponentOfTwo >= 0
    ? { numerator: numerator << BigInt(exponentOfTwo), denominator: 1n }
    : { numerator, denominator: 1n << BigInt(-exponentOfTwo) };
}

/** A format: bits of significand, exponents of two of its smallest and largest normal number. */
export interface Format {
  readonly precision: number;
  readonly lowest: number;
  readonly highest: number;
}

export const EXTENDED: Format = { precision: 64, lowest: -16382, highest: 16383 };
export const DOUBLE: Format = { precision: 53, lowest: -1022, highest: 1023 };
export const SINGLE: Format = { precision: 24, lowest: -126, highest: 127 };

/** significand * 2^exponent, or infinity; with what rounding reports. */
export interface Rounded {
  readonly significand: bigint;
  readonly exponent: number;
  readonly isInfinite: boolean;
  readonly flags: number;
  /** Away from zero. */
  readonly isUp: boolean;
}

function isRoundedUp(rest: bigint, unit: bigint, isOdd: boolean, isNegative: boolean, rounding: Rounding): boolean {
  if (rest === 0n) return false;
  if (rounding === 'nearest') return 2n * rest > unit || (2n * rest === unit && isOdd);
  return rounding === (isNegative ? 'down' : 'up');
}

/** Rounds |value| to a multiple of 2^exponent. */
function roundAt(
  value: Fraction,
  exponent: number,
  rounding: Rounding,
): { quotient: bigint; isExact: boolean; isUp: boolean } {
  const isNegative = value.numerator < 0n;
  const magnitude = isNegative ? -value.numerator : value.numerator;
  const numerator = exponent >= 0 ? magnitude : magnitude << BigInt(-exponent);
  const unit = exponent >= 0 ? value.denominator << BigInt(exponent) : value.denominator;
  const quotient = numerator / unit;
  const rest = numerator % unit;
  const isUp = isRoundedUp(rest, unit, (quotient & 1n) === 1n, isNegative, rounding);
  return { quotient: isUp ? quotient + 1n : quotient, isExact: rest === 0n, isUp };
}

/** floor(log2 |value|), value not zero. */
function binade({ numerator, denominator }: Fraction): number {
  const magnitude = numerator < 0n ? -numerator : numerator;
  const guess = magnitude.toString(2).length - denominator.toString(2).length;
  const power = scaled(1n, guess);
  return magnitude * power.denominator >= denominator * power.numerator ? guess : guess - 1;
}

/**
 * Rounds a value that is not zero to a format, exceptions masked. Below the smallest normal number the last place stays
 * where it is; tiny is what would be tiny after rounding with an unbounded exponent.
 */
export function round(value: Fraction, { precision, lowest, highest }: Format, rounding: Rounding): Rounded {
  const top = binade(value);
  const free = roundAt(value, top - precision + 1, rounding);
  const freeTop = free.quotient === 1n << BigInt(precision) ? top + 1 : top;
  const isTiny = freeTop < lowest;
  const exponent = Math.max(top, lowest) - precision + 1;
  const { quotient, isExact, isUp } = roundAt(value, exponent, rounding);
  if (freeTop > highest) {
    const isInfinite = rounding === 'nearest' || rounding === (value.numerator < 0n ? 'down' : 'up');
    const largest = (1n << BigInt(precision)) - 1n;
    const significand = isInfinite ? 0n : largest;
    const flags = OVERFLOW | INEXACT;
    return { significand, exponent: highest - precision + 1, isInfinite, flags, isUp: isInfinite };
  }
  const flags = isExact ? 0 : isTiny ? UNDERFLOW | INEXACT : INEXACT;
  return { significand: quotient, exponent, isInfinite: false, flags, isUp };
}

/** The rounded value in the extended format. */
export function encode(sign: number, { significand, exponent, isInfinite }: Rounded): Extended {
  if (isInfinite) return extended(sign, 0x7fff, 1n << 63n);
  if (significand === 0n) return extended(sign, 0, 0n);
  const length = significand.toString(2).length;
  const biased = exponent + length - 1 + 0x3fff;
  const normalised = significand << BigInt(64 - length);
  if (biased >= 1) return extended(sign, biased, normalised);
  return extended(sign, 0, normalised >> BigInt(1 - biased));
}
