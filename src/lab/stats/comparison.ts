// Two paths against each other over seeds: quotient and difference, paired where both ran with the same seeds
// (docs/decisions/0020-intervals.md says why paired runs are compared run by run).
import type { IntervalAnswer } from './interval';
import { DEFAULT_LEVEL, fewestRunsForMedian, isConstant, medianInterval, percentileInterval } from './interval';
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

interface Operation {
  readonly name: 'ratio' | 'difference';
  readonly apply: (baseline: number, other: number) => number;
}

const RATIO: Operation = { name: 'ratio', apply: (baseline, other) => baseline / other };
const DIFFERENCE: Operation = { name: 'difference', apply: (baseline, other) => baseline - other };

/**
 * Baseline over other: 6.4 means 6.4 times fewer. Null where a value is zero or less, and nothing can be divided.
 * @param seedText what the draws of unpaired runs begin from: the hash of the configuration
 * @throws RangeError for values that are none, or a level outside 0.8 to 0.999
 */
export function ratioInterval(
  baseline: readonly SeededValue[],
  other: readonly SeededValue[],
  seedText: string,
  level = DEFAULT_LEVEL,
): Comparison | null {
  if ([...baseline, ...other].some(({ value }) => value <= 0)) return null;
  return compare(baseline, other, RATIO, seedText, level);
}

/**
 * Baseline less other, in the unit of the values: positive where the other path saves.
 * @param seedText as for ratioInterval
 * @throws RangeError as ratioInterval does
 */
export function differenceInterval(
  baseline: readonly SeededValue[],
  other: readonly SeededValue[],
  seedText: string,
  level = DEFAULT_LEVEL,
): Comparison {
  return compare(baseline, other, DIFFERENCE, seedText, level);
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
    otherBySeed.size === other.length &&
    baseline.every(({ seed }) => otherBySeed.has(seed));
  if (!isPaired) return null;
  return [...baseline].sort((a, b) => a.seed - b.seed).map((run) => [run, otherBySeed.get(run.seed)!]);
}

function compare(
  baseline: readonly SeededValue[],
  other: readonly SeededValue[],
  operation: Operation,
  seedText: string,
  level: number,
): Comparison {
  const pairs = pairBySeed(baseline, other);
  if (!pairs) return compareMedians(valuesOf(baseline), valuesOf(other), operation, seedText, level);
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
  { name, apply }: Operation,
  seedText: string,
  level: number,
): Comparison {
  const runs = Math.min(baseline.length, other.length);
  const answer = ((): IntervalAnswer => {
    if (isConstant(baseline) && isConstant(other)) return { runs, interval: null, reason: 'identical' };
    if (runs < fewestRunsForMedian(level)) return { runs, interval: null, reason: 'too-few' };
    // Against a path that never varies, the other path's own interval says it all, and needs no draws.
    if (isConstant(baseline)) return mapEnds(medianInterval(other, level), (end) => apply(baseline[0], end));
    if (isConstant(other)) return mapEnds(medianInterval(baseline, level), (end) => apply(end, other[0]));
    const interval = percentileInterval(baseline, other, apply, `${seedText} ${name}`, level);
    return { runs, interval, reason: null };
  })();
  return { estimate: apply(medianOfSorted(baseline), medianOfSorted(other)), pairing: 'independent', answer };
}

/** The interval of a quantity that rises or falls with this one throughout. */
function mapEnds(answer: IntervalAnswer, apply: (end: number) => number): IntervalAnswer {
  if (!answer.interval) return answer;
  const [low, high] = [apply(answer.interval.low), apply(answer.interval.high)].sort((a, b) => a - b);
  return { ...answer, interval: { ...answer.interval, low, high } };
}
