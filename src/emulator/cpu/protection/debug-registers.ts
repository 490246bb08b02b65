// Debug registers: breakpoints on instructions, data and ports, single step, and what DR6 reports
// (i386 PRM ch. 12; SDM vol. 3 17.2, 17.3). Costs nothing while DR7 enables nothing and TF is clear.
import type { Cpu } from '../cpu';
import { flushTlb } from '../memory/paging';
import {
  CPL,
  CR4,
  CR4_DE,
  DR,
  EFLAGS,
  EIP,
  EVENTS,
  EVENT_NO_STEP,
  EVENT_SHADOW,
  EVENT_SHADOW_STI,
  EVENT_TRAP,
  FLAG_RF,
  VECTOR_DB,
  VECTOR_GP,
  VECTOR_UD,
} from '../state';

// DR6
export const DR6_BD = 0x2000; // debug registers touched while DR7.GD was set
const DR6_BS = 0x4000; // single step
export const DR6_BT = 0x8000; // task switch to a TSS with T set
/** Bits that are always 1 since the i486 (SDM vol. 3 fig. 17-1). */
const DR6_FIXED = 0xffff_0ff0 | 0;

// DR7: L0 G0 .. L3 G3 in bits 0 to 7, then R/W and LEN of breakpoint n in bits 16 + 4n
const DR7_GD = 0x2000; // general detect: protects the debug registers
const DR7_ENABLED = 0x00ff;
/** Always 1 since the i486. */
const DR7_FIXED = 0x0400;
const DR7_WRITABLE = 0xffff_23ff | 0;

/** R/W field of DR7. */
const WATCH_EXECUTION = 0;
const WATCH_WRITES = 1;
const WATCH_PORTS = 2;
const WATCH_DATA = 3;

const BREAKPOINTS = [0, 1, 2, 3] as const;

/** Arms what DR7 enables. To be called after DR7 or CR4.DE changed by any way (MOV, task switch, snapshot). */
export function debugRegistersChanged(cpu: Cpu): void {
  const enabled = BREAKPOINTS.filter((n) => isEnabled(cpu, n));
  cpu.hasInstructionBreakpoints = enabled.some((n) => watchKind(cpu, n) === WATCH_EXECUTION);
  const hadDataBreakpoints = cpu.hasDataBreakpoints;
  cpu.hasDataBreakpoints = enabled.some((n) => watchKind(cpu, n) === WATCH_WRITES || watchKind(cpu, n) === WATCH_DATA);
  // Watched accesses must come by: no translation may be left that allows the fast path.
  if (cpu.hasDataBreakpoints && !hadDataBreakpoints) flushTlb(cpu, true);
  cpu.clock.requestAttention();
  cpu.endBlock();
}

/** MOV r32,DRn. Level 0 only; DR4 and DR5 are DR6 and DR7 unless CR4.DE says they do not exist. */
export function readDebugRegister(cpu: Cpu, n: number): number {
  return cpu.i32[DR + checkedNumber(cpu, n)];
}

/** MOV DRn,r32. */
export function writeDebugRegister(cpu: Cpu, n: number, value: number): void {
  const number = checkedNumber(cpu, n);
  const is386 = cpu.model === '386';
  if (number < 4) cpu.i32[DR + number] = value;
  else if (number === 6) cpu.i32[DR + 6] = (value & dr6Writable(cpu)) | (is386 ? 0 : DR6_FIXED);
  else cpu.i32[DR + 7] = (value & DR7_WRITABLE) | (is386 ? 0 : DR7_FIXED);
  debugRegistersChanged(cpu);
}

/** Order of checks: #UD before #GP before general detect. */
function checkedNumber(cpu: Cpu, n: number): number {
  const { i32 } = cpu;
  if ((n === 4 || n === 5) && (i32[CR4] & CR4_DE) !== 0) cpu.raise(VECTOR_UD);
  if (i32[CPL] !== 0) cpu.raise(VECTOR_GP, 0);
  if ((i32[DR + 7] & DR7_GD) !== 0) {
    i32[DR + 6] |= DR6_BD;
    i32[DR + 7] &= ~DR7_GD;
    cpu.raise(VECTOR_DB);
  }
  return n === 4 || n === 5 ? n + 2 : n;
}

/** The 386 and 486 let bit 12 be written too. */
function dr6Writable(cpu: Cpu): number {
  return cpu.model === '386' || cpu.model === '486' ? 0xf00f : 0xe00f;
}

function isEnabled(cpu: Cpu, n: number): boolean {
  return ((cpu.i32[DR + 7] >>> (2 * n)) & 3) !== 0;
}

function watchKind(cpu: Cpu, n: number): number {
  const kind = (cpu.i32[DR + 7] >>> (16 + 4 * n)) & 3;
  return kind === WATCH_PORTS && (cpu.i32[CR4] & CR4_DE) === 0 ? -1 : kind;
}

/** Bytes watched: LEN 0, 1, 3 are 1, 2, 4; the undefined 2 counts as 4. */
function watchBytes(cpu: Cpu, n: number): number {
  const len = (cpu.i32[DR + 7] >>> (18 + 4 * n)) & 3;
  return len < 2 ? len + 1 : 4;
}

/** Does breakpoint n cover any of `sizeBytes` at `address`? Its low address bits are ignored, as LEN demands. */
function covers(cpu: Cpu, n: number, address: number, sizeBytes: number): boolean {
  const bytes = watchBytes(cpu, n);
  const first = (cpu.i32[DR + n] & ~(bytes - 1)) >>> 0;
  const at = address >>> 0;
  return at < first + bytes && first < at + sizeBytes;
}

/** Bits B0 to B3 of the enabled breakpoints of one of `kinds` that cover the access. */
function hits(cpu: Cpu, kinds: readonly number[], address: number, sizeBytes: number): number {
  let bits = 0;
  for (const n of BREAKPOINTS) {
    if (isEnabled(cpu, n) && kinds.includes(watchKind(cpu, n)) && covers(cpu, n, address, sizeBytes)) bits |= 1 << n;
  }
  return bits;
}

/** A data access: a hit traps behind the instruction. Called by paging.ts while data breakpoints are armed. */
export function noteDataAccess(cpu: Cpu, linear: number, sizeBytes: number, isWrite: boolean): void {
  trapBehindInstruction(cpu, hits(cpu, isWrite ? [WATCH_WRITES, WATCH_DATA] : [WATCH_DATA], linear, sizeBytes));
}

/** A port access, while CR4.DE is set. */
export function notePortAccess(cpu: Cpu, port: number, sizeBytes: number): void {
  if ((cpu.i32[CR4] & CR4_DE) === 0 || (cpu.i32[DR + 7] & DR7_ENABLED) === 0) return;
  trapBehindInstruction(cpu, hits(cpu, [WATCH_PORTS], port, sizeBytes));
}

function trapBehindInstruction(cpu: Cpu, bits: number): void {
  if (bits === 0) return;
  cpu.i32[DR + 6] |= bits;
  cpu.i32[EVENTS] |= EVENT_TRAP;
  cpu.clock.requestAttention();
  cpu.endBlock();
}

/**
 * Before an instruction that is looked at: an instruction breakpoint raises #DB as a fault unless RF is set or a load
 * of SS came just before; then RF is cleared, since it covers one instruction (SDM vol. 3 17.3.1.1).
 */
export function beforeInstruction(cpu: Cpu, isShadowed: boolean): void {
  const { i32 } = cpu;
  const isBehindStackLoad = isShadowed && (i32[EVENTS] & EVENT_SHADOW_STI) === 0;
  i32[EVENTS] &= ~(EVENT_SHADOW_STI | EVENT_NO_STEP);
  if (cpu.hasInstructionBreakpoints && (i32[EFLAGS] & FLAG_RF) === 0 && !isBehindStackLoad) {
    const bits = hits(cpu, [WATCH_EXECUTION], cpu.codeBase + i32[EIP], 1);
    if (bits !== 0) {
      i32[DR + 6] |= bits;
      cpu.raise(VECTOR_DB);
    }
  }
  i32[EFLAGS] &= ~FLAG_RF;
}

/** Behind an instruction that began with TF set: single step, unless it loaded SS or entered a handler. */
export function afterInstruction(cpu: Cpu, isTraced: boolean): void {
  if (!isTraced) return;
  const { i32 } = cpu;
  const events = i32[EVENTS];
  const isBehindStackLoad = (events & (EVENT_SHADOW | EVENT_SHADOW_STI)) === EVENT_SHADOW;
  if (isBehindStackLoad || (events & EVENT_NO_STEP) !== 0) return;
  i32[DR + 6] |= DR6_BS;
  i32[EVENTS] = events | EVENT_TRAP;
  cpu.clock.requestAttention();
}
