// Debian's Linux on its VGA console: Linux sets the font, draws, scrolls and moves the cursor itself.
import { describe, expect, it } from 'vitest';
import { createGuestRunner, debianLinux, needsLinux, shippedProfile } from '../support/foreign-guests';
import { expectScreen } from '../support/screens';

const { isTried, note } = needsLinux();
/** The kernel whose screen is kept: another version prints other lines. */
const KEPT_VERSION = '6.1.0-50-686';

describe.skipIf(!isTried)(`Debian Linux on its VGA console${note}`, async () => {
  const boot = await createGuestRunner();
  const linux = isTried ? debianLinux() : null!;

  it('shows the end of its start', async () => {
    const commandLine = 'console=tty0 mitigations=off nokaslr cryptomgr.notests printk.time=0 labmode=idle';
    const { report } = await boot({
      profile: shippedProfile('p3-1000-desktop'),
      kernel: { image: linux.kernel, commandLine, initrd: linux.innerInitrd },
      untilText: { source: 'screen', text: 'LAB-IDLE' },
    });
    const lines = report!.screen!.map((line) => line.trimEnd()).filter((line) => line !== '');
    expect(lines.slice(-3, -2)).toEqual(['Run /init as init process']);
    expect(lines.at(-2)).toMatch(/^LAB-MARKER gen=0 mode=idle kver=6\.1\./);
    expect(lines.at(-1)).toBe('LAB-IDLE');
    if (lines.at(-2)!.endsWith(KEPT_VERSION)) expectScreen(report!, 'linux-console');
  }, 600_000);
});
