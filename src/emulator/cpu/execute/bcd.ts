// Decimal adjustments (i386 PRM ch. 17; SDM vol. 2 for the order of the steps).
import type { Cpu } from '../cpu';
import { getEflags, KIND_RESULT, WIDTH_8 } from '../flags';
import type { ExecuteFunction } from '../decode/instruction';
import { EAX, EFLAGS, FLAG_AF, FLAG_CF, FLAG_OF, LAZY_KIND, LAZY_RESULT, VECTOR_DE } from '../state';

const AL = EAX * 4;
const AH = EAX * 4 + 1;
const AX = EAX * 2;

/** Sign, zero and parity from AL; CF and AF as given; OF, which is undefined, 0. */
function setDecimalFlags({ i32, u8 }: Cpu, carryAndAdjust: number): void {
  i32[LAZY_RESULT] = u8[AL] << 24;
  i32[LAZY_KIND] = KIND_RESULT | WIDTH_8;
  i32[EFLAGS] = (i32[EFLAGS] & ~(FLAG_CF | FLAG_AF | FLAG_OF)) | carryAndAdjust;
}

export const daa: ExecuteFunction = (cpu) => {
  const { u8 } = cpu;
  const flags = getEflags(cpu);
  const old = u8[AL];
  let result = 0;
  if ((old & 0xf) > 9 || (flags & FLAG_AF) !== 0) {
    u8[AL] = old + 6;
    result |= FLAG_AF;
  }
  if (old > 0x99 || (flags & FLAG_CF) !== 0) {
    u8[AL] += 0x60;
    result |= FLAG_CF;
  }
  setDecimalFlags(cpu, result);
};

export const das: ExecuteFunction = (cpu) => {
  const { u8 } = cpu;
  const flags = getEflags(cpu);
  const old = u8[AL];
  let result = 0;
  if ((old & 0xf) > 9 || (flags & FLAG_AF) !== 0) {
    u8[AL] = old - 6;
    result |= FLAG_AF;
    if (old < 6 || (flags & FLAG_CF) !== 0) result |= FLAG_CF;
  }
  if (old > 0x99 || (flags & FLAG_CF) !== 0) {
    u8[AL] -= 0x60;
    result |= FLAG_CF;
  }
  setDecimalFlags(cpu, result);
};

/** AAA and AAS: on the 286 and later the correction is applied to AX as a whole (SDM vol. 2). */
function asciiAdjust(cpu: Cpu, correction: number): void {
  const { u8, u16 } = cpu;
  const isNeeded = (u8[AL] & 0xf) > 9 || (getEflags(cpu) & FLAG_AF) !== 0;
  if (isNeeded) u16[AX] += correction;
  setDecimalFlags(cpu, isNeeded ? FLAG_CF | FLAG_AF : 0);
  u8[AL] &= 0xf;
}

export const aaa: ExecuteFunction = (cpu) => asciiAdjust(cpu, 0x106);
export const aas: ExecuteFunction = (cpu) => asciiAdjust(cpu, -0x106);

export const aam: ExecuteFunction = (cpu, { imm }) => {
  const { u8 } = cpu;
  if (imm === 0) cpu.raise(VECTOR_DE);
  const value = u8[AL];
  u8[AH] = value / imm;
  u8[AL] = value % imm;
  setDecimalFlags(cpu, 0);
};

export const aad: ExecuteFunction = (cpu, { imm }) => {
  const { u8, u16 } = cpu;
  u16[AX] = (u8[AL] + u8[AH] * imm) & 0xff;
  setDecimalFlags(cpu, 0);
};
