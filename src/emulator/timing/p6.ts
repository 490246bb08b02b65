// The P6 (Pentium Pro to Pentium III) by micro-ops: an approximation, tagged `model`, see decision 0012. Micro-ops of the
// forms: Intel Architecture Optimization Manual (242816-003, 1997), appendix C, as Agner Fog's list for PPro, PII and PIII
// (How to optimize for the Pentium family, section 29.1) has them. A figure in clocks is of a form that runs alone: one
// from microcode (its micro-ops / 3, and what it flushes), a multiplication or division (its latency). Those are K.
import type { ClockRule, ClockTable, FarClocks, MicroOpCount, Prediction } from './clock-table';
import { collectRules, forms } from './clock-table';
import { P6_MICRO_OPS } from './p6-micro-ops';
import { P6_FPU_ROWS } from './x87-later';

/** Micro-ops in all, loads, stores; with registers, and with memory. */
function ops(register: MicroOpCount, memory?: MicroOpCount): ClockRule {
  return { register: 1, microOps: { register, memory } };
}

const ONE: MicroOpCount = [1, 0, 0];
const TWO: MicroOpCount = [2, 0, 0];
const THREE: MicroOpCount = [3, 0, 0];
const LOAD: MicroOpCount = [1, 1, 0];
/** Address and data. */
const STORE: MicroOpCount = [2, 0, 1];
const LOAD_AND_OPERATE: MicroOpCount = [2, 1, 0];
const READ_MODIFY_WRITE: MicroOpCount = [4, 1, 1];

/** A jump that is always taken; the clock behind it is lost to instruction fetch. */
function transfer(register: MicroOpCount, memory?: MicroOpCount): ClockRule {
  return { register: 1, microOps: { register, memory, bubble: 1 } };
}

/**
 * A misprediction costs 10 to 15 clocks (242816-003 section 2.3), say 12. Of the jumps that go against their direction a
 * two-level predictor still foresees about two thirds (model): 4 clocks for each.
 */
const PREDICTION: Prediction = { taken: 1, missed: 4 };

const FAR_CALL: FarClocks = {
  sameLevelGate: 40,
  innerLevelGate: 90,
  innerLevelGateWithParameters: 95,
  parameter: 3,
  task: 60,
  taskGate: 65,
};
const FAR_JUMP: FarClocks = { sameLevelGate: 35, task: 55, taskGate: 60 };

// prettier-ignore
const arithmetic = [
  ...forms('ADD OR AND SUB XOR', {
    'Eb,Gb Ev,Gv Eb,Ib Ev,Iz Ev,Ibs': ops(ONE, READ_MODIFY_WRITE),
    'Gb,Eb Gv,Ev': ops(ONE, LOAD_AND_OPERATE),
    'AL,Ib eAX,Iz': ops(ONE),
  }),
  ...forms('ADC SBB', {
    'Eb,Gb Ev,Gv Eb,Ib Ev,Iz Ev,Ibs': ops(TWO, [6, 1, 1]),
    'Gb,Eb Gv,Ev': ops(TWO, [3, 1, 0]),
    'AL,Ib eAX,Iz': ops(TWO),
  }),
  ...forms('CMP', { 'Eb,Gb Ev,Gv Gb,Eb Gv,Ev Eb,Ib Ev,Iz Ev,Ibs': ops(ONE, LOAD_AND_OPERATE), 'AL,Ib eAX,Iz': ops(ONE) }),
  ...forms('TEST', { 'Eb,Gb Ev,Gv Eb,Ib Ev,Iz': ops(ONE, LOAD_AND_OPERATE), 'AL,Ib eAX,Iz': ops(ONE) }),
  ...forms('INC DEC', { 'Eb Ev': ops(ONE, READ_MODIFY_WRITE), Zv: ops(ONE) }),
  ...forms('NOT NEG', { 'Eb Ev': ops(ONE, READ_MODIFY_WRITE) }),
  ...forms('XADD', { 'Eb,Gb Ev,Gv': ops([4, 0, 0], [7, 1, 1]) }),
  ...forms('CMPXCHG', { 'Eb,Gb Ev,Gv': ops([4, 0, 0], [8, 1, 1]) }),
  ...forms('CMPXCHG8B', { Mq: 10 }),
  // Latency; the unit takes one a clock, but what follows mostly wants the product.
  ...forms('MUL IMUL', { 'Eb Ev': 4 }),
  ...forms('IMUL', { 'Gv,Ev Gv,Ev,Iz Gv,Ev,Ibs': 4 }),
  ...forms('DIV IDIV', { Eb: 19, Ev: { register: 23, register32: 39 } }),
  ...forms('AAA AAS DAA DAS', { '': ops(ONE) }),
  ...forms('AAD', { Ib: ops(THREE) }),
  ...forms('AAM', { Ib: 15 }),
];

// prettier-ignore
const shiftsAndBits = [
  ...forms('ROL ROR SHL SHR SAL SAR', { 'Eb,1 Ev,1 Eb,Ib Ev,Ib Eb,CL Ev,CL': ops(ONE, READ_MODIFY_WRITE) }),
  ...forms('RCL RCR', { 'Eb,1 Ev,1': ops(TWO, [5, 1, 1]), 'Eb,Ib Ev,Ib Eb,CL Ev,CL': [6, 7] }),
  ...forms('SHLD SHRD', { 'Ev,Gv,Ib Ev,Gv,CL': ops(TWO, [5, 1, 1]) }),
  ...forms('BT', { 'Ev,Gv': ops(ONE, [7, 1, 0]), 'Ev,Ib': ops(ONE, LOAD_AND_OPERATE) }),
  ...forms('BTS BTR BTC', { 'Ev,Gv': ops(ONE, [9, 1, 1]), 'Ev,Ib': ops(ONE, READ_MODIFY_WRITE) }),
  ...forms('BSF BSR', { 'Gv,Ev': ops(TWO, [3, 1, 0]) }),
  ...forms('SETcc', { Eb: ops(ONE, [3, 0, 1]) }),
];

// prettier-ignore
const moves = [
  ...forms('MOV', {
    'Eb,Gb Ev,Gv Eb,Ib Ev,Iz': ops(ONE, STORE),
    'Gb,Eb Gv,Ev': ops(ONE, LOAD),
    'AL,Ob eAX,Ov': ops(LOAD),
    'Ob,AL Ov,eAX': ops(STORE),
    'Zb,Ib Zv,Iv': ops(ONE),
    'Ev,Sw': ops(ONE, [3, 0, 1]),
    'Sw,Ew': [5, 8],
    'Rd,Cd': 7,
    // They serialise: the pipeline runs empty and fills again.
    'Cd,Rd': { register: 40, byNumber: [40, 40, 15, 40, 40] },
    'Rd,Dd': 15,
    'Dd,Rd': 30,
  }),
  ...forms('CMOVcc', { 'Gv,Ev': ops(TWO, [3, 1, 0]) }),
  ...forms('MOVZX MOVSX', { 'Gv,Eb Gv,Ew': ops(ONE, LOAD) }),
  ...forms('LEA', { 'Gv,M': ops(ONE) }),
  ...forms('LES LDS LSS LFS LGS', { 'Gv,Mp': 9 }),
  // With memory it locks: about 20 clocks.
  ...forms('XCHG', { 'Eb,Gb Ev,Gv': [2, 20], 'Zv,eAX': ops(THREE) }),
  ...forms('XLAT', { '': ops(LOAD_AND_OPERATE) }),
  ...forms('CBW CWD', { '': ops(ONE) }),
  ...forms('BSWAP', { Zv: ops(TWO) }),
];

// prettier-ignore
const stack = [
  ...forms('PUSH', { 'Zv Iz Ibs': ops([3, 0, 1]), Ev: ops([3, 0, 1], [4, 1, 1]), 'ES CS SS DS FS GS': ops([4, 0, 1]) }),
  ...forms('POP', { Zv: ops(LOAD_AND_OPERATE), Ev: ops(LOAD_AND_OPERATE, [8, 1, 1]), 'ES SS DS FS GS': 8 }),
  ...forms('PUSHA', { '': ops([18, 0, 8]) }),
  ...forms('POPA', { '': ops([10, 8, 0]) }),
  ...forms('PUSHF', { '': 6 }),
  ...forms('POPF', { '': 10 }),
  ...forms('ENTER', { 'Iw,Ib': { register: 6, formula: { kind: 'nesting', levelOne: 10, deeper: 8, perLevel: 2 } } }),
  ...forms('LEAVE', { '': ops([3, 1, 0]) }),
];

// prettier-ignore
const transfers = [
  ...forms('Jcc', { 'Jb Jz': { ...ops(ONE), prediction: PREDICTION } }),
  ...forms('JCXZ', { Jb: { ...ops(TWO), prediction: PREDICTION } }),
  // 11 micro-ops.
  ...forms('LOOP LOOPE LOOPNE', { Jb: { ...ops([11, 0, 0]), prediction: PREDICTION } }),
  ...forms('JMP', {
    'Jb Jz': transfer(ONE),
    Ev: transfer(ONE, LOAD_AND_OPERATE),
    Ap: { register: 20, far: FAR_JUMP },
    Mp: { register: 21, far: FAR_JUMP },
  }),
  ...forms('CALL', {
    Jz: transfer([4, 0, 1]),
    Ev: transfer([5, 0, 1], [6, 1, 1]),
    Ap: { register: 25, far: FAR_CALL },
    Mp: { register: 26, far: FAR_CALL },
  }),
  // As the return stack buffer foresees it.
  ...forms('RET', { '': transfer([4, 1, 0]), Iw: transfer([5, 1, 0]) }),
  ...forms('RETF', { '': { register: 25, far: { outerLevel: 60 } }, Iw: { register: 25, far: { outerLevel: 60 } } }),
  ...forms('IRET', { '': { register: 30, protected: 40, far: { outerLevel: 70, virtual8086: 70, nestedTask: 50 } } }),
  ...forms('INT3 INT1', { '': { register: 0, interrupt: { real: 0, virtual8086: 0, protected: 0 } } }),
  ...forms('INT', { Ib: { register: 0, interrupt: { real: 2, virtual8086: 2, protected: 2 } } }),
  ...forms('INTO', { '': { register: 3, interrupt: { real: 0, virtual8086: 0, protected: 0 } } }),
  ...forms('BOUND', { 'Gv,Ma': { register: 4, faulting: 4 } }),
  ...forms('SYSENTER SYSEXIT', { '': 25 }),
  ...forms('RSM', { '': 100 }),
];

// prettier-ignore
const strings = [
  ...forms('MOVS', { 'Yb,Xb Yv,Xv': 2 }),
  ...forms('CMPS', { 'Xb,Yb Xv,Yv': 2 }),
  ...forms('STOS', { 'Yb,AL Yv,eAX': 1 }),
  ...forms('LODS', { 'AL,Xb eAX,Xv': 1 }),
  ...forms('SCAS', { 'AL,Yb eAX,Yv': 1 }),
  // Fast strings: microcode that sets out and then moves an element a clock.
  ...forms('REP-MOVS', { 'Yb,Xb Yv,Xv': { register: 20, perIteration: 1, zeroIterations: 5 } }),
  ...forms('REP-STOS', { 'Yb,AL Yv,eAX': { register: 20, perIteration: 1, zeroIterations: 5 } }),
  ...forms('REP-LODS', { 'AL,Xb eAX,Xv': { register: 6, perIteration: 2, zeroIterations: 4 } }),
  ...forms('REP-SCAS', { 'AL,Yb eAX,Yv': { register: 6, perIteration: 2, zeroIterations: 4 } }),
  ...forms('REP-CMPS', { 'Xb,Yb Xv,Yv': { register: 6, perIteration: 3, zeroIterations: 4 } }),
];

// prettier-ignore
const ports = [
  // 18 micro-ops, and the pipeline waits for the bus.
  ...forms('IN', { 'AL,Ib eAX,Ib AL,DX eAX,DX': { register: 6, throughBitmap: 25, throughBitmapVirtual8086: 25 } }),
  ...forms('OUT', { 'Ib,AL Ib,eAX DX,AL DX,eAX': { register: 6, throughBitmap: 25, throughBitmapVirtual8086: 25 } }),
  ...forms('INS', { 'Yb,DX Yv,DX': { register: 8, throughBitmap: 27, throughBitmapVirtual8086: 27 } }),
  ...forms('OUTS', { 'DX,Xb DX,Xv': { register: 8, throughBitmap: 27, throughBitmapVirtual8086: 27 } }),
  ...forms('REP-INS', {
    'Yb,DX Yv,DX': { register: 10, perIteration: 4, throughBitmap: 29, throughBitmapVirtual8086: 29 },
  }),
  ...forms('REP-OUTS', {
    'DX,Xb DX,Xv': { register: 10, perIteration: 4, throughBitmap: 29, throughBitmapVirtual8086: 29 },
  }),
];

// prettier-ignore
const flagsAndSystem = [
  ...forms('CLC STC CMC SAHF LAHF', { '': ops(ONE) }),
  ...forms('SALC', { '': ops(TWO) }),
  ...forms('CLD STD', { '': ops([4, 0, 0]) }),
  ...forms('CLI', { '': 3 }),
  ...forms('STI', { '': 6 }),
  ...forms('ARPL', { 'Ew,Gw': 6 }),
  ...forms('LAR LSL', { 'Gv,Ew': 12 }),
  ...forms('VERR VERW', { Ew: 12 }),
  ...forms('SLDT STR SMSW', { Ev: 3 }),
  ...forms('LLDT LTR', { Ew: 25 }),
  ...forms('LMSW', { Ew: 25 }),
  ...forms('SGDT SIDT', { Ms: 5 }),
  ...forms('LGDT LIDT', { Ms: 25 }),
  ...forms('CLTS', { '': 10 }),
  ...forms('INVD', { '': 100 }),
  // With nothing to write back.
  ...forms('WBINVD', { '': 2000 }),
  ...forms('INVLPG', { Mb: 40 }),
  ...forms('HLT', { '': 10 }),
  ...forms('NOP', { '': ops(ONE), Ev: ops(ONE) }),
  ...forms('WAIT', { '': 1 }),
  // 23 to 48 micro-ops, and it serialises.
  ...forms('CPUID', { '': 50 }),
  ...forms('RDTSC RDPMC', { '': 31 }),
  ...forms('RDMSR', { '': 60 }),
  ...forms('WRMSR', { '': 100 }),
];

const TASK_SWITCH = { task32: 150, virtual8086: 150, task16: 150 };

export const P6_CLOCKS: ClockTable = {
  name: 'p6',
  model: '686',
  // Without length-changing prefixes told apart, none.
  prefix: 0,
  twoRegisterAddress: 0,
  // An access within a line of the cache costs nothing more; those across two lines are not told apart.
  misaligned: 0,
  rules: collectRules(arithmetic, shiftsAndBits, moves, stack, transfers, strings, ports, flagsAndSystem, P6_FPU_ROWS),
  transfers: {
    interruptReal: 30,
    interruptSameLevel: 50,
    interruptInnerLevel: 80,
    interruptFromV86: 100,
    interruptTask: 40,
    taskSwitch: { task32: TASK_SWITCH, virtual8086: TASK_SWITCH, task16: TASK_SWITCH },
  },
  overlap: P6_MICRO_OPS,
};
