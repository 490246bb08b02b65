// runs.csv and phases.csv: one row per run, one row per phase of a run. Data in, text out; no host facts, no dates,
// so that the same seed and version give the same bytes anywhere. RFC 4180 quoting, LF, header always.
import { stringify } from 'csv-stringify/browser/esm/sync';
import type { PhaseRecord, ProfileOverlay, RebootPath } from '../../emulator/index';
import { nanosecondsFromCycles } from '../format-cycles';
import type { RunOptions } from '../run-options';
import type { RunRecord } from '../run-record';
import { SHORT_HASH_DIGITS } from '../run-record';
import { sumByPurpose } from './purposes';

/** Raised when a column changes its meaning; added columns do not. */
const CSV_SCHEMA_VERSION = 1;

/** A comparison, as far as its tables go. */
export interface ComparisonTable {
  readonly configHash: string;
  readonly request: {
    readonly profileId: string;
    readonly paths: readonly RebootPath[];
    readonly seed: number;
    readonly overlay: ProfileOverlay;
    readonly options?: RunOptions;
  };
  readonly records: readonly RunRecord[];
}

/** A cell; null and the empty string are "not applicable". */
type Cell = string | number | boolean | null;
/** Column names in order, with what each holds for a row. */
type Columns<Row> = readonly (readonly [name: string, cell: (row: Row) => Cell])[];

interface RunRow {
  readonly table: ComparisonTable;
  readonly run: RunRecord;
}

/** A node of a record's tree and its place in it. */
interface SpanRow {
  readonly phase: PhaseRecord;
  readonly phaseIndex: number;
  readonly depth: number;
  readonly parentId: string;
}

type PhaseRow = RunRow & SpanRow;

/** Column of a parameter: `memory.ramBytes` is `param_memory_ram_bytes`. */
export function parameterColumn(figureName: string): string {
  const words = figureName.replaceAll('.', '_').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return `param_${words}`;
}

/** The runs of comparisons, one row each, in the order of their paths. */
export function runsCsv(tables: readonly ComparisonTable[]): string {
  return toCsv(
    runColumns(tables),
    tables.flatMap((table) => table.records.map((run) => ({ table, run }))),
  );
}

/** The phases of all runs: every node of a record's tree, parents before their children, in order of time. */
export function phasesCsv(tables: readonly ComparisonTable[]): string {
  return toCsv(
    phaseColumns(tables),
    tables.flatMap((table) => table.records.flatMap((run) => phaseRows(table, run))),
  );
}

function experimentId({ configHash, request }: ComparisonTable): string {
  return `compare-${configHash.slice(0, SHORT_HASH_DIGITS)}-s${request.seed}`;
}

function experimentName({ request }: ComparisonTable): string {
  return `${request.paths.join(' vs ')} on ${request.profileId}`;
}

/** Column of an option of the run: `load-at` is `param_option_load_at`. */
function optionColumn(optionName: string): string {
  return `param_option_${optionName.replaceAll('-', '_')}`;
}

/** One column for each figure that any of the comparisons changed, then for each option that any was given. */
function parameterColumns(tables: readonly ComparisonTable[]): Columns<RunRow> {
  const figures = new Set(tables.flatMap(({ request }) => Object.keys(request.overlay)));
  const options = new Set(tables.flatMap(({ request }) => Object.keys(request.options ?? {})));
  return [
    ...[...figures].sort().map((name) => {
      return [parameterColumn(name), ({ table }: RunRow) => table.request.overlay[name] ?? null] as const;
    }),
    ...[...options].sort().map((name) => {
      return [optionColumn(name), ({ table }: RunRow) => table.request.options?.[name] ?? null] as const;
    }),
  ];
}

function runColumns(tables: readonly ComparisonTable[]): Columns<RunRow> {
  const purposes = new Map(tables.flatMap(({ records }) => records.map((run) => [run, sumByPurpose(run.root)])));
  return [
    ['schema_version', () => CSV_SCHEMA_VERSION],
    ['experiment_id', ({ table }) => experimentId(table)],
    ['experiment_name', ({ table }) => experimentName(table)],
    ['config_hash', ({ run }) => run.configHash],
    ['engine_version', ({ run }) => run.engineVersion],
    ['run_id', ({ run }) => run.runId],
    ['run_order', ({ run }) => run.runOrder],
    ['point_index', ({ run }) => run.pointIndex],
    ['repetition', ({ run }) => run.repetition],
    ['seed', ({ run }) => run.seed],
    ['machine_profile', ({ run }) => run.profileId],
    ['reboot_path', ({ run }) => run.path],
    ['is_baseline', ({ run }) => run.isBaseline],
    ...parameterColumns(tables),
    ['status', () => 'done'],
    ['failure_code', () => null],
    ['cpu_hz', ({ run }) => run.cpuHz],
    ['memory_model', ({ run }) => run.memoryModel],
    ['total_cycles', ({ run }) => run.totalCycles],
    ['total_ns', ({ run }) => nanosecondsFromCycles(run.totalCycles, run.cpuHz)],
    ['outage_cycles', ({ run }) => run.outageCycles],
    ['handover_cycles', ({ run }) => run.handoverCycles],
    ['firmware_cycles', ({ run }) => purposes.get(run)!.firmware],
    ['shutdown_cycles', ({ run }) => purposes.get(run)!.shutdown],
    ['load_cycles', ({ run }) => purposes.get(run)!.load],
    ['copy_cycles', ({ run }) => purposes.get(run)!.copy],
    // Where no purgatory ran nothing was verified.
    ['verify_cycles', ({ run }) => purposes.get(run)!.verify || null],
    ['loader_cycles', ({ run }) => purposes.get(run)!.loader],
    ['kernel_cycles', ({ run }) => purposes.get(run)!.kernel],
    ['userspace_cycles', ({ run }) => purposes.get(run)!.userspace],
    ['forced_delay_cycles', ({ run }) => run.root.costs.forcedDelayCycles],
    ['instructions', ({ run }) => run.root.costs.instructions],
    ['interrupts', ({ run }) => run.root.costs.interrupts],
    ['io_reads', ({ run }) => run.root.costs.portReads],
    ['io_writes', ({ run }) => run.root.costs.portWrites],
    ['device_wait_cycles', ({ run }) => run.root.costs.deviceWaitCycles],
    ['bytes_copied', ({ run }) => run.bytesCopied],
    ['pages_copied', ({ run }) => run.pagesCopied],
    ['warnings', ({ run }) => run.warnings.join('; ')],
  ];
}

function phaseColumns(tables: readonly ComparisonTable[]): Columns<PhaseRow> {
  return [
    ['schema_version', () => CSV_SCHEMA_VERSION],
    ['experiment_id', ({ table }) => experimentId(table)],
    ['config_hash', ({ run }) => run.configHash],
    ['run_id', ({ run }) => run.runId],
    ['point_index', ({ run }) => run.pointIndex],
    ['repetition', ({ run }) => run.repetition],
    ['seed', ({ run }) => run.seed],
    ['machine_profile', ({ run }) => run.profileId],
    ['reboot_path', ({ run }) => run.path],
    ...parameterColumns(tables),
    ...spanColumns<PhaseRow>(({ run }) => run.cpuHz),
  ];
}

/** What a span is and what it cost: the same columns in every table of phases. */
function spanColumns<Row extends SpanRow>(cpuHzOf: (row: Row) => number): Columns<Row> {
  return [
    ['phase_index', ({ phaseIndex }) => phaseIndex],
    ['phase_id', ({ phase }) => phase.id],
    ['phase_name', ({ phase }) => phase.name],
    ['parent_phase_id', ({ parentId }) => parentId],
    ['depth', ({ depth }) => depth],
    ['group', ({ phase }) => phase.group],
    ['owner', ({ phase }) => phase.owner],
    ['basis', ({ phase }) => phase.basis],
    ['evidence', ({ phase }) => phase.evidence.join(' ')],
    ['start_cycle', ({ phase }) => phase.startCycle],
    ['end_cycle', ({ phase }) => phase.endCycle],
    ['duration_cycles', ({ phase }) => phase.costs.durationCycles],
    ['self_cycles', ({ phase }) => selfCycles(phase)],
    ['duration_ns', (row) => nanosecondsFromCycles(row.phase.costs.durationCycles, cpuHzOf(row))],
    ['instructions', ({ phase }) => phase.costs.instructions],
    ['io_reads', ({ phase }) => phase.costs.portReads],
    ['io_writes', ({ phase }) => phase.costs.portWrites],
    ['interrupts', ({ phase }) => phase.costs.interrupts],
    ['device_wait_cycles', ({ phase }) => phase.costs.deviceWaitCycles],
    ['forced_delay_cycles', ({ phase }) => phase.costs.forcedDelayCycles],
    ['bytes_read', ({ phase }) => phase.costs.bytesRead],
    ['bytes_written', ({ phase }) => phase.costs.bytesWritten],
  ];
}

/** Phases of one boot that belongs to no comparison: every node of the tree, parents before their children. */
export function bootPhasesCsv(root: PhaseRecord, cpuHz: number): string {
  return toCsv(
    spanColumns<SpanRow>(() => cpuHz),
    spanRows(root),
  );
}

/** Cycles of a span that no child of it has. */
function selfCycles({ costs, children }: PhaseRecord): number {
  return children.reduce((rest, child) => rest - child.costs.durationCycles, costs.durationCycles);
}

function phaseRows(table: ComparisonTable, run: RunRecord): PhaseRow[] {
  return spanRows(run.root).map((span) => ({ table, run, ...span }));
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

function toCsv<Row>(columns: Columns<Row>, rows: readonly Row[]): string {
  const cells = rows.map((row) => columns.map(([, cell]) => cell(row)));
  return stringify([columns.map(([name]) => name), ...cells], {
    record_delimiter: '\n',
    // A spreadsheet would run text cells that begin like formulas.
    escape_formulas: true,
    // A lone CR breaks a line for some readers too (RFC 4180, section 2.6); the library quotes for LF only.
    quoted_match: /\r/,
    cast: { boolean: String },
  });
}
