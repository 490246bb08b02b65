// Exercise 8 of docs/facts.md ("Exercises"): what a student measures on the machine is the right answer given there.
import { describe, expect, it } from 'vitest';
import { fitLine, measure } from './measured';

describe('exercise 8: a serial console', () => {
  const BAUDS = [9600, 19_200, 115_200];
  const BITS = 10; // start, eight of data, stop
  const records = BAUDS.map((baud) => measure('kexec', { option: { console: String(baud) } }));
  // From where the path begins, with the carriage returns; the rate itself is in the text, so lengths differ by a few.
  const characters = records.map(({ serialText }) => serialText.length - serialText.indexOf('init: loading'));

  it('costs kexec the time of its characters too', () => {
    const sending = records.map((_, i) => (characters[i] * BITS) / BAUDS[i]);
    const { slope } = fitLine(records.map((record, i) => [sending[i], record.totalCycles / record.cpuHz]));
    expect(sending[0]).toBeGreaterThan(1);
    // Every second of sending is a second of the path, to the ticks the calibration waits for.
    expect(Math.abs(slope - 1)).toBeLessThan(0.03);
    const secondsFor6500 = BAUDS.map((baud) => (6500 * BITS * slope) / baud);
    expect(Math.abs(secondsFor6500[0] - 6.8)).toBeLessThan(0.2);
    expect(Math.abs(secondsFor6500[2] - 0.56)).toBeLessThan(0.02);
  });
});
