// Far transfers, interrupts and task switches by what descriptors say. Figures: i386 PRM 1986, pages of CALL, JMP, RET, INT,
// IRET; i486 PRM 1990, appendix E, interrupt and task switch tables. On the i386 the HLT at the target adds m = 1.
import { describe, expect, it } from 'vitest';
import { COUNTER } from '../../../src/emulator/counters';
import * as state from '../../../src/emulator/cpu/state';
import { clockTableOf } from '../../../src/emulator/timing/clock-tables';
import {
  CODE,
  CODE_0,
  CODE_3,
  DATA_0,
  DATA_3,
  FREE,
  gate,
  HANDLERS,
  ProtectedGuest,
  SELECTOR_LDT,
  SELECTOR_TSS_16,
  SELECTOR_TSS_A,
  SELECTOR_TSS_B,
  STACK_1,
  STACK_3,
  TSS_16,
  TSS_A,
  TSS_B,
} from '../cpu/protected-guest';
import type { Entry } from '../cpu/protected-guest';

type Model = '386' | '486';
const GATE = FREE;
const ENTRY = 0x1_2000;
const CALL_GATE = 0xec;
const TASK_GATE = 0xe5;
const IOPL_3 = 0x3000;
const HLT = 0xf4;
const FIGURES = { '386': { hlt: 5, m: 1 }, '486': { hlt: 4, m: 0 } } as const;

const far = (opcode: number, selector: number) => [opcode, 0, 0, 0, 0, selector & 0xff, selector >>> 8];
const callFar = (selector: number) => far(0x9a, selector);
const jmpFar = (selector: number) => far(0xea, selector);
const INT_20 = [0xcd, 0x20];

function guestOf(model: Model): ProtectedGuest {
  const guest = new ProtectedGuest(model, clockTableOf(model === '386' ? 'i386' : 'i486'));
  guest.code([HLT], ENTRY);
  return guest;
}

/** Clocks of one step. */
function clocksOf(guest: ProtectedGuest): number {
  const { f64 } = guest.cpu;
  const before = f64[COUNTER.CYCLES];
  guest.step();
  return f64[COUNTER.CYCLES] - before;
}

function atLevel(model: Model, entry: Entry, bytes: readonly number[]): ProtectedGuest {
  const guest = guestOf(model).enter(entry);
  guest.code(bytes);
  return guest;
}

/** A level 0 task that goes on at ENTRY, in the TSS at `base`. */
function fillTss32(guest: ProtectedGuest, base: number, eflags = 2): void {
  const words = [ENTRY, eflags, 0, 0, 0, 0, STACK_1, 0, 0, 0];
  words.forEach((word, n) => guest.write32(base + 0x20 + 4 * n, word));
  [DATA_0, CODE_0, DATA_0, DATA_0, DATA_0, DATA_0].forEach((word, n) => guest.write32(base + 0x48 + 4 * n, word));
  guest.write32(base + 0x60, SELECTOR_LDT);
}

function fillTss16(guest: ProtectedGuest): void {
  const words = [0x2000, 2, 0, 0, 0, 0, 0x9000, 0, 0, 0, DATA_0, CODE_0, DATA_0, DATA_0, SELECTOR_LDT];
  words.forEach((word, n) => guest.write16(TSS_16 + 0x0e + 2 * n, word));
}

function withTasks(guest: ProtectedGuest): ProtectedGuest {
  fillTss32(guest, TSS_B);
  fillTss16(guest);
  guest.gdt(GATE, gate(TASK_GATE, SELECTOR_TSS_B, 0));
  return guest;
}

/** A virtual 8086 task at linear 10000h with IOPL 3. */
function virtual8086(model: Model, bytes: readonly number[]): ProtectedGuest {
  const guest = guestOf(model).enterVirtual8086(0x1000, 0, 0x0700, 0x100, IOPL_3);
  guest.code(bytes);
  return guest;
}

function pushed(guest: ProtectedGuest, slots: readonly number[]): ProtectedGuest {
  const esp = 0x7000;
  guest.cpu.i32[state.ESP] = esp;
  slots.forEach((slot, n) => guest.write32(esp + 4 * n, slot));
  return guest;
}

/** A TSS with a permission bitmap of zeros, for all ports. */
function withBitmap(guest: ProtectedGuest): ProtectedGuest {
  guest.setHidden(state.TR, SELECTOR_TSS_A, TSS_A, 0x67 + 0x200, 0x8b);
  return guest;
}

describe.each([
  ['386', { same: 52 + 1, inner: 86 + 1, three: 94 + 4 * 3 + 1, jump: 45 + 1 }],
  ['486', { same: 35, inner: 69, three: 77 + 4 * 3, jump: 32 }],
] as const)('on an i%s a call gate costs', (model, expected) => {
  const calling = (cs: number, parameters: number, bytes = callFar(GATE)) => {
    const guest = atLevel(model, cs === CODE_3 ? { cs, esp: STACK_3 - 16 } : { cs }, bytes);
    guest.gdt(GATE, gate(CALL_GATE, CODE_0, ENTRY, parameters));
    return guest;
  };

  it('its figure for the same level, the inner level and each parameter', () => {
    expect(clocksOf(calling(CODE_0, 0))).toBe(expected.same);
    expect(clocksOf(calling(CODE_3, 0))).toBe(expected.inner);
    expect(clocksOf(calling(CODE_3, 3))).toBe(expected.three);
  });

  it('its figure for a jump', () => {
    expect(clocksOf(calling(CODE_0, 0, jmpFar(GATE)))).toBe(expected.jump);
  });

  it('the prefix as well', () => {
    const { prefix } = clockTableOf(model === '386' ? 'i386' : 'i486');
    expect(clocksOf(calling(CODE_0, 0, [0x2e, ...callFar(GATE)]))).toBe(expected.same + prefix);
  });
});

describe.each([
  ['386', { call: 309, callGate: 309, jump: 309, to16: 282, toV86: 226, nested: 309, interrupt: 309 }],
  [
    '486',
    {
      call: 37 + 162,
      callGate: 38 + 162,
      jump: 42 + 162,
      to16: 42 + 143,
      toV86: 42 + 140,
      nested: 32 + 162,
      interrupt: 37 + 162,
    },
  ],
] as const)('on an i%s a task switch costs', (model, expected) => {
  const with0 = (bytes: readonly number[]) => withTasks(atLevel(model, {}, bytes));

  it('its table and the form: CALL and JMP to a TSS, through a task gate', () => {
    expect(clocksOf(with0(callFar(SELECTOR_TSS_B)))).toBe(expected.call);
    expect(clocksOf(with0(callFar(GATE)))).toBe(expected.callGate);
    expect(clocksOf(with0(jmpFar(SELECTOR_TSS_B)))).toBe(expected.jump);
  });

  it('another figure to a 16-bit task and to a virtual 8086 task', () => {
    expect(clocksOf(with0(jmpFar(SELECTOR_TSS_16)))).toBe(expected.to16);
    const guest = with0(jmpFar(SELECTOR_TSS_B));
    fillTss32(guest, TSS_B, state.FLAG_VM | 2);
    expect(clocksOf(guest)).toBe(expected.toV86);
  });

  it('its figure for IRET out of a nested task', () => {
    const guest = with0([...callFar(SELECTOR_TSS_B), HLT]);
    guest.code([0xcf], ENTRY);
    guest.step();
    expect(clocksOf(guest)).toBe(expected.nested);
  });

  it('its figure for an interrupt through a task gate', () => {
    const guest = with0(INT_20);
    guest.idt(0x20, gate(TASK_GATE, SELECTOR_TSS_B, 0));
    expect(clocksOf(guest)).toBe(expected.interrupt);
  });
});

describe.each([
  ['386', { same: 59, inner: 99, fromV86: 119, into: 59, outOfBounds: 59 }],
  ['486', { same: 44, inner: 71, fromV86: 82, into: 44 + 2, outOfBounds: 44 + 24 }],
] as const)('on an i%s in protected mode', (model, expected) => {
  it('INT n and INT 3 cost the interrupt alone, to the same level, an inner one, and out of virtual 8086 mode', () => {
    expect(clocksOf(atLevel(model, {}, INT_20))).toBe(expected.same);
    expect(clocksOf(atLevel(model, {}, [0xcc]))).toBe(expected.same);
    const user = atLevel(model, { cs: CODE_3 }, INT_20);
    user.idt(0x20, gate(0xee, CODE_0, HANDLERS));
    expect(clocksOf(user)).toBe(expected.inner);
    // In the i486's table INT n adds 4 outside protected mode, virtual 8086 mode included.
    expect(clocksOf(virtual8086OpenGate(INT_20))).toBe(expected.fromV86 + (model === '486' ? 4 : 0));
  });

  function virtual8086OpenGate(bytes: readonly number[]): ProtectedGuest {
    const guest = virtual8086(model, bytes);
    guest.idt(0x20, gate(0xee, CODE_0, HANDLERS));
    return guest;
  }

  it('INTO costs 3 without overflow, else the interrupt', () => {
    expect(clocksOf(atLevel(model, {}, [0xce]))).toBe(3);
    expect(clocksOf(atLevel(model, { eflags: 0x802 }, [0xce]))).toBe(expected.into);
  });

  it('an exception and a hardware interrupt cost the interrupt', () => {
    expect(clocksOf(atLevel(model, {}, [0x0f, 0x0b]))).toBe(expected.same);
    const guest = atLevel(model, { eflags: state.FLAG_IF | 2 }, [0x90]);
    guest.cpu.setInterruptPin(true);
    // The step goes on with the first instruction of the handler.
    expect(clocksOf(guest)).toBe(expected.same + FIGURES[model].hlt);
  });

  it('BOUND outside its bounds costs the exception and what came before it', () => {
    const guest = atLevel(model, {}, [0x62, 0x0b]);
    guest.cpu.i32[state.EBX] = 0x7000;
    guest.cpu.i32[state.ECX] = 5;
    expect(clocksOf(guest)).toBe(expected.outOfBounds);
  });
});

describe.each([
  ['386', { retf: 68, retfImmediate: 68, iret: 82, toV86: 60 }],
  ['486', { retf: 35, retfImmediate: 36, iret: 36, toV86: 36 }],
] as const)('on an i%s a return to an outer level costs', (model, expected) => {
  const outer = [ENTRY, CODE_3];
  const outerStack = [STACK_3, DATA_3];

  it('its figure for RETF, with and without parameters', () => {
    expect(clocksOf(pushed(atLevel(model, {}, [0xcb]), [...outer, ...outerStack]))).toBe(expected.retf);
    expect(clocksOf(pushed(atLevel(model, {}, [0xca, 8, 0]), [...outer, 0, 0, ...outerStack]))).toBe(
      expected.retfImmediate,
    );
  });

  it('its figure for IRET, and for IRET to virtual 8086 mode', () => {
    expect(clocksOf(pushed(atLevel(model, {}, [0xcf]), [...outer, 2, ...outerStack]))).toBe(expected.iret);
    const frame = [0, 0x1000, state.FLAG_VM | 2, 0x100, 0x0700, 0, 0, 0, 0];
    expect(clocksOf(pushed(atLevel(model, {}, [0xcf]), frame))).toBe(expected.toV86);
  });
});

describe.each([
  ['386', { inDx: 27, inImmediate: 26, out: 25, v86In: 27, v86Out: 25, repIn: 27 + 6 * 3, repOut: 26 + 5 * 3 }],
  ['486', { inDx: 28, inImmediate: 29, out: 30, v86In: 27, v86Out: 29, repIn: 30 + 8 * 3, repOut: 31 + 5 * 3 }],
] as const)('on an i%s port I/O through the permission bitmap costs', (model, expected) => {
  const user = (bytes: readonly number[]) => {
    const guest = withBitmap(atLevel(model, { cs: CODE_3, data: DATA_3 }, bytes));
    guest.cpu.i32[state.ECX] = 3;
    guest.cpu.i32[state.ESI] = 0x7000;
    guest.cpu.i32[state.EDI] = 0x7100;
    return guest;
  };

  it('more, at level 3', () => {
    expect(clocksOf(user([0xec]))).toBe(expected.inDx);
    expect(clocksOf(user([0xe4, 0x60]))).toBe(expected.inImmediate);
    expect(clocksOf(user([0xee]))).toBe(expected.out);
    expect(clocksOf(user([0xf3, 0x6c]))).toBe(expected.repIn);
    expect(clocksOf(user([0xf3, 0x6e]))).toBe(expected.repOut);
  });

  it('what the table has for level 0 where IOPL allows it', () => {
    const guest = user([0xec]);
    guest.cpu.i32[state.EFLAGS] |= IOPL_3;
    expect(clocksOf(guest)).toBe(model === '386' ? 7 : 8);
  });

  it('the figure of virtual 8086 mode there, whatever IOPL is', () => {
    expect(clocksOf(withBitmap(virtual8086(model, [0xec])))).toBe(expected.v86In);
    expect(clocksOf(withBitmap(virtual8086(model, [0xee])))).toBe(expected.v86Out);
  });
});

describe('the mode an instruction was decoded in', () => {
  it('decides its clocks, though the bytes are the same', () => {
    const guest = guestOf('486');
    guest.write8(CODE, 0xe4); // IN AL,60h
    guest.write8(CODE + 1, 0x60);
    const inRealMode = clocksOf(guest.enterReal(0x1000, 0, 0x0700, 0x100));
    const in16BitSegment = { cs: 0x60, ss: 0x68, esp: 0x8000, data: 0x68 };
    guest.gdt(0x60, [0x0000_ffff, 0x0000_9b01]);
    const inProtectedMode = clocksOf(guest.enter({ ...in16BitSegment, eip: 0 }));
    expect([inRealMode, inProtectedMode]).toEqual([14, 9]);
  });
});
