// A bridge for components and stores: answers at once, and lets the test play the main process.
import { vi } from 'vitest';
import type {
  ComparisonEnd,
  ComparisonProgress,
  HistoryItem,
  LabApi,
  Result,
  SavedFiles,
} from '../../src/contract/api';
import type { CommandId } from '../../src/contract/commands';
import type { MachineSummary } from '../../src/contract/records';
import { fakeComparison, fakeMachine } from './fake-comparison';

/** A line of the history. */
export function fakeHistoryItem(entryId: number, overrides: Partial<HistoryItem> = {}): HistoryItem {
  return {
    entryId,
    name: `Experiment ${entryId}`,
    notes: '',
    tags: [],
    isStarred: false,
    planHash: 'a'.repeat(64),
    machines: ['p3-1000-desktop'],
    paths: ['warm', 'kexec'],
    plannedRuns: 2,
    doneRuns: 2,
    failedRuns: 0,
    lastStartedAt: '2026-11-23T22:41:07.000Z',
    status: 'done',
    ...overrides,
  };
}

/** Puts a bridge into `window.bootlab`. Its functions are mocks; `send` plays events. */
export function installFakeLabApi() {
  const listeners = {
    progress: new Set<(progress: ComparisonProgress) => void>(),
    end: new Set<(end: ComparisonEnd) => void>(),
    command: new Set<(command: CommandId) => void>(),
  };
  const subscribe =
    <Payload>(set: Set<(payload: Payload) => void>) =>
    (listener: (payload: Payload) => void) => {
      set.add(listener);
      return () => void set.delete(listener);
    };
  const saved: Result<SavedFiles | null> = { ok: true, value: { paths: ['/chosen/file'] } };
  const machines: Result<readonly MachineSummary[]> = { ok: true, value: [fakeMachine()] };
  let started = 0;
  const api = {
    listMachines: vi.fn<LabApi['listMachines']>(async () => machines),
    startComparison: vi.fn<LabApi['startComparison']>(async () => ({
      ok: true,
      value: { comparisonId: `comparison-${++started}` },
    })),
    cancelComparison: vi.fn<LabApi['cancelComparison']>(async () => ({ ok: true, value: null })),
    explainNumber: vi.fn<LabApi['explainNumber']>(async ({ table, column }) => ({
      ok: true,
      value: { table, column, meaning: 'What it is.', computedFrom: [], value: 1000, phases: [], causes: [] },
    })),
    exportCsv: vi.fn<LabApi['exportCsv']>(async () => saved),
    exportPng: vi.fn<LabApi['exportPng']>(async () => saved),
    listHistory: vi.fn<LabApi['listHistory']>(async () => ({ ok: true, value: { items: [], total: 0, notices: [] } })),
    changeHistory: vi.fn<LabApi['changeHistory']>(async ({ entryId, name, isStarred, addTags }) => {
      const changes = { ...(name && { name }), ...(isStarred !== undefined && { isStarred }), tags: addTags ?? [] };
      return { ok: true, value: fakeHistoryItem(entryId, changes) };
    }),
    deleteHistory: vi.fn<LabApi['deleteHistory']>(async () => ({ ok: true, value: { deletedRuns: 2 } })),
    openHistory: vi.fn<LabApi['openHistory']>(async (place) => ({
      ok: true,
      value: {
        place,
        name: `Experiment ${place.entryId}`,
        comparison: { ...fakeComparison(['warm', 'kexec']), id: `history-${place.entryId}-${place.pointIndex}` },
        points: ['p3-1000-desktop, memory.ramBytes 1', 'p3-1000-desktop, memory.ramBytes 2'],
        repetitions: 1,
      },
    })),
    compareHistory: vi.fn<LabApi['compareHistory']>(async () => ({
      ok: true,
      value: {
        isSameConfiguration: false,
        isSameEngine: true,
        differences: [{ name: 'seed', first: '1', second: '2' }],
      },
    })),
    onComparisonProgress: subscribe(listeners.progress),
    onComparisonEnd: subscribe(listeners.end),
    onCommand: subscribe(listeners.command),
  };
  Object.defineProperty(window, 'bootlab', { value: api, configurable: true });
  return {
    api,
    listenerCount: () => Object.values(listeners).reduce((sum, { size }) => sum + size, 0),
    send: {
      progress: (progress: ComparisonProgress) => listeners.progress.forEach((listener) => listener(progress)),
      end: (end: ComparisonEnd) => listeners.end.forEach((listener) => listener(end)),
      command: (command: CommandId) => listeners.command.forEach((listener) => listener(command)),
    },
  };
}
