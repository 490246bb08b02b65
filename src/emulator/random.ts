// The seeded generator: the only source of variation in the machine.
// Each named variation model draws from a stream of its own, so switching one off does not shift another.

/** A stream of reproducible numbers. */
export interface RandomStream {
  /** A whole number, 0 <= n < bound (bound 1..2^32), without modulo bias that matters: 32 bits are scaled. */
  nextInteger(bound: number): number;
}

/** FNV-1a over UTF-16 code units, 32 bits (Fowler, Noll, Vo). Spreads stream names over the seed space. */
function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) {
    hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}

/**
 * Opens the stream `name` of `seed`.
 * Mulberry32: a 32-bit counter with a mixing function; period 2^32, enough for the few draws a run makes.
 * @param seed any integer; its low 32 bits count
 */
export function createRandomStream(seed: number, name: string): RandomStream {
  let state = (seed ^ hashName(name)) >>> 0;
  return {
    nextInteger(bound) {
      state = (state + 0x6d2b79f5) >>> 0;
      let t = Math.imul(state ^ (state >>> 15), state | 1);
      t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
      const bits = (t ^ (t >>> 14)) >>> 0;
      return Math.floor((bits / 0x1_0000_0000) * bound);
    },
  };
}
