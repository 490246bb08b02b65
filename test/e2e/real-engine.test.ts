// The whole thing: the window over the real engine, against the terminal.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInElectron } from './electron-suite';
import * as lab from './lab-window';
import type { RunningApp } from './launch-app';
import { launchApp, PICTURES_DIR, PROJECT_DIR } from './launch-app';

const MACHINE = '486dx2-66';
const SEED = 3;
const LIMIT_MS = 600_000;

await describeInElectron('a comparison on the 486', () => {
  let outDir = '';
  let running: RunningApp;
  beforeAll(async () => {
    mkdirSync(PICTURES_DIR, { recursive: true });
    outDir = mkdtempSync(join(tmpdir(), 'bootlab-e2e-out-'));
    running = await launchApp();
  });
  afterAll(async () => {
    const closed = await running.close();
    rmSync(outDir, { recursive: true, force: true });
    expect(running.problems).toEqual([]);
    expect(closed).toBe('by itself');
  });

  it(
    'gives the answer and the files the terminal gives',
    async () => {
      const { page, app } = running;
      await lab.fillForm(page, { machine: MACHINE, seed: SEED });
      await lab.runByMouse(page);
      await page.screenshot({ path: join(PICTURES_DIR, 'real-result.png') });
      expect(await lab.answerOf(page)).toMatch(/^kexec takes [\d.,]+ times fewer cycles than a firmware reboot/);

      await lab.answerFolderDialog(app, outDir);
      await page.getByRole('button', { name: 'Export CSV' }).click();
      await lab.waitForNotice(page, 'runs.csv');

      const cliDir = join(outDir, 'cli');
      const args = ['compare', '--profile', MACHINE, '--paths', 'warm,kexec', '--seed', String(SEED), '--csv', cliDir];
      const said = execFileSync(process.execPath, [join(PROJECT_DIR, 'out/main/cli.cjs'), ...args, '--quiet'], {
        encoding: 'utf8',
      });
      expect(said.replace(/\s+/g, ' ')).toContain(await lab.answerOf(page));
      for (const name of ['runs.csv', 'phases.csv']) {
        expect(readFileSync(join(outDir, name), 'utf8')).toBe(readFileSync(join(cliDir, name), 'utf8'));
      }
    },
    LIMIT_MS,
  );

  it('is kept in the history and opens from it with the same bytes', async () => {
    const { page, app } = running;
    await lab.openView(page, 'History');
    await page.getByRole('button', { name: /^Firmware reboot, kexec jump · .* · seed 3$/ }).click();
    await page.getByText('From the history:').waitFor();
    const reopened = join(outDir, 'reopened');
    mkdirSync(reopened);
    await lab.answerFolderDialog(app, reopened);
    await page.getByRole('button', { name: 'Export CSV' }).click();
    await lab.waitForNotice(page, 'reopened');
    for (const name of ['runs.csv', 'phases.csv']) {
      expect(readFileSync(join(reopened, name), 'utf8')).toBe(readFileSync(join(outDir, 'cli', name), 'utf8'));
    }
  });

  it(
    'says where a number comes from, as the terminal does',
    async () => {
      const { page } = running;
      await lab.chooseFirstPhase(page);
      await lab.tabTo(page, 'button[aria-label^="Where this comes from"]');
      await page.keyboard.press('Enter');
      const phase = page.getByRole('region', { name: /^Where this comes from: Stop services/ });
      await phase
        .getByRole('cell', { name: /^kernel: / })
        .first()
        .waitFor({ timeout: LIMIT_MS });
      expect(await phase.getByRole('cell', { name: 'cpu.clockTable' }).count()).toBe(1);
      await page.screenshot({ path: join(PICTURES_DIR, 'real-phase-source.png') });
      await page.keyboard.press('Escape');
      await phase.waitFor({ state: 'detached' });

      await page.getByRole('button', { name: /^kexec jump: outage/ }).click();
      const outage = page.getByRole('region', { name: /^Where this comes from: kexec jump: outage/ });
      const largest = outage.locator('tbody tr').first();
      await largest.waitFor({ timeout: LIMIT_MS });
      const [cycles, , , , what] = await largest.locator('td').allInnerTexts();
      const args = [
        'explain',
        '--profile',
        MACHINE,
        '--path',
        'kexec',
        '--seed',
        String(SEED),
        '--top',
        '1',
        '--quiet',
      ];
      const said = execFileSync(process.execPath, [join(PROJECT_DIR, 'out/main/cli.cjs'), ...args], {
        encoding: 'utf8',
      });
      expect(said).toContain(cycles);
      expect(said).toContain(what);
      await page.screenshot({ path: join(PICTURES_DIR, 'real-outage-source.png') });
    },
    LIMIT_MS,
  );

  it(
    'can be cancelled in the middle',
    async () => {
      const { page } = running;
      await page.keyboard.press('Control+Enter');
      await page.getByText(/· path 1 of 2/).waitFor({ timeout: 60_000 });
      await page.keyboard.press('Control+.');
      await page.getByText('The run was cancelled.').waitFor({ timeout: 30_000 });
    },
    LIMIT_MS,
  );
});
