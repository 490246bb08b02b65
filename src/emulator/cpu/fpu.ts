// x87 escape opcodes and WAIT. A stub: the #NM conditions are right, FNINIT, FNSTSW and FNSTCW answer as an idle
// coprocessor does, every other form raises #UD until the x87 is built (i486 PRM ch. 15-18).
import type { ExecuteFunction } from './instruction';
import { store16 } from './linear-memory';
import { CR0, CR0_EM, CR0_MP, CR0_TS, EAX, VECTOR_NM, VECTOR_UD } from './state';

const AX = EAX * 2;
const ESC_DB = 3;
const ESC_D9 = 1;
const ESC_DD = 5;
const ESC_DF = 7;
/** Control word behind FNINIT. */
const INITIAL_CONTROL_WORD = 0x037f;

export const executeEscape: ExecuteFunction = (cpu, insn) => {
  if ((cpu.i32[CR0] & (CR0_EM | CR0_TS)) !== 0) cpu.raise(VECTOR_NM);
  const { operation, extension, isRegister, modrm } = insn;
  if (operation === ESC_DB && modrm === 0xe3) return; // FNINIT
  if (operation === ESC_DF && modrm === 0xe0)
    cpu.u16[AX] = 0; // FNSTSW AX
  else if (operation === ESC_DD && extension === 7 && !isRegister)
    store16(cpu, insn, 0); // FNSTSW m16
  else if (operation === ESC_D9 && extension === 7 && !isRegister)
    store16(cpu, insn, INITIAL_CONTROL_WORD); // FNSTCW
  else cpu.raise(VECTOR_UD);
};

export const executeWait: ExecuteFunction = (cpu) => {
  const both = CR0_MP | CR0_TS;
  if ((cpu.i32[CR0] & both) === both) cpu.raise(VECTOR_NM);
};
