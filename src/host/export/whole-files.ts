// Files that are written whole or not at all: a temporary file beside each, then a rename. Pieces are asked for as the disk
// takes them, so that a file of any length needs the memory of one piece.
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Result, SavedFiles } from '../../contract/api';
import { cancelled, describeFileError, fail, succeed } from '../failure';
import { RunStoreError } from '../run-store/run-store';
import { ResultsError } from './results-file';

/** What writing needs of a file system; tests put a full disk in its place. */
export interface FileSystem {
  ensureFolder(folder: string): Promise<void>;
  /** Creates a file that is not there yet, writes all pieces and waits until they are on the disk. */
  writeNewFile(file: string, chunks: Iterable<string>): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  isFolder(file: string): Promise<boolean>;
  remove(file: string): Promise<void>;
}

/** Pieces are put together up to this size, in UTF-16 units: fewer calls, still little memory. */
const WRITE_SIZE = 256 * 1024;

const nodeFileSystem: FileSystem = {
  ensureFolder,
  async writeNewFile(file, chunks) {
    const handle = await open(file, 'wx');
    try {
      let pending = '';
      for (const chunk of chunks) {
        pending += chunk;
        if (pending.length < WRITE_SIZE) continue;
        // Nothing more is made before the disk has taken this.
        await handle.writeFile(pending, 'utf8');
        pending = '';
      }
      await handle.writeFile(pending, 'utf8');
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

/** A file to be written. */
export interface WholeFile {
  readonly name: string;
  chunks(): Iterable<string>;
}

export interface WriteOptions {
  /** Aborting leaves everything as it was. */
  readonly signal?: AbortSignal;
  readonly files?: FileSystem;
}

/** Tells temporary files of several savings in one process apart. */
let saveCount = 0;

/** Writes files into `folder`, which is made if it is not there; files of these names are replaced. Never rejects. */
export async function writeWholeFiles(
  folder: string,
  outputs: readonly WholeFile[],
  { signal, files = nodeFileSystem }: WriteOptions = {},
): Promise<Result<SavedFiles>> {
  const suffix = `.${process.pid}-${saveCount++}.tmp`;
  const paths = outputs.map(({ name }) => join(folder, name));
  let target = folder;
  try {
    await files.ensureFolder(folder);
    for (const [index, output] of outputs.entries()) {
      target = paths[index];
      if (await files.isFolder(target)) throw Object.assign(new Error('is a folder'), { code: 'EISDIR' });
      await files.writeNewFile(target + suffix, untilAborted(output.chunks(), signal));
    }
    for (const path of paths) {
      target = path;
      await files.rename(path + suffix, path);
    }
    return succeed({ paths });
  } catch (error) {
    await Promise.all(paths.map((path) => files.remove(path + suffix).catch(() => {})));
    if (error instanceof RunStoreError) return { ok: false, failure: error.failure };
    if (error instanceof ResultsError) return error.failed;
    if (error === signal?.reason) return cancelled();
    return fail(
      'HOST-SAVE',
      `${target} cannot be written: ${describeFileError(error)}.`,
      'Choose another folder, or make room and permission there.',
    );
  }
}

function* untilAborted(chunks: Iterable<string>, signal: AbortSignal | undefined): Generator<string> {
  for (const chunk of chunks) {
    signal?.throwIfAborted();
    yield chunk;
  }
}
