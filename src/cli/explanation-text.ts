// An explanation as text for a terminal: the number, its phases, its causes largest first, then the figures with sources.
import type { Contribution, NumberExplanation, PathRecord } from '../lab/index';
import { describeCause, formatDuration, formatShare, groupDigits, PATH_TITLES } from '../lab/index';
import { alignColumns } from './text-table';

/** The whole report, ending in a line end. */
export function explanationText(
  explanation: NumberExplanation,
  record: PathRecord,
  machineName: string,
  phaseId: string | null,
  top: number,
): string {
  const { causes, phases } = explanation;
  const shown = causes.slice(0, top);
  return [
    headline(explanation, record, machineName, phaseId),
    ...(phases.length > 1 ? [`It sums:\n${phaseTable(explanation)}`] : []),
    ...(shown.length > 0 ? [causeTable(causes, shown, record.cpuHz), figureTable(shown)] : []),
  ].join('\n');
}

function headline(
  { column, value, meaning, computedFrom }: NumberExplanation,
  { path, seed }: PathRecord,
  machineName: string,
  phaseId: string | null,
): string {
  const name = phaseId === null ? column : `${phaseId}: ${column}`;
  return [
    `${PATH_TITLES[path]} on ${machineName} · seed ${seed}\n`,
    `${name} = ${value === null ? 'not applicable' : groupDigits(value)}\n`,
    `${meaning}\n`,
    ...(computedFrom.length > 0 ? [`Computed from: ${computedFrom.join(', ')}.\n`] : []),
  ].join('');
}

function phaseTable({ phases }: NumberExplanation): string {
  const rows = phases.map(({ id, name, amount }) => [`  ${groupDigits(amount)}`, id, name]);
  return alignColumns(rows, ['right', 'left', 'left']);
}

function causeTable(all: readonly Contribution[], shown: readonly Contribution[], cpuHz: number): string {
  const total = sumOf(all);
  const row = (cycles: number, ...words: string[]) => [
    groupDigits(cycles),
    formatDuration(cycles, cpuHz),
    formatShare(total === 0 ? 0 : cycles / total),
    ...words,
  ];
  const rows = shown.map((cause) => {
    const { what, where } = describeCause(cause);
    return row(cause.cycles, cause.basis, what, where);
  });
  const rest = all.length - shown.length;
  if (rest > 0) rows.push(row(sumOf(all.slice(shown.length)), '', `${rest} more: --top ${all.length}, or --json`, ''));
  rows.push(row(total, '', 'together', ''));
  const heads = ['cycles', 'time', 'share', 'basis', 'what', 'code'];
  return alignColumns([heads, ...rows], ['right', 'right', 'right', 'left', 'left', 'left']);
}

function sumOf(causes: readonly Contribution[]): number {
  return causes.reduce((sum, { cycles }) => sum + cycles, 0);
}

/** Figures of the causes shown, each once, in the order they are met. */
function figureTable(causes: readonly Contribution[]): string {
  const figures = new Map(causes.flatMap((cause) => cause.figures).map((figure) => [figure.name, figure]));
  if (figures.size === 0) return '';
  const rows = [...figures.values()].map(({ name, value, unit, evidence, source }) => [
    name,
    `${typeof value === 'number' ? groupDigits(value) : value} ${unit}`.trim(),
    `[${evidence}]`,
    source,
  ]);
  const table = alignColumns([['figure', 'value', 'tag', 'source'], ...rows], ['left', 'left', 'left', 'left']);
  return `They rest on:\n${table}`;
}
