import { describe, expect, it } from 'vitest';
import {
  formatClock,
  formatCycles,
  formatCyclesAndTime,
  formatDuration,
  formatShare,
  groupDigits,
} from '../../src/lab/format-cycles';

describe('cycles', () => {
  it.each([
    [0, '0 cycles'],
    [1, '1 cycle'],
    [999, '999 cycles'],
    [1000, '1.00 k cycles'],
    [9994, '9.99 k cycles'],
    [9999, '10.0 k cycles'],
    [99_960, '100 k cycles'],
    [999_499, '999 k cycles'],
    [999_500, '1.00 M cycles'],
    [1_920_000_000, '1.92 G cycles'],
    [300_000_000, '300 M cycles'],
    [4.3e12, '4.30 T cycles'],
  ])('%d read as %s', (cycles, text) => {
    expect(formatCycles(cycles)).toBe(text);
  });

  it('come with the time at the clock of the machine', () => {
    expect(formatCyclesAndTime(1_920_000_000, 3_000_000_000)).toBe('1.92 G cycles · 640 ms');
  });

  it('keep every digit where asked', () => {
    expect(groupDigits(1_920_000_007)).toBe('1,920,000,007');
    expect(groupDigits(12)).toBe('12');
  });
});

describe('a duration', () => {
  it.each([
    [0, 1e9, '0 ms'],
    [1, 1e9, '1.00 ns'],
    [1, 4e9, '0.25 ns'],
    [720, 1e9, '720 ns'],
    [86_800, 1e9, '86.8 µs'],
    [999_600, 1e9, '1.00 ms'],
    [640e6, 1e9, '640 ms'],
    [999.6e6, 1e9, '1.00 s'],
    [20.4e9, 1e9, '20.4 s'],
    [12_345e9, 1e9, '12,345 s'],
  ])('of %d cycles at %d Hz is %s', (cycles, hz, text) => {
    expect(formatDuration(cycles, hz)).toBe(text);
  });
});

describe('a clock', () => {
  it.each([
    [3_000_000_000, '3.0 GHz'],
    [1_530_000_000, '1.53 GHz'],
    [1_000_000_000, '1.0 GHz'],
    [799_700_000, '799.7 MHz'],
    [66_666_667, '66.7 MHz'],
    [25_000_000, '25 MHz'],
  ])('of %d Hz is %s', (hz, text) => {
    expect(formatClock(hz)).toBe(text);
  });
});

describe('a share', () => {
  it.each([
    [0, '0 %'],
    [0.0004, 'less than 0.1 %'],
    [0.034, '3.4 %'],
    [0.03, '3 %'],
    [0.0996, '10 %'],
    [0.814, '81 %'],
    [0.9991, 'more than 99 %'],
    [1, '100 %'],
  ])('of %d is %s', (fraction, text) => {
    expect(formatShare(fraction)).toBe(text);
  });
});
