// ADD OR ADC SBB AND SUB XOR CMP on bytes and words, and TEST, INC, DEC, NOT, NEG, XADD, CMPXCHG on all widths.
// Names: e register or m memory operand first, then width (b, w, d) and the second operand, as in the opcode map.
import type { Cpu } from '../cpu';
import { keepCarry, KIND_DEC, KIND_INC, setFlags, WIDTH_16, WIDTH_8 } from '../flags';
import type { ExecuteFunction } from '../decode/instruction';
import { chargeCondition } from '../decode/instruction-clocks';
import { load16, load32, load8, modifyLinear } from '../memory/linear-memory';
import { EAX, EBX, ECX, EDX, FLAG_ZF, LAZY_KIND, LAZY_OPERAND, LAZY_RESULT, VECTOR_AC } from '../state';
import { add32, binary16, binary8, logic16, logic32, logic8, OPERATION_CMP, sub32 } from './arithmetic';

export {
  EAX_IMMEDIATE,
  MEMORY_IMMEDIATE,
  MEMORY_REGISTER,
  REGISTER_E,
  REGISTER_IMMEDIATE,
  REGISTER_MEMORY,
  REGISTER_REGISTER,
} from './alu-32';

const AL = EAX * 4;
const AX = EAX * 2;
const ADD = 0;
const SUB = 5;

// ---- the eight, bytes ----

export const ebGb: ExecuteFunction = (cpu, { operation, rm, reg }) => {
  cpu.u8[rm] = binary8(cpu, operation, cpu.u8[rm], cpu.u8[reg]);
};
export const gbEb: ExecuteFunction = (cpu, { operation, rm, reg }) => {
  cpu.u8[reg] = binary8(cpu, operation, cpu.u8[reg], cpu.u8[rm]);
};
export const gbMb: ExecuteFunction = (cpu, insn) => {
  const value = load8(cpu, insn);
  cpu.u8[insn.reg] = binary8(cpu, insn.operation, cpu.u8[insn.reg], value);
};
export const ebIb: ExecuteFunction = (cpu, { operation, rm, imm }) => {
  cpu.u8[rm] = binary8(cpu, operation, cpu.u8[rm], imm);
};
export const alIb: ExecuteFunction = (cpu, { operation, imm }) => {
  cpu.u8[AL] = binary8(cpu, operation, cpu.u8[AL], imm);
};
export const mbGb: ExecuteFunction = (cpu, insn) => {
  if (insn.operation === OPERATION_CMP) {
    binary8(cpu, OPERATION_CMP, load8(cpu, insn), cpu.u8[insn.reg]);
    return;
  }
  const at = modifyLinear(cpu, insn, 1);
  cpu.write8(at, binary8(cpu, insn.operation, cpu.read8(at), cpu.u8[insn.reg]) & 0xff);
};
export const mbIb: ExecuteFunction = (cpu, insn) => {
  if (insn.operation === OPERATION_CMP) {
    binary8(cpu, OPERATION_CMP, load8(cpu, insn), insn.imm);
    return;
  }
  const at = modifyLinear(cpu, insn, 1);
  cpu.write8(at, binary8(cpu, insn.operation, cpu.read8(at), insn.imm) & 0xff);
};

// ---- the eight, words ----

export const ewGw: ExecuteFunction = (cpu, { operation, rm, reg }) => {
  cpu.u16[rm] = binary16(cpu, operation, cpu.u16[rm], cpu.u16[reg]);
};
export const gwEw: ExecuteFunction = (cpu, { operation, rm, reg }) => {
  cpu.u16[reg] = binary16(cpu, operation, cpu.u16[reg], cpu.u16[rm]);
};
export const gwMw: ExecuteFunction = (cpu, insn) => {
  const value = load16(cpu, insn);
  cpu.u16[insn.reg] = binary16(cpu, insn.operation, cpu.u16[insn.reg], value);
};
export const ewIw: ExecuteFunction = (cpu, { operation, rm, imm }) => {
  cpu.u16[rm] = binary16(cpu, operation, cpu.u16[rm], imm & 0xffff);
};
export const axIw: ExecuteFunction = (cpu, { operation, imm }) => {
  cpu.u16[AX] = binary16(cpu, operation, cpu.u16[AX], imm);
};
export const mwGw: ExecuteFunction = (cpu, insn) => {
  if (insn.operation === OPERATION_CMP) {
    binary16(cpu, OPERATION_CMP, load16(cpu, insn), cpu.u16[insn.reg]);
    return;
  }
  const at = modifyLinear(cpu, insn, 2);
  cpu.write16(at, binary16(cpu, insn.operation, cpu.read16(at), cpu.u16[insn.reg]) & 0xffff);
};
export const mwIw: ExecuteFunction = (cpu, insn) => {
  if (insn.operation === OPERATION_CMP) {
    binary16(cpu, OPERATION_CMP, load16(cpu, insn), insn.imm & 0xffff);
    return;
  }
  const at = modifyLinear(cpu, insn, 2);
  cpu.write16(at, binary16(cpu, insn.operation, cpu.read16(at), insn.imm & 0xffff) & 0xffff);
};

// ---- TEST ----

export const testEbGb: ExecuteFunction = (cpu, { rm, reg }) => void logic8(cpu, cpu.u8[rm] & cpu.u8[reg]);
export const testMbGb: ExecuteFunction = (cpu, insn) => void logic8(cpu, load8(cpu, insn) & cpu.u8[insn.reg]);
export const testEwGw: ExecuteFunction = (cpu, { rm, reg }) => void logic16(cpu, cpu.u16[rm] & cpu.u16[reg]);
export const testMwGw: ExecuteFunction = (cpu, insn) => void logic16(cpu, load16(cpu, insn) & cpu.u16[insn.reg]);
export const testEdGd: ExecuteFunction = (cpu, { rm, reg }) => void logic32(cpu, cpu.i32[rm] & cpu.i32[reg]);
export const testMdGd: ExecuteFunction = (cpu, insn) => void logic32(cpu, load32(cpu, insn) & cpu.i32[insn.reg]);
export const testAlIb: ExecuteFunction = (cpu, { imm }) => void logic8(cpu, cpu.u8[AL] & imm);
export const testAxIw: ExecuteFunction = (cpu, { imm }) => void logic16(cpu, cpu.u16[AX] & imm);
export const testEaxId: ExecuteFunction = (cpu, { imm }) => void logic32(cpu, cpu.i32[EAX] & imm);
export const testEbIb: ExecuteFunction = (cpu, { rm, imm }) => void logic8(cpu, cpu.u8[rm] & imm);
export const testMbIb: ExecuteFunction = (cpu, insn) => void logic8(cpu, load8(cpu, insn) & insn.imm);
export const testEwIw: ExecuteFunction = (cpu, { rm, imm }) => void logic16(cpu, cpu.u16[rm] & imm);
export const testMwIw: ExecuteFunction = (cpu, insn) => void logic16(cpu, load16(cpu, insn) & insn.imm);
export const testEdId: ExecuteFunction = (cpu, { rm, imm }) => void logic32(cpu, cpu.i32[rm] & imm);
export const testMdId: ExecuteFunction = (cpu, insn) => void logic32(cpu, load32(cpu, insn) & insn.imm);

// ---- INC, DEC: CF stays ----

/** Adds `delta` (1 or -1) to `value`, both moved up to bit 31. */
function step(cpu: Cpu, value: number, delta: number, kind: number): number {
  keepCarry(cpu);
  const { i32 } = cpu;
  const result = (value + delta) | 0;
  i32[LAZY_RESULT] = result;
  i32[LAZY_OPERAND] = value;
  i32[LAZY_KIND] = kind;
  return result;
}

const inc8 = (cpu: Cpu, value: number) => step(cpu, value << 24, 1 << 24, KIND_INC | WIDTH_8) >>> 24;
const dec8 = (cpu: Cpu, value: number) => step(cpu, value << 24, -1 << 24, KIND_DEC | WIDTH_8) >>> 24;
const inc16 = (cpu: Cpu, value: number) => step(cpu, value << 16, 1 << 16, KIND_INC | WIDTH_16) >>> 16;
const dec16 = (cpu: Cpu, value: number) => step(cpu, value << 16, -1 << 16, KIND_DEC | WIDTH_16) >>> 16;

export const incEb: ExecuteFunction = (cpu, { rm }) => void (cpu.u8[rm] = inc8(cpu, cpu.u8[rm]));
export const decEb: ExecuteFunction = (cpu, { rm }) => void (cpu.u8[rm] = dec8(cpu, cpu.u8[rm]));
export const incEw: ExecuteFunction = (cpu, { rm }) => void (cpu.u16[rm] = inc16(cpu, cpu.u16[rm]));
export const decEw: ExecuteFunction = (cpu, { rm }) => void (cpu.u16[rm] = dec16(cpu, cpu.u16[rm]));
export const incEd: ExecuteFunction = (cpu, { rm }) => void (cpu.i32[rm] = step(cpu, cpu.i32[rm], 1, KIND_INC));
export const decEd: ExecuteFunction = (cpu, { rm }) => void (cpu.i32[rm] = step(cpu, cpu.i32[rm], -1, KIND_DEC));
export const incZd = incEd;
export const decZd = decEd;

export const incMb: ExecuteFunction = (cpu, insn) => {
  const at = modifyLinear(cpu, insn, 1);
  cpu.write8(at, inc8(cpu, cpu.read8(at)));
};
export const decMb: ExecuteFunction = (cpu, insn) => {
  const at = modifyLinear(cpu, insn, 1);
  cpu.write8(at, dec8(cpu, cpu.read8(at)));
};
export const incMw: ExecuteFunction = (cpu, insn) => {
  const at = modifyLinear(cpu, insn, 2);
  cpu.write16(at, inc16(cpu, cpu.read16(at)));
};
export const decMw: ExecuteFunction = (cpu, insn) => {
  const at = modifyLinear(cpu, insn, 2);
  cpu.write16(at, dec16(cpu, cpu.read16(at)));
};
export const incMd: ExecuteFunction = (cpu, insn) => {
  const at = modifyLinear(cpu, insn, 4);
  cpu.write32(at, step(cpu, cpu.read32(at), 1, KIND_INC));
};
export const decMd: ExecuteFunction = (cpu, insn) => {
  const at = modifyLinear(cpu, insn, 4);
  cpu.write32(at, step(cpu, cpu.read32(at), -1, KIND_DEC));
};

// ---- NOT, NEG ----

export const notEb: ExecuteFunction = (cpu, { rm }) => void (cpu.u8[rm] = ~cpu.u8[rm]);
export const notEw: ExecuteFunction = (cpu, { rm }) => void (cpu.u16[rm] = ~cpu.u16[rm]);
export const notEd: ExecuteFunction = (cpu, { rm }) => void (cpu.i32[rm] = ~cpu.i32[rm]);
export const notMb: ExecuteFunction = (cpu, insn) => {
  const at = modifyLinear(cpu, insn, 1);
  cpu.write8(at, ~cpu.read8(at) & 0xff);
};
export const notMw: ExecuteFunction = (cpu, insn) => {
  const at = modifyLinear(cpu, insn, 2);
  cpu.write16(at, ~cpu.read16(at) & 0xffff);
};
export const notMd: ExecuteFunction = (cpu, insn) => {
  const at = modifyLinear(cpu, insn, 4);
  cpu.write32(at, ~cpu.read32(at));
};

export const negEb: ExecuteFunction = (cpu, { rm }) => void (cpu.u8[rm] = binary8(cpu, SUB, 0, cpu.u8[rm]));
export const negEw: ExecuteFunction = (cpu, { rm }) => void (cpu.u16[rm] = binary16(cpu, SUB, 0, cpu.u16[rm]));
export const negEd: ExecuteFunction = (cpu, { rm }) => void (cpu.i32[rm] = sub32(cpu, 0, cpu.i32[rm]));
export const negMb: ExecuteFunction = (cpu, insn) => {
  const at = modifyLinear(cpu, insn, 1);
  cpu.write8(at, binary8(cpu, SUB, 0, cpu.read8(at)) & 0xff);
};
export const negMw: ExecuteFunction = (cpu, insn) => {
  const at = modifyLinear(cpu, insn, 2);
  cpu.write16(at, binary16(cpu, SUB, 0, cpu.read16(at)) & 0xffff);
};
export const negMd: ExecuteFunction = (cpu, insn) => {
  const at = modifyLinear(cpu, insn, 4);
  cpu.write32(at, sub32(cpu, 0, cpu.read32(at)));
};

// ---- XADD: the sum goes to E, the old E to G; with both the same register the sum stays ----

export const xaddEbGb: ExecuteFunction = (cpu, { rm, reg }) => {
  const old = cpu.u8[rm];
  const sum = binary8(cpu, ADD, old, cpu.u8[reg]);
  cpu.u8[reg] = old;
  cpu.u8[rm] = sum;
};
export const xaddEwGw: ExecuteFunction = (cpu, { rm, reg }) => {
  const old = cpu.u16[rm];
  const sum = binary16(cpu, ADD, old, cpu.u16[reg]);
  cpu.u16[reg] = old;
  cpu.u16[rm] = sum;
};
export const xaddEdGd: ExecuteFunction = (cpu, { rm, reg }) => {
  const old = cpu.i32[rm];
  const sum = add32(cpu, old, cpu.i32[reg]);
  cpu.i32[reg] = old;
  cpu.i32[rm] = sum;
};
export const xaddMbGb: ExecuteFunction = (cpu, insn) => {
  const at = modifyLinear(cpu, insn, 1);
  const old = cpu.read8(at);
  cpu.write8(at, binary8(cpu, ADD, old, cpu.u8[insn.reg]) & 0xff);
  cpu.u8[insn.reg] = old;
};
export const xaddMwGw: ExecuteFunction = (cpu, insn) => {
  const at = modifyLinear(cpu, insn, 2);
  const old = cpu.read16(at);
  cpu.write16(at, binary16(cpu, ADD, old, cpu.u16[insn.reg]) & 0xffff);
  cpu.u16[insn.reg] = old;
};
export const xaddMdGd: ExecuteFunction = (cpu, insn) => {
  const at = modifyLinear(cpu, insn, 4);
  const old = cpu.read32(at);
  cpu.write32(at, add32(cpu, old, cpu.i32[insn.reg]));
  cpu.i32[insn.reg] = old;
};

// ---- CMPXCHG: memory is written in either case (SDM vol. 2: "the destination is written back") ----

export const cmpxchgEbGb: ExecuteFunction = (cpu, { rm, reg }) => {
  const { u8 } = cpu;
  const old = u8[rm];
  binary8(cpu, OPERATION_CMP, u8[AL], old);
  if (u8[AL] === old) u8[rm] = u8[reg];
  else u8[AL] = old;
};
export const cmpxchgEwGw: ExecuteFunction = (cpu, { rm, reg }) => {
  const { u16 } = cpu;
  const old = u16[rm];
  binary16(cpu, OPERATION_CMP, u16[AX], old);
  if (u16[AX] === old) u16[rm] = u16[reg];
  else u16[AX] = old;
};
export const cmpxchgEdGd: ExecuteFunction = (cpu, { rm, reg }) => {
  const { i32 } = cpu;
  const old = i32[rm];
  sub32(cpu, i32[EAX], old);
  if (i32[EAX] === old) i32[rm] = i32[reg];
  else i32[EAX] = old;
};
export const cmpxchgMbGb: ExecuteFunction = (cpu, insn) => {
  const { u8 } = cpu;
  const at = modifyLinear(cpu, insn, 1);
  const old = cpu.read8(at);
  const isEqual = u8[AL] === old;
  binary8(cpu, OPERATION_CMP, u8[AL], old);
  cpu.write8(at, isEqual ? u8[insn.reg] : old);
  if (!isEqual) u8[AL] = old;
  chargeCondition(cpu, insn, isEqual);
};
export const cmpxchgMwGw: ExecuteFunction = (cpu, insn) => {
  const { u16 } = cpu;
  const at = modifyLinear(cpu, insn, 2);
  const old = cpu.read16(at);
  const isEqual = u16[AX] === old;
  binary16(cpu, OPERATION_CMP, u16[AX], old);
  cpu.write16(at, isEqual ? u16[insn.reg] : old);
  if (!isEqual) u16[AX] = old;
  chargeCondition(cpu, insn, isEqual);
};
export const cmpxchgMdGd: ExecuteFunction = (cpu, insn) => {
  const { i32 } = cpu;
  const at = modifyLinear(cpu, insn, 4);
  const old = cpu.read32(at);
  const isEqual = i32[EAX] === old;
  sub32(cpu, i32[EAX], old);
  cpu.write32(at, isEqual ? i32[insn.reg] : old);
  if (!isEqual) i32[EAX] = old;
  chargeCondition(cpu, insn, isEqual);
};
export const cmpxchg8b: ExecuteFunction = (cpu, insn) => {
  const { i32 } = cpu;
  const at = modifyLinear(cpu, insn, 8);
  // A quadword in two halves: its alignment is 8 all the same (SDM vol. 3 table 6-7).
  if (cpu.checksAlignment && (at & 7) !== 0) cpu.raise(VECTOR_AC, 0);
  const low = cpu.read32(at);
  const high = cpu.read32((at + 4) | 0);
  const isEqual = low === i32[EAX] && high === i32[EDX];
  cpu.write32(at, isEqual ? i32[EBX] : low);
  cpu.write32((at + 4) | 0, isEqual ? i32[ECX] : high);
  setFlags(cpu, isEqual ? FLAG_ZF : 0, FLAG_ZF);
  if (!isEqual) {
    i32[EAX] = low;
    i32[EDX] = high;
  }
};
