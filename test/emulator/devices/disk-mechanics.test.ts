import { describe, expect, it } from 'vitest';
import type { DiskMechanicsConfig } from '../../../src/emulator/devices/disk-mechanics';
import { DiskMechanics } from '../../../src/emulator/devices/disk-mechanics';
import { createChipBench } from './port-bench';

const MS = 1_000_000; // cycles at 1 GHz

/** 6000 rpm: a revolution is 10 ms; 100 sectors per track: 0.1 ms each. */
const DRIVE: DiskMechanicsConfig = {
  rpm: 6000,
  sectorsPerTrack: 100,
  heads: 2,
  cylinders: 401,
  trackToTrackNs: 2 * MS,
  fullStrokeNs: 21 * MS,
  spinUpNs: 5000 * MS,
};

function createDrive(overrides: Partial<DiskMechanicsConfig> = {}, initialAngle = 0) {
  const { clock } = createChipBench();
  const drive = new DiskMechanics(clock, { ...DRIVE, spinUpNs: 0, ...overrides }, initialAngle);
  drive.spinUp(0);
  return { clock, drive };
}

describe('the arm', () => {
  it('needs the given times for one cylinder and for the full stroke, and grows with the root between', () => {
    const { drive } = createDrive();
    expect(drive.seekNs(0)).toBe(0);
    expect(drive.seekNs(1)).toBe(2 * MS);
    expect(drive.seekNs(400)).toBe(21 * MS);
    expect(drive.seekNs(100)).toBe(11 * MS); // 1 ms + 1 ms * sqrt(d)
  });

  it('stays where the last seek left it', () => {
    const { drive } = createDrive();
    expect(drive.seek(100 * 200, 0)).toBe(11 * MS);
    expect(drive.seek(100 * 200, 20 * MS)).toBe(20 * MS);
    expect(drive.seek(101 * 200, 20 * MS)).toBe(22 * MS);
  });
});

describe('the platter', () => {
  it('brings sector 0 at angle 0, and each following sector a hundredth of a turn later', () => {
    const { drive } = createDrive();
    expect(drive.read(0, 3, 0)).toEqual([0.1 * MS, 0.2 * MS, 0.3 * MS]);
  });

  it('lets a sector that has just passed come round again', () => {
    const { drive } = createDrive();
    expect(drive.read(0, 1, 0.01 * MS)).toEqual([10.1 * MS]);
  });

  it('stands at the given angle at cycle 0', () => {
    const { drive } = createDrive({}, 0.25);
    expect(drive.read(0, 1, 0)).toEqual([7.6 * MS]);
    expect(createDrive({}, 0.25).drive.read(25, 1, 0)).toEqual([0.1 * MS]);
  });

  it('delivers a whole cylinder at the media rate, heads switching in the gap', () => {
    const { drive } = createDrive();
    expect(drive.read(0, 200, 0).at(-1)).toBe(20 * MS);
  });

  it('loses only the skew when a read goes on to the next cylinder', () => {
    const { drive } = createDrive();
    const ready = drive.read(199, 2, 0);
    expect(ready).toEqual([10 * MS, 12.1 * MS]); // 2 ms step = 20 sectors of skew, then 0.1 ms to read
  });

  it('keeps exact time over days at speeds that divide nothing', () => {
    const { drive } = createDrive({ rpm: 5400, sectorsPerTrack: 135 });
    const day = 86_400 * 1000 * MS; // 5400/min: a whole number of turns
    expect(drive.read(0, 1, day)[0] - day).toBe(Math.ceil((60 * 1e9) / (5400 * 135)));
  });
});

describe('the track buffer', () => {
  it('has the rest of the track when it is asked for later', () => {
    const { drive } = createDrive();
    drive.read(0, 1, 0);
    expect(drive.read(1, 2, 50 * MS)).toEqual([0.2 * MS, 0.3 * MS]);
    expect(drive.read(99, 1, 50 * MS)).toEqual([10 * MS]);
  });

  it('does not have what lies before its first sector', () => {
    const { drive } = createDrive();
    drive.read(10, 1, 0);
    expect(drive.read(9, 1, 50 * MS)).toEqual([51 * MS]);
  });

  it('ends with the track, and with the request when look-ahead is off', () => {
    const { drive } = createDrive();
    drive.read(0, 1, 0);
    expect(drive.read(100, 1, 50 * MS)).toEqual([50.1 * MS]);
    drive.isLookAheadEnabled = false;
    drive.read(0, 2, 60 * MS);
    expect(drive.read(1, 1, 70 * MS)).toEqual([60.2 * MS]);
    expect(drive.read(2, 1, 80 * MS)).toEqual([80.3 * MS]);
  });

  it('is lost by a seek elsewhere and by a write', () => {
    const { drive } = createDrive();
    drive.read(0, 1, 0);
    drive.seek(200, 20 * MS);
    drive.seek(0, 30 * MS);
    expect(drive.read(1, 1, 40 * MS)).toEqual([40.2 * MS]);
    expect(drive.write(5, 1, 50 * MS)).toBe(50.6 * MS);
    expect(drive.read(2, 1, 60 * MS)).toEqual([60.3 * MS]);
  });
});

describe('the spindle', () => {
  it('is waited for by the first access, once', () => {
    const { clock } = createChipBench();
    const drive = new DiskMechanics(clock, DRIVE, 0);
    expect(drive.isSpinning).toBe(false);
    expect(drive.spinUp(0)).toBe(5000 * MS);
    expect(drive.spinUp(3000 * MS)).toBe(5000 * MS);
    expect(drive.read(0, 1, 1000 * MS)).toEqual([5000.1 * MS]);
    drive.spinDown();
    expect(drive.read(0, 1, 6000 * MS)).toEqual([11_000.1 * MS]);
  });
});
