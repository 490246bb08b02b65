// One counter of an 8254, as a function of its CLK pulses. Intel 8254 datasheet (231164), "Mode Definitions".
// Nothing happens per pulse: the counter knows when it was loaded and at which pulse something changes next.

/** The six modes; 6 and 7 in the control word mean 2 and 3. */
export type CounterMode = 0 | 1 | 2 | 3 | 4 | 5;

const NEVER = -1; // no pulse: nothing is due
const ACCESS_LOW = 1;
const ACCESS_HIGH = 2;
const ACCESS_BOTH = 3;

/** State of one counter. Pulses are counted from the oscillator's first. */
export interface CounterState {
  readonly controlBits: number;
  readonly countRegister: number;
  readonly countLow: number;
  readonly hasCount: boolean;
  readonly writesHighNext: boolean;
  readonly readsHighNext: boolean;
  readonly isNullCount: boolean;
  readonly gate: boolean;
  readonly output: boolean;
  readonly element: number;
  readonly elementPulse: number;
  readonly isRunning: boolean;
  readonly isArmed: boolean;
  readonly loadPulse: number;
  readonly terminalPulse: number;
  readonly strobeEndPulse: number;
  readonly latchedCount: number;
  readonly latchedStatus: number;
  readonly fallingEdges: number;
}

/** CLK, GATE, OUT and the register face of one counter. Callers bring the counter up to `pulse` with `advanceTo`. */
export class PitCounter {
  /** Bits 5-0 of the last control word. */
  private controlBits = 0;
  /** CR as the number it means, 1..65536 (BCD: 1..10000). */
  private countRegister = 0;
  private countLow = 0;
  private hasCount = false;
  private writesHighNext = false;
  private readsHighNext = false;
  private isNullCount = false;
  private gate: boolean;
  private output = false;
  /** CE had the value `element` after pulse `elementPulse`; it counts on from there while `isRunning`. */
  private element = 0;
  private elementPulse = 0;
  private isRunning = false;
  /** CE has not reached its end since it was loaded. */
  private isArmed = false;
  /** The pulse that moves CR to CE. */
  private loadPulse = NEVER;
  /** The pulse at which CE reaches its end: OUT changes, periodic modes reload. */
  private terminalPulse = NEVER;
  /** The pulse that ends the strobe of modes 4 and 5. */
  private strobeEndPulse = NEVER;
  private latchedCount = -1;
  private latchedStatus = -1;
  /** Falling edges of OUT so far: what a flip-flop behind OUT sees. */
  private fallingEdges = 0;

  /**
   * @param initialGate level of GATE until it is driven
   * @param onOutput    called with each change of OUT, in order
   */
  constructor(
    initialGate: boolean,
    private readonly onOutput: (isHigh: boolean) => void = () => {},
  ) {
    this.gate = initialGate;
  }

  // ---- time ----

  /** The next pulse at which OUT or the loaded count changes, Infinity when none is due. */
  get nextEventPulse(): number {
    let next = Infinity;
    for (const pulse of [this.loadPulse, this.terminalPulse, this.strobeEndPulse]) {
      if (pulse !== NEVER && pulse < next) next = pulse;
    }
    return next;
  }

  /** Lets pulses pass up to and including `pulse`; changes of OUT are told in order. */
  advanceTo(pulse: number): void {
    while (this.nextEventPulse <= pulse) this.handlePulse(this.nextEventPulse);
  }

  /** As `advanceTo`, for a counter whose OUT nobody watches: whole periods are skipped, falling edges counted. */
  skipTo(pulse: number): void {
    while (this.nextEventPulse <= pulse) {
      if (this.terminalPulse !== NEVER && this.loadPulse === NEVER && !this.isNullCount) this.skipPeriods(pulse);
      if (this.nextEventPulse <= pulse) this.handlePulse(this.nextEventPulse);
    }
  }

  get isOutputHigh(): boolean {
    return this.output;
  }

  get fallingEdgeCount(): number {
    return this.fallingEdges;
  }

  /**
   * Runs a throw-away copy on to the next edge of OUT, as it comes if nothing is written.
   * @returns the pulse of the edge, Infinity when none will come
   */
  runToOutputEdge(): number {
    const { output } = this;
    return this.runUntil(() => this.output !== output);
  }

  /** As `runToOutputEdge`, to the next falling edge. */
  runToFallingEdge(): number {
    const { fallingEdges } = this;
    return this.runUntil(() => this.fallingEdges !== fallingEdges);
  }

  private runUntil(isReached: () => boolean): number {
    // No cycle of events is longer than load, terminal count, end of strobe, terminal count.
    for (let i = 0; i < 4; i++) {
      const pulse = this.nextEventPulse;
      if (pulse === Infinity) return Infinity;
      this.handlePulse(pulse);
      if (isReached()) return pulse;
    }
    return Infinity;
  }

  /** Becomes the same as `other`, listeners aside. Field by field: this runs in polling loops. */
  copyFrom(other: PitCounter): void {
    this.controlBits = other.controlBits;
    this.countRegister = other.countRegister;
    this.countLow = other.countLow;
    this.hasCount = other.hasCount;
    this.writesHighNext = other.writesHighNext;
    this.readsHighNext = other.readsHighNext;
    this.isNullCount = other.isNullCount;
    this.gate = other.gate;
    this.output = other.output;
    this.element = other.element;
    this.elementPulse = other.elementPulse;
    this.isRunning = other.isRunning;
    this.isArmed = other.isArmed;
    this.loadPulse = other.loadPulse;
    this.terminalPulse = other.terminalPulse;
    this.strobeEndPulse = other.strobeEndPulse;
    this.latchedCount = other.latchedCount;
    this.latchedStatus = other.latchedStatus;
    this.fallingEdges = other.fallingEdges;
  }

  // ---- pins and registers, after `pulse` ----

  setGate(isHigh: boolean, pulse: number): void {
    if (isHigh === this.gate) return;
    this.gate = isHigh;
    switch (this.mode) {
      case 0:
      case 4: // level: counting goes on or pauses
        if (!isHigh) this.pause(pulse);
        else if (this.hasCount && !this.awaitsSecondByte) this.resume(pulse);
        break;
      case 1:
      case 5: // edge: trigger
        if (isHigh && this.hasCount) this.loadPulse = pulse + 1;
        break;
      case 2:
      case 3: // level and edge: low forces OUT high at once, high starts a new period
        if (isHigh) {
          if (this.hasCount) this.loadPulse = pulse + 1;
        } else {
          this.pause(pulse);
          this.setOutput(true);
        }
        break;
    }
  }

  /** Control word with RW bits other than 00: mode, access and BCD; OUT goes to the mode's initial level. */
  writeControl(controlBits: number, pulse: number): void {
    this.pause(pulse);
    this.controlBits = controlBits;
    this.hasCount = false;
    this.isArmed = false;
    this.writesHighNext = false;
    this.readsHighNext = false;
    this.isNullCount = true;
    this.loadPulse = NEVER;
    this.strobeEndPulse = NEVER;
    this.latchedCount = -1;
    this.latchedStatus = -1;
    this.setOutput(this.mode !== 0);
  }

  writeByte(value: number, pulse: number): void {
    switch (this.access) {
      case ACCESS_LOW:
        this.writeCount(value, pulse);
        break;
      case ACCESS_HIGH:
        this.writeCount(value << 8, pulse);
        break;
      case ACCESS_BOTH:
        if (this.writesHighNext) {
          this.writesHighNext = false;
          this.writeCount(this.countLow | (value << 8), pulse);
        } else {
          this.writesHighNext = true;
          this.countLow = value;
          // Mode 0: the first byte stops counting and takes OUT low at once.
          if (this.mode === 0) this.stopForNewCount(pulse);
        }
        break;
    }
  }

  /** Counter latch command. A count already latched stays. */
  latchCount(pulse: number): void {
    if (this.latchedCount < 0) this.latchedCount = this.elementBits(pulse);
  }

  /** Read-back of the status byte. A status already latched stays. */
  latchStatus(): void {
    if (this.latchedStatus >= 0) return;
    const OUTPUT = 0x80; // level of OUT
    const NULL_COUNT = 0x40; // CR not yet in CE
    this.latchedStatus = (this.output ? OUTPUT : 0) | (this.isNullCount ? NULL_COUNT : 0) | this.controlBits;
  }

  /** Whether reading a byte changes the counter: something is latched, or the next read gives the other byte. */
  get isChangedByReading(): boolean {
    return this.latchedStatus >= 0 || this.latchedCount >= 0 || this.access === ACCESS_BOTH;
  }

  /** Whether the live count changes with the next pulse. */
  get isCounting(): boolean {
    return this.isRunning || this.loadPulse !== NEVER;
  }

  readByte(pulse: number): number {
    if (this.latchedStatus >= 0) {
      const status = this.latchedStatus;
      this.latchedStatus = -1;
      return status;
    }
    const count = this.latchedCount >= 0 ? this.latchedCount : this.elementBits(pulse);
    const givesHigh = this.access === ACCESS_HIGH || (this.access === ACCESS_BOTH && this.readsHighNext);
    if (this.access === ACCESS_BOTH) this.readsHighNext = !this.readsHighNext;
    if (!this.readsHighNext) this.latchedCount = -1;
    return givesHigh ? count >>> 8 : count & 0xff;
  }

  /** The chip's state after reset: unprogrammed, OUT low, not counting. Levels of GATE belong to others. */
  reset(): void {
    const gate = this.gate;
    Object.assign(this, new PitCounter(gate).saveState());
  }

  saveState(): CounterState {
    const { controlBits, countRegister, countLow, hasCount, writesHighNext, readsHighNext, isNullCount } = this;
    const { gate, output, element, elementPulse, isRunning, isArmed, loadPulse, terminalPulse, strobeEndPulse } = this;
    const { latchedCount, latchedStatus, fallingEdges } = this;
    return {
      ...{ controlBits, countRegister, countLow, hasCount, writesHighNext, readsHighNext, isNullCount },
      ...{ gate, output, element, elementPulse, isRunning, isArmed, loadPulse, terminalPulse, strobeEndPulse },
      ...{ latchedCount, latchedStatus, fallingEdges },
    };
  }

  restoreState(state: CounterState): void {
    Object.assign(this, state);
  }

  // ---- inside ----

  private get mode(): CounterMode {
    const bits = (this.controlBits >>> 1) & 7;
    return (bits > 5 ? bits - 4 : bits) as CounterMode;
  }

  private get access(): number {
    return (this.controlBits >>> 4) & 3;
  }

  /** Mode 0 stands still between the two bytes of a count. */
  private get awaitsSecondByte(): boolean {
    return this.mode === 0 && this.writesHighNext;
  }

  private get isBcd(): boolean {
    return (this.controlBits & 1) !== 0;
  }

  /** Number of states of CE. */
  private get modulus(): number {
    return this.isBcd ? 10000 : 65536;
  }

  private setOutput(isHigh: boolean): void {
    if (isHigh === this.output) return;
    this.output = isHigh;
    if (!isHigh) this.fallingEdges++;
    this.onOutput(isHigh);
  }

  private writeCount(bits: number, pulse: number): void {
    this.countRegister = countOfBits(bits, this.isBcd);
    this.isNullCount = true;
    const isFirst = !this.hasCount;
    this.hasCount = true;
    switch (this.mode) {
      case 0:
        this.stopForNewCount(pulse);
        this.loadPulse = pulse + 1;
        break;
      case 4:
        this.loadPulse = pulse + 1;
        break;
      case 2:
      case 3: // a later count waits for the end of the (half) period
        if (isFirst) this.loadPulse = pulse + 1;
        break;
      case 1:
      case 5: // waits for a trigger
        break;
    }
  }

  private stopForNewCount(pulse: number): void {
    this.pause(pulse);
    this.loadPulse = NEVER;
    this.setOutput(false);
  }

  private handlePulse(pulse: number): void {
    if (pulse === this.strobeEndPulse) {
      this.strobeEndPulse = NEVER;
      this.setOutput(true);
    }
    if (pulse === this.loadPulse) this.load(pulse);
    else if (pulse === this.terminalPulse) this.reachTerminal(pulse);
  }

  /** CR to CE. */
  private load(pulse: number): void {
    this.loadPulse = NEVER;
    this.isNullCount = false;
    switch (this.mode) {
      case 0:
      case 4:
        this.startElement(pulse, this.countRegister);
        break;
      case 1:
        this.startElement(pulse, this.countRegister);
        this.setOutput(false);
        break;
      case 5:
        this.startElement(pulse, this.countRegister);
        break;
      case 2:
        this.startRatePeriod(pulse);
        break;
      case 3:
        this.startHalfPeriod(pulse, true);
        break;
    }
    // A low gate of the level-gated modes does not keep CE from being loaded, only from counting.
    if (!this.gate && this.mode !== 1 && this.mode !== 5) this.pause(pulse);
  }

  private reachTerminal(pulse: number): void {
    this.terminalPulse = NEVER;
    this.isArmed = false;
    switch (this.mode) {
      case 0:
      case 1:
        this.setOutput(true);
        break;
      case 4:
      case 5:
        this.setOutput(false);
        this.strobeEndPulse = pulse + 1;
        break;
      case 2:
        if (this.output) {
          this.setOutput(false);
          this.terminalPulse = pulse + 1;
        } else {
          this.isNullCount = false;
          this.startRatePeriod(pulse);
        }
        break;
      case 3:
        this.isNullCount = false;
        this.startHalfPeriod(pulse, !this.output);
        break;
    }
  }

  /** CE counts down from `count`; the terminal pulse is the one at which it reaches zero. */
  private startElement(pulse: number, count: number): void {
    this.element = count;
    this.elementPulse = pulse;
    this.isRunning = true;
    this.isArmed = true;
    this.terminalPulse = pulse + count;
  }

  /** Mode 2: high while CE counts from N to 2, low for one pulse at 1. */
  private startRatePeriod(pulse: number): void {
    this.startElement(pulse, this.periodPulses);
    this.terminalPulse = pulse + this.periodPulses - 1;
    this.setOutput(true);
  }

  /** Mode 3: CE counts by two. An odd count loads N-1; its high half is one pulse longer than its low half. */
  private startHalfPeriod(pulse: number, isHigh: boolean): void {
    const count = this.periodPulses;
    const halfPulses = isHigh ? Math.ceil(count / 2) : Math.floor(count / 2);
    this.startElement(pulse, count - (count % 2));
    this.terminalPulse = pulse + halfPulses;
    this.setOutput(isHigh);
  }

  /** CR in the periodic modes, where the datasheet calls a count of 1 illegal: taken as 2, the shortest period. */
  private get periodPulses(): number {
    return Math.max(this.countRegister, 2);
  }

  /** Skips whole periods of a periodic mode from the beginning of one, as far as they end by `pulse`. */
  private skipPeriods(pulse: number): void {
    const isAtPeriodStart = this.output && (this.mode === 2 || this.mode === 3);
    if (!isAtPeriodStart) return;
    const periods = Math.floor((pulse - this.elementPulse) / this.periodPulses);
    this.elementPulse += periods * this.periodPulses;
    this.terminalPulse += periods * this.periodPulses;
    this.fallingEdges += periods;
  }

  /** CE after `pulse`, a full count as 65536 (10000). Past zero it wraps around and counts on. */
  private elementAt(pulse: number): number {
    if (!this.isRunning) return this.element;
    const step = this.mode === 3 ? 2 : 1;
    const value = this.element - step * (pulse - this.elementPulse);
    return value > 0 ? value : ((value % this.modulus) + this.modulus) % this.modulus;
  }

  private elementBits(pulse: number): number {
    const value = this.elementAt(pulse) % this.modulus;
    return this.isBcd ? bcdOf(value) : value;
  }

  private pause(pulse: number): void {
    this.element = this.elementAt(pulse);
    this.elementPulse = pulse;
    this.isRunning = false;
    this.terminalPulse = NEVER;
  }

  /** Modes 0 and 4: counts on from where `pause` left CE. */
  private resume(pulse: number): void {
    this.elementPulse = pulse;
    this.isRunning = true;
    if (this.isArmed) this.terminalPulse = pulse + this.element;
  }
}

/** What 16 count bits mean: zero is the largest count. BCD digits above 9 count with their weight. */
function countOfBits(bits: number, isBcd: boolean): number {
  if (!isBcd) return bits === 0 ? 65536 : bits;
  const weighed = (bits >>> 12) * 1000 + ((bits >>> 8) & 15) * 100 + ((bits >>> 4) & 15) * 10 + (bits & 15);
  return weighed % 10000 === 0 ? 10000 : weighed % 10000;
}

function bcdOf(value: number): number {
  const thousands = Math.floor(value / 1000);
  const hundreds = Math.floor(value / 100) % 10;
  const tens = Math.floor(value / 10) % 10;
  return (thousands << 12) | (hundreds << 8) | (tens << 4) | (value % 10);
}
