import { resolve } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { PathRunRequest } from '../../src/emulator/index';
import { applyOverlay } from '../../src/emulator/index';
import type { EngineHost, WorkerHostOptions } from '../../src/host/engine-host';
import { createWorkerHost } from '../../src/host/engine-host';
import { fakeImages } from '../support/fake-engine';
import { testProfile } from '../support/test-profile';

const hosts: EngineHost[] = [];

function hostOver(worker: string, options: Partial<WorkerHostOptions> = {}): EngineHost {
  const host = createWorkerHost({ workerFile: resolve('test/fixtures/workers', `${worker}.cjs`), ...options });
  hosts.push(host);
  return host;
}

function requestOf(seed: number): PathRunRequest {
  return { profile: testProfile(), path: 'warm', seed, variations: [], images: fakeImages(), limitCycles: 1e9 };
}

/** Resolves with the first progress report of a run, so that a test can act while it is under way. */
function startRun(host: EngineHost, seed = 0, signal?: AbortSignal) {
  let onFirst = () => {};
  const underWay = new Promise<void>((resolveFirst) => (onFirst = resolveFirst));
  const end = host.run(requestOf(seed), { signal, onProgress: onFirst });
  return { underWay, end };
}

afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.close()));
});

describe('the worker host', () => {
  it('gives back the record the worker sends', async () => {
    const result = await hostOver('obedient-worker').run(requestOf(7));
    expect(result).toEqual({ ok: true, value: { seed: 7, path: 'warm' } });
  });

  it('outlives a worker that throws', async () => {
    const host = hostOver('crashing-worker');
    const result = await host.run(requestOf(1));
    expect(result).toMatchObject({ ok: false, failure: { code: 'HOST-WORKER-DIED' } });
    expect((result as { failure: { message: string } }).failure.message).toContain('the thread broke');
    expect(await host.run(requestOf(1))).toMatchObject({ failure: { code: 'HOST-WORKER-DIED' } });
  });

  it('notices a worker that ends without an answer', async () => {
    const result = await hostOver('leaving-worker').run(requestOf(1));
    expect(result).toMatchObject({ ok: false, failure: { code: 'HOST-WORKER-DIED' } });
    expect((result as { failure: { message: string } }).failure.message).toContain('code 3');
  });

  it('outlives a worker that runs out of memory', async () => {
    const result = await hostOver('hungry-worker', { maxHeapMb: 32 }).run(requestOf(1));
    expect(result).toMatchObject({ ok: false, failure: { code: 'HOST-WORKER-DIED' } });
  });

  it('says so when the worker file is not there', async () => {
    const result = await hostOver('no-such-worker').run(requestOf(1));
    expect(result).toMatchObject({ ok: false, failure: { code: 'HOST-WORKER-DIED' } });
  });

  it('lets a run notice that it was cancelled', async () => {
    const controller = new AbortController();
    const { underWay, end } = startRun(hostOver('obedient-worker', { cancelGraceMs: 60_000 }), 0, controller.signal);
    await underWay;
    controller.abort();
    expect(await end).toMatchObject({ failure: { code: 'EMU-CANCELLED', message: 'noticed by the run itself' } });
  });

  it('ends the thread of a run that does not listen', async () => {
    const controller = new AbortController();
    const { underWay, end } = startRun(hostOver('hanging-worker', { cancelGraceMs: 20 }), 0, controller.signal);
    await underWay;
    controller.abort();
    expect(await end).toMatchObject({ ok: false, failure: { code: 'EMU-CANCELLED' } });
  });

  it('does not begin a run that was cancelled before', async () => {
    const host = hostOver('no-such-worker');
    const result = await host.run(requestOf(1), { signal: AbortSignal.abort() });
    expect(result).toMatchObject({ failure: { code: 'EMU-CANCELLED' } });
  });

  it('lets later runs wait, in order, and cancels them while they wait', async () => {
    const host = hostOver('obedient-worker', { maxParallel: 1 });
    const first = new AbortController();
    const second = new AbortController();
    const running = startRun(host, 0, first.signal);
    await running.underWay;
    const waiting = host.run(requestOf(2), { signal: second.signal });
    const last = host.run(requestOf(3));
    second.abort();
    expect(await waiting).toMatchObject({ failure: { code: 'EMU-CANCELLED' } });
    first.abort();
    await running.end;
    expect(await last).toEqual({ ok: true, value: { seed: 3, path: 'warm' } });
  });

  it('never runs more at a time than it may', async () => {
    const host = hostOver('obedient-worker', { maxParallel: 2 });
    const results = await Promise.all([1, 2, 3, 4, 5, 6].map((seed) => host.run(requestOf(seed))));
    expect(results.map((result) => result.ok && result.value.seed)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('gives the next run to a worker that is there, where it keeps them', async () => {
    const countsOf = async (keepsWorkers: boolean, runs: number) => {
      const host = hostOver('counting-worker', { maxParallel: 1, keepsWorkers });
      const results = await Promise.all(Array.from({ length: runs }, (_, i) => host.run(requestOf(i + 1))));
      return results.map((result) => result.ok && result.value.totalCycles);
    };
    expect(await countsOf(false, 3)).toEqual([1, 1, 1]);
    expect(await countsOf(true, 3)).toEqual([1, 2, 3]);
    // Now and then with a new one, for the memory of machines that are gone.
    const many = await countsOf(true, 51);
    expect(many.slice(49)).toEqual([50, 1]);
  });

  it('ends the worker of a large machine all the same: its memory is worth more than the time', async () => {
    const host = hostOver('counting-worker', { maxParallel: 1, keepsWorkers: true });
    const profile = applyOverlay(testProfile(), { 'memory.ramBytes': 512 * 2 ** 20 });
    for (let i = 0; i < 2; i++) {
      expect(await host.run({ ...requestOf(1), profile })).toMatchObject({ value: { totalCycles: 1 } });
    }
  });

  it('gives no run to a worker that failed, was cancelled or died', async () => {
    const host = hostOver('counting-worker', { maxParallel: 1, keepsWorkers: true });
    const cyclesOf = async (seed: number) => {
      const result = await host.run(requestOf(seed));
      return result.ok ? result.value.totalCycles : result.failure.code;
    };
    expect([await cyclesOf(1), await cyclesOf(1), await cyclesOf(666), await cyclesOf(1)]).toEqual([1, 2, 'X', 1]);
    expect([await cyclesOf(777), await cyclesOf(1)]).toEqual(['HOST-WORKER-DIED', 1]);
    // It answers and dies some time afterwards: a new one takes its place.
    expect(await cyclesOf(888)).toBe(2);
    await vi.waitFor(async () => expect(await cyclesOf(1)).toBe(1), { timeout: 60_000 });
  });

  it('closes with runs under way and waiting', async () => {
    const host = hostOver('hanging-worker', { maxParallel: 1, cancelGraceMs: 20 });
    const running = startRun(host);
    const waiting = host.run(requestOf(1));
    await running.underWay;
    await host.close();
    expect(await running.end).toMatchObject({ failure: { code: 'EMU-CANCELLED' } });
    expect(await waiting).toMatchObject({ failure: { code: 'EMU-CANCELLED' } });
  });
});
