// What is set and swept, in words: "64 MiB", "p3-1000-desktop, memory.ramBytes 64 MiB".
import type { ParameterValue, Point } from '../experiment/experiment';
import { formatClock } from '../format-cycles';
import type { GroupedResults, RunGroup } from './run-groups';

/** A parameter with the values that occur, in the order of the grid. */
export interface SweptParameter {
  readonly name: string;
  readonly values: readonly ParameterValue[];
  /** As the experiment says it; null for a list of values. */
  readonly scale: 'linear' | 'log' | null;
}

const BINARY_UNITS = [
  { factor: 2 ** 30, symbol: 'GiB' },
  { factor: 2 ** 20, symbol: 'MiB' },
  { factor: 2 ** 10, symbol: 'KiB' },
] as const;

/** A value with its unit, which is the end of the figure's name. */
export function sayValue(name: string, value: ParameterValue): string {
  if (typeof value === 'string') return value;
  if (/Bytes$/.test(name)) {
    const unit = BINARY_UNITS.find(({ factor }) => value >= factor && value % (factor / 4) === 0);
    return unit ? `${value / unit.factor} ${unit.symbol}` : `${value} bytes`;
  }
  return /(^|\.)hz$|Hz$/.test(name) ? formatClock(value) : String(value);
}

/** The parameters that have more than one value among these runs, machines apart. */
export function sweptParameters({ experiment, groups }: GroupedResults): SweptParameter[] {
  return (experiment.parameters ?? [])
    .map((parameter): SweptParameter => {
      const values = [...new Set(groups.map(({ point }) => point.values[parameter.name]))];
      return { name: parameter.name, values, scale: 'scale' in parameter ? parameter.scale : null };
    })
    .filter(({ values }) => values.length > 1);
}

/** A point as far as points differ: machine where there are several, then what is swept. Empty where there is one point. */
export function sayPoint(
  { profileId, values }: Point,
  hasSeveralMachines: boolean,
  swept: readonly Pick<SweptParameter, 'name'>[],
): string {
  const settings = swept.map(({ name }) => `${name} ${sayValue(name, values[name])}`);
  return [...(hasSeveralMachines ? [profileId] : []), ...settings].join(', ');
}

export function hasSeveralMachines({ groups }: GroupedResults): boolean {
  return new Set(groups.map(({ point }) => point.profileId)).size > 1;
}

/** What tells a group's point from the others. */
export function labelsOf(grouped: GroupedResults): (group: RunGroup) => string {
  const swept = sweptParameters(grouped);
  const severalMachines = hasSeveralMachines(grouped);
  return ({ point }) => sayPoint(point, severalMachines, swept);
}

/** "seed 7", "seeds 7–15". */
export function saySeeds(seeds: Iterable<number>): string {
  const sorted = [...new Set(seeds)].sort((a, b) => a - b);
  if (sorted.length === 1) return `seed ${sorted[0]}`;
  return sorted.length === 0 ? 'no seed' : `seeds ${sorted[0]}–${sorted[sorted.length - 1]}`;
}
