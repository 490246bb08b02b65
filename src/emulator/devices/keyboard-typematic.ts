// Typematic repeat of a keyboard: the last key that went down comes again while it is held.
// IBM PS/2 Hardware Interface Technical Reference, "Keyboards", Set Typematic Rate/Delay (F3h).
import type { Alarm, Clock } from '../clock';
import { dueCycleOf, restoreDueCycle } from './alarm-record';
import type { KeyName } from './keyboard-keys';

const DEFAULT_RATE = 0x2b; // 10.9 characters a second after 500 ms
const DELAY_STEP_NS = 250e6;
const PERIOD_STEP_NS = 4.17e6;

/** State of the repeat. */
export interface TypematicState {
  /** As F3h took it: bits 6-5 delay, 4-3 and 2-0 period. */
  readonly rate: number;
  readonly key: KeyName | null;
  readonly dueCycle: number | null;
}

/** Repeats a key after the delay, then once a period. */
export class Typematic {
  private rate = DEFAULT_RATE;
  private key: KeyName | null = null;
  private readonly alarm: Alarm;

  constructor(
    private readonly clock: Clock,
    private readonly repeat: (key: KeyName) => void,
  ) {
    this.alarm = clock.createAlarm(() => this.comeAgain());
  }

  /** A key went down: it takes the place of the one before. */
  press(key: KeyName): void {
    this.key = key;
    this.schedule((((this.rate >>> 5) & 3) + 1) * DELAY_STEP_NS);
  }

  /** A key went up; only the one that repeats ends the repeat, and no other takes its place. */
  release(key: KeyName): void {
    if (key === this.key) this.stop();
  }

  stop(): void {
    this.key = null;
    this.alarm.cancel();
  }

  /** The byte behind F3h; without one, the default. Concerns the next key or the next repeat. */
  setRate(rate = DEFAULT_RATE): void {
    this.rate = rate;
  }

  saveState(): TypematicState {
    return { rate: this.rate, key: this.key, dueCycle: dueCycleOf(this.alarm) };
  }

  restoreState({ rate, key, dueCycle }: TypematicState): void {
    this.rate = rate;
    this.key = key;
    restoreDueCycle(this.alarm, dueCycle);
  }

  private comeAgain(): void {
    if (!this.key) return;
    this.repeat(this.key);
    this.schedule((8 + (this.rate & 7)) * 2 ** ((this.rate >>> 3) & 3) * PERIOD_STEP_NS);
  }

  private schedule(ns: number): void {
    this.alarm.scheduleAfter(this.clock.cyclesFromNs(ns));
  }
}
