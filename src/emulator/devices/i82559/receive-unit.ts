// The receive unit: puts frames into the descriptors software has linked up in memory (OSSDM 6.4.3, 6.5.4).
// A descriptor is looked at when its frame has arrived. Leaves out: header descriptors, receive DMA redirection.
import { crc32 } from '../../boot/crc-32';
import type { CardMemory } from './card-memory';
import { addressSum, fieldsOf, writeWord } from './card-memory';
import {
  COMMAND_EL,
  COMMAND_S,
  RFD_EOF,
  RFD_F,
  RFD_NO_ADDRESS_MATCH,
  RFD_NO_IA_MATCH,
  RFD_OUT_OF_SPACE,
  RFD_TOO_SHORT,
  RFD_TYPE,
  STAT_FR,
  STAT_RNR,
  STATUS_C,
  STATUS_OK,
} from './registers';
import type { AddressMatch, Station } from './station';
import type { Statistics } from './statistics';

const RFD_COMMAND = 2;
const RFD_LINK = 4;
const RFD_ACTUAL_COUNT = 12;
const RFD_SIZE = 14;
const RFD_BYTES = 16;
const COUNT_MASK = 0x3fff;

const LEAST_FRAME_BYTES = 60;
const LENGTH_FIELD = 12;
/** Length fields go up to here, types begin above (IEEE 802.3 clause 3.2.6). */
const MOST_LENGTH = 1500;

export type ReceiveUnitStatus = 'idle' | 'suspended' | 'no-resources' | 'ready';

export interface ReceiveUnitParts {
  readonly memory: CardMemory;
  readonly station: Station;
  readonly statistics: Statistics;
  readonly interrupt: (cause: number) => void;
}

export interface ReceiveUnitState {
  status: ReceiveUnitStatus;
  base: number;
  next: number;
}

export class ReceiveUnit {
  private unitStatus: ReceiveUnitStatus = 'idle';
  private base = 0;
  /** Offset of the descriptor the next frame goes to. */
  private next = 0;

  constructor(private readonly parts: ReceiveUnitParts) {}

  get status(): ReceiveUnitStatus {
    return this.unitStatus;
  }

  loadBase(base: number): void {
    this.base = base;
  }

  start(offset: number): void {
    if (this.unitStatus === 'ready') return;
    this.next = offset;
    this.unitStatus = 'ready';
  }

  resume(): void {
    if (this.unitStatus === 'suspended') this.unitStatus = 'ready';
  }

  abort(): void {
    if (this.unitStatus === 'ready') this.parts.interrupt(STAT_RNR);
    this.unitStatus = 'idle';
  }

  reset(): void {
    this.unitStatus = 'idle';
    this.base = 0;
    this.next = 0;
  }

  /** A good frame is in, without its check sequence. */
  receive(frame: Uint8Array): void {
    const { memory, station, statistics } = this.parts;
    const match = station.matchOf(frame);
    if (!match || this.unitStatus === 'idle') return;
    if (frame.length < LEAST_FRAME_BYTES && station.dropsShortFrames) return statistics.count('receiveShortFrames');
    if (this.unitStatus !== 'ready') return statistics.count('receiveResourceErrors');
    if (!memory.isReachable) return statistics.count('receiveOverruns');

    const address = addressSum(this.base, this.next);
    const descriptor = fieldsOf(memory.readBytes(address, RFD_BYTES));
    const command = descriptor.getUint16(RFD_COMMAND, true);
    const areaBytes = descriptor.getUint16(RFD_SIZE, true) & COUNT_MASK;
    if (areaBytes === 0 && command & COMMAND_EL) {
      // A driver's stop mark: Linux (e100.c) expects it to be left as it is.
      statistics.count('receiveResourceErrors');
      return this.leaveReady('no-resources');
    }
    this.store(address, frame, areaBytes, match);
    this.next = descriptor.getUint32(RFD_LINK, true);
    this.parts.interrupt(STAT_FR);
    if (command & COMMAND_EL) this.leaveReady('no-resources');
    else if (command & COMMAND_S) this.leaveReady('suspended');
  }

  saveState(): ReceiveUnitState {
    return { status: this.unitStatus, base: this.base, next: this.next };
  }

  restoreState({ status, base, next }: ReceiveUnitState): void {
    this.unitStatus = status;
    this.base = base;
    this.next = next;
  }

  /** Data first, the status word last: who sees C set finds the rest in place. */
  private store(address: number, frame: Uint8Array, areaBytes: number, match: AddressMatch): void {
    const { memory, station, statistics } = this.parts;
    const data = station.storesCrc ? withCrc(frame) : frame;
    const stored = data.subarray(0, areaBytes);
    const isWhole = stored.length === data.length;
    if (stored.length > 0) memory.writeBytes(addressSum(address, RFD_BYTES), stored);
    writeWord(memory, addressSum(address, RFD_ACTUAL_COUNT), RFD_EOF | RFD_F | stored.length);
    writeWord(memory, address, STATUS_C | (isWhole ? STATUS_OK : RFD_OUT_OF_SPACE) | frameStatus(frame, match));
    if (isWhole) statistics.count('receiveGood');
  }

  private leaveReady(status: 'suspended' | 'no-resources'): void {
    this.unitStatus = status;
    this.parts.interrupt(STAT_RNR);
  }
}

function frameStatus(frame: Uint8Array, match: AddressMatch): number {
  const lengthOrType = (frame[LENGTH_FIELD] << 8) | frame[LENGTH_FIELD + 1];
  const matchBits = { individual: 0, group: RFD_NO_IA_MATCH, promiscuous: RFD_NO_IA_MATCH | RFD_NO_ADDRESS_MATCH };
  return (
    (frame.length < LEAST_FRAME_BYTES ? RFD_TOO_SHORT : 0) |
    (lengthOrType > MOST_LENGTH ? RFD_TYPE : 0) |
    matchBits[match]
  );
}

function withCrc(frame: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(frame.length + 4);
  bytes.set(frame);
  new DataView(bytes.buffer).setUint32(frame.length, crc32(frame), true);
  return bytes;
}
