// Stacked bars: cycles of each path by family of phases, all paths on the same axis. A Chart.js configuration, no canvas.
import type { ChartConfiguration, ChartPlugin } from './chart-types';
import type { PathRecord } from '../../../lab/index';
import { formatCyclesAndTime, formatShare, PATH_TITLES, phaseTotals } from '../../../lab/index';
import type { Unit } from '../../stores/settings';
import type { AxisTick } from './axis-units';
import { axisTicks, tickAlignment } from './axis-units';
import type { PhaseFamily } from './phase-families';
import { familyOfPhase, PHASE_FAMILIES } from './phase-families';

const TICKS_HEIGHT = 20;
/** One bar with its title above it. */
const BAND_HEIGHT = 56;
const BAR_THICKNESS = 22;
/** From the middle of a bar to the base line of its title. */
const TITLE_OFFSET = 17;

/** Colours of the theme; a family's fill may be a pattern. */
export interface ChartColors {
  readonly surface: string;
  readonly line: string;
  readonly text: string;
  readonly quietText: string;
  readonly fill: (family: PhaseFamily) => string | CanvasPattern;
}

/** Cycles a path spends in a family. */
export function familyCycles(record: PathRecord, family: PhaseFamily): number {
  return phaseTotals(record.root)
    .filter(({ kind }) => familyOfPhase(kind.id) === family)
    .reduce((sum, { durationCycles }) => sum + durationCycles, 0);
}

/** Families that any of the records has. */
export function familiesPresent(records: readonly PathRecord[]): PhaseFamily[] {
  return PHASE_FAMILIES.filter((family) => records.some((record) => familyCycles(record, family) > 0));
}

/** Height of the bars of so many paths, in CSS pixels. */
export function familyBarsHeight(paths: number): number {
  return TICKS_HEIGHT + paths * BAND_HEIGHT;
}

/** Bars of `records` by family, on the axis of the longest path. */
export function familyBarsConfig(
  records: readonly PathRecord[],
  unit: Unit,
  colors: ChartColors,
  font: string,
): ChartConfiguration {
  const [{ cpuHz }] = records;
  const longest = Math.max(1, ...records.map(({ totalCycles }) => totalCycles));
  const ticks = axisTicks(unit, cpuHz, 0, longest);
  return {
    type: 'bar',
    plugins: [barTexts(ticks, colors, font)],
    data: {
      labels: records.map(({ path }) => PATH_TITLES[path]),
      datasets: familiesPresent(records).map((family) => ({
        label: family.name,
        data: records.map((record) => familyCycles(record, family)),
        backgroundColor: colors.fill(family),
        borderColor: colors.surface,
        borderWidth: { left: 0, right: 1, top: 0, bottom: 0 },
        borderSkipped: false,
        barThickness: BAR_THICKNESS,
      })),
    },
    options: {
      indexAxis: 'y',
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      layout: { autoPadding: false, padding: { bottom: TICKS_HEIGHT } },
      scales: {
        x: {
          stacked: true,
          min: 0,
          max: longest,
          grid: { color: colors.line, drawTicks: false },
          border: { display: false },
          afterBuildTicks: (axis) => {
            axis.ticks = ticks.map(({ cycle }) => ({ value: cycle }));
          },
          ticks: { display: false, autoSkip: false },
        },
        y: { stacked: true, display: false },
      },
      plugins: {
        legend: { display: false },
        tooltip: {
          displayColors: false,
          titleFont: { family: font, size: 12 },
          bodyFont: { family: font, size: 12 },
          callbacks: {
            title: ([item]) => (item ? `${item.label}: ${item.dataset.label}` : ''),
            label: (item) => {
              const { totalCycles } = records[item.dataIndex];
              const cycles = item.raw as number;
              return `${formatCyclesAndTime(cycles, cpuHz)}, ${formatShare(cycles / totalCycles)} of the path`;
            },
          },
        },
      },
    },
  };
}

/**
 * Writes each bar's title above it and the ticks below: inside the chart, so that its axis is exactly as wide as the
 * timeline's.
 */
function barTexts(ticks: readonly AxisTick[], colors: ChartColors, font: string): ChartPlugin {
  return {
    id: 'barTexts',
    afterDatasetsDraw({ ctx, chartArea, data, scales }) {
      ctx.save();
      ctx.textBaseline = 'alphabetic';
      ctx.textAlign = 'left';
      ctx.font = `600 12px ${font}`;
      ctx.fillStyle = colors.text;
      data.labels?.forEach((title, index) => {
        ctx.fillText(title, chartArea.left, scales.y.getPixelForValue(index) - TITLE_OFFSET);
      });
      ctx.font = `11px ${font}`;
      ctx.fillStyle = colors.quietText;
      for (const { cycle, label } of ticks) {
        const x = scales.x.getPixelForValue(cycle);
        ctx.textAlign = tickAlignment(x - chartArea.left, chartArea.width);
        ctx.fillText(label, x, chartArea.bottom + 15);
      }
      ctx.restore();
    },
  };
}
