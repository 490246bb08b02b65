// Expansion cards: SCSI host adapter and network card, where the profile has them.
import { wireNetwork } from './network';
import type { PciBoard } from './pci';
import { wireScsi } from './scsi';
import type { NamedChips, Wiring } from './wiring';

/** Wires the cards. */
export function wireAdapters(wiring: Wiring, pci: PciBoard | null): { readonly chips: NamedChips } {
  if (!pci) return { chips: {} };
  const { profile, roms } = wiring;
  const { network, scsi } = profile;
  return {
    chips: {
      ...(network && wireNetwork(wiring, pci, network, roms.network ?? null)),
      ...(scsi && wireScsi(wiring, pci, scsi, roms.scsi ?? null)),
    },
  };
}
