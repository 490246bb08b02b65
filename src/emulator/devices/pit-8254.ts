// Intel 8254 interval timer: three counters on one oscillator, CLK pulses counted on the machine's clock.
// Intel 8254 datasheet (231164); reset state after the chipsets that contain it (82371SB). Counters: pit-counter.ts.
import type { AccessSize, PortDevice } from '../bus';
import type { Alarm, Clock } from '../clock';
import type { ResetKind, Resettable } from '../reset';
import { PitCounter } from './pit-counter';
import type { CounterState } from './pit-counter';

/** The PC's timer crystal: 14.31818 MHz / 12, rounded to whole hertz (docs/facts.md D2). */
export const PIT_HZ = 1193182;

/** The three counters. */
export type CounterIndex = 0 | 1 | 2;

const COUNTERS: readonly CounterIndex[] = [0, 1, 2];
const CONTROL_PORT = 3; // A1 A0 of the control word register
const READ_BACK = 3; // counter select bits 11
const READ_BACK_NO_COUNT = 0x20; // count is not latched
const READ_BACK_NO_STATUS = 0x10; // status is not latched

/** State of the chip. */
export interface Pit8254State {
  readonly counters: readonly CounterState[];
}

/** What the chip is connected to. */
export interface Pit8254Pins {
  readonly clock: Clock;
  /** Tells the bus from which cycle on a read may answer differently. */
  readonly noteUnstable: (cycle: number) => void;
  /**
   * OUT pins by counter, called with each change at its own cycle. A counter nobody listens to costs no alarms;
   * its OUT can still be asked for.
   */
  readonly outputs: readonly [
    counter0: ((isHigh: boolean) => void) | null,
    counter1: ((isHigh: boolean) => void) | null,
    counter2: ((isHigh: boolean) => void) | null,
  ];
}

/** Figures of the board and the run. */
export interface Pit8254Config {
  /** How far the oscillator was into a pulse at cycle 0: 0 up to one period (838 ns). A seeded variation. */
  readonly phaseNs: number;
  /** GATE pins at power-on: the AT ties 0 and 1 high, 2 is bit 0 of port 61h. */
  readonly gates: readonly [counter0: boolean, counter1: boolean, counter2: boolean];
}

/** The chip. Ports by address lines A1 A0: counters 0-2, control word. */
export class Pit8254 implements PortDevice, Resettable {
  /** The clock that pulses are counted on. */
  readonly clock: Clock;
  /** Changes with everything but time that may change an OUT pin. */
  revision = 0;
  private readonly phaseCycles: number;
  private readonly counters: PitCounter[];
  /** One alarm per watched counter, at its next event. */
  private readonly alarms: (Alarm | null)[];
  private readonly lookedAt = new PitCounter(true);

  constructor(
    private readonly pins: Pit8254Pins,
    config: Pit8254Config,
  ) {
    this.clock = pins.clock;
    this.phaseCycles = this.clock.cyclesFromNs(config.phaseNs);
    this.counters = COUNTERS.map((i) => new PitCounter(config.gates[i], pins.outputs[i] ?? undefined));
    this.alarms = COUNTERS.map((i) => (pins.outputs[i] ? this.clock.createAlarm(() => this.catchUp(i)) : null));
  }

  // ---- pins ----

  /** Drives a GATE pin. */
  setGate(index: CounterIndex, isHigh: boolean): void {
    this.revision++;
    const pulse = this.catchUp(index);
    this.counters[index].setGate(isHigh, pulse);
    this.arm(index);
  }

  /** Level of an OUT pin now. */
  isOutputHigh(index: CounterIndex): boolean {
    return this.seen(index).isOutputHigh;
  }

  /** Falling edges of an OUT pin since reset: a flip-flop clocked by it has toggled that often. */
  fallingEdgeCount(index: CounterIndex): number {
    return this.seen(index).fallingEdgeCount;
  }

  /** The cycle of the next edge of an OUT pin if nothing is written, Infinity when none will come. */
  nextOutputCycle(index: CounterIndex): number {
    return this.cycleOfPulse(this.seen(index).runToOutputEdge());
  }

  /** The cycle of the next falling edge of an OUT pin if nothing is written, Infinity when none will come. */
  nextFallingEdgeCycle(index: CounterIndex): number {
    return this.cycleOfPulse(this.seen(index).runToFallingEdge());
  }

  /** CLK pulses of the oscillator by now. */
  pulsesNow(): number {
    return this.clock.periodsFromCycles(this.clock.nowCycles + this.phaseCycles, PIT_HZ);
  }

  /** The cycle of CLK pulse number `pulse`. */
  cycleOfPulse(pulse: number): number {
    if (pulse === Infinity) return Infinity;
    return this.clock.cyclesFromPeriods(pulse, PIT_HZ) - this.phaseCycles;
  }

  // ---- ports ----

  readPort(port: number, _sizeBytes: AccessSize): number {
    const index = port & 3;
    if (index === CONTROL_PORT) return 0xff; // "No-Operation (3-State)"
    const pulse = this.catchUp(index as CounterIndex);
    const counter = this.counters[index];
    if (counter.isChangedByReading) this.pins.noteUnstable(this.clock.nowCycles);
    else if (counter.isCounting) this.pins.noteUnstable(this.cycleOfPulse(pulse + 1));
    return counter.readByte(pulse);
  }

  peekPort(port: number, _sizeBytes: AccessSize): number {
    const index = port & 3;
    if (index === CONTROL_PORT) return 0xff;
    return this.seen(index as CounterIndex).readByte(this.pulsesNow());
  }

  writePort(port: number, _sizeBytes: AccessSize, value: number): void {
    this.revision++;
    const index = port & 3;
    if (index === CONTROL_PORT) {
      this.writeControl(value);
      return;
    }
    const pulse = this.catchUp(index as CounterIndex);
    this.counters[index].writeByte(value, pulse);
    this.arm(index as CounterIndex);
  }

  private writeControl(value: number): void {
    const select = value >>> 6;
    if (select === READ_BACK) {
      for (const i of COUNTERS) {
        if ((value & (2 << i)) === 0) continue;
        const pulse = this.catchUp(i);
        if ((value & READ_BACK_NO_COUNT) === 0) this.counters[i].latchCount(pulse);
        if ((value & READ_BACK_NO_STATUS) === 0) this.counters[i].latchStatus();
      }
      return;
    }
    const index = select as CounterIndex;
    const pulse = this.catchUp(index);
    if ((value & 0x30) === 0) this.counters[index].latchCount(pulse);
    else this.counters[index].writeControl(value & 0x3f, pulse);
    this.arm(index);
  }

  // ---- reset and state ----

  /** The 8254 has no reset pin; inside a chipset PCI reset leaves it unprogrammed with its outputs low. */
  enterReset(kind: ResetKind): void {
    if (kind === 'cpu-init') return;
    this.revision++;
    for (const counter of this.counters) counter.reset();
  }

  holdReset(kind: ResetKind): void {
    if (kind === 'cpu-init') return;
    for (const i of COUNTERS) {
      this.pins.outputs[i]?.(false);
      this.arm(i);
    }
  }

  saveState(): Pit8254State {
    return { counters: this.counters.map((counter) => counter.saveState()) };
  }

  /** The clock must have been restored before. */
  restoreState(state: Pit8254State): void {
    this.revision++;
    for (const i of COUNTERS) {
      this.counters[i].restoreState(state.counters[i]);
      this.pins.outputs[i]?.(this.counters[i].isOutputHigh);
      this.arm(i);
    }
  }

  // ---- time ----

  /** Brings a counter up to now. @returns the pulses by now */
  private catchUp(index: CounterIndex): number {
    const pulse = this.pulsesNow();
    if (this.pins.outputs[index]) {
      this.counters[index].advanceTo(pulse);
      this.arm(index);
    } else {
      this.counters[index].skipTo(pulse);
    }
    return pulse;
  }

  private arm(index: CounterIndex): void {
    const alarm = this.alarms[index];
    if (!alarm) return;
    const cycle = this.cycleOfPulse(this.counters[index].nextEventPulse);
    if (cycle === Infinity) alarm.cancel();
    else if (cycle !== alarm.dueCycle) alarm.scheduleAt(cycle);
  }

  /** A copy of the counter as it is now, good until the next call: the counter and its listeners are left alone. */
  private seen(index: CounterIndex): PitCounter {
    this.lookedAt.copyFrom(this.counters[index]);
    this.lookedAt.skipTo(this.pulsesNow());
    return this.lookedAt;
  }
}
