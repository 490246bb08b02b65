// Far JMP and CALL: to code segments here, through call gates in call-gate.ts, to tasks in task-switch.ts
// (i386 PRM 6.3.3, 6.3.4, JMP and CALL pages). The returns are in far-return.ts.
import { callThroughGate, jumpThroughGate } from './call-gate';
import type { Cpu } from '../cpu';
import type { Descriptor } from './descriptors';
import {
  descriptorDpl,
  descriptorLimit,
  gateSelector,
  isAvailableTss,
  isCode,
  isConformingCode,
  isNullSelector,
  isPresent,
  markAccessed,
  readDescriptor,
  selectorError,
  SELECTOR_RPL,
  SELECTOR_TI,
  systemType,
  TYPE_CALL_GATE_16,
  TYPE_CALL_GATE_32,
  TYPE_TASK_GATE,
  TYPE_TSS_16,
  TYPE_TSS_32,
} from './descriptors';
import { deliverException } from './exceptions';
import type { OperandSize } from './gate-stack';
import { StackFrame } from './gate-stack';
import type { Instruction } from '../decode/instruction';
import { chargeFar, chargeTarget } from '../decode/instruction-clocks';
import {
  isProtectedMode,
  isVirtual8086,
  limitOf,
  selectorOf,
  setCodeSegment,
  setRealSegment,
  setVirtual8086Segment,
} from './segments';
import { switchTask } from './task-switch';
import { CPL, CS, EIP, VECTOR_GP, VECTOR_NP } from '../state';

/** JMP ptr and JMP m: to `selector`:`offset`, or to what the selector's gate or TSS says. Sets EIP. */
export function farJump(cpu: Cpu, insn: Instruction, selector: number, offset: number): void {
  if (!isProtectedMode(cpu)) {
    requireLegacyOffset(cpu, offset);
    loadLegacyCode(cpu, selector, offset);
    chargeTarget(cpu, insn);
    return;
  }
  const target = readTarget(cpu, selector);
  if (isCode(target)) {
    checkDirectTarget(cpu, target);
    requireOffsetInside(cpu, target, offset);
    markAccessed(cpu, target);
    setCodeSegment(cpu, selector, target, cpu.i32[CPL]);
    cpu.i32[EIP] = offset;
    chargeTarget(cpu, insn);
    return;
  }
  const nextEip = cpu.nextEip(insn);
  switch (systemType(target)) {
    case TYPE_CALL_GATE_16:
    case TYPE_CALL_GATE_32:
      jumpThroughGate(cpu, insn, target);
      break;
    default:
      switchToTask(cpu, insn, target, 'jump', nextEip);
  }
}

/** CALL ptr and CALL m: the same with the return address pushed, or a nested task begun. Sets EIP. */
export function farCall(cpu: Cpu, insn: Instruction, selector: number, offset: number): void {
  const nextEip = cpu.nextEip(insn);
  const size = insn.operandSize as OperandSize;
  if (!isProtectedMode(cpu)) {
    const frame = StackFrame.onCurrentStack(cpu);
    frame.requireRoom(2, size);
    requireLegacyOffset(cpu, offset);
    pushReturnAddress(cpu, frame, nextEip, size);
    frame.commit();
    loadLegacyCode(cpu, selector, offset);
    chargeTarget(cpu, insn);
    return;
  }
  const target = readTarget(cpu, selector);
  if (isCode(target)) {
    checkDirectTarget(cpu, target);
    const frame = StackFrame.onCurrentStack(cpu);
    frame.requireRoom(2, size);
    requireOffsetInside(cpu, target, offset);
    pushReturnAddress(cpu, frame, nextEip, size);
    markAccessed(cpu, target);
    frame.commit();
    setCodeSegment(cpu, selector, target, cpu.i32[CPL]);
    cpu.i32[EIP] = offset;
    chargeTarget(cpu, insn);
    return;
  }
  switch (systemType(target)) {
    case TYPE_CALL_GATE_16:
    case TYPE_CALL_GATE_32:
      callThroughGate(cpu, insn, target, nextEip);
      break;
    default:
      switchToTask(cpu, insn, target, 'call', nextEip);
  }
}

function pushReturnAddress(cpu: Cpu, frame: StackFrame, nextEip: number, size: OperandSize): void {
  frame.push(selectorOf(cpu, CS), size);
  frame.push(nextEip, size);
}

/** Real mode and virtual 8086 mode: no descriptor, but CS's limit holds. */
function requireLegacyOffset(cpu: Cpu, offset: number): void {
  if (offset >>> 0 > limitOf(cpu, CS)) cpu.raise(VECTOR_GP, 0);
}

function loadLegacyCode(cpu: Cpu, selector: number, offset: number): void {
  if (isVirtual8086(cpu)) setVirtual8086Segment(cpu, CS, selector);
  else setRealSegment(cpu, CS, selector);
  cpu.i32[EIP] = offset;
}

function readTarget(cpu: Cpu, selector: number): Descriptor {
  if (isNullSelector(selector)) cpu.raise(VECTOR_GP, 0);
  return readDescriptor(cpu, selector) ?? cpu.raise(VECTOR_GP, selectorError(selector));
}

/** A code segment named by the instruction itself: the level does not change. */
function checkDirectTarget(cpu: Cpu, code: Descriptor): void {
  const error = selectorError(code.selector);
  const cpl = cpu.i32[CPL];
  const dpl = descriptorDpl(code);
  const isAllowed = isConformingCode(code) ? dpl <= cpl : (code.selector & SELECTOR_RPL) <= cpl && dpl === cpl;
  if (!isAllowed) cpu.raise(VECTOR_GP, error);
  if (!isPresent(code)) cpu.raise(VECTOR_NP, error);
}

function requireOffsetInside(cpu: Cpu, code: Descriptor, offset: number): void {
  if (offset >>> 0 > descriptorLimit(code) >>> 0) cpu.raise(VECTOR_GP, 0);
}

/** JMP or CALL to a task gate or a TSS; anything else is no target. */
function switchToTask(cpu: Cpu, insn: Instruction, target: Descriptor, reason: 'jump' | 'call', nextEip: number): void {
  const error = selectorError(target.selector);
  const type = systemType(target);
  if (type !== TYPE_TASK_GATE && type !== TYPE_TSS_16 && type !== TYPE_TSS_32) cpu.raise(VECTOR_GP, error);
  const dpl = descriptorDpl(target);
  if (dpl < cpu.i32[CPL] || dpl < (target.selector & SELECTOR_RPL)) cpu.raise(VECTOR_GP, error);
  if (!isPresent(target)) cpu.raise(VECTOR_NP, error);
  const tss = type === TYPE_TASK_GATE ? readTaskOfGate(cpu, gateSelector(target)) : target;
  if ((tss.selector & SELECTOR_TI) !== 0) cpu.raise(VECTOR_GP, error);
  const fault = switchTask(cpu, tss, reason, nextEip);
  chargeFar(cpu, insn, type === TYPE_TASK_GATE ? 'taskGate' : 'task');
  if (fault) deliverException(cpu, fault.vector, fault.errorCode);
}

function readTaskOfGate(cpu: Cpu, selector: number): Descriptor {
  const error = selectorError(selector);
  if (isNullSelector(selector) || (selector & SELECTOR_TI) !== 0) cpu.raise(VECTOR_GP, error);
  const tss = readDescriptor(cpu, selector);
  if (!tss || !isAvailableTss(tss)) cpu.raise(VECTOR_GP, error);
  if (!isPresent(tss)) cpu.raise(VECTOR_NP, error);
  return tss;
}
