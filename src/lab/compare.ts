// Two paths against each other: ratios of both headline metrics, and which phase saves or costs how much.
// The words for it are in answer.ts.
import type { PathRecord, PhaseId } from '../emulator/index';
import { PHASE_KINDS } from '../emulator/index';
import { phaseCycles, phaseTotals } from './phase-totals';

/** Loading the next kernel happens while services still run: it is part of no outage. */
export const BEFORE_OUTAGE: ReadonlySet<PhaseId> = new Set(['kexec-load']);

/** A phase of either path. */
export interface PhaseDifference {
  readonly phaseId: PhaseId;
  readonly baselineCycles: number;
  readonly otherCycles: number;
  /** Baseline minus other: positive where the other path saves. */
  readonly savedCycles: number;
}

/** One path against the baseline. */
export interface PathDifference {
  readonly baseline: PathRecord;
  readonly other: PathRecord;
  /** Baseline cycles over the other's: 6.4 means 6.4 times fewer. Null where nothing can be divided. */
  readonly outageRatio: number | null;
  /** Null too where a path hands nothing over (a cold start). */
  readonly handoverRatio: number | null;
  /** Baseline outage minus the other's. */
  readonly outageSavedCycles: number;
  /** The phases within the outage that either path has, in the order of a reboot. */
  readonly phases: readonly PhaseDifference[];
}

/** Compares `other` with `baseline`, phase by phase. */
export function comparePaths(baseline: PathRecord, other: PathRecord): PathDifference {
  const baselineTotals = phaseTotals(baseline.root);
  const otherTotals = phaseTotals(other.root);
  const present = new Set([...baselineTotals, ...otherTotals].map(({ kind }) => kind.id));
  return {
    baseline,
    other,
    outageRatio: ratio(baseline.outageCycles, other.outageCycles),
    handoverRatio: ratio(baseline.handoverCycles, other.handoverCycles),
    outageSavedCycles: baseline.outageCycles - other.outageCycles,
    phases: PHASE_KINDS.filter(({ id }) => present.has(id) && !BEFORE_OUTAGE.has(id)).map(({ id }) => {
      const baselineCycles = phaseCycles(baselineTotals, id);
      const otherCycles = phaseCycles(otherTotals, id);
      return { phaseId: id, baselineCycles, otherCycles, savedCycles: baselineCycles - otherCycles };
    }),
  };
}

function ratio(baseline: number | null, other: number | null): number | null {
  return baseline === null || other === null || baseline === 0 || other === 0 ? null : baseline / other;
}
