// Virtual 8086 tasks: the way in by IRETD, and the instructions that IOPL guards there
// (i386 PRM 15.2 to 15.4; SDM vol. 3 20.2). The way out is interrupt-gate.ts. No model here has VME.
import type { Cpu } from '../cpu';
import { existingFlags, ioPrivilegeLevel, replaceEflags } from './eflags-rules';
import { readStackSlot } from './gate-stack';
import { isVirtual8086, setCpl, setVirtual8086Segment } from './segments';
import { CS, DS, EIP, ES, ESP, FS, GS, SS, VECTOR_GP } from '../state';

/** CLI, STI, PUSHF, POPF, INT n and IRET in a virtual 8086 task: #GP(0) unless IOPL is 3. Elsewhere nothing. */
export function checkVirtual8086Iopl(cpu: Cpu): void {
  if (isVirtual8086(cpu) && ioPrivilegeLevel(cpu) < 3) cpu.raise(VECTOR_GP, 0);
}

/**
 * IRETD at level 0 to an image with VM set: the nine doublewords EIP CS EFLAGS ESP SS ES DS FS GS.
 * EIP, CS and EFLAGS have been read; raises #SS(0) when the rest is not there, #GP(0) for EIP above FFFFh.
 */
export function returnToVirtual8086(cpu: Cpu, eip: number, cs: number, eflags: number): void {
  const { i32 } = cpu;
  const esp = readStackSlot(cpu, 12, 32);
  const ss = readStackSlot(cpu, 16, 32);
  const es = readStackSlot(cpu, 20, 32);
  const ds = readStackSlot(cpu, 24, 32);
  const fs = readStackSlot(cpu, 28, 32);
  const gs = readStackSlot(cpu, 32, 32);
  if (eip >>> 0 > 0xffff) cpu.raise(VECTOR_GP, 0);

  replaceEflags(cpu, eflags, existingFlags(cpu.model));
  setVirtual8086Segment(cpu, CS, cs);
  setVirtual8086Segment(cpu, SS, ss);
  setVirtual8086Segment(cpu, ES, es);
  setVirtual8086Segment(cpu, DS, ds);
  setVirtual8086Segment(cpu, FS, fs);
  setVirtual8086Segment(cpu, GS, gs);
  i32[ESP] = esp;
  i32[EIP] = eip;
  setCpl(cpu, 3);
}
