// A PC: clock, bus, CPU and chips built from a profile, and the loop that runs them. The wiring is chips.ts.
// What a run measures is not known here: observers hook into cpu.observer, bus listeners and onReset.
import type { RomImages } from './board-memory';
import { BoardMemory } from './board-memory';
import { Bus } from './bus';
import type { CacheFigures } from './cache-figures';
import { cacheParametersOf, memoryModelOf } from './cache-figures';
import type { Chips } from './chips';
import { wireChips } from './chips';
import { Clock } from './clock';
import { COUNTER } from './counters';
import { Cpu } from './cpu/cpu';
import { Caches } from './cpu/memory/caches';
import { resetModelRegisters } from './cpu/msr';
import { EFLAGS, FLAG_IF } from './cpu/state';
import { MachineMemory } from './memory';
import type { MachineProfile } from './profile';
import { checkProfile } from './profile-checks';
import type { ResetKind, ResetSource } from './reset';
import { resetAll } from './reset';
import { clockTableOf } from './timing/clock-tables';
import type { StartingConditions } from './variation';
import type { Drives } from './wiring/drives';
import type { BoardExtras } from './wiring/wiring';
import { NO_EXTRAS } from './wiring/wiring';

/** What a machine is made from. */
export interface MachineParts {
  readonly profile: MachineProfile;
  readonly roms: RomImages;
  readonly drives: Drives;
  readonly start: StartingConditions;
  /** None unless given. */
  readonly extras?: BoardExtras;
}

/**
 * Why `run` came back: `requestStop` was called; the CPU halted for good; a triple fault stopped it; the board switched
 * its power off; the cycle limit; the heartbeat said no.
 */
export type RunEnd = 'stopped' | 'stuck' | 'shutdown' | 'power-off' | 'limit' | 'cancelled';

/** Bounds and hooks of one `run`. */
export interface RunBounds {
  /** Cycles since power-on at which the run ends with 'limit', give or take a heartbeat. */
  readonly limitCycles: number;
  /** Called at each heartbeat, a fixed number of cycles apart; false ends the run with 'cancelled'. */
  readonly heartbeat: () => boolean;
  /** Ends the run with 'stopped' behind the next instruction. */
  readonly isSingleStep?: boolean;
}

/** What the board was asked for and has not done yet, and what was said on COM1. Plain data. */
export interface MachineControlState {
  readonly pendingReset: { readonly kind: ResetKind; readonly source: ResetSource } | null;
  readonly isShutDown: boolean;
  readonly isPoweredOff: boolean;
  readonly stopsOnShutdown: boolean;
  readonly serialText: string;
}

/** Heartbeats per emulated second: often enough to cancel within a blink, rare enough to cost nothing. */
const HEARTBEATS_PER_SECOND = 100;

/**
 * Builds a machine, power still off: call `powerOn`, then `run`.
 * @throws EmulatorError EMU-PROFILE or EMU-IMAGE when none can be built from the parts
 */
export function createMachine(parts: MachineParts): Machine {
  return new Machine(parts);
}

/** One PC. */
export class Machine {
  readonly memory: MachineMemory;
  readonly clock: Clock;
  readonly bus: Bus;
  readonly cpu: Cpu;
  readonly chips: Chips;
  readonly drives: Drives;
  /** Told when a reset is asserted, before anything is reset. */
  onReset: (kind: ResetKind, source: ResetSource) => void = () => {};
  /** Told each byte that COM1 sent. */
  onSerialByte: (byte: number) => void = () => {};
  /** What COM1 sent, as text. */
  serialText = '';
  /** A triple fault stops the machine instead of resetting the CPU. */
  stopsOnShutdown = false;

  /** As it took part: overlay and variation applied. */
  readonly profile: MachineProfile;
  private pendingReset: { readonly kind: ResetKind; readonly source: ResetSource } | null = null;
  private isStopRequested = false;
  private isShutDown = false;
  private isPoweredOff = false;

  /** See `createMachine`. */
  constructor({ profile, roms, drives, start, extras = NO_EXTRAS }: MachineParts) {
    checkProfile(profile);
    this.profile = profile;
    this.drives = drives;
    this.memory = new MachineMemory(profile.memory.ramBytes.value, profile.video.memoryBytes.value);
    this.clock = new Clock(this.memory, profile.cpu.hz.value);
    this.bus = new Bus(this.memory, this.clock, profile.ports.isa8Ns.value);
    const board = new BoardMemory(this.bus, this.memory, this.clock, profile, roms);
    const host = {
      acknowledgeInterrupt: () => this.chips.pic.acknowledge(),
      shutdown: () => this.shutdown(),
      signalFpuError: () => this.chips.fpuErrors.signalError(),
    };
    const clockTable = clockTableOf(profile.cpu.clockTable);
    this.cpu = new Cpu(this.memory, this.bus, this.clock, host, profile.cpu.model, clockTable);
    this.cpu.streamCost = streamCostOf(profile, this.clock);
    this.cpu.uncachedStreamCost = uncachedStreamCostOf(profile, this.clock);
    if (profile.cache && memoryModelOf(profile) === 'cache') this.simulateCaches(profile.cache);
    this.bus.onMapChanged = () => this.cpu.onMemoryMapChanged();
    this.chips = wireChips({
      ...{ profile, board, roms, drives, start, extras },
      ...{ memory: this.memory, clock: this.clock, bus: this.bus, cpu: this.cpu },
      requestReset: (kind, source) => this.requestReset(kind, source),
      powerOff: () => this.powerOff(),
      serialByteSent: (byte) => {
        this.serialText += String.fromCharCode(byte);
        this.onSerialByte(byte);
      },
    });
  }

  /** Switches the power on: everything is reset, the CPU stands at its reset vector. */
  powerOn(): void {
    this.isPoweredOff = false;
    this.reset('power-on', 'power');
  }

  /** Asks for a reset behind the current instruction. */
  requestReset(kind: ResetKind, source: ResetSource): void {
    this.pendingReset = { kind, source };
    this.cpu.requestStop();
  }

  /** Switches the power off behind the current instruction: ACPI soft-off. */
  powerOff(): void {
    this.isPoweredOff = true;
    this.cpu.requestStop();
  }

  /** Makes `run` return behind the current instruction. */
  requestStop(): void {
    this.isStopRequested = true;
    this.cpu.requestStop();
  }

  /** Runs until something ends it. Can be called again to go on. */
  run({ limitCycles, heartbeat, isSingleStep = false }: RunBounds): RunEnd {
    const { clock, cpu } = this;
    const beatCycles = Math.round(clock.cpuHz / HEARTBEATS_PER_SECOND);
    let isCancelled = false;
    const beat = clock.createAlarm(() => {
      isCancelled = !heartbeat();
      if (isCancelled || clock.nowCycles >= limitCycles) cpu.requestStop();
      scheduleBeat();
    });
    // On multiples of its period, so that it does not matter where runs begin and end.
    const scheduleBeat = () => beat.scheduleAt((Math.floor(clock.nowCycles / beatCycles) + 1) * beatCycles);
    scheduleBeat();
    try {
      this.isStopRequested = false;
      for (;;) {
        clock.runDueAlarms();
        if (this.pendingReset) this.performReset();
        if (this.isStopRequested) return 'stopped';
        if (isCancelled) return 'cancelled';
        if (clock.nowCycles >= limitCycles) return 'limit';
        if (this.isShutDown) return 'shutdown';
        if (this.isPoweredOff) return 'power-off';
        if (cpu.isHalted && !cpu.hasPendingEvent) {
          if (!this.waitForChip()) return 'stuck';
        } else if (isSingleStep) {
          cpu.step();
          return 'stopped';
        } else {
          cpu.run();
        }
      }
    } finally {
      beat.cancel();
    }
  }

  /** For snapshot.ts. */
  saveControl(): MachineControlState {
    const { pendingReset, isShutDown, isPoweredOff, stopsOnShutdown, serialText } = this;
    return { pendingReset: pendingReset && { ...pendingReset }, isShutDown, isPoweredOff, stopsOnShutdown, serialText };
  }

  /** For snapshot.ts. */
  restoreControl({ pendingReset, ...rest }: MachineControlState): void {
    this.pendingReset = pendingReset && { ...pendingReset };
    this.isStopRequested = false;
    Object.assign(this, rest);
  }

  /** The text screen, then the end of what the serial port said: for error messages. */
  consoleText(): string {
    const screen = this.chips.vga.textScreen()?.lines.map((line) => line.trimEnd()) ?? [];
    return [...screen, this.serialText.slice(-2000)]
      .join('\n')
      .replace(/\n{2,}/g, '\n')
      .trim();
  }

  /** HLT: time passes to the next alarm. False when no interrupt can ever come. */
  private waitForChip(): boolean {
    if ((this.memory.i32[EFLAGS] & FLAG_IF) === 0) return false;
    const { clock, memory } = this;
    const next = clock.nextAlarmCycle;
    memory.f64[COUNTER.HALT_CYCLES] += next - clock.nowCycles;
    clock.advanceTo(next);
    return true;
  }

  private shutdown(): void {
    if (this.stopsOnShutdown) {
      this.isShutDown = true;
      this.cpu.requestStop();
    } else {
      this.requestReset('cpu-init', 'triple-fault');
    }
  }

  private simulateCaches(figures: CacheFigures): void {
    const caches = new Caches(this.cpu, cacheParametersOf(figures, this.clock));
    this.cpu.useCaches(caches);
    // Averages of the model `flat`.
    this.cpu.streamCost = { movePerDword: 0, readPerDword: 0, writePerDword: 0 };
    this.cpu.uncachedStreamCost = null;
    this.bus.onMasterTransfer = (address, sizeBytes, isWrite) => caches.snoop(address, sizeBytes, isWrite);
  }

  private performReset(): void {
    const { kind, source } = this.pendingReset!;
    this.pendingReset = null;
    this.reset(kind, source);
  }

  private reset(kind: ResetKind, source: ResetSource): void {
    const { platformHoldNs, cpuInitHoldNs } = this.profile.reset;
    const holdNs = kind === 'cpu-init' ? cpuInitHoldNs : platformHoldNs;
    this.onReset(kind, source);
    if (kind === 'power-on') this.memory.clearRam();
    resetAll(this.chips.resettable, kind, () => {
      const holdCycles = this.clock.cyclesFromNs(holdNs.value);
      this.memory.f64[COUNTER.MODELLED_CYCLES] += holdCycles;
      this.clock.advance(holdCycles);
    });
    this.cpu.reset();
    // INIT# leaves caches as they are (SDM vol. 3, table 9-1); i386 and i486 have RESET alone.
    const hasInit = this.profile.cpu.model === '586' || this.profile.cpu.model === '686';
    if (kind !== 'cpu-init' || !hasInit) this.cpu.caches?.invalidate();
    if (kind !== 'cpu-init') resetModelRegisters(this.cpu);
  }
}

/** REP string instructions stream through RAM: cycles per dword (docs/decisions/0003). */
function streamCostOf({ memory }: MachineProfile, clock: Clock) {
  const cyclesOf = (ns: number) => (ns * clock.cpuHz) / 1e9;
  return {
    movePerDword: cyclesOf(memory.streamMoveNsPerDword.value),
    readPerDword: cyclesOf(memory.streamReadNsPerDword.value),
    writePerDword: cyclesOf(memory.streamWriteNsPerDword.value),
  };
}

/** With the caches switched off every dword is an access of its own; a move is a read and a write. */
function uncachedStreamCostOf({ memory }: MachineProfile, clock: Clock) {
  const cycles = (memory.uncachedNsPerDword.value * clock.cpuHz) / 1e9;
  return { movePerDword: 2 * cycles, readPerDword: cycles, writePerDword: cycles };
}
