// POST codes as the lab BIOS writes them to port 80h, and the phase each step belongs to.
// Numbers and words: Award BIOS 6.0 (Supermicro PDSLA manual, appendix B); docs/facts.md B2. 97h and 98h are AMI's; D0h-DAh and
// FDh are ours: the ROMs of the cards say where they are, and pauses are told from work.
import type { PhaseId } from './phases';

/** One step of POST. */
export interface PostStep {
  readonly name: string;
  readonly phase: PhaseId;
  /** Its waiting is a pause that set-up asked for. */
  readonly isForcedDelay?: boolean;
}

const STEPS: ReadonlyMap<number, PostStep> = new Map([
  [0xcf, { name: 'CMOS read/write test', phase: 'early-chipset' }],
  [0xc0, { name: 'Early chip set, shadow off', phase: 'early-chipset' }],
  [0xc1, { name: 'Size DRAM', phase: 'ram-init' }],
  [0xc3, { name: 'Copy BIOS to DRAM', phase: 'shadow' }],
  [0xc5, { name: 'Turn shadow on', phase: 'shadow' }],
  [0x07, { name: 'Test the 8042', phase: 'kbc' }],
  [0x08, { name: 'Test the keyboard interface', phase: 'kbc' }],
  [0x12, { name: 'Test CMOS', phase: 'early-chipset' }],
  [0x14, { name: 'Chip set defaults', phase: 'early-chipset' }],
  [0x18, { name: 'Find the CPU type', phase: 'early-chipset' }],
  [0x1b, { name: 'Interrupt vectors', phase: 'early-chipset' }],
  [0x23, { name: 'Check RTC and CMOS', phase: 'early-chipset' }],
  [0x25, { name: 'PCI enumeration', phase: 'pci-enumerate' }],
  [0x29, { name: 'Start the video ROM', phase: 'video-oprom' }],
  [0x2b, { name: 'Sign-on message', phase: 'video-oprom' }],
  [0x33, { name: 'Reset the keyboard', phase: 'kbc' }],
  [0x3c, { name: 'Test the 8254', phase: 'early-chipset' }],
  [0x3e, { name: 'Test the first 8259', phase: 'early-chipset' }],
  [0x40, { name: 'Test the second 8259', phase: 'early-chipset' }],
  [0x43, { name: 'Test 8259 function', phase: 'early-chipset' }],
  [0x49, { name: 'Record memory size', phase: 'ram-init' }],
  [0x52, { name: 'Test all memory', phase: 'ram-test' }],
  [0x65, { name: 'Detect a PS/2 mouse', phase: 'kbc' }],
  [0x6f, { name: 'Floppy drives', phase: 'storage-detect' }],
  [0x75, { name: 'Detect IDE drives', phase: 'storage-detect' }],
  [0x96, { name: 'Scan expansion ROMs', phase: 'option-roms' }],
  [0x97, { name: 'Start an expansion ROM', phase: 'option-roms' }],
  [0xd0, { name: 'SCSI ROM', phase: 'option-roms' }],
  [0xd1, { name: 'SCSI ROM: prompt', phase: 'option-roms', isForcedDelay: true }],
  [0xd2, { name: 'SCSI ROM: reset card and bus', phase: 'option-roms' }],
  [0xd3, { name: 'SCSI ROM: scan IDs', phase: 'option-roms' }],
  [0xd4, { name: 'SCSI ROM: start disks', phase: 'option-roms' }],
  [0xd8, { name: 'Boot agent', phase: 'option-roms' }],
  [0xd9, { name: 'Boot agent: prompt', phase: 'option-roms', isForcedDelay: true }],
  [0xda, { name: 'Boot agent: done', phase: 'option-roms' }],
  [0x98, { name: 'Expansion ROM has returned', phase: 'option-roms' }],
  [0xfd, { name: 'Pause before booting', phase: 'boot-select', isForcedDelay: true }],
  [0xff, { name: 'Boot', phase: 'boot-select' }],
]);

/** The step of a POST code, or undefined for a value that is none (a delay write, another BIOS's code). */
export function postStep(code: number): PostStep | undefined {
  return STEPS.get(code);
}
