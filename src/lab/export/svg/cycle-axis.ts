// Axes of cycles: round ticks, with the time at the machine's clock below them where all machines share one.
import { scaleLinear } from 'd3-scale';
import { formatClock, formatCycles, formatDuration } from '../../format-cycles';
import { CHART_WIDTH, INK, line, MARGIN, TEXT, textAt, textWidth } from './drawing';

/** Cycles to a place. */
export type CycleScale = (cycles: number) => number;

export interface CycleAxis {
  readonly scale: CycleScale;
  /** Lines behind the body, from its top to the axis. */
  readonly grid: string;
  /** Ticks, their texts and the title, below the body. */
  readonly axis: string;
}

/** Height of ticks, two rows of texts and the title. */
export const AXIS_HEIGHT = 58;
const TICKS = 8;

/**
 * A horizontal axis from `min` to `max` cycles.
 * @param cpuHz null where machines differ: then there are no times
 */
export function cycleAxis(input: {
  readonly min?: number;
  readonly max: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly title: string;
  readonly cpuHz: number | null;
}): CycleAxis {
  const { min = 0, max, left, right, top, bottom, title, cpuHz } = input;
  const scale = scaleLinear()
    .domain([min, max > min ? max : min + 1])
    .nice(TICKS)
    .range([left, right]);
  const ticks = scale.ticks(TICKS).map((cycles) => ({ cycles, x: scale(cycles) }));
  const unit = cpuHz === null ? 'cycles' : `cycles, and time at ${formatClock(cpuHz)}`;
  const axis = [
    line(left, bottom, right, bottom),
    ...ticks.flatMap(({ cycles, x }) => [
      line(x, bottom, x, bottom + 5),
      tickText(x, bottom + 18, tickCycles(cycles)),
      cpuHz === null ? '' : tickText(x, bottom + 32, tickTime(cycles, cpuHz)),
    ]),
    textAt(left, bottom + 50, `${title} (${unit})`, { size: TEXT.small, fill: INK.quiet }),
  ];
  return {
    scale: (cycles) => scale(cycles),
    grid: ticks.map(({ x }) => line(x, top, x, bottom, { stroke: INK.line })).join(''),
    axis: axis.join(''),
  };
}

/** Centred below its tick, but within the picture. */
function tickText(x: number, y: number, content: string): string {
  const half = textWidth(content, TEXT.small) / 2;
  const inside = Math.min(Math.max(x, MARGIN + half), CHART_WIDTH - MARGIN - half);
  return textAt(inside, y, content, { size: TEXT.small, fill: INK.quiet, anchor: 'middle' });
}

/** "2.5 G", "-40 M", "0": ticks are round, so that what is cut off is nothing. */
export function tickCycles(cycles: number): string {
  if (cycles === 0) return '0';
  const [digits, prefix = ''] = formatCycles(Math.abs(cycles)).split(' ');
  const unit = prefix.startsWith('cycle') ? '' : ` ${prefix}`;
  return `${cycles < 0 ? '−' : ''}${Number(digits)}${unit}`;
}

function tickTime(cycles: number, cpuHz: number): string {
  if (cycles === 0) return '0';
  const [digits, unit] = formatDuration(Math.abs(cycles), cpuHz).split(' ');
  const plain = Number(digits.replaceAll(',', ''));
  return `${cycles < 0 ? '−' : ''}${plain} ${unit}`;
}
