// The translation look-aside buffer: one word per linear page in linear memory (LAYOUT.TLB), plus the list of those set.
// A word is (host page XOR linear page) | TLB_* bits; a bit is set only where a plain access to RAM is all there is to it.
import type { MachineMemory } from '../../memory';
import { LAYOUT } from '../../memory';

/** i32 index of the word of linear page 0. */
export const TLB = LAYOUT.TLB / 4;

export const TLB_READ_SUPERVISOR = 0x1;
export const TLB_READ_USER = 0x2;
export const TLB_WRITE_SUPERVISOR = 0x4;
export const TLB_WRITE_USER = 0x8;
/** The page stays over a load of CR3 while CR4.PGE is set. */
export const TLB_GLOBAL = 0x10;
/** The page's entry says that it is not to be cached (PCD). */
export const TLB_UNCACHED = 0x20;
export const TLB_WRITES = TLB_WRITE_SUPERVISOR | TLB_WRITE_USER;

const CAPACITY = 1 << 14;

/** Linear pages in the order they were set, and their words. A page whose translation was forgotten may be listed twice. */
export interface SavedTlb {
  readonly pages: readonly number[];
  readonly words: readonly number[];
}

export class Tlb {
  /** Counts everything that may change a translation: looked-up code is checked against it. */
  mapEpoch = 0;
  private readonly i32: Int32Array;
  /** Linear pages whose word is set. */
  private readonly pages = new Int32Array(CAPACITY);
  private count = 0;

  constructor(memory: MachineMemory) {
    this.i32 = memory.i32;
  }

  /** Sets the word of a linear page. */
  set(linear: number, hostPage: number, bits: number): void {
    const page = linear >>> 12;
    if (this.i32[TLB + page] === 0) {
      if (this.count === CAPACITY) this.flush(true);
      this.pages[this.count++] = page;
    }
    this.i32[TLB + page] = ((hostPage ^ linear) & ~0xfff) | bits;
  }

  /** Forgets all translations; without `includeGlobal` those marked global stay. */
  flush(includeGlobal: boolean): void {
    let kept = 0;
    for (let i = 0; i < this.count; i++) {
      const page = this.pages[i];
      if (!includeGlobal && (this.i32[TLB + page] & TLB_GLOBAL) !== 0) this.pages[kept++] = page;
      else this.i32[TLB + page] = 0;
    }
    this.count = kept;
    this.mapEpoch++;
  }

  /** Forgets the translation of one page. Its place in the list stays: the word is 0 and may be listed twice. */
  invalidate(linear: number): void {
    this.i32[TLB + (linear >>> 12)] &= 0;
    this.mapEpoch++;
  }

  /** Takes the write bits from all words of a host page: it has code now, so that writes must be looked at. */
  protectFromWrites(hostPage: number): void {
    const { i32, pages } = this;
    for (let i = 0; i < this.count; i++) {
      const at = TLB + pages[i];
      if (((i32[at] ^ (pages[i] << 12)) & ~0xfff) === hostPage) i32[at] &= ~TLB_WRITES;
    }
  }

  saveState(): SavedTlb {
    const pages = [...this.pages.subarray(0, this.count)];
    return { pages, words: pages.map((page) => this.i32[TLB + page]) };
  }

  /** Between machines of one layout only: words hold offsets in linear memory. */
  restoreState({ pages, words }: SavedTlb): void {
    this.flush(true);
    pages.forEach((page, i) => {
      this.pages[i] = page;
      this.i32[TLB + page] = words[i];
    });
    this.count = pages.length;
  }
}
