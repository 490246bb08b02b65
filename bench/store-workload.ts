// A run store with many made-up runs, for store.mjs: what it does is here, what the host's clock says there.
import { openRunStore } from '../src/host/run-store/open-store';
import type { HistoryFilter, RunStore } from '../src/host/run-store/run-store';
import type { Result } from '../src/contract/api';
import { fakeRequest, fakeRun } from '../test/support/fake-plan';

export const REPETITIONS = 50;
const RUNS_PER_POINT = 2;

/** Opens a store, or makes it. */
export async function open(file: string): Promise<RunStore> {
  return valueOf(await openRunStore(file));
}

/**
 * One experiment of so many runs, all planned and none done.
 * @param isVaried whether each run has a record of its own; if not, repetitions share one
 */
export function begin(store: RunStore, id: string, runs: number, isVaried: boolean) {
  const points = runs / REPETITIONS / RUNS_PER_POINT;
  const variations = isVaried ? {} : { variations: [] };
  const request = fakeRequest({ id, name: `Sweep ${id}`, repetitions: REPETITIONS, ...variations }, points);
  return { request, ...valueOf(store.beginExecution(request)) };
}

/** Makes up and keeps the first runs of an experiment. */
export function save(store: RunStore, begun: ReturnType<typeof begin>, count: number): void {
  const isVaried = begun.request.experiment.variations?.length !== 0;
  for (const planned of begun.request.planned.slice(0, count)) {
    const outcome = { status: 'done', record: fakeRun(planned, isVaried) } as const;
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
