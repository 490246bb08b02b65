// The charts of a comparison as one picture to keep: answer, timeline, bars, legend and what to know about the figures.
import type { Comparison } from '../../../contract/api';
import type { Unit } from '../../stores/settings';
import { answerParts } from './answer-text';
import { tickAlignment } from './axis-units';
import type { ChartColors } from './family-bars';
import { familiesPresent, familyBarsConfig, familyBarsHeight } from './family-bars';
import type { PhaseFamily } from './phase-families';
import { Chart } from './register-chart';
import { chartColors, inkOn, token } from './theme-colors';
import type { TimelineScene } from './timeline-scene';
import { BAR_HEIGHT, timelineScene } from './timeline-scene';

const WIDTH = 1200;
const MARGIN = 32;
const INNER = WIDTH - 2 * MARGIN;
const SCALE = 2;
const LEAD_LINE = 26;
const BASE_LINE = 20;
const SMALL_LINE = 16;
const GAP = 20;
const LEGEND_LINE = 24;

/** Draws `comparison` and gives the bytes of a PNG. `footnotes` are lines for the end: machine, caveats. */
export async function paintPicture(
  comparison: Comparison,
  unit: Unit,
  footnotes: readonly string[],
): Promise<Uint8Array> {
  const { records, answer } = comparison;
  const font = getComputedStyle(document.body).fontFamily;
  const colors = chartColors(SCALE);
  const measure = document.createElement('canvas').getContext('2d')!;
  const leadFont = `600 17px ${font}`;
  const smallFont = `11px ${font}`;
  const baseFont = `13px ${font}`;
  const { lead, rest } = answerParts(answer);
  const leadLines = wrapText(measure, leadFont, lead, INNER);
  const restLines = rest === '' ? [] : wrapText(measure, baseFont, rest, INNER);
  const answerHeight = leadLines.length * LEAD_LINE + restLines.length * BASE_LINE;
  const noteLines = footnotes.flatMap((note) => wrapText(measure, smallFont, note, INNER));
  const scene = timelineScene(records, unit, INNER);
  const bars = barsCanvas(comparison, unit, colors, font);
  const legend = layoutLegend(measure, smallFont, familiesPresent(records));

  const legendHeight = (legend[legend.length - 1].row + 1) * LEGEND_LINE + GAP / 2;
  const height =
    MARGIN +
    answerHeight +
    GAP +
    scene.height +
    GAP +
    legendHeight +
    bars.cssHeight +
    GAP +
    noteLines.length * SMALL_LINE +
    MARGIN;
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH * SCALE;
  canvas.height = height * SCALE;
  const context = canvas.getContext('2d')!;
  context.scale(SCALE, SCALE);
  context.fillStyle = colors.surface;
  context.fillRect(0, 0, WIDTH, height);
  context.translate(MARGIN, MARGIN);

  writeLines(context, leadFont, colors.text, leadLines, LEAD_LINE);
  context.translate(0, leadLines.length * LEAD_LINE);
  writeLines(context, baseFont, colors.text, restLines, BASE_LINE);
  context.translate(0, restLines.length * BASE_LINE + GAP);
  paintTimeline(context, scene, colors, font);
  context.translate(0, scene.height + GAP);
  paintLegend(context, smallFont, colors, legend);
  context.translate(0, legendHeight);
  context.drawImage(bars.canvas, 0, 0, INNER, bars.cssHeight);
  context.translate(0, bars.cssHeight + GAP);
  writeLines(context, smallFont, colors.quietText, noteLines, SMALL_LINE);

  return pngBytes(canvas);
}

/** Text in lines no wider than `width`; a word that is wider stands alone. */
export function wrapText(
  context: Pick<CanvasRenderingContext2D, 'font' | 'measureText'>,
  font: string,
  text: string,
  width: number,
): string[] {
  context.font = font;
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = lines.length === 0 ? word : `${lines[lines.length - 1]} ${word}`;
    if (lines.length > 0 && context.measureText(longer).width <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function writeLines(
  context: CanvasRenderingContext2D,
  font: string,
  color: string,
  lines: readonly string[],
  lineHeight: number,
): void {
  context.font = font;
  context.fillStyle = color;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  lines.forEach((line, index) => context.fillText(line, 0, (index + 0.5) * lineHeight));
}

function paintTimeline(
  context: CanvasRenderingContext2D,
  scene: TimelineScene,
  colors: ChartColors,
  font: string,
): void {
  context.textBaseline = 'alphabetic';
  context.lineWidth = 1;
  for (const { x, label } of scene.ticks) {
    context.strokeStyle = colors.line;
    context.beginPath();
    context.moveTo(x, scene.lanes[0].barY);
    context.lineTo(x, scene.axisY);
    context.stroke();
    context.font = `11px ${font}`;
    context.fillStyle = colors.quietText;
    context.textAlign = tickAlignment(x, scene.width);
    context.fillText(label, x, scene.axisY + 15);
  }
  context.font = `11px ${font}`;
  context.fillStyle = colors.quietText;
  context.textAlign = 'right';
  context.fillText(scene.axisTitle, scene.width, scene.lanes[0].titleY);
  for (const lane of scene.lanes) {
    context.textAlign = 'left';
    context.font = `600 12px ${font}`;
    context.fillStyle = colors.text;
    context.fillText(lane.title, 0, lane.titleY);
    const titleWidth = context.measureText(lane.title).width;
    context.font = `12px ${font}`;
    context.fillStyle = colors.quietText;
    context.fillText(lane.summary, titleWidth + 12, lane.titleY);
    for (const { x, width, family, label } of lane.segments) {
      context.fillStyle = colors.fill(family);
      context.fillRect(x, lane.barY, Math.max(1, width - 1), BAR_HEIGHT);
      if (label === '') continue;
      context.fillStyle = inkOn(token(`phase-${family.id}`));
      context.font = `11px ${font}`;
      context.fillText(label, x + 6, lane.barY + BAR_HEIGHT / 2 + 4);
    }
    context.fillStyle = colors.quietText;
    context.fillRect(lane.outage.x, lane.outage.y, lane.outage.width, 2);
  }
}

interface LegendEntry {
  readonly family: PhaseFamily;
  readonly x: number;
  readonly row: number;
}

function layoutLegend(
  context: CanvasRenderingContext2D,
  font: string,
  families: readonly PhaseFamily[],
): LegendEntry[] {
  context.font = font;
  let x = 0;
  let row = 0;
  return families.map((family) => {
    const width = 20 + context.measureText(family.name).width + 20;
    if (x + width > INNER) {
      x = 0;
      row++;
    }
    const entry = { family, x, row };
    x += width;
    return entry;
  });
}

function paintLegend(
  context: CanvasRenderingContext2D,
  font: string,
  colors: ChartColors,
  entries: readonly LegendEntry[],
): void {
  context.font = font;
  context.textAlign = 'left';
  for (const { family, x, row } of entries) {
    context.fillStyle = colors.fill(family);
    context.fillRect(x, row * LEGEND_LINE, 14, 14);
    context.fillStyle = colors.text;
    context.fillText(family.name, x + 20, row * LEGEND_LINE + 11);
  }
}

function barsCanvas(
  { records }: Comparison,
  unit: Unit,
  colors: ChartColors,
  font: string,
): { canvas: HTMLCanvasElement; cssHeight: number } {
  const cssHeight = familyBarsHeight(records.length);
  const canvas = document.createElement('canvas');
  canvas.width = INNER;
  canvas.height = cssHeight;
  const config = familyBarsConfig(records, unit, colors, font);
  config.options = { ...config.options, responsive: false, devicePixelRatio: SCALE };
  const chart = new Chart(canvas, config);
  // Destroying a chart clears its canvas: keep a copy.
  const copy = document.createElement('canvas');
  copy.width = canvas.width;
  copy.height = canvas.height;
  copy.getContext('2d')!.drawImage(canvas, 0, 0);
  chart.destroy();
  return { canvas: copy, cssHeight };
}

function pngBytes(canvas: HTMLCanvasElement): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (!blob) reject(new Error('the picture could not be drawn'));
      else void blob.arrayBuffer().then((buffer) => resolve(new Uint8Array(buffer)));
    }, 'image/png');
  });
}
