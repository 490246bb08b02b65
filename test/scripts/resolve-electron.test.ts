import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NoElectronError, resolveElectron } from '../../scripts/resolve-electron.mjs';

let folder = '';
const program = (name: string) => {
  const path = join(folder, name);
  mkdirSync(resolve(path, '..'), { recursive: true });
  writeFileSync(path, '#!/bin/sh\n');
  chmodSync(path, 0o755);
  return path;
};
const isRoot = process.platform === 'linux' && process.getuid?.() === 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bootlab-electron-'));
  vi.stubEnv('ELECTRON_EXEC_PATH', '');
  vi.stubEnv('ELECTRON_SKIP_BINARY_DOWNLOAD', '1');
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe('the Electron', () => {
  it('named in ELECTRON_EXEC_PATH comes first, and is told the project', async () => {
    const path = program('own/electron');
    vi.stubEnv('ELECTRON_EXEC_PATH', path);
    const said: string[] = [];
    const found = await resolveElectron(folder, (line) => said.push(line));
    expect(found.executablePath).toBe(path);
    expect(found.args.at(-1)).toBe(folder);
    expect(said.join()).toContain('ELECTRON_EXEC_PATH');
  });

  it('named there but not there is an error, not a reason to take another', async () => {
    vi.stubEnv('ELECTRON_EXEC_PATH', join(folder, 'missing'));
    await expect(resolveElectron(folder, () => {})).rejects.toThrow(/ELECTRON_EXEC_PATH names .*missing/);
    await expect(resolveElectron(folder, () => {})).rejects.toBeInstanceOf(NoElectronError);
  });

  it('installed comes next', async () => {
    const home = 'node_modules/electron';
    const path = program(`${home}/dist/electron`);
    writeFileSync(join(folder, home, 'path.txt'), 'electron');
    writeFileSync(join(folder, home, 'package.json'), '{"version":"45.4.1"}');
    const found = await resolveElectron(folder, () => {});
    expect(found.executablePath).toBe(path);
    expect(found.description).toContain('45.4.1');
  });

  it.runIf(process.platform === 'linux' && process.arch === 'x64')(
    'in the cache is taken last, with the words that it is no production runtime',
    async () => {
      const path = program('cache/bootlab/electron-25.1.1/@wingconsoledesktop');
      const said: string[] = [];
      const found = await resolveElectron(folder, (line) => said.push(line));
      expect(found.executablePath).toBe(path);
      expect(found.env).toEqual({ BOOTLAB_APP_DIR: folder });
      expect(said.join()).toContain('not for production');
      const launcher = readFileSync(join(folder, 'cache/bootlab/electron-25.1.1/resources/app/launch.cjs'), 'utf8');
      expect(launcher).toContain('BOOTLAB_APP_DIR');
    },
  );

  it('gets no sandbox for root, and only for root', async () => {
    vi.stubEnv('ELECTRON_EXEC_PATH', program('own/electron'));
    const { args } = await resolveElectron(folder, () => {});
    expect(args.includes('--no-sandbox')).toBe(isRoot);
  });

  it('that cannot be had is explained, with what was tried and what to do', async () => {
    vi.stubEnv('PATH', folder);
    vi.stubEnv('npm_execpath', '');
    const failure = await resolveElectron(folder, () => {}).catch((error: unknown) => error as Error);
    expect(failure).toBeInstanceOf(NoElectronError);
    expect((failure as Error).message).toMatch(/not installed: run "npm ci"[\s\S]*Set ELECTRON_EXEC_PATH/);
  });
});
