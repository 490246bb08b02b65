// What an experiment says, in sentences: ratios at every point, which parameter matters. The same words in terminal and
// report. Statistics: ../stats/.
import { PATH_NAMES } from '../../emulator/index';
import { formatCycles, formatShare, groupDigits } from '../format-cycles';
import { PATH_PHRASES } from '../run-record';
import type { IntervalAnswer } from '../stats/interval';
import type { SweepPoint } from '../stats/sweep';
import { tornado } from '../stats/tornado';
import { intervalWords } from '../stats/words';
import type { Metric } from './metrics';
import { metricKey, METRICS } from './metrics';
import type { GroupedResults, RunGroup } from './run-groups';
import { labelsOf, sayValue, sweptParameters } from './settings';
import { summarizeMetric } from './summary';

export const OUTAGE: Metric = METRICS.find(({ name }) => name === 'outage_cycles')!;

/** Beyond these the table says it better. */
const MAX_SENTENCES = 12;

/** Every path against the baseline, point by point; how many points are left out is said. */
export function answerSentences(grouped: GroupedResults): string[] {
  const labelOf = labelsOf(grouped);
  const others = grouped.groups.filter(({ isBaseline, seeds }) => !isBaseline && seeds.length > 0);
  const sentences = others.slice(0, MAX_SENTENCES).map((group) => ratioSentence(grouped, group, labelOf(group)));
  const left = others.length - sentences.length;
  return left > 0 ? [...sentences, `${left} more are in the table.`] : sentences;
}

function ratioSentence(grouped: GroupedResults, group: RunGroup, label: string): string {
  const { ratio, baselinePath } = summarizeMetric(grouped, group, OUTAGE);
  const lead = label === '' ? '' : `${label}: `;
  const subject = PATH_PHRASES[group.path];
  if (!ratio || !baselinePath) return `${lead}${subject} has no baseline to be compared with.`;
  const { estimate, answer } = ratio;
  const baseline = PATH_PHRASES[baselinePath];
  if (estimate === 1 && answer.reason === 'identical') return `${lead}${subject} takes as many cycles as ${baseline}.`;
  // Said from the side that makes the number larger than one.
  const isFewer = estimate >= 1;
  const say = (value: number) => sayRatio(isFewer ? value : 1 / value);
  const words = intervalWords(isFewer ? answer : inverted(answer), sayRatio);
  const verdict = isFewer ? 'times fewer cycles than' : 'times as many cycles as';
  return `${lead}${subject} takes ${say(estimate)} ${verdict} ${baseline} (outage; ${words}).`;
}

/** The interval of the reciprocal. */
export function inverted(answer: IntervalAnswer): IntervalAnswer {
  if (!answer.interval) return answer;
  const { low, high } = answer.interval;
  return { ...answer, interval: { ...answer.interval, low: 1 / high, high: 1 / low } };
}

/** Three significant digits: "6.41", "28.6", "1,090". */
export function sayRatio(ratio: number): string {
  if (ratio < 9.995) return ratio.toFixed(2);
  return ratio < 99.95 ? ratio.toFixed(1) : groupDigits(Math.round(ratio));
}

/** A parameter's effect on the outage of one path on one machine. */
export interface ParameterEffect {
  readonly machine: string;
  readonly pathName: string;
  readonly parameter: string;
  /** "16 MiB: 9.96 G cycles", of the level with the smallest mean, and of that with the largest. */
  readonly lowest: string;
  readonly highest: string;
  readonly rangeCycles: number;
  /** Of all variance; empty where the points cannot tell. */
  readonly share: string;
}

/** Which parameter matters: the bars of a tornado for each machine and path, widest first. Empty where nothing is swept. */
export function parameterEffects(grouped: GroupedResults): ParameterEffect[] {
  const swept = sweptParameters(grouped);
  if (swept.length === 0) return [];
  const machines = [...new Set(grouped.groups.map(({ point }) => point.profileId))];
  return machines.flatMap((machine) =>
    grouped.experiment.paths.flatMap((path): ParameterEffect[] => {
      const groups = grouped.groups.filter((group) => group.path === path && group.point.profileId === machine);
      if (groups.length === 0 || groups.some(({ seeds }) => seeds.length === 0)) return [];
      const { bars } = tornado(groups.map(sweepPoint), metricKey(OUTAGE));
      return bars.map(({ parameter, levels, range, share }) => {
        const sorted = [...levels].sort((a, b) => a.mean - b.mean);
        const say = ({ level, mean }: (typeof levels)[number]) =>
          `${typeof level === 'boolean' ? String(level) : sayValue(parameter, level)}: ${formatCycles(Math.round(mean))}`;
        return {
          machine,
          pathName: PATH_NAMES[path],
          parameter,
          lowest: say(sorted[0]),
          highest: say(sorted[sorted.length - 1]),
          rangeCycles: range,
          share: share === null ? '' : formatShare(Math.min(1, Math.max(0, share))),
        };
      });
    }),
  );
}

function sweepPoint(group: RunGroup): SweepPoint {
  const runs = group.valuesOf(OUTAGE).map((value, place) => ({ seed: group.seeds[place], value }));
  return { settings: group.point.values, metrics: { [metricKey(OUTAGE)]: runs } };
}
