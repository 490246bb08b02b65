import { mkdtempSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openImageFile } from '../../src/host/image-file';

const CONTENT = Uint8Array.from({ length: 200_000 }, (_, i) => (i >>> 9) * 11 + i);

function writeImage(): string {
  const file = join(mkdtempSync(join(tmpdir(), 'bootlab-image-')), 'disc.iso');
  writeFileSync(file, CONTENT);
  return file;
}

describe('an image file', () => {
  it('gives bytes from anywhere, across the pieces it is read in, and fewer at its end', () => {
    const file = writeImage();
    const image = openImageFile(file);
    expect(image.sizeBytes).toBe(200_000);
    expect(image.read(0, 512)).toEqual(CONTENT.subarray(0, 512));
    expect(image.read(65_536 - 100, 512)).toEqual(CONTENT.subarray(65_436, 65_948));
    expect(image.read(1000, 150_000)).toEqual(CONTENT.subarray(1000, 151_000));
    expect(image.read(199_900, 512)).toEqual(CONTENT.subarray(199_900));
    expect(image.read(300_000, 512)).toHaveLength(0);
    image.close();
    expect(Uint8Array.from(readFileSync(file))).toEqual(CONTENT);
  });

  it('gives copies: nobody changes what the next reader gets', () => {
    const image = openImageFile(writeImage());
    image.read(0, 4).fill(0xee);
    expect(image.read(0, 4)).toEqual(CONTENT.subarray(0, 4));
    image.close();
  });

  it('says so when the file is cut off under it', () => {
    const file = writeImage();
    const image = openImageFile(file);
    truncateSync(file, 70_000);
    expect(() => image.read(100_000, 512)).toThrow('has become shorter');
    image.close();
  });

  it('throws as the file system does when there is no file', () => {
    expect(() => openImageFile('/nowhere/disc.iso')).toThrow('ENOENT');
  });
});
