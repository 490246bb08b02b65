// Exercise 6 of docs/facts.md ("Exercises"): the same instructions, and what the width of the ROM does. The ratios of 16 and 4 are to
// DRAM that no cache hides (facts D2): code that runs once, on the 386DX-33 with its caches simulated.
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { setSegment } from '../../src/emulator/cpu/protection/segments';
import { CR0, CR0_ET, CR0_PE, CS, EIP, ES, GS } from '../../src/emulator/cpu/state';
import { createMachine } from '../../src/emulator/machine';
import { applyOverlay } from '../../src/emulator/profile';
import { drawStartingConditions } from '../../src/emulator/variation';
import { findProfile } from '../../src/host/profiles';
import { costIn, measure } from './measured';

const found = await findProfile('386dx-33', resolve('resources/profiles'));
if (!found.ok) throw new Error(found.failure.message);
const PC_OF_1991 = found.value;

const base = { warm: measure('warm') };
describe('exercise 6: ROM or shadow', () => {
  const unshadowed = (widthBits: number) =>
    measure('warm', { set: { 'firmware.shadow': 0, 'rom.widthBits': widthBits } });
  const [eight, sixteen] = [unshadowed(8), unshadowed(16)];
  // The BIOS finds the PCI functions by code alone, without waiting for anything.
  const PHASE = 'post-25';

  it('runs the same instructions', () => {
    const counts = [eight, sixteen, base.warm].map((record) => costIn(record, PHASE, 'instructions'));
    expect(counts[0]).toBeGreaterThan(100);
    expect(new Set(counts).size).toBe(1);
  });

  it('fetches from a ROM of 8 bits in twice the time of one of 16, and shadowed in far less than either', () => {
    const [from8, from16, fromRam] = [eight, sixteen, base.warm].map((record) => costIn(record, PHASE, 'memoryCycles'));
    expect(from8 / from16).toBeCloseTo(2, 2);
    // Four bus cycles of 0.7 us for four bytes, at 100 MHz; two on 16 bits. Nearly all of the time: the code is bound by its fetches.
    expect(from8 % 70).toBe(0);
    expect(from8).toBeGreaterThan(0.9 * costIn(eight, PHASE, 'durationCycles'));
    expect(fromRam).toBeLessThan(from16 / 4);
  });
});

describe('exercise 6: code that runs once, from ROM and from DRAM', () => {
  const PROGRAM_BYTES = 40_000;
  const HLT = 0xf4;
  /** MOV ECX,imm32: five bytes and two clocks. */
  const FETCHES = [0xb9, 0x78, 0x56, 0x34, 0x12];
  /** OUT 80h,AL: two bytes, and a bus cycle of 8 bits beside them. */
  const PORTS = [0xe6, 0x80];
  const ROM_AT = 0xf_0000;
  const RAM_AT = 0x2_0000;

  /** Nanoseconds of a program of one instruction over and over, at an address. */
  function timeOf(instruction: readonly number[], at: number, rom: { widthBits: number; busCycleNs: number }): number {
    const program = Uint8Array.from({ length: PROGRAM_BYTES }, (_, i) => instruction[i % instruction.length]);
    const bios = new Uint8Array(64 * 1024);
    bios.set([...program, HLT]);
    const machine = createMachine({
      profile: applyOverlay(PC_OF_1991, {
        'cache.simulated': 1,
        'rom.widthBits': rom.widthBits,
        'rom.busCycleNs': rom.busCycleNs,
      }),
      roms: { bios, video: null },
      drives: { hda: null },
      start: drawStartingConditions(1, []),
    });
    machine.powerOn();
    const { cpu, memory, clock } = machine;
    memory.u8.set([...program, HLT], memory.ramOffset + RAM_AT);
    cpu.setA20(true);
    cpu.i32[CR0] = CR0_PE | CR0_ET;
    for (let seg = ES; seg <= GS; seg++) setSegment(cpu, seg, 8, 0, -1, seg === CS ? 0xc09b : 0xc093);
    cpu.i32[EIP] = at;
    const from = clock.nowCycles;
    expect(machine.run({ limitCycles: 1e9, heartbeat: () => true })).toBe('stuck');
    expect(cpu.i32[EIP]).toBe(at + PROGRAM_BYTES + 1);
    return ((clock.nowCycles - from) * 1e9) / clock.cpuHz;
  }

  /** 6 BCLK of 8.33 MHz for a byte, 3 for a word (facts D2). */
  const ROM_8 = { widthBits: 8, busCycleNs: 720 };
  const ROM_16 = { widthBits: 16, busCycleNs: 360 };
  const ratio = (instruction: readonly number[], rom: typeof ROM_8) =>
    timeOf(instruction, ROM_AT, rom) / timeOf(instruction, RAM_AT, rom);

  it('takes about 16 times as long from a ROM of 8 bits, 4 times from one of 16, where fetching is all it does', () => {
    expect(Math.abs(ratio(FETCHES, ROM_8) / 16 - 1)).toBeLessThan(0.1);
    expect(Math.abs(ratio(FETCHES, ROM_16) / 4 - 1)).toBeLessThan(0.1);
  });

  it('takes far less than that where it talks to ports', () => {
    expect(ratio(PORTS, ROM_8)).toBeLessThan(4);
    expect(ratio(PORTS, ROM_8)).toBeGreaterThan(1);
    expect(ratio(PORTS, ROM_16)).toBeLessThan(ratio(PORTS, ROM_8));
  });
});
