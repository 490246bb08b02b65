// The application menu, made from the list of commands. Choosing an entry only names the command; the window carries it out.
import type { MenuItemConstructorOptions } from 'electron';
import type { Command, CommandId } from '../contract/commands';
import { COMMANDS } from '../contract/commands';

/** Template of the menu. The page listens to the shortcuts itself: here they are shown, and registered where macOS wants it. */
export function menuTemplate(isMac: boolean, choose: (id: CommandId) => void): MenuItemConstructorOptions[] {
  const item = ({ id, label, accelerator }: Command): MenuItemConstructorOptions => ({
    id,
    label,
    ...(accelerator === '' ? {} : { accelerator, registerAccelerator: isMac }),
    click: () => choose(id),
  });
  const items = (menu: Command['menu']) => COMMANDS.filter((command) => command.menu === menu).map(item);
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  return [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    { label: '&File', submenu: [...items('file'), separator, isMac ? { role: 'close' } : { role: 'quit' }] },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        ...items('go'),
        separator,
        ...items('view'),
        separator,
        { label: 'Theme', submenu: items('theme') },
        separator,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        separator,
        { role: 'togglefullscreen' },
      ],
    },
    { label: '&Help', role: 'help', submenu: items('help') },
  ];
}
