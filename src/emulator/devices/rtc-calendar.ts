// The time and calendar bytes of an MC146818 (00h-09h): how they are written and how a second is added to them.
// Motorola MC146818A datasheet, "Time, calendar, and alarm locations". The alarm bytes are the chip's business.

const SECONDS = 0x00;
const MINUTES = 0x02;
const HOURS = 0x04;
const DAY_OF_WEEK = 0x06;
const DATE = 0x07;
const MONTH = 0x08;
const YEAR = 0x09;
const REGISTER_B = 0x0b;
const B_DM = 0x04; // data mode: 1 binary, 0 BCD
const B_24 = 0x02; // 24 hours; else 1-12 with PM in bit 7
const HOURS_PM = 0x80;

/** A date and time of day. The chip keeps two digits of the year. */
export interface CalendarTime {
  readonly year: number;
  /** 1-12 */
  readonly month: number;
  /** 1-31 */
  readonly date: number;
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
}

/** Writes `time` in the format register B asks for, the day of the week included. */
export function encodeCalendar(bytes: Uint8Array, time: CalendarTime): void {
  const registerB = bytes[REGISTER_B];
  bytes[SECONDS] = encode(time.seconds, registerB);
  bytes[MINUTES] = encode(time.minutes, registerB);
  bytes[HOURS] = encodeHours(time.hours, registerB);
  bytes[DAY_OF_WEEK] = dayOfWeek(time);
  bytes[DATE] = encode(time.date, registerB);
  bytes[MONTH] = encode(time.month, registerB);
  bytes[YEAR] = encode(time.year % 100, registerB);
}

/**
 * Adds one second, in the format register B asks for. Two-digit years divisible by four are leap years.
 * Bytes that hold no valid time just count on, as the datasheet leaves them undefined.
 */
export function advanceCalendar(bytes: Uint8Array): void {
  const registerB = bytes[REGISTER_B];
  if (!carries(bytes, SECONDS, 59, 0)) return;
  if (!carries(bytes, MINUTES, 59, 0)) return;
  const hours = decodeHours(bytes[HOURS], registerB);
  bytes[HOURS] = encodeHours((hours + 1) % 24, registerB);
  if (hours !== 23) return;
  carries(bytes, DAY_OF_WEEK, 7, 1);
  const year = decode(bytes[YEAR], registerB);
  if (!carries(bytes, DATE, daysInMonth(decode(bytes[MONTH], registerB), year), 1)) return;
  if (!carries(bytes, MONTH, 12, 1)) return;
  carries(bytes, YEAR, 99, 0);
}

/** Adds one to a byte. @returns whether it went from `last` to `first` */
function carries(bytes: Uint8Array, at: number, last: number, first: number): boolean {
  const value = decode(bytes[at], bytes[REGISTER_B]);
  const isLast = value === last;
  bytes[at] = encode(isLast ? first : value + 1, bytes[REGISTER_B]);
  return isLast;
}

function decode(byte: number, registerB: number): number {
  return registerB & B_DM ? byte : (byte >>> 4) * 10 + (byte & 15);
}

function encode(value: number, registerB: number): number {
  return registerB & B_DM ? value & 0xff : ((Math.floor(value / 10) % 16) << 4) | (value % 10);
}

function decodeHours(byte: number, registerB: number): number {
  if (registerB & B_24) return decode(byte, registerB);
  const hours = decode(byte & ~HOURS_PM, registerB) % 12;
  return byte & HOURS_PM ? hours + 12 : hours;
}

function encodeHours(hours: number, registerB: number): number {
  if (registerB & B_24) return encode(hours, registerB);
  const byte = encode(hours % 12 === 0 ? 12 : hours % 12, registerB);
  return hours >= 12 ? byte | HOURS_PM : byte;
}

function daysInMonth(month: number, year: number): number {
  if (month === 2) return year % 4 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** 1 = Sunday. Zeller's congruence for the Gregorian calendar, which counts from Saturday = 0. */
function dayOfWeek({ year, month, date }: CalendarTime): number {
  const shiftedYear = month < 3 ? year - 1 : year;
  const shiftedMonth = month < 3 ? month + 12 : month;
  const leapDays = Math.floor(shiftedYear / 4) - Math.floor(shiftedYear / 100) + Math.floor(shiftedYear / 400);
  const fromSaturday = (date + Math.floor((13 * (shiftedMonth + 1)) / 5) + shiftedYear + leapDays) % 7;
  return fromSaturday === 0 ? 7 : fromSaturday;
}
