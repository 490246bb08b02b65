import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { summarize } from '../../../src/lab/index';
import { CERTIFIED } from '../../fixtures/nist/univariate';
import { AIR_CONDITIONING_HOURS, MORLEY_SPEED, TREATED_MICE } from '../../fixtures/r-datasets';

/** The bar for agreement with values published elsewhere. */
const AGREES = 1e-9;

const counts = fc.array(fc.integer({ min: 0, max: 2 ** 40 }), { minLength: 1, maxLength: 40 });

describe('a summary against published values', () => {
  for (const { name, values, mean, stddev } of CERTIFIED) {
    it(`agrees with NIST's certified values for ${name}`, () => {
      const summary = summarize(values);
      expect(Math.abs(summary.mean - mean) / Math.abs(mean)).toBeLessThan(AGREES);
      // NumAcc4 has no more digits to give: 10000000.1 as a double is off by 10^-9 already, a hundred-millionth of its spread.
      const scale = name === 'NumAcc4' ? 1 : stddev;
      expect(Math.abs(summary.stddev! - stddev) / scale).toBeLessThan(AGREES);
    });
  }

  it("has R's quartiles of type 7", () => {
    // R 4.2.2: quantile(x), type 7 by default.
    expect(summarize([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).toMatchObject({ q1: 3.25, median: 5.5, q3: 7.75 });
    expect(summarize(AIR_CONDITIONING_HOURS)).toMatchObject({ min: 3, q1: 15.25, median: 88, q3: 107.5, max: 487 });
    expect(summarize(MORLEY_SPEED)).toMatchObject({ min: 620, q1: 807.5, median: 850, q3: 892.5, max: 1070 });
    expect(summarize(TREATED_MICE)).toMatchObject({ q1: 30.5, median: 94, q3: 120 });
  });

  it("has R's standard deviations", () => {
    // R 4.2.2: sd(boot::aircondit$hours), sd(morley$Speed).
    expect(summarize(AIR_CONDITIONING_HOURS).stddev).toBeCloseTo(136.23206025904565, 9);
    expect(summarize(MORLEY_SPEED).stddev).toBeCloseTo(79.01054781905178, 9);
  });

  it("finds the outliers of R's box plot, by their places", () => {
    // R 4.2.2: boxplot.stats(morley$Speed)$out is 1070 650 620.
    const { outliers } = summarize(MORLEY_SPEED);
    expect(outliers.map((place) => MORLEY_SPEED[place])).toEqual([1070, 650, 620]);
  });

  it('leaves a value on a fence inside', () => {
    // Quartiles 20 and 40, fences at -10 and 70.
    expect(summarize([70, 10, 20, 30, 40, 40, 20, 30, 30]).outliers).toEqual([]);
    expect(summarize([70.01, 10, 20, 30, 40, 40, 20, 30, 30]).outliers).toEqual([0]);
    expect(summarize([30, -10, 20, 30, 40, 40, 20, 30, 40]).outliers).toEqual([]);
    expect(summarize([30, -10.01, 20, 30, 40, 40, 20, 30, 40]).outliers).toEqual([1]);
  });
});

describe('a summary', () => {
  it('has no spread for runs that are identical, however large they are', () => {
    const large = 2 ** 53 - 1;
    expect(summarize([large, large, large])).toEqual({
      n: 3,
      distinct: 1,
      mean: large,
      stddev: 0,
      min: large,
      q1: large,
      median: large,
      q3: large,
      max: large,
      outliers: [],
    });
  });

  it('gives a single run no standard deviation', () => {
    expect(summarize([42])).toMatchObject({ n: 1, distinct: 1, mean: 42, stddev: null, median: 42, outliers: [] });
  });

  it('refuses what it cannot describe', () => {
    expect(() => summarize([])).toThrow('no values to describe');
    expect(() => summarize([1, NaN])).toThrow('NaN is no value to describe');
    expect(() => summarize([1, Infinity])).toThrow(RangeError);
  });

  it('has the mean and the variance of whole numbers up to 2^53, as exact arithmetic has them', () => {
    const large = fc.array(fc.integer({ min: 0, max: 2 ** 53 - 1 }), { minLength: 2, maxLength: 200 });
    const close = fc.array(fc.integer({ min: 2 ** 53 - 1000, max: 2 ** 53 - 1 }), { minLength: 2, maxLength: 200 });
    fc.assert(
      fc.property(fc.oneof(large, close), (values) => {
        const summary = summarize(values);
        const n = BigInt(values.length);
        const sum = values.reduce((total, value) => total + BigInt(value), 0n);
        const squares = values.reduce((total, value) => total + BigInt(value) ** 2n, 0n);
        // 2^53 is the ulp's reciprocal: one unit in the last place.
        expect(Math.abs(summary.mean - quotient(sum, n))).toBeLessThanOrEqual(quotient(sum, n) * 2 ** -52);
        const variance = quotient(n * squares - sum * sum, n * (n - 1n));
        expect(Math.abs(summary.stddev! ** 2 - variance)).toBeLessThanOrEqual(variance * 1e-12);
      }),
    );
  });

  it('does not depend on the order of the runs', () => {
    fc.assert(
      fc.property(counts, (values) => {
        const { outliers, ...summary } = summarize(values);
        const { outliers: reversedOutliers, ...reversed } = summarize([...values].reverse());
        expect(reversed).toEqual(summary);
        expect(reversedOutliers.map((place) => values.length - 1 - place).reverse()).toEqual(outliers);
      }),
    );
  });

  it('moves with a shift of all runs, and stretches with their scale', () => {
    fc.assert(
      fc.property(counts, fc.integer({ min: 0, max: 2 ** 40 }), (values, shift) => {
        const summary = summarize(values);
        const shifted = summarize(values.map((value) => value + shift));
        expect(shifted).toMatchObject({
          distinct: summary.distinct,
          stddev: summary.stddev,
          min: summary.min + shift,
          q1: summary.q1 + shift,
          median: summary.median + shift,
          q3: summary.q3 + shift,
          max: summary.max + shift,
          outliers: summary.outliers,
        });
        // A power of two changes no digit.
        const scaled = summarize(values.map((value) => value * 8));
        expect(scaled).toMatchObject({
          mean: summary.mean * 8,
          stddev: summary.stddev === null ? null : summary.stddev * 8,
          q1: summary.q1 * 8,
          median: summary.median * 8,
          q3: summary.q3 * 8,
          outliers: summary.outliers,
        });
      }),
    );
  });
});

/** A quotient of whole numbers as the nearest double, or its neighbour. */
function quotient(numerator: bigint, denominator: bigint): number {
  const whole = numerator / denominator;
  const rest = numerator % denominator;
  return Number(whole) + Number((rest * 2n ** 60n) / denominator) / 2 ** 60;
}
