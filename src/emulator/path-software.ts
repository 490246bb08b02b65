// What the boot loader starts on a path: the lab kernel with its init, or a Linux of the user's own with who reboots it.
import { growLabKernel } from './boot/bzimage';
import { buildLinuxLab } from './boot/linux-lab';
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

/** The lab kernel, grown to the profile's size, and its options: the profile's, and what init is to do. */
export function labSoftware(
  images: GuestImages,
  path: RebootPath,
  { kernel }: MachineProfile,
  start: StartingConditions,
): PathSoftware {
  const { commandLine, fillerBytes } = kernel;
  const action = {
    cold: 'lab.action=none',
    warm: 'lab.action=reboot',
    kexec: `lab.action=kexec lab.scatter=${start.pageOrderSeed} lab.append=${commandLine} lab.action=none`,
  };
  return {
    kernel: growLabKernel(images.kernel, fillerBytes.value),
    initrd: null,
    commandLine: `${commandLine} ${action[path]}`,
  };
}

/** A word of the command line that an init of the user's own obeys (docs/own-kernels.md). */
const MODE_WORD = /(^| )labmode=\S*/;
const MODE_BY_PATH: Readonly<Record<RebootPath, string>> = { cold: 'idle', warm: 'reboot', kexec: 'kexec' };

const ACTION_BY_PATH = { cold: 'none', warm: 'reboot', kexec: 'kexec' } as const;

/**
 * The user's Linux. Where its command line has a mode word its own init reboots or jumps, and only that word is changed;
 * else the lab's agent is its first process.
 * @throws EmulatorError EMU-IMAGE when the kernel is none or takes no command line so long
 */
export function linuxSoftware(
  { linuxAgent: agent }: GuestImages,
  { kernel, initrd, commandLine }: LinuxGuest,
  path: RebootPath,
): PathSoftware {
  if (!MODE_WORD.test(commandLine)) {
    return buildLinuxLab({ agent, kernel, initrd, commandLine, action: ACTION_BY_PATH[path] });
  }
  return { kernel, initrd, commandLine: commandLine.replace(MODE_WORD, `$1labmode=${MODE_BY_PATH[path]}`) };
}
