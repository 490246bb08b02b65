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
  gate,
  handlerOf,
  ProtectedGuest,
  STACK_0,
} from '../protected-guest';

const IOPL_3 = 0x3000;

/** A task at 1000:0000 (linear 10000h). */
function task(bytes: readonly number[], eflags = 0): ProtectedGuest {
  const guest = new ProtectedGuest().enterVirtual8086(0x1000, 0, 0x0700, 0x100, eflags);
  guest.code(bytes);
  return guest;
}

describe('IRETD to a virtual 8086 task', () => {
  const FRAME = [0x0010, 0x1234, 0x2_3202, 0xabcd_0200, 0x2345, 0x3456, 0x4567, 0x5678, 0x6789];

  function returning(frame: readonly number[], cs = CODE_0, eflags = 2): ProtectedGuest {
    const guest = new ProtectedGuest().enter({ cs, esp: 0x7000, eflags });
    frame.forEach((slot, n) => guest.write32(0x7000 + 4 * n, slot));
    guest.code([0xcf]);
    return guest;
  }

  it('loads all segments, ESP and EFLAGS with IOPL', () => {
    const guest = returning(FRAME).step();
    expect(['cs', 'ss', 'es', 'ds', 'fs', 'gs'].map((name) => guest.selector(name as 'cs'))).toEqual([
      0x1234, 0x2345, 0x3456, 0x4567, 0x5678, 0x6789,
    ]);
    expect(guest.hidden('ss')).toEqual({ base: 0x2_3450, limit: 0xffff, access: 0xf3 });
    expect([guest.cpl, guest.eip, guest.esp, guest.eflags]).toEqual([3, 0x10, 0xabcd_0200, 0x2_3202]);
  });

  it('raises #GP(0) for EIP above FFFFh', () => {
    expect(returning([0x1_0000, ...FRAME.slice(1)]).fault()).toEqual({ vector: 13, errorCode: 0, eip: CODE });
  });

  it('does not happen above level 0, nor with a 16-bit operand', () => {
    const guest = returning([CODE + 0x100, CODE_3, 0x2_0202], CODE_3).step();
    expect(guest.eflags & state.FLAG_VM).toBe(0);
    expect(guest.eip).toBe(CODE + 0x100);
  });

  it('reads the whole frame before anything changes', () => {
    const guest = returning(FRAME);
    guest.gdt(0x80, [0x7000 + 35 - 1, 0x0040_9300]); // limit: the last byte of GS is missing
    guest.enter({ ss: 0x80, esp: 0x7000 });
    expect(guest.fault()).toMatchObject({ vector: 12, errorCode: 0 });
    expect(guest.cpl).toBe(0);
  });
});

describe('the way out of a virtual 8086 task', () => {
  it('pushes GS FS DS ES SS ESP EFLAGS CS EIP on the stack of level 0 and makes the data segments null', () => {
    const guest = task([0x0f, 0x0b], 0x202).step();
    expect(guest.vector).toBe(6);
    expect(guest.stack(9)).toEqual([0, 0x1000, 0x3_0202, 0x100, 0x700, 0x1111, 0x2222, 0x3333, 0x4444]);
    expect(guest.esp).toBe(STACK_0 - 36);
    expect(['ds', 'es', 'fs', 'gs'].map((name) => guest.selector(name as 'ds'))).toEqual([0, 0, 0, 0]);
    expect([guest.cpl, guest.selector('ss'), guest.eflags]).toEqual([0, DATA_0, 2]);
  });

  it('pushes an error code below', () => {
    const guest = task([0xf4]); // hlt
    guest.step();
    expect(guest.vector).toBe(13);
    expect(guest.stack(3)).toEqual([0, 0, 0x1000]);
    expect(guest.esp).toBe(STACK_0 - 40);
  });

  it('pushes words through a 16-bit gate', () => {
    const guest = task([0x0f, 0x0b], 0x202);
    guest.idt(6, gate(0x86, CODE_0_16, 0x1234));
    guest.step();
    expect(guest.stack16(9)).toEqual([0, 0x1000, 0x202, 0x100, 0x700, 0x1111, 0x2222, 0x3333, 0x4444]);
  });

  it('leads to level 0 only: #GP(selector) for conforming code and other levels', () => {
    for (const target of [CONFORMING_0, CODE_1 & ~3, CODE_3]) {
      const guest = task([0xcd, 0x30], IOPL_3);
      guest.idt(0x30, gate(0xee, target, handlerOf(0x30)));
      const { vector, errorCode } = guest.fault();
      expect([vector, errorCode]).toEqual([13, target & ~3]);
    }
  });

  it('and back again restores the task', () => {
    const guest = task([0xcd, 0x30, 0x90], IOPL_3 | 0x200);
    guest.idt(0x30, gate(0xee, CODE_0, handlerOf(0x30)));
    guest.code([0xcf], handlerOf(0x30));
    guest.step(2);
    expect([guest.eip, guest.esp, guest.eflags]).toEqual([2, 0x100, 0x2_3202]);
    expect(['cs', 'ss', 'es', 'ds', 'fs', 'gs'].map((name) => guest.selector(name as 'cs'))).toEqual([
      0x1000, 0x700, 0x1111, 0x2222, 0x3333, 0x4444,
    ]);
  });
});

describe('instructions that IOPL guards in a virtual 8086 task', () => {
  it.each([
    ['CLI', [0xfa]],
    ['STI', [0xfb]],
    ['PUSHF', [0x9c]],
    ['PUSHFD', [0x66, 0x9c]],
    ['POPF', [0x9d]],
    ['INT n', [0xcd, 0x30]],
    ['IRET', [0xcf]],
  ] as const)('%s raises #GP(0) below IOPL 3 and works with it', (_name, bytes) => {
    const denied = task(bytes, 0x2000);
    denied.idt(0x30, gate(0xee, CODE_0, handlerOf(0x30)));
    expect(denied.fault()).toMatchObject({ vector: 13, errorCode: 0 });
    const allowed = task(bytes, IOPL_3);
    allowed.idt(0x30, gate(0xee, CODE_0, handlerOf(0x30)));
    expect(allowed.step().vector).not.toBe(13);
  });

  it('INT3 and INTO are not guarded', () => {
    for (const [bytes, vector] of [
      [[0xcc], 3],
      [[0xce], 4],
    ] as const) {
      const guest = task(bytes, 0x800);
      guest.idt(vector, gate(0xee, CODE_0, handlerOf(vector)));
      expect(guest.step().vector).toBe(vector);
    }
  });

  it('POPF and IRET change IF but not IOPL and VM', () => {
    const guest = task([0x9d], IOPL_3);
    guest.write16(0x7100, 0x0ad7);
    expect(guest.step().eflags).toBe(0x2_3ad7);
    const returning = task([0xcf], IOPL_3);
    [0x20, 0x1000, 0x0ad7].forEach((word, n) => returning.write16(0x7100 + 2 * n, word));
    expect(returning.step()).toMatchObject({ eip: 0x20, eflags: 0x2_3ad7, esp: 0x106 });
  });

  it.each([
    ['LGDT', [0x0f, 0x01, 0x16, 0, 0], 13],
    ['LMSW', [0x0f, 0x01, 0xf0], 13],
    ['CLTS', [0x0f, 0x06], 13],
    ['MOV CR0', [0x0f, 0x20, 0xc0], 13],
    ['MOV DR0', [0x0f, 0x21, 0xc0], 13],
    ['INVD', [0x0f, 0x08], 13],
    ['LLDT', [0x0f, 0x00, 0xd0], 6],
    ['SLDT', [0x0f, 0x00, 0xc0], 6],
    ['STR', [0x0f, 0x00, 0xc8], 6],
    ['LTR', [0x0f, 0x00, 0xd8], 6],
    ['VERR', [0x0f, 0x00, 0xe0], 6],
    ['LAR', [0x0f, 0x02, 0xc0], 6],
    ['LSL', [0x0f, 0x03, 0xc0], 6],
    ['ARPL', [0x63, 0xc0], 6],
  ] as const)('%s is not for virtual 8086 tasks', (_name, bytes, vector) => {
    expect(task(bytes, IOPL_3).step().vector).toBe(vector);
  });

  it('SMSW and SGDT are', () => {
    expect(task([0x0f, 0x01, 0xe0]).step().eax & 0xffff).toBe(0x11);
    expect(task([0x0f, 0x01, 0x06, 0, 0]).step().eip).toBe(5);
  });
});
