// The screen: a VGA at its ISA ports and the window A0000-BFFFF; on boards with PCI also a function with a frame buffer.
import { Vga } from '../devices/vga/vga';
import type { PciBoard } from './pci';
import type { NamedChips, Wiring } from './wiring';

/** Wires the adapter; the board maps its window. */
export function wireVideo({ clock, noteUnstable, claim, memory, profile }: Wiring, _pci: PciBoard | null) {
  const vga = new Vga(clock, noteUnstable, memory.videoMemory);
  const isa8Ns = profile.ports.isa8Ns.value;
  claim('VGA CRTC, monochrome address', 0x3b4, 0x3b5, vga, isa8Ns);
  claim('VGA status, monochrome address', 0x3ba, 0x3ba, vga, isa8Ns);
  claim('VGA', 0x3c0, 0x3cf, vga, isa8Ns);
  claim('VGA CRTC', 0x3d4, 0x3d5, vga, isa8Ns);
  claim('VGA status', 0x3da, 0x3da, vga, isa8Ns);
  return { vga, chips: { vga } satisfies NamedChips };
}
