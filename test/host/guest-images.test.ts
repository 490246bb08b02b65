import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Failure } from '../../src/contract/api';
import { loadGuestImages } from '../../src/host/guest-images';

let folder: string;

/** A bzImage as far as its header goes: 1 set-up sector, a payload of 100 bytes at offset 32. */
function fakeKernel(): Uint8Array {
  const kernel = new Uint8Array(1024 + 132);
  const view = new DataView(kernel.buffer);
  view.setUint8(0x1f1, 1);
  kernel.set(new TextEncoder().encode('HdrS'), 0x202);
  view.setUint32(0x248, 32, true);
  view.setUint32(0x24c, 100, true);
  return kernel;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bootlab-images-'));
  const videoRom = new Uint8Array(2048);
  videoRom.set([0x55, 0xaa, 4]);
  const files: Record<string, Uint8Array | string> = {
    'bios.bin': new Uint8Array(128 * 1024),
    'video.bin': videoRom,
    'scsi-rom.bin': videoRom,
    'net-rom.bin': videoRom,
    'loader-stage1.bin': new Uint8Array(446),
    'loader-stage2.bin': new Uint8Array(7680),
    'lab-kernel.bin': fakeKernel(),
    'init.bin': new Uint8Array([0x7f, 0x45, 0x4c, 0x46]),
    'linux-agent.bin': new Uint8Array([0x7f, 0x45, 0x4c, 0x46]),
    'symbols.json': '{"kernel":{"start_kernel":3222278100}}',
    'code-symbols.json': '{"loader":{"start":32768,"end":40448,"symbols":{"prompt_begin":32806}}}',
  };
  await Promise.all(Object.entries(files).map(([name, content]) => writeFile(join(folder, name), content)));
});

async function loadFailure(): Promise<Failure> {
  const result = await loadGuestImages(folder);
  if (result.ok) throw new Error('loaded');
  return result.failure;
}

describe('guest images', () => {
  it('are loaded whole when nothing is wrong', async () => {
    const result = await loadGuestImages(folder);
    if (!result.ok) throw new Error(result.failure.message);
    expect(result.value.bios).toHaveLength(128 * 1024);
    expect(result.value.kernel).toEqual(fakeKernel());
    expect(result.value.symbols.kernel.start_kernel).toBe(3222278100);
    expect(result.value.code.loader.symbols.prompt_begin).toBe(32806);
  });

  it('have memory of their own, so that little crosses to a worker', async () => {
    const result = await loadGuestImages(folder);
    expect(result.ok && result.value.loaderStage1.buffer.byteLength).toBe(446);
  });

  it.each([
    'bios.bin',
    'video.bin',
    'scsi-rom.bin',
    'net-rom.bin',
    'loader-stage1.bin',
    'loader-stage2.bin',
    'lab-kernel.bin',
    'init.bin',
    'symbols.json',
  ])('are refused by name when %s is missing', async (name) => {
    await rm(join(folder, name));
    const failure = await loadFailure();
    expect(failure.code).toBe('HOST-IMAGE-MISSING');
    expect(failure.message).toContain(name);
    expect(failure.nextStep).toContain('make -C resources/guest');
  });

  it.each(['bios.bin', 'video.bin', 'scsi-rom.bin', 'lab-kernel.bin', 'symbols.json'])(
    'are refused by name when %s is cut off',
    async (name) => {
      const { length } = await readFile(join(folder, name));
      await truncate(join(folder, name), length - 1);
      const failure = await loadFailure();
      expect(failure.code).toBe('HOST-IMAGE-DAMAGED');
      expect(failure.message).toContain(name);
    },
  );

  it.each([
    'video.bin',
    'scsi-rom.bin',
    'net-rom.bin',
    'loader-stage1.bin',
    'loader-stage2.bin',
    'lab-kernel.bin',
    'symbols.json',
  ])('are refused by name when %s is empty', async (name) => {
    await truncate(join(folder, name), 0);
    expect((await loadFailure()).message).toContain(name);
  });

  it.each([
    ['loader-stage1.bin', 447],
    ['loader-stage2.bin', 7681],
  ])('are refused when %s does not fit its place', async (name, sizeBytes) => {
    await writeFile(join(folder, name), new Uint8Array(sizeBytes));
    expect(await loadFailure()).toMatchObject({ code: 'HOST-IMAGE-DAMAGED' });
  });

  it.each(['[]', '{"kernel":{"start_kernel":"x"}}', '{"kernel":{"start_kernel":4294967296}}'])(
    'are refused when symbols.json is %s',
    async (text) => {
      await writeFile(join(folder, 'symbols.json'), text);
      expect(await loadFailure()).toMatchObject({ code: 'HOST-IMAGE-DAMAGED' });
    },
  );
});

describe('the images that come with Bootlab', () => {
  it('are all there and sound', async () => {
    const result = await loadGuestImages('resources/guest/build');
    expect(result).toMatchObject({ ok: true });
  });
});
