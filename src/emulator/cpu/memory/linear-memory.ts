// Operands in memory: effective address, segment checks, stack. Cpu.read8.. take linear addresses from here.
// Limit and type checks: i386 PRM 6.3.1; they come before the page checks.
import type { Cpu } from '../cpu';
import type { Instruction } from '../decode/instruction';
import { probeWrite } from './paging';
import { WANTS_READ, WANTS_WRITE } from './segment-cache';
import { ESP, SEGMENT, SEGMENT_WORDS, SEG_ACCESS, SEG_BASE, SS, VECTOR_GP, VECTOR_SS } from '../state';

const STACK_ACCESS = SEGMENT + SS * SEGMENT_WORDS + SEG_ACCESS;
const SEGMENT_DB = 0x4000;

/**
 * Linear address of `offset` in a segment after the limit and type check of an access of `sizeBytes`.
 * Raises #SS(0) for SS, #GP(0) for the others.
 */
export function segmentLinear(cpu: Cpu, seg: number, offset: number, sizeBytes: number, wants: number): number {
  const { segments } = cpu;
  const at = offset >>> 0;
  const isAllowed = (segments.rights[seg] & wants) === wants;
  if (!isAllowed || at < segments.first[seg] || at + sizeBytes - 1 > segments.last[seg]) {
    cpu.raise(seg === SS ? VECTOR_SS : VECTOR_GP, 0);
  }
  return (cpu.i32[SEGMENT + seg * SEGMENT_WORDS + SEG_BASE] + offset) | 0;
}

export function readSegment8(cpu: Cpu, seg: number, offset: number): number {
  return cpu.read8(segmentLinear(cpu, seg, offset, 1, WANTS_READ));
}

export function readSegment16(cpu: Cpu, seg: number, offset: number): number {
  return cpu.read16(segmentLinear(cpu, seg, offset, 2, WANTS_READ));
}

export function readSegment32(cpu: Cpu, seg: number, offset: number): number {
  return cpu.read32(segmentLinear(cpu, seg, offset, 4, WANTS_READ));
}

export function writeSegment16(cpu: Cpu, seg: number, offset: number, value: number): void {
  cpu.write16(segmentLinear(cpu, seg, offset, 2, WANTS_WRITE), value);
}

export function writeSegment32(cpu: Cpu, seg: number, offset: number, value: number): void {
  cpu.write32(segmentLinear(cpu, seg, offset, 4, WANTS_WRITE), value);
}

/** Offset of the memory operand. */
export function effectiveAddress({ i32 }: Cpu, insn: Instruction): number {
  return (i32[insn.base] + (i32[insn.index] << insn.scale) + insn.disp) & insn.addressMask;
}

/** Linear address of the memory operand, checked for an access of `sizeBytes`. */
export function operandLinear(cpu: Cpu, insn: Instruction, sizeBytes: number, wants: number): number {
  const { i32 } = cpu;
  const offset = (i32[insn.base] + (i32[insn.index] << insn.scale) + insn.disp) & insn.addressMask;
  if (insn.isFlat) return offset;
  return segmentLinear(cpu, insn.seg, offset, sizeBytes, wants);
}

// ---- memory operands ----

export function load8(cpu: Cpu, insn: Instruction): number {
  return cpu.read8(operandLinear(cpu, insn, 1, WANTS_READ));
}

export function load16(cpu: Cpu, insn: Instruction): number {
  return cpu.read16(operandLinear(cpu, insn, 2, WANTS_READ));
}

export function load32(cpu: Cpu, insn: Instruction): number {
  return cpu.read32(operandLinear(cpu, insn, 4, WANTS_READ));
}

export function store8(cpu: Cpu, insn: Instruction, value: number): void {
  cpu.write8(operandLinear(cpu, insn, 1, WANTS_WRITE), value);
}

export function store16(cpu: Cpu, insn: Instruction, value: number): void {
  cpu.write16(operandLinear(cpu, insn, 2, WANTS_WRITE), value);
}

export function store32(cpu: Cpu, insn: Instruction, value: number): void {
  cpu.write32(operandLinear(cpu, insn, 4, WANTS_WRITE), value);
}

/**
 * Linear address of an operand that is read, then written: everything the write could raise is raised before the
 * read, so that flags and registers stay untouched (SDM vol. 3 6.6).
 */
export function modifyLinear(cpu: Cpu, insn: Instruction, sizeBytes: number): number {
  const linear = operandLinear(cpu, insn, sizeBytes, WANTS_READ | WANTS_WRITE);
  if (!cpu.isPlainWrite(linear, sizeBytes)) probeWrite(cpu, linear, sizeBytes, cpu.isUser);
  return linear;
}

// ---- register or memory ----

export function readRm8(cpu: Cpu, insn: Instruction): number {
  return insn.isRegister ? cpu.u8[insn.rm] : load8(cpu, insn);
}

export function readRm16(cpu: Cpu, insn: Instruction): number {
  return insn.isRegister ? cpu.u16[insn.rm] : load16(cpu, insn);
}

export function readRm32(cpu: Cpu, insn: Instruction): number {
  return insn.isRegister ? cpu.i32[insn.rm] : load32(cpu, insn);
}

export function writeRm16(cpu: Cpu, insn: Instruction, value: number): void {
  if (insn.isRegister) cpu.u16[insn.rm] = value;
  else store16(cpu, insn, value);
}

// ---- stack ----

/** FFFFFFFFh or FFFFh: how much of ESP the stack segment uses (its B bit). */
export function stackMask({ i32 }: Cpu): number {
  return (i32[STACK_ACCESS] & SEGMENT_DB) !== 0 ? -1 : 0xffff;
}

/** Sets ESP or SP alone, as the stack segment has it. */
export function setStackPointer(cpu: Cpu, value: number): void {
  const mask = stackMask(cpu);
  cpu.i32[ESP] = (cpu.i32[ESP] & ~mask) | (value & mask);
}

export function push32(cpu: Cpu, value: number): void {
  const { i32 } = cpu;
  const top = (i32[ESP] - 4) | 0;
  if (cpu.segments.isFlatStack) {
    cpu.write32(top, value);
    i32[ESP] = top;
    return;
  }
  writeSegment32(cpu, SS, top & stackMask(cpu), value);
  setStackPointer(cpu, top);
}

export function push16(cpu: Cpu, value: number): void {
  const top = (cpu.i32[ESP] - 2) | 0;
  writeSegment16(cpu, SS, top & stackMask(cpu), value);
  setStackPointer(cpu, top);
}

export function pop32(cpu: Cpu): number {
  const { i32 } = cpu;
  const top = i32[ESP];
  if (cpu.segments.isFlatStack) {
    const value = cpu.read32(top);
    i32[ESP] = top + 4;
    return value;
  }
  const value = readSegment32(cpu, SS, top & stackMask(cpu));
  setStackPointer(cpu, top + 4);
  return value;
}

export function pop16(cpu: Cpu): number {
  const top = cpu.i32[ESP];
  const value = readSegment16(cpu, SS, top & stackMask(cpu));
  setStackPointer(cpu, top + 2);
  return value;
}
