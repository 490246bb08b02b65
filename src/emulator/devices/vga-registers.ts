// Registers of a VGA with the bits that exist (IBM PS/2 Hardware Interface Technical Reference, Video Subsystems, 1992).
// Leaves out: what a register does is in vga-text.ts, vga-video-memory.ts and vga-retrace.ts.

export const MISC_IOAS = 0x01; // CRTC and status at 3Dxh instead of 3Bxh
export const MISC_ERAM = 0x02; // video memory answers
export const MISC_CLOCK_SELECT = 0x0c;
export const MISC_28_MHZ = 0x04;

export const SEQ_CLOCKING_MODE = 1;
export const SEQ_MAP_MASK = 2;
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
export const MISCELLANEOUS_GRAPHICS = 0x01;

export const CRTC_HORIZONTAL_TOTAL = 0x00;
export const CRTC_HORIZONTAL_DISPLAY_END = 0x01;
export const CRTC_VERTICAL_TOTAL = 0x06;
export const CRTC_OVERFLOW = 0x07;
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
export const CRTC_MODE_CONTROL = 0x17;
export const RETRACE_END_PROTECT = 0x80; // CRTC registers 0-7 cannot be written
export const OVERFLOW_LINE_COMPARE = 0x10; // the bit of the overflow register that protection spares
export const MODE_CONTROL_BYTE = 0x40; // byte instead of word addresses
export const CURSOR_OFF = 0x20;
export const DOUBLE_SCAN = 0x80;

export const ATTRIBUTE_PAS = 0x20; // the palette drives the screen; 0 = blank

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
  /** What the last read of video memory left, one byte per plane. */
  latches: number[];
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
    latches: zeros(4),
  };
}

/** A copy that shares nothing with the original. */
export function copyVgaRegisters(registers: VgaRegisters): VgaRegisters {
  const { sequencer, graphics, crtc, attribute, palette, latches } = registers;
  return {
    ...registers,
    sequencer: [...sequencer],
    graphics: [...graphics],
    crtc: [...crtc],
    attribute: [...attribute],
    palette: [...palette],
    latches: [...latches],
  };
}
