// The run store over a file that has been looked at (open-store.ts). Every call is one transaction.
import type { Result } from '../../contract/api';
import type { PathRecord } from '../../emulator/index';
import type { ExperimentRun, Point } from '../../lab/experiment/experiment';
import { placeRecord } from '../../lab/experiment/place-record';
import type { RunRecord } from '../../lab/run-record';
import {
  applyChanges,
  countRuns,
  deleteEntryRows,
  endExecution,
  entryOfExecution,
  executionsOf,
  experimentOf,
  findEntryRow,
  findSameEntry,
  insertEntry,
  insertExecution,
  listEntries,
  startEntryAgain,
  summarizeEntry,
} from './entry-rows';
import {
  doneRunOrders,
  insertPlan,
  noteFailure,
  noteKnownRecords,
  noteRecord,
  planHashOf,
  plannedRunOf,
  planPortion,
  planRow,
  pointsOf,
} from './plan-rows';
import { RecordRows, RUN_SELECTION } from './record-rows';
import type { RunStore, StoreNotice } from './run-store';
import { RunStoreError } from './run-store';
import { failDamaged, failUnknownEntry } from './store-failures';
import type { Cell } from './check-sum';
import type { Row, StoreSession, Tables } from './store-session';
import { insertTally } from './tally-rows';

/** Runs that are read in one transaction while somebody iterates: a few milliseconds, a few megabytes. */
const PORTION_RUNS = 128;

/**
 * @param notices what happened before; may grow
 * @param now dates what is written
 */
export function createStore(session: StoreSession, notices: readonly StoreNotice[], now: () => Date): RunStore {
  const records = new RecordRows();

  /** As `session.write`; what an undone transaction added is forgotten. */
  function write<T>(action: (tables: Tables) => T): Result<T> {
    const result = session.write(action);
    if (!result.ok) records.forget();
    return result;
  }

  return {
    file: session.file,
    notices,

    findRun: (key) =>
      session.read((tables) => {
        const { configHash, seed, engineBuild } = key;
        const row = findRow(tables, { config_hash: configHash, key_seed: seed, engine_build: engineBuild });
        return row && records.read(tables, row);
      }),

    meanWallMs: ({ machine, path, engineBuild }) =>
      session.read((tables) => tables.first(MEAN_WALL_MS, engineBuild, machine, path)?.mean as number | null),

    beginExecution: (request) =>
      write((tables) => {
        const { experiment, planned, engineBuild, host } = request;
        const startedAt = now().toISOString();
        const planHash = planHashOf(planned);
        const same = findSameEntry(tables, request, planHash);
        if (same) startEntryAgain(tables, same, experiment, startedAt);
        const entryId = same?.entryId ?? insertEntry(tables, request, planHash, startedAt);
        if (!same) {
          insertTally(tables, entryId);
          insertPlan(tables, entryId, experiment, planned);
        }
        noteKnownRecords(tables, entryId, engineBuild);
        const executionId = insertExecution(tables, entryId, host, startedAt);
        return { entryId, executionId, doneRunOrders: doneRunOrders(tables, entryId) };
      }),

    saveRun: (executionId, planned, outcome, host) =>
      write((tables) => {
        if (outcome.status === 'not-run') return [];
        const entryId = entryOfExecution(tables, executionId);
        const cells = entryId === null ? null : planRow(tables, entryId, planned.runOrder);
        // Deleted by another process while it ran.
        if (entryId === null || !cells) throw new RunStoreError(failUnknownEntry(entryId).failure);
        if (cells.config_hash !== planned.configHash)
          tables.throwDamaged(`run ${planned.runOrder} is another than planned`);
        if (outcome.status === 'failed') {
          countRuns(tables, executionId, noteFailure(tables, cells, executionId, outcome).length);
          return [];
        }
        const { engine_build } = findEntryRow(tables, entryId).cells;
        const key = { config_hash: cells.config_hash, key_seed: cells.key_seed, engine_build };
        const computed = { computed_at: now().toISOString(), worker: host.worker, wall_ms: host.wallMs };
        const known = findRow(tables, key);
        const run = known
          ? (known.run as number)
          : records.insert(tables, { ...key, ...computed }, pathRecordOf(outcome.record));
        const noted = noteRecord(tables, cells, executionId, run);
        countRuns(tables, executionId, noted.length);
        return noted;
      }),

    endExecution: (executionId, end) =>
      write((tables) => {
        endExecution(tables, executionId, end, now().toISOString());
        return null;
      }),

    listEntries: (filter = {}) => session.read((tables) => listEntries(tables, filter)),
    findEntry: (entryId) => session.read((tables) => summarizeEntry(tables, entryId)),
    executionsOf: (entryId) =>
      session.read((tables) => {
        findEntryRow(tables, entryId);
        return executionsOf(tables, entryId);
      }),

    resultsOf: (entryId) =>
      session.read((tables) => {
        const entry = findEntryRow(tables, entryId);
        return {
          experiment: experimentOf(entry),
          experimentHash: entry.cells.experiment_hash as string,
          engineVersion: entry.cells.engine_version as string,
          runs: { [Symbol.iterator]: () => readRuns(session, records, entryId) },
        };
      }),

    changeEntry: (entryId, changes) =>
      write((tables) => {
        applyChanges(tables, findEntryRow(tables, entryId), changes);
        return summarizeEntry(tables, entryId);
      }),

    deleteEntry: (entryId) =>
      write((tables) => {
        findEntryRow(tables, entryId);
        const runs = tables.all(
          'SELECT DISTINCT run FROM planned_runs WHERE entry_id = ? AND run IS NOT NULL',
          entryId,
        );
        deleteEntryRows(tables, entryId);
        const unused =
          'DELETE FROM runs WHERE run = ? AND NOT EXISTS (SELECT 1 FROM planned_runs WHERE planned_runs.run = runs.run)';
        const deletedRuns = runs.reduce((sum, { run }) => sum + tables.run(unused, run).changes, 0);
        tables.run('DELETE FROM texts WHERE NOT EXISTS (SELECT 1 FROM runs WHERE console_text = text_id)');
        return { deletedRuns };
      }),

    close: () => session.close(),
  };
}

const FIND_RUN = 'SELECT run FROM runs WHERE config_hash = ? AND key_seed = ? AND engine_build = ?';
const MEAN_WALL_MS = `SELECT avg(wall_ms) AS mean FROM runs WHERE engine_build = ? AND machine_profile = ? AND reboot_path = ?
  AND wall_ms > 0`;
const READ_RUN = `SELECT runs.run, ${RUN_SELECTION} FROM runs WHERE run = ?`;

/** What a record is found by. */
type KeyCells = Readonly<Record<'config_hash' | 'key_seed' | 'engine_build', Cell>>;

/** Null: there is none. What an index gives is held against the row itself, which has a check sum. */
function findRow(tables: Tables, key: KeyCells): Row | null {
  const found = tables.first(FIND_RUN, key.config_hash, key.key_seed, key.engine_build);
  const row = found && tables.first(READ_RUN, found.run);
  if (row && !hasKey(row, key)) tables.throwDamaged(`record ${row.run} is found by the key of another`);
  return row;
}

function hasKey(row: Row, key: KeyCells): boolean {
  return row.config_hash === key.config_hash && row.key_seed === key.key_seed && row.engine_build === key.engine_build;
}

const PLACE_FIELDS: ReadonlySet<string> = new Set<Exclude<keyof RunRecord, keyof PathRecord>>([
  'runId',
  'configHash',
  'runOrder',
  'pointIndex',
  'repetition',
  'isBaseline',
]);

/** What of a record is its own, without its place in an experiment: the counterpart of `placeRecord`. */
function pathRecordOf(record: RunRecord): PathRecord {
  const own = Object.entries(record).filter(([name]) => !PLACE_FIELDS.has(name));
  return Object.fromEntries(own) as unknown as PathRecord;
}

/** Runs of an entry in the order of its plan, a portion for each transaction. */
function* readRuns(session: StoreSession, records: RecordRows, entryId: number): Generator<ExperimentRun, void> {
  let points: ReadonlyMap<number, Point> | null = null;
  let plannedRuns = 0;
  let read = 0;
  for (let last = -1; ;) {
    const portion = session.read((tables) => {
      plannedRuns = findEntryRow(tables, entryId).cells.planned_runs as number;
      points ??= pointsOf(tables, entryId);
      return readPortion(tables, records, entryId, last, points);
    });
    if (!portion.ok) throw new RunStoreError(portion.failure);
    yield* portion.value;
    read += portion.value.length;
    const end = portion.value.at(-1);
    if (!end) break;
    last = end.planned.runOrder;
  }
  if (read === plannedRuns) return;
  throw new RunStoreError(
    failDamaged(session.file, `entry ${entryId} has ${read} of its ${plannedRuns} planned runs`).failure,
  );
}

function readPortion(
  tables: Tables,
  records: RecordRows,
  entryId: number,
  afterRunOrder: number,
  points: ReadonlyMap<number, Point>,
): ExperimentRun[] {
  /** Repetitions without variation share one. */
  const known = new Map<number, PathRecord>();
  const engine_build = findEntryRow(tables, entryId).cells.engine_build;
  const recordOf = (run: number, key: KeyCells): PathRecord => {
    const shared = known.get(run);
    if (shared) return shared;
    const row = tables.first(READ_RUN, run) ?? tables.throwDamaged(`record ${run} is missing`);
    if (!hasKey(row, key)) tables.throwDamaged(`record ${run} is of another configuration`);
    const record = records.read(tables, row);
    known.set(run, record);
    return record;
  };
  return planPortion(tables, entryId, afterRunOrder, PORTION_RUNS).map((cells) => {
    const planned = plannedRunOf(tables, cells, points);
    if (cells.status === 'failed') {
      const code = cells.failure_code as string;
      return { planned, outcome: { status: 'failed', code, message: cells.failure_message as string } };
    }
    if (cells.status !== 'done') return { planned, outcome: { status: 'not-run' } };
    const record = recordOf(cells.run as number, { ...cells, engine_build });
    return { planned, outcome: { status: 'done', record: placeRecord(record, planned) } };
  });
}
