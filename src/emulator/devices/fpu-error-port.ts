// Port F0h of the AT: clears the latch that carries FERR# to IRQ 13 and asserts IGNNE# to the CPU.
// IBM AT Technical Reference, "Math Coprocessor Control"; 82371SB datasheet, "Coprocessor Error Register". F1h (reset) left out.
import type { AccessSize, PortDevice } from '../bus';
import type { InterruptLine } from '../irq';
import type { ResetKind, Resettable } from '../reset';

/** What the latch is connected to. */
export interface FpuErrorPins {
  /** IRQ 13. */
  readonly irq: InterruptLine;
  /** IGNNE#: the CPU goes on in spite of the pending error. */
  readonly ignoreErrors: () => void;
}

/** State of the latch. */
export interface FpuErrorPortState {
  readonly isLatched: boolean;
}

const OPEN_BUS_BYTE = 0xff;

/** The latch. Reads answer as an empty bus does. */
export class FpuErrorPort implements PortDevice, Resettable {
  private isLatched = false;

  constructor(private readonly pins: FpuErrorPins) {}

  /** FERR# fell: an unmasked error with CR0.NE = 0. */
  signalError(): void {
    this.isLatched = true;
    this.pins.irq.raise();
  }

  readPort(_port: number, _sizeBytes: AccessSize): number {
    return OPEN_BUS_BYTE;
  }

  peekPort(_port: number, _sizeBytes: AccessSize): number {
    return OPEN_BUS_BYTE;
  }

  writePort(_port: number, _sizeBytes: AccessSize, _value: number): void {
    if (!this.isLatched) return;
    this.clear();
    this.pins.ignoreErrors();
  }

  enterReset(kind: ResetKind): void {
    if (kind !== 'cpu-init') this.isLatched = false;
  }

  holdReset(kind: ResetKind): void {
    if (kind !== 'cpu-init') this.pins.irq.lower();
  }

  saveState(): FpuErrorPortState {
    return { isLatched: this.isLatched };
  }

  restoreState({ isLatched }: FpuErrorPortState): void {
    if (isLatched) this.signalError();
    else this.clear();
  }

  private clear(): void {
    this.isLatched = false;
    this.pins.irq.lower();
  }
}
