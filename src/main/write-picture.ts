// Writes a picture whole or not at all.
import { rename, rm, writeFile } from 'node:fs/promises';
import type { Result } from '../contract/api';
import { describeFileError } from '../host/failure';
import { failed } from './ipc';

/** Writes beside the target first, then renames. The result is the path written. */
export async function writePicture(path: string, bytes: Uint8Array): Promise<Result<string>> {
  const temporary = `${path}.part-${process.pid}`;
  try {
    await writeFile(temporary, bytes);
    await rename(temporary, path);
    return { ok: true, value: path };
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    return failed(
      'APP-WRITE',
      `${path} cannot be written: ${describeFileError(error)}.`,
      'Choose another folder or free some space.',
    );
  }
}
