// The screen: a VGA at its ISA ports and the window A0000-BFFFF; its memory as a whole is a PCI base address, or at E0000000h
// on boards without PCI (QEMU's -device isa-vga does the same). The PCI function is QEMU's docs/specs/standard-vga.rst.
import { videoBackings } from '../board-memory';
import { PciEndpoint } from '../devices/pci-endpoint';
import { Vga } from '../devices/vga/vga';
import { VgaMmio } from '../devices/vga/mmio';
import type { PciBoard } from './pci';
import { PCI_SLOT } from './pci';
import type { NamedChips, Wiring } from './wiring';

/** Where the Bochs interface's frame buffer lies on an ISA board. */
const ISA_FRAME_BUFFER = 0xe000_0000;

/** Wires the adapter; the board maps its window. */
export function wireVideo(wiring: Wiring, pci: PciBoard | null): { readonly vga: Vga; readonly chips: NamedChips } {
  const { clock, noteUnstable, claim, memory, profile, bus } = wiring;
  const vga = new Vga(clock, noteUnstable, memory.videoMemory);
  const isa8Ns = profile.ports.isa8Ns.value;
  claim('VGA CRTC, monochrome address', 0x3b4, 0x3b5, vga, isa8Ns);
  claim('VGA status, monochrome address', 0x3ba, 0x3ba, vga, isa8Ns);
  claim('VGA', 0x3c0, 0x3cf, vga, isa8Ns);
  claim('VGA CRTC', 0x3d4, 0x3d5, vga, isa8Ns);
  claim('VGA status', 0x3da, 0x3da, vga, isa8Ns);
  claim('Bochs display interface', 0x1ce, 0x1d0, vga.dispi, isa8Ns, 2);
  if (pci) {
    const vgaFunction = createFunction(wiring, pci, vga);
    pci.configuration.attach({ device: PCI_SLOT.VIDEO, function: 0 }, vgaFunction);
    return { vga, chips: { vga, vgaFunction } };
  }
  const { read, write } = videoBackings(profile, clock, 'frame buffer', memory.videoOffset, null);
  bus.openMemoryWindow(ISA_FRAME_BUFFER, memory.videoBytes, read, write);
  return { vga, chips: { vga } };
}

function createFunction({ board, memory }: Wiring, pci: PciBoard, vga: Vga): PciEndpoint {
  const { videoRom } = board;
  return new PciEndpoint(
    {
      name: 'Bochs VGA',
      fields: [
        { offset: 0x00, sizeBytes: 2, value: 0x1234 },
        { offset: 0x02, sizeBytes: 2, value: 0x1111 },
        { offset: 0x08, sizeBytes: 4, value: 0x0300_0002 }, // VGA compatible, revision 2
        { offset: 0x2c, sizeBytes: 2, value: 0x1af4 },
        { offset: 0x2e, sizeBytes: 2, value: 0x1100 },
      ],
      ranges: [
        { kind: 'linear', bar: 0, sizeBytes: memory.videoBytes, hostOffset: memory.videoOffset },
        { kind: 'memory', bar: 2, sizeBytes: 0x1000, device: new VgaMmio(vga) },
        ...(videoRom ? [{ kind: 'rom', image: videoRom } as const] : []),
      ],
      interrupt: null,
    },
    pci.decoder,
  );
}
