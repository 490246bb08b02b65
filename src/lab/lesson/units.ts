// Units of answers: how they are written, and what one is in another of its kind. docs/lessons.md, "Numbers".

export const UNIT_NAMES = [
  ...['cycles', 'ns', 'µs', 'ms', 's', 'min', 'B', 'KiB', 'MiB', 'GiB', 'kB', 'MB', 'GB'],
  ...['%', 'times', 'pages', 'cycles/B', 'cycles/page', 'ns/B', 'count'],
] as const;
export type UnitName =
  | ('cycles' | 'ns' | 'µs' | 'ms' | 's' | 'min' | 'B' | 'KiB' | 'MiB' | 'GiB' | 'kB' | 'MB' | 'GB')
  | ('%' | 'times' | 'pages' | 'cycles/B' | 'cycles/page' | 'ns/B' | 'count');

/** What a unit measures, and how much of the kind's own unit it is. */
interface Unit {
  readonly kind: string;
  readonly factor: number;
}

const UNITS: Readonly<Record<UnitName, Unit>> = {
  cycles: { kind: 'cycles', factor: 1 },
  ns: { kind: 'time', factor: 1e-9 },
  µs: { kind: 'time', factor: 1e-6 },
  ms: { kind: 'time', factor: 1e-3 },
  s: { kind: 'time', factor: 1 },
  min: { kind: 'time', factor: 60 },
  B: { kind: 'bytes', factor: 1 },
  KiB: { kind: 'bytes', factor: 2 ** 10 },
  MiB: { kind: 'bytes', factor: 2 ** 20 },
  GiB: { kind: 'bytes', factor: 2 ** 30 },
  kB: { kind: 'bytes', factor: 1e3 },
  MB: { kind: 'bytes', factor: 1e6 },
  GB: { kind: 'bytes', factor: 1e9 },
  '%': { kind: 'share', factor: 0.01 },
  times: { kind: 'share', factor: 1 },
  pages: { kind: 'pages', factor: 1 },
  'cycles/B': { kind: 'cycles per byte', factor: 1 },
  'cycles/page': { kind: 'cycles per page', factor: 1 },
  'ns/B': { kind: 'time per byte', factor: 1 },
  count: { kind: 'count', factor: 1 },
};

/** Other ways to write units. Letters that mean different things in capitals are taken as they are. */
const ALIASES: Readonly<Record<string, UnitName>> = {
  us: 'µs',
  μs: 'µs',
  KB: 'kB',
  x: 'times',
  '×': 'times',
  'cycles/byte': 'cycles/B',
  'ns/byte': 'ns/B',
};

/** Words, in any case. */
const WORDS: Readonly<Record<string, UnitName>> = {
  cycle: 'cycles',
  cycles: 'cycles',
  clock: 'cycles',
  clocks: 'cycles',
  second: 's',
  seconds: 's',
  sec: 's',
  minute: 'min',
  minutes: 'min',
  milliseconds: 'ms',
  byte: 'B',
  bytes: 'B',
  percent: '%',
  page: 'pages',
  pages: 'pages',
  times: 'times',
};

/** Thousands, as Bootlab prints cycles: "1.92 G cycles". */
const PREFIXES: Readonly<Record<string, number>> = { k: 1e3, K: 1e3, M: 1e6, G: 1e9, T: 1e12 };
const PREFIXED_KINDS: ReadonlySet<string> = new Set(['cycles', 'count']);

/** What a unit as typed is in the unit that is asked for: a factor; null when it is no such unit or of another kind. */
export function factorInto(typed: string, asked: UnitName): number | null {
  const { kind, factor } = UNITS[asked];
  if (typed === '') return 1;
  const unit = unitOf(typed);
  if (unit) return UNITS[unit].kind === kind ? UNITS[unit].factor / factor : null;
  const [, prefix, rest] = /^([kKMGT]) *(.*)$/.exec(typed) ?? [];
  if (prefix === undefined || !PREFIXED_KINDS.has(kind)) return null;
  const of = rest === '' ? asked : unitOf(rest);
  return of === asked ? PREFIXES[prefix] : null;
}

/** A measured number in another unit of its kind. `kind` is what was recorded: cycles become times at the clock. */
export function convertRecorded(
  value: number,
  recorded: 'cycles' | 'bytes' | 'count',
  unit: UnitName,
  cpuHz: number,
): number | null {
  const { kind, factor } = UNITS[unit];
  if (recorded === 'cycles') {
    if (kind === 'cycles') return value;
    return kind === 'time' ? value / cpuHz / factor : null;
  }
  if (recorded === 'bytes') return kind === 'bytes' ? value / factor : null;
  return kind === 'count' || kind === 'pages' ? value : null;
}

function unitOf(typed: string): UnitName | undefined {
  const own = UNIT_NAMES.find((name) => name === typed);
  if (own) return own;
  if (Object.hasOwn(ALIASES, typed)) return ALIASES[typed];
  const word = typed.toLowerCase();
  return Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
}
