// The named phases of a reboot (docs/facts.md, Phases) and what a record of a path is made of.
import type { MemoryModel } from './cache-figures';
import type { Evidence } from './profile';

/** How the next kernel is reached. The first of a comparison is its baseline. */
export type RebootPath = 'cold' | 'warm' | 'kexec' | 'crash';
export const REBOOT_PATHS: readonly RebootPath[] = ['cold', 'warm', 'kexec', 'crash'];

/** Paths as people call them. */
export const PATH_NAMES: Readonly<Record<RebootPath, string>> = {
  cold: 'Cold start',
  warm: 'Firmware reboot',
  kexec: 'kexec jump',
  crash: 'Crash kernel',
};

/** Groups as people call them. */
export const GROUP_NAMES: Readonly<Record<PhaseGroup, string>> = {
  firmware: 'Firmware',
  loader: 'Boot loader',
  kernel: 'Kernel',
  userspace: 'User space',
};

/** As in systemd-analyze. */
export type PhaseGroup = 'firmware' | 'loader' | 'kernel' | 'userspace';

/** Whose code runs. */
export type PhaseOwner = 'old_kernel' | 'firmware' | 'option_rom' | 'loader' | 'purgatory' | 'new_kernel';

/**
 * What a phase's cycles are, by the largest share:
 * executed (instructions ran, with their memory and port accesses), device (waiting for a chip model), modelled (a figure of the profile).
 */
export type Basis = 'executed' | 'device' | 'modelled';

export type PhaseId =
  | 'kexec-load'
  | 'userspace-shutdown'
  | 'device-shutdown'
  | 'machine-shutdown'
  | 'reset'
  | 'early-chipset'
  | 'ram-init'
  | 'ram-test'
  | 'shadow'
  | 'kbc'
  | 'video-oprom'
  | 'pci-enumerate'
  | 'storage-detect'
  | 'option-roms'
  | 'boot-select'
  | 'loader-menu'
  | 'loader-load'
  | 'setup-realmode'
  | 'relocate-copy'
  | 'purgatory-hash'
  | 'decompress'
  | 'start-kernel'
  | 'driver-probe'
  | 'userspace';

/** What is known of a phase before it runs. */
export interface PhaseKind {
  readonly id: PhaseId;
  /** For people. */
  readonly name: string;
  readonly group: PhaseGroup;
  readonly owner: PhaseOwner;
  /** Its waiting is a pause somebody configured (a prompt), not a device's need. */
  readonly isForcedDelay: boolean;
}

const kind = (id: PhaseId, name: string, group: PhaseGroup, owner: PhaseOwner, isForcedDelay = false): PhaseKind => ({
  id,
  name,
  group,
  owner,
  isForcedDelay,
});

/** All phases in the order of a reboot. */
export const PHASE_KINDS: readonly PhaseKind[] = [
  kind('kexec-load', 'Load the next kernel', 'kernel', 'old_kernel'),
  kind('userspace-shutdown', 'Stop services', 'userspace', 'old_kernel'),
  kind('device-shutdown', 'Shut devices down', 'kernel', 'old_kernel'),
  kind('machine-shutdown', 'Leave the old kernel', 'kernel', 'old_kernel'),
  kind('reset', 'Reset', 'firmware', 'firmware'),
  kind('early-chipset', 'Chip set and CPU checks', 'firmware', 'firmware'),
  kind('ram-init', 'Size memory', 'firmware', 'firmware'),
  kind('shadow', 'Copy ROM to RAM', 'firmware', 'firmware'),
  kind('kbc', 'Keyboard controller', 'firmware', 'firmware'),
  kind('pci-enumerate', 'Find PCI devices', 'firmware', 'firmware'),
  kind('video-oprom', 'Video ROM', 'firmware', 'option_rom'),
  kind('ram-test', 'Memory test', 'firmware', 'firmware'),
  kind('storage-detect', 'Find drives', 'firmware', 'firmware'),
  kind('option-roms', 'Expansion ROMs', 'firmware', 'option_rom'),
  kind('boot-select', 'Choose the boot drive', 'firmware', 'firmware'),
  kind('loader-load', 'Boot loader reads', 'loader', 'loader'),
  kind('loader-menu', 'Boot prompt', 'loader', 'loader', true),
  kind('relocate-copy', 'Copy pages', 'kernel', 'old_kernel'),
  kind('purgatory-hash', 'Purgatory: check the hash', 'kernel', 'purgatory'),
  kind('setup-realmode', 'Real-mode set-up', 'kernel', 'new_kernel'),
  kind('decompress', 'Decompress', 'kernel', 'new_kernel'),
  kind('start-kernel', 'Start the kernel', 'kernel', 'new_kernel'),
  kind('driver-probe', 'Probe drivers', 'kernel', 'new_kernel'),
  kind('userspace', 'Start services', 'userspace', 'new_kernel'),
];

const KIND_BY_ID = new Map(PHASE_KINDS.map((phase) => [phase.id, phase]));

/** The kind of a phase. */
export function phaseKind(id: PhaseId): PhaseKind {
  return KIND_BY_ID.get(id)!;
}

/** What one span of a path cost. Of a parent: the sum over its children. */
export interface PhaseCosts {
  readonly durationCycles: number;
  readonly instructions: number;
  readonly portReads: number;
  readonly portWrites: number;
  readonly interrupts: number;
  /** HLT and proven polling loops: waiting for a chip. Part of the duration. */
  readonly deviceWaitCycles: number;
  /** The part of deviceWaitCycles that a configured pause asked for. */
  readonly forcedDelayCycles: number;
  /** Bus time of port accesses, those of polling loops included. Part of the duration. */
  readonly portCycles: number;
  /** Figures of the profile that stand for themselves (reset hold). Part of the duration. */
  readonly modelledCycles: number;
  /** Slow memory: ROM, video memory, streamed RAM. Part of the duration. */
  readonly memoryCycles: number;
  /** Bytes moved by page copies and by the disk's data port. */
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

/** A span of a path. Children follow each other without gap or overlap and fill their parent exactly. */
export interface PhaseRecord {
  /**
   * A PhaseId; `group:<name>` for a group node; `path` for the root; steps: `post-<hex>` below a firmware phase,
   * `probe-<driver>` below driver-probe.
   */
  readonly id: string;
  readonly name: string;
  readonly group: PhaseGroup | '';
  readonly owner: PhaseOwner | '';
  readonly basis: Basis;
  /** Tags of the figures the span rests on, each once, in the order S D K model. */
  readonly evidence: readonly Evidence[];
  /** Cycles since the path's own start, so that records of different paths line up. */
  readonly startCycle: number;
  readonly endCycle: number;
  readonly costs: PhaseCosts;
  readonly children: readonly PhaseRecord[];
}

/** What running a path yields. Plain data: crosses threads and files. */
export interface PathRecord {
  readonly schemaVersion: 1;
  readonly engineVersion: string;
  readonly profileId: string;
  readonly path: RebootPath;
  readonly seed: number;
  /** Variation models that were on, sorted. */
  readonly variations: readonly VariationId[];
  readonly cpuHz: number;
  /** How accesses to RAM were charged. */
  readonly memoryModel: MemoryModel;
  /** From the path's start (kexec: kexec_load begins; warm: services stop; cold: power good; crash: panic) to services up. */
  readonly totalCycles: number;
  /** Services stop to services up. Cold: power good to services up. Crash: panic to services up. */
  readonly outageCycles: number;
  /** End of device shutdown (crash: panic) to start_kernel of the next kernel; null on a cold start. */
  readonly handoverCycles: number | null;
  readonly root: PhaseRecord;
  readonly pagesCopied: number;
  readonly bytesCopied: number;
  /** POST codes in the order they were written. */
  readonly postCodes: readonly number[];
  /** What the serial console and the screen said, for people. */
  readonly serialText: string;
  readonly warnings: readonly string[];
}

/** The named models that make repetitions differ; each can be switched off. */
export type VariationId = 'timer-phase' | 'disk-rotation' | 'page-placement' | 'device-answer';
export const VARIATION_IDS: readonly VariationId[] = [
  'timer-phase',
  'disk-rotation',
  'page-placement',
  'device-answer',
];

/** All leaves of a record, in order of time. */
export function leafPhases(root: PhaseRecord): PhaseRecord[] {
  return root.children.length === 0 ? [root] : root.children.flatMap(leafPhases);
}
