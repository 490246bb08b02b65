// The 82077AA floppy disk controller in AT mode: registers, command and result phases, seeks, interrupts.
// Intel 82077AA datasheet (290166). Execution of data commands: fdc-data-phase.ts. Left out: power down, tape, PS/2 modes.
import type { AccessSize, PortDevice } from '../bus';
import type { Alarm, Clock } from '../clock';
import type { InterruptLine } from '../irq';
import type { ResetKind, Resettable } from '../reset';
import { dueCycleOf, restoreDueCycle } from './alarm-record';
import type { DmaDevice } from './dma-8237';
import {
  DATA_RATE_KBPS,
  DIR_DSK_CHG,
  DIR_UNDRIVEN,
  DOR_DMAGATE,
  DOR_MOTOR_0,
  DOR_RESET,
  DOR_SELECT,
  DSR_RATE,
  DSR_SW_RESET,
  MSR_CMD_BUSY,
  MSR_DIO,
  MSR_NON_DMA,
  MSR_RQM,
  PORT,
  ST0_ABNORMAL,
  ST0_EQUIPMENT_CHECK,
  ST0_HEAD,
  ST0_INVALID,
  ST0_READY_CHANGED,
  ST0_SEEK_END,
  ST3_FIXED,
  ST3_TRACK_0,
  ST3_WRITE_PROTECTED,
  VERSION_ENHANCED,
  fdcCommandOf,
} from './fdc-82077aa-registers';
import type { FdcCommandName } from './fdc-82077aa-registers';
import type { FdcState, Seek } from './fdc-82077aa-state';
import { CONFIGURE_NO_FIFO, initialRegisters } from './fdc-82077aa-state';
import { FdcDataPhase } from './fdc-data-phase';
import type { FloppyDrive } from './floppy-drive';

/** What the controller is connected to. Drives by number; null: the cable ends there. */
export interface FdcPins {
  readonly clock: Clock;
  readonly irq6: InterruptLine;
  /** Drives DREQ of the DMA channel. */
  readonly setDrq: (isHigh: boolean) => void;
  readonly noteUnstable: (cycle: number) => void;
  readonly drives: readonly (FloppyDrive | null)[];
}

/** Figures of the profile. */
export interface FdcConfig {
  /** From the end of a reset to the interrupt of drive polling. */
  readonly resetNs: number;
}

const UNITS = 4;
const FIFO_BYTES = 16;
const RECALIBRATE_STEPS = 79;
const CONFIGURE_IMPLIED_SEEK = 0x40;
const CONFIGURE_NO_POLL = 0x10;
const CONFIGURE_THRESHOLD = 0x0f;
/** Times of SPECIFY hold at 500 kbit/s; other rates scale them. */
const SPECIFY_RATE_KBPS = 500;
const MS = 1e6;

/** The controller. Port address bits 2-0 select the register. It is the device at its DMA channel, too. */
export class Fdc82077aa implements PortDevice, Resettable, DmaDevice {
  private r = initialRegisters();
  private readonly data: FdcDataPhase;
  private readonly resetAlarm: Alarm;
  private readonly seekAlarms: readonly Alarm[];

  constructor(
    private readonly pins: FdcPins,
    private readonly config: FdcConfig,
  ) {
    const { clock } = pins;
    this.resetAlarm = clock.createAlarm(() => this.endReset());
    this.seekAlarms = Array.from({ length: UNITS }, (_, unit) => clock.createAlarm(() => this.stepArm(unit)));
    this.data = new FdcDataPhase(clock, {
      drive: (unit) => this.driveAt(unit),
      dataRateKbps: () => DATA_RATE_KBPS[this.r.dataRate],
      fifoDepth: () => (this.r.configuration & CONFIGURE_NO_FIFO ? 1 : FIFO_BYTES),
      fifoThreshold: () => (this.r.configuration & CONFIGURE_NO_FIFO ? 0 : this.r.configuration & CONFIGURE_THRESHOLD),
      request: (isRequesting) => this.driveRequest(isRequesting),
      finished: (result) => this.endExecution(result),
    });
  }

  // ---- ports ----

  readPort(port: number, sizeBytes: AccessSize): number {
    const value = this.peekPort(port, sizeBytes);
    if ((port & 7) === PORT.FIFO) this.readFifo();
    return value;
  }

  peekPort(port: number, _sizeBytes: AccessSize): number {
    switch (port & 7) {
      case PORT.DOR:
        return this.r.dor;
      case PORT.TDR:
        return this.r.tdr;
      case PORT.MSR_DSR:
        return this.mainStatus();
      case PORT.FIFO:
        return this.r.phase === 'result' ? this.r.result[0] : this.data.peekByte();
      case PORT.DIR_CCR: {
        const drive = this.driveAt(this.r.dor & DOR_SELECT);
        const isSelected = (this.r.dor & (DOR_MOTOR_0 << (this.r.dor & DOR_SELECT))) !== 0;
        return DIR_UNDRIVEN | (isSelected && drive?.isChanged ? DIR_DSK_CHG : 0);
      }
      default:
        return 0xff; // SRA and SRB are not there in AT mode
    }
  }

  writePort(port: number, _sizeBytes: AccessSize, value: number): void {
    switch (port & 7) {
      case PORT.DOR:
        return this.writeDor(value);
      case PORT.TDR:
        this.r.tdr = value & 3;
        return;
      case PORT.MSR_DSR:
        this.r.dataRate = value & DSR_RATE;
        this.r.precompensation = (value >>> 2) & 7;
        if (value & DSR_SW_RESET) this.startReset();
        return;
      case PORT.FIFO:
        return this.writeFifo(value);
      case PORT.DIR_CCR:
        this.r.dataRate = value & DSR_RATE;
    }
  }

  private mainStatus(): number {
    const { phase, command, seeks, isNonDma } = this.r;
    if (phase === 'reset') return 0;
    const seeking = seeks.reduce((bits, seek, unit) => (seek ? bits | (1 << unit) : bits), 0);
    if (phase === 'command') return MSR_RQM | (command.length > 0 ? MSR_CMD_BUSY : 0) | seeking;
    if (phase === 'result') return MSR_RQM | MSR_DIO | MSR_CMD_BUSY | seeking;
    const request = this.data.hasRequest ? MSR_RQM | (this.data.isReading ? MSR_DIO : 0) : 0;
    return MSR_CMD_BUSY | seeking | (isNonDma ? MSR_NON_DMA | request : 0);
  }

  private writeDor(value: number): void {
    const old = this.r.dor;
    this.r.dor = value;
    this.pins.drives.forEach((drive, unit) => drive?.setMotor((value & (DOR_MOTOR_0 << unit)) !== 0));
    if ((value & DOR_RESET) === 0) this.holdInReset();
    else if ((old & DOR_RESET) === 0) this.resetAlarm.scheduleAfter(this.pins.clock.cyclesFromNs(this.config.resetNs));
    this.data.motorsChanged();
    this.driveInterrupt();
    this.driveRequest(this.data.hasRequest);
  }

  private readFifo(): void {
    const { r, pins } = this;
    if (r.phase === 'execution' && r.isNonDma && this.data.hasRequest && this.data.isReading) {
      pins.noteUnstable(pins.clock.nowCycles);
      this.data.takeByte(false);
    } else if (r.phase === 'result') {
      pins.noteUnstable(pins.clock.nowCycles);
      r.result = r.result.slice(1);
      this.setInterrupt(r.pendingStatus.some(([st0]) => st0 < ST0_READY_CHANGED));
      if (r.result.length === 0) r.phase = 'command';
    }
  }

  private writeFifo(value: number): void {
    const { r } = this;
    if (r.phase === 'execution' && r.isNonDma && !this.data.isReading) return this.data.putByte(value, false);
    if (r.phase !== 'command') return;
    r.command = [...r.command, value];
    const { name, sizeBytes } = fdcCommandOf(r.command[0]);
    if (r.command.length < sizeBytes) return;
    const bytes = r.command;
    r.command = [];
    this.execute(name, bytes);
  }

  // ---- DMA ----

  dmaRead(isLast: boolean): number {
    return this.data.takeByte(isLast);
  }

  dmaWrite(value: number, isLast: boolean): void {
    this.data.putByte(value, isLast);
  }

  dmaVerify(isLast: boolean): void {
    if (this.data.isReading) this.data.takeByte(isLast);
    else this.data.putByte(0, isLast);
  }

  // ---- resets and state ----

  enterReset(kind: ResetKind): void {
    if (kind === 'cpu-init') return;
    this.r = initialRegisters();
  }

  holdReset(kind: ResetKind): void {
    if (kind === 'cpu-init') return;
    this.resetAlarm.cancel();
    for (const alarm of this.seekAlarms) alarm.cancel();
    this.data.abort();
    for (const drive of this.pins.drives) {
      if (kind === 'power-on') drive?.powerOn();
      else drive?.setMotor(false);
    }
    this.driveInterrupt();
  }

  saveState(): FdcState {
    return {
      registers: { ...this.r, seeks: this.r.seeks.map((seek) => seek && { ...seek }) },
      data: this.data.saveState(),
      resetCycle: dueCycleOf(this.resetAlarm),
      seekCycles: this.seekAlarms.map(dueCycleOf),
      drives: this.pins.drives.map((drive) => drive?.saveState() ?? null),
    };
  }

  restoreState({ registers, data, resetCycle, seekCycles, drives }: FdcState): void {
    this.r = { ...registers, seeks: registers.seeks.map((seek) => seek && { ...seek }) };
    this.data.restoreState(data);
    restoreDueCycle(this.resetAlarm, resetCycle);
    this.seekAlarms.forEach((alarm, unit) => restoreDueCycle(alarm, seekCycles[unit]));
    drives.forEach((state, unit) => state && this.pins.drives[unit]?.restoreState(state));
    this.driveInterrupt();
    this.driveRequest(this.data.hasRequest);
  }

  /** DSR's reset: as DOR's, but over at once. */
  private startReset(): void {
    this.holdInReset();
    if (this.r.dor & DOR_RESET) this.resetAlarm.scheduleAfter(this.pins.clock.cyclesFromNs(this.config.resetNs));
  }

  /** SPECIFY's figures stay; a LOCK keeps those of CONFIGURE, too. */
  private holdInReset(): void {
    const { r } = this;
    this.data.abort();
    this.resetAlarm.cancel();
    for (const alarm of this.seekAlarms) alarm.cancel();
    Object.assign(r, { phase: 'reset', command: [], result: [], pendingStatus: [], seeks: [null, null, null, null] });
    r.presentCylinders = [0, 0, 0, 0];
    if (!r.isLocked) Object.assign(r, { configuration: CONFIGURE_NO_FIFO, precompensationTrack: 0 });
    r.perpendicular &= 0x3c; // GAP and WGATE fall, drives stay
    this.setInterrupt(false);
  }

  /** Drive polling finds all four drives' ready lines changed: one interrupt, to be sensed four times. */
  private endReset(): void {
    const { r } = this;
    r.phase = 'command';
    if (r.configuration & CONFIGURE_NO_POLL) return;
    r.pendingStatus = Array.from({ length: UNITS }, (_, unit) => [ST0_READY_CHANGED | unit, 0] as const);
    this.setInterrupt(true);
  }

  // ---- commands ----

  private execute(name: FdcCommandName, bytes: readonly number[]): void {
    const { r } = this;
    const unit = (bytes[1] ?? 0) & DOR_SELECT;
    switch (name) {
      case 'SPECIFY':
        r.stepRate = bytes[1] >>> 4;
        r.headUnload = bytes[1] & 0x0f;
        r.headLoad = bytes[2] >>> 1;
        r.isNonDma = (bytes[2] & 1) !== 0;
        return;
      case 'CONFIGURE':
        r.configuration = bytes[2] & 0x7f;
        r.precompensationTrack = bytes[3];
        return;
      case 'PERPENDICULAR MODE':
        // OW (bit 7) lets the drive bits be written
        r.perpendicular = bytes[1] & 0x80 ? bytes[1] & 0x3f : (r.perpendicular & 0x3c) | (bytes[1] & 3);
        return;
      case 'SENSE INTERRUPT STATUS':
        return this.senseInterrupt();
      case 'SENSE DRIVE STATUS':
        return this.giveResult([this.driveStatus(bytes[1])]);
      case 'VERSION':
        return this.giveResult([VERSION_ENHANCED]);
      case 'LOCK':
        r.isLocked = (bytes[0] & 0x80) !== 0;
        return this.giveResult([r.isLocked ? 0x10 : 0]);
      case 'DUMPREG':
        return this.giveResult(this.dumpRegisters());
      case 'RECALIBRATE':
        return this.startSeek(unit, RECALIBRATE_STEPS, false, 0, true);
      case 'SEEK':
        return this.seekTo(unit, bytes[2], false);
      case 'RELATIVE SEEK': {
        const isInwards = (bytes[0] & 0x40) !== 0;
        const target = (r.presentCylinders[unit] + (isInwards ? bytes[2] : -bytes[2])) & 0xff;
        return this.startSeek(unit, bytes[2], isInwards, target, false);
      }
      case 'INVALID':
        return this.giveResult([ST0_INVALID]);
      default:
        return this.startData(name, bytes, unit);
    }
  }

  private giveResult(result: readonly number[]): void {
    this.r.result = result;
    this.r.phase = 'result';
  }

  private senseInterrupt(): void {
    const { r } = this;
    const [oldest, ...rest] = r.pendingStatus;
    r.pendingStatus = rest;
    this.setInterrupt(false);
    this.giveResult(oldest ?? [ST0_INVALID]);
  }

  private driveStatus(select: number): number {
    const drive = this.driveAt(select & DOR_SELECT);
    const track0 = drive?.isAtTrack0 ? ST3_TRACK_0 : 0;
    const isProtected = drive?.isWriteProtected ? ST3_WRITE_PROTECTED : 0;
    return ST3_FIXED | track0 | isProtected | (select & (ST0_HEAD | DOR_SELECT));
  }

  private dumpRegisters(): readonly number[] {
    const { r } = this;
    return [
      ...r.presentCylinders,
      (r.stepRate << 4) | r.headUnload,
      (r.headLoad << 1) | (r.isNonDma ? 1 : 0),
      r.lastSectorCount,
      (r.isLocked ? 0x80 : 0) | r.perpendicular,
      r.configuration,
      r.precompensationTrack,
    ];
  }

  private startData(name: FdcCommandName, bytes: readonly number[], unit: number): void {
    const { r } = this;
    r.phase = 'execution';
    r.lastSectorCount = name === 'FORMAT TRACK' ? bytes[3] : (bytes[6] ?? r.lastSectorCount);
    const hasAddress = bytes.length === 9;
    const isSeekNeeded = hasAddress && (r.configuration & CONFIGURE_IMPLIED_SEEK) !== 0;
    if (isSeekNeeded && bytes[2] !== r.presentCylinders[unit]) {
      r.command = bytes;
      this.seekTo(unit, bytes[2], true);
    } else {
      this.data.begin(name, bytes, this.headLoadCycles());
    }
  }

  /** Heads stay loaded for HUT after a command. A HLT or HUT of 0 is the longest. */
  private headLoadCycles(): number {
    const { r, pins } = this;
    if (pins.clock.nowCycles < r.headUnloadCycle) return 0;
    return this.scaledCycles((r.headLoad || 128) * 2 * MS);
  }

  private endExecution(result: readonly number[]): void {
    const { r, pins } = this;
    r.headUnloadCycle = pins.clock.nowCycles + this.scaledCycles((r.headUnload || 16) * 16 * MS);
    this.giveResult(result);
    this.setInterrupt(true);
  }

  private scaledCycles(nsAt500Kbps: number): number {
    return this.pins.clock.cyclesFromNs((nsAt500Kbps * SPECIFY_RATE_KBPS) / DATA_RATE_KBPS[this.r.dataRate]);
  }

  // ---- seeks ----

  private seekTo(unit: number, target: number, isImplied: boolean): void {
    const distance = target - this.r.presentCylinders[unit];
    this.startSeek(unit, Math.abs(distance), distance > 0, target, false, isImplied);
  }

  private startSeek(
    unit: number,
    stepsLeft: number,
    isInwards: boolean,
    target: number,
    isRecalibration: boolean,
    isImplied = false,
  ): void {
    const seek: Seek = { stepsLeft, isInwards, isRecalibration, target, isImplied };
    this.r.seeks = this.r.seeks.map((other, at) => (at === unit ? seek : other));
    const isThere = stepsLeft === 0 || (isRecalibration && this.driveAt(unit)?.isAtTrack0);
    this.seekAlarms[unit].scheduleAfter(isThere ? 0 : this.stepCycles());
  }

  private stepCycles(): number {
    return this.scaledCycles((16 - this.r.stepRate) * MS);
  }

  private stepArm(unit: number): void {
    const seek = this.r.seeks[unit]!;
    const drive = this.driveAt(unit);
    const hasArrived = () => seek.stepsLeft === 0 || (seek.isRecalibration && drive?.isAtTrack0 === true);
    if (!hasArrived()) {
      drive?.step(seek.isInwards);
      seek.stepsLeft--;
    }
    if (hasArrived()) this.endSeek(unit, seek, drive);
    else this.seekAlarms[unit].scheduleAfter(this.stepCycles());
  }

  private endSeek(unit: number, seek: Seek, drive: FloppyDrive | null): void {
    const { r } = this;
    r.seeks = r.seeks.map((other, at) => (at === unit ? null : other));
    r.presentCylinders = r.presentCylinders.map((pcn, at) => (at === unit ? seek.target : pcn));
    if (seek.isImplied) {
      const bytes = r.command;
      r.command = [];
      this.data.begin(fdcCommandOf(bytes[0]).name, bytes, this.headLoadCycles());
      return;
    }
    const isLost = seek.isRecalibration && !drive?.isAtTrack0;
    const st0 = ST0_SEEK_END | (isLost ? ST0_ABNORMAL | ST0_EQUIPMENT_CHECK : 0) | unit;
    r.pendingStatus = [...r.pendingStatus, [st0, seek.target]];
    this.setInterrupt(true);
  }

  // ---- lines ----

  private driveAt(unit: number): FloppyDrive | null {
    return this.pins.drives[unit] ?? null;
  }

  private driveRequest(isRequesting: boolean): void {
    const { r } = this;
    if (r.isNonDma && r.phase === 'execution') this.setInterrupt(isRequesting);
    else this.pins.setDrq(isRequesting && (r.dor & DOR_DMAGATE) !== 0);
  }

  private setInterrupt(isInterrupting: boolean): void {
    this.r.isInterrupting = isInterrupting;
    this.driveInterrupt();
  }

  private driveInterrupt(): void {
    if (this.r.isInterrupting && this.r.dor & DOR_DMAGATE) this.pins.irq6.raise();
    else this.pins.irq6.lower();
  }
}
