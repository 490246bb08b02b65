// Any Linux made to reboot or jump once: the lab's agent goes into its initial RAM disk and is its first process.
// What the agent does: resources/guest/README.md.
import { EmulatorError } from '../errors';
import { readBzImageHeader } from './bzimage';
import { buildInitramfs, joinInitramfs } from './initramfs';
import type { InitramfsEntry } from './initramfs';

/** A Linux as its user has it, and what it is to do once it is up. */
export interface LinuxLabRequest {
  /** build/linux-agent.bin */
  readonly agent: Uint8Array;
  readonly kernel: Uint8Array;
  /** Archives a kernel unpacks, packed or not; a RAM disk with a file system of its own hides the agent. */
  readonly initrd: Uint8Array | null;
  readonly commandLine: string;
  readonly action: 'none' | 'reboot' | 'kexec';
}

/** What a boot loader gets. */
export interface LinuxLab {
  readonly kernel: Uint8Array;
  readonly initrd: Uint8Array;
  readonly commandLine: string;
}

/** What the agent adds for the next kernel: " lab.gen=1" and room for a longer word. */
const NEXT_LINE_MORE_BYTES = 16;

/**
 * For kexec the RAM disk carries kernel and RAM disk of the next generation; that one carries the agent alone, and does not
 * jump again.
 * @throws EmulatorError EMU-IMAGE when the kernel is none, or the command line gets too long for it
 */
export function buildLinuxLab({ agent, kernel, initrd, commandLine, action }: LinuxLabRequest): LinuxLab {
  const { commandLineMax } = readBzImageHeader(kernel);
  const labLine = withAgent(commandLine, action);
  if (labLine.length + NEXT_LINE_MORE_BYTES > commandLineMax) {
    throw new EmulatorError(
      'EMU-IMAGE',
      `The kernel takes a command line of ${commandLineMax} characters; with the lab's options it has ${labLine.length}.`,
      'Make the command line shorter.',
      { commandLineMax, sizeBytes: labLine.length },
    );
  }
  const agentFile: InitramfsEntry = { kind: 'file', path: 'lab-init', permissions: 0o755, content: agent };
  const own = initrd ? [initrd] : [];
  const next = joinInitramfs([...own, buildInitramfs([agentFile])]);
  if (action !== 'kexec') return { kernel, initrd: next, commandLine: labLine };
  const archive = buildInitramfs([
    agentFile,
    { kind: 'directory', path: 'boot', permissions: 0o755 },
    { kind: 'file', path: 'boot/vmlinuz', permissions: 0o644, content: kernel },
    { kind: 'file', path: 'boot/initrd', permissions: 0o644, content: next },
  ]);
  return { kernel, initrd: joinInitramfs([...own, archive]), commandLine: labLine };
}

/** The agent's words stand behind the user's, so that they win, but before "--": what follows that goes to init. */
function withAgent(commandLine: string, action: string): string {
  const ours = `rdinit=/lab-init lab.action=${action} lab.gen=0`;
  const [options, ...forInit] = ` ${commandLine} `.split(' -- ');
  const words = [options.trim(), ours].filter((part) => part !== '').join(' ');
  return forInit.length === 0 ? words : `${words} -- ${forInit.join(' -- ').trim()}`;
}
