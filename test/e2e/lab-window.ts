// What a person does with the window, by name. Keyboard helpers use no mouse.
import type { ElectronApplication, Page } from 'playwright-core';

const RUN_LIMIT_MS = 300_000;

/** Opens a view by its shortcut and waits until the rail says so. */
export async function openView(page: Page, name: keyof typeof VIEW_KEYS): Promise<void> {
  await page.keyboard.press(VIEW_KEYS[name]);
  await page.locator('nav [aria-current=page]', { hasText: name }).waitFor();
}

const VIEW_KEYS = { Start: 'Alt+Home', Experiment: 'Control+1', Results: 'Control+2', History: 'Control+5' } as const;

/** Opens Experiment and sets the form. */
export async function fillForm(page: Page, form: { machine?: string; seed?: number }): Promise<void> {
  await openView(page, 'Experiment');
  if (form.machine !== undefined) await page.getByLabel('Machine').selectOption(form.machine);
  if (form.seed !== undefined) await page.getByLabel('Seed').fill(String(form.seed));
}

/** Runs by the button and waits for the result. */
export async function runByMouse(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Run Ctrl/ }).click();
  await waitForResult(page);
}

export async function waitForResult(page: Page): Promise<void> {
  await page.locator('.answer h2').waitFor({ timeout: RUN_LIMIT_MS });
  await page.getByRole('progressbar').waitFor({ state: 'detached', timeout: RUN_LIMIT_MS });
}

/** The answer with ordinary spaces. */
export async function answerOf(page: Page): Promise<string> {
  const text = await page.locator('.answer').innerText();
  return text.replaceAll('\u00a0', ' ').replace(/\s+/g, ' ').trim();
}

/** Walks the timeline to its first phase by keys alone. */
export async function chooseFirstPhase(page: Page): Promise<void> {
  await page.getByRole('application').focus();
  await page.keyboard.press('Home');
}

const MAX_TABS = 60;

/** Presses Tab until the element has the focus. */
export async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < MAX_TABS; presses++) {
    const isThere = await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector);
    if (isThere) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach ${selector}`);
}

/** Answers the folder dialog with `folder`, as a person would; null closes it. */
export async function answerFolderDialog(app: ElectronApplication, folder: string | null): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    const answer = { canceled: chosen === null, filePaths: chosen === null ? [] : [chosen] };
    dialog.showOpenDialog = (async () => answer) as typeof dialog.showOpenDialog;
  }, folder);
}

/** Answers the save dialog with `file`. */
export async function answerSaveDialog(app: ElectronApplication, file: string): Promise<void> {
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = (async () => ({ canceled: false, filePath })) as typeof dialog.showSaveDialog;
  }, file);
}

/** Waits for what the status bar says after an export. */
export async function waitForNotice(page: Page, text: string): Promise<string> {
  const notice = page.locator('footer [role=status]').filter({ hasText: text });
  await notice.waitFor({ timeout: 30_000 });
  return notice.innerText();
}

/** Chooses an entry of the application menu. */
export async function chooseMenu(app: ElectronApplication, id: string): Promise<void> {
  await app.evaluate(({ Menu }, item) => Menu.getApplicationMenu()?.getMenuItemById(item)?.click(), id);
}
