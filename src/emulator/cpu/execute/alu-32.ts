// The eight ALU operations on 32 bits, one function per operation and form: these are the hottest instructions of all,
// and an engine inlines what it can name. Narrower forms share one function per form (alu.ts).
import type { ExecuteFunction } from '../decode/instruction';
import { load32, modifyLinear } from '../memory/linear-memory';
import { EAX } from '../state';
import { adc32, add32, logic32, sbb32, sub32 } from './arithmetic';

/** `ADD Ev,Gv` and kin with a register E, by operation number. */
export const REGISTER_REGISTER: readonly ExecuteFunction[] = [
  (cpu, { rm, reg }) => void (cpu.i32[rm] = add32(cpu, cpu.i32[rm], cpu.i32[reg])),
  (cpu, { rm, reg }) => void (cpu.i32[rm] = logic32(cpu, cpu.i32[rm] | cpu.i32[reg])),
  (cpu, { rm, reg }) => void (cpu.i32[rm] = adc32(cpu, cpu.i32[rm], cpu.i32[reg])),
  (cpu, { rm, reg }) => void (cpu.i32[rm] = sbb32(cpu, cpu.i32[rm], cpu.i32[reg])),
  (cpu, { rm, reg }) => void (cpu.i32[rm] = logic32(cpu, cpu.i32[rm] & cpu.i32[reg])),
  (cpu, { rm, reg }) => void (cpu.i32[rm] = sub32(cpu, cpu.i32[rm], cpu.i32[reg])),
  (cpu, { rm, reg }) => void (cpu.i32[rm] = logic32(cpu, cpu.i32[rm] ^ cpu.i32[reg])),
  (cpu, { rm, reg }) => void sub32(cpu, cpu.i32[rm], cpu.i32[reg]),
];

/** `ADD Gv,Ev` with a register E. */
export const REGISTER_E: readonly ExecuteFunction[] = [
  (cpu, { rm, reg }) => void (cpu.i32[reg] = add32(cpu, cpu.i32[reg], cpu.i32[rm])),
  (cpu, { rm, reg }) => void (cpu.i32[reg] = logic32(cpu, cpu.i32[reg] | cpu.i32[rm])),
  (cpu, { rm, reg }) => void (cpu.i32[reg] = adc32(cpu, cpu.i32[reg], cpu.i32[rm])),
  (cpu, { rm, reg }) => void (cpu.i32[reg] = sbb32(cpu, cpu.i32[reg], cpu.i32[rm])),
  (cpu, { rm, reg }) => void (cpu.i32[reg] = logic32(cpu, cpu.i32[reg] & cpu.i32[rm])),
  (cpu, { rm, reg }) => void (cpu.i32[reg] = sub32(cpu, cpu.i32[reg], cpu.i32[rm])),
  (cpu, { rm, reg }) => void (cpu.i32[reg] = logic32(cpu, cpu.i32[reg] ^ cpu.i32[rm])),
  (cpu, { rm, reg }) => void sub32(cpu, cpu.i32[reg], cpu.i32[rm]),
];

/** `ADD Gv,Ev` with a memory E. The load comes first: it may fault. */
export const REGISTER_MEMORY: readonly ExecuteFunction[] = [
  (cpu, insn) => {
    const value = load32(cpu, insn);
    cpu.i32[insn.reg] = add32(cpu, cpu.i32[insn.reg], value);
  },
  (cpu, insn) => {
    const value = load32(cpu, insn);
    cpu.i32[insn.reg] = logic32(cpu, cpu.i32[insn.reg] | value);
  },
  (cpu, insn) => {
    const value = load32(cpu, insn);
    cpu.i32[insn.reg] = adc32(cpu, cpu.i32[insn.reg], value);
  },
  (cpu, insn) => {
    const value = load32(cpu, insn);
    cpu.i32[insn.reg] = sbb32(cpu, cpu.i32[insn.reg], value);
  },
  (cpu, insn) => {
    const value = load32(cpu, insn);
    cpu.i32[insn.reg] = logic32(cpu, cpu.i32[insn.reg] & value);
  },
  (cpu, insn) => {
    const value = load32(cpu, insn);
    cpu.i32[insn.reg] = sub32(cpu, cpu.i32[insn.reg], value);
  },
  (cpu, insn) => {
    const value = load32(cpu, insn);
    cpu.i32[insn.reg] = logic32(cpu, cpu.i32[insn.reg] ^ value);
  },
  (cpu, insn) => {
    const value = load32(cpu, insn);
    sub32(cpu, cpu.i32[insn.reg], value);
  },
];

/** `ADD Ev,Gv` with a memory E. */
export const MEMORY_REGISTER: readonly ExecuteFunction[] = [
  (cpu, insn) => {
    const at = modifyLinear(cpu, insn, 4);
    cpu.write32(at, add32(cpu, cpu.read32(at), cpu.i32[insn.reg]));
  },
  (cpu, insn) => {
    const at = modifyLinear(cpu, insn, 4);
    cpu.write32(at, logic32(cpu, cpu.read32(at) | cpu.i32[insn.reg]));
  },
  (cpu, insn) => {
    const at = modifyLinear(cpu, insn, 4);
    cpu.write32(at, adc32(cpu, cpu.read32(at), cpu.i32[insn.reg]));
  },
  (cpu, insn) => {
    const at = modifyLinear(cpu, insn, 4);
    cpu.write32(at, sbb32(cpu, cpu.read32(at), cpu.i32[insn.reg]));
  },
  (cpu, insn) => {
    const at = modifyLinear(cpu, insn, 4);
    cpu.write32(at, logic32(cpu, cpu.read32(at) & cpu.i32[insn.reg]));
  },
  (cpu, insn) => {
    const at = modifyLinear(cpu, insn, 4);
    cpu.write32(at, sub32(cpu, cpu.read32(at), cpu.i32[insn.reg]));
  },
  (cpu, insn) => {
    const at = modifyLinear(cpu, insn, 4);
    cpu.write32(at, logic32(cpu, cpu.read32(at) ^ cpu.i32[insn.reg]));
  },
  (cpu, insn) => void sub32(cpu, load32(cpu, insn), cpu.i32[insn.reg]),
];

/** `ADD Ev,Iz` and `ADD Ev,Ibs` with a register E. */
export const REGISTER_IMMEDIATE: readonly ExecuteFunction[] = [
  (cpu, { rm, imm }) => void (cpu.i32[rm] = add32(cpu, cpu.i32[rm], imm)),
  (cpu, { rm, imm }) => void (cpu.i32[rm] = logic32(cpu, cpu.i32[rm] | imm)),
  (cpu, { rm, imm }) => void (cpu.i32[rm] = adc32(cpu, cpu.i32[rm], imm)),
  (cpu, { rm, imm }) => void (cpu.i32[rm] = sbb32(cpu, cpu.i32[rm], imm)),
  (cpu, { rm, imm }) => void (cpu.i32[rm] = logic32(cpu, cpu.i32[rm] & imm)),
  (cpu, { rm, imm }) => void (cpu.i32[rm] = sub32(cpu, cpu.i32[rm], imm)),
  (cpu, { rm, imm }) => void (cpu.i32[rm] = logic32(cpu, cpu.i32[rm] ^ imm)),
  (cpu, { rm, imm }) => void sub32(cpu, cpu.i32[rm], imm),
];

/** `ADD Ev,Iz` with a memory E. */
export const MEMORY_IMMEDIATE: readonly ExecuteFunction[] = [
  (cpu, insn) => {
    const at = modifyLinear(cpu, insn, 4);
    cpu.write32(at, add32(cpu, cpu.read32(at), insn.imm));
  },
  (cpu, insn) => {
    const at = modifyLinear(cpu, insn, 4);
    cpu.write32(at, logic32(cpu, cpu.read32(at) | insn.imm));
  },
  (cpu, insn) => {
    const at = modifyLinear(cpu, insn, 4);
    cpu.write32(at, adc32(cpu, cpu.read32(at), insn.imm));
  },
  (cpu, insn) => {
    const at = modifyLinear(cpu, insn, 4);
    cpu.write32(at, sbb32(cpu, cpu.read32(at), insn.imm));
  },
  (cpu, insn) => {
    const at = modifyLinear(cpu, insn, 4);
    cpu.write32(at, logic32(cpu, cpu.read32(at) & insn.imm));
  },
  (cpu, insn) => {
    const at = modifyLinear(cpu, insn, 4);
    cpu.write32(at, sub32(cpu, cpu.read32(at), insn.imm));
  },
  (cpu, insn) => {
    const at = modifyLinear(cpu, insn, 4);
    cpu.write32(at, logic32(cpu, cpu.read32(at) ^ insn.imm));
  },
  (cpu, insn) => void sub32(cpu, load32(cpu, insn), insn.imm),
];

/** `ADD eAX,Iz`. */
export const EAX_IMMEDIATE: readonly ExecuteFunction[] = [
  (cpu, { imm }) => void (cpu.i32[EAX] = add32(cpu, cpu.i32[EAX], imm)),
  (cpu, { imm }) => void (cpu.i32[EAX] = logic32(cpu, cpu.i32[EAX] | imm)),
  (cpu, { imm }) => void (cpu.i32[EAX] = adc32(cpu, cpu.i32[EAX], imm)),
  (cpu, { imm }) => void (cpu.i32[EAX] = sbb32(cpu, cpu.i32[EAX], imm)),
  (cpu, { imm }) => void (cpu.i32[EAX] = logic32(cpu, cpu.i32[EAX] & imm)),
  (cpu, { imm }) => void (cpu.i32[EAX] = sub32(cpu, cpu.i32[EAX], imm)),
  (cpu, { imm }) => void (cpu.i32[EAX] = logic32(cpu, cpu.i32[EAX] ^ imm)),
  (cpu, { imm }) => void sub32(cpu, cpu.i32[EAX], imm),
];
