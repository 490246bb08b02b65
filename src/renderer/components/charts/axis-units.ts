// One axis in cycles or, derived from them, in milliseconds at the machine's clock.
import { formatClock, groupDigits } from '../../../lab/index';
import type { Unit } from '../../stores/settings';

export interface AxisTick {
  readonly cycle: number;
  readonly label: string;
}

/** Ticks an axis aims at: the same for all charts, so that they agree. */
export const TICK_COUNT = 10;

/** Half a tick's label, generously. */
const LABEL_HALF_WIDTH = 20;

const SI = [
  { factor: 1e9, symbol: 'G' },
  { factor: 1e6, symbol: 'M' },
  { factor: 1e3, symbol: 'k' },
] as const;

/** "cycles", "milliseconds at 1.0 GHz". */
export function axisTitle(unit: Unit, cpuHz: number): string {
  return unit === 'cycles' ? 'cycles' : `milliseconds at ${formatClock(cpuHz)}`;
}

/** Ticks at round values of the unit within [startCycle, endCycle], at most `count` + 1 of them. */
export function axisTicks(
  unit: Unit,
  cpuHz: number,
  startCycle: number,
  endCycle: number,
  count = TICK_COUNT,
): AxisTick[] {
  const cyclesPerUnit = unit === 'cycles' ? 1 : cpuHz / 1000;
  const start = startCycle / cyclesPerUnit;
  const end = endCycle / cyclesPerUnit;
  if (!(end > start)) return [];
  const step = roundStep((end - start) / Math.max(1, count));
  const first = Math.ceil(start / step - 1e-9);
  const last = Math.floor(end / step + 1e-9);
  const format = unit === 'cycles' ? siFormat(end, step) : plainFormat(step);
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const value = (first + index) * step;
    // Far from 0 a round value is not exact: it must not fall off the axis.
    const cycle = Math.min(endCycle, Math.max(startCycle, value * cyclesPerUnit));
    return { cycle, label: format(value) };
  });
}

/** 1, 2 or 5 times a power of ten, at least `rough`. */
function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= rough * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** All ticks of an axis carry the same prefix, so that they can be compared at a glance. */
function siFormat(end: number, step: number): (value: number) => string {
  const prefix = SI.find(({ factor }) => end >= factor) ?? { factor: 1, symbol: '' };
  const decimals = Math.max(0, -Math.floor(Math.log10(step / prefix.factor) + 1e-9));
  return (value) => (value === 0 ? '0' : `${(value / prefix.factor).toFixed(decimals)} ${prefix.symbol}`.trim());
}

function plainFormat(step: number): (value: number) => string {
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return (value) => (decimals === 0 ? groupDigits(Math.round(value)) : value.toFixed(decimals));
}

/** How a label stands at its tick: centred, but within the axis at both ends. */
export function tickAlignment(x: number, width: number): 'left' | 'center' | 'right' {
  if (x < LABEL_HALF_WIDTH) return 'left';
  return x > width - LABEL_HALF_WIDTH ? 'right' : 'center';
}
