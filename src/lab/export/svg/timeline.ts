// The timeline: a lane per path on one axis of cycles, phases in order, the outage marked, the basis below each phase.
import type { Basis, PhaseId } from '../../../emulator/index';
import { PATH_NAMES } from '../../../emulator/index';
import { formatCyclesAndTime } from '../../format-cycles';
import { BEFORE_OUTAGE } from '../../compare';
import { phaseStretches } from '../../phase-totals';
import type { RunRecord } from '../../run-record';
import { AXIS_HEIGHT, cycleAxis } from './cycle-axis';
import { bodyTop, CHART_WIDTH, fitText, INK, line, MARGIN, named, picture, rect, TEXT, textAt } from './drawing';
import type { FamilyId } from './phase-families';
import { familyLegend, familyOf, familyPatterns, fillOf, LEGEND_HEIGHT } from './phase-families';

const LANE_TITLE = 22;
const BAR = 44;
const BASIS_GAP = 6;
const OUTAGE_GAP = 16;
const LANE = LANE_TITLE + BAR + OUTAGE_GAP + 22;
const LABEL_PADDING = 5;

/** How a phase's basis is drawn: a line below it, dashed while a chip is waited for, dotted where a formula stands. */
const BASIS_DASHES: Readonly<Record<Basis, string | undefined>> = {
  executed: undefined,
  device: '7 4',
  modelled: '2 3',
};
const BASIS_NAMES: readonly (readonly [Basis, string])[] = [
  ['executed', 'executed: instructions ran'],
  ['device', 'device: waiting for a chip model'],
  ['modelled', 'modelled: a figure of the profile'],
];

/** Single runs side by side. At least one record. */
export function timelineSvg(input: {
  readonly title: string;
  readonly subtitle: string;
  readonly source: string;
  readonly records: readonly RunRecord[];
}): string {
  const { title, subtitle, source, records } = input;
  const top = bodyTop(subtitle);
  const legendY = top;
  const lanesTop = top + LEGEND_HEIGHT + LEGEND_HEIGHT;
  const lanesBottom = lanesTop + records.length * LANE;
  const clocks = new Set(records.map(({ cpuHz }) => cpuHz));
  const { scale, grid, axis } = cycleAxis({
    max: Math.max(...records.map(({ totalCycles }) => totalCycles)),
    left: MARGIN,
    right: CHART_WIDTH - MARGIN,
    top: lanesTop,
    bottom: lanesBottom,
    title: 'Since the start of each path',
    cpuHz: clocks.size === 1 ? records[0].cpuHz : null,
  });
  const present = new Set<FamilyId>();
  const lanes = records.map((record, i) => lane(record, lanesTop + i * LANE, scale, present));
  return picture({
    title,
    subtitle,
    source,
    bodyHeight: lanesBottom + AXIS_HEIGHT - top,
    definitions: familyPatterns(),
    body: [familyLegend(MARGIN, legendY, present), basisLegend(legendY + LEGEND_HEIGHT), grid, ...lanes, axis].join(
      '\n',
    ),
  });
}

function lane(record: RunRecord, y: number, scale: (cycles: number) => number, present: Set<FamilyId>): string {
  const { cpuHz, totalCycles, outageCycles } = record;
  const barY = y + LANE_TITLE;
  const segments = phaseStretches(record.root).map((phase) => {
    const { color, ink, id, pattern } = familyOf(phase.id as PhaseId);
    present.add(id);
    const x = scale(phase.startCycle);
    const width = scale(phase.endCycle) - x;
    const label = fitText(phase.name, width - 2 * LABEL_PADDING, TEXT.small);
    const name = `${phase.name}: ${formatCyclesAndTime(phase.costs.durationCycles, cpuHz)}, ${phase.basis}`;
    // Stroked text is readable on a pattern.
    const backdrop = pattern === '' || label !== phase.name ? '' : labelBackdrop(x, barY, label, color);
    return named(
      name,
      rect(x, barY, width, BAR, {
        fill: fillOf(familyOf(phase.id as PhaseId)),
        stroke: '#ffffff',
        'stroke-width': width > 3 ? 0.75 : 0,
      }) +
        (label === phase.name
          ? backdrop + textAt(x + LABEL_PADDING, barY + BAR / 2 + 4, label, { size: TEXT.small, fill: ink })
          : '') +
        line(x, barY + BAR + BASIS_GAP, x + Math.max(width, 0.5), barY + BAR + BASIS_GAP, {
          stroke: color,
          'stroke-width': 3,
          'stroke-dasharray': BASIS_DASHES[phase.basis],
        }),
    );
  });
  const before = phaseStretches(record.root).filter(({ id }) => BEFORE_OUTAGE.has(id as PhaseId));
  const outageStart = before.reduce((end, phase) => Math.max(end, phase.endCycle), 0);
  const outageY = barY + BAR + OUTAGE_GAP;
  const [left, right] = [scale(outageStart), scale(totalCycles)];
  const bracket =
    line(left, outageY, right, outageY, { stroke: INK.text }) +
    line(left, outageY - 4, left, outageY + 4, { stroke: INK.text }) +
    line(right, outageY - 4, right, outageY + 4, { stroke: INK.text });
  const heading =
    textAt(MARGIN, y + 15, PATH_NAMES[record.path], { isBold: true }) +
    textAt(CHART_WIDTH - MARGIN, y + 15, `outage ${formatCyclesAndTime(outageCycles, cpuHz)}`, { anchor: 'end' });
  return heading + segments.join('') + bracket;
}

function labelBackdrop(x: number, barY: number, label: string, color: string): string {
  return textAt(x + LABEL_PADDING, barY + BAR / 2 + 4, label, { size: TEXT.small, fill: color }).replace(
    '<text',
    `<text stroke="${color}" stroke-width="4" stroke-linejoin="round"`,
  );
}

function basisLegend(y: number): string {
  let x = MARGIN;
  return [
    ...BASIS_NAMES.map(([basis, name]) => [BASIS_DASHES[basis], 3, name] as const),
    [undefined, 1, 'outage: services stop to services up'] as const,
  ]
    .map(([dashes, width, name]) => {
      const entry =
        line(x, y + 7, x + 30, y + 7, { stroke: INK.text, 'stroke-width': width, 'stroke-dasharray': dashes }) +
        textAt(x + 38, y + 11, name, { size: TEXT.small });
      x += 280;
      return entry;
    })
    .join('');
}
