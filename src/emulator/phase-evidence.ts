// Which figures of the profile a span's cycles rest on, as evidence tags.
// A tag is listed when a figure of its section took part: clocks, ports, slow memory, reset hold, the chip waited for.
import type { PhaseCosts, PhaseId } from './phases';
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

/** The tags a span rests on, each once, in the order S D K model. */
export function phaseEvidence(phase: PhaseId, costs: PhaseCosts, profile: MachineProfile): Evidence[] {
  const tags = new Set<Evidence>();
  const addSection = (section: object) => {
    for (const figure of Object.values(section).filter(isFigure) as Figure[]) tags.add(figure.evidence);
  };
  if (costs.instructions > 0) tags.add(profile.cpu.clockEvidence);
  if (costs.portCycles > 0) addSection(profile.ports);
  if (costs.modelledCycles > 0) addSection(profile.reset);
  if (costs.memoryCycles > 0) {
    addSection(profile.rom);
    addSection(profile.video);
    addSection({ ...profile.memory, ramBytes: undefined });
  }
  if (costs.deviceWaitCycles > 0) {
    for (const name of WAITS_FOR[phase] ?? []) {
      // A machine that starts from SCSI has no ATA disk.
      const isThere = name !== 'disk' || profile.bootDisk === 'ata';
      if (isThere) addSection(profile[name] ?? {});
    }
  }
  return (['S', 'D', 'K', 'model'] as const).filter((tag) => tags.has(tag));
}
