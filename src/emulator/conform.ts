// The examiner's view of the CPU: one request in, one answer out, on a machine of RAM and nothing else.
// Format: docs/conformance.md, section 1. Pure; the terminal shell is cli/conform.
import type { AccessSize, PortDevice } from './bus';
import { Bus, NO_COST } from './bus';
import { Clock } from './clock';
import { COUNTER } from './counters';
import { Cpu } from './cpu/cpu';
import type { CpuModel } from './cpu/cpu-host';
import { getEflags, setEflags } from './cpu/flags';
import { initialise } from './cpu/fpu/registers';
import { setSegment } from './cpu/protection/segments';
import {
  CR0,
  CR0_NE,
  CR0_PE,
  CS,
  DS,
  EAX,
  EBP,
  EBX,
  ECX,
  EDI,
  EDX,
  EIP,
  ES,
  ESI,
  ESP,
  FS,
  GS,
  IDTR_BASE,
  IDTR_LIMIT,
  SEGMENT,
  SEGMENT_WORDS,
  SEG_SELECTOR,
  SHUTDOWN,
  RUN_STATE,
  SS,
} from './cpu/state';
import { MachineMemory, MIB } from './memory';
import type { ClockTable } from './timing/clock-table';
import { findClockRule } from './timing/clock-table';

/** Registers by name; numbers are unsigned. */
export type ConformRegisters = Readonly<Record<string, number>>;
/** Bytes from an address on, as lower-case hexadecimal. */
export type ConformBytes = readonly [address: number, hex: string];

export interface ConformRequest {
  readonly id: string;
  readonly mode: string;
  readonly cpu?: CpuModel;
  readonly exec?: string;
  readonly r: ConformRegisters;
  readonly m: readonly ConformBytes[];
  /** Run until HLT, or until `n` instructions. */
  readonly stop: { readonly hlt?: number; readonly n?: number };
  /** What every port read gives, one byte in hexadecimal; default ff. */
  readonly io?: string;
  readonly want?: readonly (readonly [address: number, sizeBytes: number])[];
}

export type ConformAnswer =
  | { readonly id: string; readonly stop: 'skip' }
  | { readonly id: string; readonly stop: 'error'; readonly why: string }
  | {
      readonly id: string;
      readonly stop: 'hlt' | 'n' | 'fault' | 'shutdown';
      readonly vec?: number;
      readonly r: ConformRegisters;
      readonly m: readonly ConformBytes[];
      readonly n: number;
      readonly cyc: number;
      readonly out: readonly (readonly [port: number, sizeBytes: number, value: number])[];
    };

const RAM_BYTES = 32 * MIB;
const CPU_HZ = 100_000_000;
const REPORTED_WRITES = 64;
const DEFAULT_LIMIT = 1_000_000;

const GENERAL: readonly (readonly [name: string, index: number])[] = [
  ['eax', EAX],
  ['ecx', ECX],
  ['edx', EDX],
  ['ebx', EBX],
  ['esp', ESP],
  ['ebp', EBP],
  ['esi', ESI],
  ['edi', EDI],
  ['eip', EIP],
];
const SEGMENTS: readonly (readonly [name: string, seg: number])[] = [
  ['cs', CS],
  ['ds', DS],
  ['es', ES],
  ['ss', SS],
  ['fs', FS],
  ['gs', GS],
];

// Descriptor bits 40..55 (i386 PRM 5.1.3): present, accessed; flat ones with G and D/B.
const REAL_ACCESS = 0x93;
const FLAT_CODE_ACCESS = 0xc09b;
const FLAT_DATA_ACCESS = 0xc093;

/** A CPU on plain RAM, used again for each request of its model. */
class Bench {
  readonly memory = new MachineMemory(RAM_BYTES);
  readonly clock = new Clock(this.memory, CPU_HZ);
  readonly bus = new Bus(this.memory, this.clock, 0);
  readonly cpu: Cpu;
  private portByte = 0xff;
  private writes: (readonly [port: number, sizeBytes: number, value: number])[] = [];
  private firstVector: number | undefined = undefined;

  constructor(model: CpuModel, timing: ClockTable) {
    const ram = {
      name: 'RAM',
      hostOffset: this.memory.ramOffset,
      device: null,
      cost: NO_COST,
      fetchCyclesPerByte: 0,
    };
    this.bus.mapMemory(0, RAM_BYTES, ram, ram);
    const device: PortDevice = {
      readPort: (_port, sizeBytes) => this.portValue(sizeBytes),
      peekPort: (_port, sizeBytes) => this.portValue(sizeBytes),
      writePort: (port, sizeBytes, value) => {
        if (this.writes.length < REPORTED_WRITES) this.writes.push([port, sizeBytes, value]);
      },
    };
    this.bus.claimPorts({ name: 'every port', first: 0, last: 0xffff, widthBytes: 4, accessNs: 0, device });
    const host = { acknowledgeInterrupt: () => 0, shutdown: () => this.cpu.requestStop(), signalFpuError: () => {} };
    this.cpu = new Cpu(this.memory, this.bus, this.clock, host, model, timing);
    this.cpu.observer = {
      exception: (vector) => void (this.firstVector ??= vector),
      softwareInterrupt: (vector) => void (this.firstVector ??= vector),
    };
  }

  private portValue(sizeBytes: AccessSize): number {
    return (this.portByte * [0, 1, 0x101, 0, 0x1010101][sizeBytes]) >>> 0;
  }

  answer(request: ConformRequest): ConformAnswer {
    const { id, stop, want = [] } = request;
    const { cpu, memory } = this;
    this.prepare(request);
    const { f64 } = memory;
    const cyclesBefore = f64[COUNTER.CYCLES];
    const instructionsBefore = f64[COUNTER.INSTRUCTIONS];
    const limit = stop.n ?? DEFAULT_LIMIT;
    const isFault = this.runUntil(instructionsBefore + limit);
    const hasHalted = cpu.isHalted;
    const isShutDown = memory.i32[RUN_STATE] === SHUTDOWN;
    return {
      id,
      stop: isFault ? 'fault' : isShutDown ? 'shutdown' : hasHalted ? 'hlt' : 'n',
      ...(this.firstVector === undefined ? {} : { vec: this.firstVector }),
      r: this.registers(),
      m: want.map(([at, sizeBytes]) => [at, this.readHex(at, sizeBytes)] as const),
      n: f64[COUNTER.INSTRUCTIONS] - instructionsBefore - (hasHalted ? 1 : 0),
      cyc: f64[COUNTER.CYCLES] - cyclesBefore - (hasHalted ? findClockRule(cpu.timing, 'HLT').register : 0),
      out: this.writes,
    };
  }

  private prepare({ mode, r, m, io }: ConformRequest): void {
    const { cpu, memory } = this;
    const { i32 } = memory;
    this.portByte = parseInt(io ?? 'ff', 16);
    this.writes = [];
    this.firstVector = undefined;
    cpu.reset();
    initialise(cpu);
    for (const [at, hex] of m) this.writeHex(at, hex);
    for (const [name, index] of GENERAL) i32[index] = r[name] ?? 0;
    // NE: an unmasked x87 error is a fault like any other, not an interrupt.
    i32[CR0] = mode === 'real' ? 0 : CR0_PE | CR0_NE;
    i32[IDTR_BASE] = 0;
    i32[IDTR_LIMIT] = 0x3ff;
    for (const [name, seg] of SEGMENTS) {
      const selector = r[name] ?? 0;
      if (mode === 'real') setSegment(cpu, seg, selector, selector << 4, 0xffff, REAL_ACCESS);
      else setSegment(cpu, seg, selector, 0, -1, seg === CS ? FLAT_CODE_ACCESS : FLAT_DATA_ACCESS);
    }
    setEflags(cpu, r['eflags'] ?? 2, -1);
    cpu.modeChanged();
  }

  /** Runs until HLT, shutdown, a fault that is not delivered (true), or the instruction count. */
  private runUntil(instructions: number): boolean {
    const { cpu, clock } = this;
    const { f64, i32 } = this.memory;
    let isFault = false;
    cpu.exceptionSink =
      i32[CR0] === 0
        ? null
        : {
            take: (vector) => {
              isFault = true;
              this.firstVector = vector;
              return true;
            },
          };
    const alarm = clock.createAlarm(() => cpu.requestStop());
    for (;;) {
      const left = instructions - f64[COUNTER.INSTRUCTIONS];
      if (left <= 0 || isFault || i32[RUN_STATE] !== 0) break;
      // No model completes more than three instructions a clock, and those it has in flight: never `left` of them.
      alarm.scheduleAfter(Math.ceil(left / CLOCKS_PART));
      if (left > STEPS) cpu.run();
      else cpu.step();
      clock.runDueAlarms();
    }
    alarm.cancel();
    return isFault;
  }

  private registers(): ConformRegisters {
    const { i32 } = this.memory;
    const r: Record<string, number> = {};
    for (const [name, index] of GENERAL) r[name] = i32[index] >>> 0;
    r['eflags'] = getEflags(this.cpu) >>> 0;
    for (const [name, seg] of SEGMENTS) r[name] = i32[SEGMENT + seg * SEGMENT_WORDS + SEG_SELECTOR] & 0xffff;
    return r;
  }

  private writeHex(at: number, hex: string): void {
    const { u8, ramOffset } = this.memory;
    const sizeBytes = hex.length / 2;
    if (at + sizeBytes > RAM_BYTES) throw new RangeError(`address ${at} is not RAM`);
    this.cpu.codeWritten(at, sizeBytes);
    for (let i = 0; i < sizeBytes; i++) u8[ramOffset + at + i] = parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  }

  private readHex(at: number, sizeBytes: number): string {
    if (at + sizeBytes > RAM_BYTES) throw new RangeError(`address ${at} is not RAM`);
    let hex = '';
    for (let i = 0; i < sizeBytes; i++)
      hex += this.bus
        .peekMemory(at + i, 1)
        .toString(16)
        .padStart(2, '0');
    return hex;
  }
}

/** With so few instructions left they are executed one by one. */
const STEPS = 40;
/** What part of the instructions left may pass in clocks before the next look. */
const CLOCKS_PART = 8;

/** Answers requests one after the other; keeps one machine per CPU model. */
export class Conformance {
  private readonly benches = new Map<CpuModel, Bench>();

  /** @param timingOf the clock table of a model */
  constructor(private readonly timingOf: (model: CpuModel) => ClockTable) {}

  answer(request: ConformRequest): ConformAnswer {
    const { id, mode, cpu: model = '686', exec = 'auto' } = request;
    const isOffered = (mode === 'real' || mode === 'flat32') && (exec === 'auto' || exec === 'interpret');
    if (!isOffered) return { id, stop: 'skip' };
    try {
      return this.benchOf(model).answer(request);
    } catch (error) {
      this.benches.delete(model);
      return { id, stop: 'error', why: error instanceof Error ? error.message : String(error) };
    }
  }

  private benchOf(model: CpuModel): Bench {
    let bench = this.benches.get(model);
    if (!bench) {
      bench = new Bench(model, this.timingOf(model));
      this.benches.set(model, bench);
    }
    return bench;
  }
}
