// The system instructions of the opcode table, by concern: registers and modes here, descriptor tables and selectors,
// interrupts and flags in the files below. Each checks level and mode first, as its page in the i386 PRM says.
import {
  clearTaskSwitched,
  hasCr4,
  loadMachineStatusWord,
  setCr0,
  setCr3,
  setCr4,
} from '../protection/control-registers';
import type { Cpu } from '../cpu';
import { identify } from '../cpuid';
import { readDebugRegister, writeDebugRegister } from '../protection/debug-registers';
import { endBlockForEvents } from '../protection/eflags-rules';
import type { Instruction } from '../decode/instruction';
import { effectiveAddress, load16, store16 } from '../memory/linear-memory';
import { MSR_PERFCTR0, modelRegisterLow, readModelRegister, readTimeStamp, writeModelRegister } from '../msr';
import { invalidateTlbPage } from '../memory/paging';
import { baseOf } from '../protection/segments';
import {
  CPL,
  CR0,
  CR2,
  CR3,
  CR4,
  CR4_PCE,
  CR4_TSD,
  EAX,
  ECX,
  EDX,
  HALTED,
  RUN_STATE,
  TEST_REGISTERS,
  VECTOR_GP,
  VECTOR_UD,
} from '../state';

export { arpl, lar, lldt, lsl, ltr, sldt, str, verr, verw } from './selector';
export { lgdt, lidt, loadFarPointer, sgdt, sidt } from './descriptor-table';
export { cli, int, int1, int3, into, iret, popf, pushf, sti } from './interrupt';
export { sysenter, sysexit } from './fast-call';

/** Raises #GP(0) unless at level 0. Virtual 8086 tasks are at level 3. */
export function requireLevel0(cpu: Cpu): void {
  if (cpu.i32[CPL] !== 0) cpu.raise(VECTOR_GP, 0);
}

// ---- control, debug and test registers ----

/** MOV r32,CRn. CR1 and CR5 up do not exist, nor CR4 before the Pentium: #UD. */
export function movFromControl(cpu: Cpu, insn: Instruction): void {
  const { i32 } = cpu;
  const at = controlRegister(cpu, insn.reg);
  requireLevel0(cpu);
  i32[insn.rm] = i32[at];
}

/** MOV CRn,r32. */
export function movToControl(cpu: Cpu, insn: Instruction): void {
  const { i32 } = cpu;
  const at = controlRegister(cpu, insn.reg);
  requireLevel0(cpu);
  const value = i32[insn.rm];
  if (at === CR0) setCr0(cpu, value);
  else if (at === CR3) setCr3(cpu, value);
  else if (at === CR4) setCr4(cpu, value);
  else i32[at] = value;
}

function controlRegister(cpu: Cpu, n: number): number {
  if (n === 0) return CR0;
  if (n === 2) return CR2;
  if (n === 3) return CR3;
  if (n === 4 && hasCr4(cpu.model)) return CR4;
  return cpu.raise(VECTOR_UD);
}

export function movFromDebug(cpu: Cpu, insn: Instruction): void {
  cpu.i32[insn.rm] = readDebugRegister(cpu, insn.reg);
}

export function movToDebug(cpu: Cpu, insn: Instruction): void {
  writeDebugRegister(cpu, insn.reg, cpu.i32[insn.rm]);
}

/** MOV r32,TRn: TLB test registers TR6, TR7 (386, 486), cache test registers TR3 to TR5 (486). */
export function movFromTest(cpu: Cpu, insn: Instruction): void {
  const at = testRegister(cpu, insn.reg);
  requireLevel0(cpu);
  cpu.i32[insn.rm] = cpu.i32[at];
}

/** MOV TRn,r32. The registers hold what is written; a TLB look-up by TR6 finds nothing (TR7.PL stays 0). */
export function movToTest(cpu: Cpu, insn: Instruction): void {
  const at = testRegister(cpu, insn.reg);
  requireLevel0(cpu);
  cpu.i32[at] = cpu.i32[insn.rm];
  const isLookUp = insn.reg === 6 && (cpu.i32[at] & 1) !== 0;
  if (isLookUp) cpu.i32[TEST_REGISTERS + 7 - 3] &= ~TR7_PL;
}

const TR7_PL = 0x10;

function testRegister(cpu: Cpu, n: number): number {
  if (n < (cpu.model === '386' ? 6 : 3)) cpu.raise(VECTOR_UD);
  return TEST_REGISTERS + n - 3;
}

/** SMSW: at any level. A memory operand gets 16 bits; a 32-bit register all of CR0 (its upper half is undefined). */
export function smsw(cpu: Cpu, insn: Instruction): void {
  if (!insn.isRegister) store16(cpu, insn, cpu.i32[CR0] & 0xffff);
  else if (insn.operandSize === 32) cpu.i32[insn.rm] = cpu.i32[CR0];
  else cpu.u16[insn.rm] = cpu.i32[CR0] & 0xffff;
}

export function lmsw(cpu: Cpu, insn: Instruction): void {
  requireLevel0(cpu);
  loadMachineStatusWord(cpu, insn.isRegister ? cpu.u16[insn.rm] : load16(cpu, insn));
}

export function clts(cpu: Cpu): void {
  requireLevel0(cpu);
  clearTaskSwitched(cpu);
}

// ---- caches and translations ----

/** INVD: memory always has the newest bytes, so that nothing is lost. */
export function invd(cpu: Cpu): void {
  requireLevel0(cpu);
  cpu.caches?.invalidate();
}

export function wbinvd(cpu: Cpu): void {
  requireLevel0(cpu);
  cpu.caches?.writeBackAll();
}

/** INVLPG: no access is made, so no limit is checked. */
export function invlpg(cpu: Cpu, insn: Instruction): void {
  requireLevel0(cpu);
  invalidateTlbPage(cpu, (baseOf(cpu, insn.seg) + effectiveAddress(cpu, insn)) >>> 0);
}

// ---- processor state ----

export function hlt(cpu: Cpu): void {
  requireLevel0(cpu);
  cpu.i32[RUN_STATE] = HALTED;
  endBlockForEvents(cpu);
}

export function cpuid(cpu: Cpu): void {
  identify(cpu);
}

/** RDTSC: everywhere, unless CR4.TSD keeps it for level 0. */
export function rdtsc(cpu: Cpu): void {
  if ((cpu.i32[CR4] & CR4_TSD) !== 0) requireLevel0(cpu);
  readTimeStamp(cpu);
}

export function rdmsr(cpu: Cpu): void {
  requireLevel0(cpu);
  readModelRegister(cpu);
}

export function wrmsr(cpu: Cpu): void {
  requireLevel0(cpu);
  writeModelRegister(cpu);
}

/** RDPMC: counter ECX (0 or 1), 40 bits. The counters hold what was written and do not count. */
export function rdpmc(cpu: Cpu): void {
  const { i32 } = cpu;
  if ((i32[CR4] & CR4_PCE) === 0) requireLevel0(cpu);
  const counter = i32[ECX] >>> 0;
  if (counter > 1) cpu.raise(VECTOR_GP, 0);
  i32[EAX] = modelRegisterLow(cpu, MSR_PERFCTR0 + counter);
  i32[EDX] = 0;
}

/** RSM outside system management mode, which no model here has. */
export function rsm(cpu: Cpu): void {
  cpu.raise(VECTOR_UD);
}
