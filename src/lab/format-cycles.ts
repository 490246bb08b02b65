// Cycles as people read them. Cycles come first; times are derived at the machine's clock and say so
// (docs/how-numbers-come-about.md). Numbers use a point and SI prefixes in every language.

const PREFIXES = [
  { factor: 1e12, symbol: 'T' },
  { factor: 1e9, symbol: 'G' },
  { factor: 1e6, symbol: 'M' },
  { factor: 1e3, symbol: 'k' },
] as const;

const TIME_UNITS = [
  { ns: 1e9, symbol: 's' },
  { ns: 1e6, symbol: 'ms' },
  { ns: 1e3, symbol: 'µs' },
  { ns: 1, symbol: 'ns' },
] as const;

/** Three significant digits of a number from 1 up to 1000: "1.92", "19.2", "192". */
function threeDigits(value: number): string {
  if (value < 9.995) return value.toFixed(2);
  return value < 99.95 ? value.toFixed(1) : value.toFixed(0);
}

/** "1.92 G cycles", "12.3 k cycles", "1 cycle". Three significant digits; exact below 1000. */
export function formatCycles(cycles: number): string {
  // A value that would round to 1000 of its prefix belongs to the next one.
  const prefix = PREFIXES.find(({ factor }) => cycles >= factor * 0.9995 && cycles >= 1000);
  if (!prefix) return `${cycles} ${cycles === 1 ? 'cycle' : 'cycles'}`;
  return `${threeDigits(cycles / prefix.factor)} ${prefix.symbol} cycles`;
}

/** "640 ms", "20.4 s", "86.8 µs". Three significant digits; "0 ms" for nothing. */
export function formatDuration(cycles: number, cpuHz: number): string {
  const ns = (cycles / cpuHz) * 1e9;
  if (cycles === 0) return '0 ms';
  const unit = TIME_UNITS.find((candidate) => ns >= candidate.ns * 0.9995) ?? TIME_UNITS[TIME_UNITS.length - 1];
  const value = ns / unit.ns;
  return `${value < 999.5 ? threeDigits(value) : groupDigits(Math.round(value))} ${unit.symbol}`;
}

/** "3.0 GHz", "66.7 MHz", "25 MHz". */
export function formatClock(cpuHz: number): string {
  if (cpuHz >= 1e9) {
    const twoDigits = (cpuHz / 1e9).toFixed(2);
    return `${twoDigits.endsWith('0') ? twoDigits.slice(0, -1) : twoDigits} GHz`;
  }
  return `${Number((cpuHz / 1e6).toFixed(1))} MHz`;
}

/** "1.92 G cycles · 640 ms". */
export function formatCyclesAndTime(cycles: number, cpuHz: number): string {
  return `${formatCycles(cycles)} · ${formatDuration(cycles, cpuHz)}`;
}

/** Whole cycles with every digit: "1,920,000,000". */
export function groupDigits(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** "81 %", "3.4 %", "less than 0.1 %", "0 %". One decimal below ten, unless it is zero. */
export function formatShare(fraction: number): string {
  const percent = fraction * 100;
  if (percent === 0) return '0 %';
  if (percent < 0.1) return 'less than 0.1 %';
  if (percent < 9.95) return `${Number(percent.toFixed(1))} %`;
  const whole = Math.round(percent);
  // Something is missing from the whole: do not say it is all.
  return whole === 100 && fraction < 1 ? 'more than 99 %' : `${whole} %`;
}

/** Whole nanoseconds of `cycles`, rounded to the nearest; exact for any run a double can count. */
export function nanosecondsFromCycles(cycles: number, cpuHz: number): number {
  const hz = BigInt(cpuHz);
  return Number((BigInt(cycles) * 1_000_000_000n * 2n + hz) / (2n * hz));
}
