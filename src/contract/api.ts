// What may cross the border between window and main process: one list, typed once for preload, handlers and stores.
import type { CommandId } from './commands';
import type {
  MachineSummary,
  NumberExplanation,
  PhaseId,
  ProfileOverlay,
  RebootPath,
  RunOptions,
  RunRecord,
  VariationId,
} from './records';

/** A failure as people read it: what happened and why, what to do next, a stable code. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly nextStep: string;
  /** For a report, several lines: what the machine's console said, addresses, sizes. Not for the first glance. */
  readonly details?: string;
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

/** What to compare. The first path is the baseline. */
export interface ComparisonRequest {
  readonly profileId: string;
  readonly paths: readonly RebootPath[];
  readonly seed: number;
  readonly overlay: ProfileOverlay;
  /** Variation models that are on; all of them when left out. */
  readonly variations?: readonly VariationId[];
  /** How the lab kernel restarts, does a kexec, drives its devices and talks. */
  readonly options?: RunOptions;
  /** A Linux instead of the lab kernel. */
  readonly linux?: LinuxIdentity;
}

/** Which Linux was measured: names for people, hashes for the configuration. The content travels apart. */
export interface LinuxIdentity {
  readonly kernelName: string;
  readonly kernelSha256: string;
  readonly initrdName: string | null;
  readonly initrdSha256: string | null;
  readonly commandLine: string;
  readonly readyText: string;
  readonly marks: readonly { readonly text: string; readonly phase: PhaseId }[];
}

/** A finished comparison: plain data. */
export interface Comparison {
  readonly id: string;
  readonly request: ComparisonRequest;
  readonly configHash: string;
  /** In the order of the request's paths. */
  readonly records: readonly RunRecord[];
  /** The comparison as one sentence, the same in window and terminal. */
  readonly answer: string;
}

export interface ComparisonProgress {
  readonly comparisonId: string;
  /** 0..1, never falls. */
  readonly fraction: number;
  readonly pathsDone: number;
  readonly pathsTotal: number;
  /** "warm: Memory test". */
  readonly text: string;
}

export type ComparisonEnd =
  | { readonly comparisonId: string; readonly status: 'done'; readonly comparison: Comparison }
  | { readonly comparisonId: string; readonly status: 'failed'; readonly failure: Failure }
  | { readonly comparisonId: string; readonly status: 'cancelled' };

/** Where an export went; null when the person closed the dialog. */
export interface SavedFiles {
  readonly paths: readonly string[];
}

/** A number of a finished comparison: a column of a row of runs.csv or phases.csv. */
export interface NumberRequest {
  readonly comparisonId: string;
  /** The row's `run_order`. */
  readonly runOrder: number;
  readonly table: 'runs' | 'phases';
  readonly column: string;
  /** In phases.csv the row's `phase_index`; several are added up. */
  readonly phaseIndexes?: readonly number[];
}

/** Requests of the window to the main process, and the events back. */
export interface LabApi {
  listMachines(): Promise<Result<readonly MachineSummary[]>>;
  /** Begins a comparison and returns at once; its end always comes through onComparisonEnd. */
  startComparison(request: ComparisonRequest): Promise<Result<{ readonly comparisonId: string }>>;
  cancelComparison(comparisonId: string): Promise<Result<null>>;
  /** Where a number comes from. The first question about a run runs it again, which takes as long as it did. */
  explainNumber(request: NumberRequest): Promise<Result<NumberExplanation>>;
  /** Asks for a folder with the system's dialog and writes runs.csv and phases.csv of a finished comparison. */
  exportCsv(comparisonId: string): Promise<Result<SavedFiles | null>>;
  /** Asks for a file name and writes a PNG made by the window. */
  exportPng(input: { readonly suggestedName: string; readonly png: Uint8Array }): Promise<Result<SavedFiles | null>>;
  /** At most ten times a second. Returns the unsubscribe function. */
  onComparisonProgress(listener: (progress: ComparisonProgress) => void): () => void;
  onComparisonEnd(listener: (end: ComparisonEnd) => void): () => void;
  /** A command chosen in the menu. */
  onCommand(listener: (command: CommandId) => void): () => void;
}
