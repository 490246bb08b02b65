import { describe, expect, it } from 'vitest';
import { CopyOnWriteDiskImage, SECTOR_BYTES } from '../../../src/emulator/boot/disk-image';
import { EmulatorError } from '../../../src/emulator/errors';

function createBase(sectors: number): Uint8Array {
  const base = new Uint8Array(sectors * SECTOR_BYTES);
  for (let lba = 0; lba < sectors; lba++) base.fill(lba + 1, lba * SECTOR_BYTES, (lba + 1) * SECTOR_BYTES);
  return base;
}

describe('a disk in memory', () => {
  it('gives the sectors of its base', () => {
    const image = new CopyOnWriteDiskImage(createBase(3));
    expect(image.sectorCount).toBe(3);
    expect(image.readSector(2)).toEqual(new Uint8Array(512).fill(3));
  });

  it('keeps writes apart from the base, which other disks share', () => {
    const base = createBase(2);
    const [a, b] = [new CopyOnWriteDiskImage(base), new CopyOnWriteDiskImage(base)];
    a.writeSector(1, new Uint8Array(512).fill(0xee));
    expect(a.readSector(1)[0]).toBe(0xee);
    expect(b.readSector(1)[0]).toBe(2);
    expect(base).toEqual(createBase(2));
  });

  it('keeps a copy of what is written, not the buffer', () => {
    const image = new CopyOnWriteDiskImage(createBase(1));
    const buffer = new Uint8Array(512).fill(5);
    image.writeSector(0, buffer);
    buffer.fill(6);
    expect(image.readSector(0)[511]).toBe(5);
  });

  it('takes the writes of a snapshot instead of its own', () => {
    const a = new CopyOnWriteDiskImage(createBase(3));
    a.writeSector(0, new Uint8Array(512).fill(9));
    const b = new CopyOnWriteDiskImage(createBase(3));
    b.writeSector(2, new Uint8Array(512).fill(8));
    b.restoreWrittenSectors(a.writtenSectors());
    expect([0, 1, 2].map((lba) => b.readSector(lba)[0])).toEqual([9, 2, 3]);
    a.readSector(0)[0] = 1;
    expect(b.readSector(0)[0]).toBe(9);
  });

  it.each([0, 511, 513])('refuses an image of %i bytes', (sizeBytes) => {
    const attempt = () => new CopyOnWriteDiskImage(new Uint8Array(sizeBytes));
    expect(attempt).toThrow(EmulatorError);
    expect(attempt).toThrow(expect.objectContaining({ code: 'EMU-IMAGE' }));
  });
});

describe('a disk larger than its content', () => {
  it('reads zeros behind the content and keeps what is written there', () => {
    const disk = new CopyOnWriteDiskImage(new Uint8Array(512).fill(7), 1024 * 1024);
    expect(disk.sectorCount).toBe(2048);
    expect(disk.readSector(2047).every((byte) => byte === 0)).toBe(true);
    disk.writeSector(2047, new Uint8Array(512).fill(9));
    expect(disk.readSector(2047)[511]).toBe(9);
    expect(disk.readSector(2046)[0]).toBe(0);
  });

  it('is refused when the content is larger than the disk', () => {
    expect(() => new CopyOnWriteDiskImage(new Uint8Array(1024), 512)).toThrow(/more than the drive's 512/);
  });
});
