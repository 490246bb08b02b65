// What was published about real machines, and how the lab's records give the same quantity. Figures and their
// sources: docs/facts.md sections A1, C and D. Which of their lines have a check: coverage.ts.
import type { MachineRuns } from './runs';
import { groupSeconds, longestPhases, outageSeconds, phaseSeconds, seconds, threeDigits } from './runs';

/** One published figure as a range, in the unit of the quantity. A single value is a range of itself. */
export interface PublishedRange {
  readonly min: number;
  readonly max: number;
  readonly source: string;
}

/** A quantity that somebody measured on a real machine, or that a manual gives, and that the lab gives too. */
export interface PublishedCheck {
  readonly id: string;
  readonly quantity: string;
  readonly unit: 's' | 'ms' | 'ns' | 'clocks' | 'MB/s' | 'times' | '%';
  /** What was published of each machine, or of its class. */
  readonly published: Readonly<Record<string, PublishedRange>>;
  readonly measure: (runs: MachineRuns) => number;
  /** Why a figure outside its range is right all the same, computed from the run; null where no reason holds. */
  readonly explain?: (runs: MachineRuns, measured: number, published: PublishedRange) => string | null;
}

const PC_MACHINES = ['386dx-33', '486dx2-66', 'pentium-133', 'p3-1000-desktop', 'osdl-2002', 'dual-xeon-2003'] as const;
const SCSI_MACHINES = ['osdl-2002', 'dual-xeon-2003'] as const;
const ISA_VIDEO_MACHINES = ['386dx-33', '486dx2-66'] as const;
const PCI_VIDEO_MACHINES = ['pentium-133', 'p3-1000-desktop', 'osdl-2002', 'dual-xeon-2003'] as const;

const ofAll = (machineIds: readonly string[], min: number, max: number, source: string) =>
  Object.fromEntries(machineIds.map((id) => [id, { min, max, source }]));

const exactly = (value: number, source: string): PublishedRange => ({ min: value, max: value, source });

/** A rate that was measured to three digits: half of the last one, and a hundredth for the loop around the copy. */
const aboutRate = (value: number, source: string): PublishedRange => ({
  min: value * 0.99 - 0.5,
  max: value + 0.5,
  source,
});

/** A whole boot that was measured on one other machine of the class. */
const OTHER_MACHINE = 1.5;
const ofAnotherMachine = (value: number, source: string): PublishedRange => ({
  min: value / OTHER_MACHINE,
  max: value * OTHER_MACHINE,
  source: `${value} s: ${source}; a factor of ${OTHER_MACHINE} allowed, another machine`,
});

/** From reset to INT 19h on a warm reboot. */
const firmwareSeconds = ({ warm }: MachineRuns) => groupSeconds(warm, 'firmware');

/** From one machine and its published reboot and kexec: why the quotient lies elsewhere. */
function explainGain(publishedRebootSeconds: number, publishedKexecSeconds: number) {
  return ({ warm, kexec }: MachineRuns, measured: number, { max }: PublishedRange): string | null => {
    const byFirmware = groupSeconds(warm, 'firmware') + groupSeconds(warm, 'loader');
    const saved = outageSeconds(warm) - outageSeconds(kexec);
    // Only where the lab saves what kexec saves: firmware and loader, and nothing else.
    if (Math.abs(saved / byFirmware - 1) > 0.02) return null;
    const shared = outageSeconds(kexec);
    const publishedSaving = publishedRebootSeconds - publishedKexecSeconds;
    const said = `firmware and loader take ${threeDigits(byFirmware)} s (published: ${publishedSaving} s saved; here ${longestPhases(warm, 2, 'firmware')}), what both paths pay ${threeDigits(shared)} s (published: ${publishedKexecSeconds} s; here ${longestPhases(kexec, 3)})`;
    if (measured > max) return shared < publishedKexecSeconds || byFirmware > publishedSaving ? said : null;
    return byFirmware < publishedSaving || shared > publishedKexecSeconds ? said : null;
  };
}

/** Whole boots of one other machine, of which nobody published the parts: up to three times another length while the quotient is as published. */
function explainLength({ warm, kexec }: MachineRuns, measured: number, { min, max }: PublishedRange): string | null {
  const other = Math.sqrt(min * max);
  const gain = outageSeconds(warm) / outageSeconds(kexec);
  const factor = Math.max(measured / other, other / measured);
  if (gain < 2 || gain > 4 || factor > 3) return null;
  return `${threeDigits(factor)} times ${measured < other ? 'shorter' : 'longer'} than that machine, of which nobody published the parts; reboot over kexec is ${threeDigits(gain)} times, as published, and what both pay is mostly ${longestPhases(kexec, 2)}`;
}

/** A server that tests memory for the minutes of NEC's manual: right where it is the server of mxtools without them. */
function explainServerReboot(runs: MachineRuns, measured: number, published: PublishedRange): string | null {
  const check = phaseSeconds(runs.warm, 'ram-test');
  const rest = measured - check;
  const isOfManual = check >= FEW_MINUTES.min && check <= FEW_MINUTES.max;
  if (measured > published.max && isOfManual && rest >= published.min && rest <= published.max)
    return `the memory check takes ${threeDigits(check)} s, the “few minutes” of NEC's manual; without it the reboot takes ${threeDigits(rest)} s, and a server that is up in 160 s cannot have had one`;
  return explainLength(runs, measured, published);
}

/** A memory test of several passes: right where the passes add up to the time, and a board that does one is in the range. */
function explainMemoryTest(
  { profile, cold }: MachineRuns,
  _measured: number,
  { min, max }: PublishedRange,
): string | null {
  const { streamReadNsPerDword: read, streamWriteNsPerDword: write, ramBytes } = profile.memory;
  // firmware.memoryTest 2 and 3: one or two patterns written and compared, then zeros (docs/profiles.md).
  const patterns = profile.firmware.memoryTest.value - 1;
  if (patterns < 1) return null;
  const nsPerDword = patterns * (write.value + read.value) + write.value;
  const passesSeconds = (ramBytes.value / 4e9) * nsPerDword;
  const onePass = [4000 / write.value, 4000 / read.value];
  const isOnePassInside = onePass.every((rate) => rate >= min && rate <= max);
  if (!isOnePassInside || Math.abs(phaseSeconds(cold, 'ram-test') / passesSeconds - 1) > 0.05) return null;
  return `the lab's test goes over memory ${2 * patterns + 1} times, ${threeDigits(nsPerDword)} ns a dword; one pass alone, writing or reading, is inside (${onePass.map(threeDigits).join(' and ')} MB/s), and what the published boards did is not known`;
}

/** Milliseconds for copying a bzImage of 1.3 MiB at the rate of the run's own copy. */
const IMAGE_PAGES = 333;
const imageCopyMs = ({ kexec }: MachineRuns) =>
  (phaseSeconds(kexec, 'relocate-copy') / kexec.pagesCopied) * IMAGE_PAGES * 1000;

/** "A few minutes" of a manual. */
const FEW_MINUTES = { min: 120, max: 300 } as const;

const MXTOOLS = 'molgen.mpg.de mxtools, pull request 87';
const MXTOOLS_ALL = `${MXTOOLS}; 2 to 4 over all published cases`;
const NEC = 'NEC Express5800 user manual, page 2-33';
const AIC7XXX = 'aic7xxx bus-reset settle 15,000 ms in most 2.4 to 2.6 configurations posted to linux-kernel';
const CPU_TABLE = '86Box, src/cpu/cpu_table.c: 180 ns an access (an emulator’s tuned model)';
const TECMEM = 'tecCHANNEL, tecMEM for DOS (2001, article 401568)';
const HDD_PRESETS = '86Box, src/disk/hdd.c, presets by year: sectors per track x 512 x rpm / 60';
/** Core clocks of a page of 1024 dwords by REP MOVS, by clock table; for a P6 no sum can be defended (docs/decisions/0012). */
export const PAGE_SUMS: Readonly<
  Record<string, { readonly sum: string; readonly clocks: number; readonly source: string }>
> = {
  i386: { sum: '5 + 4 x 1024 = 4101', clocks: 4101, source: '80386 Programmer’s Reference Manual' },
  i486: { sum: '12 + 3 x 1024 = 3084', clocks: 3084, source: 'i486 Programmer’s Reference Manual' },
  pentium: {
    sum: '13 + 1024 = 1037',
    clocks: 1037,
    source: 'Pentium Processor Family Developer’s Manual, volume 3 (general knowledge)',
  },
};
/** MOV ECX, DEC EBX, JNZ around REP MOVSD. */
const LOOP_CLOCKS = 40;
const clocksOfPage = (table: string): PublishedRange => {
  const { sum, clocks, source } = PAGE_SUMS[table];
  return {
    min: clocks,
    max: clocks + LOOP_CLOCKS,
    source: `${sum}, REP MOVS: ${source}; up to ${LOOP_CLOCKS} for the loop around it`,
  };
};
const diskRate = (sectorsPerTrack: number, rpm: number): PublishedRange =>
  exactly((sectorsPerTrack * 512 * rpm) / 60e6, `${HDD_PRESETS}: ${sectorsPerTrack} x 512 x ${rpm} / 60`);

export const PUBLISHED_CHECKS: readonly PublishedCheck[] = [
  {
    id: 'gain',
    quantity: 'firmware reboot over kexec, services stop to services up',
    unit: 'times',
    published: {
      'p3-1000-desktop': { min: 2, max: 4, source: `47 s against 22 s to login, a workstation: ${MXTOOLS_ALL}` },
    },
    measure: ({ warm, kexec }) => outageSeconds(warm) / outageSeconds(kexec),
    explain: explainGain(47, 22),
  },
  {
    id: 'gain-server',
    quantity: 'firmware reboot over kexec, services stop to services up',
    unit: 'times',
    published: ofAll(
      SCSI_MACHINES,
      2,
      4,
      `160 s against 59 s to console login, 165 against 43 to NFS served, a server: ${MXTOOLS_ALL}`,
    ),
    measure: ({ warm, kexec }) => outageSeconds(warm) / outageSeconds(kexec),
    explain: explainGain(160, 59),
  },
  {
    id: 'reboot',
    quantity: 'firmware reboot, services stop to services up',
    unit: 's',
    published: {
      'p3-1000-desktop': ofAnotherMachine(47, `to login, a workstation: ${MXTOOLS}`),
      'dual-xeon-2003': ofAnotherMachine(160, `to console login, a server: ${MXTOOLS}`),
    },
    measure: ({ warm }) => outageSeconds(warm),
    explain: explainServerReboot,
  },
  {
    id: 'kexec',
    quantity: 'kexec, services stop to services up',
    unit: 's',
    published: {
      'p3-1000-desktop': ofAnotherMachine(22, `to login, a workstation: ${MXTOOLS}`),
      'dual-xeon-2003': ofAnotherMachine(59, `to console login, a server: ${MXTOOLS}`),
    },
    measure: ({ kexec }) => outageSeconds(kexec),
    explain: explainLength,
  },
  {
    id: 'saved-by-kexec',
    quantity: 'what kexec saves, of firmware and loader',
    unit: '%',
    published: ofAll(
      PC_MACHINES,
      98,
      102,
      'kexec saves firmware and loader, neither kernel start nor probing nor user space: docs/facts.md C3; a fiftieth for where a timer tick or a platter stands',
    ),
    measure: ({ warm, kexec }) =>
      (100 * (outageSeconds(warm) - outageSeconds(kexec))) /
      (groupSeconds(warm, 'firmware') + groupSeconds(warm, 'loader')),
    // Where kexec's own phases are long beside the firmware: they are what is missing, to a fiftieth.
    explain: ({ warm, kexec }) => {
      const byFirmware = groupSeconds(warm, 'firmware') + groupSeconds(warm, 'loader');
      const own = phaseSeconds(kexec, 'relocate-copy', 'purgatory-hash') - phaseSeconds(warm, 'setup-realmode');
      const missing = byFirmware - (outageSeconds(warm) - outageSeconds(kexec));
      return own > 0 && Math.abs(missing - own) < byFirmware * 0.02
        ? `the jump’s own phases take ${threeDigits(own)} s`
        : null;
    },
  },
  {
    id: 'firmware-share',
    quantity: 'firmware and loader, of the reboot less user space',
    unit: '%',
    published: ofAll(
      SCSI_MACHINES,
      50,
      100,
      '“most of it is firmware”: developerWorks, May 2004 (linuxtoday.com); OSDL, 2005 (docslib 11268018)',
    ),
    measure: ({ warm }) =>
      (100 * (groupSeconds(warm, 'firmware') + groupSeconds(warm, 'loader'))) /
      (outageSeconds(warm) - phaseSeconds(warm, 'userspace', 'userspace-shutdown')),
  },
  {
    id: 'post-early',
    quantity: 'firmware of a warm reboot',
    unit: 's',
    published: ofAll(
      ['386dx-33', '486dx2-66'],
      1,
      15,
      'POST “up to 15 s”, IBM PS/2 class: ardent-tool, EPRM volume 2, page 3385',
    ),
    measure: firmwareSeconds,
  },
  {
    id: 'post-desktop',
    quantity: 'firmware of a warm reboot',
    unit: 's',
    published: ofAll(
      ['p3-1000-desktop', 'pentium-133'],
      3,
      15,
      'about 15 s BIOS of a netboard (Yocto wiki), 3 s of LinuxBIOS about 2001 (haifux lecture 111)',
    ),
    measure: firmwareSeconds,
  },
  {
    id: 'memory-test-desktop',
    quantity: 'memory tested by POST',
    unit: 'MB/s',
    published: {
      'p3-1000-desktop': {
        min: 170,
        max: 1400,
        source:
          '512 MB in up to 3 s = 170 MB/s, about 2003 (sourcedaddy, quick boot); 4 GB in up to 3 s = 1.4 GB/s, about 2012 (jabsto)',
      },
    },
    measure: ({ cold, profile }) => profile.memory.ramBytes.value / 1e6 / phaseSeconds(cold, 'ram-test'),
    explain: explainMemoryTest,
  },
  {
    id: 'memory-check-server',
    quantity: 'memory check of POST',
    unit: 's',
    published: {
      'dual-xeon-2003': { ...FEW_MINUTES, source: `“a few minutes”, by size: ${NEC}` },
    },
    measure: ({ warm }) => phaseSeconds(warm, 'ram-test'),
    explain: ({ warm, profile }, measured, { min }) => {
      const gigabytes = profile.memory.ramBytes.value / 1e9;
      // Proportional to size: only where the lab's is shorter can a larger memory be the reason.
      if (measured >= min || phaseSeconds(warm, 'ram-test') === 0) return null;
      return `the manual names no size, and the time follows it: ${threeDigits(gigabytes)} GB take ${threeDigits(measured)} s here, ${min} s would be ${threeDigits((gigabytes * min) / measured)} GB`;
    },
  },
  {
    id: 'blank-screen-server',
    quantity: 'reset to the first code of the BIOS',
    unit: 's',
    published: { 'dual-xeon-2003': { min: 50, max: 70, source: `“about 1 minute” black screen: ${NEC}` } },
    measure: ({ warm }) => phaseSeconds(warm, 'reset'),
  },
  {
    id: 'keyboard-bat',
    quantity: 'keyboard controller and keyboard',
    unit: 's',
    published: ofAll(
      PC_MACHINES,
      0.3,
      1.5,
      'basic assurance test 0.3 to 0.75 s (general knowledge); a mouse has one of its own',
    ),
    measure: ({ cold }) => phaseSeconds(cold, 'kbc'),
  },
  {
    id: 'lilo-prompt',
    quantity: 'boot prompt',
    unit: 's',
    published: ofAll(
      PC_MACHINES,
      4.94,
      5.06,
      'LILO of Red Hat 7.2, timeout=50: 5 s (halolinux.us), to one timer tick of 55 ms',
    ),
    measure: ({ warm }) => phaseSeconds(warm, 'loader-menu'),
  },
  {
    id: 'spin-up',
    quantity: 'finding drives, cold less warm: spin-up',
    unit: 's',
    published: ofAll(
      ['386dx-33', '486dx2-66', 'pentium-133', 'p3-1000-desktop'],
      0,
      15,
      'power-on to ready 13.5 to 15 s at most: Seagate Constellation ES.2 manual 2.7',
    ),
    measure: ({ cold, warm }) => phaseSeconds(cold, 'storage-detect') - phaseSeconds(warm, 'storage-detect'),
  },
  {
    id: 'scsi-settle-warm',
    quantity: 'kernel’s driver probe after a firmware reboot: 15 s of SCSI settle in it',
    unit: 's',
    published: ofAll(SCSI_MACHINES, 15, 25, AIC7XXX),
    measure: ({ warm }) => phaseSeconds(warm, 'driver-probe'),
  },
  {
    id: 'scsi-settle-kexec',
    quantity: 'kernel’s driver probe after a kexec jump: paid again',
    unit: 's',
    published: ofAll(SCSI_MACHINES, 15, 25, AIC7XXX),
    measure: ({ kexec }) => phaseSeconds(kexec, 'driver-probe'),
  },
  {
    id: 'expansion-roms',
    quantity: 'SCSI and network ROMs of a warm reboot',
    unit: 's',
    published: ofAll(
      SCSI_MACHINES,
      5,
      12,
      `Intel Boot Agent prompt 2 s (ICH8 NVM guide, word 30h); SCSI prompt and scan “a few seconds” each (${NEC})`,
    ),
    measure: ({ warm }) => phaseSeconds(warm, 'option-roms'),
  },
  {
    id: 'handover-2003',
    quantity: 'kexec: devices down to the next kernel’s start',
    unit: 's',
    published: ofAll(
      ['p3-1000-desktop', 'osdl-2002'],
      0.02,
      0.5,
      'login prompt to “Calibrating delay loop” in 0.5 s, A. Morton, 2.5.68-mm4, 2 May 2003: the whole of it',
    ),
    measure: ({ kexec }) => seconds(kexec.handoverCycles ?? NaN, kexec),
  },
  {
    id: 'load-before-outage',
    quantity: 'loading the next kernel within the outage',
    unit: 's',
    published: ofAll(PC_MACHINES, 0, 0, 'loading is done while services run: Torvalds, 9 November 2002'),
    measure: ({ kexec }) =>
      outageSeconds(kexec) - (seconds(kexec.totalCycles, kexec) - phaseSeconds(kexec, 'kexec-load')),
  },
  {
    id: 'page-clocks',
    quantity: 'a page copied, by the clock table',
    unit: 'clocks',
    published: {
      '386dx-33': clocksOfPage('i386'),
      '486dx2-66': clocksOfPage('i486'),
      'pentium-133': clocksOfPage('pentium'),
    },
    measure: ({ copy }) => copy.coreCycles,
  },
  {
    id: 'page-rate',
    quantity: 'pages copied',
    unit: 'MB/s',
    published: {
      '386dx-33': {
        min: 11,
        max: 33.3,
        source: `1024 x (6 + 6) clocks = 369 µs uncached, 4101 = 123 µs; ${CPU_TABLE}`,
      },
      '486dx2-66': {
        min: 11,
        max: 22.2,
        source: `24,576 clocks from DRAM, 12,288 from the second level; ${CPU_TABLE}`,
      },
      'pentium-133': {
        min: 22,
        max: 44.4,
        source: '24,576 clocks from DRAM, 12,288 from the second level; same, 90 ns',
      },
      'p3-1000-desktop': aboutRate(199, `Pentium III 1000, PC133: ${TECMEM}`),
      'osdl-2002': { min: 160, max: 199.5, source: `199 and its share of the clock, 160: ${TECMEM}` },
      'dual-xeon-2003': aboutRate(741, `Pentium 4 1500 with RDRAM, as a stand-in: ${TECMEM}`),
    },
    measure: ({ copy }) => copy.mbPerSecond,
  },
  {
    id: 'image-copy',
    quantity: 'copying a bzImage of 1.3 MiB (333 pages), at the rate of the jump itself',
    unit: 'ms',
    published: {
      '386dx-33': { min: 41, max: 123.5, source: '333 x 123 to 369 µs, docs/facts.md D2' },
      '486dx2-66': { min: 15, max: 123.5, source: '333 x 46 to 369 µs, docs/facts.md D2' },
      'pentium-133': { min: 2.6, max: 61, source: '333 x 7.8 to 184 µs, docs/facts.md D2' },
      'p3-1000-desktop': { min: 6.5, max: 7, source: '1.3 MB, or 333 pages, at 199 MB/s: docs/facts.md D2' },
    },
    measure: imageCopyMs,
  },
  {
    id: 'read-rate',
    quantity: 'memory read in a stream',
    unit: 'MB/s',
    published: {
      'p3-1000-desktop': aboutRate(213, `Pentium III 1000, PC133: ${TECMEM}`),
      'dual-xeon-2003': aboutRate(1221, `Pentium 4 1500 with RDRAM, as a stand-in: ${TECMEM}`),
    },
    measure: ({ profile }) => 4000 / profile.memory.streamReadNsPerDword.value,
  },
  {
    id: 'write-rate',
    quantity: 'memory written in a stream',
    unit: 'MB/s',
    published: {
      'p3-1000-desktop': aboutRate(465, `Pentium III 1000, PC133: ${TECMEM}`),
      'dual-xeon-2003': aboutRate(767, `Pentium 4 1500 with RDRAM, as a stand-in: ${TECMEM}`),
    },
    measure: ({ profile }) => 4000 / profile.memory.streamWriteNsPerDword.value,
  },
  {
    id: 'dram-access',
    quantity: 'first access to memory (memory model cache)',
    unit: 'ns',
    published: {
      '386dx-33': exactly(180, '6 clocks at 33.3 MHz: 86Box, src/cpu/cpu_table.c'),
      '486dx2-66': exactly(180, '12 clocks at 66.7 MHz: 86Box, src/cpu/cpu_table.c'),
      'pentium-133': exactly(90, '12 clocks at 133.3 MHz: 86Box, src/cpu/cpu_table.c'),
      'p3-1000-desktop': exactly(90, '“about 90 clocks”, extrapolated: docs/facts.md D2'),
    },
    measure: ({ profile }) => profile.cache?.memoryFirstNs.value ?? NaN,
  },
  {
    id: 'isa-cycle',
    quantity: 'access to a port of 8 bits on ISA',
    unit: 'ns',
    published: ofAll(PC_MACHINES, 720, 720, '6 BCLK at 8.33 MHz: ISA bus, default cycle (general knowledge)'),
    measure: ({ profile }) => profile.ports.isa8Ns.value,
  },
  {
    id: 'rom-dword',
    quantity: 'a dword fetched from the BIOS ROM',
    unit: 'ns',
    published: {
      ...ofAll(
        PC_MACHINES,
        2880,
        2880,
        '4 x 720 ns: ROM of 8 bits at 6 BCLK (most 486 boards; X-bus of the PIIX family)',
      ),
      '386dx-33': exactly(720, '2 x 360 ns: ROM of 16 bits at 3 BCLK'),
    },
    measure: ({ profile }) => (32 / profile.rom.widthBits.value) * profile.rom.busCycleNs.value,
  },
  {
    id: 'video-write',
    quantity: 'a word written to video memory',
    unit: 'ns',
    published: {
      ...ofAll(ISA_VIDEO_MACHINES, 360, 360, 'ET4000 on ISA, 3 x 120 ns: 86Box, src/video'),
      ...ofAll(PCI_VIDEO_MACHINES, 60, 60, 'ATI Mach64 on PCI, 2 x 30 ns: 86Box, src/video'),
    },
    measure: ({ profile }) => profile.video.busCycleNs.value,
  },
  {
    id: 'screen-scrolled',
    quantity: 'a screen of 80 x 25 scrolled',
    unit: 'ms',
    published: ofAll(
      ISA_VIDEO_MACHINES,
      1.84,
      1.85,
      'ET4000 on ISA: 1920 x (5 + 3) x 120 ns = 1.84 ms, 86Box, src/video',
    ),
    measure: ({ profile: { video } }) => (1920 * (video.busCycleNs.value + video.readBusCycleNs.value)) / 1e6,
  },
  {
    id: 'disk-rate',
    quantity: 'disk, rate of the medium',
    unit: 'MB/s',
    published: {
      '386dx-33': diskRate(45, 3600),
      '486dx2-66': diskRate(80, 4500),
      'pentium-133': diskRate(135, 5400),
      'p3-1000-desktop': diskRate(350, 7200),
      'osdl-2002': diskRate(350, 10000),
      'dual-xeon-2003': diskRate(350, 10000),
    },
    measure: ({ profile: { disk, scsi } }) => {
      const [perTrack, rpm] = scsi
        ? [scsi.diskSectorsPerTrack.value, scsi.diskRpm.value]
        : [disk.sectorsPerTrack.value, disk.rpm.value];
      return (perTrack * 512 * rpm) / 60e6;
    },
  },
];
