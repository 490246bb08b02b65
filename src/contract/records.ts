// Types of records and machines as they cross a border. Types only.
import type { MachineProfile } from '../lab/index';

export type {
  Basis,
  MachineProfile,
  NumberExplanation,
  PathRecord,
  PhaseCosts,
  PhaseId,
  PhaseRecord,
  ProfileOverlay,
  RebootPath,
  RunOptions,
  RunRecord,
  VariationId,
} from '../lab/index';

/** A machine as a list shows it. The whole profile comes along: every figure can be asked for its source. */
export interface MachineSummary {
  readonly id: string;
  readonly name: string;
  readonly year: number;
  readonly description: string;
  readonly caveats: readonly string[];
  readonly profile: MachineProfile;
}
