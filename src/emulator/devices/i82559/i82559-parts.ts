// What the card is built from, and the shape of its saved state.
import type { BusMaster } from '../../bus-master';
import type { Clock } from '../../clock';
import type { InterruptLine } from '../../irq';
import type { PciDecoder } from '../pci-endpoint';
import type { CommandUnitState } from './command-unit';
import type { EepromState } from './eeprom-93c46';
import type { ManagementInterfaceState } from './management-interface';
import type { PhyState } from './phy-82555';
import type { ReceiveUnitState } from './receive-unit';
import type { StationState } from './station';
import type { TransmitterState } from './transmitter';

/** How long things take (profile, section network). */
export interface I82559Timing {
  /** From a command in the SCB to its acceptance. */
  readonly acceptNs: number;
  /** One command block. */
  readonly commandNs: number;
  /** Software and selective reset. */
  readonly resetNs: number;
  readonly selfTestNs: number;
  /** One management cycle. */
  readonly mdiNs: number;
  /** Programming one EEPROM word. */
  readonly eepromWriteNs: number;
  readonly autonegotiationNs: number;
}

export interface I82559Config {
  readonly macAddress: readonly number[];
  /** Expansion ROM, null for an empty socket. */
  readonly bootRom: Uint8Array | null;
  /** How long a boot agent waits for its key, as the EEPROM tells it: 0, 2, 3 or 5 s. */
  readonly bootPromptSeconds: number;
  /** Fastest speed of the port at the other end of the cable. */
  readonly partnerMbps: 10 | 100;
  readonly timing: I82559Timing;
}

export interface I82559Parts {
  readonly clock: Clock;
  readonly busMaster: Pick<BusMaster, 'readBytes' | 'writeBytes' | 'noteOrders'>;
  readonly decoder: PciDecoder;
  readonly interruptLine: InterruptLine;
  /** A frame has left, without its check sequence. */
  readonly sendFrame: (frame: Uint8Array) => void;
}

/** What PORT can be busy with. */
export type PortFunction = 'reset' | 'self-test' | 'dump';

/** Everything the card remembers, plain JSON. */
export interface I82559State {
  pci: { configuration: number[] };
  statAck: number;
  command: number;
  mask: number;
  pointer: number;
  portValue: number;
  portFunction: PortFunction | null;
  eepromControl: number;
  countersAddress: number;
  acceptDue: number | null;
  portDue: number | null;
  station: StationState;
  statistics: number[];
  transmitter: TransmitterState;
  commandUnit: CommandUnitState;
  receiveUnit: ReceiveUnitState;
  eeprom: EepromState;
  phy: PhyState;
  management: ManagementInterfaceState;
}
