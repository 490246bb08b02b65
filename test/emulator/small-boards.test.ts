// The smallest boards the lab kernel runs on: a 486 from before PCI, and one with 4 MB. Both paths, with the committed guests.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PathRecord, RebootPath } from '../../src/emulator/phases';
import { leafPhases } from '../../src/emulator/phases';
import type { MachineProfile } from '../../src/emulator/profile';
import { applyOverlay } from '../../src/emulator/profile';
import type { PathRunRequest } from '../../src/emulator/run-path';
import { buildPathMachine, runPath } from '../../src/emulator/run-path';
import { readGuestImages } from '../support/guest-images';

const MIB = 2 ** 20;
const LIMIT_CYCLES = 20e9;
const IMAGES = readGuestImages();
const PROFILE_FILE = join(import.meta.dirname, '../../resources/profiles/486dx2-66.json');
/** Without the disk work of its services, which no size of board changes. */
const BOARD = { ...(JSON.parse(readFileSync(PROFILE_FILE, 'utf8')) as MachineProfile), services: null };

const WITHOUT_PCI: MachineProfile = { ...BOARD, hasPci: false };
const WITH_4_MB = applyOverlay(BOARD, { 'memory.ramBytes': 4 * MIB });

function request(profile: MachineProfile, path: RebootPath): PathRunRequest {
  return { profile, path, seed: 1, variations: [], images: IMAGES, limitCycles: LIMIT_CYCLES };
}

const recordsOf = (profile: MachineProfile) => ({
  warm: runPath(request(profile, 'warm')),
  kexec: runPath(request(profile, 'kexec')),
});
const RECORDS = { 'a 486 without PCI': recordsOf(WITHOUT_PCI), 'a 486 with 4 MB': recordsOf(WITH_4_MB) };

const phasesOf = ({ root }: PathRecord) => leafPhases(root).map(({ id }) => id);
const cyclesOf = ({ root }: PathRecord, phase: string) =>
  leafPhases(root)
    .filter(({ id }) => id === phase)
    .reduce((sum, { costs }) => sum + costs.durationCycles, 0);

/** Writes of PCI configuration addresses and accesses to the data behind them, from power-on to services. */
function pciAccesses(profile: MachineProfile) {
  const machine = buildPathMachine(request(profile, 'cold'));
  const counts = { addresses: 0, data: 0 };
  machine.bus.listenToPort(0xcf8, (_port, _sizeBytes, _value, isWrite) => {
    if (isWrite) counts.addresses++;
  });
  for (let port = 0xcfc; port <= 0xcff; port++) machine.bus.listenToPort(port, () => counts.data++);
  let isUp = false;
  machine.cpu.watchExecution(IMAGES.symbols.init.services_up, () => {
    isUp = true;
    machine.requestStop();
  });
  machine.powerOn();
  machine.run({ limitCycles: LIMIT_CYCLES, heartbeat: () => true });
  expect(isUp).toBe(true);
  return counts;
}

describe.each(Object.entries(RECORDS))('the lab on %s', (_, { warm, kexec }) => {
  it('brings services up again through the firmware, by all phases of a reboot', () => {
    expect(phasesOf(warm)).toEqual(
      expect.arrayContaining([
        'reset',
        'post-52',
        'post-6f',
        'loader-load',
        'setup-realmode',
        'decompress',
        'userspace',
      ]),
    );
    expect(phasesOf(warm).at(-1)).toBe('userspace');
  });

  it('brings them up again through kexec, without reset and firmware', () => {
    expect(phasesOf(kexec)).toEqual(
      expect.arrayContaining(['kexec-load', 'relocate-copy', 'decompress', 'start-kernel', 'userspace']),
    );
    expect(
      phasesOf(kexec).filter((id) => id === 'reset' || id.startsWith('post-') || id.startsWith('loader-')),
    ).toEqual([]);
    expect(kexec.totalCycles).toBeLessThan(warm.totalCycles / 2);
  });

  it('keeps every cycle in a phase', () => {
    for (const { root } of [warm, kexec]) {
      const sum = leafPhases(root).reduce((cycles, { costs }) => cycles + costs.durationCycles, 0);
      expect(sum).toBe(root.endCycle - root.startCycle);
    }
  });
});

describe('a board without PCI', () => {
  const without = RECORDS['a 486 without PCI'];
  const withPci = RECORDS['a 486 with 4 MB'];

  it('costs no enumeration: firmware and kernel look for PCI and find none', () => {
    const { addresses, data } = pciAccesses(WITHOUT_PCI);
    expect(addresses).toBeLessThan(10);
    expect(data).toBe(0);
    expect(pciAccesses(WITH_4_MB).data).toBeGreaterThan(100);
  });

  it('has a kernel that spends less on PCI than on a board with it', () => {
    expect(cyclesOf(without.kexec, 'probe-pci')).toBeLessThan(cyclesOf(withPci.kexec, 'probe-pci') / 2);
  });

  it('has no shadow of its ROM: its POST is slower than the one of a board with a PCI chip set', () => {
    const videoCycles = (record: PathRecord) => cyclesOf(record, 'post-29') + cyclesOf(record, 'post-2b');
    expect(videoCycles(without.warm)).toBeGreaterThan(2 * videoCycles(withPci.warm));
  });
});
