// Exercise 11 of docs/facts.md ("Exercises"): what a student measures on the machine is the right answer given there.
import { describe, expect, it } from 'vitest';
import { MIB, measure } from './measured';

describe('exercise 11: the 64 MB bug', () => {
  it('without an E820 hand-over the new kernel sees 64 of 640 MB', () => {
    const seen = (e820: string) =>
      measure('kexec', { set: { 'memory.ramBytes': 640 * MIB }, option: { e820, console: '115200' } })
        .serialText.match(/(\d+)MB LOWMEM available/g)!
        .map((line) => Number.parseInt(line, 10));
    expect(seen('on')).toEqual([640, 640]);
    expect(seen('off')).toEqual([640, 64]);
  });
});
