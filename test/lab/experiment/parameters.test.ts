import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIGURE_LIMITS } from '../../../src/emulator/index';
import { ExperimentError } from '../../../src/lab/experiment/experiment-error';
import { complaintAboutParameterName, parameterValues, parseQuantity } from '../../../src/lab/experiment/parameters';

const MIB = 2 ** 20;

function refusal(action: () => unknown): ExperimentError {
  try {
    action();
  } catch (error) {
    if (error instanceof ExperimentError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const range = (name: string, from: number, to: number, steps: number, scale: 'linear' | 'log' = 'linear') =>
  ({ name, from, to, steps, scale }) as const;

describe('a range', () => {
  it('has both ends and equal steps when linear', () => {
    expect(parameterValues(range('loader.promptTenths', 0, 100, 5))).toEqual([0, 25, 50, 75, 100]);
    expect(parameterValues(range('loader.promptTenths', 100, 0, 3))).toEqual([100, 50, 0]);
  });

  it('has equal ratios when logarithmic', () => {
    expect(parameterValues(range('memory.ramBytes', 4 * MIB, 1024 * MIB, 5, 'log'))).toEqual(
      [4, 16, 64, 256, 1024].map((mib) => mib * MIB),
    );
  });

  it('is rounded to the step of the figure', () => {
    expect(parameterValues(range('memory.ramBytes', 4 * MIB, 9 * MIB, 4))).toEqual([4, 6, 7, 9].map((n) => n * MIB));
    expect(parameterValues(range('loader.promptTenths', 1, 100, 4, 'log'))).toEqual([1, 5, 22, 100]);
  });

  it('has 12 significant digits where the figure has no step', () => {
    expect(parameterValues(range('rom.busCycleNs', 0, 1, 4))).toEqual([0, 0.333333333333, 0.666666666667, 1]);
  });

  it('is refused with the reason where rounding makes two values one', () => {
    const { message, path } = refusal(() => parameterValues(range('firmware.memoryTest', 0, 3, 6), ['parameters', 2]));
    expect(message).toBe('6 steps of firmware.memoryTest from 0 to 3 come to 1 twice, rounded to what it can be.');
    expect(path).toEqual(['parameters', 2, 'steps']);
  });

  it('is refused where it has no logarithm, and for an option', () => {
    expect(refusal(() => parameterValues(range('loader.promptTenths', 0, 10, 3, 'log'))).path).toEqual(['from']);
    expect(refusal(() => parameterValues(range('console', 1, 10, 3))).message).toContain('takes words');
  });

  it('stays within what the figure can be, or is refused, wherever it begins and ends', () => {
    const names = fc.constantFrom(...Object.keys(FIGURE_LIMITS));
    const steps = fc.integer({ min: 2, max: 50 });
    fc.assert(
      fc.property(names, fc.double({ noNaN: true }), fc.double({ noNaN: true }), steps, fc.boolean(), (...given) => {
        const [name, from, to, count, isLog] = given;
        const [min, max] = FIGURE_LIMITS[name];
        try {
          const values = parameterValues(range(name, from, to, count, isLog ? 'log' : 'linear')) as number[];
          expect(values).toHaveLength(count);
          expect(new Set(values).size).toBe(count);
          for (const value of values) expect(value >= min && value <= max).toBe(true);
        } catch (error) {
          if (!(error instanceof ExperimentError)) throw error;
        }
      }),
    );
  });
});

describe('a list', () => {
  it('is taken as it is, words for an option, numbers for a figure', () => {
    expect(parameterValues({ name: 'console', values: ['none', '9600'] })).toEqual(['none', '9600']);
    expect(parameterValues({ name: 'firmware.memoryTest', values: [0, 3, 1] })).toEqual([0, 3, 1]);
  });

  it.each([
    [{ name: 'memory.ramBytes', values: [4 * MIB, 4 * MIB] }, 'twice', ['values', 1]],
    [{ name: 'memory.ramBytes', values: [5] }, 'a multiple of 1048576', ['values', 0]],
    [{ name: 'memory.ramBytes', values: [NaN] }, 'cannot be NaN', ['values', 0]],
    [{ name: 'memory.ramBytes', values: ['much'] }, '"much" is none', ['values', 0]],
    [{ name: 'hash', values: ['on', 'maybe'] }, 'hash cannot be "maybe"; it may be on, off.', ['values', 1]],
    [{ name: 'hash', values: [1] }, 'takes words', ['values', 0]],
    [{ name: 'ramBytes', values: [1] }, 'Did you mean memory.ramBytes?', ['name']],
    [{ name: 'constructor', values: [1] }, 'no figure or option "constructor"', ['name']],
  ])('refuses %j', (parameter, part, path) => {
    const refused = refusal(() => parameterValues(parameter));
    expect([refused.message, refused.path]).toEqual([expect.stringContaining(part), path]);
  });
});

it('says what a parameter can be when no name is near', () => {
  expect(complaintAboutParameterName('weather')).toContain('A parameter is a figure of the machine (cpu.hz, ...)');
});

it.each([
  ['64Mi', 64 * MIB],
  ['1.5Ki', 1536],
  ['1Gi', 1024 * MIB],
  ['0', 0],
  ['1e6', 1e6],
  ['64MB', null],
  ['-1', null],
  ['', null],
  ['1e999', null],
  ['0x10', null],
  [' 1', null],
])('reads %j as %j', (text, value) => {
  expect(parseQuantity(text)).toBe(value);
});
