// Advanced power management ports of the PIIX4: APMC (B2h) and APMS (B3h) (Intel 290562, 7.1). Firmware's SMI command port.
// Leaves out: the SMI itself; no CPU here has system management mode. Who acts on a command is told instead.
import type { AccessSize, PortDevice } from '../bus';
import type { ResetKind, Resettable } from '../reset';

/** State of the ports. */
export interface ApmPortsState {
  readonly command: number;
  readonly status: number;
}

/** What the ports are connected to. */
export interface ApmPins {
  /** A command was written to APMC, also when it is the same again. */
  readonly onCommand: (command: number) => void;
}

/** The two ports: even address APMC, odd address APMS. Both read back what was written. */
export class ApmPorts implements PortDevice, Resettable {
  private command = 0;
  private status = 0;

  constructor(private readonly pins: ApmPins) {}

  readPort(port: number, sizeBytes: AccessSize): number {
    return this.peekPort(port, sizeBytes);
  }

  peekPort(port: number, _sizeBytes: AccessSize): number {
    return port & 1 ? this.status : this.command;
  }

  writePort(port: number, _sizeBytes: AccessSize, value: number): void {
    if (port & 1) {
      this.status = value;
      return;
    }
    this.command = value;
    this.pins.onCommand(value);
  }

  enterReset(kind: ResetKind): void {
    if (kind === 'cpu-init') return;
    this.command = 0;
    this.status = 0;
  }

  saveState(): ApmPortsState {
    return { command: this.command, status: this.status };
  }

  restoreState({ command, status }: ApmPortsState): void {
    this.command = command;
    this.status = status;
  }
}
