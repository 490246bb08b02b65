// Every cycle of real runs has a cause: the sums are identities, and what is known of a phase is among its causes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PathRecord, RebootPath } from '../../../src/emulator/phases';
import { leafPhases } from '../../../src/emulator/phases';
import type { MachineProfile, ProfileOverlay } from '../../../src/emulator/profile';
import { applyOverlay } from '../../../src/emulator/profile';
import type { Contribution, CostKind } from '../../../src/emulator/provenance/contribution';
import type { ExplainedPath, PathRunRequest } from '../../../src/emulator/run-path';
import { buildPathMachine, explainPath, runPath } from '../../../src/emulator/run-path';
import { portFigure } from '../../../src/emulator/provenance/chip-figures';
import { readGuestImages } from '../../support/guest-images';
import { testProfile, testScsi } from '../../support/test-profile';

const IMAGES = readGuestImages();
const PROFILES = join(import.meta.dirname, '../../../resources/profiles');
const RAM = 4 * 1024 * 1024;

function request(
  path: RebootPath,
  overlay: ProfileOverlay = {},
  changes: Partial<PathRunRequest> = {},
): PathRunRequest {
  const profile = applyOverlay(testProfile(), { 'memory.ramBytes': RAM, ...overlay });
  return { profile, path, seed: 1, variations: [], images: IMAGES, limitCycles: 40e9, ...changes };
}

const sum = (causes: readonly Contribution[]) => causes.reduce((total, { cycles }) => total + cycles, 0);

/** Sums by basis and by kind of cost that differ from the record's own accounts; none should. */
function differences({ record, leaves }: ExplainedPath): string[] {
  return leafPhases(record.root).flatMap(({ id, costs }, index) => {
    const causes = leaves[index];
    const of = (basis: Contribution['basis']) => sum(causes.filter((cause) => cause.basis === basis));
    const executed = costs.durationCycles - costs.deviceWaitCycles - costs.modelledCycles;
    return [
      ['all', sum(causes), costs.durationCycles] as const,
      ['device', of('device'), costs.deviceWaitCycles] as const,
      ['modelled', of('modelled'), costs.modelledCycles] as const,
      ['executed', of('executed'), executed] as const,
    ]
      .filter(([, found, expected]) => found !== expected)
      .map(([what, found, expected]) => `${id} ${what}: ${found} of ${expected}`);
  });
}

function causesOf({ record, leaves }: ExplainedPath, id: string): Contribution[] {
  return leafPhases(record.root).flatMap((leaf, index) => (leaf.id === id ? leaves[index] : []));
}

const figureNames = (causes: readonly Contribution[]) => [
  ...new Set(causes.flatMap(({ figures }) => figures.map(({ name }) => name))),
];

const largest = (causes: readonly Contribution[], cost: CostKind) =>
  [...causes].filter((cause) => cause.cost === cost).sort((a, b) => b.cycles - a.cycles)[0];

describe.each(['warm', 'kexec', 'cold', 'crash'] as const)('the causes of the path %s', (path) => {
  const explained = explainPath(request(path, { 'memory.ramBytes': 32 * 1024 * 1024 }));

  it('add up to every leaf, and by basis to its own accounts', () => {
    expect(explained.leaves).toHaveLength(leafPhases(explained.record.root).length);
    expect(differences(explained)).toEqual([]);
  });

  it('are none of them negative', () => {
    expect(explained.leaves.flat().filter(({ cycles }) => cycles <= 0)).toEqual([]);
  });

  it('change nothing of the record', () => {
    const plain: PathRecord = runPath(request(path, { 'memory.ramBytes': 32 * 1024 * 1024 }));
    expect(explained.record).toEqual(plain);
  });

  it('name a figure with tag and source for all but what no figure decides', () => {
    const bare = explained.leaves.flat().filter(({ figures }) => figures.length === 0);
    // A wait for a chip that was told nothing with a figure of its own, a spurious interrupt.
    expect(sum(bare) / explained.record.totalCycles).toBeLessThan(0.001);
    for (const { evidence, source } of explained.leaves.flat().flatMap(({ figures }) => figures)) {
      expect(['S', 'D', 'K', 'model']).toContain(evidence);
      expect(source).not.toBe('');
    }
  });
});

describe('a firmware reboot', () => {
  const explained = explainPath(request('warm'));

  it('is held in reset by the figure for a reset of the CPU', () => {
    expect(causesOf(explained, 'reset')).toMatchObject([
      {
        basis: 'modelled',
        cost: 'hold',
        code: null,
        cycles: 100,
        figures: [{ name: 'reset.cpuInitHoldNs', value: 1000 }],
      },
    ]);
  });

  it('waits at its prompt in the loader, for the timer, as long as the profile says', () => {
    const wait = largest(causesOf(explained, 'loader-menu'), 'wait');
    expect(wait).toMatchObject({ chip: '8254 counter 0', code: { image: 'loader' } });
    expect(figureNames([wait])).toEqual(['loader.promptTenths', '8254.clockHz']);
  });

  it('waits in the BIOS for the keyboard’s self-test', () => {
    const wait = largest(causesOf(explained, 'post-33'), 'wait');
    expect(wait).toMatchObject({ chip: '8042 command', code: { image: 'bios', symbol: 'kbc_receive' } });
    expect(figureNames([wait])).toContain('keyboard.batNs');
  });

  it('fetches its first code from the slow ROM', () => {
    const fetch = largest(causesOf(explained, 'early-chipset-entry'), 'memory');
    expect(fetch).toMatchObject({ chip: 'ROM', code: { image: 'bios', symbol: 'reset_entry' } });
    expect(figureNames([fetch])).toEqual(['rom.busCycleNs', 'rom.widthBits']);
  });

  it('reads nothing of spin-up: the disk kept turning', () => {
    expect(figureNames(explained.leaves.flat())).not.toContain('disk.spinUpNs');
  });

  it('waits for the disk to be ready where it was reset, and for its mechanics where it reads', () => {
    const detect = figureNames(causesOf(explained, 'post-75'));
    expect(detect).toContain('disk.resetAnswerNs');
    const load = causesOf(explained, 'loader-load').filter(({ cost }) => cost === 'wait');
    expect(figureNames(load)).toContain('disk.rpm');
    expect(figureNames(load)).not.toContain('disk.resetAnswerNs');
  });
});

describe('a cold start', () => {
  it('waits for spindles', () => {
    expect(figureNames(explainPath(request('cold')).leaves.flat())).toContain('disk.spinUpNs');
  });
});

describe('a kexec jump', () => {
  const explained = explainPath(request('kexec'));

  it('copies its pages in the stub, through memory that streams', () => {
    const copy = largest(causesOf(explained, 'relocate-copy'), 'memory');
    expect(copy).toMatchObject({ chip: 'RAM', code: { image: 'kexec stub', symbol: 'relocate_kernel' } });
    expect(figureNames([copy])).toContain('memory.streamMoveNsPerDword');
  });

  it('unpacks with the unpacking code', () => {
    const clocks = largest(causesOf(explained, 'decompress'), 'clocks');
    expect(clocks).toMatchObject({ chip: '', code: { image: 'decompress' }, figures: [{ name: 'cpu.clockTable' }] });
  });

  it('waits longer for the chip whose figure was raised, by as much, and for nothing else', () => {
    // Half a millisecond of the controller's answer: the driver's probe reads its command byte.
    const raised = explainPath(request('kexec', { 'disk.commandOverheadNs': 1_500_000 }));
    const waits = (run: ExplainedPath) => sum(causesOf(run, 'probe-ata').filter(({ cost }) => cost === 'wait'));
    const extra = waits(raised) - waits(explained);
    // IDENTIFY DEVICE waits once; the polling loop that waits sees the end up to an iteration later.
    expect(Math.abs(extra - 100_000)).toBeLessThan(500);
  });
});

describe('a machine whose caches are simulated', () => {
  it('has every cycle accounted for too, and memory put down to the figures of its caches', () => {
    const shipped = JSON.parse(readFileSync(join(PROFILES, '486dx2-66.json'), 'utf8')) as MachineProfile;
    const profile = applyOverlay(shipped, {
      ...{ 'cache.simulated': 1, 'memory.ramBytes': RAM, 'firmware.memoryTest': 0, 'loader.promptTenths': 0 },
      ...{ 'services.reads': 0, 'services.stopReads': 0 },
    });
    const explained = explainPath(request('kexec', {}, { profile }));
    expect(differences(explained)).toEqual([]);
    expect(figureNames(causesOf(explained, 'relocate-copy'))).toContain('cache.memoryLineNs');
  });
});

describe('a SCSI machine', () => {
  it('puts the settling of the bus down to the figure of its driver', () => {
    const profile = { ...request('kexec').profile, scsi: testScsi(), bootDisk: 'scsi' as const };
    const explained = explainPath(request('kexec', {}, { profile }));
    expect(differences(explained)).toEqual([]);
    const settle = causesOf(explained, 'probe-scsi').filter(({ code }) => code?.symbol === 'sleep_ms');
    expect(figureNames(settle)).toContain('scsi.driverSettleNs');
  });
});

describe('the figure of a port', () => {
  it('is what the bus charges there, with what the BIOS has placed', () => {
    const made = request('warm');
    const machine = buildPathMachine({ ...made, profile: { ...made.profile, scsi: testScsi() } });
    machine.powerOn();
    machine.run({ limitCycles: 1e9, heartbeat: () => true });
    const owners = Array.from({ length: 0x10000 }, (_, port) => machine.bus.portOwner(port));
    expect([...new Set(owners.map(({ name }) => name))]).toEqual(expect.arrayContaining(['BT-958', 'IDE bus master']));
    const wrong = owners.filter(({ name, accessCycles }) => {
      const [section, figure] = portFigure(name).split('.') as ['ports', 'isa8Ns'];
      return machine.clock.cyclesFromNs(machine.profile[section][figure].value) !== accessCycles;
    });
    expect([...new Set(wrong.map(({ name }) => name))]).toEqual([]);
  });
});
