// The clocks of an instruction by the rule of its form (timing/clock-table.ts): what decoding knows goes into the block's
// sum, what operands decide is charged by the execute functions through the functions below.
// A conditional form in the middle of a block stands in the sum with its dearer figure and gets the rest back, so that a
// block never ends later than the run loop reckoned; other forms that charge afterwards end their block.
import type { ClockRule, FarClocks } from '../../timing/clock-table';
import type { Cpu } from '../cpu';
import { MODE_PROTECTED, MODE_USER } from './decode';
import type { Instruction } from './instruction';
import { needsBitmap } from '../protection/io-permission';
import { isVirtual8086 } from '../protection/segments';
import { ZERO } from '../state';

/** Sets everything of an instruction that has to do with clocks, but for the cost of fetching it. */
export function resolveClocks(cpu: Cpu, insn: Instruction, rule: ClockRule): void {
  const { timing, modeKey } = cpu;
  const isProtected = (modeKey & MODE_PROTECTED) !== 0;
  insn.rule = rule;
  insn.components = countComponents(insn);
  insn.addsTarget = rule.addsTargetComponents === true;
  insn.extraCycles = extraClocks(rule, insn, modeKey);
  insn.formCycles = formClocks(rule, insn, isProtected);
  // A condition's dearer case: see above. Jumps end their block and are taken as not taken.
  if (rule.taken !== undefined && !insn.row.endsBlock && insn.extraCycles > 0) insn.formCycles += insn.extraCycles;
  const isRepeated = insn.row.isString && insn.repeat !== 0;
  insn.cycles = insn.formCycles + (insn.prefixes - (isRepeated ? 1 : 0)) * timing.prefix;
  if (insn.base !== ZERO && insn.index !== ZERO) insn.cycles += timing.twoRegisterAddress;
}

function formClocks(rule: ClockRule, insn: Instruction, isProtected: boolean): number {
  const { formula } = rule;
  const isRegister = insn.isRegister || !insn.row.hasModRm;
  if (rule.byNumber !== undefined) return rule.byNumber[insn.reg] ?? rule.register;
  if (rule.indexed !== undefined && insn.index !== ZERO) return rule.indexed;
  // The last iteration but one of a REP form bears what sets one iteration apart: execute/string.ts.
  if (rule.oneIteration !== undefined) return rule.oneIteration - (rule.perIteration ?? 0);
  if (formula?.kind === 'nesting') {
    const level = insn.imm2 & 31;
    if (level > 0) return level === 1 ? formula.levelOne : formula.deeper + formula.perLevel * level;
  }
  const base = figure(rule, isRegister, isProtected, insn.operandSize === 32);
  return formula?.kind === 'i486-rotate' ? base + rotateClocks(insn, insn.imm & 31) : base;
}

function figure(rule: ClockRule, isRegister: boolean, isProtected: boolean, isWide: boolean): number {
  const { register, memory = register } = rule;
  if (isProtected && rule.protected !== undefined) {
    return isRegister ? rule.protected : (rule.protectedMemory ?? rule.protected);
  }
  if (isWide && rule.register32 !== undefined) return isRegister ? rule.register32 : (rule.memory32 ?? rule.register32);
  return isRegister ? register : memory;
}

/** Clocks when the condition holds, per iteration, or of INT n beside the interrupt. May be negative. */
function extraClocks(rule: ClockRule, insn: Instruction, modeKey: number): number {
  const { interrupt, register, memory = register, taken } = rule;
  const isProtected = (modeKey & MODE_PROTECTED) !== 0;
  if (interrupt !== undefined) {
    // Outside protected mode, only virtual 8086 tasks are not at level 0.
    const mode = isProtected ? 'protected' : (modeKey & MODE_USER) !== 0 ? 'virtual8086' : 'real';
    return interrupt[mode] - register;
  }
  if (taken !== undefined) {
    return insn.isRegister || !insn.row.hasModRm ? taken - register : (rule.takenMemory ?? taken) - memory;
  }
  return (isProtected ? rule.protectedPerIteration : undefined) ?? rule.perIteration ?? 0;
}

/**
 * `m` of an instruction: its displacement, its immediate data, and each other byte count one (i386 PRM 17.2.2.3).
 */
export function countComponents(insn: Instruction): number {
  const wordBytes = insn.operandSize >>> 3;
  const addressBytes = insn.addressMask === -1 ? 4 : 2;
  const mod = insn.modrm >> 6;
  const hasLongDisplacement = mod === 2 || (mod === 0 && insn.base === ZERO);
  const isMemory = insn.row.hasModRm && !insn.isRegister;
  let surplus = isMemory && hasLongDisplacement ? addressBytes - 1 : 0;
  let immediateBytes = 0;
  for (const { kind, width } of insn.row.operands) {
    if (kind === 'O') surplus += addressBytes - 1;
    else if (kind === 'A') immediateBytes += wordBytes + 2;
    else if (kind === 'I' || kind === 'J') {
      immediateBytes += width.startsWith('b') ? 1 : width === 'w' ? 2 : wordBytes;
    }
  }
  if (immediateBytes > 1) surplus += immediateBytes - 1;
  return insn.length - surplus;
}

// ---- charged by the execute functions ----

/** Puts other clocks in the place of the form's own. Prefixes and fetch stay. */
export function replaceFormClocks(cpu: Cpu, insn: Instruction, clocks: number): void {
  cpu.addClocks(clocks - insn.formCycles);
}

/** A far transfer that was more than a jump within the level. */
export function chargeFar(cpu: Cpu, { rule, formCycles }: Instruction, kind: keyof FarClocks, parameters = 0): void {
  const clocks = rule.far?.[kind];
  if (clocks !== undefined) cpu.addClocks(clocks + parameters * (rule.far?.parameter ?? 0) - formCycles);
}

/** i386: `m` of the instruction that EIP points to now, for whatever has just moved EIP. */
export function chargeTarget(cpu: Cpu, insn: Instruction): void {
  if (insn.addsTarget) cpu.addClocks(cpu.code.componentsAtEip());
}

/** SETcc, CMPXCHG: gives back the difference in the cheaper case. */
export function chargeCondition(cpu: Cpu, { extraCycles }: Instruction, holds: boolean): void {
  if (extraCycles !== 0 && holds !== extraCycles > 0) cpu.addClocks(-Math.abs(extraCycles));
}

/** MUL, IMUL: the early-out algorithm ends with the highest significant bit of the multiplier. */
export function chargeMultiplier(cpu: Cpu, insn: Instruction, multiplier: number): void {
  const { formula } = insn.rule;
  if (formula?.kind !== 'multiplier') return;
  const magnitude = Math.abs(multiplier);
  const log2 = magnitude === 0 ? 0 : 32 - Math.clz32(magnitude - 1);
  cpu.addClocks(Math.max(log2, multiplier < 0 ? formula.negativeMinimum : formula.minimum));
}

/** BSF of `source`: `found` is the bit, the operand's width when there is none. */
export function chargeForwardScan(cpu: Cpu, insn: Instruction, source: number, found: number): void {
  const { formula } = insn.rule;
  if (formula?.kind === 'bits-scanned') cpu.addClocks(formula.perBit * found);
  if (source === 0 || formula?.kind !== 'i486-bsf') return;
  // 8 + 4(b+1) + 3(i+1) + 3(n+1): byte, nibble in it, bit in that; 6 of it, for a zero source, are in the sum.
  cpu.addClocks(2 + 4 * ((found >> 3) + 1) + 3 * (((found >> 2) & 1) + 1) + 3 * ((found & 3) + 1));
}

/** BSR of `source`: `found` is the bit, -1 when there is none; `width` 16 or 32. */
export function chargeReverseScan(cpu: Cpu, insn: Instruction, source: number, found: number, width: number): void {
  const { formula } = insn.rule;
  if (formula?.kind === 'bits-scanned') cpu.addClocks(formula.perBit * (width - 1 - found));
  // 7 + 3(32-n), for words too; 6 of it, for a zero source, are in the sum.
  if (source !== 0 && formula?.kind === 'i486-bsr') cpu.addClocks(1 + 3 * (32 - found));
}

/** RCL, RCR by CL. */
export function chargeRotate(cpu: Cpu, insn: Instruction, count: number): void {
  if (insn.rule.formula?.kind === 'i486-rotate') cpu.addClocks(rotateClocks(insn, count));
}

/** i486: 8 up to the operand size, beyond it 9 + 7 * (count div size); 8 of it are the rule's figure. */
function rotateClocks(insn: Instruction, count: number): number {
  const size = (insn.row.opcode & 1) === 0 ? 8 : insn.operandSize;
  return count <= size ? 0 : 1 + 7 * Math.floor(count / size);
}

/** LSL of a limit that counts pages. */
export function chargePageGranularity(cpu: Cpu, insn: Instruction): void {
  const { formula } = insn.rule;
  if (formula?.kind === 'page-granular') cpu.addClocks(formula.extra);
}

/** IN, OUT, INS, OUTS where the permission bitmap had to be read: the figure for V86 mode and CPL > IOPL. */
export function chargeBitmap(cpu: Cpu, insn: Instruction): void {
  const { rule } = insn;
  if (rule.throughBitmap === undefined || !needsBitmap(cpu)) return;
  const inTask = isVirtual8086(cpu) ? rule.throughBitmapVirtual8086 : undefined;
  replaceFormClocks(cpu, insn, inTask ?? rule.throughBitmap);
}
