// Segment and gate descriptors as they stand in the GDT, LDT and IDT (i386 PRM 5.1.3, 6.3; SDM vol. 3 3.4.5, 3.5).
// Reading a table is a supervisor access: it may raise #PF, and nothing else.
import type { Cpu } from '../cpu';
import {
  GDTR_BASE,
  GDTR_LIMIT,
  LDTR,
  SEGMENT,
  SEGMENT_WORDS,
  SEG_ACCESS,
  SEG_BASE,
  SEG_LIMIT,
  SEG_NULL,
} from '../state';

// Selector fields (i386 PRM 5.1.3)
export const SELECTOR_RPL = 0x0003; // requested privilege level
export const SELECTOR_TI = 0x0004; // 1: local table
const SELECTOR_INDEX = 0xfff8; // byte offset of the descriptor in its table

// Access byte and the flags above it, as kept in SEG_ACCESS
const ACCESS_ACCESSED = 0x0001; // code, data: loaded into a segment register at least once
const ACCESS_WRITABLE = 0x0002; // data
const ACCESS_READABLE = 0x0002; // code
export const ACCESS_EXPAND_DOWN = 0x0004; // data
export const ACCESS_CONFORMING = 0x0004; // code
export const ACCESS_CODE = 0x0008; // 1: code, 0: data
const ACCESS_SEGMENT = 0x0010; // S: 1: code or data, 0: system
export const ACCESS_DPL = 0x0060;
export const ACCESS_DPL_SHIFT = 5;
export const ACCESS_PRESENT = 0x0080;
export const ACCESS_BIG = 0x4000; // D/B: 32-bit code, stack or upper bound
const ACCESS_GRANULAR = 0x8000; // limit in pages

// System descriptor types, S = 0 (i386 PRM table 5-1)
export const TYPE_TSS_16 = 0x1;
export const TYPE_LDT = 0x2;
export const TYPE_TSS_16_BUSY = 0x3;
export const TYPE_CALL_GATE_16 = 0x4;
export const TYPE_TASK_GATE = 0x5;
export const TYPE_INTERRUPT_GATE_16 = 0x6;
export const TYPE_TRAP_GATE_16 = 0x7;
export const TYPE_TSS_32 = 0x9;
export const TYPE_TSS_32_BUSY = 0xb;
export const TYPE_CALL_GATE_32 = 0xc;
export const TYPE_INTERRUPT_GATE_32 = 0xe;
export const TYPE_TRAP_GATE_32 = 0xf;
/** Bit of a TSS type that says busy. */
export const TSS_BUSY = 0x2;
/** Bit of a system type that says 32-bit (TSS and gates). */
export const TYPE_IS_32 = 0x8;

/** A descriptor of eight bytes and where it was read. */
export interface Descriptor {
  readonly selector: number;
  /** Linear address of its first byte. */
  readonly address: number;
  readonly low: number;
  /** Kept up to date by `markAccessed`. */
  high: number;
}

/** True for selectors 0 to 3: GDT entry 0. */
export function isNullSelector(selector: number): boolean {
  return (selector & 0xfffc) === 0;
}

/** The error code that names a selector: index and TI, EXT clear (i386 PRM 9.7). */
export function selectorError(selector: number): number {
  return selector & 0xfffc;
}

/**
 * Linear address of the descriptor that `selector` names, or -1 when it lies outside its table, or in an LDT while
 * LDTR is null. A null selector is not looked at here: it would give entry 0 of the GDT.
 */
function descriptorAddress(cpu: Cpu, selector: number): number {
  const { i32 } = cpu;
  const last = (selector & SELECTOR_INDEX) + 7;
  if ((selector & SELECTOR_TI) === 0) {
    if (last > i32[GDTR_LIMIT]) return -1;
    return (i32[GDTR_BASE] + (selector & SELECTOR_INDEX)) >>> 0;
  }
  const ldt = SEGMENT + LDTR * SEGMENT_WORDS;
  if ((i32[ldt + SEG_ACCESS] & SEG_NULL) !== 0 || last > i32[ldt + SEG_LIMIT] >>> 0) return -1;
  return (i32[ldt + SEG_BASE] + (selector & SELECTOR_INDEX)) >>> 0;
}

/** Reads the descriptor of `selector`; null when it lies outside its table. May raise #PF. */
export function readDescriptor(cpu: Cpu, selector: number): Descriptor | null {
  const address = descriptorAddress(cpu, selector);
  if (address < 0) return null;
  return readDescriptorAt(cpu, selector, address);
}

/** Reads the eight bytes at a linear address of a descriptor table. May raise #PF. */
export function readDescriptorAt(cpu: Cpu, selector: number, address: number): Descriptor {
  const low = cpu.readSystem32(address);
  const high = cpu.readSystem32((address + 4) >>> 0);
  return { selector, address, low, high };
}

/** Access byte in bits 0 to 7, AVL, D/B and G in bits 12 to 15: the format of SEG_ACCESS. */
export function descriptorAccess({ high }: Descriptor): number {
  return (high >>> 8) & 0xf0ff;
}

/** Segment base, 32 bits. */
export function descriptorBase({ low, high }: Descriptor): number {
  return (high & 0xff00_0000) | ((high & 0xff) << 16) | (low >>> 16);
}

/** The limit counts pages of 4 KiB. */
export function isPageGranular({ high }: Descriptor): boolean {
  return (high & (ACCESS_GRANULAR << 8)) !== 0;
}

/** Limit in bytes with the granularity applied, as a signed 32-bit word. */
export function descriptorLimit({ low, high }: Descriptor): number {
  const limit = (high & 0x000f_0000) | (low & 0xffff);
  return (high & (ACCESS_GRANULAR << 8)) !== 0 ? (limit << 12) | 0xfff : limit;
}

export function isPresent({ high }: Descriptor): boolean {
  return (high & (ACCESS_PRESENT << 8)) !== 0;
}

export function descriptorDpl({ high }: Descriptor): number {
  return (high >>> 13) & 3;
}

/** Type of a system descriptor (TYPE_*), or -1 for code and data. */
export function systemType({ high }: Descriptor): number {
  return (high & (ACCESS_SEGMENT << 8)) !== 0 ? -1 : (high >>> 8) & 0xf;
}

export function isCode({ high }: Descriptor): boolean {
  const kind = (ACCESS_SEGMENT | ACCESS_CODE) << 8;
  return (high & kind) === kind;
}

export function isConformingCode({ high }: Descriptor): boolean {
  const kind = (ACCESS_SEGMENT | ACCESS_CODE | ACCESS_CONFORMING) << 8;
  return (high & kind) === kind;
}

/** Data, or code that may be read. */
export function isReadable(descriptor: Descriptor): boolean {
  if (systemType(descriptor) !== -1) return false;
  return !isCode(descriptor) || (descriptor.high & (ACCESS_READABLE << 8)) !== 0;
}

export function isWritableData({ high }: Descriptor): boolean {
  const mask = (ACCESS_SEGMENT | ACCESS_CODE | ACCESS_WRITABLE) << 8;
  return (high & mask) === (ACCESS_SEGMENT | ACCESS_WRITABLE) << 8;
}

/** True when the type is a TSS that a jump, call or gate may enter. */
export function isAvailableTss(descriptor: Descriptor): boolean {
  const type = systemType(descriptor);
  return type === TYPE_TSS_16 || type === TYPE_TSS_32;
}

/** True when the type is a TSS that a task return may go back to. */
export function isBusyTss(descriptor: Descriptor): boolean {
  const type = systemType(descriptor);
  return type === TYPE_TSS_16_BUSY || type === TYPE_TSS_32_BUSY;
}

// Gate fields (i386 PRM 6.3.4, 9.4)

export function gateSelector({ low }: Descriptor): number {
  return low >>> 16;
}

/** Entry point: 32 bits, or 16 in the gates of the 80286. */
export function gateOffset(gate: Descriptor): number {
  const offset = gate.low & 0xffff;
  return (systemType(gate) & TYPE_IS_32) !== 0 ? ((gate.high & 0xffff_0000) | offset) >>> 0 : offset;
}

/** Parameters a call gate copies: words or doublewords after its size. */
export function gateParameterCount({ high }: Descriptor): number {
  return high & 0x1f;
}

/**
 * Sets the accessed bit where it is clear, in the table and in `descriptor`. A supervisor's store: may raise #PF.
 * To be called before the first register changes; a second call does nothing.
 */
export function markAccessed(cpu: Cpu, descriptor: Descriptor): void {
  if ((descriptor.high & (ACCESS_ACCESSED << 8)) !== 0) return;
  const high = descriptor.high | (ACCESS_ACCESSED << 8);
  cpu.writeSystem8((descriptor.address + 5) >>> 0, (high >>> 8) & 0xff);
  descriptor.high = high;
}

/** Sets or clears the busy bit of a TSS descriptor in the GDT. */
export function setBusy(cpu: Cpu, descriptorAddressOfTss: number, isBusy: boolean): void {
  const at = (descriptorAddressOfTss + 5) >>> 0;
  const access = cpu.readSystem8(at);
  cpu.writeSystem8(at, isBusy ? access | TSS_BUSY : access & ~TSS_BUSY);
}
