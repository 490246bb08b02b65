// System control port B (61h) of the AT: speaker gate and data, refresh toggle, timer output, parity and I/O check.
// IBM AT Technical Reference, "System Board I/O"; NSC register of the 82371SB. No parity or I/O errors ever occur.
import type { AccessSize, PortDevice } from '../bus';
import type { ResetKind, Resettable } from '../reset';
import type { Pit8254 } from './pit-8254';

const TIMER2_GATE = 0x01; // GATE of counter 2
const SPEAKER_DATA = 0x02; // OUT of counter 2 reaches the speaker
const CONTROL_BITS = 0x0f; // read/write: gate, speaker, parity and I/O check disable
const REFRESH_TOGGLE = 0x10; // toggles with each refresh request
const TIMER2_OUT = 0x20; // OUT of counter 2

/** Refresh of the AT: one row per 18 pulses of the timer's oscillator, 15.085 us. */
const FIXED_REFRESH_PULSES = 18;

/** State of the port. */
export interface Port61State {
  readonly control: number;
}

/** What the port is connected to. */
export interface Port61Pins {
  readonly pit: Pit8254;
  /** Tells the bus from which cycle on a read may answer differently. */
  readonly noteUnstable: (cycle: number) => void;
  /** The speaker is driven (bits 0 and 1 both set) or no longer. */
  readonly onSpeaker?: (isDriven: boolean) => void;
}

/** Figures of the board. */
export interface Port61Config {
  /** `counter-1`: the toggle follows the timer as software set it; `fixed`: the chipset refreshes by itself. */
  readonly refreshSource: 'counter-1' | 'fixed';
}

/** The port. */
export class Port61 implements PortDevice, Resettable {
  private control = 0;
  /** The last answer: good up to a cycle while the timer has the same revision. Writes here move a gate, so they change it. */
  private answer = 0;
  private answerEndCycle = 0;
  private answerRevision = -1;

  constructor(
    private readonly pins: Port61Pins,
    private readonly config: Port61Config,
  ) {}

  readPort(port: number, sizeBytes: AccessSize): number {
    const { pit, noteUnstable } = this.pins;
    if (this.answerRevision !== pit.revision || pit.clock.nowCycles >= this.answerEndCycle) {
      this.answer = this.peekPort(port, sizeBytes);
      this.answerEndCycle = Math.min(this.nextRefreshCycle(), pit.nextOutputCycle(2));
      this.answerRevision = pit.revision;
    }
    noteUnstable(this.answerEndCycle);
    return this.answer;
  }

  peekPort(_port: number, _sizeBytes: AccessSize): number {
    const refresh = this.refreshCount() % 2 === 1 ? REFRESH_TOGGLE : 0;
    return this.control | refresh | (this.pins.pit.isOutputHigh(2) ? TIMER2_OUT : 0);
  }

  writePort(_port: number, _sizeBytes: AccessSize, value: number): void {
    this.setControl(value & CONTROL_BITS);
  }

  enterReset(kind: ResetKind): void {
    if (kind === 'cpu-init') return;
    this.control = 0;
    this.answerRevision = -1;
  }

  holdReset(kind: ResetKind): void {
    if (kind !== 'cpu-init') this.setControl(0);
  }

  saveState(): Port61State {
    return { control: this.control };
  }

  /** The timer restores its gate itself. */
  restoreState(state: Port61State): void {
    this.control = state.control;
    this.answerRevision = -1;
  }

  private setControl(control: number): void {
    const BOTH = TIMER2_GATE | SPEAKER_DATA;
    const wasDriven = (this.control & BOTH) === BOTH;
    this.control = control;
    this.pins.pit.setGate(2, (control & TIMER2_GATE) !== 0);
    const isDriven = (control & BOTH) === BOTH;
    if (isDriven !== wasDriven) this.pins.onSpeaker?.(isDriven);
  }

  private refreshCount(): number {
    if (this.config.refreshSource === 'counter-1') return this.pins.pit.fallingEdgeCount(1);
    return Math.floor(this.pins.pit.pulsesNow() / FIXED_REFRESH_PULSES);
  }

  private nextRefreshCycle(): number {
    if (this.config.refreshSource === 'counter-1') return this.pins.pit.nextFallingEdgeCycle(1);
    return this.pins.pit.cycleOfPulse((this.refreshCount() + 1) * FIXED_REFRESH_PULSES);
  }
}
