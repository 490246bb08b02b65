import { expect, it } from 'vitest';
import { createInterruptLine } from '../../src/emulator/irq';
import type { Resettable } from '../../src/emulator/reset';
import { resetAll } from '../../src/emulator/reset';

it('all parts enter a reset before any is held, and time passes before any is released', () => {
  const log: string[] = [];
  const part = (name: string): Resettable => ({
    enterReset: (kind) => void log.push(`${name} enters ${kind}`),
    holdReset: () => void log.push(`${name} held`),
    exitReset: () => void log.push(`${name} out`),
  });
  resetAll([part('disk'), part('pic'), { enterReset: () => {} }], 'platform', () => log.push('time passes'));
  expect(log).toEqual([
    'disk enters platform',
    'pic enters platform',
    'disk held',
    'pic held',
    'time passes',
    'disk out',
    'pic out',
  ]);
});

it('an interrupt line tells changes of level, and only changes', () => {
  const levels: boolean[] = [];
  const line = createInterruptLine((isHigh) => levels.push(isHigh));
  line.lower();
  line.raise();
  line.raise();
  line.lower();
  expect(levels).toEqual([true, false]);
});
