// Exercise 1 of docs/facts.md ("Exercises"), on the machines with SCSI disks of 2002 and 2003: where the time goes, and what bounds the gain.
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ProfileOverlay } from '../../src/emulator/profile';
import { applyOverlay } from '../../src/emulator/profile';
import { findProfile } from '../../src/host/profiles';
import type { PhaseGroup } from '../../src/lab/index';
import { phaseTotals } from '../../src/lab/phase-totals';
import { cyclesIn, measure, MIB } from './measured';

async function machine(id: string, overlay: ProfileOverlay = {}) {
  const found = await findProfile(id, resolve('resources/profiles'));
  if (!found.ok) throw new Error(found.failure.message);
  return { id, profile: applyOverlay(found.value, overlay) };
}

const MACHINES = [
  await machine('osdl-2002'),
  // An eighth of its memory: the test of all 2 GB, past the caches, would be more than half of what a reboot takes.
  await machine('dual-xeon-2003', { 'memory.ramBytes': 256 * MIB }),
];

describe.each(MACHINES)('exercise 1: where does the time go, $id', ({ profile }) => {
  const [warm, kexec] = [measure('warm', { profile }), measure('kexec', { profile })];
  const inGroup = (group: PhaseGroup) =>
    phaseTotals(warm.root).reduce(
      (sum, { kind, durationCycles }) => sum + (kind.group === group ? durationCycles : 0),
      0,
    );

  it('what kexec saves is firmware and loader, to within a hundredth', () => {
    const saved = warm.outageCycles - kexec.outageCycles;
    expect((inGroup('firmware') + inGroup('loader')) / saved).toBeCloseTo(1, 2);
  });

  it('the gain is two- to fourfold, and bounded by what both paths pay: kernel start, probes, services', () => {
    const gain = warm.outageCycles / kexec.outageCycles;
    const paidByBoth = (['start-kernel', 'driver-probe', 'userspace'] as const).map((id) => cyclesIn(kexec, id));
    const bound = warm.outageCycles / paidByBoth.reduce((sum, cycles) => sum + cycles, 0);
    expect(gain).toBeGreaterThan(2);
    expect(gain).toBeLessThan(4);
    expect(gain).toBeLessThan(bound);
    expect(gain).toBeGreaterThan(0.9 * bound);
  });
});
