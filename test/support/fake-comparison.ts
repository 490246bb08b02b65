// Records with the shape and size of real ones, for what draws, stores or sends them. The figures mean nothing.
import type { Comparison, ComparisonRequest } from '../../src/contract/api';
import type { MachineSummary, PathRecord, PhaseCosts, PhaseRecord, RebootPath } from '../../src/contract/records';
import type { PhaseId } from '../../src/emulator/phases';
import { phaseKind } from '../../src/emulator/phases';

type Basis = PhaseRecord['basis'];
type FakePhase = readonly [id: PhaseId, milliseconds: number, basis: Basis];

const CYCLES_PER_MS = 1e6;
export const FAKE_CPU_HZ = 1e9;

const SHUTDOWN: readonly FakePhase[] = [
  ['userspace-shutdown', 310, 'executed'],
  ['device-shutdown', 24, 'device'],
  ['machine-shutdown', 3, 'executed'],
];

const KERNEL: readonly FakePhase[] = [
  ['decompress', 212, 'executed'],
  ['start-kernel', 341, 'executed'],
  ['driver-probe', 506, 'device'],
  ['userspace', 587, 'executed'],
];

const FIRMWARE: readonly FakePhase[] = [
  ['reset', 1, 'modelled'],
  ['early-chipset', 18, 'executed'],
  ['ram-init', 92, 'executed'],
  ['shadow', 61, 'executed'],
  ['kbc', 553, 'device'],
  ['pci-enumerate', 14, 'executed'],
  ['video-oprom', 184, 'executed'],
  ['ram-test', 8903, 'executed'],
  ['storage-detect', 2104, 'device'],
  ['option-roms', 31, 'executed'],
  ['boot-select', 2, 'executed'],
  ['loader-load', 351, 'device'],
  ['loader-menu', 5000, 'device'],
  ['setup-realmode', 12, 'executed'],
];

const PHASES: Readonly<Record<RebootPath, readonly FakePhase[]>> = {
  cold: [...FIRMWARE, ...KERNEL],
  warm: [...SHUTDOWN, ...FIRMWARE, ...KERNEL],
  kexec: [['kexec-load', 418, 'device'], ...SHUTDOWN, ['relocate-copy', 9, 'executed'], ...KERNEL],
  crash: [['machine-shutdown', 8, 'executed'], ['relocate-copy', 9, 'executed'], ...KERNEL],
};

/** POST steps below the memory test, as a firmware phase with children has them. */
const RAM_TEST_STEPS = [
  ['post-10', 'First 64 KiB', 0.05],
  ['post-2b', 'Write patterns', 0.6],
  ['post-2c', 'Read back', 0.35],
] as const;

function costs(durationCycles: number, basis: Basis): PhaseCosts {
  const isDevice = basis === 'device';
  return {
    durationCycles,
    instructions: Math.floor(durationCycles / (isDevice ? 90 : 4)),
    portReads: isDevice ? Math.floor(durationCycles / 2_000_000) : 4,
    portWrites: 7,
    interrupts: Math.floor(durationCycles / 10_000_000),
    deviceWaitCycles: isDevice ? Math.floor(durationCycles * 0.96) : 0,
    forcedDelayCycles: 0,
    portCycles: 900,
    modelledCycles: basis === 'modelled' ? durationCycles : 0,
    memoryCycles: 0,
    bytesRead: 0,
    bytesWritten: 0,
  };
}

function sumCosts(parts: readonly PhaseRecord[]): PhaseCosts {
  const names = Object.keys(costs(0, 'executed')) as (keyof PhaseCosts)[];
  const sum = (name: keyof PhaseCosts) => parts.reduce((total, part) => total + part.costs[name], 0);
  return Object.fromEntries(names.map((name) => [name, sum(name)])) as unknown as PhaseCosts;
}

function leaf([id, milliseconds, basis]: FakePhase, startCycle: number): PhaseRecord {
  const { name, group, owner } = phaseKind(id);
  const durationCycles = milliseconds * CYCLES_PER_MS;
  const phase: PhaseRecord = {
    id,
    name,
    group,
    owner,
    basis,
    evidence: basis === 'device' ? ['S', 'model'] : ['S', 'D'],
    startCycle,
    endCycle: startCycle + durationCycles,
    costs: costs(durationCycles, basis),
    children: [],
  };
  return id === 'ram-test' ? withSteps(phase) : phase;
}

function withSteps(phase: PhaseRecord): PhaseRecord {
  let cycle = phase.startCycle;
  const children = RAM_TEST_STEPS.map(([id, name, share]) => {
    const durationCycles = Math.round(phase.costs.durationCycles * share);
    const step = {
      ...phase,
      id,
      name,
      startCycle: cycle,
      endCycle: cycle + durationCycles,
      costs: costs(durationCycles, phase.basis),
    };
    cycle += durationCycles;
    return step;
  });
  return { ...phase, costs: sumCosts(children), children };
}

function groupNode(children: readonly PhaseRecord[]): PhaseRecord {
  const [first] = children;
  return {
    ...first,
    id: `group:${first.group}`,
    name: first.group,
    startCycle: first.startCycle,
    endCycle: children[children.length - 1].endCycle,
    costs: sumCosts(children),
    children,
  };
}

/** A record of one path: groups of phases without gaps. */
export function fakeRecord(path: RebootPath, seed = 7): PathRecord {
  let cycle = 0;
  const leaves = PHASES[path].map((phase) => {
    const record = leaf(phase, cycle);
    cycle = record.endCycle;
    return record;
  });
  const groups: PhaseRecord[][] = [];
  for (const phase of leaves) {
    const last = groups[groups.length - 1];
    if (last?.[0].group === phase.group) last.push(phase);
    else groups.push([phase]);
  }
  const children = groups.map(groupNode);
  const at = (id: PhaseId) => leaves.find((phase) => phase.id === id);
  const outageStart = at('userspace-shutdown')?.startCycle ?? 0;
  const shutdownEnd = at('device-shutdown')?.endCycle;
  const kernelStart = at('start-kernel')!.startCycle;
  return {
    schemaVersion: 1,
    engineVersion: '0.1.0',
    profileId: 'p3-1000-desktop',
    path,
    seed,
    variations: ['disk-rotation', 'timer-phase'],
    cpuHz: FAKE_CPU_HZ,
    memoryModel: 'flat',
    totalCycles: cycle,
    outageCycles: cycle - outageStart,
    handoverCycles: shutdownEnd === undefined ? null : kernelStart - shutdownEnd,
    root: {
      ...groupNode(children),
      id: 'path',
      name: path,
      group: '',
      owner: '',
    },
    pagesCopied: path === 'kexec' ? 812 : 0,
    bytesCopied: path === 'kexec' ? 812 * 4096 : 0,
    postCodes: path === 'kexec' ? [] : [0x01, 0x10, 0x2b, 0x2c, 0xff],
    serialText: 'ready\n',
    warnings: [],
  };
}

const CONFIG_HASH = '9f2c1a0b3d4e5f60718293a4b5c6d7e8f90123456789abcdef0123456789abcd';

/** A finished comparison of `paths`. */
export function fakeComparison(
  paths: readonly RebootPath[] = ['warm', 'kexec'],
  overrides: Partial<Comparison> = {},
): Comparison {
  const request: ComparisonRequest = { profileId: 'p3-1000-desktop', paths, seed: 7, overlay: {} };
  return {
    id: 'comparison-1',
    request,
    configHash: CONFIG_HASH,
    records: paths.map((path, runOrder) => ({
      ...fakeRecord(path),
      runId: `${CONFIG_HASH.slice(0, 12)}-s7`,
      configHash: CONFIG_HASH,
      runOrder,
      pointIndex: 0,
      repetition: 0,
      isBaseline: runOrder === 0,
    })),
    answer:
      'kexec takes 9.7 times fewer cycles than a warm reboot (outage 1.98 G cycles · 1.98 s at 1.0 GHz against ' +
      '19.3 G cycles · 19.3 s). 51 % of the saving is the memory test; copying pages costs 0.1 % of it back.',
    ...overrides,
  };
}

/** A machine as the list shows it; its figures are not filled in. */
export function fakeMachine(overrides: Partial<MachineSummary> = {}): MachineSummary {
  return {
    id: 'p3-1000-desktop',
    name: 'Pentium III 1000 desktop',
    year: 2002,
    description: 'A desktop of 2002: Pentium III at 1 GHz, 256 MB, a 7200 rpm IDE disk.',
    caveats: ['A budget of micro-ops stands for the Pentium III: instruction counts are right, clocks are not.'],
    profile: {
      cpu: {
        model: 'p6',
        hz: { value: FAKE_CPU_HZ, evidence: 'S', source: 'name' },
        clockEvidence: 'model',
        clockSource: 'Micro-op budget',
      },
      memory: { ramBytes: { value: 256 * 1024 ** 2, evidence: 'model', source: 'name' } },
      hasPci: true,
      bootDisk: 'ata',
    } as unknown as MachineSummary['profile'],
    ...overrides,
  };
}
