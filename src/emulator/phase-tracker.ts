// Cuts a path into phases: each mark ends one span and begins the next, so leaves have no gaps or overlaps by construction.
// Who sets the marks is path-observer.ts; this file only keeps accounts.
import type { CounterValues } from './counters';
import type { EvidenceBySection } from './phase-evidence';
import { evidenceBySection, phaseEvidence } from './phase-evidence';
import type { Basis, PhaseCosts, PhaseGroup, PhaseId, PhaseRecord } from './phases';
import { GROUP_NAMES, phaseKind } from './phases';
import type { MachineProfile } from './profile';

/** Machine counters and what the observer counts besides. */
export interface TrackedCounters extends CounterValues {
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

/** A step within a phase: a POST code. */
export interface PhaseStep {
  readonly id: string;
  readonly name: string;
  /** Its waiting is a pause somebody configured, though its phase's is not. */
  readonly isForcedDelay?: boolean;
}

interface Span {
  readonly phase: PhaseId;
  readonly step: PhaseStep | null;
  readonly from: TrackedCounters;
}

/** For snapshots; plain data. */
export interface PhaseTrackerState {
  readonly spans: readonly Span[];
  readonly endCounters: TrackedCounters | null;
}

/** Keeps the spans of one path. */
export class PhaseTracker {
  private readonly spans: Span[] = [];
  private endCounters: TrackedCounters | null = null;

  /** @param read reads all counters at this instant */
  constructor(private readonly read: () => TrackedCounters) {}

  /** Forgets all spans so far and begins the path with `phase`. */
  start(phase: PhaseId): void {
    this.spans.length = 0;
    this.begin(phase, null);
  }

  /**
   * Ends the current span and begins `phase`, or a step of it. Going on with the same phase and step is no mark.
   * @param from counters of an instant that was only understood later (a console line is known when it is complete);
   *   an instant before the current span began counts as its beginning
   */
  begin(phase: PhaseId, step: PhaseStep | null = null, from: TrackedCounters = this.read()): void {
    const last = this.spans.at(-1);
    if (last && last.phase === phase && last.step?.id === step?.id) return;
    const isTooEarly = last !== undefined && from.cycles < last.from.cycles;
    this.spans.push({ phase, step, from: isTooEarly ? last.from : from });
  }

  /** The phase now running. */
  get currentPhase(): PhaseId | null {
    return this.spans.at(-1)?.phase ?? null;
  }

  /** Ends the last span at this instant. */
  end(): void {
    this.endCounters = this.read();
  }

  saveState(): PhaseTrackerState {
    return { spans: [...this.spans], endCounters: this.endCounters };
  }

  restoreState({ spans, endCounters }: PhaseTrackerState): void {
    this.spans.splice(0, this.spans.length, ...spans);
    this.endCounters = endCounters;
  }

  /** The tree of all spans of a path that has ended. */
  tree(rootName: string, profile: MachineProfile): PhaseRecord {
    const end = this.endCounters ?? this.read();
    const origin = this.spans[0].from.cycles;
    const sections = evidenceBySection(profile);
    const leaves = this.spans.map((span, i) => {
      const to = i + 1 < this.spans.length ? this.spans[i + 1].from : end;
      return { span, record: leafRecord(span, to, origin, sections) };
    });
    const phases = mergeRuns(leaves, ({ span }) => span.phase).map((run) => phaseNode(run));
    const groups = mergeRuns(phases, (phase) => phase.group).map((run) => groupNode(run));
    return parentRecord({ id: 'path', name: rootName, group: '', owner: '' }, groups);
  }
}

interface Leaf {
  readonly span: Span;
  readonly record: PhaseRecord;
}

function leafRecord(
  { phase, step, from }: Span,
  to: TrackedCounters,
  origin: number,
  sections: EvidenceBySection,
): PhaseRecord {
  const kind = phaseKind(phase);
  const deviceWaitCycles = to.haltCycles - from.haltCycles + (to.pollCycles - from.pollCycles);
  const costs: PhaseCosts = {
    durationCycles: to.cycles - from.cycles,
    instructions: to.instructions - from.instructions,
    portReads: to.portReads - from.portReads,
    portWrites: to.portWrites - from.portWrites,
    interrupts: to.interrupts - from.interrupts,
    deviceWaitCycles,
    forcedDelayCycles: kind.isForcedDelay || step?.isForcedDelay ? deviceWaitCycles : 0,
    portCycles: to.portCycles - from.portCycles,
    modelledCycles: to.modelledCycles - from.modelledCycles,
    memoryCycles: to.memoryCycles - from.memoryCycles,
    bytesRead: to.bytesRead - from.bytesRead,
    bytesWritten: to.bytesWritten - from.bytesWritten,
  };
  return {
    id: step?.id ?? phase,
    name: step?.name ?? kind.name,
    group: kind.group,
    owner: kind.owner,
    basis: basisOf(costs),
    evidence: phaseEvidence(phase, costs, sections),
    startCycle: from.cycles - origin,
    endCycle: to.cycles - origin,
    costs,
    children: [],
  };
}

/** A phase of one plain span is a leaf; steps, and what runs before the first of them, become its children. */
function phaseNode(run: readonly Leaf[]): PhaseRecord {
  const [{ span, record }] = run;
  if (run.length === 1 && !span.step) return record;
  const kind = phaseKind(span.phase);
  const steps = run.map((leaf) => (leaf.span.step ? leaf.record : { ...leaf.record, id: `${kind.id}-entry` }));
  return parentRecord({ id: kind.id, name: kind.name, group: kind.group, owner: kind.owner }, steps);
}

function groupNode(run: readonly PhaseRecord[]): PhaseRecord {
  const group = run[0].group as PhaseGroup;
  return parentRecord({ id: `group:${group}`, name: GROUP_NAMES[group], group, owner: '' }, run);
}

function parentRecord(
  head: Pick<PhaseRecord, 'id' | 'name' | 'group' | 'owner'>,
  children: readonly PhaseRecord[],
): PhaseRecord {
  const costs = sumCosts(children.map((child) => child.costs));
  const tags = new Set(children.flatMap((child) => child.evidence));
  return {
    ...head,
    basis: basisOf(costs),
    evidence: (['S', 'D', 'K', 'model'] as const).filter((tag) => tags.has(tag)),
    startCycle: children[0].startCycle,
    endCycle: children[children.length - 1].endCycle,
    costs,
    children,
  };
}

/** Adds costs up, field by field. */
function sumCosts(all: readonly PhaseCosts[]): PhaseCosts {
  const sum = (pick: (costs: PhaseCosts) => number) => all.reduce((total, costs) => total + pick(costs), 0);
  return {
    durationCycles: sum((c) => c.durationCycles),
    instructions: sum((c) => c.instructions),
    portReads: sum((c) => c.portReads),
    portWrites: sum((c) => c.portWrites),
    interrupts: sum((c) => c.interrupts),
    deviceWaitCycles: sum((c) => c.deviceWaitCycles),
    forcedDelayCycles: sum((c) => c.forcedDelayCycles),
    portCycles: sum((c) => c.portCycles),
    modelledCycles: sum((c) => c.modelledCycles),
    memoryCycles: sum((c) => c.memoryCycles),
    bytesRead: sum((c) => c.bytesRead),
    bytesWritten: sum((c) => c.bytesWritten),
  };
}

/** The largest share names the basis; equal shares count as executed. */
function basisOf({ durationCycles, deviceWaitCycles, modelledCycles }: PhaseCosts): Basis {
  const executed = durationCycles - deviceWaitCycles - modelledCycles;
  if (executed >= deviceWaitCycles && executed >= modelledCycles) return 'executed';
  return deviceWaitCycles >= modelledCycles ? 'device' : 'modelled';
}

/** Splits a list into runs of neighbours with the same key. */
function mergeRuns<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const runs: T[][] = [];
  for (const item of items) {
    const run = runs.at(-1);
    if (run && keyOf(run[0]) === keyOf(item)) run.push(item);
    else runs.push([item]);
  }
  return runs;
}
