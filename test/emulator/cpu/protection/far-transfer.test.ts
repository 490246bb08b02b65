import { describe, expect, it } from 'vitest';
import * as state from '../../../../src/emulator/cpu/state';
import {
  CODE,
  CODE_0,
  CODE_0_16,
  CODE_1,
  CODE_3,
  CONFORMING_0,
  DATA_0,
  FREE,
  GDT_LIMIT,
  ProtectedGuest,
  segment,
  SELECTOR_LDT,
  STACK_0,
  STACK_3,
} from '../protected-guest';

const TARGET = 0x1_2000;

function pointer(offset: number, selector: number): number[] {
  return [0, 8, 16, 24].map((shift) => (offset >>> shift) & 0xff).concat(selector & 0xff, selector >>> 8);
}

const jmpFar = (selector: number, offset = TARGET) => [0xea, ...pointer(offset, selector)];
const callFar = (selector: number, offset = TARGET) => [0x9a, ...pointer(offset, selector)];

function at(level: 0 | 3, bytes: readonly number[]): ProtectedGuest {
  const guest = new ProtectedGuest().enter({ cs: level === 0 ? CODE_0 : CODE_3 });
  guest.code(bytes);
  return guest;
}

describe('a far jump to a code segment', () => {
  it('loads CS with the current level as RPL, and EIP', () => {
    const guest = at(0, jmpFar(CODE_0_16, 0x2000)).step();
    expect(guest.selector('cs')).toBe(CODE_0_16);
    expect(guest.hidden('cs')).toEqual({ base: 0, limit: 0xffff, access: 0x9b });
    expect(guest.eip).toBe(0x2000);
  });

  it('stays at its level in conforming code, whatever the RPL', () => {
    const guest = at(3, jmpFar(CONFORMING_0)).step();
    expect(guest.selector('cs')).toBe(CONFORMING_0 | 3);
    expect(guest.cpl).toBe(3);
    expect(guest.eip).toBe(TARGET);
  });

  it('takes an RPL below the level and replaces it', () => {
    expect(
      at(3, jmpFar(CODE_3 & ~3))
        .step()
        .selector('cs'),
    ).toBe(CODE_3);
  });

  it('sets the accessed bit', () => {
    const guest = at(0, jmpFar(FREE));
    guest.gdt(FREE, segment(0, 0xf_ffff, 0x9a));
    guest.step();
    expect(guest.accessByte(FREE)).toBe(0x9b);
  });

  it.each([
    ['null', 0, 0, 0],
    ['a selector outside the table', 0, GDT_LIMIT + 1, GDT_LIMIT + 1],
    ['data', 0, DATA_0, DATA_0],
    ['an LDT', 0, SELECTOR_LDT, SELECTOR_LDT],
    ['code of an outer level', 0, CODE_3, CODE_3 & ~3],
    ['code of an inner level', 3, CODE_0, CODE_0],
    ['an RPL above the level', 0, CODE_0 | 1, CODE_0],
    ['code of level 1 at level 0', 0, CODE_1, CODE_1 & ~3],
  ] as const)('raises #GP for %s', (_name, level, selector, errorCode) => {
    expect(at(level, jmpFar(selector)).fault()).toEqual({ vector: 13, errorCode, eip: CODE });
    expect(at(level, callFar(selector)).fault()).toEqual({ vector: 13, errorCode, eip: CODE });
  });

  it('raises #GP for conforming code of an outer level', () => {
    const guest = at(0, jmpFar(FREE));
    guest.gdt(FREE, segment(0, 0xf_ffff, 0xff));
    expect(guest.fault()).toMatchObject({ vector: 13, errorCode: FREE });
  });

  it('raises #NP(selector) when not present', () => {
    const guest = at(0, jmpFar(FREE));
    guest.gdt(FREE, segment(0, 0xf_ffff, 0x1b));
    expect(guest.fault()).toMatchObject({ vector: 11, errorCode: FREE });
  });

  it('raises #GP(0) for an offset beyond the limit, and leaves the descriptor alone', () => {
    const guest = at(0, jmpFar(FREE, 0x1000));
    guest.gdt(FREE, segment(0, 0xfff, 0x9a, 0x4));
    expect(guest.fault()).toEqual({ vector: 13, errorCode: 0, eip: CODE });
    expect(guest.accessByte(FREE)).toBe(0x9a);
    expect(guest.selector('cs')).toBe(CODE_0);
  });

  it('reads m16:32 from memory', () => {
    const guest = at(0, [0xff, 0x2d, 0, 0x70, 0, 0]);
    pointer(TARGET, CONFORMING_0).forEach((byte, n) => guest.write8(0x7000 + n, byte));
    expect(guest.step().eip).toBe(TARGET);
    expect(guest.selector('cs')).toBe(CONFORMING_0);
  });

  it('cuts the offset to 16 bits with a 16-bit operand', () => {
    const guest = at(0, [0x66, 0xea, 0x34, 0x12, CODE_0, 0]);
    expect(guest.step().eip).toBe(0x1234);
  });
});

describe('a far call to a code segment', () => {
  it('pushes CS and the EIP behind it', () => {
    const guest = at(3, callFar(CONFORMING_0)).step();
    expect(guest.stack(2)).toEqual([CODE + 7, CODE_3]);
    expect(guest.esp).toBe(STACK_3 - 8);
    expect(guest.eip).toBe(TARGET);
  });

  it('pushes words with a 16-bit operand', () => {
    const guest = at(0, [0x66, 0x9a, 0x34, 0x12, CODE_0, 0]).step();
    expect(guest.stack16(2)).toEqual([6, CODE_0]);
    expect(guest.esp).toBe(STACK_0 - 4);
  });

  it('raises #SS(0) when the stack has no room, before the limit of CS is looked at', () => {
    const guest = at(0, callFar(CODE_0_16, 0x1_0000));
    guest.gdt(FREE, segment(0, 0xfff, 0x93, 0x4));
    guest.enter({ ss: FREE, esp: 4 });
    const seen: (number | undefined)[][] = [];
    guest.cpu.observer = { exception: (vector, errorCode) => seen.push([vector, errorCode]) };
    guest.step();
    expect(seen[0]).toEqual([12, 0]);
  });
});

describe('far transfers outside protected mode', () => {
  it('load CS by 16 and check the offset against the limit', () => {
    const guest = new ProtectedGuest().enterReal(0x1000, 0, 0x800, 0x100);
    guest.code([0xea, 0x34, 0x12, 0x00, 0x20]);
    guest.step();
    expect([guest.selector('cs'), guest.hidden('cs').base, guest.eip]).toEqual([0x2000, 0x2_0000, 0x1234]);
    const wide = new ProtectedGuest().enterReal(0x1000, 0, 0x800, 0x100);
    wide.write32(13 * 4, 0x3000_0042);
    wide.code([0x66, 0xea, ...pointer(0x1_0000, 0x2000)]);
    wide.step();
    expect([wide.selector('cs'), wide.eip]).toEqual([0x3000, 0x42]);
  });

  it('call and return in real mode', () => {
    const guest = new ProtectedGuest().enterReal(0x1000, 0, 0x800, 0x100);
    guest.code([0x9a, 0x34, 0x12, 0x00, 0x18]);
    guest.code([0xca, 0x04, 0x00], 0x1_8000 + 0x1234);
    guest.step();
    expect(guest.esp).toBe(0xfc);
    expect([guest.read16(0x80fc), guest.read16(0x80fe)]).toEqual([5, 0x1000]);
    guest.step();
    expect([guest.selector('cs'), guest.eip, guest.esp]).toEqual([0x1000, 5, 0x104]);
  });

  it('keep level 3 and a 64 KiB segment in a virtual 8086 task', () => {
    const guest = new ProtectedGuest().enterVirtual8086(0x1000, 0, 0x800, 0x100, 0);
    guest.code([0xea, 0x34, 0x12, 0x08, 0x00]);
    guest.step();
    expect(guest.hidden('cs')).toEqual({ base: 0x80, limit: 0xffff, access: 0xf3 });
    expect(guest.cpl).toBe(3);
    expect(guest.cpu.i32[state.EIP]).toBe(0x1234);
  });
});
