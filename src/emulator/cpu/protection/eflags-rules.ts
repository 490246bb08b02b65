// Which EFLAGS bits a model has and which of them POPF and IRET may change at a level (i386 PRM POPF and IRET pages;
// SDM vol. 3 2.3), and what follows from a change: interrupts, single steps and breakpoints are looked at anew.
import type { Cpu } from '../cpu';
import type { CpuModel } from '../cpu-host';
import { setEflags } from '../flags';
import type { OperandSize } from './gate-stack';
import {
  CPL,
  CR0,
  CR0_PE,
  EFLAGS,
  FLAGS_ARITHMETIC,
  FLAG_AC,
  FLAG_DF,
  FLAG_ID,
  FLAG_IF,
  FLAG_IOPL,
  FLAG_NT,
  FLAG_RF,
  FLAG_TF,
  FLAG_VM,
} from '../state';

/** Any level may change these. */
const UNPRIVILEGED = FLAGS_ARITHMETIC | FLAG_TF | FLAG_DF | FLAG_NT;

/** The bits above 17 that a model has: AC since the i486; ID where there is CPUID. None has VIF and VIP (no VME). */
const MODEL_FLAGS: Record<CpuModel, number> = {
  '386': 0,
  '486': FLAG_AC,
  '586': FLAG_AC | FLAG_ID,
  '686': FLAG_AC | FLAG_ID,
};

/** All bits of EFLAGS that can be 1 in this model, without the constant bit 1. */
export function existingFlags(model: CpuModel): number {
  return UNPRIVILEGED | FLAG_IF | FLAG_IOPL | FLAG_RF | FLAG_VM | MODEL_FLAGS[model];
}

/** I/O privilege level, 0 to 3. */
export function ioPrivilegeLevel(cpu: Cpu): number {
  return (cpu.i32[EFLAGS] & FLAG_IOPL) >>> 12;
}

/** Bits that POPF of `size` changes now: by CPL, IOPL and mode. Never VM and RF. */
export function popfMask(cpu: Cpu, size: OperandSize): number {
  const mask = levelMask(cpu) | MODEL_FLAGS[cpu.model];
  return size === 16 ? mask & 0xffff : mask;
}

/** Bits that IRET of `size` changes now. Never VM: that is a mode change of its own. */
export function iretMask(cpu: Cpu, size: OperandSize): number {
  const mask = levelMask(cpu) | MODEL_FLAGS[cpu.model] | FLAG_RF;
  return size === 16 ? mask & 0xffff : mask;
}

function levelMask(cpu: Cpu): number {
  const { i32 } = cpu;
  const isReal = (i32[CR0] & CR0_PE) === 0;
  let mask = UNPRIVILEGED;
  if (isReal || i32[CPL] === 0) mask |= FLAG_IOPL;
  if (isReal || i32[CPL] <= ioPrivilegeLevel(cpu)) mask |= FLAG_IF;
  return mask;
}

/** Changes the bits of `mask`, and lets the run loop look at interrupts and traps before the next instruction. */
export function replaceEflags(cpu: Cpu, value: number, mask: number): void {
  const before = cpu.i32[EFLAGS];
  setEflags(cpu, value, mask);
  const after = cpu.i32[EFLAGS];
  // Clearing IF, TF or RF never makes anything happen earlier.
  if ((after & ~before & (FLAG_IF | FLAG_TF | FLAG_RF)) !== 0) endBlockForEvents(cpu);
  if (((after ^ before) & (FLAG_VM | FLAG_AC)) !== 0) cpu.modeChanged();
}

/** Makes the run loop look at events behind the current instruction. */
export function endBlockForEvents(cpu: Cpu): void {
  cpu.clock.requestAttention();
  cpu.endBlock();
}
