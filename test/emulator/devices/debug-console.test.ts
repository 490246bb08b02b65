import { expect, it } from 'vitest';
import { DebugConsole } from '../../../src/emulator/devices/debug-console';
import { abuseChip, createBenchClock } from './chip-bench';

it('says that it is there, whatever is written', () => {
  const console = new DebugConsole();
  console.writePort();
  expect([console.readPort(0x402, 1), console.peekPort(0xe9, 1)]).toEqual([0xe9, 0xe9]);
  abuseChip(console, [0xe9, 0x402], createBenchClock(), 1);
});
