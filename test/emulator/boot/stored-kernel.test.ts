import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { growLabKernel, readBzImageHeader } from '../../../src/emulator/boot/bzimage';
import { storeLabKernel } from '../../../src/emulator/boot/stored-kernel';
import { readGuestImages } from '../../support/guest-images';

const { kernel: KERNEL } = readGuestImages();
const unpacked = (image: Uint8Array) => {
  const { payloadOffset, payloadBytes } = readBzImageHeader(image);
  return gunzipSync(image.subarray(payloadOffset, payloadOffset + payloadBytes)); // checks CRC32 and ISIZE itself
};

describe.each([0, 200_000])('the lab kernel with %i bytes of filler, stored', (fillerBytes) => {
  const deflated = growLabKernel(KERNEL, fillerBytes);
  const stored = storeLabKernel(deflated);

  it('unpacks to the same bytes', () => {
    expect(Buffer.compare(unpacked(stored), unpacked(deflated))).toBe(0);
  });

  it('is larger by what compression saves, five bytes for each block of 65,535', () => {
    const plainBytes = unpacked(stored).length;
    const payloadBytes = readBzImageHeader(stored).payloadBytes;
    expect(payloadBytes).toBe(plainBytes + 5 * Math.ceil(plainBytes / 65_535) + 18);
  });

  it('has the same set-up and unpacking code, and a length in whole paragraphs', () => {
    const header = readBzImageHeader(stored);
    const before = readBzImageHeader(deflated);
    const code = (image: Uint8Array) => image.subarray(before.protectedModeOffset, before.payloadOffset);
    expect(header.payloadOffset).toBe(before.payloadOffset);
    expect(Buffer.compare(code(stored), code(deflated))).toBe(0);
    expect((stored.length - header.protectedModeOffset) % 16).toBe(0);
  });
});
