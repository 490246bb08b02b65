// The views of the window in the order of the rail. Start comes with the window; the others are loaded when first opened.
import type { Component } from 'vue';
import { defineAsyncComponent } from 'vue';
import type { CommandId } from '../../contract/commands';
import StartView from './StartView.vue';

export type ViewId = 'start' | 'experiment' | 'results' | 'history';

export interface View {
  readonly id: ViewId;
  readonly label: string;
  readonly command: CommandId;
  readonly component: Component;
  /** Commands that mean something here alone. */
  readonly commands: readonly CommandId[];
  /** Keys that are no commands: what to press, what it does. */
  readonly keys: readonly (readonly [keys: string, what: string])[];
}

export const VIEWS: readonly View[] = [
  { id: 'start', label: 'Start', command: 'go.start', component: StartView, commands: [], keys: [] },
  {
    id: 'experiment',
    label: 'Experiment',
    command: 'go.experiment',
    component: defineAsyncComponent(() => import('./ExperimentView.vue')),
    commands: [],
    keys: [['Esc', 'Cancel the run']],
  },
  {
    id: 'results',
    label: 'Results',
    command: 'go.results',
    component: defineAsyncComponent(() => import('./ResultsView.vue')),
    commands: [
      'view.cycles',
      'view.milliseconds',
      'view.zoom-in',
      'view.zoom-out',
      'view.zoom-fit',
      'export.csv',
      'export.png',
    ],
    keys: [
      ['← →', 'Walk the phases of the timeline'],
      ['↑ ↓', 'The same moment of another path'],
      ['Home End', 'First and last phase'],
      ['+ − 0', 'Zoom in, out, show all (in the timeline)'],
      ['Esc', 'Close what says where a number comes from'],
    ],
  },
  {
    id: 'history',
    label: 'History',
    command: 'go.history',
    component: defineAsyncComponent(() => import('./HistoryView.vue')),
    commands: [],
    keys: [
      ['↑ ↓', 'Walk the experiments'],
      ['Enter', 'Open the experiment'],
      ['Space', 'Choose it, on its check box; two chosen are compared'],
    ],
  },
];

/** The view of a name. */
export function viewOf(id: ViewId): View {
  return VIEWS.find((view) => view.id === id) as View;
}
