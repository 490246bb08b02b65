import { describe, expect, it } from 'vitest';
import { countWords, estimateWords, intervalWords, medianInterval, summarize } from '../../../src/lab/index';
import type { IntervalAnswer } from '../../../src/lab/stats/interval';

const say = (value: number) => value.toFixed(1);

function within(low: number, high: number, level = 0.95): IntervalAnswer {
  return { runs: 20, interval: { level, low, high, method: 'order-statistics' }, reason: null };
}

describe('words for runs', () => {
  it('say how many there are, and when they are identical', () => {
    expect(countWords(summarize(new Array<number>(20).fill(7)))).toBe('20 runs, identical');
    expect(countWords(summarize([7]))).toBe('1 run');
    expect(countWords(summarize([7, 8, 9]))).toBe('3 runs');
  });

  it('say when many runs have few values between them', () => {
    expect(countWords(summarize([7, 8, 7, 8]))).toBe('4 runs');
    expect(countWords(summarize([7, 8, 7, 8, 8]))).toBe('5 runs, 2 different values');
  });
});

describe('words for an interval', () => {
  it('name the level and what it is over', () => {
    expect(intervalWords(within(6.21, 6.58), say)).toBe('95 % over seeds: 6.2–6.6');
    expect(intervalWords(within(6.21, 6.58, 0.999), say)).toBe('99.9 % over seeds: 6.2–6.6');
  });

  it('do not show two ends that look alike as a spread', () => {
    expect(intervalWords(within(6.41, 6.42), say)).toBe('95 % over seeds: 6.4, to the digits shown');
  });

  it('give the reason where there is none', () => {
    expect(intervalWords(medianInterval(new Array<number>(20).fill(7)), say)).toBe('20 runs, identical');
    expect(intervalWords(medianInterval([1, 2, 3, 4, 5]), say)).toBe('5 runs are too few for an interval');
    expect(intervalWords(medianInterval([1]), say)).toBe('1 run is too few for an interval');
    expect(intervalWords({ runs: 8, interval: null, reason: 'unbounded' }, say)).toBe(
      '8 runs leave an end of the interval open',
    );
  });

  it('stand in brackets behind the number they belong to', () => {
    expect(estimateWords(6.4, within(6.21, 6.58), say)).toBe('6.4 (95 % over seeds: 6.2–6.6)');
    expect(estimateWords(7, medianInterval([7, 7]), say)).toBe('7.0 (2 runs, identical)');
  });
});
