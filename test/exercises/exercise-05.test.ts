// Exercise 5 of docs/facts.md ("Exercises"): what a student measures on the machine is the right answer given there.
import { describe, expect, it } from 'vitest';
import { MIB, cyclesIn, fitLine, measure } from './measured';

describe('exercise 5: the memory test', () => {
  const SIZES_MIB = [4, 6, 8];
  const testOf = (set: Record<string, number>, option = {}) =>
    SIZES_MIB.map((size) => {
      const record = measure('warm', {
        set: { 'firmware.memoryTest': 2, ...set, 'memory.ramBytes': size * MIB },
        option,
      });
      return [size * MIB, cyclesIn(record, 'ram-test')] as const;
    });

  it('grows in a straight line with the memory, by the rate of one byte', () => {
    const points = testOf({});
    const { slope, largestError } = fitLine(points);
    const [[fromBytes, fromCycles], [toBytes, toCycles]] = [points[0], points.at(-1)!];
    expect(slope).toBeCloseTo((toCycles - fromCycles) / (toBytes - fromBytes), 3);
    expect(slope).toBeGreaterThan(0);
    expect(largestError).toBeLessThan(0.001 * toCycles);
  });

  it('has no slope after 1234h at 0040:0072', () => {
    const cycles = testOf({}, { warmword: 'on' }).map(([, spent]) => spent);
    expect(Math.max(...cycles)).toBeLessThan(0.01 * testOf({})[0][1]);
  });
});
