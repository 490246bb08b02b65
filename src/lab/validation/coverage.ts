// Every line of the tables of docs/facts.md C and D, and what holds the lab to it: checks of the report, a test, the
// figures of a machine that is not run, or nothing, and why.

/** What holds the lab to a published line. */
export type Coverage =
  | { readonly by: 'checks'; readonly checkIds: readonly string[] }
  | { readonly by: 'test'; readonly file: string }
  | { readonly by: 'figures'; readonly sourceContains: string }
  | { readonly by: 'nothing'; readonly why: string };

/** One line: its section, its first cell with text, and its coverage. The same name twice in a section: both. */
export interface CoveredLine {
  readonly section: 'C1' | 'C2' | 'C3' | 'D1' | 'D2';
  readonly line: string;
  readonly coverage: Coverage;
}

const checks = (...checkIds: readonly string[]): Coverage => ({ by: 'checks', checkIds });
const test = (file: string): Coverage => ({ by: 'test', file });
const figures = (sourceContains: string): Coverage => ({ by: 'figures', sourceContains });
const nothing = (why: string): Coverage => ({ by: 'nothing', why });

const NO_RUN = 'no machine of that year is run: the modern server is a machine of figures, and has others';
const CLOCKS = test('test/emulator/timing/instruction-clocks.test.ts');

export const COVERED_LINES: readonly CoveredLine[] = [
  { section: 'C1', line: 'XT clone, 8088 at 4.77 MHz', coverage: nothing('no machine with an 8088') },
  { section: 'C1', line: '640 / 48 = 13.3 KB/s', coverage: nothing('no machine with an 8088') },
  { section: 'C1', line: 'IBM PS/2 class, early 1990s', coverage: checks('post-early') },
  { section: 'C1', line: 'desktop, 2002-2004', coverage: checks('memory-test-desktop') },
  { section: 'C1', line: '512 / 3 = 170 MB/s', coverage: checks('memory-test-desktop') },
  { section: 'C1', line: 'desktop, about 2012', coverage: checks('memory-test-desktop') },
  { section: 'C1', line: '4 / 3 = 1.3 GB/s (1.4 in powers of two)', coverage: checks('memory-test-desktop') },
  {
    section: 'C1',
    line: 'NEC Express5800 N8100-1061F..1126F with Adaptec SCSI (2003-04: K)',
    coverage: checks('blank-screen-server', 'memory-check-server', 'expansion-roms'),
  },
  { section: 'C1', line: 'Intel SE7501HG2, dual Xeon, 2002-03', coverage: test('test/exercises/exercise-05.test.ts') },
  { section: 'C1', line: 'Atom N450', coverage: checks('post-desktop') },
  { section: 'C1', line: 'ThinkPad E14 Gen 6, 2024', coverage: nothing(NO_RUN) },
  { section: 'C1', line: 'Ryzen 7800X3D, 32 GB, cold', coverage: nothing(NO_RUN) },
  {
    section: 'C1',
    line: 'AMD BenchRack, coreboot and LinuxBoot',
    coverage: figures('29.1 s before the first instruction'),
  },
  {
    section: 'C1',
    line: 'DDR5, first training',
    coverage: nothing('paid once in a machine’s life, on no path of the lab'),
  },
  { section: 'C1', line: 'AWS metal nodes', coverage: nothing(NO_RUN) },
  { section: 'C1', line: 'rack server, 512 GB', coverage: nothing(NO_RUN) },
  { section: 'C1', line: 'Cloudflare Gen12, bad NIC order', coverage: nothing('a misconfiguration, not a machine') },
  { section: 'C1', line: 'LinuxBIOS, about 2001', coverage: checks('post-desktop') },
  { section: 'C1', line: 'disk, power to ready', coverage: checks('spin-up') },

  { section: 'C2', line: 'LILO as Red Hat 7.2 sets it up', coverage: checks('lilo-prompt') },
  {
    section: 'C2',
    line: 'SeaBIOS',
    coverage: nothing('no machine has SeaBIOS of its own; it can be given to one, and then waits by its own code'),
  },
  { section: 'C2', line: 'aic7xxx driver', coverage: checks('scsi-settle-warm') },
  { section: 'C2', line: 'Linux on SCSI pays it again after kexec', coverage: checks('scsi-settle-kexec') },
  { section: 'C2', line: 'serial console', coverage: test('test/exercises/exercise-08.test.ts') },
  {
    section: 'C2',
    line: '115200 console removed: 1.66 s saved',
    coverage: nothing('follows from how much a kernel says: 19,100 characters; the lab kernel says 3,000'),
  },
  {
    section: 'C2',
    line: 'initrd gunzip, small x86 box',
    coverage: nothing('the lab kernel has no initrd, and neither the box nor the size is known'),
  },
  {
    section: 'C2',
    line: '`device_shutdown`, NVMe hosts',
    coverage: figures('shut down devices asynchronously'),
  },

  { section: 'C3', line: 'workstation, to login', coverage: checks('gain', 'reboot', 'kexec') },
  { section: 'C3', line: 'server, console login', coverage: checks('gain-server', 'reboot', 'kexec') },
  { section: 'C3', line: 'server, NFS served', coverage: checks('gain-server') },
  {
    section: 'C3',
    line: 'bare-metal OpenStack',
    coverage: nothing('neither the machine nor what is up by then is known'),
  },
  { section: 'C3', line: 'desktops 2008', coverage: nothing('no machine of 2008') },
  {
    section: 'C3',
    line: 'server 2022, `machine_kexec` to `start_kernel`',
    coverage: figures('500 ms from machine_kexec'),
  },
  { section: 'C3', line: 'of it the copy, 53 MB kernel + 28 MB initrd', coverage: figures('xanmod/linux e3f81f3') },
  { section: 'C3', line: '81 / 0.040 = 2.0 GB/s', coverage: figures('xanmod/linux e3f81f3') },
  { section: 'C3', line: 'of it decompression, 8.5 to 53 MB', coverage: figures('8.5 MB to 53 MB takes over 150 ms') },
  { section: 'C3', line: 'rest, hash and others', coverage: figures('500 ms from machine_kexec') },
  { section: 'C3', line: 'warm-VM reboot', coverage: nothing('of virtual machines: another method') },
  { section: 'C3', line: 'phase-based reboot', coverage: nothing('restores checkpoints: another method') },
  { section: 'C3', line: 'developerWorks May 2004; OSDL AVL 8.1, 2005', coverage: checks('firmware-share') },

  { section: 'D1', line: 'MOV r,r / r,m / m,r', coverage: CLOCKS },
  { section: 'D1', line: 'Jcc taken / not', coverage: CLOCKS },
  { section: 'D1', line: 'LOOP', coverage: CLOCKS },
  { section: 'D1', line: 'MOVS', coverage: CLOCKS },
  { section: 'D1', line: 'REP MOVS, n times', coverage: checks('page-clocks') },
  { section: 'D1', line: 'LODS', coverage: CLOCKS },
  { section: 'D1', line: 'IN imm / DX', coverage: CLOCKS },
  { section: 'D1', line: 'OUT imm / DX', coverage: CLOCKS },
  { section: 'D1', line: 'MOV CR0,r / CR3,r', coverage: CLOCKS },
  { section: 'D1', line: 'LGDT, LIDT', coverage: CLOCKS },
  { section: 'D1', line: 'far JMP real / protected', coverage: CLOCKS },
  { section: 'D1', line: 'INT real / protected', coverage: CLOCKS },
  { section: 'D1', line: 'IRET real / protected', coverage: CLOCKS },
  { section: 'D1', line: 'MUL r32', coverage: CLOCKS },

  { section: 'D2', line: 'i386DX-33', coverage: checks('dram-access', 'page-rate') },
  { section: 'D2', line: 'i486DX2-66', coverage: checks('dram-access', 'page-rate') },
  { section: 'D2', line: 'Pentium 133', coverage: checks('dram-access', 'page-clocks', 'page-rate', 'image-copy') },
  { section: 'D2', line: 'Pentium II 300, 66 MHz bus', coverage: nothing('no machine with a Pentium II') },
  { section: 'D2', line: 'Pentium II 450, 100 MHz bus', coverage: nothing('no machine with a Pentium II') },
  { section: 'D2', line: 'Pentium III 1000, 133 MHz bus', coverage: checks('dram-access') },
  { section: 'D2', line: 'Pentium III 1000, PC133', coverage: checks('page-rate', 'read-rate', 'write-rate') },
  { section: 'D2', line: 'Pentium III 1000, PC800', coverage: nothing('no machine with a Pentium III and RDRAM') },
  { section: 'D2', line: 'Pentium 4 1500, PC800', coverage: checks('page-rate', 'read-rate', 'write-rate') },
  { section: 'D2', line: 'Athlon 1200, DDR266', coverage: nothing('no machine with an Athlon') },
  { section: 'D2', line: '386DX-33', coverage: checks('page-clocks', 'page-rate', 'image-copy') },
  { section: 'D2', line: '486DX2-66', coverage: checks('page-clocks', 'page-rate', 'image-copy') },
  { section: 'D2', line: 'Pentium III 1000', coverage: checks('page-rate', 'image-copy') },
  { section: 'D2', line: 'Pentium 4 1500', coverage: checks('page-rate') },
  { section: 'D2', line: 'server 2022', coverage: figures('xanmod/linux e3f81f3') },
  { section: 'D2', line: 'ISA, 8 bits', coverage: checks('isa-cycle') },
  { section: 'D2', line: 'ISA, 16 bits', coverage: checks('rom-dword', 'video-write') },
  {
    section: 'D2',
    line: 'write to port 80h as a delay of "1 us"',
    coverage: nothing('a rule of thumb; the lab’s access takes 720 ns'),
  },
  {
    section: 'D2',
    line: '600 ns of recovery discussed',
    coverage: nothing('a discussion, no measurement; the lab charges none beside the cycle'),
  },
  { section: 'D2', line: '8-bit ROM, one dword', coverage: checks('rom-dword') },
  { section: 'D2', line: '16-bit ROM, one dword', coverage: checks('rom-dword') },
  { section: 'D2', line: 'BIOS flash of PIIX boards', coverage: checks('rom-dword') },
  { section: 'D2', line: 'most 486 boards', coverage: checks('rom-dword') },
  {
    section: 'D2',
    line: 'access inside the chip set or on PCI',
    coverage: nothing('chosen in docs/facts.md itself: no measurement found'),
  },
  {
    section: 'D2',
    line: 'video, ET4000 on ISA, byte / word / dword',
    coverage: checks('video-write', 'screen-scrolled'),
  },
  { section: 'D2', line: 'video, PS/1-type SVGA on ISA', coverage: nothing('no machine with that card') },
  { section: 'D2', line: 'video, ATI Mach64 on PCI', coverage: checks('video-write') },
  { section: 'D2', line: 'one text cell, ET4000', coverage: checks('video-write') },
  { section: 'D2', line: 'one write, Mach64', coverage: checks('video-write') },
  { section: 'D2', line: 'scrolling 80 x 25, ET4000', coverage: checks('screen-scrolled') },
  { section: 'D2', line: '8254, RTC, ACPI timer', coverage: test('test/emulator/devices/pit-8254.test.ts') },
  { section: 'D2', line: '1992', coverage: checks('disk-rate') },
  { section: 'D2', line: '1994', coverage: checks('disk-rate') },
  { section: 'D2', line: '1996', coverage: checks('disk-rate') },
  { section: 'D2', line: '2000', coverage: checks('disk-rate') },
  { section: 'D2', line: '2004', coverage: checks('disk-rate') },
];
