// A text mode of a VGA as pixels: fonts in plane 2, cells of 8 or 9 dots, cursor, underline, blinking.
// After the IBM PS/2 Video Subsystems reference, "Alphanumeric Modes". Leaves out: cursor skew.
import type { PixelRows, VgaDisplay } from './picture';
import * as vga from './registers';
import { frameTiming } from './retrace';
import { createAddressing, scanRows } from './scan';

/** Frames of one phase, on or off: the cursor blinks at a sixteenth of the frame rate, text at a thirty-second. */
const CURSOR_PHASE_FRAMES = 8;
const TEXT_PHASE_FRAMES = 16;
/** Offset in plane 2 of a font by its number in the character map register. */
const FONT_OFFSETS = [0x0000, 0x4000, 0x8000, 0xc000, 0x2000, 0x6000, 0xa000, 0xe000] as const;
const FONT_BYTES_PER_CHARACTER = 32;
const ATTRIBUTE_UNDERLINED = 0x01; // of the bits below
const ATTRIBUTE_UNDERLINE_BITS = 0x77;
const FIRST_LINE_GRAPHIC = 0xc0;
const LAST_LINE_GRAPHIC = 0xdf;

/** @param colors the 16 colours of the attribute controller */
export function drawText({ registers, memory, frame }: VgaDisplay, colors: Uint32Array): PixelRows {
  const { crtc, attribute, sequencer } = registers;
  const { displayCharacters: columns } = frameTiming(registers);
  const dots = sequencer[vga.SEQ_CLOCKING_MODE] & vga.CLOCKING_8_DOTS ? 8 : 9;
  const width = columns * dots;
  const rows = scanRows(registers);
  const pixels = new Uint32Array(width * rows.length);
  const addressOf = createAddressing(registers);

  const map = sequencer[vga.SEQ_CHARACTER_MAP];
  const fontA = FONT_OFFSETS[((map >>> 2) & 3) | ((map >>> 3) & 4)];
  const fontB = FONT_OFFSETS[(map & 3) | ((map >>> 2) & 4)];
  const mode = attribute[vga.ATTRIBUTE_MODE];
  const isBlinking = (mode & vga.ATTRIBUTE_BLINK) !== 0;
  const isTextHidden = isBlinking && Math.floor(frame / TEXT_PHASE_FRAMES) % 2 === 1;
  const isNinthDotCopied = dots === 9 && (mode & vga.ATTRIBUTE_LINE_GRAPHICS) !== 0;
  const underlineScan = crtc[vga.CRTC_UNDERLINE] & 0x1f;
  const isCursorOn =
    (crtc[vga.CRTC_CURSOR_START] & vga.CURSOR_OFF) === 0 && Math.floor(frame / CURSOR_PHASE_FRAMES) % 2 === 0;
  const cursorFirst = crtc[vga.CRTC_CURSOR_START] & 0x1f;
  const cursorLast = crtc[vga.CRTC_CURSOR_END] & 0x1f;
  const cursorCounter = (crtc[vga.CRTC_CURSOR_HIGH] << 8) | crtc[vga.CRTC_CURSOR_LOW];

  // One character more than is shown: panning shifts it in.
  const line = new Uint32Array((columns + 1) * dots);
  rows.forEach(({ counter, rowScan, panning }, row) => {
    const isCursorScan = isCursorOn && rowScan >= cursorFirst && rowScan <= cursorLast;
    for (let column = 0, at = 0; column <= columns; column++) {
      const cell = 4 * addressOf(counter, column, rowScan);
      const code = memory[cell];
      const look = memory[cell + 1];
      const font = look & 0x08 ? fontA : fontB;
      let bits = memory[4 * ((font + code * FONT_BYTES_PER_CHARACTER + rowScan) & 0xffff) + 2] << 1;
      if (isNinthDotCopied && code >= FIRST_LINE_GRAPHIC && code <= LAST_LINE_GRAPHIC) bits |= (bits >>> 1) & 1;
      if (rowScan === underlineScan && (look & ATTRIBUTE_UNDERLINE_BITS) === ATTRIBUTE_UNDERLINED) bits = 0x1ff;
      if (isTextHidden && look & 0x80) bits = 0;
      if (isCursorScan && ((counter + column) & 0xffff) === cursorCounter) bits = 0x1ff;
      const foreground = colors[look & 0x0f];
      const background = colors[(look >>> 4) & (isBlinking ? 0x07 : 0x0f)];
      for (let dot = 0; dot < dots; dot++) line[at++] = (bits << dot) & 0x100 ? foreground : background;
    }
    // With 9 dots, 8 means no panning and 0 one dot.
    const shift = dots === 9 ? (panning + 1) % 9 : panning & 7;
    pixels.set(line.subarray(shift, shift + width), row * width);
  });
  return { width, height: rows.length, pixels };
}
