// What an instruction costs in core clocks: the shape that the tables of the CPU models share, and the lookup.
// Figures live in one file per model (i386.ts, i486.ts); memory and port costs are added by bus.ts (decision 0007).
import type { CpuModel } from '../cpu/cpu-host';
import type { Instruction } from '../cpu/decode/instruction';

/** Clocks of one instruction form. A figure that a form does not have stays away. */
export interface ClockRule {
  /** With register operands, or without operands. Conditional forms: when the condition does not hold. */
  readonly register: number;
  /** With a memory operand; default `register`. */
  readonly memory?: number;
  /** The same with 32-bit operands, where the size matters (divisions). */
  readonly register32?: number;
  readonly memory32?: number;
  /** In protected mode, where it differs (segment loads, far transfers, port I/O with CPL <= IOPL). */
  readonly protected?: number;
  readonly protectedMemory?: number;
  /** By the number of the control, debug or test register. */
  readonly byNumber?: readonly number[];
  /** With an index register in the address (LEA of the i486). */
  readonly indexed?: number;
  /** Conditional forms when the condition holds: jump taken, SETcc true, CMPXCHG equal. */
  readonly taken?: number;
  readonly takenMemory?: number;
  /** i386: add `m`, the components of the next instruction, when control is transferred (PRM 17.2.2.3). */
  readonly addsTargetComponents?: boolean;
  /** REP forms: clocks of each iteration; `register` is the part paid once. */
  readonly perIteration?: number;
  readonly protectedPerIteration?: number;
  /** REP forms whose first counts differ from the straight line: clocks for zero and for one iteration. */
  readonly zeroIterations?: number;
  readonly oneIteration?: number;
  /** Port I/O with CPL > IOPL, and in virtual 8086 mode (default: the same). */
  readonly throughBitmap?: number;
  readonly throughBitmapVirtual8086?: number;
  /** INT n and kin: clocks beside those of the interrupt itself (`TransferClocks`). */
  readonly interrupt?: InterruptSurcharge;
  /** Spent before the fault that the form exists to raise, beside the interrupt (BOUND). */
  readonly faulting?: number;
  /** Far transfers that turn out to be more than a jump within the level: these replace the form's own clocks. */
  readonly far?: FarClocks;
  /** Operands decide. */
  readonly formula?: ClockFormula;
  /** Pentium: pipes that take the form beside another one; without it the form runs alone. */
  readonly pairing?: Pairing;
  /** P6: what the form is split into; without it the form runs alone, for the clocks given. */
  readonly microOps?: MicroOps;
  /** Conditional jumps of models that predict them: further clocks. */
  readonly prediction?: Prediction;
}

/** UV: either pipe. PU: only as the first of a pair. PV: only as the second. */
export type Pairing = 'UV' | 'PU' | 'PV';

/** Micro-ops in all, and how many of them load and store (address and data of a store are two). */
export type MicroOpCount = readonly [all: number, loads: number, stores: number];

export interface MicroOps {
  readonly register: MicroOpCount;
  readonly memory?: MicroOpCount;
  /** Clocks lost behind a jump that is always taken. */
  readonly bubble?: number;
}

/** The prediction is static: a jump backwards is taken, a jump forwards is not. */
export interface Prediction {
  /** Clocks lost behind a jump that is taken. */
  readonly taken: number;
  /** Clocks lost where the jump goes the other way. */
  readonly missed: number;
}

export interface InterruptSurcharge {
  readonly real: number;
  readonly virtual8086: number;
  readonly protected: number;
}

/** `task`, `taskGate` and `nestedTask` come on top of the task switch itself. */
export interface FarClocks {
  readonly sameLevelGate?: number;
  readonly innerLevelGate?: number;
  readonly innerLevelGateWithParameters?: number;
  /** Each parameter that a call gate copies. */
  readonly parameter?: number;
  readonly outerLevel?: number;
  readonly virtual8086?: number;
  readonly task?: number;
  readonly taskGate?: number;
  readonly nestedTask?: number;
}

/**
 * - `multiplier`: added to `register`: max(ceil(log2 |m|), minimum), the minimum that of m's sign
 * - `bits-scanned`: added: `perBit` for each bit that BSF or BSR looks at before the one it finds
 * - `i486-bsf`, `i486-bsr`: the i486 manual's own formulas; `register` stands for a zero source
 * - `i486-rotate`: RCL and RCR by a count; `register` stands for counts up to the operand size
 * - `nesting`: ENTER; `register` stands for level 0
 * - `page-granular`: LSL; added when the limit counts pages
 */
export type ClockFormula =
  | { readonly kind: 'multiplier'; readonly minimum: number; readonly negativeMinimum: number }
  | { readonly kind: 'bits-scanned'; readonly perBit: number }
  | { readonly kind: 'i486-bsf' }
  | { readonly kind: 'i486-bsr' }
  | { readonly kind: 'i486-rotate' }
  | { readonly kind: 'nesting'; readonly levelOne: number; readonly deeper: number; readonly perLevel: number }
  | { readonly kind: 'page-granular'; readonly extra: number };

/** What a TSS holds: a 32-bit task, one of them in virtual 8086 mode, a 16-bit task. */
export type TaskKind = 'task32' | 'virtual8086' | 'task16';

/** Clocks of interrupts and task switches, whatever began them. Exceptions and the INTR and NMI pins pay these alone. */
export interface TransferClocks {
  readonly interruptReal: number;
  readonly interruptSameLevel: number;
  readonly interruptInnerLevel: number;
  readonly interruptFromV86: number;
  /** Through a task gate, beside the task switch. */
  readonly interruptTask: number;
  /** From a kind of task (first key) to another. */
  readonly taskSwitch: Readonly<Record<TaskKind, Readonly<Record<TaskKind, number>>>>;
}

/** The clocks of one CPU model. */
export interface ClockTable {
  readonly name: string;
  readonly model: CpuModel;
  /** Clocks of each prefix byte: 66, 67, segment, LOCK, and REP where it repeats nothing. */
  readonly prefix: number;
  /** Added to an operand address made of two registers. */
  readonly twoRegisterAddress: number;
  /** Added to each access of 2 or 4 bytes that is not aligned to its size. */
  readonly misaligned: number;
  /** Keyed by form text of the opcode table, e.g. 'ADD Ev,Gv', 'MOV Eb,Ib', 'REP MOVS Yv,Xv'. */
  readonly rules: ReadonlyMap<string, ClockRule>;
  /** Stands for a form without a rule; a real table has none. */
  readonly fallback?: ClockRule;
  readonly transfers: TransferClocks;
  /** Of models that have several instructions in work at once. */
  readonly overlap?: Overlap;
}

/**
 * What instructions save by following each other. It sees them one by one in the order of their execution, and knows of
 * those before only what it encoded in `state` itself: so a piece of code costs the same however it is cut.
 */
export interface Overlap {
  /**
   * Sets `insn.cycles` (with what resolving the rule left there) and `insn.extraCycles` of a conditional jump to what
   * the instruction adds behind `state`. Cycles of what may be suspended (REP) must not depend on `state`.
   * @returns the state behind the instruction, below 2^24; 0 when nothing is in flight
   */
  issue(insn: Instruction, state: number): number;
}

/**
 * The rule of a form.
 * @throws Error when the table has none: it does not fit the CPU model
 */
export function findClockRule(table: ClockTable, form: string): ClockRule {
  const rule = table.rules.get(form) ?? table.fallback;
  if (!rule) throw new Error(`the ${table.name} clock table has no figure for "${form}"`);
  return rule;
}

// ---- writing tables ----

/** A rule, or in short: one figure whatever the operands, or register and memory. */
export type Figure = number | readonly [register: number, memory: number] | ClockRule;

type Rows = readonly (readonly [form: string, rule: ClockRule])[];

/**
 * Rows for each of `mnemonics` (separated by spaces; a dash stands for the space within 'REP-MOVS') with each of the
 * operand lists in a key of `figures`; the key '' is for a form without operands.
 */
export function forms(mnemonics: string, figures: Readonly<Record<string, Figure>>): Rows {
  return mnemonics
    .split(' ')
    .map((mnemonic) => mnemonic.replace('-', ' '))
    .flatMap((mnemonic) =>
      Object.entries(figures).flatMap(([operandLists, figure]) =>
        operandLists
          .split(' ')
          .map((operands) => [operands === '' ? mnemonic : `${mnemonic} ${operands}`, ruleOf(figure)] as const),
      ),
    );
}

function ruleOf(figure: Figure): ClockRule {
  if (typeof figure === 'number') return { register: figure };
  return isPair(figure) ? { register: figure[0], memory: figure[1] } : figure;
}

function isPair(figure: readonly [number, number] | ClockRule): figure is readonly [number, number] {
  return Array.isArray(figure);
}

/**
 * The rules of a table. Rows may come in any order.
 * @throws Error when a form has two rows
 */
export function collectRules(...groups: readonly Rows[]): ReadonlyMap<string, ClockRule> {
  // These raise #UD and never complete: what they cost is the exception.
  const rules = new Map<string, ClockRule>([
    ['(bad)', { register: 0 }],
    ['UD2', { register: 0 }],
  ]);
  for (const [form, rule] of groups.flat()) {
    if (rules.has(form)) throw new Error(`two clock rules for "${form}"`);
    rules.set(form, rule);
  }
  return rules;
}

// ---- placeholder ----

const ONE_CLOCK: ClockRule = { register: 1 };
const TO_ANY_TASK = { task32: 1, virtual8086: 1, task16: 1 };

/** One clock for everything: for tests of behaviour only. No profile may use it. */
export function createPlaceholderClocks(model: CpuModel): ClockTable {
  return {
    name: 'placeholder',
    model,
    prefix: 0,
    twoRegisterAddress: 0,
    misaligned: 0,
    rules: new Map(),
    fallback: ONE_CLOCK,
    transfers: {
      interruptReal: 1,
      interruptSameLevel: 1,
      interruptInnerLevel: 1,
      interruptFromV86: 1,
      interruptTask: 0,
      taskSwitch: { task32: TO_ANY_TASK, virtual8086: TO_ANY_TASK, task16: TO_ANY_TASK },
    },
  };
}
