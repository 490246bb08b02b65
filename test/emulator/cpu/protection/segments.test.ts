import { describe, expect, it } from 'vitest';
import * as state from '../../../../src/emulator/cpu/state';
import type { SegmentName } from '../protected-guest';
import {
  ACCESS_DATA_0,
  CODE_0,
  CODE_3,
  CONFORMING_0,
  DATA_0,
  DATA_1,
  DATA_3,
  FREE,
  GDT_LIMIT,
  ProtectedGuest,
  READ_ONLY_0,
  segment,
  SELECTOR_LDT,
} from '../protected-guest';

const MOV_DS_AX = [0x8e, 0xd8];
const MOV_SS_AX = [0x8e, 0xd0];
const MOV_FS_AX = [0x8e, 0xe0];

function load(guest: ProtectedGuest, bytes: readonly number[], selector: number): ProtectedGuest {
  guest.code(bytes);
  guest.eax = selector;
  return guest;
}

/** Vector and error code of a load that has to fault at level 0. */
function faultOf(bytes: readonly number[], selector: number, prepare?: (guest: ProtectedGuest) => void) {
  const guest = new ProtectedGuest();
  prepare?.(guest);
  const { vector, errorCode, eip } = load(guest.enter(), bytes, selector).fault();
  expect(eip).toBe(0x1_0000);
  expect(guest.selector('ds')).toBe(DATA_0);
  expect(guest.selector('ss')).toBe(DATA_0);
  return [vector, errorCode];
}

describe('loading DS, ES, FS and GS in protected mode', () => {
  it('takes base, limit and rights from the descriptor', () => {
    const guest = new ProtectedGuest();
    guest.gdt(FREE, segment(0x1234_5678, 0x1_2345, ACCESS_DATA_0, 0x4));
    load(guest.enter(), MOV_DS_AX, FREE).step();
    expect(guest.selector('ds')).toBe(FREE);
    expect(guest.hidden('ds')).toEqual({ base: 0x1234_5678, limit: 0x1_2345, access: 0x4093 });
  });

  it('counts the limit in pages when G is set', () => {
    const guest = new ProtectedGuest();
    guest.gdt(FREE, segment(0, 0x0_0012, ACCESS_DATA_0, 0xc));
    load(guest.enter(), MOV_DS_AX, FREE).step();
    expect(guest.hidden('ds').limit).toBe(0x1_2fff);
  });

  it('sets the accessed bit in the table', () => {
    const guest = new ProtectedGuest();
    guest.gdt(FREE, segment(0, 0xffff, 0x92));
    load(guest.enter(), MOV_DS_AX, FREE).step();
    expect(guest.accessByte(FREE)).toBe(0x93);
  });

  it.each([0, 1, 2, 3])('takes null selector %i, and faults only on use', (selector) => {
    const guest = new ProtectedGuest();
    load(guest.enter(), [...MOV_DS_AX, 0x8b, 0x1d, 0, 0, 0, 0], selector).step();
    expect(guest.selector('ds')).toBe(selector);
    expect(guest.fault()).toMatchObject({ vector: 13, errorCode: 0, eip: 0x1_0002 });
  });

  it('raises #GP(selector) beyond the table limit, RPL left out of the code', () => {
    expect(faultOf(MOV_DS_AX, GDT_LIMIT + 1)).toEqual([13, GDT_LIMIT + 1]);
    expect(faultOf(MOV_DS_AX, (GDT_LIMIT + 1) | 3)).toEqual([13, GDT_LIMIT + 1]);
  });

  it('raises #GP(selector) for a descriptor whose last byte is outside the table', () => {
    const prepare = (guest: ProtectedGuest) => (guest.cpu.i32[state.GDTR_LIMIT] = FREE + 6);
    expect(faultOf(MOV_DS_AX, FREE, prepare)).toEqual([13, FREE]);
  });

  it('finds LDT selectors in the LDT, and keeps TI in the error code', () => {
    const guest = new ProtectedGuest();
    guest.ldt(0x08, segment(0x7000, 0xff, ACCESS_DATA_0, 0x4));
    load(guest.enter(), MOV_DS_AX, 0x0c).step();
    expect(guest.hidden('ds').base).toBe(0x7000);
    expect(faultOf(MOV_DS_AX, 0x104)).toEqual([13, 0x104]);
  });

  it('raises #GP(selector) for LDT selectors while LDTR is null', () => {
    const prepare = (guest: ProtectedGuest) => guest.setHidden(state.LDTR, 0, 0, 0, state.SEG_NULL);
    expect(faultOf(MOV_DS_AX, 0x0c, prepare)).toEqual([13, 0x0c]);
  });

  it('takes selector 4, the first of the LDT, which is not null', () => {
    const guest = new ProtectedGuest();
    guest.ldt(0, segment(0x7000, 0xff, ACCESS_DATA_0, 0x4));
    load(guest.enter(), MOV_DS_AX, 4).step();
    expect(guest.hidden('ds').base).toBe(0x7000);
  });

  it('raises #GP(selector) for system segments and code that cannot be read', () => {
    const prepare = (guest: ProtectedGuest) => guest.gdt(FREE, segment(0, 0xffff, 0x99));
    expect(faultOf(MOV_DS_AX, SELECTOR_LDT)).toEqual([13, SELECTOR_LDT]);
    expect(faultOf(MOV_DS_AX, FREE, prepare)).toEqual([13, FREE]);
  });

  it('takes readable code and read-only data', () => {
    const guest = new ProtectedGuest();
    load(guest.enter(), MOV_DS_AX, CODE_0).step();
    expect(guest.selector('ds')).toBe(CODE_0);
    load(guest.enter(), MOV_DS_AX, READ_ONLY_0).step();
    expect(guest.selector('ds')).toBe(READ_ONLY_0);
  });

  it('raises #GP(selector) when RPL or CPL is above DPL', () => {
    expect(faultOf(MOV_DS_AX, DATA_0 | 1)).toEqual([13, DATA_0]);
    const guest = new ProtectedGuest();
    expect(load(guest.enter({ cs: CODE_3 }), MOV_DS_AX, DATA_0).fault()).toMatchObject({
      vector: 13,
      errorCode: DATA_0,
    });
  });

  it('takes conforming code at any level', () => {
    const guest = new ProtectedGuest();
    load(guest.enter({ cs: CODE_3 }), MOV_DS_AX, CONFORMING_0 | 3).step();
    expect(guest.selector('ds')).toBe(CONFORMING_0 | 3);
  });

  it('raises #NP(selector) when not present, after the privilege checks', () => {
    const prepare = (guest: ProtectedGuest) => guest.gdt(FREE, segment(0, 0xffff, 0x13));
    expect(faultOf(MOV_FS_AX, FREE, prepare)).toEqual([11, FREE]);
    expect(faultOf(MOV_FS_AX, FREE | 3, prepare)).toEqual([13, FREE]);
  });
});

describe('loading SS in protected mode', () => {
  it('raises #GP(0) for null', () => {
    expect(faultOf(MOV_SS_AX, 0)).toEqual([13, 0]);
    expect(faultOf(MOV_SS_AX, 3)).toEqual([13, 0]);
  });

  it('raises #GP(selector) when RPL or DPL is not CPL', () => {
    expect(faultOf(MOV_SS_AX, DATA_0 | 1)).toEqual([13, DATA_0]);
    expect(faultOf(MOV_SS_AX, DATA_3)).toEqual([13, DATA_3 & ~3]);
    expect(faultOf(MOV_SS_AX, DATA_1 & ~3)).toEqual([13, DATA_1 & ~3]);
  });

  it('raises #GP(selector) for code and read-only data', () => {
    expect(faultOf(MOV_SS_AX, CODE_0)).toEqual([13, CODE_0]);
    expect(faultOf(MOV_SS_AX, READ_ONLY_0)).toEqual([13, READ_ONLY_0]);
  });

  it('raises #SS(selector) when not present', () => {
    const prepare = (guest: ProtectedGuest) => guest.gdt(FREE, segment(0, 0xffff, 0x13));
    expect(faultOf(MOV_SS_AX, FREE, prepare)).toEqual([12, FREE]);
  });

  it('holds interrupts off for one instruction', () => {
    const guest = new ProtectedGuest();
    load(guest.enter({ eflags: 0x202 }), [...MOV_SS_AX, 0x90, 0x90], DATA_0).step();
    guest.cpu.setInterruptPin(true);
    guest.step();
    expect(guest.eip).toBe(0x1_0003);
    guest.step();
    expect(guest.vector).toBe(0x20);
  });
});

describe('loading segments outside protected mode', () => {
  const registers: readonly SegmentName[] = ['ds', 'fs'];

  it('takes base = selector * 16 in real mode and leaves the limit as it was', () => {
    const guest = new ProtectedGuest().enterReal(0x1000, 0, 0x800, 0x100);
    guest.setHidden(state.DS, 0, 0, -1, 0xc093);
    guest.cpu.segmentsChanged();
    load(guest, MOV_DS_AX, 0xabcd).step();
    expect(guest.hidden('ds')).toEqual({ base: 0xa_bcd0, limit: 0xffff_ffff, access: 0xc093 });
  });

  it('makes any selector a 64 KiB segment of level 3 in a virtual 8086 task', () => {
    for (const register of registers) {
      const guest = new ProtectedGuest().enterVirtual8086(0x1000, 0, 0x800, 0x100, 0);
      load(guest, register === 'ds' ? MOV_DS_AX : MOV_FS_AX, 0xabcd).step();
      expect(guest.hidden(register)).toEqual({ base: 0xa_bcd0, limit: 0xffff, access: 0xf3 });
    }
  });

  it('loads far pointers with their segment', () => {
    const guest = new ProtectedGuest();
    guest.write32(0x7000, 0x1234_5678);
    guest.write16(0x7004, DATA_3);
    guest.enter();
    guest.code([0x0f, 0xb2, 0x1d, 0x00, 0x70, 0x00, 0x00]); // lss ebx,[7000h]
    expect(guest.fault()).toMatchObject({ vector: 13, errorCode: DATA_3 & ~3 });
    expect(guest.cpu.i32[state.EBX]).toBe(0);
    guest.enter();
    guest.code([0xc4, 0x1d, 0x00, 0x70, 0x00, 0x00]); // les ebx,[7000h]
    guest.step();
    expect(guest.selector('es')).toBe(DATA_3);
    expect(guest.cpu.i32[state.EBX]).toBe(0x1234_5678);
  });
});
