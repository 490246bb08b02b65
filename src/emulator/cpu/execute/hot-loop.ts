// The inner loop: executes the instructions of a block. The forms that make up most of any 32-bit program are carried out
// right here, since an engine calls a function it knows only from a field at several times the price of its work.
// Each case does what the form's own function does; test/emulator/cpu/execute/hot-loop.test.ts holds them to that.
import type { Cpu } from '../cpu';
import { MODE_FLAT, MODE_STACK32 } from '../decode/decode';
import { isBelowOrEqual, isCarry, isLess, isLessOrEqual, keepCarry } from '../flags';
import { KIND_ADD, KIND_DEC, KIND_INC, KIND_LOGIC, KIND_RESULT, KIND_SUB } from '../flags';
import type { ExecuteFunction, Instruction } from '../decode/instruction';
import { pop32, push32 } from '../memory/linear-memory';
import {
  EAX,
  EFLAGS,
  EIP,
  ESP,
  FLAG_AF,
  FLAG_CF,
  FLAG_OF,
  FLAG_SF,
  FLAG_ZF,
  LAZY_KIND,
  LAZY_OPERAND,
  LAZY_RESULT,
} from '../state';
import { TLB } from '../memory/tlb';
import { COUNTER } from '../../counters';
import * as alu from './alu';
import { adc32, binary32, sbb32 } from './arithmetic';
import * as jump from './jump';
import * as move from './move';
import * as shift from './shift';
import * as stack from './stack';

// The cases. 0 is every other form; the ALU operations are in the order of their numbers.
const ALU_REGISTER = 1; // .. 8
const ALU_IMMEDIATE = 9; // .. 16
const ADD = 0;
const OR = 1;
const ADC = 2;
const SBB = 3;
const AND = 4;
const SUB = 5;
const XOR = 6;
const CMP = 7;
const MOV_REGISTER = 17;
const MOV_IMMEDIATE = 18;
const LEA = 19;
const INC = 20;
const DEC = 21;
const TEST_REGISTER = 22;
const TEST_IMMEDIATE = 23;
const SHL_IMMEDIATE = 24;
const SHR_IMMEDIATE = 25;
const LOAD = 26;
const STORE = 27;
const LOAD_BYTE = 28;
const PUSH = 29;
const POP = 30;
const CALL = 31;
const RET = 32;
const JMP = 33;
const ROL_IMMEDIATE = 34;
const ALU_LOAD = 35;
const JCC = 36; // .. 51, by condition

const FLAT_STACK = MODE_FLAT | MODE_STACK32;
const SHIFT_FLAGS = FLAG_CF | FLAG_OF | FLAG_AF;

const CASES = new Map<ExecuteFunction, number>([
  ...alu.REGISTER_REGISTER.map((execute, n) => [execute, ALU_REGISTER + n] as const),
  ...alu.REGISTER_E.map((execute, n) => [execute, ALU_REGISTER + n] as const),
  ...alu.REGISTER_IMMEDIATE.map((execute, n) => [execute, ALU_IMMEDIATE + n] as const),
  ...alu.EAX_IMMEDIATE.map((execute, n) => [execute, ALU_IMMEDIATE + n] as const),
  [move.edGd, MOV_REGISTER],
  [move.gdEd, MOV_REGISTER],
  [move.zdId, MOV_IMMEDIATE],
  [move.edId, MOV_IMMEDIATE],
  [move.lea32, LEA],
  [alu.incEd, INC],
  [alu.decEd, DEC],
  [alu.testEdGd, TEST_REGISTER],
  [alu.testEdId, TEST_IMMEDIATE],
  [alu.testEaxId, TEST_IMMEDIATE],
  ...alu.REGISTER_MEMORY.map((execute) => [execute, ALU_LOAD] as const),
  [shift.REGISTER_IMMEDIATE[0], ROL_IMMEDIATE],
  [shift.REGISTER_IMMEDIATE[4], SHL_IMMEDIATE],
  [shift.REGISTER_IMMEDIATE[5], SHR_IMMEDIATE],
  [move.gdMd, LOAD],
  [move.mdGd, STORE],
  [move.gdMbZero, LOAD_BYTE],
  [stack.pushZd, PUSH],
  [stack.popZd, POP],
  [jump.call32, CALL],
  [jump.ret32, RET],
  [jump.jmp32, JMP],
  ...jump.CONDITIONAL.map((execute, n) => [execute, JCC + n] as const),
]);

/** Forms whose destination is the G operand, or the accumulator. */
const INTO_REG = new Set<ExecuteFunction>([...alu.REGISTER_E, move.gdEd, move.zdId]);
const INTO_EAX = new Set<ExecuteFunction>([...alu.EAX_IMMEDIATE, alu.testEaxId]);

/** Sets `hotCase`, and the i32 indices of destination and source that the cases use. `mode`: MODE_* bits. */
export function chooseCase(insn: Instruction, mode: number): void {
  const { execute, reg, rm } = insn;
  insn.hotCase = CASES.get(execute) ?? 0;
  insn.target = INTO_EAX.has(execute) ? EAX : INTO_REG.has(execute) ? reg : rm;
  insn.source = INTO_REG.has(execute) ? rm : reg;
  if (isSpecial(insn, mode)) insn.hotCase = 0;
}

/** Uses that the cases do not have: segments that are not flat, JMP $, 16-bit targets, clocks of the target, counts of 0. */
function isSpecial(insn: Instruction, mode: number): boolean {
  const { hotCase, imm } = insn;
  const hasFlatStack = (mode & FLAT_STACK) === FLAT_STACK;
  if (hotCase === LOAD || hotCase === STORE || hotCase === LOAD_BYTE || hotCase === ALU_LOAD) return !insn.isFlat;
  if (hotCase === PUSH || hotCase === POP) return !hasFlatStack;
  if (hotCase === RET) return !hasFlatStack || insn.addsTarget || imm !== 0;
  if (hotCase === CALL) return !hasFlatStack || insn.addsTarget || insn.operandSize === 16;
  if (hotCase === JMP || hotCase >= JCC) {
    const isSpin = hotCase === JMP && imm === -insn.length;
    return (mode & MODE_FLAT) === 0 || insn.addsTarget || insn.operandSize === 16 || isSpin;
  }
  if (hotCase === SHL_IMMEDIATE || hotCase === SHR_IMMEDIATE || hotCase === ROL_IMMEDIATE) return (imm & 31) === 0;
  return false;
}

/**
 * Executes a block to its end, or until `cpu.limit` is 0 behind an instruction. The caller counts. `cpu.position` is kept
 * where an instruction could fault, look at the clock or end the block; operations on registers do none of that.
 */
export function executeBlock(cpu: Cpu, instructions: readonly Instruction[]): void {
  // What only a block of its own can change.
  const { i32, u8, readMask, writeMask } = cpu;
  const count = instructions.length;
  let position = 0;
  do {
    const insn = instructions[position];
    switch (insn.hotCase) {
      case ALU_REGISTER + ADD: {
        const a = i32[insn.target];
        const result = (a + i32[insn.source]) | 0;
        i32[LAZY_RESULT] = result;
        i32[LAZY_OPERAND] = a;
        i32[LAZY_KIND] = KIND_ADD;
        i32[insn.target] = result;
        break;
      }
      case ALU_REGISTER + OR: {
        const result = i32[insn.target] | i32[insn.source];
        i32[LAZY_RESULT] = result;
        i32[LAZY_KIND] = KIND_LOGIC;
        i32[insn.target] = result;
        break;
      }
      case ALU_REGISTER + ADC:
        i32[insn.target] = adc32(cpu, i32[insn.target], i32[insn.source]);
        break;
      case ALU_REGISTER + SBB:
        i32[insn.target] = sbb32(cpu, i32[insn.target], i32[insn.source]);
        break;
      case ALU_REGISTER + AND: {
        const result = i32[insn.target] & i32[insn.source];
        i32[LAZY_RESULT] = result;
        i32[LAZY_KIND] = KIND_LOGIC;
        i32[insn.target] = result;
        break;
      }
      case ALU_REGISTER + SUB: {
        const a = i32[insn.target];
        const result = (a - i32[insn.source]) | 0;
        i32[LAZY_RESULT] = result;
        i32[LAZY_OPERAND] = a;
        i32[LAZY_KIND] = KIND_SUB;
        i32[insn.target] = result;
        break;
      }
      case ALU_REGISTER + XOR: {
        const result = i32[insn.target] ^ i32[insn.source];
        i32[LAZY_RESULT] = result;
        i32[LAZY_KIND] = KIND_LOGIC;
        i32[insn.target] = result;
        break;
      }
      case ALU_REGISTER + CMP: {
        const a = i32[insn.target];
        i32[LAZY_RESULT] = a - i32[insn.source];
        i32[LAZY_OPERAND] = a;
        i32[LAZY_KIND] = KIND_SUB;
        break;
      }
      case ALU_IMMEDIATE + ADD: {
        const a = i32[insn.target];
        const result = (a + insn.imm) | 0;
        i32[LAZY_RESULT] = result;
        i32[LAZY_OPERAND] = a;
        i32[LAZY_KIND] = KIND_ADD;
        i32[insn.target] = result;
        break;
      }
      case ALU_IMMEDIATE + OR: {
        const result = i32[insn.target] | insn.imm;
        i32[LAZY_RESULT] = result;
        i32[LAZY_KIND] = KIND_LOGIC;
        i32[insn.target] = result;
        break;
      }
      case ALU_IMMEDIATE + ADC:
        i32[insn.target] = adc32(cpu, i32[insn.target], insn.imm);
        break;
      case ALU_IMMEDIATE + SBB:
        i32[insn.target] = sbb32(cpu, i32[insn.target], insn.imm);
        break;
      case ALU_IMMEDIATE + AND: {
        const result = i32[insn.target] & insn.imm;
        i32[LAZY_RESULT] = result;
        i32[LAZY_KIND] = KIND_LOGIC;
        i32[insn.target] = result;
        break;
      }
      case ALU_IMMEDIATE + SUB: {
        const a = i32[insn.target];
        const result = (a - insn.imm) | 0;
        i32[LAZY_RESULT] = result;
        i32[LAZY_OPERAND] = a;
        i32[LAZY_KIND] = KIND_SUB;
        i32[insn.target] = result;
        break;
      }
      case ALU_IMMEDIATE + XOR: {
        const result = i32[insn.target] ^ insn.imm;
        i32[LAZY_RESULT] = result;
        i32[LAZY_KIND] = KIND_LOGIC;
        i32[insn.target] = result;
        break;
      }
      case ALU_IMMEDIATE + CMP: {
        const a = i32[insn.target];
        i32[LAZY_RESULT] = a - insn.imm;
        i32[LAZY_OPERAND] = a;
        i32[LAZY_KIND] = KIND_SUB;
        break;
      }
      case MOV_REGISTER:
        i32[insn.target] = i32[insn.source];
        break;
      case MOV_IMMEDIATE:
        i32[insn.target] = insn.imm;
        break;
      case LEA:
        i32[insn.reg] = (i32[insn.base] + (i32[insn.index] << insn.scale) + insn.disp) & insn.addressMask;
        break;
      case INC: {
        if ((i32[LAZY_KIND] & FLAG_CF) !== 0) keepCarry(cpu);
        const a = i32[insn.target];
        const result = (a + 1) | 0;
        i32[LAZY_RESULT] = result;
        i32[LAZY_OPERAND] = a;
        i32[LAZY_KIND] = KIND_INC;
        i32[insn.target] = result;
        break;
      }
      case DEC: {
        if ((i32[LAZY_KIND] & FLAG_CF) !== 0) keepCarry(cpu);
        const a = i32[insn.target];
        const result = (a - 1) | 0;
        i32[LAZY_RESULT] = result;
        i32[LAZY_OPERAND] = a;
        i32[LAZY_KIND] = KIND_DEC;
        i32[insn.target] = result;
        break;
      }
      case TEST_REGISTER:
        i32[LAZY_RESULT] = i32[insn.target] & i32[insn.source];
        i32[LAZY_KIND] = KIND_LOGIC;
        break;
      case TEST_IMMEDIATE:
        i32[LAZY_RESULT] = i32[insn.target] & insn.imm;
        i32[LAZY_KIND] = KIND_LOGIC;
        break;
      case SHL_IMMEDIATE: {
        const count = insn.imm & 31;
        const value = i32[insn.target];
        const result = value << count;
        const carry = (value >>> (32 - count)) & 1;
        i32[LAZY_RESULT] = result;
        i32[LAZY_KIND] = KIND_RESULT;
        i32[EFLAGS] = (i32[EFLAGS] & ~SHIFT_FLAGS) | carry | (((result >>> 31) ^ carry) << 11);
        i32[insn.target] = result;
        break;
      }
      case SHR_IMMEDIATE: {
        const count = insn.imm & 31;
        const value = i32[insn.target];
        const result = value >>> count;
        i32[LAZY_RESULT] = result;
        i32[LAZY_KIND] = KIND_RESULT;
        // The result's top bit is 0: OF is the bit below it.
        const overflow = ((result >>> 30) & 1) << 11;
        i32[EFLAGS] = (i32[EFLAGS] & ~SHIFT_FLAGS) | ((value >>> (count - 1)) & 1) | overflow;
        i32[insn.target] = result;
        break;
      }
      case ROL_IMMEDIATE:
        i32[insn.target] = shift.rol32(cpu, i32[insn.target], insn.imm & 31);
        break;
      case LOAD: {
        const at = (i32[insn.base] + (i32[insn.index] << insn.scale) + insn.disp) & insn.addressMask;
        const entry = i32[TLB + (at >>> 12)];
        if ((entry & readMask) !== 0 && (at & 3) === 0) {
          i32[insn.reg] = i32[((entry & ~0xfff) ^ at) >> 2];
          break;
        }
        cpu.position = position;
        i32[insn.reg] = cpu.read32(at);
        if (cpu.limit === 0) return;
        break;
      }
      case STORE: {
        const at = (i32[insn.base] + (i32[insn.index] << insn.scale) + insn.disp) & insn.addressMask;
        const entry = i32[TLB + (at >>> 12)];
        if ((entry & writeMask) !== 0 && (at & 3) === 0) {
          i32[((entry & ~0xfff) ^ at) >> 2] = i32[insn.reg];
          break;
        }
        cpu.position = position;
        cpu.write32(at, i32[insn.reg]);
        if (cpu.limit === 0) return;
        break;
      }
      case LOAD_BYTE: {
        const at = (i32[insn.base] + (i32[insn.index] << insn.scale) + insn.disp) & insn.addressMask;
        const entry = i32[TLB + (at >>> 12)];
        if ((entry & readMask) !== 0) {
          i32[insn.reg] = u8[(entry & ~0xfff) ^ at];
          break;
        }
        cpu.position = position;
        i32[insn.reg] = cpu.read8(at);
        if (cpu.limit === 0) return;
        break;
      }
      case ALU_LOAD: {
        const at = (i32[insn.base] + (i32[insn.index] << insn.scale) + insn.disp) & insn.addressMask;
        const entry = i32[TLB + (at >>> 12)];
        if ((entry & readMask) !== 0 && (at & 3) === 0) {
          i32[insn.reg] = binary32(cpu, insn.operation, i32[insn.reg], i32[((entry & ~0xfff) ^ at) >> 2]);
          break;
        }
        cpu.position = position;
        insn.execute(cpu, insn);
        if (cpu.limit === 0) return;
        break;
      }
      case PUSH: {
        const top = (i32[ESP] - 4) | 0;
        const entry = i32[TLB + (top >>> 12)];
        if ((entry & writeMask) !== 0 && (top & 3) === 0) {
          i32[((entry & ~0xfff) ^ top) >> 2] = i32[insn.reg];
          i32[ESP] = top;
          break;
        }
        cpu.position = position;
        push32(cpu, i32[insn.reg]);
        if (cpu.limit === 0) return;
        break;
      }
      case POP: {
        const top = i32[ESP];
        const entry = i32[TLB + (top >>> 12)];
        if ((entry & readMask) !== 0 && (top & 3) === 0) {
          i32[ESP] = top + 4;
          i32[insn.reg] = i32[((entry & ~0xfff) ^ top) >> 2];
          break;
        }
        cpu.position = position;
        i32[insn.reg] = pop32(cpu);
        if (cpu.limit === 0) return;
        break;
      }
      case JCC + 2:
        branch(cpu, insn, isCarry(cpu));
        break;
      case JCC + 3:
        branch(cpu, insn, !isCarry(cpu));
        break;
      case JCC + 4:
        branch(cpu, insn, isZeroIn(i32));
        break;
      case JCC + 5:
        branch(cpu, insn, !isZeroIn(i32));
        break;
      case JCC + 6:
        branch(cpu, insn, isBelowOrEqual(cpu));
        break;
      case JCC + 7:
        branch(cpu, insn, !isBelowOrEqual(cpu));
        break;
      case JCC + 8:
        branch(cpu, insn, isSignIn(i32));
        break;
      case JCC + 9:
        branch(cpu, insn, !isSignIn(i32));
        break;
      case JCC + 12:
        branch(cpu, insn, isLess(cpu));
        break;
      case JCC + 13:
        branch(cpu, insn, !isLess(cpu));
        break;
      case JCC + 14:
        branch(cpu, insn, isLessOrEqual(cpu));
        break;
      case JCC + 15:
        branch(cpu, insn, !isLessOrEqual(cpu));
        break;
      case JMP:
        cpu.position = position;
        jump.jmp32(cpu, insn);
        break;
      case CALL: {
        const top = (i32[ESP] - 4) | 0;
        const entry = i32[TLB + (top >>> 12)];
        if ((entry & writeMask) !== 0 && (top & 3) === 0) {
          const next = i32[EIP] + insn.nextOffset;
          i32[((entry & ~0xfff) ^ top) >> 2] = next;
          i32[ESP] = top;
          i32[EIP] = next + insn.imm;
          break;
        }
        cpu.position = position;
        jump.call32(cpu, insn);
        break;
      }
      case RET: {
        const top = i32[ESP];
        const entry = i32[TLB + (top >>> 12)];
        if ((entry & readMask) !== 0 && (top & 3) === 0) {
          i32[EIP] = i32[((entry & ~0xfff) ^ top) >> 2];
          i32[ESP] = top + 4;
          break;
        }
        cpu.position = position;
        jump.ret32(cpu, insn);
        break;
      }
      default:
        cpu.position = position;
        insn.execute(cpu, insn);
        if (cpu.limit === 0) return;
    }
  } while (++position < count);
}

function isZeroIn(i32: Int32Array): boolean {
  return (i32[LAZY_KIND] & FLAG_ZF) !== 0 ? i32[LAZY_RESULT] === 0 : (i32[EFLAGS] & FLAG_ZF) !== 0;
}

function isSignIn(i32: Int32Array): boolean {
  return (i32[LAZY_KIND] & FLAG_SF) !== 0 ? i32[LAZY_RESULT] < 0 : (i32[EFLAGS] & FLAG_SF) !== 0;
}

/** A conditional jump with a 32-bit target in a flat segment. */
function branch(cpu: Cpu, insn: Instruction, isTaken: boolean): void {
  const { i32 } = cpu;
  const next = i32[EIP] + insn.nextOffset;
  if (!isTaken) {
    i32[EIP] = next;
    return;
  }
  const target = next + insn.imm;
  i32[EIP] = target;
  if (insn.extraCycles !== 0) cpu.f64[COUNTER.CYCLES] += insn.extraCycles;
}
