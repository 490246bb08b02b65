// The clocks of a decoded instruction that are known before it runs (timing/clock-table.ts). What operands decide is
// added by the execute functions.
import type { ClockRule } from '../timing/clock-table';
import type { Cpu } from './cpu';
import type { Instruction } from './instruction';
import { needsBitmap } from './io-permission';
import { CR0, CR0_PE, EFLAGS, FLAG_VM } from './state';

/** Sets `cycles` and `extraCycles` from the rule of the instruction's form. */
export function resolveClocks(cpu: Cpu, insn: Instruction, rule: ClockRule): void {
  const isProtected = (cpu.i32[CR0] & CR0_PE) !== 0 && (cpu.i32[EFLAGS] & FLAG_VM) === 0;
  insn.rule = rule;
  insn.cycles =
    baseClocks(rule, insn.isRegister || !insn.row.hasModRm, isProtected) + insn.prefixes * cpu.timing.prefix;
  if (rule.taken !== undefined) insn.extraCycles = rule.taken - rule.register;
  else insn.extraCycles = rule.perIteration ?? 0;
}

function baseClocks(rule: ClockRule, isRegister: boolean, isProtected: boolean): number {
  const { register, memory = register } = rule;
  if (isProtected && rule.protected !== undefined) {
    return isRegister ? rule.protected : (rule.protectedMemory ?? rule.protected);
  }
  return isRegister ? register : memory;
}

// ---- what operands decide; the forms concerned end their block ----

/** MUL, IMUL: the early-out algorithm ends with the highest significant bit of the multiplier (i386 PRM, MUL; i486 PRM). */
export function chargeMultiplier(cpu: Cpu, insn: Instruction, multiplier: number): void {
  const { formula } = insn.rule;
  if (formula?.kind !== 'multiplier-bits') return;
  const magnitude = Math.abs(multiplier);
  const bits = magnitude === 0 ? 0 : Math.ceil(Math.log2(magnitude + 1));
  cpu.addClocks(Math.max(bits, formula.minimum ?? 0) * formula.perUnit);
}

/** BSF, BSR: `scanned` bits were looked at before the one found (all of them when the source is 0). */
export function chargeScan(cpu: Cpu, insn: Instruction, source: number, scanned: number): void {
  const { formula } = insn.rule;
  if (formula === undefined) return;
  if (formula.kind === 'bits-scanned') cpu.addClocks(formula.perUnit * scanned);
  else if (source !== 0 && formula.kind === 'i486-bsr') cpu.addClocks(1 + 3 * (scanned + 1));
  else if (source !== 0 && formula.kind === 'i486-bsf') {
    // Bytes, then nibbles, then bits up to the first that is not 0 (i486 PRM appendix E, table 10.1, note).
    cpu.addClocks(2 + 4 * ((scanned >> 3) + 1) + 3 * (((scanned >> 2) & 1) + 1) + 3 * ((scanned & 3) + 1));
  }
}

/** RCL, RCR by CL. */
export function chargeRotate(cpu: Cpu, insn: Instruction, count: number): void {
  const { formula } = insn.rule;
  if (formula === undefined) return;
  if (formula.kind === 'rotate-count') cpu.addClocks(formula.perUnit * count);
  else if (formula.kind === 'i486-rotate') cpu.addClocks(formula.perUnit * Math.floor(count / insn.operandSize));
}

/** ENTER with nested frames. */
export function chargeLevels(cpu: Cpu, insn: Instruction, level: number): void {
  const { formula } = insn.rule;
  if (formula?.kind !== 'nesting-level' || level === 0) return;
  cpu.addClocks(level === 1 ? (formula.levelOne ?? 0) : formula.perUnit * (level - 1));
}

/** IN, OUT where the permission bitmap had to be read: the figure for V86 mode and CPL > IOPL. */
export function chargeBitmap(cpu: Cpu, insn: Instruction): void {
  const { rule } = insn;
  if (rule.throughBitmap === undefined || !needsBitmap(cpu)) return;
  cpu.addClocks(rule.throughBitmap - (insn.cycles - insn.fetchCycles - insn.prefixes * cpu.timing.prefix));
}
