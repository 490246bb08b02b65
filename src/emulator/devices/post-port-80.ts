// The POST code port (80h): a latch with two hexadecimal digits behind it on a diagnostic card.
// Award and AMI BIOSes report each step here (docs/facts.md B2).
import type { AccessSize, PortDevice } from '../bus';
import type { ResetKind, Resettable } from '../reset';

/** State of the latch. */
export interface PostPort80State {
  readonly code: number;
}

/** What the latch is connected to. */
export interface PostPort80Pins {
  /** Called with each code written, also when it is the same again. */
  readonly onCode?: (code: number) => void;
}

/** The latch. Reads give the last code: on an AT the same address is a spare DMA page register. */
export class PostPort80 implements PortDevice, Resettable {
  private code = 0;

  constructor(private readonly pins: PostPort80Pins = {}) {}

  readPort(_port: number, _sizeBytes: AccessSize): number {
    return this.code;
  }

  peekPort(_port: number, _sizeBytes: AccessSize): number {
    return this.code;
  }

  writePort(_port: number, _sizeBytes: AccessSize, value: number): void {
    this.code = value;
    this.pins.onCode?.(value);
  }

  enterReset(kind: ResetKind): void {
    if (kind !== 'cpu-init') this.code = 0;
  }

  saveState(): PostPort80State {
    return { code: this.code };
  }

  restoreState(state: PostPort80State): void {
    this.code = state.code;
  }
}
