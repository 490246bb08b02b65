// The two pipes of the Pentium: which instructions go through them together, and address generation interlocks.
// Rules: Intel, Optimizations for Intel's 32-Bit Processors (AP-526, 242816-001, October 1995), sections 3.2 to 3.4, and
// Pentium Processor Family Developer's Manual vol. 3 (1995), appendix F and chapter "Optimization". Decision 0011.
// Left out: bank conflicts of the data cache, FXCH in V, what a decoder sees of an instruction for the first time.
import type { Instruction } from '../cpu/decode/instruction';
import { ZERO } from '../cpu/state';
import type { Overlap } from './clock-table';
import { registersOf } from './register-use';
import type { RegisterUse } from './register-use';

/**
 * Clocks of a pair whose instructions take 1, 2 or 3 alone (register, load and operate, read-modify-write); rows: U.
 * Two that write memory overlap in a clock only (AP-526 section 3.3; the same figures in 86Box, codegen_timing_pentium.c).
 */
const PAIR_CLOCKS = [
  [1, 2, 3],
  [2, 2, 3],
  [3, 4, 5],
];

/** Jcc found out in V is one clock later to turn round than in U: 4 clocks instead of 3. */
const LATE_IN_V = 1;

/**
 * What `state` says: registers written by the last group of one or two, for the interlock, and while the last instruction
 * stands alone in U and may still get a partner, what that one must know of it.
 */
interface InFlight {
  readonly groupWrites: number;
  /** Clocks of the instruction in U, 0 when V cannot be filled any more. */
  readonly firstClocks: number;
  readonly firstWrites: number;
  readonly firstStack: number;
  /** The instruction in U has waited for an address: V's address came for free. */
  readonly firstStalled: boolean;
}

function decode(state: number): InFlight {
  return {
    groupWrites: state & 0xff,
    firstWrites: (state >> 8) & 0xff,
    firstClocks: (state >> 16) & 3,
    firstStack: (state >> 18) & 3,
    firstStalled: (state & (1 << 20)) !== 0,
  };
}

function encodeFirst(groupWrites: number, use: RegisterUse, clocks: number, isStalled: boolean): number {
  return groupWrites | (use.writes << 8) | (clocks << 16) | (use.stack << 18) | (isStalled ? 1 << 20 : 0);
}

function hasImmediateAndDisplacement(insn: Instruction): boolean {
  const isMemory = insn.row.hasModRm && !insn.isRegister;
  const mod = insn.modrm >> 6;
  const hasDisplacement = isMemory && (mod !== 0 || insn.base === ZERO);
  return hasDisplacement && insn.row.operands.some(({ kind }) => kind === 'I');
}

function canBeFirst(insn: Instruction): boolean {
  const { pairing } = insn.rule;
  return (pairing === 'UV' || pairing === 'PU') && !hasImmediateAndDisplacement(insn);
}

/** No prefix in V (the 0F of a near Jcc is none), nothing that the instruction in U writes. Flags may depend. */
function canFollow(insn: Instruction, use: RegisterUse, before: InFlight): boolean {
  const { pairing } = insn.rule;
  if (before.firstClocks === 0 || (pairing !== 'UV' && pairing !== 'PV')) return false;
  if (insn.prefixes > 0 || hasImmediateAndDisplacement(insn)) return false;
  if (((use.reads | use.writes) & before.firstWrites) !== 0) return false;
  // The stack pointer that PUSH or POP moves is there for another of its kind only.
  const isOfItsKind = use.stack === before.firstStack && use.explicitStackPointer === false;
  return before.firstStack === 0 || isOfItsKind || !usesStackPointer(use);
}

function usesStackPointer(use: RegisterUse): boolean {
  return use.stack !== 0 || use.explicitStackPointer;
}

/** A conditional jump against its direction: backwards is taken, forwards is not. */
function chargePrediction(insn: Instruction, late: number): void {
  const { prediction } = insn.rule;
  if (prediction === undefined) return;
  const missed = prediction.missed + late;
  const isBackward = insn.imm < 0;
  if (isBackward) insn.cycles += missed;
  insn.extraCycles = prediction.taken + (isBackward ? -missed : missed);
}

export const PENTIUM_PAIRING: Overlap = {
  issue(insn, state) {
    const before = decode(state);
    const { row } = insn;
    if (row.isString && insn.repeat !== 0) return 0;
    const use = registersOf(insn);
    const isTransfer = row.endsBlock && row.setsEip && !row.isString;
    if (canFollow(insn, use, before)) {
      const isStalled = (use.addresses & before.groupWrites) !== 0 && !before.firstStalled;
      insn.cycles = PAIR_CLOCKS[before.firstClocks - 1][insn.cycles - 1] - before.firstClocks + (isStalled ? 1 : 0);
      chargePrediction(insn, LATE_IN_V);
      return isTransfer ? 0 : before.firstWrites | use.writes;
    }
    const groupWrites = before.firstClocks > 0 ? before.firstWrites : before.groupWrites;
    const clocks = insn.formCycles;
    const isStalled = (use.addresses & groupWrites) !== 0;
    if (isStalled) insn.cycles++;
    chargePrediction(insn, 0);
    if (isTransfer) return 0;
    return canBeFirst(insn) ? encodeFirst(groupWrites, use, clocks, isStalled) : use.writes;
  },
};
