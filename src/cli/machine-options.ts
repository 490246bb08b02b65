// Options of "bootlab machine" as values. What this version does not offer is refused here, by name.
import { InvalidArgumentError } from 'commander';
import type { Failure } from '../contract/api';
import type { HostBootRequest, CpuModel, TextSource } from '../host/boot-host';
import { parseInteger } from './option-values';
import { isScreenshotName } from './screenshot';

/** As commander gives them: parsed one by one, not yet looked at together. */
export interface MachineOptions {
  readonly profile: string;
  readonly cpu?: CpuModel;
  /** MiB. */
  readonly mem?: number;
  readonly bios?: string;
  readonly vgabios?: string;
  readonly kernel?: string;
  readonly append?: string;
  readonly initrd?: string;
  readonly hda?: string;
  readonly fda?: string;
  readonly cdrom?: string;
  readonly maxInsns?: number;
  readonly maxCycles?: number;
  readonly untilPort?: HostBootRequest['untilPort'];
  readonly typeAt: NonNullable<HostBootRequest['typing']>;
  readonly untilText?: HostBootRequest['untilText'];
  readonly watchPort: readonly number[];
  readonly log: readonly PortLog[];
  readonly serial?: string;
  readonly exitPort?: number;
  readonly phases?: string;
  readonly exec: 'interpret' | 'translate' | 'auto';
  readonly screenshot?: string;
  readonly saveAt: readonly SavePoint[];
  readonly restore?: string;
}

/** A cycle since power-on, and the file for the machine at it. */
export interface SavePoint {
  readonly cycle: number;
  readonly file: string;
}

/** Bytes written to a port, into a file. */
export interface PortLog {
  readonly port: number;
  readonly file: string;
}

const MAX_PORT = 0xffff;
const TEXT_SOURCES: readonly TextSource[] = ['serial', 'e9', 'screen'];

export function parsePort(text: string): number {
  return parseInteger(text, 0, MAX_PORT);
}

export function parsePorts(text: string, before: readonly number[]): number[] {
  const port = parsePort(text);
  return before.includes(port) ? [...before] : [...before, port];
}

export function parseCount(text: string): number {
  return parseInteger(text, 1, Number.MAX_SAFE_INTEGER);
}

export function parseMemory(text: string): number {
  return parseInteger(text, 4, 1024);
}

/** "0x80=0xff". */
export function parsePortValue(text: string): { port: number; value: number } {
  const [port, value] = splitAt(text, '=', 'PORT=VALUE, for example 0x80=0xff');
  return { port: parsePort(port), value: parseInteger(value, 0, 0xffff_ffff) };
}

/** "0xe9=debug.txt". */
export function parsePortLog(text: string, before: readonly PortLog[]): PortLog[] {
  const [port, file] = splitAt(text, '=', 'PORT=FILE, for example 0xe9=debug.txt');
  const log = { port: parsePort(port), file };
  if (before.some((other) => other.port === log.port)) throw new InvalidArgumentError('A port has one log.');
  return [...before, log];
}

/** "2000000000=post.snapshot". */
export function parseSavePoint(text: string, before: readonly SavePoint[]): SavePoint[] {
  const [cycle, file] = splitAt(text, '=', 'CYCLE=FILE, for example 2000000000=post.snapshot');
  const point = { cycle: parseCount(cycle), file };
  if (before.some((other) => other.cycle === point.cycle || other.file === file)) {
    throw new InvalidArgumentError('Name each cycle and each file once.');
  }
  return [...before, point];
}

/** "serial:login:". */
export function parseUntilText(text: string): { source: TextSource; text: string } {
  const [source, wanted] = splitAt(text, ':', 'serial:TEXT, e9:TEXT or screen:TEXT');
  const known = TEXT_SOURCES.find((name) => name === source);
  if (!known) throw new InvalidArgumentError(`Text can be waited for on ${TEXT_SOURCES.join(', ')}.`);
  return { source: known, text: wanted };
}

/** "screen:GNU GRUB={DOWN}{ENTER}": what stands behind the first = is typed. */
export function parseTypeAt(
  text: string,
  before: NonNullable<HostBootRequest['typing']>,
): NonNullable<HostBootRequest['typing']> {
  const [at, keys] = splitAt(text, '=', 'screen:TEXT=KEYS or serial:TEXT=KEYS');
  const { source, text: wanted } = parseUntilText(at);
  if (source === 'e9') throw new InvalidArgumentError('Text to type at can be waited for on serial, screen.');
  return [...before, { source, text: wanted, keys }];
}

function splitAt(text: string, separator: string, form: string): [string, string] {
  const at = text.indexOf(separator);
  if (at < 1 || at === text.length - 1) throw new InvalidArgumentError(`Write ${form}.`);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** What was asked for and is not offered or does not go together; null when nothing. */
export function refusalOf(options: MachineOptions): Failure | null {
  const unsupported = (what: string, nextStep: string): Failure => ({
    code: 'CLI-UNSUPPORTED',
    message: `This version does not offer ${what}.`,
    nextStep,
  });
  if (options.exec === 'translate') return unsupported('the translator (--exec translate)', 'Use --exec interpret.');
  if (options.screenshot !== undefined && !isScreenshotName(options.screenshot)) {
    return unsupported('such pictures of the screen', 'Name the file *.png, or *.txt for the text on it.');
  }
  const misused = (message: string, nextStep: string): Failure => ({ code: 'CLI-USAGE', message, nextStep });
  if (options.vgabios !== undefined && options.bios === undefined) {
    return misused(
      'A video ROM (--vgabios) needs a system ROM that calls it.',
      'Give one with --bios; without both, Bootlab uses its own pair.',
    );
  }
  if (options.kernel === undefined && (options.append ?? options.initrd) !== undefined) {
    return misused('--append and --initrd go with a kernel.', 'Give one with --kernel.');
  }
  return null;
}
