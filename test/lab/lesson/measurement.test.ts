// Measurements over fake records, whose figures can be worked out by hand.
import { describe, expect, it } from 'vitest';
import { makeKey } from '../../../src/lab/lesson/key';
import type { ChoiceMeasurement, Lesson, Measurement } from '../../../src/lab/lesson/lesson';
import { measureChoice, measureNumber } from '../../../src/lab/lesson/measurement';
import { MeasurementError } from '../../../src/lab/lesson/measurement-error';
import { decodePageList } from '../../../src/lab/lesson/page-list';
import { FAKE_HZ } from '../../support/fake-record';
import { fakeResults } from '../../support/fake-results';
import { FAKE_KEY, FAKE_LESSON } from '../../support/fake-lesson';

const MIB = 1024 * 1024;
const SMALL = { 'memory.ramBytes': 64 * MIB };
const LARGE = { 'memory.ramBytes': 256 * MIB };
const RUNS = [...fakeResults({ isVaried: false, repetitions: 2 }).runs];
const VARIED = fakeResults({ repetitions: 3 });
const number = (measurement: Measurement) => measureNumber(measurement, RUNS);
const warm = (at: Record<string, number>) => ({ path: 'warm', at }) as const;

describe('numbers', () => {
  it('are metrics and phases of a run, in the unit that is asked for', () => {
    // The memory test of the fake reboot is 10.9 G cycles at 256 MiB, a quarter of that at 64.
    expect(number({ phase: 'ram-test', ...warm(LARGE) })).toBe(10.9e9);
    expect(number({ phase: 'ram-test', ...warm(SMALL), in: 's' })).toBe(10.9e9 / 4 / FAKE_HZ);
    expect(number({ metric: 'total_cycles', ...warm(LARGE), in: 'ms' })).toBe(20_000);
    expect(number({ phase: 'post-52', ...warm(LARGE) })).toBe(10.9e9);
    expect(number({ phase: 'purgatory-hash', ...warm(LARGE) })).toBe(0);
  });

  it('are put together by sum, difference, product and ratio', () => {
    const test = (at: Record<string, number>) => ({ phase: 'ram-test', ...warm(at) });
    expect(number({ ratio: [test(LARGE), test(SMALL)] })).toBe(4);
    expect(number({ difference: [test(LARGE), test(SMALL)] })).toBe((10.9e9 * 3) / 4);
    expect(number({ sum: [test(LARGE), test(SMALL), { constant: 1, source: 'none' }] })).toBe((10.9e9 * 5) / 4 + 1);
    expect(
      number({
        product: [
          { constant: 2, source: 'none' },
          { constant: 3, source: 'none' },
        ],
      }),
    ).toBe(6);
  });

  it('are slope and intercept of the line over a parameter', () => {
    const test = { phase: 'ram-test', path: 'warm' } as const;
    expect(number({ slope: test, over: 'memory.ramBytes' })).toBeCloseTo(10.9e9 / (256 * MIB), 9);
    expect(number({ intercept: test, over: 'memory.ramBytes' })).toBeCloseTo(0, 3);
  });

  it('stand beside a text on the consoles', () => {
    const said = [...fakeResults({ repetitions: 1, isVaried: false }).runs].map((run) => {
      if (run.outcome.status !== 'done') return run;
      return {
        ...run,
        outcome: { ...run.outcome, record: { ...run.outcome.record, serialText: '640MB seen\n 64MB seen: 7' } },
      };
    });
    const text = (side: 'before' | 'after', occurrence: number, what = 'MB seen') =>
      measureNumber({ said: what, side, occurrence, ...warm(SMALL) }, said);
    expect([text('before', 1), text('before', 2), text('before', -1)]).toEqual([640, 64, 64]);
    expect(text('after', 1, 'seen:')).toBe(7);
    expect(() => text('before', 3)).toThrow('say "MB seen" 2 times');
    expect(() => text('after', 2)).toThrow('No number stands after');
  });

  it('are refused where the runs do not say, with the reason', () => {
    expect(() => number({ metric: 'total_cycles', path: 'warm' })).toThrow('Several points fit warm.');
    expect(() => number({ metric: 'total_cycles', path: 'crash' })).toThrow('No run fits crash.');
    expect(() => number({ metric: 'nothing', ...warm(SMALL) })).toThrow('There is no metric "nothing".');
    expect(() => number({ metric: 'bytes_copied', ...warm(SMALL), in: 's' })).toThrow('cannot be given in s');
    const zero = { constant: 0, source: 'none' };
    expect(() => number({ ratio: [zero, zero] })).toThrow(MeasurementError);
  });
});

describe('choices', () => {
  const choice = (measurement: ChoiceMeasurement, runs = RUNS) => measureChoice(measurement, runs);

  it('follow what became of a run', () => {
    const failed = [
      ...fakeResults({ repetitions: 1, outcomes: { 0: { status: 'failed', code: 'EMU-X', message: 'no' } } }).runs,
    ];
    const choices = { done: 'boots', 'EMU-X': 'hangs' };
    expect(choice({ outcome: warm(SMALL), choices }, failed)).toBe('hangs');
    expect(choice({ outcome: warm(LARGE), choices }, failed)).toBe('boots');
    expect(() => choice({ outcome: warm(SMALL), choices: { done: 'boots' } }, failed)).toThrow(
      '"EMU-X" stands for none',
    );
  });

  it('follow the largest phase, and what a second path saves most of', () => {
    const choices = { 'ram-test': 'memory', 'loader-menu': 'prompt' };
    expect(choice({ largest: warm(LARGE), choices })).toBe('memory');
    expect(choice({ largest: warm(LARGE), savedBy: 'kexec', choices })).toBe('memory');
    expect(choice({ largest: warm(SMALL), choices })).toBe('prompt');
  });

  it('follow how two numbers relate, equal within a share', () => {
    const compare = (left: number, right: number, within: number) =>
      choice({
        compare: [
          { constant: left, source: 'none' },
          { constant: right, source: 'none' },
        ],
        within,
        less: 'less',
        equal: 'equal',
        greater: 'greater',
      });
    expect([compare(1, 2, 0), compare(2, 1, 0), compare(1, 1, 0), compare(100, 101, 0.01)]).toEqual([
      'less',
      'greater',
      'equal',
      'equal',
    ]);
  });
});

describe('a page list', () => {
  it('is read by the rules of docs/facts.md A3', () => {
    const words = ['0x00100001', '0x0a3c5008', '0x00000000', '0x0b000002'];
    const pages = { '0x0b000000': ['0x0a3c6008', '0x00000004'] };
    expect(decodePageList({ words, pages })).toEqual([
      { from: 0x0a3c_5000, to: 0x10_0000 },
      { from: 0x0a3c_6000, to: 0x10_1000 },
    ]);
  });

  it('is refused when it has no end', () => {
    expect(() => decodePageList({ words: ['0x00100001'], pages: {} })).toThrow('ends without a word');
    expect(() => decodePageList({ words: ['0x0b000002'], pages: {} })).toThrow('0xb000000, which is not given');
    expect(() => decodePageList({ words: ['0x0b000002'], pages: { '0x0b000000': ['0x0b000002'] } })).toThrow(
      'back to itself',
    );
  });
});

describe('a key', () => {
  const key = {
    ...FAKE_KEY,
    answers: {
      seconds: { measure: { metric: 'outage_cycles', ...warm(SMALL), in: 's' } as const },
      which: { choice: 'a' },
    },
  };

  it('is measured: its range reaches the tolerance beyond every seed; what is given stays', () => {
    const made = makeKey(FAKE_LESSON, key, VARIED);
    const { value, low, high } = made.answers.seconds;
    const seconds = [...VARIED.runs].flatMap(({ planned, outcome }) =>
      planned.path === 'warm' && planned.point.pointIndex === 0 && outcome.status === 'done'
        ? [outcome.record.outageCycles / outcome.record.cpuHz]
        : [],
    );
    expect(new Set(seconds).size).toBe(3);
    expect(value).toBeCloseTo(seconds.reduce((a, b) => a + b) / 3, 9);
    expect(low).toBeCloseTo(Math.min(...seconds) * 0.98, 9);
    expect(high).toBeCloseTo(Math.max(...seconds) * 1.02, 9);
    expect(made.answers.which).toEqual({ choice: 'a' });
    expect(made.reference).toEqual({ engineVersion: VARIED.engineVersion, experimentHash: VARIED.experimentHash });
  });

  it('names the question that cannot be measured', () => {
    const bad = { ...key, answers: { seconds: { measure: { metric: 'outage_cycles', path: 'cold' } as const } } };
    expect(() => makeKey(FAKE_LESSON, bad, VARIED)).toThrow(
      'The answer to seconds of fake cannot be measured: No run fits cold.',
    );
  });

  it('refuses a choice that the question does not have', () => {
    const lesson: Lesson = FAKE_LESSON;
    const choose = { outcome: warm(SMALL), choices: { done: 'z' } };
    expect(() => makeKey(lesson, { ...key, answers: { which: { choose } } }, VARIED)).toThrow(
      'There is no choice "z".',
    );
  });
});
