// The logical unit of a CD-ROM drive: packet commands, sense and unit attention, tray and disc (SFF-8020i r2.6; MMC-2, T10/1228D).
// How packets and data cross the channel is in atapi-cdrom.ts.
// Leaves out: audio, READ CD, MODE SELECT, multi-session discs; the spindle never stops by itself.
import type { ReadableImage } from '../boot/disk-image';
import { SECTOR_BYTES } from '../boot/disk-image';
import type { Clock } from '../clock';
import type { DriveIdentity } from './ata-identify-words';
import * as answers from './atapi-answers';
import type { Sense } from './atapi-registers';
import { PACKET, SENSE } from './atapi-registers';
import type { CdMechanicsConfig, CdMechanicsState } from './cd-mechanics';
import { CD_BLOCK_BYTES, CdMechanics } from './cd-mechanics';

export interface CdromUnitConfig {
  readonly identity: DriveIdentity;
  readonly mechanics: CdMechanicsConfig;
  /** Whether the drive knows GET CONFIGURATION and events: MMC-2, from about 2000 on. */
  readonly hasFeatures: boolean;
}

/** What a packet comes to. */
export type PacketOutcome =
  | { readonly kind: 'done'; readonly cycle: number }
  | { readonly kind: 'failed'; readonly sense: Sense }
  | { readonly kind: 'answer'; readonly bytes: Uint8Array }
  | { readonly kind: 'read'; readonly firstBlock: number; readonly readyCycles: readonly number[] };

/** Plain data. */
export interface CdromUnitState {
  sense: Sense;
  attention: Sense | null;
  /** The disc has come to speed, and nobody was told of it yet. */
  isDiscNews: boolean;
  /** Media event waiting: 0 none, 2 new media, 3 media removal. */
  mediaEvent: number;
  isTrayOpen: boolean;
  isLocked: boolean;
  mechanics: CdMechanicsState;
}

const SECTORS_PER_BLOCK = CD_BLOCK_BYTES / SECTOR_BYTES;
const EVENT_NEW_MEDIA = 2;
const EVENT_MEDIA_REMOVAL = 3;
/** SET CD SPEED: as fast as the drive can. */
const MAXIMUM_SPEED = 0xffff;
/** MODE SENSE page control 3 asks for saved values: there are none. */
const SAVED_VALUES = 3;
const SAVING_NOT_SUPPORTED: Sense = { key: 0x5, code: 0x39, qualifier: 0 };

/** Commands that a pending unit attention does not stop (SFF-8020i, 10.8.20; MMC-2, 6.1.3 and 6.1.4). */
const EVEN_AT_ATTENTION: ReadonlySet<number> = new Set([
  PACKET.INQUIRY,
  PACKET.REQUEST_SENSE,
  PACKET.GET_CONFIGURATION,
  PACKET.GET_EVENT_STATUS_NOTIFICATION,
]);

/** Commands that need a disc that is known and at speed. */
const NEEDS_DISC: ReadonlySet<number> = new Set([
  PACKET.TEST_UNIT_READY,
  PACKET.READ_CAPACITY,
  PACKET.READ_10,
  PACKET.READ_12,
  PACKET.SEEK_10,
  PACKET.READ_TOC,
  PACKET.READ_SUB_CHANNEL,
]);

/** One unit with a disc in it, or none. */
export class CdromUnit {
  private sense: Sense = SENSE.NONE;
  private attention: Sense | null = null;
  private isDiscNews = false;
  private mediaEvent = 0;
  private isTrayOpen = false;
  private isLocked = false;
  private readonly mechanics: CdMechanics;

  /** @param disc null: the drive is empty */
  constructor(
    private readonly clock: Clock,
    private readonly config: CdromUnitConfig,
    private readonly disc: ReadableImage | null,
  ) {
    this.mechanics = new CdMechanics(clock, config.mechanics);
  }

  /** Carries out a packet whose work begins at `startCycle`. A failure is remembered for REQUEST SENSE. */
  execute(packet: Uint8Array, startCycle: number): PacketOutcome {
    const operation = packet[0];
    const stopped = this.attentionFor(operation) ?? this.notReadyFor(operation);
    if (operation !== PACKET.REQUEST_SENSE) this.sense = SENSE.NONE;
    const outcome = stopped ? failed(stopped) : this.perform(packet, startCycle);
    if (outcome.kind === 'failed') this.sense = outcome.sense;
    return outcome;
  }

  /** The 2048 bytes of a block of the disc. */
  readBlock(block: number): Uint8Array {
    const bytes = new Uint8Array(CD_BLOCK_BYTES);
    for (let i = 0; i < SECTORS_PER_BLOCK; i++) {
      bytes.set(this.disc!.readSector(block * SECTORS_PER_BLOCK + i), i * SECTOR_BYTES);
    }
    return bytes;
  }

  /** Power has come, or the reset line was released. */
  reset(isPowerOn: boolean): void {
    this.sense = SENSE.NONE;
    this.attention = SENSE.RESET_OCCURRED;
    this.isLocked = false;
    this.mechanics.setSpeed(null);
    if (!isPowerOn) return;
    this.mechanics.spinDown();
    this.isTrayOpen = false;
    this.mediaEvent = 0;
    if (this.hasDisc) this.loadDisc();
  }

  get isSpinning(): boolean {
    return this.mechanics.isSpinning;
  }

  /** STANDBY and SLEEP of the command block. */
  spinDown(): void {
    this.mechanics.spinDown();
  }

  saveState(): CdromUnitState {
    const { sense, attention, isDiscNews, mediaEvent, isTrayOpen, isLocked } = this;
    return { sense, attention, isDiscNews, mediaEvent, isTrayOpen, isLocked, mechanics: this.mechanics.saveState() };
  }

  restoreState({ mechanics, ...unit }: CdromUnitState): void {
    Object.assign(this, unit);
    this.mechanics.restoreState(mechanics);
  }

  private get hasDisc(): boolean {
    return this.disc !== null && !this.isTrayOpen;
  }

  private get blockCount(): number {
    return Math.floor((this.disc?.sectorCount ?? 0) / SECTORS_PER_BLOCK);
  }

  private get isBecomingReady(): boolean {
    return this.mechanics.isSpinning && this.clock.nowCycles < this.mechanics.spunUpCycle;
  }

  /** The tray is closed on a disc. */
  private loadDisc(): void {
    this.mechanics.spinUp(this.clock.nowCycles);
    this.isDiscNews = true;
    this.mediaEvent = EVENT_NEW_MEDIA;
  }

  /** A unit attention is told once, to the first command that does not pass it by. */
  private attentionFor(operation: number): Sense | null {
    if (EVEN_AT_ATTENTION.has(operation)) return null;
    return this.takeAttention();
  }

  private takeAttention(): Sense | null {
    const { attention } = this;
    this.attention = null;
    if (attention) return attention;
    if (!this.isDiscNews || !this.hasDisc || this.isBecomingReady) return null;
    this.isDiscNews = false;
    return SENSE.MEDIUM_MAY_HAVE_CHANGED;
  }

  private notReadyFor(operation: number): Sense | null {
    if (!NEEDS_DISC.has(operation)) return null;
    if (!this.hasDisc) return SENSE.MEDIUM_NOT_PRESENT;
    return this.isBecomingReady ? SENSE.BECOMING_READY : null;
  }

  private perform(packet: Uint8Array, startCycle: number): PacketOutcome {
    const { mechanics, blockCount, config } = this;
    const view = new DataView(packet.buffer, packet.byteOffset, packet.length);
    const wordAt7 = view.getUint16(7);
    const isMsf = (packet[1] & 0x02) !== 0;
    switch (packet[0]) {
      case PACKET.TEST_UNIT_READY:
        return done(startCycle);
      case PACKET.REQUEST_SENSE:
        return this.tellSense(packet[4]);
      case PACKET.INQUIRY:
        if (packet[1] & 0x01) return failed(SENSE.INVALID_FIELD); // no vital product data
        return answer(answers.inquiryData(config.identity), packet[4]);
      case PACKET.READ_CAPACITY:
        return answer(answers.capacityData(blockCount, CD_BLOCK_BYTES));
      case PACKET.READ_10:
        return this.read(view.getUint32(2), wordAt7, startCycle);
      case PACKET.READ_12:
        return this.read(view.getUint32(2), view.getUint32(6), startCycle);
      case PACKET.SEEK_10:
        if (view.getUint32(2) >= blockCount) return failed(SENSE.BLOCK_OUT_OF_RANGE);
        return done(mechanics.seek(view.getUint32(2), startCycle));
      case PACKET.READ_TOC: {
        // The format is in byte 2; drives before MMC took it from the last byte (SFF-8020i, 10.8.19).
        const data = answers.tocData(packet[2] & 0x0f || packet[9] >>> 6, packet[6], isMsf, blockCount);
        return data instanceof Uint8Array ? answer(data, wordAt7) : failed(data);
      }
      case PACKET.READ_SUB_CHANNEL: {
        const hasSubQ = (packet[2] & 0x40) !== 0;
        if (hasSubQ && (packet[3] < 1 || packet[3] > 3)) return failed(SENSE.INVALID_FIELD);
        const { block } = mechanics.saveState();
        return answer(answers.subChannelData(hasSubQ, packet[3], isMsf, block), wordAt7);
      }
      case PACKET.MODE_SENSE_6:
        return this.modeSense(packet[2], packet[4], false);
      case PACKET.MODE_SENSE_10:
        return this.modeSense(packet[2], wordAt7, true);
      case PACKET.START_STOP_UNIT:
        return this.startStop(packet[4], (packet[1] & 0x01) !== 0, startCycle);
      case PACKET.PREVENT_ALLOW_MEDIUM_REMOVAL:
        this.isLocked = (packet[4] & 0x01) !== 0;
        return done(startCycle);
      case PACKET.SET_CD_SPEED: {
        const speed = view.getUint16(2);
        mechanics.setSpeed(speed === MAXIMUM_SPEED ? null : Math.max(speed, 1) * answers.SPEED_UNIT_BYTES);
        return done(startCycle);
      }
      case PACKET.MECHANISM_STATUS:
        return answer(answers.mechanismStatusData(this.isTrayOpen, mechanics.saveState().block), view.getUint16(8));
      default:
        return config.hasFeatures ? this.performLater(packet, view) : failed(SENSE.INVALID_OPERATION_CODE);
    }
  }

  /** Commands that came with MMC-2. */
  private performLater(packet: Uint8Array, view: DataView): PacketOutcome {
    switch (packet[0]) {
      case PACKET.GET_CONFIGURATION: {
        const requestType = packet[1] & 0x03;
        if (requestType === 3) return failed(SENSE.INVALID_FIELD);
        return answer(answers.configurationData(this.hasDisc, view.getUint16(2), requestType), view.getUint16(7));
      }
      case PACKET.GET_EVENT_STATUS_NOTIFICATION: {
        if (!(packet[1] & 0x01)) return failed(SENSE.INVALID_FIELD); // only polled
        if (!(packet[4] & 0x10)) return answer(answers.noEventData(), view.getUint16(7));
        const event = this.isBecomingReady ? 0 : this.mediaEvent;
        if (event !== 0) this.mediaEvent = 0;
        return answer(answers.mediaEventData(event, this.hasDisc, this.isTrayOpen), view.getUint16(7));
      }
      default:
        return failed(SENSE.INVALID_OPERATION_CODE);
    }
  }

  private tellSense(allocationBytes: number): PacketOutcome {
    const sense = this.sense.key === 0 ? (this.takeAttention() ?? SENSE.NONE) : this.sense;
    this.sense = SENSE.NONE;
    return answer(answers.senseData(sense), allocationBytes);
  }

  private read(firstBlock: number, count: number, startCycle: number): PacketOutcome {
    if (firstBlock + count > this.blockCount) return failed(SENSE.BLOCK_OUT_OF_RANGE);
    if (count === 0) return done(startCycle);
    return { kind: 'read', firstBlock, readyCycles: this.mechanics.read(firstBlock, count, startCycle) };
  }

  private modeSense(pageByte: number, allocationBytes: number, isLong: boolean): PacketOutcome {
    const control = pageByte >>> 6;
    if (control === SAVED_VALUES) return failed(SAVING_NOT_SUPPORTED);
    const { readBytesPerSecond, bufferBytes } = this.config.mechanics;
    const pages = answers.modePages(pageByte & 0x3f, control, {
      hasDisc: this.hasDisc,
      isLocked: this.isLocked,
      maxBytesPerSecond: readBytesPerSecond,
      bytesPerSecond: this.mechanics.bytesPerSecond,
      bufferBytes,
    });
    if (!pages) return failed(SENSE.INVALID_FIELD);
    return answer(answers.modeAnswer(pages, isLong, this.hasDisc), allocationBytes);
  }

  private startStop(how: number, isImmediate: boolean, startCycle: number): PacketOutcome {
    const isStart = (how & 0x01) !== 0;
    const isTrayMoved = (how & 0x02) !== 0;
    if (!isStart) {
      if (isTrayMoved && this.isLocked) return failed(SENSE.REMOVAL_PREVENTED);
      this.mechanics.spinDown();
      if (isTrayMoved && !this.isTrayOpen) {
        this.isTrayOpen = true;
        this.mediaEvent = EVENT_MEDIA_REMOVAL;
      }
      return done(startCycle);
    }
    const wasOpen = this.isTrayOpen;
    if (isTrayMoved) this.isTrayOpen = false;
    if (!this.hasDisc) return isTrayMoved ? done(startCycle) : failed(SENSE.MEDIUM_NOT_PRESENT);
    if (wasOpen) this.loadDisc();
    const spunUpCycle = this.mechanics.spinUp(startCycle);
    return done(isImmediate ? startCycle : Math.max(startCycle, spunUpCycle));
  }
}

function done(cycle: number): PacketOutcome {
  return { kind: 'done', cycle };
}

function failed(sense: Sense): PacketOutcome {
  return { kind: 'failed', sense };
}

/** No more than the host has room for. */
function answer(bytes: Uint8Array, allocationBytes = bytes.length): PacketOutcome {
  return { kind: 'answer', bytes: bytes.subarray(0, allocationBytes) };
}
