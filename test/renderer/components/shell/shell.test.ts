// @vitest-environment happy-dom
import { flushPromises, mount } from '@vue/test-utils';
import { createPinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import App from '../../../../src/renderer/App.vue';
import { fakeComparison } from '../../../support/fake-comparison';
import { installFakeLabApi } from '../../../support/fake-lab-api';

// Canvases are drawn in the real window only (test/e2e).
vi.mock('../../../../src/renderer/components/charts/register-chart', () => ({
  Chart: class {
    update = () => {};
    destroy = () => {};
  },
}));

let bridge: ReturnType<typeof installFakeLabApi>;
let app: ReturnType<typeof mount>;

async function settle() {
  await flushPromises();
  await vi.dynamicImportSettled();
  await flushPromises();
}

beforeEach(async () => {
  localStorage.clear();
  bridge = installFakeLabApi();
  app = mount(App, { global: { plugins: [createPinia()] }, attachTo: document.body });
  await settle();
});
afterEach(() => app.unmount());

async function press(key: string, modifiers: KeyboardEventInit = {}) {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...modifiers });
  (document.activeElement ?? document.body).dispatchEvent(event);
  await settle();
}

async function finishRun() {
  await press('Enter', { ctrlKey: true });
  bridge.send.end({
    comparisonId: 'comparison-1',
    status: 'done',
    comparison: fakeComparison(['warm', 'kexec'], {}),
  });
  await settle();
}

const currentView = () => app.get('nav [aria-current=page]').text();
const options = () => app.findAll('[role=option]').map((option) => option.text());

describe('the rail', () => {
  it('begins at Start and opens a view by a press', async () => {
    expect(currentView()).toBe('Start');
    await app.findAll('nav button')[1].trigger('click');
    await settle();
    expect(currentView()).toBe('Experiment');
    expect(app.find('#machine').exists()).toBe(true);
  });

  it('opens views by their shortcuts and by the menu', async () => {
    await press('2', { ctrlKey: true });
    expect(currentView()).toBe('Results');
    expect(app.text()).toContain('Nothing has been measured yet');
    await press('Home', { altKey: true });
    expect(currentView()).toBe('Start');
    bridge.send.command('go.experiment');
    await settle();
    expect(currentView()).toBe('Experiment');
  });

  it('keeps what a view was set to while another is shown', async () => {
    await press('1', { ctrlKey: true });
    await app.get('#seed').setValue('42');
    await press('2', { ctrlKey: true });
    await press('1', { ctrlKey: true });
    expect(app.get<HTMLInputElement>('#seed').element.value).toBe('42');
  });
});

describe('a finished run', () => {
  it('opens its results for whoever waits at Start', async () => {
    await finishRun();
    expect(currentView()).toBe('Results');
  });

  it('shows how far it is on the status bar, with a way to cancel it', async () => {
    await press('Enter', { ctrlKey: true });
    const fraction = 0.5;
    bridge.send.progress({ comparisonId: 'comparison-1', fraction, pathsDone: 1, pathsTotal: 2, text: 'kexec: Copy' });
    await flushPromises();
    expect(app.get('footer progress').attributes('value')).toBe('50');
    expect(app.get('footer [role=status]').text()).toBe('kexec: Copy · path 2 of 2');
    await app.get('footer button').trigger('click');
    expect(bridge.api.cancelComparison).toHaveBeenCalledExactlyOnceWith('comparison-1');
  });
});

describe('F6', () => {
  it('walks rail, panes of the view and status bar, around and back', async () => {
    await press('1', { ctrlKey: true });
    const names: (string | null)[] = [];
    for (let step = 0; step < 5; step++) {
      await press('F6');
      names.push(document.activeElement!.getAttribute('aria-label') ?? document.activeElement!.tagName);
    }
    expect(names).toEqual(['What will run', 'FOOTER', 'Views', 'Set-up', 'What will run']);
    const before = document.activeElement;
    await press('F6');
    await press('F6', { shiftKey: true });
    expect(document.activeElement).toBe(before);
  });
});

describe('the palette', () => {
  it('finds a command by a few letters and carries it out', async () => {
    await press('k', { ctrlKey: true });
    await app.get('[role=combobox]').setValue('dark');
    expect(options()).toEqual(['Theme: Dark']);
    await app.get('[role=combobox]').trigger('keydown', { key: 'Enter' });
    await settle();
    expect(document.documentElement.dataset.theme).toBe('dark');
    expect(app.find('dialog').exists()).toBe(false);
  });

  it('walks the list by arrows, around its end', async () => {
    await press('k', { ctrlKey: true });
    const chosen = () => app.get('[role=option][aria-selected=true]').text();
    const first = chosen();
    const field = app.get('[role=combobox]');
    await field.trigger('keydown', { key: 'ArrowUp' });
    expect(chosen()).toBe(options().at(-1));
    await field.trigger('keydown', { key: 'ArrowDown' });
    expect(chosen()).toBe(first);
    expect(field.attributes('aria-activedescendant')).toBe(app.get('[aria-selected=true]').attributes('id'));
  });

  it('offers only what can be done now', async () => {
    await press('k', { ctrlKey: true });
    expect(options().join()).not.toMatch(/Export|Cancel Run|Zoom Timeline/);
    app.get<HTMLDialogElement>('dialog').element.close();
    await settle();
    await finishRun();
    await press('k', { ctrlKey: true });
    expect(options().join()).toMatch(/Export CSV.*Zoom Timeline In/);
  });

  it('says so when no command has the letters', async () => {
    await press('k', { ctrlKey: true });
    await app.get('[role=combobox]').setValue('zzz');
    expect(app.get('dialog').text()).toContain('No command has these letters.');
  });

  it('opens another dialog that is asked for from it', async () => {
    await press('k', { ctrlKey: true });
    await app.get('[role=combobox]').setValue('about');
    await app.get('[role=combobox]').trigger('keydown', { key: 'Enter' });
    await settle();
    expect(app.get('dialog').text()).toContain('not a cycle-accurate copy');
  });
});

describe('the shortcuts', () => {
  it('of the view stand before those that work everywhere', async () => {
    await finishRun();
    await press('?', { shiftKey: true });
    const titles = app.findAll('dialog h2').map((title) => title.text());
    expect(titles).toEqual(['In Results', 'Everywhere']);
    const [here, everywhere] = app.findAll('dialog section').map((section) => section.text());
    expect(here).toContain('Zoom Timeline In');
    expect(here).toContain('Walk the phases');
    expect(everywhere).toContain('Run Comparison');
    expect(everywhere).toContain('Go to Results');
    expect(everywhere).not.toContain('Zoom');
  });

  it('never repeat a key', async () => {
    for (const view of ['Home', '1', '2']) {
      await press(view, view === 'Home' ? { altKey: true } : { ctrlKey: true });
      await press('F1');
      const keys = app.findAll('dialog kbd').map((key) => key.text());
      expect(new Set(keys).size).toBe(keys.length);
      app.get<HTMLDialogElement>('dialog').element.close();
      await settle();
    }
  });
});
