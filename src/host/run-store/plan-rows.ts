// The plan of an entry as rows: which runs there are, and what became of each.
import { createHash } from 'node:crypto';
import type { RebootPath } from '../../emulator/index';
import type { Experiment, PlannedRun, Point, RunOutcome } from '../../lab/experiment/experiment';
import { plainText } from './plain-text';
import type { Row, Tables } from './store-session';
import { addToTally } from './tally-rows';

const PLAN_COLUMNS = [
  'entry_id',
  'run_order',
  'run_id',
  'point_index',
  'reboot_path',
  'is_baseline',
  'repetition',
  'seed',
  'config_hash',
  'key_seed',
  'status',
  'run',
  'failure_code',
  'failure_message',
  'execution_id',
] as const;

const POINT_COLUMNS = ['entry_id', 'point_index', 'point'] as const;

type PlanCells = Readonly<Record<(typeof PLAN_COLUMNS)[number], string | number | null>>;

/** Columns that change when a run ends. */
type OutcomeCells = Pick<PlanCells, 'status' | 'run' | 'failure_code' | 'failure_message' | 'execution_id'>;

const SELECT_PLAN = `SELECT ${PLAN_COLUMNS.join(', ')}, check_sum FROM planned_runs`;
const UPDATE_OUTCOME = `UPDATE planned_runs SET status = ?, run = ?, failure_code = ?, failure_message = ?, execution_id = ?,
  check_sum = ? WHERE entry_id = ? AND run_order = ?`;

/** SHA-256 of all planned runs: the same experiment gives another plan once a machine it names has changed. */
export function planHashOf(planned: readonly PlannedRun[]): string {
  const hash = createHash('sha256');
  for (const run of planned) hash.update(`${JSON.stringify([run.configHash, run.runId, run.repetition, run.point])}\n`);
  return hash.digest('hex');
}

/** The seed of a run's key: where no variation model is on, all seeds are one. */
export function keySeedOf(experiment: Experiment, seed: number): number {
  return experiment.variations?.length === 0 ? 0 : seed;
}

export function insertPlan(
  tables: Tables,
  entryId: number,
  experiment: Experiment,
  planned: readonly PlannedRun[],
): void {
  const points = new Set<number>();
  for (const run of planned) {
    const { pointIndex } = run.point;
    if (!points.has(pointIndex)) {
      const point = JSON.stringify(run.point);
      tables.insert('points', POINT_COLUMNS, { entry_id: entryId, point_index: pointIndex, point });
      points.add(pointIndex);
    }
    tables.insert('planned_runs', PLAN_COLUMNS, {
      entry_id: entryId,
      run_order: run.runOrder,
      run_id: run.runId,
      point_index: pointIndex,
      reboot_path: run.path,
      is_baseline: Number(run.isBaseline),
      repetition: run.repetition,
      seed: run.seed,
      config_hash: run.configHash,
      key_seed: keySeedOf(experiment, run.seed),
      status: 'not-run',
      run: null,
      failure_code: null,
      failure_message: null,
      execution_id: null,
    } satisfies PlanCells);
  }
}

/** Points of an entry by their index. */
export function pointsOf(tables: Tables, entryId: number): ReadonlyMap<number, Point> {
  const rows = tables.all('SELECT entry_id, point_index, point, check_sum FROM points WHERE entry_id = ?', entryId);
  return new Map(
    rows.map((row) => {
      tables.verify('points', POINT_COLUMNS, row);
      return [row.point_index as number, JSON.parse(row.point as string) as Point];
    }),
  );
}

/** Up to `limit` rows of a plan after a position, in its order. */
export function planPortion(tables: Tables, entryId: number, afterRunOrder: number, limit: number): PlanCells[] {
  const sql = `${SELECT_PLAN} WHERE entry_id = ? AND run_order > ? ORDER BY run_order LIMIT ?`;
  return tables.all(sql, entryId, afterRunOrder, limit).map((row) => verified(tables, row));
}

/** A row as the plan has it; null: the plan has no such position. */
export function planRow(tables: Tables, entryId: number, runOrder: number): PlanCells | null {
  const row = tables.first(`${SELECT_PLAN} WHERE entry_id = ? AND run_order = ?`, entryId, runOrder);
  return row && verified(tables, row);
}

export function plannedRunOf(tables: Tables, cells: PlanCells, points: ReadonlyMap<number, Point>): PlannedRun {
  const point = points.get(cells.point_index as number) ?? tables.throwDamaged(`point ${cells.point_index} is missing`);
  return {
    runOrder: cells.run_order as number,
    point,
    path: cells.reboot_path as RebootPath,
    isBaseline: cells.is_baseline === 1,
    repetition: cells.repetition as number,
    seed: cells.seed as number,
    configHash: cells.config_hash as string,
    runId: cells.run_id as string,
  };
}

/**
 * Notes why a run failed, unless it is done: another process may have had more luck.
 * @returns positions noted
 */
export function noteFailure(
  tables: Tables,
  cells: PlanCells,
  executionId: number,
  { code, message }: Extract<RunOutcome, { status: 'failed' }>,
): number[] {
  if (cells.status === 'done') return [];
  return note(tables, [cells], {
    status: 'failed',
    run: null,
    failure_code: plainText(code),
    failure_message: plainText(message),
    execution_id: executionId,
  });
}

/**
 * Gives a record to all runs of an entry that have its key and none yet.
 * @returns their positions
 */
export function noteRecord(tables: Tables, cells: PlanCells, executionId: number, run: number): number[] {
  if (cells.status === 'done') return [];
  const sql = `${SELECT_PLAN} WHERE entry_id = ? AND config_hash = ? AND key_seed = ? AND status <> 'done' ORDER BY run_order`;
  const rows = tables.all(sql, cells.entry_id, cells.config_hash, cells.key_seed);
  const noted = note(
    tables,
    rows.map((row) => verified(tables, row)),
    doneBy(executionId, run),
  );
  if (!noted.includes(cells.run_order as number)) tables.throwDamaged(`run ${cells.run_order} is not found by its key`);
  return noted;
}

/** Gives the runs of an entry the records that other experiments of the same build have. */
export function noteKnownRecords(tables: Tables, entryId: number, engineBuild: string): void {
  const known = tables.all(
    `SELECT planned.run_order, runs.run AS known_run FROM planned_runs AS planned JOIN runs
     ON runs.config_hash = planned.config_hash AND runs.key_seed = planned.key_seed AND runs.engine_build = ?
     WHERE planned.entry_id = ? AND planned.status <> 'done'`,
    engineBuild,
    entryId,
  );
  const noted = known.flatMap((row) => {
    const cells = planRow(tables, entryId, row.run_order as number);
    return cells ? [{ cells, outcome: doneBy(null, row.known_run as number) }] : [];
  });
  noteEach(tables, noted);
}

export function doneRunOrders(tables: Tables, entryId: number): ReadonlySet<number> {
  const rows = tables.all(`SELECT run_order FROM planned_runs WHERE entry_id = ? AND status = 'done'`, entryId);
  return new Set(rows.map((row) => row.run_order as number));
}

/** Done by an execution; null: it was there before. */
function doneBy(executionId: number | null, run: number): OutcomeCells {
  return { status: 'done', run, failure_code: null, failure_message: null, execution_id: executionId };
}

/** Notes one outcome of several runs. */
function note(tables: Tables, rows: readonly PlanCells[], outcome: OutcomeCells): number[] {
  return noteEach(
    tables,
    rows.map((cells) => ({ cells, outcome })),
  );
}

/** Notes what became of runs of one entry, and counts them. */
function noteEach(
  tables: Tables,
  noted: readonly { readonly cells: PlanCells; readonly outcome: OutcomeCells }[],
): number[] {
  if (noted.length === 0) return [];
  for (const { cells, outcome } of noted) {
    const { status, run, failure_code, failure_message, execution_id } = outcome;
    const sum = tables.sumOf('planned_runs', PLAN_COLUMNS, { ...cells, ...outcome });
    const place = [cells.entry_id, cells.run_order];
    tables.run(UPDATE_OUTCOME, status, run, failure_code, failure_message, execution_id, sum, ...place);
  }
  const count = (status: string) =>
    noted.filter(({ outcome }) => outcome.status === status).length -
    noted.filter(({ cells }) => cells.status === status).length;
  addToTally(tables, noted[0].cells.entry_id as number, { doneRuns: count('done'), failedRuns: count('failed') });
  return noted.map(({ cells }) => cells.run_order as number);
}

function verified(tables: Tables, row: Row): PlanCells {
  tables.verify('planned_runs', PLAN_COLUMNS, row);
  return row as PlanCells;
}
