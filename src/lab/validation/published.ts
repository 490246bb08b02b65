// What was published about real machines, and how the lab's records give the same quantity.
// Figures and their sources: docs/facts.md sections C and D, carried over with the source each stands on.
import type { PathRecord, PhaseId } from '../../emulator/index';
import { phaseCycles, phaseTotals } from '../phase-totals';

/** The records of one machine, all variation off. */
export interface MachineRuns {
  readonly machineId: string;
  readonly machineName: string;
  readonly ramBytes: number;
  readonly cold: PathRecord;
  readonly warm: PathRecord;
  readonly kexec: PathRecord;
}

/** One published figure as a range, in the unit of the quantity. A single value is a range of itself. */
export interface PublishedRange {
  readonly min: number;
  readonly max: number;
  readonly source: string;
}

/** A quantity that somebody measured on a real machine and that the lab measures too. */
export interface PublishedCheck {
  readonly id: string;
  readonly quantity: string;
  readonly unit: 's' | 'ms' | 'MB/s' | 'times';
  /** Machines the figure was published of, or whose class it was published of. */
  readonly machineIds: readonly string[];
  readonly published: PublishedRange;
  readonly measure: (runs: MachineRuns) => number;
  /** Why the lab may differ, said only where it does. Null: a difference would be a defect. */
  readonly whyItDiffers: string | null;
}

const PC_MACHINES = ['386dx-33', '486dx2-66', 'pentium-133', 'p3-1000-desktop', 'osdl-2002', 'dual-xeon-2003'] as const;
const SCSI_MACHINES = ['osdl-2002', 'dual-xeon-2003'] as const;

const seconds = (cycles: number, { cpuHz }: PathRecord) => cycles / cpuHz;

/** Seconds of phases on a path. */
function phaseSeconds(record: PathRecord, ...ids: readonly PhaseId[]): number {
  const totals = phaseTotals(record.root);
  return seconds(
    ids.reduce((sum, id) => sum + phaseCycles(totals, id), 0),
    record,
  );
}

/** Seconds of all phases of a group. */
function groupSeconds(record: PathRecord, group: string): number {
  const own = phaseTotals(record.root).filter(({ kind }) => kind.group === group);
  return seconds(
    own.reduce((sum, { durationCycles }) => sum + durationCycles, 0),
    record,
  );
}

const outageSeconds = (record: PathRecord) => seconds(record.outageCycles, record);

/** From services stop to the kernel's first instruction after the loader, on a path through firmware. */
const firmwareSeconds = ({ warm }: MachineRuns) => groupSeconds(warm, 'firmware');

const MXTOOLS = 'molgen.mpg.de mxtools, pull request 87';

export const PUBLISHED_CHECKS: readonly PublishedCheck[] = [
  {
    id: 'gain-workstation',
    quantity: 'firmware reboot over kexec, services stop to services up',
    unit: 'times',
    machineIds: ['p3-1000-desktop'],
    published: {
      min: 2,
      max: 4,
      source: `47 s against 22 s to login, a workstation: ${MXTOOLS}; 2 to 4 over all cases`,
    },
    measure: ({ warm, kexec }) => outageSeconds(warm) / outageSeconds(kexec),
    whyItDiffers:
      'What firmware and loader take is divided by what both paths share: kernel, probing and services. A user space that starts less than the published one shares less, and the quotient grows.',
  },
  {
    id: 'gain-server',
    quantity: 'firmware reboot over kexec, services stop to services up',
    unit: 'times',
    machineIds: SCSI_MACHINES,
    published: {
      min: 2,
      max: 4,
      source: `160 s against 59 s to console login, a server: ${MXTOOLS}; 2 to 4 over all cases`,
    },
    measure: ({ warm, kexec }) => outageSeconds(warm) / outageSeconds(kexec),
    whyItDiffers:
      'The quotient hangs on the blank minute of the published server firmware on one side and on the services of user space on the other: a machine with both longer or shorter than the measured one leaves the range.',
  },
  {
    id: 'kexec-workstation',
    quantity: 'kexec, services stop to services up',
    unit: 's',
    machineIds: ['p3-1000-desktop'],
    published: { min: 11, max: 22, source: `22 s to login, half of it allowed for another distribution: ${MXTOOLS}` },
    measure: ({ kexec }) => outageSeconds(kexec),
    whyItDiffers:
      'The lab’s kernel probes few devices and its services are few: a login of a distribution starts more.',
  },
  {
    id: 'post-early',
    quantity: 'firmware of a warm reboot',
    unit: 's',
    machineIds: ['386dx-33', '486dx2-66'],
    published: { min: 1, max: 15, source: 'POST “up to 15 s”, IBM PS/2 class: ardent-tool, EPRM volume 2, page 3385' },
    measure: firmwareSeconds,
    whyItDiffers: null,
  },
  {
    id: 'post-desktop',
    quantity: 'firmware of a warm reboot',
    unit: 's',
    machineIds: ['p3-1000-desktop', 'pentium-133'],
    published: {
      min: 3,
      max: 15,
      source: 'about 15 s BIOS of a netboard (Yocto wiki), 3 s of LinuxBIOS about 2001 (haifux lecture 111)',
    },
    measure: firmwareSeconds,
    whyItDiffers: null,
  },
  {
    id: 'memory-test-desktop',
    quantity: 'memory tested by POST',
    unit: 'MB/s',
    machineIds: ['p3-1000-desktop'],
    published: {
      min: 170,
      max: 1400,
      source:
        '512 MB in up to 3 s = 170 MB/s, about 2003 (sourcedaddy, quick boot); 4 GB in up to 3 s = 1.4 GB/s, about 2012 (jabsto)',
    },
    measure: ({ cold, ramBytes }) => ramBytes / 1e6 / phaseSeconds(cold, 'ram-test'),
    whyItDiffers:
      'The published boards wrote memory once or looked at a part of it. The lab’s full test writes and compares three patterns, so it moves six times as much; the quick test (firmware.memoryTest) comes into the range.',
  },
  {
    id: 'blank-screen-server',
    quantity: 'reset to the first code of the BIOS',
    unit: 's',
    machineIds: ['dual-xeon-2003'],
    published: { min: 50, max: 70, source: '“about 1 minute” black screen: NEC Express5800 user manual, page 2-33' },
    measure: ({ warm }) => phaseSeconds(warm, 'reset'),
    whyItDiffers: null,
  },
  {
    id: 'keyboard-bat',
    quantity: 'keyboard controller and keyboard',
    unit: 's',
    machineIds: PC_MACHINES,
    published: { min: 0.3, max: 1.5, source: 'basic assurance test 0.3 to 0.75 s; a mouse has one of its own' },
    measure: ({ cold }) => phaseSeconds(cold, 'kbc'),
    whyItDiffers: null,
  },
  {
    id: 'lilo-prompt',
    quantity: 'boot prompt',
    unit: 's',
    machineIds: PC_MACHINES,
    published: {
      min: 4.94,
      max: 5.06,
      source: 'LILO of Red Hat 7.2, timeout=50: 5 s (halolinux.us), to one timer tick of 55 ms',
    },
    measure: ({ warm }) => phaseSeconds(warm, 'loader-menu'),
    whyItDiffers: null,
  },
  {
    id: 'spin-up',
    quantity: 'finding drives, cold less warm: spin-up',
    unit: 's',
    machineIds: ['386dx-33', '486dx2-66', 'pentium-133', 'p3-1000-desktop'],
    published: {
      min: 0,
      max: 15,
      source: 'power-on to ready 13.5 to 15 s at most: Seagate Constellation ES.2 manual 2.7',
    },
    measure: ({ cold, warm }) => phaseSeconds(cold, 'storage-detect') - phaseSeconds(warm, 'storage-detect'),
    whyItDiffers: null,
  },
  {
    id: 'scsi-settle-warm',
    quantity: 'kernel’s driver probe after a firmware reboot: 15 s of SCSI settle in it',
    unit: 's',
    machineIds: SCSI_MACHINES,
    published: {
      min: 15,
      max: 25,
      source: 'aic7xxx bus-reset settle 15,000 ms in most 2.4 to 2.6 configurations posted to linux-kernel',
    },
    measure: ({ warm }) => phaseSeconds(warm, 'driver-probe'),
    whyItDiffers: null,
  },
  {
    id: 'scsi-settle-kexec',
    quantity: 'kernel’s driver probe after a kexec jump: paid again',
    unit: 's',
    machineIds: SCSI_MACHINES,
    published: {
      min: 15,
      max: 25,
      source: 'aic7xxx bus-reset settle 15,000 ms in most 2.4 to 2.6 configurations posted to linux-kernel',
    },
    measure: ({ kexec }) => phaseSeconds(kexec, 'driver-probe'),
    whyItDiffers: null,
  },
  {
    id: 'expansion-roms',
    quantity: 'SCSI and network ROMs',
    unit: 's',
    machineIds: ['osdl-2002'],
    published: {
      min: 5,
      max: 12,
      source:
        'Intel Boot Agent prompt 2 s (ICH8 NVM guide, word 30h); SCSI prompt and scan “a few seconds” each (NEC manual, page 2-33)',
    },
    measure: ({ warm }) => phaseSeconds(warm, 'option-roms'),
    whyItDiffers: null,
  },
  {
    id: 'handover-2003',
    quantity: 'kexec: devices down to the next kernel’s start',
    unit: 's',
    machineIds: ['p3-1000-desktop', 'osdl-2002'],
    published: {
      min: 0.02,
      max: 0.5,
      source: 'login prompt to “Calibrating delay loop” in 0.5 s, A. Morton, 2.5.68-mm4, 2 May 2003: the whole of it',
    },
    measure: ({ kexec }) => seconds(kexec.handoverCycles ?? NaN, kexec),
    whyItDiffers: null,
  },
  {
    id: 'copy-share',
    quantity: 'copying the pages of the next kernel',
    unit: 'ms',
    machineIds: PC_MACHINES,
    published: {
      min: 1,
      max: 123,
      source: '6.5 ms (P-III) to 123 ms (386) for 1.3 MB, from clocks per page and measured memory rates',
    },
    measure: ({ kexec }) => phaseSeconds(kexec, 'relocate-copy') * 1000,
    whyItDiffers: null,
  },
  {
    id: 'load-before-outage',
    quantity: 'loading the next kernel within the outage',
    unit: 's',
    machineIds: PC_MACHINES,
    published: { min: 0, max: 0, source: 'loading is done while services run: Torvalds, 9 November 2002' },
    measure: ({ kexec }) =>
      outageSeconds(kexec) - (seconds(kexec.totalCycles, kexec) - phaseSeconds(kexec, 'kexec-load')),
    whyItDiffers: null,
  },
];
