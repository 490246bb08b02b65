// What the cycles of a run were for: the columns of runs.csv, which together are the run, to the cycle.
// Why the phases are parted this way: docs/decisions/0010-cycles-by-purpose-in-csv.md.
import type { PhaseGroup, PhaseRecord } from '../../emulator/index';

/** Columns `<purpose>_cycles` of runs.csv. Every cycle of a run belongs to exactly one. */
export type Purpose = PhaseGroup | 'shutdown' | 'load' | 'copy' | 'verify';

/** Phases that are counted apart from their group. */
const PURPOSE_BY_PHASE: ReadonlyMap<string, Purpose> = new Map([
  ['userspace-shutdown', 'shutdown'],
  ['device-shutdown', 'shutdown'],
  ['machine-shutdown', 'shutdown'],
  ['kexec-load', 'load'],
  ['relocate-copy', 'copy'],
  ['purgatory-hash', 'verify'],
]);

/** The purpose of a phase that is counted apart from its group, with all below it; null for others. */
export function purposeOf({ id }: PhaseRecord): Purpose | null {
  return PURPOSE_BY_PHASE.get(id) ?? null;
}

/**
 * Cycles of a record by purpose: phases counted apart with all below them, other leaves by their group.
 * @throws Error for a leaf that belongs to no group: such a record is not one of the emulator's
 */
export function sumByPurpose(root: PhaseRecord): Record<Purpose, number> {
  const sums: Record<Purpose, number> = {
    firmware: 0,
    loader: 0,
    kernel: 0,
    userspace: 0,
    shutdown: 0,
    load: 0,
    copy: 0,
    verify: 0,
  };
  const visit = (phase: PhaseRecord) => {
    const purpose = purposeOf(phase);
    if (purpose) {
      sums[purpose] += phase.costs.durationCycles;
    } else if (phase.children.length > 0) {
      phase.children.forEach(visit);
    } else if (phase.group !== '') {
      sums[phase.group] += phase.costs.durationCycles;
    } else {
      throw new Error(`phase "${phase.id}" has neither a group nor phases below it`);
    }
  };
  visit(root);
  return sums;
}
