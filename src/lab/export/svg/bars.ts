// Bars: the outage of every path at every point, by families of phases. Means over seeds, because only they add up.
import { PATH_NAMES, PHASE_KINDS } from '../../../emulator/index';
import { BEFORE_OUTAGE } from '../../compare';
import { formatCycles, formatCyclesAndTime, formatShare } from '../../format-cycles';
import { summarize } from '../../stats/summary';
import { METRICS } from '../metrics';
import type { RunGroup } from '../run-groups';
import { AXIS_HEIGHT, cycleAxis } from './cycle-axis';
import { bodyTop, CHART_WIDTH, INK, MARGIN, named, picture, rect, rowHeading, TEXT, textAt } from './drawing';
import type { FamilyId } from './phase-families';
import { familyLegend, familyOf, familyPatterns, fillOf, LEGEND_HEIGHT, PHASE_FAMILIES } from './phase-families';

const LABEL_WIDTH = 420;
const VALUE_WIDTH = 190;
const ROW = 34;
const BAR = 22;
const POINT_GAP = 12;

const OUTAGE_METRICS = METRICS.filter(({ phaseId }) => phaseId !== null && !BEFORE_OUTAGE.has(phaseId));

interface Bar {
  readonly group: RunGroup;
  readonly label: string;
  readonly cyclesByFamily: ReadonlyMap<FamilyId, number>;
  readonly sumCycles: number;
}

/**
 * Bars of groups with at least one run.
 * @param labelOf what a bar's row begins with, the path apart
 */
export function barsSvg(input: {
  readonly title: string;
  readonly subtitle: string;
  readonly source: string;
  readonly groups: readonly RunGroup[];
  readonly labelOf: (group: RunGroup) => string;
}): string {
  const { title, subtitle, source, groups, labelOf } = input;
  const bars = groups.map((group): Bar => barOf(group, labelOf(group)));
  const top = bodyTop(subtitle);
  const rowsTop = top + LEGEND_HEIGHT;
  const clocks = new Set(groups.map(({ cpuHz }) => cpuHz));
  let y = rowsTop;
  const places = bars.map(({ group }, i) => {
    if (i > 0 && group.point.pointIndex !== bars[i - 1].group.point.pointIndex) y += POINT_GAP;
    const place = y;
    y += ROW;
    return place;
  });
  const { scale, grid, axis } = cycleAxis({
    max: Math.max(...bars.map(({ sumCycles }) => sumCycles)),
    left: LABEL_WIDTH,
    right: CHART_WIDTH - MARGIN - VALUE_WIDTH,
    top: rowsTop,
    bottom: y,
    title: 'Outage, mean over seeds',
    cpuHz: clocks.size === 1 ? groups[0].cpuHz : null,
  });
  const present = new Set(bars.flatMap(({ cyclesByFamily }) => [...cyclesByFamily.keys()]));
  return picture({
    title,
    subtitle,
    source,
    bodyHeight: y + AXIS_HEIGHT - top,
    definitions: familyPatterns(),
    body: [
      familyLegend(MARGIN, top, present),
      grid,
      ...bars.map((bar, i) => drawBar(bar, places[i], scale)),
      axis,
    ].join('\n'),
  });
}

function barOf(group: RunGroup, label: string): Bar {
  const cyclesByFamily = new Map<FamilyId, number>();
  for (const metric of OUTAGE_METRICS) {
    const values = group.valuesOf(metric);
    if (values.length === 0) continue;
    const { id } = familyOf(PHASE_KINDS.find((kind) => kind.id === metric.phaseId)!.id);
    cyclesByFamily.set(id, (cyclesByFamily.get(id) ?? 0) + summarize(values).mean);
  }
  const sumCycles = [...cyclesByFamily.values()].reduce((sum, cycles) => sum + cycles, 0);
  return { group, label, cyclesByFamily, sumCycles };
}

function drawBar(
  { group, label, cyclesByFamily, sumCycles }: Bar,
  y: number,
  scale: (cycles: number) => number,
): string {
  const pathName = PATH_NAMES[group.path];
  const labelText = rowHeading(label, pathName, LABEL_WIDTH - MARGIN - 12);
  let from = 0;
  const parts = PHASE_FAMILIES.filter(({ id }) => cyclesByFamily.has(id)).map((one) => {
    const cycles = cyclesByFamily.get(one.id)!;
    const x = scale(from);
    from += cycles;
    const name = `${pathName}, ${one.name}: ${formatCycles(Math.round(cycles))}, ${formatShare(cycles / sumCycles)}`;
    return named(name, rect(x, y, scale(from) - x, BAR, { fill: fillOf(one) }));
  });
  const amount =
    group.cpuHz === null
      ? formatCycles(Math.round(sumCycles))
      : formatCyclesAndTime(Math.round(sumCycles), group.cpuHz);
  return (
    textAt(LABEL_WIDTH - 12, y + 15, labelText, { size: TEXT.small, anchor: 'end' }) +
    parts.join('') +
    textAt(scale(sumCycles) + 8, y + 15, amount, { size: TEXT.small, fill: INK.text })
  );
}
