// Exercise 5 of docs/facts.md ("Exercises"): what a student measures on the machine is the right answer given there.
import { describe, expect, it } from 'vitest';
import type { RunOptions } from '../../src/lab/run-options';
import { phaseTotals } from '../../src/lab/phase-totals';
import { MIB, cyclesIn, fitLine, measure } from './measured';

describe('exercise 5: the memory test', () => {
  const SIZES_MIB = [4, 6, 8];
  /** Memory and the cycles of POST, all of it and the test alone. */
  const postOf = (memoryTest: number, option: RunOptions = {}) =>
    SIZES_MIB.map((size) => {
      const set = { 'firmware.memoryTest': memoryTest, 'memory.ramBytes': size * MIB };
      const record = measure('warm', { set, option });
      const post = phaseTotals(record.root)
        .filter(({ kind }) => kind.group === 'firmware' && kind.id !== 'boot-select')
        .reduce((sum, { durationCycles }) => sum + durationCycles, 0);
      return { bytes: size * MIB, post, test: cyclesIn(record, 'ram-test') };
    });
  const [tested, untested] = [postOf(2), postOf(0)];
  // A dword is written, compared and cleared in 100 ns each, 10 cycles.
  const CYCLES_PER_BYTE = (3 * 10) / 4;

  it('grows in a straight line with the memory, by one over its rate', () => {
    const { slope, largestError } = fitLine(tested.map(({ bytes, test }) => [bytes, test]));
    expect(Math.abs(slope / CYCLES_PER_BYTE - 1)).toBeLessThan(0.01);
    expect(largestError).toBeLessThan(0.001 * tested[0].test);
  });

  it('leaves the rest of POST as the line’s intercept', () => {
    const { intercept } = fitLine(tested.map(({ bytes, post }) => [bytes, post]));
    // 384 KiB below 1 MiB are no RAM, and a few KiB of what is were tested before.
    const notTested = (384 + 5) * 1024 * CYCLES_PER_BYTE;
    expect(Math.abs((intercept + notTested) / untested[0].post - 1)).toBeLessThan(0.02);
  });

  it('has no slope after 1234h at 0040:0072', () => {
    const cycles = postOf(2, { warmword: 'on' }).map(({ test }) => test);
    expect(Math.max(...cycles)).toBeLessThan(0.01 * tested[0].test);
  });
});
