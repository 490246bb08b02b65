// What an 82077AA remembers: plain JSON, so that a snapshot is a copy. Registers as after power-on.
import { RATE_250 } from './fdc-82077aa-registers';
import type { FdcDataState } from './fdc-data-phase';
import type { FloppyDriveState } from './floppy-drive';

/** A seek under way; the arm moves at each of its alarms. */
export interface Seek {
  stepsLeft: number;
  isInwards: boolean;
  isRecalibration: boolean;
  /** Where PCN stands when it has arrived. */
  target: number;
  /** The data command it precedes (implied seek). */
  isImplied: boolean;
}

type Phase = 'reset' | 'command' | 'execution' | 'result';

/** Registers; plain JSON. */
export interface FdcRegisters {
  phase: Phase;
  dor: number;
  tdr: number;
  dataRate: number;
  precompensation: number;
  command: readonly number[];
  result: readonly number[];
  /** ST0 of interrupts not sensed yet, oldest first. */
  pendingStatus: readonly (readonly [st0: number, pcn: number])[];
  isInterrupting: boolean;
  presentCylinders: readonly number[];
  seeks: readonly (Seek | null)[];
  stepRate: number;
  headUnload: number;
  headLoad: number;
  isNonDma: boolean;
  headUnloadCycle: number;
  configuration: number;
  precompensationTrack: number;
  perpendicular: number;
  isLocked: boolean;
  lastSectorCount: number;
}

/** State of controller and drives. */
export interface FdcState {
  readonly registers: FdcRegisters;
  readonly data: FdcDataState;
  readonly resetCycle: number | null;
  readonly seekCycles: readonly (number | null)[];
  readonly drives: readonly (FloppyDriveState | null)[];
}

/** CONFIGURE: the FIFO is off. */
export const CONFIGURE_NO_FIFO = 0x20;

/** As after power-on, held in reset. */
export const initialRegisters = (): FdcRegisters => ({
  phase: 'reset',
  dor: 0,
  tdr: 0,
  dataRate: RATE_250,
  precompensation: 0,
  command: [],
  result: [],
  pendingStatus: [],
  isInterrupting: false,
  presentCylinders: [0, 0, 0, 0],
  seeks: [null, null, null, null],
  stepRate: 0,
  headUnload: 0,
  headLoad: 0,
  isNonDma: false,
  headUnloadCycle: 0,
  configuration: CONFIGURE_NO_FIFO,
  precompensationTrack: 0,
  perpendicular: 0,
  isLocked: false,
  lastSectorCount: 0,
});
