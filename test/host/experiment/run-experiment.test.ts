import { describe, expect, it, vi } from 'vitest';
import type { ExperimentProgress } from '../../../src/host/experiment/experiment-progress';
import { cancelled, fail, succeed } from '../../../src/host/failure';
import type { Experiment } from '../../../src/lab/experiment/experiment';
import { placeRecord } from '../../../src/lab/experiment/place-record';
import type { FakeRun } from '../../support/fake-engine';
import { fakeEngine, failWith, runForEver } from '../../support/fake-engine';
import {
  openStore,
  planOfFake,
  recordOf,
  runFakeExperiment,
  runsIn,
  startFake,
  valueOf,
} from '../../support/fake-experiment';

const compute: FakeRun = async (request) => succeed(recordOf(request));

/** A gate for each run: the test says which goes on. */
function heldRuns() {
  const letGo: (() => void)[] = [];
  const run: FakeRun = async (request, { signal }) => {
    await new Promise<void>((resolve) => {
      letGo.push(resolve);
      signal?.addEventListener('abort', () => resolve());
    });
    return signal?.aborted ? cancelled() : succeed(recordOf(request));
  };
  return { run, letGo };
}

const soon = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('an experiment', () => {
  it('runs its plan in order and keeps every run in its place', async () => {
    const engine = fakeEngine(compute);
    const store = await openStore();
    const end = await runFakeExperiment({ engine, store });
    expect(end).toMatchObject({ status: 'done', totalRuns: 12, doneRuns: 12, reusedRuns: 0, failedRuns: 0 });
    const plan = planOfFake();
    expect(engine.requests.map(({ path, seed, profile }) => [path, seed, profile.memory.ramBytes.value])).toEqual(
      plan.runs.map(({ path, seed, point }) => [path, seed, point.values['memory.ramBytes']]),
    );
    expect(runsIn(store, end.entryId)).toEqual(
      plan.runs.map((planned, i) => ({
        planned,
        outcome: { status: 'done', record: placeRecord(recordOf(engine.requests[i]), planned) },
      })),
    );
    expect(valueOf(store.findEntry(end.entryId))).toMatchObject({ status: 'done', doneRuns: 12 });
  });

  it('has the same results in the same order on one worker, on two and on many, whoever is first', async () => {
    const late: FakeRun = async (request) => {
      await new Promise((resolve) =>
        setTimeout(resolve, (request.seed * 7 + request.profile.memory.ramBytes.value) % 11),
      );
      return succeed(recordOf(request));
    };
    const resultsOn = async (workers: number) => {
      const store = await openStore();
      const { entryId } = await runFakeExperiment({ engine: fakeEngine(late), store, workers });
      return JSON.stringify(runsIn(store, entryId));
    };
    const one = await resultsOn(1);
    expect(await resultsOn(2)).toBe(one);
    expect(await resultsOn(20)).toBe(one);
  });

  it('never has more runs at a time than workers', async () => {
    let running = 0;
    let most = 0;
    const count: FakeRun = async (request) => {
      most = Math.max(most, ++running);
      await soon();
      running--;
      return succeed(recordOf(request));
    };
    await runFakeExperiment({ engine: fakeEngine(count), store: await openStore(), workers: 3 });
    expect(most).toBe(3);
  });

  it('counts up, and says how long the rest will take once a run was measured', async () => {
    const seen: ExperimentProgress[] = [];
    let nowMs = 0;
    const slow: FakeRun = async (request, options) => {
      nowMs += 1000;
      options.onProgress?.({ cycles: 1, phaseName: 'Memory test' });
      await new Promise((resolve) => setTimeout(resolve, 110));
      return succeed(recordOf(request));
    };
    const options = { onProgress: (progress: ExperimentProgress) => seen.push(progress), nowMs: () => nowMs };
    await runFakeExperiment({
      engine: fakeEngine(slow),
      store: await openStore(),
      experiment: { repetitions: 1 },
      options,
    });
    expect(seen[0]).toMatchObject({ totalRuns: 4, doneRuns: 0, remainingMs: null });
    expect(seen.some(({ text }) => text === 'warm on test-100mhz: Memory test')).toBe(true);
    expect(seen.map(({ doneRuns }) => doneRuns)).toEqual(seen.map(({ doneRuns }) => doneRuns).toSorted());
    // While the third of four runs: half of it, and the last one.
    expect(seen.some(({ remainingMs }) => remainingMs === 1500)).toBe(true);
  });

  it('says at once how long it will take where the store has measured such runs', async () => {
    const store = await openStore();
    let nowMs = 0;
    const slow: FakeRun = async (request) => {
      nowMs += request.path === 'warm' ? 3000 : 1000;
      return succeed(recordOf(request));
    };
    await runFakeExperiment({
      engine: fakeEngine(slow),
      store,
      experiment: { repetitions: 1 },
      options: { nowMs: () => nowMs },
    });
    const seen: ExperimentProgress[] = [];
    const options = { onProgress: (progress: ExperimentProgress) => seen.push(progress) };
    await runFakeExperiment({
      engine: fakeEngine(compute),
      store,
      experiment: { repetitions: 2 },
      workers: 2,
      options,
    });
    // Two runs on each path are left, on two workers.
    expect(seen[0]).toMatchObject({ reusedRuns: 4, remainingMs: 4000 });
  });
});

describe('nothing is computed twice', () => {
  it('when the same experiment runs again', async () => {
    const store = await openStore();
    const engine = fakeEngine(compute);
    const first = await runFakeExperiment({ engine, store });
    const again = await runFakeExperiment({ engine, store });
    expect(engine.requests).toHaveLength(12);
    expect(again).toMatchObject({ entryId: first.entryId, doneRuns: 12, reusedRuns: 12 });
  });

  it('when another experiment shares points, though its machine’s sources read otherwise', async () => {
    const store = await openStore();
    const engine = fakeEngine(compute);
    await runFakeExperiment({ engine, store });
    const promptTenths = planOfFake().points[0].profile.loader.promptTenths.value;
    const other: Partial<Experiment> = {
      id: 'other',
      parameters: [{ name: 'memory.ramBytes', values: [4 * 2 ** 20, 8 * 2 ** 20] }],
      overlay: { 'loader.promptTenths': promptTenths },
    };
    const shared = await runFakeExperiment({ engine, store, experiment: other });
    expect(shared).toMatchObject({ totalRuns: 12, reusedRuns: 6 });
    expect(engine.requests).toHaveLength(18);
    const alone = await openStore();
    const own = await runFakeExperiment({ engine, store: alone, experiment: other });
    expect(runsIn(store, shared.entryId)).toEqual(runsIn(alone, own.entryId));
  });

  it('when only seeds differ and nothing varies by seed', async () => {
    const store = await openStore();
    const engine = fakeEngine(compute);
    const end = await runFakeExperiment({ engine, store, workers: 2, experiment: { variations: [] } });
    expect(end).toMatchObject({ doneRuns: 12, reusedRuns: 0 });
    expect(engine.requests).toHaveLength(4);
    const runs = runsIn(store, end.entryId);
    expect(runs.map(({ outcome }) => outcome.status === 'done' && outcome.record.seed)).toEqual(
      runs.map(({ planned }) => planned.seed),
    );
  });

  it('when another program computed it meanwhile', async () => {
    const store = await openStore();
    const other = await openStore(store.file);
    const { run, letGo } = heldRuns();
    const engine = fakeEngine(run);
    const running = startFake({ engine, store, experiment: { repetitions: 1 } });
    await soon();
    await runFakeExperiment({ engine: fakeEngine(compute), store: other, experiment: { repetitions: 1, id: 'other' } });
    letGo[0]();
    expect(valueOf(await running.end)).toMatchObject({ status: 'done', doneRuns: 4 });
    expect(engine.requests).toHaveLength(1);
  });

  it('but another build of the engine computes all of it', async () => {
    const store = await openStore();
    const engine = fakeEngine(compute);
    await runFakeExperiment({ engine, store });
    await runFakeExperiment({ engine, store, engineBuild: 'b'.repeat(64) });
    expect(engine.requests).toHaveLength(24);
  });
});

describe('a run that fails', () => {
  it('by its machine fails once, with its reason, and nothing else', async () => {
    const failure = { code: 'EMU-LIMIT-CYCLES', message: 'Too long.', nextStep: 'Less.' };
    const engine = fakeEngine((request, options) =>
      request.path === 'kexec' && request.seed === 6 ? failWith(failure)(request, options) : compute(request, options),
    );
    const store = await openStore();
    const end = await runFakeExperiment({ engine, store });
    expect(end).toMatchObject({ status: 'done', doneRuns: 10, failedRuns: 2 });
    expect(engine.requests).toHaveLength(12);
    const failed = runsIn(store, end.entryId).filter(({ outcome }) => outcome.status === 'failed');
    expect(failed.map(({ planned }) => [planned.path, planned.seed])).toEqual([
      ['kexec', 6],
      ['kexec', 6],
    ]);
    expect(failed[0].outcome).toEqual({ status: 'failed', code: 'EMU-LIMIT-CYCLES', message: 'Too long.' });
  });

  it('because its worker died is tried once more', async () => {
    let attempts = 0;
    const dying: FakeRun = async (request) =>
      request.seed === 6 && attempts++ === 0
        ? fail('HOST-WORKER-DIED', 'It died.', 'Again.')
        : succeed(recordOf(request));
    const engine = fakeEngine(dying);
    const end = await runFakeExperiment({ engine, store: await openStore() });
    expect(end).toMatchObject({ doneRuns: 12, failedRuns: 0 });
    expect(engine.requests).toHaveLength(13);
  });

  it('twice so is given up, and says so', async () => {
    const engine = fakeEngine((request, options) =>
      request.seed === 6 ? Promise.resolve(fail('HOST-WORKER-DIED', 'It died.', 'Again.')) : compute(request, options),
    );
    const store = await openStore();
    const end = await runFakeExperiment({ engine, store });
    expect(end).toMatchObject({ status: 'done', doneRuns: 8, failedRuns: 4 });
    expect(runsIn(store, end.entryId)[4].outcome).toEqual({
      status: 'failed',
      code: 'HOST-WORKER-DIED',
      message: 'It died. It was tried twice.',
    });
  });

  it('to give a sign of life is ended and tried once more', async () => {
    let hung = 0;
    const engine = fakeEngine((request, options) =>
      request.seed === 7 && hung++ === 0 ? runForEver(request, options) : compute(request, options),
    );
    const end = await runFakeExperiment({ engine, store: await openStore(), options: { hangMs: 20 } });
    expect(end).toMatchObject({ doneRuns: 12, failedRuns: 0 });
    expect(engine.requests).toHaveLength(13);
  });

  it('to give a sign of life again and again is given up with the reason', async () => {
    const engine = fakeEngine(runForEver);
    const store = await openStore();
    const experiment = { repetitions: 1, paths: ['warm'] as const, parameters: [] };
    const end = await runFakeExperiment({ engine, store, experiment, options: { hangMs: 20 } });
    expect(end).toMatchObject({ status: 'done', failedRuns: 1 });
    expect(runsIn(store, end.entryId)[0].outcome).toMatchObject({ code: 'HOST-RUN-HUNG' });
  });

  it('is computed again when the experiment runs again', async () => {
    const store = await openStore();
    await runFakeExperiment({ engine: fakeEngine(failWith({ code: 'X', message: 'x', nextStep: '' })), store });
    expect(await runFakeExperiment({ engine: fakeEngine(compute), store })).toMatchObject({
      doneRuns: 12,
      failedRuns: 0,
    });
  });
});

describe('somebody', () => {
  it('pauses it: what runs goes on, nothing begins until it is resumed', async () => {
    const { run, letGo } = heldRuns();
    const engine = fakeEngine(run);
    const seen: ExperimentProgress[] = [];
    const options = { onProgress: (progress: ExperimentProgress) => seen.push(progress) };
    const running = startFake({ engine, store: await openStore(), experiment: { repetitions: 1 }, options });
    await soon();
    running.pause();
    letGo[0]();
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(engine.requests).toHaveLength(1);
    expect(seen.at(-1)).toMatchObject({ isPaused: true, doneRuns: 1, runningRuns: 0 });
    running.resume();
    for (let i = 1; i < 4; i++) {
      await vi.waitFor(() => expect(letGo.length).toBe(i + 1));
      letGo[i]();
    }
    expect(valueOf(await running.end)).toMatchObject({ status: 'done', doneRuns: 4 });
  });

  it('stops it: what runs is kept, and the next start computes only the rest', async () => {
    const { run, letGo } = heldRuns();
    const store = await openStore();
    const running = startFake({ engine: fakeEngine(run), store, workers: 2 });
    await soon();
    running.stop();
    letGo.forEach((go) => go());
    const end = valueOf(await running.end);
    expect(end).toMatchObject({ status: 'cancelled', doneRuns: 2 });
    expect(runsIn(store, end.entryId).filter(({ outcome }) => outcome.status === 'not-run')).toHaveLength(10);

    const engine = fakeEngine(compute);
    const again = await runFakeExperiment({ engine, store });
    expect(again).toMatchObject({ entryId: end.entryId, status: 'done', reusedRuns: 2 });
    expect(engine.requests).toHaveLength(10);
    const whole = await openStore();
    const { entryId } = await runFakeExperiment({ engine: fakeEngine(compute), store: whole });
    expect(runsIn(store, again.entryId)).toEqual(runsIn(whole, entryId));
  });

  it('stops it while it is paused', async () => {
    const running = startFake({ engine: fakeEngine(compute), store: await openStore() });
    running.pause();
    running.stop();
    expect(valueOf(await running.end)).toMatchObject({ status: 'cancelled' });
  });

  it('cancels it: what runs is lost, what was kept is not', async () => {
    const { run, letGo } = heldRuns();
    const store = await openStore();
    const running = startFake({ engine: fakeEngine(run), store });
    await soon();
    letGo[0]();
    await vi.waitFor(() => expect(letGo).toHaveLength(2));
    running.cancel();
    const end = valueOf(await running.end);
    expect(end).toMatchObject({ status: 'cancelled', doneRuns: 1, failedRuns: 0 });
    expect(valueOf(store.findEntry(end.entryId))).toMatchObject({ status: 'cancelled', doneRuns: 1, failedRuns: 0 });
  });
});

describe('a store that fails', () => {
  const full = fail('HOST-SAVE', 'The disk is full.', 'Make room.');

  it('ends the experiment with its failure, and loses nothing that was kept', async () => {
    const store = await openStore();
    let saved = 0;
    const filling = {
      ...store,
      saveRun: (...args: Parameters<typeof store.saveRun>) => (saved++ < 3 ? store.saveRun(...args) : full),
    };
    const engine = fakeEngine(compute);
    expect(await startFake({ engine, store: filling }).end).toEqual(full);
    expect(engine.requests).toHaveLength(4);
    expect(await runFakeExperiment({ engine: fakeEngine(compute), store })).toMatchObject({
      reusedRuns: 3,
      doneRuns: 12,
    });
  });

  it('at the start computes nothing', async () => {
    const engine = fakeEngine(compute);
    const store = { ...(await openStore()), beginExecution: () => full };
    expect(await startFake({ engine, store }).end).toEqual(full);
    expect(engine.requests).toEqual([]);
  });
});
