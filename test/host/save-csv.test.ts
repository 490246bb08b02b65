import { mkdir, mkdtemp, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Comparison } from '../../src/contract/api';
import { comparePaths } from '../../src/host/compare-paths';
import type { FileSystem } from '../../src/host/export/whole-files';
import { saveComparisonsCsv } from '../../src/host/save-csv';
import { phasesCsv, runsCsv } from '../../src/lab/index';
import { fakeEngine, fakeImages } from '../support/fake-engine';
import { testProfile } from '../support/test-profile';

async function someComparison(): Promise<Comparison> {
  const request = { profileId: 'test-100mhz', paths: ['warm', 'kexec'], seed: 7, overlay: {} } as const;
  const result = await comparePaths({ request, profile: testProfile(), images: fakeImages(), engine: fakeEngine() });
  if (!result.ok) throw new Error(result.failure.message);
  return result.value;
}

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bootlab-csv-'));
});

/** A file system in memory that fails where a test wants it to. */
function failingFileSystem(failAt: (operation: string, file: string) => string | null) {
  const files = new Map<string, string>();
  const check = (operation: string, file: string) => {
    const code = failAt(operation, file);
    if (code) throw Object.assign(new Error(code), { code });
  };
  const system: FileSystem = {
    ensureFolder: async (path) => check('ensureFolder', path),
    async writeNewFile(file, chunks) {
      const text = [...chunks].join('');
      // A disk fills up in the middle of a file.
      files.set(file, text.slice(0, 10));
      check('writeNewFile', file);
      files.set(file, text);
    },
    async rename(from, to) {
      check('rename', to);
      files.set(to, files.get(from)!);
      files.delete(from);
    },
    isFolder: async () => false,
    remove: async (file) => void files.delete(file),
  };
  return { system, files };
}

describe('saving CSV', () => {
  it('writes both files whole, into a folder it makes, and leaves nothing else', async () => {
    const comparison = await someComparison();
    const target = join(folder, 'new', 'deeper');
    const result = await saveComparisonsCsv([comparison], target);
    expect(result).toEqual({ ok: true, value: { paths: [join(target, 'runs.csv'), join(target, 'phases.csv')] } });
    expect(await readFile(join(target, 'runs.csv'), 'utf8')).toBe(runsCsv([comparison]));
    expect(await readFile(join(target, 'phases.csv'), 'utf8')).toBe(phasesCsv([comparison]));
    expect((await readdir(target)).sort()).toEqual(['phases.csv', 'runs.csv']);
  });

  it('replaces files of an earlier run', async () => {
    await writeFile(join(folder, 'runs.csv'), 'old '.repeat(100_000));
    const comparison = await someComparison();
    await saveComparisonsCsv([comparison], folder);
    expect(await readFile(join(folder, 'runs.csv'), 'utf8')).toBe(runsCsv([comparison]));
  });

  it('does not write through a link that lies where a file should be', async () => {
    const elsewhere = join(folder, 'precious.txt');
    await writeFile(elsewhere, 'precious');
    await symlink(elsewhere, join(folder, 'runs.csv'));
    await saveComparisonsCsv([await someComparison()], folder);
    expect(await readFile(elsewhere, 'utf8')).toBe('precious');
  });

  it('survives two savings into one folder at a time', async () => {
    const comparison = await someComparison();
    const results = await Promise.all([1, 2, 3].map(() => saveComparisonsCsv([comparison], folder)));
    expect(results.every(({ ok }) => ok)).toBe(true);
    expect((await readdir(folder)).sort()).toEqual(['phases.csv', 'runs.csv']);
  });

  it('says that a folder is in the way, and leaves no temporary file', async () => {
    await mkdir(join(folder, 'phases.csv'));
    const result = await saveComparisonsCsv([await someComparison()], folder);
    expect(result).toMatchObject({ ok: false, failure: { code: 'HOST-SAVE' } });
    expect((result as { failure: { message: string } }).failure.message).toContain('it is a folder');
    expect(await readdir(folder)).toEqual(['phases.csv']);
  });

  it('says that a part of the path is no folder', async () => {
    await writeFile(join(folder, 'file'), '');
    const result = await saveComparisonsCsv([await someComparison()], join(folder, 'file', 'results'));
    expect(result).toMatchObject({ ok: false, failure: { code: 'HOST-SAVE' } });
  });

  // The kernel's own file systems say "no such file" to whoever wants to make something in them.
  it.skipIf(process.platform !== 'linux')(
    'comes back from a folder in which none can be made (Linux only: /proc)',
    async () => {
      const result = await saveComparisonsCsv([await someComparison()], '/proc/self/results/deeper');
      expect(result).toMatchObject({ ok: false, failure: { code: 'HOST-SAVE' } });
    },
  );

  it.each(['runs.csv', 'phases.csv'])('leaves nothing half written when the disk is full at %s', async (name) => {
    const { system, files } = failingFileSystem((operation, file) =>
      operation === 'writeNewFile' && file.includes(name) ? 'ENOSPC' : null,
    );
    const result = await saveComparisonsCsv([await someComparison()], '/results', system);
    expect(result).toMatchObject({ ok: false, failure: { code: 'HOST-SAVE' } });
    expect((result as { failure: { message: string } }).failure.message).toContain('the disk is full');
    expect([...files.keys()]).toEqual([]);
  });

  it('says that the folder cannot be made', async () => {
    const { system } = failingFileSystem((operation) => (operation === 'ensureFolder' ? 'EACCES' : null));
    const result = await saveComparisonsCsv([await someComparison()], '/results', system);
    expect(result).toMatchObject({ failure: { message: '/results cannot be written: it is not permitted.' } });
  });
});
