// Exercise 4 of docs/facts.md ("Exercises"): what a student measures on the machine is the right answer given there.
import { describe, expect, it } from 'vitest';
import { EmulatorError } from '../../src/emulator/errors';
import type { Setting } from './measured';
import { MIB, measure } from './measured';

describe('exercise 4: the invariant', () => {
  const scattered: Setting = {
    set: { 'memory.ramBytes': 8 * MIB, 'kernel.fillerBytes': 384 * 1024 },
    option: { scatter: '7', 'load-at': '0x400000', hash: 'on', console: '115200' },
  };

  it('off, with scattered pages, corrupts the kernel, and the hash stops it in the purgatory', () => {
    const off = { ...scattered, option: { ...scattered.option, invariant: 'off' } };
    expect(() => measure('kexec', off)).toThrow(EmulatorError);
    expect(() => measure('kexec', off)).toThrow('The purgatory found that the loaded segments had changed.');
  });

  it('on, lets no page be overwritten before it is copied, and the exchanges are counted', () => {
    const { serialText } = measure('kexec', scattered);
    const counts = /(\d+) pages loaded, (\d+) already in place, (\d+) exchanged, (\d+) parked/
      .exec(serialText)!
      .slice(1)
      .map(Number);
    const [loaded, inPlace, exchanged, parked] = counts;
    expect(loaded).toBeGreaterThan(inPlace + exchanged);
    expect(exchanged).toBeGreaterThan(0);
    // The purgatory's hash was right, or there would be no record: not a page was bad.
    expect(parked).toBeGreaterThan(0);
  });
});
