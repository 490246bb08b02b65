// The execution phase of the 82077AA's data commands: search for an ID, bytes at the data rate through the FIFO, status.
// Intel 82077AA datasheet (290166), "Data transfer commands". Left out: SCAN; deleted-data marks are not kept in an image.
import type { Alarm, Clock } from '../clock';
import { dueCycleOf, restoreDueCycle } from './alarm-record';
import type { FdcCommandName } from './fdc-82077aa-registers';
import { ST0_ABNORMAL, ST0_HEAD, ST2_CONTROL_MARK, ST2_WRONG_CYLINDER } from './fdc-82077aa-registers';
import {
  ST1_END_OF_CYLINDER,
  ST1_MISSING_MARK,
  ST1_NOT_WRITABLE,
  ST1_NO_DATA,
  ST1_OVERRUN,
} from './fdc-82077aa-registers';
import type { FloppyDrive } from './floppy-drive';
import { sectorPlace } from './floppy-format';

/** What the phase is waiting for; `hung`: an index hole that never comes. */
type Step = 'idle' | 'start' | 'hung' | 'fail' | 'id' | 'byte' | 'end' | 'drain' | 'index' | 'format';

/** State of the phase, plain JSON. */
export interface FdcDataState {
  readonly step: Step;
  readonly name: FdcCommandName;
  readonly bytes: readonly number[];
  readonly unit: number;
  readonly cylinder: number;
  readonly head: number;
  readonly record: number;
  readonly sectorsLeft: number;
  readonly sector: readonly number[];
  readonly position: number;
  readonly requested: number;
  readonly dataStartTick: number;
  readonly lba: number;
  readonly fifo: readonly number[];
  readonly hasTerminalCount: boolean;
  readonly status: readonly [st0: number, st1: number, st2: number];
  readonly isRequesting: boolean;
  readonly dueCycle: number | null;
}

/** What the phase asks of the chip. */
export interface FdcDataHost {
  drive(unit: number): FloppyDrive | null;
  /** Data rate set in DSR or CCR. */
  dataRateKbps(): number;
  /** FIFO bytes, and how many must be in it before a read asks for service. */
  fifoDepth(): number;
  fifoThreshold(): number;
  /** DRQ, or INT and RQM without DMA. */
  request(isRequesting: boolean): void;
  /** The seven bytes of the result. */
  finished(result: readonly number[]): void;
}

const SECTOR_BYTES = 512;
const SIZE_CODE = 2; // N of 512 bytes
const MFM = 0x40;
const MT = 0x80;
const SK = 0x20;
const ENABLE_COUNT = 0x80; // VERIFY
const CRC_BYTES = 2;
const ID_TAIL_BYTES = 6;

/** One at a time. */
export class FdcDataPhase {
  private step: Step = 'idle';
  private name: FdcCommandName = 'INVALID';
  private bytes: number[] = [];
  private unit = 0;
  private cylinder = 0;
  private head = 0;
  private record = 0;
  private sectorsLeft = 0;
  private sector: number[] = [];
  private position = 0;
  private requested = 0;
  private dataStartTick = 0;
  private lba = 0;
  private fifo: number[] = [];
  private hasTerminalCount = false;
  private status: [st0: number, st1: number, st2: number] = [0, 0, 0];
  private isRequesting = false;
  private readonly alarm: Alarm;

  constructor(
    private readonly clock: Clock,
    private readonly host: FdcDataHost,
  ) {
    this.alarm = clock.createAlarm(() => this.goOn());
  }

  /** Whether the host is to read (else to write) in this phase. */
  get isReading(): boolean {
    return !this.isWriting;
  }

  get hasRequest(): boolean {
    return this.isRequesting;
  }

  /** The drive a command is at work with, or -1. */
  get busyUnit(): number {
    return this.step === 'idle' ? -1 : this.unit;
  }

  /** Starts a command whose bytes are all there, `delayCycles` from now (head load). */
  begin(name: FdcCommandName, bytes: readonly number[], delayCycles: number): void {
    this.name = name;
    this.bytes = [...bytes];
    this.unit = bytes[1] & 3;
    this.head = bytes[1] & ST0_HEAD ? 1 : 0;
    [this.cylinder, this.record] = name === 'READ TRACK' ? [bytes[2], 1] : [bytes[2], bytes[4]];
    this.sectorsLeft = name === 'VERIFY' && bytes[1] & ENABLE_COUNT ? bytes[8] : -1;
    this.fifo = [];
    this.hasTerminalCount = false;
    this.status = [0, 0, 0];
    if (this.isWriting && this.drive?.isWriteProtected) return this.finish(0, ST1_NOT_WRITABLE, 0, true);
    this.wait('start', this.clock.nowCycles + delayCycles);
  }

  /** A motor was switched: an index hole may come after all. */
  motorsChanged(): void {
    if (this.step === 'hung') this.wait('start', this.clock.nowCycles);
  }

  /** Takes the next byte for the host; `isLast`: terminal count with it. */
  takeByte(isLast: boolean): number {
    const value = this.fifo.shift() ?? 0xff;
    if (isLast) this.endOfTransfer();
    this.updateRequest();
    if (this.step === 'drain' && this.fifo.length === 0) this.finish(...this.status, this.status[1] !== 0);
    return value;
  }

  /** A byte from the host. */
  putByte(value: number, isLast: boolean): void {
    if (!this.isRequesting) return;
    this.fifo.push(value);
    this.requested++;
    if (isLast) this.hasTerminalCount = true;
    this.updateRequest();
  }

  peekByte(): number {
    return this.fifo[0] ?? 0xff;
  }

  /** Whatever is under way ends at once, without a result. */
  abort(): void {
    this.step = 'idle';
    this.fifo = [];
    this.alarm.cancel();
    this.setRequest(false);
  }

  saveState(): FdcDataState {
    const { step, name, unit, cylinder, head, record, sectorsLeft, position, requested, dataStartTick, lba } = this;
    const { hasTerminalCount, isRequesting } = this;
    return {
      ...{ step, name, unit, cylinder, head, record, sectorsLeft, position, requested, dataStartTick, lba },
      ...{ hasTerminalCount, isRequesting },
      bytes: [...this.bytes],
      sector: [...this.sector],
      fifo: [...this.fifo],
      status: [...this.status],
      dueCycle: dueCycleOf(this.alarm),
    };
  }

  restoreState({ dueCycle, bytes, sector, fifo, status, ...scalars }: FdcDataState): void {
    Object.assign(this, scalars, { bytes: [...bytes], sector: [...sector], fifo: [...fifo], status: [...status] });
    restoreDueCycle(this.alarm, dueCycle);
  }

  // ---- what the command is ----

  private get drive(): FloppyDrive | null {
    return this.host.drive(this.unit);
  }

  private get isWriting(): boolean {
    return this.name === 'WRITE DATA' || this.name === 'WRITE DELETED DATA' || this.name === 'FORMAT TRACK';
  }

  private get lastRecord(): number {
    return this.bytes[6];
  }

  private get isMultiTrack(): boolean {
    return (this.bytes[0] & MT) !== 0 && this.name !== 'READ TRACK';
  }

  // ---- steps ----

  private wait(step: Step, cycle: number): void {
    this.step = step;
    this.alarm.scheduleAt(cycle);
  }

  private goOn(): void {
    switch (this.step) {
      case 'start':
        return this.search();
      case 'fail':
        return this.finish(...this.status, true);
      case 'id':
        return this.idFound();
      case 'byte':
        return this.isWriting ? this.writeByte() : this.readByte();
      case 'end':
        return this.endSector();
      case 'index':
        return this.startFormat();
      case 'format':
        return this.formatSector();
    }
  }

  private search(): void {
    const { drive, clock } = this;
    const now = clock.nowCycles;
    const readableCycle = drive?.readableCycle ?? Infinity;
    if (!drive || readableCycle === Infinity) {
      this.step = 'hung';
      return;
    }
    if (readableCycle > now) return this.wait('start', readableCycle);
    if (this.name === 'FORMAT TRACK') return this.wait('index', drive.indexCycle(now, 1));
    const first = this.canDecode(drive) ? drive.nextSector(now) : null;
    if (!first) return this.failAfterSearch(ST1_MISSING_MARK, 0);
    if (this.name === 'READ ID') {
      this.cylinder = drive.cylinder;
      this.record = first.record;
      return this.wait('id', drive.cycleOfTick(first.idEndTick));
    }
    if (this.cylinder !== drive.cylinder) return this.failAfterSearch(ST1_NO_DATA, ST2_WRONG_CYLINDER);
    this.lba = drive.lbaOf(this.head, this.record);
    const isThere = this.lba >= 0 && this.bytes[5] === SIZE_CODE && (this.bytes[3] & 1) === (this.bytes[1] & 4) >>> 2;
    if (!isThere) return this.failAfterSearch(ST1_NO_DATA, 0);
    let passing = first;
    while (passing.record !== this.record) passing = drive.nextSector(drive.cycleOfTick(passing.idEndTick))!;
    this.dataStartTick = passing.dataStartTick;
    this.wait('id', drive.cycleOfTick(passing.idEndTick));
  }

  private canDecode({ format }: FloppyDrive): boolean {
    return (this.bytes[0] & MFM) !== 0 && format.dataRateKbps === this.host.dataRateKbps();
  }

  /** The chip gives up at the second index hole. */
  private failAfterSearch(st1: number, st2: number): void {
    this.status = [0, st1, st2];
    this.wait('fail', this.drive!.indexCycle(this.clock.nowCycles, 2));
  }

  private idFound(): void {
    const drive = this.drive!;
    if (this.name === 'READ ID') return this.finishWith([this.cylinder, this.head, this.record, SIZE_CODE]);
    this.position = 0;
    this.requested = 0;
    const isSkipped = this.name === 'READ DELETED DATA' && (this.bytes[0] & SK) !== 0;
    if (this.name === 'VERIFY' || isSkipped) {
      return this.wait('end', drive.cycleOfTick(this.dataStartTick + SECTOR_BYTES + CRC_BYTES));
    }
    if (this.isWriting) {
      this.sector = [];
      this.wait('byte', drive.cycleOfTick(this.dataStartTick));
    } else {
      this.sector = [...drive.disk!.image.readSector(this.lba)];
      this.wait('byte', drive.cycleOfTick(this.dataStartTick + 1));
    }
    this.updateRequest();
  }

  private readByte(): void {
    const { drive, sector, position } = this;
    if (!this.hasTerminalCount) {
      if (this.fifo.length >= this.host.fifoDepth()) return this.finish(0, ST1_OVERRUN, 0, true);
      this.fifo.push(sector[position]);
    }
    this.position++;
    const isLastOfSector = this.position === SECTOR_BYTES;
    const tick = this.dataStartTick + this.position + (isLastOfSector ? CRC_BYTES : 1);
    this.wait(isLastOfSector ? 'end' : 'byte', drive!.cycleOfTick(tick));
    this.updateRequest();
  }

  private writeByte(): void {
    if (this.fifo.length === 0 && !this.hasTerminalCount) return this.finish(0, ST1_OVERRUN, 0, true);
    this.sector.push(this.fifo.shift() ?? 0);
    this.position++;
    const isLastOfSector = this.position === SECTOR_BYTES;
    const tick = this.dataStartTick + this.position + (isLastOfSector ? CRC_BYTES : 0);
    this.wait(isLastOfSector ? 'end' : 'byte', this.drive!.cycleOfTick(tick));
    this.updateRequest();
  }

  private endSector(): void {
    if (this.name === 'FORMAT TRACK') return this.finishWith([0, 0, 0, 0]);
    if (this.isWriting) this.drive!.disk!.image.writeSector(this.lba, Uint8Array.from(this.sector));
    if (this.sectorsLeft > 0) this.sectorsLeft--;
    const isMarkWrong = this.name === 'READ DELETED DATA' && (this.bytes[0] & SK) === 0;
    if (isMarkWrong) return this.finishDrained(0, 0, ST2_CONTROL_MARK);
    if (this.hasTerminalCount || this.sectorsLeft === 0) return this.finishWith(this.nextAddress());
    if (this.record !== this.lastRecord) {
      this.record = (this.record + 1) & 0xff;
    } else if (this.isMultiTrack && this.head === 0) {
      this.head = 1;
      this.bytes[1] |= ST0_HEAD;
      this.bytes[3] = 1;
      this.record = 1;
    } else if (this.name === 'VERIFY') {
      return this.finishWith(this.nextAddress());
    } else {
      return this.finishDrained(0, ST1_END_OF_CYLINDER, 0);
    }
    this.search();
  }

  /** The address after the last sector transferred: datasheet, "Result phase" table. */
  private nextAddress(): readonly number[] {
    if (this.record !== this.lastRecord) return [this.cylinder, this.head, (this.record + 1) & 0xff, SIZE_CODE];
    if (!this.isMultiTrack) return [this.cylinder + 1, this.head, 1, SIZE_CODE];
    return this.head === 0 ? [this.cylinder, 1, 1, SIZE_CODE] : [this.cylinder + 1, 0, 1, SIZE_CODE];
  }

  // ---- FORMAT TRACK: N, SC, GPL, D; then C H R N of each sector from the host ----

  private startFormat(): void {
    this.position = 0;
    this.dataStartTick = this.clock.periodsFromCycles(this.clock.nowCycles, this.drive!.byteHz);
    this.waitForFormatId();
  }

  private waitForFormatId(): void {
    const drive = this.drive!;
    const places = Math.min(this.bytes[3], drive.format.sectorsPerTrack);
    this.requested = 0;
    if (this.position >= places) {
      return this.wait('end', drive.cycleOfTick(this.dataStartTick + drive.trackBytes));
    }
    const { idEnd } = sectorPlace(drive.format, this.position);
    this.wait('format', drive.cycleOfTick(this.dataStartTick + idEnd - ID_TAIL_BYTES));
    this.updateRequest();
  }

  private formatSector(): void {
    if (this.fifo.length < 4) return this.finish(0, ST1_OVERRUN, 0, true);
    const drive = this.drive!;
    const [cylinder, head, record] = this.fifo;
    this.fifo = [];
    const lba = cylinder === drive.cylinder && head === this.head ? drive.lbaOf(head, record) : -1;
    if (lba >= 0) drive.disk!.image.writeSector(lba, new Uint8Array(SECTOR_BYTES).fill(this.bytes[5]));
    this.position++;
    this.waitForFormatId();
  }

  // ---- requests and end ----

  private endOfTransfer(): void {
    this.hasTerminalCount = true;
    this.fifo = [];
  }

  private updateRequest(): void {
    this.setRequest(this.wantsService());
  }

  private wantsService(): boolean {
    const { step, fifo } = this;
    if (this.hasTerminalCount) return false;
    if (this.name === 'FORMAT TRACK') return step === 'format' && this.requested < 4;
    if (this.isWriting) {
      return step === 'byte' && this.requested < SECTOR_BYTES && fifo.length < this.host.fifoDepth();
    }
    if (step === 'end' || step === 'drain') return fifo.length > 0;
    if (step !== 'byte' && step !== 'id') return false;
    return fifo.length > (this.isRequesting ? 0 : this.host.fifoThreshold());
  }

  private setRequest(isRequesting: boolean): void {
    if (isRequesting === this.isRequesting) return;
    this.isRequesting = isRequesting;
    this.host.request(isRequesting);
  }

  /** The result comes once the host has taken what is left in the FIFO. */
  private finishDrained(st0: number, st1: number, st2: number): void {
    if (this.fifo.length === 0) return this.finish(st0, st1, st2, st1 !== 0);
    this.status = [st0, st1, st2];
    this.step = 'drain';
    this.updateRequest();
  }

  private finishWith(address: readonly number[]): void {
    this.abort();
    this.host.finished([(this.head << 2) | this.unit, 0, 0, ...address]);
  }

  private finish(st0: number, st1: number, st2: number, isAbnormal: boolean): void {
    this.abort();
    const ic = isAbnormal ? ST0_ABNORMAL : 0;
    const hasAddress = this.name !== 'READ ID' && this.name !== 'FORMAT TRACK';
    const address = hasAddress ? [this.cylinder, this.head, this.record, this.bytes[5]] : [0, 0, 0, 0];
    this.host.finished([st0 | ic | (this.head << 2) | this.unit, st1, st2, ...address]);
  }
}
