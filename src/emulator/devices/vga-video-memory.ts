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

/** The CPU's side of the video memory, at A0000h-BFFFFh. */
export class VgaVideoMemory implements MemoryDevice {
  /** Counts writes: a display redraws when it changes. */
  writeCount = 0;

  /**
   * @param bytes the linear memory; the planes begin at `videoOffset`
   * @param registers gives the registers in force: they are replaced on reset and restore
   */
  constructor(
    private readonly bytes: Uint8Array,
    private readonly videoOffset: number,
    private readonly registers: () => VgaRegisters,
  ) {}

  readMemory(address: number, sizeBytes: AccessSize): number {
    return joinBytes(sizeBytes, (i) => this.readByte(address + i));
  }

  peekMemory(address: number, sizeBytes: AccessSize): number {
    return joinBytes(sizeBytes, (i) => {
      const relative = this.windowOffset(address + i);
      return relative < 0 ? OPEN_BYTE : this.valueRead(relative, this.planesAt(relative, [0, 0, 0, 0]));
    });
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
    return this.valueRead(relative, this.planesAt(relative, this.registers().latches));
  }

  private writeByte(address: number, value: number): void {
    const relative = this.windowOffset(address);
    if (relative < 0) return;
    this.writeCount++;
    const planes = this.addressedPlanes(relative) & this.registers().sequencer[vga.SEQ_MAP_MASK];
    const at = this.videoOffset + this.planeOffset(relative);
    for (let plane = 0; plane < PLANES; plane++) {
      if ((planes >>> plane) & 1) this.bytes[at + plane * PLANE_BYTES] = this.valueWritten(plane, value);
    }
  }

  /** Offset in the 64 KiB that the CPU sees; -1 outside the window or with video memory disabled. */
  private windowOffset(address: number): number {
    const { miscOutput, graphics } = this.registers();
    const window = WINDOWS[(graphics[vga.GC_MISCELLANEOUS] >>> 2) & 3];
    const relative = address - window.base;
    const isInside = relative >= 0 && relative < window.sizeBytes && (miscOutput & vga.MISC_ERAM) !== 0;
    return isInside ? relative & (PLANE_BYTES - 1) : -1;
  }

  /** Chain-4 takes two address bits for the plane, odd/even one; what is left keeps its place. */
  private planeOffset(relative: number): number {
    if (this.isChain4()) return relative & ~3;
    return this.isOddEvenWrite() || this.isOddEvenRead() ? relative & ~1 : relative;
  }

  /** Planes that an address reaches; the map mask decides further. */
  private addressedPlanes(relative: number): number {
    if (this.isChain4()) return 1 << (relative & 3);
    return this.isOddEvenWrite() ? 0b0101 << (relative & 1) : 0b1111;
  }

  private isChain4(): boolean {
    return (this.registers().sequencer[vga.SEQ_MEMORY_MODE] & vga.MEMORY_CHAIN_4) !== 0;
  }

  private isOddEvenWrite(): boolean {
    return (this.registers().sequencer[vga.SEQ_MEMORY_MODE] & vga.MEMORY_SEQUENTIAL) === 0;
  }

  private isOddEvenRead(): boolean {
    return (this.registers().graphics[vga.GC_MODE] & vga.MODE_ODD_EVEN) !== 0;
  }

  /** Fills `planes` (the latches, or an array for a peek) with the byte of each plane. */
  private planesAt(relative: number, planes: number[]): number[] {
    const at = this.videoOffset + this.planeOffset(relative);
    for (let plane = 0; plane < PLANES; plane++) planes[plane] = this.bytes[at + plane * PLANE_BYTES];
    return planes;
  }

  private valueRead(relative: number, planes: readonly number[]): number {
    const { graphics } = this.registers();
    if (!(graphics[vga.GC_MODE] & vga.MODE_READ_COMPARE)) return planes[this.readPlane(relative)];
    // Read mode 1: a bit is 1 where all planes that matter have the colour compared with.
    let differing = 0;
    for (let plane = 0; plane < PLANES; plane++) {
      if (!((graphics[vga.GC_COLOR_DONT_CARE] >>> plane) & 1)) continue;
      differing |= planes[plane] ^ expandBit(graphics[vga.GC_COLOR_COMPARE], plane);
    }
    return ~differing & 0xff;
  }

  private readPlane(relative: number): number {
    if (this.isChain4()) return relative & 3;
    const readMap = this.registers().graphics[vga.GC_READ_MAP_SELECT];
    return this.isOddEvenRead() ? (readMap & 2) | (relative & 1) : readMap;
  }

  private valueWritten(plane: number, value: number): number {
    const { graphics, latches } = this.registers();
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

function joinBytes(sizeBytes: AccessSize, byteAt: (index: number) => number): number {
  let value = 0;
  for (let i = 0; i < sizeBytes; i++) value |= byteAt(i) << (8 * i);
  return value >>> 0;
}
