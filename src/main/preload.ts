// The bridge: every function the window may call, named by hand, so that this file is the whole surface.
import { contextBridge, ipcRenderer } from 'electron';
import type { LabApi } from '../contract/api';
import { CHANNELS } from './channels';

/** Passes on what the main process sends, without the event object; gives the unsubscribe function. */
function subscribe<Payload>(channel: string, listener: (payload: Payload) => void): () => void {
  const forward = (_event: unknown, payload: Payload) => listener(payload);
  ipcRenderer.on(channel, forward);
  return () => ipcRenderer.off(channel, forward);
}

const api: LabApi = {
  listMachines: () => ipcRenderer.invoke(CHANNELS.listMachines),
  startComparison: (request) => ipcRenderer.invoke(CHANNELS.startComparison, request),
  cancelComparison: (comparisonId) => ipcRenderer.invoke(CHANNELS.cancelComparison, comparisonId),
  explainNumber: (request) => ipcRenderer.invoke(CHANNELS.explainNumber, request),
  exportCsv: (comparisonId) => ipcRenderer.invoke(CHANNELS.exportCsv, comparisonId),
  exportPng: (input) => ipcRenderer.invoke(CHANNELS.exportPng, input),
  listHistory: (query) => ipcRenderer.invoke(CHANNELS.listHistory, query),
  changeHistory: (change) => ipcRenderer.invoke(CHANNELS.changeHistory, change),
  deleteHistory: (entryId) => ipcRenderer.invoke(CHANNELS.deleteHistory, entryId),
  openHistory: (place) => ipcRenderer.invoke(CHANNELS.openHistory, place),
  compareHistory: (pair) => ipcRenderer.invoke(CHANNELS.compareHistory, pair),
  onComparisonProgress: (listener) => subscribe(CHANNELS.comparisonProgress, listener),
  onComparisonEnd: (listener) => subscribe(CHANNELS.comparisonEnd, listener),
  onCommand: (listener) => subscribe(CHANNELS.command, listener),
};

contextBridge.exposeInMainWorld('bootlab', api);
