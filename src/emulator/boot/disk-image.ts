// The content of a disk: sectors of 512 bytes. Writes never touch the bytes a disk was made from,
// so that many runs share one image and start from the same content.
import { EmulatorError } from '../errors';

export const SECTOR_BYTES = 512;

/** Sectors that can be read. LBAs are the caller's duty: 0 <= lba < sectorCount. */
export interface ReadableImage {
  readonly sectorCount: number;
  /** 512 bytes, to be read only: it may be a view on the image itself. */
  readSector(lba: number): Uint8Array;
}

/** Bytes of an image that need not be in memory. The same bytes whenever they are read. */
export interface ImageSource {
  readonly sizeBytes: number;
  /** Bytes from `offset` on, fewer where the image ends. To be read only, and only until the next call. */
  read(offset: number, sizeBytes: number): Uint8Array;
}

/** Sectors that can be read and written. */
export interface DiskImage extends ReadableImage {
  /** Keeps a copy of the 512 bytes. */
  writeSector(lba: number, data: Uint8Array): void;
}

const EMPTY_SECTOR = new Uint8Array(SECTOR_BYTES);

/** The source whose bytes are in memory already. */
export function sourceOfBytes(bytes: Uint8Array): ImageSource {
  return { sizeBytes: bytes.length, read: (offset, sizeBytes) => bytes.subarray(offset, offset + sizeBytes) };
}

/** A disk in memory: an immutable base and the sectors written since, kept apart. */
export class CopyOnWriteDiskImage implements DiskImage {
  readonly sectorCount: number;
  private readonly written = new Map<number, Uint8Array>();

  /**
   * @param base content of the disk from its first sector on; never changed, and not to be changed by others
   * @param sizeBytes size of the disk where it is larger than its content: the rest reads as zeros
   * @throws EmulatorError EMU-IMAGE when the content is empty, larger than the disk, or no whole number of sectors
   */
  constructor(
    private readonly base: Uint8Array,
    sizeBytes = base.length,
  ) {
    if (base.length === 0 || base.length % SECTOR_BYTES !== 0) {
      throw new EmulatorError(
        'EMU-IMAGE',
        `The disk image has ${base.length} bytes, which is not a whole number of ${SECTOR_BYTES}-byte sectors.`,
        'Use a raw image of a whole disk, not a compressed or truncated one.',
        { sizeBytes: base.length, sectorBytes: SECTOR_BYTES },
      );
    }
    if (sizeBytes < base.length) {
      throw new EmulatorError(
        'EMU-IMAGE',
        `The disk image has ${base.length} bytes, more than the drive's ${sizeBytes}.`,
        'Use a smaller image, or a profile with a larger drive.',
        { sizeBytes: base.length, driveBytes: sizeBytes },
      );
    }
    this.sectorCount = Math.floor(sizeBytes / SECTOR_BYTES);
  }

  readSector(lba: number): Uint8Array {
    const offset = lba * SECTOR_BYTES;
    const original = offset < this.base.length ? this.base.subarray(offset, offset + SECTOR_BYTES) : EMPTY_SECTOR;
    return this.written.get(lba) ?? original;
  }

  writeSector(lba: number, data: Uint8Array): void {
    this.written.set(lba, data.slice(0, SECTOR_BYTES));
  }

  /** The sectors written so far, by LBA in the order of their first write: what a snapshot keeps. */
  writtenSectors(): ReadonlyMap<number, Uint8Array> {
    return this.written;
  }

  /** Replaces all writes by those of a snapshot. */
  restoreWrittenSectors(sectors: ReadonlyMap<number, Uint8Array>): void {
    const copies = [...sectors].map(([lba, data]) => [lba, data.slice()] as const);
    this.written.clear();
    for (const [lba, data] of copies) this.written.set(lba, data);
  }
}
