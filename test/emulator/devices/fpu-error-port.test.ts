import { expect, it } from 'vitest';
import { FpuErrorPort } from '../../../src/emulator/devices/fpu-error-port';
import { createInterruptLine } from '../../../src/emulator/irq';

function latch() {
  const levels: boolean[] = [];
  let ignored = 0;
  const irq = createInterruptLine((isHigh) => levels.push(isHigh));
  const port = new FpuErrorPort({ irq, ignoreErrors: () => ignored++ });
  return { port, levels, ignored: () => ignored };
}

it('an x87 error raises IRQ 13 until F0h is written, which also lets the CPU go on', () => {
  const { port, levels, ignored } = latch();
  port.signalError();
  port.writePort(0xf0, 1, 0);
  port.signalError();
  expect(levels).toEqual([true, false, true]);
  expect(ignored()).toBe(1);
});

it('a write without an error does nothing, and reads are open bus', () => {
  const { port, levels, ignored } = latch();
  port.writePort(0xf0, 1, 0xff);
  expect(levels).toEqual([]);
  expect(ignored()).toBe(0);
  expect([port.readPort(0xf0, 1), port.peekPort(0xf1, 1)]).toEqual([0xff, 0xff]);
});

it.each([
  ['cpu-init', [true]],
  ['platform', [true, false]],
  ['power-on', [true, false]],
] as const)('a %s reset leaves the line as %s', (kind, expected) => {
  const { port, levels } = latch();
  port.signalError();
  port.enterReset(kind);
  port.holdReset(kind);
  expect(levels).toEqual(expected);
});

it('is restored with its line', () => {
  const first = latch();
  first.port.signalError();
  const second = latch();
  second.port.restoreState(JSON.parse(JSON.stringify(first.port.saveState())));
  expect(second.levels).toEqual([true]);
  expect(second.port.saveState()).toEqual({ isLatched: true });
});

it('survives 10,000 random accesses', () => {
  const { port } = latch();
  let seed = 1;
  for (let i = 0; i < 10_000; i++) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    if (seed & 0x100) port.writePort(0xf0 + (seed & 1), 1, seed >>> 24);
    else expect(port.readPort(0xf0 + (seed & 1), 1)).toBe(0xff);
    if (seed & 0x200) port.signalError();
  }
});
