// The eight ALU operations and their flags (i386 PRM ch. 17: ADD OR ADC SBB AND SUB XOR CMP; flags.ts), by width.
import type { Cpu } from '../cpu';
import { isCarry, KIND_ADD, KIND_ADD_CARRY, KIND_LOGIC, KIND_SUB, KIND_SUB_BORROW, WIDTH_16, WIDTH_8 } from '../flags';
import { LAZY_KIND, LAZY_OPERAND, LAZY_RESULT } from '../state';

/** Numbers of the operations: bits 5..3 of their opcodes. */
export const OPERATION_CMP = 7;

export function add32({ i32 }: Cpu, a: number, b: number): number {
  const result = (a + b) | 0;
  i32[LAZY_RESULT] = result;
  i32[LAZY_OPERAND] = a;
  i32[LAZY_KIND] = KIND_ADD;
  return result;
}

export function sub32({ i32 }: Cpu, a: number, b: number): number {
  const result = (a - b) | 0;
  i32[LAZY_RESULT] = result;
  i32[LAZY_OPERAND] = a;
  i32[LAZY_KIND] = KIND_SUB;
  return result;
}

export function adc32(cpu: Cpu, a: number, b: number): number {
  if (!isCarry(cpu)) return add32(cpu, a, b);
  const { i32 } = cpu;
  const result = (a + b + 1) | 0;
  i32[LAZY_RESULT] = result;
  i32[LAZY_OPERAND] = a;
  i32[LAZY_KIND] = KIND_ADD_CARRY;
  return result;
}

export function sbb32(cpu: Cpu, a: number, b: number): number {
  if (!isCarry(cpu)) return sub32(cpu, a, b);
  const { i32 } = cpu;
  const result = (a - b - 1) | 0;
  i32[LAZY_RESULT] = result;
  i32[LAZY_OPERAND] = a;
  i32[LAZY_KIND] = KIND_SUB_BORROW;
  return result;
}

/** Flags of AND, OR, XOR and TEST from their result. */
export function logic32({ i32 }: Cpu, result: number): number {
  i32[LAZY_RESULT] = result;
  i32[LAZY_KIND] = KIND_LOGIC;
  return result;
}

/** One of the eight on doublewords. CMP gives its first operand back. */
export function binary32(cpu: Cpu, operation: number, a: number, b: number): number {
  switch (operation) {
    case 0:
      return add32(cpu, a, b);
    case 1:
      return logic32(cpu, a | b);
    case 2:
      return adc32(cpu, a, b);
    case 3:
      return sbb32(cpu, a, b);
    case 4:
      return logic32(cpu, a & b);
    case 5:
      return sub32(cpu, a, b);
    case 6:
      return logic32(cpu, a ^ b);
    default:
      sub32(cpu, a, b);
      return a;
  }
}

export function logic16({ i32 }: Cpu, result: number): number {
  i32[LAZY_RESULT] = result << 16;
  i32[LAZY_KIND] = KIND_LOGIC | WIDTH_16;
  return result;
}

export function logic8({ i32 }: Cpu, result: number): number {
  i32[LAZY_RESULT] = result << 24;
  i32[LAZY_KIND] = KIND_LOGIC | WIDTH_8;
  return result;
}

function leaveFlags({ i32 }: Cpu, result: number, operand: number, kind: number): void {
  i32[LAZY_RESULT] = result;
  i32[LAZY_OPERAND] = operand;
  i32[LAZY_KIND] = kind;
}

/** One of the eight on words; bits above 15 of the result are to be cut off. CMP gives its first operand back. */
export function binary16(cpu: Cpu, operation: number, a: number, b: number): number {
  let result: number;
  switch (operation) {
    case 0:
      result = a + b;
      leaveFlags(cpu, result << 16, a << 16, KIND_ADD | WIDTH_16);
      return result;
    case 1:
      return logic16(cpu, a | b);
    case 2:
      if (!isCarry(cpu)) return binary16(cpu, 0, a, b);
      result = a + b + 1;
      leaveFlags(cpu, result << 16, a << 16, KIND_ADD_CARRY | WIDTH_16);
      return result;
    case 3:
      if (!isCarry(cpu)) return binary16(cpu, 5, a, b);
      result = a - b - 1;
      leaveFlags(cpu, result << 16, a << 16, KIND_SUB_BORROW | WIDTH_16);
      return result;
    case 4:
      return logic16(cpu, a & b);
    case 6:
      return logic16(cpu, a ^ b);
    default:
      result = a - b;
      leaveFlags(cpu, result << 16, a << 16, KIND_SUB | WIDTH_16);
      return operation === OPERATION_CMP ? a : result;
  }
}

/** One of the eight on bytes; bits above 7 of the result are to be cut off. CMP gives its first operand back. */
export function binary8(cpu: Cpu, operation: number, a: number, b: number): number {
  let result: number;
  switch (operation) {
    case 0:
      result = a + b;
      leaveFlags(cpu, result << 24, a << 24, KIND_ADD | WIDTH_8);
      return result;
    case 1:
      return logic8(cpu, a | b);
    case 2:
      if (!isCarry(cpu)) return binary8(cpu, 0, a, b);
      result = a + b + 1;
      leaveFlags(cpu, result << 24, a << 24, KIND_ADD_CARRY | WIDTH_8);
      return result;
    case 3:
      if (!isCarry(cpu)) return binary8(cpu, 5, a, b);
      result = a - b - 1;
      leaveFlags(cpu, result << 24, a << 24, KIND_SUB_BORROW | WIDTH_8);
      return result;
    case 4:
      return logic8(cpu, a & b);
    case 6:
      return logic8(cpu, a ^ b);
    default:
      result = a - b;
      leaveFlags(cpu, result << 24, a << 24, KIND_SUB | WIDTH_8);
      return operation === OPERATION_CMP ? a : result;
  }
}
