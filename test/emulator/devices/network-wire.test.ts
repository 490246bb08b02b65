// The office network: what comes, when, and that it is always the same.
import { describe, expect, it } from 'vitest';
import type { NetworkWireConfig } from '../../../src/emulator/devices/network-wire';
import { NetworkWire } from '../../../src/emulator/devices/network-wire';
import { createChipBench, resetPart } from './port-bench';

const SECOND = 1_000_000_000; // cycles at 1 GHz

function createWire(changes: Partial<NetworkWireConfig> = {}) {
  const { clock } = createChipBench(SECOND);
  const arrivals: { cycle: number; frame: string }[] = [];
  const wire = new NetworkWire(clock, { framesPerSecond: 100, seed: 1, mbps: 100, ...changes }, (frame) => {
    arrivals.push({ cycle: clock.nowCycles, frame: Buffer.from(frame).toString('hex') });
  });
  resetPart(wire, 'power-on');
  return { clock, wire, arrivals };
}

describe('traffic', () => {
  it('comes at the rate asked for, with uneven pauses, nearly all kinds of it', () => {
    const { clock, arrivals } = createWire();
    clock.advance(20 * SECOND);
    expect(arrivals.length).toBeGreaterThan(1850);
    expect(arrivals.length).toBeLessThan(2150);
    expect(new Set(arrivals.map(({ frame }) => frame.length / 2))).toEqual(new Set([60, 92, 243]));
  });

  it('is the same for the same seed and another for another', () => {
    const heard = (seed: number) => {
      const { clock, arrivals } = createWire({ seed });
      clock.advance(SECOND);
      return arrivals;
    };
    expect(heard(1)).toEqual(heard(1));
    expect(heard(2)).not.toEqual(heard(1));
  });

  it('is none at all at a rate of 0, and sets no alarm', () => {
    const { clock, arrivals } = createWire({ framesPerSecond: 0 });
    expect(clock.nextAlarmCycle).toBe(Infinity);
    clock.advance(SECOND);
    expect(arrivals).toEqual([]);
  });

  it('is never faster than the wire', () => {
    const { clock, arrivals } = createWire({ framesPerSecond: 10_000, mbps: 10 });
    clock.advance(SECOND / 10);
    const pauses = arrivals.slice(1).map(({ cycle, frame }, i) => {
      const wireNs = (frame.length / 2 + 24) * 800;
      return cycle - arrivals[i].cycle >= wireNs;
    });
    expect(pauses.length).toBeGreaterThan(100);
    expect(pauses.every(Boolean)).toBe(true);
  });

  it('does not care about resets of the computer', () => {
    const undisturbed = createWire();
    undisturbed.clock.advance(SECOND);
    const disturbed = createWire();
    disturbed.clock.advance(SECOND / 3);
    for (const kind of ['cpu-init', 'platform', 'power-on'] as const) resetPart(disturbed.wire, kind);
    disturbed.clock.advanceTo(SECOND);
    expect(disturbed.arrivals).toEqual(undisturbed.arrivals);
  });

  it('goes on the same from a saved state', () => {
    const first = createWire();
    first.clock.advance(SECOND / 2);
    const state = JSON.parse(JSON.stringify(first.wire.saveState()));
    const before = first.arrivals.length;
    expect(first.wire.framesPassed).toBe(before);
    const second = createWire({ framesPerSecond: 100 });
    second.clock.advanceTo(SECOND / 2);
    second.arrivals.length = 0;
    second.wire.restoreState(state);
    first.clock.advanceTo(SECOND);
    second.clock.advanceTo(SECOND);
    expect(second.arrivals).toEqual(first.arrivals.slice(before));
  });
});
