// Entries of the history and their executions as rows.
import type { RebootPath } from '../../emulator/index';
import type { Experiment } from '../../lab/experiment/experiment';
import { plainText } from './plain-text';
import { identityText, livelinessOf, ownIdentity, parseIdentity } from './process-identity';
import type {
  EntryChanges,
  ExecutionEnd,
  ExecutionHost,
  ExecutionRequest,
  ExecutionSummary,
  HistoryEntry,
  HistoryFilter,
} from './run-store';
import { RunStoreError } from './run-store';
import { failUnknownEntry } from './store-failures';
import type { Row, Tables } from './store-session';
import type { Tally } from './tally-rows';
import { tallies } from './tally-rows';

const ENTRY_COLUMNS = [
  'experiment_id',
  'name',
  'notes',
  'tags',
  'is_starred',
  'experiment',
  'experiment_hash',
  'plan_hash',
  'engine_version',
  'engine_build',
  'machines',
  'paths',
  'planned_runs',
  'created_at',
  'last_started_at',
] as const;

const EXECUTION_COLUMNS = ['entry_id', 'started_at', 'ended_at', 'status', 'runs', 'host', 'process'] as const;

type EntryCells = Readonly<Record<(typeof ENTRY_COLUMNS)[number], string | number | null>>;

/** An entry as its own row has it; counts and status come from other tables. */
interface EntryRow {
  readonly entryId: number;
  readonly cells: EntryCells;
}

/** An execution that ended without saying so, noted now. */
export interface Interruption {
  readonly entry: HistoryEntry;
  readonly startedAt: string;
}

export function findEntryRow(tables: Tables, entryId: number): EntryRow {
  const row = tables.first('SELECT * FROM experiments WHERE entry_id = ?', entryId);
  if (!row) throw new RunStoreError(failUnknownEntry(entryId).failure);
  return verified(tables, row);
}

export function experimentOf({ cells }: EntryRow): Experiment {
  return JSON.parse(cells.experiment as string) as Experiment;
}

/** Entry of the same experiment, plan and build; null: there is none. */
export function findSameEntry(tables: Tables, request: ExecutionRequest, planHash: string): EntryRow | null {
  const row = tables.first(
    'SELECT * FROM experiments WHERE experiment_hash = ? AND plan_hash = ? AND engine_build = ?',
    request.experimentHash,
    planHash,
    request.engineBuild,
  );
  return row && verified(tables, row);
}

export function insertEntry(tables: Tables, request: ExecutionRequest, planHash: string, now: string): number {
  const { experiment, planned } = request;
  const distinct = (texts: readonly string[]) => JSON.stringify([...new Set(texts)]);
  return tables.insert('experiments', ENTRY_COLUMNS, {
    experiment_id: plainText(experiment.id),
    name: plainText(experiment.name),
    notes: plainText(experiment.notes ?? ''),
    tags: '[]',
    is_starred: 0,
    experiment: JSON.stringify(experiment),
    experiment_hash: request.experimentHash,
    plan_hash: planHash,
    engine_version: request.engineVersion,
    engine_build: request.engineBuild,
    machines: distinct(planned.map(({ point }) => point.profileId)),
    paths: distinct(planned.map(({ path }) => path)),
    planned_runs: planned.length,
    created_at: now,
    last_started_at: now,
  } satisfies EntryCells);
}

/** Notes another start. Name and notes of the file follow it, unless a person has changed them here. */
export function startEntryAgain(tables: Tables, entry: EntryRow, experiment: Experiment, now: string): void {
  const before = experimentOf(entry);
  const { name, notes } = entry.cells;
  updateEntry(tables, entry, {
    name: name === plainText(before.name) ? plainText(experiment.name) : name,
    notes: notes === plainText(before.notes ?? '') ? plainText(experiment.notes ?? '') : notes,
    experiment: JSON.stringify(experiment),
    last_started_at: now,
  });
}

export function applyChanges(tables: Tables, entry: EntryRow, changes: EntryChanges): void {
  const { name, notes, isStarred, addTags = [], removeTags = [] } = changes;
  const removed = new Set(removeTags);
  const tags = [...tagsOf(entry.cells), ...addTags.map(plainText)].filter((tag) => !removed.has(tag));
  updateEntry(tables, entry, {
    tags: JSON.stringify([...new Set(tags)].sort()),
    ...(name === undefined ? {} : { name: plainText(name) }),
    ...(notes === undefined ? {} : { notes: plainText(notes) }),
    ...(isStarred === undefined ? {} : { is_starred: Number(isStarred) }),
  });
}

/** All entries that pass, the last started first. */
export function listEntries(tables: Tables, filter: HistoryFilter): HistoryEntry[] {
  const rows = tables.all('SELECT * FROM experiments ORDER BY last_started_at DESC, entry_id DESC');
  const tallyOf = tallies(tables);
  const statusOf = lastStatuses(tables);
  return rows
    .map((row) => verified(tables, row))
    .map((entry) => summarize(tables, entry, tallyOf.get(entry.entryId), statusOf.get(entry.entryId)))
    .filter((entry) => passes(entry, filter));
}

export function summarizeEntry(tables: Tables, entryId: number): HistoryEntry {
  const entry = findEntryRow(tables, entryId);
  return summarize(tables, entry, tallies(tables, entryId).get(entryId), lastStatuses(tables, entryId).get(entryId));
}

export function insertExecution(tables: Tables, entryId: number, host: ExecutionHost, now: string): number {
  return tables.insert('executions', EXECUTION_COLUMNS, {
    entry_id: entryId,
    started_at: now,
    ended_at: null,
    status: 'running',
    runs: 0,
    host: JSON.stringify(host),
    process: identityText(ownIdentity()),
  });
}

/** The entry that an execution is of; null: it was deleted meanwhile. */
export function entryOfExecution(tables: Tables, executionId: number): number | null {
  const row = tables.first('SELECT * FROM executions WHERE execution_id = ?', executionId);
  if (!row) return null;
  tables.verify('executions', EXECUTION_COLUMNS, row);
  return row.entry_id as number;
}

export function endExecution(
  tables: Tables,
  executionId: number,
  status: ExecutionEnd | 'interrupted',
  endedAt: string | null,
): void {
  updateExecution(tables, executionId, () => ({ status, ended_at: endedAt }));
}

/** Counts runs that an execution computed, or tried in vain. */
export function countRuns(tables: Tables, executionId: number, count: number): void {
  updateExecution(tables, executionId, ({ runs }) => ({ runs: (runs as number) + count }));
}

export function executionsOf(tables: Tables, entryId: number): ExecutionSummary[] {
  const rows = tables.all('SELECT * FROM executions WHERE entry_id = ? ORDER BY execution_id', entryId);
  return rows.map((row) => {
    tables.verify('executions', EXECUTION_COLUMNS, row);
    return {
      executionId: row.execution_id as number,
      startedAt: row.started_at as string,
      endedAt: row.ended_at as string | null,
      status: statusOf(row),
      runs: row.runs as number,
      host: JSON.parse(row.host as string) as ExecutionHost,
    };
  });
}

/** Executions that say they are running in a process that is dead. */
export function findInterrupted(tables: Tables): readonly number[] {
  const running = tables.all(`SELECT * FROM executions WHERE status = 'running' ORDER BY execution_id`);
  return running.filter((row) => statusOf(row) === 'interrupted').map((row) => row.execution_id as number);
}

export function noteInterrupted(tables: Tables, executionIds: readonly number[]): Interruption[] {
  return executionIds.flatMap((executionId) => {
    const row = tables.first('SELECT * FROM executions WHERE execution_id = ?', executionId);
    if (row?.status !== 'running') return [];
    endExecution(tables, executionId, 'interrupted', null);
    return [{ entry: summarizeEntry(tables, row.entry_id as number), startedAt: row.started_at as string }];
  });
}

/** Deletes an entry with its plan and executions. Its records stay: others may have them too. */
export function deleteEntryRows(tables: Tables, entryId: number): void {
  tables.run('DELETE FROM planned_runs WHERE entry_id = ?', entryId);
  tables.run('DELETE FROM executions WHERE entry_id = ?', entryId);
  tables.run('DELETE FROM points WHERE entry_id = ?', entryId);
  tables.run('DELETE FROM tallies WHERE entry_id = ?', entryId);
  tables.run('DELETE FROM experiments WHERE entry_id = ?', entryId);
}

function verified(tables: Tables, row: Row): EntryRow {
  tables.verify('experiments', ENTRY_COLUMNS, row);
  return { entryId: row.entry_id as number, cells: row as EntryCells };
}

/** Nothing happens to an execution that was deleted with its entry. */
function updateExecution(tables: Tables, executionId: number, changesOf: (row: Row) => Row): void {
  const before = tables.first('SELECT * FROM executions WHERE execution_id = ?', executionId);
  if (!before) return;
  tables.verify('executions', EXECUTION_COLUMNS, before);
  const row = { ...before, ...changesOf(before) };
  const sum = tables.sumOf('executions', EXECUTION_COLUMNS, row);
  const sql = 'UPDATE executions SET status = ?, ended_at = ?, runs = ?, check_sum = ? WHERE execution_id = ?';
  tables.run(sql, row.status, row.ended_at, row.runs, sum, executionId);
}

function updateEntry(tables: Tables, { entryId, cells }: EntryRow, changes: Partial<EntryCells>): void {
  const row = { ...cells, ...changes };
  const assignments = [...ENTRY_COLUMNS, 'check_sum'].map((name) => `${name} = ?`).join(', ');
  const values = ENTRY_COLUMNS.map((name) => row[name]);
  const sum = tables.sumOf('experiments', ENTRY_COLUMNS, row);
  tables.run(`UPDATE experiments SET ${assignments} WHERE entry_id = ?`, ...values, sum, entryId);
}

function tagsOf(cells: EntryCells): string[] {
  return JSON.parse(cells.tags as string) as string[];
}

function lastStatuses(tables: Tables, entryId: number | null = null): ReadonlyMap<number, ExecutionSummary['status']> {
  const where = entryId === null ? '' : 'WHERE entry_id = ?';
  const rows = tables.all(
    `SELECT * FROM executions ${where} ORDER BY execution_id`,
    ...(entryId === null ? [] : [entryId]),
  );
  return new Map(
    rows.map((row) => {
      tables.verify('executions', EXECUTION_COLUMNS, row);
      return [row.entry_id as number, statusOf(row)];
    }),
  );
}

/** A process of another computer may still be at work: only a dead one has been interrupted. */
function statusOf(row: Row): ExecutionSummary['status'] {
  if (row.status !== 'running') return row.status as ExecutionSummary['status'];
  const process = parseIdentity(row.process as string);
  return process && livelinessOf(process, ownIdentity()) === 'dead' ? 'interrupted' : 'running';
}

function summarize(
  tables: Tables,
  { entryId, cells }: EntryRow,
  tally: Tally | undefined,
  status: ExecutionSummary['status'] | undefined,
): HistoryEntry {
  if (!tally) tables.throwDamaged(`entry ${entryId} has no tally`);
  if (!status) tables.throwDamaged(`entry ${entryId} has no execution`);
  return {
    entryId,
    experimentId: cells.experiment_id as string,
    name: cells.name as string,
    notes: cells.notes as string,
    tags: tagsOf(cells),
    isStarred: cells.is_starred === 1,
    experimentHash: cells.experiment_hash as string,
    planHash: cells.plan_hash as string,
    engineVersion: cells.engine_version as string,
    engineBuild: cells.engine_build as string,
    machines: JSON.parse(cells.machines as string) as string[],
    paths: JSON.parse(cells.paths as string) as RebootPath[],
    plannedRuns: cells.planned_runs as number,
    doneRuns: tally.doneRuns,
    failedRuns: tally.failedRuns,
    createdAt: cells.created_at as string,
    lastStartedAt: cells.last_started_at as string,
    status,
  };
}

function passes(entry: HistoryEntry, filter: HistoryFilter): boolean {
  const { text = '', tag, machine, path, isStarred, since, until } = filter;
  const texts = [entry.name, entry.notes, entry.experimentId];
  const wanted = text.toLowerCase();
  // "2026-11-23" stands for all of that day: as much of the date is compared as is given.
  const day = (given: string) => entry.lastStartedAt.slice(0, given.length);
  return (
    texts.some((one) => one.toLowerCase().includes(wanted)) &&
    (tag === undefined || entry.tags.includes(tag)) &&
    (machine === undefined || entry.machines.includes(machine)) &&
    (path === undefined || entry.paths.includes(path)) &&
    (isStarred === undefined || entry.isStarred === isStarred) &&
    (since === undefined || day(since) >= since) &&
    (until === undefined || day(until) <= until)
  );
}
