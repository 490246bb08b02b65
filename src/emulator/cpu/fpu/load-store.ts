// Loads, stores, exchanges and moves within the stack (SDM vol. 1 8.3.3, 8.3.4). A load with an unmasked invalid operation
// does not push; a store with an unmasked one does not pop.
import type { Cpu } from '../cpu';
import type { ExecuteFunction } from '../decode/instruction';
import { isCarry, isParity, isZero } from '../flags';
import {
  finishLoad,
  setDecimalIndefinite,
  setIntegerIndefinite,
  stored,
  toDecimal,
  toDouble,
  toInteger,
  toSingle,
} from './convert';
import { Extended } from './extended';
import { context, keepConditionOne, numeric } from './execute';
import { INVALID, TO_NEAREST, UP } from './float-context';
import type { Format } from './operands';
import { alignmentOf, FORMAT_BYTES, readOperand, writable, writeExtended } from './operands';
import { free, isEmpty, pop, push, readStack, writeStack } from './registers';

const value = new Extended();
const other = new Extended();
const decimal = new Uint8Array(10);

/** Pushes `value`, or the indefinite where the stack is full. */
function pushValue(cpu: Cpu): void {
  if (!isEmpty(cpu, -1)) {
    context.stackOverflow();
    value.setIndefinite();
  }
  // A denormal, masked or not, has been loaded all the same.
  if (!context.hasUnmasked(INVALID)) push(cpu, value);
}

/** FLD, FILD, FBLD. */
export function load(format: Format): ExecuteFunction {
  const isConverted = format === 'single' || format === 'double';
  return numeric((cpu, insn) => {
    readOperand(cpu, insn, format, context, value);
    // A full stack counts before what the operand has to say.
    if (isConverted && isEmpty(cpu, -1)) finishLoad(context, value);
    pushValue(cpu);
  });
}

/** FLD ST(i). An empty source counts before a full stack. */
export const loadRegister = numeric((cpu, insn) => {
  const i = insn.modrm & 7;
  if (isEmpty(cpu, i)) {
    context.stackUnderflow();
    value.setIndefinite();
    if (!context.isBlocked) push(cpu, value);
    return;
  }
  readStack(cpu, i, value);
  pushValue(cpu);
});

/** FST, FSTP, FIST, FISTP, FBSTP. */
export function store(format: Format, pops: boolean): ExecuteFunction {
  const sizeBytes = FORMAT_BYTES[format];
  const alignment = alignmentOf(format);
  return numeric((cpu, insn) => {
    const at = writable(cpu, insn, sizeBytes, alignment);
    const isUnderflow = isEmpty(cpu, 0);
    if (isUnderflow) {
      context.stackUnderflow();
      value.setIndefinite();
    } else {
      readStack(cpu, 0, value);
    }
    if (!convert(format, isUnderflow)) return;
    writeStored(cpu, at, format);
    if (pops) pop(cpu);
  });
}

/** Puts `value` into the format; false when an unmasked exception keeps it from being stored. */
function convert(format: Format, isUnderflow: boolean): boolean {
  switch (format) {
    case 'single':
      return toSingle(context, value);
    case 'double':
      return toDouble(context, value);
    case 'extended':
      return !context.isBlocked;
    case 'decimal':
      return isUnderflow ? setDecimalIndefinite(context, decimal) : toDecimal(context, value, decimal);
    default: {
      const bits = format === 'int16' ? 16 : format === 'int32' ? 32 : 64;
      return isUnderflow ? setIntegerIndefinite(context, bits) : toInteger(context, value, bits);
    }
  }
}

function writeStored(cpu: Cpu, at: number, format: Format): void {
  switch (format) {
    case 'int16':
      cpu.write16(at, stored.low & 0xffff);
      break;
    case 'single':
    case 'int32':
      cpu.write32(at, stored.low);
      break;
    case 'double':
    case 'int64':
      cpu.write32(at, stored.low);
      cpu.write32((at + 4) | 0, stored.high);
      break;
    case 'extended':
      writeExtended(cpu, at, value);
      break;
    case 'decimal':
      for (let i = 0; i < 10; i++) cpu.write8((at + i) | 0, decimal[i]);
      break;
  }
}

/** FST ST(i), FSTP ST(i). */
export function storeRegister(pops: boolean): ExecuteFunction {
  return numeric((cpu, insn) => {
    if (isEmpty(cpu, 0)) {
      context.stackUnderflow();
      if (context.isBlocked) return;
      value.setIndefinite();
    } else {
      readStack(cpu, 0, value);
    }
    writeStack(cpu, insn.modrm & 7, value);
    if (pops) pop(cpu);
  });
}

/** D9 D8+i, FSTP ST(i) to assemblers: an empty ST is no error, and leaves ST(i) as it is. */
export const storeRegisterUnchecked = numeric((cpu, insn) => {
  if (!isEmpty(cpu, 0)) {
    readStack(cpu, 0, value);
    writeStack(cpu, insn.modrm & 7, value);
  }
  pop(cpu);
});

/** FXCH: an empty register counts as the indefinite. */
export const exchange = numeric((cpu, insn) => {
  const i = insn.modrm & 7;
  const isFirstEmpty = isEmpty(cpu, 0);
  const isSecondEmpty = isEmpty(cpu, i);
  if (isFirstEmpty || isSecondEmpty) {
    context.stackUnderflow();
    if (context.isBlocked) return;
  }
  readStack(cpu, 0, value);
  readStack(cpu, i, other);
  if (isFirstEmpty) value.setIndefinite();
  if (isSecondEmpty) other.setIndefinite();
  writeStack(cpu, 0, other);
  writeStack(cpu, i, value);
});

/** FFREE, FFREEP: the tag alone. */
export function freeRegister(pops: boolean): ExecuteFunction {
  return numeric((cpu, insn) => {
    free(cpu, insn.modrm & 7);
    if (pops) pop(cpu);
  });
}

// ---- constants ----

/** Exponent and significand, cut off behind 64 bits, and how much was cut off. */
type Constant = readonly [exponent: number, high: number, low: number, rest: 'nothing' | 'under half' | 'over half'];

/** By the low three bits of D9 E8..EE. */
// prettier-ignore
const CONSTANTS: readonly Constant[] = [
  [0x3fff, 0x8000_0000, 0x0000_0000, 'nothing'],    // 1
  [0x4000, 0xd49a_784b, 0xcd1b_8afe, 'under half'], // log2 10
  [0x3fff, 0xb8aa_3b29, 0x5c17_f0bb, 'over half'],  // log2 e
  [0x4000, 0xc90f_daa2, 0x2168_c234, 'over half'],  // pi
  [0x3ffd, 0x9a20_9a84, 0xfbcf_f798, 'over half'],  // log10 2
  [0x3ffe, 0xb172_17f7, 0xd1cf_79ab, 'over half'],  // ln 2
  [0x0000, 0x0000_0000, 0x0000_0000, 'nothing'],    // 0
];

/** FLD1 to FLDZ: rounded as rounding control says, without a report (SDM vol. 2, FLD1). */
export const loadConstant = numeric((cpu, insn) => {
  const [exponent, high, low, rest] = CONSTANTS[insn.modrm & 7];
  const { rounding } = context;
  const isUp = (rounding === UP && rest !== 'nothing') || (rounding === TO_NEAREST && rest === 'over half');
  value.set(0, exponent, high | 0, (low + (isUp ? 1 : 0)) | 0);
  pushValue(cpu);
});

// ---- conditional moves (P6) ----

/** FCMOVcc: condition 0..3 is B, E, BE, U; `isNegated` the opposite. */
export function conditionalMove(condition: number, isNegated: boolean): ExecuteFunction {
  return numeric((cpu, insn) => {
    const i = insn.modrm & 7;
    keepConditionOne(cpu);
    if (isEmpty(cpu, 0) || isEmpty(cpu, i)) {
      context.stackUnderflow();
      if (context.isBlocked) return;
      value.setIndefinite();
      writeStack(cpu, 0, value);
      return;
    }
    if (isConditionTrue(cpu, condition) === isNegated) return;
    readStack(cpu, i, value);
    writeStack(cpu, 0, value);
  });
}

function isConditionTrue(cpu: Cpu, condition: number): boolean {
  switch (condition) {
    case 0:
      return isCarry(cpu);
    case 1:
      return isZero(cpu);
    case 2:
      return isCarry(cpu) || isZero(cpu);
    default:
      return isParity(cpu);
  }
}
