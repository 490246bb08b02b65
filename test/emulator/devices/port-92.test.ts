import { describe, expect, it } from 'vitest';
import { Port92 } from '../../../src/emulator/devices/port-92';
import { abuseChip, createBenchClock, resetChips, throughJson } from './chip-bench';

function createPort(): { port: Port92; a20: boolean[]; resets: number[] } {
  const a20: boolean[] = [];
  const resets: number[] = [];
  const port = new Port92({ onA20: (isOpen) => a20.push(isOpen), onFastReset: () => resets.push(1) });
  return { port, a20, resets };
}

describe('Port92', () => {
  it('opens and closes the A20 gate with bit 1, telling only changes', () => {
    const { port, a20 } = createPort();
    for (const value of [0x02, 0x02, 0x00]) port.writePort(0x92, 1, value);
    expect(a20).toEqual([true, false]);
  });

  it('pulses the CPU reset when bit 0 goes from 0 to 1, and only then', () => {
    const { port, resets } = createPort();
    for (const value of [0x01, 0x01, 0x00]) port.writePort(0x92, 1, value);
    expect(resets).toHaveLength(1);
    port.writePort(0x92, 1, 0x03);
    expect(resets).toHaveLength(2);
  });

  it('keeps A20 over the CPU reset it causes and loses it in the others', () => {
    const { port, a20 } = createPort();
    port.writePort(0x92, 1, 0x03);
    resetChips([port], 'cpu-init');
    expect(port.isA20Open).toBe(true);
    expect(port.readPort(0x92, 1)).toBe(0x03);
    resetChips([port], 'platform');
    expect(port.readPort(0x92, 1)).toBe(0);
    expect(a20).toEqual([true, false]);
  });

  it('is the same after a save and restore, and survives 10,000 random accesses', () => {
    const { port } = createPort();
    abuseChip(port, [0x92], createBenchClock(), 8);
    port.writePort(0x92, 1, 0x02);
    const { port: twin, a20 } = createPort();
    twin.restoreState(throughJson(port.saveState()));
    expect(twin.saveState()).toEqual(port.saveState());
    expect(a20).toEqual([true]);
  });
});
