// Multiboot kernels: 32-bit ELF, or any file with the header's address fields.
// Multiboot Specification 0.6.96, sections 3.1 (header), 3.2 (machine state), 3.3 (information).
import type { KernelContent, KernelPlan, Placement } from './kernel-plan';
import { alignUp, cString, HIGH_RAM, LOW_RAM_END, PAGE_BYTES, place, refuseKernel } from './kernel-plan';

const HEADER_MAGIC = 0x1badb002;
const LOADER_MAGIC = 0x2badb002;
/** The header lies within so many bytes, on a multiple of 4. */
const HEADER_SEARCH_BYTES = 8192;
const HEADER_BYTES = 12;

const FLAG_ADDRESSES = 1 << 16; // the address fields are valid
const FLAGS_UNDERSTOOD = FLAG_ADDRESSES | 0x0007; // page alignment, memory, video (which may be ignored)
const FLAGS_REQUIRED = 0xffff; // what a loader must refuse when it does not understand it

const INFO_MEMORY = 1 << 0;
const INFO_COMMAND_LINE = 1 << 2;
const INFO_MODULES = 1 << 3;
const INFO_MEMORY_MAP = 1 << 6;
const INFO_LOADER_NAME = 1 << 9;
const INFO_BYTES = 88;
const MODULE_BYTES = 16;
const MEMORY_MAP_ENTRY_BYTES = 24;
const AVAILABLE_RAM = 1;

/** Where the information goes; the second when the kernel itself is at the first. */
const INFO_ADDRESSES = [0x9000, 0x8_0000];

const ELF_MAGIC = 0x464c457f;
const PT_LOAD = 1;

/** Offset of the Multiboot header, or -1. */
export function findMultibootHeader(image: Uint8Array): number {
  const view = viewOf(image);
  const end = Math.min(image.length, HEADER_SEARCH_BYTES) - HEADER_BYTES;
  for (let at = 0; at <= end; at += 4) {
    if (view.getUint32(at, true) !== HEADER_MAGIC) continue;
    const sum = HEADER_MAGIC + view.getUint32(at + 4, true) + view.getUint32(at + 8, true);
    if (sum >>> 0 === 0) return at;
  }
  return -1;
}

/**
 * Plans the start of a Multiboot kernel on a machine with `ramBytes` of RAM.
 * @throws EmulatorError EMU-IMAGE for a damaged file or a header that asks for what is not offered
 */
export function planMultiboot({ image, commandLine, initrd }: KernelContent, ramBytes: number): KernelPlan {
  const header = findMultibootHeader(image);
  if (header < 0) throw refuse('it has no Multiboot header');
  const flags = viewOf(image).getUint32(header + 4, true);
  if (flags & FLAGS_REQUIRED & ~FLAGS_UNDERSTOOD) throw refuse('its header asks for a feature nobody has defined');

  const { entry, segments } = flags & FLAG_ADDRESSES ? placeByHeader(image, header) : placeElf(image);
  const end = Math.max(HIGH_RAM, ...segments.map(({ address, sizeBytes }) => address + sizeBytes));
  const modules = initrd ? [place(alignUp(end, PAGE_BYTES), initrd)] : [];
  const infoAddress = INFO_ADDRESSES.find((address) => segments.every((one) => !overlaps(one, address))) ?? -1;
  if (infoAddress < 0) throw refuse('it leaves no room for the information about the machine');
  const info = makeInfo(infoAddress, commandLine, modules, ramBytes);
  return {
    placements: [...segments, ...modules, place(infoAddress, info)],
    start: { mode: 'flat32', eip: entry, eax: LOADER_MAGIC, ebx: infoAddress },
  };
}

/** A page is enough for the information unless the command line is a novel. */
function overlaps({ address, sizeBytes }: Placement, infoAddress: number): boolean {
  return address < infoAddress + 2 * PAGE_BYTES && address + sizeBytes > infoAddress;
}

interface Placed {
  readonly entry: number;
  readonly segments: readonly Placement[];
}

/** The address fields: header, load, load end, bss end, entry. Zero ends mean "the whole file" and "no bss". */
function placeByHeader(image: Uint8Array, header: number): Placed {
  if (header + 32 > image.length) throw refuse('its header is cut off');
  const view = viewOf(image);
  const field = (index: number) => view.getUint32(header + 12 + 4 * index, true);
  const [headerAddress, loadAddress, loadEnd, bssEnd, entry] = [0, 1, 2, 3, 4].map(field);
  const fileOffset = header - (headerAddress - loadAddress);
  if (fileOffset < 0 || fileOffset > header) throw refuse('its address fields contradict each other');
  const bytes = image.subarray(fileOffset, loadEnd === 0 ? image.length : fileOffset + loadEnd - loadAddress);
  const sizeBytes = bssEnd === 0 ? bytes.length : bssEnd - loadAddress;
  if (sizeBytes < bytes.length) throw refuse('its address fields contradict each other');
  return { entry, segments: [place(loadAddress, bytes, sizeBytes)] };
}

/** ELF32, little-endian (System V ABI, chapters 4 and 5): what is to be loaded, at its physical addresses. */
function placeElf(image: Uint8Array): Placed {
  const view = viewOf(image);
  const isElf32 = image.length >= 52 && view.getUint32(0, true) === ELF_MAGIC && image[4] === 1 && image[5] === 1;
  if (!isElf32) throw refuse('it is no 32-bit ELF file and its header has no addresses');
  const tableOffset = view.getUint32(28, true);
  const entryBytes = view.getUint16(42, true);
  const count = view.getUint16(44, true);
  if (entryBytes < 32 || tableOffset + count * entryBytes > image.length)
    throw refuse('its program headers are cut off');
  const segments: Placement[] = [];
  for (let i = 0; i < count; i++) {
    const at = tableOffset + i * entryBytes;
    const [type, offset, , physicalAddress, fileBytes, memoryBytes] = [0, 4, 8, 12, 16, 20].map((field) =>
      view.getUint32(at + field, true),
    );
    if (type !== PT_LOAD || memoryBytes === 0) continue;
    if (offset + fileBytes > image.length || fileBytes > memoryBytes) throw refuse('a segment of it is cut off');
    segments.push(place(physicalAddress, image.subarray(offset, offset + fileBytes), memoryBytes));
  }
  if (segments.length === 0) throw refuse('there is nothing in it to load');
  return { entry: view.getUint32(24, true), segments };
}

function makeInfo(address: number, commandLine: string, modules: readonly Placement[], ramBytes: number): Uint8Array {
  const text = cString(commandLine);
  const loaderName = cString('Bootlab');
  const moduleTable = INFO_BYTES;
  const memoryMap = moduleTable + MODULE_BYTES * modules.length;
  const textOffset = memoryMap + 2 * MEMORY_MAP_ENTRY_BYTES;
  const nameOffset = textOffset + text.length;
  const info = new Uint8Array(nameOffset + loaderName.length);
  const view = viewOf(info);
  const put = (offset: number, value: number) => view.setUint32(offset, value, true);
  put(0, INFO_MEMORY | INFO_COMMAND_LINE | INFO_MEMORY_MAP | INFO_LOADER_NAME | (modules.length ? INFO_MODULES : 0));
  put(4, LOW_RAM_END >>> 10);
  put(8, (ramBytes - HIGH_RAM) / 1024);
  put(16, address + textOffset);
  put(20, modules.length);
  put(24, address + moduleTable);
  put(44, 2 * MEMORY_MAP_ENTRY_BYTES);
  put(48, address + memoryMap);
  put(64, address + nameOffset);
  modules.forEach((module, i) => {
    put(moduleTable + MODULE_BYTES * i, module.address);
    put(moduleTable + MODULE_BYTES * i + 4, module.address + module.sizeBytes);
  });
  const ranges = [
    [0, LOW_RAM_END],
    [HIGH_RAM, ramBytes - HIGH_RAM],
  ];
  ranges.forEach(([base, sizeBytes], i) => {
    const at = memoryMap + MEMORY_MAP_ENTRY_BYTES * i;
    put(at, MEMORY_MAP_ENTRY_BYTES - 4); // the size field does not count itself
    put(at + 4, base);
    put(at + 12, sizeBytes);
    put(at + 20, AVAILABLE_RAM);
  });
  info.set(text, textOffset);
  info.set(loaderName, nameOffset);
  return info;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function refuse(why: string) {
  return refuseKernel(why, 'Choose a complete Multiboot 1 kernel.');
}
