// The spread over seeds: every run as a dot, by how far it lies from its row's median, and a box where there are enough
// runs for quartiles to mean something. Where all runs are the same there is one dot, and the words say so.
import { scaleLinear } from 'd3-scale';
import { PATH_NAMES } from '../../../emulator/index';
import { formatCycles, formatCyclesAndTime } from '../../format-cycles';
import type { Summary } from '../../stats/summary';
import { summarize } from '../../stats/summary';
import { countWords } from '../../stats/words';
import type { Metric } from '../metrics';
import type { RunGroup } from '../run-groups';
import {
  bodyTop,
  CHART_WIDTH,
  element,
  INK,
  line,
  MARGIN,
  named,
  picture,
  rect,
  rowHeading,
  TEXT,
  textAt,
} from './drawing';

const LABEL_WIDTH = 420;
const VALUE_WIDTH = 270;
const ROW = 46;
const BOX = 22;
const AXIS_HEIGHT = 46;
const TICKS = 5;
/** Below, a box would be drawn from quartiles that one run moves. */
const FEWEST_FOR_BOX = 5;
/** Of a row; more would lie on each other, and a file of them would be large. */
const MOST_DOTS = 200;
/** Narrower axes would show rounding as if it were spread. */
const SMALLEST_RANGE_PERCENT = 0.01;

interface Row {
  readonly label: string;
  readonly group: RunGroup;
  readonly values: readonly number[];
  readonly summary: Summary;
  /** Deviations from the median, per cent. */
  readonly percents: readonly number[];
}

/** One row per group with at least one run. */
export function spreadSvg(input: {
  readonly title: string;
  readonly subtitle: string;
  readonly source: string;
  readonly metric: Metric;
  readonly groups: readonly RunGroup[];
  readonly labelOf: (group: RunGroup) => string;
}): string {
  const { title, subtitle, source, metric, groups, labelOf } = input;
  const rows = groups.map((group): Row => {
    const values = group.valuesOf(metric);
    const summary = summarize(values);
    const percents = values.map((value) => percentFrom(summary.median, value));
    return { label: labelOf(group), group, values, summary, percents };
  });
  const reach = Math.max(SMALLEST_RANGE_PERCENT, ...rows.flatMap(({ percents }) => percents.map(Math.abs)));
  const [left, right] = [LABEL_WIDTH, CHART_WIDTH - MARGIN - VALUE_WIDTH];
  const scale = scaleLinear().domain([-reach, reach]).nice(TICKS).range([left, right]);
  const top = bodyTop(subtitle);
  const bottom = top + rows.length * ROW;
  // Where nothing spreads, a scale would speak of a spread that is not there.
  const isSpread = rows.some(({ summary }) => summary.distinct > 1);
  const ticks = isSpread ? scale.ticks(TICKS) : [0];
  const grid = ticks.map((tick) => line(scale(tick), top, scale(tick), bottom, { stroke: INK.line })).join('');
  const format = scale.tickFormat(TICKS, '+');
  const axis = [
    line(left, bottom, right, bottom),
    ...ticks.map(
      (tick) =>
        line(scale(tick), bottom, scale(tick), bottom + 5) +
        textAt(scale(tick), bottom + 18, tick === 0 ? 'median' : `${format(tick)} %`, {
          size: TEXT.small,
          fill: INK.quiet,
          anchor: 'middle',
        }),
    ),
    textAt(left, bottom + 38, 'Distance from the median of each row', { size: TEXT.small, fill: INK.quiet }),
  ];
  return picture({
    title,
    subtitle,
    source,
    bodyHeight: bottom + AXIS_HEIGHT - top,
    body: [grid, ...rows.map((row, i) => drawRow(row, top + i * ROW, scale)), ...axis].join('\n'),
  });
}

function percentFrom(median: number, value: number): number {
  return median === 0 ? 0 : ((value - median) / median) * 100;
}

function drawRow(
  { label, group, values, summary, percents }: Row,
  y: number,
  scale: (percent: number) => number,
): string {
  const center = y + ROW / 2;
  const pathName = PATH_NAMES[group.path];
  const heading = rowHeading(label, pathName, LABEL_WIDTH - MARGIN - 12);
  const amount =
    group.cpuHz === null
      ? formatCycles(Math.round(summary.median))
      : formatCyclesAndTime(Math.round(summary.median), group.cpuHz);
  const hasSpread = summary.distinct > 1;
  const dots = dotsOf({ values, percents, hasSpread }, scale).map(({ x, places }) => {
    const runs =
      places.length === 1
        ? `seed ${group.seeds[places[0]]}: ${formatCycles(values[places[0]])}`
        : `${places.length} runs, about ${formatCycles(values[places[0]])}`;
    const dot = element('circle', {
      cx: x,
      cy: center,
      r: 4,
      fill: INK.accent,
      'fill-opacity': 0.7,
      stroke: '#ffffff',
      'stroke-width': 0.75,
    });
    return named(`${pathName}, ${hasSpread ? runs : countWords(summary)}`, dot);
  });
  return (
    textAt(LABEL_WIDTH - 12, center + 4, heading, { size: TEXT.small, anchor: 'end' }) +
    (hasSpread && summary.n >= FEWEST_FOR_BOX ? box(summary, center, scale) : '') +
    dots.join('') +
    textAt(CHART_WIDTH - MARGIN, center - 3, `median ${amount}`, { size: TEXT.small, anchor: 'end' }) +
    textAt(CHART_WIDTH - MARGIN, center + 12, countWords(summary), { size: TEXT.small, anchor: 'end', fill: INK.quiet })
  );
}

/** A dot for every run; of very many, one for all that would lie on each other. Identical runs are one dot. */
function dotsOf(
  { values, percents, hasSpread }: { values: readonly number[]; percents: readonly number[]; hasSpread: boolean },
  scale: (percent: number) => number,
): { readonly x: number; readonly places: readonly number[] }[] {
  if (!hasSpread) return [{ x: scale(0), places: values.map((_, place) => place) }];
  if (values.length <= MOST_DOTS) return percents.map((percent, place) => ({ x: scale(percent), places: [place] }));
  const byPixel = new Map<number, number[]>();
  percents.forEach((percent, place) => {
    const x = Math.round(scale(percent));
    const here = byPixel.get(x);
    if (here) here.push(place);
    else byPixel.set(x, [place]);
  });
  return [...byPixel].sort(([a], [b]) => a - b).map(([x, places]) => ({ x, places }));
}

/** From the first quartile to the third, the median as a line. Whiskers are left out: every run is a dot. */
function box({ q1, median, q3 }: Summary, center: number, scale: (percent: number) => number): string {
  const [left, right] = [q1, q3].map((value) => scale(percentFrom(median, value)));
  return (
    rect(left, center - BOX / 2, right - left, BOX, { fill: '#e3ebf7', stroke: INK.accent }) +
    line(scale(0), center - BOX / 2, scale(0), center + BOX / 2, { stroke: INK.accent, 'stroke-width': 2 })
  );
}
