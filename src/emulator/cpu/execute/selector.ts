// LDTR and TR, and the instructions that ask about a selector without loading it: LAR, LSL, VERR, VERW, ARPL
// (i386 PRM 11.3 and their pages; SDM vol. 2 for the types that LAR and LSL accept). Not in real and V86 mode: #UD.
import type { Cpu } from '../cpu';
import type { Descriptor } from '../protection/descriptors';
import {
  descriptorAccess,
  descriptorBase,
  descriptorDpl,
  descriptorLimit,
  isAvailableTss,
  isConformingCode,
  isNullSelector,
  isPageGranular,
  isPresent,
  isReadable,
  isWritableData,
  readDescriptor,
  selectorError,
  SELECTOR_RPL,
  SELECTOR_TI,
  setBusy,
  systemType,
  TSS_BUSY,
  TYPE_CALL_GATE_16,
  TYPE_CALL_GATE_32,
  TYPE_LDT,
  TYPE_TASK_GATE,
  TYPE_TSS_16,
  TYPE_TSS_16_BUSY,
  TYPE_TSS_32,
  TYPE_TSS_32_BUSY,
} from '../protection/descriptors';
import { setFlags } from '../flags';
import type { Instruction } from '../decode/instruction';
import { chargePageGranularity } from '../decode/instruction-clocks';
import { readRm16, store16, writeRm16 } from '../memory/linear-memory';
import { isProtectedMode, selectorOf, setNullSegment, setSegment } from '../protection/segments';
import { CPL, FLAG_ZF, LDTR, TR, VECTOR_GP, VECTOR_NP, VECTOR_UD } from '../state';

/** The types whose limit LSL gives. */
const HAS_LIMIT = [TYPE_TSS_16, TYPE_LDT, TYPE_TSS_16_BUSY, TYPE_TSS_32, TYPE_TSS_32_BUSY];
/** The types whose rights LAR gives. */
const HAS_RIGHTS = [...HAS_LIMIT, TYPE_CALL_GATE_16, TYPE_TASK_GATE, TYPE_CALL_GATE_32];

function requireProtectedMode(cpu: Cpu): void {
  if (!isProtectedMode(cpu)) cpu.raise(VECTOR_UD);
}

function requireLevel0(cpu: Cpu): void {
  if (cpu.i32[CPL] !== 0) cpu.raise(VECTOR_GP, 0);
}

// ---- LDTR and TR ----

export function sldt(cpu: Cpu, insn: Instruction): void {
  storeSelector(cpu, insn, LDTR);
}

export function str(cpu: Cpu, insn: Instruction): void {
  storeSelector(cpu, insn, TR);
}

/** A 32-bit register is zero-extended, as P6 does it (undefined before). */
function storeSelector(cpu: Cpu, insn: Instruction, seg: number): void {
  requireProtectedMode(cpu);
  const selector = selectorOf(cpu, seg);
  if (!insn.isRegister) store16(cpu, insn, selector);
  else if (insn.operandSize === 32) cpu.i32[insn.rm] = selector;
  else cpu.u16[insn.rm] = selector;
}

/** LLDT: a null selector leaves no LDT. */
export function lldt(cpu: Cpu, insn: Instruction): void {
  requireProtectedMode(cpu);
  requireLevel0(cpu);
  const selector = readRm16(cpu, insn);
  if (isNullSelector(selector)) {
    setNullSegment(cpu, LDTR, selector);
    return;
  }
  const descriptor = readGlobal(cpu, selector);
  if (systemType(descriptor) !== TYPE_LDT) cpu.raise(VECTOR_GP, selectorError(selector));
  requirePresent(cpu, descriptor);
  const access = descriptorAccess(descriptor);
  setSegment(cpu, LDTR, selector, descriptorBase(descriptor), descriptorLimit(descriptor), access);
}

/** LTR: marks the TSS busy; no task switch. */
export function ltr(cpu: Cpu, insn: Instruction): void {
  requireProtectedMode(cpu);
  requireLevel0(cpu);
  const selector = readRm16(cpu, insn);
  if (isNullSelector(selector)) cpu.raise(VECTOR_GP, 0);
  const descriptor = readGlobal(cpu, selector);
  if (!isAvailableTss(descriptor)) cpu.raise(VECTOR_GP, selectorError(selector));
  requirePresent(cpu, descriptor);
  setBusy(cpu, descriptor.address, true);
  const access = descriptorAccess(descriptor) | TSS_BUSY;
  setSegment(cpu, TR, selector, descriptorBase(descriptor), descriptorLimit(descriptor), access);
}

function readGlobal(cpu: Cpu, selector: number): Descriptor {
  const descriptor = (selector & SELECTOR_TI) !== 0 ? null : readDescriptor(cpu, selector);
  return descriptor ?? cpu.raise(VECTOR_GP, selectorError(selector));
}

function requirePresent(cpu: Cpu, descriptor: Descriptor): void {
  if (!isPresent(descriptor)) cpu.raise(VECTOR_NP, selectorError(descriptor.selector));
}

// ---- questions about a selector: the answer is ZF ----

/** LAR: rights of a visible descriptor: type, S, DPL, P, and with 32 bits AVL, D/B, G. Present or not. */
export function lar(cpu: Cpu, insn: Instruction): void {
  const descriptor = findVisible(cpu, insn, HAS_RIGHTS);
  if (descriptor) storeAnswer(cpu, insn, descriptor.high & 0x00f0_ff00);
  setZero(cpu, descriptor !== null);
}

/** LSL: limit in bytes of a visible segment. */
export function lsl(cpu: Cpu, insn: Instruction): void {
  const descriptor = findVisible(cpu, insn, HAS_LIMIT);
  if (descriptor) {
    storeAnswer(cpu, insn, descriptorLimit(descriptor));
    if (isPageGranular(descriptor)) chargePageGranularity(cpu, insn);
  }
  setZero(cpu, descriptor !== null);
}

export function verr(cpu: Cpu, insn: Instruction): void {
  const descriptor = findVisible(cpu, insn, []);
  setZero(cpu, descriptor !== null && isReadable(descriptor));
}

export function verw(cpu: Cpu, insn: Instruction): void {
  const descriptor = findVisible(cpu, insn, []);
  setZero(cpu, descriptor !== null && isWritableData(descriptor));
}

/** The descriptor of the E operand when it is code, data or one of `systemTypes`, and CPL and RPL reach it; else null. */
function findVisible(cpu: Cpu, insn: Instruction, systemTypes: readonly number[]): Descriptor | null {
  requireProtectedMode(cpu);
  const selector = readRm16(cpu, insn);
  const descriptor = isNullSelector(selector) ? null : readDescriptor(cpu, selector);
  if (!descriptor) return null;
  const type = systemType(descriptor);
  if (type !== -1 && !systemTypes.includes(type)) return null;
  if (isConformingCode(descriptor)) return descriptor;
  const dpl = descriptorDpl(descriptor);
  return cpu.i32[CPL] <= dpl && (selector & SELECTOR_RPL) <= dpl ? descriptor : null;
}

function storeAnswer(cpu: Cpu, insn: Instruction, value: number): void {
  if (insn.operandSize === 32) cpu.i32[insn.reg] = value;
  else cpu.u16[insn.reg] = value & 0xffff;
}

function setZero(cpu: Cpu, isSet: boolean): void {
  setFlags(cpu, isSet ? FLAG_ZF : 0, FLAG_ZF);
}

/** ARPL: raises the RPL of the first selector to that of the second; ZF when it had to. Else nothing is written. */
export function arpl(cpu: Cpu, insn: Instruction): void {
  requireProtectedMode(cpu);
  const rpl = cpu.u16[insn.reg] & SELECTOR_RPL;
  const selector = readRm16(cpu, insn);
  const mustRaise = (selector & SELECTOR_RPL) < rpl;
  if (mustRaise) writeRm16(cpu, insn, (selector & ~SELECTOR_RPL) | rpl);
  setZero(cpu, mustRaise);
}
