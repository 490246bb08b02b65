// Every machine that comes with Bootlab, and a small one without PCI, reach services through their own firmware and again by a
// kexec jump. What only takes time is shortened: memory, prompts, settle time.
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runPath } from '../../src/emulator/run-path';
import { applyOverlay, figureNames } from '../../src/emulator/index';
import { loadProfiles, readProfileFile } from '../../src/host/profiles';
import type { MachineProfile, PathRecord } from '../../src/lab/index';
import { leafPhases } from '../../src/lab/index';
import { readGuestImages } from '../support/guest-images';

const SHIPPED = resolve('resources/profiles');
const SMALL = join(import.meta.dirname, '../fixtures/profiles/486-isa-4mb.json');
const MIB = 2 ** 20;

/** Values of figures where a machine has them. */
const SHORT: Readonly<Record<string, number>> = {
  'loader.promptTenths': 0,
  'firmware.memoryTest': 0,
  'firmware.scsiPromptSeconds': 0,
  'firmware.pxePromptSeconds': 0,
  'scsi.driverSettleNs': 1e9,
  'kernel.fillerBytes': 0,
  'services.reads': 0,
  'services.stopReads': 0,
};

async function machines(): Promise<readonly MachineProfile[]> {
  const [shipped, small] = [await loadProfiles(SHIPPED), await readProfileFile(SMALL, SHIPPED)];
  if (!shipped.ok) throw new Error(shipped.failure.message);
  if (!small.ok) throw new Error(small.failure.message);
  return [...shipped.value, small.value];
}

function shorten(profile: MachineProfile): MachineProfile {
  const names = figureNames(profile);
  const overlay = Object.fromEntries(Object.entries(SHORT).filter(([name]) => names.includes(name)));
  const ramBytes = Math.min(profile.memory.ramBytes.value, 32 * MIB);
  const short = applyOverlay(profile, { ...overlay, 'memory.ramBytes': ramBytes });
  // A serial line keeps all that is said; a screen scrolls.
  return { ...short, kernel: { ...short.kernel, commandLine: 'console=ttyS0,115200 reboot=k' } };
}

const phasesOf = ({ root }: PathRecord) => leafPhases(root).map(({ id }) => id);

describe.each((await machines()).map((profile) => [profile.id, profile] as const))('%s', (_, profile) => {
  const record = runPath({
    ...{ profile: shorten(profile), path: 'kexec', seed: 1, variations: [], images: readGuestImages() },
    limitCycles: 1e12,
  });

  it('reaches services, and the next kernel’s services', () => {
    expect(phasesOf(record)).toEqual(
      expect.arrayContaining(['kexec-load', 'relocate-copy', 'decompress', 'userspace']),
    );
    expect(record.pagesCopied).toBeGreaterThan(0);
    expect(record.warnings).toEqual([]);
  });

  it('found the cards it has, and no other', () => {
    expect(record.serialText.includes('BusLogic BT-958')).toBe(Boolean(profile.scsi));
    expect(record.serialText.includes('Intel 82559')).toBe(Boolean(profile.network));
    expect(record.serialText.includes('PCI: Using configuration')).toBe(profile.hasPci);
  });

  it('started from the disk it says', () => {
    expect(record.serialText.includes('labfs: 2 files on sda')).toBe(profile.bootDisk === 'scsi');
  });
});

it('the server pays its black minute for a firmware reboot, and none for a jump', async () => {
  const server = (await machines()).find(({ id }) => id === 'dual-xeon-2003')!;
  const { kernel } = shorten(server);
  const profile = { ...shorten(server), kernel: { ...kernel, commandLine: server.kernel.commandLine } };
  const resetNs = (path: 'warm' | 'kexec') => {
    const record = runPath({ profile, path, seed: 1, variations: [], images: readGuestImages(), limitCycles: 1e12 });
    const phases = leafPhases(record.root).filter(({ id }) => id === 'reset');
    return phases.map(({ costs }) => (costs.durationCycles / record.cpuHz) * 1e9);
  };
  expect(resetNs('warm')).toEqual([60e9]);
  expect(resetNs('kexec')).toEqual([]);
});
