// node bench/store.mjs [--runs N] [--entries N] [--same] [--file FILE]: how long the run store takes with many runs. README.md says more.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { sqliteAsset } from '../scripts/sqlite-asset.mjs';

const PROJECT = dirname(import.meta.dirname);
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10000' },
    entries: { type: 'string', default: '50' },
    same: { type: 'boolean', default: false },
    file: { type: 'string' },
  },
});
const runs = Number(values.runs);
const entries = Number(values.entries);

const folder = mkdtempSync(join(tmpdir(), 'bootlab-store-bench-'));
const file = values.file ?? join(folder, 'bench.bootruns');
const measured = [];

async function time(name, action) {
  const startedMs = performance.now();
  const before = process.cpuUsage();
  const value = await action();
  const { user, system } = process.cpuUsage(before);
  measured.push([name, performance.now() - startedMs, (user + system) / 1000]);
  return value;
}

await build({
  configFile: false,
  logLevel: 'error',
  root: PROJECT,
  build: {
    ssr: join(import.meta.dirname, 'store-workload.ts'),
    outDir: folder,
    emptyOutDir: false,
    rolldownOptions: { output: { format: 'cjs', entryFileNames: 'store-workload.cjs' } },
  },
  plugins: [sqliteAsset()],
  ssr: { noExternal: true },
});
const workload = createRequire(import.meta.url)(join(folder, 'store-workload.cjs'));

const store = await workload.open(file);
const main = await time(`plan ${runs} runs`, () => workload.begin(store, 'main', runs, !values.same));
// Repetitions share a record with --same.
const records = values.same ? runs / workload.REPETITIONS : runs;
await time(`keep ${records} records, one by one`, () => workload.save(store, main, records));
for (let i = 0; i < entries; i++) {
  // The same configurations: their records are there already.
  workload.begin(store, `other-${i}`, 100, !values.same);
}
store.close();

const again = await time('open', () => workload.open(file));
await time(`list ${entries + 1} entries`, () => workload.list(again, {}));
await time('list with a filter', () =>
  workload.list(again, { text: 'other-7', machine: 'p3-1000-desktop', path: 'kexec' }),
);
let peakBytes = 0;
globalThis.gc?.();
const before = process.memoryUsage().rss;
await time(`read ${runs} runs`, () =>
  workload.read(again, main.entryId, () => (peakBytes = Math.max(peakBytes, process.memoryUsage.rss()))),
);
again.close();

for (const [name, ms, cpuMs] of measured) {
  console.log(`${name.padEnd(40)} ${ms.toFixed(0).padStart(8)} ms, of the CPU ${cpuMs.toFixed(0)} ms`);
}
const mib = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
console.log(
  `file ${mib(statSync(file).size)}; memory before reading ${mib(before)}, at most ${mib(peakBytes)} while reading`,
);
console.log(`load average ${loadavg()[0].toFixed(1)}`);
rmSync(folder, { recursive: true, force: true });
