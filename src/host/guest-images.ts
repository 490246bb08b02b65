// The images of the software inside the machine, as resources/guest builds them. Looked at closely enough that a
// missing or cut-off file is named here and not by a guest that hangs.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Result } from '../contract/api';
import type { Schema } from '../contract/schemas';
import { codeSymbolsSchema, describeIssues, guestSymbolsSchema } from '../contract/schemas';
import type { GuestImages } from '../emulator/index';
import { describeFileError, fail, succeed } from './failure';

const FILES = {
  bios: 'bios.bin',
  videoRom: 'video.bin',
  scsiRom: 'scsi-rom.bin',
  networkRom: 'net-rom.bin',
  loaderStage1: 'loader-stage1.bin',
  loaderStage2: 'loader-stage2.bin',
  kernel: 'lab-kernel.bin',
  init: 'init.bin',
  linuxAgent: 'linux-agent.bin',
} as const;

const SYMBOLS_FILE = 'symbols.json';
const CODE_FILE = 'code-symbols.json';

const SECTOR_BYTES = 512;
const SYSTEM_ROM_BYTES = 128 * 1024;
const MAX_OPTION_ROM_BYTES = 32 * 1024;
/** What the partition table leaves of a boot sector. */
const MAX_STAGE1_BYTES = 446;
/** LBA 1 to 15. */
const MAX_STAGE2_SECTORS = 15;

const REBUILD = 'Install Bootlab again, or rebuild the images with "make -C resources/guest".';

/** What is wrong with an image, or null. */
type Check = (image: Uint8Array) => string | null;

const CHECKS: Readonly<Record<keyof typeof FILES, Check>> = {
  bios: (image) =>
    image.length === SYSTEM_ROM_BYTES ? null : `it has ${image.length} bytes, a system ROM has ${SYSTEM_ROM_BYTES}`,
  videoRom: checkOptionRom,
  scsiRom: checkOptionRom,
  networkRom: checkOptionRom,
  loaderStage1: (image) =>
    image.length > 0 && image.length <= MAX_STAGE1_BYTES
      ? null
      : `it has ${image.length} bytes, the code of a boot sector has 1 to ${MAX_STAGE1_BYTES}`,
  loaderStage2: (image) =>
    image.length > 0 && image.length <= MAX_STAGE2_SECTORS * SECTOR_BYTES
      ? null
      : `it has ${image.length} bytes, the second stage has 1 to ${MAX_STAGE2_SECTORS * SECTOR_BYTES}`,
  kernel: checkBzImage,
  init: checkNotEmpty,
  linuxAgent: checkNotEmpty,
};

function checkNotEmpty(image: Uint8Array): string | null {
  return image.length > 0 ? null : 'it is empty';
}

/** An option ROM says its own length in units of 512 bytes at offset 2 (PnP BIOS specification, section 3.2). */
function checkOptionRom(image: Uint8Array): string | null {
  if (image[0] !== 0x55 || image[1] !== 0xaa) return 'it does not begin with 55 AA';
  if (image.length > MAX_OPTION_ROM_BYTES) return `it has ${image.length} bytes, more than ${MAX_OPTION_ROM_BYTES}`;
  const statedBytes = image[2] * SECTOR_BYTES;
  return statedBytes <= image.length ? null : `it has ${image.length} bytes, its header says ${statedBytes}`;
}

/** Offsets of the set-up header: Linux, Documentation/arch/x86/boot.rst. */
function checkBzImage(image: Uint8Array): string | null {
  if (image.length < 0x250) return `it has ${image.length} bytes, too few for a kernel`;
  const view = new DataView(image.buffer, image.byteOffset, image.byteLength);
  const HDRS = 0x5372_6448;
  if (view.getUint32(0x202, true) !== HDRS) return 'it has no set-up header';
  const setupSectors = view.getUint8(0x1f1) || 4;
  const payloadOffset = view.getUint32(0x248, true);
  const payloadLength = view.getUint32(0x24c, true);
  const neededBytes = (setupSectors + 1) * SECTOR_BYTES + payloadOffset + payloadLength;
  return neededBytes <= image.length ? null : `it has ${image.length} bytes, its header says at least ${neededBytes}`;
}

/** Reads the images of `imagesDir` (resources/guest/build). */
export async function loadGuestImages(imagesDir: string): Promise<Result<GuestImages>> {
  const images: Record<string, Uint8Array> = {};
  for (const [part, fileName] of Object.entries(FILES)) {
    const file = await readImage(join(imagesDir, fileName));
    if (!file.ok) return file;
    const fault = CHECKS[part as keyof typeof FILES](file.value);
    if (fault) return damaged(join(imagesDir, fileName), fault);
    images[part] = file.value;
  }
  const symbols = await readTable(join(imagesDir, SYMBOLS_FILE), guestSymbolsSchema);
  if (!symbols.ok) return symbols;
  const code = await readTable(join(imagesDir, CODE_FILE), codeSymbolsSchema);
  if (!code.ok) return code;
  return succeed({ ...images, symbols: symbols.value, code: code.value } as GuestImages);
}

async function readImage(file: string): Promise<Result<Uint8Array>> {
  try {
    // A copy of its own: Node's small Buffers share one pool, which would cross to the worker whole.
    return succeed(Uint8Array.from(await readFile(file)));
  } catch (error) {
    return fail('HOST-IMAGE-MISSING', `${file} cannot be read: ${describeFileError(error)}.`, REBUILD);
  }
}

async function readTable<Table>(file: string, schema: Schema<Table>): Promise<Result<Table>> {
  const bytes = await readImage(file);
  if (!bytes.ok) return bytes;
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes.value));
  } catch {
    return damaged(file, 'it is no JSON');
  }
  const parsed = schema.safeParse(json);
  return parsed.success ? succeed(parsed.data) : damaged(file, describeIssues(parsed.error));
}

function damaged(file: string, fault: string) {
  return fail('HOST-IMAGE-DAMAGED', `${file} is damaged: ${fault}.`, REBUILD);
}
