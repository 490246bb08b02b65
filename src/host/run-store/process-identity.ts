// Which process this is, in a form that another process can tell dead from alive: process ids are given again.
// Start times come from /proc (proc(5), stat, field 22); without it a living process id counts as alive.
import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process of some computer. Empty strings: the system does not say. */
export interface ProcessIdentity {
  readonly pid: number;
  /** In clock ticks since the system's start. */
  readonly startTicks: string;
  /** These are hashes, to be compared only. */
  readonly host: string;
  /** Of this start of the system. */
  readonly bootId: string;
  /** Process ids count within it: containers have their own. */
  readonly pidNamespace: string;
}

/** `unknown`: a process of another computer or container. */
export type Liveliness = 'alive' | 'dead' | 'unknown';

export function ownIdentity(): ProcessIdentity {
  return {
    pid: process.pid,
    startTicks: startTicksOf(process.pid),
    host: shortHash(hostname()),
    bootId: shortHash(tryOr('', () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim())),
    pidNamespace: shortHash(tryOr('', () => readlinkSync('/proc/self/ns/pid'))),
  };
}

/** Whether a process still runs, seen from `self`. */
export function livelinessOf(process: ProcessIdentity, self: ProcessIdentity): Liveliness {
  if (process.host !== self.host) return 'unknown';
  // The computer was started again since.
  if (process.bootId !== self.bootId && process.bootId !== '' && self.bootId !== '') return 'dead';
  if (process.pidNamespace !== self.pidNamespace) return 'unknown';
  if (!isPidInUse(process.pid)) return 'dead';
  const startTicks = startTicksOf(process.pid);
  const isAnother = startTicks !== process.startTicks && startTicks !== '' && process.startTicks !== '';
  return isAnother ? 'dead' : 'alive';
}

/** Short enough that a symbolic link keeps it in its inode (ext4: 59 bytes with a nonce): a full disk has room for that. */
export function identityText({ pid, startTicks, host, bootId, pidNamespace }: ProcessIdentity): string {
  return [pid, startTicks, host, bootId, pidNamespace].join('.');
}

/** Null: the text is no identity. */
export function parseIdentity(text: string): ProcessIdentity | null {
  const match = /^([1-9]\d{0,9})\.(\d*)\.([0-9a-f]*)\.([0-9a-f]*)\.([0-9a-f]*)$/.exec(text);
  if (!match) return null;
  const [, pid, startTicks, host, bootId, pidNamespace] = match;
  return { pid: Number(pid), startTicks, host, bootId, pidNamespace };
}

const HASH_DIGITS = 8;

function shortHash(text: string): string {
  return text === '' ? '' : createHash('sha256').update(text).digest('hex').slice(0, HASH_DIGITS);
}

/** The second field, a name in parentheses, may hold blanks and parentheses itself; the 22nd is the 20th after it. */
function startTicksOf(pid: number): string {
  const stat = tryOr('', () => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A zombie holds its number but does nothing any more.
  return fields[0] === 'Z' ? 'ended' : (fields[19] ?? '');
}

function isPidInUse(pid: number): boolean {
  try {
    // Signal 0 is only looked at (kill(2)).
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function tryOr<T>(otherwise: T, read: () => T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
