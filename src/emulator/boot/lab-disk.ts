// Builds the disk the machine boots from: loader, its configuration and sector map, a directory, the kernel file.
// The layout is described in resources/guest/README.md; the loader and the lab kernel read the same one.
import { EmulatorError } from '../errors';
import { readBzImageHeader, SECTOR_BYTES } from './bzimage';

// Sector numbers (LBA)
const STAGE2 = 1;
const STAGE2_SECTORS = 15;
const CONFIGURATION = 16;
const MAP = 17;
const MAP_SECTORS = 15;
const DIRECTORY = 32;
const DIRECTORY_SECTORS = 4;
export const FIRST_FILE_SECTOR = 64;

const MAP_ENTRY_BYTES = 8;
const MAP_ENTRIES_PER_SECTOR = SECTOR_BYTES / MAP_ENTRY_BYTES;
/** INT 13h extended reads move at most 127 sectors at once (Phoenix EDD 1.1). */
const SECTORS_PER_READ = 127;
const COMMAND_LINE_MAX_BYTES = 255;
const PARTITION_TABLE = 0x1be;

/** What goes onto the disk. */
export interface LabDiskContent {
  readonly loaderStage1: Uint8Array;
  readonly loaderStage2: Uint8Array;
  /** A bzImage. */
  readonly kernel: Uint8Array;
  /** The lab's init program; the kernel reads it as /sbin/init. */
  readonly init: Uint8Array;
  readonly commandLine: string;
  /** LILO's unit. */
  readonly promptTenths: number;
}

/**
 * The used beginning of the disk; what lies behind it is zero.
 * @throws EmulatorError EMU-IMAGE when a part does not fit its place
 */
export function buildLabDisk(content: LabDiskContent): Uint8Array {
  const { kernel, init, loaderStage1, loaderStage2 } = content;
  refuseIf(loaderStage1.length > PARTITION_TABLE, 'The first loader stage is longer than 446 bytes.');
  refuseIf(loaderStage2.length > STAGE2_SECTORS * SECTOR_BYTES, 'The second loader stage is longer than 15 sectors.');
  const header = readBzImageHeader(kernel);
  const kernelSectors = Math.ceil(kernel.length / SECTOR_BYTES);
  const initSector = FIRST_FILE_SECTOR + kernelSectors;

  const disk = new Uint8Array(initSector * SECTOR_BYTES + Math.ceil(init.length / SECTOR_BYTES) * SECTOR_BYTES);
  disk.set(loaderStage1);
  writePartitionTable(disk);
  disk.set(loaderStage2, STAGE2 * SECTOR_BYTES);
  const mapEntries = writeMap(disk, header.setupSectors, kernelSectors);
  writeConfiguration(disk, content, header.setupSectors, mapEntries);
  writeDirectory(disk, [
    { name: '/boot/kernel', firstSector: FIRST_FILE_SECTOR, sizeBytes: kernel.length },
    { name: '/sbin/init', firstSector: initSector, sizeBytes: init.length },
  ]);
  disk.set(kernel, FIRST_FILE_SECTOR * SECTOR_BYTES);
  disk.set(init, initSector * SECTOR_BYTES);
  return disk;
}

/** One active partition over the whole used disk: BIOSes look for the signature, people for the entry. */
function writePartitionTable(disk: Uint8Array): void {
  const view = new DataView(disk.buffer);
  disk[PARTITION_TABLE] = 0x80; // active
  disk[PARTITION_TABLE + 4] = 0x83; // Linux
  view.setUint32(PARTITION_TABLE + 8, 1, true);
  view.setUint32(PARTITION_TABLE + 12, disk.length / SECTOR_BYTES - 1, true);
  view.setUint16(0x1fe, 0xaa55, true);
}

/** Writes the kernel's sector map and gives the number of its entries. The set-up sectors get an entry of their own. */
function writeMap(disk: Uint8Array, setupSectors: number, kernelSectors: number): number {
  const view = new DataView(disk.buffer);
  let entries = 0;
  for (let done = 0; done < kernelSectors;) {
    const left = done < setupSectors ? setupSectors - done : kernelSectors - done;
    const count = Math.min(left, SECTORS_PER_READ);
    refuseIf(entries === MAP_SECTORS * MAP_ENTRIES_PER_SECTOR, 'The kernel is too large for the loader map.');
    const at = MAP * SECTOR_BYTES + entries++ * MAP_ENTRY_BYTES;
    view.setUint32(at, FIRST_FILE_SECTOR + done, true);
    view.setUint16(at + 4, count, true);
    done += count;
  }
  return entries;
}

function writeConfiguration(disk: Uint8Array, content: LabDiskContent, setupSectors: number, mapEntries: number): void {
  const base = CONFIGURATION * SECTOR_BYTES;
  const view = new DataView(disk.buffer);
  const commandLine = asciiBytes(content.commandLine);
  refuseIf(
    commandLine.length > COMMAND_LINE_MAX_BYTES,
    `The kernel command line has ${commandLine.length} characters; the loader takes ${COMMAND_LINE_MAX_BYTES}.`,
  );
  disk.set(asciiBytes('BLLOADER'), base);
  view.setUint16(base + 8, 1, true);
  view.setUint16(base + 10, content.promptTenths, true);
  view.setUint32(base + 12, MAP, true);
  view.setUint32(base + 16, mapEntries, true);
  view.setUint32(base + 20, content.kernel.length, true);
  view.setUint16(base + 24, setupSectors, true);
  view.setUint16(base + 26, commandLine.length, true);
  disk.set(asciiBytes('lab'), base + 28);
  disk.set(commandLine, base + 64);
}

interface DirectoryEntry {
  readonly name: string;
  readonly firstSector: number;
  readonly sizeBytes: number;
}

function writeDirectory(disk: Uint8Array, entries: readonly DirectoryEntry[]): void {
  const base = DIRECTORY * SECTOR_BYTES;
  const view = new DataView(disk.buffer);
  refuseIf(16 + entries.length * 32 > DIRECTORY_SECTORS * SECTOR_BYTES, 'Too many files for the directory.');
  disk.set(asciiBytes('LABFS1'), base);
  view.setUint32(base + 8, entries.length, true);
  entries.forEach((entry, i) => {
    const at = base + 16 + i * 32;
    disk.set(asciiBytes(entry.name), at);
    view.setUint32(at + 24, entry.firstSector, true);
    view.setUint32(at + 28, entry.sizeBytes, true);
  });
}

function asciiBytes(text: string): Uint8Array {
  refuseIf(/[^\x20-\x7e]/.test(text), 'The kernel command line has characters outside printable ASCII.');
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function refuseIf(condition: boolean, message: string): void {
  if (condition) throw new EmulatorError('EMU-IMAGE', message, 'Make it shorter, or correct the guest images.');
}
