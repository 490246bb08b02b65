// How far an experiment is, for people: counts, and how much longer. Host time lives here and in `host` of results.json, nowhere else.
import type { PlannedRun } from '../../lab/index';
import { createThrottle } from '../throttle';
import { PROGRESS_INTERVAL_MS } from '../worker-protocol';

export interface ExperimentProgress {
  readonly totalRuns: number;
  /** Runs with a record: computed, shared with another of the plan, or there already. */
  readonly doneRuns: number;
  /** Of these, the ones that were there already. */
  readonly reusedRuns: number;
  readonly failedRuns: number;
  /** Runs in a worker now. */
  readonly runningRuns: number;
  /** Null until a run has been measured. */
  readonly remainingMs: number | null;
  readonly isPaused: boolean;
  /** "kexec on p3-1000-desktop: Memory test". */
  readonly text: string;
}

/** Runs still to be computed, by what makes them take long. */
export type TimedRun = Pick<PlannedRun, 'path' | 'point'>;

interface ClassTimes {
  waiting: number;
  running: number;
  measured: number;
  sumMs: number;
}

/** Learns how long runs take: those of a machine on a path by each other, others by the average of all. */
export class RunTimes {
  private readonly byClass = new Map<string, ClassTimes>();

  /**
   * @param waiting runs that will be computed
   * @param earlierMs what such a run took before, null when that is not known
   */
  constructor(waiting: readonly TimedRun[], earlierMs: (run: TimedRun) => number | null) {
    for (const run of waiting) {
      const times = this.timesOf(run);
      if (times.waiting++ > 0) continue;
      const ms = earlierMs(run);
      if (ms !== null) this.learn(run, ms);
    }
  }

  begin(run: TimedRun): void {
    const times = this.timesOf(run);
    times.waiting--;
    times.running++;
  }

  /** @param wallMs null when it was not computed after all */
  end(run: TimedRun, wallMs: number | null): void {
    this.timesOf(run).running--;
    if (wallMs !== null) this.learn(run, wallMs);
  }

  /** Expected time of all that is left, one after the other; null when nothing was measured yet. */
  remainingMs(): number | null {
    const all = [...this.byClass.values()];
    const measured = all.reduce((sum, times) => sum + times.measured, 0);
    if (measured === 0) return null;
    const averageMs = all.reduce((sum, { sumMs }) => sum + sumMs, 0) / measured;
    return all.reduce((sum, times) => {
      const ownMs = times.measured > 0 ? times.sumMs / times.measured : averageMs;
      // Those under way are half done, as far as anybody knows.
      return sum + (times.waiting + times.running / 2) * ownMs;
    }, 0);
  }

  private learn(run: TimedRun, wallMs: number): void {
    const times = this.timesOf(run);
    times.measured++;
    times.sumMs += wallMs;
  }

  private timesOf({ path, point }: TimedRun): ClassTimes {
    const key = `${path} ${point.profileId}`;
    const times = this.byClass.get(key) ?? { waiting: 0, running: 0, measured: 0, sumMs: 0 };
    this.byClass.set(key, times);
    return times;
  }
}

/** Counts what happens and reports it at most ten times a second. */
export class ProgressReporter {
  private readonly throttle;
  private readonly running = new Map<number, string>();
  private doneRuns: number;
  private failedRuns = 0;
  private text = '';
  isPaused = false;

  constructor(
    private readonly totalRuns: number,
    private readonly reusedRuns: number,
    private readonly remainingMs: () => number | null,
    private readonly onProgress: ((progress: ExperimentProgress) => void) | undefined,
  ) {
    this.doneRuns = reusedRuns;
    this.throttle = createThrottle<ExperimentProgress>(PROGRESS_INTERVAL_MS, (progress) => onProgress?.(progress));
  }

  get counts() {
    return { doneRuns: this.doneRuns, failedRuns: this.failedRuns, reusedRuns: this.reusedRuns };
  }

  runs(worker: number, { path, point }: TimedRun, phaseName: string): void {
    this.text = `${path} on ${point.profileId}: ${phaseName}`;
    this.running.set(worker, this.text);
    this.report();
  }

  ended(worker: number, { done = 0, failed = 0 }): void {
    this.running.delete(worker);
    this.doneRuns += done;
    this.failedRuns += failed;
    this.report();
  }

  report(): void {
    this.throttle.offer(this.now());
  }

  /** The last report, which always arrives. */
  finish(): void {
    this.throttle.stop();
    this.onProgress?.(this.now());
  }

  private now(): ExperimentProgress {
    const { totalRuns, running, isPaused, text } = this;
    return { totalRuns, ...this.counts, runningRuns: running.size, remainingMs: this.remainingMs(), isPaused, text };
  }
}
