import { crc32 as referenceCrc32, constants, deflateRawSync, gunzipSync, inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { growLabKernel, readBzImageHeader } from '../../../src/emulator/boot/bzimage';
import { crc32 } from '../../../src/emulator/boot/crc-32';
import { makeDeflatedFiller } from '../../../src/emulator/boot/deflate-filler';
import { EmulatorError } from '../../../src/emulator/errors';

const KERNEL = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7 + (i >> 4)) & 0xff);

/** A gzip member that ends as the lab kernel's builder leaves it. */
function gzipMember(plain: Uint8Array): Uint8Array {
  const blocks = deflateRawSync(plain, { finishFlush: constants.Z_FULL_FLUSH });
  const tail = new Uint8Array(13);
  tail.set([1, 0, 0, 0xff, 0xff]);
  new DataView(tail.buffer).setUint32(5, crc32(plain), true);
  new DataView(tail.buffer).setUint32(9, plain.length, true);
  return Uint8Array.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, ...blocks, ...tail]);
}

/** The smallest file with the header of a bzImage: boot sector, one set-up sector, 32 bytes of code, payload. */
function bzImage(payload: Uint8Array): Uint8Array {
  const codeBytes = 32;
  const systemBytes = Math.ceil((codeBytes + payload.length) / 16) * 16;
  const image = new Uint8Array(1024 + systemBytes);
  const view = new DataView(image.buffer);
  image[0x1f1] = 1;
  view.setUint32(0x1f4, systemBytes / 16, true);
  view.setUint16(0x1fe, 0xaa55, true);
  image.set(new TextEncoder().encode('HdrS'), 0x202);
  view.setUint16(0x206, 0x0208, true);
  image[0x211] = 1;
  view.setUint32(0x248, codeBytes, true);
  view.setUint32(0x24c, payload.length, true);
  image.set(payload, 1024 + codeBytes);
  return image;
}

const payloadOf = (image: Uint8Array) => {
  const { payloadOffset, payloadBytes } = readBzImageHeader(image);
  return image.subarray(payloadOffset, payloadOffset + payloadBytes);
};

describe('CRC-32', () => {
  it('gives the check value of the catalogue for "123456789"', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  });

  it('goes on from the CRC of what came before', () => {
    expect(crc32(KERNEL.subarray(1234), crc32(KERNEL.subarray(0, 1234)))).toBe(crc32(KERNEL));
    if (referenceCrc32) expect(crc32(KERNEL)).toBe(referenceCrc32(KERNEL));
  });
});

describe('deflated filler', () => {
  it.each([0, 1, 63, 64, 65, 87, 88, 127, 128, 129, 4096, 100_001])('of %i bytes inflates to itself', (sizeBytes) => {
    const { plain, deflated } = makeDeflatedFiller(sizeBytes);
    expect(plain.length).toBe(sizeBytes);
    expect(Buffer.compare(inflateRawSync(deflated), plain)).toBe(0);
  });

  it('compresses about as a kernel does, between 2 and 2.5 to 1', () => {
    const { plain, deflated } = makeDeflatedFiller(1 << 20);
    expect(plain.length / deflated.length).toBeGreaterThan(2);
    expect(plain.length / deflated.length).toBeLessThan(2.5);
  });
});

describe('a grown lab kernel', () => {
  it('unpacks to the kernel followed by the filler, with CRC and size right', () => {
    const grown = growLabKernel(bzImage(gzipMember(KERNEL)), 70_000);
    const unpacked = gunzipSync(payloadOf(grown)); // checks CRC32 and ISIZE itself
    expect(unpacked.length).toBe(75_000);
    expect(Buffer.compare(unpacked.subarray(0, 5000), KERNEL)).toBe(0);
  });

  it('keeps header fields and length in step, so that it can be read again', () => {
    const grown = growLabKernel(bzImage(gzipMember(KERNEL)), 1);
    expect(readBzImageHeader(grown).setupSectors).toBe(2);
    expect((grown.length - 1024) % 16).toBe(0);
  });

  it('is the very same image without filler', () => {
    const image = bzImage(gzipMember(KERNEL));
    expect(growLabKernel(image, 0)).toBe(image);
  });

  it('refuses a payload it does not know', () => {
    expect(() => growLabKernel(bzImage(new Uint8Array(100)), 10)).toThrow(/cannot be made larger/);
  });
});

describe('a damaged bzImage', () => {
  const good = bzImage(gzipMember(KERNEL));
  const broken = (change: (image: Uint8Array) => Uint8Array | void) => {
    const copy = good.slice();
    return change(copy) ?? copy;
  };
  it.each([
    ['empty', broken(() => new Uint8Array(0)), /0 bytes/],
    ['cut off', broken((i) => i.slice(0, i.length - 16)), /cut off/],
    ['without boot flag', broken((i) => void (i[0x1fe] = 0)), /AA55h/],
    ['without HdrS', broken((i) => void (i[0x202] = 0)), /HdrS/],
    ['of a boot protocol before 2.00', broken((i) => void (i[0x207] = 1)), /older than 2.00/],
    ['with a payload beyond its end', broken((i) => void (i[0x24e] = 0xff)), /beyond its end/],
  ])('%s is refused with a reason and a code', (_, image, reason) => {
    expect(() => readBzImageHeader(image)).toThrow(reason);
    expect(() => readBzImageHeader(image)).toThrow(EmulatorError);
  });
});
