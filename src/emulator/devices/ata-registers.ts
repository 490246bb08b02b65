// Command block registers, bits and commands under the names of ATA-3 (X3T13/2008D, sections 6 and 8); EXT: ATA/ATAPI-6.
// Where a PACKET device gives them another meaning, see atapi-registers.ts.

/** Offsets from the base of the command block. */
export const DATA = 0;
export const ERROR_FEATURES = 1; // error (read), features (write)
export const SECTOR_COUNT = 2;
export const SECTOR_NUMBER = 3; // LBA 7-0
export const CYLINDER_LOW = 4; // LBA 15-8
export const CYLINDER_HIGH = 5; // LBA 23-16
export const DEVICE_HEAD = 6;
export const STATUS_COMMAND = 7; // status (read), command (write)

export const STATUS_BSY = 0x80;
export const STATUS_DRDY = 0x40;
export const STATUS_DSC = 0x10; // seek complete
export const STATUS_DRQ = 0x08;
export const STATUS_ERR = 0x01;

export const ERROR_IDNF = 0x10; // no such sector
export const ERROR_ABRT = 0x04; // command or parameter not supported
export const DIAGNOSTIC_PASSED = 0x01;

export const DEVICE_LBA = 0x40; // address is an LBA, not cylinder, head and sector
export const DEVICE_DEV = 0x10; // device 1 is selected
export const DEVICE_HEAD_MASK = 0x0f; // head, or LBA 27-24
export const DEVICE_OBSOLETE = 0xa0; // bits that ATA-1 wanted as ones

export const CONTROL_HOB = 0x80; // reads give what registers held before the last write (ATA/ATAPI-6, 7.8)
export const CONTROL_SRST = 0x04; // software reset while set
export const CONTROL_NIEN = 0x02; // INTRQ is not driven

export const COMMAND = {
  DEVICE_RESET: 0x08,
  READ_SECTORS: 0x20,
  READ_SECTORS_NO_RETRY: 0x21,
  READ_SECTORS_EXT: 0x24,
  READ_DMA_EXT: 0x25,
  READ_NATIVE_MAX_EXT: 0x27,
  READ_MULTIPLE_EXT: 0x29,
  WRITE_SECTORS: 0x30,
  WRITE_SECTORS_NO_RETRY: 0x31,
  WRITE_SECTORS_EXT: 0x34,
  WRITE_DMA_EXT: 0x35,
  WRITE_MULTIPLE_EXT: 0x39,
  READ_VERIFY: 0x40,
  READ_VERIFY_NO_RETRY: 0x41,
  READ_VERIFY_EXT: 0x42,
  EXECUTE_DEVICE_DIAGNOSTIC: 0x90,
  INITIALIZE_DEVICE_PARAMETERS: 0x91,
  PACKET: 0xa0,
  IDENTIFY_PACKET_DEVICE: 0xa1,
  READ_MULTIPLE: 0xc4,
  WRITE_MULTIPLE: 0xc5,
  SET_MULTIPLE: 0xc6,
  READ_DMA: 0xc8,
  READ_DMA_NO_RETRY: 0xc9,
  WRITE_DMA: 0xca,
  WRITE_DMA_NO_RETRY: 0xcb,
  STANDBY_IMMEDIATE: 0xe0,
  IDLE_IMMEDIATE: 0xe1,
  STANDBY: 0xe2,
  IDLE: 0xe3,
  CHECK_POWER_MODE: 0xe5,
  SLEEP: 0xe6,
  FLUSH_CACHE: 0xe7,
  FLUSH_CACHE_EXT: 0xea,
  IDENTIFY_DEVICE: 0xec,
  SET_FEATURES: 0xef,
  READ_NATIVE_MAX: 0xf8,
  /** 1xh and 7xh: the low four bits were a step rate once. */
  RECALIBRATE: 0x10,
  SEEK: 0x70,
} as const;

/** Codes of the power commands before ATA-2, still understood by later drives. */
export const EARLY_POWER_COMMANDS: Readonly<Record<number, number>> = {
  0x94: COMMAND.STANDBY_IMMEDIATE,
  0x95: COMMAND.IDLE_IMMEDIATE,
  0x96: COMMAND.STANDBY,
  0x97: COMMAND.IDLE,
  0x98: COMMAND.CHECK_POWER_MODE,
  0x99: COMMAND.SLEEP,
};

/** SET FEATURES subcommands in the features register. */
export const FEATURE = {
  SET_TRANSFER_MODE: 0x03,
  DISABLE_LOOK_AHEAD: 0x55,
  DISABLE_REVERTING: 0x66, // keep settings over a software reset
  ENABLE_LOOK_AHEAD: 0xaa,
  ENABLE_REVERTING: 0xcc,
} as const;

/** Read and write commands: which way, by DMA or PIO, with 48-bit addresses, in blocks of SET MULTIPLE. */
export interface DataCommand {
  readonly way: 'read' | 'write';
  readonly isDma: boolean;
  readonly isLong: boolean;
  readonly isMultiple: boolean;
}

const data = (way: DataCommand['way'], form: 'pio' | 'multiple' | 'dma', isLong = false): DataCommand => {
  return { way, isDma: form === 'dma', isLong, isMultiple: form === 'multiple' };
};

export const DATA_COMMANDS: Readonly<Record<number, DataCommand>> = {
  [COMMAND.READ_SECTORS]: data('read', 'pio'),
  [COMMAND.READ_SECTORS_NO_RETRY]: data('read', 'pio'),
  [COMMAND.READ_SECTORS_EXT]: data('read', 'pio', true),
  [COMMAND.READ_MULTIPLE]: data('read', 'multiple'),
  [COMMAND.READ_MULTIPLE_EXT]: data('read', 'multiple', true),
  [COMMAND.READ_DMA]: data('read', 'dma'),
  [COMMAND.READ_DMA_NO_RETRY]: data('read', 'dma'),
  [COMMAND.READ_DMA_EXT]: data('read', 'dma', true),
  [COMMAND.WRITE_SECTORS]: data('write', 'pio'),
  [COMMAND.WRITE_SECTORS_NO_RETRY]: data('write', 'pio'),
  [COMMAND.WRITE_SECTORS_EXT]: data('write', 'pio', true),
  [COMMAND.WRITE_MULTIPLE]: data('write', 'multiple'),
  [COMMAND.WRITE_MULTIPLE_EXT]: data('write', 'multiple', true),
  [COMMAND.WRITE_DMA]: data('write', 'dma'),
  [COMMAND.WRITE_DMA_NO_RETRY]: data('write', 'dma'),
  [COMMAND.WRITE_DMA_EXT]: data('write', 'dma', true),
};
