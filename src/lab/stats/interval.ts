// Intervals over seeds, of a median and of means (docs/decisions/0020-intervals.md, with the coverage of each).
// Where the runs carry none, the answer is the reason. Comparisons of two paths are in comparison.ts.
import { countDistinct, sortedFinite } from './summary';
import type { Resampler } from './resampler';
import { createResampler } from './resampler';

/** How an interval came about; the word of the column ci_method. */
export type IntervalMethod = 'order-statistics' | 'bootstrap-t' | 'joined-medians' | 'band';

/** Where the true value lies in `level` of all experiments like this one. */
export interface Interval {
  /** 0.95 for 95 %. */
  readonly level: number;
  readonly low: number;
  readonly high: number;
  readonly method: IntervalMethod;
}

/**
 * Why there is no interval: all runs say the same; they are too few for the level; they are so lumpy, or the curves so
 * close, that one end would be anywhere.
 */
export type NoIntervalReason = 'identical' | 'too-few' | 'unbounded';

/** An interval, or why there is none. */
export type IntervalAnswer = {
  /** Runs it rests on: pairs where two paths are paired, the smaller number where they are not. */
  readonly runs: number;
} & (
  | { readonly interval: Interval; readonly reason: null }
  | { readonly interval: null; readonly reason: NoIntervalReason }
);

/** The level where none is given. */
export const DEFAULT_LEVEL = 0.95;

/** Davison and Hinkley, Bootstrap Methods and their Application (1997), section 5.2: so that whole ranks bound 95 %. */
const RESAMPLES = 1999;

/** Below that many more runs than a median needs, studentized means were measured to miss too often. */
const MEAN_NEEDS_MORE = 2;

/** Levels that the resamples can still tell apart. */
const LOWEST_LEVEL = 0.8;
const HIGHEST_LEVEL = 0.999;

/** The fewest runs that can carry an interval of a median: all of them lie on one side of it in 2 of 2^n experiments. */
export function fewestRunsForMedian(level: number): number {
  checkLevel(level);
  return Math.ceil(1 - Math.log2(1 - level) - 1e-9);
}

/** The fewest runs for an interval of a mean: measured, not derived. */
export function fewestRunsForMean(level: number): number {
  return fewestRunsForMedian(level) + MEAN_NEEDS_MORE;
}

/**
 * Interval of the median by the sign test, whatever the distribution; between two ranks it is interpolated as
 * Hettmansperger and Sheather say (Statistics & Probability Letters 4, 1986, pages 75–79), so that the level is met.
 * @throws RangeError for values that are none, or a level outside 0.8 to 0.999
 */
export function medianInterval(values: readonly number[], level = DEFAULT_LEVEL): IntervalAnswer {
  const sorted = sortedFinite(values);
  const runs = sorted.length;
  const fewest = fewestRunsForMedian(level);
  if (isConstant(sorted)) return { runs, interval: null, reason: 'identical' };
  if (runs < fewest) return { runs, interval: null, reason: 'too-few' };
  const { rank, inward } = ranksOfMedian(runs, level);
  const between = (outer: number, inner: number) => outer + inward * (inner - outer);
  return {
    runs,
    interval: {
      level,
      low: between(sorted[rank - 1], sorted[rank]),
      high: between(sorted[runs - rank], sorted[runs - rank - 1]),
      method: 'order-statistics',
    },
    reason: null,
  };
}

/**
 * The widest rank, from 1, that still covers `level`, and how far towards the next one the interval ends. Only with
 * operations that every engine rounds alike, so that files have the same bytes: no exponentials or logarithms, and
 * powers of two alone.
 */
function ranksOfMedian(runs: number, level: number): { rank: number; inward: number } {
  // Probabilities are counted in units of 2^-halvings: 2^-1075 is no double.
  let halvings = runs;
  let probability = 1;
  let below = 0;
  let rank = 0;
  for (;;) {
    const tail = halvings > 1000 ? Infinity : ((1 - level) / 2) * 2 ** halvings;
    if (below + probability > tail * (1 + 1e-12)) {
      const share = (tail - below) / probability;
      return { rank, inward: ((runs - rank) * share) / (rank + (runs - 2 * rank) * share) };
    }
    below += probability;
    probability *= (runs - rank) / (rank + 1);
    rank++;
    if (probability > 2 ** 500) {
      below /= 2 ** 500;
      probability /= 2 ** 500;
      halvings -= 500;
    }
  }
}

/**
 * Interval of the mean by the studentized bootstrap (Efron and Tibshirani, An Introduction to the Bootstrap, 1993,
 * section 12.5), with `seedText` for its draws. It may reach beyond the smallest and largest value.
 * @throws RangeError for values that are none, or a level outside 0.8 to 0.999
 */
export function meanInterval(values: readonly number[], seedText: string, level = DEFAULT_LEVEL): IntervalAnswer {
  return studentizedInterval([{ values, sign: 1 }], seedText, level);
}

/**
 * Interval of the mean of `plus` less the mean of `minus`, drawn apart from each other.
 * @throws RangeError as meanInterval does
 */
export function meanDifferenceInterval(
  plus: readonly number[],
  minus: readonly number[],
  seedText: string,
  level = DEFAULT_LEVEL,
): IntervalAnswer {
  const groups: Group[] = [
    { values: plus, sign: 1 },
    { values: minus, sign: -1 },
  ];
  return studentizedInterval(groups, seedText, level);
}

interface Group {
  readonly values: readonly number[];
  readonly sign: 1 | -1;
}

/** A mean, signed, and the square of its standard error. */
interface Studied {
  readonly mean: number;
  readonly varianceOfMean: number;
}

function studentizedInterval(groups: readonly Group[], seedText: string, level: number): IntervalAnswer {
  // Sorted, so that the order of the runs changes no draw.
  const samples = groups.map(({ values }) => sortedFinite(values));
  const runs = Math.min(...samples.map(({ length }) => length));
  const fewest = fewestRunsForMean(level);
  if (samples.every(isConstant)) return { runs, interval: null, reason: 'identical' };
  if (runs < fewest) return { runs, interval: null, reason: 'too-few' };
  // Counted from the smallest value, so that large counts of cycles leave digits for their differences.
  const shifted = samples.map((sorted) => Float64Array.from(sorted, (value) => value - sorted[0]));
  const origin = groups.reduce((sum, { sign }, index) => sum + sign * samples[index][0], 0);
  const combine = (studied: readonly Studied[]) => ({
    mean: studied.reduce((sum, { mean }, index) => sum + groups[index].sign * mean, 0),
    error: Math.sqrt(studied.reduce((sum, { varianceOfMean }) => sum + varianceOfMean, 0)),
  });
  const measured = combine(shifted.map(studyMean));
  const resampler = createResampler(seedText);
  const drawn = shifted.map(({ length }) => new Float64Array(length));
  const ratios = new Float64Array(RESAMPLES);
  for (let resample = 0; resample < RESAMPLES; resample++) {
    shifted.forEach((sample, index) => drawFrom(sample, drawn[index], resampler));
    const { mean, error } = combine(drawn.map(studyMean));
    const away = mean - measured.mean;
    ratios[resample] = away === 0 ? 0 : away / error;
  }
  ratios.sort();
  const tail = (1 - level) / 2;
  const low = origin + (measured.mean - rankQuantile(ratios, 1 - tail) * measured.error);
  const high = origin + (measured.mean - rankQuantile(ratios, tail) * measured.error);
  // Where a handful of runs differs from the rest, many draws have none of them, and their ratio is infinite.
  if (!Number.isFinite(low) || !Number.isFinite(high)) return { runs, interval: null, reason: 'unbounded' };
  return { runs, interval: { level, low, high, method: 'bootstrap-t' }, reason: null };
}

function drawFrom(sample: Float64Array, drawn: Float64Array, resampler: Resampler): void {
  for (let place = 0; place < drawn.length; place++) drawn[place] = sample[resampler.drawPlace(sample.length)];
}

function studyMean(sample: Float64Array): Studied {
  const { length } = sample;
  let sum = 0;
  let isSame = true;
  for (let place = 0; place < length; place++) {
    sum += sample[place];
    isSame = isSame && sample[place] === sample[0];
  }
  if (isSame) return { mean: sample[0], varianceOfMean: 0 };
  const mean = sum / length;
  let squares = 0;
  for (let place = 0; place < length; place++) {
    const away = sample[place] - mean;
    squares += away * away;
  }
  return { mean, varianceOfMean: squares / (length - 1) / length };
}

/** The quantile at rank (n + 1) p, as Davison and Hinkley take it; whole ranks at 90, 95 and 99 %. */
function rankQuantile(sorted: Float64Array, probability: number): number {
  const rank = (sorted.length + 1) * probability;
  const whole = Math.round(rank);
  if (Math.abs(rank - whole) < 1e-9) return sorted[whole - 1];
  const below = Math.floor(rank);
  return sorted[below - 1] + (rank - below) * (sorted[below] - sorted[below - 1]);
}

/** More than one run, and all the same. A single run is not known to be. */
export function isConstant(sorted: readonly number[]): boolean {
  return sorted.length > 1 && countDistinct(sorted) === 1;
}

function checkLevel(level: number): void {
  if (!(level >= LOWEST_LEVEL && level <= HIGHEST_LEVEL)) {
    throw new RangeError(`a level of ${level} is not between ${LOWEST_LEVEL} and ${HIGHEST_LEVEL}`);
  }
}
