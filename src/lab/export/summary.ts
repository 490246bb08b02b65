// summary.csv: one row per point, path and metric, with what the runs over seeds come to. No interval where the runs
// carry none: ci_method then says why. The statistics themselves: ../stats/, docs/decisions/0020-intervals.md.
import type { RebootPath } from '../../emulator/index';
import type { ExperimentResults } from '../experiment/experiment';
import type { SeededValue } from '../stats/comparison';
import { ratioInterval } from '../stats/comparison';
import type { IntervalAnswer } from '../stats/interval';
import { DEFAULT_LEVEL, medianInterval } from '../stats/interval';
import type { Summary } from '../stats/summary';
import { summarize } from '../stats/summary';
import { CSV_SCHEMA_VERSION, parameterCells } from './csv';
import type { Columns } from './csv-table';
import { csvChunks } from './csv-table';
import type { Metric } from './metrics';
import { METRICS } from './metrics';
import type { GroupedResults, RunGroup } from './run-groups';
import { groupRuns } from './run-groups';
import type { ParameterColumn, ParameterValues } from './run-rows';
import { experimentParameters } from './run-rows';

/** One metric of one path at one point, against the baseline there. */
export interface SummaryRow {
  readonly experimentId: string;
  readonly group: RunGroup;
  readonly values: ParameterValues;
  readonly metric: Metric;
  /** Null where no run has the metric. */
  readonly summary: Summary | null;
  /** Of the median. */
  readonly answer: IntervalAnswer | null;
  /** Null for the baseline itself. */
  readonly baselinePath: RebootPath | null;
  /** Baseline over this path: 6.4 means 6.4 times fewer. Null where nothing can be divided. */
  readonly ratio: { readonly estimate: number; readonly answer: IntervalAnswer } | null;
}

/** summary.csv of an experiment in pieces. All runs are read first. */
export function* summaryCsvChunks(results: ExperimentResults): Generator<string> {
  const columns = summaryColumns(experimentParameters(results.experiment));
  yield* csvChunks(columns, summaryRows(groupRuns(results)));
}

/** The rows of summary.csv: by point, path and metric; phases only where a run of the path at that point has them. */
export function* summaryRows(grouped: GroupedResults): Generator<SummaryRow> {
  for (const group of grouped.groups) {
    for (const metric of METRICS) {
      if (metric.phaseId === null || group.valuesOf(metric).length > 0) yield summarizeMetric(grouped, group, metric);
    }
  }
}

/** One row of summary.csv. */
export function summarizeMetric(
  { experiment, baselines }: Pick<GroupedResults, 'experiment' | 'baselines'>,
  group: RunGroup,
  metric: Metric,
): SummaryRow {
  const values = group.valuesOf(metric);
  const baseline = group.isBaseline ? null : (baselines.get(group.point.pointIndex) ?? null);
  const before = baseline ? seededValues(baseline, metric) : [];
  const after = seededValues(group, metric);
  const isComparable = before.length > 0 && after.length > 0;
  return {
    experimentId: experiment.id,
    group,
    values: group.values,
    metric,
    summary: values.length > 0 ? summarize(values) : null,
    answer: values.length > 0 ? medianInterval(values) : null,
    baselinePath: baseline?.path ?? null,
    ratio: isComparable ? ratioInterval(before, after) : null,
  };
}

/** A metric's values with the seeds they belong to. */
function seededValues(group: RunGroup, metric: Metric): SeededValue[] {
  return group.valuesOf(metric).map((value, place) => ({ seed: group.seeds[place], value }));
}

/** Columns of summary.csv with these parameters. */
export function summaryColumns(parameters: readonly ParameterColumn[]): Columns<SummaryRow> {
  return [
    ['schema_version', 'integer', () => CSV_SCHEMA_VERSION],
    ['experiment_id', 'text', ({ experimentId }) => experimentId],
    ['config_hash', 'text', ({ group }) => group.configHash],
    ['point_index', 'integer', ({ group }) => group.point.pointIndex],
    ['machine_profile', 'text', ({ group }) => group.point.profileId],
    ['reboot_path', 'text', ({ group }) => group.path],
    ...parameterCells<SummaryRow>(parameters),
    ['metric', 'text', ({ metric }) => metric.name],
    ['phase_id', 'text?', ({ metric }) => metric.phaseId],
    ['unit', 'text', ({ metric }) => metric.unit],
    ['n', 'integer', ({ summary }) => summary?.n ?? 0],
    ['distinct', 'integer', ({ summary }) => summary?.distinct ?? 0],
    described('mean', ({ mean }) => mean),
    described('stddev', ({ stddev }) => stddev),
    described('min', ({ min }) => min),
    described('q1', ({ q1 }) => q1),
    described('median', ({ median }) => median),
    described('q3', ({ q3 }) => q3),
    described('max', ({ max }) => max),
    ['ci_level', 'number', () => DEFAULT_LEVEL],
    ['ci_low', 'number?', ({ answer }) => answer?.interval?.low ?? null],
    ['ci_high', 'number?', ({ answer }) => answer?.interval?.high ?? null],
    ['ci_method', 'text?', ({ answer }) => answer && (answer.interval?.method ?? answer.reason)],
    ['outliers', 'integer?', ({ summary }) => summary && summary.outliers.length],
    ['baseline_path', 'text?', ({ baselinePath }) => baselinePath],
    ['ratio', 'number?', ({ ratio }) => ratio && ratio.estimate],
    ['ratio_ci_low', 'number?', ({ ratio }) => ratio?.answer.interval?.low ?? null],
    ['ratio_ci_high', 'number?', ({ ratio }) => ratio?.answer.interval?.high ?? null],
  ];
}

function described(name: string, cell: (summary: Summary) => number | null): Columns<SummaryRow>[number] {
  return [name, 'number?', ({ summary }) => summary && cell(summary)];
}
