// The lab kernel's drivers on the machine: what each finds, and what its probe costs by which figure of the profile.
import { describe, expect, it } from 'vitest';
import type { PathRecord, RebootPath } from '../../src/emulator/phases';
import { leafPhases } from '../../src/emulator/phases';
import type { MachineProfile, ProfileOverlay } from '../../src/emulator/profile';
import { applyOverlay } from '../../src/emulator/profile';
import type { PathRunRequest } from '../../src/emulator/run-path';
import { buildPathMachine, runPath } from '../../src/emulator/run-path';
import type { CardOptions } from '../support/cards';
import { profileWithCards } from '../support/cards';
import { readGuestImages } from '../support/guest-images';

const IMAGES = readGuestImages();
const SECOND_CYCLES = 100_000_000;
const TICK_CYCLES = 1_000_000;
/** IDs 0 and 3 have disks, 7 is the adapter's. */
const EMPTY_IDS = 13;

interface Setup extends CardOptions {
  readonly overlay?: ProfileOverlay;
  readonly change?: (profile: MachineProfile) => MachineProfile;
}

function request(path: RebootPath, { overlay = {}, change = (profile) => profile, ...cards }: Setup): PathRunRequest {
  const profile = change(applyOverlay(profileWithCards(cards), { 'firmware.memoryTest': 0, ...overlay }));
  return { profile, path, seed: 1, variations: [], images: IMAGES, limitCycles: 40e9 };
}

const run = (path: RebootPath, setup: Setup = {}) => runPath(request(path, setup));

const probeCycles = ({ root }: PathRecord, driver: string) =>
  leafPhases(root).find(({ id }) => id === `probe-${driver}`)!.costs.durationCycles;

describe('probing', () => {
  const record = run('kexec');

  it('goes through all drivers: the network before the disks, the keyboard last', () => {
    const probes = leafPhases(record.root).filter(({ id }) => id.startsWith('probe-'));
    const drivers = ['pci', 'rtc', 'serial', 'net', 'ata', 'scsi', 'kbd'];
    expect(probes.map(({ id }) => id)).toEqual(drivers.map((driver) => `probe-${driver}`));
  });

  it('finds the cards and their disks, before the jump and after it', () => {
    const secondBoot = record.serialText.slice(record.serialText.indexOf('Starting new kernel'));
    for (const text of [record.serialText, secondBoot]) {
      expect(text).toMatch(/eth0: Intel 82559 at 0x[0-9a-f]{4}, 00:02:b3:0b:1a:b0, irq 11, 100 Mbps full duplex/);
      expect(text).toMatch(/scsi0 : BusLogic BT-958 at 0x[0-9a-f]{4}, irq 11, id 7/);
      expect(text).toMatch(/SCSI device sda: 131072 512-byte hdwr sectors \(64 MiB\), id 0\r\n/);
      expect(text).toMatch(/SCSI device sdb: 131072 512-byte hdwr sectors \(64 MiB\), id 3\r\n/);
      expect(text).toContain('labfs: 2 files on hda');
    }
  });

  it('costs next to nothing where there are no cards, and no PCI', () => {
    const noCards = (profile: MachineProfile) => ({ ...profile, network: null, scsi: null, hasPci: false });
    const overlay = { 'memory.ramBytes': 4 * 1024 * 1024 };
    const bare = run('kexec', { change: noCards, overlay });
    for (const driver of ['net', 'scsi']) expect(probeCycles(bare, driver)).toBeLessThan(1000);
    expect(bare.serialText).toContain('PCI: no PCI bus found');
  });

  it('of SCSI waits for the adapter’s selection time-out at each empty ID', () => {
    const longer = run('kexec', { overlay: { 'scsi.selectionTimeoutNs': 350_000_000 } });
    const change = probeCycles(longer, 'scsi') - probeCycles(record, 'scsi');
    expect(Math.abs(change - (EMPTY_IDS * SECOND_CYCLES) / 10)).toBeLessThan(TICK_CYCLES);
  });

  it('of SCSI lets the bus settle as long as the profile says', () => {
    const longer = run('kexec', { overlay: { 'scsi.driverSettleNs': 15_000_000_000 } });
    const before = record.serialText.match(/bus settles for (\d+) ms/)![1];
    const change = probeCycles(longer, 'scsi') - probeCycles(record, 'scsi');
    expect(longer.serialText).toContain('bus settles for 15000 ms');
    // 8254 counts of 11932 make a tick 10.00015 ms.
    expect(Math.abs(change - (15_000 - Number(before)) * 100_000)).toBeLessThan(TICK_CYCLES);
  });

  it('of SCSI starts spindles that wait for it, one after another, and not again after a jump', () => {
    const startByKernel = { 'scsi.diskStartsAtPower': 0, 'firmware.scsiStartUnit': 0 };
    const record = run('kexec', { overlay: startByKernel });
    expect(record.serialText.match(/sd[ab]: Spinning up disk\.\.\.ready/g)).toHaveLength(2);
    const cold = run('cold', { overlay: startByKernel });
    const spinUps = (probeCycles(cold, 'scsi') - probeCycles(record, 'scsi')) / (SECOND_CYCLES / 2);
    expect(spinUps).toBeGreaterThan(2);
    expect(spinUps).toBeLessThan(2.1);
  });

  it('of the network negotiates again behind a reset of the board, for 3 s at most, and finds the link it had after a jump', () => {
    const behindReset = run('warm', {
      change: resetByPortCf9,
      overlay: { 'network.autonegotiationNs': 8_000_000_000 },
    });
    expect(probeCycles(behindReset, 'net')).toBeGreaterThan(2.9 * SECOND_CYCLES);
    expect(probeCycles(behindReset, 'net')).toBeLessThan(3.1 * SECOND_CYCLES);
    expect(behindReset.serialText.slice(behindReset.serialText.indexOf('Restarting system'))).toContain('no link');
    expect(probeCycles(record, 'net')).toBeLessThan(0.05 * SECOND_CYCLES);
  });
});

function resetByPortCf9(profile: MachineProfile): MachineProfile {
  return { ...profile, kernel: { ...profile.kernel, commandLine: 'console=ttyS0,115200 reboot=c lpj=20000' } };
}

describe('a machine without an ATA disk', () => {
  it('starts from the SCSI disk, and jumps from there', () => {
    const record = run('kexec', { change: (profile) => ({ ...profile, bootDisk: 'scsi' }) });
    expect(record.serialText).toContain('ide0: no channel at 0x1f0');
    expect(record.serialText.match(/labfs: 2 files on sda/g)).toHaveLength(2);
  });
});

describe('the ATA driver', () => {
  const [STATUS, DEVICE, COUNT, READ_SECTORS] = [0x1f7, 0x1f6, 0x1f2, 0x20];

  it('resets a drive that it finds in the middle of a command', () => {
    const machine = buildPathMachine(request('cold', {}));
    const { kernel, init } = IMAGES.symbols;
    machine.cpu.watchExecution(kernel.probe_ata, () => {
      machine.bus.writePort(DEVICE, 1, 0xe0);
      machine.bus.writePort(COUNT, 1, 8);
      machine.bus.writePort(STATUS, 1, READ_SECTORS);
    });
    machine.cpu.watchExecution(init.services_up, () => machine.requestStop());
    machine.powerOn();
    expect(machine.run({ limitCycles: 40e9, heartbeat: () => true })).toBe('stopped');
    expect(machine.serialText).toMatch(/found in the middle of a command \(status [0-9a-f]{2}\), resetting/);
    expect(machine.serialText).toContain('hda: BOOTLAB DISK, ATA DISK drive');
  });
});
