// Exercise 10 of docs/facts.md ("Exercises"): what a student measures on the machine is the right answer given there.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CR0_PG } from '../../src/emulator/cpu/state';
import { buildPathMachine } from '../../src/emulator/run-path';
import { readGuestImages } from '../support/guest-images';
import { witnessPath } from '../support/path-witness';
import type { Setting } from './measured';
import { MIB, leavesOf, measure, requestOf } from './measured';

const { kernel: KERNEL, init: INIT } = readGuestImages().symbols;
describe('exercise 10: a crash kernel', () => {
  const setting: Setting = { set: { 'memory.ramBytes': 16 * MIB } };
  const RESERVE = [8 * MIB, 16 * MIB];

  it('boots after a panic, with no device_shutdown and nothing copied by the stub', () => {
    const record = measure('crash', setting);
    expect(leavesOf(record)).not.toContain('device-shutdown');
    expect(leavesOf(record).at(-1)).toBe('userspace');
    expect(record.pagesCopied).toBe(0);
  });

  it('leaves the old kernel’s memory as it was, where a normal image is copied right over it', () => {
    const machine = buildPathMachine(requestOf('crash', setting));
    const { memory, cpu } = machine;
    const evidence = () =>
      createHash('sha256')
        .update(memory.u8.subarray(memory.ramOffset + MIB, memory.ramOffset + RESERVE[0]))
        .digest('hex');
    let atJump = '';
    let hasPanicked = false;
    cpu.watchExecution(KERNEL.panic, () => (hasPanicked = true));
    cpu.observer = {
      controlRegister0Changed: (before, after) => {
        if (hasPanicked && !atJump && before & CR0_PG && !(after & CR0_PG)) atJump = evidence();
      },
    };
    cpu.watchExecution(INIT.services_up, () => {
      if (atJump) machine.requestStop();
    });
    machine.powerOn();
    expect(machine.run({ limitCycles: 20e9, heartbeat: () => true })).toBe('stopped');
    expect(evidence()).toBe(atJump);
    const { copies } = witnessPath(requestOf('kexec', setting));
    expect(copies.some(({ to }) => to >= MIB && to < RESERVE[0])).toBe(true);
  });
});
