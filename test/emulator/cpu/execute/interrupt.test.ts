import { describe, expect, it } from 'vitest';
import type { CpuModel } from '../../../../src/emulator/cpu/cpu-host';
import * as state from '../../../../src/emulator/cpu/state';
import { CODE, CODE_3, ProtectedGuest } from '../protected-guest';

const NOP = 0x90;
const PUSHFD = 0x9c;
const POPFD = 0x9d;
const CLI = 0xfa;
const STI = 0xfb;
const ONES = 0xffff_ffff;
const ARITHMETIC_TF_DF_NT = 0x4dd5;

/** EFLAGS after POPFD of `image` with `before`. TF and NT are in the image: the step ends before they matter. */
function pop(image: number, before: number, cs: number, model: CpuModel = '686', bytes: readonly number[] = [POPFD]) {
  const guest = new ProtectedGuest(model).enter({ cs, esp: 0x7000, eflags: before });
  guest.write32(0x7000, image);
  guest.code(bytes);
  return guest.step().eflags;
}

describe('POPF', () => {
  it('changes everything but VM and RF at level 0', () => {
    expect(pop(ONES, 2, 0x08)).toBe(0x24_7fd7);
    expect(pop(0, 0x24_7fd7, 0x08)).toBe(2);
  });

  it('knows AC since the 486 and ID since the Pentium', () => {
    expect(pop(ONES, 2, 0x08, '386')).toBe(0x7fd7);
    expect(pop(ONES, 2, 0x08, '486')).toBe(0x4_7fd7);
    expect(pop(ONES, 2, 0x08, '586')).toBe(0x24_7fd7);
  });

  it('leaves IOPL above level 0', () => {
    expect(pop(ONES, 0x3002, CODE_3)).toBe(0x24_3202 | ARITHMETIC_TF_DF_NT);
    expect(pop(0x2, 0x3202, CODE_3)).toBe(0x3002);
  });

  it('leaves IF too above IOPL, without a fault', () => {
    expect(pop(ONES, 0x2002, CODE_3)).toBe(0x24_2002 | ARITHMETIC_TF_DF_NT);
    expect(pop(0x2, 0x2202, CODE_3)).toBe(0x2202);
  });

  it('leaves the upper half with a 16-bit operand', () => {
    expect(pop(0x0002, 0x24_0002, 0x08, '686', [0x66, POPFD])).toBe(0x24_0002);
  });

  it('lets a waiting interrupt in at once', () => {
    const guest = new ProtectedGuest().enter({ esp: 0x7000 });
    guest.write32(0x7000, 0x202);
    guest.code([POPFD, NOP]);
    guest.cpu.setInterruptPin(true);
    guest.step(2);
    expect(guest.vector).toBe(0x20);
    expect(guest.stack(1)).toEqual([CODE + 1]);
  });
});

describe('PUSHF', () => {
  it('leaves out RF and VM', () => {
    const guest = new ProtectedGuest().enter({ eflags: 0x24_0ed7 | state.FLAG_RF });
    guest.code([PUSHFD]);
    expect(guest.step().stack(1)).toEqual([0x24_0ed7]);
  });
});

describe('CLI and STI', () => {
  it('raise #GP(0) when CPL is above IOPL', () => {
    for (const bytes of [[CLI], [STI]]) {
      const guest = new ProtectedGuest().enter({ cs: CODE_3, eflags: 0x2002 });
      guest.code(bytes);
      expect(guest.fault()).toEqual({ vector: 13, errorCode: 0, eip: CODE });
    }
  });

  it('work with CPL at IOPL', () => {
    const guest = new ProtectedGuest().enter({ cs: CODE_3, eflags: 0x3002 });
    guest.code([STI, CLI]);
    expect(guest.step().eflags & state.FLAG_IF).not.toBe(0);
    expect(guest.step().eflags & state.FLAG_IF).toBe(0);
  });

  it('STI holds interrupts off for one instruction', () => {
    const guest = new ProtectedGuest().enter();
    guest.code([STI, NOP, NOP]);
    guest.cpu.setInterruptPin(true);
    guest.step(2);
    expect(guest.eip).toBe(CODE + 2);
    guest.step();
    expect(guest.vector).toBe(0x20);
    expect(guest.stack(1)).toEqual([CODE + 2]);
  });

  it('STI and CLI in a row let nothing in', () => {
    const guest = new ProtectedGuest().enter();
    guest.code([STI, CLI, NOP, NOP]);
    guest.cpu.setInterruptPin(true);
    guest.step(4);
    expect(guest.eip).toBe(CODE + 4);
  });

  it('STI with IF set already holds nothing off', () => {
    const guest = new ProtectedGuest().enter({ eflags: 0x202 });
    guest.code([STI, NOP]);
    guest.step();
    guest.cpu.setInterruptPin(true);
    guest.step();
    expect(guest.stack(1)).toEqual([CODE + 1]);
  });
});

describe('HLT', () => {
  it('waits for an interrupt, and goes on behind itself', () => {
    const guest = new ProtectedGuest().enter({ eflags: 0x202 });
    guest.code([0xf4, NOP]);
    guest.step();
    expect(guest.cpu.isHalted).toBe(true);
    guest.step();
    expect(guest.eip).toBe(CODE + 1);
    guest.cpu.setInterruptPin(true);
    guest.step();
    expect(guest.vector).toBe(0x20);
    expect(guest.stack(1)).toEqual([CODE + 1]);
  });

  it('is for level 0', () => {
    const guest = new ProtectedGuest().enter({ cs: CODE_3 });
    guest.code([0xf4]);
    expect(guest.fault()).toEqual({ vector: 13, errorCode: 0, eip: CODE });
  });
});

describe('SYSENTER and SYSEXIT', () => {
  function withRegisters(bytes: readonly number[], cs: number, selector = 0x08): ProtectedGuest {
    const guest = new ProtectedGuest().enter();
    [selector, 0x7000, 0x1_2000].forEach((value, n) => {
      guest.code([0x0f, 0x30]);
      guest.enter();
      guest.cpu.i32[state.ECX] = 0x174 + n;
      guest.cpu.i32[state.EDX] = 0;
      guest.eax = value;
      guest.step();
    });
    guest.enter({ cs, eflags: 0x202 });
    guest.code(bytes);
    return guest;
  }

  it('enter level 0 with flat segments and interrupts off, and leave it', () => {
    const guest = withRegisters([0x0f, 0x34], CODE_3).step();
    expect([guest.cpl, guest.eip, guest.esp, guest.eflags]).toEqual([0, 0x1_2000, 0x7000, 2]);
    expect([guest.selector('cs'), guest.selector('ss')]).toEqual([0x08, 0x10]);
    guest.code([0x0f, 0x35], guest.eip);
    guest.cpu.i32[state.ECX] = 0xa000;
    guest.cpu.i32[state.EDX] = CODE + 2;
    guest.step();
    expect([guest.cpl, guest.eip, guest.esp]).toEqual([3, CODE + 2, 0xa000]);
    expect([guest.selector('cs'), guest.selector('ss')]).toEqual([CODE_3, 0x23]);
  });

  it('raise #GP(0) while SYSENTER_CS is null, SYSEXIT above level 0, both in real mode', () => {
    expect(withRegisters([0x0f, 0x34], CODE_3, 0).fault()).toMatchObject({ vector: 13, errorCode: 0 });
    expect(withRegisters([0x0f, 0x35], CODE_3).fault()).toMatchObject({ vector: 13, errorCode: 0 });
    const guest = new ProtectedGuest().enterReal(0x1000, 0, 0x800, 0x100);
    guest.write16(13 * 4, 0x42);
    guest.code([0x0f, 0x34]);
    expect(guest.step().eip).toBe(0x42);
  });
});
