// The lab kernel started at its 32-bit entry, without loader and firmware.
import { describe, expect, it } from 'vitest';
import { planKernel, startKernel } from '../../../src/emulator/boot/start-kernel';
import { createMachine } from '../../../src/emulator/machine';
import { drawStartingConditions } from '../../../src/emulator/variation';
import { readGuestImages } from '../../support/guest-images';
import { testProfile } from '../../support/test-profile';

const IMAGES = readGuestImages();

/** What the lab kernel says on the serial line, up to the end of its memory set-up. No firmware has run. */
function firstLines(): string[] {
  const profile = testProfile();
  const roms = { bios: IMAGES.bios, video: IMAGES.videoRom };
  const machine = createMachine({ profile, roms, drives: { hda: null }, start: drawStartingConditions(0, []) });
  machine.powerOn();
  const content = { image: IMAGES.kernel, commandLine: 'console=ttyS0,115200', initrd: null, entry: 'flat32' } as const;
  startKernel(machine, planKernel(content, profile.memory.ramBytes.value));
  machine.run({ limitCycles: 3e9, heartbeat: () => !machine.serialText.includes('Memory: ') });
  return machine.serialText.split(/\r?\n/);
}

describe('a kernel entered at its 32-bit entry', () => {
  it('comes up where no firmware has run, with the memory its loader describes', () => {
    expect(firstLines().slice(0, 7)).toEqual([
      'Bootlab kernel 1.0 (kexec, i386)',
      'BIOS-provided physical RAM map:',
      ' BIOS-e820: 0000000000000000 - 000000000009fc00 (usable)',
      ' BIOS-e820: 000000000009fc00 - 00000000000a0000 (type 2)',
      ' BIOS-e820: 00000000000e0000 - 0000000000100000 (type 2)',
      ' BIOS-e820: 0000000000100000 - 0000000000800000 (usable)',
      '8MB LOWMEM available.',
    ]);
  });
});
