// The clocks of a decoded instruction that are known before it runs (timing/clock-table.ts). What operands decide is
// added by the execute functions.
import type { ClockRule } from '../timing/clock-table';
import type { Cpu } from './cpu';
import type { Instruction } from './instruction';
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
