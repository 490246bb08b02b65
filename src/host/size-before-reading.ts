// What is looked at before a file that a person named is read whole.
import { stat } from 'node:fs/promises';

/**
 * Size in bytes. Devices and pipes are refused: some have no end (/dev/zero), and a pipe that nobody writes to holds the
 * process for ever, Ctrl+C or not. A folder passes: reading it fails with a better word.
 * @throws as the file system does, or with "it is a device or a pipe, not a file"
 */
export async function sizeBeforeReading(file: string): Promise<number> {
  const found = await stat(file);
  if (!found.isFile() && !found.isDirectory()) throw new Error('it is a device or a pipe, not a file');
  return found.size;
}
