import { describe, expect, it } from 'vitest';
import type { MemoryDevice } from '../../src/emulator/bus';
import { Bus, NO_COST, OPEN_BUS } from '../../src/emulator/bus';
import { BusMaster } from '../../src/emulator/bus-master';
import { Clock } from '../../src/emulator/clock';
import { readCounters } from '../../src/emulator/counters';
import { LAYOUT, MachineMemory, MIB, PAGE_HAS_CODE } from '../../src/emulator/memory';

const RAM_BYTES = 4 * MIB;
const ROM_BASE = 0xf_0000;
const WINDOW_BASE = 0xe000_0000;

/** RAM from 0, its frames 1000h and 2000h swapped; a ROM; a device window of one frame. */
function board() {
  const memory = new MachineMemory(RAM_BYTES);
  const bus = new Bus(memory, new Clock(memory, 1e9), 500);
  const plain = { device: null, cost: NO_COST, fetchCyclesPerByte: 0 };
  const ram = (hostOffset: number) => ({ name: 'RAM', hostOffset: memory.ramOffset + hostOffset, ...plain });
  bus.mapMemory(0, RAM_BYTES, ram(0), ram(0));
  bus.mapMemory(0x1000, 0x1000, ram(0x2000), ram(0x2000));
  bus.mapMemory(0x2000, 0x1000, ram(0x1000), ram(0x1000));
  const rom = { name: 'ROM', hostOffset: memory.romOffset, ...plain };
  bus.mapMemory(ROM_BASE, 0x1000, rom, OPEN_BUS);
  memory.u8.set([0x55, 0xaa, 0x40], memory.romOffset);
  const written: [number, number][] = [];
  const device: MemoryDevice = {
    readMemory: (address) => address & 0xff,
    peekMemory: () => 0,
    writeMemory: (address, _sizeBytes, value) => void written.push([address, value]),
  };
  const window = { name: 'card', hostOffset: -1, ...plain, device };
  bus.mapMemory(WINDOW_BASE, 0x1000, window, window);
  return {
    memory,
    bus,
    written,
    master: new BusMaster(bus),
    ramByte: (at: number) => memory.u8[memory.ramOffset + at],
  };
}

describe('a bus master', () => {
  it('writes and reads RAM across frames that do not lie together', () => {
    const { master, ramByte } = board();
    master.writeBytes('disk', 0xffe, Uint8Array.of(1, 2, 3, 4));
    expect([ramByte(0xffe), ramByte(0xfff), ramByte(0x2000), ramByte(0x2001)]).toEqual([1, 2, 3, 4]);
    expect([...master.readBytes(0xffe, 4)]).toEqual([1, 2, 3, 4]);
  });

  it('reads and writes numbers low byte first', () => {
    const { master, ramByte } = board();
    master.write('disk', 0x5000, 4, 0x8765_4321);
    expect([ramByte(0x5000), ramByte(0x5003)]).toEqual([0x21, 0x87]);
    expect(master.read(0x5000, 4)).toBe(0x8765_4321);
    expect(master.read(0x5001, 2)).toBe(0x6543);
  });

  it('reads ROM and cannot change it', () => {
    const { master, memory } = board();
    master.writeBytes('disk', ROM_BASE, Uint8Array.of(1, 2, 3));
    expect([...master.readBytes(ROM_BASE, 3)]).toEqual([0x55, 0xaa, 0x40]);
    expect(memory.u8[memory.romOffset]).toBe(0x55);
  });

  it('reads ones where nothing answers, loses writes there, and wraps at 4 GiB', () => {
    const { master, ramByte } = board();
    master.writeBytes('disk', 0xffff_fffe, Uint8Array.of(9, 9, 7));
    expect(ramByte(0)).toBe(7);
    expect([...master.readBytes(0xffff_fffe, 3)]).toEqual([0xff, 0xff, 7]);
  });

  it('reaches a device window byte by byte, in order', () => {
    const { master, written } = board();
    expect([...master.readBytes(WINDOW_BASE + 0x10, 3)]).toEqual([0x10, 0x11, 0x12]);
    master.writeBytes('nic', WINDOW_BASE + 0x20, Uint8Array.of(5, 6));
    expect(written).toEqual([
      [WINDOW_BASE + 0x20, 5],
      [WINDOW_BASE + 0x21, 6],
    ]);
  });

  it('has code forgotten in each frame it writes that holds some, before the bytes change', () => {
    const { master, bus, memory, ramByte } = board();
    memory.u8[LAYOUT.PAGE_FLAGS + 3] = PAGE_HAS_CODE;
    const told: number[][] = [];
    bus.onCodeWritten = (address, sizeBytes) => told.push([address, sizeBytes, ramByte(address)]);
    master.writeBytes('disk', 0x2ffe, Uint8Array.of(1, 2, 3, 4));
    expect(told).toEqual([[0x3000, 2, 0]]);
  });

  it('tells listeners who writes where, before it does', () => {
    const { master, ramByte } = board();
    const told: unknown[] = [];
    master.listenToWrites((...write) => told.push([...write, ramByte(0x5000)]));
    master.writeBytes('nic', 0x5000, Uint8Array.of(1, 2));
    master.write('disk', 0x5000, 2, 7);
    expect(told).toEqual([
      ['nic', 0x5000, 2, 0],
      ['disk', 0x5000, 2, 1],
    ]);
  });

  it('costs the CPU nothing', () => {
    const { master, memory } = board();
    const before = readCounters(memory);
    master.writeBytes('disk', 0x5000, new Uint8Array(65_536));
    master.readBytes(ROM_BASE, 4096);
    expect(readCounters(memory)).toEqual(before);
  });
});
