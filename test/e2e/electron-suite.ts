// Whether the window can be tried here. Where Electron or a display cannot be had, a person's machine says what was
// skipped and why; CI fails.
import { describe, it } from 'vitest';
import { isBuildStale } from '../../scripts/build-if-needed.mjs';
import { resolveElectron } from '../../scripts/resolve-electron.mjs';
import { PROJECT_DIR } from './launch-app';
import { openDisplay } from './virtual-display';

async function whyUnavailable(): Promise<string> {
  try {
    await resolveElectron(PROJECT_DIR, () => {});
    (await openDisplay()).close();
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** A `describe` whose tests drive the built app in a real Electron. */
export async function describeInElectron(name: string, define: () => void): Promise<void> {
  if (!process.env.BOOTLAB_BUILD_IS_FRESH && isBuildStale(PROJECT_DIR)) {
    describe(name, () => {
      it('needs a fresh build', () => {
        throw new Error('out/ is older than its sources: run "npm run build", or the tests by "npm test".');
      });
    });
    return;
  }
  const reason = await whyUnavailable();
  if (reason === '') {
    describe(name, define);
  } else if (process.env.CI) {
    describe(name, () => {
      it('needs Electron and a display', () => {
        throw new Error(reason);
      });
    });
  } else {
    process.stderr.write(`SKIPPED: ${name}, in a real Electron. ${reason}\n`);
    describe.skip(`${name} (no Electron: ${reason.split('\n')[0]})`, define);
  }
}
