// The sweep: the median outage over a parameter, a curve for each path and each setting of everything else, with the
// interval over seeds as a band where there is one.
import { scaleLinear, scaleLog, scalePoint } from 'd3-scale';
import type { RebootPath } from '../../../emulator/index';
import { PATH_NAMES } from '../../../emulator/index';
import { formatClock, formatCycles } from '../../format-cycles';
import { medianInterval } from '../../stats/interval';
import { summarize } from '../../stats/summary';
import { estimateWords } from '../../stats/words';
import type { Metric } from '../metrics';
import type { RunGroup } from '../run-groups';
import type { SweptParameter } from '../settings';
import { sayValue } from '../settings';
import { tickCycles } from './cycle-axis';
import {
  bodyTop,
  CHART_WIDTH,
  element,
  fitText,
  INK,
  line,
  MARGIN,
  named,
  number,
  picture,
  TEXT,
  textAt,
} from './drawing';

const LEFT = 110;
const LEGEND_WIDTH = 330;
const PLOT_HEIGHT = 420;
const AXIS_HEIGHT = 52;
const AXIS_TITLE = 20;
const TICKS = 6;
/** Above this ratio of the largest value to the smallest the axis is logarithmic, unless the experiment says how. */
const LOG_FROM = 8;

const PATH_COLORS: Readonly<Record<RebootPath, string>> = {
  cold: '#5b0c53',
  warm: '#2467bb',
  kexec: '#d37c20',
  crash: '#445f09',
};
/** Of curves of one path, one after the other. */
const DASHES = [undefined, '8 4', '2 3', '10 3 2 3', '5 2', '1 5'];
const MARKS = ['circle', 'square', 'diamond'] as const;

/** A curve. */
export interface SweepSeries {
  readonly path: RebootPath;
  /** What is set besides, empty when nothing differs between curves of one path. */
  readonly label: string;
  /** In the order of the parameter's values. */
  readonly groups: readonly RunGroup[];
}

/** At least one curve with at least one group, each with at least one run. */
export function sweepSvg(input: {
  readonly title: string;
  readonly subtitle: string;
  readonly source: string;
  readonly metric: Metric;
  readonly metricName: string;
  readonly parameter: SweptParameter;
  readonly series: readonly SweepSeries[];
}): string {
  const { title, subtitle, source, metric, metricName, parameter, series } = input;
  const curves = series.map((one, i) => curveOf(one, metric, parameter, series, i));
  const top = bodyTop(subtitle) + AXIS_TITLE;
  const bottom = top + PLOT_HEIGHT;
  const right = CHART_WIDTH - MARGIN - LEGEND_WIDTH;
  const x = horizontalScale(parameter, LEFT + 20, right - 20);
  const highest = Math.max(...curves.flatMap(({ points }) => points.map(({ high }) => high)));
  const y = scaleLinear()
    .domain([0, highest > 0 ? highest : 1])
    .nice(TICKS)
    .range([bottom, top + 8]);
  const clocks = new Set(series.flatMap(({ groups }) => groups.map(({ cpuHz }) => cpuHz)));
  const [onlyClock] = clocks;
  const unit = clocks.size === 1 && onlyClock !== null ? `cycles at ${formatClock(onlyClock)}` : 'cycles';
  const rows = y.ticks(TICKS).map((tick) => {
    return (
      line(LEFT, y(tick), right, y(tick), { stroke: INK.line }) +
      textAt(LEFT - 8, y(tick) + 4, tickCycles(tick), { size: TEXT.small, fill: INK.quiet, anchor: 'end' })
    );
  });
  const columns = x.ticks.map((tick) => {
    return (
      line(x.place(tick), bottom, x.place(tick), bottom + 5) +
      textAt(x.place(tick), bottom + 19, sayValue(parameter.name, tick), {
        size: TEXT.small,
        fill: INK.quiet,
        anchor: 'middle',
      })
    );
  });
  return picture({
    title,
    subtitle,
    source,
    bodyHeight: AXIS_TITLE + PLOT_HEIGHT + AXIS_HEIGHT,
    body: [
      ...rows,
      line(LEFT, bottom, right, bottom),
      ...columns,
      textAt(LEFT, bottom + 40, `${parameter.name}${x.isLog ? ' (logarithmic)' : ''}`, {
        size: TEXT.small,
        fill: INK.quiet,
      }),
      textAt(MARGIN, top - 8, `${metricName}, ${unit}`, { size: TEXT.small, fill: INK.quiet }),
      ...curves.map((curve) => drawCurve(curve, x.place, y)),
      ...curves.map((curve, i) => legendEntry(curve, right + 24, top + 14 + i * 22)),
    ].join('\n'),
  });
}

interface CurvePoint {
  readonly setting: number | string;
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly hasInterval: boolean;
  readonly words: string;
}

interface Curve {
  readonly name: string;
  readonly color: string;
  readonly dashes: string | undefined;
  readonly mark: (typeof MARKS)[number];
  readonly points: readonly CurvePoint[];
}

function curveOf(
  { path, label, groups }: SweepSeries,
  metric: Metric,
  { name }: SweptParameter,
  all: readonly SweepSeries[],
  index: number,
): Curve {
  const nth = all.slice(0, index).filter((other) => other.path === path).length;
  return {
    name: `${PATH_NAMES[path]}${label === '' ? '' : ` · ${label}`}`,
    color: PATH_COLORS[path],
    dashes: DASHES[nth % DASHES.length],
    mark: MARKS[nth % MARKS.length],
    points: groups.map((group) => {
      const values = group.valuesOf(metric);
      const { median } = summarize(values);
      const answer = medianInterval(values);
      const { low, high } = answer.interval ?? { low: median, high: median };
      return {
        setting: group.values[name],
        median,
        low,
        high,
        hasInterval: answer.interval !== null,
        words: estimateWords(median, answer, (cycles) => formatCycles(Math.round(cycles))),
      };
    }),
  };
}

interface HorizontalScale {
  readonly place: (setting: number | string) => number;
  readonly ticks: readonly (number | string)[];
  readonly isLog: boolean;
}

function horizontalScale({ values, scale }: SweptParameter, left: number, right: number): HorizontalScale {
  const numbers = values.filter((value) => typeof value === 'number');
  if (numbers.length < values.length) {
    const points = scalePoint(values.map(String), [left, right]).padding(0.3);
    return { place: (setting) => points(String(setting))!, ticks: values, isLog: false };
  }
  const [min, max] = [Math.min(...numbers), Math.max(...numbers)];
  const isLog = min > 0 && max > min && (scale === null ? max / min >= LOG_FROM : scale === 'log');
  const axis = (isLog ? scaleLog() : scaleLinear())
    .domain(min === max ? [min - 1, max + 1] : [min, max])
    .range([left, right]);
  // The measured settings are what a reader wants to find; where they stand too close, fewer of them.
  return { place: (setting) => axis(Number(setting)), ticks: apart(numbers, axis), isLog };
}

/** Settings whose texts do not run into each other. */
function apart(values: readonly number[], place: (value: number) => number): number[] {
  const MIN_DISTANCE = 84;
  const kept: number[] = [];
  for (const value of [...values].sort((a, b) => a - b)) {
    const last = kept.at(-1);
    if (last === undefined || place(value) - place(last) >= MIN_DISTANCE) kept.push(value);
  }
  return kept;
}

function drawCurve(
  { name, color, dashes, mark, points }: Curve,
  x: (setting: number | string) => number,
  y: (cycles: number) => number,
): string {
  const at = (setting: number | string, cycles: number) => `${number(x(setting))} ${number(y(cycles))}`;
  const isBand = points.length > 1 && points.some(({ hasInterval }) => hasInterval);
  const upper = points.map(({ setting, high }) => at(setting, high));
  const lower = points.map(({ setting, low }) => at(setting, low)).reverse();
  const band = isBand
    ? element('path', { d: `M${[...upper, ...lower].join('L')}Z`, fill: color, 'fill-opacity': 0.18 })
    : '';
  const path = element('path', {
    d: `M${points.map(({ setting, median }) => at(setting, median)).join('L')}`,
    fill: 'none',
    stroke: color,
    'stroke-width': 2,
    'stroke-dasharray': dashes,
  });
  const dots = points.map(({ setting, median, words }) =>
    named(`${name} at ${setting}: ${words}`, markAt(mark, x(setting), y(median), color)),
  );
  return band + path + dots.join('');
}

function markAt(mark: Curve['mark'], x: number, y: number, color: string): string {
  const style = { fill: color, stroke: '#ffffff', 'stroke-width': 1 };
  if (mark === 'circle') return element('circle', { cx: x, cy: y, r: 4.5, ...style });
  if (mark === 'square') return element('rect', { x: x - 4, y: y - 4, width: 8, height: 8, ...style });
  return element('path', { d: `M${number(x)} ${number(y - 5.5)}l5.5 5.5l-5.5 5.5l-5.5 -5.5Z`, ...style });
}

function legendEntry({ name, color, dashes, mark }: Curve, x: number, y: number): string {
  return (
    line(x, y, x + 34, y, { stroke: color, 'stroke-width': 2, 'stroke-dasharray': dashes }) +
    markAt(mark, x + 17, y, color) +
    textAt(x + 42, y + 4, fitText(name, LEGEND_WIDTH - 42 - 24, TEXT.small), { size: TEXT.small })
  );
}
