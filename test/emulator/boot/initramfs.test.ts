import { describe, expect, it } from 'vitest';
import type { InitramfsEntry } from '../../../src/emulator/boot/initramfs';
import { buildInitramfs, joinInitramfs } from '../../../src/emulator/boot/initramfs';
import { readNewc } from '../../support/read-newc';

const file = (path: string, content: readonly number[]): InitramfsEntry => ({
  kind: 'file',
  path,
  permissions: 0o755,
  content: Uint8Array.from(content),
});

describe('an initial RAM disk', () => {
  it('has the header of the specification, field for field', () => {
    const archive = buildInitramfs([file('a/bc', [1, 2, 3, 4, 5])]);
    const header = new TextDecoder().decode(archive.subarray(0, 110));
    const fields = header
      .slice(6)
      .match(/.{8}/g)!
      .map((digits) => parseInt(digits, 16));
    expect(header.slice(0, 6)).toBe('070701');
    // inode, mode, uid, gid, links, mtime, size, device, special device, name with its NUL, check
    expect(fields).toEqual([1, 0o100755, 0, 0, 1, 0, 5, 0, 0, 0, 0, 5, 0]);
  });

  it('gives back files and directories in order, whatever their lengths', () => {
    const entries: InitramfsEntry[] = [
      { kind: 'directory', path: 'boot', permissions: 0o755 },
      ...[0, 1, 2, 3, 4, 5].map((length) => file(`boot/${'x'.repeat(length + 1)}`, Array<number>(length).fill(length))),
    ];
    const read = readNewc(buildInitramfs(entries));
    expect(read.map(({ path }) => path)).toEqual(entries.map(({ path }) => path));
    expect(read[0].mode).toBe(0o040755);
    read.slice(1).forEach(({ content }, length) => expect([...content]).toEqual(Array<number>(length).fill(length)));
  });

  it('is a multiple of 4 long and the same for the same entries', () => {
    const build = () => buildInitramfs([file('abc', [9])]);
    expect(build().length % 4).toBe(0);
    expect(build()).toEqual(build());
  });

  it('can be joined to others: each begins on a multiple of 4, zeros before it', () => {
    const first = Uint8Array.from([0x1f, 0x8b, 1, 2, 3]);
    const second = buildInitramfs([file('z', [])]);
    const joined = joinInitramfs([first, second]);
    expect([...joined.subarray(0, 8)]).toEqual([0x1f, 0x8b, 1, 2, 3, 0, 0, 0]);
    expect(joined.subarray(8)).toEqual(second);
  });

  it.each(['', '/boot', 'ä', 'x'.repeat(4096)])('refuses the path "%.8s"', (path) => {
    expect(() => buildInitramfs([file(path, [])])).toThrow(/cannot go into/);
  });
});
