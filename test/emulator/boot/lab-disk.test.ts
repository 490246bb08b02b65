import { describe, expect, it } from 'vitest';
import { buildLabDisk, FIRST_FILE_SECTOR } from '../../../src/emulator/boot/lab-disk';

function kernelOf(setupSectors: number, sizeBytes: number): Uint8Array {
  const image = Uint8Array.from({ length: sizeBytes }, (_, i) => i % 251);
  const view = new DataView(image.buffer);
  image[0x1f1] = setupSectors - 1;
  view.setUint32(0x1f4, Math.ceil((sizeBytes - setupSectors * 512) / 16), true);
  view.setUint16(0x1fe, 0xaa55, true);
  image.set(new TextEncoder().encode('HdrS'), 0x202);
  view.setUint16(0x206, 0x0203, true);
  image[0x211] = 1;
  return image;
}

const content = (kernel: Uint8Array) => ({
  loaderStage1: new Uint8Array(446).fill(0x11),
  loaderStage2: new Uint8Array(3000).fill(0x22),
  kernel,
  init: new Uint8Array(1000).fill(0x33),
  commandLine: 'console=tty0 lab.action=none',
  promptTenths: 50,
});

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).replace(/\0.*$/s, '');

describe('the lab disk', () => {
  const kernel = kernelOf(5, 300_001);
  const disk = buildLabDisk(content(kernel));
  const view = new DataView(disk.buffer);

  it('begins with a bootable sector that keeps stage 1 and carries one active partition', () => {
    expect(disk[0]).toBe(0x11);
    expect(disk[445]).toBe(0x11);
    expect(disk[0x1be]).toBe(0x80);
    expect(view.getUint16(0x1fe, true)).toBe(0xaa55);
    expect(disk[512]).toBe(0x22);
  });

  it('carries the loader configuration', () => {
    const base = 16 * 512;
    expect(text(disk.subarray(base, base + 8))).toBe('BLLOADER');
    expect(view.getUint16(base + 10, true)).toBe(50);
    expect(view.getUint32(base + 20, true)).toBe(kernel.length);
    expect(view.getUint16(base + 24, true)).toBe(5);
    expect(text(disk.subarray(base + 64, base + 320))).toBe('console=tty0 lab.action=none');
  });

  it('maps every sector of the kernel once, in order, at most 127 at a time, the set-up apart', () => {
    const base = 16 * 512;
    const mapBase = view.getUint32(base + 12, true) * 512;
    const mapped: number[] = [];
    for (let i = 0; i < view.getUint32(base + 16, true); i++) {
      const first = view.getUint32(mapBase + i * 8, true);
      const count = view.getUint16(mapBase + i * 8 + 4, true);
      if (i === 0) expect(count).toBe(5);
      expect(count).toBeLessThanOrEqual(127);
      for (let s = 0; s < count; s++) mapped.push(first + s);
    }
    expect(mapped).toEqual(Array.from({ length: Math.ceil(300_001 / 512) }, (_, i) => FIRST_FILE_SECTOR + i));
  });

  it('lists kernel and init in the directory and holds them byte for byte', () => {
    const base = 32 * 512;
    expect(text(disk.subarray(base, base + 8))).toBe('LABFS1');
    expect(view.getUint32(base + 8, true)).toBe(2);
    expect(text(disk.subarray(base + 16, base + 40))).toBe('/boot/kernel');
    const start = view.getUint32(base + 40, true) * 512;
    const sizeBytes = view.getUint32(base + 44, true);
    expect(Buffer.compare(disk.subarray(start, start + sizeBytes), kernel)).toBe(0);
    expect(text(disk.subarray(base + 48, base + 72))).toBe('/sbin/init');
    const initStart = view.getUint32(base + 72, true) * 512;
    expect(view.getUint32(base + 76, true)).toBe(1000);
    expect(disk.subarray(initStart, initStart + 1000).every((byte) => byte === 0x33)).toBe(true);
  });

  it('refuses what does not fit', () => {
    expect(() => buildLabDisk({ ...content(kernel), loaderStage1: new Uint8Array(447) })).toThrow(/446/);
    expect(() => buildLabDisk({ ...content(kernel), loaderStage2: new Uint8Array(7681) })).toThrow(/15 sectors/);
    expect(() => buildLabDisk({ ...content(kernel), commandLine: 'x'.repeat(256) })).toThrow(/256 characters/);
    expect(() => buildLabDisk({ ...content(kernel), commandLine: 'é' })).toThrow(/ASCII/);
  });
});
