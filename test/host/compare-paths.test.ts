import { describe, expect, it, vi } from 'vitest';
import type { ComparisonRequest } from '../../src/contract/api';
import type { PathsProgress } from '../../src/host/compare-paths';
import { comparePaths, LIMIT_CYCLES } from '../../src/host/compare-paths';
import { succeed } from '../../src/host/failure';
import { VARIATION_IDS } from '../../src/lab/index';
import type { FakeRun } from '../support/fake-engine';
import { fakeEngine, fakeImages, failWith, runFake, runForEver } from '../support/fake-engine';
import { fakeRecord } from '../support/fake-record';
import { testProfile } from '../support/test-profile';

const REQUEST: ComparisonRequest = { profileId: 'test-100mhz', paths: ['warm', 'kexec'], seed: 7, overlay: {} };

const NO_LINUX = {
  kernelName: 'vmlinuz',
  kernelSha256: '0'.repeat(64),
  initrdName: null,
  initrdSha256: null,
  readyText: 'ready',
  marks: [],
};

function compareWith(run: FakeRun = runFake, request: Partial<ComparisonRequest> = {}) {
  const engine = fakeEngine(run);
  const input = { request: { ...REQUEST, ...request }, profile: testProfile(), images: fakeImages(), engine };
  return { engine, compare: (options = {}) => comparePaths(input, options) };
}

describe('a comparison', () => {
  it('runs every path with the seed, all variation models and the limit', async () => {
    const { engine, compare } = compareWith();
    await compare();
    expect(engine.requests.map(({ path, seed, limitCycles }) => [path, seed, limitCycles])).toEqual([
      ['warm', 7, LIMIT_CYCLES],
      ['kexec', 7, LIMIT_CYCLES],
    ]);
    expect(engine.requests[0].variations).toEqual([...VARIATION_IDS].sort());
  });

  it('gives records in the order of the request, whoever is done first', async () => {
    const { compare } = compareWith(async (request, options) => {
      if (request.path === 'warm') await new Promise((later) => setTimeout(later, 10));
      return runFake(request, options);
    });
    const result = await compare();
    expect(result).toMatchObject({
      ok: true,
      value: {
        records: [
          { path: 'warm', isBaseline: true },
          { path: 'kexec', isBaseline: false },
        ],
      },
    });
  });

  it('puts the answer into words and names itself by configuration and seed', async () => {
    const result = await compareWith().compare();
    if (!result.ok) throw new Error(result.failure.message);
    expect(result.value.answer).toMatch(/^kexec takes 50 times fewer cycles than a firmware reboot \(/);
    expect(result.value.configHash).toMatch(/^[0-9a-f]{64}$/);
    expect(result.value.id).toBe(`${result.value.configHash.slice(0, 12)}-s7`);
  });

  it('is the same value each time', async () => {
    expect(await compareWith().compare()).toEqual(await compareWith().compare());
  });

  it('runs the machine with its changed figures, and the hash sees them', async () => {
    const changed = compareWith(runFake, { overlay: { 'loader.promptTenths': 0 } });
    const result = await changed.compare();
    expect(changed.engine.requests[0].profile.loader.promptTenths.value).toBe(0);
    const plain = await compareWith().compare();
    expect(result.ok && plain.ok && result.value.configHash !== plain.value.configHash).toBe(true);
  });

  it('runs with its options, and the hash sees those that change something', async () => {
    const hashOf = async (request: Partial<ComparisonRequest>) => {
      const result = await compareWith(runFake, request).compare();
      if (!result.ok) throw new Error(result.failure.message);
      return result.value.configHash;
    };
    const { engine, compare } = compareWith(runFake, { options: { hash: 'on', reset: 'cf9' } });
    await compare();
    expect(engine.requests[1].lab).toEqual({ hash: 'on' });
    expect(engine.requests[1].profile.kernel.commandLine).toBe('console=tty0 reboot=c');
    expect(await hashOf({ options: { hash: 'on' } })).not.toBe(await hashOf({}));
    expect(await hashOf({ options: { reset: 'cf9' } })).not.toBe(await hashOf({}));
    expect(await hashOf({ options: { hash: 'off', reset: '8042' } })).toBe(await hashOf({}));
  });

  it('refuses options where a Linux of one’s own runs', async () => {
    const linux = { ...NO_LINUX, commandLine: '' };
    const { engine, compare } = compareWith(runFake, { linux, options: { hash: 'on' } });
    expect(await compare()).toMatchObject({ ok: false, failure: { code: 'HOST-REQUEST' } });
    expect(engine.requests).toHaveLength(0);
  });

  it('runs without variation when asked', async () => {
    const { engine, compare } = compareWith(runFake, { variations: [] });
    await compare();
    expect(engine.requests[0].variations).toEqual([]);
  });

  it.each([
    [{ paths: [] }, 'HOST-REQUEST'],
    [{ paths: ['warm', 'warm'] as const }, 'HOST-REQUEST'],
    [{ seed: -1 }, 'HOST-REQUEST'],
    [{ seed: 2 ** 32 }, 'HOST-REQUEST'],
    [{ seed: 1.5 }, 'HOST-REQUEST'],
    [{ overlay: { 'rom.widthBits': NaN } }, 'HOST-REQUEST'],
    [{ options: { stub: 'two' } }, 'HOST-REQUEST'],
    [{ overlay: { 'no.such': 1 } }, 'EMU-PROFILE'],
    [{ overlay: { 'rom.widthBits': 12 } }, 'EMU-PROFILE'],
    [{ overlay: { __proto__: 1, 'kernel.commandLine': 1 } }, 'EMU-PROFILE'],
  ])('refuses %j with %s and runs nothing', async (request, code) => {
    const { engine, compare } = compareWith(runFake, request as Partial<ComparisonRequest>);
    expect(await compare()).toMatchObject({ ok: false, failure: { code } });
    expect(engine.requests).toHaveLength(0);
  });

  it('fails with the cause when one path fails, and ends the other', async () => {
    const failure = { code: 'EMU-GUEST-PANIC', message: 'panic', nextStep: 'look' };
    const { compare } = compareWith((request, options) =>
      request.path === 'kexec' ? failWith(failure)(request, options) : runForEver(request, options),
    );
    expect(await compare()).toEqual({ ok: false, failure });
  });

  it('ends as cancelled when it is', async () => {
    const controller = new AbortController();
    const { compare } = compareWith(runForEver);
    const end = compare({ signal: controller.signal });
    controller.abort();
    expect(await end).toMatchObject({ ok: false, failure: { code: 'EMU-CANCELLED' } });
  });

  it('ends as cancelled when it was before it began', async () => {
    const { compare } = compareWith(async (request, options) =>
      options.signal?.aborted
        ? { ok: false, failure: { code: 'EMU-CANCELLED', message: '', nextStep: '' } }
        : runFake(request, options),
    );
    expect(await compare({ signal: AbortSignal.abort() })).toMatchObject({ failure: { code: 'EMU-CANCELLED' } });
  });
});

describe('progress of a comparison', () => {
  it('never falls, stays within 0 and 1, and comes at most ten times a second', async () => {
    vi.useFakeTimers();
    try {
      const seen: { progress: PathsProgress; atMs: number }[] = [];
      const { compare } = compareWith(async ({ path }, { onProgress }) => {
        for (let step = 0; step < 200; step++) {
          onProgress?.({ cycles: step * 1e8, phaseName: `step ${step}` });
          await new Promise((later) => setTimeout(later, 5));
        }
        return succeed(fakeRecord(path));
      });
      const end = compare({ onProgress: (progress: PathsProgress) => seen.push({ progress, atMs: Date.now() }) });
      await vi.advanceTimersByTimeAsync(2000);
      expect(await end).toMatchObject({ ok: true });
      const fractions = seen.map(({ progress }) => progress.fraction);
      expect(fractions.length).toBeGreaterThan(5);
      expect(fractions.every((fraction) => fraction >= 0 && fraction <= 1)).toBe(true);
      expect([...fractions].sort((a, b) => a - b)).toEqual(fractions);
      const gaps = seen.slice(1).map(({ atMs }, i) => atMs - seen[i].atMs);
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(100);
      expect(seen[0].progress.text).toBe('warm: step 0');
    } finally {
      vi.useRealTimers();
    }
  });
});
