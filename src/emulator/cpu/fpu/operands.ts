// Operands in memory: everything a store could raise is raised before anything is written, so that registers and flags
// stay as they were and the instruction can start again (SDM vol. 3 6.6).
import type { Cpu } from '../cpu';
import type { Instruction } from '../decode/instruction';
import { operandLinear } from '../memory/linear-memory';
import { probeWrite } from '../memory/paging';
import { WANTS_READ, WANTS_WRITE } from '../memory/segment-cache';
import { VECTOR_AC } from '../state';
import { fromDecimal, fromDouble, fromInteger32, fromInteger64, fromSingle } from './convert';
import type { Extended } from './extended';
import type { FloatContext } from './float-context';

/** The formats of memory operands. */
export type Format = 'single' | 'double' | 'extended' | 'int16' | 'int32' | 'int64' | 'decimal';

export const FORMAT_BYTES: Readonly<Record<Format, number>> = {
  single: 4,
  double: 8,
  extended: 10,
  int16: 2,
  int32: 4,
  int64: 8,
  decimal: 10,
};

const decimal = new Uint8Array(10);

/** Linear address of the operand, to be read; `alignment` in bytes is what #AC asks for (SDM vol. 3 table 6-7). */
export function readable(cpu: Cpu, insn: Instruction, sizeBytes: number, alignment: number): number {
  const linear = operandLinear(cpu, insn, sizeBytes, WANTS_READ);
  if (cpu.checksAlignment && (linear & (alignment - 1)) !== 0) cpu.raise(VECTOR_AC, 0);
  return linear;
}

/** Linear address of the operand, to be written without any further fault. */
export function writable(cpu: Cpu, insn: Instruction, sizeBytes: number, alignment: number): number {
  const linear = operandLinear(cpu, insn, sizeBytes, WANTS_WRITE);
  if (cpu.checksAlignment && (linear & (alignment - 1)) !== 0) cpu.raise(VECTOR_AC, 0);
  if (!cpu.isPlainWrite(linear, sizeBytes)) probeWrite(cpu, linear, sizeBytes, cpu.isUser);
  return linear;
}

/** The alignment of a format: its size, 8 for the two of ten bytes. */
export function alignmentOf(format: Format): number {
  return Math.min(FORMAT_BYTES[format], 8);
}

/** Reads an operand; what its format has to say about it (denormal) goes into the context. */
export function readOperand(cpu: Cpu, insn: Instruction, format: Format, context: FloatContext, into: Extended): void {
  const at = readable(cpu, insn, FORMAT_BYTES[format], alignmentOf(format));
  switch (format) {
    case 'single':
      fromSingle(context, cpu.read32(at), into);
      break;
    case 'double': {
      const low = cpu.read32(at);
      fromDouble(context, cpu.read32((at + 4) | 0), low, into);
      break;
    }
    case 'extended':
      readExtended(cpu, at, into);
      break;
    case 'int16':
      fromInteger32((cpu.read16(at) << 16) >> 16, into);
      break;
    case 'int32':
      fromInteger32(cpu.read32(at), into);
      break;
    case 'int64': {
      const low = cpu.read32(at);
      fromInteger64(cpu.read32((at + 4) | 0), low, into);
      break;
    }
    case 'decimal':
      for (let i = 0; i < 10; i++) decimal[i] = cpu.read8((at + i) | 0);
      fromDecimal(decimal, into);
      break;
  }
}

/** Ten bytes as they are. */
export function readExtended(cpu: Cpu, at: number, into: Extended): void {
  const low = cpu.read32(at);
  const high = cpu.read32((at + 4) | 0);
  const top = cpu.read16((at + 8) | 0);
  into.set(top >> 15, top & 0x7fff, high, low);
}

export function writeExtended(cpu: Cpu, at: number, { sign, exponent, high, low }: Extended): void {
  cpu.write32(at, low);
  cpu.write32((at + 4) | 0, high);
  cpu.write16((at + 8) | 0, (sign << 15) | exponent);
}
