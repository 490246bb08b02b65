// Flag instructions, BOUND, NOP, and what is no instruction (i386 PRM ch. 17).
import type { Cpu } from '../cpu';
import { getEflags, isCarry, setEflags, setFlags } from '../flags';
import type { ExecuteFunction, Instruction } from '../decode/instruction';
import { operandLinear } from '../memory/linear-memory';
import { WANTS_READ } from '../memory/segment-cache';
import { EAX, EFLAGS, FLAG_AF, FLAG_CF, FLAG_DF, FLAG_PF, FLAG_SF, FLAG_ZF, VECTOR_BR, VECTOR_UD } from '../state';

const AL = EAX * 4;
const AH = EAX * 4 + 1;
const LOW_FLAGS = FLAG_SF | FLAG_ZF | FLAG_AF | FLAG_PF | FLAG_CF;

export const clc: ExecuteFunction = (cpu) => setFlags(cpu, 0, FLAG_CF);
export const stc: ExecuteFunction = (cpu) => setFlags(cpu, FLAG_CF, FLAG_CF);
export const cmc: ExecuteFunction = (cpu) => setFlags(cpu, isCarry(cpu) ? 0 : FLAG_CF, FLAG_CF);
export const cld: ExecuteFunction = (cpu) => void (cpu.i32[EFLAGS] &= ~FLAG_DF);
export const std: ExecuteFunction = (cpu) => void (cpu.i32[EFLAGS] |= FLAG_DF);
export const sahf: ExecuteFunction = (cpu) => setEflags(cpu, cpu.u8[AH], LOW_FLAGS);
export const lahf: ExecuteFunction = (cpu) => void (cpu.u8[AH] = getEflags(cpu));
/** Undocumented, on every Intel part: AL = CF ? FFh : 0. */
export const salc: ExecuteFunction = (cpu) => void (cpu.u8[AL] = isCarry(cpu) ? 0xff : 0);

export const nop: ExecuteFunction = () => {};

export const undefinedOpcode: ExecuteFunction = (cpu) => cpu.raise(VECTOR_UD);

function checkBounds(cpu: Cpu, insn: Instruction, index: number, lower: number, upper: number): void {
  if (index >= lower && index <= upper) return;
  cpu.addClocks(insn.rule.faulting ?? 0);
  cpu.raise(VECTOR_BR);
}

const signWord = (value: number) => (value << 16) >> 16;

export const bound16: ExecuteFunction = (cpu, insn) => {
  const at = operandLinear(cpu, insn, 4, WANTS_READ);
  const lower = signWord(cpu.read16(at));
  checkBounds(cpu, insn, signWord(cpu.u16[insn.reg]), lower, signWord(cpu.read16((at + 2) | 0)));
};
export const bound32: ExecuteFunction = (cpu, insn) => {
  const at = operandLinear(cpu, insn, 8, WANTS_READ);
  const lower = cpu.read32(at);
  checkBounds(cpu, insn, cpu.i32[insn.reg], lower, cpu.read32((at + 4) | 0));
};
