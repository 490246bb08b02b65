// The purgatory on the real machine: what it finds, and where it goes then. Its SHA-256 is held against Node's.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startKernel } from '../../src/emulator/boot/start-kernel';
import { place } from '../../src/emulator/boot/kernel-plan';
import { CR0, CS, DS, EAX, EBP, EBX, EDI, EIP, ESI, SEGMENT, SEGMENT_WORDS } from '../../src/emulator/cpu/state';
import { SEG_SELECTOR } from '../../src/emulator/cpu/state';
import { createMachine } from '../../src/emulator/machine';
import { drawStartingConditions } from '../../src/emulator/variation';
import { readGuestImages } from '../support/guest-images';
import { testProfile } from '../support/test-profile';

const IMAGES = readGuestImages();
const PURGATORY = new Uint8Array(readFileSync(join(import.meta.dirname, '../../resources/guest/build/purgatory.bin')));
const SYMBOLS = IMAGES.symbols.purgatory;

const PURGATORY_AT = 0x9_2000;
const PURGATORY_BYTES = 0x4000;
const BOOT_PARAMS = 0x9_0000;
const KERNEL = 0x10_0000;
/** purgatory.h: magic, entry, parameters, count, digest, regions. */
const DATA = 0;

interface Region {
  readonly address: number;
  readonly bytes: Uint8Array;
}

function loadedPurgatory(regions: readonly Region[], digest: Uint8Array): Uint8Array {
  const image = PURGATORY.slice();
  const view = new DataView(image.buffer);
  view.setUint32(DATA + 4, KERNEL, true);
  view.setUint32(DATA + 8, BOOT_PARAMS, true);
  view.setUint32(DATA + 12, regions.length, true);
  image.set(digest, DATA + 16);
  regions.forEach(({ address, bytes }, i) => {
    view.setUint32(DATA + 48 + 8 * i, address, true);
    view.setUint32(DATA + 52 + 8 * i, bytes.length, true);
  });
  return image;
}

const digestOf = (regions: readonly Region[]) => {
  const hash = createHash('sha256');
  for (const { bytes } of regions) hash.update(bytes);
  return new Uint8Array(hash.digest());
};

/** Runs the purgatory as the stub enters it, in front of a kernel that halts; its words need a screen that POST set up. */
function run(regions: readonly Region[], digest: Uint8Array, isAfterPost = false) {
  const roms = { bios: IMAGES.bios, video: IMAGES.videoRom };
  const start = drawStartingConditions(0, []);
  const machine = createMachine({ profile: testProfile(), roms, drives: { hda: null }, start });
  machine.powerOn();
  if (isAfterPost) {
    const stopAtBoot = (vector: number) => {
      if (vector === 0x19) machine.requestStop();
    };
    machine.cpu.observer = { softwareInterrupt: stopAtBoot };
    expect(machine.run({ limitCycles: 5e9, heartbeat: () => true })).toBe('stopped');
    machine.cpu.observer = null;
    // 8 bits, divisor 1: 115200 baud
    [0x83, 0x01, 0x00, 0x03].forEach((value, i) => machine.bus.writePort([0x3fb, 0x3f8, 0x3f9, 0x3fb][i], 1, value));
  }
  const placements = [
    place(PURGATORY_AT, loadedPurgatory(regions, digest), PURGATORY_BYTES),
    place(KERNEL, Uint8Array.from([0xf4])),
    ...regions.map(({ address, bytes }) => place(address, bytes)),
  ];
  startKernel(machine, { placements, start: { mode: 'flat32', eip: SYMBOLS.purgatory_start, eax: 0, ebx: 0 } });
  const end = machine.run({ limitCycles: 20e9, heartbeat: () => true });
  const { i32 } = machine.memory;
  const selector = (segment: number) => i32[SEGMENT + segment * SEGMENT_WORDS + SEG_SELECTOR] & 0xffff;
  return { machine, end, i32, selector };
}

const bytes = (length: number, seed = 0) => Uint8Array.from({ length }, (_, i) => (i * 31 + seed + (i >> 8)) & 0xff);

describe('the purgatory', () => {
  it('begins with its mark, its entry behind its data', () => {
    expect(SYMBOLS.purgatory_start).toBe(PURGATORY_AT + 0x100);
    expect(new DataView(PURGATORY.buffer).getUint32(DATA, true)).toBe(0x47525550);
  });

  it('enters the kernel as the 32-bit boot protocol asks, nothing being to check', () => {
    const { end, i32, selector } = run([], new Uint8Array(32));
    expect(end).toBe('stuck');
    expect(i32[EIP]).toBe(KERNEL + 1);
    expect([i32[ESI], i32[EBX], i32[EBP], i32[EDI]]).toEqual([BOOT_PARAMS, 0, 0, 0]);
    expect([selector(CS), selector(DS)]).toEqual([0x10, 0x18]);
    expect(i32[CR0] & 0x8000_0001).toBe(1);
    expect(i32[EAX]).toBe(KERNEL);
  });

  it.each([0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 4097])('finds the digest of %i bytes right', (length) => {
    const regions = [{ address: 0x20_0000, bytes: bytes(length) }];
    expect(run(regions, digestOf(regions)).i32[EIP]).toBe(KERNEL + 1);
  });

  it('takes the digest of all regions, one behind the other', () => {
    const lengths = [100, 64, 4096, 1, 70_000];
    const regions = lengths.map((length, i) => ({ address: 0x20_0000 + i * 0x2_0000, bytes: bytes(length, i) }));
    expect(run(regions, digestOf(regions)).i32[EIP]).toBe(KERNEL + 1);
  });

  it('stays where it is, and says why, when one bit is not as it was', () => {
    const loaded = [{ address: 0x20_0000, bytes: bytes(5000) }];
    const wanted = digestOf(loaded);
    loaded[0].bytes[4321] ^= 0x10;
    const { machine, end, i32 } = run(loaded, wanted, true);
    expect(end).toBe('stuck');
    expect(i32[EIP]).toBe(SYMBOLS.purgatory_mismatch + 1);
    const hex = (digest: Uint8Array) => Buffer.from(digest).toString('hex');
    const lines = [
      'purgatory: the loaded segments have changed',
      `sha256 found  ${hex(digestOf(loaded))}`,
      `sha256 wanted ${hex(wanted)}`,
    ];
    expect(machine.serialText).toContain(lines.join('\r\n'));
    expect(
      machine.chips.vga
        .textScreen()!
        .lines.slice(0, 3)
        .map((line) => line.trimEnd()),
    ).toEqual(lines);
  });
});
