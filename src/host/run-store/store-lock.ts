// The lock of a run store, one process at a time: a file beside it, `<store>.in-use`, that says who has it. SQLite's own lock
// (an empty folder `<store>.lock`, node-sqlite3-wasm) lies within: it cannot say whose it is. docs/run-store.md, "Locks".
import {
  closeSync,
  constants,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import type { ProcessIdentity } from './process-identity';
import { identityText, livelinessOf, ownIdentity, parseIdentity } from './process-identity';

/** Who holds a lock. `nonce` tells one holding from the next of the same process. */
interface Holder {
  readonly process: ProcessIdentity;
  readonly nonce: string;
}

/** Why a lock was not had. */
export interface LockRefusal {
  readonly lockFile: string;
  /** Null: the file does not say. */
  readonly holder: ProcessIdentity | null;
}

export type LockResult =
  { readonly ok: true; readonly release: () => void } | { readonly ok: false; readonly refusal: LockRefusal };

const FIRST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 40;
/** A process that takes over may be killed itself, and so may the next. */
const MAX_TAKEOVERS = 4;
const NONCE_BYTES = 3;

const self = ownIdentity();

export function lockFileOf(storeFile: string): string {
  return `${storeFile}.in-use`;
}

/** SQLite's own lock: made with mkdir, removed with rmdir. */
export function innerLockOf(storeFile: string): string {
  return `${storeFile}.lock`;
}

/**
 * Takes the lock of a store, waiting up to `waitMs` while a living process has it. What a dead one left is removed first.
 * Blocks the thread: transactions last milliseconds.
 * @param tellRemoved called with the process whose lock was removed
 * @throws the file system's errors, except that something is in the way
 */
export function takeLock(
  storeFile: string,
  waitMs: number,
  tellRemoved: (holder: ProcessIdentity) => void,
): LockResult {
  const lockFile = lockFileOf(storeFile);
  const deadline = performance.now() + waitMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    if (tryCreate(lockFile)) return { ok: true, release: () => removeIfThere(lockFile, unlinkSync) };
    const removed = removeIfDead(lockFile, () => removeIfThere(innerLockOf(storeFile), rmdirSync));
    if (removed) {
      tellRemoved(removed);
      continue;
    }
    if (performance.now() >= deadline) {
      return { ok: false, refusal: { lockFile, holder: readHolder(lockFile)?.process ?? null } };
    }
    // Processes that wait for each other must not keep step.
    sleep(pauseMs * (0.5 + Math.random()));
  }
}

/** Creates a lock file that names this process; false: there is one. */
function tryCreate(lockFile: string): boolean {
  const content = `${identityText(self)}.${randomBytes(NONCE_BYTES).toString('hex')}`;
  try {
    // A link appears together with its text; a file could be found empty.
    if (process.platform !== 'win32') {
      symlinkSync(content, lockFile);
      return true;
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    // File systems without symbolic links: FAT, some of the network.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
  }
  return tryCreateFile(lockFile, content);
}

function tryCreateFile(lockFile: string, content: string): boolean {
  let file: number;
  try {
    file = openSync(lockFile, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o666);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Windows refuses names that are being deleted with EPERM or EBUSY.
    if (code === 'EEXIST' || (process.platform === 'win32' && (code === 'EPERM' || code === 'EBUSY'))) return false;
    throw error;
  }
  try {
    writeSync(file, content);
  } catch (error) {
    unlinkSync(lockFile);
    throw error;
  } finally {
    closeSync(file);
  }
  return true;
}

/** Null: there is no such lock any more, or it does not say whose it is. */
function readHolder(lockFile: string): Holder | null {
  try {
    const text = lstatSync(lockFile).isSymbolicLink() ? readlinkSync(lockFile) : readFileSync(lockFile, 'utf8');
    const end = text.lastIndexOf('.');
    const process = parseIdentity(text.slice(0, end));
    return process && { process, nonce: text.slice(end + 1) };
  } catch {
    return null;
  }
}

/**
 * Removes a lock whose process is dead. Of several that see this one may act, or a later lock would be removed for the dead
 * one: it holds a lock on the lock, which is left, when it dies, to be removed in the same way.
 */
function removeIfDead(lockFile: string, before: () => void, depth = 0): ProcessIdentity | null {
  const holder = readHolder(lockFile);
  if (!holder || depth >= MAX_TAKEOVERS || livelinessOf(holder.process, self) !== 'dead') return null;
  const takeover = `${lockFile}-takeover`;
  if (!tryCreate(takeover)) {
    removeIfDead(takeover, () => {}, depth + 1);
    return null;
  }
  try {
    // Nobody else removes it now; a dead process does not, and only the same holding is judged.
    if (readHolder(lockFile)?.nonce !== holder.nonce) return null;
    before();
    unlinkSync(lockFile);
    return holder.process;
  } finally {
    unlinkSync(takeover);
  }
}

function removeIfThere(file: string, remove: (file: string) => void): void {
  try {
    remove(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function sleep(durationMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, durationMs);
}
