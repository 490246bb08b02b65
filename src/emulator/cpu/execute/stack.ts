// PUSH, POP, PUSHA, POPA, ENTER, LEAVE (i386 PRM ch. 17). The stack segment's B bit chooses ESP or SP.
import type { Cpu } from '../cpu';
import type { ExecuteFunction, Instruction } from '../decode/instruction';
import {
  load16,
  load32,
  pop16,
  pop32,
  push16,
  push32,
  readSegment16,
  readSegment32,
  segmentLinear,
  setStackPointer,
  stackMask,
  store16,
  store32,
  writeSegment16,
  writeSegment32,
} from '../memory/linear-memory';
import { probeWrite } from '../memory/paging';
import { WANTS_WRITE } from '../memory/segment-cache';
import { loadSegment } from '../protection/segments';
import {
  EAX,
  EBP,
  ECX,
  EDI,
  EDX,
  EBX,
  ESI,
  ESP,
  EVENTS,
  EVENT_SHADOW,
  SEGMENT,
  SEGMENT_WORDS,
  SEG_SELECTOR,
  SS,
} from '../state';

const BP = EBP * 2;

// ---- PUSH, POP of registers, memory and immediates ----

export const pushZw: ExecuteFunction = (cpu, { reg }) => push16(cpu, cpu.u16[reg]);
export const pushZd: ExecuteFunction = (cpu, { reg }) => push32(cpu, cpu.i32[reg]);
export const pushEw: ExecuteFunction = (cpu, { rm }) => push16(cpu, cpu.u16[rm]);
export const pushEd: ExecuteFunction = (cpu, { rm }) => push32(cpu, cpu.i32[rm]);
export const pushMw: ExecuteFunction = (cpu, insn) => push16(cpu, load16(cpu, insn));
export const pushMd: ExecuteFunction = (cpu, insn) => push32(cpu, load32(cpu, insn));
export const pushIw: ExecuteFunction = (cpu, { imm }) => push16(cpu, imm & 0xffff);
export const pushId: ExecuteFunction = (cpu, { imm }) => push32(cpu, imm);

export const popZw: ExecuteFunction = (cpu, { reg }) => void (cpu.u16[reg] = pop16(cpu));
export const popZd: ExecuteFunction = (cpu, { reg }) => void (cpu.i32[reg] = pop32(cpu));
export const popEw: ExecuteFunction = (cpu, { rm }) => void (cpu.u16[rm] = pop16(cpu));
export const popEd: ExecuteFunction = (cpu, { rm }) => void (cpu.i32[rm] = pop32(cpu));

/** The address is worked out with ESP already raised (SDM vol. 2, POP); a fault puts ESP back. */
function popMemory(cpu: Cpu, insn: Instruction, isWide: boolean): void {
  const { i32 } = cpu;
  const before = i32[ESP];
  const value = isWide ? pop32(cpu) : pop16(cpu);
  const after = i32[ESP];
  let isDone = false;
  try {
    if (isWide) store32(cpu, insn, value);
    else store16(cpu, insn, value);
    isDone = true;
  } finally {
    i32[ESP] = isDone ? after : before;
  }
}

export const popMw: ExecuteFunction = (cpu, insn) => popMemory(cpu, insn, false);
export const popMd: ExecuteFunction = (cpu, insn) => popMemory(cpu, insn, true);

// ---- segment registers: the operation is the register's number ----

function selectorOf(cpu: Cpu, seg: number): number {
  return cpu.i32[SEGMENT + seg * SEGMENT_WORDS + SEG_SELECTOR] & 0xffff;
}

export const pushSegment16: ExecuteFunction = (cpu, { operation }) => push16(cpu, selectorOf(cpu, operation));
/** Moves ESP by four; Intel parts since the 386 write only the lower two bytes (SDM vol. 2, PUSH). */
export const pushSegment32: ExecuteFunction = (cpu, { operation }) => {
  const top = (cpu.i32[ESP] - 4) | 0;
  writeSegment16(cpu, SS, top & stackMask(cpu), selectorOf(cpu, operation));
  setStackPointer(cpu, top);
};

function popSegment(cpu: Cpu, seg: number, sizeBytes: number): void {
  const top = cpu.i32[ESP];
  const mask = stackMask(cpu);
  loadSegment(cpu, seg, readSegment16(cpu, SS, top & mask));
  // With the mask of the old stack: POP SS may have brought another one, whose ESP comes next.
  cpu.i32[ESP] = (top & ~mask) | ((top + sizeBytes) & mask);
  if (seg !== SS) return;
  cpu.i32[EVENTS] |= EVENT_SHADOW;
  cpu.clock.requestAttention();
}

export const popSegment16: ExecuteFunction = (cpu, { operation }) => popSegment(cpu, operation, 2);
export const popSegment32: ExecuteFunction = (cpu, { operation }) => popSegment(cpu, operation, 4);

// ---- PUSHA, POPA: all eight or none ----

const ALL_REGISTERS = [EAX, ECX, EDX, EBX, ESP, EBP, ESI, EDI];

export const pusha32: ExecuteFunction = (cpu) => {
  const { i32 } = cpu;
  const mask = stackMask(cpu);
  const top = i32[ESP];
  probeStack(cpu, 4);
  ALL_REGISTERS.forEach((register, n) => writeSegment32(cpu, SS, (top - 4 * (n + 1)) & mask, i32[register]));
  setStackPointer(cpu, top - 32);
};
export const pusha16: ExecuteFunction = (cpu) => {
  const { i32, u16 } = cpu;
  const mask = stackMask(cpu);
  const top = i32[ESP];
  probeStack(cpu, 2);
  ALL_REGISTERS.forEach((register, n) => writeSegment16(cpu, SS, (top - 2 * (n + 1)) & mask, u16[register * 2]));
  setStackPointer(cpu, top - 16);
};

/** Raises what any of the eight pushes would raise. */
function probeStack(cpu: Cpu, sizeBytes: number): void {
  const mask = stackMask(cpu);
  for (let n = 1; n <= 8; n++) {
    const at = segmentLinear(cpu, SS, (cpu.i32[ESP] - n * sizeBytes) & mask, sizeBytes, WANTS_WRITE);
    if (!cpu.isPlainWrite(at, sizeBytes)) probeWrite(cpu, at, sizeBytes, cpu.isUser);
  }
}

const popped = new Int32Array(8);

/** The stored ESP is skipped. */
export const popa32: ExecuteFunction = (cpu) => {
  const { i32 } = cpu;
  const mask = stackMask(cpu);
  const top = i32[ESP];
  for (let n = 0; n < 8; n++) popped[n] = readSegment32(cpu, SS, (top + 4 * n) & mask);
  for (let n = 0; n < 8; n++) if (n !== 3) i32[ALL_REGISTERS[7 - n]] = popped[n];
  setStackPointer(cpu, top + 32);
};
export const popa16: ExecuteFunction = (cpu) => {
  const { i32, u16 } = cpu;
  const mask = stackMask(cpu);
  const top = i32[ESP];
  for (let n = 0; n < 8; n++) popped[n] = readSegment16(cpu, SS, (top + 2 * n) & mask);
  for (let n = 0; n < 8; n++) if (n !== 3) u16[ALL_REGISTERS[7 - n] * 2] = popped[n];
  setStackPointer(cpu, top + 16);
};

// ---- ENTER, LEAVE ----

/** Builds a frame with `level` - 1 copied frame pointers; ESP and EBP change when all of it is written. */
function enter(cpu: Cpu, insn: Instruction, isWide: boolean): void {
  const { i32, u16 } = cpu;
  const level = insn.imm2 & 31;
  const mask = stackMask(cpu);
  const slot = isWide ? 4 : 2;
  let top = (i32[ESP] - slot) | 0;
  const frame = (i32[ESP] & ~mask) | (top & mask);
  write(cpu, top & mask, i32[EBP], isWide);
  if (level > 0) {
    let from = i32[EBP];
    for (let n = 1; n < level; n++) {
      from -= slot;
      top -= slot;
      const value = isWide ? readSegment32(cpu, SS, from & mask) : readSegment16(cpu, SS, from & mask);
      write(cpu, top & mask, value, isWide);
    }
    top -= slot;
    write(cpu, top & mask, frame, isWide);
  }
  const end = top - insn.imm;
  // The new stack top must be writable (SDM vol. 2, ENTER).
  const last = segmentLinear(cpu, SS, end & mask, slot, WANTS_WRITE);
  if (!cpu.isPlainWrite(last, slot)) probeWrite(cpu, last, slot, cpu.isUser);
  if (isWide) i32[EBP] = frame;
  else u16[BP] = frame;
  setStackPointer(cpu, end);
}

function write(cpu: Cpu, offset: number, value: number, isWide: boolean): void {
  if (isWide) writeSegment32(cpu, SS, offset, value);
  else writeSegment16(cpu, SS, offset, value & 0xffff);
}

export const enter16: ExecuteFunction = (cpu, insn) => enter(cpu, insn, false);
export const enter32: ExecuteFunction = (cpu, insn) => enter(cpu, insn, true);

export const leave32: ExecuteFunction = (cpu) => {
  const { i32 } = cpu;
  const mask = stackMask(cpu);
  const frame = i32[EBP];
  const value = readSegment32(cpu, SS, frame & mask);
  setStackPointer(cpu, frame + 4);
  i32[EBP] = value;
};
export const leave16: ExecuteFunction = (cpu) => {
  const { i32, u16 } = cpu;
  const mask = stackMask(cpu);
  const frame = i32[EBP];
  const value = readSegment16(cpu, SS, frame & mask);
  setStackPointer(cpu, frame + 2);
  u16[BP] = value;
};
