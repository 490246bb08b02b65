import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writePicture } from '../../src/main/write-picture';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bootlab-picture-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const BYTES = new Uint8Array([1, 2, 3]);

it('writes the bytes and leaves nothing beside them', async () => {
  const path = join(folder, 'a.png');
  expect(await writePicture(path, BYTES)).toEqual({ ok: true, value: path });
  expect([...readFileSync(path)]).toEqual([1, 2, 3]);
  expect(readdirSync(folder)).toEqual(['a.png']);
});

it('replaces a file', async () => {
  const path = join(folder, 'a.png');
  writeFileSync(path, 'old');
  await writePicture(path, BYTES);
  expect([...readFileSync(path)]).toEqual([1, 2, 3]);
});

it('says that the folder is missing', async () => {
  expect(await writePicture(join(folder, 'missing/a.png'), BYTES)).toMatchObject({
    ok: false,
    failure: { code: 'APP-WRITE', message: expect.stringContaining('there is no such file or folder') },
  });
});

it('leaves nothing behind when a folder has the name', async () => {
  mkdirSync(join(folder, 'a.png'));
  expect(await writePicture(join(folder, 'a.png'), BYTES)).toMatchObject({ ok: false });
  expect(readdirSync(folder)).toEqual(['a.png']);
});
