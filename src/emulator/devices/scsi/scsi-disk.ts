// A SCSI-2 disk (ANSI X3.131-1994, clauses 8 and 9), with the mechanics of disk-mechanics.ts. Commands run in order of arrival.
// Leaves out: MODE SELECT, formatting, defect lists, linked commands, write cache, reservations against other initiators.
import type { DiskImage } from '../../boot/disk-image';
import { SECTOR_BYTES } from '../../boot/disk-image';
import type { Clock } from '../../clock';
import type { DiskMechanicsConfig, DiskMechanicsState } from '../disk-mechanics';
import { DiskMechanics } from '../disk-mechanics';
import * as scsi from './scsi-codes';
import type { Sense } from './scsi-codes';
import type { PageControl, ScsiDiskIdentity } from './scsi-disk-pages';
import { capacityData, inquiryData, modeData, vitalProductData } from './scsi-disk-pages';
import type { ScsiTarget, TargetReply } from './scsi-target';

const CDB1_EVPD = 0x01; // INQUIRY
const CDB1_IMMED = 0x01; // START STOP UNIT
const CDB4_START = 0x01; // START STOP UNIT
const CDB1_DBD = 0x08; // MODE SENSE
const CDB1_BYTCHK = 0x02; // VERIFY
const CONTROL_LINK = 0x01; // last byte of the CDB

/** Figures of a disk. */
export interface ScsiDiskConfig {
  readonly identity: ScsiDiskIdentity;
  readonly mechanics: DiskMechanicsConfig;
  /** From the CDB to the first movement of the arm, or to the answer of a command without one. */
  readonly commandNs: number;
  /** Whether the spindle starts with power; otherwise at START UNIT. */
  readonly startsAtPower: boolean;
}

/** Everything but the sectors, plain JSON. */
export interface ScsiDiskState {
  mechanics: DiskMechanicsState;
  attention: Sense | null;
  sense: Sense;
  write: { lba: number; count: number } | null;
}

const NO_BYTES = new Uint8Array(0);

/** One disk. */
export class ScsiDisk implements ScsiTarget {
  private readonly mechanics: DiskMechanics;
  /** What the next command is told instead of being carried out: something happened (7.9). */
  private attention: Sense | null = scsi.RESET_OCCURRED;
  /** Of the last command: for REQUEST SENSE. */
  private sense: Sense = scsi.NO_SENSE;
  /** A write whose data is to come. */
  private write: ScsiDiskState['write'] = null;

  /** @param platterAngle where the platter stands at cycle 0, 0 <= angle < 1 of a revolution */
  constructor(
    private readonly clock: Clock,
    private readonly config: ScsiDiskConfig,
    private readonly image: DiskImage,
    platterAngle: number,
  ) {
    this.mechanics = new DiskMechanics(clock, config.mechanics, platterAngle);
  }

  execute(lun: number, cdb: readonly number[]): TargetReply {
    const operation = cdb[0];
    if (operation === scsi.REQUEST_SENSE) return this.requestSense(lun, cdb);
    this.sense = scsi.NO_SENSE;
    if (operation === scsi.INQUIRY) return this.inquiry(lun, cdb);
    if (lun !== 0) return this.refuse(scsi.NO_SUCH_UNIT);
    if (this.attention) {
      const told = this.attention;
      this.attention = null;
      return this.refuse(told);
    }
    if ((cdb[commandBytes(operation) - 1] ?? 0) & CONTROL_LINK) return this.refuse(scsi.INVALID_FIELD);
    return this.carryOut(operation, cdb);
  }

  takeData(bytes: Uint8Array): TargetReply {
    const { write } = this;
    if (!write) return this.refuse(scsi.INVALID_FIELD);
    this.write = null;
    for (let i = 0; i < write.count; i++) {
      this.image.writeSector(write.lba + i, bytes.subarray(i * SECTOR_BYTES, (i + 1) * SECTOR_BYTES));
    }
    return goodAt(this.mechanics.write(write.lba, write.count, this.answerCycle()));
  }

  powerOn(): void {
    this.mechanics.spinDown();
    if (this.config.startsAtPower) this.mechanics.spinUp(this.clock.nowCycles);
    this.reset();
  }

  reset(): void {
    this.attention = scsi.RESET_OCCURRED;
    this.sense = scsi.NO_SENSE;
    this.write = null;
  }

  saveState(): ScsiDiskState {
    const { attention, sense, write } = this;
    return {
      mechanics: this.mechanics.saveState(),
      attention: attention && { ...attention },
      sense: { ...sense },
      write: write && { ...write },
    };
  }

  restoreState(state: ScsiDiskState): void {
    this.mechanics.restoreState(state.mechanics);
    this.attention = state.attention && { ...state.attention };
    this.sense = { ...state.sense };
    this.write = state.write && { ...state.write };
  }

  private carryOut(operation: number, cdb: readonly number[]): TargetReply {
    switch (operation) {
      case scsi.START_STOP_UNIT:
        return this.startStop(cdb);
      case scsi.MODE_SENSE_6:
      case scsi.MODE_SENSE_10:
        return this.modeSense(operation, cdb);
      // With one initiator and no write cache there is nothing to reserve, flush or find out.
      case scsi.RESERVE:
      case scsi.RELEASE:
      case scsi.SEND_DIAGNOSTIC:
        return goodAt(this.answerCycle());
      default:
        return this.useMedium(operation, cdb);
    }
  }

  /** Commands that need the spindle at speed. */
  private useMedium(operation: number, cdb: readonly number[]): TargetReply {
    if (!IS_MEDIUM_OPERATION.has(operation)) return this.refuse(scsi.INVALID_OPERATION);
    if (!this.mechanics.isSpinning) return this.refuse(scsi.START_REQUIRED);
    if (this.clock.nowCycles < this.mechanics.spunUpCycle) return this.refuse(scsi.BECOMING_READY);
    const { lba, count } = blocksOf(cdb);
    const { sectorCount } = this.image;
    switch (operation) {
      case scsi.TEST_UNIT_READY:
      case scsi.SYNCHRONIZE_CACHE:
        return goodAt(this.answerCycle());
      case scsi.REZERO_UNIT:
        return goodAt(this.mechanics.seek(0, this.answerCycle()));
      case scsi.READ_CAPACITY:
        return dataAt(this.answerCycle(), capacityData(sectorCount));
    }
    if (lba >= sectorCount || lba + count > sectorCount) return this.refuse(scsi.ADDRESS_OUT_OF_RANGE);
    switch (operation) {
      case scsi.READ_6:
      case scsi.READ_10:
        return this.read(lba, count);
      case scsi.WRITE_6:
      case scsi.WRITE_10:
        if (count === 0) return goodAt(this.answerCycle());
        this.write = { lba, count };
        return { ...goodAt(this.clock.nowCycles), dataOutBytes: count * SECTOR_BYTES };
      case scsi.VERIFY_10:
        if (cdb[1] & CDB1_BYTCHK) return this.refuse(scsi.INVALID_FIELD);
        return goodAt(this.lastCycle(this.mechanics.read(lba, count, this.answerCycle())));
      default:
        return goodAt(this.mechanics.seek(lba, this.answerCycle()));
    }
  }

  private read(lba: number, count: number): TargetReply {
    const readyCycle = this.lastCycle(this.mechanics.read(lba, count, this.answerCycle()));
    const bytes = new Uint8Array(count * SECTOR_BYTES);
    for (let i = 0; i < count; i++) bytes.set(this.image.readSector(lba + i), i * SECTOR_BYTES);
    return dataAt(readyCycle, bytes);
  }

  private inquiry(lun: number, cdb: readonly number[]): TargetReply {
    const page = cdb[2];
    if (cdb[1] & CDB1_EVPD) {
      const bytes = lun === 0 ? vitalProductData(page, this.config.identity) : null;
      return bytes ? dataAt(this.answerCycle(), bytes.slice(0, cdb[4])) : this.refuse(scsi.INVALID_FIELD);
    }
    if (page !== 0) return this.refuse(scsi.INVALID_FIELD);
    return dataAt(this.answerCycle(), inquiryData(this.config.identity, lun === 0).slice(0, cdb[4]));
  }

  /** Tells and forgets (8.2.14): what the last command met, else what happened. */
  private requestSense(lun: number, cdb: readonly number[]): TargetReply {
    let told = this.sense;
    if (lun !== 0) {
      told = scsi.NO_SUCH_UNIT;
    } else if (told.key === scsi.KEY_NO_SENSE && this.attention) {
      told = this.attention;
      this.attention = null;
    }
    this.sense = scsi.NO_SENSE;
    return dataAt(this.clock.nowCycles, scsi.senseBytes(told).slice(0, cdb[4]));
  }

  private startStop(cdb: readonly number[]): TargetReply {
    if (!(cdb[4] & CDB4_START)) {
      this.mechanics.spinDown();
      return goodAt(this.answerCycle());
    }
    const spunUpCycle = this.mechanics.spinUp(this.answerCycle());
    return goodAt(cdb[1] & CDB1_IMMED ? this.answerCycle() : Math.max(this.answerCycle(), spunUpCycle));
  }

  private modeSense(operation: number, cdb: readonly number[]): TargetReply {
    const isLong = operation === scsi.MODE_SENSE_10;
    const allocationBytes = isLong ? (cdb[7] << 8) | cdb[8] : cdb[4];
    const control = PAGE_CONTROLS[cdb[2] >>> 6];
    if (!control) return this.refuse(scsi.SAVING_NOT_SUPPORTED);
    const query = { page: cdb[2] & 0x3f, control, isDescriptorLeftOut: (cdb[1] & CDB1_DBD) !== 0, isLong };
    const bytes = modeData(query, this.config.mechanics, this.image.sectorCount);
    return bytes ? dataAt(this.answerCycle(), bytes.slice(0, allocationBytes)) : this.refuse(scsi.INVALID_FIELD);
  }

  private refuse(sense: Sense): TargetReply {
    this.sense = sense;
    return { ...goodAt(this.clock.nowCycles), status: scsi.STATUS_CHECK_CONDITION };
  }

  private answerCycle(): number {
    return this.clock.nowCycles + this.clock.cyclesFromNs(this.config.commandNs);
  }

  private lastCycle(cycles: readonly number[]): number {
    return cycles.reduce((last, cycle) => Math.max(last, cycle), this.answerCycle());
  }
}

/** By the PC field; saved values (3) do not exist. */
const PAGE_CONTROLS: readonly (PageControl | undefined)[] = ['current', 'changeable', 'default', undefined];

const IS_MEDIUM_OPERATION: ReadonlySet<number> = new Set([
  ...[scsi.TEST_UNIT_READY, scsi.REZERO_UNIT, scsi.READ_CAPACITY, scsi.SYNCHRONIZE_CACHE],
  ...[scsi.READ_6, scsi.WRITE_6, scsi.SEEK_6, scsi.READ_10, scsi.WRITE_10, scsi.SEEK_10, scsi.VERIFY_10],
]);

/** Length of a CDB by its group code (7.2.1). */
function commandBytes(operation: number): number {
  const group = operation >>> 5;
  if (group === 0) return 6;
  return group === 5 ? 12 : 10;
}

/** Block address and number of blocks of a 6- or 10-byte CDB; in the former 0 means 256 (9.2.5). */
function blocksOf(cdb: readonly number[]): { lba: number; count: number } {
  const isShort = commandBytes(cdb[0]) === 6;
  const lba = isShort
    ? ((cdb[1] & 0x1f) << 16) | (cdb[2] << 8) | cdb[3]
    : ((cdb[2] << 24) | (cdb[3] << 16) | (cdb[4] << 8) | cdb[5]) >>> 0;
  // A seek has no length: its bytes there are reserved.
  if (cdb[0] === scsi.SEEK_6 || cdb[0] === scsi.SEEK_10) return { lba, count: 0 };
  return { lba, count: isShort ? cdb[4] || 256 : (cdb[7] << 8) | cdb[8] };
}

function goodAt(readyCycle: number): TargetReply {
  return { status: scsi.STATUS_GOOD, readyCycle, dataIn: NO_BYTES, dataOutBytes: 0 };
}

function dataAt(readyCycle: number, dataIn: Uint8Array): TargetReply {
  return { status: scsi.STATUS_GOOD, readyCycle, dataIn, dataOutBytes: 0 };
}
