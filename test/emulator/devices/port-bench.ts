// What every chip test needs: a clock, lines that remember, and a way to hammer a chip with random accesses.
import type { AccessSize, PortDevice } from '../../../src/emulator/bus';
import { Clock } from '../../../src/emulator/clock';
import { createInterruptLine } from '../../../src/emulator/irq';
import { MachineMemory, MIB } from '../../../src/emulator/memory';
import { createRandomStream } from '../../../src/emulator/random';
import type { ResetKind, Resettable } from '../../../src/emulator/reset';

/** A clock of `cpuHz`, one interrupt line with its level, and the cycles a chip named as unstable. */
export function createChipBench(cpuHz = 1_000_000_000) {
  const memory = new MachineMemory(MIB);
  const clock = new Clock(memory, cpuHz);
  const line = { isHigh: false, rises: [] as number[] };
  const interruptLine = createInterruptLine((isHigh) => {
    line.isHigh = isHigh;
    if (isHigh) line.rises.push(clock.nowCycles);
  });
  const unstable = { cycles: [] as number[] };
  return {
    memory,
    clock,
    line,
    interruptLine,
    unstable,
    noteUnstable: (cycle: number) => void unstable.cycles.push(cycle),
    /** Cycles named as unstable since the last call. */
    takeUnstable: () => unstable.cycles.splice(0),
  };
}

/** Access sizes that may be used at a port of the list. */
export interface HammerTarget {
  readonly port: number;
  readonly sizes: readonly AccessSize[];
}

/** What hammering needs of a bench. */
export interface HammerBench {
  readonly clock: Clock;
  /** Cycles that the chip named as unstable since the last call. */
  takeUnstable(): number[];
}

export interface HammerPlan {
  readonly accesses: number;
  /** Time that passes between two accesses, at most. */
  readonly maxStepCycles: number;
  readonly seed?: number;
}

/**
 * Random reads, writes and passing time, always the same for the same seed. Each answer must fit its size, equal
 * the peek before it, and stay the same until the next alarm or the cycle the chip named as unstable.
 */
export function hammer(
  device: PortDevice,
  targets: readonly HammerTarget[],
  { clock, takeUnstable }: HammerBench,
  { accesses, maxStepCycles, seed = 1 }: HammerPlan,
): void {
  const random = createRandomStream(seed, 'hammer');
  for (let i = 0; i < accesses; i++) {
    const { port, sizes } = targets[random.nextInteger(targets.length)];
    const size = sizes[random.nextInteger(sizes.length)];
    const name = `port ${port.toString(16)}h, ${size} bytes`;
    const limit = 2 ** (8 * size);
    if (random.nextInteger(2) === 0) {
      device.writePort(port, size, random.nextInteger(limit));
    } else {
      const peeked = device.peekPort(port, size);
      takeUnstable();
      const value = device.readPort(port, size);
      if (value !== peeked) throw new Error(`${name}: peek gave ${peeked}, read ${value}`);
      if (!(Number.isInteger(value) && value >= 0 && value < limit)) throw new Error(`${name}: read gave ${value}`);
      const stableUntil = Math.min(clock.nextAlarmCycle, ...takeUnstable(), clock.nowCycles + maxStepCycles);
      if (stableUntil > clock.nowCycles) {
        clock.advance(random.nextInteger(stableUntil - clock.nowCycles));
        const later = device.peekPort(port, size);
        if (later !== value) throw new Error(`${name}: ${value} became ${later} although it was said to be stable`);
      }
    }
    clock.advance(random.nextInteger(maxStepCycles));
  }
}

/** Byte-wide targets `first`..`last`. */
export function bytePorts(first: number, last: number): HammerTarget[] {
  return Array.from({ length: last - first + 1 }, (_, i) => ({ port: first + i, sizes: [1] }));
}

/** Takes one part through the three phases of a reset. */
export function resetPart(part: Resettable, kind: ResetKind): void {
  part.enterReset(kind);
  part.holdReset?.(kind);
  part.exitReset?.(kind);
}
