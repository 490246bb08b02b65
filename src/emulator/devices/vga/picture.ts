// The picture of a VGA as pixels: palette, text, planar and 256-colour modes, and the modes of the Bochs interface.
// After the IBM PS/2 Video Subsystems reference. A pixel is what a program drew: lines and dots that the CRTC doubles count once.
// Leaves out: overscan, blinking in graphics modes, a CRTC reprogrammed within a frame.
import type { DispiMode } from './dispi';
import { drawPackedPixels } from './packed-picture';
import { attributeColors, BLACK, dacColors } from './palette';
import { drawPlanarPixels } from './planar-picture';
import type { VgaRegisters } from './registers';
import * as vga from './registers';
import { isBlanked } from './text-screen';
import { drawText } from './text-picture';

/** Pixels row by row, four bytes each: red, green, blue, 255. */
export interface VgaPicture {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

/** All that a picture depends on. */
export interface VgaDisplay {
  readonly registers: VgaRegisters;
  /** Byte o of plane p is byte 4 * o + p. */
  readonly memory: Uint8Array;
  /** The mode of the Bochs interface, null while it is off. */
  readonly dispiMode: DispiMode | null;
  readonly is8BitDac: boolean;
  /** Frames shown so far: phase of the cursor and of blinking text. */
  readonly frame: number;
}

/** Pixels as one word each, as they lie in `VgaPicture.rgba` on a little-endian host. */
export interface PixelRows {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint32Array;
}

/** A monitor without a signal. */
const NO_SIGNAL = { width: 720, height: 400 } as const;

/** Draws what the monitor shows. */
export function drawPicture(display: VgaDisplay): VgaPicture {
  const { registers, dispiMode } = display;
  const hasSignal = dispiMode !== null || (registers.crtc[vga.CRTC_MODE_CONTROL] & vga.MODE_CONTROL_RETRACES) !== 0;
  if (!hasSignal) {
    const { width, height } = NO_SIGNAL;
    return asPicture({ width, height, pixels: new Uint32Array(width * height).fill(BLACK) });
  }
  const rows = drawRows(display);
  if (isBlanked(registers)) rows.pixels.fill(BLACK);
  return asPicture(rows);
}

function drawRows(display: VgaDisplay): PixelRows {
  const { registers, dispiMode } = display;
  const colors = dacColors(registers, display.is8BitDac);
  if (dispiMode && dispiMode.bitsPerPixel !== 4) return drawPackedPixels(dispiMode, display.memory, colors);
  const isGraphics = (registers.graphics[vga.GC_MISCELLANEOUS] & vga.MISCELLANEOUS_GRAPHICS) !== 0;
  if (dispiMode || isGraphics) return drawPlanarPixels(display, colors);
  return drawText(display, attributeColors(registers, colors));
}

function asPicture({ width, height, pixels }: PixelRows): VgaPicture {
  return { width, height, rgba: new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength) };
}
