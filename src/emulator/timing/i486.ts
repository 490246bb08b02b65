// Clocks of the i486: Intel, i486 Processor Programmer's Reference Manual, 1990, appendix E (tables 10.1 and 10.2).
// Cache-hit column: code and data hit, aligned, bus free. Left out: miss penalties (memory costs are the profile's), the
// clock lost when the instruction before wrote the base register, and the one an index "may" cost outside LEA.
import type { ClockFormula, ClockTable, FarClocks } from './clock-table';
import { collectRules, forms } from './clock-table';
import { I486_FPU_ROWS } from './x87';

/** 10 + max(log2 |m|, 3 for a positive, 5 for a negative multiplier m). */
const MULTIPLIER: ClockFormula = { kind: 'multiplier', minimum: 3, negativeMinimum: 5 };
const ROTATE: ClockFormula = { kind: 'i486-rotate' };

const CALL_FAR: FarClocks = {
  sameLevelGate: 35,
  innerLevelGate: 69,
  innerLevelGateWithParameters: 77,
  parameter: 4,
  // The transcription labels 37+TS "task gate" too; beside 38+TS for the gate it can only be a TSS named directly.
  task: 37,
  taskGate: 38,
};

// prettier-ignore
const arithmetic = [
  ...forms('ADD OR ADC SBB AND SUB XOR', {
    'Eb,Gb Ev,Gv Eb,Ib Ev,Iz Ev,Ibs': [1, 3],
    'Gb,Eb Gv,Ev': [1, 2],
    'AL,Ib eAX,Iz': 1,
  }),
  ...forms('CMP', { 'Eb,Gb Ev,Gv Gb,Eb Gv,Ev Eb,Ib Ev,Iz Ev,Ibs': [1, 2], 'AL,Ib eAX,Iz': 1 }),
  ...forms('TEST', { 'Eb,Gb Ev,Gv Eb,Ib Ev,Iz': [1, 2], 'AL,Ib eAX,Iz': 1 }),
  ...forms('INC DEC', { 'Eb Ev': [1, 3], Zv: 1 }),
  ...forms('NOT NEG', { 'Eb Ev': [1, 3] }),
  ...forms('XADD', { 'Eb,Gb Ev,Gv': [3, 4] }),
  ...forms('CMPXCHG', { 'Eb,Gb Ev,Gv': { register: 6, memory: 10, taken: 6, takenMemory: 7 } }),
  ...forms('MUL IMUL', { 'Eb Ev': { register: 10, formula: MULTIPLIER } }),
  ...forms('IMUL', { 'Gv,Ev Gv,Ev,Iz Gv,Ev,Ibs': { register: 10, formula: MULTIPLIER } }),
  ...forms('DIV', { Eb: 16, Ev: { register: 24, register32: 40 } }),
  ...forms('IDIV', { Eb: [19, 20], Ev: { register: 27, memory: 28, register32: 43, memory32: 44 } }),
  ...forms('AAA AAS', { '': 3 }),
  ...forms('AAD', { Ib: 14 }),
  ...forms('AAM', { Ib: 15 }),
  ...forms('DAA DAS', { '': 2 }),
];

// prettier-ignore
const shiftsAndBits = [
  ...forms('ROL ROR SHL SHR SAL SAR', { 'Eb,1 Ev,1 Eb,CL Ev,CL': [3, 4], 'Eb,Ib Ev,Ib': [2, 4] }),
  ...forms('RCL RCR', {
    'Eb,1 Ev,1': [3, 4],
    'Eb,CL Ev,CL Eb,Ib Ev,Ib': { register: 8, memory: 9, formula: ROTATE },
  }),
  ...forms('SHLD SHRD', { 'Ev,Gv,Ib': [2, 3], 'Ev,Gv,CL': [3, 4] }),
  ...forms('BT', { 'Ev,Gv': [3, 8], 'Ev,Ib': 3 }),
  ...forms('BTS BTR BTC', { 'Ev,Gv': [6, 13], 'Ev,Ib': [6, 8] }),
  ...forms('BSF', { 'Gv,Ev': { register: 6, memory: 7, formula: { kind: 'i486-bsf' } } }),
  ...forms('BSR', { 'Gv,Ev': { register: 6, memory: 7, formula: { kind: 'i486-bsr' } } }),
  // Figures stand in the order condition false, true; to memory the true case is the cheaper one.
  ...forms('SETcc', { Eb: { register: 3, taken: 4, memory: 4, takenMemory: 3 } }),
];

// prettier-ignore
const moves = [
  ...forms('MOV', {
    'Eb,Gb Ev,Gv Gb,Eb Gv,Ev Eb,Ib Ev,Iz AL,Ob eAX,Ov Ob,AL Ov,eAX Zb,Ib Zv,Iv': 1,
    'Ev,Sw': 3,
    // The slash of 3/9 separates real from protected mode here, not register from memory.
    'Sw,Ew': { register: 3, protected: 9 },
    'Rd,Cd': 4,
    'Cd,Rd': { register: 4, byNumber: [17, 4, 4, 4, 4] },
    'Rd,Dd': 9,
    'Dd,Rd': 10,
    'Rd,Td': { register: 4, byNumber: [4, 4, 4, 3] },
    'Td,Rd': 4,
  }),
  ...forms('MOVZX MOVSX', { 'Gv,Eb Gv,Ew': 3 }),
  ...forms('LEA', { 'Gv,M': { register: 1, indexed: 2 } }),
  // 6/12, as with MOV to a segment register: real / protected.
  ...forms('LES LDS LSS LFS LGS', { 'Gv,Mp': { register: 6, protected: 12 } }),
  ...forms('XCHG', { 'Eb,Gb Ev,Gv': [3, 5], 'Zv,eAX': 3 }),
  ...forms('XLAT', { '': 4 }),
  ...forms('CBW CWD', { '': 3 }),
  ...forms('BSWAP', { Zv: 1 }),
];

// prettier-ignore
const stack = [
  ...forms('PUSH', { 'Zv Iz Ibs': 1, Ev: 4, 'ES CS SS DS FS GS': 3 }),
  // The instruction page gives POP of a register 4 clocks; the appendix has 1 for the short form and 4 for 8F with a
  // register, as it has 1 and 4 for PUSH. The appendix is the table proper, so 1 and 4.
  ...forms('POP', { Zv: 1, Ev: [4, 5], 'ES SS DS FS GS': { register: 3, protected: 9 } }),
  ...forms('PUSHA', { '': 11 }),
  ...forms('POPA', { '': 9 }),
  ...forms('PUSHF', { '': { register: 4, protected: 3 } }),
  ...forms('POPF', { '': { register: 9, protected: 6 } }),
  ...forms('ENTER', { 'Iw,Ib': { register: 14, formula: { kind: 'nesting', levelOne: 17, deeper: 17, perLevel: 3 } } }),
  ...forms('LEAVE', { '': 5 }),
];

// prettier-ignore
const transfers = [
  ...forms('Jcc', { 'Jb Jz': { register: 1, taken: 3 } }),
  ...forms('JCXZ', { Jb: { register: 5, taken: 8 } }),
  ...forms('LOOP', { Jb: { register: 6, taken: 7 } }),
  ...forms('LOOPE LOOPNE', { Jb: { register: 6, taken: 9 } }),
  ...forms('JMP', {
    'Jb Jz': 3,
    Ev: 5,
    Ap: { register: 17, protected: 19, far: { sameLevelGate: 32, task: 42, taskGate: 43 } },
    Mp: { register: 13, protected: 18, far: { sameLevelGate: 31, task: 41, taskGate: 42 } },
  }),
  ...forms('CALL', {
    Jz: 3,
    Ev: 5,
    Ap: { register: 18, protected: 20, far: CALL_FAR },
    Mp: { register: 17, protected: 20, far: CALL_FAR },
  }),
  ...forms('RET', { '': 5, Iw: 5 }),
  ...forms('RETF', {
    '': { register: 13, protected: 17, far: { outerLevel: 35 } },
    Iw: { register: 14, protected: 18, far: { outerLevel: 36 } },
  }),
  // The table has no line for the return to a virtual 8086 task; it leaves the level, so it gets that figure.
  ...forms('IRET', { '': { register: 15, protected: 20, far: { outerLevel: 36, virtual8086: 36, nestedTask: 32 } } }),
  // INT1 is not in the manual; it is INT 3 with another vector.
  ...forms('INT3 INT1', { '': { register: 0, interrupt: { real: 0, virtual8086: 0, protected: 0 } } }),
  ...forms('INT', { Ib: { register: 0, interrupt: { real: 4, virtual8086: 4, protected: 0 } } }),
  ...forms('INTO', { '': { register: 3, interrupt: { real: 2, virtual8086: 2, protected: 2 } } }),
  ...forms('BOUND', { 'Gv,Ma': { register: 7, faulting: 24 } }),
];

// prettier-ignore
const strings = [
  ...forms('MOVS', { 'Yb,Xb Yv,Xv': 7 }),
  ...forms('CMPS', { 'Xb,Yb Xv,Yv': 8 }),
  ...forms('STOS', { 'Yb,AL Yv,eAX': 5 }),
  ...forms('LODS', { 'AL,Xb eAX,Xv': 5 }),
  ...forms('SCAS', { 'AL,Yb eAX,Yv': 6 }),
  ...forms('REP-MOVS', { 'Yb,Xb Yv,Xv': { register: 12, perIteration: 3, zeroIterations: 5, oneIteration: 13 } }),
  ...forms('REP-CMPS', { 'Xb,Yb Xv,Yv': { register: 7, perIteration: 7, zeroIterations: 5 } }),
  ...forms('REP-STOS', { 'Yb,AL Yv,eAX': { register: 7, perIteration: 4, zeroIterations: 5 } }),
  ...forms('REP-LODS', { 'AL,Xb eAX,Xv': { register: 7, perIteration: 4, zeroIterations: 5 } }),
  ...forms('REP-SCAS', { 'AL,Yb eAX,Yv': { register: 7, perIteration: 5, zeroIterations: 5 } }),
];

// prettier-ignore
const ports = [
  ...forms('IN', {
    'AL,Ib eAX,Ib': { register: 14, protected: 9, throughBitmap: 29, throughBitmapVirtual8086: 27 },
    'AL,DX eAX,DX': { register: 14, protected: 8, throughBitmap: 28, throughBitmapVirtual8086: 27 },
  }),
  ...forms('OUT', {
    'Ib,AL Ib,eAX': { register: 16, protected: 11, throughBitmap: 31, throughBitmapVirtual8086: 29 },
    'DX,AL DX,eAX': { register: 16, protected: 10, throughBitmap: 30, throughBitmapVirtual8086: 29 },
  }),
  ...forms('INS', { 'Yb,DX Yv,DX': { register: 17, protected: 10, throughBitmap: 32, throughBitmapVirtual8086: 30 } }),
  ...forms('OUTS', { 'DX,Xb DX,Xv': { register: 17, protected: 10, throughBitmap: 32, throughBitmapVirtual8086: 30 } }),
  ...forms('REP-INS', {
    'Yb,DX Yv,DX': { register: 16, protected: 10, throughBitmap: 30, throughBitmapVirtual8086: 29, perIteration: 8 },
  }),
  ...forms('REP-OUTS', {
    'DX,Xb DX,Xv': { register: 17, protected: 11, throughBitmap: 31, throughBitmapVirtual8086: 30, perIteration: 5 },
  }),
];

// prettier-ignore
const flagsAndSystem = [
  ...forms('CLC STC CMC CLD STD SAHF', { '': 2 }),
  ...forms('LAHF', { '': 3 }),
  // Undocumented, so without a figure: taken as LAHF, the other move out of the flags.
  ...forms('SALC', { '': 3 }),
  ...forms('CLI STI', { '': 5 }),
  ...forms('ARPL', { 'Ew,Gw': 9 }),
  ...forms('LAR', { 'Gv,Ew': 11 }),
  ...forms('LSL', { 'Gv,Ew': 10 }),
  ...forms('VERR VERW', { Ew: 11 }),
  ...forms('SLDT STR SMSW', { Ev: [2, 3] }),
  ...forms('LLDT', { Ew: 11 }),
  ...forms('LTR', { Ew: 20 }),
  ...forms('LMSW', { Ew: 13 }),
  ...forms('SGDT SIDT', { Ms: 10 }),
  ...forms('LGDT LIDT', { Ms: 12 }),
  ...forms('CLTS', { '': 7 }),
  ...forms('INVD', { '': 4 }),
  ...forms('WBINVD', { '': 5 }),
  // 12 when the TLB holds the page, 11 when not: as if it did, since what a host's TLB holds is no part of the machine.
  ...forms('INVLPG', { Mb: 12 }),
  ...forms('HLT', { '': 4 }),
  ...forms('NOP', { '': 1 }),
  // 1 to 3: with nothing to wait for.
  ...forms('WAIT', { '': 1 }),
];

/**
 * What no i486 has, for profiles that borrow this table for a later CPU (decision 0004). Pentium figures where Intel
 * gives them (Pentium Processor Family Developer's Manual vol. 3, 1995, appendix F), the lower end of a range; CMOVcc
 * and the long NOP as the MOV and NOP they are; SYSENTER and SYSEXIT as a far call and return within the level.
 */
// prettier-ignore
const laterModels = [
  ...forms('CMPXCHG8B', { Mq: 10 }),
  ...forms('CPUID', { '': 14 }),
  ...forms('RDTSC RDPMC', { '': 6 }),
  ...forms('RDMSR', { '': 20 }),
  ...forms('WRMSR', { '': 30 }),
  ...forms('RSM', { '': 83 }),
  ...forms('CMOVcc', { 'Gv,Ev': 1 }),
  ...forms('NOP', { Ev: 1 }),
  ...forms('SYSENTER', { '': 20 }),
  ...forms('SYSEXIT', { '': 17 }),
];

/** Table 10.2. The kind of the old task does not matter. */
const TASK_SWITCH = { task32: 162, virtual8086: 140, task16: 143 };

export const I486_CLOCKS: ClockTable = {
  name: 'i486',
  model: '486',
  prefix: 1,
  twoRegisterAddress: 0,
  misaligned: 3,
  rules: collectRules(
    arithmetic,
    shiftsAndBits,
    moves,
    stack,
    transfers,
    strings,
    ports,
    flagsAndSystem,
    laterModels,
    I486_FPU_ROWS,
  ),
  transfers: {
    interruptReal: 26,
    interruptSameLevel: 44,
    interruptInnerLevel: 71,
    interruptFromV86: 82,
    interruptTask: 37,
    taskSwitch: { task32: TASK_SWITCH, virtual8086: TASK_SWITCH, task16: TASK_SWITCH },
  },
};
