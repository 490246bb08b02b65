// The window over the real host with a fake engine: fast, and it can be made to fail.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FAKE_SEEDS } from '../support/fake-seeds';
import { describeInElectron } from './electron-suite';
import { makeFakeEngineApp } from './fake-engine-app';
import * as lab from './lab-window';
import type { RunningApp } from './launch-app';
import { launchApp } from './launch-app';

await describeInElectron('the window', () => {
  let appDir = '';
  let outDir = '';
  let running: RunningApp;

  beforeAll(async () => {
    appDir = await makeFakeEngineApp();
    outDir = mkdtempSync(join(tmpdir(), 'bootlab-e2e-out-'));
    running = await launchApp({ appDir });
  });
  afterAll(async () => {
    const closed = await running.close();
    rmSync(appDir, { recursive: true, force: true });
    rmSync(outDir, { recursive: true, force: true });
    expect(running.problems).toEqual([]);
    expect(closed).toBe('by itself');
  });

  it('starts with machines to choose from and a next step', async () => {
    const { page } = running;
    expect(await page.title()).toBe('Bootlab');
    await page.getByRole('button', { name: 'Run the comparison' }).waitFor();
    await page.getByRole('navigation').getByRole('button', { name: 'Experiment' }).click();
    expect(await page.getByLabel('Machine').locator('option').count()).toBeGreaterThanOrEqual(2);
  });

  it('gives the page nothing but the bridge', async () => {
    const globals = await running.page.evaluate(() => ({
      bridge: Object.keys(window.bootlab).sort(),
      node: ['require', 'process', 'module', 'Buffer', 'electron'].filter((name) => name in window),
    }));
    expect(globals.node).toEqual([]);
    expect(globals.bridge).toContain('startComparison');
  });

  it('loads nothing from elsewhere, opens nothing, and gets no permission', async () => {
    const { page, app } = running;
    const seen = await page.evaluate(async () => {
      const violations: string[] = [];
      document.addEventListener('securitypolicyviolation', (event) => violations.push(event.effectiveDirective));
      const fetched = await fetch('https://example.org/').then(
        () => 'loaded',
        () => 'refused',
      );
      const script = document.createElement('script');
      script.textContent = 'window.injected = true';
      document.head.append(script);
      const opened = window.open('https://example.org/');
      const notification = await Notification.requestPermission();
      return { fetched, violations, opened: opened !== null, injected: 'injected' in window, notification };
    });
    expect(seen).toMatchObject({ fetched: 'refused', opened: false, injected: false, notification: 'denied' });
    expect(seen.violations).toEqual(expect.arrayContaining(['connect-src', 'script-src-elem']));
    expect(app.windows()).toHaveLength(1);
    running.forgetProblems();
  });

  it('compares by mouse', async () => {
    const { page } = running;
    await lab.fillForm(page, { seed: 7 });
    await lab.runByMouse(page);
    expect(await lab.answerOf(page)).toMatch(/^kexec takes 9\.7 times fewer cycles .*the memory test/);
    expect(await page.locator('tfoot').innerText()).toContain('19,309,000,000');
  });

  it('shows a phase when the pointer is on it', async () => {
    const { page } = running;
    await page.locator('.segment', { hasText: 'Memory test' }).hover();
    expect(await page.locator('.inspector').innerText()).toMatch(/Memory test[\s\S]*8\.90 G cycles[\s\S]*at 1\.0 GHz/);
  });

  it('exports the CSV the terminal writes, byte for byte', async () => {
    const { page, app } = running;
    await lab.answerFolderDialog(app, outDir);
    await page.getByRole('button', { name: 'Export CSV' }).click();
    await lab.waitForNotice(page, 'runs.csv');
    const cliDir = join(outDir, 'cli');
    const args = ['compare', '--profile', 'p3-1000-desktop', '--paths', 'warm,kexec', '--seed', '7', '--csv', cliDir];
    execFileSync(process.execPath, [join(appDir, 'out/main/cli.cjs'), ...args, '--quiet']);
    for (const name of ['runs.csv', 'phases.csv']) {
      const ofWindow = readFileSync(join(outDir, name));
      expect(ofWindow.length).toBeGreaterThan(500);
      expect(ofWindow.equals(readFileSync(join(cliDir, name)))).toBe(true);
    }
  });

  it('says why it cannot write', async () => {
    const { page, app } = running;
    await lab.answerFolderDialog(app, join(outDir, 'runs.csv', 'below-a-file'));
    await page.getByRole('button', { name: 'Export CSV' }).click();
    expect(await lab.waitForNotice(page, 'HOST-SAVE')).toContain('cannot be written');
  });

  it('exports the charts as a picture', async () => {
    const { page, app } = running;
    const file = join(outDir, 'charts.png');
    await lab.answerSaveDialog(app, file);
    await lab.chooseMenu(app, 'export.png');
    await lab.waitForNotice(page, 'charts.png');
    const png = readFileSync(file);
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(png.readUInt32BE(16)).toBe(2400);
  });

  it('compares by keyboard alone, with the focus always to be seen', async () => {
    const { page } = running;
    await lab.openView(page, 'Experiment');
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await lab.tabTo(page, '#machine');
    await lab.tabTo(page, 'input[value=cold]');
    await page.keyboard.press('Space');
    await lab.tabTo(page, '#seed');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('8');
    await lab.tabTo(page, 'button[type=submit]');
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle);
    expect(outline).toBe('solid');
    await page.keyboard.press('Enter');
    await page.getByText('seed 8').waitFor({ timeout: 30_000 });
    expect(await lab.answerOf(page)).toContain('than a cold start');

    await lab.tabTo(page, '[aria-roledescription=timeline]');
    await page.keyboard.press('End');
    await page.locator('.inspector', { hasText: 'Start services' }).waitFor();
    // The firmware reboot began with stopping services: at this moment it is one phase behind the cold start.
    await page.keyboard.press('ArrowDown');
    await page.locator('.inspector', { hasText: 'Probe drivers' }).waitFor();
    const whole = await page.locator('.segment').count();
    for (let press = 0; press < 6; press++) await page.keyboard.press('+');
    expect(await page.locator('.segment').count()).toBeLessThan(whole);
    await page.keyboard.press('0');
    expect(await page.locator('.segment').count()).toBe(whole);
  });

  it('opens views, walks panes and finds commands by keyboard alone', async () => {
    const { page } = running;
    await lab.openView(page, 'Start');
    await lab.openView(page, 'Experiment');
    const paneNames: string[] = [];
    for (let press = 0; press < 4; press++) {
      await page.keyboard.press('F6');
      paneNames.push(await page.evaluate(() => document.activeElement!.getAttribute('aria-label') ?? 'status bar'));
    }
    expect(paneNames.sort()).toEqual(['Set-up', 'Views', 'What will run', 'status bar']);

    await page.keyboard.press('Control+K');
    await page.keyboard.type('go res');
    await page.keyboard.press('Enter');
    await page.locator('nav [aria-current=page]', { hasText: 'Results' }).waitFor();

    await page.keyboard.press('?');
    const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    expect(await dialog.innerText()).toMatch(/In Results[\s\S]*Zoom Timeline In[\s\S]*Everywhere[\s\S]*Ctrl\+K/);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  it('finds a kept comparison in the history by mouse, names it and opens it again', async () => {
    const { page } = running;
    await lab.fillForm(page, { seed: 21 });
    await lab.runByMouse(page);
    const answer = await lab.answerOf(page);
    await lab.fillForm(page, { seed: 22 });
    await lab.runByMouse(page);
    await page.getByRole('navigation').getByRole('button', { name: 'History' }).click();
    await page
      .getByRole('checkbox', { name: /^Choose / })
      .nth(1)
      .check();
    await page.getByLabel('Name', { exact: true }).fill('Seed twenty-one');
    await page.getByLabel('Note').fill('by the mouse');
    await page.getByRole('button', { name: 'Star Seed twenty-one' }).click();
    await page.getByLabel('Filter').fill('MOUSE');
    await page.getByText('1 experiment', { exact: true }).waitFor();
    await page.getByRole('checkbox', { name: 'Choose Seed twenty-one' }).uncheck();
    await page.getByRole('button', { name: 'Seed twenty-one', exact: true }).click();
    await page.getByText('From the history:').waitFor();
    expect(await lab.answerOf(page)).toBe(answer);
    await page.getByText('seed 21').waitFor();
  });

  it('shows the terminal the same history', () => {
    const args = ['history', 'list', '--json', '--store', running.storeFile];
    const listed = JSON.parse(execFileSync(process.execPath, [join(appDir, 'out/main/cli.cjs'), ...args]).toString());
    const entry = listed.find(({ name }: { name: string }) => name === 'Seed twenty-one');
    expect(entry).toMatchObject({ isStarred: true, notes: 'by the mouse', status: 'done' });
    expect(entry.doneRuns).toBe(entry.plannedRuns);
  });

  it('walks the history, compares two and deletes one by keyboard alone', async () => {
    const { page } = running;
    await lab.openView(page, 'History');
    await page.getByLabel('Filter').focus();
    await page.keyboard.press('Control+A');
    await page.keyboard.press('Delete');
    const all = page.locator('button.name');
    await page.waitForFunction(() => document.querySelectorAll('button.name').length > 2);
    const before = await all.count();
    await lab.tabTo(page, 'tbody tr:first-child input');
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Space');
    await page.getByRole('rowheader', { name: 'seed', exact: true }).waitFor();
    await page.keyboard.press('Space');
    await page.getByLabel('Note').waitFor();
    await page.keyboard.press('F6');
    await lab.tabTo(page, 'button.delete');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText(/^Deleted .* runs\.$/).waitFor();
    expect(await all.count()).toBe(before - 1);
  });

  it.each(['Escape', 'Control+.'])('cancels a run by %s at once', async (key) => {
    const { page } = running;
    await lab.fillForm(page, { seed: FAKE_SEEDS.slow });
    await page.keyboard.press('Control+Enter');
    await page.getByText(/Memory test · path 1 of/).waitFor();
    await page.keyboard.press(key);
    await page.getByText('The run was cancelled.').waitFor({ timeout: 5_000 });
    await lab.openView(page, 'Results');
    expect(await page.locator('.answer h2').count()).toBe(1);
  });

  it('keeps the focus on Run while it runs, so that Esc and Tab go on from there', async () => {
    const { page } = running;
    await lab.fillForm(page, { seed: FAKE_SEEDS.slow });
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText(/path 1 of/).waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Run');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('The run was cancelled.').waitFor({ timeout: 5_000 });
  });

  it('says what happened, what to do and the code when a run fails', async () => {
    const { page } = running;
    await lab.fillForm(page, { seed: FAKE_SEEDS.fails });
    await page.keyboard.press('Control+Enter');
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.innerText()).toMatch(/limit of 1 T cycles[\s\S]*Lower the memory[\s\S]*EMU-LIMIT-CYCLES/);
  });

  it('survives a worker that dies', async () => {
    const { page } = running;
    await lab.fillForm(page, { seed: FAKE_SEEDS.dies });
    await page.keyboard.press('Control+Enter');
    await page.getByText('HOST-WORKER-DIED').waitFor({ timeout: 30_000 });
    await lab.fillForm(page, { seed: 9 });
    await lab.runByMouse(page);
    await page.getByText('seed 9').waitFor();
  });

  it('keeps theme and unit over a reload', async () => {
    const { page, app } = running;
    await lab.chooseMenu(app, 'theme.dark');
    await lab.chooseMenu(app, 'view.milliseconds');
    await page.waitForFunction(() => localStorage.getItem('unit') === 'ms');
    await page.reload();
    await page.waitForSelector('main');
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
    expect(await page.evaluate(() => localStorage.getItem('unit'))).toBe('ms');
  });

  it('goes nowhere', async () => {
    const other = await launchApp({ appDir });
    const urls = await other.app.evaluate(async ({ BrowserWindow }) => {
      const { webContents } = BrowserWindow.getAllWindows()[0];
      const go = (url: string) => webContents.executeJavaScript(`location.assign(${JSON.stringify(url)})`);
      const seen: string[] = [];
      for (const url of ['https://example.org/', 'file:///etc/passwd', 'app://other/']) {
        await go(url).catch(() => {});
        await new Promise((resolve) => setTimeout(resolve, 200));
        seen.push(webContents.getURL());
      }
      return seen;
    });
    expect(urls).toEqual(Array(3).fill('app://bootlab/'));
    await other.close();
  });

  it('ends while a run goes on', async () => {
    const other = await launchApp({ appDir });
    await lab.fillForm(other.page, { seed: FAKE_SEEDS.slow });
    await other.page.keyboard.press('Control+Enter');
    await other.page.getByText(/path 1 of/).waitFor();
    expect(await other.close()).toBe('by itself');
  });
});
