// Contrast as WCAG 2.2 defines it; colour-vision deficiencies as Machado, Oliveira and Fernandes (2009) simulate them
// (severity 1.0); distances in OKLab (Ottosson 2020).
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PHASE_FAMILIES } from '../../../src/renderer/components/charts/phase-families';
import { contrastRatio, inkOn } from '../../../src/renderer/components/charts/theme-colors';

const css = readFileSync(resolve(import.meta.dirname, '../../../src/renderer/theme/tokens.css'), 'utf8');

function tokensOf(theme: string): Record<string, string> {
  const block = (selector: string) => css.slice(css.indexOf(selector)).match(/\{([^}]*)\}/)![1];
  const entries = (text: string) =>
    [...text.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map(([, name, value]) => [name, value]);
  return Object.fromEntries([...entries(block("[data-theme='light']")), ...entries(block(`[data-theme='${theme}']`))]);
}

type Triple = readonly [number, number, number];
type Matrix = readonly [Triple, Triple, Triple];

const VISIONS: Readonly<Record<string, Matrix>> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

const dot = (row: Triple, vector: Triple) => row[0] * vector[0] + row[1] * vector[1] + row[2] * vector[2];

function linear(hex: string): Triple {
  const channel = (at: number) => {
    const value = parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

function oklab(hex: string, vision: Matrix): Triple {
  const seen = vision.map((row) => Math.min(1, Math.max(0, dot(row, linear(hex))))) as unknown as Triple;
  const cones: Triple = [
    Math.cbrt(dot([0.4122214708, 0.5363325363, 0.0514459929], seen)),
    Math.cbrt(dot([0.2119034982, 0.6806995451, 0.1073969566], seen)),
    Math.cbrt(dot([0.0883024619, 0.2817188376, 0.6299787005], seen)),
  ];
  return [
    dot([0.2104542553, 0.793617785, -0.0040720468], cones),
    dot([1.9779984951, -2.428592205, 0.4505937099], cones),
    dot([0.0259040371, 0.7827717662, -0.808675766], cones),
  ];
}

/** About five just noticeable differences. */
const MIN_DISTANCE = 0.1;

describe.each(['light', 'dark', 'contrast'])('the %s theme', (theme) => {
  const tokens = tokensOf(theme);
  const surfaces = ['surface', 'surface-side', 'surface-control', 'surface-hover', 'surface-selected'];

  it.each(surfaces)('has readable text on %s', (surface) => {
    expect(contrastRatio(tokens.text, tokens[surface])).toBeGreaterThanOrEqual(4.5);
    expect(contrastRatio(tokens['text-quiet'], tokens[surface])).toBeGreaterThanOrEqual(4.5);
  });

  it('has readable text on the accent and for danger', () => {
    for (const accent of ['accent', 'accent-hover']) {
      expect(contrastRatio(tokens['on-accent'], tokens[accent])).toBeGreaterThanOrEqual(4.5);
    }
    for (const surface of ['surface', 'surface-side', 'surface-danger']) {
      expect(contrastRatio(tokens.danger, tokens[surface])).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('has control lines and focus that stand out', () => {
    for (const name of ['line-control', 'focus', 'accent']) {
      for (const surface of ['surface', 'surface-side']) {
        expect(contrastRatio(tokens[name], tokens[surface])).toBeGreaterThanOrEqual(3);
      }
    }
  });

  it.each(PHASE_FAMILIES.map(({ id }) => id))('has a colour for %s that stands out and carries a label', (id) => {
    const color = tokens[`phase-${id}`];
    expect(contrastRatio(color, tokens.surface)).toBeGreaterThanOrEqual(3);
    const ink = inkOn(color, tokens['ink-light'], tokens['ink-dark']);
    expect(contrastRatio(color, ink)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(Object.keys(VISIONS))('has phase colours that %s vision tells apart', (vision) => {
    const colors = PHASE_FAMILIES.map(({ id }) => oklab(tokens[`phase-${id}`], VISIONS[vision]));
    const distances = colors.flatMap((a, index) =>
      colors.slice(index + 1).map((b) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])),
    );
    expect(Math.min(...distances)).toBeGreaterThanOrEqual(MIN_DISTANCE);
  });
});

it('short colours, as minifiers write them, are read like long ones', () => {
  expect(contrastRatio('#fff', '#000')).toBe(21);
  expect(contrastRatio('#fff', '#000')).toBe(contrastRatio('#ffffff', '#000000'));
});

it('families that share a pattern are plain or far apart in time', () => {
  const patterns = PHASE_FAMILIES.map(({ pattern }) => pattern);
  const neighbours = patterns.slice(1).map((pattern, index) => [patterns[index], pattern]);
  const same = neighbours.filter(([a, b]) => a === b && a !== '');
  expect(same).toEqual([]);
});
