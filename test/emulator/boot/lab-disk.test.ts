import { describe, expect, it } from 'vitest';
import { buildLabDisk, FIRST_FILE_SECTOR } from '../../../src/emulator/boot/lab-disk';
import { linuxKernel } from '../../support/linux-kernels';

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

const dataOf = (disk: Uint8Array) => {
  const view = new DataView(disk.buffer);
  const base = 32 * 512;
  return Array.from({ length: view.getUint32(base + 8, true) }, (_, i) => {
    const at = base + 16 + i * 32;
    const [firstSector, sizeBytes] = [view.getUint32(at + 24, true), view.getUint32(at + 28, true)];
    return { name: text(disk.subarray(at, at + 24)), firstSector, sizeBytes };
  });
};

it('keeps what services read behind all that is stored, and says how much of it there is', () => {
  const kernel = kernelOf(5, 300_001);
  const services = { reads: 100, readBytes: 8192, computeLoops: 2, stopReads: 7, spanBytes: 32 * 2 ** 20 };
  const disk = buildLabDisk({ ...content(kernel), services });
  const [configuration, data] = dataOf(disk).slice(-2);
  expect(configuration.name).toBe('/etc/services.conf');
  const at = configuration.firstSector * 512;
  expect(text(disk.subarray(at, at + configuration.sizeBytes))).toBe('100 8192 2 7');
  expect(data).toEqual({ name: '/var/data', firstSector: disk.length / 512, sizeBytes: 32 * 2 ** 20 });
  expect(dataOf(buildLabDisk(content(kernel))).map(({ name }) => name)).toEqual(['/boot/kernel', '/sbin/init']);
});

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
    expect(() => buildLabDisk({ ...content(kernel), commandLine: 'x'.repeat(256) })).toThrow(/256.*takes 255/);
    const modern = linuxKernel({ protocol: 0x020f, commandLineSize: 5000 });
    expect(() => buildLabDisk({ ...content(modern), commandLine: 'x'.repeat(2048) })).toThrow(/2048.*takes 2047/);
    expect(() => buildLabDisk({ ...content(kernel), commandLine: 'é' })).toThrow(/ASCII/);
  });
});

describe('a lab disk with an initial RAM disk', () => {
  const MIB = 2 ** 20;
  const CONFIGURATION = 16 * 512;

  /** The sectors a range of map entries names, in order. */
  function mappedSectors(view: DataView, firstEntry: number, entries: number): number[] {
    const mapBase = view.getUint32(CONFIGURATION + 12, true) * 512;
    return Array.from({ length: entries }, (_, i) => {
      const at = mapBase + (firstEntry + i) * 8;
      const first = view.getUint32(at, true);
      return Array.from({ length: view.getUint16(at + 4, true) }, (_, s) => first + s);
    }).flat();
  }

  it.each([
    ['small', 100_000, 5_001],
    ['large: 10 MB of kernel, 64 MB of RAM disk', 10 * MIB, 64 * MIB],
    ['so large that the maps push the files back', 10 * MIB, 110 * MIB],
  ])('maps both files, %s', (_, kernelBytes, initrdBytes) => {
    const initrd = new Uint8Array(initrdBytes).fill(0x5a);
    const kernel = linuxKernel({ protocol: 0x020f, kernelBytes });
    const disk = buildLabDisk({ ...content(kernel), initrd });
    const view = new DataView(disk.buffer);
    const kernelEntries = view.getUint32(CONFIGURATION + 16, true);
    const initrdEntries = view.getUint32(CONFIGURATION + 44, true);
    expect(view.getUint32(CONFIGURATION + 48, true)).toBe(initrdBytes);

    const kernelSectors = mappedSectors(view, 0, kernelEntries);
    const initrdSectors = mappedSectors(view, kernelEntries, initrdEntries);
    expect(kernelSectors.length).toBe(Math.ceil(kernel.length / 512));
    expect(initrdSectors.length).toBe(Math.ceil(initrdBytes / 512));
    const [kernelAt, initrdAt] = [kernelSectors[0] * 512, initrdSectors[0] * 512];
    expect(Buffer.compare(disk.subarray(kernelAt, kernelAt + kernel.length), kernel)).toBe(0);
    expect(Buffer.compare(disk.subarray(initrdAt, initrdAt + initrdBytes), initrd)).toBe(0);
    const mapEnd = view.getUint32(CONFIGURATION + 12, true) + Math.ceil((kernelEntries + initrdEntries) / 64);
    expect(kernelSectors[0]).toBe(Math.max(FIRST_FILE_SECTOR, mapEnd));
    expect(text(disk.subarray(32 * 512 + 48, 32 * 512 + 72))).toBe('/boot/initrd');
  });

  it('refuses what the loader cannot map at once', () => {
    const kernel = linuxKernel({ protocol: 0x020f });
    const initrd = new Uint8Array(505 * MIB);
    expect(() => buildLabDisk({ ...content(kernel), initrd })).toThrow(/too large for the loader map/);
  });
});
