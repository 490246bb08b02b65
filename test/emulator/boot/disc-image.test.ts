import { describe, expect, it } from 'vitest';
import { createDisc } from '../../../src/emulator/boot/disc-image';
import { sourceOfBytes } from '../../../src/emulator/boot/disk-image';

/** An image with a primary volume descriptor that says how many blocks there are. */
function volume(blocks: number, sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(sizeBytes);
  bytes.set([1, 0x43, 0x44, 0x30, 0x30, 0x31, 1], 16 * 2048);
  const view = new DataView(bytes.buffer);
  view.setUint32(16 * 2048 + 80, blocks, true);
  view.setUint16(16 * 2048 + 128, 2048, true);
  return bytes;
}

const discOf = (bytes: Uint8Array) => createDisc(sourceOfBytes(bytes));

describe('a disc', () => {
  it('has four sectors a block, the last one filled up with zeros', () => {
    const disc = discOf(new Uint8Array(2048 + 700).fill(7));
    expect(disc.sectorCount).toBe(8);
    expect(disc.readSector(4)).toEqual(new Uint8Array(512).fill(7));
    expect(disc.readSector(5)).toEqual(Uint8Array.from({ length: 512 }, (_, i) => (i < 188 ? 7 : 0)));
    expect(disc.readSector(7)).toEqual(new Uint8Array(512));
  });

  it('may end behind its volume, not before', () => {
    expect(discOf(volume(20, 20 * 2048)).sectorCount).toBe(80);
    expect(discOf(volume(20, 23 * 2048)).sectorCount).toBe(92);
    expect(() => discOf(volume(20, 20 * 2048 - 1))).toThrow(
      expect.objectContaining({ code: 'EMU-IMAGE', message: expect.stringContaining('cut off') }),
    );
  });

  it('is refused when it is empty or larger than a CD-ROM', () => {
    expect(() => discOf(new Uint8Array(0))).toThrow(/empty/);
    const large = { sizeBytes: 5e9, read: () => new Uint8Array(0) };
    expect(() => createDisc(large)).toThrow(/at most/);
  });
});
