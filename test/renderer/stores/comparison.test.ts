// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Failure } from '../../../src/contract/api';
import { useComparison } from '../../../src/renderer/stores/comparison';
import { fakeComparison } from '../../support/fake-comparison';
import { installFakeLabApi } from '../../support/fake-lab-api';

const FAILURE: Failure = { code: 'EMU-LIMIT-CYCLES', message: 'Too long.', nextStep: 'Lower the memory.' };

let bridge: ReturnType<typeof installFakeLabApi>;
let comparison: ReturnType<typeof useComparison>;
beforeEach(() => {
  setActivePinia(createPinia());
  bridge = installFakeLabApi();
  comparison = useComparison();
  comparison.listen();
  comparison.profileId = 'p3-1000-desktop';
});

const finish = (overrides = {}) =>
  bridge.send.end({
    comparisonId: 'comparison-1',
    status: 'done',
    comparison: fakeComparison(['warm', 'kexec'], overrides),
  });

describe('the form', () => {
  it('compares a warm reboot with kexec at first', async () => {
    await comparison.run();
    expect(bridge.api.startComparison).toHaveBeenCalledExactlyOnceWith({
      profileId: 'p3-1000-desktop',
      paths: ['warm', 'kexec'],
      seed: 1,
      overlay: {},
    });
  });

  it('keeps paths in the order of the list, whatever was ticked first', () => {
    comparison.selectedPaths = ['kexec', 'cold'];
    expect(comparison.paths).toEqual(['cold', 'kexec']);
  });

  it.each(['' as const, -1, 1.5, 2 ** 32, NaN])('does not run with the seed %j', async (seed) => {
    comparison.seed = seed;
    expect(comparison.seedProblem).not.toBe('');
    await comparison.run();
    expect(bridge.api.startComparison).not.toHaveBeenCalled();
  });

  it.each([0, 2 ** 32 - 1])('runs with the seed %i', (seed) => {
    comparison.seed = seed;
    expect(comparison.canRun).toBe(true);
  });

  it('does not run without a path or a machine', () => {
    comparison.selectedPaths = [];
    expect(comparison.canRun).toBe(false);
    expect(comparison.pathsProblem).not.toBe('');
    comparison.selectedPaths = ['cold'];
    comparison.profileId = '';
    expect(comparison.canRun).toBe(false);
  });
});

describe('a run', () => {
  it('shows progress, then the result', async () => {
    await comparison.run();
    expect(comparison.status).toBe('running');
    const progress = { comparisonId: 'comparison-1', fraction: 0.5, pathsDone: 1, pathsTotal: 2, text: 'warm: Reset' };
    bridge.send.progress(progress);
    expect(comparison.progress).toEqual(progress);
    finish();
    expect(comparison.status).toBe('done');
    expect(comparison.result?.records).toHaveLength(2);
  });

  it('does not begin twice', async () => {
    await comparison.run();
    await comparison.run();
    expect(bridge.api.startComparison).toHaveBeenCalledTimes(1);
  });

  it('may end before its start is answered', async () => {
    bridge.api.startComparison.mockImplementationOnce(async () => {
      finish();
      return { ok: true, value: { comparisonId: 'comparison-1' } };
    });
    await comparison.run();
    expect(comparison.status).toBe('done');
  });

  it('is not ended by the end of another', async () => {
    await comparison.run();
    bridge.send.end({ comparisonId: 'comparison-99', status: 'cancelled' });
    expect(comparison.status).toBe('running');
  });

  it('that fails keeps the failure and the earlier result', async () => {
    await comparison.run();
    finish();
    await comparison.run();
    bridge.send.end({ comparisonId: 'comparison-2', status: 'failed', failure: FAILURE });
    expect(comparison.status).toBe('failed');
    expect(comparison.failure).toEqual(FAILURE);
    expect(comparison.result).not.toBeNull();
  });

  it('that is refused fails', async () => {
    bridge.api.startComparison.mockResolvedValueOnce({ ok: false, failure: FAILURE });
    await comparison.run();
    expect(comparison.status).toBe('failed');
    expect(comparison.canRun).toBe(true);
  });
});

describe('cancel', () => {
  it('asks once and waits for the end', async () => {
    await comparison.run();
    await comparison.cancel();
    await comparison.cancel();
    expect(bridge.api.cancelComparison).toHaveBeenCalledExactlyOnceWith('comparison-1');
    expect(comparison.isCancelling).toBe(true);
    bridge.send.end({ comparisonId: 'comparison-1', status: 'cancelled' });
    expect(comparison.status).toBe('cancelled');
    expect(comparison.canRun).toBe(true);
  });

  it('before the start is answered is passed on then', async () => {
    const running = comparison.run();
    await comparison.cancel();
    await running;
    expect(bridge.api.cancelComparison).toHaveBeenCalledExactlyOnceWith('comparison-1');
  });

  it('does nothing when nothing runs', async () => {
    await comparison.cancel();
    expect(bridge.api.cancelComparison).not.toHaveBeenCalled();
  });
});

describe('an export', () => {
  beforeEach(async () => {
    await comparison.run();
    finish();
  });

  it('says where the CSV went', async () => {
    bridge.api.exportCsv.mockResolvedValueOnce({ ok: true, value: { paths: ['/a/runs.csv', '/a/phases.csv'] } });
    await comparison.exportCsv();
    expect(bridge.api.exportCsv).toHaveBeenCalledExactlyOnceWith('comparison-1');
    expect(comparison.notice).toBe('Saved /a/runs.csv and /a/phases.csv.');
  });

  it('says nothing when the dialog was closed', async () => {
    bridge.api.exportCsv.mockResolvedValueOnce({ ok: true, value: null });
    await comparison.exportCsv();
    expect(comparison.notice).toBe('');
  });

  it('says what went wrong, what to do, and the code', async () => {
    bridge.api.exportPng.mockResolvedValueOnce({ ok: false, failure: { ...FAILURE, code: 'APP-WRITE' } });
    await comparison.exportPng(new Uint8Array([1]));
    expect(comparison.notice).toBe('Too long. Lower the memory. [APP-WRITE]');
  });

  it('of a picture suggests a name with machine and seed', async () => {
    await comparison.exportPng(new Uint8Array([1]));
    expect(bridge.api.exportPng).toHaveBeenCalledExactlyOnceWith({
      suggestedName: 'bootlab-p3-1000-desktop-seed-7.png',
      png: new Uint8Array([1]),
    });
  });
});
