import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it, vi } from 'vitest';
import { COMMANDS } from '../../src/contract/commands';
import { menuTemplate } from '../../src/main/menu';

const allItems = (items: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
  items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? allItems(item.submenu) : [])]);

describe('the menu', () => {
  it('has File, Edit, View and Help', () => {
    const titles = menuTemplate(false, () => {}).map(({ label, role }) => label ?? role);
    expect(titles).toEqual(['&File', 'editMenu', '&View', '&Help']);
  });

  it('holds every command once, and choosing one names it', () => {
    const choose = vi.fn();
    const items = allItems(menuTemplate(false, choose));
    for (const { id, label } of COMMANDS) {
      const own = items.filter((item) => item.id === id);
      expect(own.map((item) => item.label)).toEqual([label]);
      (own[0].click as () => void)();
      expect(choose).toHaveBeenLastCalledWith(id);
    }
  });

  it('leaves shortcuts to the page, except on macOS', () => {
    const registered = (isMac: boolean, id: string) =>
      allItems(menuTemplate(isMac, () => {})).find((item) => item.id === id)?.registerAccelerator;
    expect(registered(false, 'comparison.run')).toBe(false);
    expect(registered(true, 'comparison.run')).toBe(true);
  });
});

it('no two commands share a shortcut', () => {
  const shortcuts = COMMANDS.map(({ accelerator }) => accelerator).filter((accelerator) => accelerator !== '');
  expect(new Set(shortcuts).size).toBe(shortcuts.length);
});
