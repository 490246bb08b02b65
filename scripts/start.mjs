// `npm start`: the window where there is a display, else the sample comparison in the terminal.
// `npm run dev` (--dev): the window with sources reloaded as they change.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildIfNeeded } from './build-if-needed.mjs';
import { NoElectronError, resolveElectron } from './resolve-electron.mjs';

const projectDir = fileURLToPath(new URL('..', import.meta.url));
const args = process.argv.slice(2);
const isDev = args[0] === '--dev';
const END_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

if (!hasDisplay()) {
  startSample();
} else {
  try {
    const electron = await resolveElectron(projectDir);
    if (isDev) startDev(electron);
    else startWindow(electron);
  } catch (error) {
    if (!(error instanceof NoElectronError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

function startWindow(electron) {
  buildIfNeeded(projectDir);
  runUntilEnd(electron.executablePath, [...electron.args, ...args], electron.env).on('exit', (code, signal) => {
    if (code === 0 || END_SIGNALS.includes(signal)) return;
    process.stderr.write(
      `The window ended with ${signal ?? `code ${code}`}. Where no display can be reached, unset DISPLAY and WAYLAND_DISPLAY: the sample then runs in the terminal.\n`,
    );
  });
}

function startDev(electron) {
  const cli = join(projectDir, 'node_modules/electron-vite/bin/electron-vite.js');
  const noSandbox = electron.args.includes('--no-sandbox') ? ['--noSandbox'] : [];
  runUntilEnd(process.execPath, [cli, 'dev', ...noSandbox, ...args.slice(1)], {
    ...electron.env,
    ELECTRON_EXEC_PATH: electron.executablePath,
  });
  // What lies in out/ now is for development alone: the next start or test builds anew.
  process.on('exit', () => rmSync(join(projectDir, 'out'), { recursive: true, force: true }));
}

function startSample() {
  buildIfNeeded(projectDir);
  process.stderr.write('No display (neither DISPLAY nor WAYLAND_DISPLAY is set): the sample runs in the terminal.\n');
  runUntilEnd(process.execPath, [join(projectDir, 'out/main/cli.cjs'), 'sample', ...args]);
}

/** Runs a program in the foreground and ends as it does; returns it. */
function runUntilEnd(program, programArgs, env = {}) {
  const child = spawn(program, programArgs, { cwd: process.cwd(), stdio: 'inherit', env: { ...process.env, ...env } });
  for (const signal of END_SIGNALS) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`${program} could not be started: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
  });
  return child;
}
