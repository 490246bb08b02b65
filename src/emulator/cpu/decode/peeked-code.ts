// The instruction at a linear address, looked at without any effect: no fault, no accessed bit, no cost.
import type { Cpu } from '../cpu';
import type { CodeSource } from './decode';
import { decodeInstruction } from './decode';
import { countComponents } from './instruction-clocks';
import { peekTranslation } from '../memory/paging';

const MAX_INSTRUCTION_BYTES = 15;

/** Code bytes from a linear address on. */
export class PeekedCode implements CodeSource {
  /** Some byte asked for cannot be fetched. */
  isMissing = false;

  constructor(
    private readonly cpu: Cpu,
    private readonly linear: number,
  ) {}

  readByte(offset: number): number {
    const physical = offset < MAX_INSTRUCTION_BYTES ? peekTranslation(this.cpu, (this.linear + offset) | 0) : -1;
    if (physical >= 0) return this.cpu.bus.peekMemory(physical, 1);
    this.isMissing = true;
    return 0;
  }
}

/** Components of the instruction at `linear` in the current mode (i386 PRM 17.2.2.3); 0 where none can be fetched. */
export function peekComponents(cpu: Cpu, linear: number): number {
  const code = new PeekedCode(cpu, linear);
  const insn = decodeInstruction(code, 0, cpu.modeKey, cpu.model);
  return code.isMissing ? 0 : countComponents(insn);
}
