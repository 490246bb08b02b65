// Each figure changes exactly the phases it should: docs/facts.md, "Experiments", what a machine and its set-up have of them.
// Each row: what it is about on either path, in seconds where a formula gives them. The options of a kernel: parameters-options.test.ts.
import { describe, expect, it } from 'vitest';
import type { ProfileOverlay } from '../../src/emulator/profile';
import type { Setting } from '../exercises/measured';
import { MIB } from '../exercises/measured';
import type { Changes, Row } from '../support/parameter-table';
import {
  BIOS_TICK,
  CARDS,
  expectRow,
  morePages,
  moveSeconds,
  PLAIN,
  SERVICE_TURN,
  TURN,
  withMore,
} from '../support/parameter-table';
import { testProfile } from '../support/test-profile';

/** Dwords of 4 MiB that the BIOS tests: 640 KiB but the first 4 and the EBDA's one, and 3 MiB. */
const TESTED_DWORDS = (640 - 4 - 1 + 3 * 1024) * 256;
/** A dword is written or compared in 100 ns. Quick: cleared; usual: written and compared before; thorough: so with two patterns. */
const testSeconds = (dwords: number, accesses: number) => dwords * accesses * 100e-9;
/** Past the caches a dword takes 400 ns: so much more. */
const UNCACHED = 3;
const BIG = withMore(PLAIN, { set: { 'memory.ramBytes': 80 * MIB } });
const TESTED = withMore(PLAIN, { set: { 'firmware.memoryTest': 2 } });
const FLOPPY = withMore(PLAIN, { set: { 'floppy.driveType': 4 } });

function row(set: ProfileOverlay, warm: Changes, kexec: Changes, base: Setting = PLAIN): Row {
  const parameter = Object.entries(set)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
  return { parameter, base, setting: withMore(base, { set }), warm, kexec, causes: [] };
}

const ROWS: readonly Row[] = [
  row({ 'memory.ramBytes': 6 * MIB }, { 'ram-init': 'longer', 'ram-test': testSeconds((2 * MIB) / 4, 3) }, {}, TESTED),
  // The kernel has an entry to make for each page.
  row(
    { 'memory.ramBytes': 208 * MIB },
    { 'ram-init': 'longer', 'start-kernel': 'longer' },
    { 'start-kernel': 'longer' },
    BIG,
  ),
  row({ 'firmware.memoryTest': 1 }, { 'ram-test': testSeconds(TESTED_DWORDS, 1) }, {}),
  row({ 'firmware.memoryTest': 2 }, { 'ram-test': testSeconds(TESTED_DWORDS, 3) }, {}),
  row({ 'firmware.memoryTest': 3 }, { 'ram-test': testSeconds(TESTED_DWORDS, 5) }, {}),
  row({ 'firmware.memoryTestUncached': 1 }, { 'ram-test': testSeconds(TESTED_DWORDS, 3) * UNCACHED }, {}, TESTED),
  // Everything the BIOS does, its services for loader and set-up code included. Choosing the drive ends with a read, which hides it.
  row(
    { 'firmware.shadow': 0 },
    {
      'early-chipset': 'longer',
      'ram-init': 'longer',
      shadow: 'shorter',
      kbc: 'longer',
      'pci-enumerate': 'longer',
      'video-oprom': 'longer',
      'ram-test': 'longer',
      'storage-detect': 'longer',
      'option-roms': 'longer',
      'loader-load': 'longer',
      'loader-menu': 'longer',
      'setup-realmode': 'longer',
    },
    {},
  ),
  row({ 'firmware.ideExpectedDrives': 2, 'firmware.ideWaitSeconds': 3 }, { 'storage-detect': [3, 3 + 0.001] }, {}),
  // A second until the motor turns, 48 steps of 3 ms there and back, the time until the controller is reset and the head rests.
  row({ 'firmware.floppySeek': 0 }, { 'storage-detect': [-1.4, -1 - 2 * 48 * 0.003] }, {}, FLOPPY),
  row({ 'firmware.bootMenuSeconds': 1 }, { 'boot-select': [18 * BIOS_TICK - TURN, 19 * BIOS_TICK + TURN] }, {}),
  // In whole ticks: 19 are a second, 55 are three.
  row({ 'firmware.scsiPromptSeconds': 3 }, { 'option-roms': (55 - 19) * BIOS_TICK }, {}, CARDS),
  row({ 'firmware.pxePromptSeconds': 3 }, { 'option-roms': (55 - 37) * BIOS_TICK }, {}, CARDS),
  // Spindles turn already.
  row({ 'firmware.scsiStartUnit': 0 }, {}, {}, CARDS),
  {
    // An address less where nobody answers within 250 ms, a disk more that does, and is told to write what it holds back.
    ...row(
      { 'scsi.diskIdBits': 0b11001 },
      { 'option-roms': [-0.25, -0.245], 'driver-probe': [-0.25, -0.245], 'device-shutdown': 'longer' },
      { 'driver-probe': [-0.25, -0.245], 'device-shutdown': 'longer' },
      CARDS,
    ),
    causes: ['line'],
  },
  row({ 'scsi.driverSettleNs': 15e9 }, { 'driver-probe': 13 }, { 'driver-probe': 13 }, CARDS),
  {
    ...row({ 'loader.promptTenths': 5 }, { 'loader-menu': [9 * BIOS_TICK, 10 * BIOS_TICK] }, {}),
    causes: ['prompt'],
  },
  {
    ...row(
      { 'kernel.fillerBytes': 128 * 1024 },
      { 'loader-load': 'longer', decompress: 'longer' },
      { 'kexec-load': 'longer', 'relocate-copy': morePages, decompress: 'longer' },
    ),
    causes: ['disk'],
  },
  row({ 'reset.cpuInitHoldNs': 1e6 }, { reset: 1e-3 - 1e-6 }, {}),
  // The controller's self-test resets the keyboard, and so does its driver.
  row({ 'keyboard.batNs': 5e8 }, { kbc: 2 * 0.48 }, {}),
  // Spindles start at power-on only: what a reboot comes after is later, and nothing of it longer.
  row({ 'disk.spinUpNs': 1.7034567e9 }, {}, {}),
  // The kernel moves itself by REP MOVS too, out of the way of what it unpacks, and processes when they are copied.
  // ROM is copied to RAM before the caches are switched on; a move is a read and a write.
  row({ 'memory.uncachedNsPerDword': 800 }, { shadow: 2 * 400e-9 * ((128 * 1024) / 4) }, {}),
  row(
    { 'memory.streamMoveNsPerDword': 400 },
    {
      'video-oprom': 'longer',
      'loader-load': 'longer',
      decompress: 'longer',
      'userspace-shutdown': [-SERVICE_TURN, 30e-6],
      userspace: 'longer',
    },
    {
      'kexec-load': 'longer',
      'userspace-shutdown': [-SERVICE_TURN, 30e-6],
      'relocate-copy': (before) => moveSeconds(before.pagesCopied * 1024),
      decompress: 'longer',
      userspace: 'longer',
    },
  ),
];

describe.each(ROWS)('$parameter', (one) => {
  it.each(['warm', 'kexec'] as const)('on the path %s changes its phases and no other', (path) => expectRow(one, path));
});

it('every figure of set-up, loader and kernel has a row', () => {
  const { firmware, loader, kernel } = testProfile();
  const wanted = [
    ...Object.keys(firmware).map((name) => `firmware.${name}`),
    ...Object.keys(loader).map((name) => `loader.${name}`),
    ...Object.keys(kernel)
      .filter((name) => !name.startsWith('commandLine'))
      .map((name) => `kernel.${name}`),
  ];
  const tested = new Set(ROWS.flatMap(({ setting }) => Object.keys(setting.set ?? {})));
  expect(wanted.filter((name) => !tested.has(name))).toEqual([]);
});
