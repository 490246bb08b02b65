// Which files are opened, made, migrated and refused. Refused files are never touched.
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from 'node-sqlite3-wasm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Result } from '../../../src/contract/api';
import { moveStoreAside, openRunStore } from '../../../src/host/run-store/open-store';
import { identityText, ownIdentity } from '../../../src/host/run-store/process-identity';
import type { RunStore } from '../../../src/host/run-store/run-store';
import { MIGRATIONS } from '../../../src/host/run-store/schema';
import { fakeRequest, fakeRun } from '../../support/fake-plan';

const HOST = { worker: 0, wallMs: 1 };

let folder: string;
let file: string;

const valueOf = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(`${result.failure.code}: ${result.failure.message}`);
  return result.value;
};
const codeOf = (result: Result<unknown>) => (result.ok ? 'no failure' : result.failure.code);
const bytesHash = () => createHash('sha256').update(readFileSync(file)).digest('hex');

/** Changes the file behind the store's back. */
function execute(sql: string): void {
  const database = new Database(file);
  database.exec(`PRAGMA locking_mode = EXCLUSIVE; ${sql}`);
  database.close();
}

/** Saves the first `count` runs of the made-up experiment, and leaves the execution running. */
function fill(store: RunStore, count: number) {
  const request = fakeRequest();
  const execution = valueOf(store.beginExecution(request));
  for (const planned of request.planned.slice(0, count)) {
    valueOf(store.saveRun(execution.executionId, planned, { status: 'done', record: fakeRun(planned) }, HOST));
  }
  return { ...execution, request };
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bootlab-open-store-'));
  file = join(folder, 'history.bootruns');
});

describe('a new store', () => {
  it('is one file with nothing beside it, also after writing', async () => {
    const store = valueOf(await openRunStore(file));
    fill(store, 2);
    store.close();
    store.close();
    expect(readdirSync(folder)).toEqual(['history.bootruns']);
  });

  it('takes the place of what an unfinished one left', async () => {
    writeFileSync(`${file}.new`, 'half');
    mkdirSync(`${file}.new.lock`);
    valueOf(await openRunStore(file)).close();
    expect(readdirSync(folder)).toEqual(['history.bootruns']);
  });

  it('needs its folder', async () => {
    const opened = await openRunStore(join(folder, 'missing', 'history.bootruns'));
    expect(codeOf(opened)).toBe('HOST-STORE-FILE');
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a file that is no store of this version', () => {
  it.each([
    ['text', (): void => writeFileSync(file, 'Dear diary,\n'.repeat(100))],
    ['nothing', (): void => writeFileSync(file, '')],
    ['the beginning of a store', (): void => writeFileSync(file, 'SQLite format 3\0')],
    ['the database of another program', (): void => execute('CREATE TABLE bookmarks (url TEXT)')],
  ])('is refused and left alone when it holds %s', async (_what, write) => {
    write();
    const before = bytesHash();
    const opened = await openRunStore(file);
    expect(codeOf(opened)).toBe('HOST-STORE-FOREIGN');
    expect(bytesHash()).toBe(before);
    expect(readdirSync(folder)).toEqual(['history.bootruns']);
  });

  it('is refused when it is a folder', async () => {
    mkdirSync(file);
    expect(codeOf(await openRunStore(file))).toBe('HOST-STORE-FOREIGN');
  });

  it('is refused when its format is newer, with both versions', async () => {
    valueOf(await openRunStore(file)).close();
    execute('PRAGMA user_version = 99');
    const opened = await openRunStore(file);
    expect(codeOf(opened)).toBe('HOST-STORE-VERSION');
    expect(opened.ok || opened.failure.message).toMatch(/format 99.*formats up to 1/);
  });

  it('is moved aside on request, whole, and a new one begins', async () => {
    writeFileSync(file, 'damaged');
    writeFileSync(`${file}-wal`, 'log');
    const aside = valueOf(await moveStoreAside(file, () => new Date('2026-11-23T22:00:00Z')));
    expect(aside).toBe(`${file}.aside-2026-11-23T22-00-00-000Z`);
    expect(readFileSync(aside, 'utf8')).toBe('damaged');
    expect(readFileSync(`${aside}-wal`, 'utf8')).toBe('log');
    valueOf(await openRunStore(file)).close();
  });
});

describe('a store of an older format', () => {
  const NEXT = 'ALTER TABLE experiments ADD COLUMN colour TEXT';

  it('is brought to the newest, keeps what it has, and says so', async () => {
    const old = valueOf(await openRunStore(file));
    const { entryId, request } = fill(old, 3);
    old.close();
    const store = valueOf(await openRunStore(file, { migrations: [...MIGRATIONS, NEXT] }));
    expect(store.notices.map(({ code }) => code)).toEqual(['STORE-MIGRATED']);
    const runs = [...valueOf(store.resultsOf(entryId)).runs];
    expect(runs[2]).toStrictEqual({
      planned: request.planned[2],
      outcome: { status: 'done', record: fakeRun(request.planned[2]) },
    });
    store.close();
    expect(codeOf(await openRunStore(file))).toBe('HOST-STORE-VERSION');
  });

  it('stays as it is when a migration fails half-way', async () => {
    valueOf(await openRunStore(file)).close();
    const broken = `${NEXT}; CREATE TABLE experiments (twice TEXT)`;
    expect(codeOf(await openRunStore(file, { migrations: [...MIGRATIONS, broken] }))).toBe('HOST-STORE-FILE');
    const store = valueOf(await openRunStore(file));
    expect(store.notices).toEqual([]);
    fill(store, 1);
  });
});

describe('a file that was replaced while it was open', () => {
  it('is refused', async () => {
    const store = valueOf(await openRunStore(file));
    await moveStoreAside(file);
    expect(codeOf(store.listEntries())).toBe('HOST-STORE-FILE');
    valueOf(await openRunStore(file)).close();
    const answer = store.listEntries();
    expect(answer.ok || answer.failure.message).toMatch(/replaced by another/);
  });
});

describe('a store that is in use', () => {
  it('is waited for, and then its process is named', async () => {
    valueOf(await openRunStore(file)).close();
    symlinkSync(`${identityText(ownIdentity())}.abcdef`, `${file}.in-use`);
    const opened = await openRunStore(file, { waitMs: 20 });
    expect(codeOf(opened)).toBe('HOST-STORE-BUSY');
    expect(opened.ok || opened.failure.message).toContain(`process ${process.pid}`);
  });

  it('by another computer names the file that would have to go', async () => {
    valueOf(await openRunStore(file)).close();
    symlinkSync(`${identityText({ ...ownIdentity(), host: '00000000' })}.abcdef`, `${file}.in-use`);
    const opened = await openRunStore(file, { waitMs: 0 });
    expect(codeOf(opened)).toBe('HOST-STORE-BUSY');
    expect(opened.ok || opened.failure.nextStep).toContain(`${file}.in-use`);
  });

  it('by a program that knows only the lock of SQLite is left to it', async () => {
    valueOf(await openRunStore(file)).close();
    mkdirSync(`${file}.lock`);
    expect(codeOf(await openRunStore(file))).toBe('HOST-STORE-BUSY');
    expect(readdirSync(folder)).toEqual(['history.bootruns', 'history.bootruns.lock']);
  });
});

describe('two names of one file', () => {
  it('are one store', async () => {
    const store = valueOf(await openRunStore(file));
    const link = join(folder, 'link.bootruns');
    symlinkSync(file, link);
    const other = valueOf(await openRunStore(link));
    expect(other.file).toBe(store.file);
  });
});
