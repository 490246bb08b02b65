import { describe, expect, it } from 'vitest';
import type { CdMechanicsConfig } from '../../../src/emulator/devices/cd-mechanics';
import { CdMechanics } from '../../../src/emulator/devices/cd-mechanics';
import { createChipBench } from './port-bench';

const MS = 1_000_000; // cycles at 1 GHz
const LAST = 74 * 60 * 75; // the rim

/** One block a millisecond at the rim; ten blocks of buffer. */
const DRIVE: CdMechanicsConfig = {
  readBytesPerSecond: 2_048_000,
  isConstantAngular: false,
  shortAccessNs: 10 * MS,
  fullAccessNs: 110 * MS,
  spinUpNs: 500 * MS,
  bufferBytes: 10 * 2048,
};

function createMechanics(config: Partial<CdMechanicsConfig> = {}) {
  const mechanics = new CdMechanics(createChipBench().clock, { ...DRIVE, ...config });
  mechanics.spinUp(0);
  return mechanics;
}

describe('the spindle', () => {
  it('is at speed after its time, once', () => {
    const mechanics = createMechanics();
    expect(mechanics.spinUp(100 * MS)).toBe(500 * MS);
    mechanics.spinDown();
    expect(mechanics.isSpinning).toBe(false);
    expect(mechanics.spinUp(1000 * MS)).toBe(1500 * MS);
  });
});

describe('an access', () => {
  it('takes the short time close by, the full one over the whole disc, and in between by the square root', () => {
    const mechanics = createMechanics();
    expect(mechanics.accessNs(500, 500)).toBe(10 * MS);
    expect(mechanics.accessNs(0, LAST)).toBeCloseTo(110 * MS, 0);
    expect(mechanics.accessNs(LAST, 0)).toBe(mechanics.accessNs(0, LAST));
    // A quarter of the way on the radius: 25 + 8.25 mm.
    const quarter = (LAST * (33.25 ** 2 - 25 ** 2)) / (58 ** 2 - 25 ** 2);
    expect(mechanics.accessNs(0, quarter)).toBeCloseTo(60 * MS, 0);
  });

  it('waits for the spindle', () => {
    expect(createMechanics().seek(0, 0)).toBe(510 * MS);
  });
});

describe('reading', () => {
  it('takes a block time per block, and goes on reading ahead', () => {
    const mechanics = createMechanics();
    expect(mechanics.read(0, 3, 1000 * MS)).toEqual([1011 * MS, 1012 * MS, 1013 * MS]);
    // Five milliseconds later five more blocks are in the buffer.
    expect(mechanics.read(3, 2, 1018 * MS)).toEqual([1014 * MS, 1015 * MS]);
  });

  it('stops when the buffer is full, and needs a new access then', () => {
    const mechanics = createMechanics();
    mechanics.read(0, 1, 1000 * MS);
    // Blocks 0 to 10 are read, until 1021 ms; then it waits.
    const cycles = mechanics.read(1, 12, 2000 * MS);
    expect(cycles.slice(0, 10)).toEqual(Array.from({ length: 10 }, (_, i) => (1012 + i) * MS));
    expect(cycles[10]).toBeGreaterThanOrEqual(2011 * MS);
    expect(cycles[11] - cycles[10]).toBe(MS);
  });

  it('never stops for a host that keeps up', () => {
    const mechanics = createMechanics();
    let now = 1000 * MS;
    for (let block = 0; block < 200; block += 5) {
      const last = mechanics.read(block, 5, now).at(-1)!;
      expect(last).toBe(1010 * MS + (block + 5) * MS);
      now = last + 100_000;
    }
  });

  it('at constant angular velocity is as fast as the box says at the rim, and 25/58 of that inside', () => {
    const mechanics = createMechanics({ isConstantAngular: true, bufferBytes: 2048 });
    const blockNs = (block: number) => {
      const [first, , , , last] = mechanics.read(block, 5, 5000 * MS);
      return (last - first) / 4;
    };
    expect(blockNs(LAST - 5) / MS).toBeCloseTo(1, 3);
    expect(blockNs(0) / MS).toBeCloseTo(58 / 25, 3);
  });

  it('is slowed by SET CD SPEED and comes back', () => {
    const mechanics = createMechanics();
    mechanics.setSpeed(1_024_000);
    const [a, b] = mechanics.read(0, 2, 1000 * MS);
    expect(b - a).toBe(2 * MS);
    mechanics.setSpeed(null);
    const [c, d] = mechanics.read(100, 2, 2000 * MS);
    expect(d - c).toBe(MS);
  });

  it('goes on the same from a saved state', () => {
    const a = createMechanics();
    a.read(7, 4, 1000 * MS);
    const b = createMechanics();
    b.restoreState(structuredClone(a.saveState()));
    expect(b.read(11, 3, 1012 * MS)).toEqual(a.read(11, 3, 1012 * MS));
    expect(b.saveState()).toEqual(a.saveState());
  });
});
