// Carries commands out, whether they come from a shortcut, the menu or a button.
import type { CommandId } from '../contract/commands';
import { COMMANDS } from '../contract/commands';
import { bridge } from './bridge';

export type CommandActions = Partial<Readonly<Record<CommandId, () => void>>>;

/** Whether a key press is an accelerator in Electron's notation ("CmdOrCtrl+Shift+E"). */
export function matchesAccelerator(event: KeyboardEvent, accelerator: string, isMac: boolean): boolean {
  if (accelerator === '') return false;
  const parts = accelerator.split('+');
  const key = parts[parts.length - 1];
  const wants = (name: string) => parts.slice(0, -1).includes(name);
  const wantsControl = wants('CmdOrCtrl') && !isMac;
  const wantsMeta = wants('CmdOrCtrl') && isMac;
  const pressed = key === 'Plus' ? '+' : key;
  return (
    event.ctrlKey === wantsControl &&
    event.metaKey === wantsMeta &&
    event.altKey === wants('Alt') &&
    (event.shiftKey === wants('Shift') || pressed === '+') &&
    event.key.toLowerCase() === pressed.toLowerCase()
  );
}

/** The command a key press asks for. Esc cancels as Ctrl+. does; ? is F1 for whoever is not writing. */
export function commandOfKey(event: KeyboardEvent, isMac: boolean): CommandId | undefined {
  if (event.key === 'Escape') return 'comparison.cancel';
  const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
  if (event.key === '?' && !hasModifier && !isWriting(event.target)) return 'help.shortcuts';
  return COMMANDS.find(({ accelerator }) => matchesAccelerator(event, accelerator, isMac))?.id;
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches('input:not([type=checkbox], [type=radio]), textarea, select');
}

/** Whether shortcuts use ⌘ here. */
export const IS_MAC = /Mac/.test(navigator.userAgent);

/** Listens to keys and menu; gives what ends it. */
export function listenToCommands(actions: CommandActions): () => void {
  const onKey = (event: KeyboardEvent) => {
    // A dialog has the keys to itself.
    if (event.defaultPrevented || document.querySelector('dialog[open]')) return;
    const id = commandOfKey(event, IS_MAC);
    const action = id && actions[id];
    if (!action) return;
    // Kept from the menu, which would carry it out a second time.
    event.preventDefault();
    action();
  };
  window.addEventListener('keydown', onKey);
  const endMenu = bridge().onCommand((id) => actions[id]?.());
  return () => {
    window.removeEventListener('keydown', onKey);
    endMenu();
  };
}
