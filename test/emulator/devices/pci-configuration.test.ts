import { describe, expect, it } from 'vitest';
import type { PamAttributes, PamRegion } from '../../../src/emulator/devices/i440fx-host-bridge';
import { I440fxHostBridge, PAM_REGIONS } from '../../../src/emulator/devices/i440fx-host-bridge';
import { ConfigurationSpace, PciConfiguration } from '../../../src/emulator/devices/pci-configuration';
import { Piix3IsaBridge } from '../../../src/emulator/devices/piix3-isa-bridge';
import type { HammerTarget } from './port-bench';
import { createChipBench, hammer, resetPart } from './port-bench';

const [CONFADD, CONFDATA] = [0xcf8, 0xcfc];
const READABLE = 0x1;
const WRITABLE = 0x2;

function createBoard() {
  const pamLog: { base: number; sizeBytes: number; bits: number }[] = [];
  const pirqLog: [number, number | null][] = [];
  let batches = 0;
  const bits = ({ isReadFromRam, isWrittenToRam }: PamAttributes) =>
    (isReadFromRam ? READABLE : 0) | (isWrittenToRam ? WRITABLE : 0);
  const hostBridge = new I440fxHostBridge({
    pamChanged: (region: PamRegion, attributes) => void pamLog.push({ ...region, bits: bits(attributes) }),
    pamChangesDone: () => void batches++,
  });
  const isaBridge = new Piix3IsaBridge({ pirqRouted: (pirq, irq) => void pirqLog.push([pirq, irq]) });
  const pci = new PciConfiguration();
  pci.attach({ device: 0, function: 0 }, hostBridge);
  pci.attach({ device: 1, function: 0 }, isaBridge);
  const select = (device: number, register: number, functionNumber = 0, bus = 0) =>
    pci.writePort(CONFADD, 4, (0x8000_0000 | (bus << 16) | (device << 11) | (functionNumber << 8) | register) >>> 0);
  const readDword = (device: number, register: number, functionNumber = 0, bus = 0) => {
    select(device, register, functionNumber, bus);
    return pci.readPort(CONFDATA, 4);
  };
  const writeByte = (device: number, register: number, value: number) => {
    select(device, register & 0xfc);
    pci.writePort(CONFDATA + (register & 3), 1, value);
  };
  return { pci, hostBridge, isaBridge, select, readDword, writeByte, pamLog, pirqLog, batches: () => batches };
}

describe('mechanism 1', () => {
  it('finds the two bridges and reads ones everywhere else', () => {
    const { readDword } = createBoard();
    const found: string[] = [];
    for (let device = 0; device < 32; device++) {
      for (let fn = 0; fn < 8; fn++) {
        const id = readDword(device, 0, fn);
        if (id !== 0xffff_ffff) found.push(`${device}.${fn} ${id.toString(16)}`);
      }
    }
    expect(found).toEqual(['0.0 12378086', '1.0 70008086']);
    expect(readDword(0, 0, 0, 1)).toBe(0xffff_ffff);
  });

  it('keeps the address, except for the bits that do not exist', () => {
    const { pci } = createBoard();
    pci.writePort(CONFADD, 4, 0xffff_ffff);
    expect(pci.readPort(CONFADD, 4)).toBe(0x80ff_fffc);
  });

  it('does not take bytes and words at CF8 for an address', () => {
    const { pci, select } = createBoard();
    select(1, 0);
    pci.writePort(CONFADD, 1, 0x40);
    pci.writePort(CONFADD, 2, 0x4040);
    expect(pci.readPort(CONFADD, 4)).toBe(0x8000_0800);
    expect(pci.readPort(CONFADD, 1)).toBe(0xff);
  });

  it('gives nothing while the enable bit is clear', () => {
    const { pci } = createBoard();
    pci.writePort(CONFADD, 4, 0x0000_0000);
    expect(pci.readPort(CONFDATA, 4)).toBe(0xffff_ffff);
  });

  it('reads bytes and words at their place in the double word', () => {
    const { pci, select } = createBoard();
    select(0, 0x08);
    expect(pci.readPort(CONFDATA, 1)).toBe(0x02); // revision
    expect(pci.readPort(CONFDATA + 2, 2)).toBe(0x0600); // host bridge
    expect(pci.readPort(CONFDATA + 3, 1)).toBe(0x06);
    select(1, 0x0c);
    expect(pci.readPort(CONFDATA + 2, 1)).toBe(0x80);
    select(0, 0x2c);
    expect(pci.readPort(CONFDATA, 4)).toBe(0x1100_1af4);
  });

  it('changes only the bits a register declares', () => {
    const space = new ConfigurationSpace([{ offset: 4, sizeBytes: 4, value: 0x1122_3344, writable: 0x00ff_0f00 }]);
    space.write(4, 4, 0xaaaa_aaaa);
    expect(space.read(4, 4)).toBe(0x11aa_3a44);
    space.write(6, 1, 0x55);
    expect(space.read(4, 4)).toBe(0x1155_3a44);
    space.write(8, 4, 0xffff_ffff);
    expect(space.read(8, 4)).toBe(0);
    space.reset();
    expect(space.read(4, 4)).toBe(0x1122_3344);
  });

  it('refuses two functions in one slot', () => {
    const { pci, isaBridge } = createBoard();
    expect(() => pci.attach({ device: 1, function: 0 }, isaBridge)).toThrow('0:1.0');
  });
});

describe('PAM registers', () => {
  it('cover C0000 to FFFFF without gap or overlap', () => {
    const sorted = [...PAM_REGIONS].sort((a, b) => a.base - b.base);
    let at = 0xc0000;
    for (const { base, sizeBytes } of sorted) {
      expect(base).toBe(at);
      at += sizeBytes;
    }
    expect(at).toBe(0x10_0000);
  });

  it('rule F0000 by the high half of 59h, and the low half is reserved', () => {
    const { writeByte, readDword, pamLog } = createBoard();
    writeByte(0, 0x59, 0x33);
    expect(pamLog).toEqual([{ base: 0xf0000, sizeBytes: 0x10000, bits: 3 }]);
    expect((readDword(0, 0x58) >>> 8) & 0xff).toBe(0x30);
  });

  it.each([
    [0x5a, 0x01, 0xc0000, READABLE],
    [0x5a, 0x20, 0xc4000, WRITABLE],
    [0x5c, 0x02, 0xd0000, WRITABLE],
    [0x5d, 0x30, 0xdc000, READABLE | WRITABLE],
    [0x5e, 0x01, 0xe0000, READABLE],
    [0x5f, 0x10, 0xec000, READABLE],
  ])('register %i value %i rules %i', (register, value, base, bits) => {
    const { writeByte, pamLog } = createBoard();
    writeByte(0, register, value);
    expect(pamLog).toEqual([{ base, sizeBytes: 0x4000, bits }]);
  });

  it('tell each change once, and the end of a batch once', () => {
    const { pci, select, pamLog, batches } = createBoard();
    select(0, 0x5c);
    pci.writePort(CONFDATA, 4, 0x3333_3333);
    expect(pamLog).toHaveLength(8);
    expect(batches()).toBe(1);
    pci.writePort(CONFDATA, 4, 0x3333_3333);
    expect(pamLog).toHaveLength(8);
    expect(batches()).toBe(1);
  });

  it('survive a CPU reset and return to ROM on platform reset and power-on', () => {
    for (const kind of ['platform', 'power-on'] as const) {
      const { hostBridge, writeByte, pamLog, readDword } = createBoard();
      writeByte(0, 0x59, 0x30);
      pamLog.length = 0;
      resetPart(hostBridge, 'cpu-init');
      expect(pamLog).toEqual([]);
      expect(hostBridge.pamAttributes(0)).toEqual({ isReadFromRam: true, isWrittenToRam: true });
      resetPart(hostBridge, kind);
      expect(pamLog).toEqual([{ base: 0xf0000, sizeBytes: 0x10000, bits: 0 }]);
      expect((readDword(0, 0x58) >>> 8) & 0xff).toBe(0);
    }
  });
});

describe('PIRQ routing', () => {
  it('goes nowhere after reset, then to the IRQ written, never to a reserved one', () => {
    const { writeByte, readDword, pirqLog, isaBridge } = createBoard();
    expect(readDword(1, 0x60)).toBe(0x8080_8080);
    writeByte(1, 0x60, 0x0b);
    writeByte(1, 0x63, 0x0a);
    writeByte(1, 0x61, 0x02); // reserved
    writeByte(1, 0x60, 0x8b);
    expect(pirqLog).toEqual([
      [0, 11],
      [3, 10],
      [0, null],
    ]);
    resetPart(isaBridge, 'cpu-init');
    expect(isaBridge.irqOfPirq(3)).toBe(10);
    resetPart(isaBridge, 'platform');
    expect(isaBridge.irqOfPirq(3)).toBe(null);
    expect(pirqLog.at(-1)).toEqual([3, null]);
  });
});

describe('robustness', () => {
  it('survives 10,000 random accesses with valid addresses among them', () => {
    const { pci, select } = createBoard();
    const bench = createChipBench();
    const targets: HammerTarget[] = [0, 1, 2, 3].map((i) => ({ port: CONFDATA + i, sizes: i === 0 ? [1, 2, 4] : [1] }));
    for (let i = 0; i < 100; i++) {
      select(i & 1, (i * 4) & 0xfc);
      hammer(pci, targets, bench, { accesses: 100, maxStepCycles: 10, seed: i });
    }
    const all = [...targets, { port: CONFADD, sizes: [1, 2, 4] } as const];
    hammer(pci, all, bench, { accesses: 1000, maxStepCycles: 10 });
  });

  it('restores a saved state, telling what changes', () => {
    const a = createBoard();
    a.writeByte(0, 0x5a, 0x13);
    a.writeByte(1, 0x62, 0x05);
    a.select(1, 0x60);
    const b = createBoard();
    b.hostBridge.restoreState(JSON.parse(JSON.stringify(a.hostBridge.saveState())));
    b.isaBridge.restoreState(JSON.parse(JSON.stringify(a.isaBridge.saveState())));
    b.pci.restoreState(JSON.parse(JSON.stringify(a.pci.saveState())));
    expect(b.pci.readPort(CONFDATA, 4)).toBe(0x8005_8080);
    expect(b.pamLog).toEqual(a.pamLog);
    expect(b.pirqLog).toEqual([[2, 5]]);
  });
});
