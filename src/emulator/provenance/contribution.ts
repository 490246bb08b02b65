// What the cycles of a phase are put down to. Plain data: crosses threads and files. docs/provenance.md.
import type { Basis } from '../phases';
import type { Evidence } from '../profile';

/** A figure that a cost rests on: of the profile, of the clock table, or of a chip's data sheet. */
export interface FigureReference {
  /** Dotted name in the profile; `8254.clockHz` and the like for what a data sheet fixes. */
  readonly name: string;
  /** As it took part in this run, overlay and variation applied. */
  readonly value: number | string;
  readonly unit: string;
  readonly evidence: Evidence;
  readonly source: string;
}

/** Code that ran, or waited: the image and the nearest symbol at or below. */
export interface CodePlace {
  readonly image: string;
  /** Null where nothing is known but the range. */
  readonly symbol: string | null;
  /** Linear address of the symbol, or of the range. */
  readonly address: number;
}

/**
 * How cycles passed: clocks of instructions; bus cycles to a port; memory that answers more slowly than the clock tables
 * assume; waiting for a chip; a hold of the board.
 */
export type CostKind = 'clocks' | 'port' | 'memory' | 'wait' | 'hold';

/** Cycles of one phase that have one cause. */
export interface Contribution {
  /** As in PhaseRecord: clocks, port and memory are executed, a wait is a device's, a hold is modelled. */
  readonly basis: Basis;
  readonly cost: CostKind;
  /** Chip or memory by its name in the wiring; empty for clocks. */
  readonly chip: string;
  /** The code that did it or waited for it; null for a hold, in which no code runs. */
  readonly code: CodePlace | null;
  readonly cycles: number;
  readonly figures: readonly FigureReference[];
}

/** The causes of one leaf of a record, the largest first. */
export type LeafCauses = readonly Contribution[];
