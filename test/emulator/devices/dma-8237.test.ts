import { beforeEach, describe, expect, it } from 'vitest';
import { DmaPair } from '../../../src/emulator/devices/dma-8237';
import type { UnstableLog } from './chip-bench';
import { abuseChip, createBenchClock, createUnstableLog, resetChips, throughJson } from './chip-bench';

const clock = createBenchClock();
let unstable: UnstableLog;
let dma: DmaPair;

beforeEach(() => {
  unstable = createUnstableLog();
  dma = new DmaPair({ clock, noteUnstable: unstable.note });
});

function writeFirst(port: number, ...values: number[]): void {
  for (const value of values) dma.first.writePort(port, 1, value);
}

function writeSecond(port: number, ...values: number[]): void {
  for (const value of values) dma.second.writePort(port, 1, value);
}

describe('DmaPair', () => {
  it('takes addresses and counts low byte first and gives them back the same way', () => {
    writeFirst(0x0c, 0);
    writeFirst(0x04, 0x34, 0x12);
    writeFirst(0x05, 0xff, 0x01);
    const read = (port: number) => [dma.first.readPort(port, 1), dma.first.readPort(port, 1)];
    expect(read(0x04)).toEqual([0x34, 0x12]);
    expect(read(0x05)).toEqual([0xff, 0x01]);
    expect(unstable.take()).toBe(clock.nowCycles);
  });

  it('shares one first/last flip-flop among all its registers, until cleared', () => {
    writeFirst(0x00, 0x11);
    writeFirst(0x02, 0x22); // the high byte of channel 1
    expect(dma.settingOf(1).address).toBe(0x2200);
    writeFirst(0x00, 0x33);
    writeFirst(0x0c, 0);
    writeFirst(0x00, 0x44);
    expect(dma.settingOf(0).address & 0xff).toBe(0x44);
  });

  it('puts the page above the address: bytes on channels 0-3, words on 5-7', () => {
    writeFirst(0x04, 0x00, 0x80);
    dma.pages.writePort(0x81, 1, 0x05);
    expect(dma.settingOf(2).address).toBe(0x058000);
    writeSecond(0xc4, 0x00, 0x80); // channel 5: byte address / 2
    dma.pages.writePort(0x8b, 1, 0x03);
    expect(dma.settingOf(5).address).toBe(0x030000);
  });

  it('keeps each page register, spare ones included', () => {
    for (let port = 0x81; port <= 0x8f; port++) dma.pages.writePort(port, 1, port ^ 0xff);
    for (let port = 0x81; port <= 0x8f; port++) expect(dma.pages.readPort(port, 1)).toBe(port ^ 0xff);
  });

  it('masks channels one by one, all at once, and not at all', () => {
    const masked = () => [0, 1, 2, 3].filter((channel) => dma.settingOf(channel).isMasked);
    expect(masked()).toEqual([0, 1, 2, 3]);
    writeFirst(0x0a, 0x02);
    expect(masked()).toEqual([0, 1, 3]);
    writeFirst(0x0f, 0x09);
    expect(masked()).toEqual([0, 3]);
    expect(dma.first.readPort(0x0f, 1)).toBe(0x09);
    writeFirst(0x0e, 0);
    writeFirst(0x0a, 0x07);
    expect(masked()).toEqual([3]);
  });

  it('finds the second controller on every second port', () => {
    writeSecond(0xd6, 0xc0); // mode: channel 4, cascade
    writeSecond(0xd4, 0x00); // unmask it
    expect(dma.settingOf(4)).toMatchObject({ mode: 0xc0, isMasked: false });
    expect(dma.settingOf(0).isMasked).toBe(true);
  });

  it('shows requests of pins and of software in the status register', () => {
    dma.setRequest(2, true);
    writeFirst(0x09, 0x05);
    expect(dma.first.readPort(0x08, 1)).toBe(0x60);
    dma.setRequest(2, false);
    writeFirst(0x09, 0x01);
    expect(dma.first.readPort(0x08, 1)).toBe(0x00);
    expect(unstable.take()).toBe(Infinity);
  });

  it('forgets terminal counts when the status is read', () => {
    const state = dma.saveState();
    dma.restoreState({ ...state, first: { ...state.first, terminalCounts: 0x04 } });
    expect(dma.first.peekPort(0x08, 1)).toBe(0x04);
    expect(dma.first.readPort(0x08, 1)).toBe(0x04);
    expect(unstable.take()).toBe(clock.nowCycles);
    expect(dma.first.readPort(0x08, 1)).toBe(0x00);
  });

  it('masks everything with a master clear but leaves addresses and modes', () => {
    writeFirst(0x0b, 0x46);
    writeFirst(0x0e, 0);
    writeFirst(0x04, 0x34, 0x12, 0x56);
    writeFirst(0x0d, 0);
    expect(dma.settingOf(2)).toMatchObject({ address: 0x1256, mode: 0x44, isMasked: true });
    writeFirst(0x04, 0x78); // the flip-flop is at the low byte again
    expect(dma.settingOf(2).address).toBe(0x1278);
  });

  it('is masked by chipset resets and goes on through a CPU reset: a kexec-ed kernel finds it armed', () => {
    writeFirst(0x0e, 0);
    const before = dma.saveState();
    resetChips([dma], 'cpu-init');
    expect(dma.saveState()).toEqual(before);
    resetChips([dma], 'platform');
    expect(dma.settingOf(2).isMasked).toBe(true);
  });

  it('is the same after a save and restore, and survives 10,000 random accesses', () => {
    const portsFrom = (first: number, count: number) => Array.from({ length: count }, (_, i) => first + i);
    abuseChip(dma.first, portsFrom(0x00, 16), clock, 11);
    abuseChip(dma.second, portsFrom(0xc0, 32), clock, 12);
    abuseChip(dma.pages, portsFrom(0x81, 15), clock, 13);
    const twin = new DmaPair({ clock, noteUnstable: unstable.note });
    twin.restoreState(throughJson(dma.saveState()));
    expect(twin.saveState()).toEqual(dma.saveState());
  });
});
