// The console of a kexec boot on the reference machine, in the order in which its boot log was published.
// Source: A. Pfiffer, linux-kernel, 18 November 2002, 1037668241.10400.48.camel@andyp (attachment "it-worked"); docs/facts.md A1.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { applyOverlay } from '../../src/emulator/profile';
import type { MachineProfile } from '../../src/emulator/profile';
import { runPath } from '../../src/emulator/run-path';
import { readGuestImages } from '../support/guest-images';

/** A published line's beginning, and what the lab's kernel and init say at that place. In the published order. */
const PUBLISHED: readonly (readonly [published: string, ours: RegExp])[] = [
  ['Synchronizing SCSI caches:', /^Synchronizing SCSI caches: sda sdb$/],
  ['Shutting down devices', /^Shutting down devices$/],
  ['Starting new kernel', /^Starting new kernel$/],
  ['Linux version 2.5.48', /^Bootlab kernel /],
  ['BIOS-provided physical RAM map:', /^BIOS-provided physical RAM map:$/],
  [' BIOS-e820: 0000000000001000 -', /^ BIOS-e820: /],
  ['63MB LOWMEM available.', /MB LOWMEM available\.$/],
  ['Kernel command line: ro root=805', /^Kernel command line: /],
  ['Calibrating delay loop... 1581.05', /^Calibrating delay loop\.\.\. /],
  ['Memory: 60868k/65532k available', /^Memory: /],
  ['CPU: L1 I cache: 16K', /^CPU: /],
  ['PCI: Using configuration type 1', /^PCI: Using configuration type 1$/],
  ['PCI: Probing PCI hardware', /^PCI: 00:/],
  ['ttyS0 at I/O 0x3f8 (irq = 4) is a 16550A', /^ttyS00 at 0x03f8 \(irq = 4\) is a 16550A$/],
  ['e100: eth0: Intel(R) PRO/100+', /^eth0: Intel 82559 /],
  ['ide0 at 0x1f0-0x1f7', /^ide0: /],
  ['scsi0 : Adaptec AIC7XXX', /^scsi0 : /],
  ['  Vendor: IBM-PSG   Model: ST318436LC', /^ {2}Vendor: .* Model: /],
  ['SCSI device sda: 35548320 512-byte', /^SCSI device sda: /],
  ['SCSI device sdb: 35548320 512-byte', /^SCSI device sdb: /],
  ['serio: i8042 KBD port at 0x60,0x64 irq 1', /^keyboard: 8042 at 0x60,0x64 irq 1/],
  ['VFS: Mounted root (ext3 filesystem) readonly.', /^VFS: Mounted root \(labfs filesystem\) readonly\.$/],
  ['INIT: version 2.82 booting', /^init: Bootlab init /],
  ['Master Resource Control: runlevel 5 has been', /^init: services are up$/],
];

/** What the published kernel said nothing like, by the published line behind which it comes. */
const OURS_ALONE: readonly (readonly [behind: string, ours: RegExp])[] = [
  ['Shutting down devices', /^eth0: stopped after /],
  ['PCI: Probing PCI hardware', /^Real Time Clock: /],
  ['serio: i8042 KBD port at 0x60,0x64 irq 1', /^labfs: /],
  ['VFS: Mounted root (ext3 filesystem) readonly.', /^Starting init /],
  ['INIT: version 2.82 booting', /^[a-z]+: /],
];

/** The place of a line in the published log; NaN when neither it nor its like is there. `at` is the place so far. */
function placeOf(line: string, at: number): number {
  const place = PUBLISHED.findIndex(([, ours]) => ours.test(line));
  if (place >= 0) return place;
  const isOurs = OURS_ALONE.some(([behind, ours]) => PUBLISHED[at]?.[0] === behind && ours.test(line));
  return isOurs ? at : NaN;
}

describe('the serial console of the reference machine', () => {
  const profile = JSON.parse(readFileSync('resources/profiles/osdl-2002.json', 'utf8')) as MachineProfile;
  const { serialText } = runPath({
    // Before the jump: not what is looked at.
    profile: applyOverlay(profile, { 'firmware.memoryTest': 0 }),
    path: 'kexec',
    seed: 1,
    variations: [],
    images: readGuestImages(),
    limitCycles: 1e12,
  });
  const lines = serialText.slice(serialText.indexOf('Synchronizing SCSI caches:')).trimEnd().split('\r\n');

  it('says everything in the published order, nothing twice in two places', () => {
    let at = 0;
    const wrong: string[] = [];
    for (const line of lines) {
      const place = placeOf(line, at);
      if (place >= at) at = place;
      else wrong.push(Number.isNaN(place) ? `not in the published log: ${line}` : `too late: ${line}`);
    }
    expect(wrong).toEqual([]);
  });

  it('has a line for each of the published ones', () => {
    const missing = PUBLISHED.filter(([, ours]) => !lines.some((line) => ours.test(line)));
    expect(missing.map(([published]) => published)).toEqual([]);
  });

  it('scans both disks before it attaches the first', () => {
    expect(lines.filter((line) => line.startsWith('  Vendor:'))).toHaveLength(2);
  });
});
