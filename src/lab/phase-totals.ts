// A path's cost by phase: what several stretches of one phase add up to (a BIOS comes back to the chip set
// and the keyboard controller more than once). Stretches in order are in the record itself.
import type { Basis, Evidence, PhaseId, PhaseKind, PhaseRecord } from '../emulator/index';
import { PHASE_KINDS } from '../emulator/index';

const KIND_BY_ID: ReadonlyMap<string, PhaseKind> = new Map(PHASE_KINDS.map((kind) => [kind.id, kind]));

/** All stretches of one phase together. */
export interface PhaseTotal {
  readonly kind: PhaseKind;
  readonly durationCycles: number;
  readonly instructions: number;
  readonly portAccesses: number;
  /** By the largest share of the cycles. */
  readonly basis: Basis;
  readonly evidence: readonly Evidence[];
  /** How often the path was in this phase. */
  readonly stretches: number;
}

const EVIDENCE_ORDER: readonly Evidence[] = ['S', 'D', 'K', 'model'];

/** All nodes of a record that stand for a phase, in order of time: below groups, above POST steps. */
export function phaseStretches(root: PhaseRecord): PhaseRecord[] {
  return KIND_BY_ID.has(root.id) ? [root] : root.children.flatMap(phaseStretches);
}

/** Totals of the phases a path went through, in the order of a reboot. */
export function phaseTotals(root: PhaseRecord): PhaseTotal[] {
  const stretches = phaseStretches(root);
  return PHASE_KINDS.flatMap((kind) => {
    const own = stretches.filter(({ id }) => id === kind.id);
    return own.length === 0 ? [] : [totalOf(kind, own)];
  });
}

function totalOf(kind: PhaseKind, stretches: readonly PhaseRecord[]): PhaseTotal {
  const sum = (cost: keyof PhaseRecord['costs']) => stretches.reduce((total, { costs }) => total + costs[cost], 0);
  const durationCycles = sum('durationCycles');
  const deviceCycles = sum('deviceWaitCycles');
  const modelledCycles = sum('modelledCycles');
  return {
    kind,
    durationCycles,
    instructions: sum('instructions'),
    portAccesses: sum('portReads') + sum('portWrites'),
    basis: largestShare(durationCycles - deviceCycles - modelledCycles, deviceCycles, modelledCycles),
    evidence: EVIDENCE_ORDER.filter((tag) => stretches.some(({ evidence }) => evidence.includes(tag))),
    stretches: stretches.length,
  };
}

function largestShare(executed: number, device: number, modelled: number): Basis {
  if (executed >= device && executed >= modelled) return 'executed';
  return device >= modelled ? 'device' : 'modelled';
}

/** Cycles of one phase on a path; 0 where the path does not have it. */
export function phaseCycles(totals: readonly PhaseTotal[], id: PhaseId): number {
  return totals.find(({ kind }) => kind.id === id)?.durationCycles ?? 0;
}
