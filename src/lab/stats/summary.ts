// What a set of runs comes to: place, spread, quartiles and outliers (docs/decisions/0020-intervals.md).
// Intervals are in interval.ts. Nothing here depends on the order of the runs but the places of outliers.
import { mean, quantileSorted, sampleStandardDeviation } from 'simple-statistics';

/** Runs of one point, described. */
export interface Summary {
  readonly n: number;
  /** How many different values there are: 1 means no spread at all. */
  readonly distinct: number;
  readonly mean: number;
  /** With n − 1 below the line; null for a single run, which has no spread to speak of. */
  readonly stddev: number | null;
  readonly min: number;
  readonly q1: number;
  readonly median: number;
  readonly q3: number;
  readonly max: number;
  /** Places in `values` of what lies beyond Tukey's fences, ascending. */
  readonly outliers: readonly number[];
}

/** Tukey, Exploratory Data Analysis (1977), section 2D: the inner fences lie 1.5 times the box's height beyond it. */
const FENCE = 1.5;

/**
 * Describes `values`, in their own unit. Quartiles are R's type 7 (Hyndman and Fan 1996), as in R, NumPy and Excel.
 * Whole numbers up to 2^53 lose nothing: the smallest is taken off before sums are formed, and sums are compensated.
 * @throws RangeError for no values, or one that is no finite number
 */
export function summarize(values: readonly number[]): Summary {
  const sorted = sortedFinite(values);
  const min = sorted[0];
  const max = sorted[sorted.length - 1];
  const fromMin = sorted.map((value) => value - min);
  const q1 = quantileSorted(sorted, 0.25);
  const q3 = quantileSorted(sorted, 0.75);
  const reach = FENCE * (q3 - q1);
  return {
    n: values.length,
    distinct: countDistinct(sorted),
    mean: min + mean(fromMin),
    stddev: values.length < 2 ? null : sampleStandardDeviation(fromMin),
    min,
    q1,
    median: medianOfSorted(sorted),
    q3,
    max,
    outliers: values.flatMap((value, place) => (value < q1 - reach || value > q3 + reach ? [place] : [])),
  };
}

/**
 * A sorted copy.
 * @throws RangeError for no values, or one that is no finite number
 */
export function sortedFinite(values: readonly number[]): number[] {
  if (values.length === 0) throw new RangeError('no values to describe');
  const strange = values.find((value) => !Number.isFinite(value));
  if (strange !== undefined) throw new RangeError(`${strange} is no value to describe`);
  return [...values].sort((a, b) => a - b);
}

/** Different values in a sorted list. */
export function countDistinct(sorted: ArrayLike<number>): number {
  let distinct = sorted.length > 0 ? 1 : 0;
  for (let place = 1; place < sorted.length; place++) if (sorted[place] !== sorted[place - 1]) distinct++;
  return distinct;
}

/** The middle of a sorted list, or half-way between the two in the middle: every quantile type agrees on it. */
export function medianOfSorted(sorted: ArrayLike<number>): number {
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle];
  return sorted[middle - 1] + (sorted[middle] - sorted[middle - 1]) / 2;
}
