// A bzImage loaded as a boot loader does, for its 16-bit entry: set-up at 90000h, kernel at 100000h, initrd at the top.
// Boot protocol: Linux, Documentation/arch/x86/boot.rst.
import { readBzImageHeader } from './bzimage';
import type { KernelContent, KernelPlan } from './kernel-plan';
import { cString, HIGH_RAM, PAGE_BYTES, place, refuseKernel } from './kernel-plan';

const SETUP_ADDRESS = 0x9_0000;
const COMMAND_LINE_ADDRESS = 0x9_9800;
const MAX_COMMAND_LINE = 2047;
/** Heap and stack of the set-up code end below the command line; the field counts from 200h. */
const HEAP_END = 0x9800 - 0x200;

// Header fields (boot.rst, "The Real-Mode Kernel Header")
const VID_MODE = 0x1fa;
const TYPE_OF_LOADER = 0x210;
const LOADFLAGS = 0x211;
const RAMDISK_IMAGE = 0x218;
const RAMDISK_SIZE = 0x21c;
const HEAP_END_PTR = 0x224;
const CMD_LINE_PTR = 0x228;
const INITRD_ADDR_MAX = 0x22c;

const VIDEO_NORMAL = 0xffff;
const UNDEFINED_LOADER = 0xff;
const CAN_USE_HEAP = 0x80;
/** Before protocol 2.03 the field for the highest address of an initrd was not there. */
const OLD_INITRD_MAX = 0x37ff_ffff;

/**
 * Plans the start of a bzImage on a machine with `ramBytes` of RAM.
 * @throws EmulatorError EMU-IMAGE when it is no bzImage of protocol 2.02 or later, or does not fit
 */
export function planLinux({ image, commandLine, initrd }: KernelContent, ramBytes: number): KernelPlan {
  const { protectedModeOffset, protocol } = readBzImageHeader(image);
  if (protocol < 0x0202) throw refuse(`its boot protocol is ${protocol.toString(16)}h, older than 2.02`);
  if (commandLine.length > MAX_COMMAND_LINE) throw refuse(`its command line is longer than ${MAX_COMMAND_LINE}`);
  const setup = image.slice(0, protectedModeOffset);
  const view = new DataView(setup.buffer);
  view.setUint16(VID_MODE, VIDEO_NORMAL, true);
  setup[TYPE_OF_LOADER] = UNDEFINED_LOADER;
  setup[LOADFLAGS] |= CAN_USE_HEAP;
  view.setUint16(HEAP_END_PTR, HEAP_END, true);
  view.setUint32(CMD_LINE_PTR, COMMAND_LINE_ADDRESS, true);

  const placements = [place(HIGH_RAM, image.subarray(protectedModeOffset))];
  if (initrd) {
    const highest = protocol >= 0x0203 ? view.getUint32(INITRD_ADDR_MAX, true) : OLD_INITRD_MAX;
    const end = Math.min(ramBytes, highest + 1);
    const address = Math.floor((end - initrd.length) / PAGE_BYTES) * PAGE_BYTES;
    if (address < HIGH_RAM + image.length) throw refuse('the initial RAM disk does not fit above it');
    view.setUint32(RAMDISK_IMAGE, address, true);
    view.setUint32(RAMDISK_SIZE, initrd.length, true);
    placements.push(place(address, initrd));
  }
  placements.push(place(SETUP_ADDRESS, setup), place(COMMAND_LINE_ADDRESS, cString(commandLine)));
  const segment = SETUP_ADDRESS >>> 4;
  return {
    placements,
    start: { mode: 'real', cs: segment + 0x20, eip: 0, data: segment, esp: HEAP_END + 0x200 },
  };
}

function refuse(why: string) {
  return refuseKernel(why, 'Choose a bzImage of boot protocol 2.02 or later, and enough memory.');
}
