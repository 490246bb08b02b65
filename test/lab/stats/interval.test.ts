import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meanInterval, medianInterval } from '../../../src/lab/index';
import { meanDifferenceInterval } from '../../../src/lab/stats/interval';
import { AIR_CONDITIONING_HOURS, CONTROL_MICE, MORLEY_SPEED, TREATED_MICE } from '../../fixtures/r-datasets';

const LEVELS = [0.8, 0.9, 0.95, 0.99, 0.999];

/** Runs with a spread, enough of them for any interval at 95 %. */
const variedRuns = fc
  .uniqueArray(fc.integer({ min: 1, max: 2 ** 40 }), { minLength: 8, maxLength: 30 })
  .filter((values) => values.length >= 8);

describe('the interval of a median', () => {
  it('agrees with the interpolation of Hettmansperger and Sheather, computed in R from the binomial distribution', () => {
    // R 4.2.2: d is the largest rank with g(d) = pbinom(n-d,n,.5) - pbinom(d-1,n,.5) >= level;
    // I = (g(d)-level)/(g(d)-g(d+1)); l = (n-d)*I/(d+(n-2*d)*I); ends (1-l)*x[d]+l*x[d+1] and (1-l)*x[n+1-d]+l*x[n-d].
    const references: readonly [readonly number[], number, number, number][] = [
      [AIR_CONDITIONING_HOURS, 0.95, 9.8943028485757214, 122.1064467766116763],
      [CONTROL_MICE, 0.95, 27.68372093023256, 92.148837209302286],
      [TREATED_MICE, 0.95, 21.133333333333336, 155.933333333333309],
      [MORLEY_SPEED, 0.95, 840, 870],
      [MORLEY_SPEED, 0.99, 827.37983466742025, 880],
      [[1, 2, 3, 4, 5, 6], 0.95, 1.3571428571428577, 5.6428571428571423],
      [[1, 2, 4, 8, 16, 32, 64, 128, 256, 512], 0.9, 3.9420289855072461, 131.7101449275362484],
    ];
    for (const [values, level, low, high] of references) {
      const { interval } = medianInterval(values, level);
      expect(interval?.low).toBeCloseTo(low, 9);
      expect(interval?.high).toBeCloseTo(high, 9);
      expect(interval).toMatchObject({ level, method: 'order-statistics' });
    }
  });

  it('needs no more than the tables of the sign test say', () => {
    // All of n runs lie on one side of the median in 2 of 2^n experiments: 6 runs reach 96.9 %, 5 only 93.8 %.
    const fewest = LEVELS.map((level) => {
      const counts = Array.from({ length: 20 }, (_, index) => index + 1);
      return counts.find((n) => medianInterval(counts.slice(0, n), level).interval !== null);
    });
    expect(fewest).toEqual([4, 5, 6, 8, 11]);
  });

  it('says identical for runs without a spread, and too few for a single run or five', () => {
    expect(medianInterval([7, 7, 7])).toEqual({ runs: 3, interval: null, reason: 'identical' });
    expect(medianInterval([7])).toEqual({ runs: 1, interval: null, reason: 'too-few' });
    expect(medianInterval([1, 2, 3, 4, 5])).toEqual({ runs: 5, interval: null, reason: 'too-few' });
  });

  it('has no width where the middle runs are the same, and says so by its ends', () => {
    const { interval } = medianInterval([1, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 9]);
    expect(interval).toMatchObject({ low: 5, high: 5 });
  });

  it('reaches the same ranks with more runs than a double can count experiments', () => {
    // 2^-5000 is no double. Normal approximation: 2500 ± 0.98 √5000.
    const { interval } = medianInterval(Array.from({ length: 5000 }, (_, index) => index + 1));
    expect(interval!.low).toBeCloseTo(2500.5 - 0.98 * Math.sqrt(5000), 0);
    expect(interval!.low + interval!.high).toBeCloseTo(5001, 6);
  });

  it('refuses levels that no ordinary number of runs can carry', () => {
    expect(() => medianInterval([1, 2], 1)).toThrow('a level of 1 is not between 0.8 and 0.999');
    expect(() => medianInterval([1, 2], 0.5)).toThrow(RangeError);
    expect(() => medianInterval([1, 2], NaN)).toThrow(RangeError);
  });

  it('is wider at a higher level, holds the median, and stays within the runs', () => {
    fc.assert(
      fc.property(variedRuns, (values) => {
        const sorted = [...values].sort((a, b) => a - b);
        const median = (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
        const intervals = LEVELS.map((level) => medianInterval(values, level).interval).filter((each) => each !== null);
        let [innerLow, innerHigh] = [median, median];
        for (const { low, high } of intervals) {
          expect(low).toBeLessThanOrEqual(innerLow);
          expect(high).toBeGreaterThanOrEqual(innerHigh);
          expect(low).toBeGreaterThanOrEqual(sorted[0]);
          expect(high).toBeLessThanOrEqual(sorted[sorted.length - 1]);
          [innerLow, innerHigh] = [low, high];
        }
      }),
    );
  });
});

describe('the interval of a mean', () => {
  /** Ends averaged over many seeds, so that what is left of the resampling is small. */
  function averageEnds(values: readonly number[], level: number, seeds: number): [number, number] {
    let [low, high] = [0, 0];
    for (let seed = 0; seed < seeds; seed++) {
      const { interval } = meanInterval(values, `seed ${seed}`, level);
      low += interval!.low / seeds;
      high += interval!.high / seeds;
    }
    return [low, high];
  }

  it("agrees with R's studentized bootstrap of the air-conditioning data, but for the draws", () => {
    // The example of ?boot::boot.ci (Davison and Hinkley, Example 5.4) with R = 999999, set.seed(1):
    // boot.ci(air.boot, type = "stud") is (47.1314, 291.9732), with conf = 0.9 (56.6532, 260.4589).
    const [low95, high95] = averageEnds(AIR_CONDITIONING_HOURS, 0.95, 200);
    expect(Math.abs(low95 - 47.1314)).toBeLessThan(0.5);
    expect(Math.abs(high95 - 291.9732)).toBeLessThan(3);
    const [low90, high90] = averageEnds(AIR_CONDITIONING_HOURS, 0.9, 200);
    expect(Math.abs(low90 - 56.6532)).toBeLessThan(0.5);
    expect(Math.abs(high90 - 260.4589)).toBeLessThan(3);
  });

  it("agrees with R's studentized bootstrap of Efron and Tibshirani's untreated mice, but for the draws", () => {
    // As above, boot.ci(conf = 0.9) is (36.0144, 116.5710).
    const [low, high] = averageEnds(CONTROL_MICE, 0.9, 200);
    expect(Math.abs(low - 36.0144)).toBeLessThan(0.3);
    expect(Math.abs(high - 116.571)).toBeLessThan(1.5);
  });

  it('is the same for the same seed text, whatever the order of the runs, and another for another', () => {
    const first = meanInterval(AIR_CONDITIONING_HOURS, '9f2c');
    expect(meanInterval([...AIR_CONDITIONING_HOURS].reverse(), '9f2c')).toEqual(first);
    expect(meanInterval(AIR_CONDITIONING_HOURS, '9f2d')).not.toEqual(first);
  });

  it('draws what it drew in earlier versions', () => {
    // Files of the same seed and version are byte-equal anywhere: another draw would be another file.
    expect(meanInterval([1, 2, 3, 4, 5, 6, 7, 8], 'fixed').interval).toMatchInlineSnapshot(`
      {
        "high": 6.611526157443436,
        "level": 0.95,
        "low": 2.442362770617246,
        "method": "bootstrap-t",
      }
    `);
  });

  it('moves with a shift of all runs, and stretches with their scale', () => {
    fc.assert(
      fc.property(variedRuns, fc.integer({ min: 0, max: 2 ** 50 }), (values, shift) => {
        const { interval } = meanInterval(values, 'seed');
        const shifted = meanInterval(
          values.map((value) => value + shift),
          'seed',
        ).interval;
        const scaled = meanInterval(
          values.map((value) => value * 4),
          'seed',
        ).interval;
        expect(scaled).toEqual(interval && { ...interval, low: interval.low * 4, high: interval.high * 4 });
        if (!interval || !shifted) return expect(shifted).toEqual(interval);
        // Adding the shift rounds to the last place of the sum.
        const lastPlace = (Math.abs(interval.high) + Math.abs(interval.low) + shift) * 2 ** -51;
        expect(Math.abs(shifted.low - (interval.low + shift))).toBeLessThanOrEqual(lastPlace);
        expect(Math.abs(shifted.high - (interval.high + shift))).toBeLessThanOrEqual(lastPlace);
      }),
      { numRuns: 40 },
    );
  });

  it('says identical, too few, and where a lone different run leaves an end open', () => {
    expect(meanInterval([7, 7, 7], 'seed')).toEqual({ runs: 3, interval: null, reason: 'identical' });
    expect(meanInterval([1, 2, 3, 4, 5, 6, 7], 'seed')).toEqual({ runs: 7, interval: null, reason: 'too-few' });
    // 8 runs, one of them different: a third of all draws misses it, and has no spread to be measured by.
    expect(meanInterval([1, 1, 1, 1, 1, 1, 1, 2], 'seed')).toEqual({ runs: 8, interval: null, reason: 'unbounded' });
  });

  it("agrees with R's studentized bootstrap of two means, of unlike size and spread, but for the draws", () => {
    // boot with R = 299999, set.seed(1), strata: mean(air) - mean(mice), variance var(air)/12 + var(mice)/9;
    // boot.ci(type = "stud") is (-15.1120, 193.5066).
    const seeds = 200;
    let [low, high] = [0, 0];
    for (let seed = 0; seed < seeds; seed++) {
      const { interval } = meanDifferenceInterval(AIR_CONDITIONING_HOURS, CONTROL_MICE, `seed ${seed}`);
      low += interval!.low / seeds;
      high += interval!.high / seeds;
    }
    expect(Math.abs(low + 15.112)).toBeLessThan(1);
    expect(Math.abs(high - 193.5066)).toBeLessThan(2);
  });

  it('of a difference is that of the one mean where the other never varies', () => {
    const constant = new Array<number>(9).fill(1000);
    const { interval } = meanDifferenceInterval(CONTROL_MICE, constant, 'seed');
    const [low, high] = averageEnds(CONTROL_MICE, 0.95, 200);
    expect(Math.abs(interval!.low - (low - 1000))).toBeLessThan(6);
    expect(Math.abs(interval!.high - (high - 1000))).toBeLessThan(30);
    expect(meanDifferenceInterval(constant, constant, 'seed').reason).toBe('identical');
  });
});
