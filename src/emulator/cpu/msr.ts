// Time stamp counter and model-specific registers (SDM vol. 4: Pentium table 2-56, P6 table 2-55): those firmware and Linux
// 6.1 touch on such a machine. Most hold what is written and do nothing. Others raise #GP(0), as the manual demands.
import { COUNTER } from '../counters';
import type { Cpu } from './cpu';
import { EAX, ECX, EDX, MSR, TSC_OFFSET, VECTOR_GP } from './state';

const MSR_TSC = 0x10;
export const MSR_PERFCTR0 = 0xc1;
export const MSR_SYSENTER_CS = 0x174;
export const MSR_SYSENTER_ESP = 0x175;
export const MSR_SYSENTER_EIP = 0x176;

/** A register that holds a value. Writing a 1 outside the writable bits raises #GP(0) unless it is `lenient`. */
interface ModelRegister {
  readonly address: number;
  readonly resetLow: number;
  readonly resetHigh: number;
  readonly writableLow: number;
  readonly writableHigh: number;
  /** Bits that cannot be written are ignored rather than refused. */
  readonly isLenient: boolean;
}

const ALL = -1;

function plain(address: number, resetLow = 0, resetHigh = 0): ModelRegister {
  return { address, resetLow, resetHigh, writableLow: ALL, writableHigh: ALL, isLenient: false };
}

function masked(address: number, writableLow: number, writableHigh: number): ModelRegister {
  return { address, resetLow: 0, resetHigh: 0, writableLow, writableHigh, isLenient: false };
}

/** Reads as it was at RESET whatever is written. */
function constant(address: number, resetLow = 0, resetHigh = 0): ModelRegister {
  return { address, resetLow, resetHigh, writableLow: 0, writableHigh: 0, isLenient: true };
}

function range(first: number, count: number, make: (address: number) => ModelRegister): ModelRegister[] {
  return Array.from({ length: count }, (_, n) => make(first + n));
}

const PENTIUM_REGISTERS: readonly ModelRegister[] = [
  constant(0x00), // P5_MC_ADDR
  constant(0x01), // P5_MC_TYPE
  plain(0x0e), // TR12: branch trace, cache inhibit
  plain(0x11), // CESR: event selection
  plain(0x12), // CTR0
  plain(0x13), // CTR1
];

/** MTRR addresses have 36 bits. */
const PHYSICAL_HIGH = 0xf;

const P6_REGISTERS: readonly ModelRegister[] = [
  constant(0x00), // P5_MC_ADDR
  constant(0x01), // P5_MC_TYPE
  constant(0x17), // PLATFORM_ID
  // APIC_BASE: bootstrap processor; the local APIC is disabled for good and CPUID does not show it
  constant(0x1b, 0xfee0_0100 | 0),
  plain(0x2a), // EBL_CR_POWERON
  plain(0x79), // BIOS_UPDT_TRIG: microcode is not emulated, an update leaves no trace
  plain(0x8b), // BIOS_SIGN_ID
  ...range(MSR_PERFCTR0, 2, plain), // PERFCTR0, PERFCTR1: hold, do not count
  constant(0xfe, 0x508), // MTRRCAP: write combining, fixed ranges, eight variable ones
  ...range(0x116, 6, plain), // BBL_CR_ADDR, DECC, CTL, TRIG, BUSY and their neighbours: L2 set-up
  plain(0x11e), // BBL_CR_CTL3
  plain(MSR_SYSENTER_CS),
  plain(MSR_SYSENTER_ESP),
  plain(MSR_SYSENTER_EIP),
  constant(0x179, 0x105), // MCG_CAP: five banks, MCG_CTL
  plain(0x17a), // MCG_STATUS
  plain(0x17b), // MCG_CTL
  ...range(0x186, 2, plain), // EVNTSEL0, EVNTSEL1
  plain(0x1d9), // DEBUGCTL
  ...range(0x1db, 4, constant), // LASTBRANCHFROMIP, -TOIP, LASTINTFROMIP, -TOIP
  plain(0x1e0), // ROB_CR_BKUPTMPDR6
  ...range(0, 8, (n) => masked(0x200 + 2 * n, 0xffff_f0ff | 0, PHYSICAL_HIGH)), // MTRRPHYSBASEn
  ...range(0, 8, (n) => masked(0x201 + 2 * n, 0xffff_f800 | 0, PHYSICAL_HIGH)), // MTRRPHYSMASKn
  plain(0x250), // MTRRFIX64K_00000
  ...range(0x258, 2, plain), // MTRRFIX16K_80000, _A0000
  ...range(0x268, 8, plain), // MTRRFIX4K_C0000 ..
  plain(0x277, 0x0007_0406, 0x0007_0406), // PAT
  masked(0x2ff, 0x0cff, 0), // MTRRDEFTYPE
  ...range(0x400, 20, plain), // MCn_CTL, _STATUS, _ADDR, _MISC
];

/** Where a register's value lies: its rule and its slot. Both models share the slots. */
interface Slot {
  readonly register: ModelRegister;
  readonly at: number;
}

function layOut(registers: readonly ModelRegister[]): ReadonlyMap<number, Slot> {
  return new Map(registers.map((register, n) => [register.address, { register, at: MSR + 2 * n }]));
}

const PENTIUM_SLOTS = layOut(PENTIUM_REGISTERS);
const P6_SLOTS = layOut(P6_REGISTERS);
const MOST_REGISTERS = Math.max(PENTIUM_REGISTERS.length, P6_REGISTERS.length);

function findSlot(cpu: Cpu, address: number): Slot {
  const slots = cpu.model === '686' ? P6_SLOTS : PENTIUM_SLOTS;
  return slots.get(address) ?? cpu.raise(VECTOR_GP, 0);
}

/**
 * Puts the registers into their state after RESET and the time stamp counter to 0. Not for INIT, which leaves them.
 * Slots hold the difference from the reset value, so that memory full of zeros is the state after power-on.
 */
export function resetModelRegisters(cpu: Cpu): void {
  cpu.i32.fill(0, MSR, MSR + 2 * MOST_REGISTERS);
  cpu.f64[TSC_OFFSET] = -cpu.f64[COUNTER.CYCLES];
}

/** The low word of a register, for instructions that use one (SYSENTER). */
export function modelRegisterLow(cpu: Cpu, address: number): number {
  const { register, at } = findSlot(cpu, address);
  return cpu.i32[at] ^ register.resetLow;
}

/** RDTSC: cycles since RESET or the last write of the counter, into EDX:EAX. */
export function readTimeStamp(cpu: Cpu): void {
  const count = cpu.f64[COUNTER.CYCLES] + cpu.f64[TSC_OFFSET];
  cpu.i32[EAX] = count % 0x1_0000_0000;
  cpu.i32[EDX] = Math.floor(count / 0x1_0000_0000);
}

/** RDMSR: the register of number ECX into EDX:EAX. Raises #GP(0) for one the model does not have. */
export function readModelRegister(cpu: Cpu): void {
  const { i32 } = cpu;
  const address = i32[ECX] >>> 0;
  if (address === MSR_TSC) {
    readTimeStamp(cpu);
    return;
  }
  const { register, at } = findSlot(cpu, address);
  i32[EAX] = i32[at] ^ register.resetLow;
  i32[EDX] = i32[at + 1] ^ register.resetHigh;
}

/** WRMSR: EDX:EAX into the register of number ECX. Raises #GP(0) for unknown registers and reserved bits. */
export function writeModelRegister(cpu: Cpu): void {
  const { i32 } = cpu;
  const address = i32[ECX] >>> 0;
  const low = i32[EAX];
  const high = i32[EDX];
  if (address === MSR_TSC) {
    // The upper half is cleared by a write (SDM vol. 3 17.17.3, P6).
    cpu.f64[TSC_OFFSET] = (low >>> 0) - cpu.f64[COUNTER.CYCLES];
    return;
  }
  const { register, at } = findSlot(cpu, address);
  const { writableLow, writableHigh } = register;
  if (!register.isLenient && ((low & ~writableLow) !== 0 || (high & ~writableHigh) !== 0)) cpu.raise(VECTOR_GP, 0);
  i32[at] = (i32[at] & ~writableLow) | ((low ^ register.resetLow) & writableLow);
  i32[at + 1] = (i32[at + 1] & ~writableHigh) | ((high ^ register.resetHigh) & writableHigh);
}
