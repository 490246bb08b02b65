// The kept validation report, whole: every shipped machine run anew on its three paths.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { shippedMachines, VALIDATION_DOCUMENT, writtenReport } from '../../support/validation-runs';

const isAll = process.env.BOOTLAB_GUESTS === 'all';

describe.skipIf(!isAll)(`docs/validation.md${isAll ? '' : ' (npm run test:guests)'}`, () => {
  it('is what npm run validate writes', async () => {
    expect(await writtenReport(await shippedMachines())).toBe(readFileSync(VALIDATION_DOCUMENT, 'utf8'));
  }, 1_200_000);
});
