// Summaries as a careful person would say them: the same words in window, terminal and report.
// Numbers are said by the caller's format, so that cycles, times and ratios look as they do elsewhere.
import type { BreakEven } from './break-even';
import type { IntervalAnswer } from './interval';
import type { Summary } from './summary';

/** How a number is said: "6.4", "1.92 G cycles". */
export type SayNumber = (value: number) => string;

/** "1 run", "20 runs, identical", "20 runs, 3 different values", "20 runs". */
export function countWords({ n, distinct }: Pick<Summary, 'n' | 'distinct'>): string {
  if (n > 1 && distinct === 1) return `${runsWords(n)}, identical`;
  // Few values among many runs is worth saying: quartiles and outliers mean little there.
  if (n > 2 * distinct) return `${runsWords(n)}, ${distinct} different values`;
  return runsWords(n);
}

/** "95 % over seeds: 6.2–6.6", or why there is no interval: "5 runs are too few for an interval". */
export function intervalWords({ runs, interval, reason }: IntervalAnswer, say: SayNumber): string {
  if (interval) return `${levelWords(interval.level)} over seeds: ${rangeWords(say(interval.low), say(interval.high))}`;
  switch (reason) {
    case 'identical':
      return `${runsWords(runs)}, identical`;
    case 'too-few':
      return `${runsWords(runs)} ${runs === 1 ? 'is' : 'are'} too few for an interval`;
    case 'unbounded':
      return `${runsWords(runs)} leave an end of the interval open`;
  }
}

/** "640 ms (95 % over seeds: 630 ms–655 ms)", "640 ms (20 runs, identical)". */
export function estimateWords(estimate: number, answer: IntervalAnswer, say: SayNumber): string {
  return `${say(estimate)} (${intervalWords(answer, say)})`;
}

/** Where two curves cross, as one sentence, or that they do not between the settings that were measured. */
export function breakEvenWords(
  { from, to, crossings, smaller }: BreakEven,
  names: Readonly<Record<string, string>>,
  say: SayNumber,
): string {
  if (crossings.length > 0) {
    const places = crossings.map(
      ({ at, smallerBeyond, answer }) =>
        `from ${estimateWords(at, answer, say)} on, ${names[smallerBeyond]} costs less`,
    );
    return `${capitalize(places.join('; '))}.`;
  }
  const where = from === to ? `at ${say(from)}` : `between ${say(from)} and ${say(to)}`;
  if (smaller === null) return `Both cost the same ${where}.`;
  return from === to
    ? `${capitalize(names[smaller])} costs less ${where}.`
    : `They do not cross ${where}: ${names[smaller]} costs less throughout.`;
}

/** "95 %", "99.9 %". */
function levelWords(level: number): string {
  return `${Number((level * 100).toFixed(1))} %`;
}

function rangeWords(low: string, high: string): string {
  return low === high ? `${low}, to the digits shown` : `${low}–${high}`;
}

function runsWords(count: number): string {
  return `${count} ${count === 1 ? 'run' : 'runs'}`;
}

/** The name kexec has no capital. */
function capitalize(text: string): string {
  return text.startsWith('kexec') ? text : text.charAt(0).toUpperCase() + text.slice(1);
}
