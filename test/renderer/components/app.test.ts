// @vitest-environment happy-dom
import { flushPromises, mount } from '@vue/test-utils';
import { createPinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import App from '../../../src/renderer/App.vue';
import { PATH_TITLES } from '../../../src/lab/index';
import { fakeComparison, fakeMachine } from '../../support/fake-comparison';
import { installFakeLabApi } from '../../support/fake-lab-api';

// Canvases are drawn in the real window only (test/e2e).
vi.mock('../../../src/renderer/components/charts/register-chart', () => ({
  Chart: class {
    update = () => {};
    destroy = () => {};
  },
}));

let bridge: ReturnType<typeof installFakeLabApi>;
let app: ReturnType<typeof mount>;

/** Lets views that are loaded when first opened appear. */
async function settle() {
  await flushPromises();
  await vi.dynamicImportSettled();
  await flushPromises();
}

async function open(view: 'start' | 'experiment' = 'experiment') {
  app = mount(App, { global: { plugins: [createPinia()] }, attachTo: document.body });
  bridge.send.command(`go.${view}`);
  await settle();
}

beforeEach(() => {
  localStorage.clear();
  bridge = installFakeLabApi();
});
afterEach(() => app.unmount());

const press = async (key: string, modifiers: KeyboardEventInit = {}, target: EventTarget = window) => {
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...modifiers }));
  await flushPromises();
};

const run = () => press('Enter', { ctrlKey: true });

const finish = async (overrides = {}) => {
  bridge.send.end({
    comparisonId: 'comparison-1',
    status: 'done',
    comparison: fakeComparison(['warm', 'kexec'], overrides),
  });
  await settle();
};

const button = (text: string) => app.findAll('button').find((candidate) => candidate.text().includes(text))!;

describe('the set-up', () => {
  it('chooses the first machine and describes it with its caveats', async () => {
    await open();
    expect(app.get('select').element.value).toBe('p3-1000-desktop');
    expect(app.text()).toContain('A desktop of 2002');
    expect(app.text()).toContain('A budget of micro-ops stands');
  });

  it('names the next step, which runs the comparison', async () => {
    await open('start');
    await button('Run the comparison').trigger('click');
    expect(bridge.api.startComparison).toHaveBeenCalledTimes(1);
  });

  it('says why there are no machines', async () => {
    const failure = { code: 'HOST-PROFILE-FILE', message: 'p3.json is no JSON.', nextStep: 'Mend it.' };
    bridge.api.listMachines.mockResolvedValueOnce({ ok: false, failure });
    await open();
    expect(app.get('[role=alert]').text()).toContain('p3.json is no JSON. Mend it. [HOST-PROFILE-FILE]');
    expect(button('Run').attributes('aria-disabled')).toBe('true');
    await run();
    expect(bridge.api.startComparison).not.toHaveBeenCalled();
  });

  it('reads the machines again when asked', async () => {
    const failure = { code: 'HOST-PROFILE-FILE', message: 'p3.json is no JSON.', nextStep: 'Mend it.' };
    bridge.api.listMachines.mockResolvedValueOnce({ ok: false, failure });
    await open();
    await button('Read again').trigger('click');
    await flushPromises();
    expect(app.get('select').element.value).toBe('p3-1000-desktop');
    expect(app.find('[role=alert]').exists()).toBe(false);
  });

  it('marks the first chosen path as the baseline', async () => {
    await open();
    const labels = () => app.findAll('label.path').map((label) => label.text().includes('baseline'));
    expect(labels()).toEqual([false, true, false]);
    await app.get('input[value=cold]').setValue(true);
    expect(labels()).toEqual([true, false, false]);
  });

  it('says beside the field what is wrong with it', async () => {
    await open();
    await app.get('#seed').setValue('1.5');
    expect(app.get('#seed-hint').text()).toContain('whole number');
    expect(app.get('#seed').attributes('aria-invalid')).toBe('true');
    for (const path of ['warm', 'kexec']) await app.get(`input[value=${path}]`).setValue(false);
    expect(app.text()).toContain('Choose at least one path.');
  });
});

describe('a run', () => {
  it('by Ctrl+Enter shows progress and text, and can be cancelled by Esc', async () => {
    await open();
    await run();
    bridge.send.progress({
      comparisonId: 'comparison-1',
      fraction: 0.356,
      pathsDone: 0,
      pathsTotal: 2,
      text: 'warm: Memory test',
    });
    await flushPromises();
    expect(app.get('progress').attributes('value')).toBe('35');
    expect(app.text()).toContain('warm: Memory test');
    await press('Escape');
    expect(bridge.api.cancelComparison).toHaveBeenCalledExactlyOnceWith('comparison-1');
    bridge.send.end({ comparisonId: 'comparison-1', status: 'cancelled' });
    await flushPromises();
    expect(app.text()).toContain('The run was cancelled.');
  });

  it('that fails says what happened, what to do, and the code; and can be run again', async () => {
    await open();
    await run();
    const failure = { code: 'EMU-LIMIT-CYCLES', message: 'It took too long.', nextStep: 'Lower the memory.' };
    bridge.send.end({ comparisonId: 'comparison-1', status: 'failed', failure });
    await flushPromises();
    const alert = app.get('[role=alert]');
    expect(alert.text()).toContain('It took too long.');
    expect(alert.text()).toContain('Lower the memory.');
    expect(alert.text()).toContain('EMU-LIMIT-CYCLES');
    await button('Run again').trigger('click');
    expect(bridge.api.startComparison).toHaveBeenCalledTimes(2);
  });
});

describe('a result', () => {
  beforeEach(async () => {
    await open();
    await run();
    await finish();
  });

  it('is a sentence first, its reasons after it', () => {
    expect(app.get('.answer h2').text().replaceAll('\u00a0', ' ')).toMatch(
      /^kexec takes 9\.7 times fewer cycles .*19\.3 s\)\.$/,
    );
    expect(app.get('.answer p').text().replaceAll('\u00a0', ' ')).toMatch(/^51 % of the saving/);
  });

  it('can be walked by arrow keys, and every phase is spoken and shown', async () => {
    const timeline = app.get('[aria-roledescription=timeline]');
    await press('ArrowRight', {}, timeline.element);
    await press('ArrowRight', {}, timeline.element);
    const spoken = app.findAll('[aria-live=polite]').map((region) => region.text());
    expect(spoken).toContain(
      `${PATH_TITLES.warm}, Shut devices down: 24.0 M cycles, 24.0 ms at 1.0 GHz, 0.1 % of the path, device.`,
    );
    expect(app.get('.inspector').text()).toContain('Shut devices down');
  });

  it('switches its axis to milliseconds and says at which clock', async () => {
    expect(app.get('#timeline-title').text()).toContain('cycles');
    await app.get('input[type=radio][value=ms]').setValue(true);
    expect(app.get('#timeline-title').text()).toContain('milliseconds at 1.0 GHz');
  });

  it('has the focus when the button that asked for it is gone', async () => {
    expect(document.activeElement).toBe(app.get('.answer h2').element);
  });

  it('has every phase in the table, POST steps when opened', async () => {
    const names = () => app.findAll('tbody th').map((cell) => cell.text().replace(/^[▸▾]\s*/, ''));
    expect(names()).toContain('Memory test');
    expect(names()).not.toContain('Write patterns');
    await button('Memory test').trigger('click');
    expect(names()).toContain('Write patterns');
    expect(button('Memory test').attributes('aria-expanded')).toBe('true');
    await app
      .findAll('table button')
      .find((one) => one.text().includes('Firmware'))!
      .trigger('click');
    expect(names()).not.toContain('Memory test');
  });

  it('says what the badges and tags mean, the clock, and what was varied', () => {
    const notes = app.get('.notes').text();
    for (const word of ['executed', 'device', 'modelled', 'Evidence', '1.0 GHz', 'disk-rotation', 'Micro-op budget']) {
      expect(notes).toContain(word);
    }
  });

  it('shows seed and configuration of what is on screen, not of the form', async () => {
    await press('1', { ctrlKey: true });
    await app.get('#seed').setValue('99');
    expect(app.get('footer').text()).toContain('seed 7');
    expect(app.get('footer').text()).toContain('configuration 9f2c1a0b3d4e');
  });

  it('is exported by its button, and the place is said', async () => {
    await button('Export CSV').trigger('click');
    await flushPromises();
    expect(bridge.api.exportCsv).toHaveBeenCalledExactlyOnceWith('comparison-1');
    expect(app.get('footer [role=status]').text()).toBe('Saved /chosen/file.');
  });

  it('stays while the next run goes on and when that is cancelled', async () => {
    await run();
    expect(app.find('table').exists()).toBe(true);
    bridge.send.end({ comparisonId: 'comparison-2', status: 'cancelled' });
    await flushPromises();
    expect(app.text()).toContain('Below is the result of an earlier run.');
  });
});

it('the menu changes the theme', async () => {
  bridge.api.listMachines.mockResolvedValueOnce({ ok: true, value: [fakeMachine()] });
  await open();
  bridge.send.command('theme.dark');
  await flushPromises();
  expect(document.documentElement.dataset.theme).toBe('dark');
});

it('the window stops listening when it goes', async () => {
  await open();
  expect(bridge.listenerCount()).toBeGreaterThan(0);
  app.unmount();
  expect(bridge.listenerCount()).toBe(0);
  await open();
});

describe('where a number comes from', () => {
  const answerWith = (cycles: number) =>
    bridge.api.explainNumber.mockResolvedValue({
      ok: true,
      value: {
        table: 'runs',
        column: 'outage_cycles',
        meaning: 'From the instant services stop to services up.',
        computedFrom: [],
        value: cycles,
        phases: [],
        causes: Array.from({ length: 12 }, (_, index) => ({
          basis: 'device',
          cost: 'wait',
          chip: `chip ${index}`,
          code: { image: 'bios', symbol: 'ata_wait_idle', address: 0xf1000 },
          cycles,
          figures: [{ name: 'disk.rpm', value: 7200, unit: 'rpm', evidence: 'S', source: 'a data sheet' }],
        })),
      },
    });

  async function askOutage() {
    await open();
    await run();
    await finish();
    answerWith(1_234_567);
    const asking = button('kexec jump: outage');
    (asking.element as HTMLButtonElement).focus();
    await asking.trigger('click');
    await flushPromises();
    return asking;
  }

  it('is asked of the outage and shown with causes, figures, tags and sources', async () => {
    const asking = await askOutage();
    expect(bridge.api.explainNumber).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ runOrder: 1, table: 'runs', column: 'outage_cycles' }),
    );
    expect(asking.attributes('aria-expanded')).toBe('true');
    const panel = app.get('section[aria-label^="Where this comes from"]');
    expect(panel.text()).toContain('1,234,567');
    expect(panel.text()).toContain('waiting for chip 0');
    expect(panel.text()).toContain('bios: ata_wait_idle');
    expect(panel.text()).toMatch(/disk\.rpm\s*7,200 rpm\s*S\s*a data sheet/);
  });

  it('shows the largest causes first and the rest when asked', async () => {
    await askOutage();
    expect(app.text()).not.toContain('chip 11');
    await button('Show 2 more').trigger('click');
    expect(app.text()).toContain('chip 11');
  });

  it('goes away with Escape, and the focus returns to the button', async () => {
    const asking = await askOutage();
    await app.get('section[aria-label^="Where this comes from"]').trigger('keydown', { key: 'Escape' });
    await flushPromises();
    expect(app.find('section[aria-label^="Where this comes from"]').exists()).toBe(false);
    expect(document.activeElement).toBe(asking.element);
  });

  it('is asked of the phase chosen by keys', async () => {
    await open();
    await run();
    await finish();
    await app.get('[role=application]').trigger('keydown', { key: 'End' });
    await app.get('button[aria-label^="Where this comes from: "]').trigger('click');
    expect(bridge.api.explainNumber).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ runOrder: 0, table: 'phases', column: 'duration_cycles' }),
    );
  });

  it('says in its place why there is no answer', async () => {
    await open();
    await run();
    await finish();
    const failure = { code: 'APP-NO-COMPARISON', message: 'It is no longer kept.', nextStep: 'Run it again.' };
    bridge.api.explainNumber.mockResolvedValue({ ok: false, failure });
    await button('kexec jump: outage').trigger('click');
    await flushPromises();
    expect(app.get('section[aria-label^="Where this comes from"] [role=alert]').text()).toContain('Run it again.');
  });
});
