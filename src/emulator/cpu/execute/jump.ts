// Near jumps, calls and returns, LOOP and JCXZ; far forms hand over to far-transfer.ts (i386 PRM ch. 17).
// EIP holds the block's first EIP while a block runs: targets are that plus the instruction's offsets.
import { COUNTER } from '../../counters';
import type { Cpu } from '../cpu';
import { farReturn } from '../protection/far-return';
import { farCall, farJump } from '../protection/far-transfer';
import { isBelowOrEqual, isCarry, isLess, isLessOrEqual, isOverflow, isParity, isSign, isZero } from '../flags';
import type { ExecuteFunction, Instruction } from '../decode/instruction';
import { chargeTarget } from '../decode/instruction-clocks';
import {
  operandLinear,
  pop16,
  pop32,
  push16,
  push32,
  readRm16,
  readRm32,
  readSegment16,
  readSegment32,
  stackMask,
} from '../memory/linear-memory';
import type { Handlers } from '../decode/opcode-row';
import { bySize } from '../decode/opcode-row';
import { WANTS_READ } from '../memory/segment-cache';
import { CS, ECX, EFLAGS, EIP, ESP, FLAG_IF, IN_FLIGHT, SS, VECTOR_GP } from '../state';

const CX = ECX * 2;

/** Raises #GP(0) when EIP would leave the code segment: before anything has changed. */
export function checkTarget(cpu: Cpu, target: number): void {
  const { segments } = cpu;
  if (!segments.isFlat && target >>> 0 > segments.last[CS]) cpu.raise(VECTOR_GP, 0);
}

/** A relative jump that is taken. */
function jumpRelative(cpu: Cpu, insn: Instruction): void {
  const { i32 } = cpu;
  let target = i32[EIP] + insn.nextOffset + insn.imm;
  if (insn.operandSize === 16) target &= 0xffff;
  if (!cpu.segments.isFlat) checkTarget(cpu, target);
  i32[EIP] = target;
}

// ---- Jcc ----

function takeIf(cpu: Cpu, insn: Instruction, isTaken: boolean): void {
  if (isTaken) {
    jumpRelative(cpu, insn);
    cpu.f64[COUNTER.CYCLES] += insn.extraCycles;
    chargeTarget(cpu, insn);
  } else {
    cpu.i32[EIP] += insn.nextOffset;
  }
}

export const CONDITIONAL: readonly ExecuteFunction[] = [
  (cpu, insn) => takeIf(cpu, insn, isOverflow(cpu)),
  (cpu, insn) => takeIf(cpu, insn, !isOverflow(cpu)),
  (cpu, insn) => takeIf(cpu, insn, isCarry(cpu)),
  (cpu, insn) => takeIf(cpu, insn, !isCarry(cpu)),
  (cpu, insn) => takeIf(cpu, insn, isZero(cpu)),
  (cpu, insn) => takeIf(cpu, insn, !isZero(cpu)),
  (cpu, insn) => takeIf(cpu, insn, isBelowOrEqual(cpu)),
  (cpu, insn) => takeIf(cpu, insn, !isBelowOrEqual(cpu)),
  (cpu, insn) => takeIf(cpu, insn, isSign(cpu)),
  (cpu, insn) => takeIf(cpu, insn, !isSign(cpu)),
  (cpu, insn) => takeIf(cpu, insn, isParity(cpu)),
  (cpu, insn) => takeIf(cpu, insn, !isParity(cpu)),
  (cpu, insn) => takeIf(cpu, insn, isLess(cpu)),
  (cpu, insn) => takeIf(cpu, insn, !isLess(cpu)),
  (cpu, insn) => takeIf(cpu, insn, isLessOrEqual(cpu)),
  (cpu, insn) => takeIf(cpu, insn, !isLessOrEqual(cpu)),
];

/** Handlers of `Jcc` for a condition number. */
export function conditional(condition: number): Handlers {
  const execute = CONDITIONAL[condition];
  return bySize(execute, execute, execute, execute);
}

// ---- JMP ----

export const jmp16: ExecuteFunction = (cpu, insn) => {
  jumpRelative(cpu, insn);
  chargeTarget(cpu, insn);
  if (insn.imm === -insn.length) waitForAlarm(cpu, insn);
};
export const jmp32 = jmp16;

export const jmpEv: ExecuteFunction = (cpu, insn) => {
  const target = insn.operandSize === 32 ? readRm32(cpu, insn) : readRm16(cpu, insn);
  checkTarget(cpu, target);
  cpu.i32[EIP] = target;
  chargeTarget(cpu, insn);
};

/** A jump to itself that will cost the next time what it costs now. */
function repeatsAlike(cpu: Cpu, insn: Instruction): boolean {
  return !cpu.isObserving && insn.startOffset === 0 && cpu.i32[IN_FLIGHT] === 0;
}

/** `m` of a jump to itself. */
function ownComponents(insn: Instruction): number {
  return insn.addsTarget ? insn.components : 0;
}

/** `JMP $`: nothing can happen before the next alarm, so all further iterations until then are counted at once. */
function waitForAlarm(cpu: Cpu, insn: Instruction): void {
  const { f64, i32 } = cpu;
  if (!cpu.skipIdleLoops || !repeatsAlike(cpu, insn)) return;
  const cycles = insn.cycles + ownComponents(insn);
  const left = f64[COUNTER.DEADLINE] - f64[COUNTER.CYCLES] - cycles;
  if ((i32[EFLAGS] & FLAG_IF) === 0 || cycles === 0 || left <= 0 || left === Infinity) return;
  const iterations = Math.ceil(left / cycles);
  f64[COUNTER.CYCLES] += iterations * cycles;
  f64[COUNTER.POLL_CYCLES] += iterations * cycles;
  f64[COUNTER.MEMORY_CYCLES] += iterations * insn.fetchCycles;
  f64[COUNTER.INSTRUCTIONS] += iterations;
}

// ---- CALL, RET ----

export const call32: ExecuteFunction = (cpu, insn) => {
  const { i32 } = cpu;
  const next = i32[EIP] + insn.nextOffset;
  const target = (next + insn.imm) | 0;
  if (!cpu.segments.isFlat) checkTarget(cpu, target);
  push32(cpu, next);
  i32[EIP] = target;
  chargeTarget(cpu, insn);
};
export const call16: ExecuteFunction = (cpu, insn) => {
  const next = cpu.i32[EIP] + insn.nextOffset;
  const target = (next + insn.imm) & 0xffff;
  checkTarget(cpu, target);
  push16(cpu, next & 0xffff);
  cpu.i32[EIP] = target;
  chargeTarget(cpu, insn);
};
export const callEv: ExecuteFunction = (cpu, insn) => {
  const next = cpu.i32[EIP] + insn.nextOffset;
  const target = insn.operandSize === 32 ? readRm32(cpu, insn) : readRm16(cpu, insn);
  checkTarget(cpu, target);
  if (insn.operandSize === 32) push32(cpu, next);
  else push16(cpu, next & 0xffff);
  cpu.i32[EIP] = target;
  chargeTarget(cpu, insn);
};

/** Drops `bytes` of parameters. */
function release(cpu: Cpu, bytes: number): void {
  if (bytes === 0) return;
  const mask = stackMask(cpu);
  const { i32 } = cpu;
  i32[ESP] = (i32[ESP] & ~mask) | ((i32[ESP] + bytes) & mask);
}

export const ret32: ExecuteFunction = (cpu, insn) => {
  if (cpu.segments.isFlat) {
    cpu.i32[EIP] = pop32(cpu);
  } else {
    const target = readSegment32(cpu, SS, cpu.i32[ESP] & stackMask(cpu));
    checkTarget(cpu, target);
    pop32(cpu);
    cpu.i32[EIP] = target;
  }
  release(cpu, insn.imm);
  chargeTarget(cpu, insn);
};
export const ret16: ExecuteFunction = (cpu, insn) => {
  const target = readSegment16(cpu, SS, cpu.i32[ESP] & stackMask(cpu));
  checkTarget(cpu, target);
  pop16(cpu);
  cpu.i32[EIP] = target;
  release(cpu, insn.imm);
  chargeTarget(cpu, insn);
};

// ---- LOOP, JCXZ: the address size chooses the counter ----

const LOOPNE = 0;
const LOOPE = 1;
const LOOP = 2;

export const loop: ExecuteFunction = (cpu, insn) => {
  const { operation } = insn;
  if (operation === LOOP && insn.imm === -insn.length) spin(cpu, insn);
  const isWide = insn.addressMask === -1;
  const left = isWide ? (cpu.i32[ECX] - 1) | 0 : (cpu.u16[CX] - 1) & 0xffff;
  let isTaken = left !== 0;
  if (operation === LOOPE) isTaken &&= isZero(cpu);
  else if (operation === LOOPNE) isTaken &&= !isZero(cpu);
  takeIf(cpu, insn, isTaken);
  if (isWide) cpu.i32[ECX] = left;
  else cpu.u16[CX] = left;
};

/** `LOOP $`: all rounds but the last one before the deadline, or before the counter ends, at once. */
function spin(cpu: Cpu, insn: Instruction): void {
  const { f64 } = cpu;
  if (!repeatsAlike(cpu, insn)) return;
  const perRound = insn.cycles + insn.extraCycles + ownComponents(insn);
  const isWide = insn.addressMask === -1;
  const counter = isWide ? cpu.i32[ECX] >>> 0 : cpu.u16[CX];
  const toDeadline = Math.ceil((f64[COUNTER.DEADLINE] - f64[COUNTER.CYCLES]) / perRound) - 1;
  const rounds = Math.min(counter === 0 ? 0 : counter - 1, toDeadline);
  if (!(rounds > 0)) return;
  f64[COUNTER.CYCLES] += rounds * perRound;
  f64[COUNTER.MEMORY_CYCLES] += rounds * insn.fetchCycles;
  f64[COUNTER.INSTRUCTIONS] += rounds;
  if (isWide) cpu.i32[ECX] -= rounds;
  else cpu.u16[CX] -= rounds;
}

export const jcxz: ExecuteFunction = (cpu, insn) =>
  takeIf(cpu, insn, (insn.addressMask === -1 ? cpu.i32[ECX] : cpu.u16[CX]) === 0);

// ---- far forms ----

export const jmpFar: ExecuteFunction = (cpu, insn) => farJump(cpu, insn, insn.imm2, insn.imm);
export const callFar: ExecuteFunction = (cpu, insn) => farCall(cpu, insn, insn.imm2, insn.imm);

/** Offset and selector of a far pointer in memory. */
function readFarPointer(cpu: Cpu, insn: Instruction): void {
  const isWide = insn.operandSize === 32;
  const at = operandLinear(cpu, insn, isWide ? 6 : 4, WANTS_READ);
  pointerOffset = isWide ? cpu.read32(at) : cpu.read16(at);
  pointerSelector = cpu.read16((at + (isWide ? 4 : 2)) | 0);
}

let pointerOffset = 0;
let pointerSelector = 0;

export const jmpFarMemory: ExecuteFunction = (cpu, insn) => {
  readFarPointer(cpu, insn);
  farJump(cpu, insn, pointerSelector, pointerOffset);
};
export const callFarMemory: ExecuteFunction = (cpu, insn) => {
  readFarPointer(cpu, insn);
  farCall(cpu, insn, pointerSelector, pointerOffset);
};
export const retFar: ExecuteFunction = (cpu, insn) => farReturn(cpu, insn, insn.imm);
