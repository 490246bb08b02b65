import { beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/emulator/clock';
import { PIT_HZ, Pit8254 } from '../../../src/emulator/devices/pit-8254';
import type { UnstableLog } from './chip-bench';
import { abuseChip, createBenchClock, createUnstableLog, resetChips, throughJson } from './chip-bench';

const CONTROL = 0x43;
/** An edge of OUT: the CLK pulse it came with, and the level after it. */
type Edge = readonly [pulse: number, isHigh: boolean];

let clock: Clock;
let unstable: UnstableLog;
let edges: Edge[];
let pit: Pit8254;

function createPit(phaseNs = 0): Pit8254 {
  const chip: Pit8254 = new Pit8254(
    {
      clock,
      noteUnstable: unstable.note,
      outputs: [(isHigh) => edges.push([chip.pulsesNow(), isHigh]), null, null],
    },
    { phaseNs, gates: [true, true, false] },
  );
  return chip;
}

beforeEach(() => {
  clock = createBenchClock();
  unstable = createUnstableLog();
  edges = [];
  pit = createPit();
});

function write(port: number, ...values: number[]): void {
  for (const value of values) pit.writePort(port, 1, value);
}

/** Lets time pass until just after CLK pulse `pulse`. */
function goToPulse(pulse: number): void {
  clock.advanceTo(pit.cycleOfPulse(pulse));
}

function latchedCount(counter = 0): number {
  write(CONTROL, counter << 6);
  const low = pit.readPort(0x40 + counter, 1);
  return low | (pit.readPort(0x40 + counter, 1) << 8);
}

function status(counter = 0): number {
  write(CONTROL, 0xe0 | (2 << counter));
  return pit.readPort(0x40 + counter, 1);
}

describe('Pit8254, mode 0', () => {
  it('raises OUT N + 1 pulses after the count was written', () => {
    write(CONTROL, 0x10);
    expect(pit.isOutputHigh(0)).toBe(false);
    write(0x40, 4);
    goToPulse(5);
    expect(edges).toEqual([[5, true]]);
    goToPulse(100);
    expect(edges).toHaveLength(1);
  });

  it('wraps and counts on after the terminal count', () => {
    write(CONTROL, 0x30);
    write(0x40, 4, 0);
    goToPulse(7);
    expect(latchedCount()).toBe(0xfffe);
  });

  it('stops with the first byte of a new count, OUT low at once, and loads after the second', () => {
    write(CONTROL, 0x30);
    write(0x40, 2, 0);
    goToPulse(10);
    expect(pit.isOutputHigh(0)).toBe(true);
    write(0x40, 3);
    expect(edges.at(-1)).toEqual([10, false]);
    goToPulse(50);
    write(0x40, 0);
    goToPulse(54);
    expect(edges.at(-1)).toEqual([54, true]);
  });

  it('counts only while GATE is high', () => {
    pit.setGate(0, false);
    write(CONTROL, 0x10);
    write(0x40, 5);
    goToPulse(20);
    expect(edges).toEqual([]);
    pit.setGate(0, true);
    goToPulse(22);
    pit.setGate(0, false);
    goToPulse(30);
    pit.setGate(0, true);
    goToPulse(40);
    expect(edges).toEqual([[33, true]]); // 2 pulses before the pause, 3 after it
  });
});

describe('Pit8254, mode 1', () => {
  it('gives one pulse of N clocks per trigger and can be retriggered', () => {
    write(CONTROL, 0x12);
    write(0x40, 3);
    goToPulse(10);
    expect(edges).toEqual([[0, true]]);
    pit.setGate(0, false);
    pit.setGate(0, true);
    goToPulse(12);
    pit.setGate(0, false);
    pit.setGate(0, true);
    goToPulse(30);
    expect(edges.slice(1)).toEqual([
      [11, false],
      [16, true], // loaded again at pulse 13
    ]);
  });
});

describe('Pit8254, mode 2', () => {
  it('is low for the last pulse of every N', () => {
    write(CONTROL, 0x14);
    write(0x40, 3);
    goToPulse(7);
    expect(edges).toEqual([
      [0, true],
      [3, false], // loaded at 1
      [4, true],
      [6, false],
      [7, true],
    ]);
  });

  it('takes a new count at the end of the period', () => {
    write(CONTROL, 0x14);
    write(0x40, 5);
    goToPulse(2);
    write(0x40, 3);
    expect(status() & 0x40).toBe(0x40); // null count: not yet loaded
    goToPulse(9);
    expect(status() & 0x40).toBe(0);
    expect(edges.slice(1)).toEqual([
      [5, false],
      [6, true],
      [8, false],
      [9, true],
    ]);
  });

  it('is forced high while GATE is low and starts a new period after it', () => {
    write(CONTROL, 0x14);
    write(0x40, 4);
    goToPulse(4);
    expect(pit.isOutputHigh(0)).toBe(false);
    pit.setGate(0, false);
    expect(pit.isOutputHigh(0)).toBe(true);
    goToPulse(20);
    pit.setGate(0, true);
    goToPulse(24);
    expect(edges.at(-1)).toEqual([24, false]);
  });
});

describe('Pit8254, mode 3', () => {
  it('is a square wave for an even count', () => {
    write(CONTROL, 0x16);
    write(0x40, 4);
    goToPulse(7);
    expect(edges).toEqual([
      [0, true],
      [3, false],
      [5, true],
      [7, false],
    ]);
  });

  it('is high for (N + 1) / 2 and low for (N - 1) / 2 of an odd count', () => {
    write(CONTROL, 0x16);
    write(0x40, 5);
    goToPulse(9);
    expect(edges).toEqual([
      [0, true],
      [4, false],
      [6, true],
      [9, false],
    ]);
  });

  it('counts down by two', () => {
    write(CONTROL, 0x36);
    write(0x40, 100, 0);
    goToPulse(1);
    expect(latchedCount()).toBe(100);
    goToPulse(11);
    expect(latchedCount()).toBe(80);
  });

  it('divides by 65536 for a count of 0: the 18.2 Hz of the PC, exactly', () => {
    write(CONTROL, 0x36);
    write(0x40, 0, 0);
    clock.advance(clock.cpuHz * 10);
    const rises = edges.filter(([, isHigh]) => isHigh).map(([pulse]) => pulse);
    expect(rises).toHaveLength(1 + Math.floor((10 * PIT_HZ - 1) / 65536));
    expect(rises.slice(1)).toEqual(rises.slice(1).map((_, i) => 1 + 65536 * (i + 1)));
  });
});

describe('Pit8254, modes 4 and 5', () => {
  it('strobes once, N + 1 pulses after the count was written', () => {
    write(CONTROL, 0x18);
    write(0x40, 3);
    goToPulse(100_000);
    expect(edges).toEqual([
      [0, true],
      [4, false],
      [5, true],
    ]);
  });

  it('strobes N + 1 pulses after a trigger', () => {
    write(CONTROL, 0x1a);
    write(0x40, 3);
    goToPulse(10);
    pit.setGate(0, false);
    pit.setGate(0, true);
    goToPulse(100);
    expect(edges).toEqual([
      [0, true],
      [14, false],
      [15, true],
    ]);
  });
});

describe('Pit8254, reading', () => {
  it('holds a latched count until it has been read', () => {
    write(CONTROL, 0x34);
    write(0x40, 0, 0x10);
    goToPulse(1);
    write(CONTROL, 0x00);
    goToPulse(500);
    write(CONTROL, 0x00); // ignored
    expect(pit.readPort(0x40, 1)).toBe(0x00);
    expect(pit.readPort(0x40, 1)).toBe(0x10);
    expect(latchedCount()).toBe(0x1000 - 499);
  });

  it('reads back status first, then the count', () => {
    write(CONTROL, 0x34);
    write(0x40, 10, 0);
    goToPulse(3);
    write(CONTROL, 0xc2);
    expect(pit.readPort(0x40, 1)).toBe(0x80 | 0x34); // OUT high, count loaded, LSB then MSB, mode 2
    expect(pit.readPort(0x40, 1)).toBe(8);
    expect(pit.readPort(0x40, 1)).toBe(0);
  });

  it('shows null count from the control word until the count is in the counting element', () => {
    write(CONTROL, 0x30);
    expect(status() & 0x40).toBe(0x40);
    write(0x40, 5, 0);
    expect(status() & 0x40).toBe(0x40);
    goToPulse(1);
    expect(status() & 0x40).toBe(0);
  });

  it('counts in decimal when told so', () => {
    write(CONTROL, 0x31);
    write(0x40, 0x00, 0x10); // 1000
    goToPulse(2);
    expect(latchedCount()).toBe(0x0999);
    goToPulse(1002);
    expect(latchedCount()).toBe(0x9999);
  });

  it('says that a live count changes with the next pulse, and a latched one with the read', () => {
    write(CONTROL, 0x14);
    write(0x40, 200);
    goToPulse(50);
    unstable.take();
    expect(pit.readPort(0x40, 1)).toBe(200 - 49);
    expect(unstable.take()).toBe(pit.cycleOfPulse(51));
    clock.advanceTo(pit.cycleOfPulse(51) - 1);
    expect(pit.peekPort(0x40, 1)).toBe(200 - 49);
    clock.advance(1);
    expect(pit.peekPort(0x40, 1)).toBe(200 - 50);
    write(CONTROL, 0x00);
    pit.readPort(0x40, 1);
    expect(unstable.take()).toBe(clock.nowCycles);
  });
});

describe('Pit8254, time', () => {
  it('puts pulse n at the first cycle of n periods of the oscillator, less its phase at cycle 0', () => {
    expect(pit.cycleOfPulse(1)).toBe(Math.ceil(clock.cpuHz / PIT_HZ));
    expect(pit.cycleOfPulse(PIT_HZ)).toBe(clock.cpuHz);
    expect(createPit(400).cycleOfPulse(PIT_HZ)).toBe(clock.cpuHz - 40);
  });

  it.each([33_333_333, 66_666_667, 799_700_000, 2_400_000_000])(
    'agrees with itself on where each pulse begins, hours into a run at %i Hz',
    (cpuHz) => {
      clock = createBenchClock(cpuHz);
      const chip = createPit(123);
      for (let pulse = 1; pulse < 10 * 3600 * PIT_HZ; pulse += 987_654_321) {
        for (let next = pulse; next < pulse + 50; next++) {
          clock.advanceTo(chip.cycleOfPulse(next) - 1);
          expect(chip.pulsesNow()).toBe(next - 1);
          clock.advance(1);
          expect(chip.pulsesNow()).toBe(next);
        }
      }
    },
  );

  it('raises OUT by an alarm at exactly that cycle', () => {
    let raisedAt = -1;
    const chip = new Pit8254(
      { clock, noteUnstable: () => {}, outputs: [(isHigh) => isHigh && (raisedAt = clock.nowCycles), null, null] },
      { phaseNs: 0, gates: [true, true, true] },
    );
    chip.writePort(CONTROL, 1, 0x10);
    chip.writePort(0x40, 1, 99);
    clock.advance(clock.cpuHz);
    expect(raisedAt).toBe(Math.ceil((100 * clock.cpuHz) / PIT_HZ));
  });

  it('counts the edges of an unwatched counter without having seen them', () => {
    write(CONTROL, 0x54);
    write(0x41, 18);
    goToPulse(18 * 1_000_000);
    expect(pit.fallingEdgeCount(1)).toBe(1_000_000);
    expect(clock.nextAlarmCycle).toBe(Infinity);
    expect(pit.nextFallingEdgeCycle(1)).toBe(pit.cycleOfPulse(18 * 1_000_001));
  });

  it('answers the same whether a counter was looked at often or once', () => {
    for (const control of [0x70, 0x72, 0x74, 0x76, 0x78, 0x7a]) {
      clock = createBenchClock();
      const oftenPit = (pit = createPit());
      write(CONTROL, control);
      write(0x41, 7, 1);
      const rarely = createPit();
      rarely.writePort(CONTROL, 1, control);
      rarely.writePort(0x41, 1, 7);
      rarely.writePort(0x41, 1, 1);
      for (let pulse = 1; pulse < 1200; pulse++) {
        goToPulse(pulse);
        latchedCount(1);
      }
      expect([control, latchedCount(1)]).toEqual([control, ((pit = rarely), latchedCount(1))]);
      expect(oftenPit.isOutputHigh(1)).toBe(rarely.isOutputHigh(1));
      expect(oftenPit.fallingEdgeCount(1)).toBe(rarely.fallingEdgeCount(1));
    }
  });

  it('foretells the next edge of each mode', () => {
    for (const control of [0x10, 0x14, 0x16, 0x18]) {
      write(CONTROL, control);
      write(0x40, 9);
      for (let i = 0; i < 3; i++) {
        const foretold = pit.nextOutputCycle(0);
        if (foretold === Infinity) break;
        const level = pit.isOutputHigh(0);
        clock.advanceTo(foretold - 1);
        expect(pit.isOutputHigh(0)).toBe(level);
        clock.advance(1);
        expect(pit.isOutputHigh(0)).toBe(!level);
      }
    }
  });
});

describe('Pit8254, resets and state', () => {
  it.each(['power-on', 'platform'] as const)('is unprogrammed with OUT low after a %s reset', (kind) => {
    write(CONTROL, 0x34);
    write(0x40, 100, 0);
    goToPulse(20);
    resetChips([pit], kind);
    expect(edges.at(-1)![1]).toBe(false);
    expect(clock.nextAlarmCycle).toBe(Infinity);
  });

  it('runs on through a CPU reset', () => {
    write(CONTROL, 0x34);
    write(0x40, 100, 0);
    goToPulse(20);
    resetChips([pit], 'cpu-init');
    goToPulse(101);
    expect(edges.slice(1)).toEqual([
      [100, false],
      [101, true],
    ]);
  });

  it('goes on the same after a save and restore', () => {
    write(CONTROL, 0x36);
    write(0x40, 77, 0);
    goToPulse(1000);
    const state = throughJson(pit.saveState());
    const before = edges.length;
    goToPulse(2000);
    const expected = edges.slice(before);
    const cycle = clock.nowCycles;
    clock = createBenchClock();
    edges = [];
    const twin = createPit();
    clock.advanceTo(twin.cycleOfPulse(1000));
    twin.restoreState(state);
    expect(twin.saveState()).toEqual(state);
    edges = [];
    clock.advanceTo(cycle);
    expect(edges).toEqual(expected);
  });

  it('survives 10,000 random accesses', () => {
    abuseChip(pit, [0x40, 0x41, 0x42, 0x43], clock, 4);
  });
});
