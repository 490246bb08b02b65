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
  handlerOf,
  ProtectedGuest,
  READ_ONLY_0,
  segment,
  STACK_0,
  STACK_3,
} from '../protected-guest';

const RETF = [0xcb];
const IRETD = [0xcf];
const TARGET = 0x1_2000;
const FRAME = 0x7000;

/** A guest at `cs` whose stack holds `slots`. */
function withFrame(bytes: readonly number[], slots: readonly number[], cs = CODE_0, eflags = 2): ProtectedGuest {
  const guest = new ProtectedGuest().enter({ cs, esp: FRAME, eflags });
  slots.forEach((slot, n) => guest.write32(FRAME + 4 * n, slot));
  guest.code(bytes);
  return guest;
}

describe('RETF to the same level', () => {
  it('pops EIP and CS and then the parameters', () => {
    expect(withFrame(RETF, [TARGET, CODE_0]).step()).toMatchObject({ eip: TARGET, esp: FRAME + 8 });
    expect(withFrame([0xca, 0x10, 0], [TARGET, CODE_0]).step()).toMatchObject({ eip: TARGET, esp: FRAME + 24 });
  });

  it('pops words with a 16-bit operand', () => {
    const guest = withFrame([0x66, 0xcb], [0x1234 | (CODE_0_16 << 16)]).step();
    expect([guest.eip, guest.selector('cs'), guest.esp]).toEqual([0x1234, CODE_0_16, FRAME + 4]);
  });

  it('moves SP alone on a 16-bit stack', () => {
    const guest = withFrame(RETF, [TARGET, CODE_0]);
    guest.gdt(FREE, segment(0, 0xffff, 0x93, 0));
    guest.enter({ ss: FREE, esp: 0xabcd_0000 + FRAME });
    expect(guest.step().esp).toBe(0xabcd_0000 + FRAME + 8);
  });

  it.each([
    ['null', 0, 13, 0],
    ['outside the table', 0x1000, 13, 0x1000],
    ['data', DATA_0, 13, DATA_0],
    ['code of another level than its RPL', CODE_3 & ~3, 13, CODE_3 & ~3],
    ['code of another level than its RPL, outer', CODE_0 | 3, 13, CODE_0],
  ] as const)('raises the right fault for %s', (_name, cs, vector, errorCode) => {
    expect(withFrame(RETF, [TARGET, cs]).fault()).toEqual({ vector, errorCode, eip: CODE });
    expect(withFrame(IRETD, [TARGET, cs, 2]).fault()).toEqual({ vector, errorCode, eip: CODE });
  });

  it('never goes to an inner level', () => {
    for (const bytes of [RETF, IRETD]) {
      expect(withFrame(bytes, [TARGET, CODE_0, 2], CODE_3).fault()).toMatchObject({ vector: 13, errorCode: CODE_0 });
    }
  });

  it('raises #NP(selector) for code that is not present', () => {
    const guest = withFrame(RETF, [TARGET, FREE]);
    guest.gdt(FREE, segment(0, 0xf_ffff, 0x1b));
    expect(guest.fault()).toMatchObject({ vector: 11, errorCode: FREE });
  });

  it('raises #GP(0) beyond the limit', () => {
    expect(withFrame(RETF, [0x1_0000, CODE_0_16]).fault()).toEqual({ vector: 13, errorCode: 0, eip: CODE });
  });
});

describe('RETF to an outer level', () => {
  it('pops EIP, CS, parameters, ESP and SS, and releases the parameters of the outer stack too', () => {
    const guest = withFrame([0xca, 8, 0], [TARGET, CODE_3, 0x11, 0x22, 0xa100, DATA_3]).step();
    expect(guest.cpl).toBe(3);
    expect([guest.eip, guest.selector('cs'), guest.selector('ss'), guest.esp]).toEqual([
      TARGET,
      CODE_3,
      DATA_3,
      0xa108,
    ]);
  });

  it('makes DS, ES, FS and GS null where the outer level may not use them', () => {
    const guest = withFrame(RETF, [TARGET, CODE_3, STACK_3, DATA_3]);
    guest.setHidden(state.ES, DATA_3, 0, -1, 0xc0f3);
    guest.setHidden(state.FS, CONFORMING_0, 0, -1, 0xc09f);
    guest.setHidden(state.GS, CODE_0, 0, -1, 0xc09b);
    guest.cpu.segmentsChanged();
    guest.step();
    expect(['ds', 'es', 'fs', 'gs'].map((name) => guest.selector(name as 'ds'))).toEqual([0, DATA_3, CONFORMING_0, 0]);
    guest.code([0x8b, 0x1d, 0, 0x70, 0, 0], TARGET); // mov ebx,[7000h]
    expect(guest.fault()).toMatchObject({ vector: 13, errorCode: 0 });
  });

  it('keeps the upper half of ESP when the outer stack is a 16-bit one', () => {
    const guest = withFrame(RETF, [TARGET, CODE_3, 0x1234_5678, FREE | 3]);
    guest.gdt(FREE, segment(0, 0xffff, 0xf3, 0));
    expect(guest.step().esp).toBe(0x0000_5678 | (FRAME & 0xffff_0000));
  });

  it.each([
    ['null', 0, 13, 0],
    ['outside the table', 0x1003, 13, 0x1000],
    ['RPL not that of CS', DATA_3 & ~3, 13, DATA_3 & ~3],
    ['DPL not that of CS', DATA_1 | 3, 13, DATA_1 & ~3],
    ['not writable', READ_ONLY_0 | 3, 13, READ_ONLY_0],
    ['code', CODE_3, 13, CODE_3 & ~3],
  ] as const)('raises the right fault when SS is %s', (_name, ss, vector, errorCode) => {
    expect(withFrame(RETF, [TARGET, CODE_3, STACK_3, ss]).fault()).toEqual({ vector, errorCode, eip: CODE });
    expect(withFrame(IRETD, [TARGET, CODE_3, 2, STACK_3, ss]).fault()).toEqual({ vector, errorCode, eip: CODE });
  });

  it('raises #SS(selector) for a stack that is not present', () => {
    const guest = withFrame(RETF, [TARGET, CODE_3, STACK_3, FREE | 3]);
    guest.gdt(FREE, segment(0, 0xf_ffff, 0x73));
    expect(guest.fault()).toMatchObject({ vector: 12, errorCode: FREE });
  });
});

describe('IRET and EFLAGS', () => {
  const ALL = 0xffff_ffff & ~(state.FLAG_VM | state.FLAG_TF | state.FLAG_NT);
  const ARITHMETIC_AND_DF = 0xcd5;

  it('takes everything at level 0', () => {
    const guest = withFrame(IRETD, [TARGET, CODE_0, ALL]).step();
    expect(guest.eflags).toBe(ARITHMETIC_AND_DF | 0x3202 | state.FLAG_AC | state.FLAG_ID | state.FLAG_RF);
  });

  it('has no AC and ID on the 386, no ID on the 486', () => {
    for (const [model, extra] of [
      ['386', 0],
      ['486', state.FLAG_AC],
    ] as const) {
      const guest = new ProtectedGuest(model).enter({ esp: FRAME });
      [TARGET, CODE_0, ALL].forEach((slot, n) => guest.write32(FRAME + 4 * n, slot));
      guest.code(IRETD);
      expect(guest.step().eflags).toBe((ARITHMETIC_AND_DF | 0x3202 | state.FLAG_RF | extra) >>> 0);
    }
  });

  it('leaves IOPL alone above level 0, and IF above IOPL', () => {
    const guest = withFrame(IRETD, [TARGET, CODE_3, ALL], CODE_3, 0x0002).step();
    expect(guest.eflags & 0x3200).toBe(0);
    const privileged = withFrame(IRETD, [TARGET, CODE_3, 0x0002], CODE_3, 0x3202).step();
    expect(privileged.eflags & 0x3200).toBe(0x3000);
  });

  it('leaves the upper half alone with a 16-bit operand', () => {
    const guest = withFrame([0x66, 0xcf], [0x1234 | (CODE_0 << 16), 0x0ad7], CODE_0, state.FLAG_AC | 2).step();
    expect(guest.eflags).toBe(state.FLAG_AC | 0xad7);
  });

  it('goes by the level before the return', () => {
    const guest = withFrame(IRETD, [TARGET, CODE_3, 0x3202, STACK_3, DATA_3]).step();
    expect([guest.cpl, guest.eflags, guest.esp]).toEqual([3, 0x3202, STACK_3]);
  });

  it('lets an interrupt in at once when it sets IF', () => {
    const guest = withFrame(IRETD, [TARGET, CODE_0, 0x202]);
    guest.cpu.setInterruptPin(true);
    guest.step(2);
    expect(guest.vector).toBe(0x20);
    expect(guest.stack(1)).toEqual([TARGET]);
  });

  it('lets NMI in again, which was masked since the last', () => {
    const guest = new ProtectedGuest().enter();
    guest.code([0x90, 0x90, 0xcf], handlerOf(2)); // nop; nop; iretd
    guest.cpu.raiseNmi();
    guest.step();
    guest.cpu.raiseNmi();
    guest.step();
    expect(guest.eip).toBe(handlerOf(2) + 2);
    guest.step();
    expect(guest.eip).toBe(CODE);
    guest.step();
    expect(guest.eip).toBe(handlerOf(2) + 1);
  });
});

describe('IRET in real mode', () => {
  it('pops IP, CS and FLAGS', () => {
    const guest = new ProtectedGuest().enterReal(0x1000, 0, 0x800, 0x100);
    [0x1234, 0x2000, 0x7ad7].forEach((slot, n) => guest.write16(0x8100 + 2 * n, slot));
    guest.code([0xcf]);
    guest.step();
    expect([guest.eip, guest.selector('cs'), guest.esp, guest.eflags]).toEqual([0x1234, 0x2000, 0x106, 0x7ad7]);
  });

  it('leaves NT a plain flag', () => {
    const guest = new ProtectedGuest().enterReal(0x1000, 0, 0x800, 0x100);
    guest.cpu.i32[state.EFLAGS] = 0x4002;
    guest.code([0xcf]);
    guest.step();
    expect([guest.eip, guest.eflags]).toEqual([0, 2]);
  });
});

it('returns to conforming code of an inner level at the level of its RPL', () => {
  const guest = withFrame(RETF, [TARGET, CONFORMING_0 | 3, STACK_3, DATA_3]).step();
  expect([guest.cpl, guest.selector('cs')]).toEqual([3, CONFORMING_0 | 3]);
  expect(withFrame(RETF, [TARGET, CODE_1, STACK_0, DATA_1]).step().cpl).toBe(1);
});
