// What segment checks need, worked out once per load of a segment register: derived from the hidden parts in state.ts.
import type { Cpu } from '../cpu';
import { CS, DS, ES, SEGMENT, SEGMENT_WORDS, SEG_ACCESS, SEG_BASE, SEG_LIMIT, SEG_NULL, SS } from '../state';

/** What an access wants to do. */
export const WANTS_READ = 1;
export const WANTS_WRITE = 2;

const ACCESS_PRESENT = 0x80;
const ACCESS_CODE = 0x08;
const ACCESS_EXPAND_DOWN = 0x04;
const ACCESS_READ_WRITE = 0x02;
const SEGMENT_DB = 0x4000;

const FLAT_DATA = [ES, SS, DS];

export class SegmentCache {
  /** WANTS_* bits that the segment allows; 0 when unusable. */
  readonly rights = new Uint8Array(6);
  /** First and last valid offset, unsigned. */
  readonly first = new Float64Array(6);
  readonly last = new Float64Array(6);
  /** ES, CS, SS and DS: base 0, limit 4 GiB; the data segments writable. */
  isFlat = false;
  /** The stack is flat and 32 bits wide. */
  isFlatStack = false;

  /** Works everything out from the hidden parts. */
  update({ i32, tlb }: Cpu): void {
    const lastCode = this.last[CS];
    for (let seg = 0; seg < 6; seg++) {
      const at = SEGMENT + seg * SEGMENT_WORDS;
      const access = i32[at + SEG_ACCESS];
      this.rights[seg] = rightsOf(access);
      const limit = i32[at + SEG_LIMIT] >>> 0;
      if ((access & (ACCESS_CODE | ACCESS_EXPAND_DOWN)) === ACCESS_EXPAND_DOWN) {
        this.first[seg] = limit + 1;
        this.last[seg] = (access & SEGMENT_DB) !== 0 ? 0xffff_ffff : 0xffff;
      } else {
        this.first[seg] = 0;
        this.last[seg] = limit;
      }
    }
    const isFlatCode = i32[SEGMENT + CS * SEGMENT_WORDS + SEG_BASE] === 0 && this.last[CS] === 0xffff_ffff;
    this.isFlat = isFlatCode && FLAT_DATA.every((seg) => this.isFlatData(i32, seg));
    this.isFlatStack = this.isFlatData(i32, SS) && (i32[SEGMENT + SS * SEGMENT_WORDS + SEG_ACCESS] & SEGMENT_DB) !== 0;
    // Looked-up code has been checked against the limit of CS.
    if (this.last[CS] !== lastCode) tlb.mapEpoch++;
  }

  private isFlatData(i32: Int32Array, seg: number): boolean {
    return (
      i32[SEGMENT + seg * SEGMENT_WORDS + SEG_BASE] === 0 &&
      this.first[seg] === 0 &&
      this.last[seg] === 0xffff_ffff &&
      this.rights[seg] === (WANTS_READ | WANTS_WRITE)
    );
  }
}

function rightsOf(access: number): number {
  if ((access & SEG_NULL) !== 0 || (access & ACCESS_PRESENT) === 0) return 0;
  if ((access & ACCESS_CODE) !== 0) return (access & ACCESS_READ_WRITE) !== 0 ? WANTS_READ : 0;
  return (access & ACCESS_READ_WRITE) !== 0 ? WANTS_READ | WANTS_WRITE : WANTS_READ;
}
