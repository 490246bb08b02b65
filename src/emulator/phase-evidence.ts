// Which figures of the profile a span's cycles rest on, as evidence tags.
// A tag is listed when a figure of its section took part: clocks, ports, slow memory, reset hold, the chip waited for.
import type { PhaseCosts, PhaseId, PhaseRecord } from './phases';
import { PHASE_KINDS } from './phases';
import type { Evidence, Figure, MachineProfile } from './profile';
import { isFigure } from './profile';

type WaitSection = 'disk' | 'keyboard' | 'loader' | 'firmware' | 'floppy' | 'scsi' | 'network';

/** The chips a phase waits for. Phases not listed wait for the timer only, whose frequency is its data sheet's. */
const WAITS_FOR: Partial<Record<PhaseId, readonly WaitSection[]>> = {
  kbc: ['keyboard'],
  'storage-detect': ['disk', 'floppy', 'firmware'],
  'option-roms': ['scsi', 'network', 'firmware'],
  'boot-select': ['disk', 'scsi', 'firmware'],
  'loader-load': ['disk', 'scsi'],
  'loader-menu': ['loader'],
  'driver-probe': ['disk', 'keyboard', 'scsi', 'network'],
  'device-shutdown': ['disk', 'keyboard', 'scsi', 'network'],
  'kexec-load': ['disk', 'scsi'],
  userspace: ['disk', 'scsi'],
};

/** Evidence tags of the figures of each section, in the order S D K model. `cpu` is what its clocks rest on. */
export type EvidenceBySection = Readonly<Record<string, readonly Evidence[]>>;

const TAGS: readonly Evidence[] = ['S', 'D', 'K', 'model'];

/** What the phases of a machine can rest on. */
export function evidenceBySection(profile: MachineProfile): EvidenceBySection {
  const { memory, disk, bootDisk } = profile;
  const sections: Record<string, unknown> = {
    ...profile,
    memory: { ...memory, ramBytes: undefined },
    // A machine that starts from SCSI has no ATA disk.
    disk: bootDisk === 'ata' ? disk : null,
  };
  const used = ['ports', 'reset', 'rom', 'video', 'memory', ...new Set(Object.values(WAITS_FOR).flat())];
  const tagsOf = (name: string) => {
    const figures = Object.values((sections[name] ?? {}) as object).filter(isFigure) as Figure[];
    return TAGS.filter((tag) => figures.some(({ evidence }) => evidence === tag));
  };
  return { cpu: [profile.cpu.clockEvidence], ...Object.fromEntries(used.map((name) => [name, tagsOf(name)])) };
}

/** The tags a span rests on, each once, in the order S D K model. */
export function phaseEvidence(phase: PhaseId, costs: PhaseCosts, sections: EvidenceBySection): Evidence[] {
  const used: string[] = [];
  if (costs.instructions > 0) used.push('cpu');
  if (costs.portCycles > 0) used.push('ports');
  if (costs.modelledCycles > 0) used.push('reset');
  if (costs.memoryCycles > 0) used.push('rom', 'video', 'memory');
  if (costs.deviceWaitCycles > 0) used.push(...(WAITS_FOR[phase] ?? []));
  return TAGS.filter((tag) => used.some((name) => sections[name]?.includes(tag)));
}

/**
 * The same spans with the tags of another machine of the same configuration: figures may be equal and their sources not.
 * Steps of a phase wait for what the phase waits for.
 */
export function retagEvidence(node: PhaseRecord, sections: EvidenceBySection, phase?: PhaseId): PhaseRecord {
  const own = PHASE_KINDS.find(({ id }) => id === node.id)?.id ?? phase;
  if (node.children.length === 0) return { ...node, evidence: own ? phaseEvidence(own, node.costs, sections) : [] };
  const children = node.children.map((child) => retagEvidence(child, sections, own));
  const evidence = TAGS.filter((tag) => children.some((child) => child.evidence.includes(tag)));
  return { ...node, evidence, children };
}
