// Machines nobody runs: how long each phase of a reboot takes, as published. They are listed and compared, and every record of them
// says that no instruction ran: all of it is modelled, a cycle stands for a nanosecond.
import type { Figure, PathRecord, PhaseCosts, PhaseGroup, PhaseId, PhaseRecord, RebootPath } from '../emulator/index';
import { ENGINE_VERSION, GROUP_NAMES, PATH_NAMES, PHASE_KINDS } from '../emulator/index';

/** One phase of a path, in the order of time. */
export interface FigurePhase {
  readonly phase: PhaseId;
  readonly durationMs: Figure;
}

/** A machine of figures (resources/figures/*.json). */
export interface FigureMachine {
  readonly kind: 'figures';
  readonly id: string;
  readonly name: string;
  readonly year: number;
  readonly description: string;
  readonly caveats: readonly string[];
  /** A path nothing was published of is not there. */
  readonly paths: Readonly<Partial<Record<RebootPath, readonly FigurePhase[]>>>;
}

/** A cycle of a machine that has none. */
const CYCLE_HZ = 1e9;
const CYCLES_PER_MS = CYCLE_HZ / 1000;
const WARNING = 'Figures only: no machine ran, a cycle stands for a nanosecond.';

/** The record of a path, from figures alone; null for a path there are none of. */
export function figureRecord(machine: FigureMachine, path: RebootPath): PathRecord | null {
  const phases = machine.paths[path];
  if (!phases) return null;
  let at = 0;
  const leaves = phases.map((phase) => {
    const leaf = phaseLeaf(phase, at);
    at = leaf.endCycle;
    return leaf;
  });
  const loadCycles = cyclesOf(leaves, ({ id }) => id === 'kexec-load');
  return {
    schemaVersion: 1,
    engineVersion: ENGINE_VERSION,
    profileId: machine.id,
    path,
    seed: 0,
    variations: [],
    cpuHz: CYCLE_HZ,
    memoryModel: 'flat',
    totalCycles: at,
    outageCycles: at - loadCycles,
    handoverCycles: path === 'cold' ? null : handoverCycles(leaves),
    root: parentOf({ id: 'path', name: PATH_NAMES[path], group: '', owner: '' }, groupNodes(leaves)),
    pagesCopied: 0,
    bytesCopied: 0,
    postCodes: [],
    serialText: '',
    warnings: [WARNING],
  };
}

function phaseLeaf({ phase, durationMs }: FigurePhase, startCycle: number): PhaseRecord {
  const { id, name, group, owner, isForcedDelay } = PHASE_KINDS.find((kind) => kind.id === phase)!;
  const durationCycles = Math.round(durationMs.value * CYCLES_PER_MS);
  const forcedDelayCycles = isForcedDelay ? durationCycles : 0;
  return {
    ...{ id, name, group, owner, basis: 'modelled', evidence: [durationMs.evidence] },
    startCycle,
    endCycle: startCycle + durationCycles,
    costs: {
      ...NO_COSTS,
      durationCycles,
      deviceWaitCycles: forcedDelayCycles,
      forcedDelayCycles,
      modelledCycles: durationCycles - forcedDelayCycles,
    },
    children: [],
  };
}

const NO_COSTS: PhaseCosts = {
  durationCycles: 0,
  instructions: 0,
  portReads: 0,
  portWrites: 0,
  interrupts: 0,
  deviceWaitCycles: 0,
  forcedDelayCycles: 0,
  portCycles: 0,
  modelledCycles: 0,
  memoryCycles: 0,
  bytesRead: 0,
  bytesWritten: 0,
};

/** From the end of device shutdown to the start of the next kernel. */
function handoverCycles(leaves: readonly PhaseRecord[]): number {
  const from = leaves.findLast(({ id }) => id === 'device-shutdown')?.endCycle ?? 0;
  const to = leaves.find(({ id }) => id === 'start-kernel')?.startCycle ?? from;
  return to - from;
}

function groupNodes(leaves: readonly PhaseRecord[]): PhaseRecord[] {
  const runs: PhaseRecord[][] = [];
  for (const leaf of leaves) {
    const run = runs.at(-1);
    if (run?.[0].group === leaf.group) run.push(leaf);
    else runs.push([leaf]);
  }
  return runs.map((run) => {
    const group = run[0].group as PhaseGroup;
    return parentOf({ id: `group:${group}`, name: GROUP_NAMES[group], group, owner: '' }, run);
  });
}

function parentOf(
  head: Pick<PhaseRecord, 'id' | 'name' | 'group' | 'owner'>,
  children: readonly PhaseRecord[],
): PhaseRecord {
  const sum = (name: keyof PhaseCosts) => children.reduce((total, { costs }) => total + costs[name], 0);
  const tags = new Set(children.flatMap(({ evidence }) => evidence));
  return {
    ...head,
    basis: 'modelled',
    evidence: (['S', 'D', 'K', 'model'] as const).filter((tag) => tags.has(tag)),
    startCycle: children[0].startCycle,
    endCycle: children[children.length - 1].endCycle,
    costs: Object.fromEntries(
      Object.keys(NO_COSTS).map((name) => [name, sum(name as keyof PhaseCosts)]),
    ) as unknown as PhaseCosts,
    children,
  };
}

function cyclesOf(leaves: readonly PhaseRecord[], isWanted: (leaf: PhaseRecord) => boolean): number {
  return leaves.filter(isWanted).reduce((total, { costs }) => total + costs.durationCycles, 0);
}
