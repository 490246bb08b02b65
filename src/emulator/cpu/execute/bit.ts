// BT, BTS, BTR, BTC, BSF, BSR, SETcc (i386 PRM ch. 17).
import type { Cpu } from '../cpu';
import { setFlags } from '../flags';
import type { ExecuteFunction, Instruction } from '../decode/instruction';
import { chargeCondition, chargeForwardScan, chargeReverseScan } from '../decode/instruction-clocks';
import { effectiveAddress, readRm16, readRm32, segmentLinear, store8 } from '../memory/linear-memory';
import { probeWrite } from '../memory/paging';
import { WANTS_READ, WANTS_WRITE } from '../memory/segment-cache';
import { FLAG_CF, FLAG_ZF } from '../state';
import { isCondition } from './conditions';

const TEST_ONLY = 0;
const SET = 1;
const RESET = 2;

/** `value` behind BT, BTS, BTR or BTC of one bit. */
function changed(operation: number, value: number, bit: number): number {
  if (operation === TEST_ONLY) return value;
  if (operation === SET) return value | bit;
  return operation === RESET ? value & ~bit : value ^ bit;
}

function setCarryFrom(cpu: Cpu, value: number, bit: number): void {
  setFlags(cpu, (value & bit) !== 0 ? FLAG_CF : 0, FLAG_CF);
}

/**
 * Memory forms: the operand is a bit string, so a register's whole value chooses the word `bitOffset` / size away.
 * The access is as wide as the operand (SDM vol. 2, BT).
 */
function changeMemory(cpu: Cpu, insn: Instruction, sizeBytes: 2 | 4, unitOffset: number, bitNumber: number): void {
  const { operation } = insn;
  const offset = (effectiveAddress(cpu, insn) + unitOffset) & insn.addressMask;
  const wants = operation === TEST_ONLY ? WANTS_READ : WANTS_READ | WANTS_WRITE;
  const at = insn.isFlat ? offset : segmentLinear(cpu, insn.seg, offset, sizeBytes, wants);
  if (operation !== TEST_ONLY && !cpu.isPlainWrite(at, sizeBytes)) probeWrite(cpu, at, sizeBytes, cpu.isUser);
  const bit = 1 << bitNumber;
  const value = sizeBytes === 2 ? cpu.read16(at) : cpu.read32(at);
  if (operation !== TEST_ONLY) {
    if (sizeBytes === 2) cpu.write16(at, changed(operation, value, bit) & 0xffff);
    else cpu.write32(at, changed(operation, value, bit));
  }
  setCarryFrom(cpu, value, bit);
}

function changeRegister16(cpu: Cpu, rm: number, operation: number, bit: number): void {
  const value = cpu.u16[rm];
  cpu.u16[rm] = changed(operation, value, bit);
  setCarryFrom(cpu, value, bit);
}

function changeRegister32(cpu: Cpu, rm: number, operation: number, bit: number): void {
  const value = cpu.i32[rm];
  cpu.i32[rm] = changed(operation, value, bit);
  setCarryFrom(cpu, value, bit);
}

export const testEwGw: ExecuteFunction = (cpu, { operation, rm, reg }) =>
  changeRegister16(cpu, rm, operation, 1 << (cpu.u16[reg] & 15));
export const testEdGd: ExecuteFunction = (cpu, { operation, rm, reg }) =>
  changeRegister32(cpu, rm, operation, 1 << (cpu.i32[reg] & 31));
export const testEwIb: ExecuteFunction = (cpu, { operation, rm, imm }) =>
  changeRegister16(cpu, rm, operation, 1 << (imm & 15));
export const testEdIb: ExecuteFunction = (cpu, { operation, rm, imm }) =>
  changeRegister32(cpu, rm, operation, 1 << (imm & 31));
export const testMwGw: ExecuteFunction = (cpu, insn) => {
  const bitOffset = (cpu.u16[insn.reg] << 16) >> 16;
  changeMemory(cpu, insn, 2, (bitOffset >> 4) * 2, bitOffset & 15);
};
export const testMdGd: ExecuteFunction = (cpu, insn) => {
  const bitOffset = cpu.i32[insn.reg];
  changeMemory(cpu, insn, 4, (bitOffset >> 5) * 4, bitOffset & 31);
};
export const testMwIb: ExecuteFunction = (cpu, insn) => changeMemory(cpu, insn, 2, 0, insn.imm & 15);
export const testMdIb: ExecuteFunction = (cpu, insn) => changeMemory(cpu, insn, 4, 0, insn.imm & 31);

// ---- BSF, BSR: a zero source leaves the destination alone, as every Intel part does ----

function lowestBit(value: number): number {
  return 31 - Math.clz32(value & -value);
}

export const bsf32: ExecuteFunction = (cpu, insn) => {
  const value = readRm32(cpu, insn);
  setFlags(cpu, value === 0 ? FLAG_ZF : 0, FLAG_ZF);
  if (value !== 0) cpu.i32[insn.reg] = lowestBit(value);
  chargeForwardScan(cpu, insn, value, value === 0 ? 32 : lowestBit(value));
};
export const bsf16: ExecuteFunction = (cpu, insn) => {
  const value = readRm16(cpu, insn);
  setFlags(cpu, value === 0 ? FLAG_ZF : 0, FLAG_ZF);
  if (value !== 0) cpu.u16[insn.reg] = lowestBit(value);
  chargeForwardScan(cpu, insn, value, value === 0 ? 16 : lowestBit(value));
};
export const bsr32: ExecuteFunction = (cpu, insn) => {
  const value = readRm32(cpu, insn);
  setFlags(cpu, value === 0 ? FLAG_ZF : 0, FLAG_ZF);
  if (value !== 0) cpu.i32[insn.reg] = 31 - Math.clz32(value);
  chargeReverseScan(cpu, insn, value, 31 - Math.clz32(value), 32);
};
export const bsr16: ExecuteFunction = (cpu, insn) => {
  const value = readRm16(cpu, insn);
  setFlags(cpu, value === 0 ? FLAG_ZF : 0, FLAG_ZF);
  if (value !== 0) cpu.u16[insn.reg] = 31 - Math.clz32(value);
  chargeReverseScan(cpu, insn, value, 31 - Math.clz32(value), 16);
};

// ---- SETcc ----

export const setCondition: ExecuteFunction = (cpu, insn) => {
  const holds = isCondition(cpu, insn.operation);
  cpu.u8[insn.rm] = holds ? 1 : 0;
  chargeCondition(cpu, insn, holds);
};
export const setConditionMemory: ExecuteFunction = (cpu, insn) => {
  const holds = isCondition(cpu, insn.operation);
  store8(cpu, insn, holds ? 1 : 0);
  chargeCondition(cpu, insn, holds);
};
