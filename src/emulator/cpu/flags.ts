// The six arithmetic flags, worked out only when somebody asks. An operation leaves its result and first operand, moved
// up so that its sign is bit 31, and LAZY_KIND: which flags to derive from them (at their EFLAGS positions), and how.
// Flags that LAZY_KIND does not name are in EFLAGS. Definitions: i386 PRM 2.3.4.1 and the instruction pages.
import type { Cpu } from './cpu';
import {
  EFLAGS,
  FLAGS_ARITHMETIC,
  FLAG_AF,
  FLAG_CF,
  FLAG_OF,
  FLAG_PF,
  FLAG_SF,
  FLAG_ZF,
  LAZY_KIND,
  LAZY_OPERAND,
  LAZY_RESULT,
} from './state';

const OPERATION_SHIFT = 16;
const OPERATION_MASK = 7;
/** The result alone counts: CF, OF and AF are 0. */
const LOGIC = 0;
const ADD = 1;
const SUB = 2;
/** Addition and subtraction with a carry in of 1. */
const ADD_CARRY = 3;
const SUB_BORROW = 4;

/** How far result and operand were moved up: 0, 16 or 24. */
const WIDTH_SHIFT = 24;

/** Kinds for 32-bit operands; add WIDTH_16 or WIDTH_8 for narrower ones. */
export const KIND_LOGIC = FLAGS_ARITHMETIC | (LOGIC << OPERATION_SHIFT);
export const KIND_ADD = FLAGS_ARITHMETIC | (ADD << OPERATION_SHIFT);
export const KIND_SUB = FLAGS_ARITHMETIC | (SUB << OPERATION_SHIFT);
export const KIND_ADD_CARRY = FLAGS_ARITHMETIC | (ADD_CARRY << OPERATION_SHIFT);
export const KIND_SUB_BORROW = FLAGS_ARITHMETIC | (SUB_BORROW << OPERATION_SHIFT);
export const KIND_INC = KIND_ADD & ~FLAG_CF;
export const KIND_DEC = KIND_SUB & ~FLAG_CF;
/** Sign, zero and parity from the result; the rest set by `setFlags`. */
export const KIND_RESULT = FLAG_SF | FLAG_ZF | FLAG_PF;
export const WIDTH_16 = 16 << WIDTH_SHIFT;
export const WIDTH_8 = 24 << WIDTH_SHIFT;

const SIGN_AND_OVERFLOW = FLAG_SF | FLAG_OF;

function operationOf(kind: number): number {
  return (kind >> OPERATION_SHIFT) & OPERATION_MASK;
}

/** The second operand, moved up like the first. */
function secondOperand(kind: number, first: number, result: number): number {
  switch (operationOf(kind)) {
    case ADD:
      return (result - first) | 0;
    case SUB:
      return (first - result) | 0;
    case ADD_CARRY:
      return (result - first - (1 << (kind >> WIDTH_SHIFT))) | 0;
    default:
      return (first - result - (1 << (kind >> WIDTH_SHIFT))) | 0;
  }
}

export function isCarry({ i32 }: Cpu): boolean {
  const kind = i32[LAZY_KIND];
  if ((kind & FLAG_CF) === 0) return (i32[EFLAGS] & FLAG_CF) !== 0;
  switch (operationOf(kind)) {
    case LOGIC:
      return false;
    case ADD:
      return i32[LAZY_RESULT] >>> 0 < i32[LAZY_OPERAND] >>> 0;
    case SUB:
      return i32[LAZY_RESULT] >>> 0 > i32[LAZY_OPERAND] >>> 0;
    case ADD_CARRY:
      return i32[LAZY_RESULT] >>> 0 <= i32[LAZY_OPERAND] >>> 0;
    default:
      return i32[LAZY_RESULT] >>> 0 >= i32[LAZY_OPERAND] >>> 0;
  }
}

export function isZero({ i32 }: Cpu): boolean {
  if ((i32[LAZY_KIND] & FLAG_ZF) === 0) return (i32[EFLAGS] & FLAG_ZF) !== 0;
  return i32[LAZY_RESULT] === 0;
}

export function isSign({ i32 }: Cpu): boolean {
  if ((i32[LAZY_KIND] & FLAG_SF) === 0) return (i32[EFLAGS] & FLAG_SF) !== 0;
  return i32[LAZY_RESULT] < 0;
}

export function isOverflow({ i32 }: Cpu): boolean {
  const kind = i32[LAZY_KIND];
  if ((kind & FLAG_OF) === 0) return (i32[EFLAGS] & FLAG_OF) !== 0;
  const operation = operationOf(kind);
  if (operation === LOGIC) return false;
  const result = i32[LAZY_RESULT];
  const first = i32[LAZY_OPERAND];
  const second = secondOperand(kind, first, result);
  if (operation === ADD || operation === ADD_CARRY) return ((first ^ result) & (second ^ result)) < 0;
  return ((first ^ second) & (first ^ result)) < 0;
}

export function isParity({ i32 }: Cpu): boolean {
  const kind = i32[LAZY_KIND];
  if ((kind & FLAG_PF) === 0) return (i32[EFLAGS] & FLAG_PF) !== 0;
  const byte = (i32[LAZY_RESULT] >> (kind >> WIDTH_SHIFT)) & 0xff;
  // The sixteen parities of a nibble as bits of one number: even is 1.
  return ((0x9669 >> ((byte ^ (byte >> 4)) & 0xf)) & 1) !== 0;
}

export function isAdjust({ i32 }: Cpu): boolean {
  const kind = i32[LAZY_KIND];
  if ((kind & FLAG_AF) === 0) return (i32[EFLAGS] & FLAG_AF) !== 0;
  if (operationOf(kind) === LOGIC) return false;
  const result = i32[LAZY_RESULT];
  const first = i32[LAZY_OPERAND];
  return (((first ^ secondOperand(kind, first, result) ^ result) >> (kind >> WIDTH_SHIFT)) & 0x10) !== 0;
}

// Conditions of Jcc, SETcc and CMOVcc that look at more than one flag.

/** CF or ZF. */
export function isBelowOrEqual(cpu: Cpu): boolean {
  const { i32 } = cpu;
  const kind = i32[LAZY_KIND];
  if ((kind & (FLAGS_ARITHMETIC | (OPERATION_MASK << OPERATION_SHIFT))) === KIND_SUB) {
    const first = i32[LAZY_OPERAND];
    return first >>> 0 <= (first - i32[LAZY_RESULT]) >>> 0;
  }
  return isCarry(cpu) || isZero(cpu);
}

/** SF and OF differ. */
export function isLess(cpu: Cpu): boolean {
  const { i32 } = cpu;
  const kind = i32[LAZY_KIND];
  if ((kind & SIGN_AND_OVERFLOW) === SIGN_AND_OVERFLOW) {
    const operation = operationOf(kind);
    if (operation === SUB) {
      const first = i32[LAZY_OPERAND];
      return first < ((first - i32[LAZY_RESULT]) | 0);
    }
    if (operation === LOGIC) return i32[LAZY_RESULT] < 0;
  }
  return isSign(cpu) !== isOverflow(cpu);
}

/** ZF, or SF and OF differ. */
export function isLessOrEqual(cpu: Cpu): boolean {
  return isZero(cpu) || isLess(cpu);
}

/** EFLAGS with all flags worked out; keeps them so. */
export function getEflags(cpu: Cpu): number {
  const { i32 } = cpu;
  const kind = i32[LAZY_KIND] & FLAGS_ARITHMETIC;
  if (kind !== 0) {
    let derived = 0;
    if (isCarry(cpu)) derived |= FLAG_CF;
    if (isParity(cpu)) derived |= FLAG_PF;
    if (isAdjust(cpu)) derived |= FLAG_AF;
    if (isZero(cpu)) derived |= FLAG_ZF;
    if (isSign(cpu)) derived |= FLAG_SF;
    if (isOverflow(cpu)) derived |= FLAG_OF;
    i32[EFLAGS] = (i32[EFLAGS] & ~FLAGS_ARITHMETIC) | derived;
    i32[LAZY_KIND] = 0;
  }
  return i32[EFLAGS];
}

/** Replaces the bits of EFLAGS that `mask` has; the others keep their value. Bit 1 stays set. */
export function setEflags(cpu: Cpu, value: number, mask: number): void {
  const current = getEflags(cpu);
  cpu.i32[EFLAGS] = (current & ~mask) | (value & mask) | 2;
}

/** Sets arithmetic flags outright: those of `mask` become those of `value`; the others keep their value. */
export function setFlags({ i32 }: Cpu, value: number, mask: number): void {
  i32[EFLAGS] = (i32[EFLAGS] & ~mask) | value;
  i32[LAZY_KIND] &= ~mask;
}

/** Leaves sign, zero and parity to be derived from `result` (moved up), and sets CF, OF and AF outright. */
export function setResultAndFlags({ i32 }: Cpu, result: number, width: number, value: number): void {
  i32[LAZY_RESULT] = result;
  i32[LAZY_KIND] = KIND_RESULT | width;
  i32[EFLAGS] = (i32[EFLAGS] & ~(FLAG_CF | FLAG_OF | FLAG_AF)) | value;
}

/** Puts CF into EFLAGS, so that INC and DEC leave it alone. */
export function keepCarry(cpu: Cpu): void {
  const { i32 } = cpu;
  if ((i32[LAZY_KIND] & FLAG_CF) === 0) return;
  i32[EFLAGS] = (i32[EFLAGS] & ~FLAG_CF) | (isCarry(cpu) ? FLAG_CF : 0);
}
