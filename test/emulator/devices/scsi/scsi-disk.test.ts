import { describe, expect, it } from 'vitest';
import { CopyOnWriteDiskImage } from '../../../../src/emulator/boot/disk-image';
import { BlankDisks } from '../../../../src/emulator/devices/scsi/blank-disks';
import type { ScsiDiskConfig } from '../../../../src/emulator/devices/scsi/scsi-disk';
import { ScsiDisk } from '../../../../src/emulator/devices/scsi/scsi-disk';
import { createChipBench } from '../port-bench';

const MS = 1_000_000; // cycles at 1 GHz
const SECTORS = 4000;

/** 6000 rpm, 100 sectors per track: 0.1 ms per sector; 1 + 1 * sqrt(d) ms per seek. */
const DISK: ScsiDiskConfig = {
  identity: { vendor: 'BOOTLAB', product: 'SCSI DISK', revision: '1.0', serialNumber: 'BL000003' },
  mechanics: {
    rpm: 6000,
    sectorsPerTrack: 100,
    heads: 2,
    cylinders: 401,
    trackToTrackNs: 2 * MS,
    fullStrokeNs: 21 * MS,
    spinUpNs: 5000 * MS,
  },
  commandNs: 0.5 * MS,
  startsAtPower: true,
};

const GOOD = 0x00;
const CHECK = 0x02;

function createDisk(changes: Partial<ScsiDiskConfig> = {}) {
  const { clock } = createChipBench();
  const base = Uint8Array.from({ length: SECTORS * 512 }, (_, i) => (i >>> 9) * 7 + i);
  const image = new CopyOnWriteDiskImage(base);
  const disk = new ScsiDisk(clock, { ...DISK, ...changes }, image, 0);
  disk.powerOn();
  const run = (...cdb: number[]) => disk.execute(0, [...cdb, ...new Array<number>(16 - cdb.length).fill(0)]);
  /** Key, additional code and qualifier. */
  const sense = () => {
    const { dataIn } = run(0x03, 0, 0, 0, 18);
    return [dataIn[2], dataIn[12], dataIn[13]];
  };
  /** At speed, the reset already told. */
  const settle = () => {
    clock.advanceTo(5000 * MS);
    run(0x00);
  };
  return { clock, disk, image, base, run, sense, settle };
}

describe('a disk after power', () => {
  it('tells the reset once, to the first command but INQUIRY', () => {
    const { run, sense } = createDisk();
    expect(run(0x12, 0, 0, 0, 36).status).toBe(GOOD);
    expect(run(0x00).status).toBe(CHECK);
    expect(sense()).toEqual([6, 0x29, 0]);
    expect(sense()).toEqual([0, 0, 0]);
  });

  it('gives the reset to REQUEST SENSE where that comes first', () => {
    const { run, sense } = createDisk();
    expect(sense()).toEqual([6, 0x29, 0]);
    expect(run(0x00).status).toBe(CHECK); // not ready now
    expect(sense()).toEqual([2, 0x04, 0x01]);
  });

  it('is becoming ready until its spindle is at speed', () => {
    const { clock, run, sense } = createDisk();
    run(0x00);
    clock.advanceTo(5000 * MS - 1);
    expect(run(0x28, 0, 0, 0, 0, 0, 0, 0, 1).status).toBe(CHECK);
    expect(sense()).toEqual([2, 0x04, 0x01]);
    clock.advanceTo(5000 * MS);
    expect(run(0x00).status).toBe(GOOD);
  });

  it('waits for START UNIT where it does not start with power, and ends that at speed unless told to answer at once', () => {
    const { clock, run, sense } = createDisk({ startsAtPower: false });
    run(0x00);
    clock.advanceTo(20_000 * MS);
    expect(run(0x00).status).toBe(CHECK);
    expect(sense()).toEqual([2, 0x04, 0x02]);
    expect(run(0x1b, 1, 0, 0, 1).readyCycle).toBe(20_000.5 * MS);
    expect(run(0x1b, 0, 0, 0, 1).readyCycle).toBe(25_000.5 * MS);
    run(0x1b, 0, 0, 0, 0);
    expect(run(0x00).status).toBe(CHECK);
  });

  it('keeps its spindle turning through a bus reset', () => {
    const { disk, run, sense, settle } = createDisk();
    settle();
    disk.reset();
    expect(run(0x00).status).toBe(CHECK);
    expect(sense()).toEqual([6, 0x29, 0]);
    expect(run(0x00).status).toBe(GOOD);
  });
});

describe('what a disk tells about itself', () => {
  it('is a SCSI-2 direct-access device with wide, synchronous and queued transfers', () => {
    const { dataIn } = createDisk().run(0x12, 0, 0, 0, 255);
    expect([...dataIn.slice(0, 8)]).toEqual([0, 0, 2, 2, 31, 0, 0, 0x32]);
    expect(String.fromCharCode(...dataIn.slice(8))).toBe('BOOTLAB SCSI DISK       1.0 ');
  });

  it('cuts the data at the allocation length', () => {
    expect(createDisk().run(0x12, 0, 0, 0, 5).dataIn).toHaveLength(5);
  });

  it('says of other logical units that no device is there, and refuses their commands', () => {
    const { disk } = createDisk();
    const cdb = [0x12, 0, 0, 0, 36, 0];
    expect(disk.execute(1, cdb).dataIn[0]).toBe(0x7f);
    expect(disk.execute(1, [0x00, 0, 0, 0, 0, 0]).status).toBe(CHECK);
    expect(disk.execute(1, [0x03, 0, 0, 0, 18, 0]).dataIn.slice(12, 14)).toEqual(Uint8Array.of(0x25, 0));
  });

  it('has its serial number as vital product data', () => {
    const { run, sense } = createDisk();
    expect([...run(0x12, 1, 0, 0, 255).dataIn]).toEqual([0, 0, 0, 2, 0x00, 0x80]);
    expect(String.fromCharCode(...run(0x12, 1, 0x80, 0, 255).dataIn.slice(4))).toBe('BL000003');
    expect(run(0x12, 1, 0x83, 0, 255).status).toBe(CHECK);
    expect(sense()).toEqual([5, 0x24, 0]);
  });

  it('names its last block and the block length', () => {
    const { run, settle } = createDisk();
    settle();
    expect([...run(0x25).dataIn]).toEqual([0, 0, 0x0f, 0x9f, 0, 0, 2, 0]);
  });

  it('describes geometry and a write cache that is off in its mode pages', () => {
    const { run, settle } = createDisk();
    settle();
    const { dataIn } = run(0x1a, 0, 0x3f, 0, 255);
    expect(dataIn[0]).toBe(dataIn.length - 1);
    expect(dataIn[3]).toBe(8);
    expect([...dataIn.slice(4, 12)]).toEqual([0, 0, 0x0f, 0xa0, 0, 0, 2, 0]);
    const caching = run(0x1a, 0x08, 0x08, 0, 255).dataIn;
    expect([...caching.slice(0, 7)]).toEqual([15, 0, 0, 0, 0x08, 10, 0]);
    const geometry = run(0x5a, 0x08, 0x04, 0, 0, 0, 0, 0, 255).dataIn.slice(8);
    expect([...geometry.slice(0, 6)]).toEqual([0x04, 22, 0, 401 >>> 8, 401 & 0xff, 2]);
    expect((geometry[20] << 8) | geometry[21]).toBe(6000);
  });

  it('lets no mode value be changed, and saves none', () => {
    const { run, sense, settle } = createDisk();
    settle();
    expect(
      run(0x1a, 0x08, 0x44, 0, 255)
        .dataIn.slice(6)
        .every((byte) => byte === 0),
    ).toBe(true);
    expect(run(0x1a, 0x08, 0xc4, 0, 255).status).toBe(CHECK);
    expect(sense()).toEqual([5, 0x39, 0]);
  });

  it('refuses REPORT LUNS and MODE SELECT as operations it does not have', () => {
    const { run, sense, settle } = createDisk();
    settle();
    for (const operation of [0xa0, 0x15, 0xff]) {
      expect(run(operation).status).toBe(CHECK);
      expect(sense()).toEqual([5, 0x20, 0]);
    }
  });
});

describe('reading and writing', () => {
  it('reads blocks once the platter has brought them round', () => {
    const { base, run, settle } = createDisk();
    settle();
    // 0.5 ms command; the platter stands at sector 5 then (5000 ms is a whole number of turns)
    const { readyCycle, dataIn } = run(0x28, 0, 0, 0, 0, 10, 0, 0, 4);
    expect(readyCycle).toBe(5001.4 * MS);
    expect(Buffer.compare(dataIn, base.slice(10 * 512, 14 * 512))).toBe(0);
  });

  it('takes 0 blocks for 256 in READ(6), and for none in READ(10)', () => {
    const { run, settle } = createDisk();
    settle();
    expect(run(0x08, 0, 0, 0, 0).dataIn).toHaveLength(256 * 512);
    expect(run(0x28, 0, 0, 0, 0, 0, 0, 0, 0).dataIn).toHaveLength(0);
  });

  it('takes the high bits of an address from byte 1 of a 6-byte command', () => {
    const { base, run, settle } = createDisk();
    settle();
    expect(run(0x08, 0x00, 0x0f, 0x9f, 1).dataIn).toEqual(base.slice(3999 * 512, 4000 * 512));
    expect(run(0x08, 0x01, 0x00, 0x00, 1).status).toBe(CHECK);
  });

  it('refuses what lies beyond its end, even in part', () => {
    const { run, sense, settle } = createDisk();
    settle();
    expect(run(0x28, 0, 0, 0, 0x0f, 0x9f, 0, 0, 2).status).toBe(CHECK);
    expect(sense()).toEqual([5, 0x21, 0]);
    expect(run(0x2b, 0, 0xff, 0xff, 0xff, 0xff).status).toBe(CHECK);
  });

  it('ends a write when the last block is on the platter', () => {
    const { disk, image, run, settle } = createDisk();
    settle();
    const wanting = run(0x2a, 0, 0, 0, 0, 10, 0, 0, 2);
    expect(wanting.dataOutBytes).toBe(1024);
    const content = Uint8Array.from({ length: 1024 }, (_, i) => i * 3);
    expect(disk.takeData(content).readyCycle).toBe(5001.2 * MS);
    expect(image.readSector(10)).toEqual(content.slice(0, 512));
    expect(image.readSector(11)).toEqual(content.slice(512));
  });

  it('forgets a write whose data has not come when it is reset', () => {
    const { disk, image, run, settle } = createDisk();
    settle();
    const before = image.readSector(0).slice();
    run(0x2a, 0, 0, 0, 0, 0, 0, 0, 1);
    disk.reset();
    expect(disk.takeData(new Uint8Array(512)).status).toBe(CHECK);
    expect(image.readSector(0)).toEqual(before);
  });

  it('goes on from a saved state as if nothing had been', () => {
    const one = createDisk();
    one.settle();
    one.run(0x2a, 0, 0, 0, 0, 10, 0, 0, 2);
    const other = createDisk();
    other.clock.advanceTo(5000 * MS);
    other.disk.restoreState(structuredClone(one.disk.saveState()));
    const data = new Uint8Array(1024);
    expect(other.disk.takeData(data)).toEqual(one.disk.takeData(data));
    expect(other.disk.saveState()).toEqual(one.disk.saveState());
  });
});

it('keeps what was written to blank disks through a saved state', () => {
  const one = new BlankDisks();
  one.image(3, 1024 * 512).writeSector(5, new Uint8Array(512).fill(9));
  const other = new BlankDisks();
  const image = other.image(3, 1024 * 512);
  other.restoreState(structuredClone(one.saveState()));
  expect(image.readSector(5)[0]).toBe(9);
  expect(image.readSector(4)[0]).toBe(0);
});
