// Names of what can be measured in a run: columns of runs.csv, and costs of a phase.
import type { PhaseCosts } from '../../emulator/index';
import { METRICS } from '../export/metrics';

/** What a key may ask of a run. */
export const METRIC_NAMES: readonly string[] = [
  ...METRICS.filter(({ phaseId }) => phaseId === null).map(({ name }) => name),
  ...['pages_copied', 'cpu_hz'],
];

/** What a key may ask of a phase. */
export const PHASE_COSTS = [
  'durationCycles',
  'instructions',
  'portReads',
  'portWrites',
  'interrupts',
  'deviceWaitCycles',
  'forcedDelayCycles',
  'portCycles',
  'modelledCycles',
  'memoryCycles',
  'bytesRead',
  'bytesWritten',
] as const satisfies readonly (keyof PhaseCosts)[];
