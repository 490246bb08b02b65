// Clocks of the i386: Intel, 80386 Programmer's Reference Manual, 1986, chapter 17. Instruction fetched and decoded, no wait
// states, operands aligned. What the manual's pages leave out or garble is decided row by row below, with "DX data sheet"
// for Intel's 386 DX data sheet (order number 231630). Figures with `m` pay it through `addsTargetComponents`.
import type { ClockFormula, ClockRule, ClockTable, FarClocks } from './clock-table';
import { collectRules, forms } from './clock-table';
import { I387_ROWS } from './x87';

/** max(ceil(log2 |m|), 3) + 6 clocks, 9 for m = 0; 3 more from memory. */
const MULTIPLIER: ClockFormula = { kind: 'multiplier', minimum: 3, negativeMinimum: 3 };
const MULTIPLY: ClockRule = { register: 6, memory: 9, formula: MULTIPLIER };
/** 10 + 3n, n the zero bits looked at. */
const SCAN: ClockRule = { register: 10, formula: { kind: 'bits-scanned', perBit: 3 } };

/** A transfer: these clocks + m. */
function plusTarget(rule: ClockRule): ClockRule {
  return { ...rule, addsTargetComponents: true };
}

/** To a task, the task switch is all (`ts`), or `beforeTask` and it (`5 + ts`). */
function callGates(sameLevel: number, innerLevel: number, withParameters: number, beforeTask: number): FarClocks {
  return {
    sameLevelGate: sameLevel,
    innerLevelGate: innerLevel,
    innerLevelGateWithParameters: withParameters,
    parameter: 4,
    task: beforeTask,
    taskGate: beforeTask,
  };
}

// prettier-ignore
const arithmetic = [
  ...forms('ADD OR ADC SBB AND SUB XOR', {
    'Eb,Gb Ev,Gv Eb,Ib Ev,Iz Ev,Ibs': [2, 7],
    'Gb,Eb Gv,Ev': [2, 6],
    'AL,Ib eAX,Iz': 2,
  }),
  ...forms('CMP', { 'Eb,Gb Ev,Gv Eb,Ib Ev,Iz Ev,Ibs': [2, 5], 'Gb,Eb Gv,Ev': [2, 6], 'AL,Ib eAX,Iz': 2 }),
  ...forms('TEST', { 'Eb,Gb Ev,Gv Eb,Ib Ev,Iz': [2, 5], 'AL,Ib eAX,Iz': 2 }),
  // INC has no clocks in the transcription, DEC r/m32 no row: the figures of DEC r/m8 and DEC r.
  ...forms('INC DEC', { 'Eb Ev': [2, 6], Zv: 2 }),
  ...forms('NOT NEG', { 'Eb Ev': [2, 6] }),
  ...forms('MUL IMUL', { 'Eb Ev': MULTIPLY }),
  ...forms('IMUL', { 'Gv,Ev Gv,Ev,Iz Gv,Ev,Ibs': MULTIPLY }),
  ...forms('DIV', { Eb: [14, 17], Ev: { register: 22, memory: 25, register32: 38, memory32: 41 } }),
  // The page has one figure, that of the register; from memory 3 more as with DIV (DX data sheet).
  ...forms('IDIV', { Eb: [19, 22], Ev: { register: 27, memory: 30, register32: 43, memory32: 46 } }),
  ...forms('AAA AAS DAA DAS', { '': 4 }),
  ...forms('AAD', { Ib: 19 }),
  ...forms('AAM', { Ib: 17 }),
];

// prettier-ignore
const shiftsAndBits = [
  ...forms('ROL ROR SHL SHR SAL SAR', { 'Eb,1 Ev,1 Eb,CL Ev,CL Eb,Ib Ev,Ib': [3, 7] }),
  ...forms('RCL RCR', { 'Eb,1 Ev,1 Eb,CL Ev,CL Eb,Ib Ev,Ib': [9, 10] }),
  ...forms('SHLD SHRD', { 'Ev,Gv,Ib Ev,Gv,CL': [3, 7] }),
  ...forms('BT', { 'Ev,Gv': [3, 12], 'Ev,Ib': [3, 6] }),
  ...forms('BTS BTR BTC', { 'Ev,Gv': [6, 13], 'Ev,Ib': [6, 8] }),
  ...forms('BSF BSR', { 'Gv,Ev': SCAN }),
  ...forms('SETcc', { Eb: [4, 5] }),
];

// prettier-ignore
const moves = [
  ...forms('MOV', {
    'Eb,Gb Ev,Gv Eb,Ib Ev,Iz Ob,AL Ov,eAX Zb,Ib Zv,Iv Ev,Sw': 2,
    'Gb,Eb Gv,Ev': [2, 4],
    'AL,Ob eAX,Ov': 4,
    'Sw,Ew': { register: 2, memory: 5, protected: 18, protectedMemory: 19 },
    'Rd,Cd': 6,
    'Cd,Rd': { register: 10, byNumber: [10, 10, 4, 5] },
    'Rd,Dd': { register: 22, byNumber: [22, 22, 22, 22, 14, 14, 14, 14] },
    'Dd,Rd': { register: 22, byNumber: [22, 22, 22, 22, 16, 16, 16, 16] },
    'Rd,Td Td,Rd': 12,
  }),
  ...forms('MOVZX MOVSX', { 'Gv,Eb Gv,Ew': [3, 6] }),
  ...forms('LEA', { 'Gv,M': 2 }),
  ...forms('LES LDS LSS', { 'Gv,Mp': { register: 7, protected: 22 } }),
  ...forms('LFS LGS', { 'Gv,Mp': { register: 7, protected: 25 } }),
  // With memory first the page leaves the 5 out that it has with memory second; it is one encoding.
  ...forms('XCHG', { 'Eb,Gb Ev,Gv': [3, 5], 'Zv,eAX': 3 }),
  ...forms('XLAT', { '': 5 }),
  ...forms('CBW', { '': 3 }),
  ...forms('CWD', { '': 2 }),
];

// prettier-ignore
const stack = [
  // The FF form with a register has no row: as the short form.
  ...forms('PUSH', { 'Zv Iz Ibs ES CS SS DS FS GS': 2, Ev: [2, 5] }),
  // The 8F form with a register has no row: as the short form.
  ...forms('POP', { Zv: 4, Ev: [4, 5], 'ES SS DS FS GS': { register: 7, protected: 21 } }),
  ...forms('PUSHA', { '': 18 }),
  ...forms('POPA', { '': 24 }),
  ...forms('PUSHF', { '': 4 }),
  ...forms('POPF', { '': 5 }),
  // 10; 12; 15 + 4(n-1).
  ...forms('ENTER', { 'Iw,Ib': { register: 10, formula: { kind: 'nesting', levelOne: 12, deeper: 11, perLevel: 4 } } }),
  ...forms('LEAVE', { '': 4 }),
];

// prettier-ignore
const transfers = [
  ...forms('Jcc', { 'Jb Jz': plusTarget({ register: 3, taken: 7 }) }),
  ...forms('JCXZ', { Jb: plusTarget({ register: 5, taken: 9 }) }),
  // 11+m, and no figure for the end of the loop: 11, and no m because no code is fetched anew.
  ...forms('LOOP LOOPE LOOPNE', { Jb: plusTarget({ register: 11, taken: 11 }) }),
  ...forms('JMP', {
    'Jb Jz': plusTarget({ register: 7 }),
    Ev: plusTarget({ register: 7, memory: 10 }),
    Ap: plusTarget({ register: 12, protected: 27, far: { sameLevelGate: 45, task: 0, taskGate: 0 } }),
    // 43 in real mode is more than 31 in protected mode; as printed.
    Mp: plusTarget({ register: 43, protected: 31, far: { sameLevelGate: 49, task: 5, taskGate: 5 } }),
  }),
  ...forms('CALL', {
    Jz: plusTarget({ register: 7 }),
    Ev: plusTarget({ register: 7, memory: 10 }),
    Ap: plusTarget({ register: 17, protected: 34, far: callGates(52, 86, 94, 0) }),
    Mp: plusTarget({ register: 22, protected: 38, far: callGates(56, 90, 98, 5) }),
  }),
  ...forms('RET', { '': plusTarget({ register: 10 }), Iw: plusTarget({ register: 10 }) }),
  ...forms('RETF', {
    '': plusTarget({ register: 18, protected: 32, far: { outerLevel: 68 } }),
    Iw: plusTarget({ register: 18, protected: 32, far: { outerLevel: 68 } }),
  }),
  ...forms('IRET', { '': { register: 22, protected: 38, far: { outerLevel: 82, virtual8086: 60, nestedTask: 0 } } }),
  // 33, 37 and 35 in real mode, the same for all otherwise: beside INT 3's. INT1 is not in the manual; it is INT 3 with
  // another vector.
  ...forms('INT3 INT1', { '': { register: 0, interrupt: { real: 0, virtual8086: 0, protected: 0 } } }),
  ...forms('INT', { Ib: { register: 0, interrupt: { real: 4, virtual8086: 0, protected: 0 } } }),
  ...forms('INTO', { '': { register: 3, interrupt: { real: 2, virtual8086: 0, protected: 0 } } }),
  // 10 within bounds; the page has nothing for the other case, so that is the interrupt alone.
  ...forms('BOUND', { 'Gv,Ma': 10 }),
];

// prettier-ignore
const strings = [
  ...forms('MOVS', { 'Yb,Xb Yv,Xv': 7 }),
  ...forms('CMPS', { 'Xb,Yb Xv,Yv': 10 }),
  ...forms('STOS', { 'Yb,AL Yv,eAX': 4 }),
  ...forms('LODS', { 'AL,Xb eAX,Xv': 5 }),
  ...forms('SCAS', { 'AL,Yb eAX,Yv': 7 }),
  // The DX data sheet has 8+4n; the manual's 5+4n is kept.
  ...forms('REP-MOVS', { 'Yb,Xb Yv,Xv': { register: 5, perIteration: 4 } }),
  ...forms('REP-CMPS', { 'Xb,Yb Xv,Yv': { register: 5, perIteration: 9 } }),
  ...forms('REP-STOS', { 'Yb,AL Yv,eAX': { register: 5, perIteration: 5 } }),
  // No row in the manual: DX data sheet.
  ...forms('REP-LODS', { 'AL,Xb eAX,Xv': { register: 5, perIteration: 6 } }),
  ...forms('REP-SCAS', { 'AL,Yb eAX,Yv': { register: 5, perIteration: 8 } }),
];

// prettier-ignore
const ports = [
  ...forms('IN', {
    'AL,Ib eAX,Ib': { register: 12, protected: 6, throughBitmap: 26 },
    'AL,DX eAX,DX': { register: 13, protected: 7, throughBitmap: 27 },
  }),
  ...forms('OUT', {
    'Ib,AL Ib,eAX': { register: 10, protected: 4, throughBitmap: 24 },
    'DX,AL DX,eAX': { register: 11, protected: 5, throughBitmap: 25 },
  }),
  ...forms('INS', { 'Yb,DX Yv,DX': { register: 15, protected: 9, throughBitmap: 29 } }),
  ...forms('OUTS', { 'DX,Xb DX,Xv': { register: 14, protected: 8, throughBitmap: 28 } }),
  ...forms('REP-INS', { 'Yb,DX Yv,DX': { register: 13, protected: 7, throughBitmap: 27, perIteration: 6 } }),
  // 5+12n in real mode: it looks like 12+5n with its figures exchanged, and is kept as printed.
  ...forms('REP-OUTS', {
    'DX,Xb DX,Xv': { register: 5, protected: 6, throughBitmap: 26, perIteration: 12, protectedPerIteration: 5 },
  }),
];

// prettier-ignore
const flagsAndSystem = [
  ...forms('CLC STC CMC CLD STD LAHF', { '': 2 }),
  ...forms('SAHF CLI STI', { '': 3 }),
  // Undocumented, so without a figure: taken as LAHF, the other move out of the flags.
  ...forms('SALC', { '': 2 }),
  ...forms('ARPL', { 'Ew,Gw': [20, 21] }),
  ...forms('LAR', { 'Gv,Ew': [15, 16] }),
  // 20/21 where the limit counts bytes, 25/26 where it counts pages.
  ...forms('LSL', { 'Gv,Ew': { register: 20, memory: 21, formula: { kind: 'page-granular', extra: 5 } } }),
  ...forms('VERR', { Ew: [10, 11] }),
  ...forms('VERW', { Ew: [15, 16] }),
  // STR 23/27 in the transcription is LTR's figure; the DX data sheet has 2/2, as SLDT does.
  ...forms('SLDT STR', { Ev: 2 }),
  ...forms('SMSW', { Ev: { register: 2, memory: 3, protected: 2, protectedMemory: 2 } }),
  // The page has 20 alone; from memory 4 more (DX data sheet), as with LTR.
  ...forms('LLDT', { Ew: [20, 24] }),
  ...forms('LTR', { Ew: [23, 27] }),
  ...forms('LMSW', { Ew: [10, 13] }),
  ...forms('SGDT SIDT', { Ms: 9 }),
  ...forms('LGDT LIDT', { Ms: 11 }),
  ...forms('CLTS', { '': 5 }),
  ...forms('HLT', { '': 5 }),
  ...forms('NOP', { '': 3 }),
  ...forms('WAIT', { '': 6 }),
];

export const I386_CLOCKS: ClockTable = {
  name: 'i386',
  model: '386',
  // Decoded ahead, so free: no figure in the manual.
  prefix: 0,
  // DX data sheet, assumptions of the clock count table; the manual is silent.
  twoRegisterAddress: 1,
  // A second bus cycle of two clocks without wait states (DX data sheet); the manual assumes alignment and has no figure.
  misaligned: 2,
  rules: collectRules(arithmetic, shiftsAndBits, moves, stack, transfers, strings, ports, flagsAndSystem, I387_ROWS),
  transfers: {
    interruptReal: 33,
    interruptSameLevel: 59,
    interruptInnerLevel: 99,
    interruptFromV86: 119,
    interruptTask: 0,
    // The manual's table has no column for tasks in virtual 8086 mode: the DX data sheet's 226, 231 and 224.
    taskSwitch: {
      task32: { task32: 309, virtual8086: 226, task16: 282 },
      virtual8086: { task32: 314, virtual8086: 231, task16: 231 },
      task16: { task32: 307, virtual8086: 224, task16: 282 },
    },
  },
};
