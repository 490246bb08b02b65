// A disk's data command under way, and the arithmetic of its address registers (ATA/ATAPI-6, 6.2: CHS, 28 and 48 bits).
import { SECTOR_BYTES } from '../boot/disk-image';
import type { CommandBlock } from './ata-drive';
import type { LogicalGeometry } from './ata-identify';
import * as ata from './ata-registers';

/** Sectors of a write that the drive holds before they go to the platter. */
export const WRITE_BUFFER_SECTORS = 256;

/** A read or write command under way. */
export interface Transfer {
  readonly isDma: boolean;
  /** 48-bit address and 16-bit count. */
  readonly isLong: boolean;
  readonly firstLba: number;
  /** What the host asked for, and how many of them the disk has. */
  readonly sectorsAsked: number;
  readonly sectorsValid: number;
  readonly blockSectors: number;
  /** Moved between host and buffer. */
  sectorsDone: number;
  /** Of a write: moved and not on the platter yet; they are the first ones of `buffer`. */
  sectorsHeld: number;
  /** Of a read: when each sector is in the buffer. */
  readyCycles: number[];
  /** Of a write. */
  readonly buffer: Uint8Array;
}

/** How a data command addresses. */
export interface TransferKind {
  readonly way: 'read' | 'write';
  readonly isDma: boolean;
  readonly isLong: boolean;
  readonly blockSectors: number;
}

/** A transfer at its start. */
export function createTransfer(kind: TransferKind, firstLba: number, asked: number, valid: number): Transfer {
  const held = kind.way === 'write' ? Math.min(valid, WRITE_BUFFER_SECTORS + kind.blockSectors) : 0;
  return {
    ...{ isDma: kind.isDma, isLong: kind.isLong, blockSectors: kind.blockSectors },
    ...{ firstLba, sectorsAsked: asked, sectorsValid: valid },
    ...{ sectorsDone: 0, sectorsHeld: 0, readyCycles: [] },
    buffer: new Uint8Array(held * SECTOR_BYTES),
  };
}

/** Sectors that move at once. */
export function nextBlockSectors({ blockSectors, sectorsValid, sectorsDone }: Transfer): number {
  return Math.min(blockSectors, sectorsValid - sectorsDone);
}

/** Whether the host asked for sectors behind the end of the disk. */
export function isShort({ sectorsAsked, sectorsValid }: Transfer): boolean {
  return sectorsAsked > sectorsValid;
}

/** How many sectors the registers ask for: zero means as many as the register has values. */
export function sectorsAskedFor({ sectorCount, previous }: CommandBlock, isLong: boolean): number {
  if (!isLong) return sectorCount || 0x100;
  return (previous.sectorCount << 8) | sectorCount || 0x10000;
}

/** The sector of the address registers, or null when the disk has no such sector. */
export function addressedSector(
  block: CommandBlock,
  geometry: LogicalGeometry,
  capacitySectors: number,
  isLong: boolean,
): number | null {
  const { device, cylinderHigh, cylinderLow, sectorNumber, previous } = block;
  const cylinder = (cylinderHigh << 8) | cylinderLow;
  const head = device & ata.DEVICE_HEAD_MASK;
  if (isLong) {
    const high = (previous.cylinderHigh << 16) | (previous.cylinderLow << 8) | previous.sectorNumber;
    const lba = high * 2 ** 24 + ((cylinder << 8) | sectorNumber);
    return device & ata.DEVICE_LBA && lba < capacitySectors ? lba : null;
  }
  if (device & ata.DEVICE_LBA) {
    const lba = (head << 24) | (cylinder << 8) | sectorNumber;
    return lba < capacitySectors ? lba : null;
  }
  const { cylinders, heads, sectorsPerTrack } = geometry;
  if (cylinder >= cylinders || head >= heads || sectorNumber < 1 || sectorNumber > sectorsPerTrack) return null;
  const lba = (cylinder * heads + head) * sectorsPerTrack + sectorNumber - 1;
  return lba < capacitySectors ? lba : null;
}

/** Writes the address of a sector into the registers, in the form the host uses. */
export function putAddress(block: CommandBlock, geometry: LogicalGeometry, lba: number, isLong: boolean): void {
  if (isLong) {
    const high = Math.floor(lba / 2 ** 24);
    putCylinderAndSector(block, (lba >>> 8) & 0xffff, lba & 0xff);
    putCylinderAndSector(block.previous, high >>> 8, high & 0xff);
    return;
  }
  const { heads, sectorsPerTrack } = geometry;
  const isLba = (block.device & ata.DEVICE_LBA) !== 0;
  const track = Math.floor(lba / sectorsPerTrack);
  const cylinder = isLba ? (lba >>> 8) & 0xffff : Math.floor(track / heads);
  const head = isLba ? lba >>> 24 : track % heads;
  putCylinderAndSector(block, cylinder, isLba ? lba & 0xff : (lba % sectorsPerTrack) + 1);
  block.device = (block.device & ~ata.DEVICE_HEAD_MASK) | head;
}

function putCylinderAndSector(
  into: { cylinderLow: number; cylinderHigh: number; sectorNumber: number },
  cylinder: number,
  sector: number,
): void {
  into.cylinderLow = cylinder & 0xff;
  into.cylinderHigh = (cylinder >>> 8) & 0xff;
  into.sectorNumber = sector;
}

/** Registers follow the transfer: the last sector moved, or the first one that does not exist; what is left. */
export function countSectors(block: CommandBlock, geometry: LogicalGeometry, transfer: Transfer, count: number): void {
  transfer.sectorsDone += count;
  const { firstLba, sectorsDone, sectorsAsked, sectorsValid, isLong } = transfer;
  const isAtMissing = isShort(transfer) && sectorsDone === sectorsValid;
  putAddress(block, geometry, firstLba + sectorsDone - (isAtMissing ? 0 : 1), isLong);
  const left = sectorsAsked - sectorsDone;
  block.sectorCount = left & 0xff;
  if (isLong) block.previous.sectorCount = (left >>> 8) & 0xff;
}
