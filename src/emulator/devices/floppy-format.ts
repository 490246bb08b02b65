// The formats of floppy disks by the size of their image, and where sectors lie on a track.
// MFM track of the System/34 format: Intel 82077AA datasheet, "Track formats"; gaps: IBM diskette BASE tables, Linux drivers/block/floppy.c.
import { EmulatorError } from '../errors';

/** How a disk is formatted, and the drive it needs. */
export interface FloppyFormat {
  readonly name: string;
  readonly cylinders: number;
  readonly heads: number;
  readonly sectorsPerTrack: number;
  readonly dataRateKbps: 250 | 500 | 1000;
  readonly rpm: 300 | 360;
  /** From ID to data field, and behind the data: bytes. */
  readonly gap2Bytes: number;
  readonly gap3Bytes: number;
  /** Type of the drive in CMOS 10h. */
  readonly cmosType: number;
}

const SECTOR_BYTES = 512;

const shape = (cylinders: number, heads: number, sectorsPerTrack: number) => ({ cylinders, heads, sectorsPerTrack });
const DOUBLE = { dataRateKbps: 250, rpm: 300, gap2Bytes: 22, gap3Bytes: 0x50 } as const;

const FORMATS: readonly FloppyFormat[] = [
  { name: '360K', ...shape(40, 2, 9), ...DOUBLE, cmosType: 1 },
  { name: '720K', ...shape(80, 2, 9), ...DOUBLE, cmosType: 4 },
  { name: '1.2M', ...shape(80, 2, 15), dataRateKbps: 500, rpm: 360, gap2Bytes: 22, gap3Bytes: 0x54, cmosType: 2 },
  { name: '1.44M', ...shape(80, 2, 18), dataRateKbps: 500, rpm: 300, gap2Bytes: 22, gap3Bytes: 0x6c, cmosType: 4 },
  { name: '2.88M', ...shape(80, 2, 36), dataRateKbps: 1000, rpm: 300, gap2Bytes: 41, gap3Bytes: 0x53, cmosType: 5 },
];

/** What a drive without a disk is taken for. */
export const DEFAULT_FLOPPY_FORMAT = FORMATS[3];

/** Index to the first ID field: gap 4a, sync, index mark, gap 1. */
const PREAMBLE_BYTES = 80 + 12 + 4 + 50;
/** Sync, address mark, C H R N, CRC. */
const ID_BYTES = 12 + 4 + 4 + 2;
/** Sync and mark before the data, CRC behind them. */
const DATA_MARK_BYTES = 12 + 4;
const CRC_BYTES = 2;

/** A sector's place, in bytes from the index. */
export interface SectorPlace {
  readonly idEnd: number;
  readonly dataStart: number;
}

/** Bytes that pass under the head in a second and in a revolution. */
export function trackTiming({ dataRateKbps, rpm }: FloppyFormat): { byteHz: number; trackBytes: number } {
  const byteHz = (dataRateKbps * 1000) / 8;
  return { byteHz, trackBytes: Math.floor((byteHz * 60) / rpm) };
}

/** Where sector `index` (0 is the first behind the index hole) lies: sectors are not interleaved. */
export function sectorPlace({ gap2Bytes, gap3Bytes }: FloppyFormat, index: number): SectorPlace {
  const sectorBytes = ID_BYTES + gap2Bytes + DATA_MARK_BYTES + SECTOR_BYTES + CRC_BYTES + gap3Bytes;
  const idEnd = PREAMBLE_BYTES + index * sectorBytes + ID_BYTES;
  return { idEnd, dataStart: idEnd + gap2Bytes + DATA_MARK_BYTES };
}

/**
 * The format of an image of `sizeBytes`.
 * @throws EmulatorError EMU-IMAGE where no floppy disk has that size
 */
export function floppyFormatOf(sizeBytes: number): FloppyFormat {
  const bytesOf = ({ cylinders, heads, sectorsPerTrack }: FloppyFormat) =>
    cylinders * heads * sectorsPerTrack * SECTOR_BYTES;
  const format = FORMATS.find((candidate) => bytesOf(candidate) === sizeBytes);
  if (format) return format;
  const sizes = FORMATS.map((candidate) => `${bytesOf(candidate)} (${candidate.name})`).join(', ');
  throw new EmulatorError(
    'EMU-IMAGE',
    `The floppy image has ${sizeBytes} bytes; floppy disks have ${sizes}.`,
    'Use a raw image of a whole disk; fill a shorter one up with zeros.',
    { sizeBytes },
  );
}
