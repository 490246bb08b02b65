// Modes of the Bochs interface with whole pixels in memory: 8 (palette), 15, 16, 24 and 32 bits, little-endian.
import type { DispiMode } from './dispi';
import type { PixelRows } from './picture';

const OPAQUE = 0xff00_0000;

/** Reads the pixel whose first byte is at `at`. */
type ReadPixel = (at: number) => number;

/** @param colors the 256 colours of the DAC */
export function drawPackedPixels(mode: DispiMode, memory: Uint8Array, colors: Uint32Array): PixelRows {
  const { width, height, bitsPerPixel, lineBytes, startByte } = mode;
  const pixelBytes = Math.ceil(bitsPerPixel / 8);
  const readPixel = pixelReader(bitsPerPixel, memory, colors);
  const pixels = new Uint32Array(width * height);
  for (let y = 0, index = 0; y < height; y++) {
    let at = startByte + y * lineBytes;
    for (let x = 0; x < width; x++, at += pixelBytes) pixels[index++] = readPixel(at);
  }
  return { width, height, pixels };
}

function pixelReader(bitsPerPixel: DispiMode['bitsPerPixel'], memory: Uint8Array, colors: Uint32Array): ReadPixel {
  switch (bitsPerPixel) {
    case 15:
      return (at) => {
        const value = memory[at] | (memory[at + 1] << 8);
        return pixelOf(widen((value >>> 10) & 0x1f, 5), widen((value >>> 5) & 0x1f, 5), widen(value & 0x1f, 5));
      };
    case 16:
      return (at) => {
        const value = memory[at] | (memory[at + 1] << 8);
        return pixelOf(widen(value >>> 11, 5), widen((value >>> 5) & 0x3f, 6), widen(value & 0x1f, 5));
      };
    case 24:
    case 32:
      return (at) => pixelOf(memory[at + 2], memory[at + 1], memory[at]);
    default:
      return (at) => colors[memory[at]];
  }
}

/** `bits` bits stretched to eight, so that all ones stay all ones. */
function widen(value: number, bits: 5 | 6): number {
  return (value << (8 - bits)) | (value >>> (2 * bits - 8));
}

function pixelOf(red: number, green: number, blue: number): number {
  return (OPAQUE | (blue << 16) | (green << 8) | red) >>> 0;
}
