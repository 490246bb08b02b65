// Executions for tests of the run store: plans with the records they come to. The figures are invented.
import type { PathRecord, RebootPath } from '../../src/emulator/index';
import type { ExecutionRequest } from '../../src/host/run-store/run-store';
import { sha256Hex } from '../../src/lab/config-hash';
import type { Experiment, PlannedRun, Point } from '../../src/lab/experiment/experiment';
import { placeRecord } from '../../src/lab/experiment/place-record';
import type { RunRecord } from '../../src/lab/run-record';
import { runIdOf } from '../../src/lab/run-record';
import { FAKE_KEXEC, FAKE_WARM, fakeRecord } from './fake-record';

const PATHS: readonly RebootPath[] = ['warm', 'kexec'];
const MIB = 1024 * 1024;

export const FAKE_BUILD = sha256Hex('build');

/** Two points, two paths, three repetitions: 12 runs, unless `changes` say otherwise. */
export function fakeRequest(changes: Partial<Experiment> = {}, points = 2): ExecutionRequest {
  const experiment: Experiment = {
    format: 'bootlab-experiment',
    version: 1,
    id: 'ram-sweep',
    name: 'RAM against path',
    machines: ['p3-1000-desktop'],
    paths: PATHS,
    parameters: [{ name: 'memory.ramBytes', from: 64 * MIB, to: 64 * MIB * points, steps: points, scale: 'linear' }],
    repetitions: 3,
    seed: 7,
    ...changes,
  };
  return {
    experiment,
    experimentHash: sha256Hex(JSON.stringify({ ...experiment, name: '', notes: '' })),
    engineVersion: '0.1.0',
    engineBuild: FAKE_BUILD,
    planned: fakePlan(experiment, points),
    host: { platform: 'linux-x64', program: 'test', workers: 2 },
  };
}

/** What a run comes to: a function of its path, its point and, where variation is on, its seed. */
export function fakeRun(planned: PlannedRun, isVaried = true, changes: Partial<PathRecord> = {}): RunRecord {
  const [first, ...rest] = planned.path === 'warm' ? FAKE_WARM : FAKE_KEXEC;
  const extraCycles = planned.point.pointIndex * 1000 + (isVaried ? planned.seed : 0);
  const record = fakeRecord(planned.path, [{ ...first, cycles: first.cycles + extraCycles }, ...rest], {
    serialText: `Linux version 2.6\n${planned.path}`,
    warnings: planned.path === 'warm' ? [] : ['slow'],
    ...(isVaried ? {} : { variations: [] }),
    ...changes,
  });
  return placeRecord(record, planned);
}

function fakePlan(experiment: Experiment, points: number): PlannedRun[] {
  const runs: PlannedRun[] = [];
  for (let repetition = 0; repetition < experiment.repetitions; repetition++) {
    for (let pointIndex = 0; pointIndex < points; pointIndex++) {
      for (const path of PATHS) {
        const configHash = sha256Hex(`${path} ${pointIndex}`);
        const seed = experiment.seed + repetition;
        const isBaseline = path === PATHS[0];
        const point: Point = {
          pointIndex,
          profileId: 'p3-1000-desktop',
          values: { 'memory.ramBytes': 64 * MIB * (pointIndex + 1) },
        };
        const runId = runIdOf(configHash, seed);
        runs.push({ runOrder: runs.length, point, path, isBaseline, repetition, seed, configHash, runId });
      }
    }
  }
  return runs;
}
