// What is looked at before a file that a person named is read whole.
import { stat } from 'node:fs/promises';

/**
 * Size in bytes, 0 for a pipe. Devices are refused, for some (/dev/zero) never end.
 * @throws as the file system does, or with "it is a device, not a file"
 */
export async function sizeBeforeReading(file: string): Promise<number> {
  const found = await stat(file);
  if (found.isCharacterDevice() || found.isBlockDevice()) throw new Error('it is a device, not a file');
  return found.size;
}
