// A floppy drive: motor, stepping arm, disk change line, and which sector passes under the head when.
// Interface: IBM AT Technical Reference, "Diskette Drive"; spindle and arm stand in the profile. Left out: wear, read errors.
import type { DiskImage } from '../boot/disk-image';
import type { Clock } from '../clock';
import type { FloppyFormat } from './floppy-format';
import { DEFAULT_FLOPPY_FORMAT, sectorPlace, trackTiming } from './floppy-format';

/** Figures of the profile. */
export interface FloppyDriveConfig {
  /** Motor on to READ DATA and INDEX. */
  readonly spinUpNs: number;
  /** Last step to valid data. */
  readonly settleNs: number;
  /** Where the disk stands at cycle 0, 0 <= angle < 1 of a revolution. */
  readonly initialAngle: number;
  readonly isWriteProtected: boolean;
}

/** A disk in a drive. */
export interface FloppyDisk {
  readonly image: DiskImage;
  readonly format: FloppyFormat;
}

/** State of a drive, plain JSON. */
export interface FloppyDriveState {
  readonly cylinder: number;
  readonly isMotorOn: boolean;
  readonly atSpeedCycle: number;
  readonly settledCycle: number;
  readonly isChanged: boolean;
}

/** An ID field that passes: its number, and when. Ticks are bytes of the track since cycle 0. */
export interface PassingSector {
  /** R of the ID. */
  readonly record: number;
  readonly idEndTick: number;
  readonly dataStartTick: number;
}

/** The arm stops here, two cylinders behind the last one. */
const SPARE_CYLINDERS = 2;

/** One drive. It sets no alarms: who steps it and reads from it asks when. */
export class FloppyDrive {
  private state: FloppyDriveState = {
    cylinder: 0,
    isMotorOn: false,
    atSpeedCycle: 0,
    settledCycle: 0,
    isChanged: true,
  };
  readonly format: FloppyFormat;
  readonly byteHz: number;
  readonly trackBytes: number;
  private readonly angleBytes: number;

  constructor(
    private readonly clock: Clock,
    private readonly config: FloppyDriveConfig,
    readonly disk: FloppyDisk | null,
  ) {
    this.format = disk?.format ?? DEFAULT_FLOPPY_FORMAT;
    const { byteHz, trackBytes } = trackTiming(this.format);
    this.byteHz = byteHz;
    this.trackBytes = trackBytes;
    this.angleBytes = Math.floor(config.initialAngle * trackBytes);
  }

  get cylinder(): number {
    return this.state.cylinder;
  }

  get isAtTrack0(): boolean {
    return this.state.cylinder === 0;
  }

  /** DSKCHG: no disk, or none of the steps since it came has found it. */
  get isChanged(): boolean {
    return this.state.isChanged;
  }

  /** An empty drive, too, covers the sensor's light. */
  get isWriteProtected(): boolean {
    return this.disk === null || this.config.isWriteProtected;
  }

  /** The cycle from which INDEX and data come, if ever. */
  get readableCycle(): number {
    const { isMotorOn, atSpeedCycle, settledCycle } = this.state;
    return this.disk && isMotorOn ? Math.max(atSpeedCycle, settledCycle) : Infinity;
  }

  setMotor(isOn: boolean): void {
    if (isOn === this.state.isMotorOn) return;
    const atSpeedCycle = this.clock.nowCycles + this.clock.cyclesFromNs(this.config.spinUpNs);
    this.state = { ...this.state, isMotorOn: isOn, atSpeedCycle: isOn ? atSpeedCycle : this.state.atSpeedCycle };
  }

  /** One step pulse. */
  step(isInwards: boolean): void {
    const last = this.format.cylinders - 1 + SPARE_CYLINDERS;
    const cylinder = Math.min(last, Math.max(0, this.state.cylinder + (isInwards ? 1 : -1)));
    const settledCycle = this.clock.nowCycles + this.clock.cyclesFromNs(this.config.settleNs);
    this.state = { ...this.state, cylinder, settledCycle, isChanged: this.disk === null };
  }

  /** The first ID field of the track whose end comes after `cycle`. Null where nothing is formatted. */
  nextSector(cycle: number): PassingSector | null {
    if (this.state.cylinder >= this.format.cylinders) return null;
    const tick = this.clock.periodsFromCycles(cycle, this.byteHz);
    const indexTick = tick - ((tick + this.angleBytes) % this.trackBytes);
    const { sectorsPerTrack } = this.format;
    for (let i = 0; ; i++) {
      const place = sectorPlace(this.format, i % sectorsPerTrack);
      const base = indexTick + (i >= sectorsPerTrack ? this.trackBytes : 0);
      if (base + place.idEnd <= tick) continue;
      return {
        record: (i % sectorsPerTrack) + 1,
        idEndTick: base + place.idEnd,
        dataStartTick: base + place.dataStart,
      };
    }
  }

  /** The cycle at which the index hole has come by `count` times after `cycle`. */
  indexCycle(cycle: number, count: number): number {
    const tick = this.clock.periodsFromCycles(cycle, this.byteHz);
    const passed = (tick + this.angleBytes) % this.trackBytes;
    return this.cycleOfTick(tick - passed + count * this.trackBytes);
  }

  cycleOfTick(tick: number): number {
    return this.clock.cyclesFromPeriods(tick, this.byteHz);
  }

  /** LBA of a sector under the head, or -1. */
  lbaOf(head: number, record: number): number {
    const { heads, sectorsPerTrack, cylinders } = this.format;
    const { cylinder } = this.state;
    if (cylinder >= cylinders || head >= heads || record < 1 || record > sectorsPerTrack) return -1;
    return (cylinder * heads + head) * sectorsPerTrack + record - 1;
  }

  /** Power comes on: the motor stands, the arm is where it was. */
  powerOn(): void {
    this.state = { ...this.state, isMotorOn: false, isChanged: true };
  }

  saveState(): FloppyDriveState {
    return { ...this.state };
  }

  restoreState(state: FloppyDriveState): void {
    this.state = { ...state };
  }
}
