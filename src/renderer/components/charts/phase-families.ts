// Eight families of phases, each with a colour (theme/tokens.css) and a pattern, so that colour is never alone.
import type { PhaseId } from '../../../lab/index';

export type FamilyId = 'shutdown' | 'firmware' | 'memory' | 'devices' | 'loader' | 'kexec' | 'kernel' | 'services';

/** Strokes of a tile of PATTERN_TILE pixels, as SVG path data; empty for a plain fill. */
export const PATTERN_TILE = 8;

export interface PhaseFamily {
  readonly id: FamilyId;
  readonly name: string;
  readonly pattern: string;
}

const DIAGONAL_UP = 'M-2 2L2 -2M0 8L8 0M6 10L10 6';
const DIAGONAL_DOWN = 'M-2 6L2 10M0 0L8 8M6 -2L10 2';
const VERTICAL = 'M2 0V8M6 0V8';
const CROSSED = 'M0 4H8M4 0V8';

/** In the order of a reboot. Neighbours in time differ in pattern as well. */
export const PHASE_FAMILIES: readonly PhaseFamily[] = [
  { id: 'shutdown', name: 'Shut down', pattern: DIAGONAL_UP },
  { id: 'firmware', name: 'Firmware set-up', pattern: '' },
  { id: 'memory', name: 'Memory test', pattern: '' },
  { id: 'devices', name: 'Drives and ROMs', pattern: VERTICAL },
  { id: 'loader', name: 'Boot loader', pattern: DIAGONAL_DOWN },
  { id: 'kexec', name: 'kexec', pattern: CROSSED },
  { id: 'kernel', name: 'Kernel start', pattern: '' },
  { id: 'services', name: 'Start services', pattern: DIAGONAL_UP },
];

const FAMILY_OF_PHASE: Readonly<Record<PhaseId, FamilyId>> = {
  'kexec-load': 'kexec',
  'userspace-shutdown': 'shutdown',
  'device-shutdown': 'shutdown',
  'machine-shutdown': 'shutdown',
  reset: 'firmware',
  'early-chipset': 'firmware',
  'ram-init': 'firmware',
  'ram-test': 'memory',
  shadow: 'firmware',
  kbc: 'firmware',
  'video-oprom': 'devices',
  'pci-enumerate': 'firmware',
  'storage-detect': 'devices',
  'option-roms': 'devices',
  'boot-select': 'firmware',
  'loader-menu': 'loader',
  'loader-load': 'loader',
  'setup-realmode': 'kernel',
  'relocate-copy': 'kexec',
  'purgatory-hash': 'kexec',
  decompress: 'kernel',
  'start-kernel': 'kernel',
  'driver-probe': 'kernel',
  userspace: 'services',
};

const FAMILY_BY_ID = new Map(PHASE_FAMILIES.map((family) => [family.id, family]));

/** The family of a phase; its id must be a PhaseId, as phaseStretches gives them. */
export function familyOfPhase(phaseId: string): PhaseFamily {
  return FAMILY_BY_ID.get(FAMILY_OF_PHASE[phaseId as PhaseId])!;
}
