import { beforeEach, describe, expect, it } from 'vitest';
import * as state from '../../../../src/emulator/cpu/state';
import { CODE_3, DATA_0, ProtectedGuest, STACK_0, TSS_A } from '../protected-guest';

const IN_AL_DX = [0xec];
const IN_AX_DX = [0x66, 0xed];
const IN_EAX_DX = [0xed];
const OUT_60 = [0xe6, 0x60];
const MAP = 0x68;

let guest: ProtectedGuest;

/** Vector taken by an access of the program, -1 when it is allowed. */
function access(bytes: readonly number[], port: number, eflags = 2): number {
  guest.enter({ cs: CODE_3, eflags });
  guest.cpu.i32[state.EDX] = port;
  guest.code(bytes);
  return guest.step().vector;
}

/** A map of `bytes` behind the TSS, with its limit. */
function setMap(bytes: readonly number[]): void {
  guest.write16(TSS_A + 0x66, MAP);
  bytes.forEach((byte, n) => guest.write8(TSS_A + MAP + n, byte));
  guest.setHidden(state.TR, 0x28, TSS_A, MAP + bytes.length - 1, 0x8b);
}

beforeEach(() => {
  guest = new ProtectedGuest();
});

describe('port access', () => {
  it('is free at level 0 and in real mode', () => {
    guest.enter();
    guest.code(OUT_60);
    expect(guest.step().vector).toBe(-1);
    guest.enterReal(0x1000, 0, 0x800, 0x100);
    expect(guest.step().eip).toBe(2);
  });

  it('is free when CPL is not above IOPL', () => {
    expect(access(IN_AL_DX, 0x60, 0x3002)).toBe(-1);
    expect(access(IN_AL_DX, 0x60, 0x2002)).toBe(13);
  });

  it('needs a clear bit in the map, #GP(0) otherwise', () => {
    setMap([0b0000_0101, 0xff]);
    expect([0, 1, 2, 3].map((port) => access(IN_AL_DX, port))).toEqual([13, -1, 13, -1]);
    guest.enter({ cs: CODE_3 });
    guest.cpu.i32[state.EDX] = 0;
    guest.code(IN_AL_DX);
    expect(guest.fault()).toMatchObject({ vector: 13, errorCode: 0 });
  });

  it('needs all bits of a wide access, also over a byte of the map', () => {
    setMap([0b1000_0000, 0b1111_1110, 0xff]);
    expect(access(IN_AX_DX, 5)).toBe(-1);
    expect(access(IN_AX_DX, 6)).toBe(13);
    expect(access(IN_EAX_DX, 3)).toBe(-1);
    expect(access(IN_EAX_DX, 4)).toBe(13);
    expect(access(IN_AL_DX, 8)).toBe(-1);
  });

  it('is denied where the map ends: two bytes must lie within the limit', () => {
    setMap([0, 0]);
    expect(access(IN_AL_DX, 7)).toBe(-1);
    expect(access(IN_AL_DX, 8)).toBe(13);
  });

  it('is denied without a map, and in a 16-bit TSS', () => {
    guest.write16(TSS_A + 0x66, MAP);
    guest.setHidden(state.TR, 0x28, TSS_A, 0x67, 0x8b);
    expect(access(IN_AL_DX, 0)).toBe(13);
    setMap([0, 0, 0xff]);
    guest.setHidden(state.TR, 0x38, TSS_A, 0xff, 0x83);
    guest.write32(TSS_A + 2, (DATA_0 << 16) | STACK_0); // SS0:SP0 of a 16-bit TSS
    expect(access(IN_AL_DX, 0)).toBe(13);
  });

  it('goes by the map in a virtual 8086 task whatever IOPL says', () => {
    setMap([0b0000_0001, 0xff]);
    const accessInTask = (port: number) => {
      guest.enterVirtual8086(0x1000, 0, 0x700, 0x100, 0x3000);
      guest.cpu.i32[state.EDX] = port;
      guest.code(IN_AL_DX);
      return guest.step().vector;
    };
    expect([accessInTask(0), accessInTask(1)]).toEqual([13, -1]);
  });
});
