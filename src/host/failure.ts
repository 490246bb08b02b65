// Failures of the host as values: {code, message, nextStep}. Exceptions stop here and never cross a thread or process.
import type { Failure, Result } from '../contract/api';
import { EmulatorError } from '../emulator/index';
import { ExperimentError } from '../lab/experiment/experiment-error';

/** Codes of this room. Those of the emulator (EMU-...) pass through unchanged. */
export type HostFailureCode =
  | 'HOST-PROFILE-UNKNOWN' // no machine of that name
  | 'HOST-PROFILE-FILE' // a profile file that cannot be read or is no JSON
  | 'HOST-PROFILE-SHAPE' // a profile file with something missing, misspelt or of the wrong kind
  | 'HOST-EXPERIMENT-FILE' // an experiment file that cannot be read or is no JSON
  | 'HOST-EXPERIMENT-SHAPE' // an experiment file with something missing, misspelt or of the wrong kind
  | 'HOST-RUN-HUNG' // a run that gave no sign of life for too long
  | 'HOST-IMAGE-MISSING' // a guest image is not where it should be
  | 'HOST-IMAGE-DAMAGED' // a guest image that is cut off or of the wrong kind
  | 'HOST-IMAGE-FILE' // a ROM or disk image of a person's own that cannot be read
  | 'HOST-WORKER-DIED' // the thread of a run ended without an answer
  | 'HOST-ENGINE-DEFECT' // the emulator failed in a way it should not
  | 'HOST-SNAPSHOT-FILE' // a snapshot that cannot be read
  | 'HOST-SNAPSHOT-FOREIGN' // a file that is no snapshot
  | 'HOST-SNAPSHOT-DAMAGED' // a snapshot that is cut off or changed
  | 'HOST-SNAPSHOT-VERSION' // a snapshot of a newer format or another engine
  | 'HOST-SNAPSHOT-MACHINE' // a snapshot of another machine
  | 'HOST-STORE-BUSY' // a run store that another process does not let go
  | 'HOST-STORE-DAMAGED' // a run store that contradicts itself
  | 'HOST-STORE-FILE' // a run store that cannot be read or written
  | 'HOST-STORE-FOREIGN' // a file that is no run store
  | 'HOST-STORE-FULL' // no room on the disk of a run store
  | 'HOST-STORE-UNKNOWN' // no entry of that number in the history
  | 'HOST-STORE-VERSION' // a run store of a newer format
  | 'HOST-RESULTS-FILE' // results that cannot be read or are no JSON
  | 'HOST-RESULTS-SHAPE' // results with something missing or changed
  | 'HOST-LESSON-UNKNOWN' // no lesson of that name
  | 'HOST-LESSON-FILE' // a lesson, key, answers or report that cannot be read or is no JSON
  | 'HOST-LESSON-SHAPE' // one of them with something missing, misspelt or of the wrong kind
  | 'HOST-SAVE' // a file could not be written
  | 'HOST-REQUEST'; // a request that makes no sense

export type Failed = { readonly ok: false; readonly failure: Failure };

/** What a cancelled run ends with, whoever noticed first. */
export const CANCELLED_CODE = 'EMU-CANCELLED';

export function succeed<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function fail(code: HostFailureCode, message: string, nextStep: string): Failed {
  return { ok: false, failure: { code, message, nextStep } };
}

export function cancelled(): Failed {
  const failure = { code: CANCELLED_CODE, message: 'The run was cancelled.', nextStep: 'Run it again for a result.' };
  return { ok: false, failure };
}

/** The failure an exception of emulator or lab stands for; anything else they throw is a defect of ours. */
export function failureOf(error: unknown): Failure {
  if (error instanceof EmulatorError) {
    const { code, message, nextStep, facts } = error;
    const details = Object.entries(facts).map(([name, value]) => `${name}: ${value}`);
    return { code, message, nextStep, ...(details.length > 0 ? { details: details.join('\n') } : {}) };
  }
  if (error instanceof ExperimentError) {
    return { code: error.code, message: error.message, nextStep: error.nextStep };
  }
  return fail(
    'HOST-ENGINE-DEFECT',
    `The emulator failed: ${error instanceof Error ? error.message : String(error)}.`,
    'This is a defect of Bootlab. BOOTLAB_DEBUG=1 in the environment shows where it happened; please report it.',
  ).failure;
}

/** Runs something that may throw an EmulatorError. */
export function attempt<T>(action: () => T): Result<T> {
  try {
    return succeed(action());
  } catch (error) {
    return { ok: false, failure: failureOf(error) };
  }
}

/** What an error of the file system says to a person: "there is no such file". */
export function describeFileError(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  return FILE_ERRORS[code] ?? (error instanceof Error ? error.message : String(error));
}

const FILE_ERRORS: Readonly<Record<string, string>> = {
  EACCES: 'it is not permitted',
  EBUSY: 'another program is using it',
  EDQUOT: 'the disk quota is used up',
  EEXIST: 'something else of that name is in the way',
  EISDIR: 'it is a folder',
  ELOOP: 'its links lead in a circle',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'there is no such file or folder',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is no folder',
  EPERM: 'it is not permitted',
  EROFS: 'the file system is read-only',
};
