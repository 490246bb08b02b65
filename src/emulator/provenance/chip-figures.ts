// Which figures the time of a chip rests on: a bus cycle to its ports, and how long it lets software wait.
// Figures of the profile by dotted name; what a data sheet fixes is named here, with its source.
import { memoryModelOf } from '../cache-figures';
import type { PhaseId } from '../phases';
import type { Figure, MachineProfile } from '../profile';
import { isFigure } from '../profile';
import type { CodePlace, FigureReference } from './contribution';

type FigureTable = readonly (readonly [chip: RegExp, figures: readonly string[]])[];

/** What is known of a span in which software waited. */
export interface WaitContext {
  readonly phase: PhaseId;
  /** Lengths in cycles of the alarms that ran in it. */
  readonly alarms: ReadonlySet<number>;
  /** A disk was told to read, write or seek. */
  readonly movesDisk: boolean;
}

/** Oscillators of the board. Periods are data sheet or standard; evidence as in docs/facts.md D2. */
const OSCILLATORS = {
  '8254.clockHz': { value: 1_193_182, source: 'IBM PC AT Technical Reference: 14.31818 MHz / 12' },
  'rtc.clockHz': { value: 32_768, source: 'MC146818 data sheet, time base' },
  '16550.clockHz': { value: 1_843_200, source: 'IBM PC AT Technical Reference, serial adapter' },
  'acpi.timerHz': { value: 3_579_545, source: 'ACPI 1.0, 4.7.3.3: power management timer' },
} as const;

/**
 * How long a chip lets software wait. `alarms`: figures that it waits for as they are, which count where an alarm of that
 * length ran. `medium`: what it works out from, when a disk moves.
 */
interface WaitFigures {
  readonly chip: RegExp;
  readonly section: string;
  readonly alarms?: readonly string[];
  readonly medium?: readonly string[];
}

const WAITS: readonly WaitFigures[] = [
  {
    chip: /^8042/,
    section: 'keyboard',
    alarms: ['selfTestNs', 'batNs', 'byteNs', 'commandNs', 'answerNs', 'timeoutNs'],
  },
  {
    chip: /^primary ATA/,
    section: 'disk',
    alarms: ['resetAnswerNs', 'commandOverheadNs', 'blockGapNs'],
    medium: ['commandOverheadNs', 'rpm', 'sectorsPerTrack', 'heads', 'trackToTrackNs', 'fullStrokeNs'],
  },
  {
    chip: /BT-958/,
    section: 'scsi',
    alarms: [
      ...['diagnosticNs', 'softResetNs', 'byteNs', 'commandNs', 'mailboxNs', 'connectNs', 'selectionTimeoutNs'],
      ...['resetToSelectionNs', 'diskCommandNs'],
    ],
    medium: [
      ...['syncPeriodNs', 'diskRpm', 'diskSectorsPerTrack', 'diskHeads', 'diskTrackToTrackNs', 'diskFullStrokeNs'],
    ],
  },
  {
    chip: /Intel 82559/,
    section: 'network',
    alarms: ['resetNs', 'selfTestNs', 'acceptNs', 'commandNs', 'mdiNs', 'eepromWriteNs', 'autonegotiationNs'],
  },
  { chip: /^floppy/, section: 'floppy', alarms: ['resetNs', 'settleNs'] },
];

/** Names outside the chip's own section, or of its data sheet. */
const ALWAYS: FigureTable = [
  [/^(8254|port 61h)/, ['8254.clockHz']],
  [/^RTC/, ['rtc.clockHz']],
  [/^COM1/, ['16550.clockHz', 'kernel.commandLine']],
  [/^PIIX4 ACPI/, ['acpi.timerHz']],
  // Nothing is on the second channel of a machine on a path: what passes is how long software waits in vain.
  [/^secondary ATA/, ['firmware.ideExpectedDrives', 'firmware.ideWaitSeconds']],
];

/** Spin-up counts where power came on within the path, and nowhere else. */
const SPIN_UPS: FigureTable = [
  [/^primary ATA/, ['disk.spinUpNs']],
  [/BT-958/, ['scsi.diskSpinUpNs', 'scsi.diskStartsAtPower', 'firmware.scsiStartUnit']],
];

const TIMER = /^8254/;

const within = (section: string, names: readonly string[]) => names.map((name) => `${section}.${name}`);

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
  { chip: TIMER, image: /^bios$/, symbol: /^floppy_/, figures: ['firmware.floppySeek'] },
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
    return this.references(
      within('memory', ['streamMoveNsPerDword', 'streamReadNsPerDword', 'streamWriteNsPerDword', 'uncachedNsPerDword']),
    );
  }

  /** What a wait for a chip rests on, by who waited and when. */
  ofWait(chip: string, code: CodePlace | null, context: WaitContext): FigureReference[] {
    const pauses = code ? pauseFigures(chip, code, context.phase) : [];
    const own = WAITS.filter((waits) => waits.chip.test(chip)).flatMap(({ section, alarms = [], medium = [] }) => [
      ...within(section, alarms).filter((name) => this.ranAsLongAs(name, context.alarms)),
      ...(context.movesDisk ? within(section, medium) : []),
    ]);
    const spinUp = this.isPoweredOn ? figuresFor(SPIN_UPS, chip) : [];
    return this.references([...pauses, ...own, ...figuresFor(ALWAYS, chip), ...spinUp]);
  }

  /** A command to a SCSI disk begins with an alarm of its own. */
  hasScsiCommand(alarms: ReadonlySet<number>): boolean {
    return this.ranAsLongAs('scsi.diskCommandNs', alarms);
  }

  /** Whether an alarm had exactly the length of a figure. */
  private ranAsLongAs(name: string, alarms: ReadonlySet<number>): boolean {
    const value = this.reference(name)?.value;
    return typeof value === 'number' && alarms.has(Math.round((value * this.profile.cpu.hz.value) / 1e9));
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

function figuresFor(table: FigureTable, chip: string): readonly string[] {
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
