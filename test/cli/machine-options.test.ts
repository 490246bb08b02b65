import { describe, expect, it } from 'vitest';
import type { MachineOptions } from '../../src/cli/machine-options';
import {
  parseCount,
  parsePort,
  parsePortLog,
  parsePorts,
  parsePortValue,
  parseUntilText,
  refusalOf,
} from '../../src/cli/machine-options';

const PLAIN: MachineOptions = {
  profile: 'p3-1000-desktop',
  watchPort: [],
  typeAt: [],
  log: [],
  exec: 'auto',
  saveAt: [],
};

describe('a port on the command line', () => {
  it.each([
    ['0x80', 0x80],
    ['128', 128],
    ['0XE9', 0xe9],
    ['65535', 0xffff],
  ])('%s is %d', (text, port) => {
    expect(parsePort(text)).toBe(port);
  });

  it.each(['', '-1', '65536', '80h', '0x', '1e3', ' 1'])('cannot be "%s"', (text) => {
    expect(() => parsePort(text)).toThrow('whole number');
  });

  it('is watched once, however often it is named', () => {
    expect(parsePorts('0x80', parsePorts('128', []))).toEqual([0x80]);
  });
});

describe('a value at a port', () => {
  it.each([
    ['0x80=0xff', { port: 0x80, value: 0xff }],
    ['244=0', { port: 244, value: 0 }],
  ])('%s', (text, expected) => {
    expect(parsePortValue(text)).toEqual(expected);
  });

  it.each(['0x80', '0x80=', '=1', '0x80=4294967296', 'a=b'])('cannot be "%s"', (text) => {
    expect(() => parsePortValue(text)).toThrow();
  });
});

describe('a text to wait for', () => {
  it('may hold colons and blanks', () => {
    expect(parseUntilText('serial:login: now')).toEqual({ source: 'serial', text: 'login: now' });
  });

  it.each(['login', 'serial:', ':x', 'printer:x'])('cannot be "%s"', (text) => {
    expect(() => parseUntilText(text)).toThrow();
  });
});

describe('a log', () => {
  it('may have a file name with equal signs', () => {
    expect(parsePortLog('0xe9=a=b.txt', [])).toEqual([{ port: 0xe9, file: 'a=b.txt' }]);
  });

  it('is one per port', () => {
    expect(() => parsePortLog('233=x', parsePortLog('0xe9=y', []))).toThrow('one log');
  });
});

describe('a count', () => {
  it.each(['0', '-5', '1.5', '9007199254740992', 'many'])('cannot be "%s"', (text) => {
    expect(() => parseCount(text)).toThrow();
  });
});

describe('what is not offered', () => {
  it.each([
    [{ exec: 'translate' as const }, '--exec'],
    [{ screenshot: 'screen.bmp' }, 'pictures'],
  ])('is refused by name, with a next step: %j', (options, name) => {
    const refusal = refusalOf({ ...PLAIN, ...options });
    expect(refusal).toMatchObject({ code: 'CLI-UNSUPPORTED' });
    expect(refusal?.message).toContain(name);
    expect(refusal?.nextStep).not.toBe('');
  });

  it('is nothing else', () => {
    expect(refusalOf({ ...PLAIN, screenshot: 'screen.txt', hda: 'disk.img', exec: 'interpret' })).toBeNull();
  });

  it('includes a command line or RAM disk without a kernel', () => {
    expect(refusalOf({ ...PLAIN, append: 'quiet' })).toMatchObject({ code: 'CLI-USAGE' });
    expect(refusalOf({ ...PLAIN, initrd: 'initrd.gz' })).toMatchObject({ code: 'CLI-USAGE' });
    expect(refusalOf({ ...PLAIN, kernel: 'bzImage', append: 'quiet', initrd: 'initrd.gz' })).toBeNull();
  });

  it('includes a video ROM that nobody would call', () => {
    expect(refusalOf({ ...PLAIN, vgabios: 'vga.bin' })).toMatchObject({ code: 'CLI-USAGE' });
    expect(refusalOf({ ...PLAIN, vgabios: 'vga.bin', bios: 'bios.bin' })).toBeNull();
  });
});
