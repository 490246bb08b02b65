// A comparison as text for a terminal: the answer first, then the phases of all paths side by side, then what to
// know before believing it.
import type { Comparison } from '../contract/api';
import type { FigureMachine, MachineProfile, PathRecord, PhaseTotal } from '../lab/index';
import {
  formatClock,
  formatDuration,
  groupDigits,
  PATH_TITLES,
  PHASE_KINDS,
  phaseTotals,
  SHORT_HASH_DIGITS,
} from '../lab/index';
import type { Alignment } from './text-table';
import { alignColumns } from './text-table';

const BASIS_LEGEND =
  'Basis: executed = instructions ran, with their memory and port accesses; device = waiting for a chip model;\n' +
  'modelled = a figure of the machine profile. This is no cycle-accurate copy of any CPU.';

/** The whole report, ending in a line end. */
export function comparisonText(comparison: Comparison, machine: MachineProfile | FigureMachine): string {
  return [
    headline(comparison, machine),
    `${comparison.answer}\n`,
    phaseTable(comparison.records),
    `${BASIS_LEGEND}\n`,
    ...notes(comparison, machine),
  ].join('\n');
}

function headline({ request, configHash, records }: Comparison, machine: MachineProfile | FigureMachine): string {
  const { variations } = records[0];
  const running = [
    formatClock(records[0].cpuHz),
    `seed ${request.seed}`,
    variations.length > 0 ? `varied by seed: ${variations.join(', ')}` : 'nothing varied by seed',
  ];
  const facts = [
    `${machine.name} (${machine.year})`,
    ...('kind' in machine ? ['no machine ran'] : running),
    `configuration ${configHash.slice(0, SHORT_HASH_DIGITS)}`,
  ];
  return `${facts.join(' · ')}\n`;
}

/** Cycles and time of each phase by path; where a path lacks a phase the cells are empty. */
function phaseTable(records: readonly PathRecord[]): string {
  const totals = records.map(({ root }) => phaseTotals(root));
  const present = new Set(totals.flat().map(({ kind }) => kind.id));
  const kinds = PHASE_KINDS.filter(({ id }) => present.has(id));
  const titles = ['', '', ...records.flatMap(({ path }) => [PATH_TITLES[path], '', ''])];
  const heads = ['phase', 'group', ...records.flatMap(() => ['cycles', 'time', 'basis'])];
  const phaseRows = kinds.map((kind) => [
    kind.name,
    kind.group,
    ...records.flatMap((record, i) =>
      phaseCells(
        totals[i].find((total) => total.kind.id === kind.id),
        record,
      ),
    ),
  ]);
  const sumRow = (title: string, cyclesOf: (record: PathRecord) => number | null) => [
    title,
    '',
    ...records.flatMap((record) => sumCells(cyclesOf(record), record)),
  ];
  const alignments: Alignment[] = ['left', 'left', ...records.flatMap(() => ['right', 'right', 'left'] as const)];
  const body = [
    heads,
    ...phaseRows,
    sumRow('all phases', ({ totalCycles }) => totalCycles),
    sumRow('outage: services stop to services up', ({ outageCycles }) => outageCycles),
    sumRow('handover: devices down to kernel start', ({ handoverCycles }) => handoverCycles),
  ];
  return alignColumns([titles, ...body], alignments);
}

function phaseCells(total: PhaseTotal | undefined, { cpuHz }: PathRecord): string[] {
  if (!total) return ['', '', ''];
  return [groupDigits(total.durationCycles), formatDuration(total.durationCycles, cpuHz), total.basis];
}

function sumCells(cycles: number | null, { cpuHz }: PathRecord): string[] {
  return cycles === null ? ['', '', ''] : [groupDigits(cycles), formatDuration(cycles, cpuHz), ''];
}

function notes({ request, records }: Comparison, machine: MachineProfile | FigureMachine): string[] {
  const changes = Object.entries(request.overlay).map(([name, value]) => `${name} was set to ${value} by hand.`);
  const options = Object.entries(request.options ?? {}).map(([name, value]) => `${name} was chosen as ${value}.`);
  const warnings = records.flatMap(({ path, warnings: own }) => own.map((warning) => `${path}: ${warning}`));
  const lines = [...changes, ...options, ...machine.caveats, ...warnings];
  return lines.length === 0 ? [] : [`To know:\n${lines.map((line) => `- ${line}\n`).join('')}`];
}
