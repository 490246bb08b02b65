// Eight families of phases with colour and pattern, as the window draws them in its light theme, so that print and screen
// agree. Colours were chosen for the three common colour-vision deficiencies; patterns tell families apart without colour.
import type { PhaseId } from '../../../emulator/index';
import { element, rect, textAt, TEXT, textWidth } from './drawing';

export type FamilyId = 'shutdown' | 'firmware' | 'memory' | 'devices' | 'loader' | 'kexec' | 'kernel' | 'services';

export interface PhaseFamily {
  readonly id: FamilyId;
  readonly name: string;
  readonly color: string;
  /** Of text on it. */
  readonly ink: string;
  /** Strokes of a tile of PATTERN_TILE units, as SVG path data; empty for a plain fill. */
  readonly pattern: string;
}

const PATTERN_TILE = 8;
const LIGHT = '#ffffff';
const DARK = '#101216';

const DIAGONAL_UP = 'M-2 2L2 -2M0 8L8 0M6 10L10 6';
const DIAGONAL_DOWN = 'M-2 6L2 10M0 0L8 8M6 -2L10 2';
const VERTICAL = 'M2 0V8M6 0V8';
const CROSSED = 'M0 4H8M4 0V8';

const family = (id: FamilyId, name: string, color: string, ink: string, pattern: string): PhaseFamily => {
  return { id, name, color, ink, pattern };
};

/** In the order of a reboot. */
export const PHASE_FAMILIES: readonly PhaseFamily[] = [
  family('shutdown', 'Shut down', '#985867', LIGHT, DIAGONAL_UP),
  family('firmware', 'Firmware set-up', '#2467bb', LIGHT, ''),
  family('memory', 'Memory test', '#d37c20', DARK, ''),
  family('devices', 'Drives and ROMs', '#9d82e2', DARK, VERTICAL),
  family('loader', 'Boot loader', '#445f09', LIGHT, DIAGONAL_DOWN),
  family('kexec', 'kexec', '#22a698', DARK, CROSSED),
  family('kernel', 'Kernel start', '#5b0c53', LIGHT, ''),
  family('services', 'Start services', '#2e3e02', LIGHT, DIAGONAL_UP),
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

const FAMILY_BY_ID = new Map(PHASE_FAMILIES.map((one) => [one.id, one]));

export function familyOf(phaseId: PhaseId): PhaseFamily {
  return FAMILY_BY_ID.get(FAMILY_OF_PHASE[phaseId])!;
}

/** The patterns, for the definitions of a picture that fills with `fillOf`. */
export function familyPatterns(): string {
  return PHASE_FAMILIES.map(({ id, color, pattern }) => {
    const strokes =
      pattern === ''
        ? ''
        : element('path', { d: pattern, stroke: '#ffffff', 'stroke-opacity': 0.45, 'stroke-width': 1.2, fill: 'none' });
    return element(
      'pattern',
      { id: `family-${id}`, width: PATTERN_TILE, height: PATTERN_TILE, patternUnits: 'userSpaceOnUse' },
      rect(0, 0, PATTERN_TILE, PATTERN_TILE, { fill: color }) + strokes,
    );
  }).join('');
}

/** Plain families are a plain colour: text on them is sharp, and simple readers show them. */
export function fillOf({ id, color, pattern }: PhaseFamily): string {
  return pattern === '' ? color : `url(#family-${id})`;
}

const SWATCH = 14;
const SWATCH_GAP = 6;
const ENTRY_GAP = 22;
export const LEGEND_HEIGHT = 28;

/** A row with the families that are there, in the order of a reboot. */
export function familyLegend(x: number, y: number, present: ReadonlySet<FamilyId>): string {
  let at = x;
  return PHASE_FAMILIES.filter(({ id }) => present.has(id))
    .map((one) => {
      const entry =
        rect(at, y, SWATCH, SWATCH, { fill: fillOf(one) }) +
        textAt(at + SWATCH + SWATCH_GAP, y + 11.5, one.name, { size: TEXT.small });
      at += SWATCH + SWATCH_GAP + textWidth(one.name, TEXT.small) + ENTRY_GAP;
      return entry;
    })
    .join('');
}
