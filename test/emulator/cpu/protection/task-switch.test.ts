import { describe, expect, it } from 'vitest';
import * as state from '../../../../src/emulator/cpu/state';
import {
  CODE,
  CODE_0,
  CODE_0_16,
  CODE_1,
  CODE_3,
  DATA_0,
  DATA_0_16,
  DATA_3,
  FREE,
  gate,
  handlerOf,
  ProtectedGuest,
  READ_ONLY_0,
  segment,
  SELECTOR_LDT,
  SELECTOR_TSS_16,
  SELECTOR_TSS_A,
  SELECTOR_TSS_B,
  STACK_0,
  STACK_1,
  STACK_3,
  TSS_16,
  TSS_A,
  TSS_B,
} from '../protected-guest';

const ENTRY = 0x1_2000;
const BUSY = 0x8b;
const AVAILABLE = 0x89;

const far = (opcode: number, selector: number) => [opcode, 0, 0, 0, 0, selector & 0xff, selector >>> 8];
const jmpFar = (selector: number) => far(0xea, selector);
const callFar = (selector: number) => far(0x9a, selector);
const IRETD = [0xcf];

// Offsets in a 32-bit TSS (i386 PRM figure 7-1)
const EIP_AT = 0x20;
const EFLAGS_AT = 0x24;
const EAX_AT = 0x28;
const ESP_AT = 0x38;
const ES_AT = 0x48;
const CS_AT = 0x4c;
const SS_AT = 0x50;
const DS_AT = 0x54;
const LDT_AT = 0x60;
const T_AT = 0x64;

/** A task of level 0 in a 32-bit TSS, with 100h, 101h .. in its general registers but ESP. */
function fillTss(guest: ProtectedGuest, base: number): void {
  guest.write32(base + EIP_AT, ENTRY);
  guest.write32(base + EFLAGS_AT, 0x0ad7);
  for (let n = 0; n < 8; n++) guest.write32(base + EAX_AT + 4 * n, 0xabcd_0100 + n);
  guest.write32(base + ESP_AT, STACK_1);
  for (let n = 0; n < 6; n++) guest.write32(base + ES_AT + 4 * n, DATA_0);
  guest.write32(base + CS_AT, CODE_0);
  guest.write32(base + LDT_AT, SELECTOR_LDT);
}

function guestWith(bytes: readonly number[], cs = CODE_0, eflags = 0x202): ProtectedGuest {
  const guest = new ProtectedGuest().enter({ cs, eflags });
  fillTss(guest, TSS_B);
  guest.code(bytes);
  for (let n = 0; n < 8; n++) if (n !== 4) guest.cpu.i32[state.REG + n] = 0x50 + n;
  return guest;
}

function taskRegister(guest: ProtectedGuest): number {
  return guest.cpu.i32[state.SEGMENT + state.TR * state.SEGMENT_WORDS + state.SEG_SELECTOR];
}

describe('a jump to a TSS', () => {
  it('saves the old task and loads the new one', () => {
    const guest = guestWith(jmpFar(SELECTOR_TSS_B)).step();
    expect(guest.read32(TSS_A + EIP_AT)).toBe(CODE + 7);
    expect(guest.read32(TSS_A + EFLAGS_AT)).toBe(0x202);
    expect([0, 1, 2, 3, 5, 6, 7].map((n) => guest.read32(TSS_A + EAX_AT + 4 * n))).toEqual([
      0x50, 0x51, 0x52, 0x53, 0x55, 0x56, 0x57,
    ]);
    expect(guest.read32(TSS_A + ESP_AT)).toBe(STACK_0);
    expect([0, 1, 2, 3, 4, 5].map((n) => guest.read16(TSS_A + ES_AT + 4 * n))).toEqual([
      DATA_0,
      CODE_0,
      DATA_0,
      DATA_0,
      DATA_0,
      DATA_0,
    ]);

    expect(guest.eip).toBe(ENTRY);
    expect(guest.eflags).toBe(0xad7);
    expect([0, 1, 2, 3, 5, 6, 7].map((n) => guest.cpu.i32[state.REG + n] >>> 0)).toEqual(
      [0, 1, 2, 3, 5, 6, 7].map((n) => 0xabcd_0100 + n),
    );
    expect(guest.esp).toBe(STACK_1);
    expect(guest.selector('cs')).toBe(CODE_0);
    expect(taskRegister(guest)).toBe(SELECTOR_TSS_B);
  });

  it('moves the busy bit, leaves NT and the back link, and sets CR0.TS', () => {
    const guest = guestWith(jmpFar(SELECTOR_TSS_B));
    guest.write32(TSS_B, 0x7777);
    guest.step();
    expect(guest.accessByte(SELECTOR_TSS_A)).toBe(AVAILABLE);
    expect(guest.accessByte(SELECTOR_TSS_B)).toBe(BUSY);
    expect(guest.read32(TSS_B)).toBe(0x7777);
    expect(guest.eflags & state.FLAG_NT).toBe(0);
    expect(guest.cpu.i32[state.CR0] & state.CR0_TS).not.toBe(0);
  });

  it('changes the level to the RPL of the new CS', () => {
    const guest = guestWith(jmpFar(SELECTOR_TSS_B));
    guest.write32(TSS_B + CS_AT, CODE_3);
    guest.write32(TSS_B + SS_AT, DATA_3);
    guest.write32(TSS_B + ESP_AT, STACK_3);
    for (const at of [ES_AT, DS_AT, DS_AT + 4, DS_AT + 8]) guest.write32(TSS_B + at, DATA_3);
    guest.step();
    expect([guest.cpl, guest.selector('ss'), guest.esp]).toEqual([3, DATA_3, STACK_3]);
  });

  it('clears the local breakpoints', () => {
    const guest = guestWith(jmpFar(SELECTOR_TSS_B));
    guest.cpu.i32[state.DR + 7] = 0x7ff;
    guest.step();
    expect(guest.cpu.i32[state.DR + 7]).toBe(0x6aa);
  });

  it('goes through a task gate in the GDT, whose DPL counts and not that of the TSS', () => {
    const guest = guestWith(jmpFar(FREE | 3), CODE_3);
    guest.gdt(FREE, gate(0xe5, SELECTOR_TSS_B, 0));
    guest.step();
    expect([guest.eip, guest.cpl]).toEqual([ENTRY, 0]);
  });

  it('raises #DB before the first instruction when T is set', () => {
    const guest = guestWith(jmpFar(SELECTOR_TSS_B));
    guest.write32(TSS_B + T_AT, 1);
    guest.step(2);
    expect(guest.vector).toBe(1);
    expect(guest.stack(1)).toEqual([ENTRY]);
    expect(guest.cpu.i32[state.DR + 6] & 0xf00f).toBe(0x8000);
  });

  it.each([
    ['busy', SELECTOR_TSS_A, 13, SELECTOR_TSS_A],
    ['RPL above DPL', SELECTOR_TSS_B | 1, 13, SELECTOR_TSS_B],
    ['a gate to a busy TSS', FREE, 13, SELECTOR_TSS_A],
    ['a gate to data', FREE + 8, 13, DATA_0],
    ['a gate to the LDT', FREE + 0x10, 13, 0x0c],
    ['a gate that is not present', FREE + 0x18, 11, FREE + 0x18],
    ['a TSS that is not present', FREE + 0x20, 11, FREE + 0x20],
    ['a TSS too short', FREE + 0x28, 10, FREE + 0x28],
    ['a 16-bit TSS too short', FREE + 0x30, 10, FREE + 0x30],
  ] as const)('raises the right fault in the old task: %s', (_name, selector, vector, errorCode) => {
    for (const bytes of [jmpFar(selector), callFar(selector)]) {
      const guest = guestWith(bytes);
      guest.gdt(FREE, gate(0x85, SELECTOR_TSS_A, 0));
      guest.gdt(FREE + 8, gate(0x85, DATA_0, 0));
      guest.gdt(FREE + 0x10, gate(0x85, 0x0c, 0));
      guest.gdt(FREE + 0x18, gate(0x05, SELECTOR_TSS_B, 0));
      guest.gdt(FREE + 0x20, segment(TSS_B, 0x67, 0x09, 0));
      guest.gdt(FREE + 0x28, segment(TSS_B, 0x66, 0x89, 0));
      guest.gdt(FREE + 0x30, segment(TSS_16, 0x2a, 0x81, 0));
      expect(guest.fault()).toEqual({ vector, errorCode, eip: CODE });
      expect(taskRegister(guest)).toBe(SELECTOR_TSS_A);
    }
  });

  it('is not for a program below the DPL of the TSS', () => {
    const guest = guestWith(jmpFar(SELECTOR_TSS_B), CODE_3);
    expect(guest.fault()).toEqual({ vector: 13, errorCode: SELECTOR_TSS_B, eip: CODE });
  });
});

describe('a state that the new task cannot run with', () => {
  function faultInNewTask(prepare: (guest: ProtectedGuest) => void) {
    const guest = guestWith(jmpFar(SELECTOR_TSS_B));
    // Task 16 takes the faults: the new task may have no stack. Its error code comes on its own stack.
    for (const vector of [10, 11, 12, 13]) guest.idt(vector, gate(0x85, FREE, 0));
    guest.gdt(FREE, segment(0x5800, 0x67, AVAILABLE, 0));
    fillTss(guest, 0x5800);
    guest.write32(0x5800 + ESP_AT, 0x7800);
    const seen: number[] = [];
    guest.cpu.observer = { exception: (vector) => seen.push(vector) };
    prepare(guest);
    guest.step();
    expect(taskRegister(guest)).toBe(FREE);
    expect(guest.read32(TSS_B + EIP_AT)).toBe(ENTRY);
    expect(guest.read16(0x5800)).toBe(SELECTOR_TSS_B);
    return [...seen, guest.read32(0x77fc)];
  }

  it.each([
    ['LDT in the LDT', LDT_AT, 0x0c, 10, 0x0c],
    ['LDT that is data', LDT_AT, DATA_0, 10, DATA_0],
    ['CS null', CS_AT, 0, 10, 0],
    ['CS data', CS_AT, DATA_0, 10, DATA_0],
    ['CS whose DPL is not its RPL', CS_AT, CODE_1 & ~3, 10, CODE_1 & ~3],
    ['SS null', SS_AT, 0, 10, 0],
    ['SS read-only', SS_AT, READ_ONLY_0, 10, READ_ONLY_0],
    ['SS of another level', SS_AT, DATA_3, 10, DATA_3 & ~3],
    ['DS outside the table', DS_AT, 0x1000, 10, 0x1000],
    ['DS with too high an RPL', DS_AT, DATA_0 | 3, 10, DATA_0],
    ['DS a system segment', DS_AT, SELECTOR_LDT, 10, SELECTOR_LDT],
    ['CS not present', CS_AT, FREE + 8, 11, FREE + 8],
    ['SS not present', SS_AT, FREE + 0x10, 12, FREE + 0x10],
    ['DS not present', DS_AT, FREE + 0x10, 11, FREE + 0x10],
  ] as const)('faults in the new task: %s', (_name, at, selector, vector, errorCode) => {
    const result = faultInNewTask((guest) => {
      guest.gdt(FREE + 8, segment(0, 0xf_ffff, 0x1b));
      guest.gdt(FREE + 0x10, segment(0, 0xf_ffff, 0x13));
      guest.write32(TSS_B + at, selector);
    });
    expect(result).toEqual([vector, errorCode]);
  });

  it('faults in the new task when EIP is beyond the limit', () => {
    const result = faultInNewTask((guest) => {
      guest.write32(TSS_B + CS_AT, CODE_0_16);
      guest.write32(TSS_B + EIP_AT, ENTRY);
    });
    expect(result).toEqual([13, 0]);
  });
});

describe('nested tasks', () => {
  it('CALL links back, sets NT and leaves both busy; IRET goes back', () => {
    const guest = guestWith(callFar(SELECTOR_TSS_B));
    guest.code(IRETD, ENTRY);
    guest.step();
    expect(guest.read16(TSS_B)).toBe(SELECTOR_TSS_A);
    expect(guest.eflags & state.FLAG_NT).not.toBe(0);
    expect([guest.accessByte(SELECTOR_TSS_A), guest.accessByte(SELECTOR_TSS_B)]).toEqual([BUSY, BUSY]);
    expect(guest.read32(TSS_A + EIP_AT)).toBe(CODE + 7);

    guest.step();
    expect(guest.eip).toBe(CODE + 7);
    expect(taskRegister(guest)).toBe(SELECTOR_TSS_A);
    expect(guest.eflags).toBe(0x202);
    expect([guest.accessByte(SELECTOR_TSS_A), guest.accessByte(SELECTOR_TSS_B)]).toEqual([BUSY, AVAILABLE]);
    expect(guest.read32(TSS_B + EFLAGS_AT) & state.FLAG_NT).toBe(0);
    expect(guest.read32(TSS_B + EIP_AT)).toBe(ENTRY + 1);
    expect(guest.esp).toBe(STACK_0);
  });

  it('an exception through a task gate leaves the faulting EIP with RF in the old TSS, and its code on the new stack', () => {
    const guest = guestWith([0x8e, 0xd8]); // mov ds,ax
    guest.eax = 0x1000;
    guest.idt(13, gate(0x85, SELECTOR_TSS_B, 0));
    guest.step();
    expect(guest.eip).toBe(ENTRY);
    expect(guest.esp).toBe(STACK_1 - 4);
    expect(guest.stack(1)).toEqual([0x1000]);
    expect(guest.read32(TSS_A + EIP_AT)).toBe(CODE);
    expect(guest.read32(TSS_A + EFLAGS_AT)).toBe(0x1_0202);
    expect(guest.eflags & state.FLAG_NT).not.toBe(0);
  });

  it('an interrupt through a task gate keeps the IF of the new task', () => {
    const guest = guestWith([0x90]);
    guest.idt(0x20, gate(0x85, SELECTOR_TSS_B, 0));
    guest.code([0xf4], ENTRY);
    guest.cpu.setInterruptPin(true);
    guest.step();
    expect(guest.eip).toBe(ENTRY + 1);
    expect(guest.read32(TSS_A + EIP_AT)).toBe(CODE);
    expect(guest.eflags & state.FLAG_IF).not.toBe(0);
  });

  it.each([
    ['not busy', SELECTOR_TSS_B, 10, SELECTOR_TSS_B],
    ['in the LDT', 0x0c, 10, 0x0c],
    ['outside the table', 0x1000, 10, 0x1000],
    ['data', DATA_0, 10, DATA_0],
    ['not present', FREE, 11, FREE],
  ] as const)('IRET refuses a back link that is %s', (_name, link, vector, errorCode) => {
    const guest = guestWith(IRETD, CODE_0, 0x4002);
    guest.gdt(FREE, segment(TSS_B, 0x67, 0x0b, 0));
    guest.write16(TSS_A, link);
    expect(guest.fault()).toEqual({ vector, errorCode, eip: CODE });
  });

  it('makes a double fault of #TS on the way to a contributory exception', () => {
    const guest = guestWith([0x8e, 0xd8]);
    guest.eax = 0x1000;
    guest.idt(13, gate(0x85, SELECTOR_TSS_B, 0));
    guest.write32(TSS_B + SS_AT, 0);
    guest.idt(8, gate(0x85, SELECTOR_TSS_16, 0));
    fillTss16(guest);
    guest.step();
    expect(taskRegister(guest)).toBe(SELECTOR_TSS_16);
    expect(guest.read16(STACK_1 - 2)).toBe(0);
    expect(guest.esp & 0xffff).toBe(STACK_1 - 2);
  });
});

function fillTss16(guest: ProtectedGuest): void {
  guest.write16(TSS_16 + 0x0e, 0x2000);
  guest.write16(TSS_16 + 0x10, 0x0002);
  for (let n = 0; n < 8; n++) guest.write16(TSS_16 + 0x12 + 2 * n, 0x0100 + n);
  guest.write16(TSS_16 + 0x1a, STACK_1);
  for (let n = 0; n < 4; n++) guest.write16(TSS_16 + 0x22 + 2 * n, DATA_0_16);
  guest.write16(TSS_16 + 0x24, CODE_0_16);
}

describe('a 16-bit TSS', () => {
  it('loads words, makes FS and GS null, and leaves CR3', () => {
    const guest = guestWith(jmpFar(SELECTOR_TSS_16));
    fillTss16(guest);
    guest.step();
    expect(guest.eip).toBe(0x2000);
    expect(guest.eax & 0xffff).toBe(0x100);
    expect(guest.esp & 0xffff).toBe(STACK_1);
    expect(['cs', 'ds', 'fs', 'gs'].map((name) => guest.selector(name as 'cs'))).toEqual([CODE_0_16, DATA_0_16, 0, 0]);
    expect(guest.accessByte(SELECTOR_TSS_16)).toBe(0x83);
  });

  it('is saved in words', () => {
    const guest = guestWith(callFar(SELECTOR_TSS_16));
    fillTss16(guest);
    guest.code([0x40, 0xcf], 0x2000); // inc ax; iret
    guest.step(3);
    expect(guest.read16(TSS_16 + 0x0e)).toBe(0x2002);
    expect(guest.read16(TSS_16 + 0x12)).toBe(0x101);
    expect(guest.read16(TSS_16)).toBe(SELECTOR_TSS_A);
    expect([guest.eip, guest.eax]).toEqual([CODE + 7, 0x50]);
    expect(guest.read16(TSS_16 + 0x2a)).toBe(0);
  });

  it('gives inner stacks as words', () => {
    const guest = guestWith([0xcd, 0x30], CODE_3);
    guest.idt(0x30, gate(0xee, CODE_0, handlerOf(0x30)));
    guest.setHidden(state.TR, SELECTOR_TSS_16, TSS_16, 0x2b, 0x83);
    guest.write16(TSS_16 + 2, 0x7000);
    guest.write16(TSS_16 + 4, DATA_0);
    guest.step();
    expect(guest.vector).toBe(0x30);
    expect(guest.esp).toBe(0x7000 - 20);
  });
});

it('enters a virtual 8086 task when the new EFLAGS has VM', () => {
  const guest = guestWith(jmpFar(SELECTOR_TSS_B));
  guest.write32(TSS_B + EFLAGS_AT, 0x2_3202);
  guest.write32(TSS_B + EIP_AT, 0x100);
  guest.write32(TSS_B + CS_AT, 0x1234);
  guest.step();
  expect(guest.cpl).toBe(3);
  expect(guest.hidden('cs')).toEqual({ base: 0x1_2340, limit: 0xffff, access: 0xf3 });
  expect(guest.eflags).toBe(0x2_3202);
});
