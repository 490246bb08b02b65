import { describe, expect, it } from 'vitest';
import * as state from '../../../../src/emulator/cpu/state';
import { CODE, CODE_3, GDT, GDT_LIMIT, ProtectedGuest } from '../protected-guest';

const OPERAND = 0x7000;
const absolute = (opcode: number) => [0x0f, 0x01, opcode, 0x00, 0x70, 0x00, 0x00];
const SGDT = absolute(0x05);
const LGDT = absolute(0x15);
const LIDT = absolute(0x1d);

function guestWith(bytes: readonly number[]): ProtectedGuest {
  const guest = new ProtectedGuest().enter();
  guest.code(bytes);
  guest.write16(OPERAND, 0x1234);
  guest.write32(OPERAND + 2, 0x89ab_cdef);
  return guest;
}

const register = (guest: ProtectedGuest, at: number) => guest.cpu.i32[at] >>> 0;

describe('LGDT and LIDT', () => {
  it('load limit and base and tell the observer', () => {
    const guest = guestWith(LIDT);
    const seen: unknown[] = [];
    guest.cpu.observer = { tableLoaded: (...table) => seen.push(table) };
    guest.step();
    expect([register(guest, state.IDTR_BASE), register(guest, state.IDTR_LIMIT)]).toEqual([0x89ab_cdef, 0x1234]);
    expect(seen).toEqual([['idt', 0x89ab_cdef, 0x1234]]);
  });

  it('take 24 bits of the base with a 16-bit operand', () => {
    const guest = guestWith([0x66, ...LGDT]).step();
    expect([register(guest, state.GDTR_BASE), register(guest, state.GDTR_LIMIT)]).toEqual([0x00ab_cdef, 0x1234]);
  });

  it('are for level 0', () => {
    const guest = guestWith(LGDT).enter({ cs: CODE_3 });
    expect(guest.fault()).toEqual({ vector: 13, errorCode: 0, eip: CODE });
  });

  it('have no register form', () => {
    expect(guestWith([0x0f, 0x01, 0xd0]).step().vector).toBe(6);
  });
});

describe('SGDT', () => {
  it('stores limit and base at any level', () => {
    const guest = guestWith(SGDT).enter({ cs: CODE_3 });
    guest.step();
    expect([guest.read16(OPERAND), guest.read32(OPERAND + 2)]).toEqual([GDT_LIMIT, GDT]);
  });
});
