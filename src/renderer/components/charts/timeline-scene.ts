// The timeline as geometry: one lane per path on one axis of cycles. The window draws it as SVG, the export on a canvas.
import type { PathRecord, PhaseRecord } from '../../../lab/index';
import { formatCyclesAndTime, PATH_TITLES, phaseStretches } from '../../../lab/index';
import type { Unit } from '../../stores/settings';
import { axisTicks, axisTitle } from './axis-units';
import type { PhaseFamily } from './phase-families';
import { familyOfPhase } from './phase-families';

/** What of the axis is shown, in cycles since a path's start. */
export interface CycleRange {
  readonly start: number;
  readonly end: number;
}

export interface TimelineSegment {
  readonly phase: PhaseRecord;
  readonly family: PhaseFamily;
  readonly x: number;
  readonly width: number;
  /** The phase's name where it fits, else empty. */
  readonly label: string;
}

export interface TimelineLane {
  readonly title: string;
  /** "outage 1.92 G cycles · 640 ms". */
  readonly summary: string;
  readonly titleY: number;
  readonly barY: number;
  readonly segments: readonly TimelineSegment[];
  /** The outage as a line below the bar. */
  readonly outage: { readonly x: number; readonly width: number; readonly y: number };
}

export interface TimelineScene {
  readonly width: number;
  readonly height: number;
  readonly lanes: readonly TimelineLane[];
  readonly ticks: readonly { readonly x: number; readonly label: string }[];
  readonly axisY: number;
  readonly axisTitle: string;
}

export const BAR_HEIGHT = 36;
const TITLE_HEIGHT = 20;
const OUTAGE_GAP = 7;
const LANE_HEIGHT = TITLE_HEIGHT + BAR_HEIGHT + 22;
export const AXIS_HEIGHT = 20;

/** Generous width of a letter of the 11-pixel label, and what stays free around it. */
const LETTER_WIDTH = 6.2;
const LABEL_MARGIN = 10;

/** A phase that took any time is never thinner than this, so that it can be found. */
const MIN_SEGMENT_WIDTH = 1;

/** The whole axis: the longest path. */
export function fullRange(records: readonly PathRecord[]): CycleRange {
  return { start: 0, end: Math.max(1, ...records.map(({ totalCycles }) => totalCycles)) };
}

/** Lays the records out in `width` pixels. */
export function timelineScene(
  records: readonly PathRecord[],
  unit: Unit,
  width: number,
  range: CycleRange = fullRange(records),
): TimelineScene {
  const scale = width / (range.end - range.start);
  const xOf = (cycle: number) => (cycle - range.start) * scale;
  const span = (start: number, end: number) => {
    const left = Math.max(0, xOf(start));
    const right = Math.min(width, xOf(end));
    return { x: left, width: right - left };
  };

  const lanes = records.map((record, index): TimelineLane => {
    const top = index * LANE_HEIGHT;
    const barY = top + TITLE_HEIGHT;
    const outageStart = record.totalCycles - record.outageCycles;
    return {
      title: PATH_TITLES[record.path],
      summary: `outage ${formatCyclesAndTime(record.outageCycles, record.cpuHz)}`,
      titleY: top + 13,
      barY,
      segments: visibleSegments(record, range, span),
      outage: { ...span(outageStart, record.totalCycles), y: barY + BAR_HEIGHT + OUTAGE_GAP },
    };
  });

  const axisY = records.length * LANE_HEIGHT;
  const [{ cpuHz }] = records;
  return {
    width,
    height: axisY + AXIS_HEIGHT,
    lanes,
    ticks: axisTicks(unit, cpuHz, range.start, range.end).map(({ cycle, label }) => ({ x: xOf(cycle), label })),
    axisY,
    axisTitle: axisTitle(unit, cpuHz),
  };
}

function visibleSegments(
  record: PathRecord,
  range: CycleRange,
  span: (start: number, end: number) => { x: number; width: number },
): TimelineSegment[] {
  return phaseStretches(record.root)
    .filter(({ startCycle, endCycle }) => endCycle > range.start && startCycle < range.end && endCycle > startCycle)
    .map((phase) => {
      const { x, width } = span(phase.startCycle, phase.endCycle);
      const fits = phase.name.length * LETTER_WIDTH + LABEL_MARGIN <= width;
      return {
        phase,
        family: familyOfPhase(phase.id),
        x,
        width: Math.max(MIN_SEGMENT_WIDTH, width),
        label: fits ? phase.name : '',
      };
    });
}

export const ZOOM_STEP = 2;
const MAX_ZOOM = 100_000;

/** `range` zoomed by `factor` (> 1: closer) about a cycle, within the whole axis. */
export function zoomRange(range: CycleRange, factor: number, aboutCycle: number, whole: CycleRange): CycleRange {
  const length = whole.end - whole.start;
  const newLength = Math.min(length, Math.max(length / MAX_ZOOM, (range.end - range.start) / factor));
  const about = Math.min(range.end, Math.max(range.start, aboutCycle));
  const share = (about - range.start) / (range.end - range.start);
  return shiftInto({ start: about - share * newLength, end: about + (1 - share) * newLength }, whole);
}

/** `range` moved, not stretched, so that a span is seen, or its start where it is longer than the range. */
export function revealInRange(range: CycleRange, start: number, end: number, whole: CycleRange): CycleRange {
  const length = range.end - range.start;
  if (start >= range.start && end <= range.end) return range;
  if (end - start >= length) return start < range.end && end > range.start ? range : shiftTo(range, start, whole);
  return start < range.start ? shiftTo(range, start, whole) : shiftTo(range, end - length, whole);
}

function shiftTo(range: CycleRange, start: number, whole: CycleRange): CycleRange {
  return shiftInto({ start, end: start + range.end - range.start }, whole);
}

function shiftInto({ start, end }: CycleRange, whole: CycleRange): CycleRange {
  if (start < whole.start) return { start: whole.start, end: whole.start + (end - start) };
  if (end > whole.end) return { start: whole.end - (end - start), end: whole.end };
  return { start, end };
}
