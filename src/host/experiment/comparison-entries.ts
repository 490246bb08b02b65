// A comparison as an entry of the history, and back: an experiment of one point and one seed, and one point of any experiment.
import type { Comparison, ComparisonRequest, Result } from '../../contract/api';
import type { Experiment, ExperimentPlan, ExperimentResults, RunRecord } from '../../lab/index';
import {
  answerSentence,
  comparisonConfigHash,
  EXPERIMENT_VERSION,
  parameterKind,
  PATH_TITLES,
  placeRecord,
} from '../../lab/index';
import { fail, succeed } from '../failure';
import type { ExecutionHost, RunStore } from '../run-store/run-store';

/** The experiment that a comparison is. The same settings give the same experiment, so that a repetition is found again. */
export function experimentOf(request: ComparisonRequest, machineName: string): Experiment {
  const { profileId, paths, seed, overlay, variations, options } = request;
  const titles = paths.map((path) => PATH_TITLES[path]).join(', ');
  return {
    format: 'bootlab-experiment',
    version: EXPERIMENT_VERSION,
    id: 'comparison',
    name: `${`${titles} · ${machineName}`.slice(0, MAX_TITLE_LENGTH)} · seed ${seed}`,
    machines: [profileId],
    paths,
    repetitions: 1,
    seed,
    ...(Object.keys(overlay).length > 0 ? { overlay } : {}),
    ...(variations ? { variations } : {}),
    ...(options && Object.keys(options).length > 0 ? { options } : {}),
  };
}

/** With the seed after it, a name has at most 120 characters. */
const MAX_TITLE_LENGTH = 100;

/** Keeps records that were computed for a comparison, as the runs of its plan: one point, one seed, a run for each path. */
export function keepRecords(
  plan: ExperimentPlan,
  records: readonly RunRecord[],
  store: RunStore,
  engine: { readonly engineVersion: string; readonly engineBuild: string; readonly host: ExecutionHost },
): Result<{ readonly entryId: number }> {
  const { experiment, experimentHash, runs: planned } = plan;
  const begun = store.beginExecution({ experiment, experimentHash, planned, ...engine });
  if (!begun.ok) return begun;
  const { entryId, executionId, doneRunOrders } = begun.value;
  for (const run of planned) {
    const record = records.find(({ path }) => path === run.path);
    if (!record || doneRunOrders.has(run.runOrder)) continue;
    // How long it took by itself is not known: the paths ran side by side.
    const outcome = { status: 'done', record: placeRecord(record, run) } as const;
    const kept = store.saveRun(executionId, run, outcome, { worker: 0, wallMs: 0 });
    if (!kept.ok) return kept;
  }
  const ended = store.endExecution(executionId, 'done');
  return ended.ok ? succeed({ entryId }) : ended;
}

/** Which part of an experiment is looked at as a comparison. */
export interface EntryPlace {
  readonly pointIndex: number;
  readonly repetition: number;
}

/**
 * The runs of one point and seed as a comparison. Paths that have no record there are left out.
 * @param plan the experiment's, as its machines are today
 */
export function comparisonAt(
  results: ExperimentResults,
  plan: ExperimentPlan,
  place: EntryPlace,
): Result<Omit<Comparison, 'id'>> {
  const records: RunRecord[] = [];
  for (const { planned, outcome } of results.runs) {
    const isHere = planned.point.pointIndex === place.pointIndex && planned.repetition === place.repetition;
    if (isHere && outcome.status === 'done') records.push(outcome.record);
    if (records.length === results.experiment.paths.length) break;
  }
  if (records.length === 0) {
    return fail('HOST-REQUEST', 'No run of this point is finished.', 'Choose another point, or run it again.');
  }
  const { experiment } = results;
  records.sort((a, b) => experiment.paths.indexOf(a.path) - experiment.paths.indexOf(b.path));
  const runs = records.map((record, runOrder) => ({ ...record, runOrder, pointIndex: 0, repetition: 0 }));
  const [{ profileId, seed, variations }] = runs;
  const paths = runs.map(({ path }) => path);
  const { point, profile, lab } = plan.points[place.pointIndex];
  const isSameMachine = plan.runs.some(({ configHash }) => configHash === runs[0].configHash);
  return succeed({
    request: { profileId, paths, seed, variations, ...settingsAt(experiment, point.values) },
    // Of a machine that was changed since, only the runs' own hashes are known.
    configHash: isSameMachine ? comparisonConfigHash(profile, paths, variations, null, lab) : runs[0].configHash,
    records: runs,
    answer: answerSentence(runs),
  });
}

/** What is set at a point: the experiment's own settings and the swept values. */
function settingsAt(experiment: Experiment, values: Readonly<Record<string, number | string>>) {
  const overlay: Record<string, number> = { ...experiment.overlay };
  const options: Record<string, string> = { ...experiment.options };
  for (const [name, value] of Object.entries(values)) {
    if (parameterKind(name) === 'option') options[name] = String(value);
    else overlay[name] = Number(value);
  }
  return { overlay, options };
}
