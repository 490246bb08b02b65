// Values of options: text in, value out, or commander's error with what was expected.
import { InvalidArgumentError } from 'commander';
import type { ConsoleMark, ProfileOverlay, RebootPath, RunOptions } from '../lab/index';
import { complaintAboutOption, PHASE_KINDS, REBOOT_PATHS, RUN_OPTIONS } from '../lab/index';

const BINARY_FACTORS: Readonly<Record<string, number>> = { '': 1, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 };

/** Seeds are 32 bits wide. */
const MAX_SEED = 0xffff_ffff;

/** A whole number, decimal or hexadecimal with 0x, within limits. */
export function parseInteger(text: string, min: number, max: number): number {
  const value = /^(?:\d+|0x[0-9a-f]+)$/i.test(text) ? Number(text) : NaN;
  if (!(value >= min && value <= max) || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  }
  return value;
}

export function parseSeed(text: string): number {
  return parseInteger(text, 0, MAX_SEED);
}

/** "warm,kexec": each path once, the baseline first. */
export function parsePaths(text: string): RebootPath[] {
  const paths = text.split(',').map((name) => name.trim());
  const isKnown = (name: string): name is RebootPath => (REBOOT_PATHS as readonly string[]).includes(name);
  if (!paths.every(isKnown)) {
    throw new InvalidArgumentError(`Choose from ${REBOOT_PATHS.join(', ')}, separated by commas.`);
  }
  if (new Set(paths).size < paths.length) throw new InvalidArgumentError('Name each path once.');
  return paths;
}

/** "kexec". */
export function parsePath(text: string): RebootPath {
  const [path, ...others] = parsePaths(text);
  if (others.length > 0) throw new InvalidArgumentError('Name one path.');
  return path;
}

/** "memory.ramBytes=64Mi": one more figure of an overlay. Whether there is such a figure the machine says. */
export function parseFigureChange(text: string, before: ProfileOverlay): ProfileOverlay {
  const match = /^([A-Za-z][\w.]*)=(\d+(?:\.\d+)?(?:e\d+)?)(Ki|Mi|Gi)?$/.exec(text);
  if (!match) {
    throw new InvalidArgumentError(
      'Write figure=number, for example rom.widthBits=16 or memory.ramBytes=64Mi; "bootlab machines --json" lists the figures.',
    );
  }
  const [, name, digits, unit = ''] = match;
  if (Object.hasOwn(before, name)) throw new InvalidArgumentError(`${name} is set twice.`);
  const value = Number(digits) * BINARY_FACTORS[unit];
  if (!Number.isFinite(value)) throw new InvalidArgumentError('The number is too large.');
  return { ...before, [name]: value };
}

/** "stub=three": one more option of the run. */
export function parseRunOption(text: string, before: RunOptions): RunOptions {
  const at = text.indexOf('=');
  if (at < 1) {
    const names = RUN_OPTIONS.map(({ name }) => name).join(', ');
    throw new InvalidArgumentError(`Write name=value, for example stub=three; names are ${names}.`);
  }
  const [name, value] = [text.slice(0, at), text.slice(at + 1)];
  const complaint = complaintAboutOption(name, value);
  if (complaint) throw new InvalidArgumentError(complaint);
  if (Object.hasOwn(before, name)) throw new InvalidArgumentError(`${name} is given twice.`);
  return { ...before, [name]: value };
}

/** Name, values and meaning of every option of a run, one a line. */
export function runOptionsHelp(): string {
  const lines = RUN_OPTIONS.map(({ name, values, meaning }) => `  ${`${name}=`.padEnd(13)}${meaning}: ${values}`);
  return `\nOptions of a run (--option name=value):\n${lines.join('\n')}\n`;
}

/** "driver-probe=PCI: Probing": one more console line that begins a phase. */
export function parseMark(text: string, before: readonly ConsoleMark[]): ConsoleMark[] {
  const at = text.indexOf('=');
  const phase = PHASE_KINDS.find(({ id }) => id === text.slice(0, at))?.id;
  if (phase === undefined || at === text.length - 1) {
    const ids = PHASE_KINDS.map(({ id }) => id).join(', ');
    throw new InvalidArgumentError(`Write phase=beginning of the line; phases are ${ids}.`);
  }
  return [...before, { phase, text: text.slice(at + 1) }];
}

/** A name of a file or folder. */
export function parseFileName(text: string): string {
  if (text === '') throw new InvalidArgumentError('The name is empty.');
  return text;
}

/** Who answers a lesson: one line. */
export function parseStudentName(text: string): string {
  const MOST_LETTERS = 120;
  if (text.length > MOST_LETTERS || /\p{Cc}/u.test(text))
    throw new InvalidArgumentError('Write one line of up to 120 letters.');
  return text.trim();
}
