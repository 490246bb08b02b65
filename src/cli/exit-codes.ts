// What the process ends with. Listed in the help; scripts rely on it.
import type { Failure } from '../contract/api';

export const EXIT = {
  OK: 0,
  /** A run, a file or the machine failed. */
  FAILED: 1,
  /** Something in the command, a profile or an image was wrong. */
  USAGE: 2,
  /** Ctrl+C: 128 + SIGINT, as shells expect. */
  CANCELLED: 130,
} as const;

export type ExitCode = number;

/** Failures by something a person gave, not by the run. */
const BAD_INPUT_CODES: ReadonlySet<string> = new Set([
  'EMU-IMAGE',
  'EMU-PROFILE',
  'EMU-UNSUPPORTED',
  'HOST-EXPERIMENT-FILE',
  'HOST-EXPERIMENT-SHAPE',
  'HOST-IMAGE-FILE',
  'HOST-LESSON-FILE',
  'HOST-LESSON-SHAPE',
  'HOST-LESSON-UNKNOWN',
  'HOST-PROFILE-FILE',
  'HOST-PROFILE-SHAPE',
  'HOST-PROFILE-UNKNOWN',
  'HOST-REQUEST',
  'HOST-RESULTS-FILE',
  'HOST-RESULTS-SHAPE',
  'HOST-SNAPSHOT-DAMAGED',
  'HOST-SNAPSHOT-FILE',
  'HOST-SNAPSHOT-FOREIGN',
  'HOST-SNAPSHOT-MACHINE',
  'HOST-SNAPSHOT-VERSION',
  'LAB-EXPERIMENT',
  'HOST-STORE-DAMAGED',
  'HOST-STORE-FOREIGN',
  'HOST-STORE-UNKNOWN',
  'HOST-STORE-VERSION',
]);

export function exitCodeOf({ code }: Failure): ExitCode {
  if (code === 'EMU-CANCELLED') return EXIT.CANCELLED;
  return code.startsWith('CLI-') || BAD_INPUT_CODES.has(code) ? EXIT.USAGE : EXIT.FAILED;
}

/** What happened and why, the next step, the code; then what a report should have, unless a person ended it. */
export function failureText({ code, message, nextStep, details }: Failure): string {
  const indented = code === 'EMU-CANCELLED' ? undefined : details?.trimEnd().replace(/^/gm, '  ');
  return `${message}\n${nextStep}\n[${code}]\n${indented ? `\n${indented}\n` : ''}`;
}

export const EXIT_CODES_HELP = `
Exit codes:
  0    done
  1    a run failed, or a result could not be written
  2    something in the command, an experiment, a profile or an image is wrong
  130  cancelled with Ctrl+C`;
