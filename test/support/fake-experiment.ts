// Experiments over fake engines, with records that differ by seed and memory size, and a store in a folder of its own.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Result } from '../../src/contract/api';
import type { PathRecord, PathRunRequest } from '../../src/emulator/index';
import type { ExperimentEnd, ExperimentOptions } from '../../src/host/experiment/run-experiment';
import { startExperiment } from '../../src/host/experiment/run-experiment';
import { openRunStore } from '../../src/host/run-store/open-store';
import type { RunStore } from '../../src/host/run-store/run-store';
import type { EngineHost } from '../../src/host/engine-host';
import type { Experiment, ExperimentRun } from '../../src/lab/experiment/experiment';
import { planExperiment } from '../../src/lab/experiment/plan';
import { ENGINE_VERSION } from '../../src/lab/index';
import { fakeImages } from './fake-engine';
import { FAKE_KEXEC, FAKE_WARM, fakeRecord } from './fake-record';
import { testProfile } from './test-profile';

const MIB = 2 ** 20;

/** Two memory sizes, two paths, three seeds: 12 runs. */
export const FAKE_EXPERIMENT: Experiment = {
  format: 'bootlab-experiment',
  version: 1,
  id: 'fake',
  name: 'Fake',
  machines: ['test-100mhz'],
  paths: ['warm', 'kexec'],
  parameters: [{ name: 'memory.ramBytes', values: [8 * MIB, 16 * MIB] }],
  repetitions: 3,
  seed: 5,
};

export const planOfFake = (changes: Partial<Experiment> = {}) =>
  planExperiment({ ...FAKE_EXPERIMENT, ...changes }, [testProfile()]);

/** A record that is a function of its request, as a real one is. */
export function recordOf({ profile, path, seed, variations }: PathRunRequest): PathRecord {
  const stretches = (path === 'warm' ? FAKE_WARM : FAKE_KEXEC).map((stretch) =>
    stretch.id === 'userspace'
      ? {
          ...stretch,
          cycles: stretch.cycles + (variations.length > 0 ? seed * 1000 : 0) + profile.memory.ramBytes.value,
        }
      : stretch,
  );
  const changes = { profileId: profile.id, seed, variations: [...variations].sort(), cpuHz: profile.cpu.hz.value };
  return fakeRecord(path, stretches, changes);
}

export const newStoreFile = () => join(mkdtempSync(join(tmpdir(), 'bootlab-experiment-')), 'runs.bootruns');

export async function openStore(file = newStoreFile()): Promise<RunStore> {
  return valueOf(await openRunStore(file));
}

export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.failure.code}: ${result.failure.message}`);
  return result.value;
}

export interface FakeExecution {
  readonly experiment?: Partial<Experiment>;
  readonly engine: EngineHost;
  readonly store: RunStore;
  readonly workers?: number;
  readonly engineBuild?: string;
  readonly options?: ExperimentOptions;
}

export function startFake({
  experiment,
  engine,
  store,
  workers = 1,
  engineBuild = 'a'.repeat(64),
  options,
}: FakeExecution) {
  const host = { platform: 'test', program: 'test', workers };
  const input = {
    plan: planOfFake(experiment),
    images: fakeImages(),
    engine,
    engineBuild,
    engineVersion: ENGINE_VERSION,
    store,
    host,
  };
  return startExperiment(input, options);
}

export const runFakeExperiment = async (execution: FakeExecution): Promise<ExperimentEnd> =>
  valueOf(await startFake(execution).end);

export const runsIn = (store: RunStore, entryId: number): ExperimentRun[] => [
  ...valueOf(store.resultsOf(entryId)).runs,
];

/** More runs than any process of a test that kills them lives to see: 240. */
export const LONG_EXPERIMENT: Partial<Experiment> = { id: 'long', repetitions: 60 };
