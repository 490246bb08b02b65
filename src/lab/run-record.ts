// A run: the record of a path with its place in a comparison and the identity of its configuration.
import type { LabOptions, MachineProfile, PathRecord, RebootPath, VariationId } from '../emulator/index';
import type { GuestConfig } from './config-hash';
import { runConfigHash } from './config-hash';
import type { FigureMachine } from './figure-machine';

/** A path's record as it is compared, shown and exported. */
export interface RunRecord extends PathRecord {
  /** Same configuration and seed, same id: "9f2c1a0b3d4e-s7". */
  readonly runId: string;
  readonly configHash: string;
  /** Position in the comparison, from 0. */
  readonly runOrder: number;
  /** Index of the setting of swept parameters; 0 while nothing is swept. */
  readonly pointIndex: number;
  /** Index of the seed at that point; 0 while nothing is repeated. */
  readonly repetition: number;
  /** The others are compared with this one. */
  readonly isBaseline: boolean;
}

/** Digits of a hash that are enough to tell configurations apart in names. */
export const SHORT_HASH_DIGITS = 12;

/**
 * Names the records of one comparison, given in the order of its paths: the first is the baseline.
 * @param profile the machine that ran, overlay applied
 */
export function nameRuns(
  profile: MachineProfile | FigureMachine,
  records: readonly PathRecord[],
  guest: GuestConfig | null = null,
  lab: Partial<LabOptions> = {},
): RunRecord[] {
  return records.map((record, runOrder) => {
    const configHash = runConfigHash(profile, record.path, record.variations, guest, lab);
    return {
      ...record,
      runId: runIdOf(configHash, record.seed),
      configHash,
      runOrder,
      pointIndex: 0,
      repetition: 0,
      isBaseline: runOrder === 0,
    };
  });
}

/** The name of a run: same configuration and seed, same name. */
export function runIdOf(configHash: string, seed: number): string {
  return `${configHash.slice(0, SHORT_HASH_DIGITS)}-s${seed}`;
}

/** Paths within a sentence; as headings they are PATH_TITLES. */
export const PATH_PHRASES: Readonly<Record<RebootPath, string>> = {
  cold: 'a cold start',
  warm: 'a firmware reboot',
  kexec: 'kexec',
  crash: 'a crash kernel',
};

/** Variation models in the order records keep them. */
export function sortVariations(variations: readonly VariationId[]): VariationId[] {
  return [...new Set(variations)].sort();
}
