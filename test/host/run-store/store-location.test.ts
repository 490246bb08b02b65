// Where the history lies on each system.
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ensureStoreFolder, storeFileOf } from '../../../src/host/run-store/store-location';

describe('the place of the history', () => {
  it.each([
    ['linux', {}, '/home/ada', '/home/ada/.local/share/bootlab/history.bootruns'],
    ['linux', { XDG_DATA_HOME: '/data' }, '/home/ada', '/data/bootlab/history.bootruns'],
    ['linux', { XDG_DATA_HOME: 'relative' }, '/home/ada', '/home/ada/.local/share/bootlab/history.bootruns'],
    ['darwin', {}, '/Users/ada', '/Users/ada/Library/Application Support/Bootlab/history.bootruns'],
    ['win32', { APPDATA: 'D:\\Roaming' }, 'C:\\Users\\ada', 'D:\\Roaming\\Bootlab\\history.bootruns'],
    ['win32', {}, 'C:\\Users\\ada', 'C:\\Users\\ada\\AppData\\Roaming\\Bootlab\\history.bootruns'],
    ['win32', { BOOTLAB_STORE: 'E:\\mine.bootruns' }, 'C:\\Users\\ada', 'E:\\mine.bootruns'],
  ] as const)('on %s with %j in the environment', (platform, environment, homeDir, expected) => {
    expect(storeFileOf({ environment, platform, homeDir })).toBe(expected);
  });

  it('is made when it is the own one, and only then', () => {
    const homeDir = mkdtempSync(join(tmpdir(), 'bootlab-home-'));
    const places = { environment: {}, platform: 'linux', homeDir } as const;
    expect(ensureStoreFolder(places)).toEqual({ ok: true, value: null });
    expect(existsSync(join(homeDir, '.local/share/bootlab'))).toBe(true);
    const named = join(homeDir, 'elsewhere', 'mine.bootruns');
    expect(ensureStoreFolder({ ...places, environment: { BOOTLAB_STORE: named } }).ok).toBe(true);
    expect(existsSync(join(homeDir, 'elsewhere'))).toBe(false);
  });

  it('that cannot be made is a failure', () => {
    const homeDir = join(mkdtempSync(join(tmpdir(), 'bootlab-home-')), 'file');
    writeFileSync(homeDir, '');
    const made = ensureStoreFolder({ environment: {}, platform: 'linux', homeDir });
    expect(made).toMatchObject({ ok: false, failure: { code: 'HOST-STORE-FILE' } });
  });
});
