import { describe, expect, it } from 'vitest';
import { PortCf9 } from '../../../src/emulator/devices/port-cf9';
import type { ResetKind } from '../../../src/emulator/reset';
import { abuseChip, createBenchClock, resetChips, throughJson } from './chip-bench';

function createPort(): { port: PortCf9; resets: ResetKind[] } {
  const resets: ResetKind[] = [];
  return { port: new PortCf9({ onReset: (kind) => resets.push(kind) }), resets };
}

describe('PortCf9', () => {
  it.each([
    [0x00, 0x04, 'cpu-init'],
    [0x02, 0x06, 'platform'],
    [0x0a, 0x0e, 'power-on'],
    [0x08, 0x0c, 'cpu-init'],
  ] as const)('written %i, then %i, starts one %s reset', (first, second, kind) => {
    const { port, resets } = createPort();
    port.writePort(0xcf9, 1, first);
    expect(resets).toEqual([]);
    port.writePort(0xcf9, 1, second);
    port.writePort(0xcf9, 1, second);
    expect(resets).toEqual([kind]);
  });

  it('needs no write before 06h when bit 2 was 0', () => {
    const { port, resets } = createPort();
    port.writePort(0xcf9, 1, 0x06);
    expect(resets).toEqual(['platform']);
  });

  it('is cleared by the hard reset it starts, not by a CPU reset', () => {
    const { port } = createPort();
    port.writePort(0xcf9, 1, 0x06);
    resetChips([port], 'cpu-init');
    expect(port.readPort(0xcf9, 1)).toBe(0x06);
    resetChips([port], 'platform');
    expect(port.readPort(0xcf9, 1)).toBe(0);
  });

  it('is the same after a save and restore, and survives 10,000 random accesses', () => {
    const { port } = createPort();
    abuseChip(port, [0xcf9], createBenchClock(), 9);
    port.writePort(0xcf9, 1, 0x0a);
    const { port: twin } = createPort();
    twin.restoreState(throughJson(port.saveState()));
    expect(twin.saveState()).toEqual(port.saveState());
  });
});
