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
  DATA_3,
  FREE,
  gate,
  handlerOf,
  ProtectedGuest,
  segment,
  STACK_0,
  STACK_3,
  TSS_A,
} from '../protected-guest';

const GATE = FREE;
const ENTRY = 0x1_2000;
const CALL_GATE_3 = 0xec;
const CALL_GATE_16_3 = 0xe4;

const far = (opcode: number, selector: number) => [opcode, 0xef, 0xbe, 0xad, 0xde, selector & 0xff, selector >>> 8];
const callFar = (selector: number) => far(0x9a, selector);
const jmpFar = (selector: number) => far(0xea, selector);

function level3(bytes: readonly number[], words = gate(CALL_GATE_3, CODE_0, ENTRY)): ProtectedGuest {
  const guest = new ProtectedGuest().enter({ cs: CODE_3 });
  guest.gdt(GATE, words);
  guest.code(bytes);
  return guest;
}

describe('a call through a gate to an inner level', () => {
  it('pushes SS, ESP, CS and EIP on the inner stack and ignores the offset of the instruction', () => {
    const guest = level3(callFar(GATE | 3)).step();
    expect(guest.eip).toBe(ENTRY);
    expect(guest.cpl).toBe(0);
    expect(guest.selector('cs')).toBe(CODE_0);
    expect(guest.selector('ss')).toBe(DATA_0);
    expect(guest.stack(4)).toEqual([CODE + 7, CODE_3, STACK_3, DATA_3]);
    expect(guest.esp).toBe(STACK_0 - 16);
  });

  it('copies parameters between the old stack and the return address, in their order', () => {
    const guest = level3(callFar(GATE), gate(CALL_GATE_3, CODE_0, ENTRY, 3));
    guest.cpu.i32[state.ESP] = STACK_3 - 12;
    [0x11, 0x22, 0x33].forEach((value, n) => guest.write32(STACK_3 - 12 + 4 * n, value));
    guest.step();
    expect(guest.stack(7)).toEqual([CODE + 7, CODE_3, 0x11, 0x22, 0x33, STACK_3 - 12, DATA_3]);
  });

  it('copies words through a 16-bit gate and cuts the entry to 16 bits', () => {
    const guest = level3(callFar(GATE), gate(CALL_GATE_16_3, CODE_0_16, 0x5_1234, 2));
    guest.cpu.i32[state.ESP] = STACK_3 - 4;
    guest.write32(STACK_3 - 4, 0x2222_1111);
    guest.step();
    expect(guest.eip).toBe(0x1234);
    expect(guest.stack16(6)).toEqual([7, CODE_3, 0x1111, 0x2222, STACK_3 - 4, DATA_3]);
  });

  it('keeps EFLAGS', () => {
    const guest = level3(callFar(GATE));
    guest.cpu.i32[state.EFLAGS] = 0x4202;
    expect(guest.step().eflags).toBe(0x4202);
  });

  it('does not look at the RPL of the selector in the gate', () => {
    expect(
      level3(callFar(GATE), gate(CALL_GATE_3, CODE_0 | 3, ENTRY))
        .step()
        .selector('cs'),
    ).toBe(CODE_0);
  });

  it('raises #SS(stack selector) when frame and parameters do not fit', () => {
    const guest = level3(callFar(GATE), gate(CALL_GATE_3, CODE_0, ENTRY, 1));
    guest.write32(TSS_A + 4, 18);
    guest.idt(12, gate(0x8e, CODE_1 & ~3, handlerOf(12)));
    expect(guest.fault()).toEqual({ vector: 12, errorCode: DATA_0, eip: CODE });
  });

  it('raises #SS(0) when the parameters are not on the caller’s stack', () => {
    const guest = level3(callFar(GATE), gate(CALL_GATE_3, CODE_0, ENTRY, 2));
    guest.cpu.i32[state.ESP] = -2;
    expect(guest.fault()).toMatchObject({ vector: 12, errorCode: 0 });
  });

  it('raises #TS for the stack before the entry point is looked at', () => {
    const guest = level3(callFar(GATE), gate(CALL_GATE_3, CODE_0_16, 0x1_0000));
    guest.write16(TSS_A + 8, 0);
    guest.idt(10, gate(0x8e, CODE_1 & ~3, handlerOf(10)));
    expect(guest.fault()).toEqual({ vector: 10, errorCode: 0, eip: CODE });
  });
});

describe('a call gate', () => {
  it.each([
    ['DPL below CPL', gate(0x8c, CODE_0, ENTRY), GATE, 13, GATE],
    ['DPL below RPL', gate(0xcc, CODE_0, ENTRY), GATE | 3, 13, GATE],
    ['not present', gate(0x6c, CODE_0, ENTRY), GATE, 11, GATE],
    ['not present and DPL below CPL', gate(0x0c, CODE_0, ENTRY), GATE, 13, GATE],
    ['null code selector', gate(CALL_GATE_3, 0, ENTRY), GATE, 13, 0],
    ['code selector outside the table', gate(CALL_GATE_3, 0x1000, ENTRY), GATE, 13, 0x1000],
    ['data instead of code', gate(CALL_GATE_3, DATA_3, ENTRY), GATE, 13, DATA_3 & ~3],
  ] as const)('raises the right fault: %s', (_name, words, selector, vector, errorCode) => {
    expect(level3(callFar(selector), words).fault()).toEqual({ vector, errorCode, eip: CODE });
    expect(level3(jmpFar(selector), words).fault()).toEqual({ vector, errorCode, eip: CODE });
  });

  it('raises #GP(gate) when the RPL is above its DPL, at level 0 too', () => {
    for (const bytes of [callFar(GATE | 3), jmpFar(GATE | 3)]) {
      const guest = new ProtectedGuest().enter();
      guest.gdt(GATE, gate(0xcc, CODE_0, ENTRY));
      guest.code(bytes);
      expect(guest.fault()).toEqual({ vector: 13, errorCode: GATE, eip: CODE });
    }
  });

  it('raises #NP(code selector) when the code is not present', () => {
    const guest = level3(callFar(GATE), gate(CALL_GATE_3, FREE + 8, ENTRY));
    guest.gdt(FREE + 8, segment(0, 0xf_ffff, 0x1b));
    expect(guest.fault()).toMatchObject({ vector: 11, errorCode: FREE + 8 });
  });

  it('raises #GP(0) for an entry beyond the limit', () => {
    expect(level3(callFar(GATE), gate(CALL_GATE_3, CODE_0_16, 0x1_0000)).fault()).toMatchObject({
      vector: 13,
      errorCode: 0,
    });
  });

  it('cannot lead to an outer level', () => {
    const guest = new ProtectedGuest().enter();
    guest.gdt(GATE, gate(0x8c, CODE_3, ENTRY));
    guest.code(callFar(GATE));
    expect(guest.fault()).toMatchObject({ vector: 13, errorCode: CODE_3 & ~3 });
  });

  it('to the same level pushes CS and EIP on the current stack', () => {
    const guest = level3(callFar(GATE), gate(CALL_GATE_3, CODE_3, ENTRY)).step();
    expect(guest.eip).toBe(ENTRY);
    expect(guest.stack(2)).toEqual([CODE + 7, CODE_3]);
  });

  it('to conforming code stays at the level, on the current stack', () => {
    const guest = level3(callFar(GATE), gate(CALL_GATE_3, CONFORMING_0, ENTRY, 5)).step();
    expect([guest.cpl, guest.selector('cs'), guest.esp]).toEqual([3, CONFORMING_0 | 3, STACK_3 - 8]);
  });

  it('may be jumped through to the same level and to conforming code', () => {
    expect(level3(jmpFar(GATE), gate(CALL_GATE_3, CODE_3 & ~3, ENTRY)).step()).toMatchObject({
      eip: ENTRY,
      esp: STACK_3,
    });
    const guest = level3(jmpFar(GATE), gate(CALL_GATE_3, CONFORMING_0, ENTRY)).step();
    expect([guest.eip, guest.cpl]).toEqual([ENTRY, 3]);
  });

  it('may not be jumped through to an inner level', () => {
    expect(level3(jmpFar(GATE)).fault()).toEqual({ vector: 13, errorCode: CODE_0, eip: CODE });
  });
});
