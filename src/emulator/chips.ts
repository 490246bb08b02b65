// The board's chips, group by group. Which ports, which interrupt, whose reset: in the wiring files. No behaviour here.
import { BusMaster } from './bus-master';
import type { FpuErrorPort } from './devices/fpu-error-port';
import type { IdeAta } from './devices/ide-ata';
import type { Kbc8042 } from './devices/kbc-8042';
import type { Ps2Mouse } from './devices/mouse-ps2';
import { PicPair } from './devices/pic-8259';
import type { Piix4Acpi } from './devices/piix4-acpi';
import type { Pit8254 } from './devices/pit-8254';
import type { Uart16550 } from './devices/uart-16550';
import type { Vga } from './devices/vga/vga';
import type { Resettable } from './reset';
import { wireFloppy } from './wiring/floppy';
import { wireIsaDma } from './wiring/isa-dma';
import { wireAdapters } from './wiring/adapters';
import { wireCore } from './wiring/core';
import { wirePci } from './wiring/pci';
import { wirePlatform } from './wiring/platform';
import { wireStorage } from './wiring/storage';
import { wireVideo } from './wiring/video';
import type { BoardParts, NamedChips, Wiring } from './wiring/wiring';

/** The chips that somebody outside the board looks at, and all of them by name. */
export interface Chips {
  readonly pic: PicPair;
  readonly fpuErrors: FpuErrorPort;
  readonly pit: Pit8254;
  readonly keyboardController: Kbc8042;
  /** Null on a board without PS/2 ports. */
  readonly mouse: Ps2Mouse | null;
  readonly serial: Uart16550;
  readonly ide: IdeAta;
  readonly vga: Vga;
  /** Power management, with the power button; null on a board without PCI. */
  readonly acpi: Piix4Acpi | null;
  readonly busMaster: BusMaster;
  /** Every chip: resets go through them in this order, snapshots keep them by name. */
  readonly byName: NamedChips;
  readonly resettable: readonly Resettable[];
}

/** Builds all chips, connects their lines, claims their ports. */
export function wireChips(parts: BoardParts): Chips {
  const { profile, board, clock, bus, cpu } = parts;
  const noteUnstable = (cycle: number) => bus.noteUnstable(cycle);
  const intr = { raise: () => cpu.setInterruptPin(true), lower: () => cpu.setInterruptPin(false) };
  const pic = new PicPair({ intr, clock, noteUnstable }, { hasElcr: profile.hasPci });
  const busMaster = new BusMaster(bus);
  const wiring: Wiring = {
    ...parts,
    busMaster,
    noteUnstable,
    irq: (number) => pic.input(number),
    claim: (name, first, last, device, accessNs, widthBytes = 1) =>
      bus.claimPorts({ name, first, last, widthBytes, accessNs, device }),
  };
  const core = wireCore(wiring, pic);
  const pci = profile.hasPci ? wirePci(wiring) : null;
  const platform = wirePlatform(wiring, pci);
  const video = wireVideo(wiring, pci);
  const storage = wireStorage(wiring, pci);
  const adapters = wireAdapters(wiring, pci);
  const isaDma = wireIsaDma(wiring);
  const floppy = wireFloppy(wiring, isaDma.dma);
  board.mapBoard(video.vga.memory);
  const byName: NamedChips = {
    ...core.chips,
    ...video.chips,
    ...storage.chips,
    ...pci?.chips,
    ...platform.chips,
    ...adapters.chips,
    ...isaDma.chips,
    ...floppy.chips,
  };
  const { fpuErrors, pit, keyboardController, mouse, serial } = core;
  return {
    ...{ pic, fpuErrors, pit, keyboardController, mouse, serial, busMaster },
    ...{ ide: storage.ide, vga: video.vga, acpi: platform.acpi },
    byName,
    resettable: Object.values(byName),
  };
}
