// How often intervals hold the true value, on runs drawn from known distributions. The seeds are fixed, so the counts are too;
// docs/decisions/0020-intervals.md has the larger table.
import { describe, expect, it } from 'vitest';
import { differenceInterval, meanInterval, medianInterval, ratioInterval } from '../../../src/lab/index';
import type { IntervalAnswer } from '../../../src/lab/stats/interval';

/** The bar, for intervals of 95 %. */
const LOWEST = 0.93;
const HIGHEST = 0.97;

const EXPERIMENTS = 2000;

interface Distribution {
  readonly name: string;
  readonly draw: (uniform: () => number) => number;
  readonly mean: number;
  readonly median: number;
}

const normal = (uniform: () => number) => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());

const DISTRIBUTIONS: readonly Distribution[] = [
  { name: 'normal', draw: normal, mean: 0, median: 0 },
  { name: 'exponential', draw: (uniform) => -Math.log(uniform()), mean: 1, median: Math.LN2 },
  {
    name: 'skewed',
    // Chi-square with three degrees of freedom; its median by R 4.2.2: qchisq(.5, 3).
    draw: (uniform) => normal(uniform) ** 2 + normal(uniform) ** 2 + normal(uniform) ** 2,
    mean: 3,
    median: 2.3659738843753377,
  },
];

/** Mulberry32: not the generator that the intervals draw with. */
function createUniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), 1 | state);
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word;
    return (((word ^ (word >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  };
}

/** The share of experiments whose interval holds `truth`. All of them must have one. */
function coverage(truth: number, seed: number, experiment: (uniform: () => number, index: number) => IntervalAnswer) {
  const uniform = createUniform(seed);
  let held = 0;
  for (let index = 0; index < EXPERIMENTS; index++) {
    const { interval } = experiment(uniform, index);
    if (interval === null) throw new Error('an experiment without an interval');
    if (interval.low <= truth && truth <= interval.high) held++;
  }
  return held / EXPERIMENTS;
}

function expectCovered(share: number): void {
  expect(share).toBeGreaterThanOrEqual(LOWEST);
  expect(share).toBeLessThanOrEqual(HIGHEST);
}

describe('an interval of 95 % holds the true value in 93 to 97 of 100 experiments', () => {
  for (const { name, draw, mean, median } of DISTRIBUTIONS) {
    const runsOf = (n: number, uniform: () => number) => Array.from({ length: n }, () => draw(uniform));
    const seeded = (values: readonly number[], firstSeed: number, offset: number) =>
      values.map((value, index) => ({ seed: firstSeed + index, value: value + offset }));

    for (const n of [6, 7, 10, 20, 30]) {
      it(`the median of ${n} ${name} runs`, () => {
        expectCovered(coverage(median, n, (uniform) => medianInterval(runsOf(n, uniform))));
      });
    }

    for (const n of [8, 20]) {
      it(`the mean of ${n} ${name} runs`, () => {
        expectCovered(coverage(mean, n, (uniform, index) => meanInterval(runsOf(n, uniform), `experiment ${index}`)));
      });
    }

    for (const n of [6, 10, 30]) {
      it(`the ratio of two paths, ${n} ${name} runs each with the same seeds`, () => {
        expectCovered(
          coverage((median + 30) / (median + 10), n, (uniform) => {
            const [baseline, other] = [seeded(runsOf(n, uniform), 1, 30), seeded(runsOf(n, uniform), 1, 10)];
            return ratioInterval(baseline, other)!.answer;
          }),
        );
      });

      it(`the difference of two paths, ${n} ${name} runs each with the same seeds`, () => {
        expectCovered(
          coverage(20, n, (uniform) => {
            const [baseline, other] = [seeded(runsOf(n, uniform), 1, 30), seeded(runsOf(n, uniform), 1, 10)];
            return differenceInterval(baseline, other).answer;
          }),
        );
      });
    }
  }
});
