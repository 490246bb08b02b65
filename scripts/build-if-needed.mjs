// Builds out/ when a source is newer than what was built. Used by start and test; `npm run build` always builds.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const OUTPUTS = [
  'main/index.cjs',
  'main/cli.cjs',
  'main/engine-worker.cjs',
  'preload/index.cjs',
  'renderer/index.html',
];
const SOURCES = ['src', 'electron.vite.config.ts', 'package.json', 'package-lock.json'];

/** Whether an output is missing or older than a source. */
export function isBuildStale(projectDir) {
  const outputs = OUTPUTS.map((name) => join(projectDir, 'out', name));
  if (!outputs.every((path) => existsSync(path))) return true;
  const oldestOutput = Math.min(...outputs.map((path) => statSync(path).mtimeMs));
  return SOURCES.some((name) => newestChange(join(projectDir, name)) > oldestOutput);
}

function newestChange(path) {
  if (!existsSync(path)) return 0;
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newestChange(join(path, name))));
}

/** Builds when stale; ends the process when the build fails. */
export function buildIfNeeded(projectDir) {
  if (!isBuildStale(projectDir)) return;
  process.stderr.write('Building the app ...\n');
  const cli = join(projectDir, 'node_modules/electron-vite/bin/electron-vite.js');
  if (!existsSync(cli)) {
    process.stderr.write('The build tools are not installed. Run "npm ci" first.\n');
    process.exit(1);
  }
  const build = spawnSync(process.execPath, [cli, 'build', '--logLevel', 'warn'], {
    cwd: projectDir,
    encoding: 'utf8',
  });
  if (build.status === 0) return;
  process.stderr.write(`${build.stdout}${build.stderr}\nThe build failed; see above.\n`);
  process.exit(1);
}
