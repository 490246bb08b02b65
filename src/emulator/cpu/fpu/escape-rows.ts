// The rows of the opcode table for D8 to DF: memory forms by ModRM's reg field, register forms by the whole ModRM byte
// (SDM vol. 2 appendix A.5). Documented aliases are rows like any other; what is missing here is no instruction: #UD.
import type { ExecuteFunction } from '../decode/instruction';
import { memoryOnly, one, OpcodeRow, registerOnly } from '../decode/opcode-row';
import {
  calculateMemory,
  calculateRegister,
  compareIntoFlags,
  compareMemory,
  compareRegister,
  examineTop,
  FADD,
  FDIV,
  FDIVR,
  FMUL,
  FSUB,
  FSUBR,
  test,
} from './calculate';
import * as control from './control';
import { undefinedEscape } from './execute';
import * as functions from './functions';
import {
  conditionalMove,
  exchange,
  freeRegister,
  load,
  loadConstant,
  loadRegister,
  store,
  storeRegister,
  storeRegisterUnchecked,
} from './load-store';
import type { Format } from './operands';

/** `code`: opcode and `/n`. */
function memory(code: string, form: string, execute: ExecuteFunction): OpcodeRow {
  return new OpcodeRow(code, form, memoryOnly(execute), '', '', 0);
}

/** `code`: opcode and ModRM, `+` for eight of them with ST(i). */
function register(code: string, form: string, execute: ExecuteFunction, flags = '', traits = ''): OpcodeRow {
  return new OpcodeRow(code, form, registerOnly(execute), flags, traits, 0);
}

/** The operations by name, as they stand in ModRM's reg field. */
const OPERATIONS: readonly (readonly [name: string, field: number])[] = [
  ['FADD', FADD],
  ['FMUL', FMUL],
  ['FSUB', FSUB],
  ['FSUBR', FSUBR],
  ['FDIV', FDIV],
  ['FDIVR', FDIVR],
];

function hex(value: number): string {
  return value.toString(16).toUpperCase();
}

/** D8, DA, DC, DE with memory. */
const MEMORY_OPERANDS: readonly (readonly [opcode: string, operand: string, format: Format])[] = [
  ['D8', 'Md', 'single'],
  ['DA', 'Md', 'int32'],
  ['DC', 'Mq', 'double'],
  ['DE', 'Mw', 'int16'],
];

const calculations = MEMORY_OPERANDS.flatMap(([opcode, operand, format]) => {
  const nameOf = (name: string) => (format.startsWith('int') ? name.replace('F', 'FI') : name);
  return [
    ...OPERATIONS.map(([name, field]) =>
      memory(`${opcode}/${field}`, `${nameOf(name)} ${operand}`, calculateMemory(field, format)),
    ),
    memory(`${opcode}/2`, `${nameOf('FCOM')} ${operand}`, compareMemory(format, false)),
    memory(`${opcode}/3`, `${nameOf('FCOMP')} ${operand}`, compareMemory(format, true)),
  ];
});

/** With ST(i) as destination the assemblers' names of FSUB and FSUBR, FDIV and FDIVR change places. */
function reverseName(name: string): string {
  if (!/^F(SUB|DIV)/.test(name)) return name;
  return name.endsWith('R') ? name.slice(0, -1) : `${name}R`;
}

const registerCalculations = OPERATIONS.flatMap(([name, field]) => {
  const modrm = `${hex(0xc0 + field * 8)}+`;
  return [
    register(`D8 ${modrm}`, `${name} ST,STi`, calculateRegister(field, true, false)),
    register(`DC ${modrm}`, `${reverseName(name)} STi,ST`, calculateRegister(field, false, false)),
    register(`DE ${modrm}`, `${reverseName(name)}P STi,ST`, calculateRegister(field, false, true)),
  ];
});

const conditionalMoves = ['B', 'E', 'BE', 'U'].flatMap((condition, n) => {
  const modrm = `${hex(0xc0 + n * 8)}+`;
  const reads = ['c>', 'z>', 'cz>', 'p>'][n];
  return [
    register(`DA ${modrm}`, `FCMOV${condition} ST,STi`, conditionalMove(n, false), reads, '686'),
    register(`DB ${modrm}`, `FCMOVN${condition} ST,STi`, conditionalMove(n, true), reads, '686'),
  ];
});

// prettier-ignore
export const ESCAPE_ROWS: readonly OpcodeRow[] = [
  ...calculations,
  ...registerCalculations,
  ...conditionalMoves,

  // Loads and stores
  memory('D9/0', 'FLD Md', load('single')),
  memory('DD/0', 'FLD Mq', load('double')),
  memory('DB/5', 'FLD Mt', load('extended')),
  memory('DF/0', 'FILD Mw', load('int16')),
  memory('DB/0', 'FILD Md', load('int32')),
  memory('DF/5', 'FILD Mq', load('int64')),
  memory('DF/4', 'FBLD Mt', load('decimal')),
  memory('D9/2', 'FST Md', store('single', false)),
  memory('D9/3', 'FSTP Md', store('single', true)),
  memory('DD/2', 'FST Mq', store('double', false)),
  memory('DD/3', 'FSTP Mq', store('double', true)),
  memory('DB/7', 'FSTP Mt', store('extended', true)),
  memory('DF/2', 'FIST Mw', store('int16', false)),
  memory('DF/3', 'FISTP Mw', store('int16', true)),
  memory('DB/2', 'FIST Md', store('int32', false)),
  memory('DB/3', 'FISTP Md', store('int32', true)),
  memory('DF/7', 'FISTP Mq', store('int64', true)),
  memory('DF/6', 'FBSTP Mt', store('decimal', true)),
  register('D9 C0+', 'FLD STi', loadRegister),
  register('DD D0+', 'FST STi', storeRegister(false)),
  register('DD D8+', 'FSTP STi', storeRegister(true)),
  register('D9 D8+', 'FSTP STi', storeRegisterUnchecked),
  register('DF D0+', 'FSTP STi', storeRegister(true)),
  register('DF D8+', 'FSTP STi', storeRegister(true)),
  register('D9 C8+', 'FXCH STi', exchange),
  register('DD C8+', 'FXCH STi', exchange),
  register('DF C8+', 'FXCH STi', exchange),
  register('DD C0+', 'FFREE STi', freeRegister(false)),
  register('DF C0+', 'FFREEP STi', freeRegister(true)),
  register('D9 E8', 'FLD1', loadConstant),
  register('D9 E9', 'FLDL2T', loadConstant),
  register('D9 EA', 'FLDL2E', loadConstant),
  register('D9 EB', 'FLDPI', loadConstant),
  register('D9 EC', 'FLDLG2', loadConstant),
  register('D9 ED', 'FLDLN2', loadConstant),
  register('D9 EE', 'FLDZ', loadConstant),

  // Comparisons
  register('D8 D0+', 'FCOM STi', compareRegister(true, 0)),
  register('DC D0+', 'FCOM STi', compareRegister(true, 0)),
  register('D8 D8+', 'FCOMP STi', compareRegister(true, 1)),
  register('DC D8+', 'FCOMP STi', compareRegister(true, 1)),
  register('DE D0+', 'FCOMP STi', compareRegister(true, 1)),
  register('DE D9', 'FCOMPP', compareRegister(true, 2)),
  register('DD E0+', 'FUCOM STi', compareRegister(false, 0)),
  register('DD E8+', 'FUCOMP STi', compareRegister(false, 1)),
  register('DA E9', 'FUCOMPP', compareRegister(false, 2)),
  register('DB F0+', 'FCOMI ST,STi', compareIntoFlags(true, false), '>oszapc', '686'),
  register('DF F0+', 'FCOMIP ST,STi', compareIntoFlags(true, true), '>oszapc', '686'),
  register('DB E8+', 'FUCOMI ST,STi', compareIntoFlags(false, false), '>oszapc', '686'),
  register('DF E8+', 'FUCOMIP ST,STi', compareIntoFlags(false, true), '>oszapc', '686'),
  register('D9 E4', 'FTST', test),
  register('D9 E5', 'FXAM', examineTop),

  // Functions
  register('D9 E0', 'FCHS', functions.changeSign),
  register('D9 E1', 'FABS', functions.absolute),
  register('D9 FA', 'FSQRT', functions.fsqrt),
  register('D9 FC', 'FRNDINT', functions.frndint),
  register('D9 FD', 'FSCALE', functions.fscale),
  register('D9 F4', 'FXTRACT', functions.fxtract),
  register('D9 F8', 'FPREM', functions.fprem),
  register('D9 F5', 'FPREM1', functions.fprem1),
  register('D9 F0', 'F2XM1', functions.f2xm1),
  register('D9 F1', 'FYL2X', functions.fyl2x),
  register('D9 F9', 'FYL2XP1', functions.fyl2xp1),
  register('D9 F2', 'FPTAN', functions.fptan),
  register('D9 F3', 'FPATAN', functions.fpatan),
  register('D9 FE', 'FSIN', functions.fsin),
  register('D9 FF', 'FCOS', functions.fcos),
  register('D9 FB', 'FSINCOS', functions.fsincos),

  // Control
  register('D9 D0', 'FNOP', control.nothing),
  register('D9 F6', 'FDECSTP', control.fdecstp),
  register('D9 F7', 'FINCSTP', control.fincstp),
  register('DB E0', 'FNENI', control.obsolete),
  register('DB E1', 'FNDISI', control.obsolete),
  register('DB E2', 'FNCLEX', control.fnclex),
  register('DB E3', 'FNINIT', control.fninit),
  register('DB E4', 'FNSETPM', control.obsolete),
  register('DF E0', 'FNSTSW AX', control.fnstswAx),
  memory('D9/5', 'FLDCW Mw', control.fldcw),
  memory('D9/7', 'FNSTCW Mw', control.fnstcw),
  memory('DD/7', 'FNSTSW Mw', control.fnstsw),
  memory('D9/4', 'FLDENV M', control.fldenv),
  memory('D9/6', 'FNSTENV M', control.fnstenv),
  memory('DD/4', 'FRSTOR M', control.frstor),
  memory('DD/6', 'FNSAVE M', control.fnsave),
];

/** Stands for all other encodings. */
export const UNASSIGNED_ESCAPE = new OpcodeRow('', '(bad)', one(undefinedEscape), '', 'solo', 0);
