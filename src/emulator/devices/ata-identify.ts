// The 512 bytes of IDENTIFY DEVICE (ATA/ATAPI-5, 8.12; words of 48-bit addresses: ATA/ATAPI-6, 8.15), and the
// logical geometry a drive tells, which has little to do with its platters.
import type { DriveIdentity } from './ata-identify-words';
import { ConfigurationWords } from './ata-identify-words';
import type { DmaMode, TransferModes } from './ata-transfer-mode';
import { hasDma, putTransferModes } from './ata-transfer-mode';

/** Cylinders, heads and sectors as the host sees them. */
export interface LogicalGeometry {
  readonly cylinders: number;
  readonly heads: number;
  readonly sectorsPerTrack: number;
}

/** What of IDENTIFY changes with settings. */
export interface IdentifySettings {
  readonly modes: TransferModes;
  readonly dmaMode: DmaMode;
  /** 48-bit addresses and the EXT commands. */
  readonly hasLongAddresses: boolean;
  readonly defaultGeometry: LogicalGeometry;
  readonly currentGeometry: LogicalGeometry;
  /** SET MULTIPLE MODE, 0 = off. */
  readonly multipleSectors: number;
  readonly isLookAheadEnabled: boolean;
}

/** Largest block of READ and WRITE MULTIPLE. */
export const MAX_MULTIPLE_SECTORS = 16;

const MAX_CYLINDERS = 16383;
const MAX_HEADS = 16;
const MAX_SECTORS_PER_TRACK = 63;
const MAX_LBA28_SECTORS = 0x0fff_ffff;

/**
 * The default translation: the drive's own heads and track length if a BIOS can address them, else 16 heads of 63
 * sectors; no more than 16383 cylinders (ATA-3 annex B, devices below 8 GB).
 */
export function defaultGeometryFor(sectorCount: number, heads: number, sectorsPerTrack: number): LogicalGeometry {
  const isAddressable = heads <= MAX_HEADS && sectorsPerTrack <= MAX_SECTORS_PER_TRACK;
  return geometryFor(
    sectorCount,
    isAddressable ? heads : MAX_HEADS,
    isAddressable ? sectorsPerTrack : MAX_SECTORS_PER_TRACK,
    MAX_CYLINDERS,
  );
}

/** As many whole cylinders of `heads` x `sectorsPerTrack` as fit into the sectors, at least 1. */
export function geometryFor(
  sectorCount: number,
  heads: number,
  sectorsPerTrack: number,
  maxCylinders = 0xffff,
): LogicalGeometry {
  const cylinders = Math.min(maxCylinders, Math.max(1, Math.floor(sectorCount / (heads * sectorsPerTrack))));
  return { cylinders, heads, sectorsPerTrack };
}

/** The sector that IDENTIFY DEVICE transfers. */
export function buildIdentifyData(
  identity: DriveIdentity,
  sectorCount: number,
  settings: IdentifySettings,
): Uint8Array<ArrayBuffer> {
  const words = new ConfigurationWords();
  const { defaultGeometry, currentGeometry, multipleSectors, isLookAheadEnabled, modes, hasLongAddresses } = settings;
  const currentSectors = currentGeometry.cylinders * currentGeometry.heads * currentGeometry.sectorsPerTrack;

  words.set(0, 0x0040); // ATA device, not removable
  words.set(1, defaultGeometry.cylinders);
  words.set(3, defaultGeometry.heads);
  words.set(6, defaultGeometry.sectorsPerTrack);
  words.setIdentity(identity);
  words.set(47, 0x8000 | MAX_MULTIPLE_SECTORS);
  words.set(49, 0x0a00 | (hasDma(modes) ? 0x0100 : 0)); // IORDY, LBA, DMA
  words.set(54, currentGeometry.cylinders);
  words.set(55, currentGeometry.heads);
  words.set(56, currentGeometry.sectorsPerTrack);
  words.setLong(57, 2, currentSectors);
  words.set(59, multipleSectors > 0 ? 0x0100 | multipleSectors : 0);
  words.setLong(60, 2, Math.min(sectorCount, MAX_LBA28_SECTORS));
  putTransferModes(words, modes, settings.dmaMode);
  words.set(80, hasLongAddresses ? 0x007e : modes.ultraDmaModes > 0 ? 0x003e : 0x001e); // up to ATA/ATAPI-6, -5, -4
  words.set(82, 0x0048); // look-ahead, power management
  const commandSets = hasLongAddresses ? 0x3400 : 0x1000; // FLUSH CACHE, and its EXT form with 48-bit addresses
  words.set(83, 0x4000 | commandSets);
  words.set(84, 0x4000);
  words.set(85, 0x0008 | (isLookAheadEnabled ? 0x0040 : 0));
  words.set(86, commandSets);
  words.set(87, 0x4000);
  if (hasLongAddresses) words.setLong(100, 4, sectorCount);
  return words.bytes;
}
