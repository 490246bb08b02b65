// INT n, INT3, INTO, INT1, IRET, and the instructions on IF and EFLAGS as a whole: their rules by CPL, IOPL and mode
// (i386 PRM 8.3.1, 15.3.1 and their pages). Those that depend on IOPL raise #GP(0), POPF and IRET leave bits alone.
import type { Cpu } from '../cpu';
import { endBlockForEvents, ioPrivilegeLevel, popfMask, replaceEflags } from '../protection/eflags-rules';
import { interruptReturn } from '../protection/far-return';
import { getEflags, isOverflow } from '../flags';
import type { OperandSize } from '../protection/gate-stack';
import { readStackSlot, releaseStack, StackFrame } from '../protection/gate-stack';
import type { Instruction } from '../decode/instruction';
import { debugInterrupt, interruptByNumber, softwareInterrupt } from '../protection/interrupts';
import {
  CPL,
  CR0,
  CR0_PE,
  EFLAGS,
  EIP,
  EVENTS,
  EVENT_SHADOW,
  EVENT_SHADOW_STI,
  FLAG_IF,
  FLAG_RF,
  FLAG_VM,
  VECTOR_BP,
  VECTOR_GP,
  VECTOR_OF,
} from '../state';
import { checkVirtual8086Iopl } from '../protection/virtual-8086';

export function int(cpu: Cpu, insn: Instruction): void {
  interruptByNumber(cpu, insn.imm & 0xff, cpu.nextEip(insn));
  cpu.addClocks(insn.extraCycles);
}

export function int3(cpu: Cpu, insn: Instruction): void {
  softwareInterrupt(cpu, VECTOR_BP, cpu.nextEip(insn));
  cpu.addClocks(insn.extraCycles);
}

export function int1(cpu: Cpu, insn: Instruction): void {
  debugInterrupt(cpu, cpu.nextEip(insn));
  cpu.addClocks(insn.extraCycles);
}

export function into(cpu: Cpu, insn: Instruction): void {
  const nextEip = cpu.nextEip(insn);
  if (!isOverflow(cpu)) {
    cpu.i32[EIP] = nextEip;
    return;
  }
  softwareInterrupt(cpu, VECTOR_OF, nextEip);
  cpu.addClocks(insn.extraCycles);
}

export function iret(cpu: Cpu, insn: Instruction): void {
  interruptReturn(cpu, insn);
}

/** PUSHF: VM and RF are 0 in the image. */
export function pushf(cpu: Cpu, insn: Instruction): void {
  checkVirtual8086Iopl(cpu);
  const frame = StackFrame.onCurrentStack(cpu);
  frame.push(getEflags(cpu) & ~(FLAG_VM | FLAG_RF), insn.operandSize as OperandSize);
  frame.commit();
}

export function popf(cpu: Cpu, insn: Instruction): void {
  checkVirtual8086Iopl(cpu);
  const size = insn.operandSize as OperandSize;
  const image = readStackSlot(cpu, 0, size);
  releaseStack(cpu, size >>> 3);
  replaceEflags(cpu, image, popfMask(cpu, size));
}

export function cli(cpu: Cpu): void {
  requireIopl(cpu);
  cpu.i32[EFLAGS] &= ~FLAG_IF;
}

/** STI: interrupts are held off for one more instruction when they were off before. */
export function sti(cpu: Cpu): void {
  requireIopl(cpu);
  const { i32 } = cpu;
  if ((i32[EFLAGS] & FLAG_IF) !== 0) return;
  i32[EFLAGS] |= FLAG_IF;
  i32[EVENTS] |= EVENT_SHADOW | EVENT_SHADOW_STI;
  endBlockForEvents(cpu);
}

/** CLI and STI: #GP(0) when CPL > IOPL; a virtual 8086 task is at level 3. */
function requireIopl(cpu: Cpu): void {
  const { i32 } = cpu;
  if ((i32[CR0] & CR0_PE) !== 0 && i32[CPL] > ioPrivilegeLevel(cpu)) cpu.raise(VECTOR_GP, 0);
}
