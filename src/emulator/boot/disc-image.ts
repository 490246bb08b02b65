// The content of a CD-ROM: blocks of 2048 bytes in a raw image (ISO 9660, UDF or anything), four sectors each.
// An ISO 9660 volume says how long it is (ECMA-119, 8.4.8): a file that ends before that was cut off.
import { EmulatorError } from '../errors';
import type { ImageSource, ReadableImage } from './disk-image';
import { SECTOR_BYTES } from './disk-image';

const BLOCK_BYTES = 2048;
const SECTORS_PER_BLOCK = BLOCK_BYTES / SECTOR_BYTES;
/** The primary volume descriptor: type 1, "CD001" (ECMA-119, 8.4). */
const DESCRIPTOR_BLOCK = 16;
const DESCRIPTOR_START = [0x01, 0x43, 0x44, 0x30, 0x30, 0x31];
const SPACE_SIZE_OFFSET = 80;
const BLOCK_SIZE_OFFSET = 128;
/** What a disc of 99 minutes holds: more has no address in minutes, seconds and frames. */
const MAX_BLOCKS = 100 * 60 * 75 - 150;

/**
 * A disc with the bytes of an image; its last block is filled up with zeros.
 * @throws EmulatorError EMU-IMAGE when the image is empty, cut off, or larger than a disc
 */
export function createDisc(source: ImageSource): ReadableImage {
  const blockCount = Math.ceil(source.sizeBytes / BLOCK_BYTES);
  if (blockCount === 0) refuse('The disc image is empty.', 'Check the name of the file.', 0);
  if (blockCount > MAX_BLOCKS) {
    refuse(
      `The disc image has ${source.sizeBytes} bytes; a CD-ROM holds ${MAX_BLOCKS * BLOCK_BYTES} at most.`,
      'Use a smaller image, or give it as a disk with --hda.',
      source.sizeBytes,
    );
  }
  const volumeBytes = volumeBytesOf(source);
  if (volumeBytes !== null && volumeBytes > source.sizeBytes) {
    refuse(
      `The disc image is cut off: its volume has ${volumeBytes} bytes, the file only ${source.sizeBytes}.`,
      'Copy or download it again.',
      source.sizeBytes,
    );
  }
  return {
    sectorCount: blockCount * SECTORS_PER_BLOCK,
    readSector(lba) {
      const bytes = source.read(lba * SECTOR_BYTES, SECTOR_BYTES);
      if (bytes.length === SECTOR_BYTES) return bytes;
      const filled = new Uint8Array(SECTOR_BYTES);
      filled.set(bytes);
      return filled;
    },
  };
}

/** What the primary volume descriptor says, null when there is none. */
function volumeBytesOf(source: ImageSource): number | null {
  const descriptor = source.read(DESCRIPTOR_BLOCK * BLOCK_BYTES, BLOCK_BYTES);
  const isThere = descriptor.length === BLOCK_BYTES && DESCRIPTOR_START.every((byte, i) => descriptor[i] === byte);
  if (!isThere) return null;
  const view = new DataView(descriptor.buffer, descriptor.byteOffset, BLOCK_BYTES);
  return view.getUint32(SPACE_SIZE_OFFSET, true) * view.getUint16(BLOCK_SIZE_OFFSET, true);
}

function refuse(message: string, nextStep: string, sizeBytes: number): never {
  throw new EmulatorError('EMU-IMAGE', message, nextStep, { sizeBytes });
}
