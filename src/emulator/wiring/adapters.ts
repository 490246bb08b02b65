// Expansion cards: SCSI host adapter and network card, where the profile has them.
import type { PciBoard } from './pci';
import type { NamedChips, Wiring } from './wiring';

/** Wires the cards. */
export function wireAdapters(_wiring: Wiring, _pci: PciBoard | null): { readonly chips: NamedChips } {
  return { chips: {} };
}
