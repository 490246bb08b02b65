import { describe, expect, it } from 'vitest';
import { breakEven, breakEvenWords } from '../../../src/lab/index';
import type { SweepPoint } from '../../../src/lab/stats/sweep';

/** A point where both paths ran with the same seeds. */
function point(setting: number, warm: readonly number[], kexec: readonly number[]): SweepPoint {
  const seeded = (values: readonly number[]) => values.map((value, seed) => ({ seed, value }));
  return { settings: { mib: setting }, metrics: { warm: seeded(warm), kexec: seeded(kexec) } };
}

const cross = (points: readonly SweepPoint[]) => breakEven(points, 'mib', 'warm', 'kexec');

/** A difference of `middle` give or take, over twelve seeds: its interval of 95 % is interpolated between known ranks. */
const spread = (middle: number, step: number) =>
  Array.from({ length: 12 }, (_, index) => middle + (index - 5.5) * step);

describe('a break-even', () => {
  it('lies where the lines between measured points meet', () => {
    const single = [[8], [32], [16]].map(([mib]) => point(mib, [100], [mib * 5]));
    // kexec costs 40, 80 and 160 against 100: it meets 100 a quarter of the way from 16 to 32.
    expect(cross(single)).toEqual({
      parameter: 'mib',
      from: 8,
      to: 32,
      crossings: [{ at: 20, smallerBeyond: 'warm', answer: { runs: 1, interval: null, reason: 'too-few' } }],
      smaller: null,
    });
  });

  it('is said not to be where the curves do not cross, with the path that costs less', () => {
    expect(cross([point(1, [10], [5]), point(2, [10], [9])])).toMatchObject({ crossings: [], smaller: 'kexec' });
    expect(cross([point(1, [1], [5]), point(2, [1], [9])])).toMatchObject({ crossings: [], smaller: 'warm' });
    expect(cross([point(1, [5], [5]), point(2, [9], [9])])).toMatchObject({ crossings: [], smaller: null });
    expect(cross([point(4, [10], [5])])).toMatchObject({ from: 4, to: 4, crossings: [], smaller: 'kexec' });
  });

  it('is not where curves only touch', () => {
    expect(cross([point(1, [10], [5]), point(2, [9], [9]), point(3, [10], [5])])).toMatchObject({
      crossings: [],
      smaller: 'kexec',
    });
  });

  it('lies at the first of the points that cost the same on the way to the other side', () => {
    const points = [point(1, [10], [5]), point(2, [9], [9]), point(3, [7], [7]), point(4, [5], [10])];
    expect(cross(points).crossings.map(({ at }) => at)).toEqual([2]);
  });

  it('comes as often as the curves change sides', () => {
    const points = [point(0, [1], [0]), point(1, [0], [1]), point(2, [3], [0])];
    expect(cross(points).crossings).toMatchObject([
      { at: 0.5, smallerBeyond: 'warm' },
      { at: 1.25, smallerBeyond: 'kexec' },
    ]);
  });

  it('has as its interval where the difference may be zero', () => {
    const base = new Array<number>(12).fill(1000);
    const at = (mib: number, saved: readonly number[]) =>
      point(
        mib,
        base,
        saved.map((each) => 1000 - each),
      );
    // Saved: 60, 20, -20, -60, each within ±w, so zero lies from the setting that saves w to that which saves -w.
    const points = [at(0, spread(60, 2)), at(10, spread(20, 2)), at(20, spread(-20, 2)), at(30, spread(-60, 2))];
    const { crossings } = cross(points);
    expect(crossings).toHaveLength(1);
    const { at: place, answer } = crossings[0];
    expect(place).toBe(15);
    // Of 4096 equally likely signs, 79 have fewer than three on one side and 220 just three; 102.4 may lie outside.
    const share = (102.4 - 79) / 220;
    const halfWidth = 2 * (3.5 - (9 * share) / (3 + 6 * share));
    expect(answer.interval!.low).toBeCloseTo(15 - halfWidth / 4, 9);
    expect(answer.interval!.low).toBeCloseTo(15 - (answer.interval!.high - 15), 9);
    expect(answer).toMatchObject({ runs: 12, interval: { level: 0.95, method: 'band' }, reason: null });
  });

  it('has an open end where the difference may be zero beyond the points', () => {
    const base = new Array<number>(12).fill(1000);
    const at = (mib: number, saved: readonly number[]) =>
      point(
        mib,
        base,
        saved.map((each) => 1000 - each),
      );
    const { crossings } = cross([at(0, spread(60, 2)), at(10, spread(-1, 2))]);
    expect(crossings[0].answer).toEqual({ runs: 12, interval: null, reason: 'unbounded' });
  });

  it('has no interval where no seed makes a difference', () => {
    const points = [point(1, [10, 10], [5, 5]), point(2, [10, 10], [15, 15])];
    expect(cross(points).crossings[0]).toEqual({
      at: 1.5,
      smallerBeyond: 'warm',
      answer: { runs: 2, interval: null, reason: 'identical' },
    });
  });

  it('is refused where it has no one curve to lie on', () => {
    expect(() => cross([])).toThrow('no points to compare at');
    expect(() => cross([point(1, [1], [2]), point(1, [2], [1])])).toThrow(
      'mib = 1 comes twice: other parameters vary too',
    );
    expect(() => breakEven([point(1, [1], [2])], 'kib', 'warm', 'kexec')).toThrow(RangeError);
    expect(() => breakEven([point(1, [1], [2])], 'mib', 'warm', 'cold')).toThrow(RangeError);
  });
});

describe('a break-even in words', () => {
  const names = { warm: 'a firmware reboot', kexec: 'kexec' };
  const say = (mib: number) => `${mib} MiB`;
  const words = (points: readonly SweepPoint[]) => breakEvenWords(cross(points), names, say);

  it('says from where on which path costs less, and how sure that is', () => {
    expect(words([point(16, [100], [80]), point(32, [100], [160])])).toBe(
      'From 20 MiB (1 run is too few for an interval) on, a firmware reboot costs less.',
    );
    expect(words([point(0, [1], [0]), point(1, [0], [1]), point(2, [3], [0])])).toBe(
      'From 0.5 MiB (1 run is too few for an interval) on, a firmware reboot costs less; ' +
        'from 1.25 MiB (1 run is too few for an interval) on, kexec costs less.',
    );
  });

  it('says that the curves do not cross, and no more than was measured', () => {
    expect(words([point(1, [10], [5]), point(2, [10], [9])])).toBe(
      'They do not cross between 1 MiB and 2 MiB: kexec costs less throughout.',
    );
    expect(words([point(1, [1], [5])])).toBe('A firmware reboot costs less at 1 MiB.');
    expect(words([point(1, [10], [5])])).toBe('kexec costs less at 1 MiB.');
    expect(words([point(1, [5], [5]), point(2, [9], [9])])).toBe('Both cost the same between 1 MiB and 2 MiB.');
  });
});
