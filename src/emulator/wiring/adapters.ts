// Expansion cards: SCSI host adapter and network card, where the profile has them.
import { wireNetwork } from './network';
import type { PciBoard } from './pci';
import { wireScsi } from './scsi';
import type { NamedChips, Wiring } from './wiring';

/** Wires the cards. */
export function wireAdapters(wiring: Wiring, pci: PciBoard | null): { readonly chips: NamedChips } {
  if (!pci) return { chips: {} };
  const { network, scsi } = wiring.profile;
  const scsiRom = wiring.roms.scsi ?? null;
  return {
    chips: {
      ...(network && wireNetwork(wiring, pci, network, null)),
      ...(scsi && wireScsi(wiring, pci, scsi, scsiRom)),
    },
  };
}
