// Files that "bootlab machine" writes while the machine runs: the serial line and logged ports.
import { closeSync, openSync, writeFileSync } from 'node:fs';
import type { Failure, Result } from '../contract/api';
import { describeFileError } from '../host/failure';
import type { MachineOptions } from './machine-options';

/** Where the serial line goes when it goes to the terminal. */
export const STDIO = 'stdio';

export interface MachineOutputs {
  /** Each character is a byte of the line. */
  readonly writeSerial: (text: string) => void;
  readonly writePort: (port: number, bytes: Uint8Array) => void;
  /** Aborts at the first write that fails: a run whose output is lost need not go on. */
  readonly broken: AbortSignal;
  /** What that write said. */
  failure(): Failure | null;
  close(): void;
}

/** Opens all files before the machine starts: a wrong name is found at once. */
export function openOutputs({ serial, log }: Pick<MachineOptions, 'serial' | 'log'>): Result<MachineOutputs> {
  const opened: number[] = [];
  const breaking = new AbortController();
  let failure: Failure | null = null;

  const open = (file: string) => {
    const handle = openSync(file, 'w');
    opened.push(handle);
    return (bytes: Uint8Array) => {
      if (failure) return;
      try {
        writeFileSync(handle, bytes);
      } catch (error) {
        failure = outputFailure(file, error);
        breaking.abort();
      }
    };
  };

  let current = '';
  try {
    const writeSerial = serial === undefined || serial === STDIO ? null : open((current = serial));
    const writers = new Map(log.map(({ port, file }) => [port, open((current = file))]));
    return {
      ok: true,
      value: {
        writeSerial: (text) => writeSerial?.(Buffer.from(text, 'latin1')),
        writePort: (port, bytes) => writers.get(port)?.(bytes),
        broken: breaking.signal,
        failure: () => failure,
        close: () => opened.forEach((handle) => closeSync(handle)),
      },
    };
  } catch (error) {
    opened.forEach((handle) => closeSync(handle));
    return { ok: false, failure: outputFailure(current, error) };
  }
}

/** That a file of a person's choice could not be written. */
export function outputFailure(file: string, error: unknown): Failure {
  const message = `${file} cannot be written: ${describeFileError(error)}.`;
  return { code: 'HOST-SAVE', message, nextStep: 'Choose another file, or make room and permission there.' };
}
