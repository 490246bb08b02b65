// The person's own history (docs/run-store.md), the same file as the terminal's. It is opened when it is first needed.
import { homedir } from 'node:os';
import type {
  Comparison,
  Failure,
  HistoryChange,
  HistoryComparison,
  HistoryItem,
  HistoryPage,
  HistoryPlace,
  HistoryQuery,
  OpenedEntry,
  Result,
} from '../contract/api';
import { comparisonAt } from '../host/experiment/comparison-entries';
import { fail, succeed } from '../host/failure';
import type { LabHost } from '../host/lab-host';
import { compareEntries } from '../host/run-store/compare-entries';
import { openRunStore } from '../host/run-store/open-store';
import type { HistoryEntry, RunStore } from '../host/run-store/run-store';
import { RunStoreError } from '../host/run-store/run-store';
import { ensureStoreFolder, storeFileOf } from '../host/run-store/store-location';
import type { ExperimentPlan } from '../lab/index';

export interface History {
  list(query: HistoryQuery): Promise<Result<HistoryPage>>;
  change(change: HistoryChange): Promise<Result<HistoryItem>>;
  remove(entryId: number): Promise<Result<{ readonly deletedRuns: number }>>;
  /** `isOfThisEngine`: running it again gives the same cycles. */
  open(place: HistoryPlace): Promise<Result<{ readonly opened: OpenedEntry; readonly isOfThisEngine: boolean }>>;
  compare(first: number, second: number): Promise<Result<HistoryComparison>>;
  /** Keeps a comparison; the failure says why it could not be kept. */
  keep(comparison: Comparison): Promise<Failure | null>;
  close(): void;
}

const PROGRAM = 'app';

interface PersonalHistory extends History {
  /** Opens the store ahead of the first question. */
  prepare(): void;
}

/** What happened to the store is told with the first list. */
export function createHistory(
  host: Pick<LabHost, 'experiments' | 'findMachine'>,
  openStore: () => Promise<Result<RunStore>> = openOwnStore,
): PersonalHistory {
  let opening: Promise<Result<RunStore>> | undefined;
  let toldNotices = 0;
  /** The last answer, for the pages that follow. */
  let listed: { readonly key: string; readonly entries: readonly HistoryEntry[] } | undefined;

  /** Opened once; after a failure it is tried again, since the person may have mended it. */
  async function store(): Promise<Result<RunStore>> {
    opening ??= openStore();
    const opened = await opening;
    if (!opened.ok) opening = undefined;
    return opened;
  }

  /** Asks the store, once it is open. */
  async function ask<T>(question: (opened: RunStore) => Result<T> | Promise<Result<T>>): Promise<Result<T>> {
    const opened = await store();
    return opened.ok ? question(opened.value) : opened;
  }

  return {
    prepare: () => void store(),

    list: ({ text, isStarred, offset, limit }) =>
      ask((opened) => {
        const key = `${isStarred} ${text}`;
        if (offset === 0 || listed?.key !== key) {
          const entries = opened.listEntries({ ...(text ? { text } : {}), ...(isStarred ? { isStarred } : {}) });
          if (!entries.ok) return entries;
          listed = { key, entries: entries.value };
        }
        const notices = opened.notices.slice(toldNotices).map((notice) => notice.text);
        toldNotices = opened.notices.length;
        const { entries } = listed;
        const items = entries.slice(offset, offset + limit).map(itemOf);
        return succeed({ items, total: entries.length, notices });
      }),

    change: ({ entryId, ...changes }) =>
      ask((opened) => {
        const changed = opened.changeEntry(entryId, changes);
        return changed.ok ? succeed(itemOf(changed.value)) : changed;
      }),

    remove: (entryId) => ask((opened) => opened.deleteEntry(entryId)),

    open: (place) => ask((opened) => openPlace(host, opened, place)),

    compare: (first, second) =>
      ask((opened) => {
        const sides = [first, second].map((entryId) => sideOf(opened, entryId));
        const refused = sides.find((side) => !side.ok);
        if (refused) return refused as Result<never>;
        const [one, other] = sides.map((side) => (side as { value: Side }).value);
        return succeed(compareEntries(one, other));
      }),

    async keep(comparison) {
      // A Linux of the person's own is no part of an experiment's file.
      if (comparison.request.linux) return null;
      const machine = await host.findMachine(comparison.request.profileId);
      if (!machine.ok) return machine.failure;
      const kept = await ask((opened) => host.experiments.keep(comparison, machine.value.name, opened, PROGRAM));
      return kept.ok ? null : kept.failure;
    },

    close() {
      void opening?.then((opened) => opened.ok && opened.value.close());
      opening = undefined;
    },
  };
}

async function openOwnStore(): Promise<Result<RunStore>> {
  const places = { environment: process.env, platform: process.platform, homeDir: homedir() };
  const folder = ensureStoreFolder(places);
  return folder.ok ? openRunStore(storeFileOf(places)) : folder;
}

function itemOf(entry: HistoryEntry): HistoryItem {
  const { entryId, name, notes, tags, isStarred, planHash, machines, paths } = entry;
  const { plannedRuns, doneRuns, failedRuns, lastStartedAt, status } = entry;
  const facts = { plannedRuns, doneRuns, failedRuns, lastStartedAt, status };
  return { entryId, name, notes, tags, isStarred, planHash, machines, paths, ...facts };
}

type Side = Parameters<typeof compareEntries>[0];

function sideOf(store: RunStore, entryId: number): Result<Side> {
  const entry = store.findEntry(entryId);
  if (!entry.ok) return entry;
  const results = store.resultsOf(entryId);
  return results.ok ? succeed({ entry: entry.value, experiment: results.value.experiment }) : results;
}

async function openPlace(
  host: Pick<LabHost, 'experiments'>,
  store: RunStore,
  place: HistoryPlace,
): ReturnType<History['open']> {
  const entry = store.findEntry(place.entryId);
  if (!entry.ok) return entry;
  const results = store.resultsOf(place.entryId);
  if (!results.ok) return results;
  const { experiment } = results.value;
  const plan = await host.experiments.plan({ experiment, origin: null });
  if (!plan.ok) return plan;
  if (place.pointIndex >= plan.value.points.length || place.repetition >= experiment.repetitions) {
    return fail('HOST-REQUEST', 'The experiment has no such point.', 'Choose one that is shown.');
  }
  const build = await host.experiments.engineBuild();
  try {
    const found = comparisonAt(results.value, plan.value, place);
    if (!found.ok) return found;
    const id = `history-${place.entryId}-${place.pointIndex}-${place.repetition}`;
    const points = plan.value.points.map(({ point }) => pointLabel(point));
    const opened = {
      place,
      name: entry.value.name,
      comparison: { ...found.value, id },
      points,
      repetitions: experiment.repetitions,
    };
    return succeed({ opened, isOfThisEngine: build.ok && build.value === entry.value.engineBuild });
  } catch (error) {
    if (error instanceof RunStoreError) return { ok: false, failure: error.failure };
    throw error;
  }
}

/** "p3-1000-desktop, memory.ramBytes 67108864". */
function pointLabel({ profileId, values }: ExperimentPlan['points'][number]['point']): string {
  return [profileId, ...Object.entries(values).map(([name, value]) => `${name} ${value}`)].join(', ');
}
