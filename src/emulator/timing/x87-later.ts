// Clocks of x87 instructions on the Pentium and the P6: general knowledge (K) of Intel's Pentium Processor Family Developer's
// Manual volume 3, appendix F, and of Agner Fog's lists (How to optimize for the Pentium family). Each is the time to the
// result, the lower end of a range; nothing overlaps and nothing pairs, so that FPU code comes out slow.
import { forms } from './clock-table';
import type { ClockRule } from './clock-table';

type Clocks = readonly [pentium: number, p6: number];
type Rows = readonly (readonly [forms: string, clocks: Clocks])[];

/** All operations of FADD's kind take the same but the multiplication and the divisions. */
const SUMS = 'FADD FSUB FSUBR';
const DIVISIONS = 'FDIV FDIVR';
const REGISTER_OPERANDS = 'ST,STi STi,ST';

/** The forms of `names`, a dash for the space, as `forms` takes them. */
function all(names: string, operands: string, suffix = ''): string {
  return names
    .split(' ')
    .flatMap((name) => operands.split(' ').map((operand) => `${name}${suffix}-${operand}`))
    .join(' ');
}

function integer(names: string): string {
  return names.replaceAll('F', 'FI');
}

// prettier-ignore
const ROWS: Rows = [
  [all(SUMS, `Md Mq ${REGISTER_OPERANDS}`), [3, 3]],
  [all(SUMS, 'STi,ST', 'P'), [3, 3]],
  [all(integer(SUMS), 'Mw Md'), [7, 8]],
  [all('FMUL', `Md Mq ${REGISTER_OPERANDS}`), [3, 5]],
  [all('FMUL', 'STi,ST', 'P'), [3, 5]],
  [all('FIMUL', 'Mw Md'), [7, 10]],
  // The precision control decides on the P6: 18, 32, 38; as in double extended.
  [all(DIVISIONS, `Md Mq ${REGISTER_OPERANDS}`), [39, 38]],
  [all(DIVISIONS, 'STi,ST', 'P'), [39, 38]],
  [all(integer(DIVISIONS), 'Mw Md'), [42, 43]],

  ['FCOM-Md FCOM-Mq FCOM-STi FCOMP-Md FCOMP-Mq FCOMP-STi FCOMPP FUCOM-STi FUCOMP-STi FUCOMPP', [4, 1]],
  ['FICOM-Mw FICOM-Md FICOMP-Mw FICOMP-Md', [8, 6]],
  ['FTST', [4, 1]],
  ['FXAM', [21, 2]],

  ['FLD-Md FLD-Mq FLD-STi', [1, 1]],
  ['FLD-Mt', [3, 2]],
  ['FILD-Mw FILD-Md FILD-Mq', [3, 5]],
  ['FBLD-Mt', [48, 38]],
  ['FST-Md FST-Mq FSTP-Md FSTP-Mq', [2, 2]],
  ['FST-STi FSTP-STi', [1, 1]],
  ['FSTP-Mt', [3, 5]],
  ['FIST-Mw FIST-Md FISTP-Mw FISTP-Md FISTP-Mq', [6, 5]],
  ['FBSTP-Mt', [148, 165]],
  ['FXCH-STi', [1, 1]],
  ['FFREE-STi FFREEP-STi', [1, 1]],
  ['FLD1 FLDZ', [2, 1]],
  ['FLDPI FLDL2T FLDL2E FLDLG2 FLDLN2', [5, 2]],

  ['FCHS', [1, 3]],
  ['FABS', [1, 1]],
  ['FSQRT', [70, 69]],
  ['FRNDINT', [9, 30]],
  ['FSCALE', [20, 56]],
  ['FXTRACT', [13, 15]],
  ['FPREM', [16, 23]],
  ['FPREM1', [20, 33]],
  ['F2XM1', [13, 66]],
  ['FYL2X', [22, 103]],
  ['FYL2XP1', [22, 107]],
  ['FPTAN', [17, 143]],
  ['FPATAN', [17, 143]],
  ['FSIN FCOS', [16, 100]],
  ['FSINCOS', [17, 110]],

  ['FNOP FNENI FNDISI FNSETPM FDECSTP FINCSTP', [1, 1]],
  ['FNINIT', [12, 13]],
  ['FNCLEX', [9, 3]],
  ['FLDCW-Mw', [7, 10]],
  ['FNSTCW-Mw', [2, 2]],
  ['FNSTSW-Mw FNSTSW-AX', [2, 3]],
  ['FLDENV-M', [32, 23]],
  ['FNSTENV-M', [48, 30]],
  ['FRSTOR-M', [75, 72]],
  ['FNSAVE-M', [124, 141]],
];

type RuleRows = readonly (readonly [form: string, rule: ClockRule])[];

function rowsOf(model: 0 | 1): RuleRows {
  return ROWS.flatMap(([names, clocks]) =>
    names.split(' ').map((name) => [name.replace('-', ' '), { register: clocks[model] }] as const),
  );
}

/** Rows for the table of the Pentium. */
export const PENTIUM_FPU_ROWS: RuleRows = rowsOf(0);

/** Rows for the table of the P6, with the instructions that came with it. */
// prettier-ignore
export const P6_FPU_ROWS: RuleRows = [
  ...rowsOf(1),
  ...forms('FCOMI FCOMIP FUCOMI FUCOMIP', { 'ST,STi': 1 }),
  ...forms('FCMOVB FCMOVE FCMOVBE FCMOVU FCMOVNB FCMOVNE FCMOVNBE FCMOVNU', { 'ST,STi': 2 }),
  ...forms('FXSAVE', { M: 110 }),
  ...forms('FXRSTOR', { M: 90 }),
];
