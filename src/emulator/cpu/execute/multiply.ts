// MUL, IMUL, DIV, IDIV (i386 PRM ch. 17). Flags that the manuals leave undefined keep their value behind divisions;
// behind multiplications sign, zero and parity follow the low half of the product, as P6 was seen to do.
import type { Cpu } from '../cpu';
import { setResultAndFlags, WIDTH_16, WIDTH_8 } from '../flags';
import type { ExecuteFunction, Instruction } from '../decode/instruction';
import { chargeMultiplier } from '../decode/instruction-clocks';
import { readRm16, readRm32, readRm8 } from '../memory/linear-memory';
import { EAX, EDX, FLAG_CF, FLAG_OF, VECTOR_DE } from '../state';

const AL = EAX * 4;
const AH = EAX * 4 + 1;
const AX = EAX * 2;
const DX = EDX * 2;
const WORD = 0x1_0000;
const DWORD = 0x1_0000_0000;

/** CF and OF say that the product does not fit its low half. `low` is moved up to bit 31. */
function setProductFlags(cpu: Cpu, low: number, width: number, isWide: boolean): void {
  setResultAndFlags(cpu, low, width, isWide ? FLAG_CF | FLAG_OF : 0);
}

/** Upper 32 bits of the unsigned product of two 32-bit numbers. */
function highProduct(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const middleLow = (middle % WORD) + aLow * bHigh;
  return (aHigh * bHigh + Math.floor(middle / WORD) + Math.floor(middleLow / WORD)) | 0;
}

function highSignedProduct(a: number, b: number): number {
  return (highProduct(a, b) - (a < 0 ? b : 0) - (b < 0 ? a : 0)) | 0;
}

// ---- MUL, IMUL with the accumulator ----

export const mul8: ExecuteFunction = (cpu, insn) => {
  const multiplier = readRm8(cpu, insn);
  chargeMultiplier(cpu, insn, multiplier);
  const product = cpu.u8[AL] * multiplier;
  cpu.u16[AX] = product;
  setProductFlags(cpu, product << 24, WIDTH_8, product > 0xff);
};
export const mul16: ExecuteFunction = (cpu, insn) => {
  const multiplier = readRm16(cpu, insn);
  chargeMultiplier(cpu, insn, multiplier);
  const product = cpu.u16[AX] * multiplier;
  cpu.u16[AX] = product;
  cpu.u16[DX] = product >>> 16;
  setProductFlags(cpu, product << 16, WIDTH_16, product >= WORD);
};
export const mul32: ExecuteFunction = (cpu, insn) => {
  const { i32 } = cpu;
  const multiplier = readRm32(cpu, insn);
  chargeMultiplier(cpu, insn, multiplier >>> 0);
  const high = highProduct(i32[EAX], multiplier);
  i32[EAX] = Math.imul(i32[EAX], multiplier);
  i32[EDX] = high;
  setProductFlags(cpu, i32[EAX], 0, high !== 0);
};
export const imul8: ExecuteFunction = (cpu, insn) => {
  const multiplier = (readRm8(cpu, insn) << 24) >> 24;
  chargeMultiplier(cpu, insn, multiplier);
  const product = ((cpu.u8[AL] << 24) >> 24) * multiplier;
  cpu.u16[AX] = product;
  setProductFlags(cpu, product << 24, WIDTH_8, product !== (product << 24) >> 24);
};
export const imul16: ExecuteFunction = (cpu, insn) => {
  const multiplier = (readRm16(cpu, insn) << 16) >> 16;
  chargeMultiplier(cpu, insn, multiplier);
  const product = ((cpu.u16[AX] << 16) >> 16) * multiplier;
  cpu.u16[AX] = product;
  cpu.u16[DX] = product >> 16;
  setProductFlags(cpu, product << 16, WIDTH_16, product !== (product << 16) >> 16);
};
export const imul32: ExecuteFunction = (cpu, insn) => {
  const { i32 } = cpu;
  const multiplier = readRm32(cpu, insn);
  chargeMultiplier(cpu, insn, multiplier);
  const high = highSignedProduct(i32[EAX], multiplier);
  i32[EAX] = Math.imul(i32[EAX], multiplier);
  i32[EDX] = high;
  setProductFlags(cpu, i32[EAX], 0, high !== i32[EAX] >> 31);
};

// ---- IMUL with two and three operands ----

function multiply16(cpu: Cpu, insn: Instruction, a: number, b: number): void {
  const multiplier = (b << 16) >> 16;
  chargeMultiplier(cpu, insn, multiplier);
  const product = ((a << 16) >> 16) * multiplier;
  cpu.u16[insn.reg] = product;
  setProductFlags(cpu, product << 16, WIDTH_16, product !== (product << 16) >> 16);
}

function multiply32(cpu: Cpu, insn: Instruction, a: number, b: number): void {
  chargeMultiplier(cpu, insn, b);
  const low = Math.imul(a, b);
  cpu.i32[insn.reg] = low;
  // Exact enough to tell: a product that fits 32 bits is below 2^53.
  setProductFlags(cpu, low, 0, a * b !== low);
}

export const imulGwEw: ExecuteFunction = (cpu, insn) => multiply16(cpu, insn, cpu.u16[insn.reg], readRm16(cpu, insn));
export const imulGdEd: ExecuteFunction = (cpu, insn) => multiply32(cpu, insn, cpu.i32[insn.reg], readRm32(cpu, insn));
export const imulGwEwIw: ExecuteFunction = (cpu, insn) => multiply16(cpu, insn, readRm16(cpu, insn), insn.imm);
export const imulGdEdId: ExecuteFunction = (cpu, insn) => multiply32(cpu, insn, readRm32(cpu, insn), insn.imm);

// ---- DIV ----

export const div8: ExecuteFunction = (cpu, insn) => {
  const divisor = readRm8(cpu, insn);
  const dividend = cpu.u16[AX];
  if (divisor === 0 || dividend >>> 8 >= divisor) cpu.raise(VECTOR_DE);
  cpu.u8[AL] = dividend / divisor;
  cpu.u8[AH] = dividend % divisor;
};
export const div16: ExecuteFunction = (cpu, insn) => {
  const divisor = readRm16(cpu, insn);
  const { u16 } = cpu;
  if (u16[DX] >= divisor) cpu.raise(VECTOR_DE);
  const dividend = u16[DX] * WORD + u16[AX];
  u16[AX] = Math.floor(dividend / divisor);
  u16[DX] = dividend % divisor;
};
export const div32: ExecuteFunction = (cpu, insn) => {
  const { i32 } = cpu;
  const divisor = readRm32(cpu, insn) >>> 0;
  const high = i32[EDX] >>> 0;
  if (high >= divisor) cpu.raise(VECTOR_DE);
  i32[EAX] = divide64(high, i32[EAX] >>> 0, divisor);
  i32[EDX] = remainder;
};

/** Second result of `divide64`. */
let remainder = 0;

/** (high * 2^32 + low) / divisor, all unsigned, high < divisor: the quotient fits 32 bits. */
function divide64(high: number, low: number, divisor: number): number {
  if (high === 0) {
    remainder = low % divisor;
    return Math.floor(low / divisor);
  }
  const dividend = high * DWORD + low;
  if (dividend <= Number.MAX_SAFE_INTEGER) {
    remainder = dividend % divisor;
    return Math.floor((dividend - remainder) / divisor);
  }
  // 16 bits of quotient at a time: each partial dividend is below 2^48.
  const first = high * WORD + Math.floor(low / WORD);
  const firstRemainder = first % divisor;
  const second = firstRemainder * WORD + (low % WORD);
  remainder = second % divisor;
  return ((first - firstRemainder) / divisor) * WORD + (second - remainder) / divisor;
}

// ---- IDIV: truncates towards zero, the remainder has the dividend's sign ----

export const idiv8: ExecuteFunction = (cpu, insn) => {
  const divisor = (readRm8(cpu, insn) << 24) >> 24;
  const dividend = (cpu.u16[AX] << 16) >> 16;
  const quotient = divisor === 0 ? DWORD : Math.trunc(dividend / divisor);
  if (quotient > 0x7f || quotient < -0x80) cpu.raise(VECTOR_DE);
  cpu.u8[AL] = quotient;
  cpu.u8[AH] = dividend - quotient * divisor;
};
export const idiv16: ExecuteFunction = (cpu, insn) => {
  const divisor = (readRm16(cpu, insn) << 16) >> 16;
  const dividend = (cpu.u16[DX] << 16) | cpu.u16[AX];
  const quotient = divisor === 0 ? DWORD : Math.trunc(dividend / divisor);
  if (quotient > 0x7fff || quotient < -0x8000) cpu.raise(VECTOR_DE);
  cpu.u16[AX] = quotient;
  cpu.u16[DX] = dividend - quotient * divisor;
};
export const idiv32: ExecuteFunction = (cpu, insn) => {
  const { i32 } = cpu;
  const divisor = readRm32(cpu, insn);
  const isNegative = i32[EDX] < 0;
  const low = (isNegative ? -i32[EAX] : i32[EAX]) >>> 0;
  const high = (isNegative ? ~i32[EDX] + (i32[EAX] === 0 ? 1 : 0) : i32[EDX]) >>> 0;
  const magnitude = Math.abs(divisor);
  if (high >= magnitude) cpu.raise(VECTOR_DE);
  const quotient = divide64(high, low, magnitude);
  const isQuotientNegative = isNegative !== divisor < 0;
  if (quotient > (isQuotientNegative ? 0x8000_0000 : 0x7fff_ffff)) cpu.raise(VECTOR_DE);
  i32[EAX] = isQuotientNegative ? -quotient : quotient;
  i32[EDX] = isNegative ? -remainder : remainder;
};
