// From linear to physical address, and every access that is more than a load from or a store to plain RAM: page walk with
// accessed and dirty bits, faults, page crossings, ROM, devices, pages with code (i386 PRM 5.2, SDM vol. 3 ch. 4; no PAE).
import type { AccessSize } from '../../bus';
import { LAYOUT, PAGE_HAS_CODE } from '../../memory';
import type { Cpu } from '../cpu';
import { noteDataAccess } from '../protection/debug-registers';
import { A20_MASK, CR0, CR0_PG, CR0_WP, CR2, CR3, CR4, CR4_PGE, CR4_PSE, VECTOR_AC, VECTOR_PF } from '../state';
import {
  TLB,
  TLB_GLOBAL,
  TLB_READ_SUPERVISOR,
  TLB_READ_USER,
  TLB_UNCACHED,
  TLB_WRITES,
  TLB_WRITE_SUPERVISOR,
  TLB_WRITE_USER,
} from './tlb';

// Bits of page directory and page table entries (SDM vol. 3 4.3)
const ENTRY_P = 0x001; // present
const ENTRY_RW = 0x002; // writable
const ENTRY_US = 0x004; // user
const ENTRY_PCD = 0x010; // not to be cached, since the i486
const ENTRY_A = 0x020; // accessed
const ENTRY_D = 0x040; // dirty
const ENTRY_PS = 0x080; // 4 MiB page
const ENTRY_G = 0x100; // global

// Bits of the page fault error code (i386 PRM 9.8.14)
const ERROR_PRESENT = 1;
const ERROR_WRITE = 2;
const ERROR_USER = 4;

/** TLB bits that the last walk allows: the second result of `translate`. */
let walkedBits = 0;

/**
 * Physical address of a linear one (A20 applied), with accessed and dirty bits set in the tables.
 * Raises #PF with CR2 set when the access is not allowed.
 */
export function translate(cpu: Cpu, linear: number, isWrite: boolean, isUser: boolean): number {
  const { i32 } = cpu;
  if ((i32[CR0] & CR0_PG) === 0) {
    walkedBits = TLB_READ_SUPERVISOR | TLB_READ_USER | TLB_WRITES;
    return linear & i32[A20_MASK];
  }
  const hasBigPages = (i32[CR4] & CR4_PSE) !== 0;
  const directoryAt = (i32[CR3] & ~0xfff) | ((linear >>> 20) & 0xffc);
  const directory = readEntry(cpu, directoryAt);
  if ((directory & ENTRY_P) === 0) raisePageFault(cpu, linear, 0, isWrite, isUser);
  if (hasBigPages && (directory & ENTRY_PS) !== 0) {
    const rights = checkRights(cpu, linear, directory, isWrite, isUser);
    const used = directory | ENTRY_A | (isWrite ? ENTRY_D : 0);
    if (used !== directory) writeEntry(cpu, directoryAt, used);
    walkedBits = tlbBits(cpu, rights, used);
    return ((directory & 0xffc0_0000) | (linear & 0x003f_ffff)) & i32[A20_MASK];
  }
  const tableAt = (directory & ~0xfff) | ((linear >>> 10) & 0xffc);
  const table = readEntry(cpu, tableAt);
  if ((table & ENTRY_P) === 0) raisePageFault(cpu, linear, 0, isWrite, isUser);
  const rights = checkRights(cpu, linear, directory & table, isWrite, isUser);
  if ((directory & ENTRY_A) === 0) writeEntry(cpu, directoryAt, directory | ENTRY_A);
  const used = table | ENTRY_A | (isWrite ? ENTRY_D : 0);
  if (used !== table) writeEntry(cpu, tableAt, used);
  walkedBits = tlbBits(cpu, rights, used);
  return ((table & ~0xfff) | (linear & 0xfff)) & i32[A20_MASK];
}

/** Physical address of a linear one without any effect, or -1 where nothing is mapped: for debuggers and probes. */
export function peekTranslation(cpu: Cpu, linear: number): number {
  const { i32 } = cpu;
  if ((i32[CR0] & CR0_PG) === 0) return (linear & i32[A20_MASK]) >>> 0;
  const directory = peekEntry(cpu, (i32[CR3] & ~0xfff) | ((linear >>> 20) & 0xffc));
  if ((directory & ENTRY_P) === 0) return -1;
  if ((directory & ENTRY_PS) !== 0 && (i32[CR4] & CR4_PSE) !== 0) {
    return (((directory & 0xffc0_0000) | (linear & 0x003f_ffff)) & i32[A20_MASK]) >>> 0;
  }
  const table = peekEntry(cpu, (directory & ~0xfff) | ((linear >>> 10) & 0xffc));
  if ((table & ENTRY_P) === 0) return -1;
  return (((table & ~0xfff) | (linear & 0xfff)) & i32[A20_MASK]) >>> 0;
}

function checkRights(cpu: Cpu, linear: number, rights: number, isWrite: boolean, isUser: boolean): number {
  const isReadOnly = (rights & ENTRY_RW) === 0;
  const isDenied = isUser
    ? (rights & ENTRY_US) === 0 || (isWrite && isReadOnly)
    : isWrite && isReadOnly && (cpu.i32[CR0] & CR0_WP) !== 0;
  if (isDenied) raisePageFault(cpu, linear, ERROR_PRESENT, isWrite, isUser);
  return rights;
}

/** What later accesses may do without a walk: no write before the dirty bit is set. */
function tlbBits(cpu: Cpu, rights: number, entry: number): number {
  let bits = TLB_READ_SUPERVISOR;
  const isUserPage = (rights & ENTRY_US) !== 0;
  const isWritable = (rights & ENTRY_RW) !== 0;
  if (isUserPage) bits |= TLB_READ_USER;
  if ((entry & ENTRY_D) !== 0) {
    if (isWritable || (cpu.i32[CR0] & CR0_WP) === 0) bits |= TLB_WRITE_SUPERVISOR;
    if (isWritable && isUserPage) bits |= TLB_WRITE_USER;
  }
  if ((entry & ENTRY_PCD) !== 0 && cpu.model !== '386') bits |= TLB_UNCACHED;
  if ((entry & ENTRY_G) !== 0 && (cpu.i32[CR4] & CR4_PGE) !== 0) bits |= TLB_GLOBAL;
  return bits;
}

function raisePageFault(cpu: Cpu, linear: number, present: number, isWrite: boolean, isUser: boolean): never {
  cpu.i32[CR2] = linear;
  cpu.raise(VECTOR_PF, present | (isWrite ? ERROR_WRITE : 0) | (isUser ? ERROR_USER : 0));
}

function peekEntry(cpu: Cpu, physical: number): number {
  const at = (physical & cpu.i32[A20_MASK]) >>> 0;
  const { read, base } = cpu.bus.frameAt(at);
  if (read.hostOffset >= 0) return cpu.i32[(read.hostOffset + (at - base)) >>> 2];
  return cpu.bus.peekMemory(at, 4) | 0;
}

function readEntry(cpu: Cpu, physical: number): number {
  return peekEntry(cpu, physical);
}

function writeEntry(cpu: Cpu, physical: number, entry: number): void {
  writePhysical(cpu, (physical & cpu.i32[A20_MASK]) >>> 0, 4, entry);
}

/** Clocks of an access that is not aligned to its size (timing/clock-table.ts). The block ends behind the instruction. */
function chargeMisaligned(cpu: Cpu): void {
  const { misaligned } = cpu.timing;
  if (misaligned === 0) return;
  cpu.settle();
  cpu.addClocks(misaligned);
}

/** Reads 1, 2 or 4 bytes at a linear address with all checks; 4 bytes as a signed number. */
export function readSlow(cpu: Cpu, linear: number, sizeBytes: AccessSize, isUser: boolean): number {
  const offset = linear & 0xfff;
  if ((linear & (sizeBytes - 1)) !== 0) chargeMisaligned(cpu);
  if (cpu.checksAlignment && isUser && (linear & (sizeBytes - 1)) !== 0) cpu.raise(VECTOR_AC, 0);
  if (cpu.hasDataBreakpoints) noteDataAccess(cpu, linear, sizeBytes, false);
  if (offset + sizeBytes <= 0x1000) {
    const entry = cpu.i32[TLB + (linear >>> 12)];
    if ((entry & (isUser ? TLB_READ_USER : TLB_READ_SUPERVISOR)) !== 0) {
      const at = (entry & ~0xfff) ^ linear;
      if (cpu.caches !== null) cpu.caches.read(at, sizeBytes, (entry & TLB_UNCACHED) !== 0);
      return readHost(cpu, at, sizeBytes);
    }
    const physical = translate(cpu, linear, false, isUser) >>> 0;
    fillTlb(cpu, linear, physical);
    return readPhysical(cpu, physical, sizeBytes);
  }
  const low = translate(cpu, linear, false, isUser) >>> 0;
  const nextPage = (linear | 0xfff) + 1;
  const high = translate(cpu, nextPage | 0, false, isUser) >>> 0;
  const lowBytes = 0x1000 - offset;
  let value = 0;
  for (let i = 0; i < sizeBytes; i++) {
    const at = i < lowBytes ? low + i : high + i - lowBytes;
    value |= readPhysical(cpu, at, 1) << (8 * i);
  }
  return value;
}

/** Writes 1, 2 or 4 bytes at a linear address with all checks; nothing is written when it faults. */
export function writeSlow(cpu: Cpu, linear: number, sizeBytes: AccessSize, value: number, isUser: boolean): void {
  const offset = linear & 0xfff;
  if ((linear & (sizeBytes - 1)) !== 0) chargeMisaligned(cpu);
  if (cpu.checksAlignment && isUser && (linear & (sizeBytes - 1)) !== 0) cpu.raise(VECTOR_AC, 0);
  if (offset + sizeBytes <= 0x1000) {
    const entry = cpu.i32[TLB + (linear >>> 12)];
    if ((entry & (isUser ? TLB_WRITE_USER : TLB_WRITE_SUPERVISOR)) !== 0) {
      if (cpu.hasDataBreakpoints) noteDataAccess(cpu, linear, sizeBytes, true);
      const at = (entry & ~0xfff) ^ linear;
      if (cpu.caches !== null) cpu.caches.write(at, sizeBytes, (entry & TLB_UNCACHED) !== 0);
      writeHost(cpu, at, sizeBytes, value);
      return;
    }
    const physical = translate(cpu, linear, true, isUser) >>> 0;
    if (cpu.hasDataBreakpoints) noteDataAccess(cpu, linear, sizeBytes, true);
    fillTlb(cpu, linear, physical);
    writePhysical(cpu, physical, sizeBytes, value);
    return;
  }
  const low = translate(cpu, linear, true, isUser) >>> 0;
  const high = translate(cpu, ((linear | 0xfff) + 1) | 0, true, isUser) >>> 0;
  if (cpu.hasDataBreakpoints) noteDataAccess(cpu, linear, sizeBytes, true);
  const lowBytes = 0x1000 - offset;
  for (let i = 0; i < sizeBytes; i++) {
    const at = i < lowBytes ? low + i : high + i - lowBytes;
    writePhysical(cpu, at, 1, (value >>> (8 * i)) & 0xff);
  }
}

/** Raises what a write of `sizeBytes` at `linear` would raise, without writing: for read-modify-write forms. */
export function probeWrite(cpu: Cpu, linear: number, sizeBytes: number, isUser: boolean): void {
  translate(cpu, linear, true, isUser);
  if ((linear & 0xfff) + sizeBytes > 0x1000) translate(cpu, ((linear | 0xfff) + 1) | 0, true, isUser);
}

/** Remembers the last walk where later accesses need no look: RAM without cost, without code (writes), unwatched. */
function fillTlb(cpu: Cpu, linear: number, physical: number): void {
  if (cpu.hasDataBreakpoints) return;
  const { read, write, base } = cpu.bus.frameAt(physical);
  if (read.hostOffset < 0 || read.cost[1] + read.cost[2] + read.cost[4] !== 0) return;
  // Words of the TLB are signed: the last MiBs of 2 GiB take the long way.
  if (read.hostOffset + (physical - base) > 0x7fff_ffff) return;
  const hostPage = (read.hostOffset + (physical - base)) & ~0xfff;
  let bits = walkedBits;
  const isPlainWrite = write.hostOffset === read.hostOffset && write.cost[1] + write.cost[2] + write.cost[4] === 0;
  const hasCode = (cpu.u8[LAYOUT.PAGE_FLAGS + (physical >>> 12)] & PAGE_HAS_CODE) !== 0;
  if (!isPlainWrite || hasCode) bits &= ~TLB_WRITES;
  cpu.tlb.set(linear, hostPage, bits);
}

function readHost(cpu: Cpu, at: number, sizeBytes: AccessSize): number {
  if (sizeBytes === 1) return cpu.u8[at];
  return sizeBytes === 2 ? cpu.view.getUint16(at, true) : cpu.view.getInt32(at, true);
}

function writeHost(cpu: Cpu, at: number, sizeBytes: AccessSize, value: number): void {
  if (sizeBytes === 1) cpu.u8[at] = value;
  else if (sizeBytes === 2) cpu.view.setUint16(at, value, true);
  else cpu.view.setInt32(at, value, true);
}

/** Reads physical memory within one page, with its cost; 4 bytes as a signed number. */
export function readPhysical(cpu: Cpu, physical: number, sizeBytes: AccessSize): number {
  const { read, base } = cpu.bus.frameAt(physical);
  if (read.hostOffset >= 0 && read.cost[sizeBytes] === 0) {
    const at = read.hostOffset + (physical - base);
    cpu.caches?.read(at, sizeBytes, false);
    return readHost(cpu, at, sizeBytes);
  }
  cpu.settle();
  const value = cpu.bus.readMemory(physical, sizeBytes);
  return sizeBytes === 4 ? value | 0 : value;
}

/** Writes physical memory within one page, with its cost; decoded code there is dropped. */
export function writePhysical(cpu: Cpu, physical: number, sizeBytes: AccessSize, value: number): void {
  const { write, base } = cpu.bus.frameAt(physical);
  if ((cpu.u8[LAYOUT.PAGE_FLAGS + (physical >>> 12)] & PAGE_HAS_CODE) !== 0) cpu.code.written(physical, sizeBytes);
  if (write.hostOffset >= 0 && write.cost[sizeBytes] === 0) {
    const at = write.hostOffset + (physical - base);
    cpu.caches?.write(at, sizeBytes, false);
    writeHost(cpu, at, sizeBytes, value);
    return;
  }
  cpu.settle();
  cpu.bus.writeMemory(physical, sizeBytes, sizeBytes === 4 ? value >>> 0 : value & (sizeBytes === 1 ? 0xff : 0xffff));
}

/** Forgets translations, e.g. after a load of CR3; without `includeGlobal` those of global pages stay. */
export function flushTlb(cpu: Cpu, includeGlobal: boolean): void {
  cpu.tlb.flush(includeGlobal);
  cpu.endBlock();
}

/** INVLPG. */
export function invalidateTlbPage(cpu: Cpu, linear: number): void {
  cpu.tlb.invalidate(linear);
  cpu.endBlock();
}
