// Records made by hand for tests of everything that stands on the emulator. The figures are invented and round;
// the shape keeps every promise of PhaseRecord: children fill their parent without gap or overlap.
import type { Basis, PathRecord, PhaseCosts, PhaseId, PhaseRecord, RebootPath } from '../../src/emulator/index';
import { ENGINE_VERSION, phaseKind, VARIATION_IDS } from '../../src/emulator/index';

/** One stretch of a phase: its cycles, and what they were. */
export interface FakeStretch {
  readonly id: PhaseId;
  readonly cycles: number;
  readonly basis?: Basis;
  /** POST codes written in it, each a step of equal length (the last takes the rest). */
  readonly posts?: readonly number[];
}

export const FAKE_HZ = 1_000_000_000;

const M = 1_000_000;

/** A warm reboot of 20 s at 1 GHz, in the stretches that a BIOS makes. */
export const FAKE_WARM: readonly FakeStretch[] = [
  { id: 'userspace-shutdown', cycles: 40 * M },
  { id: 'device-shutdown', cycles: 60 * M },
  { id: 'machine-shutdown', cycles: 1 * M },
  { id: 'reset', cycles: 1 * M, basis: 'modelled' },
  { id: 'early-chipset', cycles: 3 * M, posts: [0xcf, 0xc0] },
  { id: 'ram-init', cycles: 5 * M, posts: [0xc1] },
  { id: 'shadow', cycles: 8 * M, posts: [0xc3, 0xc5] },
  { id: 'kbc', cycles: 500 * M, basis: 'device', posts: [0x07, 0x08] },
  { id: 'early-chipset', cycles: 2 * M, posts: [0x12, 0x14, 0x18] },
  { id: 'pci-enumerate', cycles: 4 * M, posts: [0x25] },
  { id: 'video-oprom', cycles: 6 * M, posts: [0x29, 0x2b] },
  { id: 'kbc', cycles: 600 * M, basis: 'device', posts: [0x33] },
  { id: 'early-chipset', cycles: 1 * M, posts: [0x3c, 0x3e] },
  { id: 'ram-test', cycles: 10_900 * M, posts: [0x52] },
  { id: 'storage-detect', cycles: 2_000 * M, basis: 'device', posts: [0x6f, 0x75] },
  { id: 'option-roms', cycles: 9 * M, posts: [0x96] },
  { id: 'boot-select', cycles: 10 * M, posts: [0xff] },
  { id: 'loader-load', cycles: 200 * M },
  { id: 'loader-menu', cycles: 5_000 * M, basis: 'device' },
  { id: 'loader-load', cycles: 400 * M },
  { id: 'setup-realmode', cycles: 10 * M },
  { id: 'decompress', cycles: 90 * M },
  { id: 'start-kernel', cycles: 50 * M },
  { id: 'driver-probe', cycles: 60 * M, basis: 'device' },
  { id: 'userspace', cycles: 40 * M },
];

/** The same machine by kexec: an outage of 0.4 s, the load before it apart. */
export const FAKE_KEXEC: readonly FakeStretch[] = [
  { id: 'kexec-load', cycles: 300 * M },
  { id: 'userspace-shutdown', cycles: 40 * M },
  { id: 'device-shutdown', cycles: 60 * M },
  { id: 'machine-shutdown', cycles: 1 * M },
  { id: 'relocate-copy', cycles: 59 * M },
  { id: 'decompress', cycles: 90 * M },
  { id: 'start-kernel', cycles: 50 * M },
  { id: 'driver-probe', cycles: 60 * M, basis: 'device' },
  { id: 'userspace', cycles: 40 * M },
];

/** A cold start: the warm reboot without its shutdown, with a spin-up. */
export const FAKE_COLD: readonly FakeStretch[] = FAKE_WARM.slice(3).map((stretch) =>
  stretch.id === 'storage-detect' ? { ...stretch, cycles: 10_000 * M } : stretch,
);

const STRETCHES: Readonly<Record<RebootPath, readonly FakeStretch[]>> = {
  cold: FAKE_COLD,
  warm: FAKE_WARM,
  kexec: FAKE_KEXEC,
  crash: FAKE_KEXEC.slice(3),
};

const OWN_COUNTS = {
  instructions: 1000,
  portReads: 10,
  portWrites: 5,
  interrupts: 1,
  bytesRead: 512,
  bytesWritten: 64,
};

/** The record of a path made of `stretches`; fields of `changes` replace what follows from them. */
export function fakeRecord(
  path: RebootPath,
  stretches: readonly FakeStretch[] = STRETCHES[path],
  changes: Partial<PathRecord> = {},
): PathRecord {
  const root = makeRoot(stretches);
  const sumOf = (wanted: (id: PhaseId) => boolean) =>
    stretches.filter(({ id }) => wanted(id)).reduce((sum, { cycles }) => sum + cycles, 0);
  const shutdownEnd = stretches.findIndex(({ id }) => id === 'device-shutdown');
  const kernelStart = stretches.findIndex(({ id }) => id === 'start-kernel');
  const between = stretches.slice(shutdownEnd + 1, kernelStart).reduce((sum, { cycles }) => sum + cycles, 0);
  return {
    schemaVersion: 1,
    engineVersion: ENGINE_VERSION,
    profileId: 'p3-1000-desktop',
    path,
    seed: 1,
    variations: [...VARIATION_IDS].sort(),
    cpuHz: FAKE_HZ,
    memoryModel: 'flat',
    totalCycles: root.costs.durationCycles,
    outageCycles: sumOf((id) => id !== 'kexec-load'),
    handoverCycles: path === 'cold' ? null : between,
    root,
    pagesCopied: path === 'kexec' ? 250 : 0,
    bytesCopied: path === 'kexec' ? 250 * 4096 : 0,
    postCodes: stretches.flatMap(({ posts }) => posts ?? []),
    serialText: '',
    warnings: [],
    ...changes,
  };
}

function makeRoot(stretches: readonly FakeStretch[]): PhaseRecord {
  let at = 0;
  const phases = stretches.map((stretch) => {
    const phase = makePhase(stretch, at);
    at += stretch.cycles;
    return phase;
  });
  const groups: PhaseRecord[][] = [];
  for (const phase of phases) {
    const last = groups.at(-1);
    if (last && last[0].group === phase.group) last.push(phase);
    else groups.push([phase]);
  }
  return parentOf(
    'path',
    'Path',
    '',
    groups.map((children) => parentOf(`group:${children[0].group}`, children[0].group, children[0].group, children)),
  );
}

function makePhase(stretch: FakeStretch, startCycle: number): PhaseRecord {
  const { id, cycles, basis = 'executed', posts = [] } = stretch;
  const kind = phaseKind(id);
  const leaf = (leafId: string, name: string, start: number, durationCycles: number): PhaseRecord => ({
    id: leafId,
    name,
    group: kind.group,
    owner: kind.owner,
    basis,
    evidence: basis === 'modelled' ? ['K', 'model'] : ['D'],
    startCycle: start,
    endCycle: start + durationCycles,
    costs: leafCosts(durationCycles, basis, kind.isForcedDelay),
    children: [],
  });
  if (posts.length === 0) return leaf(id, kind.name, startCycle, cycles);
  const step = Math.floor(cycles / posts.length);
  const children = posts.map((code, i) => {
    const hex = code.toString(16).padStart(2, '0');
    const duration = i === posts.length - 1 ? cycles - step * i : step;
    return leaf(`post-${hex}`, `POST ${hex.toUpperCase()}`, startCycle + step * i, duration);
  });
  return { ...leaf(id, kind.name, startCycle, cycles), costs: sumCosts(children), children };
}

function leafCosts(durationCycles: number, basis: Basis, isForcedDelay: boolean): PhaseCosts {
  const deviceWaitCycles = basis === 'device' ? durationCycles : 0;
  return {
    durationCycles,
    ...OWN_COUNTS,
    deviceWaitCycles,
    forcedDelayCycles: isForcedDelay ? deviceWaitCycles : 0,
    portCycles: 0,
    modelledCycles: basis === 'modelled' ? durationCycles : 0,
    memoryCycles: 0,
  };
}

function parentOf(
  id: string,
  name: string,
  group: PhaseRecord['group'],
  children: readonly PhaseRecord[],
): PhaseRecord {
  const costs = sumCosts(children);
  const deviceOrExecuted = costs.deviceWaitCycles * 2 > costs.durationCycles ? 'device' : 'executed';
  return {
    id,
    name,
    group,
    owner: '',
    basis: deviceOrExecuted,
    evidence: ['D'],
    startCycle: children[0]?.startCycle ?? 0,
    endCycle: children.at(-1)?.endCycle ?? 0,
    costs,
    children,
  };
}

function sumCosts(children: readonly PhaseRecord[]): PhaseCosts {
  const zero = leafCosts(0, 'executed', false);
  const names = Object.keys(zero) as (keyof PhaseCosts)[];
  return Object.fromEntries(
    names.map((name) => [name, children.reduce((sum, { costs }) => sum + costs[name], 0)]),
  ) as unknown as PhaseCosts;
}
