// Entry into interrupt and exception handlers: real mode vectors, interrupt, trap and task gates, inner stacks and
// virtual 8086 frames (i386 PRM 9.4 to 9.6, 14.4, 15.3 and INT page; SDM vol. 3 6.12). Faults on the way are thrown.
import type { Cpu } from '../cpu';
import type { Descriptor } from './descriptors';
import {
  descriptorDpl,
  descriptorLimit,
  gateOffset,
  gateSelector,
  isAvailableTss,
  isCode,
  isConformingCode,
  isNullSelector,
  isPresent,
  markAccessed,
  readDescriptor,
  readDescriptorAt,
  selectorError,
  SELECTOR_TI,
  systemType,
  TYPE_INTERRUPT_GATE_16,
  TYPE_INTERRUPT_GATE_32,
  TYPE_IS_32,
  TYPE_TASK_GATE,
  TYPE_TRAP_GATE_16,
  TYPE_TRAP_GATE_32,
} from './descriptors';
import { getEflags } from '../flags';
import type { OperandSize } from './gate-stack';
import { openInnerStack, StackFrame } from './gate-stack';
import { replaceEflags } from './eflags-rules';
import { isVirtual8086, selectorOf, setCodeSegment, setNullSegment, setRealSegment } from './segments';
import type { NewTaskFault } from './task-switch';
import { inNewTask, switchTask } from './task-switch';
import {
  CPL,
  CR0,
  CR0_PE,
  CS,
  DS,
  EIP,
  ES,
  ESP,
  FLAG_AC,
  FLAG_IF,
  FLAG_NT,
  FLAG_RF,
  FLAG_TF,
  FLAG_VM,
  FS,
  GS,
  IDTR_BASE,
  IDTR_LIMIT,
  SS,
  VECTOR_GP,
  VECTOR_NP,
} from '../state';

/** Bit of a selector error code: the index is one of the IDT. */
const ERROR_IDT = 0x2;
/** Bit of a selector error code: the event came from outside the program. */
export const ERROR_EXT = 0x1;

/** What is being delivered. */
export interface InterruptEvent {
  readonly vector: number;
  /** INT n, INT3 and INTO obey the gate's DPL; what the processor starts by itself does not. */
  readonly isSoftware: boolean;
  /** EIP for the frame: of the faulting instruction, or behind it. */
  readonly returnEip: number;
  /** Bits set in the EFLAGS image of the frame: RF for faults. */
  readonly imageFlags: number;
  /** Pushed in protected mode. */
  readonly errorCode: number | undefined;
}

/**
 * Enters the handler of `event` in the current mode. Faults on the way are thrown, with the registers unchanged.
 * A fault behind a task switch belongs to the new task: it is returned, to be delivered there. Clocks are charged.
 */
export function enterHandler(cpu: Cpu, event: InterruptEvent): NewTaskFault | null {
  if ((cpu.i32[CR0] & CR0_PE) !== 0) return enterThroughGate(cpu, event);
  enterRealMode(cpu, event);
  return null;
}

function enterRealMode(cpu: Cpu, { vector, returnEip }: InterruptEvent): void {
  const { i32 } = cpu;
  if (vector * 4 + 3 > i32[IDTR_LIMIT]) cpu.raise(VECTOR_GP, 0);
  const entry = cpu.readSystem32((i32[IDTR_BASE] + vector * 4) >>> 0);
  const frame = StackFrame.onCurrentStack(cpu);
  frame.requireRoom(3, 16);
  frame.push(getEflags(cpu), 16);
  frame.push(selectorOf(cpu, CS), 16);
  frame.push(returnEip, 16);
  frame.commit();
  replaceEflags(cpu, 0, FLAG_IF | FLAG_TF | FLAG_AC | FLAG_RF);
  setRealSegment(cpu, CS, entry >>> 16);
  i32[EIP] = entry & 0xffff;
  cpu.addClocks(cpu.timing.transfers.interruptReal);
}

function enterThroughGate(cpu: Cpu, event: InterruptEvent): NewTaskFault | null {
  const gate = readGate(cpu, event);
  if (systemType(gate) === TYPE_TASK_GATE) return enterTask(cpu, gateSelector(gate), event);
  const target = gateSelector(gate);
  if (isNullSelector(target)) cpu.raise(VECTOR_GP, 0);
  const error = selectorError(target);
  const code = readDescriptor(cpu, target);
  if (!code || !isCode(code) || descriptorDpl(code) > cpu.i32[CPL]) cpu.raise(VECTOR_GP, error);
  if (!isPresent(code)) cpu.raise(VECTOR_NP, error);

  const isInner = !isConformingCode(code) && descriptorDpl(code) < cpu.i32[CPL];
  // Out of a virtual 8086 task only level 0 may be entered.
  if (isVirtual8086(cpu) && (!isInner || descriptorDpl(code) !== 0)) cpu.raise(VECTOR_GP, error);
  if (isInner) enterInnerLevel(cpu, gate, code, event);
  else enterSameLevel(cpu, gate, code, event);
  return null;
}

/** The IDT gate of the vector, checked (INT page: limit, type, DPL, present). */
function readGate(cpu: Cpu, { vector, isSoftware }: InterruptEvent): Descriptor {
  const error = vector * 8 + ERROR_IDT;
  if (vector * 8 + 7 > cpu.i32[IDTR_LIMIT]) cpu.raise(VECTOR_GP, error);
  const gate = readDescriptorAt(cpu, vector * 8, (cpu.i32[IDTR_BASE] + vector * 8) >>> 0);
  switch (systemType(gate)) {
    case TYPE_TASK_GATE:
    case TYPE_INTERRUPT_GATE_16:
    case TYPE_TRAP_GATE_16:
    case TYPE_INTERRUPT_GATE_32:
    case TYPE_TRAP_GATE_32:
      break;
    default:
      cpu.raise(VECTOR_GP, error);
  }
  if (isSoftware && descriptorDpl(gate) < cpu.i32[CPL]) cpu.raise(VECTOR_GP, error);
  if (!isPresent(gate)) cpu.raise(VECTOR_NP, error);
  return gate;
}

function enterTask(cpu: Cpu, selector: number, event: InterruptEvent): NewTaskFault | null {
  const { returnEip, imageFlags, errorCode } = event;
  const error = selectorError(selector);
  if (isNullSelector(selector) || (selector & SELECTOR_TI) !== 0) cpu.raise(VECTOR_GP, error);
  const tss = readDescriptor(cpu, selector);
  if (!tss || !isAvailableTss(tss)) cpu.raise(VECTOR_GP, error);
  if (!isPresent(tss)) cpu.raise(VECTOR_NP, error);
  const fault = switchTask(cpu, tss, 'interrupt', returnEip, imageFlags);
  cpu.addClocks(cpu.timing.transfers.interruptTask);
  if (fault || errorCode === undefined) return fault;
  return inNewTask(cpu, () => {
    const frame = StackFrame.onCurrentStack(cpu);
    frame.push(errorCode, gateSize(tss));
    frame.commit();
  });
}

function enterSameLevel(cpu: Cpu, gate: Descriptor, code: Descriptor, event: InterruptEvent): void {
  const size = gateSize(gate);
  const frame = StackFrame.onCurrentStack(cpu);
  frame.requireRoom(event.errorCode === undefined ? 3 : 4, size);
  requireEntryInside(cpu, gate, code);
  pushReturn(cpu, frame, size, event);
  frame.markAccessed();
  markAccessed(cpu, code);
  frame.commit();
  enterCode(cpu, gate, code, cpu.i32[CPL]);
  cpu.addClocks(cpu.timing.transfers.interruptSameLevel);
}

function enterInnerLevel(cpu: Cpu, gate: Descriptor, code: Descriptor, event: InterruptEvent): void {
  const { i32 } = cpu;
  const size = gateSize(gate);
  const level = descriptorDpl(code);
  const frame = openInnerStack(cpu, level);
  const wasVirtual8086 = isVirtual8086(cpu);
  frame.requireRoom((wasVirtual8086 ? 9 : 5) + (event.errorCode === undefined ? 0 : 1), size);
  requireEntryInside(cpu, gate, code);
  if (wasVirtual8086) for (const seg of [GS, FS, DS, ES]) frame.push(selectorOf(cpu, seg), size);
  frame.push(selectorOf(cpu, SS), size);
  frame.push(i32[ESP], size);
  pushReturn(cpu, frame, size, event);
  frame.markAccessed();
  markAccessed(cpu, code);
  frame.commit();
  if (wasVirtual8086) for (const seg of [GS, FS, DS, ES]) setNullSegment(cpu, seg, 0);
  enterCode(cpu, gate, code, level);
  const { interruptFromV86, interruptInnerLevel } = cpu.timing.transfers;
  cpu.addClocks(wasVirtual8086 ? interruptFromV86 : interruptInnerLevel);
}

function gateSize(descriptor: Descriptor): OperandSize {
  return (systemType(descriptor) & TYPE_IS_32) !== 0 ? 32 : 16;
}

function requireEntryInside(cpu: Cpu, gate: Descriptor, code: Descriptor): void {
  if (gateOffset(gate) > descriptorLimit(code) >>> 0) cpu.raise(VECTOR_GP, 0);
}

function pushReturn(cpu: Cpu, frame: StackFrame, size: OperandSize, event: InterruptEvent): void {
  frame.push(getEflags(cpu) | event.imageFlags, size);
  frame.push(selectorOf(cpu, CS), size);
  frame.push(event.returnEip, size);
  if (event.errorCode !== undefined) frame.push(event.errorCode, size);
}

function enterCode(cpu: Cpu, gate: Descriptor, code: Descriptor, level: number): void {
  const type = systemType(gate);
  const isInterruptGate = type === TYPE_INTERRUPT_GATE_16 || type === TYPE_INTERRUPT_GATE_32;
  const cleared = FLAG_TF | FLAG_NT | FLAG_VM | FLAG_RF | (isInterruptGate ? FLAG_IF : 0);
  replaceEflags(cpu, 0, cleared);
  setCodeSegment(cpu, gateSelector(gate), code, level);
  cpu.i32[EIP] = gateOffset(gate);
}
