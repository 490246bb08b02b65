import { beforeEach, describe, expect, it } from 'vitest';
import { BusMaster } from '../../../src/emulator/bus-master';
import { Bus } from '../../../src/emulator/bus';
import type { MemoryBacking } from '../../../src/emulator/bus';
import { Clock } from '../../../src/emulator/clock';
import type { DmaDevice } from '../../../src/emulator/devices/dma-8237';
import { DmaPair } from '../../../src/emulator/devices/dma-8237';
import type { UnstableLog } from './chip-bench';
import { MIB, MachineMemory } from '../../../src/emulator/memory';
import { BENCH_HZ, abuseChip, createUnstableLog, resetChips, throughJson } from './chip-bench';

const TRANSFER_NS = 1080;
const FIRST_RAM_BYTES = 512 * 1024;

let clock: Clock;
let bus: Bus;
let unstable: UnstableLog;
let dma: DmaPair;

function createDma(): DmaPair {
  return new DmaPair(
    { clock, noteUnstable: unstable.note, busMaster: new BusMaster(bus) },
    { transferNs: TRANSFER_NS },
  );
}

beforeEach(() => {
  const memory = new MachineMemory(MIB);
  clock = new Clock(memory, BENCH_HZ);
  bus = new Bus(memory, clock, 700);
  const device = {
    bytes: new Uint8Array(FIRST_RAM_BYTES),
    readMemory: (address: number) => device.bytes[address],
    peekMemory: (address: number) => device.bytes[address],
    writeMemory: (address: number, _sizeBytes: number, value: number) => void (device.bytes[address] = value),
  };
  const cost = [0, 0, 0, 0, 0] as const;
  const ram: MemoryBacking = { name: 'RAM', hostOffset: -1, device, cost, fetchCyclesPerByte: 0 };
  bus.mapMemory(0, FIRST_RAM_BYTES, ram, ram);
  unstable = createUnstableLog();
  dma = createDma();
});

/** A device with bytes for memory; its request falls behind the last one. */
function createSource(channel: number, values: number[]): DmaDevice & { readonly lastFlags: boolean[] } {
  const lastFlags: boolean[] = [];
  return {
    lastFlags,
    dmaRead(isLast) {
      lastFlags.push(isLast);
      const value = values.shift()!;
      if (values.length === 0) dma.setRequest(channel, false);
      return value;
    },
    dmaWrite: () => {},
  };
}

/** Programs a channel of the first controller and unmasks it, the cascade included. */
function programFirst(channel: number, mode: number, address: number, transfers: number): void {
  writeSecond(0xd6, 0xc0);
  writeSecond(0xd4, 0x00);
  writeFirst(0x0c, 0);
  writeFirst(channel * 2, address & 0xff, (address >>> 8) & 0xff);
  writeFirst(channel * 2 + 1, (transfers - 1) & 0xff, (transfers - 1) >>> 8);
  dma.pages.writePort([0x87, 0x83, 0x81, 0x82][channel], 1, address >>> 16);
  writeFirst(0x0b, mode | channel);
  writeFirst(0x0a, channel);
}

const peek = (address: number, count: number) =>
  Array.from({ length: count }, (_, i) => bus.peekMemory(address + i, 1));

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
    const twin = createDma();
    twin.restoreState(throughJson(dma.saveState()));
    expect(twin.saveState()).toEqual(dma.saveState());
  });
});

describe('DmaPair, transfers', () => {
  it('moves bytes to memory while DREQ is high, takes a bus cycle for each, and stops at terminal count', () => {
    const source = createSource(2, [1, 2, 3, 4, 5]);
    dma.connect(2, source);
    programFirst(2, 0x44, 0x12345, 3); // single, write
    const start = clock.nowCycles;
    dma.setRequest(2, true);
    expect(peek(0x12345, 5)).toEqual([1, 2, 3, 0, 0]);
    expect(clock.nowCycles - start).toBe(3 * clock.cyclesFromNs(TRANSFER_NS));
    expect(source.lastFlags).toEqual([false, false, true]);
    expect(dma.settingOf(2)).toMatchObject({ isMasked: true, address: 0x12348, count: 0xffff });
    expect(dma.first.readPort(0x08, 1)).toBe(0x44); // terminal count, and the request still up
  });

  it('waits for the mask to be lifted, for the cascade, and for the controller to be enabled', () => {
    dma.connect(2, createSource(2, [9]));
    programFirst(2, 0x44, 0x1000, 4);
    for (const [close, open] of [
      [() => writeFirst(0x0a, 0x06), () => writeFirst(0x0a, 0x02)],
      [() => writeSecond(0xd4, 0x04), () => writeSecond(0xd4, 0x00)],
      [() => writeFirst(0x08, 0x04), () => writeFirst(0x08, 0x00)],
    ] as const) {
      const source = createSource(2, [9]);
      dma.connect(2, source);
      close();
      dma.setRequest(2, true);
      expect(source.lastFlags).toEqual([]);
      open();
      expect(source.lastFlags).toEqual([false]);
    }
  });

  it('reloads address and count of an auto-initialising channel and leaves it unmasked', () => {
    dma.connect(2, createSource(2, [1, 2, 3]));
    programFirst(2, 0x54, 0x2000, 2);
    dma.setRequest(2, true);
    expect(peek(0x2000, 2)).toEqual([3, 2]);
    expect(dma.settingOf(2)).toMatchObject({ isMasked: false, address: 0x2001, count: 0 });
  });

  it('counts addresses down and wraps within the 64 KiB of the page', () => {
    dma.connect(1, createSource(1, [1, 2]));
    programFirst(1, 0x64, 0x30000, 2);
    dma.setRequest(1, true);
    expect([peek(0x30000, 1), peek(0x3ffff, 1)]).toEqual([[1], [2]]);
  });

  it('reads memory for the device, and verifies without touching memory', () => {
    const received: [number, boolean][] = [];
    const verified: boolean[] = [];
    const sink: DmaDevice = {
      dmaRead: () => 0xee,
      dmaWrite(value, isLast) {
        received.push([value, isLast]);
        if (isLast) dma.setRequest(3, false);
      },
      dmaVerify: (isLast) => void verified.push(isLast),
    };
    dma.connect(3, sink);
    bus.writeMemory(0x4000, 1, 0x11);
    bus.writeMemory(0x4001, 1, 0x22);
    programFirst(3, 0x48, 0x4000, 2);
    dma.setRequest(3, true);
    expect(received).toEqual([
      [0x11, false],
      [0x22, true],
    ]);
    programFirst(3, 0x40, 0x4000, 2);
    dma.setRequest(3, true);
    expect(verified).toEqual([false, true]);
    expect(peek(0x4000, 2)).toEqual([0x11, 0x22]);
  });

  it('finishes a block once begun although DREQ has fallen, by software request too', () => {
    const values = [1, 2, 3];
    dma.connect(2, {
      dmaRead() {
        dma.setRequest(2, false);
        return values.shift()!;
      },
      dmaWrite: () => {},
    });
    programFirst(2, 0x84, 0x5000, 3);
    dma.setRequest(2, true);
    expect(peek(0x5000, 3)).toEqual([1, 2, 3]);
    programFirst(0, 0x84, 0x6000, 4); // nothing at channel 0: an empty data bus
    writeFirst(0x09, 0x04);
    expect(peek(0x6000, 5)).toEqual([0xff, 0xff, 0xff, 0xff, 0]);
    expect(dma.first.peekPort(0x08, 1) & 0x11).toBe(0x01);
  });

  it('moves words on channels 5-7', () => {
    dma.connect(5, createSource(5, [0x1122, 0x3344]));
    writeSecond(0xd8, 0);
    writeSecond(0xc4, 0x00, 0x38); // 7000h / 2
    writeSecond(0xc6, 0x01, 0x00);
    writeSecond(0xd6, 0x45);
    writeSecond(0xd4, 0x01);
    dma.setRequest(5, true);
    expect(peek(0x7000, 4)).toEqual([0x22, 0x11, 0x44, 0x33]);
  });

  it('serves the lowest channel first, and each in turn once priorities rotate', () => {
    const order: number[] = [];
    const serve = (command: number) => {
      order.length = 0;
      writeFirst(0x08, command | 0x04);
      for (const channel of [1, 3]) {
        let left = 2;
        dma.connect(channel, {
          dmaRead() {
            order.push(channel);
            if (--left === 0) dma.setRequest(channel, false);
            return 0;
          },
          dmaWrite: () => {},
        });
        programFirst(channel, 0x44, 0x1000, 10);
        dma.setRequest(channel, true);
      }
      writeFirst(0x08, command);
      return [...order];
    };
    expect(serve(0x00)).toEqual([1, 1, 3, 3]);
    expect(serve(0x10)).toEqual([1, 3, 1, 3]);
  });
});
