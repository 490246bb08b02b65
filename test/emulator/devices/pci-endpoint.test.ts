import { describe, expect, it } from 'vitest';
import type { AccessSize, MemoryDevice, PortDevice } from '../../../src/emulator/bus';
import type { PciDecoder, PciEndpointParts, PciRange } from '../../../src/emulator/devices/pci-endpoint';
import { PciEndpoint, rangeBytes } from '../../../src/emulator/devices/pci-endpoint';
import { createInterruptLine } from '../../../src/emulator/irq';
import { createRandomStream } from '../../../src/emulator/random';
import { resetChips, throughJson } from './chip-bench';

const PCICMD = 0x04;
const IO = 0x1;
const MEMORY = 0x2;
const MASTER = 0x4;
const bar = (number: number) => 0x10 + 4 * number;
const ROM_BAR = 0x30;

const ports: PortDevice = { readPort: () => 0, writePort: () => {}, peekPort: () => 0 };
const memory: MemoryDevice = { readMemory: () => 0, writeMemory: () => {}, peekMemory: () => 0 };
const RANGES: readonly PciRange[] = [
  { kind: 'io', bar: 0, sizeBytes: 64, widthBytes: 4, device: ports },
  { kind: 'memory', bar: 1, sizeBytes: 4096, device: memory },
  { kind: 'linear', bar: 2, sizeBytes: 0x100_0000, hostOffset: 0 },
  { kind: 'rom', image: new Uint8Array(40_000) },
];

function endpoint(parts: Partial<PciEndpointParts> = {}) {
  const log: string[] = [];
  const decoder: PciDecoder = {
    open: (name, range, base) => {
      log.push(`+${name} ${range.kind} ${base.toString(16)}`);
      return () => log.push(`-${range.kind} ${base.toString(16)}`);
    },
  };
  const fields = [
    { offset: 0x00, sizeBytes: 2, value: 0x1234 },
    { offset: 0x02, sizeBytes: 2, value: 0x5678 },
  ] as const;
  const line = createInterruptLine(() => {});
  const card = new PciEndpoint(
    { name: 'card', fields, ranges: RANGES, interrupt: { pin: 1, line }, ...parts },
    decoder,
  );
  const write = (offset: number, sizeBytes: AccessSize, value: number) =>
    card.writeConfiguration(offset, sizeBytes, value);
  const read = (offset: number, sizeBytes: AccessSize = 4) => card.readConfiguration(offset, sizeBytes);
  return { card, log, write, read };
}

describe('base address registers', () => {
  it('tell size and kind when all ones are written (PCI 2.1, 6.2.5.1)', () => {
    const { write, read } = endpoint();
    for (const offset of [bar(0), bar(1), bar(2), ROM_BAR]) write(offset, 4, 0xffff_ffff);
    expect(read(bar(0))).toBe(0xffff_ffc1); // 64 ports
    expect(read(bar(1))).toBe(0xffff_f000); // 4 KiB
    expect(read(bar(2))).toBe(0xff00_0008); // 16 MiB, prefetchable
    expect(read(ROM_BAR)).toBe(0xffff_0001); // 40,000 bytes in 64 KiB, enable bit
    expect(read(bar(3))).toBe(0);
  });

  it('round an expansion ROM up to a power of two, at least 2 KiB', () => {
    expect(rangeBytes({ kind: 'rom', image: new Uint8Array(512) })).toBe(2048);
    expect(rangeBytes({ kind: 'rom', image: new Uint8Array(32_768) })).toBe(32_768);
    expect(rangeBytes({ kind: 'rom', image: new Uint8Array(32_769) })).toBe(65_536);
  });

  it('open nothing until the command register enables their space', () => {
    const { write, log } = endpoint();
    write(bar(0), 4, 0xc000);
    write(bar(1), 4, 0xfeb0_0000);
    write(bar(2), 4, 0xfd00_0000);
    expect(log).toEqual([]);
    write(PCICMD, 2, IO);
    expect(log).toEqual(['+card io c000']);
    write(PCICMD, 2, MEMORY);
    expect(log.slice(1)).toEqual(['-io c000', '+card memory feb00000', '+card linear fd000000']);
  });

  it('open nothing at 0', () => {
    const { write, log } = endpoint();
    write(PCICMD, 2, IO | MEMORY);
    expect(log).toEqual([]);
  });

  it('move a range, closing it first', () => {
    const { write, log, card } = endpoint();
    write(PCICMD, 2, IO);
    write(bar(0), 4, 0xc000);
    write(bar(0), 4, 0xd040);
    expect(log).toEqual(['+card io c000', '-io c000', '+card io d040']);
    expect(card.baseOf(0)).toBe(0xd040);
    write(PCICMD, 2, 0);
    expect(card.baseOf(0)).toBe(null);
  });

  it('leave a range alone that is written where it is', () => {
    const { write, log } = endpoint();
    write(PCICMD, 2, IO);
    write(bar(0), 4, 0xc000);
    write(bar(0), 4, 0xc001);
    write(PCICMD, 2, IO | MASTER);
    expect(log).toEqual(['+card io c000']);
  });

  it('open no ports above FFFFh', () => {
    const { write, log } = endpoint();
    write(PCICMD, 2, IO);
    write(bar(0), 4, 0x1_c000);
    expect(log).toEqual([]);
  });

  it('open the expansion ROM with its own enable bit and memory space', () => {
    const { write, log } = endpoint();
    write(PCICMD, 2, MEMORY);
    write(ROM_BAR, 4, 0xfeb1_0000);
    expect(log).toEqual([]);
    write(ROM_BAR, 4, 0xfeb1_0001);
    write(PCICMD, 2, IO);
    expect(log).toEqual(['+card rom feb10000', '-rom feb10000']);
  });
});

describe('command and interrupt registers', () => {
  it('keep ports, memory and bus mastering; nothing else', () => {
    const { write, read, card } = endpoint();
    expect(card.isBusMaster).toBe(false);
    write(PCICMD, 2, 0xffff);
    expect(read(PCICMD, 2)).toBe(0x0007);
    expect(card.isBusMaster).toBe(true);
  });

  it('tell the pin and keep the line', () => {
    const { write, read } = endpoint();
    write(0x3c, 2, 0xff0b);
    expect(read(0x3c, 2)).toBe(0x010b);
  });

  it('are 0 without an interrupt', () => {
    const { write, read } = endpoint({ interrupt: null });
    write(0x3c, 2, 0xffff);
    expect(read(0x3c, 2)).toBe(0);
  });
});

describe('resets', () => {
  it.each(['platform', 'power-on'] as const)('of kind %s close all ranges', (kind) => {
    const { write, read, card, log } = endpoint();
    write(PCICMD, 2, IO | MEMORY | MASTER);
    write(bar(0), 4, 0xc000);
    write(bar(1), 4, 0xfeb0_0000);
    resetChips([card], kind);
    expect(log.slice(2)).toEqual(['-io c000', '-memory feb00000']);
    expect(read(bar(0))).toBe(1);
    expect(card.isBusMaster).toBe(false);
  });

  it('of the CPU leave the function at work', () => {
    const { write, card, log } = endpoint();
    write(PCICMD, 2, IO | MASTER);
    write(bar(0), 4, 0xc000);
    resetChips([card], 'cpu-init');
    expect(log).toEqual(['+card io c000']);
    expect(card.isBusMaster).toBe(true);
  });
});

it('a restored function has its ranges open where they were', () => {
  const a = endpoint();
  a.write(PCICMD, 2, IO | MEMORY);
  a.write(bar(0), 4, 0xc000);
  a.write(ROM_BAR, 4, 0xfeb1_0001);
  const b = endpoint();
  b.write(PCICMD, 2, IO);
  b.write(bar(0), 4, 0xd000);
  b.card.restoreState(throughJson(a.card.saveState()));
  expect(b.log).toEqual(['+card io d000', '-io d000', '+card io c000', '+card rom feb10000']);
  expect(b.card.saveState()).toEqual(a.card.saveState());
});

it('10,000 random writes keep identity, and as many ranges open as close', () => {
  const { card, write, read, log } = endpoint();
  const random = createRandomStream(11, 'endpoint');
  for (let i = 0; i < 10_000; i++) write(random.nextInteger(64), 1, random.nextInteger(256));
  expect(read(0)).toBe(0x5678_1234);
  resetChips([card], 'platform');
  expect(log.filter((entry) => entry.startsWith('+')).length).toBeGreaterThan(100);
  expect(log.filter((entry) => entry.startsWith('-')).length).toBe(log.length / 2);
});
