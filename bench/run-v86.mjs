// One ROM in v86, as its system ROM. Usage: node run-v86.mjs ROM jit|nojit
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Marks, printResult, resultWord } from './result-line.mjs';
import { readHeader, readRom } from './roms.mjs';

const [file, jit] = process.argv.slice(2);
const TIME_LIMIT_MS = 600_000;
const MIB = 1 << 20;

// v86 talks to the console at its start.
console.log = console.warn = () => {};
const module = createRequire(import.meta.url).resolve('v86');
const { V86 } = await import('v86');
const rom = readRom(file);
const { repetitions } = readHeader(rom);
const emulator = new V86({
  wasm_path: join(dirname(module), 'v86.wasm'),
  bios: { buffer: rom.buffer },
  memory_size: 256 * MIB,
  vga_memory_size: 2 * MIB,
  autostart: true,
  disable_jit: jit === 'nojit',
  log_level: 0,
  disable_keyboard: true,
  disable_mouse: true,
  disable_speaker: true,
  screen: { container: null },
});

const marks = new Marks();
let printed = '';
emulator.add_listener('serial0-output-byte', (byte) => {
  const text = String.fromCharCode(byte);
  // The digits of the result may be B and E, too.
  if (marks.seconds.length < repetitions) return marks.add(text, performance.now());
  printed += text;
  if (text !== '.') return;
  printResult(marks.seconds, resultWord(printed));
  process.exit(0);
});
setTimeout(() => {
  process.stderr.write(`v86 did not finish within ${TIME_LIMIT_MS / 1000} s.\n`);
  process.exit(1);
}, TIME_LIMIT_MS);
