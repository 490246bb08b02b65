// What holds on every machine that comes with Bootlab, on every path: spindles start at power-on and never again, the SCSI bus
// settles for each kernel, loading is no outage, and a run is the same each time. What only takes time is shortened.
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { DiskMechanics } from '../../src/emulator/devices/disk-mechanics';
import { MIB } from '../../src/emulator/memory';
import type { PathRecord, RebootPath } from '../../src/emulator/phases';
import { leafPhases } from '../../src/emulator/phases';
import type { MachineProfile } from '../../src/emulator/profile';
import { applyOverlay, figureNames } from '../../src/emulator/profile';
import { runPath } from '../../src/emulator/run-path';
import { phaseCycles, phaseTotals } from '../../src/lab/phase-totals';
import { readGuestImages } from '../support/guest-images';

const IMAGES = readGuestImages();
const SETTLE_NS = 1e9;
/** Two probes begin elsewhere in a tick of 10 ms, and each of two disks elsewhere in a turn of 6 ms. */
const ELSEWHERE_SECONDS = 0.022;
/** Values of figures where a machine has them. Spin-up keeps its own. */
const SHORT: Readonly<Record<string, number>> = {
  'loader.promptTenths': 0,
  'firmware.memoryTest': 0,
  'firmware.scsiPromptSeconds': 0,
  'firmware.pxePromptSeconds': 0,
  'scsi.driverSettleNs': SETTLE_NS,
  'kernel.fillerBytes': 0,
  'services.reads': 0,
  'services.stopReads': 0,
};

const MACHINES = readdirSync('resources/profiles').map((file) => {
  const profile = JSON.parse(readFileSync(`resources/profiles/${file}`, 'utf8')) as MachineProfile;
  const names = figureNames(profile);
  const overlay = Object.fromEntries(Object.entries(SHORT).filter(([name]) => names.includes(name)));
  return applyOverlay(profile, { ...overlay, 'memory.ramBytes': Math.min(profile.memory.ramBytes.value, 8 * MIB) });
});

/** Letters of reboot=: 8042, port 92h, port CF9h, triple fault. */
type ResetLetter = 'k' | 'p' | 'c' | 't';

function run(profile: MachineProfile, path: RebootPath, reset: ResetLetter = 'k'): PathRecord {
  return runPath({
    profile: { ...profile, kernel: { ...profile.kernel, commandLine: `console=ttyS0,115200 reboot=${reset}` } },
    path,
    seed: 1,
    variations: [],
    images: IMAGES,
    limitCycles: 1e12,
  });
}

/** Both reboots of each machine. */
const RECORDS = new Map(
  MACHINES.map((profile) => [profile, { warm: run(profile, 'warm'), kexec: run(profile, 'kexec') }]),
);

const secondsOf = (record: PathRecord, id: string) =>
  leafPhases(record.root).reduce((sum, leaf) => (leaf.id === id ? sum + leaf.costs.durationCycles : sum), 0) /
  record.cpuHz;

/** Every start of a spindle in the runs since the last look: from standstill, by drive. */
let starts: DiskMechanics[] = [];
let stops = 0;
function takeStarts() {
  const taken = { starts: starts.length, drives: new Set(starts).size, stops };
  [starts, stops] = [[], 0];
  return taken;
}

beforeAll(() => {
  const { spinUp, spinDown } = DiskMechanics.prototype;
  vi.spyOn(DiskMechanics.prototype, 'spinUp').mockImplementation(function (this: DiskMechanics, startCycle: number) {
    if (!this.isSpinning) starts.push(this);
    return spinUp.call(this, startCycle);
  });
  vi.spyOn(DiskMechanics.prototype, 'spinDown').mockImplementation(function (this: DiskMechanics) {
    if (this.isSpinning) stops++;
    spinDown.call(this);
  });
});
afterEach(() => void takeStarts());
afterAll(() => vi.restoreAllMocks());

describe.each(MACHINES.map((profile) => [profile.id, profile] as const))('%s', (_, profile) => {
  const { warm, kexec } = RECORDS.get(profile)!;

  it('starts each spindle once before a firmware reboot and none in it, and takes the same cycles again', () => {
    expect(run(profile, 'warm')).toEqual(warm);
    const seen = takeStarts();
    expect(seen.drives).toBeGreaterThan(0);
    expect([seen.starts, seen.stops]).toEqual([seen.drives, 0]);
    // A first boot alone starts as many.
    run(profile, 'cold');
    expect(takeStarts()).toEqual(seen);
  });

  it('starts none in a kexec jump, and takes the same cycles again', () => {
    expect(run(profile, 'kexec')).toEqual(kexec);
    const seen = takeStarts();
    expect(seen.drives).toBeGreaterThan(0);
    expect([seen.starts, seen.stops]).toEqual([seen.drives, 0]);
  });

  it('loads the next kernel before services stop: outage and load together are the whole path', () => {
    const load = phaseCycles(phaseTotals(kexec.root), 'kexec-load');
    expect(load).toBeGreaterThan(0);
    expect(kexec.outageCycles + load).toBe(kexec.totalCycles);
    const first = leafPhases(kexec.root).slice(0, 2);
    expect(first.map(({ id }) => id)).toEqual(['kexec-load', 'userspace-shutdown']);
  });
});

describe.each(['486dx2-66', 'dual-xeon-2003'])('%s', (id) => {
  const profile = MACHINES.find((machine) => machine.id === id)!;
  it.each(['p', 'c', 't'] as const)('starts no spindle again when it is reset by reboot=%s', (reset) => {
    run(profile, 'warm', reset);
    const seen = takeStarts();
    expect(seen.drives).toBeGreaterThan(0);
    expect([seen.starts, seen.stops]).toEqual([seen.drives, 0]);
  });
});

const WITH_SCSI = MACHINES.filter(({ scsi }) => scsi);
describe.each(WITH_SCSI.map((profile) => [profile.id, profile] as const))('%s, with SCSI', (_, profile) => {
  const { warm, kexec } = RECORDS.get(profile)!;

  it('lets the bus settle for the kernel behind the firmware and for the one behind the jump', () => {
    const settle = SETTLE_NS / 1e9;
    const [behindFirmware, behindJump] = [warm, kexec].map((record) => secondsOf(record, 'probe-scsi'));
    for (const probe of [behindFirmware, behindJump]) expect(probe).toBeGreaterThan(settle);
    expect(Math.abs(behindFirmware - behindJump)).toBeLessThan(ELSEWHERE_SECONDS);
    const slow = run(applyOverlay(profile, { 'scsi.driverSettleNs': 3 * SETTLE_NS }), 'kexec');
    expect(Math.abs(secondsOf(slow, 'probe-scsi') - behindJump - 2 * settle)).toBeLessThan(ELSEWHERE_SECONDS);
  });
});

it('two of the machines have SCSI', () => {
  expect(WITH_SCSI.map(({ id }) => id).sort()).toEqual(['dual-xeon-2003', 'osdl-2002']);
});
