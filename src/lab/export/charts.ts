// The charts of an experiment: which runs each shows, and what it says above and below. Drawing them: svg/.
import { PATH_NAMES, PHASE_KINDS } from '../../emulator/index';
import { answerSentence } from '../answer';
import { BEFORE_OUTAGE } from '../compare';
import { formatCycles } from '../format-cycles';
import { SHORT_HASH_DIGITS } from '../run-record';
import type { IntervalAnswer } from '../stats/interval';
import { medianInterval } from '../stats/interval';
import type { PhaseDifferences, PhasedRun } from '../stats/phase-differences';
import { phaseDifferences } from '../stats/phase-differences';
import { intervalWords } from '../stats/words';
import { OUTAGE } from './answers';
import { METRICS } from './metrics';
import type { GroupedResults, RunGroup } from './run-groups';
import type { SweptParameter } from './settings';
import { hasSeveralMachines, labelsOf, sayPoint, saySeeds, sayValue, sweptParameters } from './settings';
import { barsSvg } from './svg/bars';
import { differenceSvg } from './svg/difference';
import { spreadSvg } from './svg/spread';
import type { SweepSeries } from './svg/sweep';
import { sweepSvg } from './svg/sweep';
import { timelineSvg } from './svg/timeline';

export const CHART_KINDS = ['timeline', 'bars', 'sweep', 'spread', 'difference'] as const;
export type ChartKind = (typeof CHART_KINDS)[number];

/** A picture, or why there is none. */
export type Chart = { readonly svg: string } | { readonly reason: string };

/** More rows or curves would be too small to read; a chart that leaves some out says so. */
const MAX_ROWS = 40;
const MAX_CURVES = 18;

/**
 * Draws one chart.
 * @param pointIndex the point of charts that show one: its records must have been kept by `groupRuns`
 */
export function drawChart(grouped: GroupedResults, kind: ChartKind, pointIndex = 0): Chart {
  if (grouped.doneRuns === 0) return { reason: 'No run was done.' };
  switch (kind) {
    case 'timeline':
      return drawTimeline(grouped, pointIndex);
    case 'bars':
      return drawBars(grouped);
    case 'sweep':
      return drawSweep(grouped);
    case 'spread':
      return drawSpread(grouped);
    case 'difference':
      return drawDifference(grouped, pointIndex);
  }
}

/** Where a chart's figures come from: enough to make them again. */
export function sourceLine({ experiment, experimentHash, engineVersion, groups }: GroupedResults): string {
  return [
    `Bootlab ${engineVersion}`,
    `experiment ${experiment.id}`,
    `hash ${experimentHash.slice(0, SHORT_HASH_DIGITS)}`,
    saySeeds(groups.flatMap(({ seeds }) => seeds)),
    'cycles of a PC in software, no cycle-accurate copy of any CPU',
  ].join(' · ');
}

function drawTimeline(grouped: GroupedResults, pointIndex: number): Chart {
  const records = grouped.groups
    .filter(({ point }) => point.pointIndex === pointIndex)
    .flatMap(({ record }) => (record ? [record] : []));
  if (records.length === 0) return { reason: `No run at point ${pointIndex} was done.` };
  const seeds = saySeeds(records.map(({ seed }) => seed));
  const subtitle = `${pointSentence(grouped, pointIndex)}, ${seeds}. ${answerSentence(records)}`;
  return { svg: timelineSvg({ title: grouped.experiment.name, subtitle, source: sourceLine(grouped), records }) };
}

function drawBars(grouped: GroupedResults): Chart {
  const { groups, left } = rowsOf(grouped);
  const subtitle = `Where the outage goes, by family of phases. ${spreadSentence(grouped)}${left}`;
  const labelOf = labelsOf(grouped);
  return { svg: barsSvg({ title: grouped.experiment.name, subtitle, source: sourceLine(grouped), groups, labelOf }) };
}

function drawSpread(grouped: GroupedResults): Chart {
  const { groups, left } = rowsOf(grouped);
  const isSpread = groups.some((group) => new Set(group.valuesOf(OUTAGE)).size > 1);
  const box = isSpread ? ' Where there are enough runs, a box reaches from the first quartile to the third.' : '';
  const subtitle = `Outage of every run. ${spreadSentence(grouped)}${box}${left}`;
  const input = { title: grouped.experiment.name, subtitle, source: sourceLine(grouped), groups };
  return { svg: spreadSvg({ ...input, metric: OUTAGE, labelOf: labelsOf(grouped) }) };
}

function drawSweep(grouped: GroupedResults): Chart {
  const swept = sweptParameters(grouped);
  // Along the parameter with the most values a curve says most.
  const parameter = [...swept].sort((a, b) => b.values.length - a.values.length)[0];
  if (!parameter) return { reason: 'Nothing is swept.' };
  const series = seriesOf(grouped, parameter, swept);
  const shown = series.slice(0, MAX_CURVES);
  const left = series.length > shown.length ? ` ${shown.length} of ${series.length} curves are shown.` : '';
  const hasBands = shown.some(({ groups }) => groups.some((group) => medianInterval(group.valuesOf(OUTAGE)).interval));
  const bands = hasBands ? '; a band is the 95 % interval over seeds' : '';
  const subtitle = `Median outage by ${parameter.name}${bands}. ${spreadSentence(grouped)}${left}`;
  const input = { title: grouped.experiment.name, subtitle, source: sourceLine(grouped), metric: OUTAGE, parameter };
  return { svg: sweepSvg({ ...input, metricName: 'Outage', series: shown }) };
}

function seriesOf(grouped: GroupedResults, parameter: SweptParameter, swept: readonly SweptParameter[]): SweepSeries[] {
  const others = swept.filter(({ name }) => name !== parameter.name);
  const severalMachines = hasSeveralMachines(grouped);
  const byCurve = new Map<string, SweepSeries & { groups: RunGroup[] }>();
  for (const group of grouped.groups.filter(({ seeds }) => seeds.length > 0)) {
    const label = sayPoint(group.point, severalMachines, others);
    const key = `${group.path} ${label}`;
    const curve = byCurve.get(key) ?? { path: group.path, label, groups: [] };
    curve.groups.push(group);
    byCurve.set(key, curve);
  }
  const place = ({ values }: RunGroup) => values[parameter.name];
  for (const { groups } of byCurve.values()) {
    groups.sort((a, b) => Number(place(a)) - Number(place(b)) || 0);
  }
  return [...byCurve.values()];
}

/** The interval of the opposite quantity: what is cost instead of what is saved. */
function negate(answer: IntervalAnswer): IntervalAnswer {
  if (!answer.interval) return answer;
  const { low, high } = answer.interval;
  return { ...answer, interval: { ...answer.interval, low: -high, high: -low } };
}

/** An interval across zero keeps its sign. */
function formatSignedCycles(cycles: number): string {
  return `${cycles < 0 ? '−' : ''}${formatCycles(Math.round(Math.abs(cycles)))}`;
}

function drawDifference(grouped: GroupedResults, pointIndex: number): Chart {
  const baseline = grouped.baselines.get(pointIndex);
  const other = grouped.groups.find(
    ({ point, isBaseline, seeds }) => point.pointIndex === pointIndex && !isBaseline && seeds.length > 0,
  );
  if (!baseline || baseline.seeds.length === 0 || !other) {
    return { reason: `Point ${pointIndex} has no second path to compare with the baseline.` };
  }
  const differences = differencesOf(baseline, other);
  const { savedMeanCycles, answer } = differences;
  const verb = savedMeanCycles >= 0 ? 'saves' : 'costs';
  const words = intervalWords(savedMeanCycles >= 0 ? answer : negate(answer), formatSignedCycles);
  const amount = formatCycles(Math.round(Math.abs(savedMeanCycles)));
  const hasWhiskers = differences.phases.some((phase) => phase.answer.interval !== null);
  const subtitle =
    `${pointSentence(grouped, pointIndex)}: ${PATH_NAMES[other.path]} ${verb} ${amount} of outage in the mean (${words}).` +
    (hasWhiskers ? ' Whiskers are 95 % intervals over seeds.' : '');
  const svg = differenceSvg({
    title: `${PATH_NAMES[baseline.path]} to ${PATH_NAMES[other.path]}: ${grouped.experiment.name}`,
    subtitle,
    source: sourceLine(grouped),
    baselinePath: baseline.path,
    otherPath: other.path,
    differences,
    cpuHz: baseline.cpuHz === other.cpuHz ? baseline.cpuHz : null,
  });
  return { svg };
}

/** What each phase of an outage saves against the baseline, over the seeds of both. */
export function differencesOf(baseline: RunGroup, other: RunGroup): PhaseDifferences {
  return phaseDifferences(phasedRuns(baseline), phasedRuns(other), other.configHash);
}

function phasedRuns(group: RunGroup): PhasedRun[] {
  const phases = PHASE_KINDS.filter(({ id }) => !BEFORE_OUTAGE.has(id)).map(({ id }) => {
    const metric = METRICS.find(({ phaseId }) => phaseId === id)!;
    return { id, values: group.valuesOf(metric) };
  });
  return group.seeds.map((seed, place) => ({
    seed,
    cyclesByPhase: Object.fromEntries(
      phases.filter(({ values }) => values.length > 0).map(({ id, values }) => [id, values[place]]),
    ),
  }));
}

/** "p3-1000-desktop, memory.ramBytes 64 MiB". */
export function pointSentence({ groups }: GroupedResults, pointIndex: number): string {
  const { point } = groups.find((group) => group.point.pointIndex === pointIndex)!;
  const settings = Object.entries(point.values).map(([name, value]) => `${name} ${sayValue(name, value)}`);
  return [point.profileId, ...settings].join(', ');
}

/** Whether seeds made a difference, and what did not come to an end. */
function spreadSentence({ groups, failedRuns, notRunRuns }: GroupedResults): string {
  const isSpread = groups.some((group) => new Set(group.valuesOf(OUTAGE)).size > 1);
  const runs = groups.map(({ seeds }) => seeds.length);
  const [fewest, most] = [Math.min(...runs), Math.max(...runs)];
  const count = fewest === most ? `${most}` : `${fewest} to ${most}`;
  const each = `${count} ${most === 1 ? 'run' : 'runs'} of each${most > 1 && !isSpread ? ', identical' : ''}.`;
  const missing = [
    failedRuns > 0 ? `${failedRuns} failed` : '',
    notRunRuns > 0 ? `${notRunRuns} had no turn` : '',
  ].filter((part) => part !== '');
  return missing.length > 0 ? `${each} ${missing.join(', ')}.` : each;
}

function rowsOf({ groups }: GroupedResults): { groups: RunGroup[]; left: string } {
  const done = groups.filter(({ seeds }) => seeds.length > 0);
  const shown = done.slice(0, MAX_ROWS);
  return {
    groups: shown,
    left: done.length > shown.length ? ` The first ${shown.length} of ${done.length} rows.` : '',
  };
}
