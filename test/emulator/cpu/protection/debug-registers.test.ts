import { beforeEach, describe, expect, it } from 'vitest';
import { debugRegistersChanged } from '../../../../src/emulator/cpu/protection/debug-registers';
import * as state from '../../../../src/emulator/cpu/state';
import { CODE, CODE_3, DATA_0, gate, CODE_0, handlerOf, ProtectedGuest } from '../protected-guest';

const NOP = 0x90;
const IRETD = 0xcf;
const TF = state.FLAG_TF;
const RF = state.FLAG_RF;

let guest: ProtectedGuest;

beforeEach(() => {
  guest = new ProtectedGuest().enter();
  // #DB is a handler that returns: the test looks at DR6 and the frame in between.
  guest.code([NOP, IRETD], handlerOf(1));
});

function dr6(): number {
  return guest.cpu.i32[state.DR + 6] & 0xf00f;
}

/** Breakpoint 0 at `address` with the R/W and LEN fields. */
function arm(address: number, kind: number, length: number, n = 0): void {
  guest.cpu.i32[state.DR + n] = address;
  guest.cpu.i32[state.DR + 7] |= (2 << (2 * n)) | (((length << 2) | kind) << (16 + 4 * n));
  debugRegistersChanged(guest.cpu);
}

/** Steps until the #DB handler is entered; its return address. Fails after `most` steps. */
function runToTrap(most: number): number {
  for (let n = 0; n < most; n++) {
    guest.step();
    if (guest.eip >= handlerOf(1) && guest.eip < handlerOf(2)) return guest.stack(1)[0];
  }
  return -1;
}

describe('single step', () => {
  it('traps behind the instruction that began with TF set', () => {
    guest.enter({ eflags: 2 | TF });
    guest.code([NOP, NOP]);
    expect(runToTrap(3)).toBe(CODE + 1);
    expect(dr6()).toBe(0x4000);
    expect(guest.stack(3)[2]).toBe(2 | TF);
    expect(guest.eflags & TF).toBe(0);
  });

  it('begins with the instruction behind the POPF that sets TF', () => {
    guest.enter({ esp: 0x7000 });
    guest.write32(0x7000, 2 | TF);
    guest.code([0x9d, NOP, NOP]);
    expect(runToTrap(4)).toBe(CODE + 2);
  });

  it('traps behind the POPF that clears TF', () => {
    guest.enter({ esp: 0x7000, eflags: 2 | TF });
    guest.write32(0x7000, 2);
    guest.code([0x9d, NOP, NOP]);
    expect(runToTrap(4)).toBe(CODE + 1);
  });

  it('waits for the instruction behind a load of SS', () => {
    guest.enter({ eflags: 2 | TF });
    guest.eax = DATA_0;
    guest.code([0x8e, 0xd0, NOP, NOP]);
    expect(runToTrap(4)).toBe(CODE + 3);
  });

  it('does not wait behind STI', () => {
    guest.enter({ eflags: 2 | TF });
    guest.code([0xfb, NOP, NOP]);
    expect(runToTrap(4)).toBe(CODE + 1);
  });

  it('is dropped by INT n, and goes on behind its IRET', () => {
    guest.enter({ eflags: 2 | TF });
    guest.code([0xcd, 0x30, NOP, NOP]);
    guest.code([NOP, IRETD], handlerOf(0x30));
    guest.step();
    expect(guest.eip).toBe(handlerOf(0x30));
    guest.step();
    expect(guest.eip).toBe(handlerOf(0x30) + 1);
    expect(runToTrap(4)).toBe(CODE + 3);
  });

  it('comes before a pending interrupt', () => {
    guest.enter({ eflags: 0x202 | TF });
    guest.code([NOP, NOP]);
    guest.step();
    guest.cpu.setInterruptPin(true);
    expect(runToTrap(2)).toBe(CODE + 1);
  });
});

describe('instruction breakpoints', () => {
  it('fault before the instruction, once per visit thanks to RF', () => {
    arm(CODE + 1, 0, 0);
    guest.code([NOP, NOP, NOP, NOP]);
    expect(runToTrap(3)).toBe(CODE + 1);
    expect(dr6()).toBe(1);
    expect(guest.stack(3)[2]).toBe(2);
    guest.write32(guest.esp + 8, 2 | RF);
    guest.step(2);
    expect(guest.eip).toBe(CODE + 1);
    guest.step();
    expect(guest.eip).toBe(CODE + 2);
    expect(guest.eflags & RF).toBe(0);
  });

  it('do nothing while disabled, nor behind a load of SS', () => {
    arm(CODE + 2, 0, 0);
    guest.eax = DATA_0;
    guest.code([0x8e, 0xd0, NOP, NOP]);
    expect(runToTrap(3)).toBe(-1);
    guest.enter();
    guest.cpu.i32[state.DR + 7] &= ~0xff;
    debugRegistersChanged(guest.cpu);
    guest.code([NOP, NOP, NOP, NOP]);
    expect(runToTrap(3)).toBe(-1);
  });
});

describe('data breakpoints', () => {
  const STORE = [0xa3, 0x00, 0x70, 0, 0]; // mov [7000h],eax
  const LOAD = [0xa1, 0x00, 0x70, 0, 0];

  it('trap behind a write', () => {
    arm(0x7000, 1, 3);
    guest.code([...LOAD, ...STORE, NOP]);
    expect(runToTrap(4)).toBe(CODE + 10);
    expect(dr6()).toBe(1);
  });

  it('trap behind a read or write', () => {
    arm(0x7003, 3, 0, 2);
    guest.code([...LOAD, NOP]);
    expect(runToTrap(3)).toBe(CODE + 5);
    expect(dr6()).toBe(4);
  });

  it('are aligned to their length', () => {
    arm(0x7007, 3, 1);
    guest.code([0xa0, 0x05, 0x70, 0, 0, 0xa0, 0x06, 0x70, 0, 0, NOP]);
    expect(runToTrap(4)).toBe(CODE + 10);
  });
});

describe('the debug registers', () => {
  const MOV_DR7_EAX = [0x0f, 0x23, 0xf8];
  const MOV_EAX_DR6 = [0x0f, 0x21, 0xf0];
  const MOV_EAX_DR4 = [0x0f, 0x21, 0xe0];

  it('are for level 0', () => {
    guest.enter({ cs: CODE_3 });
    guest.code(MOV_EAX_DR6);
    expect(guest.fault()).toEqual({ vector: 13, errorCode: 0, eip: CODE });
  });

  it('read back with their fixed bits', () => {
    guest.code([...MOV_DR7_EAX, 0x0f, 0x21, 0xf8]);
    guest.eax = 0xffff_d000 & ~0xd000;
    guest.step(2);
    expect(guest.eax).toBe(0xffff_0400);
    guest.enter();
    guest.cpu.i32[state.DR + 6] = 0;
    guest.code([0x0f, 0x23, 0xf0, 0x0f, 0x21, 0xf0]);
    guest.eax = 0;
    guest.step(2);
    expect(guest.eax).toBe(0xffff_0ff0);
  });

  it('DR4 is DR6 unless CR4.DE is set, then it does not exist', () => {
    guest.code(MOV_EAX_DR4);
    expect(guest.step().eax).toBe(0xffff_0ff0);
    guest.enter();
    guest.cpu.i32[state.CR4] = state.CR4_DE;
    expect(guest.step().vector).toBe(6);
  });

  it('general detect raises #DB before the access, and opens the registers to the handler', () => {
    guest.code([...MOV_DR7_EAX, ...MOV_EAX_DR6]);
    guest.eax = 0x2000;
    expect(runToTrap(3)).toBe(CODE + 3);
    expect(dr6()).toBe(0x2000);
    expect(guest.cpu.i32[state.DR + 7] & 0x2000).toBe(0);
  });

  it('watch ports with CR4.DE', () => {
    guest.cpu.i32[state.CR4] = state.CR4_DE;
    arm(0x80, 2, 0);
    guest.code([0xe6, 0x81, 0xe6, 0x80, NOP]);
    expect(runToTrap(4)).toBe(CODE + 4);
    expect(dr6()).toBe(1);
  });
});

it('RESET disarms all breakpoints', () => {
  arm(CODE, 0, 0);
  arm(0x7000, 1, 3, 1);
  guest.cpu.reset();
  expect([guest.cpu.hasInstructionBreakpoints, guest.cpu.hasDataBreakpoints]).toEqual([false, false]);
});

it('a level 3 program traced by TF traps to level 0', () => {
  guest.idt(1, gate(0x8e, CODE_0, handlerOf(1)));
  guest.enter({ cs: CODE_3, eflags: 2 | TF });
  guest.code([NOP, NOP]);
  expect(runToTrap(3)).toBe(CODE + 1);
  expect(guest.cpl).toBe(0);
});
