// bootlab history: what was run, found again by name, tag, machine, path or date; named, noted, compared, deleted.
import { homedir } from 'node:os';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import type { Result } from '../contract/api';
import { succeed } from '../host/failure';
import { compareEntries } from '../host/run-store/compare-entries';
import { moveStoreAside } from '../host/run-store/open-store';
import type { EntryChanges, HistoryEntry, HistoryFilter, RunStore } from '../host/run-store/run-store';
import { storeFileOf } from '../host/run-store/store-location';
import { reportFailure } from './compare-command';
import type { ExitCode } from './exit-codes';
import { EXIT, EXIT_CODES_HELP } from './exit-codes';
import { exportCommand } from './export-command';
import { comparisonText, entriesText, entryText } from './history-text';
import { parseFileName, parseInteger, parsePath } from './option-values';
import { openPersonalStore } from './personal-store';
import type { Terminal } from './terminal';

interface StoreOptions {
  readonly store?: string;
  readonly json?: boolean;
}

interface ListOptions extends StoreOptions, Omit<HistoryFilter, 'isStarred'> {
  readonly star?: boolean;
}

/** What a command found or did: as JSON, and as text. */
interface Told {
  readonly json: unknown;
  readonly text: string;
}

const EXAMPLES = `
Examples:
  bootlab history                                      the newest first
  bootlab history list --tag memory --since 2026-11-01
  bootlab history note 12 "with the memory test off"
  bootlab history compare 12 13
  bootlab history export 12 --out results

The history is one SQLite file: --store FILE, else BOOTLAB_STORE, else history.bootruns in the system's folder for data of
programs (docs/run-store.md).`;

/** Adds the command with all that it can do. */
export function addHistoryCommand(program: Command, terminal: Terminal, setExitCode: (code: ExitCode) => void): void {
  const history = program
    .command('history')
    .description('what was run before: list, show, name, note, tag, compare, export, delete')
    .addHelpText('after', EXAMPLES)
    .addHelpText('after', EXIT_CODES_HELP);

  /** Adds a command that asks the store something. */
  const add = (name: string, description: string, isDefault = false) =>
    history
      .command(name, { isDefault })
      .description(description)
      .option('--store <file>', 'another history', parseFileName)
      .option('--json', 'print it as JSON');

  const act = async (options: StoreOptions, ask: (store: RunStore) => Result<Told>) =>
    setExitCode(await askStore(options, terminal, ask));

  /** Adds a command that changes an entry, as the words after its number say. */
  const addChange = (name: string, operand: string, description: string, change: (words: string[]) => EntryChanges) =>
    add(name, description)
      .argument('<id>', 'its number', parseEntryId)
      .argument(operand, 'what to set')
      .action(async (entryId: number, words: string | string[], options: StoreOptions) => {
        const changes = change([words].flat());
        await act(options, (store) => told(store.changeEntry(entryId, changes), (entry) => entriesText([entry])));
      });

  const addStar = (name: string, description: string, isStarred: boolean) =>
    add(name, description)
      .argument('<id>', 'its number', parseEntryId)
      .action(async (entryId: number, options: StoreOptions) => {
        await act(options, (store) => told(store.changeEntry(entryId, { isStarred }), (entry) => entriesText([entry])));
      });

  add('list', 'list experiments, the last started first', true)
    .option('--text <text>', 'somewhere in name, notes or id')
    .option('--tag <tag>', 'with this tag')
    .option('--machine <id>', 'on this machine')
    .option('--path <path>', 'by this path', parsePath)
    .option('--star', 'with a star')
    .option('--since <date>', 'last started on this day or later: 2026-11-23 (UTC)', parseDate)
    .option('--until <date>', 'last started on this day or earlier', parseDate)
    .action(async ({ star, ...filter }: ListOptions) => {
      await act(filter, (store) => told(store.listEntries({ ...filter, isStarred: star }), entriesText));
    });

  add('show', 'show an experiment and when it was run')
    .argument('<id>', 'its number', parseEntryId)
    .action(async (entryId: number, options: StoreOptions) => {
      await act(options, (store) => showEntry(store, entryId));
    });
  addChange('rename', '<name>', 'give an experiment another name in the history', ([name]) => ({ name }));
  addChange('note', '<text>', "replace an experiment's notes", ([notes]) => ({ notes }));
  addChange('tag', '<tag...>', 'add tags', (addTags) => ({ addTags }));
  addChange('untag', '<tag...>', 'take tags away', (removeTags) => ({ removeTags }));
  addStar('star', 'give an experiment a star', true);
  addStar('unstar', 'take its star away', false);

  add('compare', 'say which settings of two experiments differ')
    .argument('<first>', 'number of one', parseEntryId)
    .argument('<second>', 'number of the other', parseEntryId)
    .action(async (first: number, second: number, options: StoreOptions) => {
      await act(options, (store) => compareTwo(store, first, second));
    });

  add('delete', 'delete experiments, and their runs that no other has')
    .argument('<id...>', 'their numbers', parseEntryIds)
    .action(async (entryIds: readonly number[], options: StoreOptions) => {
      await act(options, (store) => deleteEntries(store, entryIds));
    });

  history
    .command('export')
    .argument('<id...>', 'their numbers', parseEntryIds)
    .description('write every table, chart and report; "bootlab export" writes single ones')
    .requiredOption('--out <folder>', 'where files go', parseFileName)
    .option('--store <file>', 'another history', parseFileName)
    .action(async (entryIds: readonly number[], { out, store }: { out: string; store?: string }) => {
      setExitCode(await exportCommand(entryIds.map(String), { out, store, svg: [], report: [], point: 0 }, terminal));
    });

  history
    .command('move-aside')
    .description('rename a history that cannot be used, so that a new one is begun')
    .option('--store <file>', 'another history', parseFileName)
    .action(async ({ store }: StoreOptions) => setExitCode(await moveAside(store, terminal)));
}

async function askStore(
  { store: file, json }: StoreOptions,
  terminal: Terminal,
  ask: (store: RunStore) => Result<Told>,
): Promise<ExitCode> {
  const store = await openPersonalStore(file, terminal);
  if (!store.ok) return reportFailure(store.failure, terminal);
  try {
    const answer = ask(store.value);
    if (!answer.ok) return reportFailure(answer.failure, terminal);
    terminal.print(json ? `${JSON.stringify(answer.value.json, null, 2)}\n` : answer.value.text);
    return EXIT.OK;
  } finally {
    store.value.close();
  }
}

/** A result that is itself the JSON. */
function told<T>(result: Result<T>, text: (value: T) => string): Result<Told> {
  return result.ok ? succeed({ json: result.value, text: text(result.value) }) : result;
}

function showEntry(store: RunStore, entryId: number): Result<Told> {
  const entry = store.findEntry(entryId);
  if (!entry.ok) return entry;
  const executions = store.executionsOf(entryId);
  if (!executions.ok) return executions;
  const results = store.resultsOf(entryId);
  if (!results.ok) return results;
  const { experiment } = results.value;
  return succeed({
    json: { ...entry.value, experiment, executions: executions.value },
    text: entryText(entry.value, executions.value),
  });
}

function compareTwo(store: RunStore, firstId: number, secondId: number): Result<Told> {
  const first = entryWithExperiment(store, firstId);
  if (!first.ok) return first;
  const second = entryWithExperiment(store, secondId);
  if (!second.ok) return second;
  const comparison = compareEntries(first.value, second.value);
  return succeed({ json: comparison, text: comparisonText(first.value.entry, second.value.entry, comparison) });
}

function entryWithExperiment(store: RunStore, entryId: number) {
  const entry = store.findEntry(entryId);
  if (!entry.ok) return entry;
  const results = store.resultsOf(entryId);
  return results.ok ? succeed({ entry: entry.value, experiment: results.value.experiment }) : results;
}

/** All are looked up before the first is deleted. */
function deleteEntries(store: RunStore, entryIds: readonly number[]): Result<Told> {
  const entries: HistoryEntry[] = [];
  for (const entryId of new Set(entryIds)) {
    const entry = store.findEntry(entryId);
    if (!entry.ok) return entry;
    entries.push(entry.value);
  }
  let deletedRuns = 0;
  for (const { entryId } of entries) {
    const deleted = store.deleteEntry(entryId);
    if (!deleted.ok) return deleted;
    deletedRuns += deleted.value.deletedRuns;
  }
  const names = entries.map(({ entryId, name }) => `${entryId} (${name})`).join(', ');
  return succeed({
    json: { deletedEntries: entries.map(({ entryId }) => entryId), deletedRuns },
    text: `Deleted ${names}, and ${deletedRuns} runs that no other experiment has.\n`,
  });
}

async function moveAside(store: string | undefined, terminal: Terminal): Promise<ExitCode> {
  const { env: environment, platform } = process;
  const moved = await moveStoreAside(store ?? storeFileOf({ environment, platform, homeDir: homedir() }));
  if (!moved.ok) return reportFailure(moved.failure, terminal);
  terminal.print(`${moved.value}\n`);
  return EXIT.OK;
}

function parseEntryId(text: string): number {
  return parseInteger(text, 1, Number.MAX_SAFE_INTEGER);
}

function parseEntryIds(text: string, before: readonly number[] = []): number[] {
  return [...before, parseEntryId(text)];
}

/** A day, or as much more of an ISO instant as somebody cares to write. */
function parseDate(text: string): string {
  const isDate = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z?)?$/.test(text);
  if (!isDate || Number.isNaN(Date.parse(text))) throw new InvalidArgumentError('Write a date as 2026-11-23.');
  return text.replace(/Z$/, '');
}
