// String instructions and REP (i386 PRM ch. 17, "REP"). Registers are right behind every iteration, so a fault or a due
// alarm leaves an instruction that goes on where it stopped. Long runs in plain RAM are moved at once: string-bulk.ts.
import { COUNTER } from '../../counters';
import type { AccessSize } from '../../bus';
import type { Cpu } from '../cpu';
import { isZero } from '../flags';
import type { ExecuteFunction, Instruction } from '../decode/instruction';
import { chargeBitmap, replaceFormClocks } from '../decode/instruction-clocks';
import { checkIoPermission } from '../protection/io-permission';
import type { Caches } from '../memory/caches';
import { segmentLinear } from '../memory/linear-memory';
import { probeWrite } from '../memory/paging';
import { WANTS_READ, WANTS_WRITE } from '../memory/segment-cache';
import { CR0, CR0_CD, EAX, ECX, EDI, EDX, EFLAGS, EIP, ES, ESI, FLAG_DF } from '../state';
import { binary16, binary8, OPERATION_CMP, sub32 } from './arithmetic';
import { equalAhead, inputInBulk, moveInBulk, scannedAhead, storeInBulk } from './string-bulk';

const AL = EAX * 4;
const AX = EAX * 2;
const CX = ECX * 2;
const DX = EDX * 2;
const REPNE = 0xf2;

/** One iteration: moves data and index registers. Raises before it changes anything. */
type Iteration = (cpu: Cpu, insn: Instruction, sizeBytes: AccessSize) => void;
/** Several iterations at once; returns how many, 0 when this is no case for it. */
type Bulk = (cpu: Cpu, insn: Instruction, sizeBytes: AccessSize, most: number) => number;

// ---- index registers ----

/** Linear address of the source element, checked. */
function sourceLinear(cpu: Cpu, insn: Instruction, sizeBytes: number): number {
  const offset = cpu.i32[ESI] & insn.addressMask;
  return insn.isFlat ? offset : segmentLinear(cpu, insn.seg, offset, sizeBytes, WANTS_READ);
}

/** Linear address of the element at ES:EDI, checked. */
function targetLinear(cpu: Cpu, insn: Instruction, sizeBytes: number, wants: number): number {
  const offset = cpu.i32[EDI] & insn.addressMask;
  return cpu.segments.isFlat ? offset : segmentLinear(cpu, ES, offset, sizeBytes, wants);
}

function advance(cpu: Cpu, insn: Instruction, register: number, sizeBytes: number): void {
  const delta = (cpu.i32[EFLAGS] & FLAG_DF) !== 0 ? -sizeBytes : sizeBytes;
  if (insn.addressMask === -1) cpu.i32[register] += delta;
  else cpu.u16[register * 2] += delta;
}

// ---- repetition ----

/** The count register as an unsigned number. */
function iterationsLeft(cpu: Cpu, insn: Instruction): number {
  return insn.addressMask === -1 ? cpu.i32[ECX] >>> 0 : cpu.u16[CX];
}

function countDown(cpu: Cpu, insn: Instruction, iterations: number): void {
  if (insn.addressMask === -1) cpu.i32[ECX] -= iterations;
  else cpu.u16[CX] -= iterations;
}

/**
 * Clocks of one iteration, a fraction where memory streams more slowly than the table says (`Cpu.streamCost`). What
 * iterations cost in whole clocks is a difference of `clocksOfAll`, so that the sum does not depend on where a run is
 * cut. The excess over the table counts as memory cycles.
 */
function iterationClocks(insn: Instruction, perDword: number, sizeBytes: number): number {
  return Math.max(insn.extraCycles, (perDword * sizeBytes) / 4);
}

/** What memory costs now: more while the caches are switched off, which the i386 cannot do. */
function streamCostOf(cpu: Cpu): Cpu['streamCost'] {
  return (cpu.i32[CR0] & CR0_CD) !== 0 && cpu.uncachedStreamCost !== null ? cpu.uncachedStreamCost : cpu.streamCost;
}

/** Whole clocks of the last `left` iterations of a run. */
function clocksOfAll(left: number, clocks: number): number {
  return Math.ceil(left * clocks);
}

/** Iterations until `budget` clocks have passed: the last one reaches or passes it. */
function iterationsTo(budget: number, left: number, clocks: number): number {
  if (clocks === 0 || budget === Infinity) return Infinity;
  const all = clocksOfAll(left, clocks);
  let count = Math.max(1, Math.ceil(budget / clocks));
  while (all - clocksOfAll(left - count, clocks) < budget) count++;
  while (count > 1 && all - clocksOfAll(left - count + 1, clocks) >= budget) count--;
  return count;
}

function finish(cpu: Cpu, insn: Instruction): void {
  cpu.i32[EIP] += insn.length;
}

/** Leaves the instruction unfinished: it pays its setup and is counted when it ends. */
function suspend(cpu: Cpu, insn: Instruction): void {
  cpu.f64[COUNTER.CYCLES] -= insn.cycles;
  cpu.f64[COUNTER.MEMORY_CYCLES] -= insn.fetchCycles;
  cpu.f64[COUNTER.INSTRUCTIONS]--;
}

/**
 * Runs a form once, or under REP until the count, ZF (CMPS, SCAS) or the deadline stops it. False when the deadline did:
 * the instruction is to go on.
 */
function repeat(
  cpu: Cpu,
  insn: Instruction,
  sizeBytes: AccessSize,
  iterate: Iteration,
  comparesZero: boolean,
  perDword: number,
  bulk: Bulk | null,
): boolean {
  if (insn.repeat === 0) {
    iterate(cpu, insn, sizeBytes);
    finish(cpu, insn);
    return true;
  }
  const { f64 } = cpu;
  const { rule } = insn;
  let left = iterationsLeft(cpu, insn);
  if (left === 0) {
    if (rule.zeroIterations !== undefined) replaceFormClocks(cpu, insn, rule.zeroIterations);
    finish(cpu, insn);
    return true;
  }
  const clocks = iterationClocks(insn, perDword, sizeBytes);
  const goesOnWhileZero = insn.repeat !== REPNE;
  const isLineStore = (iterate === move || iterate === store) && (cpu.i32[EFLAGS] & FLAG_DF) === 0;
  // Where one iteration has a figure of its own, the last but one makes up for it: the sum is the table's, and the
  // same wherever a run is cut.
  const lastButOne = rule.oneIteration === undefined ? 0 : rule.register + insn.extraCycles - rule.oneIteration;
  for (;;) {
    let done = 0;
    if (bulk !== null && !cpu.isObserving) {
      const most = iterationsTo(f64[COUNTER.DEADLINE] - f64[COUNTER.CYCLES], left, clocks);
      done = bulk(cpu, insn, sizeBytes, lastButOne === 0 ? most : Math.min(most, left - 1));
    }
    if (done === 0) {
      if (isLineStore && cpu.caches !== null)
        iterateThrough(cpu.caches, left * sizeBytes, cpu, insn, sizeBytes, iterate);
      else iterate(cpu, insn, sizeBytes);
      done = 1;
    }
    countDown(cpu, insn, done);
    const spent = clocksOfAll(left, clocks) - clocksOfAll(left - done, clocks);
    f64[COUNTER.CYCLES] += spent;
    f64[COUNTER.MEMORY_CYCLES] += spent - done * insn.extraCycles;
    left -= done;
    if (left === 1) cpu.addClocks(lastButOne);
    if (left === 0 || (comparesZero && isZero(cpu) !== goesOnWhileZero)) {
      finish(cpu, insn);
      return true;
    }
    if (cpu.isObserving || f64[COUNTER.CYCLES] >= f64[COUNTER.DEADLINE]) {
      suspend(cpu, insn);
      return false;
    }
  }
}

/** An iteration of a run that is going to store so many bytes: caches need not read lines that it overwrites. */
function iterateThrough(
  caches: Caches,
  bytes: number,
  cpu: Cpu,
  insn: Instruction,
  sizeBytes: AccessSize,
  iterate: Iteration,
): void {
  caches.beginIteration(bytes);
  try {
    iterate(cpu, insn, sizeBytes);
  } finally {
    caches.endIteration();
  }
}

// ---- MOVS ----

const move: Iteration = (cpu, insn, sizeBytes) => {
  const from = sourceLinear(cpu, insn, sizeBytes);
  const to = targetLinear(cpu, insn, sizeBytes, WANTS_WRITE);
  if (sizeBytes === 4) cpu.write32(to, cpu.read32(from));
  else if (sizeBytes === 2) cpu.write16(to, cpu.read16(from));
  else cpu.write8(to, cpu.read8(from));
  advance(cpu, insn, ESI, sizeBytes);
  advance(cpu, insn, EDI, sizeBytes);
};

function moveString(cpu: Cpu, insn: Instruction, sizeBytes: AccessSize): void {
  const { observer, i32 } = cpu;
  if (!observer?.blockMoved || insn.repeat === 0) {
    repeat(cpu, insn, sizeBytes, move, false, streamCostOf(cpu).movePerDword, moveInBulk);
    return;
  }
  const before = iterationsLeft(cpu, insn);
  const isDown = (i32[EFLAGS] & FLAG_DF) !== 0;
  const from = sourceLinear(cpu, insn, sizeBytes);
  const to = targetLinear(cpu, insn, sizeBytes, WANTS_WRITE);
  try {
    repeat(cpu, insn, sizeBytes, move, false, streamCostOf(cpu).movePerDword, moveInBulk);
  } finally {
    const moved = (before - iterationsLeft(cpu, insn)) * sizeBytes;
    const back = isDown ? moved - sizeBytes : 0;
    if (moved > 0) observer.blockMoved((from - back) >>> 0, (to - back) >>> 0, moved);
  }
}

export const movs8: ExecuteFunction = (cpu, insn) => moveString(cpu, insn, 1);
export const movs16: ExecuteFunction = (cpu, insn) => moveString(cpu, insn, 2);
export const movs32: ExecuteFunction = (cpu, insn) => moveString(cpu, insn, 4);

// ---- STOS, LODS ----

const store: Iteration = (cpu, insn, sizeBytes) => {
  const to = targetLinear(cpu, insn, sizeBytes, WANTS_WRITE);
  if (sizeBytes === 4) cpu.write32(to, cpu.i32[EAX]);
  else if (sizeBytes === 2) cpu.write16(to, cpu.u16[AX]);
  else cpu.write8(to, cpu.u8[AL]);
  advance(cpu, insn, EDI, sizeBytes);
};

export const stos8: ExecuteFunction = (cpu, insn) =>
  repeat(cpu, insn, 1, store, false, streamCostOf(cpu).writePerDword, storeInBulk);
export const stos16: ExecuteFunction = (cpu, insn) =>
  repeat(cpu, insn, 2, store, false, streamCostOf(cpu).writePerDword, storeInBulk);
export const stos32: ExecuteFunction = (cpu, insn) =>
  repeat(cpu, insn, 4, store, false, streamCostOf(cpu).writePerDword, storeInBulk);

const load: Iteration = (cpu, insn, sizeBytes) => {
  const from = sourceLinear(cpu, insn, sizeBytes);
  if (sizeBytes === 4) cpu.i32[EAX] = cpu.read32(from);
  else if (sizeBytes === 2) cpu.u16[AX] = cpu.read16(from);
  else cpu.u8[AL] = cpu.read8(from);
  advance(cpu, insn, ESI, sizeBytes);
};

export const lods8: ExecuteFunction = (cpu, insn) =>
  repeat(cpu, insn, 1, load, false, streamCostOf(cpu).readPerDword, null);
export const lods16: ExecuteFunction = (cpu, insn) =>
  repeat(cpu, insn, 2, load, false, streamCostOf(cpu).readPerDword, null);
export const lods32: ExecuteFunction = (cpu, insn) =>
  repeat(cpu, insn, 4, load, false, streamCostOf(cpu).readPerDword, null);

// ---- CMPS, SCAS ----

const compare: Iteration = (cpu, insn, sizeBytes) => {
  const from = sourceLinear(cpu, insn, sizeBytes);
  const to = targetLinear(cpu, insn, sizeBytes, WANTS_READ);
  compareElements(cpu, sizeBytes, readElement(cpu, from, sizeBytes), readElement(cpu, to, sizeBytes));
  advance(cpu, insn, ESI, sizeBytes);
  advance(cpu, insn, EDI, sizeBytes);
};

const scan: Iteration = (cpu, insn, sizeBytes) => {
  const to = targetLinear(cpu, insn, sizeBytes, WANTS_READ);
  const accumulator = sizeBytes === 4 ? cpu.i32[EAX] : sizeBytes === 2 ? cpu.u16[AX] : cpu.u8[AL];
  compareElements(cpu, sizeBytes, accumulator, readElement(cpu, to, sizeBytes));
  advance(cpu, insn, EDI, sizeBytes);
};

function readElement(cpu: Cpu, linear: number, sizeBytes: AccessSize): number {
  if (sizeBytes === 4) return cpu.read32(linear);
  return sizeBytes === 2 ? cpu.read16(linear) : cpu.read8(linear);
}

function compareElements(cpu: Cpu, sizeBytes: AccessSize, a: number, b: number): void {
  if (sizeBytes === 4) sub32(cpu, a, b);
  else if (sizeBytes === 2) binary16(cpu, OPERATION_CMP, a, b);
  else binary8(cpu, OPERATION_CMP, a, b);
}

/** All but the last of the elements that let the run go on are passed at once; that one sets the flags. */
function passElements(cpu: Cpu, insn: Instruction, sizeBytes: AccessSize, count: number, iterate: Iteration): number {
  if (count < 2) return 0;
  const bytes = (count - 1) * sizeBytes;
  if (iterate === compare) advance(cpu, insn, ESI, bytes);
  advance(cpu, insn, EDI, bytes);
  iterate(cpu, insn, sizeBytes);
  return count;
}

const compareInBulk: Bulk = (cpu, insn, sizeBytes, most) =>
  passElements(cpu, insn, sizeBytes, equalAhead(cpu, insn, sizeBytes, most), compare);
const scanInBulk: Bulk = (cpu, insn, sizeBytes, most) =>
  passElements(cpu, insn, sizeBytes, scannedAhead(cpu, insn, sizeBytes, most), scan);

export const cmps8: ExecuteFunction = (cpu, insn) =>
  repeat(cpu, insn, 1, compare, true, streamCostOf(cpu).readPerDword * 2, compareInBulk);
export const cmps16: ExecuteFunction = (cpu, insn) =>
  repeat(cpu, insn, 2, compare, true, streamCostOf(cpu).readPerDword * 2, compareInBulk);
export const cmps32: ExecuteFunction = (cpu, insn) =>
  repeat(cpu, insn, 4, compare, true, streamCostOf(cpu).readPerDword * 2, compareInBulk);
export const scas8: ExecuteFunction = (cpu, insn) =>
  repeat(cpu, insn, 1, scan, true, streamCostOf(cpu).readPerDword, scanInBulk);
export const scas16: ExecuteFunction = (cpu, insn) =>
  repeat(cpu, insn, 2, scan, true, streamCostOf(cpu).readPerDword, scanInBulk);
export const scas32: ExecuteFunction = (cpu, insn) =>
  repeat(cpu, insn, 4, scan, true, streamCostOf(cpu).readPerDword, scanInBulk);

// ---- INS, OUTS ----

const input: Iteration = (cpu, insn, sizeBytes) => {
  const port = cpu.u16[DX];
  const to = targetLinear(cpu, insn, sizeBytes, WANTS_WRITE);
  // The port must not be read when the store would fault.
  if (!cpu.isPlainWrite(to, sizeBytes)) probeWrite(cpu, to, sizeBytes, cpu.isUser);
  const value = cpu.bus.readPort(port, sizeBytes);
  if (sizeBytes === 4) cpu.write32(to, value);
  else if (sizeBytes === 2) cpu.write16(to, value);
  else cpu.write8(to, value);
  advance(cpu, insn, EDI, sizeBytes);
};

const output: Iteration = (cpu, insn, sizeBytes) => {
  const value = readElement(cpu, sourceLinear(cpu, insn, sizeBytes), sizeBytes);
  cpu.bus.writePort(cpu.u16[DX], sizeBytes, value >>> 0);
  advance(cpu, insn, ESI, sizeBytes);
};

/** Width of INS and OUTS: byte forms by the opcode's low bit, else the operand size. */
function portWidth(insn: Instruction): AccessSize {
  if ((insn.row.opcode & 1) === 0) return 1;
  return insn.operandSize === 32 ? 4 : 2;
}

export const ins: ExecuteFunction = (cpu, insn) => {
  const sizeBytes = portWidth(insn);
  checkIoPermission(cpu, cpu.u16[DX], sizeBytes);
  if (repeat(cpu, insn, sizeBytes, input, false, 0, inputInBulk)) chargeBitmap(cpu, insn);
};
export const outs: ExecuteFunction = (cpu, insn) => {
  const sizeBytes = portWidth(insn);
  checkIoPermission(cpu, cpu.u16[DX], sizeBytes);
  if (repeat(cpu, insn, sizeBytes, output, false, 0, null)) chargeBitmap(cpu, insn);
};
