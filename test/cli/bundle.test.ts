// The built terminal face as people run it: a process of its own, real workers, the real machine.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, stat, symlink } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildBundle } from '../support/build-bundle';

let bundle: string;
let folder: string;

beforeAll(async () => {
  bundle = await buildBundle({ cli: 'src/cli/index.ts', 'engine-worker': 'src/host/engine-worker.ts' });
  await symlink(resolve('resources'), join(bundle, '..', '..', 'resources'));
  folder = await mkdtemp(join(tmpdir(), 'bootlab-bundle-cli-'));
});

function start(args: readonly string[]) {
  const child = spawn(process.execPath, [join(bundle, 'cli.cjs'), ...args], { cwd: folder });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const end = once(child, 'close').then(([exitCode]) => ({ exitCode: exitCode as number, out, err }));
  return { child, end };
}

describe('the built bootlab', () => {
  it('needs neither Electron nor any package beside it', async () => {
    const text = await readFile(join(bundle, 'cli.cjs'), 'utf8');
    const required = [...text.matchAll(/\brequire\(["']([^"']+)["']\)/g)].map(([, name]) => name);
    // Some packages name Node's own modules without the prefix.
    expect(required.filter((name) => !isBuiltin(name) && !name.startsWith('.'))).toEqual([]);
    expect(text.startsWith('#!/usr/bin/env node\n')).toBe(true);
  });

  it('lists machines', async () => {
    const { exitCode, out } = await start(['machines']).end;
    expect(exitCode).toBe(0);
    expect(out).toContain('486dx2-66');
  });

  it('answers conformance requests through its pipes, to the last one', async () => {
    const { child, end } = start(['conform']);
    const count = 5000;
    const request = (id: number) => ({
      id: `${id}`,
      mode: 'real',
      r: { eip: 0x7c00 },
      m: [[0x7c00, 'f4']],
      stop: { hlt: 1 },
    });
    child.stdin.end(Array.from({ length: count }, (_, id) => `${JSON.stringify(request(id))}\n`).join(''));
    const { exitCode, out } = await end;
    expect(exitCode).toBe(0);
    const ids = out
      .trimEnd()
      .split('\n')
      .map((line) => Number((JSON.parse(line) as { id: string }).id));
    expect(ids).toEqual(Array.from({ length: count }, (_, id) => id));
  });

  it('ends without a word when its reader has gone', async () => {
    const { child, end } = start(['conform']);
    const line = '{"id":"x","mode":"real","r":{"eip":31744},"m":[[31744,"f4"]],"stop":{"hlt":1}}\n';
    child.stdin.on('error', () => {});
    child.stdin.write(line);
    await once(child.stdout, 'data');
    child.stdout.destroy();
    child.stdin.write(line.repeat(10_000));
    const { exitCode, err } = await end;
    expect(exitCode).toBe(0);
    expect(err).toBe('');
  });

  it('boots its own firmware to the end of its power-on self-test', async () => {
    const args = [
      'machine',
      '--mem',
      '4',
      '--profile',
      '486dx2-66',
      '--until-port',
      '0x80=0xff',
      '--watch-port',
      '0x80',
    ];
    const { exitCode, out } = await start(args).end;
    expect(exitCode).toBe(0);
    const closing = JSON.parse(out) as { stop: string; ports: Record<string, number[]> };
    expect(closing.stop).toBe('until');
    expect(closing.ports['0x80'].slice(0, 3)).toEqual([0xcf, 0xc0, 0xc1]);
    expect(closing.ports['0x80'].at(-1)).toBe(0xff);
  });

  it('runs a comparison in workers and writes the same bytes twice', async () => {
    const run = async (name: string) => {
      const args = [
        'compare',
        '--profile',
        '486dx2-66',
        '--paths',
        'kexec',
        '--set',
        'loader.promptTenths=0',
        '--quiet',
        '--csv',
        name,
      ];
      const { exitCode, err } = await start(args).end;
      expect(err).toBe('');
      expect(exitCode).toBe(0);
      return Promise.all(['runs.csv', 'phases.csv'].map((file) => readFile(join(folder, name, file), 'utf8')));
    };
    const [first, second] = [await run('one'), await run('two')];
    expect(second).toEqual(first);
    const [header, row] = first[0].split('\n').map((line) => line.split(','));
    const cell = (name: string) => row[header.indexOf(name)];
    expect([cell('machine_profile'), cell('reboot_path'), cell('status')]).toEqual(['486dx2-66', 'kexec', 'done']);
    const purposes = ['firmware', 'shutdown', 'load', 'copy', 'loader', 'kernel', 'userspace'];
    const sum = purposes.reduce((total, purpose) => total + Number(cell(`${purpose}_cycles`)), 0);
    expect(sum).toBe(Number(cell('total_cycles')));
    expect(Number(cell('pages_copied'))).toBeGreaterThan(0);
  });

  it.skipIf(process.platform === 'win32')('ends a run at Ctrl+C with 130 and a word', async () => {
    const { child, end } = start(['machine', '--profile', '486dx2-66', '--log', '0x80=post.log']);
    // The first POST codes in the file say that the machine runs; without a disk it never ends.
    const sizeBytes = () =>
      stat(join(folder, 'post.log')).then(
        ({ size }) => size,
        () => 0,
      );
    while ((await sizeBytes()) === 0) await new Promise((later) => setTimeout(later, 20));
    child.kill('SIGINT');
    const { exitCode, err, out } = await end;
    expect(exitCode).toBe(130);
    expect(err + out).toMatch(/EMU-CANCELLED|"stop":"cancelled"/);
  });
});
