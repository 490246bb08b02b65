// A CPU on plain RAM with whatever ports a test brings, in flat 32-bit or real mode.
import type { MemoryBacking, PortDevice } from '../../../src/emulator/bus';
import { Bus, NO_COST } from '../../../src/emulator/bus';
import { Clock } from '../../../src/emulator/clock';
import type { CounterValues } from '../../../src/emulator/counters';
import { readCounters } from '../../../src/emulator/counters';
import { Cpu } from '../../../src/emulator/cpu/cpu';
import type { CpuModel } from '../../../src/emulator/cpu/cpu-host';
import { getEflags, setEflags } from '../../../src/emulator/cpu/flags';
import { setSegment } from '../../../src/emulator/cpu/protection/segments';
import { CR0, CR0_PE, CS, EAX, EIP, ES, ESP, GS, IDTR_LIMIT } from '../../../src/emulator/cpu/state';
import { MachineMemory, MIB } from '../../../src/emulator/memory';
import type { ClockTable } from '../../../src/emulator/timing/clock-table';
import { createPlaceholderClocks } from '../../../src/emulator/timing/clock-table';

export const CODE_AT = 0x1_0000;
export const DATA_AT = 0x2_0000;
const STACK_AT = 0x8_0000;
const FLAT_CODE = 0xc09b;
const FLAT_DATA = 0xc093;
const REAL_DATA = 0x93;

export interface BenchOptions {
  readonly model?: CpuModel;
  readonly mode?: 'flat' | 'real';
  readonly timing?: ClockTable;
  readonly ramMib?: number;
}

export class CpuBench {
  readonly memory: MachineMemory;
  readonly clock: Clock;
  readonly bus: Bus;
  readonly cpu: Cpu;
  interruptVector = 0;
  shutdowns = 0;

  constructor({ model = '686', mode = 'flat', timing, ramMib = 2 }: BenchOptions = {}) {
    this.memory = new MachineMemory(ramMib * MIB);
    this.clock = new Clock(this.memory, 100_000_000);
    this.bus = new Bus(this.memory, this.clock, 700);
    const ram: MemoryBacking = {
      name: 'RAM',
      hostOffset: this.memory.ramOffset,
      device: null,
      cost: NO_COST,
      fetchCyclesPerByte: 0,
    };
    this.bus.mapMemory(0, ramMib * MIB, ram, ram);
    const host = {
      acknowledgeInterrupt: () => this.interruptVector,
      shutdown: () => {
        this.shutdowns++;
        this.cpu.requestStop();
      },
      signalFpuError: () => {},
    };
    this.cpu = new Cpu(this.memory, this.bus, this.clock, host, model, timing ?? createPlaceholderClocks(model));
    this.enter(mode);
  }

  private enter(mode: 'flat' | 'real'): void {
    const { i32 } = this.memory;
    i32[CR0] = mode === 'flat' ? CR0_PE : 0;
    i32[IDTR_LIMIT] = 0x3ff;
    for (let seg = ES; seg <= GS; seg++) {
      if (mode === 'flat') setSegment(this.cpu, seg, 8, 0, -1, seg === CS ? FLAT_CODE : FLAT_DATA);
      else
        setSegment(
          this.cpu,
          seg,
          seg === CS ? CODE_AT >> 4 : DATA_AT >> 4,
          seg === CS ? CODE_AT : DATA_AT,
          0xffff,
          REAL_DATA,
        );
    }
    i32[EIP] = mode === 'flat' ? CODE_AT : 0;
    i32[ESP] = mode === 'flat' ? STACK_AT : 0x8000;
  }

  /** Puts bytes into RAM, given as hexadecimal with any spaces. */
  load(at: number, hex: string): this {
    const bytes = Buffer.from(hex.replace(/\s/g, ''), 'hex');
    this.cpu.codeWritten(at, bytes.length);
    this.memory.u8.set(bytes, this.memory.ramOffset + at);
    return this;
  }

  code(hex: string): this {
    return this.load(CODE_AT, hex);
  }

  bytes(at: number, sizeBytes: number): Buffer {
    const from = this.memory.ramOffset + at;
    return Buffer.from(this.memory.u8.slice(from, from + sizeBytes));
  }

  ports(first: number, last: number, device: Partial<PortDevice>, accessNs = 700): this {
    const whole: PortDevice = { readPort: () => 0xff, writePort: () => {}, peekPort: () => 0xff, ...device };
    this.bus.claimPorts({ name: `ports ${first}`, first, last, widthBytes: 1, accessNs, device: whole });
    return this;
  }

  /** General register n, unsigned. */
  register(n: number): number {
    return this.memory.i32[EAX + n] >>> 0;
  }

  setRegister(n: number, value: number): this {
    this.memory.i32[EAX + n] = value;
    return this;
  }

  get eip(): number {
    return this.memory.i32[EIP] >>> 0;
  }

  get eflags(): number {
    return getEflags(this.cpu);
  }

  setFlags(value: number, mask = -1): this {
    setEflags(this.cpu, value, mask);
    return this;
  }

  get counters(): CounterValues {
    return readCounters(this.memory);
  }

  /** All counters but the one that tells how much was jumped over. */
  get countersApartFromPolls(): CounterValues {
    return { ...this.counters, pollCycles: 0 };
  }

  /** Runs as the board does until the CPU halts with no alarm left, or at all, or `limitCycles` have passed. */
  run(limitCycles = 1_000_000, stopsAtHalt = false): this {
    const { clock, cpu } = this;
    const limit = clock.nowCycles + limitCycles;
    const alarm = clock.createAlarm(() => cpu.requestStop());
    alarm.scheduleAt(limit);
    while (clock.nowCycles < limit && this.shutdowns === 0) {
      clock.runDueAlarms();
      if (!cpu.isHalted || cpu.hasPendingEvent) cpu.run();
      else if (stopsAtHalt || clock.nextAlarmCycle === limit) break;
      else clock.advanceTo(clock.nextAlarmCycle);
    }
    alarm.cancel();
    return this;
  }
}
