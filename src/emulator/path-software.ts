// What the boot loader starts on a path: the lab kernel with its init, or a Linux of the user's own with who reboots it.
import { growLabKernel } from './boot/bzimage';
import { buildLinuxLab } from './boot/linux-lab';
import { storeLabKernel } from './boot/stored-kernel';
import { EmulatorError } from './errors';
import type { LabOptions } from './lab-options';
import { crashReserveFor, DEFAULT_LAB_OPTIONS, driverWords, labWords, shutdownWords } from './lab-options';
import type { LinuxGuestWords } from './linux-probes';
import type { RebootPath } from './phases';
import type { MachineProfile } from './profile';
import type { GuestImages } from './run-path';
import type { StartingConditions } from './variation';

/** A Linux somebody wants measured, unchanged. */
export interface LinuxGuest extends LinuxGuestWords {
  /** A bzImage. */
  readonly kernel: Uint8Array;
  readonly initrd: Uint8Array | null;
  /** Both kernels of a path get it. */
  readonly commandLine: string;
}

/** What lies on the disk for the loader, besides the loader itself. */
export interface PathSoftware {
  readonly kernel: Uint8Array;
  readonly initrd: Uint8Array | null;
  readonly commandLine: string;
}

/** What the lab kernel is told on a path: what was asked for, and what the path needs. */
export function labOptionsFor(
  path: RebootPath,
  { memory }: MachineProfile,
  asked: Partial<LabOptions> = {},
): LabOptions {
  const options = { ...DEFAULT_LAB_OPTIONS, ...asked };
  if (path !== 'crash' && options.keep === 'off') return options;
  const crashReserve = options.crashReserve ?? crashReserveFor(memory.ramBytes.value);
  return { ...options, era: '2.6.13', crashReserve };
}

/** The lab kernel, grown to the profile's size, and its options: the profile's, and what init is to do. */
export function labSoftware(
  images: GuestImages,
  path: RebootPath,
  profile: MachineProfile,
  start: StartingConditions,
  asked: Partial<LabOptions> = {},
): PathSoftware {
  const { fillerBytes } = profile.kernel;
  const options = labOptionsFor(path, profile, asked);
  const commandLine = [profileCommandLine(profile), ...driverWords(options)].join(' ');
  const words = labWords(options);
  const scatter = options.scatter ?? start.pageOrderSeed;
  // Only a kernel that knows of the reserve leaves what is kept there alone.
  const next = [commandLine, ...(options.keep === 'on' ? words : []), 'lab.action=none'];
  const action = {
    cold: ['lab.action=none'],
    warm: ['lab.action=reboot'],
    kexec: [...words, 'lab.action=kexec', `lab.scatter=${scatter}`, `lab.append=${next.join(' ')}`],
    crash: [...words, 'lab.action=crash', `lab.scatter=${scatter}`, `lab.append=${next.join(' ')}`],
  };
  const kernel = growLabKernel(images.kernel, fillerBytes.value);
  return {
    kernel: options.compression === 'stored' ? storeLabKernel(kernel) : kernel,
    initrd: null,
    commandLine: [commandLine, ...shutdownWords(options), ...action[path]].join(' '),
  };
}

/** The profile's own words, and what a figure of it says in another place. */
function profileCommandLine({ kernel, scsi }: MachineProfile): string {
  const { commandLine } = kernel;
  if (!scsi || commandLine.includes(SCSI_SETTLE)) return commandLine;
  return `${commandLine} ${SCSI_SETTLE}${scsi.driverSettleNs.value / 1e6}`;
}

const SCSI_SETTLE = 'lab.scsisettle=';

/** A word of the command line that an init of the user's own obeys (docs/own-kernels.md). */
const MODE_WORD = /(^| )labmode=\S*/;
const MODE_BY_PATH = { cold: 'idle', warm: 'reboot', kexec: 'kexec' } as const;

const ACTION_BY_PATH = { cold: 'none', warm: 'reboot', kexec: 'kexec' } as const;

/**
 * The user's Linux. Where its command line has a mode word its own init reboots or jumps, and only that word is changed;
 * else the lab's agent is its first process.
 * @throws EmulatorError EMU-IMAGE when the kernel is none, takes no command line so long, or the path is only the lab kernel's
 */
export function linuxSoftware(
  { linuxAgent: agent }: GuestImages,
  { kernel, initrd, commandLine }: LinuxGuest,
  path: RebootPath,
): PathSoftware {
  if (path === 'crash') {
    throw new EmulatorError(
      'EMU-IMAGE',
      'A crash kernel is started by the lab kernel only, not by a Linux of your own.',
      'Choose another path, or the lab kernel.',
      {},
    );
  }
  if (!MODE_WORD.test(commandLine)) {
    return buildLinuxLab({ agent, kernel, initrd, commandLine, action: ACTION_BY_PATH[path] });
  }
  return { kernel, initrd, commandLine: commandLine.replace(MODE_WORD, `$1labmode=${MODE_BY_PATH[path]}`) };
}
