// What a run takes of the host's memory: the guest's RAM and little else, on the shipped machine with the most of it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { buildBundle } from '../support/build-bundle';

const GUEST_RAM_BYTES = 2 * 1024 ** 3;
/** What a worker may take beside the guest's RAM. */
const BESIDE_BYTES = 200e6;

let bundle: string;
let peakReporter: string;

beforeAll(async () => {
  bundle = await buildBundle({ cli: 'src/cli/index.ts', 'engine-worker': 'src/host/engine-worker.ts' });
  await symlink(resolve('resources'), join(bundle, '..', '..', 'resources'));
  const file = join(mkdtempSync(join(tmpdir(), 'bootlab-memory-')), 'peak.mjs');
  // getrusage(2): kilobytes, the largest resident set of the process, its threads included.
  writeFileSync(file, "process.on('exit', () => console.error('peak ' + process.resourceUsage().maxRSS));\n");
  peakReporter = pathToFileURL(file).href;
});

/** Bytes that a process of bootlab held at most. */
async function peakBytes(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, ['--import', peakReporter, join(bundle, 'cli.cjs'), ...args]);
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  child.stdout.resume();
  const [exitCode] = (await once(child, 'close')) as [number];
  expect(exitCode, err).toBe(0);
  return Number(/peak (\d+)/.exec(err)![1]) * 1024;
}

it('is the guest’s 2 GiB and at most 200 MB for a worker whose firmware tests all of it', async () => {
  const without = await peakBytes(['machines']);
  const run = ['compare', '--profile', 'dual-xeon-2003', '--paths', 'kexec', '--no-variation', '--quiet'];
  // What user space reads, and what a wait costs, changes no memory.
  const quick = ['--set', 'loader.promptTenths=0', '--set', 'services.reads=0'];
  const worker = (await peakBytes([...run, ...quick])) - without;
  // It did touch the guest's RAM; a host short of memory may have taken pages of it back.
  expect(worker).toBeGreaterThan(GUEST_RAM_BYTES / 2);
  expect(worker).toBeLessThan(GUEST_RAM_BYTES + BESIDE_BYTES);
}, 300_000);
