// The 512 bytes of IDENTIFY DEVICE (ATA-3, words 80-87 as in ATA-4), and the
// logical geometry a drive tells, which has little to do with its platters.
import { SECTOR_BYTES } from '../boot/disk-image';

/** Cylinders, heads and sectors as the host sees them. */
export interface LogicalGeometry {
  readonly cylinders: number;
  readonly heads: number;
  readonly sectorsPerTrack: number;
}

/** Name plate of a drive, ASCII; longer texts are cut. */
export interface DiskIdentity {
  /** Up to 40 characters. */
  readonly model: string;
  /** Up to 20 characters. */
  readonly serialNumber: string;
  /** Up to 8 characters. */
  readonly firmwareRevision: string;
}

/** Cycle times of PIO modes 3 and 4: two bytes each at 11.1 and 16.7 MB/s (docs/facts.md D2). */
const PIO_MODE_3_NS = 180;
const PIO_MODE_4_NS = 120;

/** What of IDENTIFY changes with settings. */
export interface IdentifySettings {
  /** Shortest PIO cycle of the drive, whole nanoseconds. */
  readonly pioCycleNs: number;
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
  identity: DiskIdentity,
  sectorCount: number,
  settings: IdentifySettings,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(SECTOR_BYTES);
  const setWord = (word: number, value: number) => {
    bytes[2 * word] = value & 0xff;
    bytes[2 * word + 1] = (value >>> 8) & 0xff;
  };
  const setDoubleWord = (word: number, value: number) => {
    setWord(word, value & 0xffff);
    setWord(word + 1, value >>> 16);
  };
  // Text is big-endian within each word.
  const setText = (word: number, words: number, text: string) => {
    const padded = text.padEnd(2 * words, ' ');
    for (let i = 0; i < words; i++) {
      setWord(word + i, (padded.charCodeAt(2 * i) << 8) | (padded.charCodeAt(2 * i + 1) & 0xff));
    }
  };
  const { defaultGeometry, currentGeometry, multipleSectors, isLookAheadEnabled } = settings;
  const currentSectors = currentGeometry.cylinders * currentGeometry.heads * currentGeometry.sectorsPerTrack;

  setWord(0, 0x0040); // ATA device, not removable
  setWord(1, defaultGeometry.cylinders);
  setWord(3, defaultGeometry.heads);
  setWord(6, defaultGeometry.sectorsPerTrack);
  setText(10, 10, identity.serialNumber);
  setText(23, 4, identity.firmwareRevision);
  setText(27, 20, identity.model);
  setWord(47, 0x8000 | MAX_MULTIPLE_SECTORS);
  setWord(49, 0x0a00); // IORDY and LBA supported, DMA not
  setWord(51, 0x0200); // PIO mode 2 timing without IORDY
  setWord(53, 0x0003); // words 54-58 and 64-70 are valid
  setWord(54, currentGeometry.cylinders);
  setWord(55, currentGeometry.heads);
  setWord(56, currentGeometry.sectorsPerTrack);
  setDoubleWord(57, currentSectors);
  setWord(59, multipleSectors > 0 ? 0x0100 | multipleSectors : 0);
  setDoubleWord(60, Math.min(sectorCount, MAX_LBA28_SECTORS));
  setWord(64, (settings.pioCycleNs <= PIO_MODE_3_NS ? 1 : 0) | (settings.pioCycleNs <= PIO_MODE_4_NS ? 2 : 0));
  setWord(67, settings.pioCycleNs); // ns per PIO cycle without flow control
  setWord(68, settings.pioCycleNs); // ns per PIO cycle with IORDY
  setWord(80, 0x001e); // ATA-1 to ATA-4
  setWord(82, 0x0048); // look-ahead, power management
  setWord(83, 0x5000); // bit 14 always; FLUSH CACHE
  setWord(84, 0x4000);
  setWord(85, 0x0008 | (isLookAheadEnabled ? 0x0040 : 0));
  setWord(86, 0x1000);
  setWord(87, 0x4000);
  return bytes;
}
