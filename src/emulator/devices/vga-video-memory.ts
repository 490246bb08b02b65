// How the CPU sees the four planes of a VGA: window, odd/even and chain-4 addressing, latches, read and write modes.
// After the IBM PS/2 Video Subsystems reference, "Graphics Controller". Plane p is 64 KiB at `videoOffset` + p * 64 KiB.
// Leaves out: the page bit of odd/even addressing (miscellaneous output bit 5) and A16 in the 128 KiB window.
import type { AccessSize, MemoryDevice } from '../bus';
import type { VgaRegisters } from './vga-registers';
import * as vga from './vga-registers';

const PLANE_BYTES = 0x1_0000;
const PLANES = 4;
const OPEN_BYTE = 0xff;

/** Base and size by bits 3-2 of the graphics controller's miscellaneous register. */
const WINDOWS = [
  { base: 0xa_0000, sizeBytes: 0x2_0000 },
  { base: 0xa_0000, sizeBytes: 0x1_0000 },
  { base: 0xb_0000, sizeBytes: 0x8000 },
  { base: 0xb_8000, sizeBytes: 0x8000 },
] as const;

/** What the registers say about addresses, worked out when they change: memory accesses are far more frequent. */
interface Addressing {
  readonly windowBase: number;
  /** 0 while video memory is disabled. */
  readonly windowBytes: number;
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

  /** @param bytes the linear memory; the planes begin at `videoOffset` */
  constructor(
    private readonly bytes: Uint8Array,
    private readonly videoOffset: number,
    registers: VgaRegisters,
  ) {
    this.registers = registers;
    this.addressing = addressingOf(registers);
  }

  /** To be called whenever a register has changed, or all of them were replaced. */
  applyRegisters(registers: VgaRegisters): void {
    this.registers = registers;
    this.addressing = addressingOf(registers);
  }

  readMemory(address: number, sizeBytes: AccessSize): number {
    let value = 0;
    for (let i = 0; i < sizeBytes; i++) value |= this.readByte(address + i) << (8 * i);
    return value >>> 0;
  }

  peekMemory(address: number, sizeBytes: AccessSize): number {
    let value = 0;
    for (let i = 0; i < sizeBytes; i++) value |= this.peekByte(address + i) << (8 * i);
    return value >>> 0;
  }

  writeMemory(address: number, sizeBytes: AccessSize, value: number): void {
    for (let i = 0; i < sizeBytes; i++) this.writeByte(address + i, (value >>> (8 * i)) & 0xff);
  }

  /** A byte of one plane as the display sees it. */
  planeByte(plane: number, offset: number): number {
    return this.bytes[this.videoOffset + plane * PLANE_BYTES + (offset & (PLANE_BYTES - 1))];
  }

  private readByte(address: number): number {
    const relative = this.windowOffset(address);
    if (relative < 0) return OPEN_BYTE;
    return this.valueRead(relative, this.fillPlanes(relative, this.registers.latches));
  }

  private peekByte(address: number): number {
    const relative = this.windowOffset(address);
    return relative < 0 ? OPEN_BYTE : this.valueRead(relative, this.fillPlanes(relative, [0, 0, 0, 0]));
  }

  private writeByte(address: number, value: number): void {
    const relative = this.windowOffset(address);
    if (relative < 0) return;
    this.writeCount++;
    const { isChain4, isOddEvenWrite, mapMask, isPlainWrite } = this.addressing;
    const addressed = isChain4 ? 1 << (relative & 3) : isOddEvenWrite ? 0b0101 << (relative & 1) : 0b1111;
    let at = this.firstPlaneOffset(relative);
    for (let plane = 0, planes = addressed & mapMask; planes !== 0; plane++, planes >>>= 1, at += PLANE_BYTES) {
      if (planes & 1) this.bytes[at] = isPlainWrite ? value : this.valueWritten(plane, value);
    }
  }

  /** Offset in the 64 KiB that the CPU sees; -1 outside the window. */
  private windowOffset(address: number): number {
    const relative = address - this.addressing.windowBase;
    return relative >= 0 && relative < this.addressing.windowBytes ? relative & (PLANE_BYTES - 1) : -1;
  }

  private firstPlaneOffset(relative: number): number {
    return this.videoOffset + (relative & ~this.addressing.planeBits);
  }

  /** Fills `planes` (the latches, or an array for a peek) with the byte of each plane. */
  private fillPlanes(relative: number, planes: number[]): number[] {
    const at = this.firstPlaneOffset(relative);
    for (let plane = 0; plane < PLANES; plane++) planes[plane] = this.bytes[at + plane * PLANE_BYTES];
    return planes;
  }

  private valueRead(relative: number, planes: readonly number[]): number {
    const { isPlainRead, isChain4, isOddEvenRead, readMap } = this.addressing;
    if (isPlainRead) {
      return planes[isChain4 ? relative & 3 : isOddEvenRead ? (readMap & 2) | (relative & 1) : readMap];
    }
    // Read mode 1: a bit is 1 where all planes that matter have the colour compared with.
    const { graphics } = this.registers;
    let differing = 0;
    for (let plane = 0; plane < PLANES; plane++) {
      if (!((graphics[vga.GC_COLOR_DONT_CARE] >>> plane) & 1)) continue;
      differing |= planes[plane] ^ expandBit(graphics[vga.GC_COLOR_COMPARE], plane);
    }
    return ~differing & 0xff;
  }

  private valueWritten(plane: number, value: number): number {
    const { graphics, latches } = this.registers;
    const latch = latches[plane];
    const writeMode = graphics[vga.GC_MODE] & vga.MODE_WRITE;
    if (writeMode === 1) return latch;
    const rotated = rotateRight(value, graphics[vga.GC_DATA_ROTATE] & 7);
    const setReset = expandBit(graphics[vga.GC_SET_RESET], plane);
    let bitMask = graphics[vga.GC_BIT_MASK];
    let operand: number;
    if (writeMode === 0) {
      operand = (graphics[vga.GC_ENABLE_SET_RESET] >>> plane) & 1 ? setReset : rotated;
    } else if (writeMode === 2) {
      operand = expandBit(value, plane);
    } else {
      operand = setReset;
      bitMask &= rotated;
    }
    const combined = combine((graphics[vga.GC_DATA_ROTATE] >>> 3) & 3, operand, latch);
    return (combined & bitMask) | (latch & ~bitMask);
  }
}

function addressingOf({ miscOutput, graphics, sequencer }: VgaRegisters): Addressing {
  const aperture = WINDOWS[(graphics[vga.GC_MISCELLANEOUS] >>> 2) & 3];
  const mode = graphics[vga.GC_MODE];
  const isChain4 = (sequencer[vga.SEQ_MEMORY_MODE] & vga.MEMORY_CHAIN_4) !== 0;
  const isOddEvenWrite = (sequencer[vga.SEQ_MEMORY_MODE] & vga.MEMORY_SEQUENTIAL) === 0;
  const isOddEvenRead = (mode & vga.MODE_ODD_EVEN) !== 0;
  return {
    windowBase: aperture.base,
    windowBytes: miscOutput & vga.MISC_ERAM ? aperture.sizeBytes : 0,
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

function expandBit(value: number, bit: number): number {
  return (value >>> bit) & 1 ? 0xff : 0x00;
}
