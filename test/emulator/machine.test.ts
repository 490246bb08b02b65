// The board as a whole: power, resets, waiting, limits. Guests are a few bytes of ROM.
import { describe, expect, it } from 'vitest';
import { readCounters } from '../../src/emulator/counters';
import { createMachine } from '../../src/emulator/index';
import type { ResetKind, ResetSource } from '../../src/emulator/reset';
import { drawStartingConditions } from '../../src/emulator/variation';
import { testProfile } from '../support/test-profile';

const ROM_BYTES = 65_536;
/** Offset in the ROM of what the reset vector jumps to. */
const CODE = 0x1000;
const LIMIT = { limitCycles: 2_000_000_000, heartbeat: () => true };

/** A machine whose ROM runs `hex` from F000:1000 after reset, in real mode. */
function machineWith(hex: string) {
  const bios = new Uint8Array(ROM_BYTES).fill(0xf4);
  bios.set(Buffer.from('ea001000f0', 'hex'), 0xfff0); // JMP F000:1000
  bios.set(Buffer.from(hex.replace(/\s/g, ''), 'hex'), CODE);
  const start = drawStartingConditions(1, []);
  const machine = createMachine({ profile: testProfile(), roms: { bios, video: null }, drives: { hda: null }, start });
  const resets: [ResetKind, ResetSource][] = [];
  machine.onReset = (kind, source) => {
    resets.push([kind, source]);
    if (resets.length === 3) machine.requestStop();
  };
  machine.powerOn();
  return { machine, resets, ram: (at: number) => machine.memory.u8[machine.memory.ramOffset + at] };
}

describe('power-on', () => {
  it('takes the reset hold of the profile, counted as modelled, then fetches at the reset vector', () => {
    const { machine, ram } = machineWith('c606 00055a f4'); // MOV BYTE [500h],5Ah; HLT
    const before = readCounters(machine.memory);
    expect(before.modelledCycles).toBe(100_000); // 1 ms at 100 MHz
    expect(before.cycles).toBe(100_000);
    expect(machine.run(LIMIT)).toBe('stuck');
    expect(ram(0x500)).toBe(0x5a);
    expect(readCounters(machine.memory).instructions).toBe(3);
  });

  it('charges fetches from the 8-bit ROM by the byte', () => {
    const { machine } = machineWith('90 90 90 f4');
    machine.run(LIMIT);
    expect(readCounters(machine.memory).memoryCycles).toBe((5 + 4) * 70); // 700 ns a byte
  });
});

describe('resets', () => {
  it.each([
    ['the 8042 pulse', 'b0fe e664 ebfe', ['cpu-init', '8042']],
    ['port 92h', 'b000 e692 b001 e692 ebfe', ['cpu-init', 'port-92']],
    ['port CF9h, hard', 'baf90c b006 ee ebfe', ['platform', 'port-cf9']],
    ['port CF9h, full', 'bafb0c 4a 4a b00e ee ebfe', ['power-on', 'port-cf9']],
    ['a triple fault', '0f011e 0020 cc', ['cpu-init', 'triple-fault']], // LIDT [2000h] of zeros; INT3
  ])('%s starts the guest again', (_, hex, expected) => {
    const { machine, resets } = machineWith(hex);
    expect(machine.run(LIMIT)).toBe('stopped');
    // Power-on itself, then the guest resets as often as it is let.
    expect(resets.slice(1)).toEqual([expected, expected]);
  });

  it('of the CPU keep RAM, a power cycle forgets it', () => {
    // INC BYTE [500h]; then reset
    const counting = (reset: string) => {
      const { machine, ram } = machineWith(`fe06 0005 ${reset}`);
      machine.run(LIMIT);
      return ram(0x500);
    };
    expect(counting('b0fe e664 ebfe')).toBe(2);
    expect(counting('bafb0c 4a 4a b00e ee ebfe')).toBe(0);
  });

  it('a triple fault can be told to stop the machine', () => {
    const { machine } = machineWith('0f011e 0020 cc');
    machine.stopsOnShutdown = true;
    expect(machine.run(LIMIT)).toBe('shutdown');
  });
});

describe('waiting', () => {
  it('HLT with interrupts off ends the run: nothing can wake the CPU', () => {
    expect(machineWith('fa f4').machine.run(LIMIT)).toBe('stuck');
  });

  it('HLT with interrupts on lets time pass to the timer, counted as waiting', () => {
    // Interrupt 8 goes to F000:2000, which is HLT: the handler halts for good, with interrupts off.
    const program = [
      'c706 2000 0020', // MOV WORD [20h],2000h
      'c706 2200 00f0', // MOV WORD [22h],F000h
      'b034 e643 b000 e640 b080 e640', // 8254 counter 0: mode 2, 8000h
      'b011 e620 b008 e621 b004 e621 b001 e621 b0fe e621', // 8259: base 8, only IRQ 0 open; forgets earlier edges
      'fb f4',
    ].join(' ');
    const { machine } = machineWith(program);
    const start = readCounters(machine.memory).cycles;
    expect(machine.run(LIMIT)).toBe('stuck');
    const { cycles, haltCycles, interrupts } = readCounters(machine.memory);
    expect(interrupts).toBe(1);
    // 32768 periods of 1.193182 MHz are 27.46 ms: nearly all of it was spent in HLT.
    const tickCycles = (32_768 * 100_000_000) / 1_193_182;
    expect(haltCycles).toBeGreaterThan(tickCycles - 10_000);
    expect(haltCycles).toBeLessThanOrEqual(tickCycles + 100);
    expect(cycles - start).toBeGreaterThan(tickCycles);
  });
});

describe('a guest that loops for ever', () => {
  it('is ended by the cycle limit', () => {
    const { machine } = machineWith('40 ebfd'); // INC AX; JMP back
    expect(machine.run({ limitCycles: 5_000_000, heartbeat: () => true })).toBe('limit');
    const { cycles } = readCounters(machine.memory);
    expect(cycles).toBeGreaterThanOrEqual(5_000_000);
    expect(cycles).toBeLessThan(6_100_000); // at the next heartbeat, a hundredth of a second
  });

  it('is ended by a heartbeat that says no, and can go on afterwards', () => {
    const { machine } = machineWith('40 ebfd');
    let beats = 0;
    expect(machine.run({ ...LIMIT, heartbeat: () => ++beats < 3 })).toBe('cancelled');
    const { cycles } = readCounters(machine.memory);
    expect(machine.run({ limitCycles: cycles + 1, heartbeat: () => true })).toBe('limit');
    expect(readCounters(machine.memory).cycles).toBeGreaterThan(cycles);
  });

  it('counts the same whether heartbeats are listened to or runs are cut in pieces', () => {
    const whole = machineWith('40 ebfd').machine;
    whole.run({ limitCycles: 8_000_000, heartbeat: () => true });
    const pieces = machineWith('40 ebfd').machine;
    for (let limitCycles = 1_000_000; limitCycles <= 8_000_000; limitCycles += 1_000_000) {
      pieces.run({ limitCycles, heartbeat: () => true });
    }
    expect(readCounters(pieces.memory)).toEqual(readCounters(whole.memory));
  });
});

it('refuses a profile no machine can be built from', () => {
  const profile = {
    ...testProfile(),
    memory: { ...testProfile().memory, ramBytes: { value: 3, evidence: 'model', source: 'x' } },
  } as const;
  const roms = { bios: new Uint8Array(ROM_BYTES), video: null };
  const build = () => createMachine({ profile, roms, drives: { hda: null }, start: drawStartingConditions(1, []) });
  expect(build).toThrow(/memory.ramBytes/);
});
