// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, expect, it, vi } from 'vitest';
import { nextTick } from 'vue';
import { useSettings } from '../../../src/renderer/stores/settings';

let systemTheme: { matches: boolean; change?: (event: { matches: boolean }) => void };
beforeEach(() => {
  setActivePinia(createPinia());
  localStorage.clear();
  systemTheme = { matches: false };
  vi.spyOn(window, 'matchMedia').mockImplementation(
    () =>
      ({
        matches: systemTheme.matches,
        addEventListener: (_name: string, listener: never) => (systemTheme.change = listener),
      }) as never,
  );
});

const shownTheme = () => document.documentElement.dataset.theme;

it('follows the system at first, also when it changes', async () => {
  const settings = useSettings();
  expect(shownTheme()).toBe('light');
  systemTheme.change?.({ matches: true });
  await nextTick();
  expect(settings.theme).toBe('dark');
  expect(shownTheme()).toBe('dark');
});

it('keeps a choice, whatever the system says, and over a restart', async () => {
  useSettings().themeChoice = 'dark';
  useSettings().unit = 'ms';
  await nextTick();
  systemTheme.change?.({ matches: false });
  expect(shownTheme()).toBe('dark');
  setActivePinia(createPinia());
  expect(useSettings().themeChoice).toBe('dark');
  expect(useSettings().unit).toBe('ms');
});

it('does not trust what is stored', () => {
  localStorage.setItem('theme', 'pink');
  localStorage.setItem('unit', 'furlongs');
  expect(useSettings().themeChoice).toBe('system');
  expect(useSettings().unit).toBe('cycles');
});
