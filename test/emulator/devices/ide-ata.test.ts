import { describe, expect, it } from 'vitest';
import { CopyOnWriteDiskImage } from '../../../src/emulator/boot/disk-image';
import { Bus } from '../../../src/emulator/bus';
import type { AtaDiskConfig, AtaDiskState } from '../../../src/emulator/devices/ata-disk';
import { AtaDisk } from '../../../src/emulator/devices/ata-disk';
import { IdeAta } from '../../../src/emulator/devices/ide-ata';
import { EmulatorError } from '../../../src/emulator/errors';
import type { HammerTarget } from './port-bench';
import { bytePorts, createChipBench, hammer, resetPart } from './port-bench';

const MS = 1_000_000; // cycles at 1 GHz
const SECTORS = 4000;
const [DATA, ERROR, COUNT, NUMBER, LOW, HIGH, DEVICE, STATUS] = [
  0x1f0, 0x1f1, 0x1f2, 0x1f3, 0x1f4, 0x1f5, 0x1f6, 0x1f7,
];
const CONTROL = 0x3f6;
const [BSY, IDLE, DRQ, FAILED] = [0x80, 0x50, 0x58, 0x51];

/** 6000 rpm, 100 sectors per track: 0.1 ms per sector; 1 + 1 * sqrt(d) ms per seek. */
const DRIVE: AtaDiskConfig = {
  identity: { model: 'BOOTLAB DISK', serialNumber: 'BL0001', firmwareRevision: '1.0' },
  mechanics: {
    rpm: 6000,
    sectorsPerTrack: 100,
    heads: 2,
    cylinders: 401,
    trackToTrackNs: 2 * MS,
    fullStrokeNs: 21 * MS,
    spinUpNs: 5000 * MS,
  },
  commandOverheadNs: 500_000,
  blockGapNs: 5_000,
  modes: { pioCycleNs: 120, multiwordDmaModes: 0, ultraDmaModes: 0 },
  hasLongAddresses: false,
  resetAnswerNs: 1000 * MS,
};

function createBase(): Uint8Array {
  const base = new Uint8Array(SECTORS * 512);
  for (let i = 0; i < base.length; i++) base[i] = (i >>> 9) * 7 + i;
  return base;
}
const BASE = createBase();
const sectorOf = (lba: number) => BASE.subarray(lba * 512, (lba + 1) * 512);

const stateOf = (ide: IdeAta) => ide.saveState().drives[0] as AtaDiskState;

/** A channel with drives as asked for, powered on and spun up; cycles are counted from then (`start`). */
function createChannel(present: readonly [boolean, boolean] = [true, false]) {
  const bench = createChipBench();
  const { clock, interruptLine, noteUnstable } = bench;
  const images = [new CopyOnWriteDiskImage(BASE), new CopyOnWriteDiskImage(BASE)];
  const [disk0, disk1] = present.map((is, i) => (is ? new AtaDisk(clock, DRIVE, images[i], 0) : null));
  const config = { commandBase: 0x1f0, controlPort: CONTROL };
  const ide = new IdeAta(clock, interruptLine, noteUnstable, config, [disk0, disk1]);
  resetPart(ide, 'power-on');
  const read = (port: number) => ide.readPort(port, 1);
  const write = (port: number, value: number) => ide.writePort(port, 1, value);
  const readSector = () => {
    const bytes = new Uint8Array(512);
    for (let i = 0; i < 512; i += 2) {
      const word = ide.readPort(DATA, 2);
      bytes[i] = word;
      bytes[i + 1] = word >>> 8;
    }
    return bytes;
  };
  const writeSector = (bytes: Uint8Array) => {
    for (let i = 0; i < 512; i += 2) ide.writePort(DATA, 2, bytes[i] | (bytes[i + 1] << 8));
  };
  const command = (code: number, lba = 0, count = 0, device = 0xe0) => {
    write(COUNT, count & 0xff);
    write(NUMBER, lba & 0xff);
    write(LOW, (lba >>> 8) & 0xff);
    write(HIGH, (lba >>> 16) & 0xff);
    write(DEVICE, device | (lba >>> 24));
    write(STATUS, code);
  };
  /** Cycle at which BSY falls: alarms only, so stepping from alarm to alarm finds it exactly. */
  const waitWhileBusy = () => {
    while (ide.peekPort(CONTROL, 1) & BSY && clock.nextAlarmCycle < Infinity) clock.advanceTo(clock.nextAlarmCycle);
    return clock.nowCycles;
  };
  const lba = () => read(NUMBER) | (read(LOW) << 8) | (read(HIGH) << 16) | ((read(DEVICE) & 0xf) << 24);
  return { ...bench, ide, images, read, write, readSector, writeSector, command, waitWhileBusy, lba };
}

function createReadyChannel(present?: readonly [boolean, boolean]) {
  const channel = createChannel(present);
  channel.waitWhileBusy();
  channel.clock.advanceTo(6000 * MS); // platter angle 0
  return { ...channel, start: 6000 * MS };
}

describe('power-on and reset', () => {
  it('is busy until the platters are at speed, then shows the signature', () => {
    const { clock, read, waitWhileBusy, line } = createChannel();
    clock.advanceTo(5000 * MS - 1);
    expect(read(STATUS)).toBe(BSY);
    expect(waitWhileBusy()).toBe(5000 * MS);
    expect([ERROR, COUNT, NUMBER, LOW, HIGH, DEVICE, STATUS].map(read)).toEqual([1, 1, 1, 0, 0, 0xa0, IDLE]);
    expect(line.rises).toEqual([]);
  });

  it('answers a software reset after its time, with no second spin-up and no interrupt', () => {
    const { clock, read, write, waitWhileBusy, line, start } = createReadyChannel();
    write(DEVICE, 0xb0);
    write(CONTROL, 0x04);
    expect(read(STATUS)).toBe(BSY);
    clock.advance(5 * MS);
    write(CONTROL, 0x00);
    expect(waitWhileBusy()).toBe(start + 1005 * MS);
    expect([ERROR, COUNT, NUMBER, LOW, HIGH, DEVICE, STATUS].map(read)).toEqual([1, 1, 1, 0, 0, 0xa0, IDLE]);
    expect(line.rises).toEqual([]);
  });

  it('stays in reset as long as SRST is set', () => {
    const { clock, read, write } = createReadyChannel();
    write(CONTROL, 0x04);
    clock.advance(60_000 * MS);
    expect(read(STATUS)).toBe(BSY);
  });

  it('waits for the spin-up under way when reset early', () => {
    const { clock, write, waitWhileBusy } = createChannel();
    clock.advance(100 * MS);
    write(CONTROL, 0x04);
    write(CONTROL, 0x00);
    expect(waitWhileBusy()).toBe(5000 * MS);
  });

  it('keeps spinning over a platform reset and notices nothing of a CPU reset', () => {
    const { ide, command, waitWhileBusy, start } = createReadyChannel();
    command(0x20, 0, 1);
    const before = ide.saveState();
    resetPart(ide, 'cpu-init');
    expect(ide.saveState()).toEqual(before);
    resetPart(ide, 'platform');
    expect(waitWhileBusy()).toBe(start + 1000 * MS);
  });

  it('forgets settings on a software reset unless told to keep them', () => {
    const { ide, write, command, waitWhileBusy } = createReadyChannel();
    const multiple = () => stateOf(ide).settings.multipleSectors;
    const softReset = () => {
      write(CONTROL, 0x04);
      write(CONTROL, 0x00);
      waitWhileBusy();
    };
    command(0xc6, 0, 8);
    waitWhileBusy();
    expect(multiple()).toBe(8);
    softReset();
    expect(multiple()).toBe(0);
    command(0xc6, 0, 8);
    waitWhileBusy();
    write(ERROR, 0x66);
    command(0xef);
    waitWhileBusy();
    softReset();
    expect(multiple()).toBe(8);
    resetPart(ide, 'platform');
    expect(multiple()).toBe(0);
  });
});

describe('absent drives', () => {
  it('reads 00h as status of an absent device 1, and registers of device 0 otherwise', () => {
    const { read, write, command, clock } = createReadyChannel();
    write(DEVICE, 0xb0);
    write(COUNT, 0x55);
    write(NUMBER, 0xaa);
    expect([STATUS, CONTROL, COUNT, NUMBER, DEVICE].map(read)).toEqual([0, 0, 0x55, 0xaa, 0xb0]);
    command(0xec, 0, 0, 0xb0);
    clock.advance(1000 * MS);
    expect(read(STATUS)).toBe(0);
    write(DEVICE, 0xa0);
    expect(read(STATUS)).toBe(IDLE);
  });

  it('floats with DD7 pulled low when nobody is there, or device 0 is missing and selected', () => {
    const empty = createChannel([false, false]);
    for (const port of [ERROR, COUNT, DEVICE, STATUS, CONTROL]) expect(empty.read(port)).toBe(0x7f);
    expect(empty.ide.readPort(DATA, 2)).toBe(0xff7f);
    empty.command(0xec);
    expect(empty.read(STATUS)).toBe(0x7f);
    const single = createReadyChannel([false, true]);
    expect(single.read(STATUS)).toBe(0x7f);
    single.write(DEVICE, 0xb0);
    expect(single.read(STATUS)).toBe(IDLE);
  });

  it('runs the diagnostic on device 0 whatever DEV says', () => {
    const { read, write, waitWhileBusy, line, start } = createReadyChannel();
    write(DEVICE, 0xb0);
    write(STATUS, 0x90);
    expect(read(STATUS)).toBe(BSY);
    expect(waitWhileBusy()).toBe(start + 0.5 * MS);
    expect([ERROR, COUNT, NUMBER, DEVICE].map(read)).toEqual([1, 1, 1, 0xa0]);
    expect(line.isHigh).toBe(true);
  });
});

describe('two drives', () => {
  it('sends each command to the selected one, and INTRQ only from it', () => {
    const { clock, images, read, write, command, waitWhileBusy, writeSector, line } = createReadyChannel([true, true]);
    command(0x30, 5, 1, 0xf0);
    waitWhileBusy();
    writeSector(new Uint8Array(512).fill(0x77));
    write(DEVICE, 0xe0);
    clock.advance(100 * MS);
    expect(line.isHigh).toBe(false);
    write(DEVICE, 0xf0);
    expect(line.isHigh).toBe(true);
    expect(read(STATUS)).toBe(IDLE);
    expect(line.isHigh).toBe(false);
    expect(images[1].readSector(5)[0]).toBe(0x77);
    expect(images[0].readSector(5)).toEqual(sectorOf(5));
  });
});

describe('identify', () => {
  it('tells geometry, capacity, names and what PIO can do', () => {
    const { ide, command, waitWhileBusy, readSector, read, line, start } = createReadyChannel();
    command(0xec);
    expect(waitWhileBusy()).toBe(start + 0.5 * MS);
    expect(line.isHigh).toBe(true);
    expect(read(STATUS)).toBe(DRQ);
    expect(line.isHigh).toBe(false);
    const bytes = readSector();
    const word = (i: number) => bytes[2 * i] | (bytes[2 * i + 1] << 8);
    const text = (first: number, count: number) =>
      Array.from({ length: count }, (_, i) => String.fromCharCode(word(first + i) >>> 8, word(first + i) & 0xff)).join(
        '',
      );
    expect(word(0)).toBe(0x0040);
    expect([word(1), word(3), word(6)]).toEqual([3, 16, 63]); // 100 sectors per track fit no BIOS: 4000 / (16 * 63)
    expect(text(10, 10)).toBe('BL0001'.padEnd(20));
    expect(text(23, 4)).toBe('1.0     ');
    expect(text(27, 20)).toBe('BOOTLAB DISK'.padEnd(40));
    expect(word(47) & 0xff).toBe(16);
    expect(word(49) & 0x0300).toBe(0x0200); // LBA, no DMA
    expect(word(60) | (word(61) << 16)).toBe(SECTORS);
    expect(read(STATUS)).toBe(IDLE);
    expect(line.isHigh).toBe(false);
    expect(ide.readPort(DATA, 2)).toBe(0xffff);
  });
});

describe('reading', () => {
  it('delivers sectors when they have passed under the head, with one interrupt per sector', () => {
    const { clock, command, waitWhileBusy, readSector, read, line, start, takeUnstable } = createReadyChannel();
    command(0x20, 10, 3);
    expect(read(STATUS)).toBe(BSY);
    // 0.5 ms overhead: slot 5; sector 10 ends at slot 11.
    expect(waitWhileBusy()).toBe(start + 1.1 * MS);
    takeUnstable();
    expect(read(CONTROL)).toBe(DRQ);
    expect(takeUnstable()).toEqual([]);
    expect(line.isHigh).toBe(true);
    expect(read(STATUS)).toBe(DRQ);
    expect(takeUnstable()).toEqual([start + 1.1 * MS]);
    expect(line.isHigh).toBe(false);
    expect(readSector()).toEqual(sectorOf(10));
    expect(read(STATUS)).toBe(BSY);
    expect(waitWhileBusy()).toBe(start + 1.2 * MS);
    clock.advance(30 * MS);
    expect(readSector()).toEqual(sectorOf(11));
    // Sector 12 waits in the buffer: only the gap between blocks remains.
    expect(waitWhileBusy()).toBe(start + 31.205 * MS);
    expect(line.rises).toHaveLength(2); // the second one was never acknowledged
    expect(readSector()).toEqual(sectorOf(12));
    expect(read(STATUS)).toBe(IDLE);
  });

  it('leaves the address of the last sector and a count of zero', () => {
    const { command, waitWhileBusy, readSector, read, lba } = createReadyChannel();
    command(0x20, 0x1fe, 4);
    for (let i = 0; i < 4; i++) {
      waitWhileBusy();
      readSector();
    }
    expect(read(COUNT)).toBe(0);
    expect(lba()).toBe(0x201);
  });

  it('understands cylinder, head and sector in the geometry it was given', () => {
    const { command, write, waitWhileBusy, readSector, read } = createReadyChannel();
    write(COUNT, 17);
    write(DEVICE, 0xa3); // 4 heads of 17 sectors
    write(STATUS, 0x91);
    waitWhileBusy();
    command(0x20, (2 << 8) | 17, 2, 0xa1); // cylinder 2, head 1, sector 17
    waitWhileBusy();
    expect(readSector()).toEqual(sectorOf((2 * 4 + 1) * 17 + 16));
    waitWhileBusy();
    expect(readSector()).toEqual(sectorOf((2 * 4 + 2) * 17));
    expect([NUMBER, LOW, HIGH, DEVICE].map(read)).toEqual([1, 2, 0, 0xa2]);
  });

  it('takes a count of zero as 256', () => {
    const { command, waitWhileBusy, readSector, read } = createReadyChannel();
    command(0x20, 0, 0);
    for (let i = 0; i < 256; i++) {
      waitWhileBusy();
      expect(readSector()).toEqual(sectorOf(i));
    }
    expect(read(STATUS)).toBe(IDLE);
  });

  it('gives two words for a 32-bit access, and the low byte of a word for a byte access', () => {
    const { ide, command, waitWhileBusy, read } = createReadyChannel();
    command(0x20, 1, 1);
    waitWhileBusy();
    const bytes = sectorOf(1);
    expect(ide.readPort(DATA, 4)).toBe(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true));
    expect(read(DATA)).toBe(bytes[4]);
    expect(ide.readPort(DATA, 2)).toBe(bytes[6] | (bytes[7] << 8));
  });

  it('gives words in a row as single reads would, but the last of a block, and none where there is no data', () => {
    const { ide, command, waitWhileBusy, read, readSector } = createReadyChannel();
    const into = new Uint8Array(600);
    expect(ide.readPortRun(DATA, 2, into, 0, 256)).toBe(0);
    command(0x20, 30, 2);
    waitWhileBusy();
    expect(ide.readPortRun(COUNT, 2, into, 0, 4)).toBe(0);
    expect(ide.readPortRun(DATA, 4, into, 0, 4)).toBe(0);
    expect(ide.readPortRun(DATA, 2, into, 10, 100)).toBe(100);
    expect(ide.readPort(DATA, 2)).toBe(sectorOf(30)[200] | (sectorOf(30)[201] << 8));
    expect(ide.readPortRun(DATA, 2, into, 212, 256)).toBe(154);
    expect([...into.subarray(10, 210), ...into.subarray(212, 520)]).toEqual([
      ...sectorOf(30).subarray(0, 200),
      ...sectorOf(30).subarray(202, 510),
    ]);
    expect(ide.readPortRun(DATA, 2, into, 0, 256)).toBe(0);
    expect(read(STATUS) & DRQ).toBe(DRQ);
    expect(ide.readPort(DATA, 2)).toBe(sectorOf(30)[510] | (sectorOf(30)[511] << 8));
    waitWhileBusy();
    expect(readSector()).toEqual(sectorOf(31));
  });

  it('reads blocks of the size of SET MULTIPLE, and refuses READ MULTIPLE without it', () => {
    const { command, waitWhileBusy, readSector, read, line } = createReadyChannel();
    command(0xc4, 0, 4);
    waitWhileBusy();
    expect([read(STATUS), read(ERROR)]).toEqual([FAILED, 0x04]);
    for (const count of [3, 32]) {
      command(0xc6, 0, count);
      waitWhileBusy();
      expect([read(STATUS), read(ERROR)]).toEqual([FAILED, 0x04]);
    }
    command(0xc6, 0, 4);
    waitWhileBusy();
    expect(read(STATUS)).toBe(IDLE);
    line.rises.length = 0;
    command(0xc4, 100, 6);
    waitWhileBusy();
    read(STATUS);
    for (let i = 0; i < 4; i++) expect(readSector()).toEqual(sectorOf(100 + i));
    waitWhileBusy();
    read(STATUS);
    for (let i = 4; i < 6; i++) expect(readSector()).toEqual(sectorOf(100 + i));
    expect(read(STATUS)).toBe(IDLE);
    expect(line.rises).toHaveLength(2);
  });
});

describe('writing', () => {
  it('asks for the first block without an interrupt and ends when the platter has all', () => {
    const { images, command, waitWhileBusy, writeSector, read, line, start } = createReadyChannel();
    const content = [1, 2].map((seed) => Uint8Array.from({ length: 512 }, (_, i) => i * seed));
    command(0x30, 20, 2);
    expect(waitWhileBusy()).toBe(start + 0.5 * MS);
    expect(read(STATUS)).toBe(DRQ);
    expect(line.rises).toEqual([]);
    writeSector(content[0]);
    expect(waitWhileBusy()).toBe(start + 0.505 * MS);
    expect(line.rises).toEqual([start + 0.505 * MS]);
    expect(read(STATUS)).toBe(DRQ);
    expect(images[0].readSector(20)).toEqual(sectorOf(20));
    writeSector(content[1]);
    expect(waitWhileBusy()).toBe(start + 2.2 * MS); // slot 20 and 21
    expect(line.rises).toHaveLength(2);
    expect(read(STATUS)).toBe(IDLE);
    expect([20, 21].map((lba) => images[0].readSector(lba))).toEqual(content);
    expect(images[0].writtenSectors().size).toBe(2);
  });

  it('takes 32-bit data and blocks of WRITE MULTIPLE', () => {
    const { ide, images, command, waitWhileBusy, read } = createReadyChannel();
    command(0xc6, 0, 2);
    waitWhileBusy();
    command(0xc5, 7, 2);
    waitWhileBusy();
    for (let i = 0; i < 256; i++) ide.writePort(DATA, 4, 0xa1b2c3d4);
    waitWhileBusy();
    expect(read(STATUS)).toBe(IDLE);
    expect([...images[0].readSector(8).subarray(0, 4)]).toEqual([0xd4, 0xc3, 0xb2, 0xa1]);
  });

  it('drops a write that a software reset interrupts', () => {
    const { images, command, waitWhileBusy, writeSector, write } = createReadyChannel();
    command(0x30, 20, 1);
    waitWhileBusy();
    writeSector(new Uint8Array(512));
    write(CONTROL, 4);
    write(CONTROL, 0);
    waitWhileBusy();
    expect(images[0].writtenSectors().size).toBe(0);
  });
});

describe('errors', () => {
  it('finds no sector behind the end, at cylinder, head or sector out of range', () => {
    const { command, waitWhileBusy, read } = createReadyChannel();
    const attempts: [number, number][] = [
      [SECTORS, 0xe0],
      [0x0fff_ffff, 0xe0],
      [0x000000, 0xa0], // sector 0
      [0x000040, 0xa0], // sector 64 of 63
      [0x000301, 0xa0], // cylinder 3 of 0-2
    ];
    for (const [address, device] of attempts) {
      command(0x20, address, 1, device);
      waitWhileBusy();
      expect([read(STATUS), read(ERROR)]).toEqual([FAILED, 0x10]);
    }
  });

  it('delivers what it has and then names the first missing sector', () => {
    const { command, waitWhileBusy, readSector, read, lba } = createReadyChannel();
    command(0x20, SECTORS - 1, 3);
    waitWhileBusy();
    expect(readSector()).toEqual(sectorOf(SECTORS - 1));
    waitWhileBusy();
    expect([read(STATUS), read(ERROR), read(COUNT), lba()]).toEqual([FAILED, 0x10, 2, SECTORS]);
  });

  it.each([0x00, 0x08, 0x24, 0x25, 0x27, 0xa0, 0xa1, 0xb0, 0xc8, 0xca, 0xea, 0xf1, 0xf9, 0xff])(
    'aborts command %i that it does not know',
    (code) => {
      const { command, waitWhileBusy, read, line } = createReadyChannel();
      command(code);
      waitWhileBusy();
      expect(line.isHigh).toBe(true);
      expect([read(STATUS), read(ERROR)]).toEqual([FAILED, 0x04]);
    },
  );

  it('refuses an image larger than the drive', () => {
    const { clock } = createChipBench();
    const mechanics = { ...DRIVE.mechanics, cylinders: 1 };
    const attempt = () => new AtaDisk(clock, { ...DRIVE, mechanics }, new CopyOnWriteDiskImage(BASE), 0);
    expect(attempt).toThrow(EmulatorError);
  });
});

describe('other commands', () => {
  it('seeks, recalibrates and verifies in the time of the mechanics', () => {
    const { command, waitWhileBusy, read, start } = createReadyChannel();
    command(0x70, 3200, 0); // cylinder 16: 1 + sqrt(16) ms
    expect(waitWhileBusy()).toBe(start + 5.5 * MS);
    expect(read(STATUS)).toBe(IDLE);
    command(0x1f);
    expect(waitWhileBusy()).toBe(start + 11 * MS);
    command(0x40, 0, 100); // from 11.5 ms, the start of the next turn is at 20 ms
    expect(waitWhileBusy()).toBe(start + 30 * MS);
    expect(read(STATUS)).toBe(IDLE);
  });

  it('reports power: idle, then standby, from which an access spins up again', () => {
    const { command, waitWhileBusy, read, clock } = createReadyChannel();
    command(0xe5);
    waitWhileBusy();
    expect(read(COUNT)).toBe(0xff);
    command(0xe0);
    waitWhileBusy();
    command(0x98);
    waitWhileBusy();
    expect(read(COUNT)).toBe(0);
    const before = clock.nowCycles;
    command(0x20, 0, 1);
    expect(waitWhileBusy()).toBeGreaterThan(before + 5000 * MS);
  });

  it('accepts the transfer modes of PIO 0 to 4 and no others, and switches look-ahead', () => {
    const { ide, command, write, waitWhileBusy, read } = createReadyChannel();
    const setFeature = (feature: number, count = 0) => {
      write(ERROR, feature);
      command(0xef, 0, count);
      waitWhileBusy();
      return read(STATUS);
    };
    expect([0x00, 0x01, 0x08, 0x0c].map((mode) => setFeature(3, mode))).toEqual([IDLE, IDLE, IDLE, IDLE]);
    expect([0x0d, 0x20, 0x42].map((mode) => setFeature(3, mode))).toEqual([FAILED, FAILED, FAILED]);
    expect(setFeature(0x55)).toBe(IDLE);
    expect(stateOf(ide).mechanics.isLookAheadEnabled).toBe(false);
    expect(setFeature(0xaa)).toBe(IDLE);
    expect(setFeature(0x82)).toBe(FAILED);
    command(0xe7);
    waitWhileBusy();
    expect(read(STATUS)).toBe(IDLE);
  });
});

describe('INTRQ', () => {
  it('is held back by nIEN and appears when nIEN is cleared', () => {
    const { command, write, waitWhileBusy, line, read } = createReadyChannel();
    write(CONTROL, 0x02);
    command(0xec);
    waitWhileBusy();
    expect(line.isHigh).toBe(false);
    write(CONTROL, 0x00);
    expect(line.isHigh).toBe(true);
    write(DEVICE, 0xb0);
    expect(line.isHigh).toBe(false);
    read(STATUS); // the status of the absent drive acknowledges nothing
    write(DEVICE, 0xa0);
    expect(line.isHigh).toBe(true);
    command(0xec);
    expect(line.isHigh).toBe(false);
  });
});

describe('robustness', () => {
  const targets: HammerTarget[] = [
    { port: DATA, sizes: [1, 2, 4] },
    ...bytePorts(ERROR, STATUS),
    ...bytePorts(CONTROL, CONTROL),
  ];

  it.each([1, 2, 3])('survives 10,000 random accesses, and says when its answers may change (seed %i)', (seed) => {
    const { ide, ...bench } = createReadyChannel([true, seed === 2]);
    hammer(ide, targets, bench, { accesses: 10_000, maxStepCycles: 20 * MS, seed });
  });

  it('goes on the same after its state was saved and restored in the middle of a read', () => {
    const a = createReadyChannel();
    a.command(0x20, 10, 4);
    a.waitWhileBusy();
    a.readSector();
    a.clock.advance(1000);
    const saved = structuredClone(a.ide.saveState());
    const b = createChannel();
    b.waitWhileBusy();
    b.clock.advanceTo(a.clock.nowCycles);
    b.ide.restoreState(saved);
    expect(b.ide.saveState()).toEqual(a.ide.saveState());
    for (const channel of [a, b]) {
      for (let i = 1; i < 4; i++) {
        channel.waitWhileBusy();
        expect(channel.readSector()).toEqual(sectorOf(10 + i));
      }
    }
    expect(b.clock.nowCycles).toBe(a.clock.nowCycles);
    expect(b.ide.saveState()).toEqual(a.ide.saveState());
  });

  it('restores a write in progress with the data taken so far', () => {
    const a = createReadyChannel();
    a.command(0x30, 3, 1);
    a.waitWhileBusy();
    for (let i = 0; i < 100; i++) a.ide.writePort(DATA, 2, 0x1234);
    const b = createChannel();
    b.waitWhileBusy();
    b.clock.advanceTo(a.clock.nowCycles);
    b.ide.restoreState(structuredClone(a.ide.saveState()));
    for (let i = 100; i < 256; i++) b.ide.writePort(DATA, 2, 0x5678);
    b.waitWhileBusy();
    const sector = b.images[0].readSector(3);
    expect([sector[199], sector[200]]).toEqual([0x12, 0x78]);
  });
});

describe('on the bus', () => {
  it('moves two words per 32-bit access at the data port and one byte at every other register', () => {
    const { ide, clock, memory, command, waitWhileBusy } = createReadyChannel();
    const bus = new Bus(memory, clock, 500);
    const at = { name: 'ide', accessNs: 300, device: ide };
    bus.claimPorts({ ...at, first: DATA, last: DATA, widthBytes: 4 });
    bus.claimPorts({ ...at, first: ERROR, last: STATUS, widthBytes: 1 });
    command(0x20, 2, 1);
    waitWhileBusy();
    const view = new DataView(BASE.buffer, 2 * 512, 512);
    for (let i = 0; i < 512; i += 4) expect(bus.readPort(DATA, 4)).toBe(view.getUint32(i, true));
    expect(bus.readPort(STATUS, 1)).toBe(IDLE);
    expect(bus.readPort(COUNT, 2)).toBe(0x0200); // sector count 0, sector number 2
  });
});
