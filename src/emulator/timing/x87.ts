// Clocks of the x87: the i387 as Intel's 387 DX data sheet and 387 PRM (1987) count them, the i486 by its PRM (1990,
// appendix E, floating point). Taken from a public transcription (Quantasm's table of 8087 to Pentium clocks), not from
// the printed pages. Of a range the lower end: operands that need little. Overlap with integer instructions is left out.
import { forms } from './clock-table';
import type { ClockRule } from './clock-table';

type Clocks = readonly [i387: number, i486: number];
type Rows = readonly (readonly [form: string, clocks: Clocks])[];

/** Rows of the i387 and i486 for one operation in the operands it takes. */
function calculation(name: string, memory: readonly Clocks[], register: Clocks, popping: Clocks): Rows {
  const [single, double, int16, int32] = memory;
  const integerName = name.replace('F', 'FI');
  return [
    [`${name} Md`, single],
    [`${name} Mq`, double],
    [`${integerName} Mw`, int16],
    [`${integerName} Md`, int32],
    [`${name} ST,STi`, register],
    [`${name} STi,ST`, register],
    [`${name}P STi,ST`, popping],
  ];
}

// Memory operands in the order single, double, 16-bit and 32-bit integer.
// prettier-ignore
const CALCULATIONS: Rows = [
  ...calculation('FADD',  [[24, 8],  [29, 8],  [71, 20],  [57, 19]],  [23, 8],  [23, 8]),
  ...calculation('FSUB',  [[24, 8],  [28, 8],  [71, 20],  [57, 19]],  [26, 8],  [26, 8]),
  ...calculation('FSUBR', [[24, 8],  [28, 8],  [71, 20],  [57, 19]],  [26, 8],  [26, 8]),
  ...calculation('FMUL',  [[27, 11], [32, 14], [76, 23],  [61, 22]],  [46, 16], [29, 16]),
  ...calculation('FDIV',  [[89, 73], [94, 73], [136, 85], [120, 84]], [88, 73], [91, 73]),
  ...calculation('FDIVR', [[89, 73], [94, 73], [135, 85], [121, 84]], [88, 73], [91, 73]),
];

// prettier-ignore
const COMPARISONS: Rows = [
  ['FCOM Md',   [26, 4]],   ['FCOM Mq',   [31, 4]],   ['FCOM STi',   [24, 4]],
  ['FCOMP Md',  [26, 4]],   ['FCOMP Mq',  [31, 4]],   ['FCOMP STi',  [26, 4]],
  ['FICOM Mw',  [71, 16]],  ['FICOM Md',  [56, 15]],
  ['FICOMP Mw', [71, 16]],  ['FICOMP Md', [56, 15]],
  ['FCOMPP',    [26, 5]],   ['FUCOMPP',   [26, 5]],
  ['FUCOM STi', [24, 4]],   ['FUCOMP STi', [26, 4]],
  ['FTST',      [28, 4]],   ['FXAM',      [30, 8]],
];

// prettier-ignore
const MOVES: Rows = [
  ['FLD Md',    [20, 3]],    ['FLD Mq',   [25, 3]],   ['FLD Mt',   [44, 6]],   ['FLD STi', [14, 4]],
  ['FILD Mw',   [61, 13]],   ['FILD Md',  [45, 9]],   ['FILD Mq',  [56, 10]],
  ['FBLD Mt',   [266, 70]],
  ['FST Md',    [44, 7]],    ['FST Mq',   [45, 8]],   ['FST STi',  [11, 3]],
  ['FSTP Md',   [44, 7]],    ['FSTP Mq',  [45, 8]],   ['FSTP Mt',  [53, 6]],   ['FSTP STi', [12, 3]],
  ['FIST Mw',   [82, 29]],   ['FIST Md',  [79, 28]],
  ['FISTP Mw',  [82, 29]],   ['FISTP Md', [79, 28]],  ['FISTP Mq', [80, 28]],
  ['FBSTP Mt',  [512, 172]],
  ['FXCH STi',  [18, 4]],    ['FFREE STi', [18, 3]],  ['FFREEP STi', [18, 3]],
  ['FLD1',      [24, 4]],    ['FLDZ',     [20, 4]],   ['FLDPI',    [40, 8]],   ['FLDL2T', [40, 8]],
  ['FLDL2E',    [40, 8]],    ['FLDLG2',   [41, 8]],   ['FLDLN2',   [41, 8]],
];

// prettier-ignore
const FUNCTIONS: Rows = [
  ['FCHS',    [24, 6]],      ['FABS',    [22, 3]],    ['FSQRT',   [122, 83]],
  ['FRNDINT', [66, 21]],     ['FSCALE',  [67, 30]],   ['FXTRACT', [70, 16]],
  ['FPREM',   [74, 70]],     ['FPREM1',  [95, 72]],
  ['F2XM1',   [211, 140]],   ['FYL2X',   [120, 196]], ['FYL2XP1', [257, 171]],
  ['FPTAN',   [191, 200]],   ['FPATAN',  [314, 218]],
  ['FSIN',    [122, 257]],   ['FCOS',    [123, 257]], ['FSINCOS', [194, 292]],
];

// FNENI, FNDISI, FNSETPM do what FNOP does.
// prettier-ignore
const CONTROL: Rows = [
  ['FNOP',      [12, 3]],    ['FNENI',    [12, 3]],   ['FNDISI',   [12, 3]],   ['FNSETPM', [12, 3]],
  ['FDECSTP',   [22, 3]],    ['FINCSTP',  [21, 3]],
  ['FNINIT',    [33, 17]],   ['FNCLEX',   [11, 7]],
  ['FLDCW Mw',  [19, 4]],    ['FNSTCW Mw', [15, 3]],  ['FNSTSW Mw', [15, 3]],  ['FNSTSW AX', [13, 3]],
];

/** The environment is cheaper to move in protected mode on the i486. */
// prettier-ignore
const ENVIRONMENT: readonly (readonly [form: string, i387: ClockRule, i486: ClockRule])[] = [
  ['FLDENV M',  { register: 71 },  { register: 44, protected: 34 }],
  ['FNSTENV M', { register: 103 }, { register: 67, protected: 56 }],
  ['FRSTOR M',  { register: 308 }, { register: 131, protected: 120 }],
  ['FNSAVE M',  { register: 375 }, { register: 154, protected: 143 }],
];

/**
 * What came with the P6, for profiles that borrow the i486's table for a later CPU (decision 0004): as the instructions
 * they replace, FCOM and FXCH; FXSAVE and FXRSTOR as FNSAVE and FRSTOR.
 */
// prettier-ignore
const LATER_MODELS = [
  ...forms('FCOMI FCOMIP FUCOMI FUCOMIP', { 'ST,STi': 4 }),
  ...forms('FCMOVB FCMOVE FCMOVBE FCMOVU FCMOVNB FCMOVNE FCMOVNBE FCMOVNU', { 'ST,STi': 4 }),
  ...forms('FXSAVE', { M: 143 }),
  ...forms('FXRSTOR', { M: 120 }),
];

const ALL: Rows = [...CALCULATIONS, ...COMPARISONS, ...MOVES, ...FUNCTIONS, ...CONTROL];

type RuleRows = readonly (readonly [form: string, rule: ClockRule])[];

/** Rows for the table of the i386, with an i387 at the same clock. */
export const I387_ROWS: RuleRows = [
  ...ALL.map(([form, [i387]]) => [form, { register: i387 }] as const),
  ...ENVIRONMENT.map(([form, i387]) => [form, i387] as const),
];

/** Rows for the table of the i486. */
export const I486_FPU_ROWS: RuleRows = [
  ...ALL.map(([form, [, i486]]) => [form, { register: i486 }] as const),
  ...ENVIRONMENT.map(([form, , i486]) => [form, i486] as const),
  ...LATER_MODELS,
];
