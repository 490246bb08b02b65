// The Bochs display interface: packed-pixel modes of any size by an index and a data register (QEMU docs/specs/standard-vga.rst,
// Bochs bochs-vbe ID B0C5h). Claim 1CEh-1D0h with width 2: a word to 1CFh, an odd port, comes as two bytes, low first.
// Leaves out: EDID, big-endian frame buffers.
import type { AccessSize, PortDevice } from '../../bus';

const INDEX_PORT = 0x1ce;
const DATA_PORT = 0x1cf;

export const DISPI_ID = 0;
export const DISPI_XRES = 1;
export const DISPI_YRES = 2;
export const DISPI_BPP = 3;
export const DISPI_ENABLE = 4;
export const DISPI_BANK = 5; // of 64 KiB, at A0000h
export const DISPI_VIRT_WIDTH = 6;
export const DISPI_VIRT_HEIGHT = 7;
export const DISPI_X_OFFSET = 8;
export const DISPI_Y_OFFSET = 9;
export const DISPI_VIDEO_MEMORY_64K = 10;
const REGISTERS = 10; // the memory size is no register

export const ENABLE_ENABLED = 0x01;
export const ENABLE_GETCAPS = 0x02; // XRES, YRES and BPP read as the largest possible
export const ENABLE_8BIT_DAC = 0x20;
export const ENABLE_LFB = 0x40;
export const ENABLE_NOCLEARMEM = 0x80;

const ID_FIRST = 0xb0c0;
const ID_LAST = 0xb0c5;
const MAX_XRES = 16_000;
const MAX_YRES = 12_000;
const MAX_BPP = 32;
const DEPTHS = [4, 8, 15, 16, 24, 32];

/** Registers by index, the register selected, and the low byte of a word on its way to 1CFh. */
export interface DispiState {
  index: number;
  registers: number[];
  dataLow: number;
}

/** A mode of the interface while it is enabled. */
export interface DispiMode {
  readonly width: number;
  readonly height: number;
  readonly bitsPerPixel: 4 | 8 | 15 | 16 | 24 | 32;
  /** From one line to the next; with 4 bits per pixel over all planes. */
  readonly lineBytes: number;
  /** Offset in video memory of the first pixel shown. */
  readonly startByte: number;
}

/** What the adapter around it hears. */
export interface DispiPins {
  /** A register was written. */
  changed(): void;
  /** Memory to be set to zero: the interface was enabled without NOCLEARMEM. */
  clear(sizeBytes: number): void;
}

/** The interface of an adapter with `videoBytes` of memory. */
export class VgaDispi implements PortDevice {
  private state = resetState();

  constructor(
    private readonly pins: DispiPins,
    private readonly videoBytes: number,
  ) {}

  /** The mode it shows, null while the VGA's own registers decide. */
  get mode(): DispiMode | null {
    const { registers } = this.state;
    if (!(registers[DISPI_ENABLE] & ENABLE_ENABLED)) return null;
    const bitsPerPixel = registers[DISPI_BPP] as DispiMode['bitsPerPixel'];
    const lineBytes = this.lineBytes;
    const startByte =
      registers[DISPI_Y_OFFSET] * lineBytes + ((registers[DISPI_X_OFFSET] * storedBits(bitsPerPixel)) >> 3);
    return { width: registers[DISPI_XRES], height: registers[DISPI_YRES], bitsPerPixel, lineBytes, startByte };
  }

  /** Offset that the bank adds to the window at A0000h. */
  get bankOffset(): number {
    return this.state.registers[DISPI_BANK] * 0x1_0000;
  }

  /** Palette entries have 8 bits a component instead of 6. */
  get is8BitDac(): boolean {
    return (this.state.registers[DISPI_ENABLE] & ENABLE_8BIT_DAC) !== 0;
  }

  // ---- ports ----

  readPort(port: number, sizeBytes: AccessSize): number {
    return this.peekPort(port, sizeBytes);
  }

  peekPort(port: number, sizeBytes: AccessSize): number {
    if (port === INDEX_PORT) return this.state.index & (sizeBytes === 1 ? 0xff : 0xffff);
    const value = this.read(this.state.index);
    if (port === DATA_PORT) return value & 0xff;
    return sizeBytes === 1 ? value >>> 8 : value;
  }

  writePort(port: number, sizeBytes: AccessSize, value: number): void {
    const { state } = this;
    if (port === INDEX_PORT) state.index = value;
    else if (port === DATA_PORT) state.dataLow = value;
    else this.write(state.index, sizeBytes === 1 ? (value << 8) | state.dataLow : value);
  }

  /** The register at `index`. */
  read(index: number): number {
    const { registers } = this.state;
    if (index === DISPI_VIDEO_MEMORY_64K) return this.videoBytes / 0x1_0000;
    if (registers[DISPI_ENABLE] & ENABLE_GETCAPS) {
      if (index === DISPI_XRES) return MAX_XRES;
      if (index === DISPI_YRES) return MAX_YRES;
      if (index === DISPI_BPP) return MAX_BPP;
    }
    return registers[index] ?? 0;
  }

  /** Sets a register; what it then cannot be becomes the nearest it can be. */
  write(index: number, value: number): void {
    const { registers } = this.state;
    switch (index) {
      case DISPI_ID:
        if (value >= ID_FIRST && value <= ID_LAST) registers[DISPI_ID] = value;
        break;
      case DISPI_ENABLE:
        this.enable(value);
        break;
      case DISPI_BANK: {
        const banks = this.videoBytes / 0x1_0000 / (registers[DISPI_BPP] === 4 ? 4 : 1);
        registers[DISPI_BANK] = value & (banks - 1);
        break;
      }
      case DISPI_XRES:
      case DISPI_YRES:
      case DISPI_BPP:
      case DISPI_VIRT_WIDTH:
      case DISPI_X_OFFSET:
      case DISPI_Y_OFFSET:
        registers[index] = value;
        this.fitRegisters();
        break;
    }
    this.pins.changed();
  }

  // ---- reset and snapshot ----

  reset(): void {
    this.state = resetState();
  }

  saveState(): DispiState {
    return { ...this.state, registers: [...this.state.registers] };
  }

  restoreState(state: DispiState): void {
    this.state = { ...state, registers: [...state.registers] };
  }

  private enable(value: number): void {
    const { registers } = this.state;
    const wasEnabled = (registers[DISPI_ENABLE] & ENABLE_ENABLED) !== 0;
    registers[DISPI_ENABLE] = value;
    if (!(value & ENABLE_ENABLED)) {
      registers[DISPI_BANK] = 0;
    } else if (!wasEnabled) {
      registers[DISPI_VIRT_WIDTH] = registers[DISPI_X_OFFSET] = registers[DISPI_Y_OFFSET] = registers[DISPI_BANK] = 0;
      this.fitRegisters();
      if (!(value & ENABLE_NOCLEARMEM)) this.pins.clear(registers[DISPI_YRES] * this.lineBytes);
    }
  }

  private get lineBytes(): number {
    const { registers } = this.state;
    return (registers[DISPI_VIRT_WIDTH] * storedBits(registers[DISPI_BPP])) >> 3;
  }

  /** While enabled, keeps the picture inside the memory. */
  private fitRegisters(): void {
    const { registers } = this.state;
    if (!(registers[DISPI_ENABLE] & ENABLE_ENABLED)) return;
    const bits = () => storedBits(registers[DISPI_BPP]);
    if (!DEPTHS.includes(registers[DISPI_BPP])) registers[DISPI_BPP] = 8;
    // At least one line of what is wanted must fit.
    const widest = Math.min(MAX_XRES, Math.floor((this.videoBytes * 8) / bits())) & ~7;
    registers[DISPI_XRES] = clamp(registers[DISPI_XRES] & ~7, 8, widest);
    registers[DISPI_VIRT_WIDTH] = clamp(registers[DISPI_VIRT_WIDTH] & ~7, registers[DISPI_XRES], widest);
    const lines = Math.min(0xffff, Math.floor(this.videoBytes / this.lineBytes));
    registers[DISPI_VIRT_HEIGHT] = lines;
    registers[DISPI_YRES] = clamp(registers[DISPI_YRES], 1, Math.min(MAX_YRES, lines));
    const isInside = () => {
      const first = registers[DISPI_Y_OFFSET] * this.lineBytes + ((registers[DISPI_X_OFFSET] * bits()) >> 3);
      return first + registers[DISPI_YRES] * this.lineBytes <= this.videoBytes;
    };
    if (!isInside()) registers[DISPI_Y_OFFSET] = 0;
    if (!isInside()) registers[DISPI_X_OFFSET] = 0;
  }
}

function storedBits(bitsPerPixel: number): number {
  return bitsPerPixel === 15 ? 16 : bitsPerPixel;
}

function resetState(): DispiState {
  const registers = Array<number>(REGISTERS).fill(0);
  registers[DISPI_ID] = ID_LAST;
  return { index: 0, registers, dataLow: 0 };
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}
