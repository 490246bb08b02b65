import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { LabApi } from '../../src/contract/api';
import { CHANNELS } from '../../src/main/channels';

const electron = vi.hoisted(() => ({
  contextBridge: { exposeInMainWorld: vi.fn() },
  ipcRenderer: { invoke: vi.fn(), on: vi.fn(), off: vi.fn() },
}));
vi.mock('electron', () => electron);

let api: LabApi;
beforeAll(async () => {
  await import('../../src/main/preload');
  api = electron.contextBridge.exposeInMainWorld.mock.calls[0][1] as LabApi;
});

describe('the bridge', () => {
  it('has exactly the functions of the contract, under one name', () => {
    expect(electron.contextBridge.exposeInMainWorld).toHaveBeenCalledExactlyOnceWith('bootlab', expect.anything());
    expect(Object.keys(api).sort()).toEqual([
      'cancelComparison',
      'changeHistory',
      'compareHistory',
      'deleteHistory',
      'explainNumber',
      'exportCsv',
      'exportPng',
      'listHistory',
      'listMachines',
      'onCommand',
      'onComparisonEnd',
      'onComparisonProgress',
      'openHistory',
      'startComparison',
    ]);
  });

  it('asks on the channel of each function', () => {
    void api.listMachines();
    expect(electron.ipcRenderer.invoke).toHaveBeenLastCalledWith(CHANNELS.listMachines);
    void api.cancelComparison('c');
    expect(electron.ipcRenderer.invoke).toHaveBeenLastCalledWith(CHANNELS.cancelComparison, 'c');
    const place = { entryId: 3, pointIndex: 0, repetition: 0 };
    void api.openHistory(place);
    expect(electron.ipcRenderer.invoke).toHaveBeenLastCalledWith(CHANNELS.openHistory, place);
    void api.deleteHistory(3);
    expect(electron.ipcRenderer.invoke).toHaveBeenLastCalledWith(CHANNELS.deleteHistory, 3);
    void api.exportCsv('c');
    expect(electron.ipcRenderer.invoke).toHaveBeenLastCalledWith(CHANNELS.exportCsv, 'c');
  });

  it('passes events on without the event object, until unsubscribed', () => {
    const listener = vi.fn();
    const unsubscribe = api.onCommand(listener);
    const [channel, forward] = electron.ipcRenderer.on.mock.lastCall!;
    expect(channel).toBe(CHANNELS.command);
    forward({ sender: 'secret' }, 'comparison.run');
    expect(listener).toHaveBeenCalledExactlyOnceWith('comparison.run');
    unsubscribe();
    expect(electron.ipcRenderer.off).toHaveBeenCalledExactlyOnceWith(CHANNELS.command, forward);
  });
});
