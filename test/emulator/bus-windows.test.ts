// Windows that software places: ports and memory behind PCI base addresses.
import { describe, expect, it } from 'vitest';
import type { MemoryBacking, PortDevice } from '../../src/emulator/bus';
import { Bus, FRAME_BYTES, NO_COST } from '../../src/emulator/bus';
import { Clock } from '../../src/emulator/clock';
import { MachineMemory, MIB } from '../../src/emulator/memory';

function createBus() {
  const memory = new MachineMemory(4 * MIB);
  return new Bus(memory, new Clock(memory, 1e9), 500);
}

function portsThatAnswer(answer: number): PortDevice {
  return { readPort: () => answer, writePort: () => {}, peekPort: () => answer };
}

const portClaim = (name: string, first: number, last: number, answer: number) =>
  ({ name, first, last, widthBytes: 1, accessNs: 100, device: portsThatAnswer(answer) }) as const;

function memoryThatAnswers(answer: number): MemoryBacking {
  const device = { readMemory: () => answer, peekMemory: () => answer, writeMemory: () => {} };
  return { name: `card ${answer}`, hostOffset: -1, device, cost: NO_COST, fetchCyclesPerByte: 0 };
}

describe('a port window', () => {
  it('answers while open, at its own cost, and is an empty bus again afterwards', () => {
    const bus = createBus();
    const close = bus.openPortWindow(portClaim('card', 0xc000, 0xc03f, 0x42));
    expect(bus.readPort(0xc03f, 1)).toBe(0x42);
    expect(bus.clock.nowCycles).toBe(100);
    expect(bus.readPort(0xc040, 1)).toBe(0xff);
    close();
    expect(bus.readPort(0xc000, 1)).toBe(0xff);
    expect(bus.clock.nowCycles).toBe(1100);
  });

  it('leaves ports alone that a chip has claimed', () => {
    const bus = createBus();
    bus.claimPorts(portClaim('chip', 0x3f8, 0x3ff, 1));
    const close = bus.openPortWindow(portClaim('card', 0x3f0, 0x407, 2));
    expect([0x3f7, 0x3f8, 0x3ff, 0x400].map((port) => bus.peekPort(port, 1))).toEqual([2, 1, 1, 2]);
    close();
    expect([0x3f7, 0x3f8, 0x3ff, 0x400].map((port) => bus.peekPort(port, 1))).toEqual([0xff, 1, 1, 0xff]);
  });

  it('loses against an earlier window, and closing it does not close that one', () => {
    const bus = createBus();
    const closeFirst = bus.openPortWindow(portClaim('first', 0xc000, 0xc01f, 1));
    const closeSecond = bus.openPortWindow(portClaim('second', 0xc010, 0xc02f, 2));
    expect([0xc00f, 0xc010, 0xc020].map((port) => bus.peekPort(port, 1))).toEqual([1, 1, 2]);
    closeSecond();
    expect([0xc010, 0xc020].map((port) => bus.peekPort(port, 1))).toEqual([1, 0xff]);
    closeFirst();
    expect(bus.peekPort(0xc010, 1)).toBe(0xff);
  });

  it('ends at FFFFh', () => {
    const bus = createBus();
    const close = bus.openPortWindow(portClaim('card', 0xfff0, 0x1_000f, 3));
    expect([bus.peekPort(0xffff, 1), bus.peekPort(0, 1)]).toEqual([3, 0xff]);
    close();
    expect(bus.peekPort(0xffff, 1)).toBe(0xff);
  });
});

describe('a memory window', () => {
  const BASE = 0xfeb0_0000;

  it('answers while open and is an empty bus again afterwards', () => {
    const bus = createBus();
    const close = bus.openMemoryWindow(BASE, 2 * FRAME_BYTES, memoryThatAnswers(0x42));
    expect([BASE, BASE + 0x1fff, BASE + 0x2000].map((at) => bus.peekMemory(at, 1))).toEqual([0x42, 0x42, 0xff]);
    close();
    expect(bus.peekMemory(BASE, 1)).toBe(0xff);
  });

  it('leaves frames alone that are mapped: RAM under a careless base address stays RAM', () => {
    const bus = createBus();
    bus.mapMemory(BASE, FRAME_BYTES, memoryThatAnswers(1), memoryThatAnswers(1));
    const close = bus.openMemoryWindow(BASE, 2 * FRAME_BYTES, memoryThatAnswers(2));
    expect([BASE, BASE + 0x1000].map((at) => bus.peekMemory(at, 1))).toEqual([1, 2]);
    close();
    expect([BASE, BASE + 0x1000].map((at) => bus.peekMemory(at, 1))).toEqual([1, 0xff]);
  });

  it('does not close what was mapped over it meanwhile', () => {
    const bus = createBus();
    const close = bus.openMemoryWindow(BASE, FRAME_BYTES, memoryThatAnswers(1));
    bus.mapMemory(BASE, FRAME_BYTES, memoryThatAnswers(2), memoryThatAnswers(2));
    close();
    expect(bus.peekMemory(BASE, 1)).toBe(2);
  });
});
