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
  DATA_1,
  DATA_3,
  FREE,
  gate,
  handlerOf,
  ProtectedGuest,
  READ_ONLY_0,
  segment,
  SELECTOR_TSS_A,
  STACK_0,
  STACK_1,
  STACK_3,
  TSS_A,
} from '../protected-guest';

const VECTOR = 0x30;
const INT_30 = [0xcd, VECTOR];
const INTERRUPT_GATE_3 = 0xee;
const TRAP_GATE_3 = 0xef;
const INTERRUPT_GATE_16_3 = 0xe6;
const GATE_ERROR = VECTOR * 8 + 2;

function level3(gateWords = gate(INTERRUPT_GATE_3, CODE_0, handlerOf(VECTOR))): ProtectedGuest {
  const guest = new ProtectedGuest().enter({ cs: CODE_3, eflags: 0x246 });
  guest.idt(VECTOR, gateWords);
  guest.code(INT_30);
  return guest;
}

describe('an interrupt to an inner level', () => {
  it('switches to the stack of the TSS and pushes SS, ESP, EFLAGS, CS, EIP', () => {
    const guest = level3().step();
    expect(guest.vector).toBe(VECTOR);
    expect(guest.cpl).toBe(0);
    expect(guest.selector('cs')).toBe(CODE_0);
    expect(guest.selector('ss')).toBe(DATA_0);
    expect(guest.esp).toBe(STACK_0 - 20);
    expect(guest.stack(5)).toEqual([CODE + 2, CODE_3, 0x246, STACK_3, DATA_3]);
  });

  it('clears IF through an interrupt gate and keeps it through a trap gate; TF and NT go either way', () => {
    const flags = 0x4346; // NT, TF, IF
    const interrupt = level3();
    interrupt.cpu.i32[state.EFLAGS] = flags;
    expect(interrupt.step().eflags).toBe(0x46);
    const trap = level3(gate(TRAP_GATE_3, CODE_0, handlerOf(VECTOR)));
    trap.cpu.i32[state.EFLAGS] = flags;
    expect(trap.step().eflags).toBe(0x246);
    expect(trap.stack(3)[2]).toBe(flags);
  });

  it('keeps DS, ES, FS and GS', () => {
    const guest = level3().step();
    expect(guest.selector('ds')).toBe(DATA_3);
    expect(guest.selector('gs')).toBe(DATA_3);
  });

  it('goes to level 1 with the stack of level 1', () => {
    const guest = level3(gate(INTERRUPT_GATE_3, CODE_1 & ~3, handlerOf(VECTOR))).step();
    expect(guest.cpl).toBe(1);
    expect(guest.selector('cs')).toBe(CODE_1);
    expect(guest.selector('ss')).toBe(DATA_1);
    expect(guest.esp).toBe(STACK_1 - 20);
  });

  it('pushes words through a 16-bit gate', () => {
    const guest = level3(gate(INTERRUPT_GATE_16_3, CODE_0_16, 0x1234)).step();
    expect(guest.eip).toBe(0x1234);
    expect(guest.esp).toBe(STACK_0 - 10);
    expect(guest.stack16(5)).toEqual([2, CODE_3, 0x246, STACK_3, DATA_3]);
  });

  it('raises #GP(gate) when a program may not use the gate', () => {
    const guest = level3(gate(0x8e, CODE_0, handlerOf(VECTOR)));
    expect(guest.fault()).toEqual({ vector: 13, errorCode: GATE_ERROR, eip: CODE });
  });

  it('lets exceptions and external interrupts through a gate that programs may not use', () => {
    const guest = level3(gate(0x8e, CODE_0, handlerOf(VECTOR)));
    guest.interruptVector = VECTOR;
    guest.cpu.setInterruptPin(true);
    guest.step();
    expect(guest.vector).toBe(VECTOR);
    expect(guest.stack(1)).toEqual([CODE]);
  });

  it.each([
    ['a type that is no gate', gate(0xec, CODE_0, 0), 13, GATE_ERROR],
    ['a gate that is not present', gate(0x6e, CODE_0, 0), 11, GATE_ERROR],
    ['no gate, whatever its DPL', gate(0x80, CODE_0, 0), 13, GATE_ERROR],
    ['a null code selector', gate(INTERRUPT_GATE_3, 3, 0), 13, 0],
    ['a data segment', gate(INTERRUPT_GATE_3, DATA_0, 0), 13, DATA_0],
    ['a selector outside the table', gate(INTERRUPT_GATE_3, 0x1000, 0), 13, 0x1000],
    ['an entry beyond the code limit', gate(INTERRUPT_GATE_3, CODE_0_16, 0x1_0000), 13, 0],
  ] as const)('raises the right fault for %s', (_name, words, vector, errorCode) => {
    const guest = level3(words);
    expect(guest.fault()).toEqual({ vector, errorCode, eip: CODE });
    expect(guest.stack(6).slice(2)).toEqual([CODE_3, 0x1_0246, STACK_3, DATA_3]);
  });

  it('raises #GP(vector) beyond the IDT limit', () => {
    const guest = level3();
    guest.cpu.i32[state.IDTR_LIMIT] = VECTOR * 8 + 6;
    expect(guest.fault()).toEqual({ vector: 13, errorCode: GATE_ERROR, eip: CODE });
  });

  it('raises #NP(code selector) when the handler is not present', () => {
    const guest = level3(gate(INTERRUPT_GATE_3, FREE, 0));
    guest.gdt(FREE, segment(0, 0xf_ffff, 0x1b));
    expect(guest.fault()).toEqual({ vector: 11, errorCode: FREE, eip: CODE });
  });
});

describe('the inner stack', () => {
  // The faults themselves go to level 1, whose stack is sound.
  function withStack(prepare: (guest: ProtectedGuest) => void): { vector: number; errorCode: number } {
    const guest = level3();
    for (const vector of [10, 12]) guest.idt(vector, gate(0x8e, CODE_1 & ~3, handlerOf(vector)));
    prepare(guest);
    const { vector, errorCode, eip } = guest.fault();
    expect(eip).toBe(CODE);
    expect(guest.cpl).toBe(1);
    return { vector, errorCode };
  }

  const setStack = (selector: number) => (guest: ProtectedGuest) => guest.write16(TSS_A + 8, selector);

  it('null: #TS(0)', () => {
    expect(withStack(setStack(0))).toEqual({ vector: 10, errorCode: 0 });
  });

  it('outside the table: #TS(selector)', () => {
    expect(withStack(setStack(0x1000))).toEqual({ vector: 10, errorCode: 0x1000 });
  });

  it('RPL, DPL or type wrong: #TS(selector)', () => {
    expect(withStack(setStack(DATA_0 | 1))).toEqual({ vector: 10, errorCode: DATA_0 });
    expect(withStack(setStack(DATA_1 & ~3))).toEqual({ vector: 10, errorCode: DATA_1 & ~3 });
    expect(withStack(setStack(READ_ONLY_0))).toEqual({ vector: 10, errorCode: READ_ONLY_0 });
    expect(withStack(setStack(CODE_0))).toEqual({ vector: 10, errorCode: CODE_0 });
  });

  it('not present: #SS(selector)', () => {
    const prepare = (guest: ProtectedGuest) => {
      guest.gdt(FREE, segment(0, 0xf_ffff, 0x13));
      setStack(FREE)(guest);
    };
    expect(withStack(prepare)).toEqual({ vector: 12, errorCode: FREE });
  });

  it('too small: #SS(selector)', () => {
    const prepare = (guest: ProtectedGuest) => {
      guest.write32(TSS_A + 4, 19);
      guest.gdt(FREE, segment(0, 0xf_ffff, 0x93));
      setStack(FREE)(guest);
    };
    // 19 bytes hold four doublewords; the fifth would begin at FFFFFFFFh.
    expect(withStack(prepare)).toEqual({ vector: 12, errorCode: FREE });
  });

  it('not in the TSS: #TS(TSS selector)', () => {
    const guest = level3();
    guest.setHidden(state.TR, SELECTOR_TSS_A, TSS_A, 8, 0x8b);
    guest.idt(10, gate(0x8e, CONFORMING_0, handlerOf(10)));
    expect(guest.fault()).toEqual({ vector: 10, errorCode: SELECTOR_TSS_A, eip: CODE });
    // ESP0 and SS0 are six bytes: with one more, all of them are there.
    const enough = level3();
    enough.setHidden(state.TR, SELECTOR_TSS_A, TSS_A, 9, 0x8b);
    expect(enough.step().vector).toBe(VECTOR);
  });

  it('16-bit: only SP moves, the upper half of ESP comes from the TSS', () => {
    const guest = level3();
    guest.gdt(FREE, segment(0, 0xffff, 0x93, 0));
    guest.write16(TSS_A + 8, FREE);
    guest.write32(TSS_A + 4, 0x1234_8000);
    guest.step();
    expect(guest.esp).toBe(0x1234_8000 - 20);
    expect(guest.read32(0x8000 - 20)).toBe(CODE + 2);
  });

  it('expand-down: valid above the limit only', () => {
    const guest = level3();
    guest.gdt(FREE, segment(0, 0x7fff, 0x97, 0x4));
    guest.write16(TSS_A + 8, FREE);
    guest.write32(TSS_A + 4, 0x8014);
    guest.step();
    expect(guest.vector).toBe(VECTOR);
    expect(guest.esp).toBe(0x8000);
    const low = level3();
    low.gdt(FREE, segment(0, 0x7fff, 0x97, 0x4));
    low.write16(TSS_A + 8, FREE);
    low.write32(TSS_A + 4, 0x8013);
    low.idt(12, gate(0x8e, CODE_1 & ~3, handlerOf(12)));
    expect(low.fault()).toMatchObject({ vector: 12, errorCode: FREE });
  });

  it('gets its accessed bit', () => {
    const guest = level3();
    guest.gdt(FREE, segment(0, 0xf_ffff, 0x92));
    guest.write16(TSS_A + 8, FREE);
    guest.step();
    expect(guest.accessByte(FREE)).toBe(0x93);
  });
});

describe('an interrupt at the same level', () => {
  it('pushes EFLAGS, CS and EIP on the current stack', () => {
    const guest = new ProtectedGuest().enter({ eflags: 0x202 });
    guest.code(INT_30);
    guest.step();
    expect(guest.stack(3)).toEqual([CODE + 2, CODE_0, 0x202]);
    expect(guest.selector('ss')).toBe(DATA_0);
  });

  it('keeps the level in conforming code', () => {
    const guest = level3(gate(INTERRUPT_GATE_3, CONFORMING_0, handlerOf(VECTOR))).step();
    expect(guest.vector).toBe(VECTOR);
    expect(guest.cpl).toBe(3);
    expect(guest.selector('cs')).toBe(CONFORMING_0 | 3);
    expect(guest.esp).toBe(STACK_3 - 12);
  });

  it('raises #SS(0) when the frame does not fit', () => {
    const guest = new ProtectedGuest().enter({ ss: FREE });
    guest.gdt(FREE, segment(0, 0xfff, 0x93, 0x4));
    guest.enter({ ss: FREE, esp: 11 });
    guest.idt(12, gate(0x85, 0x30, 0));
    guest.write32(0x5000 + 0x20, handlerOf(12)); // task B: EIP, EFLAGS, ESP, CS, SS, DS
    guest.write32(0x5000 + 0x24, 2);
    guest.write32(0x5000 + 0x38, STACK_1);
    guest.write32(0x5000 + 0x4c, CODE_0);
    guest.write32(0x5000 + 0x50, DATA_0);
    guest.code(INT_30);
    guest.step();
    expect(guest.vector).toBe(12);
    expect(guest.stack(1)).toEqual([0]);
  });

  it('checks the code selector against the level of the interrupted program', () => {
    const guest = level3(gate(INTERRUPT_GATE_3, CODE_3, handlerOf(VECTOR))).step();
    expect(guest.vector).toBe(VECTOR);
    expect(guest.cpl).toBe(3);
    const inner = new ProtectedGuest().enter();
    inner.idt(VECTOR, gate(0x8e, CODE_3, 0));
    inner.code(INT_30);
    expect(inner.fault()).toMatchObject({ vector: 13, errorCode: CODE_3 & ~3 });
  });
});

it('tells the observer of an INT n that reaches its handler, with EAX', () => {
  const guest = level3();
  const seen: number[][] = [];
  guest.cpu.observer = { softwareInterrupt: (vector, eax) => seen.push([vector, eax]) };
  guest.eax = 42;
  guest.step();
  expect(seen).toEqual([[VECTOR, 42]]);
  const denied = level3(gate(0x8e, CODE_0, handlerOf(VECTOR)));
  denied.cpu.observer = guest.cpu.observer;
  denied.step();
  expect(seen.length).toBe(1);
});

describe('INT3, INTO and INT1', () => {
  it('obey the DPL of the gate, INT1 excepted', () => {
    for (const [bytes, vector] of [
      [[0xcc], 3],
      [[0xce], 4],
    ] as const) {
      const guest = new ProtectedGuest().enter({ cs: CODE_3, eflags: 0x802 });
      guest.code(bytes);
      expect(guest.fault()).toEqual({ vector: 13, errorCode: vector * 8 + 2, eip: CODE });
      guest.idt(vector, gate(INTERRUPT_GATE_3, CODE_0, handlerOf(vector)));
      guest.enter({ cs: CODE_3, eflags: 0x802 });
      guest.step();
      expect(guest.vector).toBe(vector);
      expect(guest.stack(1)).toEqual([CODE + 1]);
    }
    const guest = new ProtectedGuest().enter({ cs: CODE_3 });
    guest.code([0xf1]);
    guest.step();
    expect(guest.vector).toBe(1);
    expect(guest.stack(3)).toEqual([CODE + 1, CODE_3, 2]);
  });

  it('INTO does nothing without OF', () => {
    const guest = new ProtectedGuest().enter();
    guest.code([0xce]);
    expect(guest.step().eip).toBe(CODE + 1);
  });
});
