// Which engine computed a run: records of another build are never taken for this one's, for any byte of it may change a cycle.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Result } from '../../contract/api';
import type { GuestImages } from '../../emulator/index';
import { describeFileError, fail, succeed } from '../failure';

/**
 * SHA-256 over the worker bundle and the images of the software inside the machine, as lower-case hexadecimal.
 * Chunks that the bundle loads have their content's hash in their names, which stand in the bundle.
 */
export async function hashEngineBuild(workerFile: string, images: GuestImages): Promise<Result<string>> {
  let worker: Uint8Array;
  try {
    worker = await readFile(workerFile);
  } catch (error) {
    const message = `The engine, ${workerFile}, cannot be read: ${describeFileError(error)}.`;
    return fail('HOST-IMAGE-MISSING', message, 'Install Bootlab again, or build it with "npm run build".');
  }
  const parts: [string, Uint8Array][] = Object.entries(images)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, image]) => [
      name,
      image instanceof Uint8Array ? image : new TextEncoder().encode(JSON.stringify(image)),
    ]);
  const hash = createHash('sha256');
  for (const [name, bytes] of [['worker', worker] as const, ...parts])
    hash.update(`${name} ${bytes.length}\n`).update(bytes);
  return succeed(hash.digest('hex'));
}
