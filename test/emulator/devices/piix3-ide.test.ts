import { describe, expect, it } from 'vitest';
import type { PortDevice } from '../../../src/emulator/bus';
import { Bus } from '../../../src/emulator/bus';
import { BusMaster } from '../../../src/emulator/bus-master';
import { IdeAta } from '../../../src/emulator/devices/ide-ata';
import { BusMasterChannel } from '../../../src/emulator/devices/ide-bus-master';
import type { PciRange } from '../../../src/emulator/devices/pci-endpoint';
import { Piix3Ide } from '../../../src/emulator/devices/piix3-ide';
import { createRandomStream } from '../../../src/emulator/random';
import { createChipBench, resetPart } from './port-bench';

function createFunction() {
  const { clock, memory, interruptLine, noteUnstable } = createChipBench();
  const busMaster = new BusMaster(new Bus(memory, clock, 500));
  const open: { range: PciRange; base: number }[] = [];
  const decoder = {
    open: (_name: string, range: PciRange, base: number) => {
      const entry = { range, base };
      open.push(entry);
      return () => void open.splice(open.indexOf(entry), 1);
    },
  };
  const engineAt = (commandBase: number, isBusMaster: () => boolean) => {
    const channel = new IdeAta(clock, interruptLine, noteUnstable, { commandBase, controlPort: commandBase + 0x206 }, [
      null,
      null,
    ]);
    return new BusMasterChannel({ name: 'IDE', clock, memory: busMaster, channel, isBusMaster });
  };
  const ide = new Piix3Ide(decoder, (isBusMaster) => [engineAt(0x1f0, isBusMaster), engineAt(0x170, isBusMaster)]);
  const written: number[] = [];
  const channel: PortDevice = {
    readPort: () => 0x42,
    peekPort: () => 0x42,
    writePort: (_port, _size, value) => void written.push(value),
  };
  return { ide, open, gates: [ide.gate(0, channel), ide.gate(1, channel)], written };
}

describe('the IDE function', () => {
  it('is 8086:7010, an IDE controller in legacy mode with a bus master, and has no interrupt pin', () => {
    const { ide } = createFunction();
    expect(ide.readConfiguration(0x00, 4)).toBe(0x7010_8086);
    expect(ide.readConfiguration(0x04, 4)).toBe(0x0280_0000);
    expect(ide.readConfiguration(0x08, 4)).toBe(0x0101_8000);
    expect(ide.readConfiguration(0x0e, 1)).toBe(0);
    expect(ide.readConfiguration(0x3d, 1)).toBe(0);
    ide.writeConfiguration(0x20, 4, 0xffff_ffff);
    expect(ide.readConfiguration(0x20, 4)).toBe(0xffff_fff1);
    for (const bar of [0x10, 0x14, 0x18, 0x1c, 0x24]) {
      ide.writeConfiguration(bar, 4, 0xffff_ffff);
      expect(ide.readConfiguration(bar, 4)).toBe(0);
    }
  });

  it('decodes a channel when I/O space and its IDE decode bit are on', () => {
    const { ide, gates, written } = createFunction();
    const seen = () => gates.map((gate) => gate.readPort(0x1f7, 1));
    expect(seen()).toEqual([0xff, 0xff]);
    ide.writeConfiguration(0x40, 2, 0x8000);
    expect(seen()).toEqual([0xff, 0xff]);
    ide.writeConfiguration(0x04, 2, 0x0005);
    expect(seen()).toEqual([0x42, 0xff]);
    gates[0].writePort(0x1f6, 1, 1);
    gates[1].writePort(0x1f6, 1, 2);
    expect(written).toEqual([1]);
    ide.writeConfiguration(0x40, 4, 0x8000_0000);
    expect(seen()).toEqual([0xff, 0x42]);
    expect([gates[0].peekPort(0x1f0, 2), gates[0].readPort(0x1f0, 4)]).toEqual([0xffff, 0xffff_ffff]);
  });

  it('has the registers of both channels behind one range of 16 ports', () => {
    const { ide, open } = createFunction();
    ide.writeConfiguration(0x20, 4, 0xc000);
    ide.writeConfiguration(0x04, 2, 0x0005);
    expect(open).toMatchObject([{ base: 0xc000, range: { kind: 'io', sizeBytes: 16 } }]);
    const { device } = open[0].range as { device: PortDevice };
    device.writePort(4, 4, 0x1234_5678);
    device.writePort(12, 4, 0x9abc_def0);
    device.writePort(2, 1, 0x20);
    device.writePort(10, 1, 0x40);
    expect([4, 12].map((offset) => device.readPort(offset, 4))).toEqual([0x1234_5678, 0x9abc_def0]);
    expect([0, 8].map((offset) => device.peekPort(offset, 4))).toEqual([0x0020_0000, 0x0040_0000]);
  });

  it.each([
    ['cpu-init', 0x42, 1],
    ['platform', 0xff, 0],
    ['power-on', 0xff, 0],
  ] as const)('by %s keeps or forgets what it decodes', (kind, status, ranges) => {
    const { ide, open, gates } = createFunction();
    ide.writeConfiguration(0x40, 2, 0x8000);
    ide.writeConfiguration(0x20, 4, 0xc000);
    ide.writeConfiguration(0x04, 2, 0x0005);
    resetPart(ide, kind);
    expect(gates[0].readPort(0x1f7, 1)).toBe(status);
    expect(open).toHaveLength(ranges);
  });

  it('comes back from a saved state', () => {
    const a = createFunction();
    a.ide.writeConfiguration(0x40, 4, 0x8000_8000);
    a.ide.writeConfiguration(0x20, 4, 0xc000);
    a.ide.writeConfiguration(0x04, 2, 0x0005);
    const b = createFunction();
    b.ide.restoreState(structuredClone(a.ide.saveState()));
    expect(b.ide.saveState()).toEqual(a.ide.saveState());
    expect(b.gates.map((gate) => gate.readPort(0x1f7, 1))).toEqual([0x42, 0x42]);
    expect(b.open).toHaveLength(1);
  });

  it('survives 10,000 random accesses', () => {
    const { ide, open } = createFunction();
    const random = createRandomStream(1, 'piix3');
    for (let i = 0; i < 10_000; i++) {
      const offset = random.nextInteger(64) * 4;
      ide.writeConfiguration(offset, 4, random.nextInteger(2 ** 32));
      expect(ide.readConfiguration(0, 4)).toBe(0x7010_8086);
      for (const { range } of open) {
        const { device } = range as { device: PortDevice };
        device.writePort(random.nextInteger(16), 1, random.nextInteger(256));
        expect(device.readPort(random.nextInteger(16), 1)).toBeLessThan(256);
      }
    }
  });
});
