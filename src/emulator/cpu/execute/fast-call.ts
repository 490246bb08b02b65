// SYSENTER and SYSEXIT: flat segments set by rule, no descriptor read (SDM vol. 2 SYSENTER, SYSEXIT; Pentium II and later).
import type { Cpu } from '../cpu';
import { replaceEflags } from '../protection/eflags-rules';
import { MSR_SYSENTER_CS, MSR_SYSENTER_EIP, MSR_SYSENTER_ESP, modelRegisterLow } from '../msr';
import { setCpl, setSegment } from '../protection/segments';
import { CPL, CR0, CR0_PE, CS, EAX, ECX, EDX, EIP, ESP, FLAG_IF, FLAG_RF, FLAG_VM, SS, VECTOR_GP } from '../state';

// Present, accessed, 32 bits, granular: code with read, data with write; DPL 0 and 3
const FLAT_CODE_0 = 0xc09b;
const FLAT_DATA_0 = 0xc093;
const FLAT_CODE_3 = 0xc0fb;
const FLAT_DATA_3 = 0xc0f3;
const FLAT_LIMIT = -1;

/** The selector in SYSENTER_CS_MSR; #GP(0) outside protected mode and while it is null. */
function enterSelector(cpu: Cpu): number {
  if ((cpu.i32[CR0] & CR0_PE) === 0) cpu.raise(VECTOR_GP, 0);
  const selector = modelRegisterLow(cpu, MSR_SYSENTER_CS) & 0xfffc;
  return selector !== 0 ? selector : cpu.raise(VECTOR_GP, 0);
}

export function sysenter(cpu: Cpu): void {
  const selector = enterSelector(cpu);
  replaceEflags(cpu, 0, FLAG_VM | FLAG_IF | FLAG_RF);
  setSegment(cpu, CS, selector, 0, FLAT_LIMIT, FLAT_CODE_0);
  setSegment(cpu, SS, selector + 8, 0, FLAT_LIMIT, FLAT_DATA_0);
  setCpl(cpu, 0);
  cpu.i32[ESP] = modelRegisterLow(cpu, MSR_SYSENTER_ESP);
  cpu.i32[EIP] = modelRegisterLow(cpu, MSR_SYSENTER_EIP);
  cpu.observer?.fastCall?.(cpu.i32[EAX]);
}

export function sysexit(cpu: Cpu): void {
  const selector = enterSelector(cpu);
  if (cpu.i32[CPL] !== 0) cpu.raise(VECTOR_GP, 0);
  setSegment(cpu, CS, (selector + 16) | 3, 0, FLAT_LIMIT, FLAT_CODE_3);
  setSegment(cpu, SS, (selector + 24) | 3, 0, FLAT_LIMIT, FLAT_DATA_3);
  setCpl(cpu, 3);
  cpu.i32[ESP] = cpu.i32[ECX];
  cpu.i32[EIP] = cpu.i32[EDX];
}
