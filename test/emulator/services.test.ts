// The disk work of the lab's services on the real machine: what reaches the drive, what it costs, and that both kernels pay it.
import { describe, expect, it } from 'vitest';
import { growLabKernel } from '../../src/emulator/boot/bzimage';
import { FIRST_FILE_SECTOR } from '../../src/emulator/boot/lab-disk';
import type { PathRecord, PhaseId, RebootPath } from '../../src/emulator/phases';
import { leafPhases } from '../../src/emulator/phases';
import type { Figure, MachineProfile } from '../../src/emulator/profile';
import { applyOverlay } from '../../src/emulator/profile';
import { checkProfile } from '../../src/emulator/profile-checks';
import { buildPathMachine, runPath } from '../../src/emulator/run-path';
import { readGuestImages } from '../support/guest-images';
import { testProfile, testScsi } from '../support/test-profile';

const IMAGES = readGuestImages();
const MIB = 2 ** 20;
const READ_SECTORS = 0x20;
const LBA_PORTS = [0x1f3, 0x1f4, 0x1f5] as const;

const figure = (value: number): Figure => ({ value, evidence: 'model', source: 'round figure for tests' });

const SERVICES: NonNullable<MachineProfile['services']> = {
  reads: figure(20),
  readBytes: figure(16384),
  spanBytes: figure(24 * MIB),
  computeLoops: figure(0),
  stopReads: figure(5),
};

function profile(overlay: Record<string, number> = {}): MachineProfile {
  const base = { ...testProfile(), services: SERVICES };
  return applyOverlay(base, { 'memory.ramBytes': 4 * MIB, 'loader.promptTenths': 0, ...overlay });
}

const request = (path: RebootPath, machine = profile()) => ({
  ...{ profile: machine, path, seed: 1, variations: [], images: IMAGES, limitCycles: 20e9 },
});

const costs = ({ root }: PathRecord, id: PhaseId) => leafPhases(root).find((leaf) => leaf.id === id)!.costs;
const cyclesIn = (record: PathRecord, id: PhaseId) => costs(record, id).durationCycles;

const sectorsOf = (bytes: Uint8Array) => Math.ceil(bytes.length / 512);
/** Kernel, init and the one sector of /etc/services.conf lie before the data. */
const DATA_LBA = FIRST_FILE_SECTOR + sectorsOf(growLabKernel(IMAGES.kernel, 0)) + sectorsOf(IMAGES.init) + 1;

/** READ SECTORS of the data, from power-on to the first services. */
function readsOfData() {
  const machine = buildPathMachine(request('cold'));
  const registers = new Map<number, number>();
  const reads: { lba: number; sectors: number }[] = [];
  for (const port of [0x1f2, ...LBA_PORTS, 0x1f6, 0x1f7]) {
    machine.bus.listenToPort(port, (_port, _size, value, isWrite) => {
      if (!isWrite) return;
      registers.set(port, value);
      const [low, mid, high] = LBA_PORTS.map((at) => registers.get(at) ?? 0);
      const lba = (registers.get(0x1f6)! & 15) * 2 ** 24 + high * 2 ** 16 + mid * 256 + low;
      if (port === 0x1f7 && value === READ_SECTORS) reads.push({ lba, sectors: registers.get(0x1f2)! });
    });
  }
  machine.powerOn();
  machine.run({ limitCycles: 20e9, heartbeat: () => !machine.consoleText().includes('services are up') });
  return reads.filter(({ lba }) => lba >= DATA_LBA);
}

describe('services with work to do', () => {
  const [warm, kexec] = [runPath(request('warm')), runPath(request('kexec'))];
  const idle = runPath(request('kexec', profile({ 'services.reads': 0, 'services.stopReads': 0 })));

  it('read what the profile says: so many commands of so many sectors, each at another place of the file', () => {
    const reads = readsOfData();
    expect(reads).toHaveLength(20);
    expect(new Set(reads.map(({ sectors }) => sectors))).toEqual(new Set([32]));
    expect(new Set(reads.map(({ lba }) => lba)).size).toBe(20);
    const [first, last] = [Math.min(...reads.map(({ lba }) => lba)), Math.max(...reads.map(({ lba }) => lba))];
    // Twenty places in 24 MiB: the outermost lie within a fifth of its ends, unless they are not scattered at all.
    expect(last - first).toBeGreaterThan((0.6 * 24 * MIB) / 512);
    expect(last - first).toBeLessThan((24 * MIB) / 512);
  });

  it('are paid by both paths alike, to a turn of the platter for each read', () => {
    const [a, b] = [cyclesIn(warm, 'userspace'), cyclesIn(kexec, 'userspace')];
    const turnCycles = (60 / 6000) * warm.cpuHz;
    expect(Math.abs(a - b)).toBeLessThan(turnCycles);
    expect(cyclesIn(kexec, 'userspace')).toBeGreaterThan(cyclesIn(idle, 'userspace'));
  });

  it('cost what the drive takes: at least its overhead and the sectors, at most a full stroke and a turn besides', () => {
    const { disk } = profile();
    const perRead = (cyclesIn(kexec, 'userspace') - cyclesIn(idle, 'userspace')) / 20 / kexec.cpuHz;
    const sectorSeconds = 60 / disk.rpm.value / disk.sectorsPerTrack.value;
    const least = disk.commandOverheadNs.value / 1e9 + 32 * sectorSeconds;
    expect(perRead).toBeGreaterThan(least);
    const transfer = (32 * (disk.blockGapNs.value + 256 * disk.pioCycleNs.value)) / 1e9;
    expect(perRead).toBeLessThan(least + disk.fullStrokeNs.value / 1e9 + 2 * (60 / disk.rpm.value) + 2 * transfer);
  });

  it('leave the CPU halted while the arm moves: most of it is waiting for a chip', () => {
    const { durationCycles, deviceWaitCycles } = costs(kexec, 'userspace');
    expect(deviceWaitCycles / durationCycles).toBeGreaterThan(0.5);
  });

  it('cost their stop scripts before the devices are shut down', () => {
    const [busy, quiet] = [kexec, idle].map((record) => cyclesIn(record, 'userspace-shutdown'));
    const leastSeconds = (5 * profile().disk.commandOverheadNs.value) / 1e9;
    expect(busy - quiet).toBeGreaterThan(leastSeconds * kexec.cpuHz);
  });

  it('change nothing else of the jump', () => {
    expect(kexec.pagesCopied).toBe(idle.pagesCopied);
    expect(kexec.warnings).toEqual([]);
    expect(Math.abs(cyclesIn(kexec, 'decompress') / cyclesIn(idle, 'decompress') - 1)).toBeLessThan(0.001);
  });

  it('execute each sum over what they read: every loop adds as many instructions', () => {
    const instructions = [1, 2, 3].map(
      (loops) => costs(runPath(request('cold', profile({ 'services.computeLoops': loops }))), 'userspace').instructions,
    );
    const [first, second] = [instructions[1] - instructions[0], instructions[2] - instructions[1]];
    expect(first).toBeGreaterThanOrEqual((20 * 16384) / 4);
    expect(Math.abs(first / second - 1)).toBeLessThan(0.01);
  });
});

it('services read from a SCSI disk through the adapter as well', () => {
  const machine: MachineProfile = {
    ...profile({ 'services.stopReads': 0 }),
    ...{ scsi: testScsi(), bootDisk: 'scsi' },
  };
  const quiet = applyOverlay(machine, { 'services.reads': 0 });
  const [busy, idle] = [machine, quiet].map((each) => runPath(request('cold', each)));
  const perRead = (cyclesIn(busy, 'userspace') - cyclesIn(idle, 'userspace')) / 20 / busy.cpuHz;
  const { diskCommandNs, diskRpm, diskSectorsPerTrack, diskFullStrokeNs } = testScsi();
  const sectors = (32 * 60) / diskRpm.value / diskSectorsPerTrack.value;
  expect(perRead).toBeGreaterThan(diskCommandNs.value / 1e9 + sectors);
  expect(perRead).toBeLessThan(0.005 + sectors + diskFullStrokeNs.value / 1e9 + 60 / diskRpm.value);
});

it('data that the boot disk has no room for is refused', () => {
  const machine = profile({ 'services.spanBytes': 33 * MIB });
  expect(() => checkProfile(machine)).toThrow(/services\.spanBytes .*the disk has room for 33554432/);
});
