// Builds the disk the machine boots from: loader, its configuration and sector maps, a directory, kernel and RAM disk.
// The layout is described in resources/guest/README.md; the loader and the lab kernel read the same one.
import { EmulatorError } from '../errors';
import { readBzImageHeader, SECTOR_BYTES } from './bzimage';

// Sector numbers (LBA)
const STAGE2 = 1;
const STAGE2_SECTORS = 15;
const CONFIGURATION = 16;
const DIRECTORY = 32;
const DIRECTORY_SECTORS = 4;
const MAP = DIRECTORY + DIRECTORY_SECTORS;
/** Files begin here, or behind the maps of very large ones. */
export const FIRST_FILE_SECTOR = 64;

const MAP_ENTRY_BYTES = 8;
const MAP_ENTRIES_PER_SECTOR = SECTOR_BYTES / MAP_ENTRY_BYTES;
/** INT 13h extended reads move at most 127 sectors at once (Phoenix EDD 1.1). */
const SECTORS_PER_READ = 127;
/** The loader reads the maps at once. */
const MAP_MAX_ENTRIES = SECTORS_PER_READ * MAP_ENTRIES_PER_SECTOR;
const COMMAND_LINE_MAX_BYTES = 2047;
const PARTITION_TABLE = 0x1be;

/** What goes onto the disk. */
export interface LabDiskContent {
  readonly loaderStage1: Uint8Array;
  readonly loaderStage2: Uint8Array;
  /** A bzImage or zImage. */
  readonly kernel: Uint8Array;
  /** Given to the kernel by the loader. */
  readonly initrd?: Uint8Array | null;
  /** The lab's init program, for the lab kernel: it reads /sbin/init. */
  readonly init: Uint8Array;
  readonly commandLine: string;
  /** LILO's unit. */
  readonly promptTenths: number;
  /** What the lab's services read; null or absent: nothing. */
  readonly services?: ServicesWork | null;
}

/** Work of services that start and stop, for the lab's init (resources/guest/init/workload.c). */
export interface ServicesWork {
  readonly reads: number;
  readonly readBytes: number;
  readonly computeLoops: number;
  readonly stopReads: number;
  /** Size of the file they read from. It has no content: it lies behind what is stored, and reads as zeros. */
  readonly spanBytes: number;
}

/**
 * The used beginning of the disk; what lies behind it is zero.
 * @throws EmulatorError EMU-IMAGE when a part does not fit its place
 */
export function buildLabDisk(content: LabDiskContent): Uint8Array {
  const { kernel, loaderStage1, loaderStage2, commandLine } = content;
  refuseIf(loaderStage1.length > PARTITION_TABLE, 'The first loader stage is longer than 446 bytes.');
  refuseIf(loaderStage2.length > STAGE2_SECTORS * SECTOR_BYTES, 'The second loader stage is longer than 15 sectors.');
  const { setupSectors, commandLineMax } = readBzImageHeader(kernel);
  const longest = Math.min(commandLineMax, COMMAND_LINE_MAX_BYTES);
  refuseIf(
    commandLine.length > longest,
    `The kernel command line has ${commandLine.length} characters; this kernel takes ${longest}.`,
  );
  const initrd = content.initrd ?? new Uint8Array(0);
  const kernelPieces = cutIntoPieces(sectorsOf(kernel), setupSectors);
  const initrdPieces = cutIntoPieces(sectorsOf(initrd), 0);
  const mapEntries = kernelPieces.length + initrdPieces.length;
  refuseIf(mapEntries > MAP_MAX_ENTRIES, 'Kernel and initial RAM disk are too large for the loader map.');

  const files = [
    { name: '/boot/kernel', bytes: kernel },
    ...(content.initrd ? [{ name: '/boot/initrd', bytes: initrd }] : []),
    ...(content.init.length > 0 ? [{ name: '/sbin/init', bytes: content.init }] : []),
    ...(content.services ? [{ name: '/etc/services.conf', bytes: servicesConfiguration(content.services) }] : []),
  ];
  let end = Math.max(FIRST_FILE_SECTOR, MAP + Math.ceil(mapEntries / MAP_ENTRIES_PER_SECTOR));
  const placed = files.map(({ name, bytes }) => {
    const firstSector = end;
    end += sectorsOf(bytes);
    return { name, bytes, firstSector };
  });
  const disk = new Uint8Array(end * SECTOR_BYTES);
  disk.set(loaderStage1);
  writePartitionTable(disk);
  disk.set(loaderStage2, STAGE2 * SECTOR_BYTES);
  writeConfiguration(disk, content, setupSectors, kernelPieces.length, initrdPieces.length);
  writeMap(disk, kernelPieces, placed[0].firstSector, 0);
  if (initrdPieces.length > 0) writeMap(disk, initrdPieces, placed[1].firstSector, kernelPieces.length);
  writeDirectory(disk, [
    ...placed.map(({ name, bytes, firstSector }) => ({ name, firstSector, sizeBytes: bytes.length })),
    ...(content.services ? [{ name: '/var/data', firstSector: end, sizeBytes: content.services.spanBytes }] : []),
  ]);
  for (const { bytes, firstSector } of placed) disk.set(bytes, firstSector * SECTOR_BYTES);
  return disk;
}

function sectorsOf(bytes: Uint8Array): number {
  return Math.ceil(bytes.length / SECTOR_BYTES);
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

/** Lengths, in sectors, of the pieces a file is read in. The set-up sectors get a piece of their own. */
function cutIntoPieces(fileSectors: number, setupSectors: number): number[] {
  const pieces: number[] = [];
  for (let done = 0; done < fileSectors; done += pieces[pieces.length - 1]) {
    const left = done < setupSectors ? setupSectors - done : fileSectors - done;
    pieces.push(Math.min(left, SECTORS_PER_READ));
  }
  return pieces;
}

function writeMap(disk: Uint8Array, pieces: readonly number[], firstSector: number, firstEntry: number): void {
  const view = new DataView(disk.buffer);
  let lba = firstSector;
  pieces.forEach((count, i) => {
    const at = MAP * SECTOR_BYTES + (firstEntry + i) * MAP_ENTRY_BYTES;
    view.setUint32(at, lba, true);
    view.setUint16(at + 4, count, true);
    lba += count;
  });
}

function writeConfiguration(
  disk: Uint8Array,
  content: LabDiskContent,
  setupSectors: number,
  kernelEntries: number,
  initrdEntries: number,
): void {
  const base = CONFIGURATION * SECTOR_BYTES;
  const view = new DataView(disk.buffer);
  const commandLine = asciiBytes(content.commandLine);
  disk.set(asciiBytes('BLLOADER'), base);
  view.setUint16(base + 8, 2, true);
  view.setUint16(base + 10, content.promptTenths, true);
  view.setUint32(base + 12, MAP, true);
  view.setUint32(base + 16, kernelEntries, true);
  view.setUint32(base + 20, content.kernel.length, true);
  view.setUint16(base + 24, setupSectors, true);
  view.setUint16(base + 26, commandLine.length, true);
  disk.set(asciiBytes('lab'), base + 28);
  view.setUint32(base + 44, initrdEntries, true);
  view.setUint32(base + 48, content.initrd?.length ?? 0, true);
  disk.set(commandLine, base + 64);
}

/** One line: numbers with a blank between. */
function servicesConfiguration({ reads, readBytes, computeLoops, stopReads }: ServicesWork): Uint8Array {
  return asciiBytes([reads, readBytes, computeLoops, stopReads].join(' '));
}

interface DirectoryEntry {
  readonly name: string;
  readonly firstSector: number;
  readonly sizeBytes: number;
}

function writeDirectory(disk: Uint8Array, files: readonly DirectoryEntry[]): void {
  const base = DIRECTORY * SECTOR_BYTES;
  const view = new DataView(disk.buffer);
  refuseIf(16 + files.length * 32 > DIRECTORY_SECTORS * SECTOR_BYTES, 'Too many files for the directory.');
  disk.set(asciiBytes('LABFS1'), base);
  view.setUint32(base + 8, files.length, true);
  files.forEach(({ name, firstSector, sizeBytes }, i) => {
    const at = base + 16 + i * 32;
    disk.set(asciiBytes(name), at);
    view.setUint32(at + 24, firstSector, true);
    view.setUint32(at + 28, sizeBytes, true);
  });
}

function asciiBytes(text: string): Uint8Array {
  refuseIf(/[^\x20-\x7e]/.test(text), 'The kernel command line has characters outside printable ASCII.');
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function refuseIf(condition: boolean, message: string): void {
  if (condition) throw new EmulatorError('EMU-IMAGE', message, 'Make it shorter, or correct the guest images.');
}
