// What every column of runs.csv, phases.csv and summary.csv is, and which cycles it counts: the ground of explainNumber.
// A column that is made of others names them. docs/provenance.md.
import type { Contribution, PathRecord, PhaseCosts, PhaseRecord } from '../../emulator/index';
import { leafPhases } from '../../emulator/index';
import type { Purpose } from '../export/purposes';
import { nanosecondsFromCycles } from '../format-cycles';
import { handoverLeaves, outageLeaves, purposeLeaves } from './span-sets';

/** Tables whose columns can be asked. */
export type ExplainedTable = 'runs' | 'phases' | 'summary';

/** A row's record and, in phases.csv, its node; elsewhere the root. */
export interface MeasuredSpan {
  readonly record: PathRecord;
  readonly node: PhaseRecord;
}

/** One column. */
export interface ColumnMeaning {
  /** A sentence or two for people. */
  readonly meaning: string;
  /** Columns it is computed from, of the same table or, for summary.csv, of runs.csv and phases.csv. */
  readonly computedFrom: readonly string[];
  /** The number, where the record has it; null where it does not apply. */
  readonly value?: (span: MeasuredSpan) => number | null;
  /** What a leaf adds to it. */
  readonly amount?: (costs: PhaseCosts) => number;
  /** Leaves that it sums. */
  readonly leaves?: (span: MeasuredSpan) => readonly PhaseRecord[];
  /** Of cycles: the causes that are meant. Counts have none. */
  readonly isMeant?: (cause: Contribution) => boolean;
}

type Meanings = Readonly<Record<string, ColumnMeaning>>;

const said = (meaning: string, computedFrom: readonly string[] = []): ColumnMeaning => ({ meaning, computedFrom });

const allLeaves = ({ node }: MeasuredSpan) => leafPhases(node);
const duration = ({ durationCycles }: PhaseCosts) => durationCycles;
const everyCause = () => true;

/** Cycles of whole leaves. */
function cycles(
  meaning: string,
  value: (span: MeasuredSpan) => number | null,
  leaves: (span: MeasuredSpan) => readonly PhaseRecord[] = allLeaves,
): ColumnMeaning {
  return { meaning, computedFrom: [], value, amount: duration, leaves, isMeant: everyCause };
}

/** A counter of the machine; where its cycles come from is not asked of it. */
function counted(name: keyof PhaseCosts, meaning: string): ColumnMeaning {
  return {
    meaning,
    computedFrom: [],
    value: ({ node }) => node.costs[name],
    amount: (costs) => costs[name],
    leaves: allLeaves,
  };
}

/** Waiting, all of it or the forced part. */
function waited(name: 'deviceWaitCycles' | 'forcedDelayCycles', meaning: string): ColumnMeaning {
  return {
    ...counted(name, meaning),
    leaves: (span) => allLeaves(span).filter(({ costs }) => costs[name] > 0),
    isMeant: ({ basis }) => basis === 'device',
  };
}

function purpose(name: Purpose, meaning: string): ColumnMeaning {
  const leaves = ({ record }: MeasuredSpan) => purposeLeaves(record.root, name);
  const sum = (span: MeasuredSpan) => leaves(span).reduce((total, { costs }) => total + costs.durationCycles, 0);
  return cycles(meaning, sum, leaves);
}

/** Columns that say which run a row is of. */
const IDENTITY: Meanings = {
  schema_version: said('Version of the table’s columns.'),
  experiment_id: said('Which experiment, by the hash of its configuration and its seed.', ['config_hash', 'seed']),
  experiment_name: said('What people call the experiment.'),
  config_hash: said('SHA-256 of everything that decides the run but the seed: machine, path, variation, options.'),
  engine_version: said('Version of the engine that ran it: another may count otherwise.'),
  run_id: said('Configuration and seed: the same id means the same cycles.', ['config_hash', 'seed']),
  run_order: said('Place of the run in its experiment, from 0.'),
  point_index: said('Which setting of the swept parameters, from 0.'),
  repetition: said('Which of the seeds at that point, from 0.'),
  seed: said('Seed of all that varies.'),
  machine_profile: said('The machine; its figures, with tag and source: bootlab machines --json.'),
  reboot_path: said('How the next kernel is reached.'),
  is_baseline: said('Whether the other paths are compared with this one.'),
  status: said('How the run ended.'),
  failure_code: said('Why it failed, if it did.'),
};

const COUNTS: Meanings = {
  instructions: counted('instructions', 'Instructions executed; a repeated string instruction is one.'),
  interrupts: counted('interrupts', 'Hardware interrupts that the CPU accepted.'),
  io_reads: counted('portReads', 'Port reads by instructions, those of polling loops included.'),
  io_writes: counted('portWrites', 'Port writes by instructions.'),
  device_wait_cycles: waited('deviceWaitCycles', 'Cycles in HLT and in polling loops that were proven idle.'),
  forced_delay_cycles: waited('forcedDelayCycles', 'The waiting that a configured pause asked for.'),
};

const RUNS: Meanings = {
  ...IDENTITY,
  ...COUNTS,
  cpu_hz: { ...said('The figure cpu.hz of the machine.'), value: ({ record }) => record.cpuHz },
  memory_model: said('How accesses to RAM were charged: cache.simulated of the machine.'),
  total_cycles: cycles('From the path’s start to services up: all phases.', ({ record }) => record.totalCycles),
  total_ns: {
    ...said('The same in nanoseconds: cycles x 10^9 / cpu_hz, rounded.', ['total_cycles', 'cpu_hz']),
    value: ({ record }) => nanosecondsFromCycles(record.totalCycles, record.cpuHz),
    leaves: allLeaves,
    amount: duration,
    isMeant: everyCause,
  },
  outage_cycles: cycles(
    'From the instant services stop (cold: power good; crash: panic) to services up.',
    ({ record }) => record.outageCycles,
    ({ record }) => outageLeaves(record),
  ),
  handover_cycles: cycles(
    'From the end of device shutdown (crash: panic) to start_kernel of the next kernel.',
    ({ record }) => record.handoverCycles,
    ({ record }) => handoverLeaves(record),
  ),
  firmware_cycles: purpose('firmware', 'Phases of the firmware and its option ROMs, from the reset on.'),
  shutdown_cycles: purpose('shutdown', 'Stopping services, shutting devices down, leaving the old kernel.'),
  load_cycles: purpose('load', 'Loading the next kernel, while services still run.'),
  copy_cycles: purpose('copy', 'Copying pages to where the next kernel runs.'),
  verify_cycles: purpose('verify', 'The purgatory checking the hash.'),
  loader_cycles: purpose('loader', 'The boot loader: its prompt and its reads.'),
  kernel_cycles: purpose('kernel', 'The next kernel, from its set-up code to its first process.'),
  userspace_cycles: purpose('userspace', 'Starting services.'),
  bytes_copied: {
    ...said('Bytes that the kexec stub moved, every one of three copies counted.'),
    value: ({ record }) => record.bytesCopied,
  },
  pages_copied: {
    ...said('Pages that came to their destination.', ['bytes_copied']),
    value: ({ record }) => record.pagesCopied,
  },
  warnings: said('What went wrong without ending the run.'),
};

const PHASES: Meanings = {
  ...IDENTITY,
  ...COUNTS,
  phase_index: said('Place of the row in its run, parents before their children.'),
  phase_id: said('Which phase or step. Where they begin and end: docs/how-numbers-come-about.md.'),
  phase_name: said('What people call it.'),
  parent_phase_id: said('The row that contains it.'),
  depth: said('How many rows contain it.'),
  group: said('Firmware, loader, kernel or user space.'),
  owner: said('Whose code runs.'),
  basis: said('The largest share of its cycles: executed, device or modelled.', [
    'duration_cycles',
    'device_wait_cycles',
  ]),
  evidence: said('Tags of the figures it rests on: S seen, D derived, K general knowledge, model a default.'),
  start_cycle: {
    ...said('Cycles since the path’s start: what the phases before it took.'),
    value: ({ node }) => node.startCycle,
    leaves: ({ record, node }) => leafPhases(record.root).filter(({ endCycle }) => endCycle <= node.startCycle),
    amount: duration,
    isMeant: everyCause,
  },
  end_cycle: {
    ...said('Cycles since the path’s start at its end.', ['start_cycle', 'duration_cycles']),
    value: ({ node }) => node.endCycle,
    leaves: ({ record, node }) => leafPhases(record.root).filter(({ endCycle }) => endCycle <= node.endCycle),
    amount: duration,
    isMeant: everyCause,
  },
  duration_cycles: cycles('Cycles from its begin to its end.', ({ node }) => node.costs.durationCycles),
  self_cycles: cycles(
    'Cycles that none of the rows below it has.',
    ({ node }) => (node.children.length > 0 ? 0 : node.costs.durationCycles),
    ({ node }) => (node.children.length > 0 ? [] : [node]),
  ),
  duration_ns: {
    ...said('The same in nanoseconds: cycles x 10^9 / cpu_hz, rounded.', ['duration_cycles', 'cpu_hz']),
    value: ({ record, node }) => nanosecondsFromCycles(node.costs.durationCycles, record.cpuHz),
    leaves: allLeaves,
    amount: duration,
    isMeant: everyCause,
  },
  bytes_read: counted('bytesRead', 'Bytes that page copies and the disk’s data port read.'),
  bytes_written: counted('bytesWritten', 'Bytes that page copies and the disk’s data port wrote.'),
};

const VALUES = ['the column or phase named in metric, of all runs of the point and path'];

const SUMMARY: Meanings = {
  ...IDENTITY,
  metric: said('The column of runs.csv that is summed up; phase_cycles: duration_cycles of one phase.'),
  phase_id: said('The phase of phase_cycles, all its stretches together.'),
  unit: said('Of the metric.'),
  n: said('How many runs have the metric.', VALUES),
  distinct: said('How many different values they have.', VALUES),
  mean: said('Arithmetic mean.', VALUES),
  stddev: said('Standard deviation of the sample.', VALUES),
  min: said('Smallest value: a run has it.', VALUES),
  q1: said('First quartile.', VALUES),
  median: said('Median.', VALUES),
  q3: said('Third quartile.', VALUES),
  max: said('Largest value: a run has it.', VALUES),
  ci_level: said('Level of the intervals.'),
  ci_low: said('Lower end of the interval of the median.', VALUES),
  ci_high: said('Upper end of the interval of the median.', VALUES),
  ci_method: said('How the interval was found, or why there is none.', ['n', 'distinct']),
  outliers: said('How many values lie far outside the quartiles.', ['q1', 'q3']),
  baseline_path: said('The path it is compared with.'),
  ratio: said('The baseline’s value over this path’s.', ['the same metric of baseline_path at the same point']),
  ratio_ci_low: said('Lower end of the interval of the ratio.', ['the same metric of baseline_path, seed by seed']),
  ratio_ci_high: said('Upper end of the interval of the ratio.', ['the same metric of baseline_path, seed by seed']),
};

const TABLES: Readonly<Record<ExplainedTable, Meanings>> = { runs: RUNS, phases: PHASES, summary: SUMMARY };

/** What a column is; null when the table has none of that name. Columns of parameters are named after them. */
export function columnMeaning(table: ExplainedTable, column: string): ColumnMeaning | null {
  if (Object.hasOwn(TABLES[table], column)) return TABLES[table][column];
  if (column.startsWith('param_option_')) return said('An option of the lab kernel that the experiment set.');
  return column.startsWith('param_') ? said('A figure of the machine that the experiment set by hand.') : null;
}

/** Columns of a table that have a number behind them. */
export function numberColumns(table: 'runs' | 'phases'): string[] {
  return Object.entries(TABLES[table])
    .filter(([, { value }]) => value)
    .map(([name]) => name);
}
