// Numbers as people type them: decimal comma or point, thousands apart, a power of ten, a unit. docs/lessons.md, "Numbers".
// Reads text that anybody may have written: it never throws and never guesses beyond the rules.
import type { UnitName } from './units';
import { factorInto } from './units';

export type ReadNumber =
  | {
      readonly ok: true;
      /** In the unit that is asked for. */
      readonly value: number;
      /** Whether a comma could have been meant otherwise ("1,234"): what was read is then worth saying. */
      readonly isAmbiguous: boolean;
    }
  | { readonly ok: false; readonly reason: string };

const MAX_LENGTH = 80;
/** Beyond these no answer lies, and products of two stay finite. */
const LARGEST = 1e100;

/** Spaces that part thousands: plain, no-break, thin, narrow. Apostrophes do so in Switzerland. */
const GAPS = /(?<=\d)[ \u00a0\u2009\u202f'’_](?=\d{3}(?!\d))/g;

/** Digits with their separators, a power of ten, and the rest, which must be a unit. */
const NUMBER = /^([+-]?)([\d.,]*\d[\d.,]*)(?:[eE]([+-]?\d{1,4})| *[×x*·] *10\^?([+-]?\d{1,4}))? *(.*)$/su;

/** Reads an answer to a question that is asked in a unit; one without a unit is taken to be in it. */
export function readNumber(typed: string, unit: UnitName): ReadNumber {
  if (typed.length > MAX_LENGTH) return { ok: false, reason: 'This is too long to be a number.' };
  const plain = typed.trim().replace(/[−–]/g, '-').replace(GAPS, '');
  const match = NUMBER.exec(plain);
  if (!match) return { ok: false, reason: 'This is no number.' };
  const [, sign, written, exponent, power, rest] = match;
  const digits = readDigits(written);
  if (!digits) return { ok: false, reason: 'The commas and points in it fit no way to write a number.' };
  const factor = factorInto(rest.trim(), unit);
  if (factor === null)
    return { ok: false, reason: `"${rest.trim()}" is no unit for this: the answer is asked in ${unit}.` };
  const value = Number(`${sign}${digits.text}e${exponent ?? power ?? '0'}`) * factor;
  if (!(Math.abs(value) <= LARGEST)) return { ok: false, reason: 'This number is too large.' };
  return { ok: true, value, isAmbiguous: digits.isAmbiguous };
}

interface Digits {
  /** With a decimal point, if any. */
  readonly text: string;
  readonly isAmbiguous: boolean;
}

/**
 * Where both marks occur, the last is the decimal mark and the other parts thousands. A mark that occurs twice parts
 * thousands. A point alone is a decimal point. A comma alone is a decimal comma, unless exactly three digits stand behind it
 * and one to three, no zero first, before it: then it parts thousands, as Bootlab itself prints them.
 */
function readDigits(written: string): Digits | null {
  const [points, commas] = [count(written, '.'), count(written, ',')];
  if (points > 0 && commas > 0) {
    const decimal = written.lastIndexOf('.') > written.lastIndexOf(',') ? '.' : ',';
    return joinGroups(written, decimal === '.' ? ',' : '.', decimal);
  }
  if (commas > 1) return joinGroups(written, ',', '.');
  if (points > 1) return joinGroups(written, '.', ',');
  if (/^[1-9]\d{0,2},\d{3}$/.test(written)) return { text: written.replace(',', ''), isAmbiguous: true };
  const text = written.replace(',', '.');
  return { text, isAmbiguous: false };
}

/** Groups of three between the marks that part them; at most one decimal mark, behind them all. */
function joinGroups(written: string, parting: '.' | ',', decimal: '.' | ','): Digits | null {
  const [whole, fraction, more] = written.split(decimal);
  if (more !== undefined || fraction?.includes(parting)) return null;
  const groups = whole.split(parting);
  const isGrouped = groups.every((group, i) => (i === 0 ? /^\d{1,3}$/ : /^\d{3}$/).test(group));
  return isGrouped ? { text: `${groups.join('')}.${fraction ?? ''}`, isAmbiguous: false } : null;
}

const count = (text: string, mark: string) => text.split(mark).length - 1;
