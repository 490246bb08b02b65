// Starts the built app in a real Electron with a fresh user-data folder and drives it through playwright-core.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ElectronApplication, Page } from 'playwright-core';
import { _electron } from 'playwright-core';
import { resolveElectron } from '../../scripts/resolve-electron.mjs';
import { openDisplay } from './virtual-display';

export const PROJECT_DIR = resolve(import.meta.dirname, '../..');

export interface RunningApp {
  readonly app: ElectronApplication;
  readonly page: Page;
  close(): Promise<void>;
}

export interface LaunchOptions {
  /** A folder laid out as the project's (package.json, out, resources); the project itself unless told. */
  readonly appDir?: string;
}

/** Starts the app and waits for its window. */
export async function launchApp({ appDir = PROJECT_DIR }: LaunchOptions = {}): Promise<RunningApp> {
  const electron = await resolveElectron(appDir, () => {});
  const display = await openDisplay();
  const userDataDir = mkdtempSync(join(tmpdir(), 'bootlab-e2e-'));
  const tidyUp = () => {
    display.close();
    rmSync(userDataDir, { recursive: true, force: true });
  };
  try {
    const app = await _electron.launch({
      executablePath: electron.executablePath,
      args: [...electron.args, `--user-data-dir=${userDataDir}`],
      env: { ...(process.env as Record<string, string>), ...electron.env, DISPLAY: display.name },
      timeout: 60_000,
    });
    const page = await app.firstWindow();
    await page.waitForSelector('main');
    return {
      app,
      page,
      async close() {
        await app.close();
        tidyUp();
      },
    };
  } catch (error) {
    tidyUp();
    throw error;
  }
}
