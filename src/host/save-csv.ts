// Writes runs.csv and phases.csv of comparisons, whole or not at all: a temporary file beside each, then a rename.
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Comparison, Result, SavedFiles } from '../contract/api';
import { phasesCsv, runsCsv } from '../lab/index';
import { describeFileError, fail, succeed } from './failure';

/** What saving needs of a file system; tests put a full disk in its place. */
export interface FileSystem {
  ensureFolder(folder: string): Promise<void>;
  /** Creates a file that is not there yet, writes all of it and waits until it is on the disk. */
  writeNewFile(file: string, text: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  isFolder(file: string): Promise<boolean>;
  remove(file: string): Promise<void>;
}

const nodeFileSystem: FileSystem = {
  ensureFolder,
  async writeNewFile(file, text) {
    const handle = await open(file, 'wx');
    try {
      await handle.writeFile(text, 'utf8');
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  rename,
  isFolder,
  remove: (file) => rm(file, { force: true }),
};

/**
 * Makes a folder and what is missing above it. Node's own recursive mkdir never comes back where the system answers ENOENT in a folder
 * that is there (below /proc): each level is tried once here.
 */
async function ensureFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    // Depending on the system, a folder that is there gives EEXIST, EISDIR, EPERM or EROFS.
    if (await isFolder(folder)) return;
    const parent = dirname(folder);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parent === folder || (await isFolder(parent)))
      throw error;
    await ensureFolder(parent);
    await ensureFolder(folder);
  }
}

function isFolder(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Tells temporary files of several savings in one process apart. */
let saveCount = 0;

/** Writes both files into `folder`, which is made if it is not there; files of these names are replaced. Never rejects. */
export async function saveComparisonsCsv(
  comparisons: readonly Comparison[],
  folder: string,
  files: FileSystem = nodeFileSystem,
): Promise<Result<SavedFiles>> {
  const suffix = `.${process.pid}-${saveCount++}.tmp`;
  const outputs = [
    { file: join(folder, 'runs.csv'), text: runsCsv(comparisons) },
    { file: join(folder, 'phases.csv'), text: phasesCsv(comparisons) },
  ];
  let target = folder;
  try {
    await files.ensureFolder(folder);
    for (const { file, text } of outputs) {
      target = file;
      if (await files.isFolder(file)) throw Object.assign(new Error('is a folder'), { code: 'EISDIR' });
      await files.writeNewFile(file + suffix, text);
    }
    for (const { file } of outputs) {
      target = file;
      await files.rename(file + suffix, file);
    }
    return succeed({ paths: outputs.map(({ file }) => file) });
  } catch (error) {
    await Promise.all(outputs.map(({ file }) => files.remove(file + suffix).catch(() => {})));
    return fail(
      'HOST-SAVE',
      `${target} cannot be written: ${describeFileError(error)}.`,
      'Choose another folder, or make room and permission there.',
    );
  }
}
