// Registers after RESET and INIT (i386 PRM 10.1, i486 PRM 10.1, SDM vol. 3 table 9-1).
// INIT, which leaves caches and x87 state alone, is not told apart from RESET: nothing observes them across one.
import type { Cpu } from './cpu';
import type { CpuModel } from './cpu-host';
import { resetFpu } from './fpu/registers';
import {
  CPL,
  CR0,
  CR0_CD,
  CR0_ET,
  CR0_NW,
  CR2,
  CR3,
  CR4,
  CS,
  DR,
  EAX,
  EDX,
  EFLAGS,
  EIP,
  EVENTS,
  EVENT_INTR,
  GDTR_BASE,
  GDTR_LIMIT,
  IDTR_BASE,
  IDTR_LIMIT,
  LAZY_KIND,
  LAZY_RESULT,
  LAZY_OPERAND,
  LDTR,
  RUNNING,
  RUN_STATE,
  SEGMENT,
  SEGMENT_WORDS,
  SEG_ACCESS,
  SEG_BASE,
  SEG_LIMIT,
  SEG_SELECTOR,
  TR,
  ZERO,
} from './state';

/**
 * Family, model and stepping left in EDX: i386DX D1 stepping, i486DX (no CPUID instruction), Pentium P54C,
 * Pentium III Coppermine cC0.
 */
export const RESET_SIGNATURE: Record<CpuModel, number> = { '386': 0x0308, '486': 0x0404, '586': 0x052c, '686': 0x068a };

const CR0_AFTER_RESET: Record<CpuModel, number> = {
  '386': CR0_ET,
  '486': CR0_ET | CR0_CD | CR0_NW,
  '586': CR0_ET | CR0_CD | CR0_NW,
  '686': CR0_ET | CR0_CD | CR0_NW,
};

// Present, writable, accessed data; present LDT; present busy 32-bit TSS.
const DATA_ACCESS = 0x93;
const LDT_ACCESS = 0x82;
const TSS_ACCESS = 0x8b;

/** Puts all registers into the state after RESET. The caller updates what is derived from them. */
export function resetRegisters(cpu: Cpu): void {
  const { i32, model } = cpu;
  i32.fill(0, EAX, EAX + 8);
  i32[EDX] = RESET_SIGNATURE[model];
  i32[EIP] = 0xfff0;
  i32[EFLAGS] = 2;
  i32[LAZY_KIND] = 0;
  i32[LAZY_RESULT] = 0;
  i32[LAZY_OPERAND] = 0;
  i32[CR0] = CR0_AFTER_RESET[model];
  i32[CR2] = 0;
  i32[CR3] = 0;
  i32[CR4] = 0;
  i32.fill(0, DR, DR + 8);
  i32[DR + 6] = model === '386' ? 0 : 0xffff_0ff0;
  i32[DR + 7] = model === '386' ? 0 : 0x400;
  for (let seg = 0; seg <= TR; seg++) {
    const at = SEGMENT + seg * SEGMENT_WORDS;
    i32[at + SEG_SELECTOR] = 0;
    i32[at + SEG_BASE] = 0;
    i32[at + SEG_LIMIT] = 0xffff;
    i32[at + SEG_ACCESS] = seg === LDTR ? LDT_ACCESS : seg === TR ? TSS_ACCESS : DATA_ACCESS;
  }
  i32[SEGMENT + CS * SEGMENT_WORDS + SEG_SELECTOR] = 0xf000;
  i32[SEGMENT + CS * SEGMENT_WORDS + SEG_BASE] = 0xffff_0000;
  i32[GDTR_BASE] = 0;
  i32[GDTR_LIMIT] = 0xffff;
  i32[IDTR_BASE] = 0;
  i32[IDTR_LIMIT] = model === '386' ? 0x3ff : 0xffff;
  i32[CPL] = 0;
  i32[RUN_STATE] = RUNNING;
  i32[EVENTS] &= EVENT_INTR;
  i32[ZERO] = 0;
  resetFpu(cpu);
}
