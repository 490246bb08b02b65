// The benchmark's ROM programs on a whole machine: the results other engines give, and to the last instruction as many as
// their headers say. Needs nasm.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildRom, hasNasm, PROGRAM_NAMES, readHeader, readRom } from '../../bench/roms.mjs';
import type { RomCounts } from '../../bench/rom-machine';
import { runRom } from '../../bench/rom-machine';

const PROJECT = join(import.meta.dirname, '../..');
const SIZE = { scale: 500, repetitions: 2 };

/** Result words at this scale, as v86 0.5.462 without its JIT and QEMU 7.2 (TCG, -cpu pentium3) print them. */
const RESULTS: Readonly<Record<string, string>> = {
  alu: '3F6FF0EE',
  mem32k: '01849D70',
  'mem32k-pg': '01849D70',
  chase8m: '1EE4E8E0',
  'chase8m-pg': '1EE4E8E0',
  crc32: 'D3D961FC',
  fib: '00002AC2',
  portio: '00001770',
};

/**
 * Instructions between the marks beside `bench` and the polls: the OUT of the B, which counts behind its mark, MOV, OUT, MOV
 * and RET of `putc`, CALL; then the store, MOV, CALL.
 */
const FRAME_INSTRUCTIONS = 9;
/** IN, TEST and JZ of `putc` while the transmitter is busy. */
const POLL_INSTRUCTIONS = 3;
/** Port reads of one repetition of `portio`, which has 4 instructions for each, and 4 more. */
const ownPortReads = (name: string, instructions: number) => (name === 'portio' ? (instructions - 4) / 4 : 0);

const mayHere = hasNasm() || process.env.CI === 'true';

describe.skipIf(!mayHere)(`the ROM programs${mayHere ? '' : ' (not run: nasm is missing)'}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'bootlab-roms-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('have an expected result each', () => {
    expect(Object.keys(RESULTS).sort()).toEqual([...PROGRAM_NAMES].sort());
  });

  it.each(PROGRAM_NAMES)('%s gives the known result after the known number of instructions', (name) => {
    const rom = readRom(buildRom(name, folder, SIZE));
    const { instructions } = readHeader(rom);
    const marks: RomCounts[] = [];
    const printed = runRom(rom, PROJECT, (_mark, counts) => marks.push(counts));
    expect(printed).toBe(`BEBE${RESULTS[name]}.\n`);
    for (const [begin, end] of [marks.slice(0, 2), marks.slice(2)]) {
      const polls = end.portReads - begin.portReads - ownPortReads(name, instructions);
      const counted = end.instructions - begin.instructions - polls * POLL_INSTRUCTIONS;
      expect(counted - FRAME_INSTRUCTIONS).toBe(instructions);
    }
  });
});
