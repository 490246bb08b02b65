// Data that a CD-ROM drive answers packet commands with (SFF-8020i r2.6, section 10; MMC-2, T10/1228D, sections 5 and 6).
// One data track from block 0 to the lead-out. Multi-byte fields are big-endian.
import type { DriveIdentity } from './ata-identify-words';
import { ConfigurationWords } from './ata-identify-words';
import type { Sense } from './atapi-registers';
import { SENSE } from './atapi-registers';
import type { DmaMode, TransferModes } from './ata-transfer-mode';
import { hasDma, putTransferModes } from './ata-transfer-mode';

/** Peripheral device type of a CD-ROM drive. */
const TYPE_CDROM = 0x05;
const LEAD_OUT = 0xaa;
/** ADR 1, control 4: a data track, copying not permitted. */
const DATA_TRACK = 0x14;
/** 00:02:00 is block 0. */
const MSF_OFFSET_BLOCKS = 150;
const BLOCKS_PER_SECOND = 75;
/** Speeds are told in 1000 bytes of 2352-byte audio blocks per second: 176 is the speed of the first drives (MMC-2, 5.5.10). */
export const SPEED_UNIT_BYTES = (1000 * 2048) / 2352;

/** The sector that IDENTIFY PACKET DEVICE transfers (ATA/ATAPI-5, 8.13). */
export function buildIdentifyPacketData(identity: DriveIdentity, modes: TransferModes, dmaMode: DmaMode): Uint8Array {
  const words = new ConfigurationWords();
  words.set(0, 0x85c0); // ATAPI, CD-ROM, removable, DRQ within 50 us of PACKET, 12-byte packets
  words.setIdentity(identity);
  words.set(49, 0x0a00 | (hasDma(modes) ? 0x0100 : 0)); // IORDY, LBA, DMA
  putTransferModes(words, modes, dmaMode);
  words.set(80, modes.ultraDmaModes > 0 ? 0x0030 : 0x0010); // ATA/ATAPI-4, -5
  words.set(82, 0x0210); // DEVICE RESET, PACKET
  words.set(83, 0x4000);
  words.set(84, 0x4000);
  words.set(85, 0x0210);
  words.set(87, 0x4000);
  return words.bytes;
}

export function inquiryData({ model, firmwareRevision }: DriveIdentity): Uint8Array {
  const bytes = new Uint8Array(36);
  bytes.set([TYPE_CDROM, 0x80, 0x00, 0x21, bytes.length - 5]); // removable, no standard claimed, ATAPI, length
  const [vendor, ...product] = model.split(' ');
  putText(bytes, 8, 8, vendor);
  putText(bytes, 16, 16, product.join(' '));
  putText(bytes, 32, 4, firmwareRevision);
  return bytes;
}

export function senseData({ key, code, qualifier }: Sense): Uint8Array {
  const bytes = new Uint8Array(18);
  bytes.set([0x70, 0, key]); // current error
  bytes[7] = bytes.length - 8;
  bytes[12] = code;
  bytes[13] = qualifier;
  return bytes;
}

/** Last block and block length. */
export function capacityData(blockCount: number, blockBytes: number): Uint8Array {
  return Uint8Array.from([...long(blockCount - 1), ...long(blockBytes)]);
}

/**
 * READ TOC/PMA/ATIP formats 0 (tracks), 1 (sessions) and 2 (full).
 * @returns what is to be sent, or the sense when the disc has no such format or track
 */
export function tocData(format: number, firstTrack: number, isMsf: boolean, blockCount: number): Uint8Array | Sense {
  const address = (block: number) => (isMsf ? msf(block) : long(block));
  const track = (number: number, block: number) => [0, DATA_TRACK, number, 0, ...address(block)];
  switch (format) {
    case 0: {
      if (firstTrack > 1 && firstTrack !== LEAD_OUT) return SENSE.INVALID_FIELD;
      return withLength([1, 1, ...(firstTrack <= 1 ? track(1, 0) : []), ...track(LEAD_OUT, blockCount)]);
    }
    case 1:
      return withLength([1, 1, ...track(1, 0)]);
    case 2: {
      // Session, control, TNO, POINT, running time, zero, then the time of POINT.
      const entry = (point: number, time: readonly number[]) => [1, DATA_TRACK, 0, point, 0, 0, 0, 0, ...time];
      const time = (block: number) => msf(block).slice(1);
      const [a0, a1] = [entry(0xa0, [1, 0, 0]), entry(0xa1, [1, 0, 0])]; // first and last track
      return withLength([1, 1, ...a0, ...a1, ...entry(0xa2, time(blockCount)), ...entry(1, time(0))]);
    }
    default:
      return SENSE.INVALID_FIELD;
  }
}

/** READ SUB-CHANNEL: nothing plays. Format 1 is the current position, the others have no data on this disc. */
export function subChannelData(hasSubQ: boolean, format: number, isMsf: boolean, block: number): Uint8Array {
  const header = [0x00, 0x15]; // no current audio status
  if (!hasSubQ) return Uint8Array.from([...header, 0, 0]);
  const address = isMsf ? msf(block) : long(block);
  const position = [1, DATA_TRACK, 1, 1, ...address, ...address];
  const data = format === 1 ? position : [format, ...new Array<number>(19).fill(0)];
  return Uint8Array.from([...header, ...word(data.length), ...data]);
}

/** MECHANISM STATUS: no changer, idle. */
export function mechanismStatusData(isTrayOpen: boolean, block: number): Uint8Array {
  return Uint8Array.from([0, isTrayOpen ? 0x10 : 0, ...long(block).slice(1), 0, 0, 0]);
}

/** GET EVENT STATUS NOTIFICATION, media class: event code, then whether a disc is there and the tray open. */
export function mediaEventData(event: number, hasDisc: boolean, isTrayOpen: boolean): Uint8Array {
  const MEDIA_CLASS = 4;
  return Uint8Array.from([
    ...word(6),
    ...[MEDIA_CLASS, 1 << MEDIA_CLASS, event, (hasDisc ? 2 : 0) | (isTrayOpen ? 1 : 0), 0, 0],
  ]);
}

/** The answer when none of the classes asked for is one the drive reports. */
export function noEventData(): Uint8Array {
  return Uint8Array.from([...word(2), 0x80, 0x10]);
}

/** GET CONFIGURATION of a CD-ROM drive (MMC-2, 6.1.3 and 5.2): profile list, core, removable medium, random readable, CD read. */
export function configurationData(hasDisc: boolean, startingFeature: number, requestType: number): Uint8Array {
  const CDROM_PROFILE = 0x0008;
  const current = hasDisc ? 1 : 0;
  const features: [code: number, isCurrent: boolean, data: readonly number[]][] = [
    [0x0000, true, [...word(CDROM_PROFILE), current, 0]],
    [0x0001, true, long(2)], // core: ATAPI
    [0x0003, true, [0x29, 0, 0, 0]], // removable medium: tray, eject, lock
    [0x0010, hasDisc, [...long(2048), ...word(1), 0, 0]],
    [0x001e, hasDisc, [0, 0, 0, 0]],
  ];
  const isAsked = ([code, isCurrent]: (typeof features)[number]) => {
    if (requestType === 2) return code === startingFeature;
    return code >= startingFeature && (requestType === 0 || isCurrent);
  };
  const descriptors = features
    .filter(isAsked)
    .flatMap(([code, isCurrent, data]) => [...word(code), isCurrent ? 0x03 : 0x02, data.length, ...data]);
  return Uint8Array.from([...long(descriptors.length + 4), 0, 0, ...word(hasDisc ? CDROM_PROFILE : 0), ...descriptors]);
}

/** What mode pages tell. */
export interface ModeFacts {
  readonly hasDisc: boolean;
  readonly isLocked: boolean;
  readonly maxBytesPerSecond: number;
  readonly bytesPerSecond: number;
  readonly bufferBytes: number;
}

/** MODE SENSE pages, current (0), changeable (1: none is) or default (2) values; null when there is no such page. */
export function modePages(page: number, control: number, facts: ModeFacts): Uint8Array | null {
  const pages: Readonly<Record<number, readonly number[]>> = {
    0x01: [0x01, 0x06, 0, 3, 0, 0, 0, 0], // error recovery: three retries
    0x0d: [0x0d, 0x06, 0, 0x0d, ...word(60), ...word(75)], // seconds per minute, frames per second
    0x2a: capabilitiesPage(facts),
  };
  const wanted = page === 0x3f ? Object.values(pages) : pages[page] ? [pages[page]] : null;
  if (!wanted) return null;
  const isMask = control === 1;
  return Uint8Array.from(wanted.flatMap((bytes) => bytes.map((byte, i) => (isMask && i >= 2 ? 0 : byte))));
}

/** Page 2Ah, 20 bytes (MMC-2, 5.5.10): a tray that locks and ejects; speeds. */
function capabilitiesPage({ isLocked, maxBytesPerSecond, bytesPerSecond, bufferBytes }: ModeFacts): number[] {
  return [
    ...[0x2a, 0x12, 0x00, 0x00, 0x00, 0x00],
    0x29 | (isLocked ? 0x02 : 0), // tray, eject, lock
    0x00,
    ...word(Math.round(maxBytesPerSecond / SPEED_UNIT_BYTES)),
    ...word(0), // volume levels
    ...word(Math.floor(bufferBytes / 1024)),
    ...word(Math.round(bytesPerSecond / SPEED_UNIT_BYTES)),
    ...[0, 0, 0, 0],
  ];
}

/** MODE SENSE headers: the 8 bytes of the 10-byte command, the 4 of the 6-byte one. Medium type: 120 mm data disc. */
export function modeAnswer(pages: Uint8Array, isLong: boolean, hasDisc: boolean): Uint8Array {
  const mediumType = hasDisc ? 0x01 : 0x70;
  if (isLong) return Uint8Array.from([...word(pages.length + 6), mediumType, 0, 0, 0, 0, 0, ...pages]);
  return Uint8Array.from([pages.length + 3, mediumType, 0, 0, ...pages]);
}

function withLength(bytes: readonly number[]): Uint8Array {
  return Uint8Array.from([...word(bytes.length), ...bytes]);
}

function msf(block: number): number[] {
  const at = block + MSF_OFFSET_BLOCKS;
  const seconds = Math.floor(at / BLOCKS_PER_SECOND);
  return [0, Math.floor(seconds / 60), seconds % 60, at % BLOCKS_PER_SECOND];
}

function word(value: number): number[] {
  return [(value >>> 8) & 0xff, value & 0xff];
}

function long(value: number): number[] {
  return [...word(value >>> 16), ...word(value)];
}

function putText(bytes: Uint8Array, offset: number, length: number, text: string): void {
  for (let i = 0; i < length; i++) bytes[offset + i] = i < text.length ? text.charCodeAt(i) & 0x7f : 0x20;
}
