// An experiment: machines, paths, parameters and repetitions, as a *.bootlab file says it (docs/experiment-files.md).
// Types only. What it runs: plan.ts. What came of it: ExperimentRun.
import type { EvidenceBySection, MachineProfile, ProfileOverlay, RebootPath, VariationId } from '../../emulator/index';
import type { RunOptions } from '../run-options';
import type { RunRecord } from '../run-record';

/** Raised when a file that was right before would be read differently; fields are only added. */
export const EXPERIMENT_VERSION = 1;

export interface Experiment {
  readonly format: 'bootlab-experiment';
  readonly version: typeof EXPERIMENT_VERSION;
  /** Stays the same when the grid changes: lower-case letters, digits and hyphens. */
  readonly id: string;
  readonly name: string;
  readonly notes?: string;
  /** Machines by id, or whole ones of a person's own. The outermost dimension of the grid. */
  readonly machines: readonly (string | MachineProfile)[];
  /** Figures that are changed at every point. */
  readonly overlay?: ProfileOverlay;
  /** Options of the lab kernel that are set at every point. */
  readonly options?: RunOptions;
  /** The first is the baseline. */
  readonly paths: readonly RebootPath[];
  /** Dimensions of the grid, the outermost first. */
  readonly parameters?: readonly Parameter[];
  /** Seeds per point and path: seed, seed + 1, ... */
  readonly repetitions: number;
  readonly seed: number;
  /** Variation models that are on; all of them when left out. */
  readonly variations?: readonly VariationId[];
}

/** What is swept: a figure of the machine by its name ("memory.ramBytes") or an option of the lab kernel ("console"). */
export type Parameter =
  | { readonly name: string; readonly values: readonly ParameterValue[] }
  | {
      readonly name: string;
      readonly from: number;
      readonly to: number;
      /** Values from `from` to `to`, both among them. */
      readonly steps: number;
      readonly scale: 'linear' | 'log';
    };

/** A figure's number, or an option's word. */
export type ParameterValue = number | string;

/** One setting of everything that is swept. */
export interface Point {
  /** From 0, in the order of the grid. */
  readonly pointIndex: number;
  readonly profileId: string;
  /** By name of the parameter, in the order of `parameters`. */
  readonly values: Readonly<Record<string, ParameterValue>>;
  /** What the machine's figures rest on. Records of the same configuration are shared; their tags are the point's own. */
  readonly evidence?: EvidenceBySection;
}

/** One run of a plan. */
export interface PlannedRun {
  /** Position in the interleaved order: each repetition goes through all points and paths before the next begins. */
  readonly runOrder: number;
  readonly point: Point;
  readonly path: RebootPath;
  readonly isBaseline: boolean;
  readonly repetition: number;
  readonly seed: number;
  readonly configHash: string;
  readonly runId: string;
}

/** What became of a planned run. */
export type RunOutcome =
  | { readonly status: 'done'; readonly record: RunRecord }
  | { readonly status: 'failed'; readonly code: string; readonly message: string }
  /** The experiment ended before its turn. */
  | { readonly status: 'not-run' };

export interface ExperimentRun {
  readonly planned: PlannedRun;
  readonly outcome: RunOutcome;
}

/** An experiment with its runs, in the order of the plan. Runs may be read one by one from a store: nobody keeps them all. */
export interface ExperimentResults {
  readonly experiment: Experiment;
  /** SHA-256 of the experiment's canonical JSON without name and notes. */
  readonly experimentHash: string;
  readonly engineVersion: string;
  readonly runs: Iterable<ExperimentRun>;
}
