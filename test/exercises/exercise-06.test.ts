// Exercise 6 of docs/facts.md ("Exercises"): the same instructions, and what the width of the ROM does. The ratios of 16 and 4
// to uncached DRAM are left out: with flat memory costs, code in shadow RAM counts as cached.
import { describe, expect, it } from 'vitest';
import { costIn, measure } from './measured';

const base = { warm: measure('warm') };
describe('exercise 6: ROM or shadow', () => {
  const unshadowed = (widthBits: number) =>
    measure('warm', { set: { 'firmware.shadow': 0, 'rom.widthBits': widthBits } });
  const [eight, sixteen] = [unshadowed(8), unshadowed(16)];
  // The BIOS finds the PCI functions by code alone, without waiting for anything.
  const PHASE = 'post-25';

  it('runs the same instructions', () => {
    const counts = [eight, sixteen, base.warm].map((record) => costIn(record, PHASE, 'instructions'));
    expect(counts[0]).toBeGreaterThan(100);
    expect(new Set(counts).size).toBe(1);
  });

  it('fetches from a ROM of 8 bits in twice the time of one of 16, and shadowed in far less than either', () => {
    const [from8, from16, fromRam] = [eight, sixteen, base.warm].map((record) => costIn(record, PHASE, 'memoryCycles'));
    expect(from8 / from16).toBeCloseTo(2, 2);
    // Four bus cycles of 0.7 us for four bytes, at 100 MHz; two on 16 bits. Nearly all of the time: the code is bound by its fetches.
    expect(from8 % 70).toBe(0);
    expect(from8).toBeGreaterThan(0.9 * costIn(eight, PHASE, 'durationCycles'));
    expect(fromRam).toBeLessThan(from16 / 4);
  });
});
