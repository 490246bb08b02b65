// Names of the channels between window and main process; preload and handlers use the same list.
export const CHANNELS = {
  listMachines: 'lab:list-machines',
  startComparison: 'lab:start-comparison',
  cancelComparison: 'lab:cancel-comparison',
  explainNumber: 'lab:explain-number',
  exportCsv: 'lab:export-csv',
  exportPng: 'lab:export-png',
  listHistory: 'lab:list-history',
  changeHistory: 'lab:change-history',
  deleteHistory: 'lab:delete-history',
  openHistory: 'lab:open-history',
  compareHistory: 'lab:compare-history',
  comparisonProgress: 'lab:comparison-progress',
  comparisonEnd: 'lab:comparison-end',
  command: 'lab:command',
} as const;
