// Starts the built app in a real Electron with a fresh user-data folder and drives it through playwright-core.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ElectronApplication, Page } from 'playwright-core';
import { _electron } from 'playwright-core';
import { resolveElectron } from '../../scripts/resolve-electron.mjs';
import { openDisplay } from './virtual-display';

export const PROJECT_DIR = resolve(import.meta.dirname, '../..');

/** Pictures of the views, for people to look at. */
export const PICTURES_DIR = join(tmpdir(), 'bootlab-pictures');

export interface RunningApp {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** The history of this start. */
  readonly storeFile: string;
  /** Errors of the page and of its console, as they come. */
  readonly problems: readonly string[];
  /** After a test that provokes them. */
  forgetProblems(): void;
  /** Closes the window; an app that does not end within ten seconds is ended. */
  close(): Promise<'by itself' | 'by force'>;
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
  // Never the history of whoever runs the tests.
  const storeFile = join(userDataDir, 'history.bootruns');
  const tidyUp = () => {
    display.close();
    rmSync(userDataDir, { recursive: true, force: true });
  };
  try {
    const app = await _electron.launch({
      executablePath: electron.executablePath,
      args: [...electron.args, `--user-data-dir=${userDataDir}`],
      env: {
        ...(process.env as Record<string, string>),
        ...electron.env,
        DISPLAY: display.name,
        BOOTLAB_STORE: storeFile,
      },
      timeout: 60_000,
    });
    const page = await app.firstWindow();
    const problems = listenForProblems(page);
    await page.waitForSelector('main');
    return {
      app,
      page,
      storeFile,
      problems,
      forgetProblems: () => void problems.splice(0),
      async close() {
        const how = await endApp(app);
        tidyUp();
        return how;
      },
    };
  } catch (error) {
    tidyUp();
    throw error;
  }
}

function listenForProblems(page: Page): string[] {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  return problems;
}

const CLOSE_LIMIT_MS = 10_000;

async function endApp(app: ElectronApplication): Promise<'by itself' | 'by force'> {
  const electron = app.process();
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<'by force'>((resolve) => {
    timer = setTimeout(() => {
      electron.kill('SIGKILL');
      resolve('by force');
    }, CLOSE_LIMIT_MS);
  });
  const how = await Promise.race([app.close().then(() => 'by itself' as const), limit]);
  clearTimeout(timer);
  return how;
}
