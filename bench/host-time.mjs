// node bench/host-time.mjs: how long the host takes for a comparison on the desktop machine, and for a sweep of 20 memory sizes on it.
// Prints seconds of wall clock and of processor time; processor time hardly depends on what else the host does. Needs out/ (npm run build).
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const PROJECT = dirname(import.meta.dirname);
/** What the lab wants to stay below, in seconds of wall clock on two idle processors. */
const TASKS = {
  comparison: { aimSeconds: 3, args: ['compare', '--profile', 'p3-1000-desktop', '--quiet'] },
  'memory sweep, 20 points': {
    aimSeconds: 30,
    args: ['sweep', '--profile', 'p3-1000-desktop', '--param', 'memory.ramBytes=32Mi..640Mi:20', '--quiet'],
  },
};
const { values } = parseArgs({
  options: {
    cli: { type: 'string', default: join(PROJECT, 'out/main/cli.cjs') },
    runs: { type: 'string', default: '3' },
  },
});

const folder = mkdtempSync(join(tmpdir(), 'bootlab-host-time-'));
const reporter = join(folder, 'usage.mjs');
writeFileSync(
  reporter,
  `process.on('exit', () => {
    const { userCPUTime, systemCPUTime } = process.resourceUsage();
    console.error('processor-us ' + (userCPUTime + systemCPUTime));
  });\n`,
);

/** Runs one task in a process of its own. @returns seconds of wall clock and of processor time, its threads included */
function measure(args) {
  const own = args[0] === 'sweep' ? ['--store', join(folder, 'runs.db')] : [];
  const started = process.hrtime.bigint();
  const child = spawn(process.execPath, ['--import', pathToFileURL(reporter).href, values.cli, ...args, ...own]);
  let err = '';
  child.stdout.resume();
  child.stderr.on('data', (chunk) => (err += chunk));
  return new Promise((resolve, reject) => {
    child.on('close', (exitCode) => {
      const wall = Number(process.hrtime.bigint() - started) / 1e9;
      const processor = Number(/processor-us (\d+)/.exec(err)?.[1]) / 1e6;
      if (exitCode === 0) resolve({ wall, processor });
      else reject(new Error(err));
    });
  });
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

try {
  for (const [name, { aimSeconds, args }] of Object.entries(TASKS)) {
    const runs = [];
    for (let run = 0; run < Number(values.runs); run++) {
      rmSync(join(folder, 'runs.db'), { force: true });
      runs.push(await measure(args));
    }
    const wall = median(runs.map((one) => one.wall)).toFixed(1);
    const processor = median(runs.map((one) => one.processor)).toFixed(1);
    console.log(`${name}: ${wall} s, ${processor} s of processor time (aim: below ${aimSeconds} s)`);
  }
  const load = loadavg()[0].toFixed(1);
  console.log(`${cpus().length} processors, ${cpus()[0].model}, Node ${process.version}, load average ${load}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
