// What the window may ask of the history.
import type { Comparison } from '../contract/api';
import {
  entryIdSchema,
  historyChangeSchema,
  historyPairSchema,
  historyPlaceSchema,
  historyQuerySchema,
} from '../contract/window-requests';
import { CHANNELS } from './channels';
import type { History } from './history';
import type { Handle } from './ipc';

/** Registers the handlers. `keep` makes an opened comparison one that can be asked about and exported. */
export function registerHistoryHandlers(
  handle: Handle,
  history: History,
  keep: (comparison: Comparison, isOfThisEngine: boolean) => void,
): void {
  handle(CHANNELS.listHistory, historyQuerySchema, (query) => history.list(query));
  handle(CHANNELS.changeHistory, historyChangeSchema, (change) => history.change(change));
  handle(CHANNELS.deleteHistory, entryIdSchema, (entryId) => history.remove(entryId));
  handle(CHANNELS.compareHistory, historyPairSchema, ({ first, second }) => history.compare(first, second));
  handle(CHANNELS.openHistory, historyPlaceSchema, async (place) => {
    const found = await history.open(place);
    if (!found.ok) return found;
    const { opened, isOfThisEngine } = found.value;
    keep(opened.comparison, isOfThisEngine);
    return { ok: true, value: opened };
  });
}
