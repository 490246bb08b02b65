// Which parameter matters: how far each moves a metric, widest first (docs/decisions/0020-intervals.md).
// Shares of variance are first-order indices (Saltelli and others, Global Sensitivity Analysis, 2008, section 1.2.8).
import { mean } from 'simple-statistics';
import { summarize } from './summary';
import type { Setting, SweepPoint } from './sweep';
import { levelsOf, runsOf } from './sweep';

/**
 * What the points form: every setting of each parameter with every setting of the others; a base point from which the
 * others differ in one parameter each; or neither, and then no bar can be drawn.
 */
export type SweepDesign = 'factorial' | 'one-at-a-time' | 'other';

/** The metric at one setting of a parameter. */
export interface LevelMean {
  readonly level: Setting;
  /** Mean over the others' settings where the design is factorial; else with the others as at the base. */
  readonly mean: number;
}

/** A bar of the tornado. */
export interface TornadoBar {
  readonly parameter: string;
  readonly levels: readonly LevelMean[];
  /** From the smallest to the largest of the levels' means, in the metric's unit. */
  readonly range: number;
  /** Of all variance among runs, what this parameter explains by itself; null where the points cannot tell. */
  readonly share: number | null;
}

/** The bars, widest first, and what they leave unexplained. */
export interface Tornado {
  readonly design: SweepDesign;
  readonly bars: readonly TornadoBar[];
  /** Of all variance, what parameters explain only together; null where the points cannot tell. */
  readonly togetherShare: number | null;
  /** Of all variance, what is left between runs of one point; null where the points cannot tell. */
  readonly seedShare: number | null;
}

interface PointMean {
  readonly point: SweepPoint;
  readonly mean: number;
}

/**
 * How much each parameter that takes more than one setting moves `metric`. Bars as wide as each other keep the order
 * of the parameters in the first point. Each point counts alike, however many runs it has.
 * @throws RangeError for a point without runs of `metric`
 */
export function tornado(points: readonly SweepPoint[], metric: string): Tornado {
  const valuesByPoint = points.map((point) => runsOf(point, metric).map(({ value }) => value));
  const means = points.map((point, index) => ({ point, mean: summarize(valuesByPoint[index]).mean }));
  const parameters = Object.keys(points[0]?.settings ?? {}).filter((name) => levelsOf(points, name).length > 1);
  if (isFactorial(points, parameters)) {
    const bars = parameters.map((parameter) => ({ parameter, levels: levelMeans(means, parameter) }));
    return factorialTornado(bars, means, valuesByPoint);
  }
  const base = baseOf(points, parameters);
  if (!base) return { design: 'other', bars: [], togetherShare: null, seedShare: null };
  const bars = parameters.map((parameter) => {
    const alongAxis = means.filter(({ point }) =>
      differing(point, base, parameters).every((name) => name === parameter),
    );
    const levels = levelMeans(alongAxis, parameter);
    return { parameter, levels, range: rangeOf(levels), share: null };
  });
  return { design: 'one-at-a-time', bars: widestFirst(bars), togetherShare: null, seedShare: null };
}

function factorialTornado(
  bars: readonly Pick<TornadoBar, 'parameter' | 'levels'>[],
  means: readonly PointMean[],
  valuesByPoint: readonly (readonly number[])[],
): Tornado {
  // The law of total variance: among points, plus the mean of that within each.
  const amongPoints = spread(means.map((point) => point.mean));
  const withinPoints = valuesByPoint.length === 0 ? 0 : mean(valuesByPoint.map(spread));
  const total = amongPoints + withinPoints;
  const shareOf = (variance: number) => (total === 0 ? null : variance / total);
  // Levels of a full factorial have equally many points, so each counts alike.
  const variances = bars.map(({ levels }) => spread(levels.map((level) => level.mean)));
  const together = amongPoints - variances.reduce((sum, variance) => sum + variance, 0);
  return {
    design: 'factorial',
    bars: widestFirst(
      bars.map((bar, index) => ({ ...bar, range: rangeOf(bar.levels), share: shareOf(variances[index]) })),
    ),
    togetherShare: shareOf(Math.max(0, together)),
    seedShare: shareOf(withinPoints),
  };
}

/** Mean squared distance from the mean: the variance of exactly these values, not an estimate from a sample. */
function spread(values: readonly number[]): number {
  const { mean: centre } = summarize(values);
  return mean(values.map((value) => (value - centre) * (value - centre)));
}

function levelMeans(means: readonly PointMean[], parameter: string): LevelMean[] {
  const points = means.map(({ point }) => point);
  return levelsOf(points, parameter).map((level) => ({
    level,
    mean: summarize(means.filter(({ point }) => point.settings[parameter] === level).map((each) => each.mean)).mean,
  }));
}

function rangeOf(levels: readonly LevelMean[]): number {
  const { min, max } = summarize(levels.map((level) => level.mean));
  return max - min;
}

/** Array.sort keeps equals in place. */
function widestFirst(bars: TornadoBar[]): TornadoBar[] {
  return bars.sort((a, b) => b.range - a.range);
}

function isFactorial(points: readonly SweepPoint[], parameters: readonly string[]): boolean {
  const places = new Set(points.map(({ settings }) => JSON.stringify(parameters.map((name) => settings[name]))));
  const size = parameters.reduce((product, name) => product * levelsOf(points, name).length, 1);
  return places.size === points.length && points.length === size;
}

/** The point from which every other differs in one parameter at most. */
function baseOf(points: readonly SweepPoint[], parameters: readonly string[]): SweepPoint | undefined {
  return points.find((base) =>
    points.every((point) => point === base || differing(point, base, parameters).length === 1),
  );
}

function differing(point: SweepPoint, base: SweepPoint, parameters: readonly string[]): string[] {
  return parameters.filter((name) => point.settings[name] !== base.settings[name]);
}
