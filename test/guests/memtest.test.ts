// Memtest86+ as Debian packs it: its screen when it has begun to test. Its first pass is in long/.
import { describe, expect, it } from 'vitest';
import { applyOverlay } from '../../src/emulator/index';
import { createGuestRunner, memtest, MEMTEST_FILES, needs, shippedProfile } from '../support/foreign-guests';
import { expectScreen } from '../support/screens';

const { isTried, note } = needs(MEMTEST_FILES);

describe.skipIf(!isTried)(`memtest86+${note}`, async () => {
  const boot = await createGuestRunner();

  it('measures the machine and begins to test', async () => {
    const { report } = await boot({
      profile: applyOverlay(shippedProfile('p3-1000-desktop'), { 'memory.ramBytes': 32 * 2 ** 20 }),
      kernel: { image: memtest(), commandLine: '', initrd: null },
      // Those before it may begin and end between two looks at the screen.
      untilText: { source: 'screen', text: 'Test #4' },
    });
    const screen = report!.screen!.join('\n');
    expect(screen).toContain('Memtest86+');
    expect(screen).toContain('Errors: 0');
    expectScreen(report!, 'memtest86');
  });
});
