// The one linear memory: CPU state, counters, translation tables, RAM, ROM and video RAM (docs/decisions/0001).
// Everything architectural lives here at fixed offsets, so that translated code and snapshots see the same bytes.

/** Byte offsets of the parts of the linear memory. RAM comes last but for ROM and video RAM, which follow it. */
export const LAYOUT = {
  /** Registers, segment caches, flags: see cpu/state.ts. */
  CPU_BLOCK: 0x0000_0000,
  CPU_BLOCK_BYTES: 0x0001_0000,
  /** One byte per 4 KiB frame of the 4 GiB physical space: PAGE_HAS_CODE, PAGE_DIRTY. */
  PAGE_FLAGS: 0x0010_0000,
  PAGE_FLAGS_BYTES: 0x0010_0000,
  /** Tags of the CPU's caches, where they are simulated: see cpu/memory/caches.ts. */
  CACHES: 0x0020_0000,
  CACHES_BYTES: 0x0010_0000,
  /** One 32-bit word per linear page: see cpu/memory/paging.ts. */
  TLB: 0x0040_0000,
  TLB_BYTES: 0x0040_0000,
  RAM: 0x0080_0000,
} as const;

/** Frame holds decoded or translated code: a write to it must invalidate that first. */
export const PAGE_HAS_CODE = 0x01;

const WASM_PAGE_BYTES = 65536;
/** What every VGA has. */
export const VGA_VIDEO_BYTES = 256 * 1024;
export const MIB = 1024 * 1024;

/** Where the parts behind RAM lie, and the views on all of it. */
export class MachineMemory {
  readonly wasm: WebAssembly.Memory;
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly i32: Int32Array;
  readonly f64: Float64Array;
  /** Offset of guest RAM byte 0; guest physical address + this = offset, below `ramBytes`. */
  readonly ramOffset = LAYOUT.RAM;
  /** Offset of the 1 MiB ROM store: system ROM ends at its end, expansion ROMs begin at its start. */
  readonly romOffset: number;
  readonly romBytes = MIB;
  /** Offset of the video RAM; the four planes of a VGA take turns, byte by byte. */
  readonly videoOffset: number;

  /**
   * @param ramBytes guest RAM, a whole number of MiB
   * @param videoBytes video RAM: a power of two
   */
  constructor(
    readonly ramBytes: number,
    readonly videoBytes = VGA_VIDEO_BYTES,
  ) {
    this.romOffset = this.ramOffset + ramBytes;
    this.videoOffset = this.romOffset + this.romBytes;
    const pages = Math.ceil((this.videoOffset + this.videoBytes) / WASM_PAGE_BYTES);
    this.wasm = new WebAssembly.Memory({ initial: pages, maximum: pages });
    const { buffer } = this.wasm;
    this.u8 = new Uint8Array(buffer);
    this.u16 = new Uint16Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.f64 = new Float64Array(buffer);
  }

  /** The bytes of the video RAM. */
  get videoMemory(): Uint8Array {
    return this.u8.subarray(this.videoOffset, this.videoOffset + this.videoBytes);
  }

  /** Forgets RAM and video RAM contents (power was off). Deterministic: zeros, not noise. */
  clearRam(): void {
    this.u8.fill(0, this.ramOffset, this.ramOffset + this.ramBytes);
    this.u8.fill(0, this.videoOffset, this.videoOffset + this.videoBytes);
  }
}
