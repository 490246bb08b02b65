// The pair of 8237A and their page registers. Ports and channels: IBM AT Technical Reference, "Direct Memory Access".
// 80h is a spare page register whose value the POST port keeps and answers with (core.ts).
import { DmaPair } from '../devices/dma-8237';
import type { Wiring } from './wiring';

/** Wires them; devices connect themselves to their channels. */
export function wireIsaDma({ clock, busMaster, noteUnstable, claim, profile }: Wiring) {
  const { isa8Ns, dmaTransferNs } = profile.ports;
  const dma = new DmaPair({ clock, busMaster, noteUnstable }, { transferNs: dmaTransferNs.value });
  claim('8237A first', 0x00, 0x0f, dma.first, isa8Ns.value);
  claim('DMA pages', 0x81, 0x8f, dma.pages, isa8Ns.value);
  claim('8237A second', 0xc0, 0xdf, dma.second, isa8Ns.value);
  return { dma, chips: { dma } };
}
