// Transactions on a store's file. Each has the lock, opens the file, and closes it again before the lock goes: SQLite keeps nothing
// open that another process could not see. Why write-ahead log in exclusive mode: docs/decisions/0022-run-store.md.
import { closeSync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type * as SqliteModule from 'node-sqlite3-wasm';
import type { Database } from 'node-sqlite3-wasm';
import type { Result } from '../../contract/api';
import { succeed } from '../failure';
import type { ProcessIdentity } from './process-identity';
import { RunStoreError } from './run-store';
import type { Cell } from './check-sum';
import { checkSumOf } from './check-sum';
import { failBusy, failClosed, failDamaged, failForeign, failReplaced, failureOfStore } from './store-failures';
import { takeLock } from './store-lock';

/** The package, loaded when a store is first needed. */
export type Sqlite = typeof SqliteModule;

/** A row as SQLite gives it: columns by name. */
export type Row = Readonly<Record<string, Cell>>;

export interface SessionOptions {
  readonly sqlite: Sqlite;
  readonly file: string;
  readonly waitMs: number;
  readonly tellLockRemoved: (holder: ProcessIdentity) => void;
}

/** SQLite must not move a committed log into the file before the folder knows of the log: see `write`. */
const PRAGMAS = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  PRAGMA wal_autocheckpoint = 0;
  PRAGMA synchronous = FULL;
  PRAGMA foreign_keys = ON;
  PRAGMA trusted_schema = OFF;
`;

/** Columns of the table `store`, which has one row. */
export const STORE_COLUMNS = ['store_id', 'created_at'];

export class StoreSession {
  private isClosed = false;
  /** Of the file that was opened; null until `rememberStore`. */
  private storeId: string | null = null;

  constructor(private readonly options: SessionOptions) {}

  get file(): string {
    return this.options.file;
  }

  /** Runs `action` in a read transaction. Nothing else writes meanwhile. */
  read<T>(action: (tables: Tables) => T): Result<T> {
    return this.transact('BEGIN', action, () => {});
  }

  /** Runs `action` in a write transaction; on the disk when this returns, or undone. */
  write<T>(action: (tables: Tables) => T): Result<T> {
    return this.transact('BEGIN IMMEDIATE', action, () => {
      // SQLite's own systems sync the folder of a new log; this one leaves it to us.
      syncFolder(dirname(this.file));
    });
  }

  /** From now on the file must be this store. */
  rememberStore(storeId: string): void {
    this.storeId = storeId;
  }

  close(): void {
    this.isClosed = true;
  }

  /** Runs `action` with the lock and nothing open. */
  locked<T>(action: () => Result<T>): Result<T> {
    const { file, waitMs, tellLockRemoved } = this.options;
    if (this.isClosed) return failClosed(file);
    try {
      const lock = takeLock(file, waitMs, tellLockRemoved);
      if (!lock.ok) return failBusy(file, waitMs, lock.refusal);
      try {
        return action();
      } finally {
        lock.release();
      }
    } catch (error) {
      return failureOfStore(file, error);
    }
  }

  private transact<T>(begin: string, action: (tables: Tables) => T, committed: () => void): Result<T> {
    return this.locked(() => {
      const database = new this.options.sqlite.Database(this.file, { fileMustExist: true });
      try {
        database.exec(PRAGMAS);
        const tables = new Tables(database, this.file);
        database.exec(begin);
        try {
          if (this.storeId !== null) this.checkStore(tables);
          const value = action(tables);
          database.exec('COMMIT');
          committed();
          return succeed(value);
        } finally {
          tables.finalize();
          if (database.inTransaction) database.exec('ROLLBACK');
        }
      } finally {
        database.close();
      }
    });
  }

  private checkStore(tables: Tables): void {
    const storeId = tables.storeId();
    if (storeId !== this.storeId) throw new RunStoreError(failReplaced(this.file).failure);
  }
}

/** The open file, within a transaction. */
export class Tables {
  private readonly statements = new Map<string, ReturnType<Database['prepare']>>();

  constructor(
    private readonly database: Database,
    private readonly file: string,
  ) {}

  run(sql: string, ...cells: readonly Cell[]): { readonly changes: number; readonly lastRowId: number } {
    const { changes, lastInsertRowid } = this.prepare(sql).run([...cells]);
    return { changes, lastRowId: Number(lastInsertRowid) };
  }

  all(sql: string, ...cells: readonly Cell[]): Row[] {
    return this.prepare(sql).all([...cells]) as Row[];
  }

  first(sql: string, ...cells: readonly Cell[]): Row | null {
    // Read to its end: a statement in the middle of its rows keeps the transaction open.
    return this.all(sql, ...cells)[0] ?? null;
  }

  /** Statements without values: migrations, settings. */
  execute(sql: string): void {
    this.database.exec(sql);
  }

  /**
   * Inserts a row with its check sum.
   * @param names all columns that it is over; what the table fills in itself is not among them
   */
  insert(table: string, names: readonly string[], row: Row): number {
    const columns = [...names, 'check_sum'].map((name) => `"${name}"`).join(', ');
    const marks = `?${', ?'.repeat(names.length)}`;
    const cells = names.map((name) => row[name]);
    const sql = `INSERT INTO ${table} (${columns}) VALUES (${marks})`;
    return this.run(sql, ...cells, this.sumOf(table, names, row)).lastRowId;
  }

  sumOf(table: string, names: readonly string[], row: Row): string {
    return checkSumOf(
      table,
      names.map((name) => row[name]),
    );
  }

  /**
   * Checks a row that was read.
   * @throws RunStoreError when it is not what was written
   */
  verify(table: string, names: readonly string[], row: Row): void {
    if (row.check_sum !== this.sumOf(table, names, row)) {
      this.throwDamaged(`a row of table ${table} is not what was written`);
    }
  }

  storeId(): string {
    const row = this.first('SELECT store_id, created_at, check_sum FROM store');
    if (!row) throw new RunStoreError(failForeign(this.file, 'it has no row that says which store it is').failure);
    this.verify('store', STORE_COLUMNS, row);
    return row.store_id as string;
  }

  throwDamaged(what: string): never {
    throw new RunStoreError(failDamaged(this.file, what).failure);
  }

  /** Statements must be gone before the file is closed. */
  finalize(): void {
    for (const statement of this.statements.values()) {
      try {
        statement.finalize();
      } catch {
        // It says again what its last step failed with.
      }
    }
    this.statements.clear();
  }

  private prepare(sql: string): ReturnType<Database['prepare']> {
    let statement = this.statements.get(sql);
    if (!statement) {
      statement = this.database.prepare(sql);
      this.statements.set(sql, statement);
    }
    return statement;
  }
}

/** What a disk says that lost something; everything else means that this system cannot sync a folder. */
const DISK_ERRORS: ReadonlySet<string | undefined> = new Set(['EIO', 'ENOSPC', 'EDQUOT']);

/** Waits until names in a folder are on the disk. Windows has no such call and needs none (NTFS logs names). */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  try {
    const handle = openSync(folder, 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    if (DISK_ERRORS.has((error as NodeJS.ErrnoException).code)) throw error;
  }
}
