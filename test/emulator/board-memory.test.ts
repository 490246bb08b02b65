import { describe, expect, it } from 'vitest';
import { BoardMemory } from '../../src/emulator/board-memory';
import type { MemoryDevice } from '../../src/emulator/bus';
import { Bus } from '../../src/emulator/bus';
import { Clock } from '../../src/emulator/clock';
import { readCounters } from '../../src/emulator/counters';
import { MachineMemory, MIB } from '../../src/emulator/memory';
import { applyOverlay } from '../../src/emulator/profile';
import { testProfile } from '../support/test-profile';

const BIOS = Uint8Array.from({ length: 256 * 1024 }, (_, i) => (i >> 10) & 0xff); // each KiB says its number
const VIDEO_ROM = new Uint8Array(5000).fill(0x55);
const SCREEN: MemoryDevice = { readMemory: () => 0x20, writeMemory: () => {}, peekMemory: () => 0x20 };

function board(overlay: Record<string, number> = {}) {
  const profile = applyOverlay(testProfile(), overlay);
  const memory = new MachineMemory(4 * MIB);
  const clock = new Clock(memory, profile.cpu.hz.value);
  const bus = new Bus(memory, clock, 700);
  const map = new BoardMemory(bus, memory, clock, profile, { bios: BIOS, video: VIDEO_ROM });
  map.mapBoard(SCREEN);
  const cost = (act: () => void) => {
    const before = readCounters(memory).memoryCycles;
    act();
    return readCounters(memory).memoryCycles - before;
  };
  return { bus, map, memory, cost };
}

describe('the memory map after reset', () => {
  const { bus, memory } = board();

  it('shows the whole system ROM below 4 GiB and its last 128 KiB below 1 MiB', () => {
    expect(bus.peekMemory(0xfffc0000, 1)).toBe(0);
    expect(bus.peekMemory(0xffffffff, 1)).toBe(255);
    expect(bus.peekMemory(0xe0000, 1)).toBe(128);
    expect(bus.peekMemory(0xfffff, 1)).toBe(255);
  });

  it('shows the video ROM at C0000h and open bus behind it', () => {
    expect(bus.peekMemory(0xc0000, 1)).toBe(0x55);
    expect(bus.peekMemory(0xc2000, 1)).toBe(0xff);
    expect(bus.peekMemory(0xd8000, 4)).toBe(0xffffffff);
  });

  it('has RAM below the video window and from 1 MiB, the video device between', () => {
    bus.writeMemory(0x9fffc, 4, 0x12345678);
    bus.writeMemory(0x100000, 1, 0x99);
    expect(memory.u8[memory.ramOffset + 0x9fffc]).toBe(0x78);
    expect(bus.peekMemory(0x100000, 1)).toBe(0x99);
    expect(bus.peekMemory(0xb8000, 1)).toBe(0x20);
    expect(bus.peekMemory(4 * MIB, 1)).toBe(0xff);
  });
});

describe('shadowing', () => {
  it('copies ROM to the RAM beneath it, then reads from there', () => {
    const { bus, map } = board();
    map.setShadow(0xf0000, 0x10000, false, true);
    for (let at = 0xf0000; at < 0x100000; at += 4) bus.writeMemory(at, 4, bus.readMemory(at, 4) ^ 0xff);
    expect(bus.peekMemory(0xf0000, 1)).toBe(192); // still ROM
    map.setShadow(0xf0000, 0x10000, true, false);
    expect(bus.peekMemory(0xf0000, 1)).toBe(192 ^ 0xff);
    bus.writeMemory(0xf0000, 1, 7); // write protected
    expect(bus.peekMemory(0xf0000, 1)).toBe(192 ^ 0xff);
    expect(bus.peekMemory(0xffff0000, 1)).toBe(192); // the true ROM stays below 4 GiB
  });
});

describe('costs by region', () => {
  it('an 8-bit ROM takes four bus cycles for a dword, a 16-bit one two; shadow RAM none', () => {
    const { bus, map, cost } = board();
    expect(cost(() => bus.readMemory(0xf0000, 4))).toBe(4 * 70); // 700 ns at 100 MHz
    expect(cost(() => bus.readMemory(0xf0000, 1))).toBe(70);
    const wide = board({ 'rom.widthBits': 16 });
    expect(wide.cost(() => wide.bus.readMemory(0xf0000, 4))).toBe(2 * 70);
    map.setShadow(0xf0000, 0x10000, true, false);
    expect(cost(() => bus.readMemory(0xf0000, 4))).toBe(0);
  });

  it('an empty socket answers ones, but only after its bus cycle', () => {
    const { bus, cost } = board();
    expect(cost(() => expect(bus.readMemory(0xd8000, 2)).toBe(0xffff))).toBe(2 * 70);
    expect(cost(() => bus.writeMemory(0xd8000, 1, 0))).toBe(70);
    expect(cost(() => bus.readMemory(0xd0000000, 4))).toBe(0); // nothing decodes addresses far above RAM
  });

  it('tells the decoder what a fetched byte costs', () => {
    const { bus } = board();
    expect(bus.frameAt(0xffff0000).read.fetchCyclesPerByte).toBe(70);
    expect(board({ 'rom.widthBits': 16 }).bus.frameAt(0xffff0000).read.fetchCyclesPerByte).toBe(35);
    expect(bus.frameAt(0x7c00).read.fetchCyclesPerByte).toBe(0);
  });

  it('video memory costs bus cycles of its width', () => {
    const { bus, cost } = board();
    expect(cost(() => bus.writeMemory(0xb8000, 2, 0x0720))).toBe(40); // 400 ns, 16 bits
    expect(cost(() => bus.writeMemory(0xb8000, 4, 0))).toBe(80);
    expect(cost(() => bus.readMemory(0xb8000, 2))).toBe(60); // 600 ns
  });
});

it('refuses ROM images of impossible sizes', () => {
  const memory = new MachineMemory(4 * MIB);
  const clock = new Clock(memory, 1e8);
  const make = (bios: Uint8Array) =>
    new BoardMemory(new Bus(memory, clock, 1), memory, clock, testProfile(), { bios, video: null });
  expect(() => make(new Uint8Array(100))).toThrow(/100 bytes/);
  expect(() => make(new Uint8Array(65_537))).toThrow(/multiple of 4096/);
  expect(() => make(new Uint8Array(2 * MIB))).toThrow(/system ROM/);
});
