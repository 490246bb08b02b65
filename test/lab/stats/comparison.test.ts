import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differenceInterval, medianInterval, ratioInterval } from '../../../src/lab/index';
import { CONTROL_MICE, TREATED_MICE } from '../../fixtures/r-datasets';

/** Runs with seeds from `firstSeed` on. */
const seeded = (values: readonly number[], firstSeed = 1) =>
  values.map((value, index) => ({ seed: firstSeed + index, value }));

const cycles = fc.integer({ min: 1, max: 2 ** 40 });

/** Two paths' runs with the same seeds, as many on either side. */
const pairs = fc.array(fc.tuple(cycles, cycles), { minLength: 1, maxLength: 30 });

/** Two paths' runs with seeds of their own. */
const apart = fc.tuple(
  fc.array(cycles, { minLength: 6, maxLength: 20 }),
  fc.array(cycles, { minLength: 6, maxLength: 20 }),
);

describe('paths that ran with the same seeds', () => {
  it('are compared run by run, whatever the order of the runs', () => {
    const baseline = seeded([20, 30, 40, 50, 60, 70, 80]);
    const other = seeded([10, 10, 20, 10, 12, 7, 16]);
    const ratios = [2, 3, 2, 5, 5, 10, 5];
    expect(ratioInterval(baseline, [...other].reverse())).toEqual({
      estimate: 5,
      pairing: 'by-seed',
      answer: medianInterval(ratios),
    });
    const differences = [10, 20, 20, 40, 48, 63, 64];
    expect(differenceInterval([...baseline].reverse(), other)).toEqual({
      estimate: 40,
      pairing: 'by-seed',
      answer: medianInterval(differences),
    });
  });

  it('are identical where every run saves the same, even though the runs differ', () => {
    const baseline = seeded([105, 109, 107, 101, 103, 108, 110]);
    const other = seeded([5, 9, 7, 1, 3, 8, 10]);
    expect(differenceInterval(baseline, other)).toEqual({
      estimate: 100,
      pairing: 'by-seed',
      answer: { runs: 7, interval: null, reason: 'identical' },
    });
  });

  it('have a single run of each as their estimate, and no interval', () => {
    expect(ratioInterval(seeded([64]), seeded([10]))).toEqual({
      estimate: 6.4,
      pairing: 'by-seed',
      answer: { runs: 1, interval: null, reason: 'too-few' },
    });
  });

  it('stand the other way round with reciprocal ratio and opposite difference', () => {
    fc.assert(
      fc.property(pairs, (values) => {
        const baseline = seeded(values.map(([first]) => first));
        const other = seeded(values.map(([, second]) => second));
        const forth = differenceInterval(baseline, other);
        const back = differenceInterval(other, baseline);
        expect(back.estimate + forth.estimate).toBe(0);
        expect(back.answer.reason).toBe(forth.answer.reason);
        if (forth.answer.interval && back.answer.interval) {
          const width = forth.answer.interval.high - forth.answer.interval.low;
          expect(Math.abs(back.answer.interval.low + forth.answer.interval.high)).toBeLessThanOrEqual(
            width * 1e-9 + 1e-3,
          );
        }
      }),
    );
  });
});

describe('paths that ran with different seeds', () => {
  it('are compared by their medians', () => {
    const treated = seeded(TREATED_MICE);
    const control = seeded(CONTROL_MICE, 100);
    // 94 in (21.1333, 155.9333) and 46 in (27.6837, 92.1488), as R has them (interval.test.ts).
    expect(differenceInterval(treated, control)).toMatchObject({ estimate: 48, pairing: 'independent' });
    const { low, high } = differenceInterval(treated, control).answer.interval!;
    expect(low).toBeCloseTo(48 - Math.hypot(94 - 21.133333333333336, 92.148837209302286 - 46), 9);
    expect(high).toBeCloseTo(48 + Math.hypot(155.93333333333331 - 94, 46 - 27.68372093023256), 9);
  });

  it('have the ratio interval that Donner and Zou print, where its digits allow', () => {
    const [x, xLow, xHigh] = [94, 21.133333333333336, 155.93333333333331];
    const [y, yLow, yHigh] = [46, 27.68372093023256, 92.148837209302286];
    const low =
      (x * y - Math.sqrt((x * y) ** 2 - xLow * yHigh * (2 * x - xLow) * (2 * y - yHigh))) / (yHigh * (2 * y - yHigh));
    const high =
      (x * y + Math.sqrt((x * y) ** 2 - xHigh * yLow * (2 * x - xHigh) * (2 * y - yLow))) / (yLow * (2 * y - yLow));
    const comparison = ratioInterval(seeded(TREATED_MICE), seeded(CONTROL_MICE, 100))!;
    expect(comparison.estimate).toBe(94 / 46);
    expect(comparison.answer.interval!.low).toBeCloseTo(low, 6);
    expect(comparison.answer.interval!.high).toBeCloseTo(high, 9);
    expect(comparison.answer.interval!.method).toBe('joined-medians');
  });

  it('have exactly the interval of the one that varies, where the other never does', () => {
    const constant = seeded(new Array<number>(9).fill(100), 50);
    const { low, high } = medianInterval(CONTROL_MICE).interval!;
    const saved = differenceInterval(constant, seeded(CONTROL_MICE)).answer.interval!;
    expect(saved.low).toBeCloseTo(100 - high, 9);
    expect(saved.high).toBeCloseTo(100 - low, 9);
    const over = ratioInterval(constant, seeded(CONTROL_MICE))!.answer.interval!;
    expect(over.low).toBeCloseTo(100 / high, 9);
    expect(over.high).toBeCloseTo(100 / low, 9);
    const under = ratioInterval(seeded(CONTROL_MICE), constant)!.answer.interval!;
    expect(under.low).toBeCloseTo(low / 100, 9);
    expect(under.high).toBeCloseTo(high / 100, 9);
  });

  it('need enough runs on both sides, unless neither varies', () => {
    const many = seeded([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(differenceInterval(many, seeded([9, 8, 7], 100)).answer).toEqual({
      runs: 3,
      interval: null,
      reason: 'too-few',
    });
    // One run alone is not known never to vary.
    expect(differenceInterval(many, seeded([9], 100)).answer.reason).toBe('too-few');
    expect(differenceInterval(seeded([4, 4]), seeded([9, 9, 9], 100)).answer).toEqual({
      runs: 2,
      interval: null,
      reason: 'identical',
    });
  });

  it('are those that share only some seeds, or ran a seed twice', () => {
    const baseline = seeded([1, 2, 3]);
    expect(differenceInterval(baseline, seeded([1, 2, 3], 2)).pairing).toBe('independent');
    expect(differenceInterval(baseline, seeded([1, 2])).pairing).toBe('independent');
    const twice = [...seeded([1, 2]), { seed: 2, value: 3 }];
    expect(differenceInterval(twice, twice).pairing).toBe('independent');
    expect(differenceInterval(twice, baseline).pairing).toBe('independent');
    expect(differenceInterval(baseline, twice).pairing).toBe('independent');
  });

  it('hold their estimate between the ends, and scale with both sides', () => {
    fc.assert(
      fc.property(apart, ([first, second]) => {
        const [baseline, other] = [seeded(first), seeded(second, 1000)];
        const ratio = ratioInterval(baseline, other)!;
        const difference = differenceInterval(baseline, other);
        for (const { estimate, answer } of [ratio, difference]) {
          if (answer.interval === null) continue;
          expect(answer.interval.low).toBeLessThanOrEqual(estimate);
          expect(answer.interval.high).toBeGreaterThanOrEqual(estimate);
        }
        if (ratio.answer.interval) expect(ratio.answer.interval.low).toBeGreaterThan(0);
        const eightfold = (runs: typeof baseline) => runs.map(({ seed, value }) => ({ seed, value: value * 8 }));
        expect(ratioInterval(eightfold(baseline), eightfold(other))).toEqual(ratio);
      }),
    );
  });
});

describe('a ratio', () => {
  it('is not formed of nothing', () => {
    expect(ratioInterval(seeded([5]), seeded([0]))).toBeNull();
    expect(ratioInterval(seeded([0]), seeded([5]))).toBeNull();
    expect(ratioInterval(seeded([5, 5]), seeded([5, -1]))).toBeNull();
  });

  it('of paths without runs is refused', () => {
    expect(() => ratioInterval([], [])).toThrow('no values to describe');
    expect(() => differenceInterval(seeded([1]), [])).toThrow(RangeError);
  });
});
