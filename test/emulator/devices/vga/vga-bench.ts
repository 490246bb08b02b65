// A VGA on a bench: ports by short names, modes from the register tables of IBM's VGA BIOS.
import { Vga } from '../../../../src/emulator/devices/vga/vga';
import type { VgaPicture } from '../../../../src/emulator/devices/vga/picture';
import { MachineMemory, MIB, VGA_VIDEO_BYTES } from '../../../../src/emulator/memory';
import { createChipBench } from '../port-bench';

/** Register values of a mode, each list from index 0. */
export interface ModeTable {
  readonly misc: number;
  readonly sequencer: readonly number[];
  readonly crtc: readonly number[];
  readonly graphics: readonly number[];
  readonly attribute: readonly number[];
}

/** Mode 3, 80 x 25 of 9 x 16 dots: the register values of IBM's VGA BIOS. */
export const MODE_3: ModeTable = {
  misc: 0x67,
  sequencer: [0x03, 0x00, 0x03, 0x00, 0x02],
  crtc: [
    0x5f, 0x4f, 0x50, 0x82, 0x55, 0x81, 0xbf, 0x1f, 0x00, 0x4f, 0x0d, 0x0e, 0x00, 0x00, 0x00, 0x00, 0x9c, 0x8e, 0x8f,
    0x28, 0x1f, 0x96, 0xb9, 0xa3, 0xff,
  ],
  graphics: [0x00, 0x00, 0x00, 0x00, 0x00, 0x10, 0x0e, 0x00, 0xff],
  attribute: [0, 1, 2, 3, 4, 5, 0x14, 7, 0x38, 0x39, 0x3a, 0x3b, 0x3c, 0x3d, 0x3e, 0x3f, 0x0c, 0x00, 0x0f, 0x08, 0x00],
};

const ATTRIBUTE_16 = MODE_3.attribute.slice(0, 16);
const IDENTITY = Array.from({ length: 16 }, (_, i) => i);

/** 640 x 480 in 16 colours. */
export const MODE_12: ModeTable = {
  misc: 0xe3,
  sequencer: [0x03, 0x01, 0x0f, 0x00, 0x06],
  crtc: [
    0x5f, 0x4f, 0x50, 0x82, 0x54, 0x80, 0x0b, 0x3e, 0x00, 0x40, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xea, 0x8c, 0xdf,
    0x28, 0x00, 0xe7, 0x04, 0xe3, 0xff,
  ],
  graphics: [0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x05, 0x0f, 0xff],
  attribute: [...ATTRIBUTE_16, 0x01, 0x00, 0x0f, 0x00, 0x00],
};

/** 320 x 200 in 256 colours. */
export const MODE_13: ModeTable = {
  misc: 0x63,
  sequencer: [0x03, 0x01, 0x0f, 0x00, 0x0e],
  crtc: [
    0x5f, 0x4f, 0x50, 0x82, 0x54, 0x80, 0xbf, 0x1f, 0x00, 0x41, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x9c, 0x8e, 0x8f,
    0x28, 0x40, 0x96, 0xb9, 0xa3, 0xff,
  ],
  graphics: [0x00, 0x00, 0x00, 0x00, 0x00, 0x40, 0x05, 0x0f, 0xff],
  attribute: [...IDENTITY, 0x41, 0x00, 0x0f, 0x00, 0x00],
};

/** 320 x 200 in 4 colours, lines by turns from two banks, as a CGA has it. */
export const MODE_4: ModeTable = {
  misc: 0x63,
  sequencer: [0x03, 0x09, 0x03, 0x00, 0x02],
  crtc: [
    0x2d, 0x27, 0x28, 0x90, 0x2b, 0x80, 0xbf, 0x1f, 0x00, 0xc1, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x9c, 0x8e, 0x8f,
    0x14, 0x00, 0x96, 0xb9, 0xa2, 0xff,
  ],
  graphics: [0x00, 0x00, 0x00, 0x00, 0x00, 0x30, 0x0f, 0x00, 0xff],
  attribute: [
    0x00,
    0x13,
    0x15,
    0x17,
    0x02,
    0x04,
    0x06,
    0x07,
    ...IDENTITY.slice(0, 8).map((i) => 0x10 | i),
    0x01,
    0x00,
    0x03,
    0x00,
    0x00,
  ],
};

/** A VGA with `videoBytes` of memory, and short ways to reach it. */
export function createVga(videoBytes = VGA_VIDEO_BYTES) {
  const bench = createChipBench();
  const memory = new MachineMemory(MIB, videoBytes);
  const video = memory.videoMemory;
  const vga = new Vga(bench.clock, bench.noteUnstable, video);
  const read = (port: number) => vga.readPort(port);
  const write = (port: number, value: number) => vga.writePort(port, 1, value);
  const writeIndexed = (port: number, index: number, value: number) => {
    write(port, index);
    write(port + 1, value);
  };
  const readIndexed = (port: number, index: number) => {
    write(port, index);
    return read(port + 1);
  };
  const setMode = (mode: ModeTable) => {
    write(0x3c2, mode.misc);
    mode.sequencer.forEach((value, i) => writeIndexed(0x3c4, i, value));
    writeIndexed(0x3d4, 0x11, 0x0e);
    mode.crtc.forEach((value, i) => writeIndexed(0x3d4, i, value));
    mode.graphics.forEach((value, i) => writeIndexed(0x3ce, i, value));
    read(0x3da);
    mode.attribute.forEach((value, i) => {
      write(0x3c0, i);
      write(0x3c0, value);
    });
    write(0x3c0, 0x20);
  };
  const setMode3 = () => setMode(MODE_3);
  const setColor = (entry: number, red: number, green: number, blue: number) => {
    write(0x3c8, entry);
    for (const component of [red, green, blue]) write(0x3c9, component);
  };
  const writeDispi = (index: number, value: number) => {
    vga.dispi.writePort(0x1ce, 2, index);
    vga.dispi.writePort(0x1cf, 1, value & 0xff);
    vga.dispi.writePort(0x1d0, 1, value >> 8);
  };
  const readDispi = (index: number) => {
    vga.dispi.writePort(0x1ce, 2, index);
    return vga.dispi.readPort(0x1cf, 1) | (vga.dispi.readPort(0x1d0, 1) << 8);
  };
  const print = (row: number, column: number, text: string, attribute = 0x07) => {
    [...text].forEach((character, i) => {
      const at = 0xb8000 + 2 * (row * 80 + column + i);
      vga.memory.writeMemory(at, 2, (attribute << 8) | character.charCodeAt(0));
    });
  };
  const plane = (index: number, offset: number) => video[4 * offset + index];
  /** Pixel as "rrggbb". */
  const pixelAt = (picture: VgaPicture, x: number, y: number) => {
    const at = 4 * (y * picture.width + x);
    return Buffer.from(picture.rgba.subarray(at, at + 3)).toString('hex');
  };
  return {
    ...{ ...bench, memory, video, vga, read, write, writeIndexed, readIndexed, setMode, setMode3, setColor },
    ...{ writeDispi, readDispi, print, plane, pixelAt },
  };
}
