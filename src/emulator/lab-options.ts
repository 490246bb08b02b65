// How the lab kernel and its init reboot and do a kexec: the era's calls, its drivers' ways, and the weaknesses one can
// choose. Each but the compression is a word of the command line (resources/guest/kernel/README.md); what dates from when: docs/facts.md A1-A7.

/** Where a crash kernel, or a kept one, lies. */
export interface CrashReserve {
  readonly startBytes: number;
  readonly sizeBytes: number;
}

/** Drivers that have a shutdown (resources/guest/kernel/README.md, "Drivers"). */
export type LabDriver = 'serial' | 'kbd' | 'net' | 'ata' | 'scsi';

/** All of them have a default; see DEFAULT_LAB_OPTIONS. */
export interface LabOptions {
  /** 2.5.44: one call loads and jumps; 2.5.47: load, then reboot; 2.6.13: crash kernels too. */
  readonly era: '2.5.44' | '2.5.47' | '2.6.13';
  /** The stub copies each page once, or lets pages change places in three copies (2.6.27). */
  readonly stub: 'one' | 'three';
  /** The purgatory checks the SHA-256 of the segments (2003). */
  readonly hash: 'on' | 'off';
  /** 16: back to real mode, the set-up code asks the BIOS. */
  readonly entry: '32' | '16';
  /** With entry 16: the interrupt controllers' vectors are put back to 08h and 70h before. */
  readonly picReset: 'on' | 'off';
  /** With entry 16: a tick of the BIOS is waited for before, as a test payload of 2002 tried the BIOS. */
  readonly biosTest: 'on' | 'off';
  /** Off: the memory map is not handed over, and the next kernel sees 64 MB (kexec-tools 1.7). */
  readonly e820: 'on' | 'off';
  /** Off: a page to be copied may lie where another one goes. */
  readonly invariant: 'on' | 'off';
  /** The kernel is loaded once, before services are up, and stays in the crash reserve for any number of jumps. */
  readonly keep: 'on' | 'off';
  /** The kernel is loaded here and moved down at the end, so that destinations are free memory; null: where it belongs. */
  readonly loadAt: number | null;
  /** Seed of the page allocator's order, 0 = lowest first; null: as the run's starting conditions say. */
  readonly scatter: number | null;
  /** Null: none, but for a crash path and a kept kernel, which need one: then as `crashReserveFor` says. */
  readonly crashReserve: CrashReserve | null;
  /** Drivers that do not shut their device down: what a driver of 2002 without a shutdown function left behind. */
  readonly noShutdown: readonly LabDriver[];
  /** How disks are found: as Linux 2.4 did, or after a reset as libata does. Both kernels. */
  readonly ataProbe: 'identify' | 'reset';
  /** On: the last SCSI disk is read without end in the background, as a RAID rebuild does. Both kernels. */
  readonly scsiRebuild: 'on' | 'off';
  /** How the kernel's payload lies in its file: deflated, or stored as it is. Both kernels: it is one file. */
  readonly compression: 'deflate' | 'stored';
}

/** kexec of November 2002. */
export const DEFAULT_LAB_OPTIONS: LabOptions = {
  era: '2.5.47',
  stub: 'one',
  hash: 'off',
  entry: '32',
  picReset: 'on',
  biosTest: 'off',
  e820: 'on',
  invariant: 'on',
  keep: 'off',
  loadAt: null,
  scatter: null,
  crashReserve: null,
  noShutdown: [],
  ataProbe: 'identify',
  scsiRebuild: 'off',
  compression: 'deflate',
};

const MIB = 1024 * 1024;

/** 16 MB at 16 MB, as the documents of kexec-tools recommend; on smaller machines the upper half of their memory. */
export function crashReserveFor(ramBytes: number): CrashReserve {
  if (ramBytes >= 40 * MIB) return { startBytes: 16 * MIB, sizeBytes: 16 * MIB };
  const half = Math.floor(ramBytes / 2 / MIB) * MIB;
  return { startBytes: half, sizeBytes: half };
}

/** The words that differ from the defaults, in a fixed order. */
export function labWords(options: LabOptions): string[] {
  const { crashReserve, loadAt } = options;
  const words: [isWanted: boolean, word: string][] = [
    [options.era !== '2.5.47', `lab.era=${options.era}`],
    [options.stub !== 'one', `lab.stub=${options.stub}`],
    [options.hash !== 'off', `lab.hash=${options.hash}`],
    [options.entry !== '32', `lab.entry=${options.entry}`],
    [options.picReset !== 'on', `lab.picreset=${options.picReset}`],
    [options.biosTest !== 'off', 'lab.biostest=1'],
    [options.e820 !== 'on', `lab.e820=${options.e820}`],
    [options.invariant !== 'on', `lab.invariant=${options.invariant}`],
    [options.keep !== 'off', 'lab.keep=1'],
    [loadAt !== null, `lab.load-at=${(loadAt ?? 0).toString(16)}`],
    [crashReserve !== null, crashReserve ? reserveWord(crashReserve) : ''],
  ];
  return words.filter(([isWanted]) => isWanted).map(([, word]) => word);
}

/** What only the kernel that goes away is told of its drivers, whatever takes its place. */
export function shutdownWords({ noShutdown }: LabOptions): string[] {
  return noShutdown.length > 0 ? [`lab.noshutdown=${noShutdown.join(',')}`] : [];
}

/** What both kernels are told of their drivers. */
export function driverWords({ ataProbe, scsiRebuild }: LabOptions): string[] {
  return [
    ...(ataProbe === 'reset' ? ['lab.ataprobe=reset'] : []),
    ...(scsiRebuild === 'on' ? ['lab.scsirebuild=1'] : []),
  ];
}

/** crashkernel= as Linux writes it, in KiB. */
function reserveWord({ startBytes, sizeBytes }: CrashReserve): string {
  return `crashkernel=${sizeBytes / 1024}K@${startBytes / 1024}K`;
}
