// Graphics modes of a VGA as pixels: 16 colours from four planes, CGA's packed pairs of bits, 256 colours (mode 13h and its kin).
// After the IBM PS/2 Video Subsystems reference, "Graphics Modes" and "Graphics Mode Register".
// Leaves out: the palette registers in 256-colour modes, which every program leaves as they are.
import { attributeColors } from './palette';
import type { PixelRows, VgaDisplay } from './picture';
import * as vga from './registers';
import { frameTiming } from './retrace';
import { createAddressing, scanRows } from './scan';

const DOTS = 8;

/** @param colors the 256 colours of the DAC */
export function drawPlanarPixels(display: VgaDisplay, colors: Uint32Array): PixelRows {
  const { registers, dispiMode } = display;
  if (dispiMode) return drawBochsPlanes(display, colors);
  const rows = scanRows(registers);
  const { displayCharacters: characters } = frameTiming(registers);
  const addressOf = createAddressing(registers);
  const mode = registers.graphics[vga.GC_MODE];
  const is256 = (mode & vga.MODE_SHIFT_256) !== 0;
  const drawCell = is256 ? draw256 : mode & vga.MODE_SHIFT_INTERLEAVE ? drawInterleaved : drawPlanes;
  const cellPixels = is256 ? DOTS / 2 : DOTS;
  const cellColors = is256 ? maskedColors(colors, registers.dacMask) : attributeColors(registers, colors);
  const quads = quadsOf(display.memory);

  const width = characters * cellPixels;
  const pixels = new Uint32Array(width * rows.length);
  const line = new Uint32Array((characters + 1) * cellPixels);
  rows.forEach(({ counter, rowScan, panning }, row) => {
    for (let character = 0; character <= characters; character++) {
      drawCell(quads[addressOf(counter, character, rowScan)], cellColors, line, character * cellPixels);
    }
    const shift = is256 ? (panning & 7) >> 1 : panning & 7;
    pixels.set(line.subarray(shift, shift + width), row * width);
  });
  return { width, height: rows.length, pixels };
}

/** 16 colours at a size that the Bochs interface gives: lines follow each other in the planes. */
function drawBochsPlanes({ registers, memory, dispiMode }: VgaDisplay, dac: Uint32Array): PixelRows {
  const { width, height, lineBytes, startByte } = dispiMode!;
  const colors = attributeColors(registers, dac);
  const quads = quadsOf(memory);
  const pixels = new Uint32Array(width * height);
  for (let y = 0, at = 0; y < height; y++) {
    const first = (startByte + y * lineBytes) >> 2;
    for (let character = 0; character < width / DOTS; character++, at += DOTS) {
      drawPlanes(quads[(first + character) & (quads.length - 1)], colors, pixels, at);
    }
  }
  return { width, height, pixels };
}

/** A dot's colour has a bit from each plane. */
function drawPlanes(quad: number, colors: Uint32Array, pixels: Uint32Array, at: number): void {
  for (let dot = 0; dot < DOTS; dot++) {
    const bits = quad >>> (DOTS - 1 - dot);
    pixels[at + dot] = colors[(bits & 1) | ((bits >>> 7) & 2) | ((bits >>> 14) & 4) | ((bits >>> 21) & 8)];
  }
}

/** Planes 0 and 2 hold the first four dots, 1 and 3 the others; two bits a dot from each. */
function drawInterleaved(quad: number, colors: Uint32Array, pixels: Uint32Array, at: number): void {
  for (let dot = 0; dot < DOTS; dot++) {
    const planes = dot < 4 ? quad : quad >>> 8;
    const shift = 6 - 2 * (dot & 3);
    pixels[at + dot] = colors[((planes >>> shift) & 3) | (((planes >>> (16 + shift)) & 3) << 2)];
  }
}

/** A byte a pixel, from one plane after the other. */
function draw256(quad: number, colors: Uint32Array, pixels: Uint32Array, at: number): void {
  for (let plane = 0; plane < 4; plane++) pixels[at + plane] = colors[(quad >>> (8 * plane)) & 0xff];
}

function maskedColors(colors: Uint32Array, dacMask: number): Uint32Array {
  return colors.map((_, entry) => colors[entry & dacMask]);
}

function quadsOf(memory: Uint8Array): Int32Array {
  return new Int32Array(memory.buffer, memory.byteOffset, memory.length >> 2);
}
