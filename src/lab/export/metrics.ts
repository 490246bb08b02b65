// What summary.csv sums up: both headline metrics, the columns of runs.csv that people compare, then every phase.
import type { PhaseId } from '../../emulator/index';
import { PHASE_KINDS } from '../../emulator/index';
import { phaseTotals } from '../phase-totals';
import type { RunRecord } from '../run-record';
import type { Purpose } from './purposes';
import { sumByPurpose } from './purposes';

export type MetricUnit = 'cycles' | 'count' | 'bytes';

/** A number that a run has. */
export interface Metric {
  /** The column of runs.csv; `phase_cycles` for a phase. */
  readonly name: string;
  readonly phaseId: PhaseId | null;
  readonly unit: MetricUnit;
}

/** Tells metrics apart: the name of a column, or a phase's id. */
export type MetricKey = string;

const PURPOSES: readonly Purpose[] = [
  'firmware',
  'shutdown',
  'load',
  'copy',
  'verify',
  'loader',
  'kernel',
  'userspace',
];

const metric = (name: string, unit: MetricUnit = 'cycles'): Metric => ({ name, phaseId: null, unit });

/** Metrics of every run, in the order of summary.csv. */
const RUN_METRICS: readonly Metric[] = [
  metric('outage_cycles'),
  metric('handover_cycles'),
  metric('total_cycles'),
  ...PURPOSES.map((purpose) => metric(`${purpose}_cycles`)),
  metric('forced_delay_cycles'),
  metric('device_wait_cycles'),
  metric('instructions', 'count'),
  metric('bytes_copied', 'bytes'),
];

/** All metrics: those of every run, then the phases in the order of a reboot. */
export const METRICS: readonly Metric[] = [
  ...RUN_METRICS,
  ...PHASE_KINDS.map(({ id }): Metric => ({ name: 'phase_cycles', phaseId: id, unit: 'cycles' })),
];

export function metricKey({ name, phaseId }: Metric): MetricKey {
  return phaseId ?? name;
}

/** The numbers of a run by metric. What does not apply to it is left out: the handover of a cold start, phases it lacks. */
export function measure(record: RunRecord): ReadonlyMap<MetricKey, number> {
  const purposes = sumByPurpose(record.root);
  const { costs } = record.root;
  const values = new Map<MetricKey, number>([
    ['outage_cycles', record.outageCycles],
    ['total_cycles', record.totalCycles],
    ...PURPOSES.map((purpose) => [`${purpose}_cycles`, purposes[purpose]] as const),
    ['forced_delay_cycles', costs.forcedDelayCycles],
    ['device_wait_cycles', costs.deviceWaitCycles],
    ['instructions', costs.instructions],
    ['bytes_copied', record.bytesCopied],
  ]);
  if (record.handoverCycles !== null) values.set('handover_cycles', record.handoverCycles);
  // As in runs.csv: where no purgatory ran nothing was verified.
  if (purposes.verify === 0) values.delete('verify_cycles');
  for (const { kind, durationCycles } of phaseTotals(record.root)) values.set(kind.id, durationCycles);
  return values;
}
