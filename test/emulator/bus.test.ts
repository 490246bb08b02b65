import { describe, expect, it } from 'vitest';
import type { MemoryBacking, PortDevice } from '../../src/emulator/bus';
import { Bus, NO_COST } from '../../src/emulator/bus';
import { Clock } from '../../src/emulator/clock';
import { readCounters } from '../../src/emulator/counters';
import { MachineMemory, MIB } from '../../src/emulator/memory';

function board() {
  const memory = new MachineMemory(4 * MIB);
  const clock = new Clock(memory, 1e9);
  return { memory, clock, bus: new Bus(memory, clock, 500) };
}

function recorder(answer = 0x5a) {
  const log: string[] = [];
  const device: PortDevice = {
    readPort: (port, size) => (log.push(`r${port.toString(16)}.${size}`), answer),
    writePort: (port, size, value) => void log.push(`w${port.toString(16)}.${size}=${value.toString(16)}`),
    peekPort: () => answer,
  };
  return { device, log };
}

describe('ports', () => {
  it('splits an access wider than the chip, low byte first, and charges each piece', () => {
    const { bus, clock } = board();
    const { device, log } = recorder();
    bus.claimPorts({ name: 'chip', first: 0x40, last: 0x43, widthBytes: 1, accessNs: 720, device });
    bus.writePort(0x40, 4, 0x44332211);
    expect(log).toEqual(['w40.1=11', 'w41.1=22', 'w42.1=33', 'w43.1=44']);
    expect(clock.nowCycles).toBe(4 * 720);
    expect(bus.readPort(0x42, 2)).toBe(0x5a5a);
  });

  it('gives a 16-bit chip whole words, and bytes where the address is odd', () => {
    const { bus } = board();
    const { device, log } = recorder();
    bus.claimPorts({ name: 'ide', first: 0x1f0, last: 0x1f7, widthBytes: 2, accessNs: 360, device });
    bus.readPort(0x1f0, 4);
    bus.readPort(0x1f1, 2);
    expect(log).toEqual(['r1f0.2', 'r1f2.2', 'r1f1.1', 'r1f2.1']);
  });

  it('answers ones where no chip is, at the price of a bus cycle, and loses writes', () => {
    const { bus, clock, memory } = board();
    expect(bus.readPort(0x300, 2)).toBe(0xffff);
    bus.writePort(0x300, 1, 7);
    expect(clock.nowCycles).toBe(3 * 500);
    expect(readCounters(memory)).toMatchObject({ portReads: 1, portWrites: 1, portCycles: 1500 });
  });

  it('lets time pass before the chip answers: an alarm due within the access has fired', () => {
    const { bus, clock } = board();
    let busy = 0x80;
    clock.createAlarm(() => (busy = 0)).scheduleAt(300);
    const device: PortDevice = { readPort: () => busy, writePort: () => {}, peekPort: () => busy };
    bus.claimPorts({ name: 'disk', first: 0x1f7, last: 0x1f7, widthBytes: 1, accessNs: 400, device });
    expect(bus.peekPort(0x1f7, 1)).toBe(0x80);
    expect(bus.readPort(0x1f7, 1)).toBe(0);
  });

  it('refuses two chips on one port', () => {
    const { bus } = board();
    const claim = {
      name: 'a',
      first: 0x60,
      last: 0x64,
      widthBytes: 1,
      accessNs: 1,
      device: recorder().device,
    } as const;
    bus.claimPorts(claim);
    expect(() => bus.claimPorts({ ...claim, name: 'b', first: 0x64, last: 0x65 })).toThrow(/64h of b belongs to a/);
  });

  it('keeps the earliest instability until it is taken', () => {
    const { bus } = board();
    bus.noteUnstable(900);
    bus.noteUnstable(700);
    bus.noteUnstable(800);
    expect(bus.takeUnstableCycle()).toBe(700);
    expect(bus.takeUnstableCycle()).toBe(Infinity);
  });

  it('tells listeners the value after the access, for reads and writes', () => {
    const { bus } = board();
    const heard: unknown[] = [];
    bus.listenToPort(0x80, (...access) => heard.push(access));
    bus.writePort(0x80, 1, 0xc1);
    bus.readPort(0x80, 1);
    expect(heard).toEqual([
      [0x80, 1, 0xc1, true, 1],
      [0x80, 1, 0xff, false, 1],
    ]);
  });
});

describe('memory', () => {
  it('reads ROM but writes the RAM beneath it where the map says so, each at its own cost', () => {
    const { bus, memory } = board();
    const rom: MemoryBacking = {
      name: 'rom',
      hostOffset: memory.romOffset,
      device: null,
      cost: [0, 10, 20, 0, 40],
      fetchCyclesPerByte: 10,
    };
    const ram: MemoryBacking = {
      name: 'ram',
      hostOffset: memory.ramOffset + 0xf0000,
      device: null,
      cost: NO_COST,
      fetchCyclesPerByte: 0,
    };
    memory.u8.set([0x11, 0x22, 0x33, 0x44], memory.romOffset + 0x1004);
    bus.mapMemory(0xf0000, 0x10000, rom, ram);
    bus.writeMemory(0xf1004, 2, 0xbeef);
    expect(readCounters(memory).memoryCycles).toBe(0);
    expect(bus.readMemory(0xf1004, 4)).toBe(0x44332211);
    expect(readCounters(memory).memoryCycles).toBe(40);
    bus.mapMemory(0xf0000, 0x10000, ram, ram);
    expect(bus.readMemory(0xf1004, 2)).toBe(0xbeef);
  });

  it('is open bus where nothing is mapped', () => {
    const { bus } = board();
    expect(bus.readMemory(0xd0000000, 4)).toBe(0xffffffff);
    bus.writeMemory(0xd0000000, 4, 0);
    expect(bus.peekMemory(0xd0000000, 1)).toBe(0xff);
  });
});
