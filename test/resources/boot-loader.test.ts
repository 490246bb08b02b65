// The boot loader on the real machine, from power-on to the kernel's set-up code: kernels of every kind, and its refusals.
import { beforeAll, describe, expect, it } from 'vitest';
import { CopyOnWriteDiskImage } from '../../src/emulator/boot/disk-image';
import type { LabDiskContent } from '../../src/emulator/boot/lab-disk';
import { buildLabDisk } from '../../src/emulator/boot/lab-disk';
import { CS, EIP, ESP, SEGMENT, SEGMENT_WORDS, SEG_SELECTOR, SS } from '../../src/emulator/cpu/state';
import type { Machine } from '../../src/emulator/machine';
import { createMachine } from '../../src/emulator/machine';
import { applyOverlay } from '../../src/emulator/profile';
import { drawStartingConditions } from '../../src/emulator/variation';
import { readGuestImages } from '../support/guest-images';
import type { LinuxHeader } from '../support/linux-kernels';
import { linuxKernel } from '../support/linux-kernels';
import { testProfile } from '../support/test-profile';

const IMAGES = readGuestImages();
const MIB = 2 ** 20;
const RAM_BYTES = 4 * MIB;
const SETUP = 0x9_0000;

/** A kernel whose set-up code stops the machine at its first instruction. */
function haltingKernel(header: LinuxHeader): Uint8Array {
  const image = linuxKernel(header);
  image.set([0xfa, 0xf4], 0x200 + 2 + image[0x201]); // where the header's jump goes: CLI, HLT
  return image;
}

interface Boot extends Partial<LabDiskContent> {
  /** Damages the disk before it is used. */
  readonly change?: (disk: Uint8Array) => void;
}

/** The machine once the loader has started the kernel, or given up. */
function boot(kernel: Uint8Array, { change, ...content }: Boot = {}): Machine {
  const { loaderStage1, loaderStage2 } = IMAGES;
  const rest = { commandLine: 'quiet', init: new Uint8Array(0), promptTenths: 0 };
  const disk = buildLabDisk({ loaderStage1, loaderStage2, kernel, ...rest, ...content });
  change?.(disk);
  const profile = applyOverlay(testProfile(), { 'memory.ramBytes': RAM_BYTES });
  const machine = createMachine({
    profile,
    roms: { bios: IMAGES.bios, video: IMAGES.videoRom },
    drives: { hda: new CopyOnWriteDiskImage(disk, 64 * MIB) },
    start: drawStartingConditions(0, []),
  });
  machine.powerOn();
  let isOver = false;
  const end = machine.run({
    limitCycles: 6e9,
    heartbeat: () => {
      isOver = REFUSAL.test(machine.consoleText());
      return !isOver;
    },
  });
  expect(end).toBe(isOver ? 'cancelled' : 'stuck');
  return machine;
}

const REFUSAL = /no kernel on|older than|does not fit|larger than 512|checksum|not ours|wrong number/;

const ramOf = ({ memory: { u8, ramOffset } }: Machine) => u8.subarray(ramOffset, ramOffset + RAM_BYTES);
const wordAt = (ram: Uint8Array, address: number) => new DataView(ram.buffer, ram.byteOffset).getUint32(address, true);
const textAt = (ram: Uint8Array, address: number) =>
  String.fromCharCode(...ram.subarray(address, ram.indexOf(0, address)));

const versions = [0x0200, 0x0201, 0x0202, 0x0203, 0x0206, 0x020a, 0x020f].map(
  (protocol) => [`2.${(protocol & 0xff).toString().padStart(2, '0')}`, protocol] as const,
);

describe.each(versions)('a kernel of boot protocol %s', (_, protocol) => {
  const header = { protocol, kernelBytes: 70_001, initrdAddressMax: 0x2f_ffff, initSize: MIB };
  const kernel = haltingKernel(header);
  const initrd = Uint8Array.from({ length: 150_000 }, (_, i) => (i * 7) & 0xff);
  let machine: Machine;
  let ram: Uint8Array;
  beforeAll(() => {
    machine = boot(kernel, { initrd, commandLine: 'a=b c' });
    ram = ramOf(machine);
  });

  it('is entered at its set-up code, with a stack that ends where its heap does', () => {
    const { i32 } = machine.memory;
    const selector = (segment: number) => i32[SEGMENT + segment * SEGMENT_WORDS + SEG_SELECTOR] & 0xffff;
    expect([selector(CS), i32[EIP], selector(SS)]).toEqual([0x9020, 0x66, 0x9000]);
    expect(i32[ESP] & 0xffff).toBe(protocol >= 0x0202 ? 0xe000 : 0x9800);
    if (protocol >= 0x0201) expect(wordAt(ram, SETUP + 0x224) & 0xffff).toBe((i32[ESP] & 0xffff) - 0x200);
  });

  it('lies at 1 MiB byte for byte', () => {
    const file = kernel.subarray(5 * 512);
    expect(Buffer.compare(ram.subarray(MIB, MIB + file.length), file)).toBe(0);
  });

  it('finds its command line', () => {
    const [mark, offset] = [wordAt(ram, SETUP + 0x20) & 0xffff, wordAt(ram, SETUP + 0x20) >>> 16];
    if (protocol >= 0x0202) expect(textAt(ram, wordAt(ram, SETUP + 0x228))).toBe('a=b c');
    else expect([mark, textAt(ram, SETUP + offset)]).toEqual([0xa33f, 'a=b c']);
  });

  it('finds its RAM disk on the highest page it can reach', () => {
    const end = protocol >= 0x0203 ? 0x30_0000 : RAM_BYTES;
    const address = wordAt(ram, SETUP + 0x218);
    expect(address).toBe(end - 37 * 4096);
    expect(wordAt(ram, SETUP + 0x21c)).toBe(initrd.length);
    expect(Buffer.compare(ram.subarray(address, address + initrd.length), initrd)).toBe(0);
  });
});

describe('the boot loader', () => {
  it('brings a zImage down to 10000h', () => {
    const kernel = haltingKernel({ protocol: 0x0201, isLoadedHigh: false, kernelBytes: 300_000 });
    const ram = ramOf(boot(kernel));
    expect(Buffer.compare(ram.subarray(0x1_0000, 0x1_0000 + 300_000), kernel.subarray(5 * 512))).toBe(0);
    expect(wordAt(ram, SETUP + 0x224) & 0xffff).toBe(0x9600);
  });

  it('hands on a command line of 2047 characters', () => {
    const commandLine = 'x'.repeat(2046) + 'y';
    const ram = ramOf(boot(haltingKernel({ protocol: 0x020f }), { commandLine }));
    expect(textAt(ram, wordAt(ram, SETUP + 0x228))).toBe(commandLine);
  });

  it.each<[string, RegExp, Uint8Array, Boot]>([
    [
      'there is no kernel',
      /no kernel on this disk/,
      haltingKernel({ protocol: 0x0203 }),
      { change: (disk) => disk.fill(0, 16 * 512 + 16, 16 * 512 + 20) },
    ],
    [
      'the kernel knows no boot protocol',
      /boot protocol older than 2.00/,
      haltingKernel({ protocol: 0x0203 }),
      { change: (disk) => disk.fill(0, 64 * 512 + 0x202, 64 * 512 + 0x206) },
    ],
    [
      'the RAM disk does not fit above what the kernel needs',
      /initial RAM disk does not fit/,
      haltingKernel({ protocol: 0x020a, initSize: 3 * MIB - 4096 }),
      { initrd: new Uint8Array(4097) },
    ],
    [
      'the map is of another file',
      /sectors do not add up/,
      haltingKernel({ protocol: 0x0203 }),
      { initrd: new Uint8Array(5000), change: (disk) => disk.fill(9, 16 * 512 + 49, 16 * 512 + 50) },
    ],
  ])('says so when %s', (_, message, kernel, content) => {
    expect(boot(kernel, content).consoleText()).toMatch(message);
  });
});
