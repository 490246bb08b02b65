// An X server without a screen, for machines that have no display. Ended by its process id.
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

export interface Display {
  /** Value for DISPLAY. */
  readonly name: string;
  close(): void;
}

/** The display there is, or an Xvfb on a free number. Rejects where Xvfb cannot be run. */
export async function openDisplay(): Promise<Display> {
  const { DISPLAY } = process.env;
  if (process.platform !== 'linux' || DISPLAY) return { name: DISPLAY ?? '', close: () => {} };
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1440x1000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const number = await displayNumber(server);
  return { name: `:${number}`, close: () => void server.kill() };
}

/** Xvfb writes the number it took to file descriptor 3 once it answers. */
function displayNumber(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    (server.stdio[3] as Readable).once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
    server.once('error', (error) => reject(new Error(`Xvfb cannot be run: ${error.message}`)));
    server.once('exit', (code) => reject(new Error(`Xvfb ended with code ${code}`)));
  });
}
