// What an ATA disk remembers, as plain JSON-able records, and the arithmetic of its address registers.
import { SECTOR_BYTES } from '../boot/disk-image';
import type { LogicalGeometry } from './ata-identify';
import * as ata from './ata-registers';
import type { DiskMechanicsState } from './disk-mechanics';

/**
 * - `idle`: waits for a command
 * - `resetting`: BSY until the signature
 * - `executing`: BSY until the outcome is shown
 * - `fetching`: BSY until the next block of a read is in the buffer
 * - `sending`: DRQ, the host reads a block
 * - `making-room`: BSY until the host may write a block
 * - `taking`: DRQ, the host writes a block
 * - `storing`: BSY until all sectors of a write are on the platter
 */
export type AtaPhase =
  'idle' | 'resetting' | 'executing' | 'fetching' | 'sending' | 'making-room' | 'taking' | 'storing';

/** A data command under way. */
export interface Transfer {
  /** False for IDENTIFY DEVICE, which moves no sector of the disk. */
  isOfSectors: boolean;
  firstLba: number;
  /** What the host asked for, and how many of them the disk has. */
  sectorsAsked: number;
  sectorsValid: number;
  sectorsDone: number;
  blockSectors: number;
  /** For reads: when each sector is in the buffer. */
  readyCycles: number[];
  /** Bytes of all valid sectors; the host stands at `offset`, the current block ends at `blockEnd`. */
  buffer: Uint8Array;
  offset: number;
  blockEnd: number;
}

/** The command block and what goes with it. */
export interface DiskRegisters {
  error: number;
  features: number;
  sectorCount: number;
  sectorNumber: number;
  cylinderLow: number;
  cylinderHigh: number;
  device: number;
  status: number;
  isInterruptPending: boolean;
  phase: AtaPhase;
  /** Error bits that the command under way will end with; 0 = success. */
  outcomeError: number;
  /** Whether the command under way interrupts at its end: device 1 does not after a diagnostic. */
  isOutcomeReported: boolean;
  multipleSectors: number;
  geometry: LogicalGeometry;
  isRevertingEnabled: boolean;
}

/** Everything but the sectors, plain JSON. */
export interface AtaDiskState {
  registers: DiskRegisters;
  transfer: (Omit<Transfer, 'buffer'> & { buffer: number[] }) | null;
  mechanics: DiskMechanicsState;
  phaseDue: number | null;
}

/** Registers while the drive answers to no command yet. */
export function createResetRegisters(geometry: LogicalGeometry): DiskRegisters {
  return {
    error: 0,
    features: 0,
    sectorCount: 0,
    sectorNumber: 0,
    cylinderLow: 0,
    cylinderHigh: 0,
    device: 0,
    status: ata.STATUS_BSY,
    isInterruptPending: false,
    phase: 'resetting',
    outcomeError: 0,
    isOutcomeReported: true,
    multipleSectors: 0,
    geometry,
    isRevertingEnabled: true,
  };
}

/** A transfer at its start, with room for all sectors the disk has. */
export function createTransfer(
  firstLba: number,
  sectorsAsked: number,
  sectorsValid: number,
  blockSectors: number,
): Transfer {
  return {
    isOfSectors: true,
    firstLba,
    sectorsAsked,
    sectorsValid,
    sectorsDone: 0,
    blockSectors,
    readyCycles: [],
    buffer: new Uint8Array(sectorsValid * SECTOR_BYTES),
    offset: 0,
    blockEnd: 0,
  };
}

/** The sector of the address registers, or null when the disk has no such sector. */
export function addressedSector(registers: DiskRegisters, capacitySectors: number): number | null {
  const { device, cylinderHigh, cylinderLow, sectorNumber, geometry } = registers;
  const cylinder = (cylinderHigh << 8) | cylinderLow;
  const head = device & ata.DEVICE_HEAD_MASK;
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
export function putAddress(registers: DiskRegisters, lba: number): void {
  const { heads, sectorsPerTrack } = registers.geometry;
  const isLba = (registers.device & ata.DEVICE_LBA) !== 0;
  const track = Math.floor(lba / sectorsPerTrack);
  const cylinder = isLba ? (lba >>> 8) & 0xffff : Math.floor(track / heads);
  const head = isLba ? lba >>> 24 : track % heads;
  registers.sectorNumber = isLba ? lba & 0xff : (lba % sectorsPerTrack) + 1;
  registers.cylinderLow = cylinder & 0xff;
  registers.cylinderHigh = (cylinder >>> 8) & 0xff;
  registers.device = (registers.device & ~ata.DEVICE_HEAD_MASK) | head;
}

/** What reset and diagnostic leave in the registers (ATA/ATAPI-6 9.12); device 0 is selected. */
export function putSignature(registers: DiskRegisters): void {
  Object.assign(registers, {
    error: ata.DIAGNOSTIC_PASSED,
    sectorCount: 1,
    sectorNumber: 1,
    cylinderLow: 0,
    cylinderHigh: 0,
    device: 0,
  });
}
