// JMP and CALL through call gates: entry point from the gate, inner stack from the TSS, parameters copied
// (i386 PRM 6.3.4, CALL page; SDM vol. 3 5.8.4, 5.8.5). Clocks are charged here.
import type { Cpu } from '../cpu';
import type { Descriptor } from './descriptors';
import {
  descriptorDpl,
  descriptorLimit,
  gateOffset,
  gateParameterCount,
  gateSelector,
  isCode,
  isConformingCode,
  isNullSelector,
  isPresent,
  markAccessed,
  readDescriptor,
  selectorError,
  SELECTOR_RPL,
  systemType,
  TYPE_CALL_GATE_32,
} from './descriptors';
import type { OperandSize } from './gate-stack';
import { openInnerStack, readStackSlot, StackFrame } from './gate-stack';
import type { Instruction } from '../decode/instruction';
import { chargeFar, chargeTarget } from '../decode/instruction-clocks';
import { selectorOf, setCodeSegment } from './segments';
import { CPL, CS, EIP, ESP, SS, VECTOR_GP, VECTOR_NP } from '../state';

/** JMP through a call gate: the level stays. */
export function jumpThroughGate(cpu: Cpu, insn: Instruction, gate: Descriptor): void {
  const code = readGateTarget(cpu, gate);
  const dpl = descriptorDpl(code);
  const cpl = cpu.i32[CPL];
  const error = selectorError(code.selector);
  if (isConformingCode(code) ? dpl > cpl : dpl !== cpl) cpu.raise(VECTOR_GP, error);
  if (!isPresent(code)) cpu.raise(VECTOR_NP, error);
  requireEntryInside(cpu, gate, code);
  markAccessed(cpu, code);
  enterCode(cpu, gate, code, cpl);
  chargeFar(cpu, insn, 'sameLevelGate');
  chargeTarget(cpu, insn);
}

/** CALL through a call gate: to the same level, or to a more privileged one with a stack of its own. */
export function callThroughGate(cpu: Cpu, insn: Instruction, gate: Descriptor, nextEip: number): void {
  const code = readGateTarget(cpu, gate);
  const dpl = descriptorDpl(code);
  const error = selectorError(code.selector);
  if (dpl > cpu.i32[CPL]) cpu.raise(VECTOR_GP, error);
  if (!isPresent(code)) cpu.raise(VECTOR_NP, error);
  if (!isConformingCode(code) && dpl < cpu.i32[CPL]) callInnerLevel(cpu, insn, gate, code, nextEip);
  else callSameLevel(cpu, insn, gate, code, nextEip);
  chargeTarget(cpu, insn);
}

/** Checks the gate itself, then finds the code segment it names. The RPL in the gate's selector does not count. */
function readGateTarget(cpu: Cpu, gate: Descriptor): Descriptor {
  const gateError = selectorError(gate.selector);
  const gateDpl = descriptorDpl(gate);
  if (gateDpl < cpu.i32[CPL] || gateDpl < (gate.selector & SELECTOR_RPL)) cpu.raise(VECTOR_GP, gateError);
  if (!isPresent(gate)) cpu.raise(VECTOR_NP, gateError);
  const selector = gateSelector(gate);
  if (isNullSelector(selector)) cpu.raise(VECTOR_GP, 0);
  const code = readDescriptor(cpu, selector);
  if (!code || !isCode(code)) cpu.raise(VECTOR_GP, selectorError(selector));
  return code;
}

function callSameLevel(cpu: Cpu, insn: Instruction, gate: Descriptor, code: Descriptor, nextEip: number): void {
  const size = gateSize(gate);
  const frame = StackFrame.onCurrentStack(cpu);
  frame.requireRoom(2, size);
  requireEntryInside(cpu, gate, code);
  frame.push(selectorOf(cpu, CS), size);
  frame.push(nextEip, size);
  markAccessed(cpu, code);
  frame.commit();
  enterCode(cpu, gate, code, cpu.i32[CPL]);
  chargeFar(cpu, insn, 'sameLevelGate');
}

function callInnerLevel(cpu: Cpu, insn: Instruction, gate: Descriptor, code: Descriptor, nextEip: number): void {
  const size = gateSize(gate);
  const level = descriptorDpl(code);
  const parameterCount = gateParameterCount(gate);
  const frame = openInnerStack(cpu, level);
  frame.requireRoom(4 + parameterCount, size);
  requireEntryInside(cpu, gate, code);
  frame.push(selectorOf(cpu, SS), size);
  frame.push(cpu.i32[ESP], size);
  for (let n = parameterCount - 1; n >= 0; n--) frame.push(readStackSlot(cpu, n * (size >>> 3), size), size);
  frame.push(selectorOf(cpu, CS), size);
  frame.push(nextEip, size);
  frame.markAccessed();
  markAccessed(cpu, code);
  frame.commit();
  enterCode(cpu, gate, code, level);
  chargeFar(cpu, insn, parameterCount === 0 ? 'innerLevelGate' : 'innerLevelGateWithParameters', parameterCount);
}

function gateSize(gate: Descriptor): OperandSize {
  return systemType(gate) === TYPE_CALL_GATE_32 ? 32 : 16;
}

function requireEntryInside(cpu: Cpu, gate: Descriptor, code: Descriptor): void {
  if (gateOffset(gate) > descriptorLimit(code) >>> 0) cpu.raise(VECTOR_GP, 0);
}

function enterCode(cpu: Cpu, gate: Descriptor, code: Descriptor, level: number): void {
  setCodeSegment(cpu, code.selector, code, level);
  cpu.i32[EIP] = gateOffset(gate);
}
