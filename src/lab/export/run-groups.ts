// The runs of an experiment by point and path, in one pass over them: what summaries, charts and reports are made of.
// Kept are eight bytes a run and metric, and the records of one point; runs.csv, phases.csv and results.json keep nothing.
import type { RebootPath } from '../../emulator/index';
import type { Experiment, ExperimentResults, ExperimentRun, Point } from '../experiment/experiment';
import type { RunRecord } from '../run-record';
import type { Metric, MetricKey } from './metrics';
import { measure, metricKey } from './metrics';
import type { ParameterValues } from './run-rows';
import { placedRuns } from './run-rows';

/** All runs of one path at one point. */
export interface RunGroup {
  readonly point: Point;
  /** Figures and options that the experiment sets or sweeps. */
  readonly values: ParameterValues;
  readonly path: RebootPath;
  readonly isBaseline: boolean;
  readonly configHash: string;
  /** Null while no run was done. */
  readonly cpuHz: number | null;
  /** Of the runs that were done, by repetition. */
  readonly seeds: readonly number[];
  readonly failedRuns: number;
  readonly notRunRuns: number;
  /** The first run that was done, at the point that was asked for. */
  readonly record: RunRecord | null;
  /** A metric's values beside their seeds; empty where it does not apply. */
  valuesOf(metric: Metric): readonly number[];
}

export interface RunFailure {
  readonly runId: string;
  readonly point: Point;
  readonly path: RebootPath;
  readonly seed: number;
  readonly code: string;
  readonly message: string;
}

/** An experiment's runs put together. */
export interface GroupedResults {
  readonly experiment: Experiment;
  readonly experimentHash: string;
  readonly engineVersion: string;
  /** By point, and at a point in the order of the paths. */
  readonly groups: readonly RunGroup[];
  /** By pointIndex: what the other paths there are compared with. */
  readonly baselines: ReadonlyMap<number, RunGroup>;
  readonly doneRuns: number;
  readonly failedRuns: number;
  readonly notRunRuns: number;
  /** The first of them. */
  readonly failures: readonly RunFailure[];
}

/** Failures that a report names; how many there were is counted. */
const MAX_FAILURES = 20;

/**
 * Reads all runs once.
 * @param recordsOf the point whose records are kept for charts of a single run
 */
export function groupRuns(results: ExperimentResults, recordsOf = 0): GroupedResults {
  const { experiment, experimentHash, engineVersion } = results;
  const fixed = { ...experiment.overlay, ...experiment.options };
  const groups = new Map<string, GroupBuilder>();
  const failures: RunFailure[] = [];
  for (const run of placedRuns(results)) {
    const { point, path, runId, seed } = run.planned;
    const key = `${point.pointIndex} ${path}`;
    let group = groups.get(key);
    if (!group) groups.set(key, (group = new GroupBuilder(run, fixed)));
    group.add(run, point.pointIndex === recordsOf);
    if (run.outcome.status === 'failed' && failures.length < MAX_FAILURES) {
      const { code, message } = run.outcome;
      failures.push({ runId, point, path, seed, code, message });
    }
  }
  const pathOrder = (path: RebootPath) => experiment.paths.indexOf(path);
  const sorted = [...groups.values()].sort(
    (a, b) => a.point.pointIndex - b.point.pointIndex || pathOrder(a.path) - pathOrder(b.path),
  );
  const sum = (count: (group: RunGroup) => number) => sorted.reduce((total, group) => total + count(group), 0);
  return {
    experiment,
    experimentHash,
    engineVersion,
    groups: sorted,
    baselines: new Map(sorted.filter(({ isBaseline }) => isBaseline).map((group) => [group.point.pointIndex, group])),
    doneRuns: sum(({ seeds }) => seeds.length),
    failedRuns: sum(({ failedRuns }) => failedRuns),
    notRunRuns: sum(({ notRunRuns }) => notRunRuns),
    failures,
  };
}

class GroupBuilder implements RunGroup {
  readonly point: Point;
  readonly values: ParameterValues;
  readonly path: RebootPath;
  readonly isBaseline: boolean;
  readonly configHash: string;
  cpuHz: number | null = null;
  readonly seeds: number[] = [];
  failedRuns = 0;
  notRunRuns = 0;
  record: RunRecord | null = null;
  private readonly samples = new Map<MetricKey, number[]>();

  constructor({ planned }: ExperimentRun, fixed: ParameterValues) {
    this.point = planned.point;
    this.values = { ...fixed, ...planned.point.values };
    this.path = planned.path;
    this.isBaseline = planned.isBaseline;
    this.configHash = planned.configHash;
  }

  valuesOf(metric: Metric): readonly number[] {
    return this.samples.get(metricKey(metric)) ?? [];
  }

  add({ planned, outcome }: ExperimentRun, keepsRecord: boolean): void {
    if (outcome.status === 'failed') this.failedRuns++;
    if (outcome.status === 'not-run') this.notRunRuns++;
    if (outcome.status !== 'done') return;
    const { record } = outcome;
    this.cpuHz ??= record.cpuHz;
    if (keepsRecord) this.record ??= record;
    const values = measure(record);
    for (const [key, value] of values) {
      let sample = this.samples.get(key);
      // A phase that earlier runs did not have took them no cycles.
      if (!sample) this.samples.set(key, (sample = new Array<number>(this.seeds.length).fill(0)));
      sample.push(value);
    }
    this.seeds.push(planned.seed);
    for (const sample of this.samples.values()) if (sample.length < this.seeds.length) sample.push(0);
  }
}
