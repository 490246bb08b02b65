// One cache as a set of tags in linear memory: which lines it holds and which of them are dirty. No data: memory always
// has the newest bytes, so a cache changes what an access costs and never what it gives.
// Replacement is true LRU; pseudo-LRU of real CPUs and random replacement are left out.

const VALID = 1;
const DIRTY = 2;

/** Size and shape of one cache. All powers of two. */
export interface CacheShape {
  readonly sizeBytes: number;
  readonly ways: number;
  readonly lineBytes: number;
}

/** Tags of one cache: `sizeBytes / lineBytes` words of an i32 view, one set after another, newest line of a set first. */
export class CacheLevel {
  readonly lineShift: number;
  readonly lines: number;
  private readonly ways: number;
  private readonly setMask: number;

  /** @param first i32 index of the first tag */
  constructor(
    private readonly i32: Int32Array,
    private readonly first: number,
    { sizeBytes, ways, lineBytes }: CacheShape,
  ) {
    this.lineShift = Math.log2(lineBytes);
    this.lines = sizeBytes / lineBytes;
    this.ways = ways;
    this.setMask = this.lines / ways - 1;
  }

  /** Looks a physical address up; a line that is there becomes the newest of its set. */
  touch(address: number): boolean {
    const { i32, ways } = this;
    const line = address >>> this.lineShift;
    const newest = this.first + (line & this.setMask) * ways;
    const wanted = (line << 2) | VALID;
    if ((i32[newest] & ~DIRTY) === wanted) return true;
    for (let way = 1; way < ways; way++) {
      const tag = i32[newest + way];
      if ((tag & ~DIRTY) !== wanted) continue;
      for (let at = newest + way; at > newest; at--) i32[at] = i32[at - 1];
      i32[newest] = tag;
      return true;
    }
    return false;
  }

  /** Marks the line that `touch` found or `fill` brought in last in its set. */
  markDirty(address: number): void {
    const line = address >>> this.lineShift;
    this.i32[this.first + (line & this.setMask) * this.ways] |= DIRTY;
  }

  /** Brings a line in that is not there. Returns the address of the line that had to go if that was dirty, else -1. */
  fill(address: number): number {
    const { i32, ways } = this;
    const line = address >>> this.lineShift;
    const newest = this.first + (line & this.setMask) * ways;
    const victim = i32[newest + ways - 1];
    for (let at = newest + ways - 1; at > newest; at--) i32[at] = i32[at - 1];
    i32[newest] = (line << 2) | VALID;
    return (victim & DIRTY) === 0 ? -1 : (victim >>> 2) * 2 ** this.lineShift;
  }

  /** Forgets the line of an address, dirty or not. */
  drop(address: number): void {
    const { i32, ways } = this;
    const line = address >>> this.lineShift;
    const newest = this.first + (line & this.setMask) * ways;
    const wanted = (line << 2) | VALID;
    for (let way = 0; way < ways; way++) {
      if ((i32[newest + way] & ~DIRTY) !== wanted) continue;
      i32.copyWithin(newest + way, newest + way + 1, newest + ways);
      i32[newest + ways - 1] = 0;
      return;
    }
  }

  /** Forgets all lines. Returns how many of them were dirty. */
  clear(): number {
    const tags = this.i32.subarray(this.first, this.first + this.lines);
    const dirty = tags.reduce((count, tag) => count + ((tag & DIRTY) >> 1), 0);
    tags.fill(0);
    return dirty;
  }
}
