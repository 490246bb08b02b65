// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, expect, it, vi } from 'vitest';
import { nextTick } from 'vue';
import { useSettings } from '../../../src/renderer/stores/settings';

type MediaChange = (event: { matches: boolean }) => void;
let systemTheme: { change?: MediaChange };
let systemContrast: { change?: MediaChange };
beforeEach(() => {
  setActivePinia(createPinia());
  localStorage.clear();
  systemTheme = {};
  systemContrast = {};
  vi.spyOn(window, 'matchMedia').mockImplementation(
    (query) =>
      ({
        matches: false,
        addEventListener: (_name: string, listener: MediaChange) => {
          (query.includes('contrast') ? systemContrast : systemTheme).change = listener;
        },
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

it('is of high contrast where the system asks for it, light or dark', async () => {
  const settings = useSettings();
  systemTheme.change?.({ matches: true });
  systemContrast.change?.({ matches: true });
  await nextTick();
  expect(settings.theme).toBe('contrast');
  expect(shownTheme()).toBe('contrast');
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
