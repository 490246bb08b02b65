// Clocks of the Pentium: Intel, Pentium Processor Family Developer's Manual, volume 3 (241430, 1995), appendix F, cache hits
// without wait states. Written from general knowledge of that table (K, docs/facts.md D1), not from the printed pages; those
// of the common forms agree with Agner Fog's measurements (How to optimize for the Pentium family, list of instruction
// timings). What two pipes save is in pentium-pairing.ts. Of a range the lower end, where no comment says otherwise.
import type { ClockRule, ClockTable, FarClocks, Pairing } from './clock-table';
import { collectRules, forms } from './clock-table';
import { PENTIUM_PAIRING } from './pentium-pairing';
import { PENTIUM_FPU_ROWS } from './x87-later';

/** A form that pairs: clocks with registers and with memory. */
function pairs(pairing: Pairing, register: number, memory = register): ClockRule {
  return { register, memory, pairing };
}

/** 3 clocks when the prediction fails, 4 in the V pipe (AP-526 section 3.1). */
const CONDITIONAL: ClockRule = { register: 1, pairing: 'PV', prediction: { taken: 0, missed: 3 } };

const JUMP_FAR: FarClocks = { sameLevelGate: 18, task: 19, taskGate: 20 };

function callGates(beforeTask: number): FarClocks {
  return {
    sameLevelGate: 22,
    innerLevelGate: 44,
    innerLevelGateWithParameters: 45,
    parameter: 2,
    task: beforeTask,
    taskGate: beforeTask + 1,
  };
}

// prettier-ignore
const arithmetic = [
  ...forms('ADD OR AND SUB XOR', {
    'Eb,Gb Ev,Gv Eb,Ib Ev,Iz Ev,Ibs': pairs('UV', 1, 3),
    'Gb,Eb Gv,Ev': pairs('UV', 1, 2),
    'AL,Ib eAX,Iz': pairs('UV', 1),
  }),
  ...forms('ADC SBB', {
    'Eb,Gb Ev,Gv Eb,Ib Ev,Iz Ev,Ibs': pairs('PU', 1, 3),
    'Gb,Eb Gv,Ev': pairs('PU', 1, 2),
    'AL,Ib eAX,Iz': pairs('PU', 1),
  }),
  ...forms('CMP', {
    'Eb,Gb Ev,Gv Gb,Eb Gv,Ev Eb,Ib Ev,Iz Ev,Ibs': pairs('UV', 1, 2),
    'AL,Ib eAX,Iz': pairs('UV', 1),
  }),
  // With immediate data only the accumulator's short forms pair.
  ...forms('TEST', { 'Eb,Gb Ev,Gv': pairs('UV', 1, 2), 'AL,Ib eAX,Iz': pairs('UV', 1), 'Eb,Ib Ev,Iz': [1, 2] }),
  ...forms('INC DEC', { 'Eb Ev': pairs('UV', 1, 3), Zv: pairs('UV', 1) }),
  ...forms('NOT NEG', { 'Eb Ev': [1, 3] }),
  ...forms('XADD', { 'Eb,Gb Ev,Gv': [3, 4] }),
  ...forms('CMPXCHG', { 'Eb,Gb Ev,Gv': [5, 6] }),
  ...forms('CMPXCHG8B', { Mq: 10 }),
  ...forms('MUL IMUL', { Eb: 11, Ev: { register: 11, register32: 10 } }),
  ...forms('IMUL', { 'Gv,Ev Gv,Ev,Iz Gv,Ev,Ibs': 10 }),
  ...forms('DIV', { Eb: 17, Ev: { register: 25, register32: 41 } }),
  ...forms('IDIV', { Eb: 22, Ev: { register: 30, register32: 46 } }),
  ...forms('AAA AAS DAA DAS', { '': 3 }),
  ...forms('AAD', { Ib: 10 }),
  ...forms('AAM', { Ib: 18 }),
];

// prettier-ignore
const shiftsAndBits = [
  ...forms('SHL SHR SAL SAR', { 'Eb,1 Ev,1 Eb,Ib Ev,Ib': pairs('PU', 1, 3), 'Eb,CL Ev,CL': 4 }),
  ...forms('ROL ROR', { 'Eb,1 Ev,1': pairs('PU', 1, 3), 'Eb,Ib Ev,Ib': [1, 3], 'Eb,CL Ev,CL': 4 }),
  ...forms('RCL RCR', { 'Eb,1 Ev,1': pairs('PU', 1, 3), 'Eb,Ib Ev,Ib': [8, 10], 'Eb,CL Ev,CL': [7, 9] }),
  ...forms('SHLD SHRD', { 'Ev,Gv,Ib': 4, 'Ev,Gv,CL': [4, 5] }),
  ...forms('BT', { 'Ev,Gv': [4, 9], 'Ev,Ib': 4 }),
  ...forms('BTS BTR BTC', { 'Ev,Gv': [7, 13], 'Ev,Ib': [7, 8] }),
  // 6-42 and 7-71 for 32 bits: taken as one and two clocks for each bit looked at.
  ...forms('BSF', { 'Gv,Ev': { register: 6, formula: { kind: 'bits-scanned', perBit: 1 } } }),
  ...forms('BSR', { 'Gv,Ev': { register: 7, formula: { kind: 'bits-scanned', perBit: 2 } } }),
  ...forms('SETcc', { Eb: [1, 2] }),
];

// prettier-ignore
const moves = [
  ...forms('MOV', {
    'Eb,Gb Ev,Gv Gb,Eb Gv,Ev Eb,Ib Ev,Iz AL,Ob eAX,Ov Ob,AL Ov,eAX Zb,Ib Zv,Iv': pairs('UV', 1),
    'Ev,Sw': 1,
    // 2-11 and 3-12 in protected mode: the upper end, for a descriptor that has to be read.
    'Sw,Ew': { register: 2, memory: 3, protected: 11, protectedMemory: 12 },
    'Rd,Cd': 4,
    'Cd,Rd': { register: 22, byNumber: [22, 22, 12, 21, 14] },
    'Rd,Dd': { register: 11, byNumber: [11, 11, 11, 11, 12, 12, 12, 12] },
    'Dd,Rd': { register: 11, byNumber: [11, 11, 11, 11, 12, 12, 12, 12] },
  }),
  ...forms('MOVZX MOVSX', { 'Gv,Eb Gv,Ew': 3 }),
  ...forms('LEA', { 'Gv,M': pairs('UV', 1) }),
  // 4-13 in protected mode: as with MOV.
  ...forms('LES LDS LSS LFS LGS', { 'Gv,Mp': { register: 4, protected: 13 } }),
  ...forms('XCHG', { 'Eb,Gb Ev,Gv': 3, 'Zv,eAX': 2 }),
  ...forms('XLAT', { '': 4 }),
  ...forms('CBW', { '': 3 }),
  ...forms('CWD', { '': 2 }),
  ...forms('BSWAP', { Zv: 1 }),
];

// prettier-ignore
const stack = [
  ...forms('PUSH', { 'Zv Iz Ibs': pairs('UV', 1), Ev: [1, 2], 'ES CS SS DS FS GS': 1 }),
  ...forms('POP', { Zv: pairs('UV', 1), Ev: [1, 3], 'ES SS DS FS GS': { register: 3, protected: 12 } }),
  ...forms('PUSHA POPA', { '': 5 }),
  ...forms('PUSHF', { '': { register: 4, protected: 3 } }),
  ...forms('POPF', { '': { register: 6, protected: 4 } }),
  // 11; 15; 15 + 2L.
  ...forms('ENTER', { 'Iw,Ib': { register: 11, formula: { kind: 'nesting', levelOne: 15, deeper: 15, perLevel: 2 } } }),
  ...forms('LEAVE', { '': 3 }),
];

// prettier-ignore
const transfers = [
  ...forms('Jcc', { 'Jb Jz': CONDITIONAL }),
  ...forms('JCXZ', { Jb: { register: 5, taken: 6 } }),
  ...forms('LOOP', { Jb: { register: 6, taken: 5 } }),
  ...forms('LOOPE LOOPNE', { Jb: { register: 8, taken: 7 } }),
  ...forms('JMP', {
    'Jb Jz': pairs('PV', 1),
    Ev: 2,
    Ap: { register: 3, far: JUMP_FAR },
    Mp: { register: 4, far: JUMP_FAR },
  }),
  ...forms('CALL', {
    Jz: pairs('PV', 1),
    Ev: 2,
    Ap: { register: 4, far: callGates(21) },
    Mp: { register: 5, far: callGates(22) },
  }),
  ...forms('RET', { '': 2, Iw: 3 }),
  ...forms('RETF', { '': { register: 4, far: { outerLevel: 23 } }, Iw: { register: 4, far: { outerLevel: 23 } } }),
  ...forms('IRET', { '': { register: 7, protected: 10, far: { outerLevel: 27, virtual8086: 27, nestedTask: 10 } } }),
  // INT1 as INT 3 with another vector.
  ...forms('INT3 INT1', { '': { register: 0, interrupt: { real: 2, virtual8086: 2, protected: 2 } } }),
  ...forms('INT', { Ib: { register: 0, interrupt: { real: 5, virtual8086: 6, protected: 6 } } }),
  ...forms('INTO', { '': { register: 4, interrupt: { real: 2, virtual8086: 2, protected: 2 } } }),
  ...forms('BOUND', { 'Gv,Ma': { register: 8, faulting: 8 } }),
  ...forms('RSM', { '': 83 }),
];

// prettier-ignore
const strings = [
  ...forms('MOVS', { 'Yb,Xb Yv,Xv': 4 }),
  ...forms('CMPS', { 'Xb,Yb Xv,Yv': 5 }),
  ...forms('STOS', { 'Yb,AL Yv,eAX': 3 }),
  ...forms('LODS', { 'AL,Xb eAX,Xv': 2 }),
  ...forms('SCAS', { 'AL,Yb eAX,Yv': 4 }),
  ...forms('REP-MOVS', { 'Yb,Xb Yv,Xv': { register: 13, perIteration: 1, zeroIterations: 6, oneIteration: 13 } }),
  ...forms('REP-CMPS', { 'Xb,Yb Xv,Yv': { register: 9, perIteration: 4, zeroIterations: 7 } }),
  ...forms('REP-STOS', { 'Yb,AL Yv,eAX': { register: 9, perIteration: 1, zeroIterations: 6 } }),
  ...forms('REP-LODS', { 'AL,Xb eAX,Xv': { register: 7, perIteration: 3, zeroIterations: 7 } }),
  ...forms('REP-SCAS', { 'AL,Yb eAX,Yv': { register: 9, perIteration: 4, zeroIterations: 7 } }),
];

// prettier-ignore
const ports = [
  ...forms('IN', {
    'AL,Ib eAX,Ib AL,DX eAX,DX': { register: 7, protected: 4, throughBitmap: 21, throughBitmapVirtual8086: 19 },
  }),
  ...forms('OUT', {
    'Ib,AL Ib,eAX DX,AL DX,eAX': { register: 12, protected: 9, throughBitmap: 26, throughBitmapVirtual8086: 24 },
  }),
  ...forms('INS', { 'Yb,DX Yv,DX': { register: 9, protected: 6, throughBitmap: 24, throughBitmapVirtual8086: 22 } }),
  ...forms('OUTS', { 'DX,Xb DX,Xv': { register: 13, protected: 10, throughBitmap: 27, throughBitmapVirtual8086: 25 } }),
  ...forms('REP-INS', {
    'Yb,DX Yv,DX': { register: 11, protected: 8, throughBitmap: 25, throughBitmapVirtual8086: 23, perIteration: 3 },
  }),
  ...forms('REP-OUTS', {
    'DX,Xb DX,Xv': { register: 13, protected: 10, throughBitmap: 27, throughBitmapVirtual8086: 25, perIteration: 4 },
  }),
];

// prettier-ignore
const flagsAndSystem = [
  ...forms('CLC STC CMC CLD STD SAHF LAHF', { '': 2 }),
  // Undocumented, so without a figure: taken as LAHF, the other move out of the flags.
  ...forms('SALC', { '': 2 }),
  ...forms('CLI STI', { '': 7 }),
  ...forms('ARPL', { 'Ew,Gw': 7 }),
  ...forms('LAR LSL', { 'Gv,Ew': 8 }),
  ...forms('VERR VERW', { Ew: 7 }),
  ...forms('SLDT STR', { Ev: 2 }),
  ...forms('SMSW', { Ev: 4 }),
  ...forms('LLDT', { Ew: 9 }),
  ...forms('LTR', { Ew: 10 }),
  ...forms('LMSW', { Ew: 8 }),
  ...forms('SGDT SIDT', { Ms: 4 }),
  ...forms('LGDT LIDT', { Ms: 6 }),
  ...forms('CLTS', { '': 10 }),
  ...forms('INVD', { '': 15 }),
  // 2000 and more: with nothing to write back.
  ...forms('WBINVD', { '': 2000 }),
  ...forms('INVLPG', { Mb: 25 }),
  ...forms('HLT', { '': 4 }),
  ...forms('NOP', { '': pairs('UV', 1) }),
  ...forms('WAIT', { '': 1 }),
  ...forms('CPUID', { '': 14 }),
  ...forms('RDTSC', { '': 6 }),
  ...forms('RDMSR', { '': 20 }),
  ...forms('WRMSR', { '': 30 }),
];

const TASK_SWITCH = { task32: 85, virtual8086: 71, task16: 87 };

export const PENTIUM_CLOCKS: ClockTable = {
  name: 'pentium',
  model: '586',
  // 66, 67, LOCK and segment prefixes take a clock of the decoder each (AP-526 section 3.2.3).
  prefix: 1,
  twoRegisterAddress: 0,
  // AP-526 section 3.6: data that is not aligned costs three clocks more.
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
    PENTIUM_FPU_ROWS,
  ),
  transfers: {
    interruptReal: 11,
    interruptSameLevel: 25,
    interruptInnerLevel: 42,
    interruptFromV86: 54,
    interruptTask: 12,
    taskSwitch: { task32: TASK_SWITCH, virtual8086: TASK_SWITCH, task16: TASK_SWITCH },
  },
  overlap: PENTIUM_PAIRING,
};
