import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { copyBandwidth } from '../../src/emulator/copy-bandwidth';
import { MIB } from '../../src/emulator/memory';
import type { MachineProfile } from '../../src/emulator/profile';
import { applyOverlay } from '../../src/emulator/profile';

/** A machine that comes with Bootlab, with 8 MiB or less: what is copied does not depend on it. */
function machine(id: string, simulated: 0 | 1): MachineProfile {
  const profile = JSON.parse(readFileSync(`resources/profiles/${id}.json`, 'utf8')) as MachineProfile;
  const ramBytes = Math.min(profile.memory.ramBytes.value, 8 * MIB);
  return applyOverlay(profile, { 'memory.ramBytes': ramBytes, 'cache.simulated': simulated });
}

/** Clocks around REP MOVSD that copy the pages one after another: MOV ECX, DEC EBX, JNZ, and at most a line of code fetched. */
const AROUND = 40;

describe('copying pages', () => {
  it('costs an i386 4101 clocks of its own, and 24 for each dword on its bus: two accesses of six clocks', () => {
    const flat = copyBandwidth(machine('386dx-33', 0));
    expect(flat.coreCycles).toBeGreaterThan(4101);
    expect(flat.coreCycles).toBeLessThan(4101 + AROUND);
    expect(flat.cycles).toBeGreaterThan(2 * 6 * 1024);
    expect(flat.cycles).toBeLessThan(2 * 6 * 1024 + AROUND);
    const cache = copyBandwidth(machine('386dx-33', 1));
    expect(cache.coreCycles).toBe(flat.coreCycles);
    // Refresh takes 480 ns of every 15.1 us.
    expect(cache.cycles / flat.cycles).toBeGreaterThan(1);
    expect(cache.cycles / flat.cycles).toBeLessThan(1 + 480 / 15_085);
  });

  it('costs an i486 3084 clocks of its own; a line read and four writes on its bus', () => {
    const flat = copyBandwidth(machine('486dx2-66', 0));
    expect(flat.coreCycles).toBeGreaterThan(3084);
    expect(flat.coreCycles).toBeLessThan(3084 + AROUND);
    expect(flat.cycles).toBeLessThan(2 * 12 * 1024 + AROUND);
    const cache = copyBandwidth(machine('486dx2-66', 1));
    // 256 lines of 450 ns and 1024 writes of 180 ns, in clocks of 15 ns.
    const bus = 256 * 30 + 1024 * 12;
    expect(cache.cycles).toBeGreaterThan(bus);
    expect(cache.cycles).toBeLessThan(bus + AROUND);
  });

  it('costs a Pentium 133 a line read and eight writes, between the bounds of docs/facts.md D2', () => {
    const { mbPerSecond } = copyBandwidth(machine('pentium-133', 1));
    // 180 ns for 32 bytes read, 8 x 90 ns for them written.
    expect(mbPerSecond).toBeCloseTo(32_000 / (180 + 8 * 90), 0);
    expect(mbPerSecond).toBeGreaterThan(22);
    expect(mbPerSecond).toBeLessThan(44);
  });

  it('is measured at 199 MB/s on a Pentium III 1000: flat takes that, caches come to the rate of reading', () => {
    expect(copyBandwidth(machine('p3-1000-desktop', 0)).mbPerSecond).toBeCloseTo(199, 0);
    const { mbPerSecond } = copyBandwidth(machine('p3-1000-desktop', 1));
    // 150 ns for 32 bytes read; their writes, 69 ns, fit in beside. Measured: 199 moving, 213 reading.
    expect(mbPerSecond).toBeCloseTo(32_000 / 150, 0);
  });
});
