import { describe, expect, it } from 'vitest';
import { PostPort80 } from '../../../src/emulator/devices/post-port-80';
import { abuseChip, createBenchClock, resetChips, throughJson } from './chip-bench';

describe('PostPort80', () => {
  it('tells each code, also a repeated one, and gives the last one back', () => {
    const codes: number[] = [];
    const port = new PostPort80({ onCode: (code) => codes.push(code) });
    for (const code of [0xcf, 0xc0, 0xc0]) port.writePort(0x80, 1, code);
    expect(codes).toEqual([0xcf, 0xc0, 0xc0]);
    expect(port.readPort(0x80, 1)).toBe(0xc0);
  });

  it('keeps its digits over a CPU reset and clears them in the others', () => {
    const port = new PostPort80();
    port.writePort(0x80, 1, 0x52);
    resetChips([port], 'cpu-init');
    expect(port.peekPort(0x80, 1)).toBe(0x52);
    resetChips([port], 'platform');
    expect(port.peekPort(0x80, 1)).toBe(0);
  });

  it('is the same after a save and restore, and survives 10,000 random accesses', () => {
    const port = new PostPort80();
    abuseChip(port, [0x80], createBenchClock(), 7);
    const twin = new PostPort80();
    twin.restoreState(throughJson(port.saveState()));
    expect(twin.saveState()).toEqual(port.saveState());
  });
});
