// What a board adds around the chip set: debug and configuration ports of firmware, power management, ISA DMA.
import type { PciBoard } from './pci';
import type { NamedChips, Wiring } from './wiring';

/** Wires them. */
export function wirePlatform(_wiring: Wiring, _pci: PciBoard | null): { readonly chips: NamedChips } {
  return { chips: {} };
}
