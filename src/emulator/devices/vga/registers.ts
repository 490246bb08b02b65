// Registers of a VGA with the bits that exist (IBM PS/2 Hardware Interface Technical Reference, Video Subsystems, 1992).
// What a register does is in the files beside this one; the Bochs interface's registers are in dispi.ts.

export const MISC_IOAS = 0x01; // CRTC and status at 3Dxh instead of 3Bxh
export const MISC_ERAM = 0x02; // video memory answers
export const MISC_CLOCK_SELECT = 0x0c;
export const MISC_28_MHZ = 0x04;

export const SEQ_CLOCKING_MODE = 1;
export const SEQ_MAP_MASK = 2;
export const SEQ_CHARACTER_MAP = 3; // fonts: map A in bits 5, 3, 2, map B in bits 4, 1, 0
export const SEQ_MEMORY_MODE = 4;
export const CLOCKING_8_DOTS = 0x01; // 8 dots per character instead of 9
export const CLOCKING_HALF_DOT_CLOCK = 0x08;
export const CLOCKING_SCREEN_OFF = 0x20;
export const MEMORY_SEQUENTIAL = 0x04; // odd/even addressing off
export const MEMORY_CHAIN_4 = 0x08;

export const GC_SET_RESET = 0;
export const GC_ENABLE_SET_RESET = 1;
export const GC_COLOR_COMPARE = 2;
export const GC_DATA_ROTATE = 3; // count in bits 2-0, function in bits 4-3
export const GC_READ_MAP_SELECT = 4;
export const GC_MODE = 5;
export const GC_MISCELLANEOUS = 6;
export const GC_COLOR_DONT_CARE = 7;
export const GC_BIT_MASK = 8;
export const MODE_WRITE = 0x03;
export const MODE_READ_COMPARE = 0x08;
export const MODE_ODD_EVEN = 0x10;
export const MODE_SHIFT_INTERLEAVE = 0x20; // two bits a dot from each plane, as a CGA's
export const MODE_SHIFT_256 = 0x40; // four bits a dot from one plane after the other
export const MISCELLANEOUS_GRAPHICS = 0x01;

export const CRTC_HORIZONTAL_TOTAL = 0x00;
export const CRTC_HORIZONTAL_DISPLAY_END = 0x01;
export const CRTC_VERTICAL_TOTAL = 0x06;
export const CRTC_OVERFLOW = 0x07;
export const CRTC_PRESET_ROW_SCAN = 0x08; // byte panning in bits 6-5
export const CRTC_MAXIMUM_SCAN_LINE = 0x09;
export const CRTC_CURSOR_START = 0x0a;
export const CRTC_CURSOR_END = 0x0b;
export const CRTC_START_HIGH = 0x0c;
export const CRTC_START_LOW = 0x0d;
export const CRTC_CURSOR_HIGH = 0x0e;
export const CRTC_CURSOR_LOW = 0x0f;
export const CRTC_RETRACE_START = 0x10;
export const CRTC_RETRACE_END = 0x11;
export const CRTC_DISPLAY_END = 0x12;
export const CRTC_OFFSET = 0x13;
export const CRTC_UNDERLINE = 0x14;
export const CRTC_MODE_CONTROL = 0x17;
export const CRTC_LINE_COMPARE = 0x18;
export const RETRACE_END_PROTECT = 0x80; // CRTC registers 0-7 cannot be written
export const OVERFLOW_LINE_COMPARE = 0x10; // the bit of the overflow register that protection spares
export const UNDERLINE_COUNT_BY_4 = 0x20;
export const UNDERLINE_DOUBLE_WORD = 0x40;
export const MODE_CONTROL_ROW_SCAN_13 = 0x01; // 0: row scan bit 0 is address bit 13
export const MODE_CONTROL_ROW_SCAN_14 = 0x02; // 0: row scan bit 1 is address bit 14
export const MODE_CONTROL_LINES_BY_2 = 0x04;
export const MODE_CONTROL_COUNT_BY_2 = 0x08;
export const MODE_CONTROL_WRAP_15 = 0x20; // in word addresses bit 0 is counter bit 15, else 13
export const MODE_CONTROL_BYTE = 0x40; // byte instead of word addresses
export const MODE_CONTROL_RETRACES = 0x80; // 0: no retrace, the monitor has no picture
export const CURSOR_OFF = 0x20;
export const DOUBLE_SCAN = 0x80;

export const ATTRIBUTE_PAS = 0x20; // the palette drives the screen; 0 = blank

export const ATTRIBUTE_MODE = 0x10;
export const ATTRIBUTE_PLANE_ENABLE = 0x12;
export const ATTRIBUTE_PIXEL_PANNING = 0x13;
export const ATTRIBUTE_COLOR_SELECT = 0x14;
export const ATTRIBUTE_LINE_GRAPHICS = 0x04; // codes C0-DF repeat dot 8 as dot 9
export const ATTRIBUTE_BLINK = 0x08;
export const ATTRIBUTE_PANNING_ENDS = 0x20; // no panning below the line compared with
export const ATTRIBUTE_SELECT_45 = 0x80; // colour select gives bits 5-4 too

/** Bits that exist, by index. */
export const SEQUENCER_MASKS = [0x03, 0x3d, 0x0f, 0x3f, 0x0e] as const;
export const GRAPHICS_MASKS = [0x0f, 0x0f, 0x0f, 0x1f, 0x03, 0x7b, 0x0f, 0x0f, 0xff] as const;
export const ATTRIBUTE_MASKS = [...Array<number>(16).fill(0x3f), 0xef, 0xff, 0x3f, 0x0f, 0x0f] as const;
export const CRTC_REGISTERS = 0x19;
const PALETTE_BYTES = 3 * 256;

/** All registers, plain JSON. */
export interface VgaRegisters {
  miscOutput: number;
  featureControl: number;
  isEnabled: number;
  sequencerIndex: number;
  sequencer: number[];
  graphicsIndex: number;
  graphics: number[];
  crtcIndex: number;
  crtc: number[];
  /** Index and PAS as last written to 3C0h. */
  attributeIndex: number;
  attribute: number[];
  /** Flip-flop: the next write to 3C0h is data. */
  isAttributeData: boolean;
  dacMask: number;
  dacIndex: number;
  dacComponent: number;
  /** 3C7h bits 1-0: 0 after a write to 3C8h, 3 after one to 3C7h. */
  dacState: number;
  palette: number[];
  /** What the last read of video memory left: plane p in bits 8p+7 to 8p. */
  latches: number;
}

/** All registers zero: what hardware reset leaves is up to the maker, and every BIOS writes them all. */
export function createVgaRegisters(): VgaRegisters {
  const zeros = (length: number) => Array<number>(length).fill(0);
  return {
    miscOutput: 0,
    featureControl: 0,
    isEnabled: 0,
    sequencerIndex: 0,
    sequencer: zeros(SEQUENCER_MASKS.length),
    graphicsIndex: 0,
    graphics: zeros(GRAPHICS_MASKS.length),
    crtcIndex: 0,
    crtc: zeros(CRTC_REGISTERS),
    attributeIndex: 0,
    attribute: zeros(ATTRIBUTE_MASKS.length),
    isAttributeData: false,
    dacMask: 0,
    dacIndex: 0,
    dacComponent: 0,
    dacState: 0,
    palette: zeros(PALETTE_BYTES),
    latches: 0,
  };
}

/** A copy that shares nothing with the original. */
export function copyVgaRegisters(registers: VgaRegisters): VgaRegisters {
  const { sequencer, graphics, crtc, attribute, palette } = registers;
  return {
    ...registers,
    sequencer: [...sequencer],
    graphics: [...graphics],
    crtc: [...crtc],
    attribute: [...attribute],
    palette: [...palette],
  };
}
