// The one clock: integer CPU cycles, alarms in order. Nanoseconds are converted here and nowhere else.
// Shape after rp2040js `clock.ts` (an alarm is created once, scheduled often), in cycles instead of float nanoseconds.
import { COUNTER } from './counters';
import type { MachineMemory } from './memory';

/** A callback at a cycle. Created once per purpose, scheduled as often as needed. */
export interface Alarm {
  /** Replaces any earlier due time. `delayCycles` >= 0, whole. */
  scheduleAfter(delayCycles: number): void;
  /** Replaces any earlier due time. A cycle in the past is due at once. */
  scheduleAt(cycle: number): void;
  cancel(): void;
  /** The due cycle, or Infinity when not scheduled. */
  readonly dueCycle: number;
}

interface AlarmState extends Alarm {
  dueCycle: number;
  /** Creation order: breaks ties, so that equal due times fire in a fixed order. */
  readonly order: number;
  /** When it was scheduled. */
  setCycle: number;
  readonly callback: () => void;
}

/**
 * Cycle counter and alarms of one machine. The counter itself is in linear memory (COUNTER.CYCLES), where the
 * CPU adds to it; alarms fire from `runDueAlarms`, between instructions or at the start of a port access.
 */
export class Clock {
  private readonly f64: Float64Array;
  private readonly alarms: AlarmState[] = [];
  private created = 0;
  /** Told of each alarm that fires: when it was set and when it was due. Null while nobody keeps accounts. */
  onFired: ((setCycle: number, dueCycle: number) => void) | null = null;

  /** @param cpuHz CPU frequency, whole hertz: one cycle is 1/cpuHz s */
  constructor(
    memory: MachineMemory,
    readonly cpuHz: number,
  ) {
    this.f64 = memory.f64;
    this.f64[COUNTER.DEADLINE] = Infinity;
  }

  /** Cycles since power-on. Inside an alarm: the cycle the alarm was due at, or now if that was later. */
  get nowCycles(): number {
    return this.f64[COUNTER.CYCLES];
  }

  /** Cycles of `ns` nanoseconds, rounded to the nearest whole cycle. */
  cyclesFromNs(ns: number): number {
    return Math.round((ns * this.cpuHz) / 1e9);
  }

  /** Nanoseconds of `cycles`, rounded to the nearest. For people and CSV, never for the machine. */
  nsFromCycles(cycles: number): number {
    return scaleExactly(cycles, this.cpuHz, 1e9, Math.round);
  }

  /** The cycle by which `count` periods of a `hz` oscillator that began at cycle 0 have passed, rounded up. */
  cyclesFromPeriods(count: number, hz: number): number {
    return scaleExactly(count, hz, this.cpuHz, Math.ceil);
  }

  /** Whole periods of a `hz` oscillator within `cycles`: the inverse of `cyclesFromPeriods`. */
  periodsFromCycles(cycles: number, hz: number): number {
    return scaleExactly(cycles, this.cpuHz, hz, Math.floor);
  }

  /** Adds cycles without firing alarms: instruction clocks and memory costs. */
  addCycles(cycles: number): void {
    this.f64[COUNTER.CYCLES] += cycles;
  }

  /** Lets time pass: alarms within the span fire at their own cycle, in order. */
  advance(cycles: number): void {
    this.advanceTo(this.nowCycles + cycles);
  }

  /** Lets time pass to `cycle`: alarms on the way fire with `nowCycles` at their due cycle. */
  advanceTo(cycle: number): void {
    while (this.alarms.length > 0 && this.alarms[0].dueCycle <= cycle) this.fireFirst();
    if (this.f64[COUNTER.CYCLES] < cycle) this.f64[COUNTER.CYCLES] = cycle;
  }

  /** Fires all alarms due by now, in order of due cycle, then creation. */
  runDueAlarms(): void {
    while (this.alarms.length > 0 && this.alarms[0].dueCycle <= this.nowCycles) this.fireFirst();
  }

  /** The cycle of the next alarm, Infinity when none is set. */
  get nextAlarmCycle(): number {
    return this.alarms.length > 0 ? this.alarms[0].dueCycle : Infinity;
  }

  /** Makes the CPU leave its inner loop after the current instruction, to look for events. */
  requestAttention(): void {
    this.f64[COUNTER.DEADLINE] = -1;
  }

  /** Sets the deadline to the next alarm: called by the outer loop once it has looked at everything. */
  armDeadline(): void {
    this.f64[COUNTER.DEADLINE] = this.nextAlarmCycle;
  }

  /** Creates an alarm, not yet scheduled. */
  createAlarm(callback: () => void): Alarm {
    const alarm: AlarmState = {
      dueCycle: Infinity,
      order: this.created++,
      setCycle: 0,
      callback,
      scheduleAfter: (delayCycles) => this.schedule(alarm, this.nowCycles + delayCycles),
      scheduleAt: (cycle) => this.schedule(alarm, cycle),
      cancel: () => this.remove(alarm),
    };
    return alarm;
  }

  private schedule(alarm: AlarmState, cycle: number): void {
    this.remove(alarm);
    alarm.dueCycle = cycle;
    alarm.setCycle = this.f64[COUNTER.CYCLES];
    let at = this.alarms.length;
    while (at > 0 && isLater(this.alarms[at - 1], alarm)) at--;
    this.alarms.splice(at, 0, alarm);
    if (cycle < this.f64[COUNTER.DEADLINE]) this.f64[COUNTER.DEADLINE] = cycle;
  }

  private remove(alarm: AlarmState): void {
    if (alarm.dueCycle === Infinity) return;
    this.alarms.splice(this.alarms.indexOf(alarm), 1);
    alarm.dueCycle = Infinity;
  }

  private fireFirst(): void {
    const alarm = this.alarms.shift()!;
    const due = alarm.dueCycle;
    alarm.dueCycle = Infinity;
    if (this.f64[COUNTER.CYCLES] < due) this.f64[COUNTER.CYCLES] = due;
    this.onFired?.(alarm.setCycle, due);
    alarm.callback();
  }
}

function isLater(a: AlarmState, b: AlarmState): boolean {
  return a.dueCycle > b.dueCycle || (a.dueCycle === b.dueCycle && a.order > b.order);
}

/**
 * value * to / from. Whole seconds are split off first: the remainder's product stays below 2^53 for
 * oscillators up to a few MHz against CPUs up to a few GHz, so that no precision is lost in long runs.
 */
function scaleExactly(value: number, from: number, to: number, round: (x: number) => number): number {
  const seconds = Math.floor(value / from);
  return seconds * to + round(((value - seconds * from) * to) / from);
}
