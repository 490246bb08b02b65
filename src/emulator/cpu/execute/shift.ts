// Shifts and rotates (i386 PRM ch. 17, SDM vol. 2). Counts are taken modulo 32; a count of 0 changes nothing.
// OF behind counts above 1 is undefined: it gets what one more step of the same formula gives, as P6 was seen to do.
import type { Cpu } from '../cpu';
import { isCarry, setFlags, setResultAndFlags, WIDTH_16, WIDTH_8 } from '../flags';
import type { ExecuteFunction } from '../decode/instruction';
import { chargeRotate } from '../decode/instruction-clocks';
import { modifyLinear } from '../memory/linear-memory';
import { ECX, FLAG_CF, FLAG_OF } from '../state';

const CL = ECX * 4;
const ROL = 0;
const ROR = 1;
const RCL = 2;
const RCR = 3;
const SHR = 5;
const SAR = 7;

const ROTATE_FLAGS = FLAG_CF | FLAG_OF;

/** CF from bit 0 of `carry`, OF from bit 0 of `overflow`. */
function carryOverflow(carry: number, overflow: number): number {
  return (carry & 1) | ((overflow & 1) << 11);
}

// ---- 32 bits ----

/** ROL of a 32-bit value by 1 to 31. */
export function rol32(cpu: Cpu, value: number, count: number): number {
  const result = (value << count) | (value >>> -count);
  setFlags(cpu, carryOverflow(result, (result >>> 31) ^ result), ROTATE_FLAGS);
  return result;
}

function ror32(cpu: Cpu, value: number, count: number): number {
  const result = (value >>> count) | (value << -count);
  setFlags(cpu, carryOverflow(result >>> 31, (result >>> 31) ^ (result >>> 30)), ROTATE_FLAGS);
  return result;
}

function rcl32(cpu: Cpu, value: number, count: number): number {
  const low = count > 1 ? value >>> (33 - count) : 0;
  const result = (value << count) | ((isCarry(cpu) ? 1 : 0) << (count - 1)) | low;
  const carry = value >>> (32 - count);
  setFlags(cpu, carryOverflow(carry, (result >>> 31) ^ carry), ROTATE_FLAGS);
  return result;
}

function rcr32(cpu: Cpu, value: number, count: number): number {
  const high = count > 1 ? value << (33 - count) : 0;
  const result = (value >>> count) | ((isCarry(cpu) ? 1 : 0) << (32 - count)) | high;
  setFlags(cpu, carryOverflow(value >>> (count - 1), (result >>> 31) ^ (result >>> 30)), ROTATE_FLAGS);
  return result;
}

function shl32(cpu: Cpu, value: number, count: number): number {
  const result = value << count;
  const carry = value >>> (32 - count);
  setResultAndFlags(cpu, result, 0, carryOverflow(carry, (result >>> 31) ^ carry));
  return result;
}

function shr32(cpu: Cpu, value: number, count: number): number {
  const result = (value >>> count) | 0;
  setResultAndFlags(cpu, result, 0, carryOverflow(value >>> (count - 1), (result >>> 31) ^ (result >>> 30)));
  return result;
}

function sar32(cpu: Cpu, value: number, count: number): number {
  const result = value >> count;
  setResultAndFlags(cpu, result, 0, carryOverflow(value >> (count - 1), 0));
  return result;
}

function shift32(cpu: Cpu, operation: number, value: number, count: number): number {
  switch (operation) {
    case ROL:
      return rol32(cpu, value, count);
    case ROR:
      return ror32(cpu, value, count);
    case RCL:
      return rcl32(cpu, value, count);
    case RCR:
      return rcr32(cpu, value, count);
    case SHR:
      return shr32(cpu, value, count);
    case SAR:
      return sar32(cpu, value, count);
    default:
      return shl32(cpu, value, count);
  }
}

/** `SHL Ev,Ib` and kin on 32-bit registers, by operation number. */
export const REGISTER_IMMEDIATE: readonly ExecuteFunction[] = [
  (cpu, { rm, imm }) => void ((imm & 31) !== 0 && (cpu.i32[rm] = rol32(cpu, cpu.i32[rm], imm & 31))),
  (cpu, { rm, imm }) => void ((imm & 31) !== 0 && (cpu.i32[rm] = ror32(cpu, cpu.i32[rm], imm & 31))),
  (cpu, { rm, imm }) => void ((imm & 31) !== 0 && (cpu.i32[rm] = rcl32(cpu, cpu.i32[rm], imm & 31))),
  (cpu, { rm, imm }) => void ((imm & 31) !== 0 && (cpu.i32[rm] = rcr32(cpu, cpu.i32[rm], imm & 31))),
  (cpu, { rm, imm }) => void ((imm & 31) !== 0 && (cpu.i32[rm] = shl32(cpu, cpu.i32[rm], imm & 31))),
  (cpu, { rm, imm }) => void ((imm & 31) !== 0 && (cpu.i32[rm] = shr32(cpu, cpu.i32[rm], imm & 31))),
  (cpu, { rm, imm }) => void ((imm & 31) !== 0 && (cpu.i32[rm] = shl32(cpu, cpu.i32[rm], imm & 31))),
  (cpu, { rm, imm }) => void ((imm & 31) !== 0 && (cpu.i32[rm] = sar32(cpu, cpu.i32[rm], imm & 31))),
];

// ---- 8 and 16 bits ----

/** `value` is zero-extended, `bits` 8 or 16, `width` the flag width. */
function shiftNarrow(cpu: Cpu, operation: number, value: number, count: number, bits: number, width: number): number {
  const mask = (1 << bits) - 1;
  const top = bits - 1;
  const shift = 32 - bits;
  let result: number;
  let carry: number;
  switch (operation) {
    case ROL:
    case ROR: {
      const left = operation === ROL ? count & top : -count & top;
      result = ((value << left) | (value >>> (bits - left))) & mask;
      if (operation === ROL) setFlags(cpu, carryOverflow(result, (result >>> top) ^ result), ROTATE_FLAGS);
      else setFlags(cpu, carryOverflow(result >>> top, (result >>> top) ^ (result >>> (top - 1))), ROTATE_FLAGS);
      return result;
    }
    case RCL:
    case RCR: {
      // A rotate of bits + 1 positions, CF being the highest.
      const left = operation === RCL ? count % (bits + 1) : (bits + 1 - (count % (bits + 1))) % (bits + 1);
      const wide = value | ((isCarry(cpu) ? 1 : 0) << bits);
      const rotated = (wide << left) | (wide >>> (bits + 1 - left));
      result = rotated & mask;
      carry = rotated >>> bits;
      const neighbour = operation === RCL ? carry : result >>> (top - 1);
      setFlags(cpu, carryOverflow(carry, (result >>> top) ^ neighbour), ROTATE_FLAGS);
      return result;
    }
    case SHR:
      result = value >>> count;
      setResultAndFlags(
        cpu,
        result << shift,
        width,
        carryOverflow(value >>> (count - 1), (result >>> top) ^ (result >>> (top - 1))),
      );
      return result;
    case SAR: {
      const signed = (value << shift) >> shift;
      result = signed >> count;
      setResultAndFlags(cpu, result << shift, width, carryOverflow(signed >> (count - 1), 0));
      return result & mask;
    }
    default:
      result = value << count;
      carry = result >>> bits;
      setResultAndFlags(cpu, result << shift, width, carryOverflow(carry, (result >>> top) ^ carry));
      return result & mask;
  }
}

function shift8(cpu: Cpu, operation: number, value: number, count: number): number {
  return shiftNarrow(cpu, operation, value, count, 8, WIDTH_8);
}

function shift16(cpu: Cpu, operation: number, value: number, count: number): number {
  return shiftNarrow(cpu, operation, value, count, 16, WIDTH_16);
}

// ---- forms ----

function apply8(cpu: Cpu, rm: number, operation: number, count: number): void {
  if (count !== 0) cpu.u8[rm] = shift8(cpu, operation, cpu.u8[rm], count);
}

function apply16(cpu: Cpu, rm: number, operation: number, count: number): void {
  if (count !== 0) cpu.u16[rm] = shift16(cpu, operation, cpu.u16[rm], count);
}

function apply32(cpu: Cpu, rm: number, operation: number, count: number): void {
  if (count !== 0) cpu.i32[rm] = shift32(cpu, operation, cpu.i32[rm], count);
}

export const ebIb: ExecuteFunction = (cpu, { rm, operation, imm }) => apply8(cpu, rm, operation, imm & 31);
export const ewIb: ExecuteFunction = (cpu, { rm, operation, imm }) => apply16(cpu, rm, operation, imm & 31);
export const eb1: ExecuteFunction = (cpu, { rm, operation }) => apply8(cpu, rm, operation, 1);
export const ew1: ExecuteFunction = (cpu, { rm, operation }) => apply16(cpu, rm, operation, 1);
export const ed1: ExecuteFunction = (cpu, { rm, operation }) => apply32(cpu, rm, operation, 1);
export const ebCl: ExecuteFunction = (cpu, insn) => {
  chargeRotate(cpu, insn, cpu.u8[CL] & 31);
  apply8(cpu, insn.rm, insn.operation, cpu.u8[CL] & 31);
};
export const ewCl: ExecuteFunction = (cpu, insn) => {
  chargeRotate(cpu, insn, cpu.u8[CL] & 31);
  apply16(cpu, insn.rm, insn.operation, cpu.u8[CL] & 31);
};
export const edCl: ExecuteFunction = (cpu, insn) => {
  chargeRotate(cpu, insn, cpu.u8[CL] & 31);
  apply32(cpu, insn.rm, insn.operation, cpu.u8[CL] & 31);
};

type Form = Parameters<ExecuteFunction>[1];

function modify8(cpu: Cpu, insn: Form, count: number): void {
  const at = modifyLinear(cpu, insn, 1);
  const value = cpu.read8(at);
  cpu.write8(at, count === 0 ? value : shift8(cpu, insn.operation, value, count));
}

function modify16(cpu: Cpu, insn: Form, count: number): void {
  const at = modifyLinear(cpu, insn, 2);
  const value = cpu.read16(at);
  cpu.write16(at, count === 0 ? value : shift16(cpu, insn.operation, value, count));
}

function modify32(cpu: Cpu, insn: Form, count: number): void {
  const at = modifyLinear(cpu, insn, 4);
  const value = cpu.read32(at);
  cpu.write32(at, count === 0 ? value : shift32(cpu, insn.operation, value, count));
}

export const mbIb: ExecuteFunction = (cpu, insn) => modify8(cpu, insn, insn.imm & 31);
export const mwIb: ExecuteFunction = (cpu, insn) => modify16(cpu, insn, insn.imm & 31);
export const mdIb: ExecuteFunction = (cpu, insn) => modify32(cpu, insn, insn.imm & 31);
export const mb1: ExecuteFunction = (cpu, insn) => modify8(cpu, insn, 1);
export const mw1: ExecuteFunction = (cpu, insn) => modify16(cpu, insn, 1);
export const md1: ExecuteFunction = (cpu, insn) => modify32(cpu, insn, 1);
export const mbCl: ExecuteFunction = (cpu, insn) => {
  modify8(cpu, insn, cpu.u8[CL] & 31);
  chargeRotate(cpu, insn, cpu.u8[CL] & 31);
};
export const mwCl: ExecuteFunction = (cpu, insn) => {
  modify16(cpu, insn, cpu.u8[CL] & 31);
  chargeRotate(cpu, insn, cpu.u8[CL] & 31);
};
export const mdCl: ExecuteFunction = (cpu, insn) => {
  modify32(cpu, insn, cpu.u8[CL] & 31);
  chargeRotate(cpu, insn, cpu.u8[CL] & 31);
};

// ---- SHLD, SHRD ----

function shldDouble32(cpu: Cpu, value: number, filler: number, count: number): number {
  const result = (value << count) | (filler >>> (32 - count));
  const carry = value >>> (32 - count);
  setResultAndFlags(cpu, result, 0, carryOverflow(carry, (result ^ value) >>> 31));
  return result;
}

function shrdDouble32(cpu: Cpu, value: number, filler: number, count: number): number {
  const result = (value >>> count) | (filler << (32 - count));
  setResultAndFlags(cpu, result, 0, carryOverflow(value >>> (count - 1), (result ^ value) >>> 31));
  return result;
}

/** Counts above 16 are undefined for words; P6 goes on shifting in the destination's own bits. */
function shldDouble16(cpu: Cpu, value: number, filler: number, count: number): number {
  const double = ((value << 16) | filler) >>> 0;
  const wide = count <= 16 ? double << count : (double << count) | (value >>> (32 - count));
  const result = (wide >>> 16) & 0xffff;
  const carry = count <= 16 ? value >>> (16 - count) : filler >>> (32 - count);
  setResultAndFlags(cpu, result << 16, WIDTH_16, carryOverflow(carry, (result ^ value) >>> 15));
  return result;
}

function shrdDouble16(cpu: Cpu, value: number, filler: number, count: number): number {
  const double = ((filler << 16) | value) >>> 0;
  const wide = count <= 16 ? double >>> count : (double >>> count) | (value << (32 - count));
  const result = wide & 0xffff;
  setResultAndFlags(cpu, result << 16, WIDTH_16, carryOverflow(double >>> (count - 1), (result ^ value) >>> 15));
  return result;
}

type Double = (cpu: Cpu, value: number, filler: number, count: number) => number;

function applyDouble32(cpu: Cpu, insn: Form, double: Double, count: number): void {
  const filler = cpu.i32[insn.reg];
  if (insn.isRegister) {
    if (count !== 0) cpu.i32[insn.rm] = double(cpu, cpu.i32[insn.rm], filler, count);
    return;
  }
  const at = modifyLinear(cpu, insn, 4);
  const value = cpu.read32(at);
  cpu.write32(at, count === 0 ? value : double(cpu, value, filler, count));
}

function applyDouble16(cpu: Cpu, insn: Form, double: Double, count: number): void {
  const filler = cpu.u16[insn.reg];
  if (insn.isRegister) {
    if (count !== 0) cpu.u16[insn.rm] = double(cpu, cpu.u16[insn.rm], filler, count);
    return;
  }
  const at = modifyLinear(cpu, insn, 2);
  const value = cpu.read16(at);
  cpu.write16(at, count === 0 ? value : double(cpu, value, filler, count));
}

export const shld16: ExecuteFunction = (cpu, insn) => applyDouble16(cpu, insn, shldDouble16, insn.imm & 31);
export const shrd16: ExecuteFunction = (cpu, insn) => applyDouble16(cpu, insn, shrdDouble16, insn.imm & 31);
export const shld32: ExecuteFunction = (cpu, insn) => applyDouble32(cpu, insn, shldDouble32, insn.imm & 31);
export const shrd32: ExecuteFunction = (cpu, insn) => applyDouble32(cpu, insn, shrdDouble32, insn.imm & 31);
export const shld16Cl: ExecuteFunction = (cpu, insn) => applyDouble16(cpu, insn, shldDouble16, cpu.u8[CL] & 31);
export const shrd16Cl: ExecuteFunction = (cpu, insn) => applyDouble16(cpu, insn, shrdDouble16, cpu.u8[CL] & 31);
export const shld32Cl: ExecuteFunction = (cpu, insn) => applyDouble32(cpu, insn, shldDouble32, cpu.u8[CL] & 31);
export const shrd32Cl: ExecuteFunction = (cpu, insn) => applyDouble32(cpu, insn, shrdDouble32, cpu.u8[CL] & 31);
