// Registers, status bits and commands of the 82077AA floppy disk controller in AT mode. Intel 82077AA datasheet (290166).

export const PORT = { DOR: 2, TDR: 3, MSR_DSR: 4, FIFO: 5, DIR_CCR: 7 } as const; // address lines 2-0

export const DOR_SELECT = 0x03; // drive
export const DOR_RESET = 0x04; // 0 holds the chip in reset
export const DOR_DMAGATE = 0x08; // lets INT and DRQ out
export const DOR_MOTOR_0 = 0x10; // and 20h, 40h, 80h

export const MSR_CMD_BUSY = 0x10;
export const MSR_NON_DMA = 0x20; // execution phase without DMA
export const MSR_DIO = 0x40; // the host is to read
export const MSR_RQM = 0x80; // the FIFO can be accessed

export const DSR_RATE = 0x03;
export const DSR_SW_RESET = 0x80; // clears itself

export const DIR_DSK_CHG = 0x80;
export const DIR_UNDRIVEN = 0x7f;

/** Data rates by the two bits of DSR and CCR. */
export const DATA_RATE_KBPS = [500, 300, 250, 1000] as const;
export const RATE_250 = 2; // after a reset

export const ST0_HEAD = 0x04;
export const ST0_EQUIPMENT_CHECK = 0x10;
export const ST0_SEEK_END = 0x20;
export const ST0_ABNORMAL = 0x40;
export const ST0_INVALID = 0x80;
export const ST0_READY_CHANGED = 0xc0; // polling, after a reset

export const ST1_MISSING_MARK = 0x01;
export const ST1_NOT_WRITABLE = 0x02;
export const ST1_NO_DATA = 0x04;
export const ST1_OVERRUN = 0x10;
export const ST1_END_OF_CYLINDER = 0x80;

export const ST2_WRONG_CYLINDER = 0x10;
export const ST2_CONTROL_MARK = 0x40;

export const ST3_FIXED = 0x28; // ready and two-sided are always told
export const ST3_TRACK_0 = 0x10;
export const ST3_WRITE_PROTECTED = 0x40;

export const VERSION_ENHANCED = 0x90;

export type FdcCommandName =
  | 'READ TRACK'
  | 'SPECIFY'
  | 'SENSE DRIVE STATUS'
  | 'WRITE DATA'
  | 'READ DATA'
  | 'RECALIBRATE'
  | 'SENSE INTERRUPT STATUS'
  | 'WRITE DELETED DATA'
  | 'READ ID'
  | 'READ DELETED DATA'
  | 'FORMAT TRACK'
  | 'DUMPREG'
  | 'SEEK'
  | 'RELATIVE SEEK'
  | 'VERSION'
  | 'PERPENDICULAR MODE'
  | 'CONFIGURE'
  | 'LOCK'
  | 'VERIFY'
  | 'INVALID';

/** Code, the bits of it that select options (MT, MFM, SK, EC), and the length with parameters. */
const COMMANDS: readonly (readonly [code: number, options: number, sizeBytes: number, name: FdcCommandName])[] = [
  [0x02, 0x60, 9, 'READ TRACK'],
  [0x03, 0x00, 3, 'SPECIFY'],
  [0x04, 0x00, 2, 'SENSE DRIVE STATUS'],
  [0x05, 0xc0, 9, 'WRITE DATA'],
  [0x06, 0xe0, 9, 'READ DATA'],
  [0x07, 0x00, 2, 'RECALIBRATE'],
  [0x08, 0x00, 1, 'SENSE INTERRUPT STATUS'],
  [0x09, 0xc0, 9, 'WRITE DELETED DATA'],
  [0x0a, 0x40, 2, 'READ ID'],
  [0x0c, 0xe0, 9, 'READ DELETED DATA'],
  [0x0d, 0x40, 6, 'FORMAT TRACK'],
  [0x0e, 0x00, 1, 'DUMPREG'],
  [0x0f, 0x00, 3, 'SEEK'],
  [0x8f, 0x40, 3, 'RELATIVE SEEK'],
  [0x10, 0x00, 1, 'VERSION'],
  [0x12, 0x00, 2, 'PERPENDICULAR MODE'],
  [0x13, 0x00, 4, 'CONFIGURE'],
  [0x14, 0x80, 1, 'LOCK'],
  [0x16, 0xe0, 9, 'VERIFY'],
];

/** What a first byte means. */
export function fdcCommandOf(byte: number): { readonly name: FdcCommandName; readonly sizeBytes: number } {
  const found = COMMANDS.find(([code, options]) => (byte & ~options) === code);
  return found ? { name: found[3], sizeBytes: found[2] } : { name: 'INVALID', sizeBytes: 1 };
}
