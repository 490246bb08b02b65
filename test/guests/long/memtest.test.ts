// Memtest86+ as Debian packs it: one pass over all memory of the machine.
import { describe, expect, it } from 'vitest';
import { applyOverlay } from '../../../src/emulator/index';
import { createGuestRunner, memtest, MEMTEST_FILES, needs, shippedProfile } from '../../support/foreign-guests';

const isAll = process.env.BOOTLAB_GUESTS === 'all';
const { isTried, note } = needs(MEMTEST_FILES);

describe.skipIf(!isTried || !isAll)(`memtest86+${isAll ? note : ' (npm run test:guests)'}`, async () => {
  const boot = await createGuestRunner();

  it('finishes its first pass over 32 MiB without an error', async () => {
    const { report } = await boot({
      profile: applyOverlay(shippedProfile('p3-1000-desktop'), { 'memory.ramBytes': 32 * 2 ** 20 }),
      kernel: { image: memtest(), commandLine: '', initrd: null },
      untilText: { source: 'screen', text: 'Pass:  1' },
    });
    expect(report?.stop).toBe('until');
    expect(report?.screen?.join('\n')).toContain('Errors: 0');
  }, 1_200_000);
});
