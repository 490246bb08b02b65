// MachineProfile: what a machine is made of. Every figure carries where it comes from; units are in the names.
// Profiles are data (resources/profiles/*.json); a sweep is an overlay on one of them.
import type { CacheFigures } from './cache-figures';
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
    /** The same while caches are switched off (CR0.CD): one access of 4 bytes. A move is two. */
    readonly uncachedNsPerDword: Figure;
  };
  /** Caches and the bus behind them; null or absent: the machine runs with the memory model `flat` only. */
  readonly cache?: CacheFigures | null;
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
  /** The disk the machine starts from: an ATA disk (`disk`), or the SCSI disk with the lowest ID and no ATA disk at all. */
  readonly bootDisk: 'ata' | 'scsi';
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
  /** ATA disks. On the board only when media are given or the machine starts from one. */
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
  readonly floppy: {
    /** Drive A of a machine on a path, which is empty: as CMOS knows it, 0 none, 4 for 1.44 MB. */
    readonly driveType: Figure;
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
    /** Of a cold start: 0 none, 1 quick (written, not compared), 2 one pattern compared, 3 two; all end with zeros. */
    readonly memoryTest: Figure;
    /** 1: the memory test runs with the caches switched off, so that each access reaches the memory. */
    readonly memoryTestUncached: Figure;
    /** 1: turn drive A, move its arm and bring it back, where there is one. */
    readonly floppySeek: Figure;
    /** Drives that set-up says are there, as bits: primary master 1 and slave 2, secondary master 4 and slave 8. */
    readonly ideExpectedDrives: Figure;
    /** How long the BIOS waits for one of those that does not answer. */
    readonly ideWaitSeconds: Figure;
    /** Pause for a key before booting. */
    readonly bootMenuSeconds: Figure;
    /** Pause of the SCSI adapter's ROM for its key. */
    readonly scsiPromptSeconds: Figure;
    /** 1: the SCSI adapter's ROM sends START UNIT to disks that wait for it, one after another. */
    readonly scsiStartUnit: Figure;
    /** Pause of the network card's boot agent for its key: 0, 2, 3 or 5. */
    readonly pxePromptSeconds: Figure;
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
  /** What the lab's services do when they start and stop; null or absent: next to nothing. */
  readonly services?: {
    /** Reads at places scattered over a file of `spanBytes` on the boot disk, and bytes of each. */
    readonly reads: Figure;
    readonly readBytes: Figure;
    readonly spanBytes: Figure;
    /** How often a sum is taken over what was read. */
    readonly computeLoops: Figure;
    /** Reads of the scripts that stop them. */
    readonly stopReads: Figure;
  } | null;
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
  /** How long the lab kernel's driver rests behind the bus reset of its own. */
  readonly driverSettleNs: Figure;
}

/** Changes to a profile by dotted name of a figure: `{ 'rom.widthBits': 16 }`. */
export type ProfileOverlay = Readonly<Record<string, number>>;

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
