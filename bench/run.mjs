// npm run bench: the ROM programs in Bootlab's interpreter and in v86, with and without its JIT, one after the other in turns.
// Prints guest MIPS (medians) and ratios. Usage and what the programs are: README.md.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { buildRom, hasNasm, PROGRAM_NAMES, readHeader, readRom } from './roms.mjs';

const PROJECT = dirname(import.meta.dirname);
const REPETITIONS = 3;
const USAGE = `npm run bench -- [options]
  --only NAME     one program of: ${PROGRAM_NAMES.join(' ')} (repeatable)
  --engine NAME   one engine of: bootlab v86-nojit v86-jit (repeatable)
  --runs N        runs of each program in each engine (3), of ${REPETITIONS} repetitions each
  --scale N       divides the iterations of each program (8)`;

/** How an engine's process is started for a ROM. */
const ENGINES = {
  bootlab: (rom, folder) => [script('run-bootlab.mjs'), join(folder, 'rom-machine.mjs'), rom],
  'v86-nojit': (rom) => [script('run-v86.mjs'), rom, 'nojit'],
  'v86-jit': (rom) => [script('run-v86.mjs'), rom, 'jit'],
};

const script = (name) => join(import.meta.dirname, name);
const fail = (message) => {
  process.stderr.write(`${message}\n`);
  process.exit(1);
};

/** The options, checked. */
function readOptions() {
  const list = { type: 'string', multiple: true };
  let values;
  try {
    values = parseArgs({
      options: { only: list, engine: list, runs: { type: 'string' }, scale: { type: 'string' } },
    }).values;
  } catch (error) {
    fail(`${error.message}\n${USAGE}`);
  }
  const { only = PROGRAM_NAMES, engine = Object.keys(ENGINES), runs = '3', scale = '8' } = values;
  const unknown = [...only.filter((name) => !PROGRAM_NAMES.includes(name)), ...engine.filter((name) => !ENGINES[name])];
  if (unknown.length > 0) fail(`There is no ${unknown.join(', ')}.\n${USAGE}`);
  if (![runs, scale].every((text) => /^[1-9]\d*$/.test(text)))
    fail(`--runs and --scale take a whole number from 1.\n${USAGE}`);
  return { only, engines: engine, runs: Number(runs), scale: Number(scale) };
}

/** Bundles the engine as the app's build does, but alone. */
async function buildEngine(folder) {
  await build({
    configFile: false,
    logLevel: 'error',
    root: PROJECT,
    build: {
      ssr: join(import.meta.dirname, 'rom-machine.ts'),
      outDir: folder,
      emptyOutDir: false,
      target: 'node18.15',
      minify: false,
      rolldownOptions: { output: { format: 'es', entryFileNames: '[name].mjs', topLevelVar: false } },
    },
  });
}

/** Runs one ROM in one engine: guest MIPS of each repetition, and the result word. */
function measure(engine, rom, folder) {
  const output = execFileSync(process.execPath, ENGINES[engine](rom, folder), {
    cwd: PROJECT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { seconds, word } = JSON.parse(output);
  const { instructions, repetitions } = readHeader(readRom(rom));
  if (word === null || seconds.length !== repetitions) fail(`${engine} did not finish ${rom}: ${output}`);
  return { mips: seconds.map((time) => instructions / time / 1e6), word };
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

/** Runs a program in all engines in turns; gives the medians by engine. */
function compareEngines(name, rom, folder, { engines, runs }) {
  const mips = Object.fromEntries(engines.map((engine) => [engine, []]));
  const words = new Map();
  for (let run = 0; run < runs; run++) {
    for (const engine of engines) {
      const result = measure(engine, rom, folder);
      mips[engine].push(...result.mips);
      words.set(result.word, engine);
    }
  }
  if (words.size > 1) fail(`${name} gives different results: ${JSON.stringify([...words])}`);
  return {
    medians: Object.fromEntries(engines.map((engine) => [engine, median(mips[engine])])),
    word: [...words.keys()][0],
  };
}

const RATIOS = [
  ['bootlab', 'v86-nojit'],
  ['bootlab', 'v86-jit'],
];

function printTable(rows, engines) {
  const ratios = RATIOS.filter((pair) => pair.every((engine) => engines.includes(engine)));
  const ratiosOf = ({ medians }) => ratios.map(([ours, theirs]) => medians[ours] / medians[theirs]);
  const print = (name, cells) => console.log(name.padEnd(12) + cells.map((cell) => cell.padStart(18)).join(''));
  print('program', [
    ...engines.map((engine) => `${engine} MIPS`),
    ...ratios.map(([, theirs]) => `ours/${theirs}`),
    'result',
  ]);
  for (const row of rows) {
    const mips = engines.map((engine) => row.medians[engine].toFixed(1));
    print(row.name, [...mips, ...ratiosOf(row).map((ratio) => ratio.toFixed(2)), row.word]);
  }
  const medians = ratios.map((_, n) => median(rows.map((row) => ratiosOf(row)[n])).toFixed(2));
  if (rows.length > 1) print('median', [...engines.map(() => ''), ...medians, '']);
}

const loadText = () =>
  loadavg()
    .map((load) => load.toFixed(1))
    .join(' ');

async function main() {
  const options = readOptions();
  if (!hasNasm()) fail('The programs are built with nasm, which is not installed here (Debian: apt-get install nasm).');
  const folder = mkdtempSync(join(tmpdir(), 'bootlab-bench-'));
  try {
    // The bundle is an ES module wherever the folder is.
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    await buildEngine(folder);
    console.log(
      `Node ${process.version}, ${cpus().length} cores, load average ${loadText()} (ratios mean little on a busy machine)`,
    );
    const rows = [];
    for (const name of options.only) {
      process.stderr.write(`${name} ...\n`);
      const rom = buildRom(name, folder, { scale: options.scale, repetitions: REPETITIONS });
      rows.push({ name, ...compareEngines(name, rom, folder, options) });
    }
    printTable(rows, options.engines);
    console.log(`Load average at the end ${loadText()}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

await main();
