// Runs one reboot path on one machine and gives its record: the engine's main door.
import { EmulatorError } from './errors';
import type { PathRecord, RebootPath, VariationId } from './phases';
import type { MachineProfile } from './profile';

/** The software that runs inside the machine, as built by resources/guest. */
export interface GuestImages {
  readonly bios: Uint8Array;
  readonly videoRom: Uint8Array;
  readonly loaderStage1: Uint8Array;
  readonly loaderStage2: Uint8Array;
  /** The lab kernel as a bzImage. */
  readonly kernel: Uint8Array;
  /** Linear addresses of named places: part ("kernel", "loader", "init"), then symbol. */
  readonly symbols: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** A run as a value. */
export interface PathRunRequest {
  readonly profile: MachineProfile;
  readonly path: RebootPath;
  /** Seed of all variation models. */
  readonly seed: number;
  /** Variation models that are on. */
  readonly variations: readonly VariationId[];
  readonly images: GuestImages;
  /** The run fails with EMU-LIMIT-CYCLES after so many cycles, the first boot included. */
  readonly limitCycles: number;
}

/** How far a run is, for people. */
export interface RunProgress {
  readonly cycles: number;
  /** Name of the phase now running, or of the preparation. */
  readonly phaseName: string;
}

/** What the caller hears and says while a run goes on. Neither changes a cycle. */
export interface RunHooks {
  /** Called every few million instructions at most. */
  onProgress?(progress: RunProgress): void;
  /** Asked often; true ends the run with EMU-CANCELLED. */
  shouldStop?(): boolean;
}

/**
 * Runs a path from power-on (the first boot is preparation unless the path is `cold`) to services up.
 * @throws EmulatorError as its codes say; nothing else
 */
export function runPath(_request: PathRunRequest, _hooks: RunHooks = {}): PathRecord {
  throw new EmulatorError('EMU-UNSUPPORTED', 'The machine is not assembled yet.', 'Wait for it.');
}
