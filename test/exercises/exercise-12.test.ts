// Exercise 12 of docs/facts.md ("Exercises"): what a student measures on the machine is the right answer given there.
import { describe, expect, it } from 'vitest';
import { buildPathMachine } from '../../src/emulator/run-path';
import { readGuestImages } from '../support/guest-images';
import { requestOf } from './measured';

const { init: INIT, purgatory: PURGATORY } = readGuestImages().symbols;
describe('exercise 12: 16-bit entry after the interrupt controllers were moved', () => {
  /** How often IRQ 0 came as which vector within a second behind the return to real mode. */
  function timerVectors(picreset: string) {
    const option = { entry: '16', biostest: 'on', picreset };
    const machine = buildPathMachine(requestOf('kexec', { option }));
    const { memory, cpu, clock } = machine;
    const ram = new DataView(memory.u8.buffer, memory.ramOffset);
    const seen = { '08h': 0, '20h': 0 };
    let entryCycle = Infinity;
    let isUpAgain = false;
    cpu.watchExecution(PURGATORY.purgatory_real_mode, () => {
      if (entryCycle < Infinity) return;
      entryCycle = clock.nowCycles;
      const handler = (vector: number) => ram.getUint16(4 * vector, true) + 16 * ram.getUint16(4 * vector + 2, true);
      cpu.watchExecution(handler(0x08), () => seen['08h']++);
      cpu.watchExecution(handler(0x20), () => seen['20h']++);
    });
    cpu.watchExecution(INIT.services_up, () => {
      if (entryCycle === Infinity) return;
      isUpAgain = true;
      machine.requestStop();
    });
    machine.powerOn();
    machine.run({ limitCycles: 20e9, heartbeat: () => clock.nowCycles < entryCycle + clock.cpuHz });
    return { seen, isUpAgain };
  }

  it('sends IRQ 0 to vector 20h, and calls of the BIOS that need the clock hang', () => {
    const { seen, isUpAgain } = timerVectors('off');
    expect(seen['08h']).toBe(0);
    expect(seen['20h']).toBeGreaterThan(0);
    expect(isUpAgain).toBe(false);
  });

  it('goes on once the controllers are back at 08h and 70h', () => {
    const { seen, isUpAgain } = timerVectors('on');
    expect(seen['08h']).toBeGreaterThan(0);
    expect(isUpAgain).toBe(true);
  });
});
