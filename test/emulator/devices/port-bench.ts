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

/** Random reads, peeks, writes and passing time, always the same for the same seed. */
export function hammer(
  device: PortDevice,
  targets: readonly HammerTarget[],
  clock: Clock,
  accesses: number,
  maxStepCycles: number,
  seed = 1,
): void {
  const random = createRandomStream(seed, 'hammer');
  for (let i = 0; i < accesses; i++) {
    const { port, sizes } = targets[random.nextInteger(targets.length)];
    const size = sizes[random.nextInteger(sizes.length)];
    const limit = 2 ** (8 * size);
    const isWrite = random.nextInteger(2) === 0;
    if (isWrite) device.writePort(port, size, random.nextInteger(limit));
    const peeked = device.peekPort(port, size);
    const value = isWrite ? peeked : device.readPort(port, size);
    if (value !== peeked) throw new Error(`peek of ${port.toString(16)}h gave ${peeked}, read gave ${value}`);
    if (!(Number.isInteger(value) && value >= 0 && value < limit)) {
      throw new Error(`port ${port.toString(16)}h gave ${value} for ${size} bytes`);
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
