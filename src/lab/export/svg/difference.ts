// The difference as a waterfall: from the baseline's outage down to the other path's, phase by phase. Means over seeds,
// because only they add up; a whisker is the interval of a step's mean, where the seeds carry one.
import type { PhaseId, RebootPath } from '../../../emulator/index';
import { PATH_NAMES, phaseKind } from '../../../emulator/index';
import { formatCycles, formatShare } from '../../format-cycles';
import type { IntervalAnswer } from '../../stats/interval';
import type { PhaseDifferences } from '../../stats/phase-differences';
import { AXIS_HEIGHT, cycleAxis } from './cycle-axis';
import { bodyTop, CHART_WIDTH, fitText, INK, line, MARGIN, named, picture, rect, TEXT, textAt } from './drawing';
import { familyOf, familyPatterns, fillOf } from './phase-families';

const LABEL_WIDTH = 260;
const VALUE_WIDTH = 230;
const ROW = 28;
const BAR = 18;
/** Steps below this share of all that is saved or lost are put together. */
const SMALL = 0.002;

interface Step {
  readonly label: string;
  readonly phaseId: PhaseId | null;
  /** Positive where the other path saves. */
  readonly savedCycles: number;
  readonly answer: IntervalAnswer | null;
}

/** One path against the baseline. */
export function differenceSvg(input: {
  readonly title: string;
  readonly subtitle: string;
  readonly source: string;
  readonly baselinePath: RebootPath;
  readonly otherPath: RebootPath;
  readonly differences: PhaseDifferences;
  /** Null where the paths' machines differ in clock. */
  readonly cpuHz: number | null;
}): string {
  const { title, subtitle, source, baselinePath, otherPath, differences, cpuHz } = input;
  const sum = (cyclesOf: (phase: PhaseDifferences['phases'][number]) => number) =>
    differences.phases.reduce((total, phase) => total + cyclesOf(phase), 0);
  const baselineCycles = sum(({ baselineMeanCycles }) => baselineMeanCycles);
  const otherCycles = sum(({ otherMeanCycles }) => otherMeanCycles);
  const steps = stepsOf(differences);
  const gross = steps.reduce((total, { savedCycles }) => total + Math.abs(savedCycles), 0);
  const extremes = extremesOf(steps, baselineCycles);
  const top = bodyTop(subtitle);
  const bottom = top + (steps.length + 2) * ROW;
  const { scale, grid, axis } = cycleAxis({
    min: Math.min(0, extremes.min),
    max: extremes.max,
    left: LABEL_WIDTH,
    right: CHART_WIDTH - MARGIN - VALUE_WIDTH,
    top,
    bottom,
    title: 'Outage, mean over seeds',
    cpuHz,
  });
  const total = (path: RebootPath, cycles: number, y: number) =>
    named(
      `${PATH_NAMES[path]}: ${formatCycles(Math.round(cycles))}`,
      rect(scale(0), y, scale(cycles) - scale(0), BAR, { fill: INK.quiet }),
    ) +
    rowLabel(PATH_NAMES[path], y, true) +
    rowValue(formatCycles(Math.round(cycles)), y, true);
  let level = baselineCycles;
  const rows = steps.map((step, i) => {
    const y = top + (i + 1) * ROW + 4;
    const before = level;
    level -= step.savedCycles;
    return drawStep(step, y, before, gross, scale);
  });
  return picture({
    title,
    subtitle,
    source,
    bodyHeight: bottom + AXIS_HEIGHT - top,
    definitions: familyPatterns(),
    body: [
      grid,
      total(baselinePath, baselineCycles, top + 4),
      ...rows,
      total(otherPath, otherCycles, top + (steps.length + 1) * ROW + 4),
      axis,
    ].join('\n'),
  });
}

/** What saves or costs something worth a row, in the order of a reboot; the rest together. */
function stepsOf({ phases }: PhaseDifferences): Step[] {
  const gross = phases.reduce((sum, { savedMeanCycles }) => sum + Math.abs(savedMeanCycles), 0);
  const isSmall = (cycles: number) => Math.abs(cycles) < gross * SMALL;
  const steps: Step[] = phases
    .filter(({ savedMeanCycles }) => savedMeanCycles !== 0 && !isSmall(savedMeanCycles))
    .map(({ phaseId, savedMeanCycles, answer }) => {
      return { label: phaseKind(phaseId).name, phaseId, savedCycles: savedMeanCycles, answer };
    });
  const small = phases.filter(({ savedMeanCycles }) => savedMeanCycles !== 0 && isSmall(savedMeanCycles));
  if (small.length === 0) return steps;
  const savedCycles = small.reduce((sum, { savedMeanCycles }) => sum + savedMeanCycles, 0);
  return [...steps, { label: `${small.length} small phases together`, phaseId: null, savedCycles, answer: null }];
}

function extremesOf(steps: readonly Step[], baselineCycles: number): { min: number; max: number } {
  let level = baselineCycles;
  const levels = [level];
  for (const { savedCycles, answer } of steps) {
    const before = level;
    level -= savedCycles;
    levels.push(level);
    if (answer?.interval) levels.push(before - answer.interval.low, before - answer.interval.high);
  }
  return { min: Math.min(...levels), max: Math.max(...levels) };
}

function drawStep(
  { label, phaseId, savedCycles, answer }: Step,
  y: number,
  before: number,
  gross: number,
  scale: (cycles: number) => number,
): string {
  const [left, right] = [scale(before), scale(before - savedCycles)].sort((a, b) => a - b);
  const fill = phaseId === null ? INK.axis : fillOf(familyOf(phaseId));
  const amount = `${savedCycles >= 0 ? 'saves' : 'costs'} ${formatCycles(Math.round(Math.abs(savedCycles)))}`;
  const share = formatShare(Math.abs(savedCycles) / gross);
  const center = y + BAR / 2;
  const whisker = answer?.interval
    ? [answer.interval.low, answer.interval.high].map((end) => scale(before - end))
    : null;
  return (
    named(
      `${label}: ${amount}, ${share} of all that changes`,
      rect(left, y, Math.max(right - left, 0.75), BAR, { fill }),
    ) +
    // From one step's end to the next one's beginning.
    line(scale(before - savedCycles), y + BAR, scale(before - savedCycles), y + ROW, { stroke: INK.axis }) +
    (whisker
      ? line(whisker[0], center, whisker[1], center, { stroke: INK.text, 'stroke-width': 1.5 }) +
        whisker.map((x) => line(x, center - 5, x, center + 5, { stroke: INK.text, 'stroke-width': 1.5 })).join('')
      : '') +
    rowLabel(label, y, false) +
    rowValue(`${amount} · ${share}`, y, false)
  );
}

function rowLabel(label: string, y: number, isBold: boolean): string {
  const content = fitText(label, LABEL_WIDTH - MARGIN - 12, TEXT.small, isBold);
  return textAt(LABEL_WIDTH - 12, y + 13, content, { size: TEXT.small, anchor: 'end', isBold });
}

function rowValue(content: string, y: number, isBold: boolean): string {
  return textAt(CHART_WIDTH - MARGIN, y + 13, content, { size: TEXT.small, anchor: 'end', isBold });
}
