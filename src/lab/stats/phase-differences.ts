// What each phase saves against the baseline, for the waterfall: means, because only they add up to the whole.
// The comparison of whole outages is by medians (comparison.ts); the two differ where runs are skewed.
import type { PathRecord, PhaseId } from '../../emulator/index';
import { PHASE_KINDS } from '../../emulator/index';
import { comparePaths } from '../compare';
import type { Pairing } from './comparison';
import { pairBySeed } from './comparison';
import type { IntervalAnswer } from './interval';
import { DEFAULT_LEVEL, meanDifferenceInterval, meanInterval } from './interval';
import { summarize } from './summary';

/** A run's cycles by phase, the phases within the outage alone. */
export interface PhasedRun {
  readonly seed: number;
  /** A phase that the path does not have is left out. */
  readonly cyclesByPhase: Readonly<Partial<Record<PhaseId, number>>>;
}

/** A step of the waterfall. */
export interface MeanPhaseDifference {
  readonly phaseId: PhaseId;
  readonly baselineMeanCycles: number;
  readonly otherMeanCycles: number;
  /** Baseline less other: positive where the other path saves. */
  readonly savedMeanCycles: number;
  readonly answer: IntervalAnswer;
}

/** A waterfall: its steps in the order of a reboot, and where it ends. */
export interface PhaseDifferences {
  readonly pairing: Pairing;
  readonly phases: readonly MeanPhaseDifference[];
  /** The steps added up, first to last. */
  readonly savedMeanCycles: number;
  readonly answer: IntervalAnswer;
}

/** The cycles of a record's phases, without what happens before the outage. */
export function phasedRun(record: PathRecord): PhasedRun {
  const { phases } = comparePaths(record, record);
  return {
    seed: record.seed,
    cyclesByPhase: Object.fromEntries(phases.map(({ phaseId, baselineCycles }) => [phaseId, baselineCycles])),
  };
}

/**
 * Means of what each phase saves, in cycles, over the runs of two paths; paired where both ran with the same seeds.
 * @param seedText what draws begin from: the hash of the configuration
 * @throws RangeError for a path without runs, or a level outside 0.8 to 0.999
 */
export function phaseDifferences(
  baseline: readonly PhasedRun[],
  other: readonly PhasedRun[],
  seedText: string,
  level = DEFAULT_LEVEL,
): PhaseDifferences {
  const pairs = pairBySeed(baseline, other);
  const savedBy = (cyclesOf: (run: PhasedRun) => number, name: string) => {
    if (pairs) {
      const saved = pairs.map(([first, second]) => cyclesOf(first) - cyclesOf(second));
      return { mean: summarize(saved).mean, answer: meanInterval(saved, `${seedText} ${name}`, level) };
    }
    const [before, after] = [baseline, other].map((runs) => runs.map(cyclesOf));
    return {
      mean: summarize(before).mean - summarize(after).mean,
      answer: meanDifferenceInterval(before, after, `${seedText} ${name}`, level),
    };
  };
  const present = new Set([...baseline, ...other].flatMap(({ cyclesByPhase }) => Object.keys(cyclesByPhase)));
  const phases = PHASE_KINDS.filter(({ id }) => present.has(id)).map(({ id }): MeanPhaseDifference => {
    const cyclesOf = ({ cyclesByPhase }: PhasedRun) => cyclesByPhase[id] ?? 0;
    const { mean, answer } = savedBy(cyclesOf, id);
    return {
      phaseId: id,
      baselineMeanCycles: summarize(baseline.map(cyclesOf)).mean,
      otherMeanCycles: summarize(other.map(cyclesOf)).mean,
      savedMeanCycles: mean,
      answer,
    };
  });
  const sumOf = ({ cyclesByPhase }: PhasedRun) => Object.values(cyclesByPhase).reduce((sum, cycles) => sum + cycles, 0);
  return {
    pairing: pairs ? 'by-seed' : 'independent',
    phases,
    savedMeanCycles: phases.reduce((sum, { savedMeanCycles }) => sum + savedMeanCycles, 0),
    answer: savedBy(sumOf, 'outage').answer,
  };
}
