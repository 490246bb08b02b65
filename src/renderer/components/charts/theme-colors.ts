// Colours of the theme in force, for what is drawn on a canvas.
import type { ChartColors } from './family-bars';
import type { PhaseFamily } from './phase-families';
import { PATTERN_TILE } from './phase-families';

/** How strongly a pattern's strokes show on its colour. */
export const PATTERN_OPACITY = 0.22;

/** Value of a custom property of theme/tokens.css. */
export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** Reads the theme's colours; families with a pattern get it drawn. `scale` is device pixels per CSS pixel. */
export function chartColors(scale = window.devicePixelRatio): ChartColors {
  return {
    surface: token('surface'),
    line: token('line'),
    text: token('text'),
    quietText: token('text-quiet'),
    fill: (family) => fillOf(family, scale),
  };
}

function fillOf(family: PhaseFamily, scale: number): string | CanvasPattern {
  const color = token(`phase-${family.id}`);
  if (family.pattern === '') return color;
  const tile = document.createElement('canvas');
  tile.width = tile.height = PATTERN_TILE * scale;
  const context = tile.getContext('2d');
  if (!context) return color;
  context.scale(scale, scale);
  context.fillStyle = color;
  context.fillRect(0, 0, PATTERN_TILE, PATTERN_TILE);
  context.globalAlpha = PATTERN_OPACITY;
  context.strokeStyle = token('surface');
  context.lineWidth = 1.5;
  context.stroke(new Path2D(family.pattern));
  const pattern = context.createPattern(tile, 'repeat');
  // Patterns repeat in device pixels; charts draw in CSS pixels.
  pattern?.setTransform(new DOMMatrix().scale(1 / scale));
  return pattern ?? color;
}

/** Ink for a label on a family's colour, by contrast. */
export function inkOn(color: string, light = token('ink-light'), dark = token('ink-dark')): string {
  return contrastRatio(color, light) >= contrastRatio(color, dark) ? light : dark;
}

/** Contrast of two colours (#rrggbb, or #rgb as minifiers write it) as WCAG 2.2 defines it. */
export function contrastRatio(a: string, b: string): number {
  const [lower, higher] = [relativeLuminance(a), relativeLuminance(b)].sort((x, y) => x - y);
  return (higher + 0.05) / (lower + 0.05);
}

function relativeLuminance(color: string): number {
  const digits = color.length === 4 ? [...color.slice(1)].map((digit) => digit + digit) : color.slice(1).match(/../g);
  const [red, green, blue] = (digits ?? []).map((pair) => {
    const channel = parseInt(pair, 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
