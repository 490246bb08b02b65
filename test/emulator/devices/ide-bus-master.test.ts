import { describe, expect, it } from 'vitest';
import { CopyOnWriteDiskImage } from '../../../src/emulator/boot/disk-image';
import { Bus, FRAME_BYTES, NO_COST } from '../../../src/emulator/bus';
import { BusMaster } from '../../../src/emulator/bus-master';
import { AtaDisk } from '../../../src/emulator/devices/ata-disk';
import { IdeAta } from '../../../src/emulator/devices/ide-ata';
import { BusMasterChannel } from '../../../src/emulator/devices/ide-bus-master';
import { createInterruptLine } from '../../../src/emulator/irq';
import { createRandomStream } from '../../../src/emulator/random';
import { createChipBench, resetPart } from './port-bench';

const MS = 1_000_000; // cycles at 1 GHz
const US = 1000;
const SECTORS = 4000;
const RAM_BYTES = 0x40000;
const [BMIC, BMIS, BMIDTP] = [0, 2, 4];
const [ACTIVE, INTERRUPT] = [1, 4];
const TABLE = 0x1000;
/** 256 words of 120 ns: multiword DMA mode 2. */
const SECTOR_CYCLES = 256 * 120;

const BASE = Uint8Array.from({ length: SECTORS * 512 }, (_, i) => (i >>> 9) * 7 + i);
const sectorsOf = (lba: number, count: number) => BASE.subarray(lba * 512, (lba + count) * 512);

/** A disk of 0.1 ms per sector that stands at sector 0 at `start`, in multiword DMA mode 2, and RAM from 0. */
function createEngine(modes = { pioCycleNs: 120, multiwordDmaModes: 3, ultraDmaModes: 6 }) {
  const bench = createChipBench();
  const { clock, memory, noteUnstable, line } = bench;
  const bus = new Bus(memory, clock, 500);
  const ram = { name: 'RAM', hostOffset: memory.ramOffset, device: null, cost: NO_COST, fetchCyclesPerByte: 0 };
  bus.mapMemory(0, RAM_BYTES, ram, ram);
  const master = new BusMaster(bus);
  const image = new CopyOnWriteDiskImage(BASE);
  const mechanics = { rpm: 6000, sectorsPerTrack: 100, heads: 2, cylinders: 401, trackToTrackNs: 0, fullStrokeNs: 0 };
  const disk = new AtaDisk(
    clock,
    {
      identity: { model: 'D', serialNumber: '1', firmwareRevision: '1' },
      mechanics: { ...mechanics, spinUpNs: 1 },
      modes,
      hasLongAddresses: true,
      commandOverheadNs: 0,
      blockGapNs: 5 * US,
      resetAnswerNs: 1,
    },
    image,
    0,
  );
  const settings = { isBusMaster: true };
  let channel: BusMasterChannel | null = null;
  const interrupt = createInterruptLine((isHigh) => {
    line.isHigh = isHigh;
    if (isHigh) line.rises.push(clock.nowCycles);
    if (isHigh) channel?.interruptRose();
  });
  const ide = new IdeAta(clock, interrupt, noteUnstable, { commandBase: 0x1f0, controlPort: 0x3f6 }, [disk, null]);
  const isBusMaster = () => settings.isBusMaster;
  const engine = (channel = new BusMasterChannel({ name: 'IDE', clock, memory: master, channel: ide, isBusMaster }));
  resetPart(ide, 'power-on');
  const write = (port: number, value: number) => ide.writePort(port, 1, value);
  const command = (code: number, lba: number, count: number) => {
    write(0x1f2, count);
    write(0x1f3, lba & 0xff);
    write(0x1f4, (lba >>> 8) & 0xff);
    write(0x1f5, 0);
    write(0x1f6, 0xe0);
    write(0x1f7, code);
  };
  const setMode = (mode: number) => {
    write(0x1f1, 3);
    command(0xef, 0, mode);
    clock.advance(1);
    return ide.readPort(0x1f7, 1);
  };
  clock.advanceTo(1000);
  setMode(0x22);
  clock.advanceTo(20 * MS); // a whole turn: sector 0 is about to pass
  line.rises.length = 0;
  engine.writeByte(BMIS, INTERRUPT);
  const table = (...entries: [address: number, control: number][]) => {
    const bytes = new DataView(new ArrayBuffer(8 * entries.length));
    entries.forEach(([address, control], i) => {
      bytes.setUint32(8 * i, address, true);
      bytes.setUint32(8 * i + 4, control, true);
    });
    master.writeBytes('test', TABLE, new Uint8Array(bytes.buffer));
    for (let i = 0; i < 4; i++) engine.writeByte(BMIDTP + i, (TABLE >>> (8 * i)) & 0xff);
  };
  const ramAt = (address: number, size: number) => master.readBytes(address, size);
  return { ...bench, ide, disk, engine, image, settings, master, command, setMode, table, ramAt, start: 20 * MS };
}

const LAST = 0x8000_0000;

describe('a read', () => {
  it('puts sectors where the descriptors say as they come off the platter, and interrupts behind the last byte', () => {
    const { clock, engine, command, table, ramAt, line, start, ide } = createEngine();
    table([0x2000, 1000], [0x8000, LAST | 536]);
    command(0xc8, 0, 3);
    engine.writeByte(BMIC, 0x08);
    engine.writeByte(BMIC, 0x09);
    expect(engine.readByte(BMIS)).toBe(ACTIVE);
    clock.advanceTo(start + 0.1 * MS + SECTOR_CYCLES);
    expect(ramAt(0x2000, 512)).toEqual(sectorsOf(0, 1));
    expect(ramAt(0x2200, 4)).toEqual(new Uint8Array(4));
    clock.advanceTo(start + 0.3 * MS + SECTOR_CYCLES - 1);
    expect(engine.readByte(BMIS)).toBe(ACTIVE);
    expect(line.rises).toEqual([]);
    expect(ide.peekPort(0x3f6, 1)).toBe(0x80);
    clock.advance(1);
    expect(engine.readByte(BMIS)).toBe(INTERRUPT);
    expect(line.rises).toEqual([start + 0.3 * MS + SECTOR_CYCLES]);
    expect(ide.readPort(0x1f7, 1)).toBe(0x50);
    expect(ramAt(0x2000, 1000)).toEqual(sectorsOf(0, 3).subarray(0, 1000));
    expect(ramAt(0x8000, 536)).toEqual(sectorsOf(0, 3).subarray(1000));
    expect(ramAt(0x8000 + 536, 8)).toEqual(new Uint8Array(8));
  });

  it('goes at the pace of the mode selected when the data waits in the buffer', () => {
    for (const [mode, cycleNs] of [
      [0x20, 480],
      [0x21, 150],
      [0x22, 120],
      [0x45, 120], // the controller knows no Ultra DMA: its own fastest cycle
    ]) {
      const { clock, engine, command, table, line, setMode } = createEngine();
      expect(setMode(mode)).toBe(0x50);
      table([0x2000, LAST]); // 64 KiB
      command(0xc8, 0, 50);
      clock.advance(10 * MS);
      line.rises.length = 0;
      engine.writeByte(BMIS, INTERRUPT);
      const from = clock.nowCycles;
      engine.writeByte(BMIC, 0x09);
      clock.advance(50 * 256 * cycleNs - 1);
      expect(line.rises).toEqual([]);
      clock.advance(1);
      expect(line.rises).toEqual([from + 50 * 256 * cycleNs]);
      // The table has room left: the drive is done, the engine is not (SFF-8038i, 3.1).
      expect(engine.readByte(BMIS)).toBe(ACTIVE | INTERRUPT);
      engine.writeByte(BMIC, 0);
      expect(engine.readByte(BMIS)).toBe(INTERRUPT);
    }
  });

  it('ends with the table when that is too short, and the drive waits', () => {
    const { clock, engine, command, table, line, ide, ramAt } = createEngine();
    table([0x2000, LAST | 512]);
    command(0xc8, 0, 2);
    engine.writeByte(BMIC, 0x09);
    clock.advance(1000 * MS);
    expect(engine.readByte(BMIS)).toBe(0);
    expect(line.rises).toEqual([]);
    expect(ide.dmaRequest).toMatchObject({ way: 'to-host', sizeBytes: 512 });
    expect(ramAt(0x2200, 512)).toEqual(new Uint8Array(512));
  });

  it('moves nothing until the function may master the bus, the engine is started and the way is right', () => {
    const { clock, engine, command, table, ramAt, settings } = createEngine();
    settings.isBusMaster = false;
    table([0x2000, LAST | 512]);
    command(0xc8, 4, 1);
    clock.advance(100 * MS);
    engine.writeByte(BMIC, 0x01); // from memory: the drive wants to send
    clock.advance(MS);
    engine.writeByte(BMIC, 0x00);
    engine.writeByte(BMIC, 0x09);
    clock.advance(MS);
    expect(ramAt(0x2000, 512)).toEqual(new Uint8Array(512));
    settings.isBusMaster = true;
    engine.serve();
    clock.advance(SECTOR_CYCLES);
    expect(ramAt(0x2000, 512)).toEqual(sectorsOf(4, 1));
  });

  it('stops where it is when software stops the engine, or a reset comes', () => {
    const { clock, engine, command, table, ramAt, start, ide, line } = createEngine();
    table([0x2000, LAST | 2048]);
    command(0xc8, 0, 4);
    engine.writeByte(BMIC, 0x09);
    clock.advanceTo(start + 0.2 * MS);
    engine.writeByte(BMIC, 0x08);
    clock.advance(10 * MS);
    expect(ramAt(0x2000, 512)).toEqual(sectorsOf(0, 1));
    expect(ramAt(0x2200, 512)).toEqual(new Uint8Array(512));
    engine.writeByte(BMIC, 0x09);
    ide.writePort(0x3f6, 1, 0x04);
    ide.writePort(0x3f6, 1, 0x00);
    clock.advance(10 * MS);
    expect(ramAt(0x2200, 512)).toEqual(new Uint8Array(512));
    expect(line.rises).toEqual([]);
  });

  it('with a 48-bit address takes a count beyond 255', () => {
    const { clock, engine, table, ramAt, ide, line } = createEngine();
    table([0x10000, 0x8000], [0x18000, LAST | 0x8000]);
    const write = (register: number, ...values: number[]) =>
      values.forEach((v) => ide.writePort(0x1f0 + register, 1, v));
    write(2, 0, 100);
    write(3, 0, 0xd0);
    write(4, 0, 0x07);
    write(5, 0, 0);
    write(6, 0x40);
    write(7, 0x25);
    engine.writeByte(BMIC, 0x09);
    clock.advance(500 * MS);
    expect(line.isHigh).toBe(true);
    expect(ramAt(0x10000, 100 * 512)).toEqual(sectorsOf(2000, 100));
    expect([2, 3, 4, 5].map((r) => ide.readPort(0x1f0 + r, 1))).toEqual([0, 0x33, 0x08, 0]);
    ide.writePort(0x3f6, 1, 0x80); // HOB: what they held before
    expect([2, 3, 4, 5].map((r) => ide.readPort(0x1f0 + r, 1))).toEqual([0, 0, 0, 0]);
  });
});

describe('a write', () => {
  it('takes memory as it is when it moves, and interrupts when all is on the platter', () => {
    const { clock, engine, command, table, image, master, line, start } = createEngine();
    const content = Uint8Array.from({ length: 1024 }, (_, i) => i * 5);
    master.writeBytes('test', 0x3000, content);
    table([0x3000, LAST | 1024]);
    command(0xca, 10, 2);
    engine.writeByte(BMIC, 0x01);
    clock.advance(1.2 * MS - 1);
    expect(line.rises).toEqual([]);
    expect(image.writtenSectors().size).toBe(0);
    clock.advance(1);
    expect(line.rises).toEqual([start + 1.2 * MS]);
    expect(engine.readByte(BMIS)).toBe(INTERRUPT);
    expect(image.readSector(10)).toEqual(content.subarray(0, 512));
    expect(image.readSector(11)).toEqual(content.subarray(512));
  });

  it('longer than the buffer goes to the platter in pieces', () => {
    const { clock, engine, table, image, ide, line, master } = createEngine();
    for (let i = 0; i < 3; i++) master.writeBytes('test', 0x10000 + i * 0x10000, new Uint8Array(0x10000).fill(i + 1));
    table([0x10000, 0], [0x20000, 0], [0x30000, LAST | 0]);
    const write = (register: number, ...values: number[]) =>
      values.forEach((v) => ide.writePort(0x1f0 + register, 1, v));
    write(2, 1, 0x80); // 384 sectors
    write(3, 0, 0);
    write(4, 0, 0);
    write(5, 0, 0);
    write(6, 0x40);
    write(7, 0x35);
    engine.writeByte(BMIC, 0x01);
    clock.advance(1000 * MS);
    expect(line.isHigh).toBe(true);
    expect(image.writtenSectors().size).toBe(384);
    expect([0, 127, 128, 255, 256, 383].map((lba) => image.readSector(lba)[511])).toEqual([1, 1, 2, 2, 3, 3]);
  });
});

describe('registers', () => {
  it('hold the table address in whole dwords, and clear status bits where ones are written', () => {
    const { engine, command, clock } = createEngine();
    for (let i = 0; i < 4; i++) engine.writeByte(BMIDTP + i, 0xff);
    expect([4, 5, 6, 7].map((offset) => engine.readByte(offset))).toEqual([0xfc, 0xff, 0xff, 0xff]);
    expect([1, 3].map((offset) => engine.readByte(offset))).toEqual([0, 0]);
    engine.writeByte(BMIC, 0xf8);
    expect(engine.readByte(BMIC)).toBe(0x08);
    command(0xec, 0, 0);
    clock.advance(MS);
    expect(engine.readByte(BMIS)).toBe(INTERRUPT);
    engine.writeByte(BMIS, 0x60);
    expect(engine.readByte(BMIS)).toBe(0x60 | INTERRUPT);
    engine.writeByte(BMIS, INTERRUPT | 0x60);
    expect(engine.readByte(BMIS)).toBe(0x60);
  });

  it.each([
    ['cpu-init', 0x0c, ACTIVE],
    ['platform', 0, 0],
    ['power-on', 0, 0],
  ] as const)('by %s keep or lose what they held', (kind, pointer, status) => {
    const { engine } = createEngine();
    engine.writeByte(BMIDTP, 0x0c);
    engine.writeByte(BMIC, 0x09);
    engine.enterReset(kind);
    engine.holdReset(kind);
    expect([engine.readByte(BMIDTP), engine.readByte(BMIS)]).toEqual([pointer, status]);
  });
});

describe('robustness', () => {
  it.each([1, 2])('survives 10,000 random accesses to engine and drive (seed %i)', (seed) => {
    const { engine, ide, clock } = createEngine();
    const random = createRandomStream(seed, 'bus master');
    for (let i = 0; i < 10_000; i++) {
      const value = random.nextInteger(256);
      if (random.nextInteger(2)) engine.writeByte(random.nextInteger(8), value);
      else
        ide.writePort(0x1f1 + random.nextInteger(7), 1, random.nextInteger(4) ? value : 0xc8 + random.nextInteger(4));
      expect(engine.readByte(random.nextInteger(8))).toBeLessThan(256);
      clock.advance(random.nextInteger(MS));
    }
  });

  it('goes on the same after its state was saved and restored in the middle of a transfer', () => {
    const run = (cut: number | null) => {
      let made = createEngine();
      made.table([0x2000, 700], [0x4000, LAST | (2048 - 700)]);
      made.command(0xc8, 0, 4);
      made.engine.writeByte(BMIC, 0x09);
      if (cut !== null) {
        made.clock.advanceTo(made.start + cut);
        const saved = structuredClone([made.ide.saveState(), made.engine.saveState()] as const);
        const ram = made.ramAt(0, RAM_BYTES - FRAME_BYTES);
        const rises = [...made.line.rises];
        const { start } = made;
        made = createEngine();
        made.clock.advanceTo(start + cut);
        made.master.writeBytes('test', 0, ram);
        made.ide.restoreState(saved[0]);
        made.engine.restoreState(saved[1]);
        made.line.rises.splice(0, Infinity, ...rises);
      }
      made.clock.advanceTo(made.start + 10 * MS);
      return { ram: made.ramAt(0x2000, 0x3000), rises: made.line.rises, state: made.engine.saveState() };
    };
    const whole = run(null);
    expect(whole.rises).toHaveLength(1);
    for (const cut of [1, 0.1 * MS + 10, 0.2 * MS + 20_000, 0.35 * MS]) expect(run(cut)).toEqual(whole);
  });
});
