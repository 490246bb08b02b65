// Experiments made by hand for tests of what comes after the runs. The figures are invented; memory size moves the memory
// test and the page copy, seeds move drives and the keyboard controller a little.
import type { PhaseId, RebootPath } from '../../src/emulator/index';
import { ENGINE_VERSION } from '../../src/emulator/index';
import { sha256Hex } from '../../src/lab/config-hash';
import type {
  Experiment,
  ExperimentResults,
  ExperimentRun,
  Point,
  RunOutcome,
} from '../../src/lab/experiment/experiment';
import { experimentHash } from '../../src/lab/experiment/plan';
import { runIdOf } from '../../src/lab/run-record';
import { FAKE_COLD, FAKE_KEXEC, FAKE_WARM, fakeRecord } from './fake-record';

const MIB = 1024 * 1024;

export interface FakeResultsOptions {
  readonly machines?: readonly string[];
  readonly paths?: readonly RebootPath[];
  readonly ramBytes?: readonly number[];
  readonly repetitions?: number;
  readonly seed?: number;
  /** Whether seeds make a difference. */
  readonly isVaried?: boolean;
  /** What becomes of a run instead of being done, by its position. */
  readonly outcomes?: Readonly<Record<number, RunOutcome>>;
  readonly changes?: Partial<Experiment>;
}

const BASE_STRETCHES = { cold: FAKE_COLD, warm: FAKE_WARM, kexec: FAKE_KEXEC, crash: FAKE_KEXEC.slice(3) };

/** Results whose runs are made anew at every reading, so that nobody need keep them. */
export function fakeResults(options: FakeResultsOptions = {}): ExperimentResults {
  const {
    machines = ['p3-1000-desktop'],
    paths = ['warm', 'kexec'],
    ramBytes = [64 * MIB, 256 * MIB],
    repetitions = 3,
    seed = 7,
    isVaried = true,
    outcomes = {},
    changes = {},
  } = options;
  const experiment: Experiment = {
    format: 'bootlab-experiment',
    version: 1,
    id: 'memory-sweep',
    name: 'Memory size, reboot against kexec',
    machines,
    paths,
    parameters: [{ name: 'memory.ramBytes', values: ramBytes }],
    repetitions,
    seed,
    ...(isVaried ? {} : { variations: [] }),
    ...changes,
  };
  const points = machines.flatMap((profileId, m) =>
    ramBytes.map((bytes, i): Point => {
      return { pointIndex: m * ramBytes.length + i, profileId, values: { 'memory.ramBytes': bytes } };
    }),
  );
  function* makeRuns(): Generator<ExperimentRun> {
    let runOrder = 0;
    for (let repetition = 0; repetition < repetitions; repetition++) {
      for (const point of points) {
        for (const path of paths) yield fakeRun(experiment, point, path, repetition, runOrder++, isVaried, outcomes);
      }
    }
  }
  return {
    experiment,
    experimentHash: experimentHash(experiment),
    engineVersion: ENGINE_VERSION,
    runs: { [Symbol.iterator]: makeRuns },
  };
}

function fakeRun(
  experiment: Experiment,
  point: Point,
  path: RebootPath,
  repetition: number,
  runOrder: number,
  isVaried: boolean,
  outcomes: Readonly<Record<number, RunOutcome>>,
): ExperimentRun {
  const configHash = sha256Hex(`${point.pointIndex} ${path}`);
  const seed = experiment.seed + repetition;
  const isBaseline = path === experiment.paths[0];
  const runId = runIdOf(configHash, seed);
  const planned = { runOrder, point, path, isBaseline, repetition, seed, configHash, runId };
  const share = Number(point.values['memory.ramBytes']) / (256 * MIB);
  const jitter = isVaried ? (seed * 7919) % 1009 : 0;
  const factor = (id: PhaseId) => {
    if (id === 'ram-test' || id === 'relocate-copy') return share;
    return id === 'storage-detect' || id === 'kbc' || id === 'driver-probe' ? 1 + jitter / 10_000 : 1;
  };
  const stretches = BASE_STRETCHES[path].map((stretch) => {
    return { ...stretch, cycles: Math.round(stretch.cycles * factor(stretch.id)) };
  });
  const record = {
    ...fakeRecord(path, stretches, { seed, profileId: point.profileId }),
    runId,
    configHash,
    runOrder,
    pointIndex: point.pointIndex,
    repetition,
    isBaseline,
  };
  return { planned, outcome: outcomes[runOrder] ?? { status: 'done', record } };
}
