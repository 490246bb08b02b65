// What every wiring file gets: the board as far as it stands, and the way to claim ports. One file for each group of chips.
// A group gives back its chips and what takes part in resets; `wireChips` (chips.ts) puts the groups together.
import type { BoardMemory, RomImages } from '../board-memory';
import type { AccessSize, Bus, PortDevice } from '../bus';
import type { BusMaster } from '../bus-master';
import type { Clock } from '../clock';
import type { Cpu } from '../cpu/cpu';
import type { InterruptLine } from '../irq';
import type { MachineMemory } from '../memory';
import type { MachineProfile } from '../profile';
import type { ResetKind, ResetSource, Resettable } from '../reset';
import type { StartingConditions } from '../variation';
import type { Drives } from './drives';

/** What only virtual machines have. */
export interface BoardExtras {
  /** `qemu`: fw_cfg, with memory map and ACPI tables for SeaBIOS. A board of the nineties has nothing of the kind. */
  readonly firmwareInterface: 'qemu' | null;
  /** Debug consoles at E9h and 402h. */
  readonly hasDebugConsole: boolean;
}

export const NO_EXTRAS: BoardExtras = { firmwareInterface: null, hasDebugConsole: false };

/** What the wiring needs from the machine. */
export interface BoardParts {
  readonly profile: MachineProfile;
  readonly board: BoardMemory;
  readonly memory: MachineMemory;
  readonly clock: Clock;
  readonly bus: Bus;
  readonly cpu: Cpu;
  readonly roms: RomImages;
  readonly drives: Drives;
  readonly start: StartingConditions;
  readonly extras: BoardExtras;
  readonly requestReset: (kind: ResetKind, source: ResetSource) => void;
  /** The board switched its own power off (ACPI soft-off). */
  readonly powerOff: () => void;
  readonly serialByteSent: (byte: number) => void;
}

/** The parts, and what groups wired earlier offer to later ones. */
export interface Wiring extends BoardParts {
  readonly busMaster: BusMaster;
  readonly noteUnstable: (cycle: number) => void;
  /** The 8259A pair's input of an IRQ number. */
  readonly irq: (number: number) => InterruptLine;
  /** Ports of a chip at fixed addresses. `accessNs` of one bus cycle, `widthBytes` 1 unless given. */
  readonly claim: (
    name: string,
    first: number,
    last: number,
    device: PortDevice,
    accessNs: number,
    widthBytes?: AccessSize,
  ) => void;
}

/** Chips by name, for the state a snapshot keeps: names are part of the file format. */
export type NamedChips = Readonly<Record<string, Resettable>>;
