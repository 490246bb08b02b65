// Screens of firmware as a monitor shows them, against pictures kept. The same screens of QEMU 7.2 were compared with these once:
// every pixel alike, but for what the machines truly differ in.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { BootRequest } from '../../src/emulator/boot-run';
import { bootMachine } from '../../src/emulator/boot-run';
import type { MachineProfile } from '../../src/emulator/profile';
import { applyOverlay } from '../../src/emulator/profile';
import { readGuestImages } from '../support/guest-images';
import { expectScreen } from '../support/screens';
import { testProfile } from '../support/test-profile';

const SEABIOS = '/usr/share/seabios/bios.bin';
const SEAVGABIOS = '/usr/share/seabios/vgabios-stdvga.bin';

const bytesOf = (file: string) => new Uint8Array(readFileSync(file));
/** The shipped Pentium III with 16 MB. */
const smallPc = () => {
  const profile = JSON.parse(readFileSync('resources/profiles/p3-1000-desktop.json', 'utf8')) as MachineProfile;
  return applyOverlay(profile, { 'memory.ramBytes': 16 * 1024 * 1024 });
};

function screenAt(text: string, parts: Pick<BootRequest, 'profile' | 'bios' | 'videoRom'> & Partial<BootRequest>) {
  const report = bootMachine({
    ...{ disk: null, kernel: null, limitInstructions: null, limitCycles: 1e11, untilPort: null, exitPort: null },
    ...{ watchPorts: [], logPorts: [], watchPhases: false, untilText: { source: 'screen', text } },
    ...parts,
  });
  expect(report.stop).toBe('until');
  return report;
}

describe('screens', () => {
  it('Bootlab BIOS without a disk, on a board without PCI', () => {
    const { bios, videoRom } = readGuestImages();
    const profile = { ...testProfile(), hasPci: false };
    expectScreen(screenAt('nothing to boot from', { profile, bios, videoRom }), 'bootlab-bios');
  });

  const hasSeabios = existsSync(SEABIOS) && existsSync(SEAVGABIOS);
  it.skipIf(!hasSeabios)(`SeaBIOS's first words, in SeaVGABIOS's font (needs ${SEABIOS})`, () => {
    const parts = { bios: bytesOf(SEABIOS), videoRom: bytesOf(SEAVGABIOS) };
    expectScreen(screenAt('SeaBIOS (version', { profile: smallPc(), ...parts }), 'seabios');
  });
});
