// What a run is told besides figures: how the lab kernel restarts, does a kexec, drives its devices and talks.
// Text in, settings of the emulator out. What each means and dates from: docs/facts.md A1-A7, resources/guest/kernel/README.md.
import type { LabOptions, MachineProfile } from '../emulator/index';

/** Options by name, as typed: `{ stub: 'three', console: '9600' }`. */
export type RunOptions = Readonly<Record<string, string>>;

/** A machine and how its kernel is to behave. */
export interface OptionedRun {
  readonly profile: MachineProfile;
  readonly lab: Partial<LabOptions>;
}

/** One option. */
export interface RunOptionKind {
  readonly name: string;
  /** What its value may be, for people. */
  readonly values: string;
  /** Half a sentence for people. */
  readonly meaning: string;
  readonly isValid: (value: string) => boolean;
  readonly apply: (value: string, run: OptionedRun) => OptionedRun;
}

const PAGE_BYTES = 4096;
const MIB = 1024 * 1024;
/** The kernel's own place; it is moved down to there, so nothing can be loaded below. */
const KERNEL_ADDRESS = 0x10_0000;
/** Rates of a 16550's 1.8432 MHz clock that terminals had. */
const BAUDS = ['1200', '2400', '4800', '9600', '19200', '38400', '57600', '115200'];
const CONSOLE_WORDS: Readonly<Record<string, string>> = { none: 'console=none', vga: 'console=tty0' };
const DRIVERS = ['serial', 'kbd', 'net', 'ata', 'scsi'] as const;
const RESET_LETTERS: Readonly<Record<string, string>> = { '8042': 'k', port92: 'p', cf9: 'c', 'triple-fault': 't' };

/** One of a few words, which are the lab option's own values. */
function choice<Name extends keyof LabOptions>(
  name: string,
  key: Name,
  values: readonly (LabOptions[Name] & string)[],
  meaning: string,
): RunOptionKind {
  return {
    name,
    values: values.join(', '),
    meaning,
    isValid: (value) => (values as readonly string[]).includes(value),
    apply: (value, { profile, lab }) => ({ profile, lab: { ...lab, [key]: value } }),
  };
}

/** A value with a grammar of its own. */
function parsed<Name extends keyof LabOptions>(
  name: string,
  key: Name,
  values: string,
  meaning: string,
  parse: (value: string) => LabOptions[Name] | undefined,
): RunOptionKind {
  return {
    name,
    values,
    meaning,
    isValid: (value) => parse(value) !== undefined,
    apply: (value, { profile, lab }) => ({ profile, lab: { ...lab, [key]: parse(value) } }),
  };
}

/** A change of the command line that both kernels get. */
function word(
  name: string,
  values: readonly string[],
  meaning: string,
  change: (commandLine: string, value: string) => string,
  isValid = (value: string) => values.includes(value),
): RunOptionKind {
  return {
    name,
    values: values.join(', '),
    meaning,
    isValid,
    apply: (value, { profile, lab }) => {
      const { kernel } = profile;
      return { profile: { ...profile, kernel: { ...kernel, commandLine: change(kernel.commandLine, value) } }, lab };
    },
  };
}

const ON_OFF = ['on', 'off'] as const;

/** All options, in the order of a help text. */
export const RUN_OPTIONS: readonly RunOptionKind[] = [
  choice('era', 'era', ['2.5.44', '2.5.47', '2.6.13'], 'one call loads and jumps; load, then reboot; crash kernels'),
  choice('stub', 'stub', ['one', 'three'], 'copies of a page at the jump'),
  choice('hash', 'hash', ON_OFF, 'the purgatory checks the SHA-256 of what was loaded'),
  choice('entry', 'entry', ['32', '16'], '16: back through real mode and the BIOS'),
  choice('picreset', 'picReset', ON_OFF, 'with entry 16: interrupts back at vectors 08h and 70h before'),
  choice('biostest', 'biosTest', ON_OFF, 'with entry 16: wait for a tick of the BIOS before'),
  choice('e820', 'e820', ON_OFF, 'off: no memory map for the next kernel, which sees 64 MB'),
  choice('invariant', 'invariant', ON_OFF, 'off: pages may lie where others go'),
  choice('keep', 'keep', ON_OFF, 'one load, any number of jumps'),
  parsed(
    'load-at',
    'loadAt',
    'an address from 0x100000, of a page',
    'load the kernel there, move it at the end',
    parsePage,
  ),
  parsed('scatter', 'scatter', '0 to 999999999', 'seed of the page order, 0 lowest first', parseScatter),
  parsed('crashkernel', 'crashReserve', '16M@16M', 'size and place of the crash reserve', parseReserve),
  parsed(
    'noshutdown',
    'noShutdown',
    `${DRIVERS.join(', ')}, joined by +`,
    'drivers that leave their device running',
    parseDrivers,
  ),
  choice('ataprobe', 'ataProbe', ['identify', 'reset'], 'how the kernel finds disks'),
  choice('scsirebuild', 'scsiRebuild', ON_OFF, 'read the last SCSI disk on and on in the background'),
  choice('compression', 'compression', ['deflate', 'stored'], "how the kernel's payload lies in its file"),
  word('console', ['none', 'vga', ...BAUDS, 'vga+BAUD'], 'where the kernel writes', withConsole, isConsole),
  word('reset', Object.keys(RESET_LETTERS), 'how the kernel restarts the machine', withReset),
  word('warmword', ON_OFF, 'on: 1234h at 0040:0072, so that the BIOS leaves the memory test out', withWarmWord),
];

const KIND_BY_NAME: ReadonlyMap<string, RunOptionKind> = new Map(RUN_OPTIONS.map((kind) => [kind.name, kind]));

/** What is wrong with an option, as one sentence with what would be right; null when nothing is. */
export function complaintAboutOption(name: string, value: string): string | null {
  const kind = KIND_BY_NAME.get(name);
  if (!kind) return `There is no option "${name}"; choose from ${RUN_OPTIONS.map((known) => known.name).join(', ')}.`;
  return kind.isValid(value) ? null : `${name} cannot be "${value}"; it may be ${kind.values}.`;
}

/**
 * The machine and the settings of its kernel with options applied, in the order of RUN_OPTIONS, whatever theirs is.
 * @throws Error for an option that `complaintAboutOption` would have refused
 */
export function applyRunOptions(profile: MachineProfile, options: RunOptions): OptionedRun {
  for (const [name, value] of Object.entries(options)) {
    const complaint = complaintAboutOption(name, value);
    if (complaint) throw new Error(complaint);
  }
  const chosen = RUN_OPTIONS.filter(({ name }) => Object.hasOwn(options, name));
  const run = chosen.reduce<OptionedRun>((before, { name, apply }) => apply(options[name], before), {
    profile,
    lab: {},
  });
  const { kernel } = run.profile;
  const { commandLine: asWritten } = profile.kernel;
  if (kernel.commandLine === asWritten) return run;
  const commandLineSource = `set by hand; ${profile.id} has "${asWritten}"`;
  return { ...run, profile: { ...run.profile, kernel: { ...kernel, commandLineSource } } };
}

function parsePage(text: string): number | undefined {
  const address = /^0x[0-9a-f]{1,8}$/i.test(text) ? Number(text) : NaN;
  return address >= KERNEL_ADDRESS && address % PAGE_BYTES === 0 ? address : undefined;
}

function parseScatter(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function parseReserve(text: string): LabOptions['crashReserve'] | undefined {
  const match = /^([1-9]\d{0,3})M@([1-9]\d{0,3})M$/.exec(text);
  return match ? { sizeBytes: Number(match[1]) * MIB, startBytes: Number(match[2]) * MIB } : undefined;
}

function parseDrivers(text: string): LabOptions['noShutdown'] | undefined {
  const names = text.split('+');
  // In the order of DRIVERS, so that the same choice is the same configuration.
  const chosen = DRIVERS.filter((driver) => names.includes(driver));
  return chosen.length === names.length ? chosen : undefined;
}

function isConsole(value: string): boolean {
  const [first, second, ...rest] = value.split('+');
  if (rest.length > 0) return false;
  if (second !== undefined) return first === 'vga' && BAUDS.includes(second);
  return first === 'none' || first === 'vga' || BAUDS.includes(first);
}

function withConsole(commandLine: string, value: string): string {
  const consoles = value.split('+').map((name) => CONSOLE_WORDS[name] ?? `console=ttyS0,${name}`);
  const others = wordsOf(commandLine).filter((other) => !other.startsWith('console='));
  return [...consoles, ...others].join(' ');
}

function withReset(commandLine: string, value: string): string {
  return withReboot(commandLine, RESET_LETTERS[value], restartOf(commandLine).isWarm);
}

function withWarmWord(commandLine: string, value: string): string {
  return withReboot(commandLine, restartOf(commandLine).method, value === 'on');
}

/** reboot=: a method and "w" for the warm word, as the lab kernel reads it (kernel/core/reboot.c). */
function restartOf(commandLine: string): { readonly method: string; readonly isWarm: boolean } {
  const letters =
    wordsOf(commandLine)
      .find((one) => one.startsWith('reboot='))
      ?.slice('reboot='.length) ?? '';
  return { method: [...letters].findLast((letter) => 'kpct'.includes(letter)) ?? 'k', isWarm: letters.includes('w') };
}

function withReboot(commandLine: string, method: string, isWarm: boolean): string {
  const others = wordsOf(commandLine).filter((one) => !one.startsWith('reboot='));
  return [...others, `reboot=${method}${isWarm ? ',w' : ''}`].join(' ');
}

function wordsOf(commandLine: string): string[] {
  return commandLine.split(' ').filter((one) => one !== '');
}
