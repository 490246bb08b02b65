// System control port A (92h) of the PS/2, in chipsets since: A20 gate and fast CPU reset.
// 82371SB (PIIX3) datasheet, "Port 92 register". Left out: the PS/2's security lock and disk lamp.
import type { AccessSize, PortDevice } from '../bus';
import type { ResetKind, Resettable } from '../reset';

const FAST_RESET = 0x01; // 0 to 1: INIT to the CPU
const FAST_A20 = 0x02; // 1: address line 20 passes
const WRITABLE = FAST_RESET | FAST_A20;

/** State of the register. */
export interface Port92State {
  readonly value: number;
}

/** What the register is connected to. */
export interface Port92Pins {
  /** This gate opened or closed. The board ORs it with the keyboard controller's. */
  readonly onA20: (isOpen: boolean) => void;
  /** INIT is pulsed. Called once per 0 to 1 change of bit 0. */
  readonly onFastReset: () => void;
}

/** The register. */
export class Port92 implements PortDevice, Resettable {
  private value = 0;

  constructor(private readonly pins: Port92Pins) {}

  /** Whether this register opens the A20 gate. */
  get isA20Open(): boolean {
    return (this.value & FAST_A20) !== 0;
  }

  readPort(_port: number, _sizeBytes: AccessSize): number {
    return this.value;
  }

  peekPort(_port: number, _sizeBytes: AccessSize): number {
    return this.value;
  }

  writePort(_port: number, _sizeBytes: AccessSize, value: number): void {
    const old = this.value;
    this.value = value & WRITABLE;
    if ((old ^ this.value) & FAST_A20) this.pins.onA20(this.isA20Open);
    if (~old & this.value & FAST_RESET) this.pins.onFastReset();
  }

  enterReset(kind: ResetKind): void {
    if (kind !== 'cpu-init') this.value = 0;
  }

  holdReset(kind: ResetKind): void {
    if (kind !== 'cpu-init') this.pins.onA20(false);
  }

  saveState(): Port92State {
    return { value: this.value };
  }

  restoreState(state: Port92State): void {
    this.value = state.value;
    this.pins.onA20(this.isA20Open);
  }
}
