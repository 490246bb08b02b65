// Where the curves of two metrics cross over one parameter, by straight lines between measured points
// (docs/decisions/0020-intervals.md). Nothing is said beyond the points that were measured.
import { differenceInterval } from './comparison';
import type { IntervalAnswer } from './interval';
import { DEFAULT_LEVEL } from './interval';
import type { SweepPoint } from './sweep';
import { runsOf } from './sweep';

/** A place where the curves change sides. */
export interface Crossing {
  /** In the parameter's unit. */
  readonly at: number;
  /** The metric that is smaller beyond it. */
  readonly smallerBeyond: string;
  /** Between which settings the crossing lies, over seeds. */
  readonly answer: IntervalAnswer;
}

/** How two curves lie to each other over the measured settings. */
export interface BreakEven {
  readonly parameter: string;
  /** The lowest and the highest setting that was measured. */
  readonly from: number;
  readonly to: number;
  /** Empty where the curves do not cross; curves that touch without changing sides do not. */
  readonly crossings: readonly Crossing[];
  /** Without a crossing, the metric that is nowhere larger; null where they cross or are equal throughout. */
  readonly smaller: string | null;
}

/** The difference of both curves at a setting, and its interval. */
interface Gap {
  readonly setting: number;
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly answer: IntervalAnswer;
}

/**
 * Where `metricA` and `metricB` cost the same. The interval of a crossing is where the interval of their difference,
 * carried along straight lines between the points, still holds zero.
 * @param points one for each setting of `parameter`: of a larger grid, those along one line
 * @throws RangeError for a setting that is no number or comes twice, or for a point without runs
 */
export function breakEven(
  points: readonly SweepPoint[],
  parameter: string,
  metricA: string,
  metricB: string,
  level = DEFAULT_LEVEL,
): BreakEven {
  if (points.length === 0) throw new RangeError('no points to compare at');
  const gaps = points
    .map((point) => gapAt(point, parameter, metricA, metricB, level))
    .sort((a, b) => a.setting - b.setting);
  const twice = gaps.find(({ setting }, index) => index > 0 && setting === gaps[index - 1].setting);
  if (twice) throw new RangeError(`${parameter} = ${twice.setting} comes twice: other parameters vary too`);
  const crossings: Crossing[] = [];
  let lastSided = -1;
  gaps.forEach(({ estimate }, index) => {
    if (estimate === 0) return;
    if (lastSided >= 0 && Math.sign(gaps[lastSided].estimate) !== Math.sign(estimate)) {
      const at = crossingBetween(gaps, lastSided, index);
      const smallerBeyond = estimate < 0 ? metricA : metricB;
      crossings.push({ at, smallerBeyond, answer: crossingAnswer(gaps, lastSided, at, level) });
    }
    lastSided = index;
  });
  const hasSides = lastSided >= 0 && crossings.length === 0;
  return {
    parameter,
    from: gaps[0].setting,
    to: gaps[gaps.length - 1].setting,
    crossings,
    smaller: hasSides ? (gaps[lastSided].estimate < 0 ? metricA : metricB) : null,
  };
}

function gapAt(point: SweepPoint, parameter: string, metricA: string, metricB: string, level: number): Gap {
  const setting = point.settings[parameter];
  if (typeof setting !== 'number' || !Number.isFinite(setting)) {
    throw new RangeError(`${parameter} = ${setting} is no number to find a crossing on`);
  }
  const { estimate, answer } = differenceInterval(runsOf(point, metricA), runsOf(point, metricB), level);
  const { low, high } = answer.interval ?? { low: estimate, high: estimate };
  return { setting, estimate, low: Math.min(low, estimate), high: Math.max(high, estimate), answer };
}

/** Where the line between two sides meets zero; at the first point measured as equal, where there is one. */
function crossingBetween(gaps: readonly Gap[], before: number, after: number): number {
  if (after - before > 1) return gaps[before + 1].setting;
  return zeroBetween(gaps[before], gaps[after], ({ estimate }) => estimate);
}

function zeroBetween(left: Gap, right: Gap, curve: (gap: Gap) => number): number {
  const fraction = curve(left) / (curve(left) - curve(right));
  return left.setting + fraction * (right.setting - left.setting);
}

/** @param before the last point on the side that the crossing comes from */
function crossingAnswer(gaps: readonly Gap[], before: number, at: number, level: number): IntervalAnswer {
  const runs = Math.min(...gaps.map(({ answer }) => answer.runs));
  const isFalling = gaps[before].estimate > 0;
  // To the left the gap must be clear of zero on the side it comes from, to the right on the other one.
  const lower = ({ low, high }: Gap) => (isFalling ? low : -high);
  const upper = ({ low, high }: Gap) => (isFalling ? high : -low);
  const left = gaps.findLastIndex((gap, index) => index <= before && lower(gap) > 0);
  const right = gaps.findIndex((gap, index) => index > before && upper(gap) < 0);
  const span = gaps.slice(left < 0 ? 0 : left, right < 0 ? gaps.length : right + 1);
  if (span.some(({ answer }) => answer.reason === 'too-few')) return { runs, interval: null, reason: 'too-few' };
  if (span.every(({ answer }) => answer.reason === 'identical')) return { runs, interval: null, reason: 'identical' };
  if (left < 0 || right < 0) return { runs, interval: null, reason: 'unbounded' };
  return {
    runs,
    interval: {
      level,
      low: Math.min(at, zeroBetween(gaps[left], gaps[left + 1], lower)),
      high: Math.max(at, zeroBetween(gaps[right - 1], gaps[right], upper)),
      method: 'band',
    },
    reason: null,
  };
}
