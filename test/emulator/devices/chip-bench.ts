// A bench for single chips: a clock, lines that remember, and the abuse every chip has to survive.
import { expect } from 'vitest';
import type { PortDevice } from '../../../src/emulator/bus';
import { Clock } from '../../../src/emulator/clock';
import type { InterruptLine } from '../../../src/emulator/irq';
import { MIB, MachineMemory } from '../../../src/emulator/memory';
import { createRandomStream } from '../../../src/emulator/random';
import type { ResetKind, Resettable } from '../../../src/emulator/reset';
import { resetAll } from '../../../src/emulator/reset';

/** 100 MHz: 10 ns a cycle, so that nanoseconds of the datasheets are easy to see. */
export const BENCH_HZ = 100_000_000;

export function createBenchClock(cpuHz = BENCH_HZ): Clock {
  return new Clock(new MachineMemory(MIB), cpuHz);
}

/** A line that remembers its level and the cycles of its rising edges. */
export interface WatchedLine extends InterruptLine {
  isHigh: boolean;
  readonly risingCycles: number[];
}

export function watchLine(clock: Clock): WatchedLine {
  const line: WatchedLine = {
    isHigh: false,
    risingCycles: [],
    raise() {
      if (!line.isHigh) line.risingCycles.push(clock.nowCycles);
      line.isHigh = true;
    },
    lower() {
      line.isHigh = false;
    },
  };
  return line;
}

/** Collects what a chip says about the stability of its answers. */
export interface UnstableLog {
  readonly note: (cycle: number) => void;
  /** The earliest cycle noted since the last call, Infinity when none was. */
  take(): number;
}

export function createUnstableLog(): UnstableLog {
  let earliest = Infinity;
  return {
    note: (cycle) => (earliest = Math.min(earliest, cycle)),
    take() {
      const cycle = earliest;
      earliest = Infinity;
      return cycle;
    },
  };
}

/** 10,000 random accesses and waits; answers must be bytes, and peeks must tell what the read then gives. */
export function abuseChip(chip: PortDevice, ports: readonly number[], clock: Clock, seed: number): void {
  const random = createRandomStream(seed, 'abuse');
  for (let i = 0; i < 10_000; i++) {
    const port = ports[random.nextInteger(ports.length)];
    if (random.nextInteger(2) === 0) {
      chip.writePort(port, 1, random.nextInteger(256));
    } else {
      const seen = chip.peekPort(port, 1);
      const read = chip.readPort(port, 1);
      expect(read).toBe(seen);
      expect(read & 0xff).toBe(read);
    }
    if (random.nextInteger(4) === 0) clock.advance(random.nextInteger(100_000));
  }
}

/** Passes a saved state through JSON, as a snapshot does. */
export function throughJson<State>(state: State): State {
  return JSON.parse(JSON.stringify(state)) as State;
}

/** A reset held for no time. */
export function resetChips(chips: readonly Resettable[], kind: ResetKind): void {
  resetAll(chips, kind, () => {});
}
