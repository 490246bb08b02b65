// What the lab knows of a machine when it is held against published figures, and the quantities that are read from it.
import type { CopyBandwidth, MachineProfile, PathRecord, PhaseId } from '../../emulator/index';
import { phaseCycles, phaseTotals } from '../phase-totals';

/** The records of one machine, all variation off. */
export interface MachineRuns {
  readonly profile: MachineProfile;
  readonly cold: PathRecord;
  readonly warm: PathRecord;
  readonly kexec: PathRecord;
  readonly copy: CopyBandwidth;
}

/** Seconds of `cycles` on the machine of a record. */
export const seconds = (cycles: number, { cpuHz }: PathRecord) => cycles / cpuHz;

/** Seconds from services stop (a cold start: power good) to services up. */
export const outageSeconds = (record: PathRecord) => seconds(record.outageCycles, record);

/** Seconds of phases on a path. */
export function phaseSeconds(record: PathRecord, ...ids: readonly PhaseId[]): number {
  const totals = phaseTotals(record.root);
  return seconds(
    ids.reduce((sum, id) => sum + phaseCycles(totals, id), 0),
    record,
  );
}

/** Seconds of all phases of a group. */
export function groupSeconds(record: PathRecord, group: string): number {
  const own = phaseTotals(record.root).filter(({ kind }) => kind.group === group);
  return seconds(
    own.reduce((sum, { durationCycles }) => sum + durationCycles, 0),
    record,
  );
}

/** The longest phases of a path within its outage, or those of a group, longest first: "userspace 20.1 s, start-kernel 0.276 s". */
export function longestPhases(record: PathRecord, count: number, group?: string): string {
  return phaseTotals(record.root)
    .filter(({ kind }) => kind.id !== 'kexec-load' && (group === undefined || kind.group === group))
    .sort((a, b) => b.durationCycles - a.durationCycles)
    .slice(0, count)
    .map(({ kind, durationCycles }) => `${kind.id} ${threeDigits(seconds(durationCycles, record))} s`)
    .join(', ');
}

/** Three significant digits, without zeros behind them. */
export function threeDigits(value: number): string {
  return value === 0 ? '0' : String(Number(value.toPrecision(3)));
}
