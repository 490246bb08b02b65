// REP string forms in pieces: as many iterations as lie within one page of plain RAM at either end, segment limits
// included; where caches are simulated, within a line that is there. Same bytes, same registers as one iteration at a time; overlapping moves keep their direction's meaning.
// CMPS and SCAS are only looked at ahead, upwards: string.ts moves the registers and sets the flags.
import type { AccessSize } from '../../bus';
import type { Cpu } from '../cpu';
import type { Instruction } from '../decode/instruction';
import { WANTS_READ, WANTS_WRITE } from '../memory/segment-cache';
import { EAX, ECX, EDI, EDX, EFLAGS, ES, ESI, FLAG_DF, SEGMENT, SEGMENT_WORDS, SEG_BASE } from '../state';
import { TLB, TLB_UNCACHED } from '../memory/tlb';

const PAGE_BYTES = 0x1000;
const REPE = 0xf3;

/** Elements from `offset` on that stay within one page and within the offsets up to `last`. */
function elementsUp(linear: number, offset: number, last: number, sizeBytes: number): number {
  const inPage = PAGE_BYTES - (linear & 0xfff);
  return Math.floor(Math.min(inPage, last - offset + 1) / sizeBytes);
}

/** Elements from `offset` downwards; the first one must not reach into the next page. */
function elementsDown(linear: number, offset: number, first: number, sizeBytes: number): number {
  const inPage = linear & 0xfff;
  if (inPage + sizeBytes > PAGE_BYTES) return 0;
  return Math.floor(Math.min(inPage, offset - first) / sizeBytes) + 1;
}

/** How many elements at `register` may be touched at once, and where they are (`hostAt`). */
function plainElements(cpu: Cpu, insn: Instruction, seg: number, register: number, sizeBytes: number, wants: number) {
  const { i32, segments } = cpu;
  const offset = (i32[register] & insn.addressMask) >>> 0;
  const last = Math.min(segments.last[seg], insn.addressMask >>> 0);
  const isAllowed = (segments.rights[seg] & wants) === wants;
  if (!isAllowed || offset < segments.first[seg] || offset + sizeBytes - 1 > last) return 0;
  const linear = (i32[SEGMENT + seg * SEGMENT_WORDS + SEG_BASE] + offset) | 0;
  if (cpu.timing.misaligned !== 0 && (linear & (sizeBytes - 1)) !== 0) return 0;
  const entry = i32[TLB + (linear >>> 12)];
  if ((entry & (wants === WANTS_WRITE ? cpu.writeRight : cpu.readRight)) === 0) return 0;
  hostAt = (entry & ~0xfff) ^ linear;
  const isDown = (i32[EFLAGS] & FLAG_DF) !== 0;
  const count = isDown
    ? elementsDown(linear, offset, segments.first[seg], sizeBytes)
    : elementsUp(linear, offset, last, sizeBytes);
  if (cpu.caches === null) return count;
  if ((entry & TLB_UNCACHED) !== 0) return 0;
  return Math.min(
    count,
    Math.floor(cpu.caches.bytesAtHand(hostAt, sizeBytes, wants === WANTS_WRITE, isDown) / sizeBytes),
  );
}

/** Second result of `plainElements`: offset of the first element in linear memory. */
let hostAt = 0;

function iterationsLeft(cpu: Cpu, insn: Instruction): number {
  return insn.addressMask === -1 ? cpu.i32[ECX] >>> 0 : cpu.u16[ECX * 2];
}

function advanceBy(cpu: Cpu, insn: Instruction, register: number, bytes: number): void {
  const delta = (cpu.i32[EFLAGS] & FLAG_DF) === 0 ? bytes : -bytes;
  if (insn.addressMask === -1) cpu.i32[register] += delta;
  else cpu.u16[register * 2] += delta;
}

/** Up to `most` iterations of MOVS; returns how many were done. */
export function moveInBulk(cpu: Cpu, insn: Instruction, sizeBytes: number, most: number): number {
  const fromCount = plainElements(cpu, insn, insn.seg, ESI, sizeBytes, WANTS_READ);
  const from = hostAt;
  const toCount = plainElements(cpu, insn, ES, EDI, sizeBytes, WANTS_WRITE);
  const to = hostAt;
  const count = Math.min(fromCount, toCount, most, iterationsLeft(cpu, insn));
  if (count < 2) return 0;
  const bytes = count * sizeBytes;
  const isDown = (cpu.i32[EFLAGS] & FLAG_DF) !== 0;
  const low = isDown ? bytes - sizeBytes : 0;
  if (Math.abs(from - to) >= bytes) cpu.u8.copyWithin(to - low, from - low, from - low + bytes);
  else moveOverlapping(cpu, from, to, count, isDown ? -sizeBytes : sizeBytes, sizeBytes);
  advanceBy(cpu, insn, ESI, bytes);
  advanceBy(cpu, insn, EDI, bytes);
  return count;
}

function moveOverlapping({ u8, view }: Cpu, from: number, to: number, count: number, step: number, size: number): void {
  for (let i = 0; i < count; i++) {
    const source = from + i * step;
    const target = to + i * step;
    if (size === 4) view.setInt32(target, view.getInt32(source, true), true);
    else if (size === 2) view.setInt16(target, view.getInt16(source, true), true);
    else u8[target] = u8[source];
  }
}

/** Up to `most` iterations of STOS; returns how many were done. */
export function storeInBulk(cpu: Cpu, insn: Instruction, sizeBytes: number, most: number): number {
  const count = Math.min(plainElements(cpu, insn, ES, EDI, sizeBytes, WANTS_WRITE), most, iterationsLeft(cpu, insn));
  if (count < 2) return 0;
  const bytes = count * sizeBytes;
  const start = (cpu.i32[EFLAGS] & FLAG_DF) === 0 ? hostAt : hostAt - bytes + sizeBytes;
  fill(cpu, start, count, sizeBytes);
  advanceBy(cpu, insn, EDI, bytes);
  return count;
}

function fill({ i32, u8, u16, view }: Cpu, start: number, count: number, sizeBytes: number): void {
  if (sizeBytes === 1) {
    u8.fill(u8[EAX * 4], start, start + count);
  } else if (sizeBytes === 4 && (start & 3) === 0) {
    i32.fill(i32[EAX], start >> 2, (start >> 2) + count);
  } else if (sizeBytes === 2 && (start & 1) === 0) {
    u16.fill(u16[EAX * 2], start >> 1, (start >> 1) + count);
  } else {
    for (let i = 0; i < count; i++) {
      if (sizeBytes === 4) view.setInt32(start + i * 4, i32[EAX], true);
      else view.setUint16(start + i * 2, u16[EAX * 2], true);
    }
  }
}

/** Up to `most` iterations of INS, upwards, as far as the chip has them ready; returns how many were done. */
export function inputInBulk(cpu: Cpu, insn: Instruction, sizeBytes: AccessSize, most: number): number {
  if ((cpu.i32[EFLAGS] & FLAG_DF) !== 0) return 0;
  const count = Math.min(plainElements(cpu, insn, ES, EDI, sizeBytes, WANTS_WRITE), most, iterationsLeft(cpu, insn));
  if (count < 2) return 0;
  const done = cpu.bus.readPortRun(cpu.u16[EDX * 2], sizeBytes, hostAt, count, insn.extraCycles);
  advanceBy(cpu, insn, EDI, done * sizeBytes);
  return done;
}

/** How many elements under REPE SCAS equal the accumulator, or under REPNE SCAS differ from it, from EDI upwards. */
export function scannedAhead(cpu: Cpu, insn: Instruction, sizeBytes: number, most: number): number {
  if ((cpu.i32[EFLAGS] & FLAG_DF) !== 0) return 0;
  const inReach = plainElements(cpu, insn, ES, EDI, sizeBytes, WANTS_READ);
  if ((hostAt & (sizeBytes - 1)) !== 0) return 0;
  const { u8, u16, i32 } = cpu;
  const elements = sizeBytes === 4 ? i32 : sizeBytes === 2 ? u16 : u8;
  const start = hostAt / sizeBytes;
  const accumulator = elements[(EAX * 4) / sizeBytes];
  const wantsEqual = insn.repeat === REPE;
  const end = start + Math.min(inReach, most, iterationsLeft(cpu, insn));
  let at = start;
  while (at < end && (elements[at] === accumulator) === wantsEqual) at++;
  return at - start;
}

/** How many elements under REPE CMPS are equal at ESI and EDI, upwards. */
export function equalAhead(cpu: Cpu, insn: Instruction, sizeBytes: number, most: number): number {
  if (insn.repeat !== REPE || (cpu.i32[EFLAGS] & FLAG_DF) !== 0) return 0;
  const fromReach = plainElements(cpu, insn, insn.seg, ESI, sizeBytes, WANTS_READ);
  const from = hostAt;
  const toReach = plainElements(cpu, insn, ES, EDI, sizeBytes, WANTS_READ);
  const bytes = Math.min(fromReach, toReach, most, iterationsLeft(cpu, insn)) * sizeBytes;
  let equal = 0;
  while (equal < bytes && cpu.u8[from + equal] === cpu.u8[hostAt + equal]) equal++;
  return Math.floor(equal / sizeBytes);
}
