// MachineProfile: what a machine is made of. Every figure carries where it comes from; units are in the names.
// Profiles are data (resources/profiles/*.json); a sweep is an overlay on one of them.
import type { CpuModel } from './cpu/cpu-host';
import { EmulatorError } from './errors';

/**
 * How well a figure is founded (docs/facts.md): S seen in the cited source, D derived from an S figure by the sum shown,
 * K general engineering knowledge, model a default chosen here.
 */
export type Evidence = 'S' | 'D' | 'K' | 'model';

/** A number and where it comes from. */
export interface Figure {
  readonly value: number;
  readonly evidence: Evidence;
  /** Document and place, or the sum, or why this default. Never empty. */
  readonly source: string;
}

/** Instruction clock tables that exist. */
export type ClockTableId = 'i386' | 'i486' | 'pentium' | 'p6';

/** A machine. Sections follow the board: CPU, memory, buses, chips, then what software finds set up. */
export interface MachineProfile {
  /** Stable identifier, lower case, as typed on a command line. */
  readonly id: string;
  readonly name: string;
  readonly year: number;
  readonly description: string;
  /** What a reader must know before believing the figures, for example that its clock table approximates. */
  readonly caveats: readonly string[];
  readonly cpu: {
    readonly model: CpuModel;
    readonly hz: Figure;
    readonly clockTable: ClockTableId;
    /** What instruction clocks of this machine rest on. */
    readonly clockEvidence: Evidence;
    readonly clockSource: string;
  };
  readonly memory: {
    readonly ramBytes: Figure;
    /** REP string instructions stream through RAM: nanoseconds per 4 bytes moved, read or written. */
    readonly streamMoveNsPerDword: Figure;
    readonly streamReadNsPerDword: Figure;
    readonly streamWriteNsPerDword: Figure;
  };
  readonly rom: {
    /** Data width of the system and video ROM: 8 or 16. */
    readonly widthBits: Figure;
    /** One bus cycle to the ROM. */
    readonly busCycleNs: Figure;
  };
  readonly video: {
    /** One bus cycle that writes to video memory, one that reads it, and how many bits each carries. */
    readonly busCycleNs: Figure;
    readonly readBusCycleNs: Figure;
    readonly widthBits: Figure;
    /** Memory on the adapter: a power of two. */
    readonly memoryBytes: Figure;
  };
  readonly ports: {
    /** An 8-bit ISA cycle, and an access to a port inside the chip set or on PCI. */
    readonly isa8Ns: Figure;
    readonly chipsetNs: Figure;
    /** One transfer of an 8237 channel, which the CPU waits for. */
    readonly dmaTransferNs: Figure;
  };
  /** Whether the board has PCI (configuration mechanism 1, host and ISA bridge). */
  readonly hasPci: boolean;
  readonly reset: {
    /** From a platform reset or power good to the first fetch. */
    readonly platformHoldNs: Figure;
    /** INIT# pulse of the CPU alone. */
    readonly cpuInitHoldNs: Figure;
  };
  readonly keyboard: {
    /** Controller self-test (AAh). */
    readonly selfTestNs: Figure;
    /** Basic assurance test of the keyboard after reset (FFh to AAh). */
    readonly batNs: Figure;
    /** One byte over the keyboard's serial line, and one command inside the controller. */
    readonly byteNs: Figure;
    readonly commandNs: Figure;
    /** From the last bit of a command to the keyboard's answer. */
    readonly answerNs: Figure;
    /** How long the controller waits for the keyboard to clock a byte. */
    readonly timeoutNs: Figure;
  };
  readonly disk: {
    readonly sizeBytes: Figure;
    readonly rpm: Figure;
    readonly sectorsPerTrack: Figure;
    readonly heads: Figure;
    readonly trackToTrackNs: Figure;
    readonly fullStrokeNs: Figure;
    readonly commandOverheadNs: Figure;
    /** BSY between two sectors of one command while the next is in the buffer already. */
    readonly blockGapNs: Figure;
    /** One 16-bit access to the drive's registers or data port: the PIO mode's cycle time. */
    readonly pioCycleNs: Figure;
    /** Power-on to ready. */
    readonly spinUpNs: Figure;
    /** Reset (soft or hard) to ready while spinning. */
    readonly resetAnswerNs: Figure;
    /** How many multiword DMA modes (0-3; 0: no DMA) and Ultra DMA modes (0-6) the drive knows, from mode 0 on. */
    readonly multiwordDmaModes: Figure;
    readonly ultraDmaModes: Figure;
    /** 1: 48-bit addresses (ATA/ATAPI-6). */
    readonly longAddresses: Figure;
  };
  /** The CD-ROM drive: on the board only when a disc is given. */
  readonly cdrom: {
    /** User data per second at the rim of the disc, or everywhere at constant linear velocity. */
    readonly readBytesPerSecond: Figure;
    /** 1: the rate grows with the radius. */
    readonly constantAngularVelocity: Figure;
    /** Access to a block close by, and over the whole disc. */
    readonly shortAccessNs: Figure;
    readonly fullAccessNs: Figure;
    /** Until the disc is at speed and known. */
    readonly spinUpNs: Figure;
    readonly bufferBytes: Figure;
    readonly commandOverheadNs: Figure;
    readonly blockGapNs: Figure;
    readonly pioCycleNs: Figure;
    readonly resetAnswerNs: Figure;
    readonly multiwordDmaModes: Figure;
    readonly ultraDmaModes: Figure;
    /** 1: knows GET CONFIGURATION and media events (MMC-2). */
    readonly mmc2: Figure;
  };
  /** Floppy drives. Which there are follows from the disks given. */
  readonly floppy: {
    /** Motor on to the first data. */
    readonly spinUpNs: Figure;
    /** Last step of the arm to valid data. */
    readonly settleNs: Figure;
    /** Reset of the controller to its interrupt. */
    readonly resetNs: Figure;
  };
  /** A network card with an Intel 82559, null for none. Only on a board with PCI. */
  readonly network?: {
    /** Fastest speed of the port the card is plugged into: 10 or 100. */
    readonly linkMbps: Figure;
    /** From reset to a link. */
    readonly autonegotiationNs: Figure;
    /** Software and selective reset through PORT; its self-test. */
    readonly resetNs: Figure;
    readonly selfTestNs: Figure;
    /** Until a command in the SCB is accepted, and what one command block takes. */
    readonly acceptNs: Figure;
    readonly commandNs: Figure;
    /** One management cycle to the PHY, and programming one EEPROM word. */
    readonly mdiNs: Figure;
    readonly eepromWriteNs: Figure;
    /** Broadcast frames on the network, on average; 0 is a silent one. */
    readonly framesPerSecond: Figure;
    /** Which of the reproducible sequences of frames. */
    readonly trafficSeed: Figure;
  } | null;
  /** A SCSI host adapter (BT-958) with disks; null or absent: none. Needs PCI. */
  readonly scsi?: ScsiFigures | null;
  readonly firmware: {
    /** 1: copy ROM to RAM and run from there; 0: stay in ROM. */
    readonly shadow: Figure;
  };
  readonly loader: {
    /** LILO's unit: tenths of a second. */
    readonly promptTenths: Figure;
  };
  readonly kernel: {
    /** Bytes added to the uncompressed kernel image, compressible like code, to reach a size of the era. */
    readonly fillerBytes: Figure;
    /** Options both paths share: console, reboot method. */
    readonly commandLine: string;
    /** What the default of the command line rests on. */
    readonly commandLineSource: string;
  };
}

/** A SCSI host adapter, its bus, and disks that are all alike. */
export interface ScsiFigures {
  /** Self-test of the adapter after power, PCI reset and hard reset; its start after a soft reset. */
  readonly diagnosticNs: Figure;
  readonly softResetNs: Figure;
  /** One byte to or from the adapter's command register, a command of its own, and one command block. */
  readonly byteNs: Figure;
  readonly commandNs: Figure;
  readonly mailboxNs: Figure;
  /** One connection on the bus, without its data: arbitration, selection or reselection, messages, command. */
  readonly connectNs: Figure;
  /** Period of a synchronous transfer of two bytes. */
  readonly syncPeriodNs: Figure;
  /** How long an ID is selected where nobody answers. */
  readonly selectionTimeoutNs: Figure;
  /** From a bus reset to the first selection. */
  readonly resetToSelectionNs: Figure;
  /** Which SCSI IDs have a disk: bit 0 for ID 0, and so on. ID 7 is the adapter's. */
  readonly diskIdBits: Figure;
  readonly diskSizeBytes: Figure;
  readonly diskRpm: Figure;
  readonly diskSectorsPerTrack: Figure;
  readonly diskHeads: Figure;
  readonly diskTrackToTrackNs: Figure;
  readonly diskFullStrokeNs: Figure;
  /** From a command to the first movement of the arm. */
  readonly diskCommandNs: Figure;
  readonly diskSpinUpNs: Figure;
  /** 1: spindles start with power; 0: they wait for START UNIT, one after another. */
  readonly diskStartsAtPower: Figure;
}

/** Changes to a profile by dotted name of a figure: `{ 'rom.widthBits': 16 }`. */
export type ProfileOverlay = Readonly<Record<string, number>>;

/** Longest answer of a drive to a reset or to power (ATA; IBM Travelstar 48GH manual, figure 136), and of a keyboard. */
export const LONGEST_DRIVE_ANSWER_NS = 31e9;
export const LONGEST_BAT_NS = 10e9;

/** The loader takes 255 characters, and the command line of a kexec jump carries this one twice with 60 of its own. */
const COMMAND_LINE_MAX_CHARACTERS = 95;

/** True for an object of the shape of a Figure. */
export function isFigure(value: unknown): value is Figure {
  return typeof value === 'object' && value !== null && 'value' in value && 'evidence' in value;
}

/**
 * A copy of `profile` with figures replaced. Replaced figures are tagged `model` with the source "set by hand".
 * @throws EmulatorError EMU-PROFILE when a name is no figure of the profile or a value is no finite number >= 0
 */
export function applyOverlay(profile: MachineProfile, overlay: ProfileOverlay): MachineProfile {
  let result = profile;
  for (const [name, value] of Object.entries(overlay)) result = replaceFigure(result, name, value);
  return result;
}

function replaceFigure(profile: MachineProfile, name: string, value: number): MachineProfile {
  const [sectionName, figureName, ...rest] = name.split('.');
  const section = (profile as unknown as Record<string, unknown>)[sectionName];
  const figure = (section as Record<string, unknown> | undefined)?.[figureName];
  if (rest.length > 0 || !isFigure(figure)) {
    throw new EmulatorError(
      'EMU-PROFILE',
      `"${name}" is not a figure of the machine profile ${profile.id}.`,
      `Choose one of: ${figureNames(profile).join(', ')}.`,
      { name },
    );
  }
  if (!Number.isFinite(value) || value < 0) {
    throw new EmulatorError('EMU-PROFILE', `"${name}" cannot be ${value}.`, 'Give a number that is not negative.', {
      name,
    });
  }
  const replaced: Figure = { value, evidence: 'model', source: `set by hand; ${profile.id} has ${figure.value}` };
  return { ...profile, [sectionName]: { ...(section as object), [figureName]: replaced } };
}

/** Dotted names of all figures of a profile, in the profile's order. */
export function figureNames(profile: MachineProfile): string[] {
  return Object.entries(profile).flatMap(([sectionName, section]) =>
    typeof section === 'object' && section !== null
      ? Object.entries(section)
          .filter(([, value]) => isFigure(value))
          .map(([figureName]) => `${sectionName}.${figureName}`)
      : [],
  );
}

/**
 * Refuses a profile no machine can be built from. Types are the loader's business (JSON schema); this checks meaning.
 * @throws EmulatorError EMU-PROFILE naming the figure and its limits
 */
export function checkProfile(profile: MachineProfile): void {
  const mib = 1024 * 1024;
  const check = (name: string, figure: Figure, min: number, max: number, step = 0) => {
    const { value } = figure;
    const isWhole = step === 0 || value % step === 0;
    if (Number.isFinite(value) && value >= min && value <= max && isWhole) return;
    const unit = step > 0 ? `, a multiple of ${step}` : '';
    throw new EmulatorError(
      'EMU-PROFILE',
      `${name} of the machine profile ${profile.id} is ${value}; it must lie between ${min} and ${max}${unit}.`,
      'Correct the figure in the profile or the overlay.',
      { name, value },
    );
  };
  const checkPowerOfTwo = (name: string, { value }: Figure) => {
    if (Number.isInteger(Math.log2(value))) return;
    throw new EmulatorError(
      'EMU-PROFILE',
      `${name} of the machine profile ${profile.id} is ${value}; it must be a power of two.`,
      'Correct the figure in the profile or the overlay.',
      { name, value },
    );
  };
  const second = 1e9;
  check('cpu.hz', profile.cpu.hz, 1e6, 4e9, 1);
  check('memory.ramBytes', profile.memory.ramBytes, 4 * mib, 1024 * mib, mib);
  check('memory.streamMoveNsPerDword', profile.memory.streamMoveNsPerDword, 0, 10_000);
  check('memory.streamReadNsPerDword', profile.memory.streamReadNsPerDword, 0, 10_000);
  check('memory.streamWriteNsPerDword', profile.memory.streamWriteNsPerDword, 0, 10_000);
  check('rom.widthBits', profile.rom.widthBits, 8, 32, 8);
  check('rom.busCycleNs', profile.rom.busCycleNs, 0, 100_000);
  check('video.busCycleNs', profile.video.busCycleNs, 0, 100_000);
  check('video.readBusCycleNs', profile.video.readBusCycleNs, 0, 100_000);
  check('video.memoryBytes', profile.video.memoryBytes, mib / 4, 16 * mib, mib / 4);
  checkPowerOfTwo('video.memoryBytes', profile.video.memoryBytes);
  check('video.widthBits', profile.video.widthBits, 8, 32, 8);
  check('ports.isa8Ns', profile.ports.isa8Ns, 1, 100_000);
  check('ports.chipsetNs', profile.ports.chipsetNs, 1, 100_000);
  check('ports.dmaTransferNs', profile.ports.dmaTransferNs, 0, 10_000);
  check('reset.platformHoldNs', profile.reset.platformHoldNs, 0, 600 * second);
  check('reset.cpuInitHoldNs', profile.reset.cpuInitHoldNs, 0, second);
  check('keyboard.selfTestNs', profile.keyboard.selfTestNs, 0, 10 * second);
  check('keyboard.batNs', profile.keyboard.batNs, 0, LONGEST_BAT_NS);
  check('keyboard.byteNs', profile.keyboard.byteNs, 1, second);
  check('keyboard.commandNs', profile.keyboard.commandNs, 1, second);
  check('keyboard.answerNs', profile.keyboard.answerNs, 0, second);
  check('keyboard.timeoutNs', profile.keyboard.timeoutNs, 1, second);
  check('disk.sizeBytes', profile.disk.sizeBytes, 4 * mib, 128 * 1024 * mib, 512);
  check('disk.rpm', profile.disk.rpm, 300, 20_000);
  check('disk.sectorsPerTrack', profile.disk.sectorsPerTrack, 8, 10_000, 1);
  check('disk.heads', profile.disk.heads, 1, 16, 1);
  check('disk.trackToTrackNs', profile.disk.trackToTrackNs, 0, second);
  check('disk.fullStrokeNs', profile.disk.fullStrokeNs, profile.disk.trackToTrackNs.value, second);
  check('disk.commandOverheadNs', profile.disk.commandOverheadNs, 0, second);
  check('disk.blockGapNs', profile.disk.blockGapNs, 0, second);
  check('disk.pioCycleNs', profile.disk.pioCycleNs, 1, 100_000);
  check('disk.spinUpNs', profile.disk.spinUpNs, 0, LONGEST_DRIVE_ANSWER_NS);
  check('disk.resetAnswerNs', profile.disk.resetAnswerNs, 0, LONGEST_DRIVE_ANSWER_NS);
  check('disk.multiwordDmaModes', profile.disk.multiwordDmaModes, 0, 3, 1);
  check('disk.ultraDmaModes', profile.disk.ultraDmaModes, 0, 6, 1);
  check('disk.longAddresses', profile.disk.longAddresses, 0, 1, 1);
  check('cdrom.readBytesPerSecond', profile.cdrom.readBytesPerSecond, 150_000, 20_000_000);
  check('cdrom.constantAngularVelocity', profile.cdrom.constantAngularVelocity, 0, 1, 1);
  check('cdrom.shortAccessNs', profile.cdrom.shortAccessNs, 0, second);
  check('cdrom.fullAccessNs', profile.cdrom.fullAccessNs, profile.cdrom.shortAccessNs.value, 2 * second);
  check('cdrom.spinUpNs', profile.cdrom.spinUpNs, 0, LONGEST_DRIVE_ANSWER_NS);
  check('cdrom.bufferBytes', profile.cdrom.bufferBytes, 2048, 64 * mib, 1024);
  check('cdrom.commandOverheadNs', profile.cdrom.commandOverheadNs, 0, second);
  check('cdrom.blockGapNs', profile.cdrom.blockGapNs, 0, second);
  check('cdrom.pioCycleNs', profile.cdrom.pioCycleNs, 1, 100_000);
  check('cdrom.resetAnswerNs', profile.cdrom.resetAnswerNs, 0, LONGEST_DRIVE_ANSWER_NS);
  check('cdrom.multiwordDmaModes', profile.cdrom.multiwordDmaModes, 0, 3, 1);
  check('cdrom.ultraDmaModes', profile.cdrom.ultraDmaModes, 0, 6, 1);
  check('cdrom.mmc2', profile.cdrom.mmc2, 0, 1, 1);
  check('floppy.spinUpNs', profile.floppy.spinUpNs, 0, 10 * second);
  check('floppy.settleNs', profile.floppy.settleNs, 0, second);
  check('floppy.resetNs', profile.floppy.resetNs, 0, second);
  if (profile.network) {
    const { network } = profile;
    const isFast = network.linkMbps.value > 10;
    check('network.linkMbps', network.linkMbps, isFast ? 100 : 10, isFast ? 100 : 10);
    check('network.autonegotiationNs', network.autonegotiationNs, 0, 60 * second);
    check('network.resetNs', network.resetNs, 0, second);
    check('network.selfTestNs', network.selfTestNs, 0, second);
    check('network.acceptNs', network.acceptNs, 1, second);
    check('network.commandNs', network.commandNs, 100, second);
    check('network.mdiNs', network.mdiNs, 1, second);
    check('network.eepromWriteNs', network.eepromWriteNs, 0, second);
    check('network.framesPerSecond', network.framesPerSecond, 0, 10_000, 1);
    check('network.trafficSeed', network.trafficSeed, 0, 0xffff_ffff, 1);
  }
  const { scsi } = profile;
  if (scsi) {
    check('scsi.diagnosticNs', scsi.diagnosticNs, 0, 10 * second);
    check('scsi.softResetNs', scsi.softResetNs, 0, 10 * second);
    check('scsi.byteNs', scsi.byteNs, 0, second);
    check('scsi.commandNs', scsi.commandNs, 0, second);
    check('scsi.mailboxNs', scsi.mailboxNs, 0, second);
    check('scsi.connectNs', scsi.connectNs, 0, second);
    check('scsi.syncPeriodNs', scsi.syncPeriodNs, 1, 2000);
    check('scsi.selectionTimeoutNs', scsi.selectionTimeoutNs, 0, 10 * second);
    check('scsi.resetToSelectionNs', scsi.resetToSelectionNs, 0, 10 * second);
    check('scsi.diskIdBits', scsi.diskIdBits, 0, 0xffff, 1);
    check('scsi.diskSizeBytes', scsi.diskSizeBytes, 4 * mib, 1024 * 1024 * mib, 512);
    check('scsi.diskRpm', scsi.diskRpm, 300, 20_000);
    check('scsi.diskSectorsPerTrack', scsi.diskSectorsPerTrack, 8, 10_000, 1);
    check('scsi.diskHeads', scsi.diskHeads, 1, 64, 1);
    check('scsi.diskTrackToTrackNs', scsi.diskTrackToTrackNs, 0, second);
    check('scsi.diskFullStrokeNs', scsi.diskFullStrokeNs, scsi.diskTrackToTrackNs.value, second);
    check('scsi.diskCommandNs', scsi.diskCommandNs, 0, second);
    check('scsi.diskSpinUpNs', scsi.diskSpinUpNs, 0, LONGEST_DRIVE_ANSWER_NS);
    check('scsi.diskStartsAtPower', scsi.diskStartsAtPower, 0, 1, 1);
  }
  check('firmware.shadow', profile.firmware.shadow, 0, 1, 1);
  check('loader.promptTenths', profile.loader.promptTenths, 0, 65_535, 1);
  check('kernel.fillerBytes', profile.kernel.fillerBytes, 0, 8 * mib, 1);
  const { commandLine } = profile.kernel;
  if (commandLine.length > COMMAND_LINE_MAX_CHARACTERS) {
    throw new EmulatorError(
      'EMU-PROFILE',
      `kernel.commandLine of the machine profile ${profile.id} has ${commandLine.length} characters; it may have ${COMMAND_LINE_MAX_CHARACTERS}.`,
      'Leave options away: the path adds its own, and a kexec jump carries the line twice.',
      { name: 'kernel.commandLine' },
    );
  }
}
