// One channel of a bus master IDE controller: BMIC, BMIS, BMIDTP and the walk through its descriptor table
// (SFF-8038i, Programming Interface for Bus Master IDE Controller 1.0; Intel 290550, 2.5.13-2.5.15).
// Leaves out: the error bit (no memory on this bus refuses a transfer).
import type { BusMaster } from '../bus-master';
import type { Alarm, Clock } from '../clock';
import type { ResetKind } from '../reset';
import { dueCycleOf, restoreDueCycle } from './alarm-record';
import type { IdeAta } from './ide-ata';

// Offsets of a channel's registers
const BMIC = 0; // command
const BMIS = 2; // status
const BMIDTP = 4; // to 7: descriptor table pointer

const BMIC_SSBM = 0x01; // start
const BMIC_RWCON = 0x08; // to memory: the drive is read
const BMIS_ACTIVE = 0x01;
const BMIS_ERROR = 0x02; // cleared by writing 1
const BMIS_INTERRUPT = 0x04; // cleared by writing 1
const BMIS_DRIVES_CAPABLE = 0x60; // software's notes

const DESCRIPTOR_BYTES = 8;
const DESCRIPTOR_END = 0x8000_0000;
const DESCRIPTOR_MAX_BYTES = 0x1_0000;

/** A 16-bit transfer takes no less at this end: multiword DMA mode 2 is the controller's fastest (Intel 290550, 3.6.3). */
const FASTEST_CYCLE_NS = 120;

export interface BusMasterChannelParts {
  /** For those who listen to masters: "IDE 0". */
  readonly name: string;
  readonly clock: Clock;
  readonly memory: BusMaster;
  readonly channel: IdeAta;
  /** PCICMD bit 2: without it nothing moves. */
  readonly isBusMaster: () => boolean;
}

/** Plain data. */
export interface BusMasterChannelState {
  command: number;
  status: number;
  table: number;
  next: number;
  address: number;
  left: number;
  isLast: boolean;
  due: number | null;
}

/** The registers, and the engine that moves what the drive on its channel asks for. */
export class BusMasterChannel {
  private command = 0;
  private status = 0;
  private table = 0;
  /** Address of the next descriptor; where the current one stands, and how many bytes of it are left. */
  private next = 0;
  private address = 0;
  private left = 0;
  private isLast = false;
  private readonly burst: Alarm;

  constructor(private readonly parts: BusMasterChannelParts) {
    this.burst = parts.clock.createAlarm(() => this.finishBurst());
    parts.channel.onDmaRequestChanged = () => this.serve();
  }

  /** Bytes of the eight; reserved ones read as 0. */
  readByte(offset: number): number {
    if (offset === BMIC) return this.command;
    if (offset === BMIS) return this.status;
    return offset >= BMIDTP ? (this.table >>> (8 * (offset - BMIDTP))) & 0xff : 0;
  }

  writeByte(offset: number, value: number): void {
    if (offset === BMIC) this.writeCommand(value);
    else if (offset === BMIS) {
      const kept = this.status & ~(value & (BMIS_ERROR | BMIS_INTERRUPT)) & ~BMIS_DRIVES_CAPABLE;
      this.status = kept | (value & BMIS_DRIVES_CAPABLE);
    } else if (offset >= BMIDTP) {
      const shift = 8 * (offset - BMIDTP);
      this.table = ((this.table & ~(0xff << shift)) | (value << shift)) & ~0x3;
      this.table >>>= 0;
    }
  }

  /** INTRQ of the channel rose. */
  interruptRose(): void {
    this.status |= BMIS_INTERRUPT;
  }

  /** Looks whether there is something to move: the drive's request or the right to master the bus changed. */
  serve(): void {
    const request = this.parts.channel.dmaRequest;
    const isWanted =
      (this.status & BMIS_ACTIVE) !== 0 &&
      request !== null &&
      (request.way === 'to-host') === ((this.command & BMIC_RWCON) !== 0) &&
      this.parts.isBusMaster();
    if (!isWanted) return this.burst.cancel();
    if (this.burst.dueCycle !== Infinity) return;
    const cycleNs = Math.max(request.cycleNs, FASTEST_CYCLE_NS);
    this.burst.scheduleAfter(this.parts.clock.cyclesFromNs(Math.ceil(request.sizeBytes / 2) * cycleNs));
  }

  enterReset(kind: ResetKind): void {
    if (kind !== 'cpu-init') {
      Object.assign(this, { command: 0, status: 0, table: 0, next: 0, address: 0, left: 0, isLast: false });
    }
  }

  holdReset(kind: ResetKind): void {
    if (kind !== 'cpu-init') this.burst.cancel();
  }

  saveState(): BusMasterChannelState {
    const { command, status, table, next, address, left, isLast } = this;
    return { command, status, table, next, address, left, isLast, due: dueCycleOf(this.burst) };
  }

  restoreState({ due, ...registers }: BusMasterChannelState): void {
    Object.assign(this, registers);
    restoreDueCycle(this.burst, due);
  }

  private writeCommand(value: number): void {
    const isStart = (value & BMIC_SSBM) !== 0 && !(this.command & BMIC_SSBM);
    this.command = value & (BMIC_SSBM | BMIC_RWCON);
    if (isStart) {
      this.parts.memory.noteOrders(this.parts.name);
      this.status |= BMIS_ACTIVE;
      this.next = this.table;
      this.left = 0;
      this.isLast = false;
    } else if (!(value & BMIC_SSBM)) {
      this.status &= ~BMIS_ACTIVE;
    }
    this.serve();
  }

  /** The bytes of the drive's request have gone over the bus. */
  private finishBurst(): void {
    const { channel } = this.parts;
    for (let size = channel.dmaRequest!.sizeBytes; size > 0 && this.findRoom();) {
      const piece = Math.min(size, this.left);
      // Counted first: the drive may end its command, and ask for more, within the move.
      const at = this.address;
      this.address = (at + piece) % 2 ** 32;
      this.left -= piece;
      size -= piece;
      this.endWithTable();
      this.move(at, piece);
    }
    this.serve();
  }

  private move(address: number, sizeBytes: number): void {
    const { channel, memory, name } = this.parts;
    if (this.command & BMIC_RWCON) memory.writeBytes(name, address, channel.readDma(sizeBytes));
    else channel.writeDma(memory.readBytes(address, sizeBytes));
  }

  /** @returns whether a descriptor has room */
  private findRoom(): boolean {
    if (this.left > 0) return true;
    if (!(this.status & BMIS_ACTIVE)) return false;
    const descriptor = this.parts.memory.readBytes(this.next, DESCRIPTOR_BYTES);
    const view = new DataView(descriptor.buffer);
    const control = view.getUint32(4, true);
    this.next = (this.next + DESCRIPTOR_BYTES) % 2 ** 32;
    this.address = (view.getUint32(0, true) & ~1) >>> 0;
    this.left = control & (DESCRIPTOR_MAX_BYTES - 2) || DESCRIPTOR_MAX_BYTES;
    this.isLast = control >= DESCRIPTOR_END;
    return true;
  }

  /** Behind the last descriptor the transfer is over, whatever the drive says (SFF-8038i, 3.1). */
  private endWithTable(): void {
    if (this.left === 0 && this.isLast) this.status &= ~BMIS_ACTIVE;
  }
}
