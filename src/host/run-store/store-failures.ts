// Failures of the run store, worded once. SQLite's messages go into the details.
import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Failed } from '../failure';
import { describeFileError, fail } from '../failure';
import type { LockRefusal } from './store-lock';
import { livelinessOf, ownIdentity } from './process-identity';
import { RunStoreError } from './run-store';

/** With less than this SQLite cannot write a page and its log. */
const FULL_BELOW_BYTES = 64 * 1024;

/** SQLite's words where the file contradicts itself. A constraint can only fail when an index has lost a row. */
const DAMAGE = /malformed|not a database|unsupported file format|corrupt|constraint failed|no such (table|column)/i;

const MOVE_ASIDE =
  'Bootlab leaves it as it is. "bootlab history move-aside" renames it, so that a new store is begun; or put a copy of it back.';

export function failDamaged(file: string, what: string): Failed {
  return fail('HOST-STORE-DAMAGED', `The run store ${file} is damaged: ${what}.`, MOVE_ASIDE);
}

export function failForeign(file: string, what: string): Failed {
  return fail(
    'HOST-STORE-FOREIGN',
    `${file} is no run store: ${what}.`,
    'Bootlab does not write into it. Name another file with --store or BOOTLAB_STORE.',
  );
}

export function failNewer(file: string, version: number, known: number): Failed {
  return fail(
    'HOST-STORE-VERSION',
    `The run store ${file} has format ${version}; this Bootlab knows formats up to ${known}.`,
    'Use the Bootlab that wrote it, or a later one; or name another file with --store.',
  );
}

/** @param entryId null: that of an execution which is gone too */
export function failUnknownEntry(entryId: number | null): Failed {
  return fail(
    'HOST-STORE-UNKNOWN',
    entryId === null ? 'The experiment was deleted from the history.' : `The history has no entry ${entryId}.`,
    '"bootlab history list" shows which there are.',
  );
}

export function failClosed(file: string): Failed {
  return fail('HOST-STORE-FILE', `The run store ${file} has been closed.`, 'Open it again.');
}

export function failReplaced(file: string): Failed {
  return fail(
    'HOST-STORE-FILE',
    `The run store ${file} was replaced by another while it was open.`,
    'Start Bootlab again to use the new one.',
  );
}

/** Another process kept the store longer than anyone should have to wait. */
export function failBusy(file: string, waitedMs: number, { lockFile, holder }: LockRefusal): Failed {
  const waited = `${Math.round(waitedMs / 100) / 10} s`;
  const isOfOthers = !holder || livelinessOf(holder, ownIdentity()) === 'unknown';
  const who = holder ? `process ${holder.pid}${isOfOthers ? ' of another computer or container' : ''}` : 'a process';
  return fail(
    'HOST-STORE-BUSY',
    `The run store ${file} is in use by ${who}; ${waited} of waiting did not help.`,
    isOfOthers
      ? `If nothing uses it any more, delete ${lockFile} and try again.`
      : 'Let that process finish, or end it, and try again.',
  );
}

/** What an exception of SQLite or of the file system means to a person. */
export function failureOfStore(file: string, error: unknown): Failed {
  if (error instanceof RunStoreError) return { ok: false, failure: error.failure };
  const message = error instanceof Error ? error.message : String(error);
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT' || /database or disk is full/.test(message)) return failFull(file);
  if (typeof code === 'string') return failFile(file, describeFileError(error));
  if (DAMAGE.test(message) || (error instanceof Error && error.name === 'RuntimeError')) {
    return failDamaged(file, message);
  }
  if (/disk I\/O error/.test(message)) {
    return isDiskFull(file)
      ? failFull(file)
      : failFile(file, 'the disk reports an error, or a limit of size is reached');
  }
  if (/unable to open|Could not open|readonly database/.test(message)) {
    return failFile(file, 'it, or its folder, cannot be read and written');
  }
  if (/database is locked/.test(message)) {
    return fail(
      'HOST-STORE-BUSY',
      `Another program, which is not Bootlab, has the run store ${file} open.`,
      `Close it. If there is none, delete the empty folder ${file}.lock and try again.`,
    );
  }
  return failFile(file, message);
}

function failFull(file: string): Failed {
  return fail(
    'HOST-STORE-FULL',
    `The disk of the run store ${file} is full. What was kept before is safe; this was not kept.`,
    'Make room there and go on, or use another place with --store FILE.',
  );
}

function failFile(file: string, why: string): Failed {
  return fail(
    'HOST-STORE-FILE',
    `The run store ${file} cannot be used: ${why}. What was kept before is safe.`,
    'Correct that, or use another place with --store FILE.',
  );
}

function isDiskFull(file: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(dirname(file));
    return bavail * bsize < FULL_BELOW_BYTES;
  } catch {
    return false;
  }
}
