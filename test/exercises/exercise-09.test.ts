// Exercise 9 of docs/facts.md ("Exercises"): what a student measures on the machine is the right answer given there.
import { describe, expect, it } from 'vitest';
import type { PathRecord } from '../../src/emulator/phases';
import { buildPathMachine } from '../../src/emulator/run-path';
import { cyclesIn, leavesOf, measure, MIB, requestOf } from './measured';

/** A kernel large enough that reading it takes a while. */
const LARGE = { 'memory.ramBytes': 8 * MIB, 'kernel.fillerBytes': MIB };
describe('exercise 9: one call or two', () => {
  const single = measure('kexec', { set: LARGE, option: { era: '2.5.44' } });
  const split = measure('kexec', { set: LARGE });

  it('two: loading is no outage, one: it is', () => {
    const order = (record: PathRecord) =>
      leavesOf(record).filter((id) => id === 'kexec-load' || id === 'userspace-shutdown');
    expect(order(split)).toEqual(['kexec-load', 'userspace-shutdown']);
    expect(order(single)).toEqual(['kexec-load', 'userspace-shutdown', 'kexec-load']);
    expect(split.totalCycles - split.outageCycles).toBe(cyclesIn(split, 'kexec-load'));
    // Where in a tick of 10 ms the next kernel begins its calibration is another matter on either path.
    const ticks =
      Math.abs(single.outageCycles - split.outageCycles - cyclesIn(split, 'kexec-load')) * (100 / split.cpuHz);
    expect(cyclesIn(split, 'kexec-load')).toBeGreaterThan(0.1 * split.cpuHz);
    expect(ticks).toBeLessThan(3);
  });

  it('one: at a panic there is no image, and nothing can be booted', () => {
    const machine = buildPathMachine(
      requestOf('cold', { words: 'lab.panic=1 lab.era=2.5.44', option: { console: '115200' } }),
    );
    machine.powerOn();
    expect(machine.run({ limitCycles: 5e9, heartbeat: () => true })).toBe('stuck');
    expect(machine.serialText).toContain('no crash kernel');
    expect(machine.serialText).toContain('System halted.');
  });
});
