// A seeded source of random places for resampling: xoshiro128** 1.1 (Blackman and Vigna, "Scrambled Linear
// Pseudorandom Number Generators", ACM TOMS 47, 2021). The same seed text gives the same places anywhere.
import { sha256Hex } from '../config-hash';

/** Draws places in a list, each as likely as any other. */
export interface Resampler {
  /** A place from 0 to `length` − 1. One of 2^32 states more falls on some places than on others: far below what shows. */
  drawPlace(length: number): number;
}

const DRAWS = 2 ** 32;

/** A resampler begun from `seedText`: a configuration's hash and what is resampled. */
export function createResampler(seedText: string): Resampler {
  const hash = sha256Hex(seedText);
  let [a, b, c, d] = [0, 8, 16, 24].map((start) => parseInt(hash.slice(start, start + 8), 16) | 0);
  return {
    drawPlace(length) {
      const drawn = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
      const shifted = b << 9;
      c ^= a;
      d ^= b;
      b ^= c;
      a ^= d;
      c ^= shifted;
      d = rotateLeft(d, 11);
      return Math.floor((drawn * length) / DRAWS);
    },
  };
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
