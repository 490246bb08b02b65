// Hardware task switch by JMP, CALL, gates, interrupts and IRET, with 32-bit and 16-bit TSS
// (i386 PRM 7.5, tables 7-1, 7-2; SDM vol. 3 7.3). Checks on the TSS descriptor's privilege are the caller's.
import type { TaskKind } from '../../timing/clock-table';
import type { Cpu } from '../cpu';
import { setCr3 } from './control-registers';
import { DR6_BT, debugRegistersChanged } from './debug-registers';
import type { Descriptor } from './descriptors';
import {
  descriptorBase,
  descriptorDpl,
  descriptorLimit,
  isCode,
  isConformingCode,
  isNullSelector,
  isPresent,
  isReadable,
  isWritableData,
  descriptorAccess,
  readDescriptor,
  selectorError,
  SELECTOR_RPL,
  SELECTOR_TI,
  setBusy,
  systemType,
  TSS_BUSY,
  TYPE_IS_32,
  TYPE_LDT,
} from './descriptors';
import { existingFlags, replaceEflags } from './eflags-rules';
import { getEflags } from '../flags';
import {
  accessOf,
  baseOf,
  isVirtual8086,
  limitOf,
  selectorOf,
  setCpl,
  setNullSegment,
  setSegment,
  setSegmentFrom,
  setVirtual8086Segment,
} from './segments';
import {
  CR0,
  CR0_PG,
  CR0_TS,
  CS,
  DR,
  DS,
  EIP,
  ES,
  EVENTS,
  EVENT_TRAP,
  FLAG_NT,
  FS,
  GDTR_BASE,
  GS,
  LDTR,
  REG,
  SS,
  TR,
  VECTOR_GP,
  VECTOR_NP,
  VECTOR_SS,
  VECTOR_TS,
} from '../state';

/** What asks for the switch: decides busy bits, NT and the back link (i386 PRM table 7-2). */
type TaskSwitchReason = 'jump' | 'call' | 'interrupt' | 'return';

/** Where the fields of a TSS stand, in bytes (32 bit: i386 PRM fig. 7-1; 16 bit: fig. 13-1). */
interface TssLayout {
  readonly is32: boolean;
  /** Smallest limit. */
  readonly leastLimit: number;
  readonly eip: number;
  readonly eflags: number;
  /** EAX, the other seven behind it. */
  readonly registers: number;
  /** ES, then CS SS DS, and FS GS where there are any. */
  readonly segments: number;
  readonly segmentCount: number;
  readonly ldt: number;
  readonly slotBytes: number;
}

const TSS_32: TssLayout = {
  is32: true,
  leastLimit: 0x67,
  eip: 0x20,
  eflags: 0x24,
  registers: 0x28,
  segments: 0x48,
  segmentCount: 6,
  ldt: 0x60,
  slotBytes: 4,
};
const TSS_16: TssLayout = {
  is32: false,
  leastLimit: 0x2b,
  eip: 0x0e,
  eflags: 0x10,
  registers: 0x12,
  segments: 0x22,
  segmentCount: 4,
  ldt: 0x2a,
  slotBytes: 2,
};
const TSS_32_CR3 = 0x1c;
const TSS_32_TRAP = 0x64;
/** Segment registers in the order of the TSS. */
const TSS_SEGMENTS = [ES, CS, SS, DS, FS, GS] as const;

/** The state a TSS holds, read before anything changes. */
interface TaskState {
  readonly cr3: number;
  readonly eip: number;
  readonly eflags: number;
  readonly registers: readonly number[];
  /** Selectors in TSS order; 0 for FS and GS out of a 16-bit TSS. */
  readonly selectors: readonly number[];
  readonly ldt: number;
  readonly isTrapped: boolean;
}

/** A fault that the state of the new task caused: it is delivered in that task, before its first instruction. */
export interface NewTaskFault {
  readonly vector: number;
  readonly errorCode: number | undefined;
}

/** Runs what may fault in the new task; gives the fault instead of throwing it. */
export function inNewTask(cpu: Cpu, action: () => void): NewTaskFault | null {
  try {
    action();
    return null;
  } catch (thrown) {
    if (thrown !== cpu.fault) throw thrown;
    return { vector: cpu.fault.vector, errorCode: cpu.fault.errorCode };
  }
}

/**
 * Switches to the task of `tss`. `savedEip` goes into the old TSS, with `imageFlags` set in its EFLAGS (RF of a fault).
 * Faults before the switch are thrown and leave the old task as it was; #TS, #NP, #SS and #GP (or #PF) of the new
 * task's state are returned. Clocks are charged.
 */
export function switchTask(
  cpu: Cpu,
  tss: Descriptor,
  reason: TaskSwitchReason,
  savedEip: number,
  imageFlags = 0,
): NewTaskFault | null {
  const layout = (systemType(tss) & TYPE_IS_32) !== 0 ? TSS_32 : TSS_16;
  if (descriptorLimit(tss) >>> 0 < layout.leastLimit) cpu.raise(VECTOR_TS, selectorError(tss.selector));
  const base = descriptorBase(tss) >>> 0;
  const state = readTask(cpu, base, layout);

  const oldKind = currentTaskKind(cpu);
  const oldSelector = selectorOf(cpu, TR);
  const flagsToSave = (getEflags(cpu) | imageFlags) & (reason === 'return' ? ~FLAG_NT : -1);
  saveTask(cpu, savedEip, flagsToSave);
  const isNested = reason === 'call' || reason === 'interrupt';
  if (isNested) cpu.writeSystem16(base, oldSelector);
  if (!isNested) setBusy(cpu, (cpu.i32[GDTR_BASE] + (oldSelector & ~7)) >>> 0, false);
  if (reason !== 'return') setBusy(cpu, tss.address, true);

  setSegment(cpu, TR, tss.selector, base | 0, descriptorLimit(tss), descriptorAccess(tss) | TSS_BUSY);
  loadRegisters(cpu, layout, state, isNested);
  cpu.addClocks(cpu.timing.transfers.taskSwitch[oldKind][currentTaskKind(cpu)]);
  return inNewTask(cpu, () => loadSegments(cpu, state));
}

function currentTaskKind(cpu: Cpu): TaskKind {
  if (isVirtual8086(cpu)) return 'virtual8086';
  return (accessOf(cpu, TR) & TYPE_IS_32) !== 0 ? 'task32' : 'task16';
}

function readTask(cpu: Cpu, base: number, layout: TssLayout): TaskState {
  const { is32, slotBytes } = layout;
  const at = (offset: number) => (base + offset) >>> 0;
  const slot = (offset: number) => (is32 ? cpu.readSystem32(at(offset)) : cpu.readSystem16(at(offset)));
  const registers: number[] = [];
  for (let n = 0; n < 8; n++) {
    // The upper halves have no place in a 16-bit TSS; they come out as ones.
    const value = slot(layout.registers + n * slotBytes);
    registers.push(is32 ? value : value | 0xffff_0000);
  }
  const selectors: number[] = [];
  for (let n = 0; n < 6; n++) {
    selectors.push(n < layout.segmentCount ? cpu.readSystem16(at(layout.segments + n * slotBytes)) : 0);
  }
  return {
    cr3: is32 ? cpu.readSystem32(at(TSS_32_CR3)) : 0,
    eip: slot(layout.eip),
    eflags: slot(layout.eflags),
    registers,
    selectors,
    ldt: cpu.readSystem16(at(layout.ldt)),
    isTrapped: is32 && (cpu.readSystem16(at(TSS_32_TRAP)) & 1) !== 0,
  };
}

/** Writes the dynamic fields of the current TSS (i386 PRM 7.5, step 3). */
function saveTask(cpu: Cpu, eip: number, eflags: number): void {
  const { i32 } = cpu;
  const layout = (accessOf(cpu, TR) & TYPE_IS_32) !== 0 ? TSS_32 : TSS_16;
  const { is32, slotBytes } = layout;
  const base = baseOf(cpu, TR);
  const store = (offset: number, value: number) => {
    const at = (base + offset) >>> 0;
    if (is32) cpu.writeSystem32(at, value);
    else cpu.writeSystem16(at, value & 0xffff);
  };
  store(layout.eip, eip);
  store(layout.eflags, eflags);
  for (let n = 0; n < 8; n++) store(layout.registers + n * slotBytes, i32[REG + n]);
  for (let n = 0; n < layout.segmentCount; n++) {
    const at = (base + layout.segments + n * slotBytes) >>> 0;
    cpu.writeSystem16(at, selectorOf(cpu, TSS_SEGMENTS[n]));
  }
}

function loadRegisters(cpu: Cpu, { is32 }: TssLayout, state: TaskState, isNested: boolean): void {
  const { i32 } = cpu;
  i32[CR0] |= CR0_TS;
  // Local breakpoints and LE belong to the task that was left (i386 PRM 12.2.2).
  i32[DR + 7] &= ~0x155;
  debugRegistersChanged(cpu);
  if (is32 && (i32[CR0] & CR0_PG) !== 0) setCr3(cpu, state.cr3);

  i32[EIP] = state.eip;
  for (let n = 0; n < 8; n++) i32[REG + n] = state.registers[n];
  const flags = isNested ? state.eflags | FLAG_NT : state.eflags;
  replaceEflags(cpu, flags, existingFlags(cpu.model));
  // The selectors are all in place before the first check; their hidden parts are unusable until loaded.
  TSS_SEGMENTS.forEach((seg, n) => setNullSegment(cpu, seg, state.selectors[n]));
  setNullSegment(cpu, LDTR, state.ldt);
  if (state.isTrapped) {
    i32[DR + 6] |= DR6_BT;
    i32[EVENTS] |= EVENT_TRAP;
    cpu.clock.requestAttention();
  }
}

/** Hidden parts of the segment registers, checked in the order of SDM table 7-1. */
function loadSegments(cpu: Cpu, state: TaskState): void {
  loadTaskLdt(cpu, state.ldt);
  if (isVirtual8086(cpu)) {
    TSS_SEGMENTS.forEach((seg, n) => setVirtual8086Segment(cpu, seg, state.selectors[n]));
    setCpl(cpu, 3);
  } else {
    const cpl = state.selectors[1] & SELECTOR_RPL;
    setCpl(cpu, cpl);
    loadTaskCode(cpu, state.selectors[1], cpl);
    loadTaskStack(cpu, state.selectors[2], cpl);
    for (const seg of [ES, DS, FS, GS]) loadTaskData(cpu, seg, cpl);
  }
  if (cpu.i32[EIP] >>> 0 > limitOf(cpu, CS)) cpu.raise(VECTOR_GP, 0);
}

function loadTaskLdt(cpu: Cpu, selector: number): void {
  if (isNullSelector(selector)) return;
  const error = selectorError(selector);
  if ((selector & SELECTOR_TI) !== 0) cpu.raise(VECTOR_TS, error);
  const descriptor = readDescriptor(cpu, selector);
  if (!descriptor || systemType(descriptor) !== TYPE_LDT || !isPresent(descriptor)) cpu.raise(VECTOR_TS, error);
  const access = descriptorAccess(descriptor);
  setSegment(cpu, LDTR, selector, descriptorBase(descriptor), descriptorLimit(descriptor), access);
}

function loadTaskCode(cpu: Cpu, selector: number, cpl: number): void {
  const error = selectorError(selector);
  const descriptor = isNullSelector(selector) ? null : readDescriptor(cpu, selector);
  if (!descriptor || !isCode(descriptor)) cpu.raise(VECTOR_TS, error);
  const dpl = descriptorDpl(descriptor);
  if (isConformingCode(descriptor) ? dpl > cpl : dpl !== cpl) cpu.raise(VECTOR_TS, error);
  if (!isPresent(descriptor)) cpu.raise(VECTOR_NP, error);
  setSegmentFrom(cpu, CS, selector, descriptor);
}

function loadTaskStack(cpu: Cpu, selector: number, cpl: number): void {
  const error = selectorError(selector);
  const descriptor = isNullSelector(selector) ? null : readDescriptor(cpu, selector);
  if (!descriptor || !isWritableData(descriptor)) cpu.raise(VECTOR_TS, error);
  if (!isPresent(descriptor)) cpu.raise(VECTOR_SS, error);
  if (descriptorDpl(descriptor) !== cpl || (selector & SELECTOR_RPL) !== cpl) cpu.raise(VECTOR_TS, error);
  setSegmentFrom(cpu, SS, selector, descriptor);
}

function loadTaskData(cpu: Cpu, seg: number, cpl: number): void {
  const selector = selectorOf(cpu, seg);
  if (isNullSelector(selector)) return;
  const error = selectorError(selector);
  const descriptor = readDescriptor(cpu, selector);
  if (!descriptor || !isReadable(descriptor)) cpu.raise(VECTOR_TS, error);
  if (!isConformingCode(descriptor)) {
    const dpl = descriptorDpl(descriptor);
    if (dpl < cpl || dpl < (selector & SELECTOR_RPL)) cpu.raise(VECTOR_TS, error);
  }
  if (!isPresent(descriptor)) cpu.raise(VECTOR_NP, error);
  setSegmentFrom(cpu, seg, selector, descriptor);
}
