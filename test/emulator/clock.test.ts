import { describe, expect, it } from 'vitest';
import { Clock } from '../../src/emulator/clock';
import { MachineMemory, MIB } from '../../src/emulator/memory';

const clockAt = (cpuHz: number) => new Clock(new MachineMemory(4 * MIB), cpuHz);

describe('the clock', () => {
  it('fires alarms at their own cycle, in order of due cycle, then of creation', () => {
    const clock = clockAt(1e6);
    const fired: string[] = [];
    const note = (name: string) => () => fired.push(`${name}@${clock.nowCycles}`);
    const second = clock.createAlarm(note('second'));
    const first = clock.createAlarm(note('first'));
    const tie = clock.createAlarm(note('tie'));
    second.scheduleAt(20);
    tie.scheduleAt(20);
    first.scheduleAt(10);
    clock.advance(25);
    expect(fired).toEqual(['first@10', 'second@20', 'tie@20']);
    expect(clock.nowCycles).toBe(25);
  });

  it('fires an alarm that another alarm schedules within the same span', () => {
    const clock = clockAt(1e6);
    const fired: number[] = [];
    const echo = clock.createAlarm(() => fired.push(clock.nowCycles));
    const source = clock.createAlarm(() => echo.scheduleAfter(5));
    source.scheduleAt(10);
    clock.advanceTo(100);
    expect(fired).toEqual([15]);
  });

  it('forgets a cancelled alarm and keeps only the last due time of one scheduled twice', () => {
    const clock = clockAt(1e6);
    const fired: number[] = [];
    const alarm = clock.createAlarm(() => fired.push(clock.nowCycles));
    alarm.scheduleAt(10);
    alarm.scheduleAt(30);
    expect(clock.nextAlarmCycle).toBe(30);
    clock.advance(20);
    alarm.cancel();
    expect(alarm.dueCycle).toBe(Infinity);
    clock.advance(100);
    expect(fired).toEqual([]);
  });

  it('lowers the deadline of the run loop when an earlier alarm is set, and never raises it', () => {
    const memory = new MachineMemory(4 * MIB);
    const clock = new Clock(memory, 1e6);
    const late = clock.createAlarm(() => {});
    const early = clock.createAlarm(() => {});
    late.scheduleAt(1000);
    clock.armDeadline();
    early.scheduleAt(100);
    clock.requestAttention();
    late.scheduleAt(50);
    expect(clock.nextAlarmCycle).toBe(50);
  });

  it('converts oscillator periods exactly over days of cycles', () => {
    const cpuHz = 66_666_667;
    const pitHz = 1_193_182;
    const clock = clockAt(cpuHz);
    const days = 10 * 86_400;
    // After a whole number of seconds both oscillators have made a whole number of periods.
    expect(clock.periodsFromCycles(days * cpuHz, pitHz)).toBe(days * pitHz);
    expect(clock.cyclesFromPeriods(days * pitHz, pitHz)).toBe(days * cpuHz);
    // The cycle at which a period has just passed is the first at which it counts.
    for (const periods of [1, 2, 65_536, 1_193_181, 1_193_183, 98_765_432_101]) {
      const cycle = clock.cyclesFromPeriods(periods, pitHz);
      expect(clock.periodsFromCycles(cycle, pitHz)).toBe(periods);
      expect(clock.periodsFromCycles(cycle - 1, pitHz)).toBe(periods - 1);
    }
  });

  it('rounds nanoseconds to the nearest cycle', () => {
    const clock = clockAt(33_333_333);
    expect(clock.cyclesFromNs(720)).toBe(24);
    expect(clock.cyclesFromNs(0)).toBe(0);
    expect(clockAt(1e9).cyclesFromNs(123)).toBe(123);
    expect(clock.nsFromCycles(33_333_333)).toBe(1e9);
  });
});
