import { describe, expect, it } from 'vitest';
import { combineFaults } from '../../../../src/emulator/cpu/protection/exceptions';
import * as state from '../../../../src/emulator/cpu/state';
import { CODE, CODE_0, CODE_3, FREE, gate, handlerOf, ProtectedGuest, STACK_0 } from '../protected-guest';

const DIV_BY_ZERO = [0x31, 0xc9, 0xf7, 0xf1]; // xor ecx,ecx; div ecx
const UD2 = [0x0f, 0x0b];
const INT_20 = [0xcd, 0x20];

describe('what a fault during delivery becomes (SDM table 6-5)', () => {
  const BENIGN = [1, 2, 3, 4, 5, 6, 7, 16, 17, 0x20];
  const CONTRIBUTORY = [0, 10, 11, 12, 13];

  it('delivers the second after a benign first, and any benign second', () => {
    for (const benign of BENIGN) {
      for (const other of [...BENIGN, ...CONTRIBUTORY, 14]) {
        expect(combineFaults(benign, other)).toBe('deliver-second');
        expect(combineFaults(other, benign)).toBe('deliver-second');
      }
    }
  });

  it('makes a double fault of two contributory ones', () => {
    for (const first of CONTRIBUTORY) {
      for (const second of CONTRIBUTORY) expect(combineFaults(first, second)).toBe('double-fault');
      expect(combineFaults(first, 14)).toBe('deliver-second');
    }
  });

  it('makes a double fault of a page fault and a contributory or page fault', () => {
    for (const second of [...CONTRIBUTORY, 14]) expect(combineFaults(14, second)).toBe('double-fault');
  });

  it('shuts down when a double fault cannot be delivered', () => {
    for (const second of [...CONTRIBUTORY, 14]) expect(combineFaults(8, second)).toBe('shutdown');
  });
});

describe('exceptions in protected mode', () => {
  it('push EFLAGS with RF, CS, EIP of the instruction, and no error code for #DE', () => {
    const guest = new ProtectedGuest().enter({ eflags: 0x246 });
    guest.code(DIV_BY_ZERO);
    guest.step(2);
    expect(guest.vector).toBe(0);
    expect(guest.stack(3)).toEqual([CODE + 2, CODE_0, 0x1_0246]);
    expect(guest.esp).toBe(STACK_0 - 12);
    expect(guest.eflags & state.FLAG_IF).toBe(0);
  });

  it('name the gate with the IDT and EXT bits when it is not present', () => {
    const guest = new ProtectedGuest().enter();
    guest.idt(6, gate(0x0e, CODE_0, handlerOf(6)));
    guest.code(UD2);
    expect(guest.fault()).toEqual({ vector: 11, errorCode: 6 * 8 + 2 + 1, eip: CODE });
  });

  it('leave EXT clear when INT n meets the same gate', () => {
    const guest = new ProtectedGuest().enter();
    guest.idt(0x20, gate(0x0e, CODE_0, 0));
    guest.code(INT_20);
    expect(guest.fault()).toEqual({ vector: 11, errorCode: 0x20 * 8 + 2, eip: CODE });
  });

  it('set EXT when an external interrupt meets it', () => {
    const guest = new ProtectedGuest().enter({ eflags: 0x202 });
    guest.idt(0x20, gate(0x0e, CODE_0, 0));
    guest.code([0x90]);
    guest.cpu.setInterruptPin(true);
    expect(guest.fault()).toEqual({ vector: 11, errorCode: 0x20 * 8 + 2 + 1, eip: CODE });
  });

  it('name the code selector with EXT when the gate leads to a bad one', () => {
    const guest = new ProtectedGuest().enter();
    guest.idt(6, gate(0x8e, FREE, 0));
    guest.code(UD2);
    expect(guest.fault()).toEqual({ vector: 13, errorCode: FREE + 1, eip: CODE });
  });

  it('raise #GP(EXT) for a gate with a null selector', () => {
    const guest = new ProtectedGuest().enter();
    guest.idt(6, gate(0x8e, 0, 0));
    guest.code(UD2);
    expect(guest.fault()).toEqual({ vector: 13, errorCode: 1, eip: CODE });
  });

  it('become a double fault with error code 0 when two contributory ones meet', () => {
    const guest = new ProtectedGuest().enter();
    guest.idt(0, gate(0x0e, CODE_0, 0));
    guest.code(DIV_BY_ZERO);
    guest.step(2);
    expect(guest.vector).toBe(8);
    expect(guest.stack(3)).toEqual([0, CODE + 2, CODE_0]);
  });

  it('shut the processor down when the double fault cannot be delivered either', () => {
    const guest = new ProtectedGuest().enter();
    guest.cpu.i32[state.IDTR_LIMIT] = 0;
    guest.code(UD2);
    guest.step();
    expect(guest.shutdowns).toBe(1);
    expect(guest.cpu.i32[state.RUN_STATE]).toBe(state.SHUTDOWN);
    guest.step();
    expect(guest.eip).toBe(CODE);
  });

  it('tell the observer each exception in turn', () => {
    const guest = new ProtectedGuest().enter();
    const seen: (number | undefined)[][] = [];
    guest.cpu.observer = { exception: (vector, errorCode) => seen.push([vector, errorCode]) };
    guest.idt(6, gate(0x0e, CODE_0, 0));
    guest.code(UD2);
    guest.step();
    expect(seen).toEqual([
      [6, undefined],
      [11, 0x33],
    ]);
  });

  it('wake nobody and change nothing when the sink takes them', () => {
    const guest = new ProtectedGuest().enter();
    const taken: number[] = [];
    guest.cpu.exceptionSink = { take: (vector) => taken.push(vector) > 0 };
    guest.code(UD2);
    guest.step();
    expect(taken).toEqual([6]);
    expect(guest.eip).toBe(CODE);
    expect(guest.esp).toBe(STACK_0);
  });
});

describe('exceptions in real mode', () => {
  function realGuest(): ProtectedGuest {
    const guest = new ProtectedGuest().enterReal(0x1000, 0, 0x800, 0x100);
    for (let vector = 0; vector < 32; vector++) {
      guest.write16(vector * 4, 0x1000 + vector);
      guest.write16(vector * 4 + 2, 0x2000);
    }
    return guest;
  }

  it('push FLAGS, CS and IP, and no error code', () => {
    const guest = realGuest();
    guest.code([0x66, 0x67, 0x8b, 0x05, 0, 0, 1, 0]); // mov eax,[10000h]: beyond the limit
    guest.step();
    expect(guest.eip).toBe(0x1000 + 13);
    expect(guest.selector('cs')).toBe(0x2000);
    expect(guest.esp).toBe(0x100 - 6);
    expect([0, 2, 4].map((n) => guest.read16(0x8000 + guest.esp + n))).toEqual([0, 0x1000, 2]);
  });

  it('clear IF and TF', () => {
    const guest = realGuest();
    guest.cpu.i32[state.EFLAGS] = 0x202;
    guest.code([0xcd, 0x05]);
    guest.step();
    expect(guest.eflags).toBe(2);
    expect(guest.read16(0x8000 + guest.esp + 4)).toBe(0x202);
    expect(guest.read16(0x8000 + guest.esp)).toBe(2);
  });

  it('raise #GP for a vector beyond the IDT limit', () => {
    const guest = realGuest();
    guest.cpu.i32[state.IDTR_LIMIT] = 14 * 4 - 1;
    guest.code([0xcd, 0x0e]);
    guest.step();
    expect(guest.eip).toBe(0x1000 + 13);
  });

  it('raise #DF when #GP itself is beyond the limit, and shut down when that is too', () => {
    const guest = realGuest();
    guest.cpu.i32[state.IDTR_LIMIT] = 9 * 4 - 1;
    guest.code([0xcd, 0x0e]);
    guest.step();
    expect(guest.eip).toBe(0x1000 + 8);
    const dead = realGuest();
    dead.cpu.i32[state.IDTR_LIMIT] = 8 * 4 - 1;
    dead.code([0xcd, 0x0e]);
    dead.step();
    expect(dead.shutdowns).toBe(1);
  });

  it('shut down when SP is 1', () => {
    const guest = new ProtectedGuest().enterReal(0x1000, 0, 0x800, 1);
    guest.code([0xcd, 0x05]);
    guest.step();
    expect(guest.shutdowns).toBe(1);
  });
});

it('keeps level 3 code from being entered on the way to a handler', () => {
  const guest = new ProtectedGuest().enter();
  guest.idt(6, gate(0x8e, CODE_3, 0));
  guest.code(UD2);
  expect(guest.fault()).toEqual({ vector: 13, errorCode: (CODE_3 & ~3) + 1, eip: CODE });
});
