// Boards with everything that can be in one: saved in the middle of a boot and restored, each ends as the undisturbed machine.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CopyOnWriteDiskImage } from '../../src/emulator/boot/disk-image';
import { readCounters } from '../../src/emulator/counters';
import type { Machine } from '../../src/emulator/machine';
import { createMachine } from '../../src/emulator/machine';
import type { MachineProfile } from '../../src/emulator/profile';
import { applyOverlay } from '../../src/emulator/profile';
import { buildPathMachine } from '../../src/emulator/run-path';
import type { MachineSnapshot } from '../../src/emulator/snapshot';
import { restoreMachine, saveMachine } from '../../src/emulator/snapshot';
import { drawStartingConditions } from '../../src/emulator/variation';
import { readGuestImages } from '../support/guest-images';
import { testProfile, testScsi } from '../support/test-profile';

const IMAGES = readGuestImages();
const NO_END = { limitCycles: 20e9, heartbeat: () => true };
const FLOPPY_BYTES = 1440 * 1024;
const SAVES = 8;

const DESKTOP = join(import.meta.dirname, '../../resources/profiles/p3-1000-desktop.json');
const { network } = JSON.parse(readFileSync(DESKTOP, 'utf8')) as MachineProfile;

const SMALL = applyOverlay(testProfile(), { 'memory.ramBytes': 4 * 2 ** 20, 'floppy.driveType': 4 });
const CARDS = { network, scsi: testScsi() };
const BOARDS: Readonly<Record<string, MachineProfile>> = {
  'a 486 without PCI, with CD and floppy': { ...SMALL, hasPci: false },
  'a Pentium with CD, floppy, SCSI and network': {
    ...SMALL,
    ...CARDS,
    cpu: { ...SMALL.cpu, model: '586', clockTable: 'pentium' },
  },
  'a P6 with CD, floppy, SCSI and network': {
    ...SMALL,
    ...CARDS,
    cpu: { ...SMALL.cpu, model: '686', clockTable: 'p6' },
  },
};

/** The lab on the first disk, and media in all other drives. */
function createBoard(profile: MachineProfile): Machine {
  const { hda } = buildPathMachine({
    ...{ profile, path: 'cold', seed: 3, variations: [], images: IMAGES, limitCycles: NO_END.limitCycles },
  }).drives;
  return createMachine({
    profile,
    roms: { bios: IMAGES.bios, video: IMAGES.videoRom, scsi: IMAGES.scsiRom, network: IMAGES.networkRom },
    drives: {
      hda,
      cdrom: new CopyOnWriteDiskImage(new Uint8Array(2048 * 64)),
      fda: new CopyOnWriteDiskImage(new Uint8Array(FLOPPY_BYTES)),
      ...(profile.scsi && { scsi: [new CopyOnWriteDiskImage(new Uint8Array(512), 64 * 2 ** 20)] }),
    },
    start: drawStartingConditions(3, ['timer-phase']),
  });
}

/** Runs to services and tells at which cycle they were up. */
function runToServices(machine: Machine): void {
  let isUp = false;
  machine.cpu.watchExecution(IMAGES.symbols.init.services_up, () => {
    isUp = true;
    machine.requestStop();
  });
  while (!isUp) expect(machine.run(NO_END)).toBe('stopped');
}

/** Each is an alarm, so it comes at the same cycles in every run that is compared. */
function saveAt(machine: Machine, cycles: readonly number[]): MachineSnapshot[] {
  return cycles.map((cycle) => {
    const alarm = machine.clock.createAlarm(() => machine.requestStop());
    alarm.scheduleAt(cycle);
    expect(machine.run(NO_END)).toBe('stopped');
    return saveMachine(machine);
  });
}

function endOf(machine: Machine) {
  const { memory, serialText } = machine;
  const { chips, disks } = saveMachine(machine);
  const hash = createHash('sha256').update(memory.u8.subarray(memory.ramOffset)).digest('hex');
  return { memory: hash, counters: readCounters(memory), serialText, chips, disks };
}

describe.each(Object.entries(BOARDS))('%s', (_, profile) => {
  it('ends a boot alike from every instant at which it was saved', () => {
    const first = createBoard(profile);
    first.powerOn();
    runToServices(first);
    const undisturbed = endOf(first);
    const step = first.clock.nowCycles / (SAVES + 1);
    const cycles = Array.from({ length: SAVES }, (_unused, i) => Math.round((i + 1) * step));

    const saved = createBoard(profile);
    saved.powerOn();
    const snapshots = saveAt(saved, cycles);
    runToServices(saved);
    const expected = endOf(saved);
    expect(expected.memory).toBe(undisturbed.memory);
    expect(expected.counters.cycles).toBe(undisturbed.counters.cycles);
    expect(expected.chips).toEqual(undisturbed.chips);

    snapshots.forEach((snapshot, i) => {
      const restored = createBoard(profile);
      restoreMachine(restored, snapshot);
      saveAt(restored, cycles.slice(i + 1));
      runToServices(restored);
      expect(endOf(restored), `saved at cycle ${cycles[i]}`).toEqual(expected);
    });
  });

  it('keeps what was written to each of its disks', () => {
    const machine = createBoard(profile);
    machine.powerOn();
    machine.run({ ...NO_END, limitCycles: 10_000_000 });
    const disksOf = ({ drives: { hda, fda, scsi } }: Machine) => [hda!, fda!, ...(scsi ?? []).map((disk) => disk!)];
    disksOf(machine).forEach((disk, i) => disk.writeSector(7 + i, new Uint8Array(512).fill(0x50 + i)));
    const snapshot = saveMachine(machine);
    const restored = createBoard(profile);
    for (const disk of disksOf(restored)) disk.writeSector(3, new Uint8Array(512).fill(0xee));
    restoreMachine(restored, snapshot);
    expect(disksOf(restored).length).toBe(profile.scsi ? 3 : 2);
    disksOf(restored).forEach((disk, i) => {
      expect(disk.readSector(7 + i).every((byte) => byte === 0x50 + i)).toBe(true);
      expect(disk.readSector(3)).toEqual(disksOf(createBoard(profile))[i].readSector(3));
    });
  });
});
