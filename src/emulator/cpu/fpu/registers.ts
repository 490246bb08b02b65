// The x87's registers in linear memory: stack, tags, control and status word (SDM vol. 1 8.1). All names are offsets of
// ../state.ts; nothing is kept elsewhere.
import type { Cpu } from '../cpu';
import {
  FPU_CODE_OFFSET,
  FPU_CONTROL,
  FPU_IGNNE,
  FPU_OPCODE,
  FPU_REGISTER,
  FPU_REGISTER_WORDS,
  FPU_STATUS,
  FPU_VALID,
} from '../state';
import type { Extended } from './extended';
import { SPECIAL, ZERO, kindOf } from './extended';
import { ALL_EXCEPTIONS } from './float-context';

// Status word beyond the exceptions (float-context.ts)
export const STATUS_ES = 0x0080; // an unmasked exception is pending
export const STATUS_C0 = 0x0100;
export const STATUS_C1 = 0x0200;
export const STATUS_C2 = 0x0400;
export const STATUS_TOP = 0x3800; // number of the register that is ST
export const STATUS_C3 = 0x4000;
export const STATUS_B = 0x8000; // busy: on the 387 and later the same as ES
export const TOP_SHIFT = 11;

/** Bits of the control word that exist; bit 6 reads as 1. */
const CONTROL_BITS = 0x1f3f;
const CONTROL_ONE = 0x0040;
/** Behind FNINIT: all exceptions masked, to nearest, 64 bits. */
const CONTROL_INITIAL = 0x037f;

/** Number of the register that is ST(i). */
export function physical({ i32 }: Cpu, i: number): number {
  return ((i32[FPU_STATUS] >> TOP_SHIFT) + i) & 7;
}

export function isEmpty(cpu: Cpu, i: number): boolean {
  return (cpu.i32[FPU_VALID] & (1 << physical(cpu, i))) === 0;
}

/** ST(i), whatever its tag. */
export function readStack(cpu: Cpu, i: number, into: Extended): void {
  readRegister(cpu, physical(cpu, i), into);
}

/** Writes ST(i) and marks it as not empty. */
export function writeStack(cpu: Cpu, i: number, value: Extended): void {
  const n = physical(cpu, i);
  writeRegister(cpu, n, value);
  cpu.i32[FPU_VALID] |= 1 << n;
}

/** Register Rn, by number. */
export function readRegister({ i32 }: Cpu, n: number, into: Extended): void {
  const at = FPU_REGISTER + n * FPU_REGISTER_WORDS;
  into.set((i32[at + 2] >> 15) & 1, i32[at + 2] & 0x7fff, i32[at + 1], i32[at]);
}

/** Register Rn, by number; its tag stays. */
export function writeRegister({ i32 }: Cpu, n: number, { sign, exponent, high, low }: Extended): void {
  const at = FPU_REGISTER + n * FPU_REGISTER_WORDS;
  i32[at] = low;
  i32[at + 1] = high;
  i32[at + 2] = (sign << 15) | exponent;
}

/** Makes ST(i) empty. */
export function free(cpu: Cpu, i: number): void {
  cpu.i32[FPU_VALID] &= ~(1 << physical(cpu, i));
}

/** Moves TOP: -1 makes room for a push, +1 is FINCSTP. */
export function rotateStack({ i32 }: Cpu, by: number): void {
  const status = i32[FPU_STATUS];
  i32[FPU_STATUS] = (status & ~STATUS_TOP) | ((status + (by << TOP_SHIFT)) & STATUS_TOP);
}

export function pop(cpu: Cpu): void {
  free(cpu, 0);
  rotateStack(cpu, 1);
}

/** Writes a new ST. The caller has made sure that there is room, or wants to overwrite. */
export function push(cpu: Cpu, value: Extended): void {
  rotateStack(cpu, -1);
  writeStack(cpu, 0, value);
}

/** Sets C0, C2 and C3 to those of `bits`. C1 goes through the context. */
export function setConditions({ i32 }: Cpu, bits: number): void {
  i32[FPU_STATUS] = (i32[FPU_STATUS] & ~(STATUS_C0 | STATUS_C2 | STATUS_C3)) | bits;
}

/** Stores a control word as FLDCW does. A mask that goes may make an old exception pending. */
export function setControl(cpu: Cpu, word: number): void {
  cpu.i32[FPU_CONTROL] = (word & CONTROL_BITS) | CONTROL_ONE;
  updateSummary(cpu);
}

/** Stores a status word; ES and B follow from exceptions and masks. */
export function setStatus(cpu: Cpu, word: number): void {
  cpu.i32[FPU_STATUS] = word & 0xffff;
  updateSummary(cpu);
}

/** ES and B: whether an exception is set whose mask is not. */
export function updateSummary({ i32 }: Cpu): void {
  const isPending = (i32[FPU_STATUS] & ~i32[FPU_CONTROL] & ALL_EXCEPTIONS) !== 0;
  i32[FPU_STATUS] = (i32[FPU_STATUS] & ~(STATUS_ES | STATUS_B)) | (isPending ? STATUS_ES | STATUS_B : 0);
  if (!isPending) i32[FPU_IGNNE] = 0;
}

/** The tag word, two bits a register: 0 valid, 1 zero, 2 special, 3 empty. Worked out from the contents (SDM 8.1.7). */
export function tagWord(cpu: Cpu, scratch: Extended): number {
  let tags = 0;
  for (let n = 7; n >= 0; n--) {
    tags <<= 2;
    if ((cpu.i32[FPU_VALID] & (1 << n)) === 0) {
      tags |= 3;
      continue;
    }
    readRegister(cpu, n, scratch);
    if (kindOf(scratch) === ZERO) tags |= 1;
    else if (scratch.exponent === 0 || scratch.exponent === SPECIAL || scratch.high >= 0) tags |= 2;
  }
  return tags;
}

/** Takes a tag word: all that counts is which registers are empty. */
export function setTagWord({ i32 }: Cpu, tags: number): void {
  let valid = 0;
  for (let n = 0; n < 8; n++) if (((tags >> (2 * n)) & 3) !== 3) valid |= 1 << n;
  i32[FPU_VALID] = valid;
}

/** FNINIT: control, status, tags and pointers; the registers keep their contents. */
export function initialise(cpu: Cpu): void {
  const { i32 } = cpu;
  i32[FPU_CONTROL] = CONTROL_INITIAL;
  i32[FPU_STATUS] = 0;
  i32[FPU_VALID] = 0;
  i32.fill(0, FPU_CODE_OFFSET, FPU_OPCODE + 1);
  updateSummary(cpu);
}

/** Behind RESET: as the i486 and later have it, zeros in all registers and every exception unmasked (SDM vol. 3 table 9-1). */
export function resetFpu(cpu: Cpu): void {
  const { i32 } = cpu;
  initialise(cpu);
  i32.fill(0, FPU_REGISTER, FPU_CONTROL);
  if (cpu.model === '386') return;
  i32[FPU_CONTROL] = CONTROL_ONE;
  i32[FPU_VALID] = 0xff;
}
