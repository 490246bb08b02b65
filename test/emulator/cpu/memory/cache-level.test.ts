import { describe, expect, it } from 'vitest';
import { CacheLevel } from '../../../../src/emulator/cpu/memory/cache-level';

/** 512 bytes, two ways, 32-byte lines: eight sets, so that addresses 256 bytes apart share one. */
function level(): CacheLevel {
  return new CacheLevel(new Int32Array(64), 8, { sizeBytes: 512, ways: 2, lineBytes: 32 });
}

describe('a cache level', () => {
  it('holds nothing at first, then whole lines', () => {
    const cache = level();
    expect(cache.touch(0)).toBe(false);
    cache.fill(0x47);
    expect([0x3f, 0x40, 0x5f, 0x60].map((address) => cache.touch(address))).toEqual([false, true, true, false]);
  });

  it('gives up the line of a set that was not used for longest', () => {
    const cache = level();
    cache.fill(0x000);
    cache.fill(0x100);
    cache.touch(0x000);
    cache.fill(0x200);
    expect([0x000, 0x100, 0x200].map((address) => cache.touch(address))).toEqual([true, false, true]);
  });

  it('tells the address of a dirty line that had to go, and of no other', () => {
    const cache = level();
    cache.fill(0x7fff_ff00);
    cache.markDirty(0x7fff_ff00);
    expect(cache.fill(0x000)).toBe(-1);
    expect(cache.fill(0x100)).toBe(0x7fff_ff00);
    expect(cache.fill(0x200)).toBe(-1);
  });

  it('keeps a line dirty while others of its set are used', () => {
    const cache = level();
    cache.fill(0x000);
    cache.markDirty(0x000);
    cache.fill(0x100);
    cache.touch(0x000);
    cache.touch(0x100);
    expect(cache.clear()).toBe(1);
    expect(cache.touch(0x000)).toBe(false);
  });

  it('forgets one line and leaves the rest of its set', () => {
    const cache = level();
    cache.fill(0x000);
    cache.fill(0x100);
    cache.drop(0x110);
    cache.drop(0x300);
    expect([0x000, 0x100].map((address) => cache.touch(address))).toEqual([true, false]);
    cache.fill(0x200);
    expect([0x000, 0x200].map((address) => cache.touch(address))).toEqual([true, true]);
  });

  it('touches no tag outside its own', () => {
    const tags = new Int32Array(64).fill(7);
    const cache = new CacheLevel(tags, 8, { sizeBytes: 512, ways: 2, lineBytes: 32 });
    for (let address = 0; address < 0x2000; address += 32) cache.fill(address);
    cache.clear();
    expect([...tags.subarray(0, 8), ...tags.subarray(24)].every((tag) => tag === 7)).toBe(true);
  });
});
