import { describe, expect, it } from 'vitest';
import { createRandomStream } from '../../src/emulator/random';

const draw = (seed: number, name: string, n = 5) => {
  const stream = createRandomStream(seed, name);
  return Array.from({ length: n }, () => stream.nextInteger(1000));
};

describe('random streams', () => {
  it('give the same numbers for the same seed and name', () => {
    expect(draw(7, 'disk-rotation')).toEqual(draw(7, 'disk-rotation'));
  });

  it('differ by seed and by name', () => {
    expect(draw(7, 'disk-rotation')).not.toEqual(draw(8, 'disk-rotation'));
    expect(draw(7, 'disk-rotation')).not.toEqual(draw(7, 'timer-phase'));
  });

  it('stay below the bound and reach all of a small one', () => {
    const stream = createRandomStream(1, 'dice');
    const seen = new Set(Array.from({ length: 1000 }, () => stream.nextInteger(6)));
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('spread evenly: chi-square over 16 bins stays below the 0.1 % point', () => {
    const stream = createRandomStream(42, 'even');
    const bins = new Array<number>(16).fill(0);
    for (let i = 0; i < 16_000; i++) bins[stream.nextInteger(16)]++;
    const chiSquare = bins.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(chiSquare).toBeLessThan(37.7); // 15 degrees of freedom
  });
});
