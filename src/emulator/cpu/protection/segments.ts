// Loading of segment registers: real mode, virtual 8086 and protected mode with all checks and their order
// (i386 PRM 6.3 and MOV/POP/LxS pages; SDM vol. 3 5.6, 5.7). CS is loaded by far transfers only.
import type { Cpu } from '../cpu';
import type { Descriptor } from './descriptors';
import {
  ACCESS_CODE,
  ACCESS_CONFORMING,
  ACCESS_DPL,
  ACCESS_DPL_SHIFT,
  descriptorAccess,
  descriptorBase,
  descriptorDpl,
  descriptorLimit,
  isConformingCode,
  isNullSelector,
  isPresent,
  isReadable,
  isWritableData,
  markAccessed,
  readDescriptor,
  selectorError,
  SELECTOR_RPL,
} from './descriptors';
import {
  CPL,
  CR0,
  CR0_PE,
  CS,
  DS,
  EFLAGS,
  ES,
  FLAG_VM,
  FS,
  GS,
  SEGMENT,
  SEGMENT_WORDS,
  SEG_ACCESS,
  SEG_BASE,
  SEG_LIMIT,
  SEG_NULL,
  SEG_SELECTOR,
  SS,
  VECTOR_GP,
  VECTOR_NP,
  VECTOR_SS,
} from '../state';

/** Present, DPL 0, data, writable, accessed: what a segment register holds after RESET and after a real-mode load. */
const REAL_MODE_ACCESS = 0x93;
/** The same with DPL 3: every segment of a virtual 8086 task (i386 PRM 15.2). */
const VIRTUAL_8086_ACCESS = 0xf3;

/** True in protected mode proper: PE set and not in a virtual 8086 task. */
export function isProtectedMode(cpu: Cpu): boolean {
  return (cpu.i32[CR0] & CR0_PE) !== 0 && (cpu.i32[EFLAGS] & FLAG_VM) === 0;
}

/** True in a virtual 8086 task. */
export function isVirtual8086(cpu: Cpu): boolean {
  return (cpu.i32[EFLAGS] & FLAG_VM) !== 0;
}

export function selectorOf(cpu: Cpu, seg: number): number {
  return cpu.i32[SEGMENT + seg * SEGMENT_WORDS + SEG_SELECTOR] & 0xffff;
}

export function baseOf(cpu: Cpu, seg: number): number {
  return cpu.i32[SEGMENT + seg * SEGMENT_WORDS + SEG_BASE];
}

/** Limit in bytes, unsigned. */
export function limitOf(cpu: Cpu, seg: number): number {
  return cpu.i32[SEGMENT + seg * SEGMENT_WORDS + SEG_LIMIT] >>> 0;
}

export function accessOf(cpu: Cpu, seg: number): number {
  return cpu.i32[SEGMENT + seg * SEGMENT_WORDS + SEG_ACCESS];
}

/** Puts a selector and a hidden part into a segment register, without any check. */
export function setSegment(cpu: Cpu, seg: number, selector: number, base: number, limit: number, access: number): void {
  const at = SEGMENT + seg * SEGMENT_WORDS;
  const { i32 } = cpu;
  i32[at + SEG_SELECTOR] = selector & 0xffff;
  i32[at + SEG_BASE] = base;
  i32[at + SEG_LIMIT] = limit;
  i32[at + SEG_ACCESS] = access;
  cpu.segmentsChanged();
}

/** Puts a selector with the hidden part of its descriptor into a segment register, and marks the descriptor accessed. */
export function setSegmentFrom(cpu: Cpu, seg: number, selector: number, descriptor: Descriptor): void {
  markAccessed(cpu, descriptor);
  const access = descriptorAccess(descriptor);
  setSegment(cpu, seg, selector, descriptorBase(descriptor), descriptorLimit(descriptor), access);
}

/** Makes a register unusable: any access through it raises #GP(0). The selector's RPL bits stay readable. */
export function setNullSegment(cpu: Cpu, seg: number, selector: number): void {
  setSegment(cpu, seg, selector, 0, 0, SEG_NULL);
}

/**
 * Real mode load: base = selector * 16. Limit, D/B and G stay as they are, so limits loaded in protected mode
 * survive ("unreal mode"); the rights become those of writable data (SDM vol. 3 9.9.2, 20.1.1).
 */
export function setRealSegment(cpu: Cpu, seg: number, selector: number): void {
  const access = (accessOf(cpu, seg) & 0xf000) | REAL_MODE_ACCESS;
  setSegment(cpu, seg, selector, (selector & 0xffff) << 4, limitOf(cpu, seg) | 0, access);
}

/** Virtual 8086 load: base = selector * 16, limit FFFFh, 16 bits, DPL 3. */
export function setVirtual8086Segment(cpu: Cpu, seg: number, selector: number): void {
  setSegment(cpu, seg, selector, (selector & 0xffff) << 4, 0xffff, VIRTUAL_8086_ACCESS);
}

/**
 * Loads ES, SS, DS, FS or GS as MOV, POP and LxS do, in the current mode.
 * Raises #GP, #NP or #SS with the selector as error code; the register is unchanged then.
 */
export function loadSegment(cpu: Cpu, seg: number, selector: number): void {
  if ((cpu.i32[CR0] & CR0_PE) === 0) setRealSegment(cpu, seg, selector);
  else if ((cpu.i32[EFLAGS] & FLAG_VM) !== 0) setVirtual8086Segment(cpu, seg, selector);
  else if (seg === SS) loadStackSegment(cpu, selector);
  else loadDataSegment(cpu, seg, selector);
}

function loadStackSegment(cpu: Cpu, selector: number): void {
  if (isNullSelector(selector)) cpu.raise(VECTOR_GP, 0);
  const error = selectorError(selector);
  const descriptor = readDescriptor(cpu, selector);
  const cpl = cpu.i32[CPL];
  if (!descriptor || (selector & SELECTOR_RPL) !== cpl) cpu.raise(VECTOR_GP, error);
  if (!isWritableData(descriptor) || descriptorDpl(descriptor) !== cpl) cpu.raise(VECTOR_GP, error);
  if (!isPresent(descriptor)) cpu.raise(VECTOR_SS, error);
  setSegmentFrom(cpu, SS, selector, descriptor);
}

function loadDataSegment(cpu: Cpu, seg: number, selector: number): void {
  if (isNullSelector(selector)) {
    setNullSegment(cpu, seg, selector);
    return;
  }
  const error = selectorError(selector);
  const descriptor = readDescriptor(cpu, selector);
  if (!descriptor || !isDataAccessible(cpu, descriptor)) cpu.raise(VECTOR_GP, error);
  if (!isPresent(descriptor)) cpu.raise(VECTOR_NP, error);
  setSegmentFrom(cpu, seg, selector, descriptor);
}

/** May DS, ES, FS or GS hold this segment at the current level? Readable, and privileged enough unless conforming. */
function isDataAccessible(cpu: Cpu, descriptor: Descriptor): boolean {
  if (!isReadable(descriptor)) return false;
  if (isConformingCode(descriptor)) return true;
  const dpl = descriptorDpl(descriptor);
  return (descriptor.selector & SELECTOR_RPL) <= dpl && cpu.i32[CPL] <= dpl;
}

/**
 * After a return to an outer level: DS, ES, FS and GS that the new level may not use become null
 * (i386 PRM RET: "if register points to data or non-conforming code with DPL < CPL").
 */
export function dropInnerSegments(cpu: Cpu): void {
  for (const seg of [ES, DS, FS, GS]) {
    const access = accessOf(cpu, seg);
    const isConforming = (access & (ACCESS_CODE | ACCESS_CONFORMING)) === (ACCESS_CODE | ACCESS_CONFORMING);
    const dpl = (access & ACCESS_DPL) >> ACCESS_DPL_SHIFT;
    if ((access & SEG_NULL) !== 0 || (!isConforming && dpl < cpu.i32[CPL])) setNullSegment(cpu, seg, 0);
  }
}

/** CS from a descriptor that has passed its checks; the selector gets `cpl` as its RPL, which becomes the CPL. */
export function setCodeSegment(cpu: Cpu, selector: number, descriptor: Descriptor, cpl: number): void {
  setSegmentFrom(cpu, CS, (selector & ~SELECTOR_RPL) | cpl, descriptor);
  setCpl(cpu, cpl);
}

/** Changes the privilege level; the paging rights of later accesses follow. */
export function setCpl(cpu: Cpu, cpl: number): void {
  if (cpu.i32[CPL] === cpl) return;
  cpu.i32[CPL] = cpl;
  cpu.modeChanged();
}
