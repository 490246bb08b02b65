// What is in the machine's drives: contents only. Mechanics and bus come from the profile.
import type { DiskImage, ReadableImage } from '../boot/disk-image';

/** Media by drive; null: no such drive. A drive without a medium is there only for CD and floppy. */
export interface Drives {
  /** Primary master. */
  readonly hda: DiskImage | null;
  /** Primary slave: a second disk of the same make. */
  readonly hdb?: DiskImage | null;
  /** Secondary master: an ATAPI CD-ROM with a disc of 2048-byte sectors in it (4 image sectors each). */
  readonly cdrom?: ReadableImage | null;
  /** Drive A, 3.5 inch, 1.44 MB: 2880 sectors. */
  readonly fda?: DiskImage | null;
  /** What CMOS 10h says of a drive A that has no disk in it; 0 or absent: no such drive. */
  readonly emptyFloppyType?: number;
  /** SCSI disks by ID. Where the profile has a disk and nothing is given here, the disk is blank. */
  readonly scsi?: readonly (DiskImage | null)[];
}
