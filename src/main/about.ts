// Texts of the Help menu.
import { COMMANDS } from '../contract/commands';

export const ABOUT_DETAIL = [
  'Runs a PC in software, counts every cycle, and compares a firmware reboot with a kexec jump.',
  '',
  'This is not a cycle-accurate copy of any CPU. Instructions cost what their clock table says, chips answer after the ' +
    'times of their data sheets, and where a figure is modelled its badge says so. Milliseconds are cycles divided by ' +
    "the machine's clock; the time your computer takes plays no part.",
].join('\n');

/** "Ctrl+Enter  Run Comparison", a line each. */
export function shortcutLines(isMac: boolean): string {
  return COMMANDS.filter(({ accelerator }) => accelerator !== '')
    .map(({ accelerator, label }) => `${readable(accelerator, isMac)}\t${label}`)
    .concat('Esc\tCancel the run', 'Arrow keys\tWalk the phases of the timeline')
    .join('\n');
}

function readable(accelerator: string, isMac: boolean): string {
  return accelerator.replace('CmdOrCtrl', isMac ? '⌘' : 'Ctrl').replace('Plus', '+');
}
