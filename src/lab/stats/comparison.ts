// Two paths against each other over seeds: quotient and difference, paired where both ran with the same seeds
// (docs/decisions/0020-intervals.md says why paired runs are compared run by run).
import type { IntervalAnswer } from './interval';
import { DEFAULT_LEVEL, fewestRunsForMedian, isConstant, medianInterval } from './interval';
import { medianOfSorted, sortedFinite } from './summary';

/** What a run measured, and its seed. */
export interface SeededValue {
  readonly seed: number;
  readonly value: number;
}

/** How runs of two paths were put together. */
export type Pairing = 'by-seed' | 'independent';

/** One path against another, with an interval over seeds. */
export interface Comparison {
  /** Paired by seed, the median of the runs' own quotients or differences; else that of the two medians. */
  readonly estimate: number;
  readonly pairing: Pairing;
  readonly answer: IntervalAnswer;
}

/** A median and the ends of its interval. */
interface Ends {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

interface Operation {
  readonly apply: (baseline: number, other: number) => number;
  /** The ends of the result's interval, from the intervals of two independent medians. */
  readonly join: (baseline: Ends, other: Ends) => { readonly low: number; readonly high: number };
}

/** A product, not a power: engines round powers differently, and files are to have the same bytes. */
const square = (value: number) => value * value;

/** Zou and Donner, Statistics in Medicine 27 (2008), pages 1693–1702: each end keeps its own distance to the median. */
const DIFFERENCE: Operation = {
  apply: (baseline, other) => baseline - other,
  join: (baseline, other) => {
    const difference = baseline.median - other.median;
    return {
      low: difference - Math.sqrt(square(baseline.median - baseline.low) + square(other.high - other.median)),
      high: difference + Math.sqrt(square(baseline.high - baseline.median) + square(other.median - other.low)),
    };
  },
};

/**
 * Donner and Zou, Statistical Methods in Medical Research 21 (2012), pages 347–359, in distances relative to the
 * medians: as they print it, digits cancel where intervals are narrow.
 */
const RATIO: Operation = {
  apply: (baseline, other) => baseline / other,
  join: (baseline, other) => {
    const ratio = baseline.median / other.median;
    const root = (p: number, q: number) => Math.sqrt(square(p) + square(q) - square(p) * square(q));
    const down = (baseline.median - baseline.low) / baseline.median;
    const downRoot = root(down, (other.high - other.median) / other.median);
    const up = (other.median - other.low) / other.median;
    const upRoot = root((baseline.high - baseline.median) / baseline.median, up);
    return { low: (ratio * (1 - square(down))) / (1 + downRoot), high: (ratio * (1 + upRoot)) / (1 - square(up)) };
  },
};

/**
 * Baseline over other: 6.4 means 6.4 times fewer. Null where a value is zero or less, and nothing can be divided.
 * @throws RangeError for values that are none, or a level outside 0.8 to 0.999
 */
export function ratioInterval(
  baseline: readonly SeededValue[],
  other: readonly SeededValue[],
  level = DEFAULT_LEVEL,
): Comparison | null {
  if ([...baseline, ...other].some(({ value }) => value <= 0)) return null;
  return compare(baseline, other, RATIO, level);
}

/**
 * Baseline less other, in the unit of the values: positive where the other path saves.
 * @throws RangeError as ratioInterval does
 */
export function differenceInterval(
  baseline: readonly SeededValue[],
  other: readonly SeededValue[],
  level = DEFAULT_LEVEL,
): Comparison {
  return compare(baseline, other, DIFFERENCE, level);
}

/**
 * The runs of both paths side by side in the order of their seeds; null unless both ran each seed exactly once.
 */
export function pairBySeed<Run extends { readonly seed: number }>(
  baseline: readonly Run[],
  other: readonly Run[],
): readonly (readonly [Run, Run])[] | null {
  const otherBySeed = new Map(other.map((run) => [run.seed, run]));
  const seeds = new Set(baseline.map(({ seed }) => seed));
  const isPaired =
    baseline.length === other.length &&
    seeds.size === baseline.length &&
    baseline.every(({ seed }) => otherBySeed.has(seed));
  if (!isPaired) return null;
  return [...baseline].sort((a, b) => a.seed - b.seed).map((run) => [run, otherBySeed.get(run.seed)!]);
}

function compare(
  baseline: readonly SeededValue[],
  other: readonly SeededValue[],
  operation: Operation,
  level: number,
): Comparison {
  const pairs = pairBySeed(baseline, other);
  if (!pairs) return compareMedians(valuesOf(baseline), valuesOf(other), operation, level);
  const each = pairs.map(([first, second]) => operation.apply(first.value, second.value));
  return {
    estimate: medianOfSorted(sortedFinite(each)),
    pairing: 'by-seed',
    answer: medianInterval(each, level),
  };
}

function valuesOf(runs: readonly SeededValue[]): number[] {
  return sortedFinite(runs.map(({ value }) => value));
}

/** @param baseline,other sorted */
function compareMedians(
  baseline: readonly number[],
  other: readonly number[],
  { apply, join }: Operation,
  level: number,
): Comparison {
  const estimate = apply(medianOfSorted(baseline), medianOfSorted(other));
  const runs = Math.min(baseline.length, other.length);
  const answer = ((): IntervalAnswer => {
    if (isConstant(baseline) && isConstant(other)) return { runs, interval: null, reason: 'identical' };
    if (runs < fewestRunsForMedian(level)) return { runs, interval: null, reason: 'too-few' };
    const ends = join(endsOf(baseline, level), endsOf(other, level));
    return { runs, interval: { level, ...ends, method: 'joined-medians' }, reason: null };
  })();
  return { estimate, pairing: 'independent', answer };
}

/** @param sorted enough for an interval at `level`, or all the same */
function endsOf(sorted: readonly number[], level: number): Ends {
  const median = medianOfSorted(sorted);
  const { interval } = medianInterval(sorted, level);
  return { median, low: interval?.low ?? median, high: interval?.high ?? median };
}
