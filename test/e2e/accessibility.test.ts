// Every view in all themes: axe finds nothing, nothing is cut off, and a picture of each is kept for people.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAKE_SEEDS } from '../support/fake-seeds';
import { describeInElectron } from './electron-suite';
import { makeFakeEngineApp } from './fake-engine-app';
import * as lab from './lab-window';
import type { RunningApp } from './launch-app';
import { launchApp, PICTURES_DIR } from './launch-app';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Violations in short: rule, and where. */
async function violations({ page }: RunningApp): Promise<string[]> {
  await page.evaluate(AXE);
  const results = (await page.evaluate('axe.run(document)')) as AxeResults;
  return results.violations.flatMap(({ id, nodes }) => nodes.map(({ target, html }) => `${id}: ${target} ${html}`));
}

/** Elements with words that are cut off by their own box. */
function cutOff({ page }: RunningApp): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('button, label, h1, h2, h3, p, li, th, td, legend')]
      .filter((element) => !element.closest('.visually-hidden') && element.scrollWidth > element.clientWidth + 1)
      .map((element) => `${element.tagName} ${element.className}: ${element.textContent?.trim().slice(0, 60)}`),
  );
}

await describeInElectron('in all themes', () => {
  let appDir = '';
  let running: RunningApp;
  beforeAll(async () => {
    mkdirSync(PICTURES_DIR, { recursive: true });
    appDir = await makeFakeEngineApp();
    running = await launchApp({ appDir });
  });
  afterAll(async () => {
    await running.close();
    rmSync(appDir, { recursive: true, force: true });
  });

  const views: readonly { name: string; open: () => Promise<void> }[] = [
    { name: 'start', open: async () => {} },
    { name: 'history-empty', open: () => lab.openView(running.page, 'History') },
    { name: 'results-empty', open: () => lab.openView(running.page, 'Results') },
    {
      name: 'experiment',
      open: async () => {
        await lab.openView(running.page, 'Experiment');
        await running.page.getByText('2 runs').waitFor();
      },
    },
    {
      name: 'running',
      open: async () => {
        await lab.fillForm(running.page, { seed: FAKE_SEEDS.slow });
        await running.page.keyboard.press('Control+Enter');
        await running.page.getByText(/Memory test · path 1/).waitFor();
      },
    },
    {
      name: 'cancelled',
      open: async () => {
        await running.page.keyboard.press('Escape');
        await running.page.getByText('The run was cancelled.').waitFor();
      },
    },
    {
      name: 'result',
      open: async () => {
        await lab.fillForm(running.page, { seed: 7 });
        await lab.runByMouse(running.page);
      },
    },
    {
      name: 'explained',
      open: async () => {
        await lab.chooseFirstPhase(running.page);
        await running.page.getByRole('button', { name: /^Where this comes from:/ }).click();
        await running.page.getByRole('group', { name: 'Causes and their figures' }).waitFor();
      },
    },
    {
      name: 'palette',
      open: async () => {
        await running.page.keyboard.press('Control+K');
        await running.page.getByRole('combobox').fill('e');
      },
    },
    {
      name: 'shortcuts',
      open: async () => {
        await running.page.keyboard.press('Escape');
        await running.page.getByRole('dialog').waitFor({ state: 'detached' });
        await lab.openView(running.page, 'Results');
        await running.page.keyboard.press('F1');
        await running.page.getByRole('dialog').waitFor();
      },
    },
    {
      name: 'history',
      open: async () => {
        await running.page.keyboard.press('Escape');
        await running.page.getByRole('dialog').waitFor({ state: 'detached' });
        await lab.fillForm(running.page, { seed: 11 });
        await lab.runByMouse(running.page);
        await lab.openView(running.page, 'History');
        await running.page.getByText('2 experiments').waitFor();
        await running.page.getByRole('checkbox', { name: 'Choose Firmware' }).first().check();
        await running.page.getByLabel('Note').waitFor();
      },
    },
    {
      name: 'history-compared',
      open: async () => {
        await running.page.getByRole('checkbox', { name: 'Choose Firmware' }).last().check();
        await running.page.getByRole('cell', { name: '11', exact: true }).waitFor();
      },
    },
    {
      name: 'history-delete',
      open: async () => {
        await running.page.getByRole('button', { name: 'Delete 2…' }).click();
        await running.page.getByRole('dialog').waitFor();
      },
    },
    {
      name: 'failed',
      open: async () => {
        await running.page.keyboard.press('Escape');
        await running.page.getByRole('dialog').waitFor({ state: 'detached' });
        await lab.fillForm(running.page, { seed: FAKE_SEEDS.fails });
        await running.page.keyboard.press('Control+Enter');
        await running.page.getByRole('alert').waitFor();
      },
    },
  ];

  describe.each(views)('the view "$name"', ({ name, open }) => {
    it('can be read by all', async () => {
      await open();
      for (const theme of ['light', 'dark', 'contrast']) {
        await lab.chooseMenu(running.app, `theme.${theme}`);
        await running.page.waitForFunction((wanted) => document.documentElement.dataset.theme === wanted, theme);
        await running.page.screenshot({ path: join(PICTURES_DIR, `${name}-${theme}.png`) });
        expect(await violations(running)).toEqual([]);
        expect(await cutOff(running)).toEqual([]);
      }
    });
  });

  it('the page never scrolls as a whole, nor sideways', async () => {
    const scrolls = await running.page.evaluate(() => {
      const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement;
      return { sideways: scrollWidth - clientWidth, down: scrollHeight - clientHeight };
    });
    expect(scrolls).toEqual({ sideways: 0, down: 0 });
  });

  it('at twice the size there is no sideways scrolling of the page', async () => {
    await running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0].webContents.setZoomFactor(2));
    await running.page.waitForFunction(() => window.innerWidth <= 700);
    const sideways = await running.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(sideways).toBe(0);
  });
});
