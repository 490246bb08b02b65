import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PATH_TITLES } from '../../../../src/lab/index';
import {
  fullRange,
  revealInRange,
  timelineScene,
  zoomRange,
} from '../../../../src/renderer/components/charts/timeline-scene';
import { fakeRecord } from '../../../support/fake-comparison';

const WARM = fakeRecord('warm');
const KEXEC = fakeRecord('kexec');
const RECORDS = [WARM, KEXEC];
const WIDTH = 1000;

describe('a timeline', () => {
  const scene = timelineScene(RECORDS, 'cycles', WIDTH);

  it('has a lane per path, named, with its outage in cycles first', () => {
    expect(scene.lanes.map(({ title }) => title)).toEqual([PATH_TITLES.warm, PATH_TITLES.kexec]);
    expect(scene.lanes[0].summary).toBe('outage 19.3 G cycles · 19.3 s');
  });

  it('puts every lane on one axis: a cycle is as wide in each', () => {
    const scale = WIDTH / WARM.totalCycles;
    for (const lane of scene.lanes) {
      for (const { x, width, phase } of lane.segments) {
        expect(x).toBeCloseTo(phase.startCycle * scale, 6);
        expect(width).toBeCloseTo(Math.max(1, phase.costs.durationCycles * scale), 6);
      }
    }
  });

  it('shows phases, neither groups nor POST steps', () => {
    const ids = scene.lanes[0].segments.map(({ phase }) => phase.id);
    expect(ids).toContain('ram-test');
    expect(ids.filter((id) => id.startsWith('group:') || id.startsWith('post-') || id === 'path')).toEqual([]);
  });

  it('names a phase only where the name fits', () => {
    const byId = new Map(scene.lanes[0].segments.map((segment) => [segment.phase.id, segment]));
    expect(byId.get('ram-test')?.label).toBe('Memory test');
    expect(byId.get('boot-select')?.label).toBe('');
  });

  it('never hides a phase that took time', () => {
    const thinnest = Math.min(...scene.lanes.flatMap(({ segments }) => segments.map(({ width }) => width)));
    expect(thinnest).toBeGreaterThanOrEqual(1);
  });

  it('marks the outage, which begins after the next kernel is loaded', () => {
    const { outage } = scene.lanes[1];
    const load = scene.lanes[1].segments[0];
    expect(load.phase.id).toBe('kexec-load');
    expect(outage.x).toBeCloseTo(load.x + load.width, 6);
    expect(outage.x + outage.width).toBeCloseTo((KEXEC.totalCycles / WARM.totalCycles) * WIDTH, 6);
  });

  it('shows only what lies in the range, cut at its edges', () => {
    const { startCycle, endCycle } = scene.lanes[0].segments.find(({ phase }) => phase.id === 'ram-test')!.phase;
    const middle = { start: startCycle + 1e9, end: endCycle - 1e9 };
    const zoomed = timelineScene(RECORDS, 'cycles', WIDTH, middle);
    expect(zoomed.lanes[0].segments.map(({ phase, x, width }) => [phase.id, x, width])).toEqual([
      ['ram-test', 0, WIDTH],
    ]);
    expect(zoomed.lanes[1].outage.width).toBeLessThanOrEqual(middle.start < KEXEC.totalCycles ? WIDTH : 0);
  });

  it('can show milliseconds, at the clock', () => {
    const inMs = timelineScene(RECORDS, 'ms', WIDTH);
    expect(inMs.axisTitle).toBe('milliseconds at 1.0 GHz');
    expect(inMs.ticks.map(({ x }) => x)).toEqual(scene.ticks.map(({ x }) => x));
  });
});

describe('zooming', () => {
  const whole = fullRange(RECORDS);

  it('keeps the cycle under the pointer where it is', () => {
    const zoomed = zoomRange(whole, 2, 5e9, whole);
    const share = (range: typeof whole) => (5e9 - range.start) / (range.end - range.start);
    expect(share(zoomed)).toBeCloseTo(share(whole), 9);
  });

  it('never leaves the whole axis, however it is done', () => {
    const step = fc.record({
      factor: fc.constantFrom(0.5, 2, 8),
      about: fc.double({ min: 0, max: whole.end, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let range = whole;
        for (const { factor, about } of steps) range = zoomRange(range, factor, about, whole);
        expect(range.start).toBeGreaterThanOrEqual(-1e-3);
        expect(range.end).toBeLessThanOrEqual(whole.end + 1e-3);
        expect(range.end).toBeGreaterThan(range.start);
      }),
    );
  });

  it('moves, but does not stretch, to reveal a phase', () => {
    const range = { start: 0, end: 2e9 };
    expect(revealInRange(range, 5e9, 6e9, whole)).toEqual({ start: 4e9, end: 6e9 });
    expect(revealInRange({ start: 4e9, end: 6e9 }, 1e9, 2e9, whole)).toEqual({ start: 1e9, end: 3e9 });
    expect(revealInRange(range, 0.5e9, 1e9, whole)).toBe(range);
  });

  it('shows the beginning of a phase longer than the range', () => {
    expect(revealInRange({ start: 0, end: 1e9 }, 5e9, 9e9, whole)).toEqual({ start: 5e9, end: 6e9 });
  });
});
