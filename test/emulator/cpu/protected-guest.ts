// A CPU with RAM, descriptor tables and a handler per vector, set up without running a boot sequence: for tests of
// protected and virtual 8086 mode. Every handler is a HLT of its own, so EIP tells which vector was taken.
import { Bus, NO_COST } from '../../../src/emulator/bus';
import { Clock } from '../../../src/emulator/clock';
import { Cpu } from '../../../src/emulator/cpu/cpu';
import type { CpuModel } from '../../../src/emulator/cpu/cpu-host';
import { getEflags } from '../../../src/emulator/cpu/flags';
import * as state from '../../../src/emulator/cpu/state';
import { MachineMemory, MIB } from '../../../src/emulator/memory';
import { createPlaceholderClocks } from '../../../src/emulator/timing/clock-table';

// Linear addresses
export const GDT = 0x1000;
export const IDT = 0x2000;
export const LDT = 0x3000;
export const TSS_A = 0x4000;
export const TSS_B = 0x5000;
export const TSS_16 = 0x6000;
export const STACK_0 = 0x8000;
export const STACK_1 = 0x9000;
export const STACK_3 = 0xa000;
export const CODE = 0x1_0000;
export const HANDLERS = 0x2_0000;
export const HANDLER_BYTES = 16;

// Selectors of the GDT
export const CODE_0 = 0x08;
export const DATA_0 = 0x10;
export const CODE_3 = 0x1b;
export const DATA_3 = 0x23;
export const SELECTOR_TSS_A = 0x28;
export const SELECTOR_TSS_B = 0x30;
export const SELECTOR_TSS_16 = 0x38;
export const SELECTOR_LDT = 0x40;
export const CONFORMING_0 = 0x48;
export const CODE_1 = 0x51;
export const DATA_1 = 0x59;
/** 16-bit code and data of level 0, base 0, limit FFFFh. */
export const CODE_0_16 = 0x60;
export const DATA_0_16 = 0x68;
export const READ_ONLY_0 = 0x70;
/** First selector that tests may fill. */
export const FREE = 0x80;
export const GDT_LIMIT = 0xff;

// Access bytes
export const ACCESS_CODE_0 = 0x9b;
export const ACCESS_DATA_0 = 0x93;
export const ACCESS_CODE_3 = 0xfb;
export const ACCESS_DATA_3 = 0xf3;

export type Words = readonly [low: number, high: number];

/** A code, data or system segment descriptor; `flags` are G, D/B, L, AVL from bit 3 down. */
export function segment(base: number, limit: number, access: number, flags = 0xc): Words {
  return [
    ((base << 16) | (limit & 0xffff)) >>> 0,
    ((base & 0xff00_0000) | (flags << 20) | (limit & 0xf_0000) | (access << 8) | ((base >>> 16) & 0xff)) >>> 0,
  ];
}

/** A gate: `access` is present bit, DPL and type. */
export function gate(access: number, selector: number, offset: number, parameters = 0): Words {
  return [((selector << 16) | (offset & 0xffff)) >>> 0, ((offset & 0xffff_0000) | (access << 8) | parameters) >>> 0];
}

export interface Entry {
  readonly cs?: number;
  readonly eip?: number;
  readonly ss?: number;
  readonly esp?: number;
  readonly eflags?: number;
  /** DS, ES, FS and GS. */
  readonly data?: number;
}

export function handlerOf(vector: number): number {
  return HANDLERS + vector * HANDLER_BYTES;
}

const SEGMENTS = { es: state.ES, cs: state.CS, ss: state.SS, ds: state.DS, fs: state.FS, gs: state.GS };
export type SegmentName = keyof typeof SEGMENTS;

export class ProtectedGuest {
  readonly memory: MachineMemory;
  readonly clock: Clock;
  readonly bus: Bus;
  readonly cpu: Cpu;
  shutdowns = 0;
  interruptVector = 0x20;

  constructor(
    readonly model: CpuModel = '686',
    timing = createPlaceholderClocks(model),
    ramBytes = 2 * MIB,
  ) {
    this.memory = new MachineMemory(ramBytes);
    this.clock = new Clock(this.memory, 100_000_000);
    this.bus = new Bus(this.memory, this.clock, 0);
    const ram = {
      name: 'RAM',
      hostOffset: this.memory.ramOffset,
      device: null,
      cost: NO_COST,
      fetchCyclesPerByte: 0,
    };
    this.bus.mapMemory(0, ramBytes, ram, ram);
    const host = {
      acknowledgeInterrupt: () => {
        this.cpu.setInterruptPin(false);
        return this.interruptVector;
      },
      shutdown: () => {
        this.shutdowns++;
      },
      signalFpuError: () => {},
    };
    this.cpu = new Cpu(this.memory, this.bus, this.clock, host, model, timing);
    this.fillTables();
  }

  private fillTables(): void {
    this.gdt(CODE_0, segment(0, 0xf_ffff, ACCESS_CODE_0));
    this.gdt(DATA_0, segment(0, 0xf_ffff, ACCESS_DATA_0));
    this.gdt(CODE_3, segment(0, 0xf_ffff, ACCESS_CODE_3));
    this.gdt(DATA_3, segment(0, 0xf_ffff, ACCESS_DATA_3));
    this.gdt(SELECTOR_TSS_A, segment(TSS_A, 0x67, 0x8b, 0)); // busy: TR has it
    this.gdt(SELECTOR_TSS_B, segment(TSS_B, 0x67, 0x89, 0));
    this.gdt(SELECTOR_TSS_16, segment(TSS_16, 0x2b, 0x81, 0));
    this.gdt(SELECTOR_LDT, segment(LDT, 0xff, 0x82, 0));
    this.gdt(CONFORMING_0, segment(0, 0xf_ffff, 0x9f));
    this.gdt(CODE_1, segment(0, 0xf_ffff, 0xbb));
    this.gdt(DATA_1, segment(0, 0xf_ffff, 0xb3));
    this.gdt(CODE_0_16, segment(0, 0xffff, ACCESS_CODE_0, 0));
    this.gdt(DATA_0_16, segment(0, 0xffff, ACCESS_DATA_0, 0));
    this.gdt(READ_ONLY_0, segment(0, 0xf_ffff, 0x91));
    for (let vector = 0; vector < 256; vector++) {
      this.idt(vector, gate(0x8e, CODE_0, handlerOf(vector)));
      this.write8(handlerOf(vector), 0xf4);
    }
    this.write32(TSS_A + 4, STACK_0);
    this.write32(TSS_A + 8, DATA_0);
    this.write32(TSS_A + 12, STACK_1);
    this.write32(TSS_A + 16, DATA_1);
    this.write16(TSS_A + 0x66, 0x68); // no I/O map within the limit
    const { i32 } = this.cpu;
    i32[state.GDTR_BASE] = GDT;
    i32[state.GDTR_LIMIT] = GDT_LIMIT;
    i32[state.IDTR_BASE] = IDT;
    i32[state.IDTR_LIMIT] = 0x7ff;
    this.setHidden(state.TR, SELECTOR_TSS_A, TSS_A, 0x67, 0x8b);
    this.setHidden(state.LDTR, SELECTOR_LDT, LDT, 0xff, 0x82);
  }

  // ---- tables ----

  gdt(selector: number, [low, high]: Words): void {
    this.write32(GDT + (selector & 0xfff8), low);
    this.write32(GDT + (selector & 0xfff8) + 4, high);
  }

  ldt(selector: number, [low, high]: Words): void {
    this.write32(LDT + (selector & 0xfff8), low);
    this.write32(LDT + (selector & 0xfff8) + 4, high);
  }

  idt(vector: number, [low, high]: Words): void {
    this.write32(IDT + vector * 8, low);
    this.write32(IDT + vector * 8 + 4, high);
  }

  /** Access byte of a GDT entry. */
  accessByte(selector: number): number {
    return this.read8(GDT + (selector & 0xfff8) + 5);
  }

  // ---- memory, without any effect on the CPU but that code is decoded anew ----

  read8(address: number): number {
    return this.bus.peekMemory(address, 1);
  }

  read16(address: number): number {
    return this.bus.peekMemory(address, 2);
  }

  read32(address: number): number {
    return this.bus.peekMemory(address, 4);
  }

  write8(address: number, value: number): void {
    this.bus.writeMemory(address, 1, value);
    this.cpu?.codeWritten(address, 1);
  }

  write16(address: number, value: number): void {
    this.write8(address, value & 0xff);
    this.write8(address + 1, (value >>> 8) & 0xff);
  }

  write32(address: number, value: number): void {
    this.write16(address, value & 0xffff);
    this.write16(address + 2, value >>> 16);
  }

  /** Puts instruction bytes at `address`. */
  code(bytes: readonly number[], address = CODE): void {
    bytes.forEach((byte, n) => this.write8(address + n, byte));
  }

  // ---- registers ----

  /** Starts in protected mode with segments as if loaded from the GDT; the level is the RPL of CS. */
  enter({ cs = CODE_0, eip = CODE, ss, esp, eflags = 2, data }: Entry = {}): this {
    const { i32 } = this.cpu;
    const level = cs & 3;
    const stackTop = [STACK_0, STACK_1, STACK_1, STACK_3][level];
    i32[state.CR0] |= state.CR0_PE;
    i32[state.CPL] = level;
    i32[state.EFLAGS] = eflags;
    i32[state.LAZY_KIND] = 0;
    i32[state.RUN_STATE] = state.RUNNING;
    i32[state.EIP] = eip;
    i32[state.ESP] = esp ?? stackTop;
    this.loadFromGdt(state.CS, cs);
    this.loadFromGdt(state.SS, ss ?? [DATA_0, DATA_1, DATA_1, DATA_3][level]);
    for (const seg of [state.DS, state.ES, state.FS, state.GS]) {
      this.loadFromGdt(seg, data ?? (level === 3 ? DATA_3 : DATA_0));
    }
    this.cpu.segmentsChanged();
    return this;
  }

  /** Starts in a virtual 8086 task. */
  enterVirtual8086(cs: number, ip: number, ss: number, sp: number, eflags: number): this {
    const { i32 } = this.cpu;
    i32[state.CR0] |= state.CR0_PE;
    i32[state.CPL] = 3;
    i32[state.EFLAGS] = eflags | state.FLAG_VM | 2;
    i32[state.EIP] = ip;
    i32[state.ESP] = sp;
    const selectors = { es: 0x1111, cs, ss, ds: 0x2222, fs: 0x3333, gs: 0x4444 };
    for (const [name, seg] of Object.entries(SEGMENTS)) {
      const selector = selectors[name as SegmentName];
      this.setHidden(seg, selector, selector << 4, 0xffff, 0xf3);
    }
    this.cpu.segmentsChanged();
    return this;
  }

  /** Starts in real mode, as after RESET, at cs:ip. */
  enterReal(cs: number, ip: number, ss: number, sp: number): this {
    const { i32 } = this.cpu;
    i32[state.CR0] &= ~state.CR0_PE;
    i32[state.CPL] = 0;
    i32[state.EFLAGS] = 2;
    i32[state.EIP] = ip;
    i32[state.ESP] = sp;
    i32[state.IDTR_BASE] = 0;
    i32[state.IDTR_LIMIT] = 0x3ff;
    for (const seg of Object.values(SEGMENTS)) this.setHidden(seg, 0, 0, 0xffff, 0x93);
    this.setHidden(state.CS, cs, cs << 4, 0xffff, 0x93);
    this.setHidden(state.SS, ss, ss << 4, 0xffff, 0x93);
    this.cpu.segmentsChanged();
    return this;
  }

  private loadFromGdt(seg: number, selector: number): void {
    const low = this.read32(GDT + (selector & 0xfff8));
    const high = this.read32(GDT + (selector & 0xfff8) + 4);
    const base = (high & 0xff00_0000) | ((high & 0xff) << 16) | (low >>> 16);
    const limit = (high & 0xf_0000) | (low & 0xffff);
    const isGranular = (high & 0x80_0000) !== 0;
    this.setHidden(seg, selector, base, isGranular ? (limit << 12) | 0xfff : limit, (high >>> 8) & 0xf0ff);
  }

  setHidden(seg: number, selector: number, base: number, limit: number, access: number): void {
    const at = state.SEGMENT + seg * state.SEGMENT_WORDS;
    const { i32 } = this.cpu;
    i32[at + state.SEG_SELECTOR] = selector;
    i32[at + state.SEG_BASE] = base;
    i32[at + state.SEG_LIMIT] = limit;
    i32[at + state.SEG_ACCESS] = access;
  }

  selector(name: SegmentName): number {
    return this.cpu.i32[state.SEGMENT + SEGMENTS[name] * state.SEGMENT_WORDS + state.SEG_SELECTOR];
  }

  hidden(name: SegmentName): { base: number; limit: number; access: number } {
    const at = state.SEGMENT + SEGMENTS[name] * state.SEGMENT_WORDS;
    const { i32 } = this.cpu;
    return {
      base: i32[at + state.SEG_BASE] >>> 0,
      limit: i32[at + state.SEG_LIMIT] >>> 0,
      access: i32[at + state.SEG_ACCESS],
    };
  }

  get eip(): number {
    return this.cpu.i32[state.EIP] >>> 0;
  }

  get esp(): number {
    return this.cpu.i32[state.ESP] >>> 0;
  }

  get eflags(): number {
    return getEflags(this.cpu) >>> 0;
  }

  get cpl(): number {
    return this.cpu.i32[state.CPL];
  }

  get eax(): number {
    return this.cpu.i32[state.EAX] >>> 0;
  }

  set eax(value: number) {
    this.cpu.i32[state.EAX] = value;
  }

  // ---- running ----

  /** Executes one instruction; a fault it raises is delivered. */
  step(count = 1): this {
    for (let n = 0; n < count; n++) this.cpu.step();
    return this;
  }

  /** Vector whose handler was entered, or -1. A step that takes an interrupt executes the handler's HLT as well. */
  get vector(): number {
    const offset = this.eip - HANDLERS - (this.cpu.isHalted ? 1 : 0);
    return offset >= 0 && offset < 256 * HANDLER_BYTES && offset % HANDLER_BYTES === 0 ? offset / HANDLER_BYTES : -1;
  }

  /** Doublewords from the top of the stack, SS base 0. */
  stack(count: number): number[] {
    return Array.from({ length: count }, (_, n) => this.read32(this.esp + 4 * n));
  }

  /** Words from the top of the stack, SS base 0. */
  stack16(count: number): number[] {
    return Array.from({ length: count }, (_, n) => this.read16(this.esp + 2 * n));
  }

  /** Executes one instruction that has to fault: vector and error code (frame of a 32-bit gate at the same level or not). */
  fault(): { vector: number; errorCode: number; eip: number } {
    this.step();
    const [errorCode, eip] = this.stack(2);
    return { vector: this.vector, errorCode, eip };
  }
}
