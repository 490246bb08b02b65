// Stacked bars: cycles of each path by family of phases, all paths on the same axis. A Chart.js configuration, no canvas.
import type { ChartConfiguration, ChartPlugin } from './chart-types';
import type { PathRecord } from '../../../lab/index';
import { formatCyclesAndTime, formatShare, PATH_TITLES, phaseTotals } from '../../../lab/index';
import type { Unit } from '../../stores/settings';
import { axisTicks } from './axis-units';
import type { PhaseFamily } from './phase-families';
import { familyOfPhase, PHASE_FAMILIES } from './phase-families';

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
  return 24 + paths * BAND_HEIGHT;
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
  const ticks = axisTicks(unit, cpuHz, 0, longest, 7);
  const labelFont = { family: font, size: 11 };
  return {
    type: 'bar',
    plugins: [barTitles(colors.text, `12px ${font}`)],
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
          ticks: {
            color: colors.quietText,
            font: labelFont,
            maxRotation: 0,
            align: 'inner',
            padding: 6,
            autoSkip: false,
            callback: (_value, index) => ticks[index]?.label ?? '',
          },
        },
        y: {
          stacked: true,
          grid: { display: false },
          border: { display: false },
          // Titles stand above the bars: so the axis is as wide as the timeline's.
          ticks: { display: false },
        },
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

/** Writes each bar's title above it, at the left end of the axis. */
function barTitles(color: string, font: string): ChartPlugin {
  return {
    id: 'barTitles',
    afterDatasetsDraw({ ctx, chartArea, data, scales }) {
      ctx.save();
      ctx.fillStyle = color;
      ctx.font = font;
      ctx.textAlign = 'left';
      ctx.textBaseline = 'alphabetic';
      data.labels?.forEach((title, index) => {
        ctx.fillText(title, chartArea.left, scales.y.getPixelForValue(index) - TITLE_OFFSET);
      });
      ctx.restore();
    },
  };
}
