import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../../../src/lab/config-hash';
import { createResampler } from '../../../src/lab/stats/resampler';

/** Words of xoshiro128** 1.1 in whole-number arithmetic, as its authors define it. */
function* xoshiroWords(seedText: string): Generator<number> {
  const word = (value: bigint) => BigInt.asUintN(32, value);
  const rotate = (value: bigint, bits: bigint) => word((value << bits) | (value >> (32n - bits)));
  const hash = sha256Hex(seedText);
  const state = [0, 1, 2, 3].map((index) => BigInt(`0x${hash.slice(index * 8, index * 8 + 8)}`));
  for (;;) {
    yield Number(word(rotate(word(state[1] * 5n), 7n) * 9n));
    const shifted = word(state[1] << 9n);
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rotate(state[3], 11n);
  }
}

describe('the resampler', () => {
  it('draws what xoshiro128** draws from the hash of its seed text', () => {
    const words = xoshiroWords('9f2c1a outage_cycles');
    const resampler = createResampler('9f2c1a outage_cycles');
    for (let draw = 0; draw < 1000; draw++) {
      const word = words.next().value as number;
      const length = 1 + (draw % 40);
      expect(resampler.drawPlace(length)).toBe(Math.floor((word * length) / 2 ** 32));
    }
  });

  it('draws every place about as often as any other', () => {
    const places = 20;
    const draws = 200_000;
    const counts = new Array<number>(places).fill(0);
    const resampler = createResampler('seed');
    for (let draw = 0; draw < draws; draw++) counts[resampler.drawPlace(places)]++;
    const expected = draws / places;
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 19 degrees of freedom: beyond 43.8 one time in a thousand, below 5.4 likewise.
    expect(chiSquare).toBeGreaterThan(5.4);
    expect(chiSquare).toBeLessThan(43.8);
  });
});
