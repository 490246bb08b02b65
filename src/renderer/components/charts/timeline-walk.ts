// Walking the phases of a timeline with the arrow keys, and saying each.
import type { PathRecord, PhaseRecord } from '../../../lab/index';
import {
  formatCycles,
  formatClock,
  formatDuration,
  formatShare,
  PATH_TITLES,
  phaseStretches,
} from '../../../lab/index';

/** A place in the timeline: which lane, which of its phases. */
export interface TimelineSpot {
  readonly lane: number;
  readonly index: number;
}

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };
const LANE_STEPS: Readonly<Record<string, number>> = { ArrowUp: -1, ArrowDown: 1 };

/** Where a key leads; null for keys that do not walk. Up and down keep to the same moment. */
export function walkTimeline(
  records: readonly PathRecord[],
  spot: TimelineSpot | null,
  key: string,
): TimelineSpot | null {
  const isWalk = key in STEPS || key in LANE_STEPS || key === 'Home' || key === 'End';
  if (!isWalk) return null;
  if (!spot) return { lane: 0, index: key === 'End' ? phasesOf(records[0]).length - 1 : 0 };
  const phases = phasesOf(records[spot.lane]);
  if (key === 'Home') return { ...spot, index: 0 };
  if (key === 'End') return { ...spot, index: phases.length - 1 };
  if (key in STEPS) return { ...spot, index: clamp(spot.index + STEPS[key], phases.length) };
  const lane = clamp(spot.lane + LANE_STEPS[key], records.length);
  return lane === spot.lane ? spot : { lane, index: phaseAt(phasesOf(records[lane]), phases[spot.index].startCycle) };
}

/** The phases a lane shows: those that took any time. */
export function phasesOf(record: PathRecord): PhaseRecord[] {
  return phaseStretches(record.root).filter(({ startCycle, endCycle }) => endCycle > startCycle);
}

function phaseAt(phases: readonly PhaseRecord[], cycle: number): number {
  const index = phases.findIndex(({ endCycle }) => endCycle > cycle);
  return index === -1 ? phases.length - 1 : index;
}

function clamp(value: number, length: number): number {
  return Math.min(length - 1, Math.max(0, value));
}

export interface PhaseFacts {
  readonly path: string;
  readonly name: string;
  readonly cycles: string;
  readonly time: string;
  readonly share: string;
  readonly basis: PhaseRecord['basis'];
  readonly evidence: PhaseRecord['evidence'];
  readonly instructions: number;
}

/** What the window shows of a phase under the cursor. Times say at which clock. */
export function phaseFacts(record: PathRecord, phase: PhaseRecord): PhaseFacts {
  const { durationCycles, instructions } = phase.costs;
  return {
    path: PATH_TITLES[record.path],
    name: phase.name,
    cycles: formatCycles(durationCycles),
    time: `${formatDuration(durationCycles, record.cpuHz)} at ${formatClock(record.cpuHz)}`,
    share: formatShare(durationCycles / record.totalCycles),
    basis: phase.basis,
    evidence: phase.evidence,
    instructions,
  };
}

/** The same as a sentence, for a screen reader. */
export function speakPhase(record: PathRecord, phase: PhaseRecord): string {
  const facts = phaseFacts(record, phase);
  return `${facts.path}, ${facts.name}: ${facts.cycles}, ${facts.time}, ${facts.share} of the path, ${facts.basis}.`;
}
