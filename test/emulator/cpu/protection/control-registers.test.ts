import { describe, expect, it } from 'vitest';
import type { CpuModel } from '../../../../src/emulator/cpu/cpu-host';
import * as state from '../../../../src/emulator/cpu/state';
import { CODE, CODE_3, ProtectedGuest } from '../protected-guest';

const MOV_CR0_EAX = [0x0f, 0x22, 0xc0];
const MOV_EAX_CR0 = [0x0f, 0x20, 0xc0];
const MOV_CR3_EAX = [0x0f, 0x22, 0xd8];
const MOV_CR4_EAX = [0x0f, 0x22, 0xe0];
const LMSW_AX = [0x0f, 0x01, 0xf0];
const SMSW_EAX = [0x0f, 0x01, 0xe0];

function write(bytes: readonly number[], value: number, model: CpuModel = '686'): ProtectedGuest {
  const guest = new ProtectedGuest(model).enter();
  guest.cpu.i32[state.CR0] = state.CR0_PE | state.CR0_ET;
  guest.code(bytes);
  guest.eax = value;
  return guest.step();
}

const cr0 = (guest: ProtectedGuest) => guest.cpu.i32[state.CR0] >>> 0;

describe('MOV CR0', () => {
  it('keeps the bits that the model has', () => {
    expect(cr0(write(MOV_CR0_EAX, 0x7fff_fff1, '386'))).toBe(0x11);
    expect(cr0(write(MOV_CR0_EAX, 0x7fff_ffe1, '486'))).toBe(0x6005_0031);
  });

  it('writes ET on the 386 only', () => {
    expect(cr0(write(MOV_CR0_EAX, 1, '386'))).toBe(0x01);
    expect(cr0(write(MOV_CR0_EAX, 1, '486'))).toBe(0x11);
  });

  it('raises #GP(0) for PG without PE', () => {
    const guest = write(MOV_CR0_EAX, 0x8000_0000);
    expect([guest.vector, guest.stack(1)[0], cr0(guest)]).toEqual([13, 0, 0x11]);
  });

  it('raises #GP(0) for NW without CD since the 486', () => {
    expect(write(MOV_CR0_EAX, 0x2000_0001).vector).toBe(13);
    expect(write(MOV_CR0_EAX, 0x2000_0001, '386').vector).toBe(-1);
  });

  it('turns protection on and off; segments keep what they hold', () => {
    const guest = new ProtectedGuest().enterReal(0x1000, 0, 0x800, 0x100);
    guest.code([...MOV_CR0_EAX, ...MOV_CR0_EAX]);
    guest.eax = 0x11;
    const seen: number[][] = [];
    guest.cpu.observer = { controlRegister0Changed: (before, after) => seen.push([before & 1, after & 1]) };
    guest.step();
    expect([guest.cpl, guest.eip, guest.hidden('cs').base]).toEqual([0, 3, 0x1_0000]);
    guest.eax = 0x10;
    guest.step();
    expect(seen).toEqual([
      [0, 1],
      [1, 0],
    ]);
    expect(guest.hidden('cs').limit).toBe(0xffff);
  });

  it('is for level 0', () => {
    for (const bytes of [MOV_CR0_EAX, MOV_EAX_CR0, MOV_CR3_EAX, LMSW_AX, [0x0f, 0x06]]) {
      const guest = new ProtectedGuest().enter({ cs: CODE_3 });
      guest.code(bytes);
      expect(guest.fault()).toEqual({ vector: 13, errorCode: 0, eip: CODE });
    }
  });
});

describe('LMSW, SMSW and CLTS', () => {
  it('LMSW loads PE, MP, EM and TS and cannot clear PE', () => {
    expect(cr0(write(LMSW_AX, 0xfffe))).toBe(0x1f);
    expect(cr0(write(LMSW_AX, 0))).toBe(0x11);
  });

  it('SMSW reads at any level', () => {
    const guest = new ProtectedGuest().enter({ cs: CODE_3 });
    guest.code(SMSW_EAX);
    expect(guest.step().eax & 0xffff).toBe(0x11);
  });

  it('CLTS clears TS', () => {
    const guest = new ProtectedGuest().enter();
    guest.cpu.i32[state.CR0] |= state.CR0_TS;
    guest.code([0x0f, 0x06]);
    expect(cr0(guest.step()) & state.CR0_TS).toBe(0);
  });
});

describe('the other control registers', () => {
  it.each([1, 5, 6, 7])('CR%i does not exist', (n) => {
    expect(write([0x0f, 0x22, 0xc0 | (n << 3)], 0).vector).toBe(6);
    expect(write([0x0f, 0x20, 0xc0 | (n << 3)], 0).vector).toBe(6);
  });

  it('CR3 keeps PWT and PCD since the 486', () => {
    expect(write(MOV_CR3_EAX, 0x0012_3fff, '386').cpu.i32[state.CR3]).toBe(0x12_3000);
    expect(write(MOV_CR3_EAX, 0x0012_3fff, '486').cpu.i32[state.CR3]).toBe(0x12_3018);
  });

  it('CR4 exists since the Pentium', () => {
    expect(write(MOV_CR4_EAX, 0, '386').vector).toBe(6);
    expect(write(MOV_CR4_EAX, 0, '486').vector).toBe(6);
    expect(write(MOV_CR4_EAX, 0x10, '586').cpu.i32[state.CR4]).toBe(0x10);
  });

  it.each([
    ['586', 0x01],
    ['586', 0x80],
    ['686', 0x20],
    ['686', 0x400],
    ['686', 0x8000_0000],
  ] as const)('CR4 of the %s refuses %i with #GP(0)', (model, value) => {
    const guest = write(MOV_CR4_EAX, value, model);
    expect([guest.vector, guest.stack(1)[0], guest.cpu.i32[state.CR4]]).toEqual([13, 0, 0]);
  });

  it('test registers are there on the 386 and 486 only', () => {
    const MOV_TR6_EAX = [0x0f, 0x26, 0xf0];
    const MOV_TR3_EAX = [0x0f, 0x26, 0xd8];
    expect([write(MOV_TR6_EAX, 0, '386').vector, write(MOV_TR3_EAX, 0, '386').vector]).toEqual([-1, 6]);
    expect([write(MOV_TR6_EAX, 0, '486').vector, write(MOV_TR3_EAX, 0, '486').vector]).toEqual([-1, -1]);
    expect(write(MOV_TR6_EAX, 0, '586').vector).toBe(6);
  });
});
