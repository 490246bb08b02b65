// A report of an experiment as blocks: sentence, tables, charts, and what is needed to make it again. It is put into
// HTML by report-html.ts and into Markdown by report-markdown.ts. Data in, data out; nothing of the host.
import { GROUP_NAMES, PATH_NAMES, PHASE_KINDS, VARIATION_IDS } from '../../emulator/index';
import { answerSentence } from '../answer';
import { canonicalJson } from '../config-hash';
import type { ExperimentResults } from '../experiment/experiment';
import { formatClock, formatCycles, formatDuration, groupDigits } from '../format-cycles';
import { phaseTotals } from '../phase-totals';
import { summarize } from '../stats/summary';
import { countWords, intervalWords } from '../stats/words';
import { answerSentences, OUTAGE, parameterEffects, sayRatio } from './answers';
import type { ChartKind } from './charts';
import { CHART_KINDS, differencesOf, drawChart, pointSentence } from './charts';
import { METRICS } from './metrics';
import type { GroupedResults, RunGroup } from './run-groups';
import { groupRuns } from './run-groups';
import { labelsOf, saySeeds, sweptParameters } from './settings';
import { summarizeMetric } from './summary';

export interface ReportTable {
  readonly kind: 'table';
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Columns of numbers, by position. */
  readonly numeric: ReadonlySet<number>;
}

export type ReportBlock =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'chart'; readonly chart: ChartKind; readonly svg: string }
  | { readonly kind: 'code'; readonly text: string }
  | ReportTable;

export interface Report {
  readonly title: string;
  readonly blocks: readonly ReportBlock[];
}

/** Rows of a report; all of them are in summary.csv. */
const MAX_ROWS = 200;

const HANDOVER = METRICS.find(({ name }) => name === 'handover_cycles')!;

const MODEL_SENTENCE =
  'All figures are guest cycles of a PC in software; times are these cycles at the clock of the machine. Executed cycles come ' +
  'from instructions that ran, device cycles from waiting for a chip model, modelled cycles from a figure of the machine profile. ' +
  'This is no cycle-accurate copy of any CPU.';

/**
 * Makes the report. All runs are read first.
 * @param pointIndex the point whose phases are shown
 */
export function makeReport(results: ExperimentResults, pointIndex = 0): Report {
  const grouped = groupRuns(results, pointIndex);
  const { experiment } = grouped;
  return {
    title: experiment.name,
    blocks: [
      ...answerBlocks(grouped, pointIndex),
      ...(experiment.notes ? [textBlock(experiment.notes)] : []),
      ...chartBlocks(grouped, ['timeline', 'difference'], pointIndex),
      ...phaseBlocks(grouped, pointIndex),
      { kind: 'heading', text: 'All points' },
      pointTable(grouped),
      ...chartBlocks(
        grouped,
        CHART_KINDS.filter((kind) => kind !== 'timeline' && kind !== 'difference'),
        pointIndex,
      ),
      ...effectBlocks(grouped),
      ...failureBlocks(grouped),
      ...warningBlocks(grouped),
      ...identityBlocks(grouped),
    ],
  };
}

const textBlock = (text: string): ReportBlock => ({ kind: 'text', text });

function answerBlocks(grouped: GroupedResults, pointIndex: number): ReportBlock[] {
  const isOnePoint = new Set(grouped.groups.map(({ point }) => point.pointIndex)).size === 1;
  const records = grouped.groups.flatMap(({ point, record }) =>
    point.pointIndex === pointIndex && record ? [record] : [],
  );
  const sentences = answerSentences(grouped);
  return [
    // One run of each says most by its phases; of several only what holds over seeds.
    ...(isOnePoint && grouped.groups.every(({ seeds }) => seeds.length === 1)
      ? [textBlock(answerSentence(records))]
      : sentences.length === 1
        ? [textBlock(capitalize(sentences[0]))]
        : [{ kind: 'list', items: sentences.map(capitalize) } as const]),
    textBlock(`${countOfRuns(grouped)} ${MODEL_SENTENCE}`),
  ];
}

function countOfRuns({ groups, doneRuns, failedRuns, notRunRuns }: GroupedResults): string {
  const rest = [failedRuns > 0 ? `${failedRuns} failed` : '', notRunRuns > 0 ? `${notRunRuns} had no turn` : ''].filter(
    (part) => part !== '',
  );
  const isSpread = groups.some((group) => new Set(group.valuesOf(OUTAGE)).size > 1);
  const isRepeated = groups.some(({ seeds }) => seeds.length > 1);
  const spread = isRepeated && !isSpread ? ' Repetitions are identical: nothing varied by seed.' : '';
  return `${groupDigits(doneRuns)} ${doneRuns === 1 ? 'run' : 'runs'}${rest.length > 0 ? `; ${rest.join(', ')}` : ''}.${spread}`;
}

function chartBlocks(grouped: GroupedResults, kinds: readonly ChartKind[], pointIndex: number): ReportBlock[] {
  return kinds.flatMap((kind): ReportBlock[] => {
    const chart = drawChart(grouped, kind, pointIndex);
    return 'svg' in chart ? [{ kind: 'chart', chart: kind, svg: chart.svg }] : [];
  });
}

/** Phases of the first path that is compared, beside the baseline's. */
function phaseBlocks(grouped: GroupedResults, pointIndex: number): ReportBlock[] {
  const here = grouped.groups.filter(({ point, seeds }) => point.pointIndex === pointIndex && seeds.length > 0);
  if (here.length === 0) return [];
  const baseline = here.find(({ isBaseline }) => isBaseline);
  const other = here.find(({ isBaseline }) => !isBaseline);
  const saved =
    baseline && other
      ? new Map(differencesOf(baseline, other).phases.map((phase) => [phase.phaseId, phase] as const))
      : null;
  const totals = here.map(({ record }) => (record ? phaseTotals(record.root) : []));
  const kinds = PHASE_KINDS.filter(({ id }) => totals.some((list) => list.some(({ kind }) => kind.id === id)));
  const head = [
    'Phase',
    'Group',
    ...here.flatMap(({ path }) => [`${PATH_NAMES[path]}, cycles`, 'Time', 'Basis']),
    ...(saved ? [`${PATH_NAMES[other!.path]} saves, cycles`, 'Over seeds'] : []),
  ];
  const rows = kinds.map((kind) => {
    const metric = METRICS.find(({ phaseId }) => phaseId === kind.id)!;
    const difference = saved?.get(kind.id);
    return [
      kind.name,
      GROUP_NAMES[kind.group],
      ...here.flatMap((group, i) => {
        const total = totals[i].find((one) => one.kind.id === kind.id);
        const values = group.valuesOf(metric);
        if (!total || values.length === 0) return ['', '', ''];
        const mean = Math.round(summarize(values).mean);
        return [groupDigits(mean), formatDuration(mean, group.cpuHz!), total.basis];
      }),
      ...(saved
        ? difference
          ? [signed(difference.savedMeanCycles), intervalWords(difference.answer, signed)]
          : ['', 'before the outage']
        : []),
    ];
  });
  const numeric = new Set(head.flatMap((name, i) => (/cycles$|^Time$/.test(name) ? [i] : [])));
  const caption = `${pointSentence(grouped, pointIndex)}: means over ${saySeeds(here.flatMap(({ seeds }) => seeds))}`;
  return [
    { kind: 'heading', text: 'Phases' },
    { kind: 'table', caption, head, rows, numeric },
  ];
}

function pointTable(grouped: GroupedResults): ReportTable {
  const labelOf = labelsOf(grouped);
  const shown = grouped.groups.slice(0, MAX_ROWS);
  const left = grouped.groups.length - shown.length;
  return {
    kind: 'table',
    caption: left > 0 ? `Medians; ${groupDigits(left)} more rows are in summary.csv` : 'Medians',
    head: [
      'Point',
      'Path',
      'Runs',
      'Outage, cycles',
      'Time',
      '95 % over seeds',
      'Handover, cycles',
      'Ratio',
      'Ratio, 95 %',
    ],
    rows: shown.map((group) => pointRow(grouped, group, labelOf(group))),
    numeric: new Set([3, 4, 6, 7]),
  };
}

function pointRow(grouped: GroupedResults, group: RunGroup, label: string): string[] {
  const place = [label === '' ? group.point.profileId : label, PATH_NAMES[group.path]];
  const { summary, answer, ratio } = summarizeMetric(grouped, group, OUTAGE);
  if (!summary || !answer) return [...place, missingWords(group), '', '', '', '', '', ''];
  const handover = summarizeMetric(grouped, group, HANDOVER).summary;
  const cycles = (value: number) => groupDigits(Math.round(value));
  const missing = missingWords(group);
  return [
    ...place,
    [countWords(summary), missing].filter((part) => part !== '').join('; '),
    cycles(summary.median),
    formatDuration(Math.round(summary.median), group.cpuHz!),
    answer.interval
      ? `${formatCycles(Math.round(answer.interval.low))} to ${formatCycles(Math.round(answer.interval.high))}`
      : none(answer.reason),
    handover ? cycles(handover.median) : '',
    ratio ? sayRatio(ratio.estimate) : '',
    ratio
      ? ratio.answer.interval
        ? `${sayRatio(ratio.answer.interval.low)} to ${sayRatio(ratio.answer.interval.high)}`
        : none(ratio.answer.reason)
      : '',
  ];
}

const none = (reason: string | null) =>
  reason === 'identical' ? 'identical' : reason === 'too-few' ? 'too few runs' : 'open';

function missingWords({ failedRuns, notRunRuns }: RunGroup): string {
  return [failedRuns > 0 ? `${failedRuns} failed` : '', notRunRuns > 0 ? `${notRunRuns} not run` : '']
    .filter((part) => part !== '')
    .join(', ');
}

function effectBlocks(grouped: GroupedResults): ReportBlock[] {
  const effects = parameterEffects(grouped);
  if (effects.length === 0) return [];
  return [
    { kind: 'heading', text: 'Which parameter matters' },
    {
      kind: 'table',
      caption: 'Mean outage at each setting, widest range first; share of all variance among runs',
      head: ['Machine', 'Path', 'Parameter', 'Lowest', 'Highest', 'Range', 'Share'],
      rows: effects.map(({ machine, pathName, parameter, lowest, highest, rangeCycles, share }) => {
        return [machine, pathName, parameter, lowest, highest, formatCycles(Math.round(rangeCycles)), share];
      }),
      numeric: new Set([5, 6]),
    },
  ];
}

function failureBlocks({ failures, failedRuns }: GroupedResults): ReportBlock[] {
  if (failures.length === 0) return [];
  const left = failedRuns - failures.length;
  return [
    { kind: 'heading', text: 'Runs that failed' },
    {
      kind: 'table',
      caption: left > 0 ? `${groupDigits(left)} more are in runs.csv` : '',
      head: ['Run', 'Point', 'Path', 'Seed', 'Code', 'What happened'],
      rows: failures.map(({ runId, point, path, seed, code, message }) => {
        return [runId, String(point.pointIndex), PATH_NAMES[path], String(seed), code, message];
      }),
      numeric: new Set([1, 3]),
    },
  ];
}

function warningBlocks({ groups }: GroupedResults): ReportBlock[] {
  const warnings = groups.flatMap(({ record, path }) =>
    (record?.warnings ?? []).map((warning) => `${PATH_NAMES[path]}: ${warning}`),
  );
  if (warnings.length === 0) return [];
  return [
    { kind: 'heading', text: 'To know' },
    { kind: 'list', items: [...new Set(warnings)] },
  ];
}

/** What it takes to make the report again, and to check that it was not changed. */
function identityBlocks(grouped: GroupedResults): ReportBlock[] {
  const { experiment, experimentHash, engineVersion, groups } = grouped;
  const clocks = new Map(
    groups.flatMap(({ point, cpuHz }) => (cpuHz === null ? [] : [[point.profileId, cpuHz] as const])),
  );
  const variations = experiment.variations ?? VARIATION_IDS;
  return [
    { kind: 'heading', text: 'The experiment' },
    {
      kind: 'list',
      items: [
        `Experiment ${experiment.id}, hash ${experimentHash}`,
        `Engine version ${engineVersion}`,
        capitalize(saySeeds([experiment.seed, experiment.seed + experiment.repetitions - 1])),
        variations.length > 0 ? `Varied by seed: ${[...variations].sort().join(', ')}` : 'Nothing varied by seed',
        ...[...clocks].map(([id, cpuHz]) => `Machine ${id} at ${formatClock(cpuHz)}`),
        ...sweptParameters(grouped).map(({ name, values }) => `Swept: ${name}, ${values.length} settings`),
      ],
    },
    textBlock('Saved as a .bootlab file, this gives the same figures again:'),
    { kind: 'code', text: canonicalJson(experiment) },
  ];
}

function signed(cycles: number): string {
  const rounded = Math.round(cycles);
  return `${rounded < 0 ? '−' : ''}${groupDigits(Math.abs(rounded))}`;
}

/** The first letter in capitals, except for names that have none: kexec, and machines and figures before a colon. */
function capitalize(text: string): string {
  return /^kexec|^[^ ]*[.\d-]/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
}
