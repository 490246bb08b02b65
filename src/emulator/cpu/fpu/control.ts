// Control instructions: control and status word, stack pointer, environment and whole state in the four layouts of
// FSTENV and FSAVE, FXSAVE and FXRSTOR (SDM vol. 1 8.1.10, figures 8-9 to 8-12, 10.5.1; vol. 2, their pages).
import type { Cpu } from '../cpu';
import type { Instruction } from '../decode/instruction';
import { effectiveAddress } from '../memory/linear-memory';
import {
  CR0,
  CR0_PE,
  EAX,
  EFLAGS,
  FLAG_VM,
  FPU_CODE_OFFSET,
  FPU_CODE_SELECTOR,
  FPU_CONTROL,
  FPU_DATA_OFFSET,
  FPU_DATA_SELECTOR,
  FPU_OPCODE,
  FPU_STATUS,
  FPU_VALID,
  VECTOR_GP,
} from '../state';
import { control, keepConditionOne, numeric, requireFpu, waitingControl } from './execute';
import { Extended } from './extended';
import { ALL_EXCEPTIONS, STACK_FAULT } from './float-context';
import { readable, readExtended, writable, writeExtended } from './operands';
import {
  initialise,
  physical,
  readRegister,
  rotateStack,
  setControl,
  setStatus,
  setTagWord,
  tagWord,
  updateSummary,
  writeRegister,
} from './registers';

const AX = EAX * 2;
/** The exceptions, and SF. */
const ERRORS = ALL_EXCEPTIONS | STACK_FAULT;

const scratch = new Extended();

/** FNOP, and FNENI, FNDISI, FNSETPM: what the 8087 and the 80287 needed does nothing since the 387. */
export const nothing = numeric(keepConditionOne);
export const obsolete = control(() => {});

export const fincstp = numeric((cpu) => rotateStack(cpu, 1));
export const fdecstp = numeric((cpu) => rotateStack(cpu, -1));

export const fninit = control(initialise);
export const fnclex = control((cpu) => setStatus(cpu, cpu.i32[FPU_STATUS] & ~ERRORS));

export const fldcw = waitingControl((cpu, insn) => setControl(cpu, cpu.read16(readable(cpu, insn, 2, 2))));
export const fnstcw = control((cpu, insn) => cpu.write16(writable(cpu, insn, 2, 2), cpu.i32[FPU_CONTROL]));
export const fnstsw = control((cpu, insn) => cpu.write16(writable(cpu, insn, 2, 2), cpu.i32[FPU_STATUS]));
export const fnstswAx = control((cpu) => void (cpu.u16[AX] = cpu.i32[FPU_STATUS]));

// ---- environment ----

function isProtected({ i32 }: Cpu): boolean {
  return (i32[CR0] & CR0_PE) !== 0 && (i32[EFLAGS] & FLAG_VM) === 0;
}

/** The environment as 32-bit words, each the lower half of which is a word of the 16-bit layout where possible. */
const words = new Int32Array(7);

/** Linear address of a pointer, as the layouts of real and virtual 8086 mode hold it. */
function linearOf(selector: number, offset: number): number {
  return ((selector << 4) + offset) | 0;
}

function gatherEnvironment(cpu: Cpu, is32: boolean): void {
  const { i32 } = cpu;
  words[0] = i32[FPU_CONTROL] | ~0xffff;
  words[1] = i32[FPU_STATUS] | ~0xffff;
  words[2] = tagWord(cpu, scratch) | ~0xffff;
  if (isProtected(cpu)) {
    words[3] = i32[FPU_CODE_OFFSET];
    words[4] = (i32[FPU_CODE_SELECTOR] & 0xffff) | (i32[FPU_OPCODE] << 16);
    words[5] = i32[FPU_DATA_OFFSET];
    words[6] = i32[FPU_DATA_SELECTOR] | ~0xffff;
    return;
  }
  const code = linearOf(i32[FPU_CODE_SELECTOR], i32[FPU_CODE_OFFSET]);
  const data = linearOf(i32[FPU_DATA_SELECTOR], i32[FPU_DATA_OFFSET]);
  // Bits 31..16 of the pointers stand from bit 12 on; the 16-bit layout has room for four of them.
  words[3] = is32 ? code | ~0xffff : code;
  words[4] = ((code >>> 16) << 12) | i32[FPU_OPCODE];
  words[5] = is32 ? data | ~0xffff : data;
  words[6] = (data >>> 16) << 12;
}

/** @returns the address behind the environment */
function writeEnvironment(cpu: Cpu, at: number, is32: boolean): number {
  gatherEnvironment(cpu, is32);
  for (let i = 0; i < 7; i++) {
    if (is32) cpu.write32((at + 4 * i) | 0, words[i]);
    else cpu.write16((at + 2 * i) | 0, words[i] & 0xffff);
  }
  return (at + environmentBytes(is32)) | 0;
}

function environmentBytes(is32: boolean): number {
  return is32 ? 28 : 14;
}

function readEnvironment(cpu: Cpu, at: number, is32: boolean): void {
  for (let i = 0; i < 7; i++) {
    words[i] = is32 ? cpu.read32((at + 4 * i) | 0) : cpu.read16((at + 2 * i) | 0);
  }
}

function takeEnvironment(cpu: Cpu, is32: boolean): void {
  const { i32 } = cpu;
  setTagWord(cpu, words[2]);
  if (isProtected(cpu)) {
    i32[FPU_CODE_OFFSET] = words[3];
    i32[FPU_CODE_SELECTOR] = words[4] & 0xffff;
    if (is32) i32[FPU_OPCODE] = (words[4] >>> 16) & 0x7ff;
    i32[FPU_DATA_OFFSET] = words[5];
    i32[FPU_DATA_SELECTOR] = words[6] & 0xffff;
  } else {
    const highMask = is32 ? 0x0fff_f000 : 0xf000;
    i32[FPU_CODE_OFFSET] = ((words[4] & highMask) << 4) | (words[3] & 0xffff);
    i32[FPU_CODE_SELECTOR] = 0;
    i32[FPU_OPCODE] = words[4] & 0x7ff;
    i32[FPU_DATA_OFFSET] = ((words[6] & highMask) << 4) | (words[5] & 0xffff);
    i32[FPU_DATA_SELECTOR] = 0;
  }
  setControl(cpu, words[0]);
  setStatus(cpu, words[1]);
}

const REGISTER_BYTES = 10;

// The registers of the image stand at every tenth byte. They are moved in words: the figures of FNSAVE and FRSTOR include
// that, so it must not be charged once more as misaligned access.

function writeRegisterImage(cpu: Cpu, at: number): void {
  const { sign, exponent, high, low } = scratch;
  cpu.write16(at, low & 0xffff);
  cpu.write16((at + 2) | 0, low >>> 16);
  cpu.write16((at + 4) | 0, high & 0xffff);
  cpu.write16((at + 6) | 0, high >>> 16);
  cpu.write16((at + 8) | 0, (sign << 15) | exponent);
}

function readRegisterImage(cpu: Cpu, at: number): void {
  const low = cpu.read16(at) | (cpu.read16((at + 2) | 0) << 16);
  const high = cpu.read16((at + 4) | 0) | (cpu.read16((at + 6) | 0) << 16);
  const top = cpu.read16((at + 8) | 0);
  scratch.set(top >> 15, top & 0x7fff, high, low);
}

/** FNSTENV: then all exceptions are masked. */
export const fnstenv = control((cpu, insn) => {
  const is32 = insn.operandSize === 32;
  writeEnvironment(cpu, writable(cpu, insn, environmentBytes(is32), is32 ? 4 : 2), is32);
  cpu.i32[FPU_CONTROL] |= ALL_EXCEPTIONS;
  updateSummary(cpu);
});

export const fldenv = waitingControl((cpu, insn) => {
  const is32 = insn.operandSize === 32;
  readEnvironment(cpu, readable(cpu, insn, environmentBytes(is32), is32 ? 4 : 2), is32);
  takeEnvironment(cpu, is32);
});

/** FNSAVE: environment, then ST to ST(7); then FNINIT. */
export const fnsave = control((cpu, insn) => {
  const is32 = insn.operandSize === 32;
  const sizeBytes = environmentBytes(is32) + 8 * REGISTER_BYTES;
  const registersAt = writeEnvironment(cpu, writable(cpu, insn, sizeBytes, is32 ? 4 : 2), is32);
  for (let i = 0; i < 8; i++) {
    readRegister(cpu, physical(cpu, i), scratch);
    writeRegisterImage(cpu, (registersAt + REGISTER_BYTES * i) | 0);
  }
  initialise(cpu);
});

/** FRSTOR: everything is read before anything is taken. */
export const frstor = waitingControl((cpu, insn) => {
  const is32 = insn.operandSize === 32;
  const sizeBytes = environmentBytes(is32) + 8 * REGISTER_BYTES;
  const at = readable(cpu, insn, sizeBytes, is32 ? 4 : 2);
  cpu.read8((at + sizeBytes - 1) | 0);
  readEnvironment(cpu, at, is32);
  takeEnvironment(cpu, is32);
  for (let i = 0; i < 8; i++) {
    readRegisterImage(cpu, (at + environmentBytes(is32) + REGISTER_BYTES * i) | 0);
    writeRegister(cpu, physical(cpu, i), scratch);
  }
});

// ---- FXSAVE ----

const FXSAVE_BYTES = 512;
const FXSAVE_REGISTERS = 32;

/** Linear address of the 512-byte area. Raises #GP(0) unless it is a multiple of 16. */
function requireAligned(cpu: Cpu, insn: Instruction, linear: number): number {
  if ((effectiveAddress(cpu, insn) & 15) !== 0 || (linear & 15) !== 0) cpu.raise(VECTOR_GP, 0);
  return linear;
}

/** FXSAVE, of a CPU without SSE: the fields for MXCSR and the XMM registers stay as they are. */
export function fxsave(cpu: Cpu, insn: Instruction): void {
  requireFpu(cpu);
  const at = requireAligned(cpu, insn, writable(cpu, insn, FXSAVE_BYTES, 1));
  const { i32 } = cpu;
  cpu.write16(at, i32[FPU_CONTROL]);
  cpu.write16((at + 2) | 0, i32[FPU_STATUS]);
  cpu.write16((at + 4) | 0, i32[FPU_VALID]);
  cpu.write16((at + 6) | 0, i32[FPU_OPCODE]);
  cpu.write32((at + 8) | 0, i32[FPU_CODE_OFFSET]);
  cpu.write32((at + 12) | 0, i32[FPU_CODE_SELECTOR]);
  cpu.write32((at + 16) | 0, i32[FPU_DATA_OFFSET]);
  cpu.write32((at + 20) | 0, i32[FPU_DATA_SELECTOR]);
  for (let i = 0; i < 8; i++) {
    const registerAt = (at + FXSAVE_REGISTERS + 16 * i) | 0;
    readRegister(cpu, physical(cpu, i), scratch);
    writeExtended(cpu, registerAt, scratch);
    cpu.write16((registerAt + 10) | 0, 0);
    cpu.write32((registerAt + 12) | 0, 0);
  }
}

/** FXRSTOR: what is loaded may make an exception pending, for the next instruction that waits. */
export function fxrstor(cpu: Cpu, insn: Instruction): void {
  requireFpu(cpu);
  const at = requireAligned(cpu, insn, readable(cpu, insn, FXSAVE_BYTES, 1));
  const { i32 } = cpu;
  const controlWord = cpu.read16(at);
  // The area may reach into a page that is not there.
  cpu.read8((at + FXSAVE_BYTES - 1) | 0);
  i32[FPU_VALID] = cpu.read8((at + 4) | 0);
  i32[FPU_OPCODE] = cpu.read16((at + 6) | 0) & 0x7ff;
  i32[FPU_CODE_OFFSET] = cpu.read32((at + 8) | 0);
  i32[FPU_CODE_SELECTOR] = cpu.read16((at + 12) | 0);
  i32[FPU_DATA_OFFSET] = cpu.read32((at + 16) | 0);
  i32[FPU_DATA_SELECTOR] = cpu.read16((at + 20) | 0);
  setControl(cpu, controlWord);
  setStatus(cpu, cpu.read16((at + 2) | 0));
  for (let i = 0; i < 8; i++) {
    readExtended(cpu, (at + FXSAVE_REGISTERS + 16 * i) | 0, scratch);
    writeRegister(cpu, physical(cpu, i), scratch);
  }
}
