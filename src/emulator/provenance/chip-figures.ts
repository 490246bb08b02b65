// Which figures the time of a chip rests on: a bus cycle to its ports, and how long it lets software wait.
// Figures of the profile by dotted name; what a data sheet fixes is named here, with its source.
import { memoryModelOf } from '../cache-figures';
import type { PhaseId } from '../phases';
import type { Figure, MachineProfile } from '../profile';
import { isFigure } from '../profile';
import type { CodePlace, FigureReference } from './contribution';

/** Oscillators of the board. Periods are data sheet or standard; evidence as in docs/facts.md D2. */
const OSCILLATORS = {
  '8254.clockHz': { value: 1_193_182, source: 'IBM PC AT Technical Reference: 14.31818 MHz / 12' },
  'rtc.clockHz': { value: 32_768, source: 'MC146818 data sheet, time base' },
  '16550.clockHz': { value: 1_843_200, source: 'IBM PC AT Technical Reference, serial adapter' },
  'acpi.timerHz': { value: 3_579_545, source: 'ACPI 1.0, 4.7.3.3: power management timer' },
} as const;

const KEYBOARD = ['selfTestNs', 'batNs', 'byteNs', 'commandNs', 'answerNs', 'timeoutNs'];
const ATA = [
  ...['resetAnswerNs', 'commandOverheadNs', 'blockGapNs', 'rpm', 'sectorsPerTrack', 'heads'],
  ...['trackToTrackNs', 'fullStrokeNs'],
];
const SCSI = [
  ...['diagnosticNs', 'softResetNs', 'byteNs', 'commandNs', 'mailboxNs', 'connectNs', 'syncPeriodNs'],
  ...['selectionTimeoutNs', 'resetToSelectionNs', 'diskIdBits', 'diskCommandNs', 'diskRpm', 'diskSectorsPerTrack'],
  ...['diskHeads', 'diskTrackToTrackNs', 'diskFullStrokeNs'],
];
const NETWORK = ['resetNs', 'selfTestNs', 'acceptNs', 'commandNs', 'mdiNs', 'eepromWriteNs', 'autonegotiationNs'];
const FLOPPY = ['driveType', 'spinUpNs', 'settleNs', 'resetNs'];

const within = (section: string, names: readonly string[]) => names.map((name) => `${section}.${name}`);

/** How long chips let software wait, by name in the wiring. */
const WAITS: readonly (readonly [chip: RegExp, figures: readonly string[]])[] = [
  [/^8042/, within('keyboard', KEYBOARD)],
  [/^primary ATA/, within('disk', ATA)],
  // Nothing is on the second channel of a machine on a path: what passes is how long software waits in vain.
  [/^secondary ATA/, within('firmware', ['ideExpectedDrives', 'ideWaitSeconds'])],
  [/^BT-958/, within('scsi', SCSI)],
  [/^Intel 82559/, within('network', NETWORK)],
  [/^floppy/, within('floppy', FLOPPY)],
  [/^(8254|port 61h)/, ['8254.clockHz']],
  [/^RTC/, ['rtc.clockHz']],
  [/^COM1/, ['16550.clockHz', 'kernel.commandLine']],
  [/^PIIX4 ACPI/, ['acpi.timerHz']],
];

/** Spin-up counts where power came on within the path, and nowhere else. */
const SPIN_UPS: readonly (readonly [chip: RegExp, figures: readonly string[]])[] = [
  [/^primary ATA/, ['disk.spinUpNs']],
  [/^BT-958/, ['scsi.diskSpinUpNs', 'scsi.diskStartsAtPower', 'firmware.scsiStartUnit']],
];

const TIMER = /^8254/;

/** How long software waits of its own will: by the timer for a pause, for a chip that may not answer at all. */
const PAUSES: readonly {
  readonly chip: RegExp;
  readonly image: RegExp;
  readonly symbol?: RegExp;
  readonly phase?: PhaseId;
  readonly figures: readonly string[];
}[] = [
  { chip: TIMER, image: /^loader$/, phase: 'loader-menu', figures: ['loader.promptTenths'] },
  { chip: TIMER, image: /^scsi-rom$/, figures: ['firmware.scsiPromptSeconds'] },
  { chip: TIMER, image: /^net-rom$/, figures: ['firmware.pxePromptSeconds'] },
  { chip: TIMER, image: /^bios$/, symbol: /^(boot_prompt|wait_key)/, figures: ['firmware.bootMenuSeconds'] },
  {
    chip: /^primary ATA/,
    image: /^bios$/,
    symbol: /^ata_/,
    figures: ['firmware.ideExpectedDrives', 'firmware.ideWaitSeconds'],
  },
  { chip: TIMER, image: /^kernel$/, symbol: /^sleep_ms$/, phase: 'driver-probe', figures: ['scsi.driverSettleNs'] },
];

const CHIPSET_PORTS = /^(PCI |reset control|APM|GPE0|fw_cfg|BT-958|Intel 82559|IDE bus master|PIIX4|Bochs VGA)/;

/** Turns names of figures into what they are in one machine. */
export class ChipFigures {
  /** @param isPoweredOn power came on within the path */
  constructor(
    private readonly profile: MachineProfile,
    private readonly isPoweredOn: boolean,
  ) {}

  /** One bus cycle to a port of this chip. */
  ofPort(chip: string): FigureReference[] {
    return this.references([portFigure(chip)]);
  }

  /** Memory that costs more than the clock tables say, by its name on the bus; '' for RAM. */
  ofMemory(name: string): FigureReference[] {
    if (name === 'ROM' || name === 'open bus') return this.references(['rom.busCycleNs', 'rom.widthBits']);
    if (/^(video memory|frame buffer|Bochs VGA)/.test(name))
      return this.references(['video.busCycleNs', 'video.readBusCycleNs', 'video.widthBits']);
    if (name !== 'RAM') return this.references(['ports.chipsetNs']);
    if (memoryModelOf(this.profile) === 'cache') return this.references(figureNamesOf('cache', this.profile.cache));
    return this.references(within('memory', ['streamMoveNsPerDword', 'streamReadNsPerDword', 'streamWriteNsPerDword']));
  }

  /** What a wait for a chip rests on, by who waited and when. */
  ofWait(chip: string, code: CodePlace | null, phase: PhaseId): FigureReference[] {
    const own = figuresFor(WAITS, chip);
    const spinUp = this.isPoweredOn ? figuresFor(SPIN_UPS, chip) : [];
    const pauses = code ? pauseFigures(chip, code, phase) : [];
    return this.references([...pauses, ...own, ...spinUp]);
  }

  /** What instruction clocks rest on: the table, not a figure of it. */
  ofClocks(): FigureReference[] {
    const { clockTable, clockEvidence, clockSource } = this.profile.cpu;
    return [{ name: 'cpu.clockTable', value: clockTable, unit: '', evidence: clockEvidence, source: clockSource }];
  }

  /** A hold of the board at a reset. */
  ofHold(name: 'platformHoldNs' | 'cpuInitHoldNs'): FigureReference[] {
    return this.references([`reset.${name}`]);
  }

  /** Those of the names that this machine has, each once. */
  private references(names: readonly string[]): FigureReference[] {
    return [...new Set(names)].flatMap((name) => {
      const found = this.reference(name);
      return found ? [found] : [];
    });
  }

  private reference(name: string): FigureReference | null {
    if (name in OSCILLATORS) {
      const { value, source } = OSCILLATORS[name as keyof typeof OSCILLATORS];
      return { name, value, unit: 'Hz', evidence: 'K', source };
    }
    const { kernel } = this.profile;
    if (name === 'kernel.commandLine')
      return { name, value: kernel.commandLine, unit: '', evidence: 'model', source: kernel.commandLineSource };
    const [section, figureName] = name.split('.');
    const figure = (this.profile as unknown as Record<string, Record<string, unknown> | null | undefined>)[section]?.[
      figureName
    ];
    if (!isFigure(figure)) return null;
    const { value, evidence, source }: Figure = figure;
    return { name, value, unit: unitOf(figureName), evidence, source };
  }
}

/** The figure of the profile that a bus cycle to a port takes. */
export function portFigure(chip: string): string {
  if (/^(primary|secondary) ATA/.test(chip)) return 'disk.pioCycleNs';
  return CHIPSET_PORTS.test(chip) ? 'ports.chipsetNs' : 'ports.isa8Ns';
}

function figuresFor(table: typeof WAITS, chip: string): readonly string[] {
  return table.find(([pattern]) => pattern.test(chip))?.[1] ?? [];
}

function pauseFigures(chip: string, code: CodePlace, phase: PhaseId): readonly string[] {
  return PAUSES.filter(
    (pause) =>
      pause.chip.test(chip) &&
      pause.image.test(code.image) &&
      (pause.symbol?.test(code.symbol ?? '') ?? true) &&
      (pause.phase === undefined || pause.phase === phase),
  ).flatMap(({ figures }) => figures);
}

function figureNamesOf(section: string, figures: object | null | undefined): string[] {
  return Object.entries(figures ?? {}).flatMap(([name, value]) => (isFigure(value) ? [`${section}.${name}`] : []));
}

/** Units as names of figures end with. */
const UNITS: readonly (readonly [ending: RegExp, unit: string])[] = [
  [/NsPerDword$/, 'ns per 4 bytes'],
  [/Ns$/, 'ns'],
  [/BytesPerSecond$/, 'bytes/s'],
  [/Bytes$/, 'bytes'],
  [/Bits$/, 'bits'],
  [/Seconds$/, 's'],
  [/Tenths$/, 'tenths of a second'],
  [/[rR]pm$/, 'rpm'],
  [/Mbps$/, 'Mbit/s'],
  [/[hH]z$/, 'Hz'],
];

function unitOf(name: string): string {
  return UNITS.find(([ending]) => ending.test(name))?.[1] ?? '';
}
