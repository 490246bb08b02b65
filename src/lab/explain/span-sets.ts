// Which leaves of a record a number sums up: the whole path, the outage, the handover, one purpose, what lies below a node.
import type { PathRecord, PhaseRecord } from '../../emulator/index';
import { leafPhases } from '../../emulator/index';
import type { Purpose } from '../export/purposes';
import { purposeOf } from '../export/purposes';

/** Leaves that a span of cycles contains; cuts between phases fall on its ends. */
function leavesBetween(record: PathRecord, fromCycle: number, toCycle: number): PhaseRecord[] {
  return leafPhases(record.root).filter(({ startCycle, endCycle }) => startCycle >= fromCycle && endCycle <= toCycle);
}

/** Services stop to services up: it ends with the path. */
export function outageLeaves(record: PathRecord): PhaseRecord[] {
  return leavesBetween(record, record.totalCycles - record.outageCycles, record.totalCycles);
}

/** Until `start_kernel` of the next kernel, which begins the first phase of that name. */
export function handoverLeaves(record: PathRecord): PhaseRecord[] {
  const end = leafPhases(record.root).find(({ id }) => id === 'start-kernel')?.startCycle;
  return record.handoverCycles === null || end === undefined
    ? []
    : leavesBetween(record, end - record.handoverCycles, end);
}

/** Leaves by what they were for. */
export function purposeLeaves(root: PhaseRecord, wanted: Purpose): PhaseRecord[] {
  const visit = (phase: PhaseRecord, above: Purpose | null): PhaseRecord[] => {
    const purpose = above ?? purposeOf(phase);
    if (phase.children.length > 0) return phase.children.flatMap((child) => visit(child, purpose));
    return (purpose ?? phase.group) === wanted ? [phase] : [];
  };
  return visit(root, null);
}

/** All nodes in the order of phases.csv: parents before their children. */
export function spansInOrder(root: PhaseRecord): PhaseRecord[] {
  return [root, ...root.children.flatMap(spansInOrder)];
}
