// bzImage files: reading the header and growing the kernel inside. Boot protocol: Linux Documentation/arch/x86/boot.rst.
import { EmulatorError } from '../errors';
import { crc32 } from './crc-32';
import { makeDeflatedFiller } from './deflate-filler';

export const SECTOR_BYTES = 512;

// Header offsets in the file (boot.rst, "The Real-Mode Kernel Header")
const SETUP_SECTS = 0x1f1;
const SYSSIZE = 0x1f4;
const BOOT_FLAG = 0x1fe;
const HEADER = 0x202;
const VERSION = 0x206;
const LOADFLAGS = 0x211;
const INITRD_ADDR_MAX = 0x22c;
const KERNEL_ALIGNMENT = 0x230;
const RELOCATABLE_KERNEL = 0x234;
const CMDLINE_SIZE = 0x238;
const PAYLOAD_OFFSET = 0x248;
const PAYLOAD_LENGTH = 0x24c;
const PREF_ADDRESS = 0x258;
const INIT_SIZE = 0x260;

/** loadflags bit 0: the protected-mode part is loaded at 100000h; clear (a zImage) at 10000h, in 512 KiB. */
const LOADED_HIGH = 0x01;
const HIGH_ADDRESS = 0x10_0000;
const LOW_ADDRESS = 0x1_0000;
const LOW_END = 0x9_0000;
/** What the fields were worth before they were there. */
const OLD_INITRD_ADDR_MAX = 0x37ff_ffff;
const OLD_CMDLINE_SIZE = 255;
/** An empty final stored block on a byte boundary, then CRC32 and ISIZE. */
const GZIP_END = [0x01, 0x00, 0x00, 0xff, 0xff];
const GZIP_TAIL_BYTES = GZIP_END.length + 8;

/** What a loader needs to know of a bzImage or zImage, whatever its protocol. */
export interface BzImageHeader {
  /** Set-up sectors with the boot sector counted. */
  readonly setupSectors: number;
  /** Boot protocol, for example 0x0208. */
  readonly protocol: number;
  /** Offset of the protected-mode part in the file. */
  readonly protectedModeOffset: number;
  /** Where a loader puts the protected-mode part: 100000h, or 10000h for a zImage. */
  readonly loadAddress: number;
  /** The kernel unpacks itself up to here, before it knows what is RAM; until then nothing else may lie below. */
  readonly neededEnd: number;
  /** The last address an initial RAM disk may take. */
  readonly initrdAddressMax: number;
  /** Characters of the command line, its NUL not counted. */
  readonly commandLineMax: number;
  /** Where the compressed payload lies in the file; zero length before protocol 2.08. */
  readonly payloadOffset: number;
  readonly payloadBytes: number;
}

/**
 * Reads the header.
 * @throws EmulatorError EMU-IMAGE when this is no bzImage, or shorter than its header says
 */
export function readBzImageHeader(image: Uint8Array): BzImageHeader {
  const refuse = (why: string): never => {
    throw new EmulatorError(
      'EMU-IMAGE',
      `The kernel is no usable bzImage: ${why}.`,
      'Choose a complete bzImage file.',
      {
        sizeBytes: image.length,
      },
    );
  };
  if (image.length < 1024) refuse(`${image.length} bytes are less than a boot sector and one set-up sector`);
  const view = new DataView(image.buffer, image.byteOffset, image.byteLength);
  if (view.getUint16(BOOT_FLAG, true) !== 0xaa55) refuse('the boot flag AA55h is missing');
  if (view.getUint32(HEADER, false) !== 0x48647253) refuse('the signature "HdrS" is missing');
  const protocol = view.getUint16(VERSION, true);
  if (protocol < 0x0200) refuse(`boot protocol ${protocol.toString(16)}h is older than 2.00`);
  const setupSectors = (image[SETUP_SECTS] || 4) + 1;
  const protectedModeOffset = setupSectors * SECTOR_BYTES;
  // Before protocol 2.04 the upper half of syssize was another field, of no use to loaders.
  const paragraphs = protocol >= 0x0204 ? view.getUint32(SYSSIZE, true) : view.getUint16(SYSSIZE, true);
  const expectedBytes = protectedModeOffset + paragraphs * 16;
  // syssize counts paragraphs, rounded up; some builders leave up to 15 bytes off the end.
  if (image.length + 15 < expectedBytes) {
    refuse(`it is cut off: ${image.length} bytes of ${expectedBytes}`);
  }
  const loadAddress = image[LOADFLAGS] & LOADED_HIGH ? HIGH_ADDRESS : LOW_ADDRESS;
  const loadedEnd = loadAddress + image.length - protectedModeOffset;
  if (loadAddress === LOW_ADDRESS && loadedEnd > LOW_END) refuse('it loads low (a zImage) and is too large for that');
  const hasPayloadFields = protocol >= 0x0208;
  const payloadBytes = hasPayloadFields ? view.getUint32(PAYLOAD_LENGTH, true) : 0;
  const payloadOffset = hasPayloadFields ? protectedModeOffset + view.getUint32(PAYLOAD_OFFSET, true) : 0;
  if (payloadOffset + payloadBytes > image.length) refuse('its compressed payload reaches beyond its end');
  return {
    setupSectors,
    protocol,
    protectedModeOffset,
    loadAddress,
    neededEnd: Math.max(loadedEnd, protocol >= 0x020a ? readInitEnd(view, loadAddress) : 0),
    initrdAddressMax: protocol >= 0x0203 ? view.getUint32(INITRD_ADDR_MAX, true) : OLD_INITRD_ADDR_MAX,
    commandLineMax: (protocol >= 0x0206 && view.getUint32(CMDLINE_SIZE, true)) || OLD_CMDLINE_SIZE,
    payloadOffset,
    payloadBytes,
  };
}

/** End of the init_size bytes that begin at the runtime start address (boot.rst, "init_size"). Protocol 2.10. */
function readInitEnd(view: DataView, loadAddress: number): number {
  const preferred = view.getUint32(PREF_ADDRESS, true);
  const alignment = view.getUint32(KERNEL_ALIGNMENT, true) || 1;
  const isRelocatable = view.getUint8(RELOCATABLE_KERNEL) !== 0;
  const start = isRelocatable ? Math.max(roundUp(loadAddress, alignment), preferred) : preferred;
  return start + view.getUint32(INIT_SIZE, true);
}

/**
 * A lab kernel whose unpacked image is `fillerBytes` longer. The filler is compressed like code (about 2.2 : 1).
 * @throws EmulatorError EMU-IMAGE when the payload is not the gzip member the lab kernel's builder makes
 */
export function growLabKernel(image: Uint8Array, fillerBytes: number): Uint8Array {
  const header = readBzImageHeader(image);
  if (fillerBytes === 0) return image;
  const payloadEnd = header.payloadOffset + header.payloadBytes;
  const tail = image.subarray(payloadEnd - GZIP_TAIL_BYTES, payloadEnd);
  if (header.payloadBytes < GZIP_TAIL_BYTES || GZIP_END.some((byte, i) => tail[i] !== byte)) {
    throw new EmulatorError(
      'EMU-IMAGE',
      'The kernel cannot be made larger: its payload does not end as the lab kernel builder leaves it.',
      'Build the lab kernel with resources/guest/Makefile, or set kernel.fillerBytes to 0.',
    );
  }
  const tailView = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  const kernelCrc = tailView.getUint32(GZIP_END.length, true);
  const kernelBytes = tailView.getUint32(GZIP_END.length + 4, true);

  const filler = makeDeflatedFiller(fillerBytes);
  const kept = image.subarray(header.payloadOffset, payloadEnd - GZIP_TAIL_BYTES);
  const payload = new Uint8Array(kept.length + filler.deflated.length + 8);
  payload.set(kept);
  payload.set(filler.deflated, kept.length);
  const trailer = new DataView(payload.buffer, payload.length - 8);
  trailer.setUint32(0, crc32(filler.plain, kernelCrc), true);
  trailer.setUint32(4, kernelBytes + fillerBytes, true);
  return withPayload(image, payload);
}

/** The image with another payload, its header fields in step. Protocol 2.08. */
export function withPayload(image: Uint8Array, payload: Uint8Array): Uint8Array {
  const { payloadOffset, payloadBytes, protectedModeOffset } = readBzImageHeader(image);
  const behindPayload = image.subarray(payloadOffset + payloadBytes);
  const payloadEnd = payloadOffset + payload.length;
  const sizeBytes = roundUp(payloadEnd + behindPayload.length - protectedModeOffset, 16);
  const changed = new Uint8Array(protectedModeOffset + sizeBytes);
  changed.set(image.subarray(0, payloadOffset));
  changed.set(payload, payloadOffset);
  changed.set(behindPayload, payloadEnd);
  const view = new DataView(changed.buffer);
  view.setUint32(PAYLOAD_LENGTH, payload.length, true);
  view.setUint32(SYSSIZE, sizeBytes / 16, true);
  return changed;
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
