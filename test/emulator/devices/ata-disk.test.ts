// What disks learned after ATA-3; PIO, resets and errors are in ide-ata.test.ts, DMA in ide-bus-master.test.ts.
import { describe, expect, it } from 'vitest';
import { CopyOnWriteDiskImage } from '../../../src/emulator/boot/disk-image';
import type { AtaDiskConfig } from '../../../src/emulator/devices/ata-disk';
import { AtaDisk } from '../../../src/emulator/devices/ata-disk';
import { IdeAta } from '../../../src/emulator/devices/ide-ata';
import { createChipBench, resetPart } from './port-bench';

const MS = 1_000_000; // cycles at 1 GHz
const SECTORS = 4000;
const [DATA, ERROR, COUNT, NUMBER, LOW, HIGH, DEVICE, STATUS] = [
  0x1f0, 0x1f1, 0x1f2, 0x1f3, 0x1f4, 0x1f5, 0x1f6, 0x1f7,
];
const CONTROL = 0x3f6;
const [BSY, IDLE, FAILED] = [0x80, 0x50, 0x51];

const DRIVE: AtaDiskConfig = {
  identity: { model: 'BOOTLAB DISK', serialNumber: 'BL0001', firmwareRevision: '1.0' },
  mechanics: {
    ...{ rpm: 6000, sectorsPerTrack: 100, heads: 2, cylinders: 401 },
    ...{ trackToTrackNs: 2 * MS, fullStrokeNs: 21 * MS, spinUpNs: 5000 * MS },
  },
  modes: { pioCycleNs: 120, multiwordDmaModes: 3, ultraDmaModes: 6 },
  hasLongAddresses: true,
  commandOverheadNs: 500_000,
  blockGapNs: 5_000,
  resetAnswerNs: 1000 * MS,
};

function createDisk(config: Partial<AtaDiskConfig> = {}, sectorCount = SECTORS) {
  const bench = createChipBench();
  const { clock } = bench;
  const start = new Uint8Array(Math.min(sectorCount, SECTORS) * 512).map((_, i) => (i >>> 9) * 3 + i);
  const image = new CopyOnWriteDiskImage(start, sectorCount * 512);
  const disk = new AtaDisk(clock, { ...DRIVE, ...config }, image, 0);
  const ports = { commandBase: DATA, controlPort: CONTROL };
  const ide = new IdeAta(clock, bench.interruptLine, bench.noteUnstable, ports, [disk, null]);
  resetPart(ide, 'power-on');
  const read = (port: number) => ide.readPort(port, 1);
  const write = (port: number, ...values: number[]) => values.forEach((value) => ide.writePort(port, 1, value));
  const waitWhileBusy = () => {
    while (ide.peekPort(CONTROL, 1) & BSY && clock.nextAlarmCycle < Infinity) clock.advanceTo(clock.nextAlarmCycle);
    return read(STATUS);
  };
  const command = (code: number, count = 0, lba = 0) => {
    write(COUNT, count);
    write(NUMBER, lba & 0xff);
    write(LOW, (lba >>> 8) & 0xff);
    write(HIGH, (lba >>> 16) & 0xff);
    write(DEVICE, 0xe0 | (lba >>> 24));
    write(STATUS, code);
    return waitWhileBusy();
  };
  const longCommand = (code: number, count: number, lba: number) => {
    const byte = (i: number) => Math.floor(lba / 2 ** (8 * i)) & 0xff;
    write(COUNT, count >>> 8, count & 0xff);
    write(NUMBER, byte(3), byte(0));
    write(LOW, byte(4), byte(1));
    write(HIGH, byte(5), byte(2));
    write(DEVICE, 0x40);
    write(STATUS, code);
    return waitWhileBusy();
  };
  const longLba = () => {
    const half = () => read(NUMBER) + read(LOW) * 2 ** 8 + read(HIGH) * 2 ** 16;
    write(CONTROL, 0x80);
    const high = half();
    write(CONTROL, 0x00);
    return high * 2 ** 24 + half();
  };
  const readSector = () => Uint8Array.from({ length: 256 }, () => ide.readPort(DATA, 2) & 0xff);
  const identify = () => {
    command(0xec);
    const words = Array.from({ length: 256 }, () => ide.readPort(DATA, 2));
    return (word: number) => words[word];
  };
  waitWhileBusy();
  const evenBytes = (lba: number) => image.readSector(lba).filter((_, i) => i % 2 === 0);
  return {
    ...bench,
    ide,
    image,
    read,
    write,
    waitWhileBusy,
    command,
    longCommand,
    longLba,
    readSector,
    identify,
    evenBytes,
  };
}

describe('identify', () => {
  it('tells DMA modes and the one selected', () => {
    const { identify, write, command } = createDisk();
    let word = identify();
    expect([word(49) & 0x300, word(53), word(63), word(65), word(66), word(88)]).toEqual([
      ...[0x300, 7, 0x0107, 120, 120, 0x003f],
    ]);
    write(ERROR, 0x03);
    expect(command(0xef, 0x44)).toBe(IDLE);
    word = identify();
    expect([word(63), word(88)]).toEqual([0x0007, 0x103f]);
    const old = createDisk({ modes: { pioCycleNs: 600, multiwordDmaModes: 2, ultraDmaModes: 0 } }).identify();
    expect([old(53), old(63), old(65), old(88), old(64)]).toEqual([3, 0x0103, 150, 0, 0]);
  });

  it('tells 48-bit addresses only where the drive has them', () => {
    const word = createDisk().identify();
    expect([word(83) & 0x2400, word(86) & 0x2400, word(100), word(101)]).toEqual([0x2400, 0x2400, SECTORS, 0]);
    const short = createDisk({ hasLongAddresses: false }).identify();
    expect([short(83) & 0x2400, short(100)]).toEqual([0, 0]);
  });

  it('keeps the 28-bit capacity at its end on a larger disk', () => {
    const mechanics = { ...DRIVE.mechanics, heads: 16, cylinders: 400_000 };
    const sectors = 0x1800_0000;
    const { identify, longCommand, longLba, command, read } = createDisk({ mechanics }, sectors);
    const word = identify();
    expect([word(60), word(61), word(100), word(101)]).toEqual([0xffff, 0x0fff, 0, 0x1800]);
    expect(longCommand(0x27, 0, 0)).toBe(IDLE);
    expect(longLba()).toBe(sectors - 1);
    expect(command(0xf8)).toBe(IDLE);
    expect([read(NUMBER), read(LOW), read(HIGH), read(DEVICE) & 0xf]).toEqual([0xff, 0xff, 0xff, 0x0f]);
    expect(longCommand(0x42, 1, sectors - 1)).toBe(IDLE);
    expect(longCommand(0x42, 1, sectors)).toBe(FAILED);
  });
});

describe('48-bit commands', () => {
  it('read and write sectors by PIO, one and in blocks', () => {
    const { ide, longCommand, readSector, evenBytes, image, command, waitWhileBusy } = createDisk();
    expect(longCommand(0x24, 1, 300)).toBe(0x58);
    expect(readSector()).toEqual(evenBytes(300));
    command(0xc6, 2);
    expect(longCommand(0x29, 2, 310)).toBe(0x58);
    expect([readSector(), readSector()]).toEqual([evenBytes(310), evenBytes(311)]);
    for (const [code, count] of [
      [0x34, 1],
      [0x39, 2],
    ]) {
      expect(longCommand(code, count, 400)).toBe(0x58);
      for (let i = 0; i < 256 * count; i++) ide.writePort(DATA, 2, 0x0101 * code);
      expect(waitWhileBusy()).toBe(IDLE);
      expect(image.readSector(400 + count - 1)[511]).toBe(code);
    }
  });

  it('find no sector beyond the end, and need LBA', () => {
    const { longCommand, read, write, waitWhileBusy } = createDisk();
    expect([longCommand(0x24, 1, 2 ** 40), read(ERROR)]).toEqual([FAILED, 0x10]);
    expect([longCommand(0x42, 1, SECTORS), read(ERROR)]).toEqual([FAILED, 0x10]);
    write(DEVICE, 0xa0);
    write(STATUS, 0x24);
    expect([waitWhileBusy(), read(ERROR)]).toEqual([FAILED, 0x10]);
  });

  it('take a count of zero as 65536', () => {
    const { longCommand, longLba, read } = createDisk();
    expect([longCommand(0x42, 0, 10), read(ERROR), longLba()]).toEqual([FAILED, 0x10, SECTORS]);
  });

  it.each([0x24, 0x25, 0x27, 0x29, 0x34, 0x35, 0x39, 0x42, 0xea])('are unknown to a drive without them: %i', (code) => {
    const { longCommand, command, read } = createDisk({ hasLongAddresses: false });
    command(0xc6, 2);
    expect([longCommand(code, 1, 0), read(ERROR)]).toEqual([FAILED, 0x04]);
  });
});

describe('power', () => {
  it('sleeps until a reset, and spins up for the first access after it', () => {
    const { command, write, read, clock, waitWhileBusy } = createDisk();
    expect(command(0xe6)).toBe(IDLE);
    expect(command(0xec)).toBe(IDLE); // nobody hears it
    expect(clock.nextAlarmCycle).toBe(Infinity);
    write(CONTROL, 0x04);
    write(CONTROL, 0x00);
    expect(waitWhileBusy()).toBe(IDLE);
    command(0xe5);
    expect(read(COUNT)).toBe(0);
    const before = clock.nowCycles;
    command(0x40, 1);
    expect(clock.nowCycles).toBeGreaterThan(before + 5000 * MS);
  });
});

describe('transfer modes', () => {
  it('survive a software reset, not a hardware reset', () => {
    const { write, command, identify, ide, waitWhileBusy } = createDisk();
    write(ERROR, 0x03);
    command(0xef, 0x22);
    write(CONTROL, 0x04);
    write(CONTROL, 0x00);
    waitWhileBusy();
    expect(identify()(63)).toBe(0x0407);
    resetPart(ide, 'platform');
    waitWhileBusy();
    expect(identify()(63)).toBe(0x0107);
  });

  it.each([0x02, 0x0d, 0x10, 0x23, 0x46, 0x80])('unknown to the drive are refused: %i', (mode) => {
    const { write, command, read } = createDisk();
    write(ERROR, 0x03);
    expect([command(0xef, mode), read(ERROR)]).toEqual([FAILED, 0x04]);
  });
});
