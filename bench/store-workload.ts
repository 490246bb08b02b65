// A run store with many made-up runs, for store.mjs: what it does is here, what the host's clock says there.
import { openRunStore } from '../src/host/run-store/open-store';
import type { RunStore } from '../src/host/run-store/run-store';
import type { Result } from '../src/contract/api';
import type { HistoryFilter } from '../src/host/run-store/run-store';
import { fakeRequest, fakeRun } from '../test/support/fake-plan';

const RUNS_PER_POINT = 2;

/** Opens a store, or makes it. */
export async function open(file: string): Promise<RunStore> {
  return valueOf(await openRunStore(file));
}

/** One experiment of so many runs, all planned and none done. */
export function begin(store: RunStore, id: string, runs: number) {
  const repetitions = 50;
  const points = runs / repetitions / RUNS_PER_POINT;
  const request = fakeRequest({ id, name: `Sweep ${id}`, repetitions }, points);
  return { request, ...valueOf(store.beginExecution(request)) };
}

/** Computes and keeps the runs from one position to another. */
export function save(store: RunStore, begun: ReturnType<typeof begin>, from: number, to: number): void {
  for (const planned of begun.request.planned.slice(from, to)) {
    const outcome = { status: 'done', record: fakeRun(planned) } as const;
    valueOf(store.saveRun(begun.executionId, planned, outcome, { worker: 0, wallMs: 1 }));
  }
}

export function list(store: RunStore, filter: HistoryFilter): number {
  return valueOf(store.listEntries(filter)).length;
}

/** Reads all runs of an entry as an export does. */
export function read(store: RunStore, entryId: number, onRun: () => void): number {
  let cycles = 0;
  for (const { outcome } of valueOf(store.resultsOf(entryId)).runs) {
    if (outcome.status === 'done') cycles += outcome.record.totalCycles;
    onRun();
  }
  return cycles;
}

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.failure.code}: ${result.failure.message}`);
  return result.value;
}
