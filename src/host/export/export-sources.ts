// Where exports come from: an entry of the history, a store's file, or results that were written before.
import { basename } from 'node:path';
import type { Result } from '../../contract/api';
import type { ExperimentResults, HostFacts } from '../../lab/index';
import { fail, succeed } from '../failure';
import type { RunStore } from '../run-store/run-store';
import { readResultsFile } from './results-file';

/** Results with what is known of the host. */
export interface ExportSource {
  /** Where they came from, for people. */
  readonly name: string;
  readonly results: ExperimentResults;
  /** For results.json; null where nothing is known. */
  readonly host: HostFacts | null;
}

/** Opens a store; the caller closes it. The person's own where no file is given. */
export type OpenStore = (file?: string) => Promise<Result<RunStore>>;

/** What a person asked for, opened. */
export interface OpenedSources {
  readonly sources: readonly ExportSource[];
  close(): void;
}

/** Opens sources by what they are called: a number, a *.bootruns file, anything else is results.json. Never rejects. */
export async function openSources(names: readonly string[], openStore: OpenStore): Promise<Result<OpenedSources>> {
  const stores = new Map<string, RunStore>();
  const close = () => stores.forEach((store) => store.close());
  const storeOf = async (file?: string): Promise<Result<RunStore>> => {
    const known = stores.get(file ?? '');
    if (known) return succeed(known);
    const opened = await openStore(file);
    if (opened.ok) stores.set(file ?? '', opened.value);
    return opened;
  };
  const sources: ExportSource[] = [];
  for (const name of names) {
    const found = await openSource(name, storeOf);
    if (!found.ok) {
      close();
      return found;
    }
    sources.push(...found.value);
  }
  return succeed({ sources, close });
}

async function openSource(name: string, storeOf: OpenStore): Promise<Result<readonly ExportSource[]>> {
  if (/^\d+$/.test(name)) {
    const store = await storeOf();
    return store.ok ? entriesOf(store.value, [Number(name)], name) : store;
  }
  if (name.endsWith('.bootruns')) {
    const store = await storeOf(name);
    if (!store.ok) return store;
    const entries = store.value.listEntries();
    if (!entries.ok) return entries;
    if (entries.value.length === 0) return fail('HOST-REQUEST', `${name} has no experiments.`, 'Choose another file.');
    const ids = entries.value.map(({ entryId }) => entryId).sort((a, b) => a - b);
    return entriesOf(store.value, ids, basename(name));
  }
  const results = await readResultsFile(name);
  return results.ok ? succeed([{ name: basename(name), results: results.value, host: null }]) : results;
}

function entriesOf(store: RunStore, entryIds: readonly number[], name: string): Result<readonly ExportSource[]> {
  const sources: ExportSource[] = [];
  for (const entryId of entryIds) {
    const results = store.resultsOf(entryId);
    if (!results.ok) return results;
    const executions = store.executionsOf(entryId);
    if (!executions.ok) return executions;
    sources.push({
      name: entryIds.length === 1 ? name : `${name}, ${entryId}`,
      results: results.value,
      host: { executions: executions.value },
    });
  }
  return succeed(sources);
}
