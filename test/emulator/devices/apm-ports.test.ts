import { expect, it } from 'vitest';
import { ApmPorts } from '../../../src/emulator/devices/apm-ports';
import { abuseChip, createBenchClock, resetChips, throughJson } from './chip-bench';

const APMC = 0xb2;
const APMS = 0xb3;

function ports() {
  const commands: number[] = [];
  return { commands, apm: new ApmPorts({ onCommand: (command) => commands.push(command) }) };
}

it('keeps command and status, and tells each command written', () => {
  const { apm, commands } = ports();
  apm.writePort(APMC, 1, 0xf1);
  apm.writePort(APMS, 1, 0x5a);
  apm.writePort(APMC, 1, 0xf1);
  expect([apm.readPort(APMC, 1), apm.readPort(APMS, 1)]).toEqual([0xf1, 0x5a]);
  expect(commands).toEqual([0xf1, 0xf1]);
});

it('keeps both through a reset of the CPU alone', () => {
  const { apm } = ports();
  apm.writePort(APMC, 1, 1);
  apm.writePort(APMS, 1, 2);
  resetChips([apm], 'cpu-init');
  expect(apm.saveState()).toEqual({ command: 1, status: 2 });
  resetChips([apm], 'platform');
  expect(apm.saveState()).toEqual({ command: 0, status: 0 });
});

it('comes back from a saved state without telling a command again', () => {
  const a = ports();
  a.apm.writePort(APMC, 1, 7);
  const b = ports();
  b.apm.restoreState(throughJson(a.apm.saveState()));
  expect(b.apm.readPort(APMC, 1)).toBe(7);
  expect(b.commands).toEqual([]);
});

it('takes 10,000 random accesses', () => {
  abuseChip(ports().apm, [APMC, APMS], createBenchClock(), 5);
});
