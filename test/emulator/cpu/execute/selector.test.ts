import { describe, expect, it } from 'vitest';
import * as state from '../../../../src/emulator/cpu/state';
import {
  CODE,
  CODE_0,
  CODE_3,
  CONFORMING_0,
  DATA_0,
  DATA_1,
  DATA_3,
  FREE,
  gate,
  LDT,
  ProtectedGuest,
  READ_ONLY_0,
  segment,
  SELECTOR_LDT,
  SELECTOR_TSS_A,
  SELECTOR_TSS_B,
  TSS_B,
} from '../protected-guest';

const LAR_EBX_EAX = [0x0f, 0x02, 0xd8];
const LSL_EBX_EAX = [0x0f, 0x03, 0xd8];
const VERR_AX = [0x0f, 0x00, 0xe0];
const VERW_AX = [0x0f, 0x00, 0xe8];
const LLDT_AX = [0x0f, 0x00, 0xd0];
const LTR_AX = [0x0f, 0x00, 0xd8];

/** ZF and EBX (preset to 12345678h) after an instruction on the selector in AX. */
function ask(bytes: readonly number[], selector: number, cs = CODE_0, prepare?: (guest: ProtectedGuest) => void) {
  const guest = new ProtectedGuest();
  prepare?.(guest);
  guest.enter({ cs });
  guest.code(bytes);
  guest.eax = selector;
  guest.cpu.i32[state.EBX] = 0x1234_5678;
  guest.step();
  expect(guest.eip).toBe(CODE + bytes.length);
  return { isVisible: (guest.eflags & state.FLAG_ZF) !== 0, ebx: guest.cpu.i32[state.EBX] >>> 0 };
}

const isVisible = (
  bytes: readonly number[],
  selector: number,
  cs = CODE_0,
  prepare?: (guest: ProtectedGuest) => void,
) => ask(bytes, selector, cs, prepare).isVisible;

describe('LAR', () => {
  it('gives type, S, DPL, P and the upper flags', () => {
    expect(ask(LAR_EBX_EAX, DATA_3, CODE_3)).toEqual({ isVisible: true, ebx: 0x00c0_f300 });
    expect(ask([0x66, ...LAR_EBX_EAX], DATA_3)).toEqual({ isVisible: true, ebx: 0x1234_f300 });
  });

  it('leaves the register when the selector is null, outside, or out of reach', () => {
    for (const selector of [0, 3, 0x1000, DATA_0 | 3, DATA_1]) {
      const cs = selector === DATA_1 ? CODE_3 : CODE_0;
      expect(ask(LAR_EBX_EAX, selector, cs)).toEqual({ isVisible: false, ebx: 0x1234_5678 });
    }
  });

  it('does not ask whether the segment is present', () => {
    expect(isVisible(LAR_EBX_EAX, FREE, CODE_0, (guest) => guest.gdt(FREE, segment(0, 0, 0x13)))).toBe(true);
  });

  it('sees conforming code from everywhere', () => {
    expect(isVisible(LAR_EBX_EAX, CONFORMING_0 | 3, CODE_3)).toBe(true);
  });

  it.each([
    [0x80, false],
    [0x81, true],
    [0x82, true],
    [0x83, true],
    [0x84, true],
    [0x85, true],
    [0x86, false],
    [0x87, false],
    [0x88, false],
    [0x89, true],
    [0x8a, false],
    [0x8b, true],
    [0x8c, true],
    [0x8d, false],
    [0x8e, false],
    [0x8f, false],
  ])('takes system type %i: %s', (access, expected) => {
    expect(isVisible(LAR_EBX_EAX, FREE, CODE_0, (guest) => guest.gdt(FREE, gate(access, CODE_0, 0)))).toBe(expected);
  });
});

describe('LSL', () => {
  it('gives the limit in bytes', () => {
    expect(ask(LSL_EBX_EAX, DATA_0)).toEqual({ isVisible: true, ebx: 0xffff_ffff });
    expect(ask(LSL_EBX_EAX, SELECTOR_TSS_A)).toEqual({ isVisible: true, ebx: 0x67 });
    expect(ask([0x66, ...LSL_EBX_EAX], DATA_0)).toEqual({ isVisible: true, ebx: 0x1234_ffff });
  });

  it('has no answer for gates', () => {
    for (const access of [0x84, 0x85, 0x8c]) {
      expect(isVisible(LSL_EBX_EAX, FREE, CODE_0, (guest) => guest.gdt(FREE, gate(access, CODE_0, 0)))).toBe(false);
    }
  });
});

describe('VERR and VERW', () => {
  it.each([
    ['data', DATA_0, true, true],
    ['read-only data', READ_ONLY_0, true, false],
    ['readable code', CODE_0, true, false],
    ['conforming code with any RPL', CONFORMING_0 | 3, true, false],
    ['data with RPL above DPL', DATA_0 | 1, false, false],
    ['an LDT', SELECTOR_LDT, false, false],
    ['null', 0, false, false],
    ['a selector outside the table', 0x1000, false, false],
  ] as const)('%s', (_name, selector, canRead, canWrite) => {
    expect([isVisible(VERR_AX, selector), isVisible(VERW_AX, selector)]).toEqual([canRead, canWrite]);
  });

  it('execute-only code can be neither read nor written', () => {
    const prepare = (guest: ProtectedGuest) => guest.gdt(FREE, segment(0, 0xffff, 0x99));
    expect([isVisible(VERR_AX, FREE, CODE_0, prepare), isVisible(VERW_AX, FREE, CODE_0, prepare)]).toEqual([
      false,
      false,
    ]);
  });
});

describe('ARPL', () => {
  const ARPL_AX_CX = [0x63, 0xc8];

  function adjust(destination: number, source: number) {
    const guest = new ProtectedGuest().enter({ cs: CODE_3 });
    guest.code(ARPL_AX_CX);
    guest.eax = destination;
    guest.cpu.i32[state.ECX] = source;
    guest.step();
    return [guest.eax, (guest.eflags & state.FLAG_ZF) !== 0];
  }

  it('raises the RPL and never lowers it', () => {
    expect(adjust(0xabcd_0010, 3)).toEqual([0xabcd_0013, true]);
    expect(adjust(0x12, 1)).toEqual([0x12, false]);
    expect(adjust(0x11, 1)).toEqual([0x11, false]);
  });

  it('writes to memory only what changes', () => {
    const guest = new ProtectedGuest();
    guest.gdt(FREE, segment(0, 0xf_ffff, 0x91));
    guest.enter({ data: FREE });
    guest.code([0x66, 0x63, 0x0d, 0, 0x70, 0, 0]);
    guest.write16(0x7000, 0x13);
    guest.cpu.i32[state.ECX] = 2;
    guest.step();
    expect(guest.vector).toBe(-1);
    guest.enter({ data: FREE });
    guest.cpu.i32[state.ECX] = 3;
    guest.write16(0x7000, 0x12);
    expect(guest.fault()).toMatchObject({ vector: 13, errorCode: 0 });
  });
});

describe('LLDT and LTR', () => {
  function load(bytes: readonly number[], selector: number, prepare?: (guest: ProtectedGuest) => void): ProtectedGuest {
    const guest = new ProtectedGuest();
    prepare?.(guest);
    guest.enter();
    guest.code(bytes);
    guest.eax = selector;
    return guest.step();
  }

  it('LTR marks the task busy and switches nothing', () => {
    const guest = load(LTR_AX, SELECTOR_TSS_B);
    expect(guest.accessByte(SELECTOR_TSS_B)).toBe(0x8b);
    const at = state.SEGMENT + state.TR * state.SEGMENT_WORDS;
    expect(Array.from(guest.cpu.i32.subarray(at, at + 4))).toEqual([SELECTOR_TSS_B, TSS_B, 0x67, 0x8b]);
  });

  it('LLDT loads a table, or none for null', () => {
    const guest = load(LLDT_AX, SELECTOR_LDT);
    const at = state.SEGMENT + state.LDTR * state.SEGMENT_WORDS;
    expect(Array.from(guest.cpu.i32.subarray(at, at + 3))).toEqual([SELECTOR_LDT, LDT, 0xff]);
    const none = load(LLDT_AX, 0);
    expect(none.cpu.i32[at + state.SEG_ACCESS] & state.SEG_NULL).not.toBe(0);
  });

  it.each([
    ['LTR null', LTR_AX, 0, 13, 0],
    ['LTR in the LDT', LTR_AX, 0x0c, 13, 0x0c],
    ['LTR outside the table', LTR_AX, 0x1000, 13, 0x1000],
    ['LTR busy', LTR_AX, SELECTOR_TSS_A, 13, SELECTOR_TSS_A],
    ['LTR data', LTR_AX, DATA_0, 13, DATA_0],
    ['LTR not present', LTR_AX, FREE, 11, FREE],
    ['LLDT in the LDT', LLDT_AX, 0x0c, 13, 0x0c],
    ['LLDT a TSS', LLDT_AX, SELECTOR_TSS_B, 13, SELECTOR_TSS_B],
    ['LLDT not present', LLDT_AX, FREE + 8, 11, FREE + 8],
  ] as const)('%s faults', (_name, bytes, selector, vector, errorCode) => {
    const guest = load(bytes, selector, (fresh) => {
      fresh.gdt(FREE, segment(TSS_B, 0x67, 0x09, 0));
      fresh.gdt(FREE + 8, segment(LDT, 0xff, 0x02, 0));
    });
    expect([guest.vector, guest.stack(1)[0]]).toEqual([vector, errorCode]);
  });

  it('are for level 0', () => {
    for (const bytes of [LTR_AX, LLDT_AX]) {
      const guest = new ProtectedGuest().enter({ cs: CODE_3 });
      guest.code(bytes);
      expect(guest.fault()).toEqual({ vector: 13, errorCode: 0, eip: CODE });
    }
  });
});
