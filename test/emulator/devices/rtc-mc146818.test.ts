import { beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/emulator/clock';
import type { CalendarTime } from '../../../src/emulator/devices/rtc-calendar';
import { RtcMc146818 } from '../../../src/emulator/devices/rtc-mc146818';
import type { UnstableLog, WatchedLine } from './chip-bench';
import { abuseChip, createBenchClock, createUnstableLog, resetChips, throughJson, watchLine } from './chip-bench';

/** The day the article came out, a Wednesday. */
const START: CalendarTime = { year: 2002, month: 11, date: 13, hours: 23, minutes: 59, seconds: 58 };

let clock: Clock;
let unstable: UnstableLog;
let irq: WatchedLine;
let nmiMask: boolean[];
let rtc: RtcMc146818;

function createRtc(start = START, cmos: Record<number, number> = {}, phaseNs = 0): RtcMc146818 {
  return new RtcMc146818(
    { clock, irq, noteUnstable: unstable.note, onNmiMask: (isMasked) => nmiMask.push(isMasked) },
    { start, cmos, phaseNs },
  );
}

function read(address: number): number {
  rtc.writePort(0x70, 1, address);
  return rtc.readPort(0x71, 1);
}

function write(address: number, value: number): void {
  rtc.writePort(0x70, 1, address);
  rtc.writePort(0x71, 1, value);
}

function readTime(): string {
  const [seconds, minutes, hours, weekday, date, month, year] = [0, 2, 4, 6, 7, 8, 9].map((at) =>
    read(at).toString(16).padStart(2, '0'),
  );
  return `${year}-${month}-${date} ${hours}:${minutes}:${seconds} day ${weekday}`;
}

function goToTick(tick: number): void {
  clock.advanceTo(clock.cyclesFromPeriods(tick, 32768));
}

beforeEach(() => {
  clock = createBenchClock();
  unstable = createUnstableLog();
  irq = watchLine(clock);
  nmiMask = [];
  rtc = createRtc();
});

describe('RtcMc146818, time', () => {
  it('shows the start time in BCD, 24 hours, with the right day of the week', () => {
    expect(readTime()).toBe('02-11-13 23:59:58 day 04');
  });

  it('counts exactly one second in each clockHz cycles, over midnight', () => {
    clock.advance(clock.cpuHz - 1);
    expect(readTime()).toBe('02-11-13 23:59:58 day 04');
    clock.advance(1);
    expect(readTime()).toBe('02-11-13 23:59:59 day 04');
    clock.advance(clock.cpuHz);
    expect(readTime()).toBe('02-11-14 00:00:00 day 05');
  });

  it.each([
    [{ year: 2002, month: 12, date: 31 }, '03-01-01 00:00:00 day 04'],
    [{ year: 2004, month: 2, date: 28 }, '04-02-29 00:00:00 day 01'],
    [{ year: 2003, month: 2, date: 28 }, '03-03-01 00:00:00 day 07'],
    [{ year: 1999, month: 12, date: 31 }, '00-01-01 00:00:00 day 07'],
    [{ year: 2002, month: 11, date: 30 }, '02-12-01 00:00:00 day 01'],
  ])('turns the calendar after %o to %s', (day, expected) => {
    rtc = createRtc({ ...day, hours: 23, minutes: 59, seconds: 59 });
    clock.advance(clock.cpuHz);
    expect(readTime()).toBe(expected);
  });

  it('counts in binary and in 12 hours when register B says so', () => {
    rtc = createRtc({ ...START, hours: 11 }, { 0x0b: 0x04 });
    expect(read(0x04)).toBe(11);
    clock.advance(2 * clock.cpuHz);
    expect(read(0x04)).toBe(0x80 | 12);
    rtc = createRtc({ ...START, hours: 0 }, { 0x0b: 0x00 });
    expect(read(0x04)).toBe(0x12);
  });

  it('begins with a part of the first second gone', () => {
    rtc = createRtc(START, {}, 250_000_000);
    clock.advance(clock.cpuHz * 0.75 - 1);
    expect(read(0)).toBe(0x58);
    clock.advance(1);
    expect(read(0)).toBe(0x59);
  });

  it('holds the time while SET is 1', () => {
    write(0x0b, 0x82);
    clock.advance(5 * clock.cpuHz);
    write(0x00, 0x10);
    expect(read(0)).toBe(0x10);
    write(0x0b, 0x02);
    clock.advance(clock.cpuHz);
    expect(read(0)).toBe(0x11);
  });

  it('begins the first update half a second after the divider is released', () => {
    goToTick(10_000);
    write(0x0a, 0x76);
    clock.advance(3 * clock.cpuHz);
    expect(read(0)).toBe(0x58);
    write(0x0a, 0x26);
    const released = clock.periodsFromCycles(clock.nowCycles, 32768);
    goToTick(released + 16383);
    expect(read(0)).toBe(0x58);
    goToTick(released + 16384);
    expect(read(0)).toBe(0x59);
  });
});

describe('RtcMc146818, update in progress', () => {
  it('sets UIP 2228 us before each second and clears it with the second', () => {
    goToTick(32768 - 74);
    expect(read(0x0a)).toBe(0x26);
    unstable.take();
    rtc.readPort(0x71, 1);
    expect(unstable.take()).toBe(clock.cyclesFromPeriods(32768 - 73, 32768));
    goToTick(32768 - 73);
    expect(read(0x0a)).toBe(0xa6);
    expect(unstable.take()).toBe(clock.cpuHz);
    clock.advanceTo(clock.cpuHz - 1);
    expect(read(0x0a)).toBe(0xa6);
    clock.advance(1);
    expect(read(0x0a)).toBe(0x26);
  });

  it('clears UIP when SET is written', () => {
    goToTick(32768 - 10);
    write(0x0b, 0x82);
    expect(read(0x0a)).toBe(0x26);
  });

  it('says that time bytes change with the next second and RAM bytes never', () => {
    read(0x20);
    expect(unstable.take()).toBe(Infinity);
    read(0x04);
    expect(unstable.take()).toBe(clock.cpuHz);
  });
});

describe('RtcMc146818, interrupts', () => {
  it('interrupts at the end of each update when UIE is set, until register C is read', () => {
    write(0x0b, 0x12);
    clock.advance(clock.cpuHz);
    expect(irq.risingCycles).toEqual([clock.cpuHz]);
    expect(read(0x0c)).toBe(0x90 | 0x40); // PF counts along at 1024 Hz without PIE
    expect(unstable.take()).toBe(clock.nowCycles);
    expect(irq.isHigh).toBe(false);
    expect(read(0x0c)).toBe(0);
    clock.advance(2 * clock.cpuHz);
    expect(irq.risingCycles).toEqual([clock.cpuHz, 2 * clock.cpuHz]);
  });

  it('interrupts at the chosen periodic rate, at the exact ticks', () => {
    write(0x0a, 0x2f); // 2 Hz
    write(0x0b, 0x42);
    for (let i = 0; i < 4; i++) {
      clock.advance(clock.cpuHz / 2);
      expect(read(0x0c) & 0xc0).toBe(0xc0);
    }
    expect(irq.risingCycles).toEqual([1, 2, 3, 4].map((halves) => (halves * clock.cpuHz) / 2));
  });

  it.each([
    [1, 256],
    [2, 128],
    [3, 8192],
    [6, 1024],
    [15, 2],
  ])('strikes for rate select %i at %i Hz', (select, hz) => {
    write(0x0a, 0x20 | select);
    write(0x0b, 0x42);
    clock.advance(1);
    read(0x0c);
    const before = irq.risingCycles.length;
    clock.advanceTo(Math.ceil(clock.cpuHz / hz) - 1);
    expect(irq.risingCycles.length).toBe(before);
    clock.advance(1);
    expect(irq.risingCycles.length).toBe(before + 1);
  });

  it('strikes the alarm once a day, or each minute with "any" bytes', () => {
    write(0x01, 0x00);
    write(0x03, 0x00);
    write(0x05, 0x00);
    write(0x0b, 0x22);
    clock.advance(2 * clock.cpuHz);
    expect(irq.risingCycles).toEqual([2 * clock.cpuHz]);
    expect(read(0x0c) & 0xa0).toBe(0xa0);
    clock.advance(61 * clock.cpuHz);
    expect(irq.isHigh).toBe(false);
    write(0x03, 0xff);
    write(0x05, 0xc0);
    clock.advance(60 * clock.cpuHz);
    expect(irq.isHigh).toBe(true);
  });

  it('sets flags without an interrupt when nothing is enabled', () => {
    clock.advance(clock.cpuHz);
    expect(irq.risingCycles).toEqual([]);
    expect(clock.nextAlarmCycle).toBe(Infinity);
    expect(read(0x0c)).toBe(0x50);
  });
});

describe('RtcMc146818, RAM and ports', () => {
  it('keeps 114 bytes of RAM, given at first and written later', () => {
    rtc = createRtc(START, { 0x10: 0x40, 0x7f: 0xaa });
    expect([read(0x10), read(0x7f), read(0x11)]).toEqual([0x40, 0xaa, 0]);
    for (let at = 0x0e; at < 0x80; at++) write(at, at ^ 0x5a);
    for (let at = 0x0e; at < 0x80; at++) expect(read(at)).toBe(at ^ 0x5a);
  });

  it('masks NMI with bit 7 of the address and cannot be asked for the address', () => {
    rtc.writePort(0x70, 1, 0x8f);
    rtc.writePort(0x70, 1, 0x8e);
    rtc.writePort(0x70, 1, 0x0d);
    expect(nmiMask).toEqual([true, false]);
    expect(rtc.readPort(0x70, 1)).toBe(0xff);
    expect(rtc.readPort(0x71, 1)).toBe(0x80); // register D: the battery is good
  });

  it('lets nobody write registers C and D', () => {
    write(0x0c, 0xff);
    write(0x0d, 0x00);
    expect(read(0x0c)).toBe(0);
    expect(read(0x0d)).toBe(0x80);
  });
});

describe('RtcMc146818, resets and state', () => {
  it.each(['power-on', 'platform'] as const)('loses enables and flags in a %s reset, never time and RAM', (kind) => {
    write(0x0f, 0x0a);
    write(0x0b, 0x7a);
    rtc.writePort(0x70, 1, 0x80);
    clock.advance(clock.cpuHz);
    expect(irq.isHigh).toBe(true);
    resetChips([rtc], kind);
    expect(irq.isHigh).toBe(false);
    expect(nmiMask.at(-1)).toBe(false);
    expect([read(0x0b), read(0x0c), read(0x0f), read(0x00)]).toEqual([0x02, 0, 0x0a, 0x59]);
    clock.advance(clock.cpuHz);
    expect(readTime()).toBe('02-11-14 00:00:00 day 05');
  });

  it('notices nothing of a CPU reset', () => {
    write(0x0b, 0x52);
    const before = rtc.saveState();
    resetChips([rtc], 'cpu-init');
    expect(rtc.saveState()).toEqual(before);
  });

  it('goes on the same after a save and restore', () => {
    write(0x0a, 0x2f);
    write(0x0b, 0x72);
    goToTick(20_000);
    read(0x0c);
    const state = throughJson(rtc.saveState());
    const cycle = clock.nowCycles;
    const before = irq.risingCycles.length;
    clock.advance(2 * clock.cpuHz);
    const expected = [irq.risingCycles.slice(before), readTime()];
    clock = createBenchClock();
    clock.advanceTo(cycle);
    irq = watchLine(clock);
    rtc = createRtc({ ...START, year: 1980 });
    rtc.restoreState(state);
    expect(rtc.saveState()).toEqual(state);
    clock.advance(2 * clock.cpuHz);
    expect([irq.risingCycles, readTime()]).toEqual(expected);
  });

  it('survives 10,000 random accesses', () => {
    abuseChip(rtc, [0x70, 0x71], clock, 6);
  });
});
