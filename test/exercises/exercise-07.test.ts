// Exercise 7 of docs/facts.md ("Exercises"): what a student measures on the machine is the right answer given there.
import { describe, expect, it } from 'vitest';
import type { Setting } from './measured';
import { cyclesIn, measure } from './measured';

const base = { warm: measure('warm'), kexec: measure('kexec') };
describe('exercise 7: a slave that is set up and absent', () => {
  const SECONDS = 5;
  const absent: Setting = { set: { 'firmware.ideExpectedDrives': 0b0010, 'firmware.ideWaitSeconds': SECONDS } };
  const [warm, kexec] = [measure('warm', absent), measure('kexec', absent)];

  it('costs a firmware reboot the time the BIOS waits for it', () => {
    const more = (cyclesIn(warm, 'storage-detect') - cyclesIn(base.warm, 'storage-detect')) / warm.cpuHz;
    expect(more).toBeGreaterThan(SECONDS - 0.06);
    expect(more).toBeLessThan(SECONDS + 0.06);
  });

  it('costs kexec nothing', () => {
    expect(kexec.totalCycles).toBe(base.kexec.totalCycles);
  });
});
