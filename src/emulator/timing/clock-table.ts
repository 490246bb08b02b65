// What an instruction costs in core clocks: the shape that the tables of the CPU models share, and the lookup.
// Figures live in one file per model (i386.ts, i486.ts, ...); memory and port costs are added by bus.ts.
import type { CpuModel } from '../cpu/cpu-host';

/**
 * Clocks of one instruction form, beyond which only operands and events decide. `n` below is what the executor counts.
 * A figure that a form does not have stays away; `register` alone means "whatever the operands".
 */
export interface ClockRule {
  /** With register operands, or without operands. */
  readonly register: number;
  /** With a memory operand; default `register`. */
  readonly memory?: number;
  /** Conditional jumps and loops: when taken; `register` is "not taken". */
  readonly taken?: number;
  /** i386: add `m`, the components of the next instruction, when control is transferred (PRM 17.2). */
  readonly addsTargetComponents?: boolean;
  /** REP forms: clocks of each iteration; `register` is the part paid once. */
  readonly perIteration?: number;
  /** REP forms whose first counts differ from the straight line: clocks for zero and for one iteration. */
  readonly zeroIterations?: number;
  readonly oneIteration?: number;
  /** In protected mode, where it differs (segment loads, far transfers, port I/O with CPL <= IOPL). */
  readonly protected?: number;
  readonly protectedMemory?: number;
  /** Port I/O in V86 mode or with CPL > IOPL. */
  readonly throughBitmap?: number;
  /** A cost that grows with the operands, added to `register` / `memory`: see `ClockFormula`. */
  readonly formula?: ClockFormula;
}

/**
 * - `multiplier-bits`: perUnit * (significant bits of the multiplier, at least `minimum`)
 * - `bits-scanned`: perUnit * bits looked at by BSF or BSR
 * - `i486-bsf`, `i486-bsr`: the i486 manual's own formulas
 * - `rotate-count`: perUnit * count of RCL, RCR
 * - `nesting-level`: perUnit * ENTER's level above 1; `levelOne` for level 1
 */
export interface ClockFormula {
  readonly kind:
    'multiplier-bits' | 'bits-scanned' | 'i486-bsf' | 'i486-bsr' | 'rotate-count' | 'i486-rotate' | 'nesting-level';
  readonly perUnit: number;
  readonly minimum?: number;
  readonly levelOne?: number;
}

/** Clocks of control transfers that depend on what a descriptor turns out to be. They replace the form's own clocks. */
export interface TransferClocks {
  readonly interruptReal: number;
  readonly interruptSameLevel: number;
  readonly interruptInnerLevel: number;
  readonly interruptFromV86: number;
  readonly callGateSameLevel: number;
  readonly callGateInnerLevel: number;
  /** Per parameter word or dword copied by a call gate. */
  readonly callGateParameter: number;
  readonly jumpGate: number;
  readonly returnOuterLevel: number;
  readonly interruptReturnOuterLevel: number;
  readonly interruptReturnToV86: number;
  readonly taskSwitch32: number;
  readonly taskSwitch16: number;
  readonly taskSwitchToV86: number;
}

/** The clocks of one CPU model. */
export interface ClockTable {
  readonly name: string;
  readonly model: CpuModel;
  /** Clocks of each prefix byte (66, 67, segment, LOCK). */
  readonly prefix: number;
  /** Keyed by form text of the opcode table, e.g. 'ADD Ev,Gv', 'MOV Eb,Ib', 'REP MOVS Yv,Xv'. */
  readonly rules: ReadonlyMap<string, ClockRule>;
  readonly transfers: TransferClocks;
}

const ONE_CLOCK: ClockRule = { register: 1 };

/** The rule of a form. A table without the form charges one clock: tests compare tables with the opcode table. */
export function findClockRule(table: ClockTable, form: string): ClockRule {
  return table.rules.get(form) ?? ONE_CLOCK;
}

/** One clock for everything: for tests of behaviour only. No profile may use it. */
export function createPlaceholderClocks(model: CpuModel): ClockTable {
  return {
    name: 'placeholder',
    model,
    prefix: 0,
    rules: new Map(),
    transfers: {
      interruptReal: 1,
      interruptSameLevel: 1,
      interruptInnerLevel: 1,
      interruptFromV86: 1,
      callGateSameLevel: 1,
      callGateInnerLevel: 1,
      callGateParameter: 1,
      jumpGate: 1,
      returnOuterLevel: 1,
      interruptReturnOuterLevel: 1,
      interruptReturnToV86: 1,
      taskSwitch32: 1,
      taskSwitch16: 1,
      taskSwitchToV86: 1,
    },
  };
}
