// Whose lock it is: the living are waited for, the dead are cleared away, of others nothing is known.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ProcessIdentity } from '../../../src/host/run-store/process-identity';
import { identityText, livelinessOf, ownIdentity, parseIdentity } from '../../../src/host/run-store/process-identity';
import { innerLockOf, takeLock } from '../../../src/host/run-store/store-lock';

const self = ownIdentity();
/** Linux gives no ids above 2^22 (pid_max, proc(5)). */
const UNUSED_PID = 2 ** 22 + 1;
const dead: ProcessIdentity = { ...self, pid: UNUSED_PID };

let file: string;
let lockFile: string;
let removed: number[];

const take = (waitMs = 0) => takeLock(file, waitMs, ({ pid }) => removed.push(pid));
const leaveLock = (holder: ProcessIdentity, name = lockFile) => symlinkSync(`${identityText(holder)}.abcdef`, name);

beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), 'bootlab-lock-')), 'store');
  lockFile = `${file}.in-use`;
  removed = [];
});

describe('the lock of a store', () => {
  it('is had once at a time, and leaves nothing behind', () => {
    const first = take();
    expect(take()).toEqual({ ok: false, refusal: { lockFile, holder: self } });
    if (first.ok) first.release();
    const second = take();
    expect(second.ok).toBe(true);
    if (second.ok) second.release();
    expect(readdirSync(join(file, '..'))).toEqual([]);
    expect(removed).toEqual([]);
  });

  it('of a dead process is removed with the lock that SQLite left, and its process named', () => {
    leaveLock(dead);
    mkdirSync(innerLockOf(file));
    const lock = take();
    expect(lock.ok).toBe(true);
    expect(removed).toEqual([UNUSED_PID]);
    expect(existsSync(innerLockOf(file))).toBe(false);
    expect(parseIdentity(readlinkSync(lockFile).replace(/\.[^.]*$/, ''))).toEqual(self);
  });

  it('of a dead process is removed even when those died that were removing it', () => {
    leaveLock(dead);
    leaveLock(dead, `${lockFile}-takeover`);
    leaveLock(dead, `${lockFile}-takeover-takeover`);
    const lock = take(1000);
    expect(lock.ok).toBe(true);
    if (lock.ok) lock.release();
    expect(readdirSync(join(file, '..'))).toEqual([]);
  });

  it('of a dead process is not removed while a living one is removing it', () => {
    leaveLock(dead);
    leaveLock(self, `${lockFile}-takeover`);
    expect(take(20).ok).toBe(false);
    expect(readlinkSync(lockFile)).toContain(String(UNUSED_PID));
  });

  it('of another computer, of another container, or of nobody in particular is left alone', () => {
    const others = [
      { ...dead, host: '00000000' },
      { ...dead, pidNamespace: '00000000' },
    ];
    for (const other of others) {
      const name = join(mkdtempSync(join(tmpdir(), 'bootlab-lock-')), 'store');
      leaveLock(other, `${name}.in-use`);
      expect(takeLock(name, 0, () => {})).toMatchObject({ ok: false, refusal: { holder: other } });
    }
    writeFileSync(lockFile, '');
    expect(take()).toEqual({ ok: false, refusal: { lockFile, holder: null } });
  });

  it('is read from an ordinary file where the file system has no links', () => {
    writeFileSync(lockFile, `${identityText(dead)}.abcdef`);
    expect(take().ok).toBe(true);
    expect(removed).toEqual([UNUSED_PID]);
  });
});

describe('a process', () => {
  it('is alive as long as it runs, and dead afterwards', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(child, 'spawn');
    const stat = spawnSync('cat', [`/proc/${child.pid}/stat`]).stdout.toString();
    const startTicks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
    const identity = { ...self, pid: child.pid!, startTicks };
    expect(livelinessOf(identity, self)).toBe('alive');
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(livelinessOf(identity, self)).toBe('dead');
  });

  it.runIf(process.platform === 'linux')('is dead when its id was given to another since', () => {
    expect(livelinessOf({ ...self, startTicks: '1' }, self)).toBe('dead');
    expect(livelinessOf(self, self)).toBe('alive');
  });

  it('of an earlier start of the system is dead, whoever has its id now', () => {
    expect(livelinessOf({ ...self, bootId: '00000000' }, { ...self, bootId: '11111111' })).toBe('dead');
  });

  it('is written and read back, and nothing else is taken for one', () => {
    expect(parseIdentity(identityText(self))).toEqual(self);
    const plain = { pid: 1, startTicks: '', host: '', bootId: '', pidNamespace: '' };
    expect(parseIdentity(identityText(plain))).toEqual(plain);
    for (const text of ['', '0.1.a.b.c', 'x.1.a.b.c', '1.1.a.b', '1.1.a.b.c.d', '../../etc']) {
      expect(parseIdentity(text), text).toBeNull();
    }
    // With a nonce it fits into an inode of ext4.
    expect(identityText({ ...self, pid: UNUSED_PID }).length + 7).toBeLessThan(60);
  });
});
