// The CRT controller's walk down the screen: which character address and which line of its cell each row of pixels begins with.
// After the IBM PS/2 Video Subsystems reference, "CRT Controller". Rows are those a program drew: doubled lines count once.
// Leaves out: interlace, skews, character clocks divided by two or four beyond the address counter.
import type { VgaRegisters } from './registers';
import * as vga from './registers';
import { frameTiming } from './retrace';

const COUNTER_MASK = 0xffff;

/** Where one row of pixels begins. */
export interface ScanRow {
  /** The address counter at its first character. */
  readonly counter: number;
  /** Line within the character cell. */
  readonly rowScan: number;
  /** Dots shifted out to the left, as the panning register says. */
  readonly panning: number;
}

/** All rows of a frame, top to bottom. */
export function scanRows(registers: VgaRegisters): ScanRow[] {
  const { crtc, attribute, graphics } = registers;
  const { displayLines } = frameTiming(registers);
  const maximum = crtc[vga.CRTC_MAXIMUM_SCAN_LINE];
  const lastRowScan = maximum & 0x1f;
  const linesPerScan = maximum & vga.DOUBLE_SCAN ? 2 : 1;
  const isGraphics = (graphics[vga.GC_MISCELLANEOUS] & vga.MISCELLANEOUS_GRAPHICS) !== 0;
  const control = crtc[vga.CRTC_MODE_CONTROL];
  const isRowScanAddress =
    (control & vga.MODE_CONTROL_ROW_SCAN_13) === 0 || (control & vga.MODE_CONTROL_ROW_SCAN_14) === 0;
  // Where all lines of a cell show the same memory, the cell is as high as one pixel.
  const linesPerRow = isGraphics && !isRowScanAddress ? linesPerScan * (lastRowScan + 1) : linesPerScan;
  const lineCompare =
    crtc[vga.CRTC_LINE_COMPARE] | (((crtc[vga.CRTC_OVERFLOW] >>> 4) & 1) << 8) | (((maximum >>> 6) & 1) << 9);

  let counter =
    ((crtc[vga.CRTC_START_HIGH] << 8) | crtc[vga.CRTC_START_LOW]) + ((crtc[vga.CRTC_PRESET_ROW_SCAN] >>> 5) & 3);
  let rowScan = crtc[vga.CRTC_PRESET_ROW_SCAN] & 0x1f;
  let panning = attribute[vga.ATTRIBUTE_PIXEL_PANNING] & 0x0f;
  let linesOfScan = 0;
  let nextRowLine = 0;
  const rows: ScanRow[] = [];
  for (let line = 0; line < displayLines; line++) {
    if (line === nextRowLine) {
      rows.push({ counter: counter & COUNTER_MASK, rowScan, panning });
      nextRowLine += linesPerRow;
    }
    if (line === lineCompare) {
      counter = rowScan = linesOfScan = 0;
      nextRowLine = line + 1;
      if (attribute[vga.ATTRIBUTE_MODE] & vga.ATTRIBUTE_PANNING_ENDS) panning = 0;
    } else if (++linesOfScan >= linesPerScan) {
      linesOfScan = 0;
      if (rowScan === lastRowScan) {
        rowScan = 0;
        counter += 2 * crtc[vga.CRTC_OFFSET];
      } else {
        rowScan = (rowScan + 1) & 0x1f;
      }
    }
  }
  return rows;
}

/** Turns the address counter (of a row, advanced by `character`) into an offset in the planes. */
export function createAddressing({
  crtc,
}: VgaRegisters): (counter: number, character: number, rowScan: number) => number {
  const control = crtc[vga.CRTC_MODE_CONTROL];
  const underline = crtc[vga.CRTC_UNDERLINE];
  const countShift = underline & vga.UNDERLINE_COUNT_BY_4 ? 2 : control & vga.MODE_CONTROL_COUNT_BY_2 ? 1 : 0;
  const addressShift = underline & vga.UNDERLINE_DOUBLE_WORD ? 2 : control & vga.MODE_CONTROL_BYTE ? 0 : 1;
  // The address bits that the shift leaves open come from these bits of the counter. IBM's table has MA12 and MA13 for
  // double words, which would tear mode 13h at 16 KiB; what is beyond the 14 bits it needs is what the CPU's side leaves too.
  const wrapBit = addressShift === 2 ? 14 : control & vga.MODE_CONTROL_WRAP_15 ? 15 : 13;
  const openBits = (1 << addressShift) - 1;
  const isBit13RowScan = (control & vga.MODE_CONTROL_ROW_SCAN_13) === 0;
  const isBit14RowScan = (control & vga.MODE_CONTROL_ROW_SCAN_14) === 0;
  return (rowCounter, character, rowScan) => {
    const counter = (rowCounter + (character >> countShift)) & COUNTER_MASK;
    let offset = ((counter << addressShift) & COUNTER_MASK) | ((counter >>> wrapBit) & openBits);
    if (isBit13RowScan) offset = (offset & ~0x2000) | ((rowScan & 1) << 13);
    if (isBit14RowScan) offset = (offset & ~0x4000) | ((rowScan & 2) << 13);
    return offset;
  };
}
