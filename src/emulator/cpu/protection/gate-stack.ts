// Stack frames that gates build: on the current stack, or on the inner stack that the TSS names
// (i386 PRM 6.3.4.2, 9.6; SDM vol. 3 5.8.5). Registers change only when a frame is committed, so that a fault leaves all as it was.
import type { Cpu } from '../cpu';
import type { Descriptor } from './descriptors';
import {
  ACCESS_BIG,
  ACCESS_EXPAND_DOWN,
  descriptorBase,
  descriptorDpl,
  descriptorLimit,
  descriptorAccess,
  isNullSelector,
  isPresent,
  isWritableData,
  markAccessed,
  readDescriptor,
  selectorError,
  SELECTOR_RPL,
  TYPE_IS_32,
} from './descriptors';
import { readSegment16, readSegment32, setStackPointer, stackMask } from '../memory/linear-memory';
import { accessOf, baseOf, limitOf, selectorOf, setSegmentFrom } from './segments';
import { CPL, ESP, SEG_NULL, SS, TR, VECTOR_SS, VECTOR_TS } from '../state';

/** Operand size of a gate or far transfer: bits of EIP, and of each slot pushed. */
export type OperandSize = 16 | 32;

/** TSS offsets of the stack for level 0; each further level adds two slots (i386 PRM fig. 7-1; 80286: fig. 13-1). */
const TSS_32_ESP0 = 4;
const TSS_16_SP0 = 2;

/** A stack being filled. Nothing of it is in the registers until `commit`. */
export class StackFrame {
  private constructor(
    private readonly cpu: Cpu,
    private readonly base: number,
    private readonly limit: number,
    private readonly access: number,
    /** ESP after the pushes so far; the upper half stays when the stack is a 16-bit one. */
    private pointer: number,
    /** Level whose paging rights the pushes have. */
    private readonly level: number,
    /** Error code of #SS when the frame does not fit. */
    private readonly error: number,
    private readonly descriptor: Descriptor | null,
  ) {}

  /** A frame on the current stack. Faults carry error code 0. */
  static onCurrentStack(cpu: Cpu): StackFrame {
    const { i32 } = cpu;
    return new StackFrame(cpu, baseOf(cpu, SS), limitOf(cpu, SS), accessOf(cpu, SS), i32[ESP], i32[CPL], 0, null);
  }

  /** A frame on the stack segment `descriptor`, which has passed its checks, for level `level`. */
  static onStack(cpu: Cpu, descriptor: Descriptor, pointer: number, level: number): StackFrame {
    return new StackFrame(
      cpu,
      descriptorBase(descriptor),
      descriptorLimit(descriptor) >>> 0,
      descriptorAccess(descriptor),
      pointer,
      level,
      selectorError(descriptor.selector),
      descriptor,
    );
  }

  /** Raises #SS unless `count` more slots of `size` bits fit below the pointer. */
  requireRoom(count: number, size: OperandSize): void {
    const slotBytes = size >>> 3;
    for (let slot = 1; slot <= count; slot++) {
      if (!this.contains(this.offsetBelow(slot * slotBytes), slotBytes)) this.cpu.raise(VECTOR_SS, this.error);
    }
  }

  /** Pushes one slot, value zero-extended. May raise #SS and #PF. */
  push(value: number, size: OperandSize): void {
    const slotBytes = size >>> 3;
    const offset = this.offsetBelow(slotBytes);
    if (!this.contains(offset, slotBytes)) this.cpu.raise(VECTOR_SS, this.error);
    const linear = (this.base + offset) >>> 0;
    if (size === 32) this.write32(linear, value);
    else this.write16(linear, value & 0xffff);
    this.pointer = this.isBig ? offset : (this.pointer & 0xffff_0000) | offset;
  }

  /** Sets the accessed bit of a new stack segment: the last step of a frame that may fault (#PF). */
  markAccessed(): void {
    if (this.descriptor) markAccessed(this.cpu, this.descriptor);
  }

  /** Makes this frame the current stack: SS when it is another segment, and ESP. Cannot fail behind `markAccessed`. */
  commit(): void {
    const { cpu, descriptor } = this;
    if (descriptor) setSegmentFrom(cpu, SS, descriptor.selector, descriptor);
    cpu.i32[ESP] = this.pointer;
  }

  private get isBig(): boolean {
    return (this.access & ACCESS_BIG) !== 0;
  }

  private offsetBelow(bytes: number): number {
    return this.isBig ? (this.pointer - bytes) >>> 0 : (this.pointer - bytes) & 0xffff;
  }

  private contains(offset: number, bytes: number): boolean {
    if ((this.access & SEG_NULL) !== 0) return false;
    const last = offset + bytes - 1;
    if ((this.access & ACCESS_EXPAND_DOWN) === 0) return last <= this.limit;
    return offset > this.limit && last <= (this.isBig ? 0xffff_ffff : 0xffff);
  }

  private write16(linear: number, value: number): void {
    if (this.level === 3) this.cpu.write16(linear, value);
    else this.cpu.writeSystem16(linear, value);
  }

  private write32(linear: number, value: number): void {
    if (this.level === 3) this.cpu.write32(linear, value);
    else this.cpu.writeSystem32(linear, value);
  }
}

/** Reads a slot `byteOffset` bytes above the top of the current stack, without popping it. Raises #SS(0). */
export function readStackSlot(cpu: Cpu, byteOffset: number, size: OperandSize): number {
  const offset = (cpu.i32[ESP] + byteOffset) & stackMask(cpu);
  return size === 32 ? readSegment32(cpu, SS, offset) : readSegment16(cpu, SS, offset);
}

/** Moves the stack pointer up, by the width of the stack. */
export function releaseStack(cpu: Cpu, bytes: number): void {
  setStackPointer(cpu, cpu.i32[ESP] + bytes);
}

/**
 * Opens the stack of inner level `level` (0 to 2) that the current TSS names.
 * Raises #TS with the TSS selector when the TSS is too short, #TS with the stack's selector when that is no good,
 * #SS when it is not present (i386 PRM CALL and INT pages, in this order).
 */
export function openInnerStack(cpu: Cpu, level: number): StackFrame {
  const { selector, pointer } = readInnerStackPointer(cpu, level);
  if (isNullSelector(selector)) cpu.raise(VECTOR_TS, 0);
  const error = selectorError(selector);
  const descriptor = readDescriptor(cpu, selector);
  if (!descriptor || (selector & SELECTOR_RPL) !== level) cpu.raise(VECTOR_TS, error);
  if (descriptorDpl(descriptor) !== level || !isWritableData(descriptor)) cpu.raise(VECTOR_TS, error);
  if (!isPresent(descriptor)) cpu.raise(VECTOR_SS, error);
  return StackFrame.onStack(cpu, descriptor, pointer, level);
}

function readInnerStackPointer(cpu: Cpu, level: number): { selector: number; pointer: number } {
  const base = baseOf(cpu, TR);
  const is32 = (accessOf(cpu, TR) & TYPE_IS_32) !== 0;
  const offset = is32 ? TSS_32_ESP0 + level * 8 : TSS_16_SP0 + level * 4;
  const lastByte = offset + (is32 ? 5 : 3);
  if (lastByte > limitOf(cpu, TR)) cpu.raise(VECTOR_TS, selectorError(selectorOf(cpu, TR)));
  const at = (base + offset) >>> 0;
  if (is32) {
    const pointer = cpu.readSystem32(at);
    return { pointer, selector: cpu.readSystem16((at + 4) >>> 0) };
  }
  const pointer = cpu.readSystem16(at);
  return { pointer, selector: cpu.readSystem16((at + 2) >>> 0) };
}
