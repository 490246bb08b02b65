// LGDT, LIDT, SGDT, SIDT, and the loads of far pointers into a segment register and a general one
// (i386 PRM LGDT/LIDT, SGDT/SIDT, LDS pages).
import type { Cpu } from '../cpu';
import type { Instruction } from '../decode/instruction';
import { effectiveAddress, readSegment16, readSegment32, writeSegment16 } from '../memory/linear-memory';
import { loadSegment } from '../protection/segments';
import { CPL, GDTR_BASE, GDTR_LIMIT, IDTR_BASE, IDTR_LIMIT, VECTOR_GP } from '../state';

/** A 16-bit operand size takes 24 bits of the base. */
function loadTable(cpu: Cpu, insn: Instruction, baseAt: number, limitAt: number): void {
  if (cpu.i32[CPL] !== 0) cpu.raise(VECTOR_GP, 0);
  const offset = effectiveAddress(cpu, insn);
  const limit = readSegment16(cpu, insn.seg, offset);
  // In words: behind the limit, a doubleword would be misaligned wherever the operand lies.
  const base = readSegment16(cpu, insn.seg, (offset + 2) | 0) | (readSegment16(cpu, insn.seg, (offset + 4) | 0) << 16);
  cpu.i32[limitAt] = limit;
  cpu.i32[baseAt] = insn.operandSize === 16 ? base & 0x00ff_ffff : base;
  cpu.observer?.tableLoaded?.(baseAt === GDTR_BASE ? 'gdt' : 'idt', cpu.i32[baseAt] >>> 0, limit);
}

/** All 32 bits of the base go out whatever the operand size: the manual has zeros in the top byte, the chips do not. */
function storeTable(cpu: Cpu, insn: Instruction, base: number, limit: number): void {
  const offset = effectiveAddress(cpu, insn);
  writeSegment16(cpu, insn.seg, offset, limit);
  writeSegment16(cpu, insn.seg, (offset + 2) | 0, base & 0xffff);
  writeSegment16(cpu, insn.seg, (offset + 4) | 0, base >>> 16);
}

export function lgdt(cpu: Cpu, insn: Instruction): void {
  loadTable(cpu, insn, GDTR_BASE, GDTR_LIMIT);
}

export function lidt(cpu: Cpu, insn: Instruction): void {
  loadTable(cpu, insn, IDTR_BASE, IDTR_LIMIT);
}

export function sgdt(cpu: Cpu, insn: Instruction): void {
  storeTable(cpu, insn, cpu.i32[GDTR_BASE], cpu.i32[GDTR_LIMIT]);
}

export function sidt(cpu: Cpu, insn: Instruction): void {
  storeTable(cpu, insn, cpu.i32[IDTR_BASE], cpu.i32[IDTR_LIMIT]);
}

/** LES, LDS, LSS, LFS, LGS: the selector's checks come before the general register changes. */
export function loadFarPointer(cpu: Cpu, insn: Instruction): void {
  const { operation: seg, operandSize } = insn;
  const at = effectiveAddress(cpu, insn);
  const offset = operandSize === 32 ? readSegment32(cpu, insn.seg, at) : readSegment16(cpu, insn.seg, at);
  const selector = readSegment16(cpu, insn.seg, (at + (operandSize >>> 3)) | 0);
  loadSegment(cpu, seg, selector);
  if (operandSize === 32) cpu.i32[insn.reg] = offset;
  else cpu.u16[insn.reg] = offset;
}
