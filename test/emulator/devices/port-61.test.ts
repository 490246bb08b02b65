import { beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/emulator/clock';
import { Pit8254 } from '../../../src/emulator/devices/pit-8254';
import { Port61 } from '../../../src/emulator/devices/port-61';
import type { UnstableLog } from './chip-bench';
import { abuseChip, createBenchClock, createUnstableLog, resetChips, throughJson } from './chip-bench';

let clock: Clock;
let unstable: UnstableLog;
let pit: Pit8254;
let speaker: boolean[];

function createPort(refreshSource: 'counter-1' | 'fixed'): Port61 {
  return new Port61(
    { pit, noteUnstable: unstable.note, onSpeaker: (isDriven) => speaker.push(isDriven) },
    { refreshSource },
  );
}

beforeEach(() => {
  clock = createBenchClock();
  unstable = createUnstableLog();
  speaker = [];
  pit = new Pit8254(
    { clock, noteUnstable: unstable.note, outputs: [null, null, null] },
    { phaseNs: 0, gates: [true, true, false] },
  );
});

/** Polls bit 4 by the cycles the port itself names, as a loop that is jumped over would. */
function cyclesOfToggles(port: Port61, count: number): number[] {
  const cycles: number[] = [];
  let last = port.readPort(0x61, 1) & 0x10;
  while (cycles.length < count) {
    clock.advanceTo(unstable.take());
    const bit = port.readPort(0x61, 1) & 0x10;
    if (bit !== last) cycles.push(clock.nowCycles);
    last = bit;
  }
  return cycles;
}

describe('Port61', () => {
  it('toggles bit 4 every 18 pulses of the timer when the chipset refreshes by itself', () => {
    const cycles = cyclesOfToggles(createPort('fixed'), 5);
    expect(cycles).toEqual([18, 36, 54, 72, 90].map((pulse) => pit.cycleOfPulse(pulse)));
  });

  it('toggles bit 4 with counter 1 as software set it', () => {
    const port = createPort('counter-1');
    pit.writePort(0x43, 1, 0x54);
    pit.writePort(0x41, 1, 30);
    expect(cyclesOfToggles(port, 4)).toEqual([30, 60, 90, 120].map((pulse) => pit.cycleOfPulse(pulse)));
  });

  it('shows what a write changed although the last answer was to last longer', () => {
    const port = createPort('fixed');
    pit.writePort(0x43, 1, 0xb6);
    const before = port.readPort(0x61, 1);
    pit.writePort(0x43, 1, 0xb0);
    expect(port.readPort(0x61, 1)).toBe(before & ~0x20);
    port.writePort(0x61, 1, 0x01);
    expect(port.readPort(0x61, 1)).toBe((before & ~0x20) | 0x01);
    expect(before & 0x20).toBe(0x20);
  });

  it('stands still when counter 1 was never set', () => {
    const port = createPort('counter-1');
    port.readPort(0x61, 1);
    expect(unstable.take()).toBe(Infinity);
    clock.advance(clock.cpuHz);
    expect(port.peekPort(0x61, 1)).toBe(0);
  });

  it('gates counter 2 and shows its output in bit 5: the calibration every kernel does', () => {
    const port = createPort('counter-1');
    port.writePort(0x61, 1, 0x01);
    pit.writePort(0x43, 1, 0xb0); // counter 2, mode 0
    pit.writePort(0x42, 1, 0x9b);
    pit.writePort(0x42, 1, 0x2e); // 11931 pulses
    expect(port.readPort(0x61, 1)).toBe(0x01);
    expect(unstable.take()).toBe(pit.cycleOfPulse(11932));
    clock.advanceTo(pit.cycleOfPulse(11932) - 1);
    expect(port.peekPort(0x61, 1)).toBe(0x01);
    clock.advance(1);
    expect(port.readPort(0x61, 1)).toBe(0x21);
  });

  it('keeps the four control bits and ignores the rest', () => {
    const port = createPort('counter-1');
    port.writePort(0x61, 1, 0xff);
    expect(port.readPort(0x61, 1) & 0xcf).toBe(0x0f);
  });

  it('tells when the speaker is driven', () => {
    const port = createPort('fixed');
    port.writePort(0x61, 1, 0x01);
    port.writePort(0x61, 1, 0x03);
    port.writePort(0x61, 1, 0x03);
    port.writePort(0x61, 1, 0x00);
    expect(speaker).toEqual([true, false]);
  });

  it('is cleared by a platform reset and kept by a CPU reset', () => {
    const port = createPort('counter-1');
    port.writePort(0x61, 1, 0x03);
    resetChips([port, pit], 'cpu-init');
    expect(port.peekPort(0x61, 1) & 0x0f).toBe(0x03);
    resetChips([port, pit], 'platform');
    expect(port.peekPort(0x61, 1) & 0x0f).toBe(0);
    expect(pit.saveState().counters[2].gate).toBe(false);
  });

  it('is the same after a save and restore, and survives 10,000 random accesses', () => {
    const port = createPort('fixed');
    abuseChip(port, [0x61], clock, 5);
    port.writePort(0x61, 1, 0x05);
    const twin = createPort('fixed');
    twin.restoreState(throughJson(port.saveState()));
    expect(twin.saveState()).toEqual(port.saveState());
    expect(twin.peekPort(0x61, 1)).toBe(port.peekPort(0x61, 1));
  });
});
