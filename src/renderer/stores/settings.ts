// How things are shown: theme and unit. Kept in the page's own storage.
import { defineStore } from 'pinia';
import { computed, ref, watchEffect } from 'vue';

export type Theme = 'light' | 'dark' | 'contrast';
export type ThemeChoice = 'system' | Theme;
export type Unit = 'cycles' | 'ms';

const THEMES: readonly string[] = ['system', 'light', 'dark', 'contrast'];
const UNITS: readonly string[] = ['cycles', 'ms'];

function stored<Choice extends string>(key: string, allowed: readonly string[], otherwise: Choice): Choice {
  const value = localStorage.getItem(key);
  return value !== null && allowed.includes(value) ? (value as Choice) : otherwise;
}

export const useSettings = defineStore('settings', () => {
  const themeChoice = ref<ThemeChoice>(stored('theme', THEMES, 'system'));
  const unit = ref<Unit>(stored('unit', UNITS, 'cycles'));

  const darkSystem = window.matchMedia('(prefers-color-scheme: dark)');
  const isSystemDark = ref(darkSystem.matches);
  darkSystem.addEventListener('change', ({ matches }) => (isSystemDark.value = matches));

  const strongSystem = window.matchMedia('(prefers-contrast: more)');
  const isSystemStrong = ref(strongSystem.matches);
  strongSystem.addEventListener('change', ({ matches }) => (isSystemStrong.value = matches));

  const theme = computed<Theme>(() => {
    if (themeChoice.value !== 'system') return themeChoice.value;
    if (isSystemStrong.value) return 'contrast';
    return isSystemDark.value ? 'dark' : 'light';
  });

  watchEffect(() => {
    document.documentElement.dataset.theme = theme.value;
    localStorage.setItem('theme', themeChoice.value);
    localStorage.setItem('unit', unit.value);
  });

  return { themeChoice, theme, unit };
});
