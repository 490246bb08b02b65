// A bzImage or zImage loaded as a boot loader does: set-up at 90000h, kernel at 100000h (10000h), initrd at the top of RAM.
// Boot protocol 2.00 to 2.15: Linux, Documentation/arch/x86/boot.rst; boot_params: zero-page.rst.
import type { BzImageHeader } from './bzimage';
import { readBzImageHeader } from './bzimage';
import type { KernelContent, KernelPlan, Placement } from './kernel-plan';
import { cString, HIGH_RAM, LOW_RAM_END, PAGE_BYTES, place, refuseKernel } from './kernel-plan';

const SETUP_ADDRESS = 0x9_0000;
/** Heap and stack of the set-up code end here, where the command line begins; offsets in the set-up segment. */
const HEAP_END = 0x9800;
const COMMAND_LINE_ADDRESS = SETUP_ADDRESS + HEAP_END;
/** Before protocol 2.02 the command line lies within the set-up segment, which ends at 9A000h. */
const MAX_COMMAND_LINE = 2047;

// Old command line convention, before protocol 2.02 ("The Kernel Command Line")
const CMD_LINE_MAGIC = 0x20;
const CMD_LINE_MAGIC_VALUE = 0xa33f;
const CMD_LINE_OFFSET = 0x22;

// Header fields ("The Real-Mode Kernel Header")
const HEADER_BEGIN = 0x1f1;
const VID_MODE = 0x1fa;
const JUMP_OPERAND = 0x201;
const HEADER = 0x202;
const TYPE_OF_LOADER = 0x210;
const LOADFLAGS = 0x211;
const SETUP_MOVE_SIZE = 0x212;
const CODE32_START = 0x214;
const RAMDISK_IMAGE = 0x218;
const RAMDISK_SIZE = 0x21c;
const HEAP_END_PTR = 0x224;
const CMD_LINE_PTR = 0x228;

const VIDEO_NORMAL = 0xffff;
const UNDEFINED_LOADER = 0xff;
const CAN_USE_HEAP = 0x80;

// Fields of boot_params outside the header (zero-page.rst; screen_info: include/uapi/linux/screen_info.h)
const EXT_MEM_K = 0x002;
const ORIG_VIDEO_PAGE = 0x004;
const ORIG_VIDEO_MODE = 0x006;
const ORIG_VIDEO_COLS = 0x007;
const ORIG_VIDEO_LINES = 0x00e;
const ORIG_VIDEO_IS_VGA = 0x00f;
const ORIG_VIDEO_POINTS = 0x010;
const ALT_MEM_K = 0x1e0;
const E820_ENTRIES = 0x1e8;
const E820_TABLE = 0x2d0;
const HEADER_LIMIT = 0x290;
const E820_RAM = 1;
const E820_RESERVED = 2;
const E820_ENTRY_BYTES = 20;
const VIDEO_MEMORY = 0xa_0000;
const SYSTEM_ROM = 0xe_0000;

/** Flat code at 10h, flat data at 18h. */
const LINUX_GDT = Uint32Array.from([0, 0, 0, 0, 0x0000_ffff, 0x00cf_9b00, 0x0000_ffff, 0x00cf_9300]);
const GDT_ADDRESS = COMMAND_LINE_ADDRESS - PAGE_BYTES;
const STACK_TOP = GDT_ADDRESS;

/**
 * Plans the start of a bzImage or zImage on a machine with `ramBytes` of RAM.
 * @throws EmulatorError EMU-IMAGE when it is none, or command line, kernel or initial RAM disk do not fit
 */
export function planLinux(content: KernelContent, ramBytes: number): KernelPlan {
  const { image, commandLine, initrd } = content;
  const header = readBzImageHeader(image);
  const longest = Math.min(header.commandLineMax, MAX_COMMAND_LINE);
  if (commandLine.length > longest) throw refuse(`it takes a command line of ${longest} characters at most`);
  const ramdisk = initrd && place(chooseInitrdAddress(header, initrd.length, ramBytes), initrd);
  const setup = image.slice(0, header.protectedModeOffset);
  writeLoaderFields(setup, header.protocol, commandLine.length, ramdisk);
  const shared = [
    place(header.loadAddress, image.subarray(header.protectedModeOffset)),
    place(COMMAND_LINE_ADDRESS, cString(commandLine)),
    ...(ramdisk ? [ramdisk] : []),
  ];
  return content.entry === 'flat32' ? planFlatEntry(shared, setup, header, ramBytes) : planSetupEntry(shared, setup);
}

/** The highest page at which the RAM disk ends within RAM and within what the kernel can reach. */
function chooseInitrdAddress(header: BzImageHeader, sizeBytes: number, ramBytes: number): number {
  const end = Math.min(ramBytes, header.initrdAddressMax + 1);
  const address = Math.floor((end - sizeBytes) / PAGE_BYTES) * PAGE_BYTES;
  if (address < Math.max(HIGH_RAM, header.neededEnd)) {
    const neededMib = Math.ceil((Math.max(HIGH_RAM, header.neededEnd) + sizeBytes) / 2 ** 20);
    throw refuse(`kernel and initial RAM disk need ${neededMib} MiB below ${end.toString(16)}h`);
  }
  return address;
}

/** The fields a loader owes ("Details of Header Fields"), each from its protocol on. */
function writeLoaderFields(setup: Uint8Array, protocol: number, lineLength: number, ramdisk: Placement | null): void {
  const view = new DataView(setup.buffer);
  view.setUint16(VID_MODE, VIDEO_NORMAL, true);
  setup[TYPE_OF_LOADER] = UNDEFINED_LOADER;
  if (ramdisk) {
    view.setUint32(RAMDISK_IMAGE, ramdisk.address, true);
    view.setUint32(RAMDISK_SIZE, ramdisk.sizeBytes, true);
  }
  if (protocol >= 0x0201) {
    setup[LOADFLAGS] |= CAN_USE_HEAP;
    view.setUint16(HEAP_END_PTR, HEAP_END - 0x200, true);
  }
  if (protocol >= 0x0202) {
    view.setUint32(CMD_LINE_PTR, COMMAND_LINE_ADDRESS, true);
  } else {
    view.setUint16(CMD_LINE_MAGIC, CMD_LINE_MAGIC_VALUE, true);
    view.setUint16(CMD_LINE_OFFSET, HEAP_END, true);
    view.setUint16(SETUP_MOVE_SIZE, HEAP_END + lineLength + 1, true);
  }
}

/** "Running the Kernel": all segments at the set-up code, the stack at the end of its heap. */
function planSetupEntry(shared: readonly Placement[], setup: Uint8Array): KernelPlan {
  const segment = SETUP_ADDRESS >>> 4;
  return {
    placements: [place(SETUP_ADDRESS, setup), ...shared],
    start: { mode: 'real', cs: segment + 0x20, eip: 0, data: segment, esp: HEAP_END },
  };
}

/** "32-bit Boot Protocol": we say what the set-up code would have asked the BIOS for. */
function planFlatEntry(
  shared: readonly Placement[],
  setup: Uint8Array,
  { protocol, loadAddress }: BzImageHeader,
  ramBytes: number,
): KernelPlan {
  if (protocol < 0x0202) throw refuse(`its boot protocol, ${protocol.toString(16)}h, has no 32-bit entry`);
  const parameters = new Uint8Array(PAGE_BYTES);
  const headerEnd = Math.min(HEADER + setup[JUMP_OPERAND], HEADER_LIMIT);
  parameters.set(setup.subarray(HEADER_BEGIN, headerEnd), HEADER_BEGIN);
  const view = new DataView(parameters.buffer);
  view.setUint32(CODE32_START, loadAddress, true);
  writeTextScreen(view);
  writeMemory(view, ramBytes);
  return {
    placements: [place(SETUP_ADDRESS, parameters), place(GDT_ADDRESS, new Uint8Array(LINUX_GDT.buffer)), ...shared],
    start: { mode: 'linux32', eip: loadAddress, esi: SETUP_ADDRESS, gdt: GDT_ADDRESS, esp: STACK_TOP },
  };
}

/** The 80 by 25 text mode that a video BIOS leaves behind. */
function writeTextScreen(view: DataView): void {
  view.setUint16(ORIG_VIDEO_PAGE, 0, true);
  view.setUint8(ORIG_VIDEO_MODE, 3);
  view.setUint8(ORIG_VIDEO_COLS, 80);
  view.setUint8(ORIG_VIDEO_LINES, 25);
  view.setUint8(ORIG_VIDEO_IS_VGA, 1);
  view.setUint16(ORIG_VIDEO_POINTS, 16, true);
}

function writeMemory(view: DataView, ramBytes: number): void {
  const ranges = [
    [0, LOW_RAM_END, E820_RAM],
    [LOW_RAM_END, VIDEO_MEMORY, E820_RESERVED],
    [SYSTEM_ROM, HIGH_RAM, E820_RESERVED],
    [HIGH_RAM, ramBytes, E820_RAM],
  ];
  view.setUint8(E820_ENTRIES, ranges.length);
  ranges.forEach(([base, end, type], i) => {
    const at = E820_TABLE + i * E820_ENTRY_BYTES;
    view.setUint32(at, base, true);
    view.setUint32(at + 8, end - base, true);
    view.setUint32(at + 16, type, true);
  });
  const extendedKib = (ramBytes - HIGH_RAM) / 1024;
  view.setUint16(EXT_MEM_K, Math.min(extendedKib, 0xfc00), true);
  view.setUint32(ALT_MEM_K, extendedKib, true);
}

function refuse(why: string) {
  return refuseKernel(why, 'Choose another kernel, a shorter command line, or give the machine more memory.');
}
