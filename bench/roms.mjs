// The ROM programs: their sources in rom/, built with nasm into a folder of the caller's. What they do: README.md.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const SOURCES = join(import.meta.dirname, 'rom');

/** Calls of fib(N) grow by the golden ratio with N: the N that makes about 1/scale of the work of fib(34). */
const fibOf = (scale) => Math.max(2, 34 - Math.round(Math.log(scale) / Math.log((1 + Math.sqrt(5)) / 2)));

/** Name, source, and what nasm is told beside the scale. */
const PROGRAMS = {
  alu: { source: 'alu.asm', defines: () => [] },
  mem32k: { source: 'chase.asm', defines: () => ['SMALL'] },
  'mem32k-pg': { source: 'chase.asm', defines: () => ['SMALL', 'PAGING'] },
  chase8m: { source: 'chase.asm', defines: () => [] },
  'chase8m-pg': { source: 'chase.asm', defines: () => ['PAGING'] },
  crc32: { source: 'crc.asm', defines: () => [] },
  fib: { source: 'fib.asm', defines: (scale) => [`N=${fibOf(scale)}`] },
  portio: { source: 'portio.asm', defines: () => [] },
};

export const PROGRAM_NAMES = Object.keys(PROGRAMS);

/** Whether nasm can be run here. */
export function hasNasm() {
  return spawnSync('nasm', ['-v']).status === 0;
}

/**
 * Builds one program; gives the ROM's path.
 * @param {string} name one of PROGRAM_NAMES
 * @param {string} folder where the ROM goes
 * @param {{ scale: number, repetitions: number }} size `scale` divides the number of iterations
 * @throws when nasm fails, with what it said
 */
export function buildRom(name, folder, { scale, repetitions }) {
  const { source, defines } = PROGRAMS[name];
  const file = join(folder, `${name}.rom`);
  const options = [`SCALE=${scale}`, `REPS=${repetitions}`, ...defines(scale)].map((define) => `-D${define}`);
  const { status, stderr } = spawnSync('nasm', ['-f', 'bin', '-Wall', ...options, '-o', file, source], {
    cwd: SOURCES,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`nasm could not build ${name}: ${stderr}`);
  return file;
}

/**
 * What a ROM says of itself.
 * @param {Uint8Array} rom
 * @returns {{ repetitions: number, instructions: number }} `instructions` of one repetition
 */
export function readHeader(rom) {
  const view = new DataView(rom.buffer, rom.byteOffset, rom.byteLength);
  return { repetitions: view.getUint32(8, true), instructions: Number(view.getBigUint64(16, true)) };
}

/** A ROM's bytes. */
export function readRom(file) {
  return Uint8Array.from(readFileSync(file));
}
