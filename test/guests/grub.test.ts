// GRUB 2 as Debian packs it, from a floppy under SeaBIOS: its menu on the emulated screen, moved by the emulated keyboard.
import { describe, expect, it } from 'vitest';
import { createGuestRunner, GRUB_FILES, grubFloppy, needs, seabios, shippedProfile } from '../support/foreign-guests';
import { expectScreen } from '../support/screens';

const { isTried, note } = needs(GRUB_FILES);

describe.skipIf(!isTried)(`GRUB${note}`, async () => {
  const boot = await createGuestRunner();
  const machine = () => ({
    profile: shippedProfile('486dx2-66'),
    bios: seabios('bios.bin'),
    videoRom: seabios('vgabios-stdvga.bin'),
    floppy: grubFloppy(),
  });

  it('shows its menu, the first entry chosen', async () => {
    const { report } = await boot({
      ...machine(),
      untilText: { source: 'screen', text: '*First entry of the floppy' },
    });
    const chosen = report!.screen!.filter((line) => line.includes('*'));
    expect(chosen.map((line) => line.replace(/[^\x20-\x7e]/g, '').trim())).toEqual(['*First entry of the floppy']);
    expectScreen(report!, 'grub-menu');
  });

  it('obeys the keys typed at it', async () => {
    const { report } = await boot({
      ...machine(),
      typing: [{ source: 'screen', text: 'before booting', keys: '{DOWN}{ENTER}' }],
      untilText: { source: 'screen', text: 'GRUB-FLOPPY: second entry' },
    });
    expect(report?.stop).toBe('until');
  });
});
