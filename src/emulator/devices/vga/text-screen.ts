// What a text mode of a VGA shows, as characters. Leaves out: the part below a line compare, which no text mode of a BIOS uses.
import { CODE_PAGE_437 } from '../code-page-437';
import type { VgaRegisters } from './registers';
import * as vga from './registers';
import { frameTiming } from './retrace';
import { createAddressing } from './scan';

/** What a text mode shows at one instant. */
export interface TextScreen {
  readonly columns: number;
  readonly rows: number;
  /** One string of `columns` characters per row (code page 437 as Unicode). */
  readonly lines: readonly string[];
  /** Character codes and attribute bytes, row by row. */
  readonly codes: Uint8Array;
  readonly attributes: Uint8Array;
  /** Null when it is off or outside the screen. Scan lines of the character cell, first and last. */
  readonly cursor: {
    readonly column: number;
    readonly row: number;
    readonly first: number;
    readonly last: number;
  } | null;
  /** Nothing is shown: screen off, or the palette is being changed. */
  readonly isBlanked: boolean;
}

/** The text on the screen, or null in a graphics mode. */
export function readTextScreen(registers: VgaRegisters, memory: Uint8Array): TextScreen | null {
  const { crtc, graphics } = registers;
  if (graphics[vga.GC_MISCELLANEOUS] & vga.MISCELLANEOUS_GRAPHICS) return null;
  const { displayCharacters: columns, displayLines } = frameTiming(registers);
  const scanLine = crtc[vga.CRTC_MAXIMUM_SCAN_LINE];
  const cellLines = ((scanLine & 0x1f) + 1) * (scanLine & vga.DOUBLE_SCAN ? 2 : 1);
  const rows = Math.max(1, Math.floor(displayLines / cellLines));
  const start = (crtc[vga.CRTC_START_HIGH] << 8) | crtc[vga.CRTC_START_LOW];
  const pitch = 2 * crtc[vga.CRTC_OFFSET];
  const addressOf = createAddressing(registers);

  const codes = new Uint8Array(rows * columns);
  const attributes = new Uint8Array(rows * columns);
  const lines: string[] = [];
  for (let row = 0; row < rows; row++) {
    let line = '';
    for (let column = 0; column < columns; column++) {
      const at = 4 * addressOf(start + row * pitch, column, 0);
      codes[row * columns + column] = memory[at];
      attributes[row * columns + column] = memory[at + 1];
      line += CODE_PAGE_437[memory[at]];
    }
    lines.push(line);
  }
  const cursor = cursorAt(registers, start, pitch, columns, rows);
  return { columns, rows, lines, codes, attributes, cursor, isBlanked: isBlanked(registers) };
}

/** Whether the screen is dark whatever the memory holds. */
export function isBlanked({ sequencer, attributeIndex }: VgaRegisters): boolean {
  const isOff = (sequencer[vga.SEQ_CLOCKING_MODE] & vga.CLOCKING_SCREEN_OFF) !== 0;
  return isOff || !(attributeIndex & vga.ATTRIBUTE_PAS);
}

function cursorAt({ crtc }: VgaRegisters, start: number, pitch: number, columns: number, rows: number) {
  const first = crtc[vga.CRTC_CURSOR_START] & 0x1f;
  const last = crtc[vga.CRTC_CURSOR_END] & 0x1f;
  const cell = ((crtc[vga.CRTC_CURSOR_HIGH] << 8) | crtc[vga.CRTC_CURSOR_LOW]) - start;
  if (crtc[vga.CRTC_CURSOR_START] & vga.CURSOR_OFF || first > last || cell < 0 || pitch === 0) return null;
  const row = Math.floor(cell / pitch);
  const column = cell % pitch;
  return row < rows && column < columns ? { column, row, first, last } : null;
}
