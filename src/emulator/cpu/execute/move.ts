// MOV, MOVZX, MOVSX, CMOVcc, XCHG, LEA, XLAT, BSWAP, CBW and kin (i386 PRM ch. 17; CMOVcc: SDM vol. 2).
// Names: e register or m memory operand, width (b, w, d), in the order of the opcode map.
import { isCondition } from './conditions';
import type { ExecuteFunction } from '../decode/instruction';
import {
  effectiveAddress,
  load16,
  load32,
  load8,
  modifyLinear,
  readSegment8,
  store16,
  store32,
  store8,
} from '../memory/linear-memory';
import { loadSegment } from '../protection/segments';
import {
  CS,
  EAX,
  EBX,
  EDX,
  EVENTS,
  EVENT_SHADOW,
  GS,
  SEGMENT,
  SEGMENT_WORDS,
  SEG_SELECTOR,
  SS,
  VECTOR_UD,
} from '../state';

const AL = EAX * 4;
const AX = EAX * 2;
const DX = EDX * 2;
const BX = EBX * 2;

// ---- MOV ----

export const ebGb: ExecuteFunction = (cpu, { rm, reg }) => void (cpu.u8[rm] = cpu.u8[reg]);
export const gbEb: ExecuteFunction = (cpu, { rm, reg }) => void (cpu.u8[reg] = cpu.u8[rm]);
export const ewGw: ExecuteFunction = (cpu, { rm, reg }) => void (cpu.u16[rm] = cpu.u16[reg]);
export const gwEw: ExecuteFunction = (cpu, { rm, reg }) => void (cpu.u16[reg] = cpu.u16[rm]);
export const edGd: ExecuteFunction = (cpu, { rm, reg }) => void (cpu.i32[rm] = cpu.i32[reg]);
export const gdEd: ExecuteFunction = (cpu, { rm, reg }) => void (cpu.i32[reg] = cpu.i32[rm]);
export const mbGb: ExecuteFunction = (cpu, insn) => store8(cpu, insn, cpu.u8[insn.reg]);
export const mwGw: ExecuteFunction = (cpu, insn) => store16(cpu, insn, cpu.u16[insn.reg]);
export const mdGd: ExecuteFunction = (cpu, insn) => store32(cpu, insn, cpu.i32[insn.reg]);
export const gbMb: ExecuteFunction = (cpu, insn) => void (cpu.u8[insn.reg] = load8(cpu, insn));
export const gwMw: ExecuteFunction = (cpu, insn) => void (cpu.u16[insn.reg] = load16(cpu, insn));
export const gdMd: ExecuteFunction = (cpu, insn) => void (cpu.i32[insn.reg] = load32(cpu, insn));
export const ebIb: ExecuteFunction = (cpu, { rm, imm }) => void (cpu.u8[rm] = imm);
export const ewIw: ExecuteFunction = (cpu, { rm, imm }) => void (cpu.u16[rm] = imm);
export const edId: ExecuteFunction = (cpu, { rm, imm }) => void (cpu.i32[rm] = imm);
export const mbIb: ExecuteFunction = (cpu, insn) => store8(cpu, insn, insn.imm);
export const mwIw: ExecuteFunction = (cpu, insn) => store16(cpu, insn, insn.imm);
export const mdId: ExecuteFunction = (cpu, insn) => store32(cpu, insn, insn.imm);
export const zbIb: ExecuteFunction = (cpu, { reg, imm }) => void (cpu.u8[reg] = imm);
export const zwIw: ExecuteFunction = (cpu, { reg, imm }) => void (cpu.u16[reg] = imm);
export const zdId: ExecuteFunction = (cpu, { reg, imm }) => void (cpu.i32[reg] = imm);
export const alOb: ExecuteFunction = (cpu, insn) => void (cpu.u8[AL] = load8(cpu, insn));
export const axOw: ExecuteFunction = (cpu, insn) => void (cpu.u16[AX] = load16(cpu, insn));
export const eaxOd: ExecuteFunction = (cpu, insn) => void (cpu.i32[EAX] = load32(cpu, insn));
export const obAl: ExecuteFunction = (cpu, insn) => store8(cpu, insn, cpu.u8[AL]);
export const owAx: ExecuteFunction = (cpu, insn) => store16(cpu, insn, cpu.u16[AX]);
export const odEax: ExecuteFunction = (cpu, insn) => store32(cpu, insn, cpu.i32[EAX]);

// ---- MOVZX, MOVSX ----

const signByte = (value: number) => (value << 24) >> 24;
const signWord = (value: number) => (value << 16) >> 16;

export const gwEbZero: ExecuteFunction = (cpu, { rm, reg }) => void (cpu.u16[reg] = cpu.u8[rm]);
export const gwMbZero: ExecuteFunction = (cpu, insn) => void (cpu.u16[insn.reg] = load8(cpu, insn));
export const gdEbZero: ExecuteFunction = (cpu, { rm, reg }) => void (cpu.i32[reg] = cpu.u8[rm]);
export const gdMbZero: ExecuteFunction = (cpu, insn) => void (cpu.i32[insn.reg] = load8(cpu, insn));
export const gdEwZero: ExecuteFunction = (cpu, { rm, reg }) => void (cpu.i32[reg] = cpu.u16[rm]);
export const gdMwZero: ExecuteFunction = (cpu, insn) => void (cpu.i32[insn.reg] = load16(cpu, insn));
export const gwEbSign: ExecuteFunction = (cpu, { rm, reg }) => void (cpu.u16[reg] = signByte(cpu.u8[rm]));
export const gwMbSign: ExecuteFunction = (cpu, insn) => void (cpu.u16[insn.reg] = signByte(load8(cpu, insn)));
export const gdEbSign: ExecuteFunction = (cpu, { rm, reg }) => void (cpu.i32[reg] = signByte(cpu.u8[rm]));
export const gdMbSign: ExecuteFunction = (cpu, insn) => void (cpu.i32[insn.reg] = signByte(load8(cpu, insn)));
export const gdEwSign: ExecuteFunction = (cpu, { rm, reg }) => void (cpu.i32[reg] = signWord(cpu.u16[rm]));
export const gdMwSign: ExecuteFunction = (cpu, insn) => void (cpu.i32[insn.reg] = signWord(load16(cpu, insn)));

// ---- CMOVcc: memory is read even when the condition is false ----

export const cmov16: ExecuteFunction = (cpu, { operation, rm, reg }) => {
  if (isCondition(cpu, operation)) cpu.u16[reg] = cpu.u16[rm];
};
export const cmov16m: ExecuteFunction = (cpu, insn) => {
  const value = load16(cpu, insn);
  if (isCondition(cpu, insn.operation)) cpu.u16[insn.reg] = value;
};
export const cmov32: ExecuteFunction = (cpu, { operation, rm, reg }) => {
  if (isCondition(cpu, operation)) cpu.i32[reg] = cpu.i32[rm];
};
export const cmov32m: ExecuteFunction = (cpu, insn) => {
  const value = load32(cpu, insn);
  if (isCondition(cpu, insn.operation)) cpu.i32[insn.reg] = value;
};

// ---- segment registers ----

export const ewSw: ExecuteFunction = (cpu, { rm, reg }) => {
  if (reg > GS) cpu.raise(VECTOR_UD);
  cpu.u16[rm] = cpu.i32[SEGMENT + reg * SEGMENT_WORDS + SEG_SELECTOR];
};
/** The upper half of a 32-bit register becomes 0 (P6; undefined before: SDM vol. 2, MOV). */
export const edSw: ExecuteFunction = (cpu, { rm, reg }) => {
  if (reg > GS) cpu.raise(VECTOR_UD);
  cpu.i32[rm] = cpu.i32[SEGMENT + reg * SEGMENT_WORDS + SEG_SELECTOR] & 0xffff;
};
export const mwSw: ExecuteFunction = (cpu, insn) => {
  if (insn.reg > GS) cpu.raise(VECTOR_UD);
  store16(cpu, insn, cpu.i32[SEGMENT + insn.reg * SEGMENT_WORDS + SEG_SELECTOR] & 0xffff);
};
export const swEw: ExecuteFunction = (cpu, insn) => {
  if (insn.reg === CS || insn.reg > GS) cpu.raise(VECTOR_UD);
  loadSegment(cpu, insn.reg, insn.isRegister ? cpu.u16[insn.rm] : load16(cpu, insn));
  if (insn.reg !== SS) return;
  // MOV SS holds interrupts off for one instruction, so that SP can follow (i386 PRM 9.2.4).
  cpu.i32[EVENTS] |= EVENT_SHADOW;
  cpu.clock.requestAttention();
};
export const swMw = swEw;

// ---- LEA, XLAT ----

export const lea16: ExecuteFunction = (cpu, insn) => void (cpu.u16[insn.reg] = effectiveAddress(cpu, insn));
export const lea32: ExecuteFunction = (cpu, insn) => void (cpu.i32[insn.reg] = effectiveAddress(cpu, insn));

export const xlat: ExecuteFunction = (cpu, insn) => {
  const table = insn.addressMask === -1 ? cpu.i32[EBX] : cpu.u16[BX];
  cpu.u8[AL] = readSegment8(cpu, insn.seg, (table + cpu.u8[AL]) & insn.addressMask);
};

// ---- XCHG ----

export const xchgEbGb: ExecuteFunction = ({ u8 }, { rm, reg }) => {
  const old = u8[rm];
  u8[rm] = u8[reg];
  u8[reg] = old;
};
export const xchgEwGw: ExecuteFunction = ({ u16 }, { rm, reg }) => {
  const old = u16[rm];
  u16[rm] = u16[reg];
  u16[reg] = old;
};
export const xchgEdGd: ExecuteFunction = ({ i32 }, { rm, reg }) => {
  const old = i32[rm];
  i32[rm] = i32[reg];
  i32[reg] = old;
};
export const xchgMbGb: ExecuteFunction = (cpu, insn) => {
  const at = modifyLinear(cpu, insn, 1);
  const old = cpu.read8(at);
  cpu.write8(at, cpu.u8[insn.reg]);
  cpu.u8[insn.reg] = old;
};
export const xchgMwGw: ExecuteFunction = (cpu, insn) => {
  const at = modifyLinear(cpu, insn, 2);
  const old = cpu.read16(at);
  cpu.write16(at, cpu.u16[insn.reg]);
  cpu.u16[insn.reg] = old;
};
export const xchgMdGd: ExecuteFunction = (cpu, insn) => {
  const at = modifyLinear(cpu, insn, 4);
  const old = cpu.read32(at);
  cpu.write32(at, cpu.i32[insn.reg]);
  cpu.i32[insn.reg] = old;
};
export const xchgZwAx: ExecuteFunction = ({ u16 }, { reg }) => {
  const old = u16[AX];
  u16[AX] = u16[reg];
  u16[reg] = old;
};
export const xchgZdEax: ExecuteFunction = ({ i32 }, { reg }) => {
  const old = i32[EAX];
  i32[EAX] = i32[reg];
  i32[reg] = old;
};

// ---- widening, byte order ----

export const cbw: ExecuteFunction = (cpu) => void (cpu.u16[AX] = signByte(cpu.u8[AL]));
export const cwde: ExecuteFunction = (cpu) => void (cpu.i32[EAX] = signWord(cpu.u16[AX]));
export const cwd: ExecuteFunction = (cpu) => void (cpu.u16[DX] = signWord(cpu.u16[AX]) >> 16);
export const cdq: ExecuteFunction = (cpu) => void (cpu.i32[EDX] = cpu.i32[EAX] >> 31);

export const bswap32: ExecuteFunction = ({ i32 }, { reg }) => {
  const value = i32[reg];
  i32[reg] = (value << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24);
};
/** Undefined by the manuals; every P6 was seen to clear the word. */
export const bswap16: ExecuteFunction = (cpu, { reg }) => void (cpu.u16[reg] = 0);
