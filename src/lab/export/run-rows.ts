// Runs as rows: where a run stands in its experiment, and what came of it. Experiments and comparisons alike.
import type { ProfileOverlay, RebootPath } from '../../emulator/index';
import type {
  Experiment,
  ExperimentResults,
  ExperimentRun,
  ParameterValue,
  PlannedRun,
  RunOutcome,
} from '../experiment/experiment';
import { placeRecord } from '../experiment/place-record';
import type { RunOptions } from '../run-options';
import type { RunRecord } from '../run-record';
import { SHORT_HASH_DIGITS } from '../run-record';
import type { ColumnKind } from './csv-table';

/** A run of an experiment. */
export interface RunRow {
  readonly experimentId: string;
  readonly experimentName: string;
  readonly engineVersion: string;
  readonly planned: PlannedRun;
  /** Figures and options that the experiment sets or sweeps, by name. */
  readonly values: ParameterValues;
  readonly outcome: RunOutcome;
}

export type ParameterValues = Readonly<Record<string, ParameterValue>>;

/** A comparison, as far as its tables go: an experiment of one point and one seed. */
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

/** A parameter as a column: of every row's values the one of this name. */
export interface ParameterColumn {
  readonly name: string;
  readonly column: string;
  readonly kind: ColumnKind;
}

/** The runs in the order of the plan, with records as their own runs would have given them, whoever computed them first. */
export function* placedRuns({ runs }: ExperimentResults): Generator<ExperimentRun> {
  for (const run of runs) {
    const { planned, outcome } = run;
    if (outcome.status !== 'done') yield run;
    else yield { planned, outcome: { status: 'done', record: placeRecord(outcome.record, planned) } };
  }
}

/** The runs of an experiment in the order of its plan. */
export function* experimentRows(results: ExperimentResults): Generator<RunRow> {
  const { experiment, engineVersion } = results;
  const { id: experimentId, name: experimentName } = experiment;
  const fixed = { ...experiment.overlay, ...experiment.options };
  for (const { planned, outcome } of placedRuns(results)) {
    const values = { ...fixed, ...planned.point.values };
    yield { experimentId, experimentName, engineVersion, planned, values, outcome };
  }
}

/** The runs of comparisons, in the order of their paths. */
export function comparisonRows(tables: readonly ComparisonTable[]): RunRow[] {
  return tables.flatMap((table) => table.records.map((record) => comparisonRow(table, record)));
}

function comparisonRow({ configHash, request }: ComparisonTable, record: RunRecord): RunRow {
  const { runOrder, pointIndex, profileId, path, isBaseline, repetition, seed, runId } = record;
  return {
    experimentId: `compare-${configHash.slice(0, SHORT_HASH_DIGITS)}-s${request.seed}`,
    experimentName: `${request.paths.join(' vs ')} on ${request.profileId}`,
    engineVersion: record.engineVersion,
    planned: {
      runOrder,
      point: { pointIndex, profileId, values: {} },
      path,
      isBaseline,
      repetition,
      seed,
      configHash: record.configHash,
      runId,
    },
    values: { ...request.overlay, ...request.options },
    outcome: { status: 'done', record },
  };
}

/** Columns of what an experiment sets or sweeps: figures, then options of the lab kernel, each sorted by name. */
export function experimentParameters({ overlay, options, parameters = [] }: Experiment): ParameterColumn[] {
  return parameterColumns([
    ...Object.keys(overlay ?? {}),
    ...Object.keys(options ?? {}),
    ...parameters.map(({ name }) => name),
  ]);
}

/** One column for each figure that any of the comparisons changed, then for each option that any was given. */
export function comparisonParameters(tables: readonly ComparisonTable[]): ParameterColumn[] {
  return parameterColumns(
    tables.flatMap(({ request }) => [...Object.keys(request.overlay), ...Object.keys(request.options ?? {})]),
  );
}

function parameterColumns(names: readonly string[]): ParameterColumn[] {
  const sorted = [...new Set(names)].sort();
  return [
    ...sorted.filter(isFigureName).map((name) => ({ name, column: parameterColumn(name), kind: 'number?' as const })),
    ...sorted
      .filter((name) => !isFigureName(name))
      .map((name) => ({ name, column: optionColumn(name), kind: 'text?' as const })),
  ];
}

/** Figures are named section.figure; options have no point in their names. */
function isFigureName(name: string): boolean {
  return name.includes('.');
}

/** Column of a parameter: `memory.ramBytes` is `param_memory_ram_bytes`. */
export function parameterColumn(figureName: string): string {
  const words = figureName.replaceAll('.', '_').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return `param_${words}`;
}

/** Column of an option of the run: `load-at` is `param_option_load_at`. */
function optionColumn(optionName: string): string {
  return `param_option_${optionName.replaceAll('-', '_')}`;
}
