// Opens a run store: makes a new file whole or not at all, refuses what is foreign, damaged or newer, and says what happened before.
// docs/run-store.md.
import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Result } from '../../contract/api';
import { describeFileError, fail, succeed } from '../failure';
import { findInterrupted, noteInterrupted } from './entry-rows';
import type { RunStore, RunStoreOptions, StoreNotice } from './run-store';
import { RunStoreError } from './run-store';
import type { Migrations } from './schema';
import { APPLICATION_ID, MIGRATIONS } from './schema';
import { createStore } from './sqlite-store';
import { failDamaged, failForeign, failNewer } from './store-failures';
import { innerLockOf } from './store-lock';
import type { Sqlite, Tables } from './store-session';
import { STORE_COLUMNS, StoreSession, syncFolder } from './store-session';

/** Ten times what the longest transaction takes, the plan of 100,000 runs. */
const DEFAULT_WAIT_MS = 30_000;

/** Files up to this size are checked whole when they are opened; larger ones as they are read, row by row. */
const CHECKED_WHOLE_BYTES = 4 * 1024 * 1024;

/** Fields of the header (https://www.sqlite.org/fileformat2.html, 1.3). */
const HEADER = { BYTES: 100, MAGIC: 'SQLite format 3\0', APPLICATION_ID_AT: 68 };

/** What SQLite keeps beside a file while it works on it. */
const COMPANIONS = ['-wal', '-journal', '-shm'];

/** What tests put in the place of today's format and of its bounds. */
export interface OpenStoreOptions extends RunStoreOptions {
  readonly migrations?: Migrations;
  readonly checkedWholeBytes?: number;
}

/** Opens the store `file`, or makes it. Its folder must be there. Never rejects. */
export async function openRunStore(file: string, options: OpenStoreOptions = {}): Promise<Result<RunStore>> {
  const { waitMs = DEFAULT_WAIT_MS, now = () => new Date() } = options;
  const { migrations = MIGRATIONS, checkedWholeBytes = CHECKED_WHOLE_BYTES } = options;
  const notices: StoreNotice[] = [];
  const sqlite = await loadSqlite();
  const place = placeOf(file);
  if (!place.ok) return place;
  const session = new StoreSession({
    sqlite,
    file: place.value,
    waitMs,
    tellLockRemoved: ({ pid }) => {
      notices.push({
        code: 'STORE-LOCK-REMOVED',
        text: `Process ${pid} was ended while it wrote to the run store. Its lock was removed; what it had not finished was undone.`,
      });
    },
  });
  const ready = session.locked(() => prepareFile(sqlite, place.value, migrations, now));
  if (!ready.ok) return ready;
  const checked = checkFile(session, migrations, checkedWholeBytes, notices);
  return checked.ok ? succeed(createStore(session, notices, now)) : checked;
}

/**
 * Renames a store that cannot be used, and what SQLite keeps beside it, so that a new one can be begun.
 * @returns the new name
 */
export async function moveStoreAside(file: string, now: () => Date = () => new Date()): Promise<Result<string>> {
  const place = placeOf(file);
  if (!place.ok) return place;
  const stamp = now().toISOString().replace(/[:.]/g, '-');
  const aside = `${place.value}.aside-${stamp}`;
  const sqlite = await loadSqlite();
  const session = new StoreSession({ sqlite, file: place.value, waitMs: DEFAULT_WAIT_MS, tellLockRemoved: () => {} });
  return session.locked(() => {
    renameSync(place.value, aside);
    for (const companion of COMPANIONS) {
      if (sizeOf(place.value + companion) !== null) renameSync(place.value + companion, aside + companion);
    }
    syncFolder(dirname(aside));
    return succeed(aside);
  });
}

async function loadSqlite(): Promise<Sqlite> {
  // A CommonJS module: Node and bundlers differ in whether its exports are names or the default.
  const loaded = (await import('node-sqlite3-wasm')) as Sqlite & { readonly default?: Sqlite };
  return loaded.default ?? loaded;
}

/** The file itself: two names of one file must not have two locks. */
function placeOf(file: string): Result<string> {
  const absolute = resolve(file);
  try {
    return succeed(
      sizeOf(absolute) === null ? join(realpathSync(dirname(absolute)), basename(absolute)) : realpathSync(absolute),
    );
  } catch (error) {
    return fail(
      'HOST-STORE-FILE',
      `The run store ${file} cannot be used: ${describeFileError(error)}.`,
      'Name a file in a folder that is there, with --store or BOOTLAB_STORE.',
    );
  }
}

/** Null: there is no such file. */
function sizeOf(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.size ?? null;
}

/** Makes the file if there is none, and looks at the header of one that is there. With the lock held. */
function prepareFile(sqlite: Sqlite, file: string, migrations: Migrations, now: () => Date): Result<null> {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found) {
    createFile(sqlite, file, migrations, now);
    return succeed(null);
  }
  if (!found.isFile()) return failForeign(file, found.isDirectory() ? 'it is a folder' : 'it is no ordinary file');
  const header = readHeader(file);
  if (header.length < HEADER.BYTES || header.toString('latin1', 0, HEADER.MAGIC.length) !== HEADER.MAGIC) {
    return failForeign(file, 'it does not begin as an SQLite file does');
  }
  if (header.readUInt32BE(HEADER.APPLICATION_ID_AT) !== APPLICATION_ID) {
    return failForeign(file, 'it is an SQLite file of another program');
  }
  return succeed(null);
}

function readHeader(file: string): Buffer {
  const header = Buffer.alloc(HEADER.BYTES);
  const handle = openSync(file, 'r');
  try {
    return header.subarray(0, readSync(handle, header, 0, HEADER.BYTES, 0));
  } finally {
    closeSync(handle);
  }
}

/** A new store under another name, then renamed: nobody ever sees half a store. */
function createFile(sqlite: Sqlite, file: string, migrations: Migrations, now: () => Date): void {
  const unfinished = `${file}.new`;
  const removeUnfinished = () => {
    for (const companion of ['', ...COMPANIONS]) rmSync(unfinished + companion, { force: true });
    rmSync(innerLockOf(unfinished), { recursive: true, force: true });
  };
  removeUnfinished();
  try {
    const database = new sqlite.Database(unfinished);
    try {
      // Write-ahead log from the first page on; see store-session.ts.
      database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; BEGIN IMMEDIATE');
      database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
      database.exec(migrations[0]);
      database.exec('PRAGMA user_version = 1; COMMIT');
    } finally {
      database.close();
    }
    const session = new StoreSession({ sqlite, file: unfinished, waitMs: 0, tellLockRemoved: () => {} });
    const row = { store_id: randomUUID(), created_at: now().toISOString() };
    const written = session.write((tables) => {
      tables.insert('store', STORE_COLUMNS, row);
      migrate(tables, migrations, 1);
    });
    if (!written.ok) throw new RunStoreError(written.failure);
    syncFile(unfinished);
    renameSync(unfinished, file);
    syncFolder(dirname(file));
  } catch (error) {
    removeUnfinished();
    throw error;
  }
}

/** Looks into a file that has a store's header; brings it to today's version. */
function checkFile(
  session: StoreSession,
  migrations: Migrations,
  checkedWholeBytes: number,
  notices: StoreNotice[],
): Result<null> {
  const looked = session.read((tables) => {
    const version = tables.first('PRAGMA user_version')?.user_version as number;
    if (version > migrations.length)
      throw new RunStoreError(failNewer(session.file, version, migrations.length).failure);
    if (version < 1) throw new RunStoreError(failForeign(session.file, 'its format has no version').failure);
    const complaint = checkIntegrity(tables, session.file, checkedWholeBytes);
    if (complaint) throw new RunStoreError(failDamaged(session.file, complaint).failure);
    const storeId = tables.storeId();
    // An older version's tables are looked at once they are of today.
    return { version, storeId, interrupted: version === migrations.length ? findInterrupted(tables) : [] };
  });
  if (!looked.ok) return looked;
  const { version, storeId, interrupted } = looked.value;
  session.rememberStore(storeId);
  if (version === migrations.length && interrupted.length === 0) return succeed(null);
  return session.write((tables) => {
    if (migrate(tables, migrations, tables.first('PRAGMA user_version')?.user_version as number)) {
      const text = `The run store was brought from format ${version} to format ${migrations.length}.`;
      notices.push({ code: 'STORE-MIGRATED', text });
    }
    for (const { entry, startedAt } of noteInterrupted(tables, findInterrupted(tables))) {
      const { name, entryId, doneRuns, plannedRuns } = entry;
      const kept = `${doneRuns} of its ${plannedRuns} runs are kept`;
      const text = `"${name}" (entry ${entryId}), started ${startedAt}, was interrupted: ${kept}. Run it again to go on.`;
      notices.push({ code: 'STORE-INTERRUPTED', text });
    }
    return null;
  });
}

/** @returns whether there was something to do */
function migrate(tables: Tables, migrations: Migrations, version: number): boolean {
  for (const sql of migrations.slice(version)) tables.execute(sql);
  // PRAGMA takes no values.
  if (version < migrations.length) tables.execute(`PRAGMA user_version = ${migrations.length}`);
  return version < migrations.length;
}

/** SQLite's first complaint about the file's structure; null: none. Bounded: a large file is checked where the history stands. */
function checkIntegrity(tables: Tables, file: string, checkedWholeBytes: number): string | null {
  const isWhole = (sizeOf(file) ?? 0) <= checkedWholeBytes;
  const parts = isWhole ? ['1'] : ['experiments', 'executions', 'tallies', 'store'];
  for (const part of parts) {
    const answer = tables.first(`PRAGMA integrity_check(${part})`)?.integrity_check;
    if (answer !== 'ok') return String(answer);
  }
  return null;
}

function syncFile(file: string): void {
  const handle = openSync(file, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
