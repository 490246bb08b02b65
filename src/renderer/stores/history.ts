// The history as the window shows it: a page of entries, which of them are chosen, what two of them differ in.
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type {
  Failure,
  HistoryChange,
  HistoryComparison,
  HistoryItem,
  HistoryPlace,
  OpenedEntry,
} from '../../contract/api';
import { bridge } from '../bridge';
import { useComparison } from './comparison';

/** As many rows as are drawn at once; more when asked. */
export const PAGE_ROWS = 200;

export const useHistory = defineStore('history', () => {
  const text = ref('');
  const isStarredOnly = ref(false);

  const items = shallowRef<readonly HistoryItem[]>([]);
  const total = ref(0);
  const isLoaded = ref(false);
  const failure = ref<Failure | null>(null);
  /** What happened to the store before, and what was done last. */
  const notice = ref('');

  const chosenIds = ref<number[]>([]);
  const differences = shallowRef<HistoryComparison | null>(null);
  const opened = shallowRef<OpenedEntry | null>(null);

  const chosen = computed(() =>
    chosenIds.value.flatMap((id) => items.value.find(({ entryId }) => entryId === id) ?? []),
  );
  let question = 0;

  /** Reads the first page of what the filter lets through. A later question makes an earlier answer void. */
  async function load(): Promise<void> {
    await read(0);
    chosenIds.value = chosen.value.map(({ entryId }) => entryId);
  }

  /** Reads the next page. */
  const loadMore = () => read(items.value.length);

  async function read(offset: number): Promise<void> {
    const asked = ++question;
    const query = { text: text.value.trim(), isStarred: isStarredOnly.value, offset, limit: PAGE_ROWS };
    const page = await bridge().listHistory(query);
    if (asked !== question) return;
    isLoaded.value = true;
    failure.value = page.ok ? null : page.failure;
    if (!page.ok) return;
    items.value = offset === 0 ? page.value.items : [...items.value, ...page.value.items];
    total.value = page.value.total;
    if (page.value.notices.length > 0) notice.value = page.value.notices.join(' ');
  }

  /** Changes an entry where it stands. */
  async function change(changes: HistoryChange): Promise<void> {
    const changed = await bridge().changeHistory(changes);
    failure.value = changed.ok ? null : changed.failure;
    if (!changed.ok) return;
    const { value } = changed;
    items.value = items.value.map((item) => (item.entryId === value.entryId ? value : item));
  }

  /** Deletes the chosen entries; stops at the first that cannot be deleted. */
  async function deleteChosen(): Promise<void> {
    const names = chosen.value.map(({ name }) => name);
    let runs = 0;
    for (const { entryId } of chosen.value) {
      const deleted = await bridge().deleteHistory(entryId);
      failure.value = deleted.ok ? null : deleted.failure;
      if (!deleted.ok) break;
      runs += deleted.value.deletedRuns;
    }
    if (!failure.value) notice.value = `Deleted ${names.join(', ')} and ${runs} runs.`;
    const refused = failure.value;
    await load();
    failure.value ??= refused;
  }

  /** Says what the two chosen entries differ in. */
  async function compareChosen(): Promise<void> {
    differences.value = null;
    const [first, second] = chosenIds.value;
    if (chosenIds.value.length !== 2) return;
    const compared = await bridge().compareHistory({ first, second });
    if (chosenIds.value[0] !== first || chosenIds.value[1] !== second) return;
    failure.value = compared.ok ? null : compared.failure;
    if (compared.ok) differences.value = compared.value;
  }

  /** Puts a point of an entry on the screen; gives whether that was possible. */
  async function open(place: HistoryPlace): Promise<boolean> {
    const found = await bridge().openHistory(place);
    failure.value = found.ok ? null : found.failure;
    if (!found.ok) return false;
    opened.value = found.value;
    useComparison().show(found.value.comparison);
    return true;
  }

  return {
    text,
    isStarredOnly,
    items,
    total,
    isLoaded,
    failure,
    notice,
    chosenIds,
    chosen,
    differences,
    opened,
    load,
    loadMore,
    change,
    deleteChosen,
    compareChosen,
    open,
  };
});
