import { describe, expect, it } from 'vitest';
import { createDisc } from '../../../src/emulator/boot/disc-image';
import { sourceOfBytes } from '../../../src/emulator/boot/disk-image';
import type { AtapiCdromConfig } from '../../../src/emulator/devices/atapi-cdrom';
import { AtapiCdrom } from '../../../src/emulator/devices/atapi-cdrom';
import { IdeAta } from '../../../src/emulator/devices/ide-ata';
import type { HammerTarget } from './port-bench';
import { bytePorts, createChipBench, hammer, resetPart } from './port-bench';

const MS = 1_000_000; // cycles at 1 GHz
const BLOCKS = 1000;
const [DATA, ERROR, REASON, COUNT_LOW, COUNT_HIGH, DEVICE, STATUS] = [0x170, 0x171, 0x172, 0x174, 0x175, 0x176, 0x177];
const CONTROL = 0x376;
const [BSY, DRQ, IDLE, CHECK] = [0x80, 0x58, 0x50, 0x51];

/** One block a millisecond; 10 ms to a block close by. */
const DRIVE: AtapiCdromConfig = {
  identity: { model: 'BOOTLAB CD-ROM', serialNumber: 'BL0003', firmwareRevision: '1.0' },
  mechanics: {
    readBytesPerSecond: 2_048_000,
    isConstantAngular: false,
    shortAccessNs: 10 * MS,
    fullAccessNs: 110 * MS,
    spinUpNs: 3000 * MS,
    bufferBytes: 64 * 2048,
  },
  modes: { pioCycleNs: 120, multiwordDmaModes: 3, ultraDmaModes: 3 },
  hasFeatures: true,
  commandOverheadNs: 1 * MS,
  blockGapNs: 50_000,
  resetAnswerNs: 100 * MS,
};

const CONTENT = Uint8Array.from({ length: BLOCKS * 2048 }, (_, i) => (i >>> 11) * 3 + i);
const blockOf = (block: number) => CONTENT.subarray(block * 2048, (block + 1) * 2048);

function createDrive(config: Partial<AtapiCdromConfig> = {}, hasDisc = true) {
  const bench = createChipBench();
  const { clock, interruptLine, noteUnstable } = bench;
  const drive = new AtapiCdrom(clock, { ...DRIVE, ...config }, hasDisc ? createDisc(sourceOfBytes(CONTENT)) : null);
  const ide = new IdeAta(clock, interruptLine, noteUnstable, { commandBase: DATA, controlPort: CONTROL }, [
    drive,
    null,
  ]);
  resetPart(ide, 'power-on');
  const read = (port: number) => ide.readPort(port, 1);
  const write = (port: number, value: number) => ide.writePort(port, 1, value);
  const waitWhileBusy = () => {
    while (ide.peekPort(CONTROL, 1) & BSY && clock.nextAlarmCycle < Infinity) clock.advanceTo(clock.nextAlarmCycle);
    return read(STATUS);
  };
  const command = (code: number) => {
    write(STATUS, code);
    return waitWhileBusy();
  };
  const readBytes = (count: number) => {
    const bytes: number[] = [];
    while (bytes.length < count) {
      const word = ide.readPort(DATA, 2);
      bytes.push(word & 0xff, word >>> 8);
    }
    return Uint8Array.from(bytes.slice(0, count));
  };
  const startPacket = (bytes: readonly number[], limit = 0xfffe, features = 0) => {
    write(ERROR, features);
    write(COUNT_LOW, limit & 0xff);
    write(COUNT_HIGH, limit >>> 8);
    command(0xa0);
    const packet = [...bytes, ...new Array<number>(12 - bytes.length).fill(0)];
    for (let i = 0; i < 12; i += 2) ide.writePort(DATA, 2, packet[i] | (packet[i + 1] << 8));
  };
  /** A whole packet by PIO: sizes of its blocks of data, the data, and the status at its end. */
  const packet = (bytes: readonly number[], limit?: number) => {
    startPacket(bytes, limit);
    const data: number[] = [];
    const sizes: number[] = [];
    let status = waitWhileBusy();
    while (status & 0x08) {
      const size = read(COUNT_LOW) | (read(COUNT_HIGH) << 8);
      sizes.push(size);
      data.push(...readBytes(size));
      status = waitWhileBusy();
    }
    return { status, data: Uint8Array.from(data), sizes };
  };
  const sense = () => {
    const { data } = packet([0x03, 0, 0, 0, 18]);
    return [data[2], data[12], data[13]];
  };
  return { ...bench, ide, read, write, waitWhileBusy, command, readBytes, startPacket, packet, sense };
}

/** Spun up, and both attentions taken. */
function createReadyDrive(config?: Partial<AtapiCdromConfig>) {
  const drive = createDrive(config);
  drive.clock.advanceTo(4000 * MS);
  drive.packet([0x00]);
  drive.packet([0x00]);
  return drive;
}

const long = (value: number) => [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
const read10 = (block: number, count: number) => [0x28, 0, ...long(block), 0, count >>> 8, count & 0xff];

describe('reset', () => {
  it('shows the signature of a packet device, without DRDY and before the disc spins', () => {
    const { clock, read, waitWhileBusy, line } = createDrive();
    expect(waitWhileBusy()).toBe(0x00);
    expect(clock.nowCycles).toBe(100 * MS);
    expect([ERROR, REASON, 0x173, COUNT_LOW, COUNT_HIGH, DEVICE].map(read)).toEqual([1, 1, 1, 0x14, 0xeb, 0xa0]);
    expect(line.rises).toEqual([]);
  });

  it('shows it, too, when a command for disks is aborted', () => {
    const { command, read, write } = createReadyDrive();
    for (const code of [0xec, 0x20]) {
      write(COUNT_LOW, 0);
      expect(command(code)).toBe(CHECK);
      expect([ERROR, COUNT_LOW, COUNT_HIGH].map(read)).toEqual([0x04, 0x14, 0xeb]);
    }
  });

  it('obeys DEVICE RESET while busy, at once and without an interrupt', () => {
    const { startPacket, read, write, line, clock, ide } = createReadyDrive();
    startPacket(read10(0, 4));
    expect(ide.peekPort(STATUS, 1)).toBe(BSY);
    line.rises.length = 0;
    write(STATUS, 0x08);
    expect([read(STATUS), read(COUNT_LOW), read(COUNT_HIGH)]).toEqual([0, 0x14, 0xeb]);
    clock.advance(1000 * MS);
    expect(line.rises).toEqual([]);
  });

  it('raises unit attention after power-on, then says that it becomes ready, then that there is a new disc', () => {
    const { clock, packet, sense, waitWhileBusy } = createDrive();
    waitWhileBusy();
    expect(packet([0x00]).status).toBe(CHECK);
    expect(sense()).toEqual([6, 0x29, 0]);
    expect(packet([0x00]).status).toBe(CHECK);
    expect(sense()).toEqual([2, 0x04, 1]);
    clock.advanceTo(3000 * MS);
    expect(packet([0x00]).status).toBe(CHECK);
    expect(sense()).toEqual([6, 0x28, 0]);
    expect(packet([0x00]).status).toBe(IDLE);
    expect(sense()).toEqual([0, 0, 0]);
  });

  it.each([
    ['cpu-init', IDLE, 0],
    ['platform', CHECK, 6],
    ['power-on', CHECK, 6],
  ] as const)('by %s leaves the next command at %i', (kind, status, key) => {
    const { ide, packet, sense, waitWhileBusy, command, write, read } = createReadyDrive();
    write(REASON, 0x42); // multiword DMA mode 2
    write(ERROR, 0x03);
    command(0xef);
    resetPart(ide, kind);
    waitWhileBusy();
    expect(packet([0x00]).status).toBe(status);
    expect(sense()[0]).toBe(key);
    expect(read(STATUS)).toBe(IDLE);
  });
});

describe('identify', () => {
  it('tells a CD-ROM with 12-byte packets and its transfer modes', () => {
    const { command, readBytes, read, write } = createReadyDrive();
    write(ERROR, 0x03);
    write(REASON, 0x22);
    expect(command(0xef)).toBe(IDLE);
    expect(command(0xa1)).toBe(DRQ);
    const bytes = readBytes(512);
    const word = (i: number) => bytes[2 * i] | (bytes[2 * i + 1] << 8);
    expect(word(0)).toBe(0x85c0);
    expect(word(49)).toBe(0x0b00);
    expect([word(53) & 4, word(63), word(88)]).toEqual([4, 0x0407, 0x0007]);
    expect(read(STATUS)).toBe(IDLE);
    expect(command(0xa2)).toBe(CHECK);
  });
});

describe('packets by PIO', () => {
  it('are asked for without an interrupt, answered with one per block and one at the end', () => {
    const { ide, startPacket, write, read, waitWhileBusy, command, line, readBytes, clock } = createReadyDrive();
    line.rises.length = 0;
    write(COUNT_HIGH, 0x08);
    expect(command(0xa0)).toBe(DRQ);
    expect(read(REASON)).toBe(1);
    expect(line.rises).toEqual([]);
    startPacket(read10(0, 2), 2048);
    const start = clock.nowCycles;
    expect(waitWhileBusy()).toBe(DRQ);
    expect(clock.nowCycles).toBe(start + 12 * MS); // overhead, access, one block
    expect([read(REASON), read(COUNT_LOW), read(COUNT_HIGH)]).toEqual([2, 0, 8]);
    expect(readBytes(2048)).toEqual(blockOf(0));
    expect(waitWhileBusy()).toBe(DRQ);
    expect(clock.nowCycles).toBe(start + 13 * MS);
    expect(readBytes(2048)).toEqual(blockOf(1));
    expect(ide.peekPort(STATUS, 1)).toBe(BSY);
    expect(waitWhileBusy()).toBe(IDLE);
    expect(read(REASON)).toBe(3);
    expect(line.rises).toHaveLength(3);
  });

  it('give no more at once than the byte count limit', () => {
    const { packet } = createReadyDrive();
    const { sizes, data } = packet(read10(7, 1), 601);
    expect(sizes).toEqual([600, 600, 600, 248]);
    expect(data).toEqual(blockOf(7));
  });

  it('are aborted when there is data and the limit is zero', () => {
    const { packet, read } = createReadyDrive();
    expect(packet(read10(0, 1), 0).status).toBe(CHECK);
    expect(read(ERROR)).toBe(0x04);
    expect(packet([0x00], 0).status).toBe(IDLE);
  });

  it('read ahead: what follows is there at once, also with READ(12)', () => {
    const { packet, clock } = createReadyDrive();
    packet(read10(20, 1));
    clock.advance(100 * MS);
    const start = clock.nowCycles;
    const { data } = packet([0xa8, 0, ...long(21), ...long(3)]);
    expect(data).toEqual(CONTENT.subarray(21 * 2048, 24 * 2048));
    expect(clock.nowCycles - start).toBeLessThan(2 * MS);
  });
});

describe('commands', () => {
  it('refuse blocks behind the end, unknown codes and fields, and say why in key and sense', () => {
    const { packet, sense, read } = createReadyDrive();
    const cases: [readonly number[], readonly number[]][] = [
      [read10(BLOCKS, 1), [5, 0x21, 0]],
      [read10(BLOCKS - 1, 2), [5, 0x21, 0]],
      [
        [0x2b, 0, ...long(BLOCKS)],
        [5, 0x21, 0],
      ],
      [[0xff], [5, 0x20, 0]],
      [
        [0x43, 0, 5, 0, 0, 0, 1, 0, 12],
        [5, 0x24, 0],
      ],
      [
        [0x5a, 0, 0x15, 0, 0, 0, 0, 0, 12],
        [5, 0x24, 0],
      ],
      [
        [0x5a, 0, 0xea, 0, 0, 0, 0, 0, 12],
        [5, 0x39, 0],
      ],
      [
        [0x4a, 0, 0, 0, 0x10, 0, 0, 0, 8],
        [5, 0x24, 0],
      ],
    ];
    for (const [bytes, expected] of cases) {
      expect(packet(bytes).status).toBe(CHECK);
      expect(read(ERROR)).toBe(0x50);
      expect(sense()).toEqual(expected);
      expect(sense()).toEqual([0, 0, 0]);
    }
  });

  it('tell capacity, table of contents and name', () => {
    const { packet } = createReadyDrive();
    expect([...packet([0x25]).data]).toEqual([...long(BLOCKS - 1), ...long(2048)]);
    const toc = packet([0x43, 0, 0, 0, 0, 0, 0, 0, 100]).data;
    expect([...toc]).toEqual([0, 18, 1, 1, 0, 0x14, 1, 0, ...long(0), 0, 0x14, 0xaa, 0, ...long(BLOCKS)]);
    // 1000 + 150 frames: 15 s and 25 frames.
    const msf = packet([0x43, 2, 0, 0, 0, 0, 0xaa, 0, 100]).data;
    expect([...msf]).toEqual([0, 10, 1, 1, 0, 0x14, 0xaa, 0, 0, 0, 15, 25]);
    const inquiry = packet([0x12, 0, 0, 0, 36]).data;
    expect([inquiry[0], inquiry[1], inquiry.length]).toEqual([5, 0x80, 36]);
    expect(String.fromCharCode(...inquiry.subarray(8, 32))).toBe('BOOTLAB CD-ROM          ');
  });

  it('give no more than the allocation length', () => {
    const { packet } = createReadyDrive();
    expect(packet([0x12, 0, 0, 0, 5]).data).toHaveLength(5);
    expect(packet([0x12, 0, 0, 0, 0])).toMatchObject({ status: IDLE, sizes: [] });
  });

  it('tell speed and buffer in page 2Ah, with 6 and 10 byte headers', () => {
    const { packet } = createReadyDrive();
    const page = packet([0x5a, 0, 0x2a, 0, 0, 0, 0, 0, 100]).data;
    expect([page[1], page[2], page[8], page[9]]).toEqual([26, 1, 0x2a, 18]);
    expect((page[16] << 8) | page[17]).toBe(2352); // 1000 blocks of 2352 bytes a second
    expect((page[20] << 8) | page[21]).toBe(128);
    const short = packet([0x1a, 0, 0x2a, 0, 100]).data;
    expect([...short.subarray(4)]).toEqual([...page.subarray(8)]);
    packet([0xbb, 0, 0, 150]); // SET CD SPEED: 150 kB/s
    const slow = packet([0x5a, 0, 0x2a, 0, 0, 0, 0, 0, 100]).data;
    expect((slow[22] << 8) | slow[23]).toBe(150);
    expect(packet([0x5a, 0, 0x3f, 0, 0, 0, 0, 0, 100]).data).toHaveLength(8 + 8 + 8 + 20);
  });

  it('open and close the tray unless it is locked', () => {
    const { packet, sense } = createReadyDrive();
    packet([0x1e, 0, 0, 0, 1]);
    expect(packet([0x1b, 0, 0, 0, 2]).status).toBe(CHECK);
    expect(sense()).toEqual([5, 0x53, 2]);
    packet([0x1e, 0, 0, 0, 0]);
    expect(packet([0x1b, 0, 0, 0, 2]).status).toBe(IDLE);
    expect(packet([0x00]).status).toBe(CHECK);
    expect(sense()).toEqual([2, 0x3a, 0]);
    expect([...packet([0x4a, 1, 0, 0, 0x10, 0, 0, 0, 8]).data]).toEqual([0, 6, 4, 0x10, 3, 1, 0, 0]);
    expect(packet([0x1b, 0, 0, 0, 3]).status).toBe(IDLE);
    expect([...packet([0x4a, 1, 0, 0, 0x10, 0, 0, 0, 8]).data]).toEqual([0, 6, 4, 0x10, 2, 2, 0, 0]);
    packet([0x00]);
    expect(sense()).toEqual([6, 0x28, 0]);
  });

  it('say that there is no disc', () => {
    const drive = createDrive({}, false);
    drive.waitWhileBusy();
    drive.packet([0x00]);
    for (const bytes of [[0x00], read10(0, 1), [0x25], [0x43, 0, 0, 0, 0, 0, 1, 0, 12]]) {
      expect(drive.packet(bytes).status).toBe(CHECK);
      expect(drive.sense()).toEqual([2, 0x3a, 0]);
    }
  });

  it('know features and events only from MMC-2 on', () => {
    const later = createReadyDrive();
    const features = later.packet([0x46, 0, 0, 0, 0, 0, 0, 0, 200]).data;
    expect([...features.subarray(6, 12)]).toEqual([0, 8, 0, 0, 3, 4]);
    expect((features[2] << 8) | features[3]).toBe(features.length - 4);
    const one = later.packet([0x46, 2, 0, 0x10, 0, 0, 0, 0, 200]).data;
    expect([...one.subarray(8, 12)]).toEqual([0, 0x10, 3, 8]);
    const old = createReadyDrive({ hasFeatures: false });
    for (const code of [0x46, 0x4a]) {
      expect(old.packet([code, 1, 0, 0, 0x10, 0, 0, 0, 8]).status).toBe(CHECK);
      expect(old.sense()).toEqual([5, 0x20, 0]);
    }
  });
});

describe('packets by DMA', () => {
  it('ask for each block when it has been read, and interrupt once at the end', () => {
    const { ide, startPacket, line, clock, waitWhileBusy } = createReadyDrive();
    line.rises.length = 0;
    startPacket(read10(9, 2), 0, 1);
    expect(ide.dmaRequest).toBeNull();
    waitWhileBusy();
    expect(ide.dmaRequest).toEqual({ way: 'to-host', sizeBytes: 2048, cycleNs: 480 });
    expect([...ide.readDma(1000), ...ide.readDma(1048)]).toEqual([...blockOf(9)]);
    expect(ide.dmaRequest).toBeNull();
    waitWhileBusy();
    expect(ide.readDma(2048)).toEqual(blockOf(10));
    expect(line.rises).toEqual([]);
    expect(waitWhileBusy()).toBe(IDLE);
    expect(line.rises).toEqual([clock.nowCycles]);
  });

  it('are aborted by a drive without DMA', () => {
    const { write, command } = createReadyDrive({ modes: { pioCycleNs: 600, multiwordDmaModes: 0, ultraDmaModes: 0 } });
    write(ERROR, 1);
    expect(command(0xa0)).toBe(CHECK);
  });
});

describe('robustness', () => {
  const targets: HammerTarget[] = [
    { port: DATA, sizes: [1, 2, 4] },
    ...bytePorts(ERROR, STATUS),
    ...bytePorts(CONTROL, CONTROL),
  ];

  it.each([1, 2, 3])('survives 10,000 random accesses, and says when its answers may change (seed %i)', (seed) => {
    const { ide, ...bench } = createReadyDrive();
    hammer(ide, targets, bench, { accesses: 10_000, maxStepCycles: 20 * MS, seed });
  });

  it('survives 2,000 random packets', () => {
    const { packet, write, clock, waitWhileBusy } = createReadyDrive();
    let seed = 12345;
    const next = () => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) >>> 16;
    const codes = [0, 3, 0x12, 0x1a, 0x1b, 0x1e, 0x25, 0x28, 0x2b, 0x42, 0x43, 0x46, 0x4a, 0x5a, 0xa8, 0xbb, 0xbd];
    for (let i = 0; i < 2000; i++) {
      const bytes = [
        codes[next() % codes.length],
        ...Array.from({ length: 11 }, () => (next() % 3 ? 0 : next() & 0xff)),
      ];
      expect([IDLE, CHECK]).toContain(packet(bytes, 512 + (next() & 0xfff)).status);
      if (i % 100 === 0) write(CONTROL, 0x04);
      if (i % 100 === 0) write(CONTROL, 0x00);
      waitWhileBusy();
      clock.advance(next() * 100);
    }
  });

  it.each([0, 1, 2])('goes on the same after its state was saved and restored %i blocks into a read', (blocks) => {
    const a = createReadyDrive();
    a.startPacket(read10(100, 4), 2048);
    for (let i = 0; i < blocks; i++) {
      a.waitWhileBusy();
      a.readBytes(2048);
    }
    const saved = structuredClone(a.ide.saveState());
    const b = createReadyDrive();
    b.clock.advanceTo(a.clock.nowCycles);
    b.ide.restoreState(saved);
    expect(b.ide.saveState()).toEqual(a.ide.saveState());
    for (const drive of [a, b]) {
      for (let i = blocks; i < 4; i++) {
        drive.waitWhileBusy();
        expect(drive.readBytes(2048)).toEqual(blockOf(100 + i));
      }
      expect(drive.waitWhileBusy()).toBe(IDLE);
    }
    expect(b.clock.nowCycles).toBe(a.clock.nowCycles);
  });

  it('restores a packet half written', () => {
    const a = createReadyDrive();
    a.write(COUNT_HIGH, 8);
    a.command(0xa0);
    a.ide.writePort(DATA, 2, 0x0028);
    const b = createReadyDrive();
    b.clock.advanceTo(a.clock.nowCycles);
    b.ide.restoreState(structuredClone(a.ide.saveState()));
    for (const word of [0, 0x0300, 0, 1, 0]) b.ide.writePort(DATA, 2, word);
    expect(b.waitWhileBusy()).toBe(DRQ);
    expect(b.readBytes(2048)).toEqual(blockOf(3));
  });
});
