// An experiment as text for a terminal: what was run, a row per point and path, then what it says in sentences.
// The words are those of the reports (src/lab/export).
import type { ExperimentResults } from '../lab/index';
import {
  answerSentences,
  formatCycles,
  formatDuration,
  groupRuns,
  intervalWords,
  labelsOf,
  OUTAGE,
  parameterEffects,
  PATH_PHRASES,
  PATH_TITLES,
  sayRatio,
  SHORT_HASH_DIGITS,
  summarizeMetric,
} from '../lab/index';
import type { GroupedResults, RunGroup } from '../lab/index';
import type { Alignment } from './text-table';
import { alignColumns } from './text-table';

/** What somebody reads in a terminal; longer tables are for files. */
const MAX_ROWS = 200;

/** Up to so many each gets its sentence; of more the table says it, and a sentence the range. */
const FEW_ROWS = 6;

/** The whole report, ending in a line end. */
export function experimentText(results: ExperimentResults): string {
  const grouped = groupRuns(results);
  const sentences = grouped.groups.length <= FEW_ROWS ? answerSentences(grouped) : rangeSentences(grouped);
  return [
    headline(grouped),
    pointTable(grouped),
    ...(sentences.length > 0 ? [`${sentences.join('\n')}\n`] : []),
    ...effectTable(grouped),
    ...shortcomings(grouped),
  ].join('\n');
}

function headline({ experiment, experimentHash, groups }: GroupedResults): string {
  const points = new Set(groups.map(({ point }) => point.pointIndex)).size;
  const { paths, repetitions, seed, variations } = experiment;
  const isVaried = variations?.length !== 0;
  const facts = [
    experiment.name,
    `${count(points, 'point')} x ${count(paths.length, 'path')} x ${count(repetitions, isVaried ? 'seed' : 'repetition')}`,
    isVaried ? `seed ${seed}${repetitions > 1 ? ` to ${seed + repetitions - 1}` : ''}` : 'nothing varied by seed',
    `experiment ${experimentHash.slice(0, SHORT_HASH_DIGITS)}`,
  ];
  return `${facts.join(' · ')}\n`;
}

const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;

function pointTable(grouped: GroupedResults): string {
  const labelOf = labelsOf(grouped);
  const hasLabels = grouped.groups.some((group) => labelOf(group) !== '');
  const heads = ['point', 'path', 'runs', 'outage, median', 'time', 'interval', 'against the baseline'];
  const alignments: Alignment[] = ['left', 'left', 'right', 'right', 'right', 'left', 'left'];
  const shown = grouped.groups.slice(0, MAX_ROWS);
  const rows = shown.map((group) => [labelOf(group), ...groupCells(grouped, group)]);
  const without = <T>(cells: readonly T[]) => (hasLabels ? cells : cells.slice(1));
  const table = alignColumns([without(heads), ...rows.map(without)], without(alignments));
  const left = grouped.groups.length - shown.length;
  return left > 0 ? `${table}${count(left, 'more row')}: summary.csv has all of them.\n` : table;
}

function groupCells(grouped: GroupedResults, group: RunGroup): string[] {
  const { summary, answer, ratio } = summarizeMetric(grouped, group, OUTAGE);
  const head = [PATH_TITLES[group.path], String(group.seeds.length)];
  if (!summary || !answer || group.cpuHz === null) return [...head, '-', '-', '', ''];
  const median = Math.round(summary.median);
  return [
    ...head,
    formatCycles(median),
    formatDuration(median, group.cpuHz),
    intervalWords(answer, (cycles) => formatCycles(Math.round(cycles))),
    group.isBaseline ? 'baseline' : ratio ? sayAgainst(ratio.estimate) : '',
  ];
}

/** "kexec takes 3.13 to 7.80 times fewer cycles than a firmware reboot, by point (outage)." */
function rangeSentences(grouped: GroupedResults): string[] {
  const [baseline, ...others] = grouped.experiment.paths;
  return others.flatMap((path) => {
    const ratios = grouped.groups.flatMap((group) =>
      group.path === path ? [summarizeMetric(grouped, group, OUTAGE).ratio?.estimate ?? []].flat() : [],
    );
    if (ratios.length === 0) return [];
    const [low, high] = [Math.min(...ratios), Math.max(...ratios)];
    const range = high <= 1 ? rangeText(1 / high, 1 / low) : rangeText(low, high);
    const verdict = high <= 1 ? 'times as many cycles as' : 'times fewer cycles than';
    // "kexec" has no capital.
    const subject = PATH_PHRASES[path].replace(/^a /, 'A ');
    return `${subject} takes ${range} ${verdict} ${PATH_PHRASES[baseline]}, by point (outage).`;
  });
}

const rangeText = (low: number, high: number) =>
  sayRatio(low) === sayRatio(high) ? sayRatio(low) : `${sayRatio(low)} to ${sayRatio(high)}`;

function sayAgainst(ratio: number): string {
  if (ratio === 1) return 'the same';
  return ratio > 1 ? `${sayRatio(ratio)} times fewer` : `${sayRatio(1 / ratio)} times as many`;
}

/** Which parameter matters: widest first. */
function effectTable(grouped: GroupedResults): string[] {
  const effects = parameterEffects(grouped);
  if (effects.length === 0) return [];
  const heads = ['machine', 'path', 'parameter', 'smallest mean outage', 'largest', 'share of variance'];
  const rows = effects.map(({ machine, pathName, parameter, lowest, highest, share }) => {
    const cyclesOf = (level: string) => level.slice(level.lastIndexOf(': '));
    // A share of next to nothing would look like a finding.
    const isVisible = cyclesOf(lowest) !== cyclesOf(highest);
    return [
      machine,
      pathName,
      parameter,
      lowest,
      isVisible ? highest : 'the same, to the digits shown',
      isVisible ? share : '',
    ];
  });
  const alignments = heads.map((_, column): Alignment => (column === heads.length - 1 ? 'right' : 'left'));
  return [`What each parameter does to the outage:\n${alignColumns([heads, ...rows], alignments)}`];
}

/** What is missing, so that nobody believes a table is whole that is not. */
function shortcomings({ failures, failedRuns, notRunRuns }: GroupedResults): string[] {
  const lines = failures.map(({ runId, path, seed, point, code, message }) => {
    return `- ${runId} (${path} on ${point.profileId}, point ${point.pointIndex}, seed ${seed}): ${message} [${code}]\n`;
  });
  const failed = failedRuns === 0 ? [] : [`${count(failedRuns, 'run')} failed:\n${lines.join('')}`];
  const missing = notRunRuns === 0 ? [] : [`${count(notRunRuns, 'run')} had no turn: run it again to go on.\n`];
  return [...failed, ...missing];
}
