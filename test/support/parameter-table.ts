// What one parameter may change on a path: a run with it beside one without, phase by phase, to the cycle where nothing is in the way.
// The machines are silent (console=none), skip the calibration (lpj=) and turn their platter fast: what hides a change is small, and named here.
import { expect } from 'vitest';
import type { PathRecord, PhaseId } from '../../src/emulator/phases';
import { applyOverlay } from '../../src/emulator/profile';
import { phaseStretches, phaseTotals } from '../../src/lab/phase-totals';
import type { Setting } from '../exercises/measured';
import { measure, MIB } from '../exercises/measured';
import { testNetwork } from './cards';
import { testProfile, testScsi } from './test-profile';

export type TablePath = 'warm' | 'kexec';

/** Seconds of a change: a direction, a figure to within a hundredth, a range, or what follows from the two records. */
export type Expected =
  'longer' | 'shorter' | number | Range | ((before: PathRecord, after: PathRecord) => number | Range);

type Range = readonly [from: number, to: number];

export type Changes = Readonly<Partial<Record<PhaseId, Expected>>>;

export interface Row {
  readonly parameter: string;
  /** Without it, and with. */
  readonly base: Setting;
  readonly setting: Setting;
  /** The phases it is about, by path. All others stay, but for what `causes` allow. */
  readonly warm: Changes;
  readonly kexec: Changes;
  /** Besides 'later', which every change brings to the phases behind it. An empty list: to all, the boot before took longer. */
  readonly causes?: readonly Cause[];
  /** What the record warns of, by path; elsewhere of nothing. */
  readonly warns?: Readonly<Partial<Record<TablePath, RegExp>>>;
}

/** The tick of the BIOS clock: 65,536 of the 8254's 1.193182 MHz. */
export const BIOS_TICK = 65_536 / 1_193_182;
/** A turn of the platter at 20,000 a minute. */
export const TURN = 60 / 20_000;
/** One edge of the refresh toggle, which pauses wait for and begin anywhere in: 18 clocks of the 8254. */
const REFRESH_EDGE = 18 / 1_193_182;
/** The timer interrupt with a change of processes: 353 instructions. It falls into one phase or into its neighbour. */
const INTERRUPT = 5.2e-6;
/** A service that had not come to its sleep when services stop goes there first: 788 instructions, a change of processes among them. */
export const SERVICE_TURN = 13.5e-6;
/** 25 rows of text move up by one: 1920 words read at 600 ns, 2000 written at 400, in a loop of 9925 instructions. */
const SCROLL = 1920 * 600e-9 + 2000 * 400e-9 + 9925 * 20e-9;
/** From one track to the next, and a turn there. */
const SEEK = 2e-3 + TURN;

/** Why a phase may differ that a parameter is not about. */
type Cause =
  /** It begins elsewhere in the periods of timer, refresh and platter. */
  | 'later'
  /** The command line has a word more: each look-up passes it, the loader copies it. */
  | 'word'
  /** The firmware wrote a line more, so that the screen has to scroll once more or less. */
  | 'line'
  /** The kernel's file has another length, so that the files behind it lie on other tracks. */
  | 'disk'
  /** The loader asked somebody, and then reads on. */
  | 'prompt';

const ALLOWANCES: Readonly<Record<Cause, Readonly<Partial<Record<PhaseId, number>>>>> = {
  later: {
    // The first read of a file, of a boot sector, or of the file system.
    'kexec-load': TURN,
    'boot-select': TURN,
    'start-kernel': TURN + INTERRUPT,
    // Pauses in edges, or looks at a port some 0.9 us apart, until something comes that runs by its own clock.
    'device-shutdown': REFRESH_EDGE,
    'machine-shutdown': REFRESH_EDGE,
    'early-chipset': REFRESH_EDGE,
    'ram-init': 0.1e-6,
    kbc: 0.1e-6,
    shadow: INTERRUPT,
    'video-oprom': INTERRUPT,
    'pci-enumerate': INTERRUPT,
    'ram-test': INTERRUPT,
    'setup-realmode': INTERRUPT,
    'storage-detect': REFRESH_EDGE,
    'option-roms': 1e-6,
    'loader-load': 3e-6,
    'loader-menu': 1e-6,
    'driver-probe': INTERRUPT,
    'userspace-shutdown': INTERRUPT + SERVICE_TURN,
    userspace: 2 * INTERRUPT,
  },
  word: {
    'kexec-load': 80e-6,
    'device-shutdown': 80e-6,
    'machine-shutdown': 5e-6,
    'relocate-copy': 1e-6,
    'loader-load': 10e-6,
    decompress: 1e-6,
    'start-kernel': 100e-6,
    'driver-probe': 30e-6,
    userspace: 30e-6,
  },
  line: { decompress: SCROLL },
  disk: { 'boot-select': SEEK, 'start-kernel': 2 * SEEK },
  prompt: { 'loader-load': TURN },
};

const WORDS = 'lpj=20000';
const set = { 'memory.ramBytes': 4 * MIB, 'firmware.memoryTest': 0, 'loader.promptTenths': 0, 'disk.rpm': 20_000 };
const option = { console: 'none' };

/** 100 MHz, 4 MiB, an ATA disk. */
export const PLAIN: Setting = { profile: applyOverlay(testProfile(), set), option, words: WORDS };

/** With a network card on a silent network, and SCSI disks at 0 and 3. */
export const CARDS: Setting = {
  ...PLAIN,
  profile: applyOverlay(
    { ...testProfile(), network: testNetwork(0), scsi: testScsi() },
    { ...set, 'memory.ramBytes': 8 * MIB },
  ),
};

/** A setting with more. */
export function withMore(base: Setting, more: Setting): Setting {
  const words = [base.words, more.words].filter((text) => text).join(' ');
  return { ...base, ...more, set: { ...base.set, ...more.set }, option: { ...base.option, ...more.option }, words };
}

const baseRecords = new Map<string, PathRecord>();

/** Runs a path, once for each setting. */
function measureBase(path: TablePath, base: Setting): PathRecord {
  const key = JSON.stringify([path, base]);
  const record = baseRecords.get(key) ?? measure(path, base);
  baseRecords.set(key, record);
  return record;
}

function runRow({ base, setting }: Row, path: TablePath): { before: PathRecord; after: PathRecord } {
  return { before: measureBase(path, base), after: measure(path, setting) };
}

const secondsByPhase = ({ root, cpuHz }: PathRecord) =>
  new Map(phaseTotals(root).map(({ kind, durationCycles }) => [kind.id, durationCycles / cpuHz]));

/** Holds a row to what it says of a path: each named phase changes as said, every other one only as far as a cause reaches. */
export function expectRow(row: Row, path: TablePath): void {
  const { before, after } = runRow(row, path);
  const [old, now] = [secondsByPhase(before), secondsByPhase(after)];
  const changes = row[path];
  const isLater = row.causes ? () => true : phasesBehind(Object.keys(changes) as PhaseId[], after);
  const allowanceOf = (id: PhaseId) => {
    const causes: readonly Cause[] = isLater(id) ? ['later', ...(row.causes ?? [])] : [];
    return causes.reduce((sum, cause) => sum + (ALLOWANCES[cause][id] ?? 0), 0);
  };
  const ids = new Set([...old.keys(), ...now.keys(), ...(Object.keys(changes) as PhaseId[])]);
  const wrong = [...ids].flatMap((id) => {
    const seconds = (now.get(id) ?? 0) - (old.get(id) ?? 0);
    const [from, to] = rangeOf(changes[id], allowanceOf(id), before, after);
    return seconds >= from && seconds <= to ? [] : [`${id} by ${seconds} s, expected ${from} to ${to}`];
  });
  expect(wrong).toEqual([]);
  const warning = row.warns?.[path];
  if (warning) expect(after.warnings.join('\n')).toMatch(warning);
  else expect(after.warnings).toEqual([]);
}

/** Whether a phase has a stretch behind the first stretch of what changes. */
function phasesBehind(changed: readonly PhaseId[], { root }: PathRecord): (id: PhaseId) => boolean {
  const order = phaseStretches(root).map(({ id }) => id);
  const first = order.findIndex((id) => (changed as readonly string[]).includes(id));
  return (id) => first >= 0 && order.lastIndexOf(id) > first;
}

function rangeOf(expected: Expected | undefined, allowance: number, before: PathRecord, after: PathRecord): Range {
  if (expected === undefined) return [-allowance, allowance];
  const cycle = 1 / before.cpuHz;
  // A direction that a cause could give as well would say nothing.
  if (expected === 'longer') return [allowance + cycle, Infinity];
  if (expected === 'shorter') return [-Infinity, -allowance - cycle];
  const seconds = typeof expected === 'function' ? expected(before, after) : expected;
  if (typeof seconds === 'object') return seconds;
  const margin = allowance + Math.abs(seconds) * 0.01;
  return [seconds - margin, seconds + margin];
}

/** The time to move so many dwords at 200 ns. */
export const moveSeconds = (dwords: number) => dwords * 200e-9;

/** What the stub's REP MOVS takes for the pages of one record beyond those of the other. */
export const morePages = (before: PathRecord, after: PathRecord) =>
  moveSeconds((after.pagesCopied - before.pagesCopied) * 1024);
