// @vitest-environment happy-dom
import { flushPromises, mount } from '@vue/test-utils';
import { createPinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HistoryItem } from '../../../../src/contract/api';
import App from '../../../../src/renderer/App.vue';
import { fakeHistoryItem, installFakeLabApi } from '../../../support/fake-lab-api';

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

function answerWith(items: readonly HistoryItem[], total = items.length) {
  bridge.api.listHistory.mockImplementation(async ({ offset, limit }) => ({
    ok: true,
    value: { items: items.slice(offset, offset + limit), total, notices: [] },
  }));
}

async function open() {
  app = mount(App, { global: { plugins: [createPinia()] }, attachTo: document.body });
  bridge.send.command('go.history');
  await settle();
}

beforeEach(() => {
  localStorage.clear();
  bridge = installFakeLabApi();
  answerWith([fakeHistoryItem(2, { isStarred: true, tags: ['lesson'] }), fakeHistoryItem(1)]);
});
afterEach(() => {
  app.unmount();
  vi.useRealTimers();
});

const rows = () => app.findAll('tbody tr');
const button = (text: string) => app.findAll('main button').find((candidate) => candidate.text().includes(text))!;
async function choose(...names: string[]) {
  for (const name of names) await app.get(`input[aria-label="Choose ${name}"]`).setValue(true);
  await settle();
}

describe('the list', () => {
  it('says what each entry was and how it went', async () => {
    await open();
    expect(rows()[0].text()).toMatch(
      /Experiment 2\s*lesson\s*p3-1000-desktop\s*Firmware reboot, kexec jump\s*2\/2\s*done/,
    );
    expect(rows()[0].text()).toContain('2026-11-23 22:41');
    expect(app.text()).toContain('2 experiments');
  });

  it('says what will be here while it is empty', async () => {
    answerWith([]);
    await open();
    expect(app.text()).toContain('Nothing was run yet.');
  });

  it('is read again a moment after the last letter of a filter', async () => {
    await open();
    vi.useFakeTimers();
    bridge.api.listHistory.mockClear();
    await app.get('input[type=search]').setValue('m');
    await app.get('input[type=search]').setValue('me');
    expect(bridge.api.listHistory).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1000);
    expect(bridge.api.listHistory).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ text: 'me', offset: 0 }));
  });

  it('draws a page, and the next when asked', async () => {
    answerWith(Array.from({ length: 450 }, (_, index) => fakeHistoryItem(450 - index)));
    await open();
    expect(rows()).toHaveLength(200);
    await button('Show more').trigger('click');
    await settle();
    expect(rows()).toHaveLength(400);
  });

  it('is walked by arrow keys', async () => {
    await open();
    const names = app.findAll('button.name');
    (names[0].element as HTMLElement).focus();
    await names[0].trigger('keydown', { key: 'ArrowDown' });
    expect(document.activeElement).toBe(names[1].element);
    await names[1].trigger('keydown', { key: 'ArrowUp' });
    expect(document.activeElement).toBe(names[0].element);
  });

  it('says why it cannot be read, and can be read again', async () => {
    const failure = { code: 'HOST-STORE-BUSY', message: 'Another process has it.', nextStep: 'Try again.' };
    bridge.api.listHistory.mockResolvedValueOnce({ ok: false, failure });
    await open();
    expect(app.get('[role=alert]').text()).toContain('Another process has it. Try again. [HOST-STORE-BUSY]');
    await button('Read again').trigger('click');
    await settle();
    expect(rows()).toHaveLength(2);
  });

  it('stars an entry in its place', async () => {
    await open();
    await app.get('button[aria-label="Star Experiment 1"]').trigger('click');
    await settle();
    expect(bridge.api.changeHistory).toHaveBeenCalledExactlyOnceWith({ entryId: 1, isStarred: true });
    expect(app.get('button[aria-label="Star Experiment 1"]').attributes('aria-pressed')).toBe('true');
  });
});

describe('an entry', () => {
  it('opens in Results, with its other points at hand', async () => {
    await open();
    await button('Experiment 2').trigger('click');
    await settle();
    expect(bridge.api.openHistory).toHaveBeenCalledExactlyOnceWith({ entryId: 2, pointIndex: 0, repetition: 0 });
    expect(app.get('nav [aria-current=page]').text()).toBe('Results');
    expect(app.get('.opened').text()).toContain('Experiment 2');
    await app.get('.opened select').setValue('1');
    await settle();
    expect(bridge.api.openHistory).toHaveBeenLastCalledWith({ entryId: 2, pointIndex: 1, repetition: 0 });
  });

  it('stays where it is when it cannot be opened', async () => {
    await open();
    const failure = { code: 'HOST-PROFILE-UNKNOWN', message: 'There is no machine x.', nextStep: 'Add it.' };
    bridge.api.openHistory.mockResolvedValueOnce({ ok: false, failure });
    await button('Experiment 2').trigger('click');
    await settle();
    expect(app.get('[role=alert]').text()).toContain('There is no machine x.');
    expect(app.get('nav [aria-current=page]').text()).toBe('History');
  });

  it('that is chosen can be renamed, noted and tagged', async () => {
    await open();
    await choose('Experiment 1');
    await app.get('.editor input').setValue('Other');
    expect(bridge.api.changeHistory).toHaveBeenLastCalledWith({ entryId: 1, name: 'Other' });
    await app.get('.editor textarea').setValue('a note');
    expect(bridge.api.changeHistory).toHaveBeenLastCalledWith({ entryId: 1, notes: 'a note' });
    await app.get('#new-tag').setValue(' lesson ');
    await app.get('.editor form').trigger('submit');
    expect(bridge.api.changeHistory).toHaveBeenLastCalledWith({ entryId: 1, addTags: ['lesson'] });
  });

  it('is deleted only after a question', async () => {
    await open();
    await choose('Experiment 1');
    await button('Delete').trigger('click');
    const [keep, remove] = app.findAll('dialog button');
    await keep.trigger('click');
    await settle();
    expect(bridge.api.deleteHistory).not.toHaveBeenCalled();
    expect(remove.text()).toBe('Delete');
    await button('Delete').trigger('click');
    await app.findAll('dialog button')[1].trigger('click');
    await settle();
    expect(bridge.api.deleteHistory).toHaveBeenCalledExactlyOnceWith(1);
    expect(app.text()).toContain('Deleted Experiment 1 and 2 runs.');
  });
});

it('two chosen entries show which settings differ', async () => {
  await open();
  await choose('Experiment 1', 'Experiment 2');
  expect(bridge.api.compareHistory).toHaveBeenLastCalledWith({ first: 1, second: 2 });
  expect(app.get('.differences tbody').text()).toMatch(/seed\s*1\s*2/);
});
