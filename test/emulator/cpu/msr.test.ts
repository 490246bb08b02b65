import { describe, expect, it } from 'vitest';
import { COUNTER } from '../../../src/emulator/counters';
import type { CpuModel } from '../../../src/emulator/cpu/cpu-host';
import { resetModelRegisters } from '../../../src/emulator/cpu/msr';
import * as state from '../../../src/emulator/cpu/state';
import { CODE, CODE_3, ProtectedGuest } from './protected-guest';

const RDMSR = [0x0f, 0x32];
const WRMSR = [0x0f, 0x30];
const RDTSC = [0x0f, 0x31];

function access(guest: ProtectedGuest, bytes: readonly number[], address: number, low = 0, high = 0): ProtectedGuest {
  guest.enter();
  guest.code(bytes);
  guest.cpu.i32[state.ECX] = address;
  guest.cpu.i32[state.EAX] = low;
  guest.cpu.i32[state.EDX] = high;
  return guest.step();
}

const read = (guest: ProtectedGuest, address: number) => {
  access(guest, RDMSR, address);
  return guest.vector === -1 ? [guest.cpu.i32[state.EDX] >>> 0, guest.eax] : guest.vector;
};

describe('model-specific registers', () => {
  it('do not exist on the 386 and 486', () => {
    for (const model of ['386', '486'] as const) {
      for (const bytes of [RDMSR, WRMSR, RDTSC]) expect(access(new ProtectedGuest(model), bytes, 0).vector).toBe(6);
    }
  });

  it('are for level 0', () => {
    for (const bytes of [RDMSR, WRMSR]) {
      const guest = new ProtectedGuest().enter({ cs: CODE_3 });
      guest.code(bytes);
      expect(guest.fault()).toEqual({ vector: 13, errorCode: 0, eip: CODE });
    }
  });

  it.each([
    ['586', 0x1b],
    ['586', 0x174],
    ['686', 0x11],
    ['686', 0x1a0],
    ['686', 0xc000_0080],
  ] as const)('unknown to the %s: %i raises #GP(0)', (model: CpuModel, address) => {
    expect(read(new ProtectedGuest(model), address)).toBe(13);
    expect(access(new ProtectedGuest(model), WRMSR, address).vector).toBe(13);
  });

  it('hold what is written', () => {
    const guest = new ProtectedGuest();
    for (const address of [0x174, 0x186, 0x200, 0x250, 0x26f, 0x400]) access(guest, WRMSR, address, address << 12, 5);
    for (const address of [0x174, 0x186, 0x200, 0x250, 0x26f, 0x400]) {
      expect(read(guest, address)).toEqual([5, (address << 12) >>> 0]);
    }
  });

  it('begin with their values after RESET, and get them back', () => {
    const guest = new ProtectedGuest();
    expect(read(guest, 0x277)).toEqual([0x0007_0406, 0x0007_0406]);
    expect(read(guest, 0xfe)).toEqual([0, 0x508]);
    access(guest, WRMSR, 0x277, 1, 2);
    expect(read(guest, 0x277)).toEqual([2, 1]);
    resetModelRegisters(guest.cpu);
    expect(read(guest, 0x277)).toEqual([0x0007_0406, 0x0007_0406]);
  });

  it('refuse reserved bits, and ignore writes where there is nothing to write', () => {
    const guest = new ProtectedGuest();
    expect(access(guest, WRMSR, 0x2ff, 0x100).vector).toBe(13);
    expect(access(guest, WRMSR, 0x200, 0, 0x10).vector).toBe(13);
    expect(access(guest, WRMSR, 0x1b, 0, 0).vector).toBe(-1);
    expect(read(guest, 0x1b)).toEqual([0, 0xfee0_0100]);
  });
});

describe('the time stamp counter', () => {
  it('counts cycles, in two words', () => {
    const guest = new ProtectedGuest();
    guest.memory.f64[COUNTER.CYCLES] = 5 * 2 ** 32 + 77;
    access(guest, RDTSC, 0);
    expect([guest.cpu.i32[state.EDX], guest.eax]).toEqual([5, 77]);
  });

  it('can be written: the upper half becomes 0', () => {
    const guest = new ProtectedGuest();
    guest.memory.f64[COUNTER.CYCLES] = 2 ** 40;
    access(guest, WRMSR, 0x10, 0xffff_fff0, 9);
    const spent = guest.memory.f64[COUNTER.CYCLES] - 2 ** 40;
    access(guest, RDTSC, 0);
    expect([guest.cpu.i32[state.EDX], guest.eax]).toEqual([0, 0xffff_fff0 + spent]);
  });

  it('is kept for level 0 by CR4.TSD', () => {
    const guest = new ProtectedGuest().enter({ cs: CODE_3 });
    guest.code(RDTSC);
    expect(guest.step().vector).toBe(-1);
    guest.enter({ cs: CODE_3 });
    guest.cpu.i32[state.CR4] = state.CR4_TSD;
    expect(guest.fault()).toMatchObject({ vector: 13, errorCode: 0 });
  });
});
