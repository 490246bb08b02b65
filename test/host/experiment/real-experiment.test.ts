// A small experiment over the built worker: kept workers and new ones, one and two at a time, interrupted or not, give the same records.
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createWorkerHost } from '../../../src/host/engine-host';
import { hashEngineBuild } from '../../../src/host/experiment/engine-build';
import { startExperiment } from '../../../src/host/experiment/run-experiment';
import { loadGuestImages } from '../../../src/host/guest-images';
import { findProfile } from '../../../src/host/profiles';
import type { RunStore } from '../../../src/host/run-store/run-store';
import type { GuestImages } from '../../../src/emulator/index';
import type { Experiment } from '../../../src/lab/index';
import { ENGINE_VERSION, planExperiment } from '../../../src/lab/index';
import { buildBundle } from '../../support/build-bundle';
import { openStore, runsIn, valueOf } from '../../support/fake-experiment';

/** Little happens on this machine, so that a run takes a second. */
const EXPERIMENT: Experiment = {
  format: 'bootlab-experiment',
  version: 1,
  id: 'small',
  name: 'Small',
  machines: ['486dx2-66'],
  overlay: { 'kernel.fillerBytes': 0, 'services.reads': 0, 'services.stopReads': 0, 'firmware.memoryTest': 0 },
  paths: ['warm', 'kexec'],
  parameters: [{ name: 'memory.ramBytes', values: [4 * 2 ** 20, 8 * 2 ** 20] }],
  repetitions: 1,
  seed: 3,
};

let workerFile: string;
let images: GuestImages;

beforeAll(async () => {
  workerFile = join(await buildBundle({ 'engine-worker': 'src/host/engine-worker.ts' }), 'engine-worker.cjs');
  images = valueOf(await loadGuestImages('resources/guest/build'));
});

async function start(store: RunStore, workers: number, keepsWorkers: boolean, changes: Partial<Experiment> = {}) {
  const machine = valueOf(await findProfile('486dx2-66', 'resources/profiles'));
  const engine = createWorkerHost({ workerFile, maxParallel: workers, keepsWorkers });
  const running = startExperiment({
    plan: planExperiment({ ...EXPERIMENT, ...changes }, [machine]),
    images,
    engine,
    engineBuild: valueOf(await hashEngineBuild(workerFile, images)),
    engineVersion: ENGINE_VERSION,
    store,
    host: { platform: 'test', program: 'test', workers },
  });
  void running.end.then(() => engine.close());
  return running;
}

async function recordsOf(workers: number, keepsWorkers: boolean): Promise<string> {
  const store = await openStore();
  const end = valueOf(await (await start(store, workers, keepsWorkers)).end);
  expect(end).toMatchObject({ status: 'done', doneRuns: 4, failedRuns: 0 });
  return JSON.stringify(runsIn(store, end.entryId));
}

describe('the real engine', () => {
  it('gives the same bytes on one kept worker, on two, and on new ones for each run', async () => {
    const kept = await recordsOf(1, true);
    expect(await recordsOf(2, true)).toBe(kept);
    expect(await recordsOf(1, false)).toBe(kept);
  });

  it('gives the same bytes when it is stopped and gone on with, and when another experiment was there first', async () => {
    const whole = await openStore();
    const undisturbed = valueOf(await (await start(whole, 2, true)).end);

    const store = await openStore();
    // The same figures, one of them set by hand to what it was: other evidence, same configuration.
    const other = {
      id: 'other',
      overlay: { ...EXPERIMENT.overlay, 'loader.promptTenths': 50 },
      paths: ['kexec'] as const,
    };
    const first = await start(store, 1, true, other);
    first.stop();
    expect(valueOf(await first.end)).toMatchObject({ status: 'cancelled' });
    const second = await start(store, 1, true);
    setTimeout(second.stop, 200);
    valueOf(await second.end);
    const end = valueOf(await (await start(store, 2, true)).end);
    expect(end.status).toBe('done');
    expect(JSON.stringify(runsIn(store, end.entryId))).toBe(JSON.stringify(runsIn(whole, undisturbed.entryId)));
  });
});
