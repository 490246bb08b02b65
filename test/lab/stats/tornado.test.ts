import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tornado } from '../../../src/lab/index';
import type { Setting, SweepPoint } from '../../../src/lab/stats/sweep';

function point(settings: Readonly<Record<string, Setting>>, ...values: number[]): SweepPoint {
  return { settings, metrics: { outage: values.map((value, seed) => ({ seed, value })) } };
}

/** Every setting of `a` with every setting of `b`. */
function grid(as: readonly Setting[], bs: readonly Setting[], valueAt: (a: Setting, b: Setting) => number[]) {
  return as.flatMap((a) => bs.map((b) => point({ a, b }, ...valueAt(a, b))));
}

describe('a tornado over a full grid', () => {
  it('shows how far each parameter moves the metric with the others averaged, widest first', () => {
    // outage = 10 a + b: a moves it from 60 to 80 on average, b by 100.
    const points = grid([2, 1, 3], [0, 100], (a, b) => [10 * Number(a) + Number(b)]);
    const { design, bars } = tornado(points, 'outage');
    expect(design).toBe('factorial');
    expect(bars.map(({ parameter, range }) => [parameter, range])).toEqual([
      ['b', 100],
      ['a', 20],
    ]);
    expect(bars[1].levels).toEqual([
      { level: 1, mean: 60 },
      { level: 2, mean: 70 },
      { level: 3, mean: 80 },
    ]);
  });

  it('splits the variance as an analysis of variance by hand does', () => {
    // Two by two, means 1 3 5 15: effects 8 and 6 between levels, 4 together. In quarters: 64 + 36 + 16 = 116.
    // Runs 2 apart at each point: variance 1 within. 29 + 1 in all.
    const means = { '00': 1, '01': 3, '10': 5, '11': 15 } as const;
    const points = grid([0, 1], [0, 1], (a, b) => {
      const mean = means[`${a}${b}` as keyof typeof means];
      return [mean - 1, mean + 1];
    });
    const { bars, togetherShare, seedShare } = tornado(points, 'outage');
    expect(bars.map(({ parameter }) => parameter)).toEqual(['a', 'b']);
    expect(bars[0].share).toBeCloseTo(16 / 30, 12);
    expect(bars[1].share).toBeCloseTo(9 / 30, 12);
    expect(togetherShare).toBeCloseTo(4 / 30, 12);
    expect(seedShare).toBeCloseTo(1 / 30, 12);
  });

  it('takes the widest two levels where the highest setting is not the dearest', () => {
    const points = [1, 2, 3].map((a) => point({ a }, [5, 50, 10][a - 1]));
    expect(tornado(points, 'outage').bars).toEqual([
      {
        parameter: 'a',
        levels: [
          { level: 1, mean: 5 },
          { level: 2, mean: 50 },
          { level: 3, mean: 10 },
        ],
        range: 45,
        share: 1,
      },
    ]);
  });

  it('keeps the order of the parameters where bars are as wide as each other', () => {
    const points = grid(['off', 'on'], [false, true], (a, b) => [(a === 'on' ? 7 : 0) + (b ? 7 : 0)]);
    expect(tornado(points, 'outage').bars.map(({ parameter }) => parameter)).toEqual(['a', 'b']);
  });

  it('leaves out what takes one setting only, and gives no shares where nothing varies', () => {
    const points = [1, 2].map((a) => point({ fixed: 9, a }, 5, 5));
    expect(tornado(points, 'outage')).toEqual({
      design: 'factorial',
      bars: [
        {
          parameter: 'a',
          levels: [
            { level: 1, mean: 5 },
            { level: 2, mean: 5 },
          ],
          range: 0,
          share: null,
        },
      ],
      togetherShare: null,
      seedShare: null,
    });
    expect(tornado([point({ fixed: 9 }, 5)], 'outage').bars).toEqual([]);
    expect(tornado([], 'outage').bars).toEqual([]);
  });

  it('has shares that add up to one, in any order of the points', () => {
    const values = fc.array(fc.integer({ min: 0, max: 2 ** 40 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(values, { minLength: 6, maxLength: 6 }), (runs) => {
        const points = grid([0, 1, 2], [0, 1], (a, b) => runs[2 * Number(a) + Number(b)]);
        const result = tornado(points, 'outage');
        const { bars, togetherShare, seedShare } = result;
        if (togetherShare === null || seedShare === null) return;
        const sum = bars.reduce((total, { share }) => total + share!, togetherShare + seedShare);
        expect(sum).toBeCloseTo(1, 9);
        const reversed = tornado([...points].reverse(), 'outage');
        for (const { parameter, range, share } of bars) {
          const same = reversed.bars.find((bar) => bar.parameter === parameter)!;
          expect(same.range).toBeCloseTo(range, 3);
          expect(same.share).toBeCloseTo(share!, 9);
        }
      }),
    );
  });
});

describe('a tornado over other points', () => {
  it('shows each parameter by itself, the others as at the base, where points differ from one in one parameter', () => {
    const points = [
      point({ a: 2, b: 0 }, 20),
      point({ a: 1, b: 0 }, 10),
      point({ a: 3, b: 0 }, 31),
      point({ a: 2, b: 1 }, 70),
    ];
    expect(tornado(points, 'outage')).toEqual({
      design: 'one-at-a-time',
      bars: [
        {
          parameter: 'b',
          levels: [
            { level: 0, mean: 20 },
            { level: 1, mean: 70 },
          ],
          range: 50,
          share: null,
        },
        {
          parameter: 'a',
          levels: [
            { level: 1, mean: 10 },
            { level: 2, mean: 20 },
            { level: 3, mean: 31 },
          ],
          range: 21,
          share: null,
        },
      ],
      togetherShare: null,
      seedShare: null,
    });
  });

  it('draws no bar where points are missing', () => {
    const points = grid([0, 1, 2], [0, 1, 2], () => [1]).slice(1);
    expect(tornado(points, 'outage')).toEqual({ design: 'other', bars: [], togetherShare: null, seedShare: null });
  });

  it('refuses a metric that a point lacks', () => {
    expect(() => tornado([point({ a: 1 }, 1)], 'handover')).toThrow('no runs of handover at {"a":1}');
    expect(() => tornado([point({ a: 1 })], 'outage')).toThrow(RangeError);
    expect(() => tornado([point({ a: 1 }, 1)], 'constructor')).toThrow(RangeError);
  });
});
