// The reset control register (CF9h) of Intel's PCI-to-ISA bridges: soft, hard and full reset by software.
// 82371SB datasheet, "RC - Reset control register"; bit 3 since the ICH (docs/facts.md B1).
import type { AccessSize, PortDevice } from '../bus';
import type { ResetKind, Resettable } from '../reset';

const SYSTEM_RESET = 0x02; // 1: hard reset, 0: INIT to the CPU only
const RESET_CPU = 0x04; // 0 to 1 starts the reset
const FULL_RESET = 0x08; // with a hard reset: power off and on again
const WRITABLE = SYSTEM_RESET | RESET_CPU | FULL_RESET;

/** State of the register. */
export interface PortCf9State {
  readonly value: number;
}

/** What the register is connected to. */
export interface PortCf9Pins {
  /** A reset starts: 04h `cpu-init`, 06h `platform`, 0Eh `power-on`. */
  readonly onReset: (kind: ResetKind) => void;
}

/** The register. */
export class PortCf9 implements PortDevice, Resettable {
  private value = 0;

  constructor(private readonly pins: PortCf9Pins) {}

  readPort(_port: number, _sizeBytes: AccessSize): number {
    return this.value;
  }

  peekPort(_port: number, _sizeBytes: AccessSize): number {
    return this.value;
  }

  writePort(_port: number, _sizeBytes: AccessSize, value: number): void {
    const old = this.value;
    this.value = value & WRITABLE;
    if (~old & this.value & RESET_CPU) this.pins.onReset(this.selectedKind());
  }

  enterReset(kind: ResetKind): void {
    if (kind !== 'cpu-init') this.value = 0;
  }

  saveState(): PortCf9State {
    return { value: this.value };
  }

  restoreState(state: PortCf9State): void {
    this.value = state.value;
  }

  private selectedKind(): ResetKind {
    if ((this.value & SYSTEM_RESET) === 0) return 'cpu-init';
    return this.value & FULL_RESET ? 'power-on' : 'platform';
  }
}
