// Experiments made by hand for tests of what stands on plans and records: two points, two paths, invented figures.
import type { PathRecord, RebootPath } from '../../src/emulator/index';
import type { Experiment, PlannedRun, Point } from '../../src/lab/experiment/experiment';
import { placeRecord } from '../../src/lab/experiment/place-record';
import type { RunRecord } from '../../src/lab/run-record';
import type { ExecutionRequest } from '../../src/host/run-store/run-store';
import { FAKE_KEXEC, FAKE_WARM, fakeRecord } from './fake-record';

const PATHS: readonly RebootPath[] = ['warm', 'kexec'];
const MIB = 1024 * 1024;

export const FAKE_BUILD = 'b'.repeat(64);

export function fakeExperiment(changes: Partial<Experiment> = {}): Experiment {
  return {
    format: 'bootlab-experiment',
    version: 1,
    id: 'ram-sweep',
    name: 'RAM against reboot path',
    machines: ['p3-1000-desktop'],
    paths: PATHS,
    parameters: [{ name: 'memory.ramBytes', values: [64 * MIB, 128 * MIB] }],
    repetitions: 3,
    seed: 7,
    ...changes,
  };
}

/** The plan of such an experiment: `points` times two paths times its repetitions, interleaved. */
export function fakePlan(experiment: Experiment, points = 2): PlannedRun[] {
  const runs: PlannedRun[] = [];
  for (let repetition = 0; repetition < experiment.repetitions; repetition++) {
    for (let pointIndex = 0; pointIndex < points; pointIndex++) {
      for (const path of PATHS) {
        const configHash = fakeHash(path, pointIndex);
        const seed = experiment.seed + repetition;
        const runId = `${configHash.slice(0, 12)}-s${seed}`;
        const isBaseline = path === PATHS[0];
        const point = fakePoint(pointIndex);
        runs.push({ runOrder: runs.length, point, path, isBaseline, repetition, seed, configHash, runId });
      }
    }
  }
  return runs;
}

/** What the engine would give: figures that follow from path, point and, with variation on, from the seed. */
export function fakeRun(planned: PlannedRun, isVaried = true, changes: Partial<PathRecord> = {}): RunRecord {
  const stretches = planned.path === 'warm' ? FAKE_WARM : FAKE_KEXEC;
  const extra = planned.point.pointIndex * 1000 + (isVaried ? planned.seed : 0);
  const record = fakeRecord(
    planned.path,
    stretches.map((stretch, i) => (i === 0 ? { ...stretch, cycles: stretch.cycles + extra } : stretch)),
    { serialText: `Linux version 2.6\n${planned.path}`, warnings: planned.path === 'warm' ? [] : ['slow'], ...changes },
  );
  return placeRecord(record, planned);
}

export function fakeRequest(experiment = fakeExperiment(), planned = fakePlan(experiment)): ExecutionRequest {
  return {
    experiment,
    experimentHash: fakeHash(experiment.id, experiment.repetitions),
    engineVersion: '0.1.0',
    engineBuild: FAKE_BUILD,
    planned,
    host: { platform: 'linux-x64', program: 'test', workers: 2 },
  };
}

function fakePoint(pointIndex: number): Point {
  return { pointIndex, profileId: 'p3-1000-desktop', values: { 'memory.ramBytes': 64 * MIB * (pointIndex + 1) } };
}

function fakeHash(name: string, index: number): string {
  return Buffer.from(`${name}-${index}`).toString('hex').padEnd(64, '0').slice(0, 64);
}
