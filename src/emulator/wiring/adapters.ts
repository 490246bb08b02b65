// Expansion cards: SCSI host adapter and network card, where the profile has them.
import { wireNetwork } from './network';
import type { PciBoard } from './pci';
import { wireScsi } from './scsi';
import type { NamedChips, Wiring } from './wiring';

/** Wires the cards. */
export function wireAdapters(wiring: Wiring, pci: PciBoard | null): { readonly chips: NamedChips } {
  if (!pci) return { chips: {} };
  const { network, scsi } = wiring.profile;
  return {
    chips: { ...(network && wireNetwork(wiring, pci, network, null)), ...(profile.scsi && wireScsi(wiring, pci, profile.scsi, roms.scsi ?? null)) },
  };
}
