// A Linux of the user's own from its files: what goes into the machine, and who it is in a configuration.
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { LinuxIdentity, Result } from '../contract/api';
import type { ConsoleMark, LinuxGuest } from '../emulator/index';
import { LINUX_MARKS, READY_TEXT } from '../emulator/index';
import { readImageFile } from './boot-host';
import { succeed } from './failure';

/** What a person names. */
export interface LinuxFiles {
  readonly kernel: string;
  readonly initrd?: string;
  readonly commandLine: string;
  /** A text on the console that says that services are up; the lab's own unless given. */
  readonly readyText?: string;
  /** Marks to look for before the usual ones. */
  readonly marks: readonly ConsoleMark[];
}

/** Content and identity of one Linux. */
export interface ReadLinux {
  readonly guest: LinuxGuest;
  readonly identity: LinuxIdentity;
}

/** Reads the files. Whether the kernel can be started is found when it is put on a disk. */
export async function readLinuxGuest(files: LinuxFiles): Promise<Result<ReadLinux>> {
  const kernel = await readImageFile(files.kernel);
  if (!kernel.ok) return kernel;
  const initrd = files.initrd === undefined ? null : await readImageFile(files.initrd);
  if (initrd && !initrd.ok) return initrd;
  const words = {
    commandLine: files.commandLine,
    readyText: files.readyText ?? READY_TEXT,
    marks: [...files.marks, ...LINUX_MARKS],
  };
  return succeed({
    guest: { kernel: kernel.value, initrd: initrd && initrd.value, ...words },
    identity: {
      kernelName: basename(files.kernel),
      kernelSha256: sha256(kernel.value),
      initrdName: files.initrd === undefined ? null : basename(files.initrd),
      initrdSha256: initrd && sha256(initrd.value),
      ...words,
    },
  });
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
