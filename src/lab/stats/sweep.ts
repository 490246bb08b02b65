// The points of a sweep as the statistics see them: settings, and what the runs at each point measured.
import type { SeededValue } from './comparison';

/** What a parameter is set to. */
export type Setting = number | string | boolean;

/** One setting of the swept parameters with its runs. */
export interface SweepPoint {
  readonly settings: Readonly<Record<string, Setting>>;
  /** Runs by metric, or by path and metric: whatever names the caller asks for. */
  readonly metrics: Readonly<Record<string, readonly SeededValue[]>>;
}

/**
 * What the runs at a point measured.
 * @throws RangeError for a metric that the point does not have
 */
export function runsOf(point: SweepPoint, metric: string): readonly SeededValue[] {
  const runs = Object.hasOwn(point.metrics, metric) ? point.metrics[metric] : undefined;
  if (!runs || runs.length === 0) throw new RangeError(`no runs of ${metric} at ${JSON.stringify(point.settings)}`);
  return runs;
}

/** The settings of one parameter that occur, numbers ascending, others in order of appearance. */
export function levelsOf(points: readonly SweepPoint[], parameter: string): Setting[] {
  const levels = [...new Set(points.map(({ settings }) => settings[parameter]))];
  return levels.every((level) => typeof level === 'number') ? levels.sort((a, b) => a - b) : levels;
}
