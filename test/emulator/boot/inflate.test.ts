import { constants, deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { makeDeflatedFiller } from '../../../src/emulator/boot/deflate-filler';
import { inflate } from '../../../src/emulator/boot/inflate';

/** Text-like: long matches, near and far, and bytes of every value. */
const PLAIN = Uint8Array.from({ length: 150_000 }, (_, i) =>
  i % 97 < 60 ? 0x20 + ((i >> 3) % 64) : (i * 31 + (i >> 7)) & 0xff,
);

describe('inflating', () => {
  it.each([
    ['dynamic codes', { level: 9 }],
    ['fixed codes', { strategy: constants.Z_FIXED }],
    ['codes without matches', { strategy: constants.Z_HUFFMAN_ONLY }],
    ['runs', { strategy: constants.Z_RLE }],
    ['stored blocks', { level: 0 }],
  ])('gives what was deflated with %s', (_, options) => {
    expect(Buffer.compare(inflate(deflateRawSync(PLAIN, options), PLAIN.length), PLAIN)).toBe(0);
  });

  it('gives nothing for nothing', () => {
    expect(inflate(deflateRawSync(new Uint8Array(0)), 0)).toHaveLength(0);
  });

  it('gives what this program deflates itself', () => {
    const { plain, deflated } = makeDeflatedFiller(10_000);
    expect(Buffer.compare(inflate(deflated, plain.length), plain)).toBe(0);
  });

  it.each([
    ['that ends early', deflateRawSync(PLAIN).subarray(0, 1000), PLAIN.length],
    ['of another length, longer', deflateRawSync(PLAIN), PLAIN.length - 1],
    ['of another length, shorter', deflateRawSync(PLAIN), PLAIN.length + 1],
    ['of the block type that is none', Uint8Array.of(0x07), 1],
    ['whose stored length contradicts itself', Uint8Array.of(0x01, 1, 0, 0, 0, 9), 1],
    ['that begins with a match', Uint8Array.of(0x03, 0x02, 0), 3],
  ])('refuses a stream %s', (_, packed, sizeBytes) => {
    expect(() => inflate(packed, sizeBytes)).toThrow('damaged');
  });
});
