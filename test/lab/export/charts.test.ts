import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PHASE_KINDS } from '../../../src/emulator/index';
import type { ChartKind } from '../../../src/lab/export/charts';
import { CHART_KINDS, drawChart } from '../../../src/lab/export/charts';
import { groupRuns } from '../../../src/lab/export/run-groups';
import { CHART_WIDTH, textWidth } from '../../../src/lab/export/svg/drawing';
import { familyOf, PHASE_FAMILIES } from '../../../src/lab/export/svg/phase-families';
import type { ExperimentResults } from '../../../src/lab/experiment/experiment';
import {
  familyOfPhase,
  PHASE_FAMILIES as WINDOW_FAMILIES,
} from '../../../src/renderer/components/charts/phase-families';
import { fakeResults } from '../../support/fake-results';

const MIB = 1024 * 1024;

function svgOf(kind: ChartKind, results: ExperimentResults, pointIndex = 0): string {
  const chart = drawChart(groupRuns(results, pointIndex), kind, pointIndex);
  if (!('svg' in chart)) throw new Error(chart.reason);
  return chart.svg;
}

const reasonOf = (kind: ChartKind, results: ExperimentResults) => {
  const chart = drawChart(groupRuns(results), kind);
  return 'reason' in chart ? chart.reason : '';
};

const SWEEP = () =>
  fakeResults({
    machines: ['p3-1000-desktop', 'i486-66'],
    ramBytes: [4, 16, 64, 256].map((mib) => mib * MIB),
    repetitions: 9,
  });

/** Elements open and close in order, and attributes are quoted: what an XML reader asks first. */
function expectWellFormed(svg: string): void {
  const open: string[] = [];
  for (const [, slash, name, attributes, end] of svg.matchAll(/<(\/?)([a-z]+)((?: [\w:-]+="[^"<]*")*)(\/?)>/gi)) {
    if (slash) expect(open.pop()).toBe(name);
    else if (!end) open.push(name);
    expect(attributes).not.toMatch(/NaN|Infinity|undefined|null/);
  }
  expect(open).toEqual([]);
  expect(svg.replace(/<(\/?)([a-z]+)((?: [\w:-]+="[^"<]*")*)(\/?)>/gi, '')).not.toMatch(/[<>]/);
}

interface PlacedText {
  readonly left: number;
  readonly right: number;
  readonly content: string;
}

function textsOf(svg: string): PlacedText[] {
  return [...svg.matchAll(/<text ([^>]*)>([^<]*)<\/text>/g)].map(([, attributes, content]) => {
    const get = (name: string) => new RegExp(`(?:^| )${name}="([^"]*)"`).exec(attributes)?.[1];
    const plain = content.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
    const width = textWidth(plain, Number(get('font-size')), get('font-weight') === 'bold');
    const share = { start: 0, middle: 0.5, end: 1 }[get('text-anchor') ?? 'start']!;
    const left = Number(get('x')) - width * share;
    return { left, right: left + width, content: plain };
  });
}

describe.each(CHART_KINDS)('the chart %s', (kind) => {
  it('is a small picture of its own, looked at when it changed', async () => {
    const svg = svgOf(kind, fakeResults({ repetitions: 6 }));
    await expect(svg).toMatchFileSnapshot(`../../fixtures/charts/${kind}.svg`);
  });

  it('is well formed, whatever names are in it', () => {
    const name = `<script>alert("1")</script> & 'x' \u0000\u0007 ${'wide '.repeat(40)}]]>`;
    const svg = svgOf(kind, fakeResults({ repetitions: 6, changes: { name } }));
    expectWellFormed(svg);
    expect(svg).not.toContain('<script');
    expect(svg).not.toContain('\u0000');
  });

  it('keeps all text within the picture', () => {
    for (const results of [
      SWEEP(),
      fakeResults({ isVaried: false }),
      fakeResults({ paths: ['cold', 'warm', 'kexec', 'crash'] }),
    ]) {
      for (const { left, right, content } of textsOf(svgOf(kind, results))) {
        expect(left, content).toBeGreaterThanOrEqual(0);
        expect(right, content).toBeLessThanOrEqual(CHART_WIDTH);
      }
    }
  });

  it('loads nothing, runs nothing, and says where its figures come from', () => {
    const svg = svgOf(kind, fakeResults());
    expect(svg).not.toMatch(/<script|href=|url\((?!#)| on\w+=/);
    expect(svg).toContain('experiment memory-sweep');
    expect(svg).toContain(fakeResults().experimentHash.slice(0, 12));
  });

  it('is the same bytes for the same runs', () => {
    expect(svgOf(kind, fakeResults())).toBe(svgOf(kind, fakeResults()));
  });

  it('says why there is none where no run was done', () => {
    expect(reasonOf(kind, { ...fakeResults(), runs: [] })).toBe('No run was done.');
  });
});

describe('charts', () => {
  it('draw one dot and say "identical" where seeds make no difference', () => {
    const svg = svgOf('spread', fakeResults({ repetitions: 20, isVaried: false, ramBytes: [64 * MIB] }));
    expect(svg.match(/<circle /g)).toHaveLength(2);
    expect(svg.match(/>20 runs, identical</g)).toHaveLength(2);
    expect(svg).not.toMatch(/\d %/);
    expect(svg).not.toContain('quartile');
  });

  it('draw every run as a dot, and a box only where there are runs enough', () => {
    const spread = (repetitions: number) => svgOf('spread', fakeResults({ repetitions, ramBytes: [64 * MIB] }));
    const boxes = (svg: string) => svg.split('fill="#e3ebf7"').length - 1;
    expect(spread(4).match(/<circle /g)).toHaveLength(8);
    expect(boxes(spread(4))).toBe(0);
    expect(boxes(spread(5))).toBe(2);
  });

  it('stay small with very many runs: those that would lie on each other share a dot, none is lost', () => {
    const svg = svgOf('spread', fakeResults({ repetitions: 1000, ramBytes: [64 * MIB] }));
    expect(svg.match(/<circle /g)!.length).toBeLessThan(2 * 600);
    const alone = svg.match(/<title>[^<]*, seed /g)?.length ?? 0;
    const shared = [...svg.matchAll(/<title>[^<]*, (\d+) runs, about/g)].map(([, count]) => Number(count));
    expect(alone + shared.reduce((a, b) => a + b)).toBe(2000);
  });

  it('draw whiskers and bands only where the seeds carry an interval', () => {
    const band = (svg: string) => svg.includes('fill-opacity="0.18"');
    expect(band(svgOf('sweep', fakeResults({ repetitions: 5 })))).toBe(false);
    expect(band(svgOf('sweep', fakeResults({ repetitions: 9 })))).toBe(true);
    expect(band(svgOf('sweep', fakeResults({ repetitions: 9, isVaried: false })))).toBe(false);
    const whiskers = (svg: string) => svg.split('stroke-width="1.5"').length - 1;
    expect(whiskers(svgOf('difference', fakeResults({ repetitions: 5 })))).toBe(0);
    expect(whiskers(svgOf('difference', fakeResults({ repetitions: 9 })))).toBeGreaterThan(0);
    expect(svgOf('difference', fakeResults({ repetitions: 5 }))).toContain('5 runs are too few for an interval');
  });

  it('say what is missing', () => {
    expect(reasonOf('sweep', fakeResults({ ramBytes: [64 * MIB] }))).toBe('Nothing is swept.');
    expect(reasonOf('difference', fakeResults({ paths: ['warm'] }))).toBe(
      'Point 0 has no second path to compare with the baseline.',
    );
    const failed = { status: 'failed', code: 'X', message: 'y' } as const;
    const some = fakeResults({ repetitions: 2, outcomes: { 0: failed, 1: { status: 'not-run' } } });
    expect(svgOf('bars', some)).toContain('1 failed, 1 had no turn.');
  });

  it('show the point that was asked for', () => {
    const results = fakeResults({ repetitions: 1 });
    expect(svgOf('timeline', results, 1)).toContain('memory.ramBytes 256 MiB');
    expect(svgOf('difference', results, 1)).toContain('memory.ramBytes 256 MiB');
    expect(drawChart(groupRuns(results, 7), 'timeline', 7)).toEqual({ reason: 'No run at point 7 was done.' });
  });

  it('give the interval of a cost from its lower to its higher end, as that of the saving the other way round', () => {
    const amounts = (paths: readonly ['warm', 'kexec'] | readonly ['kexec', 'warm']) =>
      /(saves|costs) (.*?) of outage in the mean \((.*?)\)/.exec(
        svgOf('difference', fakeResults({ paths, repetitions: 9 })),
      )!;
    const [, saves, saved, savedBetween] = amounts(['warm', 'kexec']);
    const [, costs, cost, costBetween] = amounts(['kexec', 'warm']);
    expect([saves, costs]).toEqual(['saves', 'costs']);
    expect(savedBetween).toContain('over seeds');
    expect([cost, costBetween]).toEqual([saved, savedBetween]);
  });

  it('let the steps of a difference lead from one outage to the other', () => {
    const svg = svgOf('difference', fakeResults({ ramBytes: [256 * MIB], repetitions: 1, isVaried: false }));
    const cycles = (pattern: RegExp) =>
      [...svg.matchAll(pattern)].map(([, digits, prefix]) => Number(digits) * (prefix === 'G' ? 1e9 : 1e6));
    const saved = cycles(/<title>[^<]*: saves ([\d.]+) ([GM]) cycles/g).reduce((a, b) => a + b);
    const cost = cycles(/<title>[^<]*: costs ([\d.]+) ([GM]) cycles/g).reduce((a, b) => a + b, 0);
    // Each step is said with three digits.
    expect((20e9 - saved + cost) / 20e9).toBeCloseTo(400e6 / 20e9, 2);
  });
});

describe('the families of phases', () => {
  it('are those of the window: names, patterns, phases, and the colours of its light theme', () => {
    expect(PHASE_FAMILIES.map(({ id, name, pattern }) => ({ id, name, pattern }))).toEqual(WINDOW_FAMILIES);
    for (const { id } of PHASE_KINDS) expect(familyOf(id).id).toBe(familyOfPhase(id).id);
    const tokens = readFileSync('src/renderer/theme/tokens.css', 'utf8');
    const light = /\[data-theme='light'\] \{([^}]*)\}/.exec(tokens)![1];
    for (const { id, color } of PHASE_FAMILIES) expect(light).toContain(`--phase-${id}: ${color};`);
  });
});
