import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axisTicks, axisTitle } from '../../../../src/renderer/components/charts/axis-units';

const GHZ = 1e9;
const labels = (...args: Parameters<typeof axisTicks>) => axisTicks(...args).map(({ label }) => label);

describe('ticks', () => {
  it('stand at round numbers of cycles with one prefix', () => {
    expect(labels('cycles', GHZ, 0, 19.3e9, 5)).toEqual(['0', '5 G', '10 G', '15 G']);
    expect(labels('cycles', GHZ, 0, 1.2e6, 6)).toEqual(['0', '0.2 M', '0.4 M', '0.6 M', '0.8 M', '1.0 M', '1.2 M']);
  });

  it('stand at round numbers of milliseconds', () => {
    expect(labels('ms', GHZ, 0, 19.3e9, 5)).toEqual(['0', '5,000', '10,000', '15,000']);
    expect(labels('ms', 66.6e6, 0, 66_600, 4)).toEqual(['0.0', '0.5', '1.0']);
  });

  it('of milliseconds stand at the cycles of the clock', () => {
    expect(axisTicks('ms', 50e6, 0, 50e6, 2).map(({ cycle }) => cycle)).toEqual([0, 25e6, 50e6]);
  });

  it('begin within a range that does not begin at zero', () => {
    expect(labels('cycles', GHZ, 4.9e9, 7.2e9, 3)).toEqual(['5 G', '6 G', '7 G']);
  });

  it('are none for an empty range', () => {
    expect(axisTicks('cycles', GHZ, 5, 5, 4)).toEqual([]);
  });

  it('lie within the range and are few', () => {
    const range = fc.tuple(
      fc.nat(1e12),
      fc.integer({ min: 1, max: 1e12 }),
      fc.constantFrom('cycles' as const, 'ms' as const),
    );
    fc.assert(
      fc.property(range, ([start, length, unit]) => {
        const ticks = axisTicks(unit, GHZ, start, start + length, 6);
        for (const { cycle } of ticks) {
          expect(cycle).toBeGreaterThanOrEqual(start);
          expect(cycle).toBeLessThanOrEqual(start + length);
        }
        expect(ticks.length).toBeLessThanOrEqual(7);
      }),
      { examples: [[[229_016_476_130, 12, 'ms']]] },
    );
  });
});

it('the title names the clock milliseconds are derived at', () => {
  expect(axisTitle('cycles', GHZ)).toBe('cycles');
  expect(axisTitle('ms', 66.6e6)).toBe('milliseconds at 66.6 MHz');
});
