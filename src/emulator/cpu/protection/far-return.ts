// Far RET and IRET: to the same level, to an outer one with its stack, to virtual 8086 mode, back to the calling task
// (i386 PRM 6.3.4.3, 7.6, RET and IRET pages; SDM vol. 3 5.8.6, vol. 2 IRET).
import type { Cpu } from '../cpu';
import type { Descriptor } from './descriptors';
import {
  descriptorDpl,
  descriptorLimit,
  isBusyTss,
  isCode,
  isConformingCode,
  isNullSelector,
  isPresent,
  isWritableData,
  markAccessed,
  readDescriptor,
  selectorError,
  SELECTOR_RPL,
  SELECTOR_TI,
} from './descriptors';
import { endBlockForEvents, iretMask, replaceEflags } from './eflags-rules';
import { deliverException } from './exceptions';
import type { OperandSize } from './gate-stack';
import { readStackSlot, releaseStack } from './gate-stack';
import type { Instruction } from '../decode/instruction';
import { chargeFar, chargeTarget } from '../decode/instruction-clocks';
import { setStackPointer } from '../memory/linear-memory';
import {
  baseOf,
  dropInnerSegments,
  isProtectedMode,
  isVirtual8086,
  limitOf,
  setCodeSegment,
  setRealSegment,
  setSegmentFrom,
  setVirtual8086Segment,
} from './segments';
import {
  CPL,
  CS,
  EFLAGS,
  EIP,
  EVENTS,
  EVENT_NMI,
  EVENT_NMI_MASKED,
  FLAG_NT,
  FLAG_VM,
  SS,
  TR,
  VECTOR_GP,
  VECTOR_NP,
  VECTOR_SS,
  VECTOR_TS,
} from '../state';
import { switchTask } from './task-switch';
import { checkVirtual8086Iopl, returnToVirtual8086 } from './virtual-8086';

/** RETF and RETF imm16: pops EIP and CS, then `popBytes` of parameters. Sets EIP. */
export function farReturn(cpu: Cpu, insn: Instruction, popBytes: number): void {
  const size = insn.operandSize as OperandSize;
  const slotBytes = size >>> 3;
  const eip = readStackSlot(cpu, 0, size);
  const cs = readStackSlot(cpu, slotBytes, size) & 0xffff;
  const frameBytes = 2 * slotBytes + popBytes;
  if (!isProtectedMode(cpu)) {
    returnLegacy(cpu, cs, eip, frameBytes);
    chargeTarget(cpu, insn);
    return;
  }
  const code = readReturnCode(cpu, cs);
  if ((cs & SELECTOR_RPL) === cpu.i32[CPL]) {
    returnSameLevel(cpu, code, eip, frameBytes);
    chargeTarget(cpu, insn);
    return;
  }
  const esp = readStackSlot(cpu, frameBytes, size);
  const ss = readStackSlot(cpu, frameBytes + slotBytes, size) & 0xffff;
  returnToOuterLevel(cpu, code, eip, ss, esp + popBytes, 0, 0);
  chargeFar(cpu, insn, 'outerLevel');
}

/** IRET and IRETD. NMI may come again afterwards, however it ends. Sets EIP. */
export function interruptReturn(cpu: Cpu, insn: Instruction): void {
  unmaskNmi(cpu);
  if (!isProtectedMode(cpu)) interruptReturnLegacy(cpu, insn);
  else if ((cpu.i32[EFLAGS] & FLAG_NT) !== 0) returnToCallingTask(cpu, insn);
  else interruptReturnProtected(cpu, insn);
}

function unmaskNmi(cpu: Cpu): void {
  const events = cpu.i32[EVENTS];
  if ((events & EVENT_NMI_MASKED) === 0) return;
  cpu.i32[EVENTS] = events & ~EVENT_NMI_MASKED;
  if ((events & EVENT_NMI) !== 0) endBlockForEvents(cpu);
}

function interruptReturnLegacy(cpu: Cpu, insn: Instruction): void {
  checkVirtual8086Iopl(cpu);
  const size = insn.operandSize as OperandSize;
  const slotBytes = size >>> 3;
  const eip = readStackSlot(cpu, 0, size);
  const cs = readStackSlot(cpu, slotBytes, size) & 0xffff;
  const eflags = readStackSlot(cpu, 2 * slotBytes, size);
  returnLegacy(cpu, cs, eip, 3 * slotBytes);
  replaceEflags(cpu, eflags, iretMask(cpu, size));
}

function interruptReturnProtected(cpu: Cpu, insn: Instruction): void {
  const size = insn.operandSize as OperandSize;
  const slotBytes = size >>> 3;
  const eip = readStackSlot(cpu, 0, size);
  const cs = readStackSlot(cpu, slotBytes, size) & 0xffff;
  const eflags = readStackSlot(cpu, 2 * slotBytes, size);
  if (size === 32 && (eflags & FLAG_VM) !== 0 && cpu.i32[CPL] === 0) {
    returnToVirtual8086(cpu, eip, cs, eflags);
    chargeFar(cpu, insn, 'virtual8086');
    return;
  }
  const code = readReturnCode(cpu, cs);
  const mask = iretMask(cpu, size);
  if ((cs & SELECTOR_RPL) === cpu.i32[CPL]) {
    returnSameLevel(cpu, code, eip, 3 * slotBytes);
    replaceEflags(cpu, eflags, mask);
    return;
  }
  const esp = readStackSlot(cpu, 3 * slotBytes, size);
  const ss = readStackSlot(cpu, 4 * slotBytes, size) & 0xffff;
  returnToOuterLevel(cpu, code, eip, ss, esp, eflags, mask);
  chargeFar(cpu, insn, 'outerLevel');
}

/** IRET with NT set: the back link of the TSS names the task to go on with; it must be busy. */
function returnToCallingTask(cpu: Cpu, insn: Instruction): void {
  const selector = cpu.readSystem16(baseOf(cpu, TR) >>> 0);
  const error = selectorError(selector);
  if (isNullSelector(selector) || (selector & SELECTOR_TI) !== 0) cpu.raise(VECTOR_TS, error);
  const tss = readDescriptor(cpu, selector);
  if (!tss || !isBusyTss(tss)) cpu.raise(VECTOR_TS, error);
  if (!isPresent(tss)) cpu.raise(VECTOR_NP, error);
  const fault = switchTask(cpu, tss, 'return', cpu.nextEip(insn));
  chargeFar(cpu, insn, 'nestedTask');
  if (fault) deliverException(cpu, fault.vector, fault.errorCode);
}

function returnLegacy(cpu: Cpu, cs: number, eip: number, frameBytes: number): void {
  if (eip >>> 0 > limitOf(cpu, CS)) cpu.raise(VECTOR_GP, 0);
  releaseStack(cpu, frameBytes);
  if (isVirtual8086(cpu)) setVirtual8086Segment(cpu, CS, cs);
  else setRealSegment(cpu, CS, cs);
  cpu.i32[EIP] = eip;
}

/** The code segment to return to: never a more privileged one, and of the level its RPL says. */
function readReturnCode(cpu: Cpu, selector: number): Descriptor {
  if (isNullSelector(selector)) cpu.raise(VECTOR_GP, 0);
  const error = selectorError(selector);
  const rpl = selector & SELECTOR_RPL;
  const code = readDescriptor(cpu, selector);
  if (!code || !isCode(code) || rpl < cpu.i32[CPL]) cpu.raise(VECTOR_GP, error);
  const dpl = descriptorDpl(code);
  if (isConformingCode(code) ? dpl > rpl : dpl !== rpl) cpu.raise(VECTOR_GP, error);
  if (!isPresent(code)) cpu.raise(VECTOR_NP, error);
  return code;
}

function returnSameLevel(cpu: Cpu, code: Descriptor, eip: number, frameBytes: number): void {
  if (eip >>> 0 > descriptorLimit(code) >>> 0) cpu.raise(VECTOR_GP, 0);
  markAccessed(cpu, code);
  setCodeSegment(cpu, code.selector, code, cpu.i32[CPL]);
  releaseStack(cpu, frameBytes);
  cpu.i32[EIP] = eip;
}

/** Leaves for the level in the RPL of CS, with the stack from the frame and the EFLAGS bits of `mask`. */
function returnToOuterLevel(
  cpu: Cpu,
  code: Descriptor,
  eip: number,
  ss: number,
  esp: number,
  eflags: number,
  mask: number,
): void {
  const level = code.selector & SELECTOR_RPL;
  const stack = readReturnStack(cpu, ss, level);
  if (eip >>> 0 > descriptorLimit(code) >>> 0) cpu.raise(VECTOR_GP, 0);
  markAccessed(cpu, stack);
  markAccessed(cpu, code);
  setCodeSegment(cpu, code.selector, code, level);
  setSegmentFrom(cpu, SS, ss, stack);
  setStackPointer(cpu, esp);
  cpu.i32[EIP] = eip;
  replaceEflags(cpu, eflags, mask);
  dropInnerSegments(cpu);
}

function readReturnStack(cpu: Cpu, selector: number, level: number): Descriptor {
  if (isNullSelector(selector)) cpu.raise(VECTOR_GP, 0);
  const error = selectorError(selector);
  const stack = readDescriptor(cpu, selector);
  if (!stack || (selector & SELECTOR_RPL) !== level || descriptorDpl(stack) !== level) cpu.raise(VECTOR_GP, error);
  if (!isWritableData(stack)) cpu.raise(VECTOR_GP, error);
  if (!isPresent(stack)) cpu.raise(VECTOR_SS, error);
  return stack;
}
