// runs.csv and phases.csv: one row per run, one row per phase of a run. Data in, text out; no host facts, no dates,
// so that the same seed and version give the same bytes anywhere. What each column means: docs/exports.md.
import type { PhaseRecord } from '../../emulator/index';
import type { ExperimentResults } from '../experiment/experiment';
import { nanosecondsFromCycles } from '../format-cycles';
import type { RunRecord } from '../run-record';
import type { Cell, ColumnKind, Columns } from './csv-table';
import { csvChunks, csvText } from './csv-table';
import type { Purpose } from './purposes';
import { sumByPurpose } from './purposes';
import type { ComparisonTable, ParameterColumn, RunRow } from './run-rows';
import { comparisonParameters, comparisonRows, experimentParameters, experimentRows } from './run-rows';

/** Raised when a column changes its meaning; added columns do not. */
export const CSV_SCHEMA_VERSION = 1;

/** A run with what was measured; nothing of a run that failed or was not run. */
interface MeasuredRow extends RunRow {
  readonly measured: {
    readonly record: RunRecord;
    readonly purposes: Readonly<Record<Purpose, number>>;
  } | null;
}

/** A node of a record's tree and its place in it. */
interface SpanRow {
  readonly phase: PhaseRecord;
  readonly phaseIndex: number;
  readonly depth: number;
  readonly parentId: string;
}

interface PhaseRow extends RunRow, SpanRow {
  readonly record: RunRecord;
}

/** runs.csv of an experiment in pieces, in the order of the plan. */
export function runsCsvChunks(results: ExperimentResults): Generator<string> {
  return csvChunks(runColumns(experimentParameters(results.experiment)), measuredRows(experimentRows(results)));
}

/** phases.csv of an experiment in pieces: every node of a record's tree, parents before their children, in order of time. */
export function phasesCsvChunks(results: ExperimentResults): Generator<string> {
  return csvChunks(phaseColumns(experimentParameters(results.experiment)), phaseRows(experimentRows(results)));
}

/** runs.csv of comparisons. */
export function runsCsv(tables: readonly ComparisonTable[]): string {
  return csvText(runColumns(comparisonParameters(tables)), measuredRows(comparisonRows(tables)));
}

/** phases.csv of comparisons. */
export function phasesCsv(tables: readonly ComparisonTable[]): string {
  return csvText(phaseColumns(comparisonParameters(tables)), phaseRows(comparisonRows(tables)));
}

/** Phases of one boot that belongs to no comparison: every node of the tree, parents before their children. */
export function bootPhasesCsv(root: PhaseRecord, cpuHz: number): string {
  return csvText(
    spanColumns<SpanRow>(() => cpuHz),
    spanRows(root),
  );
}

/** Columns of parameters: empty in rows of experiments that left theirs alone. */
export function parameterCells<Row extends Pick<RunRow, 'values'>>(
  parameters: readonly ParameterColumn[],
): Columns<Row> {
  return parameters.map(({ name, column, kind }) => [column, kind, ({ values }: Row) => values[name] ?? null] as const);
}

/** Where a run stands, as both tables say it. */
const RUN_ID: Columns<RunRow> = [['run_id', 'text', ({ planned }) => planned.runId]];
const PLACE: Columns<RunRow> = [
  ['point_index', 'integer', ({ planned }) => planned.point.pointIndex],
  ['repetition', 'integer', ({ planned }) => planned.repetition],
  ['seed', 'integer', ({ planned }) => planned.seed],
  ['machine_profile', 'text', ({ planned }) => planned.point.profileId],
  ['reboot_path', 'text', ({ planned }) => planned.path],
];

/** Columns of runs.csv with these parameters. */
export function runColumns(parameters: readonly ParameterColumn[]): Columns<MeasuredRow> {
  return [
    ['schema_version', 'integer', () => CSV_SCHEMA_VERSION],
    ['experiment_id', 'text', ({ experimentId }) => experimentId],
    ['experiment_name', 'text', ({ experimentName }) => experimentName],
    ['config_hash', 'text', ({ planned }) => planned.configHash],
    ['engine_version', 'text', ({ measured, engineVersion }) => measured?.record.engineVersion ?? engineVersion],
    ...RUN_ID,
    ['run_order', 'integer', ({ planned }) => planned.runOrder],
    ...PLACE,
    ['is_baseline', 'boolean', ({ planned }) => planned.isBaseline],
    ...parameterCells<MeasuredRow>(parameters),
    ['status', 'text', ({ outcome }) => outcome.status],
    ['failure_code', 'text?', ({ outcome }) => (outcome.status === 'failed' ? outcome.code : null)],
    measured('cpu_hz', 'integer?', ({ cpuHz }) => cpuHz),
    measured('memory_model', 'text?', ({ memoryModel }) => memoryModel),
    measured('total_cycles', 'integer?', ({ totalCycles }) => totalCycles),
    measured('total_ns', 'integer?', ({ totalCycles, cpuHz }) => nanosecondsFromCycles(totalCycles, cpuHz)),
    measured('outage_cycles', 'integer?', ({ outageCycles }) => outageCycles),
    measured('handover_cycles', 'integer?', ({ handoverCycles }) => handoverCycles),
    purpose('firmware'),
    purpose('shutdown'),
    purpose('load'),
    purpose('copy'),
    // Where no purgatory ran nothing was verified.
    ['verify_cycles', 'integer?', (row) => row.measured?.purposes.verify || null],
    purpose('loader'),
    purpose('kernel'),
    purpose('userspace'),
    measured('forced_delay_cycles', 'integer?', ({ root }) => root.costs.forcedDelayCycles),
    measured('instructions', 'integer?', ({ root }) => root.costs.instructions),
    measured('interrupts', 'integer?', ({ root }) => root.costs.interrupts),
    measured('io_reads', 'integer?', ({ root }) => root.costs.portReads),
    measured('io_writes', 'integer?', ({ root }) => root.costs.portWrites),
    measured('device_wait_cycles', 'integer?', ({ root }) => root.costs.deviceWaitCycles),
    measured('bytes_copied', 'integer?', ({ bytesCopied }) => bytesCopied),
    measured('pages_copied', 'integer?', ({ pagesCopied }) => pagesCopied),
    measured('warnings', 'text?', ({ warnings }) => warnings.join('; ')),
  ];
}

function measured(name: string, kind: ColumnKind, cell: (record: RunRecord) => Cell): Columns<MeasuredRow>[number] {
  return [name, kind, (row) => (row.measured ? cell(row.measured.record) : null)];
}

function purpose(name: Purpose): Columns<MeasuredRow>[number] {
  return [`${name}_cycles`, 'integer?', (row) => row.measured?.purposes[name] ?? null];
}

function* measuredRows(rows: Iterable<RunRow>): Generator<MeasuredRow> {
  for (const row of rows) {
    const record = row.outcome.status === 'done' ? row.outcome.record : null;
    yield { ...row, measured: record && { record, purposes: sumByPurpose(record.root) } };
  }
}

/** Columns of phases.csv with these parameters. */
export function phaseColumns(parameters: readonly ParameterColumn[]): Columns<PhaseRow> {
  return [
    ['schema_version', 'integer', () => CSV_SCHEMA_VERSION],
    ['experiment_id', 'text', ({ experimentId }) => experimentId],
    ['config_hash', 'text', ({ planned }) => planned.configHash],
    ...RUN_ID,
    ...PLACE,
    ...parameterCells<PhaseRow>(parameters),
    ...spanColumns<PhaseRow>(({ record }) => record.cpuHz),
  ];
}

/** What a span is and what it cost: the same columns in every table of phases. */
function spanColumns<Row extends SpanRow>(cpuHzOf: (row: Row) => number): Columns<Row> {
  return [
    ['phase_index', 'integer', ({ phaseIndex }) => phaseIndex],
    ['phase_id', 'text', ({ phase }) => phase.id],
    ['phase_name', 'text', ({ phase }) => phase.name],
    ['parent_phase_id', 'text?', ({ parentId }) => parentId],
    ['depth', 'integer', ({ depth }) => depth],
    ['group', 'text?', ({ phase }) => phase.group],
    ['owner', 'text?', ({ phase }) => phase.owner],
    ['basis', 'text', ({ phase }) => phase.basis],
    ['evidence', 'text?', ({ phase }) => phase.evidence.join(' ')],
    ['start_cycle', 'integer', ({ phase }) => phase.startCycle],
    ['end_cycle', 'integer', ({ phase }) => phase.endCycle],
    ['duration_cycles', 'integer', ({ phase }) => phase.costs.durationCycles],
    ['self_cycles', 'integer', ({ phase }) => selfCycles(phase)],
    ['duration_ns', 'integer', (row) => nanosecondsFromCycles(row.phase.costs.durationCycles, cpuHzOf(row))],
    ['instructions', 'integer', ({ phase }) => phase.costs.instructions],
    ['io_reads', 'integer', ({ phase }) => phase.costs.portReads],
    ['io_writes', 'integer', ({ phase }) => phase.costs.portWrites],
    ['interrupts', 'integer', ({ phase }) => phase.costs.interrupts],
    ['device_wait_cycles', 'integer', ({ phase }) => phase.costs.deviceWaitCycles],
    ['forced_delay_cycles', 'integer', ({ phase }) => phase.costs.forcedDelayCycles],
    ['bytes_read', 'integer', ({ phase }) => phase.costs.bytesRead],
    ['bytes_written', 'integer', ({ phase }) => phase.costs.bytesWritten],
  ];
}

/** Cycles of a span that no child of it has. */
function selfCycles({ costs, children }: PhaseRecord): number {
  return children.reduce((rest, child) => rest - child.costs.durationCycles, costs.durationCycles);
}

/** The phases of all runs that were measured. */
function* phaseRows(rows: Iterable<RunRow>): Generator<PhaseRow> {
  for (const row of rows) {
    if (row.outcome.status !== 'done') continue;
    const { record } = row.outcome;
    for (const span of spanRows(record.root)) yield { ...row, record, ...span };
  }
}

function spanRows(root: PhaseRecord): SpanRow[] {
  const rows: SpanRow[] = [];
  const visit = (phase: PhaseRecord, depth: number, parentId: string) => {
    rows.push({ phase, phaseIndex: rows.length, depth, parentId });
    for (const child of phase.children) visit(child, depth + 1, phase.id);
  };
  visit(root, 0, '');
  return rows;
}
