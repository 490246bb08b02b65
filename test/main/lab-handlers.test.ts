import { describe, expect, it, vi } from 'vitest';
import type { Comparison, Result } from '../../src/contract/api';
import type { CompareOptions } from '../../src/host/compare-paths';
import { CHANNELS } from '../../src/main/channels';
import { createHandle } from '../../src/main/ipc';
import type { History } from '../../src/main/history';
import { registerLabHandlers } from '../../src/main/lab-handlers';
import type { RebootPath } from '../../src/lab/index';
import { fakeComparison, fakeMachine, fakeRecord } from '../support/fake-comparison';
import { fakeExplanation } from '../support/fake-engine';

const REQUEST = { profileId: 'p3-1000-desktop', paths: ['warm', 'kexec'], seed: 7, overlay: {} };
const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);

/** Handlers over a host whose comparison ends when the test says so. */
function setUp() {
  const listeners = new Map<string, (event: unknown, input: unknown) => Promise<Result<unknown>>>();
  const ipc = { handle: (channel: string, listener: never) => void listeners.set(channel, listener) };
  let options: CompareOptions = {};
  let end: (result: Result<Comparison>) => void = () => {};
  const host = {
    listMachines: vi.fn(async () => ({ ok: true as const, value: [fakeMachine()] })),
    compare: vi.fn((_request: unknown, given: CompareOptions = {}) => {
      options = given;
      return new Promise<Result<Comparison>>((resolve) => (end = resolve));
    }),
    explain: vi.fn(async (_request: unknown, path: RebootPath) => ({
      ok: true as const,
      value: fakeExplanation(fakeRecord(path)),
    })),
    saveCsv: vi.fn(async (_comparison: Comparison, folder: string) => ({
      ok: true as const,
      value: { paths: [`${folder}/runs.csv`] },
    })),
  };
  const dialogs = {
    askFolder: vi.fn(async (): Promise<string | null> => '/chosen'),
    askFile: vi.fn(async (): Promise<string | null> => '/chosen/charts.png'),
  };
  const writeFile = vi.fn(async (path: string) => ({ ok: true as const, value: path }));
  const send = vi.fn();
  const handle = createHandle(ipc as never, 'app://bootlab', () => {});
  const history = {
    list: vi.fn<History['list']>(async () => ({ ok: true, value: { items: [], total: 0, notices: [] } })),
    change: vi.fn<History['change']>(),
    remove: vi.fn<History['remove']>(async () => ({ ok: true, value: { deletedRuns: 1 } })),
    compare: vi.fn<History['compare']>(),
    open: vi.fn<History['open']>(async (place) => {
      const comparison = { ...fakeComparison(['warm', 'kexec']), id: 'history-3-0-0' };
      const opened = { place, name: 'Kept', comparison, points: ['one'], repetitions: 1 };
      return { ok: true, value: { opened, isOfThisEngine: place.entryId !== 4 } };
    }),
    keep: vi.fn<History['keep']>(async () => null),
    close: vi.fn<History['close']>(),
  };
  const { cancelAll } = registerLabHandlers(handle, { host, history, dialogs, writeFile, send });
  const invoke = (channel: string, input?: unknown): Promise<Result<unknown>> =>
    listeners.get(channel)!({ senderFrame: { url: 'app://bootlab/', parent: null } }, input);
  const start = async () => {
    const started = await invoke(CHANNELS.startComparison, REQUEST);
    return started.ok ? (started.value as { comparisonId: string }).comparisonId : '';
  };
  const settle = async (result: Result<Comparison>) => {
    end(result);
    await vi.waitFor(() => expect(send).toHaveBeenCalledWith(CHANNELS.comparisonEnd, expect.anything()));
  };
  return { invoke, start, settle, host, history, dialogs, writeFile, send, cancelAll, options: () => options };
}

const failedWith = (code: string): Result<Comparison> => ({
  ok: false,
  failure: { code, message: 'It did not work.', nextStep: 'Try again.' },
});

describe('machines', () => {
  it('are the host’s', async () => {
    const { invoke } = setUp();
    expect(await invoke(CHANNELS.listMachines)).toMatchObject({ ok: true, value: [{ id: 'p3-1000-desktop' }] });
  });
});

describe('a comparison', () => {
  it('begins at once, sends its progress, and ends with its result under the id of the start', async () => {
    const { start, settle, send, options } = setUp();
    const comparisonId = await start();
    options().onProgress?.({ fraction: 0.5, pathsDone: 1, pathsTotal: 2, text: 'kexec: Copy pages' });
    expect(send).toHaveBeenLastCalledWith(
      CHANNELS.comparisonProgress,
      expect.objectContaining({ comparisonId, fraction: 0.5 }),
    );
    await settle({ ok: true, value: fakeComparison(['warm', 'kexec'], { id: 'of the host' }) });
    expect(send).toHaveBeenLastCalledWith(
      CHANNELS.comparisonEnd,
      expect.objectContaining({
        comparisonId,
        status: 'done',
        comparison: expect.objectContaining({ id: comparisonId }),
      }),
    );
  });

  it('does not begin while another runs, and does again after it', async () => {
    const { invoke, start, settle, host } = setUp();
    await start();
    expect(await invoke(CHANNELS.startComparison, REQUEST)).toMatchObject({ failure: { code: 'APP-BUSY' } });
    await settle(failedWith('HOST-WORKER-DIED'));
    expect(await invoke(CHANNELS.startComparison, REQUEST)).toMatchObject({ ok: true });
    expect(host.compare).toHaveBeenCalledTimes(2);
  });

  it.each([
    ['no paths', { ...REQUEST, paths: [] }],
    ['an unknown path', { ...REQUEST, paths: ['hot'] }],
    ['a path twice', { ...REQUEST, paths: ['warm', 'warm'] }],
    ['a negative seed', { ...REQUEST, seed: -1 }],
    ['a fraction as seed', { ...REQUEST, seed: 1.5 }],
    ['a file as machine', { ...REQUEST, profileId: '../../etc/passwd' }],
    ['a figure that is a text', { ...REQUEST, overlay: { 'rom.widthBits': '8' } }],
    ['something more', { ...REQUEST, more: 1 }],
    ['nothing', undefined],
  ])('is refused with %s', async (_what, input) => {
    const { invoke, host } = setUp();
    expect(await invoke(CHANNELS.startComparison, input)).toMatchObject({ failure: { code: 'APP-REQUEST' } });
    expect(host.compare).not.toHaveBeenCalled();
  });

  it('is aborted by cancel, and its end says cancelled', async () => {
    const { invoke, start, settle, send, options } = setUp();
    const comparisonId = await start();
    expect(await invoke(CHANNELS.cancelComparison, comparisonId)).toEqual({ ok: true, value: null });
    expect(options().signal?.aborted).toBe(true);
    await settle(failedWith('EMU-CANCELLED'));
    expect(send).toHaveBeenLastCalledWith(CHANNELS.comparisonEnd, { comparisonId, status: 'cancelled' });
  });

  it('is not aborted by a cancel of another id', async () => {
    const { invoke, start, options } = setUp();
    await start();
    await invoke(CHANNELS.cancelComparison, 'another');
    expect(options().signal?.aborted).toBe(false);
  });

  it('is aborted when the app quits', async () => {
    const { start, cancelAll, options } = setUp();
    await start();
    cancelAll();
    expect(options().signal?.aborted).toBe(true);
  });

  it('that fails ends with the failure of the host', async () => {
    const { start, settle, send } = setUp();
    const comparisonId = await start();
    await settle(failedWith('EMU-LIMIT-CYCLES'));
    expect(send).toHaveBeenLastCalledWith(
      CHANNELS.comparisonEnd,
      expect.objectContaining({
        comparisonId,
        status: 'failed',
        failure: expect.objectContaining({ code: 'EMU-LIMIT-CYCLES' }),
      }),
    );
  });

  it('ends as failed even when the host throws', async () => {
    const { invoke, host, send } = setUp();
    host.compare.mockRejectedValueOnce(new Error('out of everything'));
    await invoke(CHANNELS.startComparison, REQUEST);
    await vi.waitFor(() =>
      expect(send).toHaveBeenCalledWith(
        CHANNELS.comparisonEnd,
        expect.objectContaining({ status: 'failed', failure: expect.objectContaining({ code: 'APP-UNEXPECTED' }) }),
      ),
    );
  });
});

describe('exporting CSV', () => {
  it('writes a finished comparison into the folder chosen', async () => {
    const { invoke, start, settle, host } = setUp();
    const comparisonId = await start();
    await settle({ ok: true, value: fakeComparison() });
    expect(await invoke(CHANNELS.exportCsv, comparisonId)).toEqual({
      ok: true,
      value: { paths: ['/chosen/runs.csv'] },
    });
    expect(host.saveCsv).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ id: comparisonId }), '/chosen');
  });

  it('writes nothing when the dialog is closed', async () => {
    const { invoke, start, settle, host, dialogs } = setUp();
    dialogs.askFolder.mockResolvedValue(null);
    const comparisonId = await start();
    await settle({ ok: true, value: fakeComparison() });
    expect(await invoke(CHANNELS.exportCsv, comparisonId)).toEqual({ ok: true, value: null });
    expect(host.saveCsv).not.toHaveBeenCalled();
  });

  it('says so when the comparison is not known, without a dialog', async () => {
    const { invoke, dialogs } = setUp();
    expect(await invoke(CHANNELS.exportCsv, 'another')).toMatchObject({ failure: { code: 'APP-NO-COMPARISON' } });
    expect(dialogs.askFolder).not.toHaveBeenCalled();
  });

  it('keeps the last twenty comparisons, not more', async () => {
    const { invoke, start, settle, send } = setUp();
    const ids: string[] = [];
    for (let run = 0; run < 21; run++) {
      ids.push(await start());
      send.mockClear();
      await settle({ ok: true, value: fakeComparison() });
    }
    expect(await invoke(CHANNELS.exportCsv, ids[0])).toMatchObject({ ok: false });
    expect(await invoke(CHANNELS.exportCsv, ids[1])).toMatchObject({ ok: true });
  });
});

describe('exporting a picture', () => {
  it('writes the bytes to the file chosen', async () => {
    const { invoke, writeFile, dialogs } = setUp();
    const input = { suggestedName: 'bootlab-p3-seed-7.png', png: PNG };
    expect(await invoke(CHANNELS.exportPng, input)).toEqual({ ok: true, value: { paths: ['/chosen/charts.png'] } });
    expect(dialogs.askFile).toHaveBeenCalledExactlyOnceWith('bootlab-p3-seed-7.png');
    expect(writeFile).toHaveBeenCalledExactlyOnceWith('/chosen/charts.png', PNG);
  });

  it.each([
    ['bytes that are no PNG', { suggestedName: 'a.png', png: new Uint8Array([1, 2, 3]) }],
    ['a name with a folder', { suggestedName: '../a.png', png: PNG }],
    ['a text', { suggestedName: 'a.png', png: 'text' }],
  ])('refuses %s', async (_what, input) => {
    const { invoke, writeFile } = setUp();
    expect(await invoke(CHANNELS.exportPng, input)).toMatchObject({ failure: { code: 'APP-REQUEST' } });
    expect(writeFile).not.toHaveBeenCalled();
  });
});

describe('a number', () => {
  const outage = { runOrder: 1, table: 'runs', column: 'outage_cycles' };

  it('is explained from a run that is made again once, whatever else is asked of it', async () => {
    const { invoke, start, settle, host } = setUp();
    const comparisonId = await start();
    const comparison = fakeComparison(['warm', 'kexec']);
    await settle({ ok: true, value: comparison });
    const answer = await invoke(CHANNELS.explainNumber, { comparisonId, ...outage });
    const value = comparison.records[1].outageCycles;
    expect(answer).toMatchObject({ ok: true, value: { column: 'outage_cycles', value } });
    const phase = { comparisonId, runOrder: 1, table: 'phases', column: 'duration_cycles', phaseIndexes: [0] };
    expect(await invoke(CHANNELS.explainNumber, phase)).toMatchObject({ ok: true });
    expect(host.explain).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ seed: expect.any(Number) as number }),
      'kexec',
      expect.objectContaining({ signal: expect.any(AbortSignal) as AbortSignal }),
    );
  });

  it('is asked again when the run failed', async () => {
    const { invoke, start, settle, host } = setUp();
    const comparisonId = await start();
    await settle({ ok: true, value: fakeComparison(['warm', 'kexec']) });
    host.explain.mockResolvedValueOnce(failedWith('HOST-WORKER-DIED') as never);
    const ask = () => invoke(CHANNELS.explainNumber, { comparisonId, ...outage });
    expect(await ask()).toMatchObject({ failure: { code: 'HOST-WORKER-DIED' } });
    expect(await ask()).toMatchObject({ ok: true });
  });

  it.each([
    ['of a comparison that is gone', { comparisonId: 'another' }, 'APP-NO-COMPARISON'],
    ['of a run that is not there', { runOrder: 2 }, 'APP-REQUEST'],
    [
      'of a phase that is not there',
      { table: 'phases', column: 'duration_cycles', phaseIndexes: [999] },
      'APP-REQUEST',
    ],
    ['in a column that is none', { column: 'luck' }, 'APP-REQUEST'],
    ['in a table that is none', { table: 'walks' }, 'APP-REQUEST'],
  ])('%s is refused', async (_what, change, code) => {
    const { invoke, start, settle, host } = setUp();
    const comparisonId = await start();
    await settle({ ok: true, value: fakeComparison(['warm', 'kexec']) });
    const answer = await invoke(CHANNELS.explainNumber, { comparisonId, ...outage, ...change });
    expect(answer).toMatchObject({ ok: false, failure: { code } });
    expect(host.explain).not.toHaveBeenCalled();
  });

  it('stops being worked on when the window goes', async () => {
    const { invoke, start, settle, host, cancelAll } = setUp();
    const comparisonId = await start();
    await settle({ ok: true, value: fakeComparison(['warm', 'kexec']) });
    await invoke(CHANNELS.explainNumber, { comparisonId, ...outage });
    cancelAll();
    const [, , options] = host.explain.mock.lastCall as unknown as [unknown, unknown, { signal: AbortSignal }];
    expect(options.signal.aborted).toBe(true);
  });
});

describe('the history', () => {
  it('keeps what was compared before the window hears of the end', async () => {
    const { start, settle, history, send } = setUp();
    const comparisonId = await start();
    await settle({ ok: true, value: fakeComparison(['warm', 'kexec']) });
    expect(history.keep).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ id: comparisonId }));
    expect(send.mock.lastCall![1]).not.toHaveProperty('notKept');
  });

  it('that cannot keep a comparison says why, and the comparison is there all the same', async () => {
    const { start, settle, history, send } = setUp();
    const failure = { code: 'HOST-STORE-FULL', message: 'The disk is full.', nextStep: 'Make room.' };
    history.keep.mockResolvedValueOnce(failure);
    await start();
    await settle({ ok: true, value: fakeComparison(['warm', 'kexec']) });
    expect(send.mock.lastCall![1]).toMatchObject({ status: 'done', notKept: failure });
  });

  it('opens a kept comparison, which then can be asked about and exported', async () => {
    const { invoke, host } = setUp();
    const place = { entryId: 3, pointIndex: 0, repetition: 0 };
    expect(await invoke(CHANNELS.openHistory, place)).toMatchObject({ ok: true, value: { name: 'Kept' } });
    const number = { comparisonId: 'history-3-0-0', runOrder: 0, table: 'runs', column: 'outage_cycles' };
    expect(await invoke(CHANNELS.explainNumber, number)).toMatchObject({ ok: true });
    await invoke(CHANNELS.exportCsv, 'history-3-0-0');
    expect(host.saveCsv).toHaveBeenCalledTimes(1);
  });

  it('does not explain the cycles of another engine by running this one', async () => {
    const { invoke, host } = setUp();
    await invoke(CHANNELS.openHistory, { entryId: 4, pointIndex: 0, repetition: 0 });
    const number = { comparisonId: 'history-3-0-0', runOrder: 0, table: 'runs', column: 'outage_cycles' };
    expect(await invoke(CHANNELS.explainNumber, number)).toMatchObject({ failure: { code: 'APP-OTHER-ENGINE' } });
    expect(host.explain).not.toHaveBeenCalled();
  });

  it.each([
    [CHANNELS.listHistory, { text: '', isStarred: false, offset: 0, limit: 1e9 }],
    [CHANNELS.changeHistory, { entryId: 0, name: 'x' }],
    [CHANNELS.changeHistory, { entryId: 1, experiment: {} }],
    [CHANNELS.deleteHistory, '1; DROP TABLE runs'],
    [CHANNELS.openHistory, { entryId: 1, pointIndex: -1, repetition: 0 }],
    [CHANNELS.compareHistory, { first: 1 }],
  ])('refuses on %s what has another shape', async (channel, input) => {
    const { invoke, history } = setUp();
    expect(await invoke(channel, input)).toMatchObject({ ok: false, failure: { code: 'APP-REQUEST' } });
    for (const ask of [history.list, history.change, history.remove, history.open, history.compare]) {
      expect(ask).not.toHaveBeenCalled();
    }
  });

  it('is closed with the last window', () => {
    const { cancelAll, history } = setUp();
    cancelAll();
    expect(history.close).toHaveBeenCalled();
  });
});
