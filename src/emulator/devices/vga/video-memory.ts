// How the CPU sees the memory of a VGA: window, odd/even and chain-4 addressing, latches, read and write modes.
// After the IBM PS/2 Video Subsystems reference, "Graphics Controller". Byte o of plane p is byte 4 * o + p of the memory.
// Leaves out: the page bit of odd/even addressing (miscellaneous output bit 5) and A16 in the 128 KiB window.
import type { AccessSize, MemoryDevice } from '../../bus';
import type { VgaRegisters } from './registers';
import * as vga from './registers';

const PLANE_BYTES = 0x1_0000;
const OPEN_BYTE = 0xff;

/** Base and size by bits 3-2 of the graphics controller's miscellaneous register. */
const WINDOWS = [
  { base: 0xa_0000, sizeBytes: 0x2_0000 },
  { base: 0xa_0000, sizeBytes: 0x1_0000 },
  { base: 0xb_0000, sizeBytes: 0x8000 },
  { base: 0xb_8000, sizeBytes: 0x8000 },
] as const;
const LINEAR_WINDOW = WINDOWS[1];

/** Sixteen sets of planes as masks over their four bytes. */
const PLANES = Int32Array.from({ length: 16 }, (_, set) => {
  let mask = 0;
  for (let plane = 0; plane < 4; plane++) if ((set >>> plane) & 1) mask |= 0xff << (8 * plane);
  return mask;
});
const EACH_PLANE = 0x0101_0101;

/** What the Bochs interface makes of the window: nothing, planes from a bank on, or plain bytes from a bank on. */
export interface WindowBank {
  readonly isLinear: boolean;
  readonly offset: number;
}

export const NO_BANK: WindowBank = { isLinear: false, offset: 0 };

/** What the registers say about addresses, worked out when they change: memory accesses are far more frequent. */
interface Addressing {
  readonly windowBase: number;
  /** 0 while video memory is disabled. */
  readonly windowBytes: number;
  /** -1, or where the window's first byte lies in the memory, taken as plain bytes. */
  readonly linearOffset: number;
  /** Offset in the planes of the window's first byte. */
  readonly planeOffset: number;
  /** Address bits that choose the plane and not the byte. */
  readonly planeBits: number;
  readonly isChain4: boolean;
  readonly isOddEvenWrite: boolean;
  readonly isOddEvenRead: boolean;
  readonly readMap: number;
  readonly mapMask: number;
  /** Write mode 0 with nothing to combine: the byte goes to the planes as it is. */
  readonly isPlainWrite: boolean;
  /** Read mode 0. */
  readonly isPlainRead: boolean;
}

/** The CPU's side of the video memory, at A0000h-BFFFFh. */
export class VgaVideoMemory implements MemoryDevice {
  /** Counts writes: a display redraws when it changes. */
  writeCount = 0;
  private registers: VgaRegisters;
  private addressing: Addressing;
  /** The four planes' bytes at one offset. */
  private readonly quads: Int32Array;

  /** @param bytes the whole memory: a power of two of at least 256 KiB, on a 4-byte boundary of a little-endian host */
  constructor(
    readonly bytes: Uint8Array,
    registers: VgaRegisters,
  ) {
    this.registers = registers;
    this.addressing = addressingOf(registers, NO_BANK);
    this.quads = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
  }

  /** To be called whenever a register has changed, or all of them were replaced. */
  applyRegisters(registers: VgaRegisters, bank: WindowBank): void {
    this.registers = registers;
    this.addressing = addressingOf(registers, bank);
  }

  readMemory(address: number, sizeBytes: AccessSize): number {
    let value = 0;
    for (let i = 0; i < sizeBytes; i++) value |= this.readByte(address + i, false) << (8 * i);
    return value >>> 0;
  }

  peekMemory(address: number, sizeBytes: AccessSize): number {
    let value = 0;
    for (let i = 0; i < sizeBytes; i++) value |= this.readByte(address + i, true) << (8 * i);
    return value >>> 0;
  }

  writeMemory(address: number, sizeBytes: AccessSize, value: number): void {
    for (let i = 0; i < sizeBytes; i++) this.writeByte(address + i, (value >>> (8 * i)) & 0xff);
  }

  private readByte(address: number, isPeek: boolean): number {
    const { addressing } = this;
    const relative = this.windowOffset(address);
    if (relative < 0) return OPEN_BYTE;
    if (addressing.linearOffset >= 0) return this.bytes[addressing.linearOffset + relative];
    const quad = this.quads[this.quadIndex(relative)];
    if (!isPeek) this.registers.latches = quad;
    return this.valueRead(relative, quad);
  }

  private writeByte(address: number, value: number): void {
    const { addressing } = this;
    const relative = this.windowOffset(address);
    if (relative < 0) return;
    this.writeCount++;
    if (addressing.linearOffset >= 0) {
      this.bytes[addressing.linearOffset + relative] = value;
      return;
    }
    const { isChain4, isOddEvenWrite, mapMask, isPlainWrite } = addressing;
    const addressed = isChain4 ? 1 << (relative & 3) : isOddEvenWrite ? 0b0101 << (relative & 1) : 0b1111;
    const mask = PLANES[addressed & mapMask];
    const at = this.quadIndex(relative);
    const written = isPlainWrite ? Math.imul(value, EACH_PLANE) : this.valueWritten(value);
    this.quads[at] = (this.quads[at] & ~mask) | (written & mask);
  }

  /** Offset in the 64 KiB that the CPU sees; -1 outside the window. */
  private windowOffset(address: number): number {
    const relative = address - this.addressing.windowBase;
    return relative >= 0 && relative < this.addressing.windowBytes ? relative & (PLANE_BYTES - 1) : -1;
  }

  private quadIndex(relative: number): number {
    return ((relative & ~this.addressing.planeBits) + this.addressing.planeOffset) & (this.quads.length - 1);
  }

  private valueRead(relative: number, quad: number): number {
    const { isPlainRead, isChain4, isOddEvenRead, readMap } = this.addressing;
    if (isPlainRead) {
      const plane = isChain4 ? relative & 3 : isOddEvenRead ? (readMap & 2) | (relative & 1) : readMap;
      return (quad >>> (8 * plane)) & 0xff;
    }
    // Read mode 1: a bit is 1 where all planes that matter have the colour compared with.
    const { graphics } = this.registers;
    const differing = (quad ^ PLANES[graphics[vga.GC_COLOR_COMPARE]]) & PLANES[graphics[vga.GC_COLOR_DONT_CARE]];
    return ~(differing | (differing >>> 8) | (differing >>> 16) | (differing >>> 24)) & 0xff;
  }

  private valueWritten(value: number): number {
    const { graphics, latches } = this.registers;
    const writeMode = graphics[vga.GC_MODE] & vga.MODE_WRITE;
    if (writeMode === 1) return latches;
    const rotated = rotateRight(value, graphics[vga.GC_DATA_ROTATE] & 7);
    const setReset = PLANES[graphics[vga.GC_SET_RESET]];
    let bitMask = graphics[vga.GC_BIT_MASK];
    let operand: number;
    if (writeMode === 0) {
      const isSet = PLANES[graphics[vga.GC_ENABLE_SET_RESET]];
      operand = (setReset & isSet) | (Math.imul(rotated, EACH_PLANE) & ~isSet);
    } else if (writeMode === 2) {
      operand = PLANES[value & 0x0f];
    } else {
      operand = setReset;
      bitMask &= rotated;
    }
    const combined = combine((graphics[vga.GC_DATA_ROTATE] >>> 3) & 3, operand, latches);
    const bits = Math.imul(bitMask, EACH_PLANE);
    return (combined & bits) | (latches & ~bits);
  }
}

function addressingOf({ miscOutput, graphics, sequencer }: VgaRegisters, bank: WindowBank): Addressing {
  const aperture = bank.isLinear ? LINEAR_WINDOW : WINDOWS[(graphics[vga.GC_MISCELLANEOUS] >>> 2) & 3];
  const mode = graphics[vga.GC_MODE];
  const isChain4 = (sequencer[vga.SEQ_MEMORY_MODE] & vga.MEMORY_CHAIN_4) !== 0;
  const isOddEvenWrite = (sequencer[vga.SEQ_MEMORY_MODE] & vga.MEMORY_SEQUENTIAL) === 0;
  const isOddEvenRead = (mode & vga.MODE_ODD_EVEN) !== 0;
  return {
    windowBase: aperture.base,
    windowBytes: miscOutput & vga.MISC_ERAM ? aperture.sizeBytes : 0,
    linearOffset: bank.isLinear ? bank.offset : -1,
    planeOffset: bank.isLinear ? 0 : bank.offset,
    planeBits: isChain4 ? 3 : isOddEvenWrite || isOddEvenRead ? 1 : 0,
    isChain4,
    isOddEvenWrite,
    isOddEvenRead,
    readMap: graphics[vga.GC_READ_MAP_SELECT],
    mapMask: sequencer[vga.SEQ_MAP_MASK],
    isPlainWrite:
      (mode & vga.MODE_WRITE) === 0 &&
      graphics[vga.GC_ENABLE_SET_RESET] === 0 &&
      graphics[vga.GC_DATA_ROTATE] === 0 &&
      graphics[vga.GC_BIT_MASK] === 0xff,
    isPlainRead: (mode & vga.MODE_READ_COMPARE) === 0,
  };
}

function combine(logicalFunction: number, operand: number, latch: number): number {
  switch (logicalFunction) {
    case 0:
      return operand;
    case 1:
      return operand & latch;
    case 2:
      return operand | latch;
    default:
      return operand ^ latch;
  }
}

function rotateRight(value: number, count: number): number {
  return ((value >>> count) | (value << (8 - count))) & 0xff;
}
