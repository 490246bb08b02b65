// How many runs of an entry are done and how many failed. Counted as they are noted: a count over the plan would be slow for a list
// of the history, and would come from an index, which has no check sums.
import type { Row, Tables } from './store-session';

export interface Tally {
  readonly doneRuns: number;
  readonly failedRuns: number;
}

const COLUMNS = ['entry_id', 'done_runs', 'failed_runs'] as const;

export function insertTally(tables: Tables, entryId: number): void {
  tables.insert('tallies', COLUMNS, { entry_id: entryId, done_runs: 0, failed_runs: 0 });
}

/** By entry. */
export function tallies(tables: Tables, entryId: number | null = null): ReadonlyMap<number, Tally> {
  const where = entryId === null ? '' : 'WHERE entry_id = ?';
  const rows = tables.all(`SELECT * FROM tallies ${where}`, ...(entryId === null ? [] : [entryId]));
  return new Map(rows.map((row) => [row.entry_id as number, tallyOf(tables, row)]));
}

/** Adds to an entry's tally; takes away what is negative. */
export function addToTally(tables: Tables, entryId: number, change: Tally): void {
  const before = tallies(tables, entryId).get(entryId) ?? tables.throwDamaged(`entry ${entryId} has no tally`);
  const doneRuns = before.doneRuns + change.doneRuns;
  const failedRuns = before.failedRuns + change.failedRuns;
  const sum = tables.sumOf('tallies', COLUMNS, { entry_id: entryId, done_runs: doneRuns, failed_runs: failedRuns });
  const sql = 'UPDATE tallies SET done_runs = ?, failed_runs = ?, check_sum = ? WHERE entry_id = ?';
  tables.run(sql, doneRuns, failedRuns, sum, entryId);
}

function tallyOf(tables: Tables, row: Row): Tally {
  tables.verify('tallies', COLUMNS, row);
  return { doneRuns: row.done_runs as number, failedRuns: row.failed_runs as number };
}
