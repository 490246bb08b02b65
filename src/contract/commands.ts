// Everything a person can do in the window, once: menu, keyboard, buttons and tests use these identifiers. Data only.

export type CommandId =
  | 'go.start'
  | 'go.experiment'
  | 'go.results'
  | 'go.history'
  | 'palette.open'
  | 'pane.next'
  | 'pane.previous'
  | 'comparison.run'
  | 'comparison.cancel'
  | 'export.csv'
  | 'export.png'
  | 'view.cycles'
  | 'view.milliseconds'
  | 'view.zoom-in'
  | 'view.zoom-out'
  | 'view.zoom-fit'
  | 'theme.system'
  | 'theme.light'
  | 'theme.dark'
  | 'theme.contrast'
  | 'help.shortcuts'
  | 'help.about';

export interface Command {
  readonly id: CommandId;
  /** As a menu shows it; three dots when a dialog follows. */
  readonly label: string;
  readonly menu: 'file' | 'go' | 'view' | 'theme' | 'help';
  /** In Electron's notation; empty when there is none. */
  readonly accelerator: string;
}

export const COMMANDS: readonly Command[] = [
  { id: 'comparison.run', label: 'Run Comparison', menu: 'file', accelerator: 'CmdOrCtrl+Enter' },
  { id: 'comparison.cancel', label: 'Cancel Run', menu: 'file', accelerator: 'CmdOrCtrl+.' },
  { id: 'export.csv', label: 'Export CSV…', menu: 'file', accelerator: 'CmdOrCtrl+E' },
  { id: 'export.png', label: 'Export Charts as PNG…', menu: 'file', accelerator: 'CmdOrCtrl+Shift+E' },
  { id: 'go.start', label: 'Go to Start', menu: 'go', accelerator: 'Alt+Home' },
  { id: 'go.experiment', label: 'Go to Experiment', menu: 'go', accelerator: 'CmdOrCtrl+1' },
  { id: 'go.results', label: 'Go to Results', menu: 'go', accelerator: 'CmdOrCtrl+2' },
  { id: 'go.history', label: 'Go to History', menu: 'go', accelerator: 'CmdOrCtrl+5' },
  { id: 'palette.open', label: 'All Commands…', menu: 'view', accelerator: 'CmdOrCtrl+K' },
  { id: 'pane.next', label: 'Next Pane', menu: 'view', accelerator: 'F6' },
  { id: 'pane.previous', label: 'Previous Pane', menu: 'view', accelerator: 'Shift+F6' },
  { id: 'view.cycles', label: 'Axis in Cycles', menu: 'view', accelerator: 'Alt+1' },
  { id: 'view.milliseconds', label: 'Axis in Milliseconds', menu: 'view', accelerator: 'Alt+2' },
  { id: 'view.zoom-in', label: 'Zoom Timeline In', menu: 'view', accelerator: 'Alt+Plus' },
  { id: 'view.zoom-out', label: 'Zoom Timeline Out', menu: 'view', accelerator: 'Alt+-' },
  { id: 'view.zoom-fit', label: 'Show Whole Timeline', menu: 'view', accelerator: 'Alt+0' },
  { id: 'theme.system', label: 'Like the System', menu: 'theme', accelerator: '' },
  { id: 'theme.light', label: 'Light', menu: 'theme', accelerator: '' },
  { id: 'theme.dark', label: 'Dark', menu: 'theme', accelerator: '' },
  { id: 'theme.contrast', label: 'High Contrast', menu: 'theme', accelerator: '' },
  { id: 'help.shortcuts', label: 'Keyboard Shortcuts', menu: 'help', accelerator: 'F1' },
  { id: 'help.about', label: 'About Bootlab', menu: 'help', accelerator: '' },
];

/** An accelerator as people read it: "Ctrl+Enter", "⌘+Enter". */
export function readableAccelerator(accelerator: string, isMac: boolean): string {
  return accelerator.replace('CmdOrCtrl', isMac ? '⌘' : 'Ctrl').replace('Plus', '+');
}
