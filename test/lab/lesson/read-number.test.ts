import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readNumber } from '../../../src/lab/lesson/read-number';
import { UNIT_NAMES } from '../../../src/lab/lesson/units';

const valueOf = (typed: string, unit: (typeof UNIT_NAMES)[number] = 's') => {
  const read = readNumber(typed, unit);
  return read.ok ? read.value : read.reason;
};

describe('decimal marks and thousands', () => {
  it.each([
    ['1.5', 1.5],
    ['1,5', 1.5],
    ['0,125', 0.125],
    ['3,1416', 3.1416],
    ['.5', 0.5],
    [',5', 0.5],
    ['12,288', 12_288],
    ['12.288', 12.288],
    ['1,234,567', 1_234_567],
    ['1.234.567', 1_234_567],
    ['1,234.5', 1234.5],
    ['1.234,5', 1234.5],
    ['1 234 567', 1_234_567],
    ['1\u202f234,5', 1234.5],
    ['1’234.5', 1234.5],
    ['10_900_000', 10_900_000],
    ['0012', 12],
    ['−3', -3],
    ['+3', 3],
    ['1.5e3', 1500],
    ['1,5·10^3', 1500],
    ['2 x 10^-3', 0.002],
    ['  7  ', 7],
  ])('reads %s as %d', (typed, value) => expect(valueOf(typed)).toBe(value));

  it.each(['1,23,456', '1.2.3', '1,2,3', '1,234,56', '1.234,567.8', '1,,2', '..'])('does not guess at %s', (typed) =>
    expect(readNumber(typed, 's').ok).toBe(false),
  );

  it('says where a comma could have been meant otherwise', () => {
    expect(readNumber('1,234', 's')).toEqual({ ok: true, value: 1234, isAmbiguous: true });
    expect(readNumber('1.234', 's')).toEqual({ ok: true, value: 1.234, isAmbiguous: false });
  });
});

describe('units', () => {
  it.each([
    ['1500 ms', 's', 1.5],
    ['1500ms', 's', 1.5],
    ['2 min', 's', 120],
    ['3 us', 'ms', 0.003],
    ['3 µs', 'ms', 0.003],
    ['1.5 Seconds', 's', 1.5],
    ['12 KiB', 'B', 12_288],
    ['12 kB', 'B', 12_000],
    ['1.92 G cycles', 'cycles', 1.92e9],
    ['1.92G', 'cycles', 1.92e9],
    ['3 clocks', 'cycles', 3],
    ['50 %', 'times', 0.5],
    ['0.5 times', '%', 50],
    ['3.2x', 'times', 3.2],
    ['3 pages', 'pages', 3],
  ] as const)('reads %s asked in %s as %d', (typed, unit, value) =>
    expect(valueOf(typed, unit)).toBeCloseTo(value, 12),
  );

  it.each([
    ['5 pages', 's'],
    ['5 cycles', 's'],
    ['5 s', 'cycles'],
    ['5 Mb', 'B'],
    ['5 Ms', 's'],
    ['5 apples', 'count'],
    ['5 s s', 's'],
    ['5 G', 's'],
  ] as const)('refuses %s where %s is asked, and says what is asked', (typed, unit) =>
    expect(valueOf(typed, unit)).toContain(`asked in ${unit}`),
  );
});

describe('what is no number', () => {
  it.each(['NaN', 'Infinity', '-', 'e5', 'seven', '0x10', '--1', '٣', '1/2', '<b>1</b>', '=1+1'])(
    'refuses %s',
    (typed) => expect(readNumber(typed, 's').ok).toBe(false),
  );

  it('refuses what is too large, or too long', () => {
    expect(valueOf('1e999')).toBe('This number is too large.');
    expect(valueOf('1e101')).toBe('This number is too large.');
    expect(valueOf('9'.repeat(81))).toBe('This is too long to be a number.');
  });

  it('never throws, and gives finite numbers only', () => {
    const texts = fc.oneof(fc.string({ maxLength: 90 }), fc.stringMatching(/^[-+\d.,eE ^×*·%a-zµ']{0,30}$/));
    fc.assert(
      fc.property(texts, fc.constantFrom(...UNIT_NAMES), (typed, unit) => {
        const read = readNumber(typed, unit);
        return read.ok ? Number.isFinite(read.value) : read.reason !== '';
      }),
      { numRuns: 3000 },
    );
  });

  it('reads any plain number back', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, min: -1e90, max: 1e90 }),
        (value) => valueOf(String(value)) === value || Object.is(value, -0),
      ),
    );
  });
});
