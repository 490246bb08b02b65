// The PCI side of a board: host bridge, south bridge, interrupt routing, and the slots the adapters go into.
// Slots as on QEMU's `-M pc`: 0 host bridge, 1 south bridge, 2 video, 3 network, 4 SCSI.
import { videoBackings } from '../board-memory';
import type { MemoryBacking } from '../bus';
import { FRAME_BYTES } from '../bus';
import { I440fxHostBridge } from '../devices/i440fx-host-bridge';
import { PciConfiguration } from '../devices/pci-configuration';
import type { PciDecoder, PciRange } from '../devices/pci-endpoint';
import { rangeBytes } from '../devices/pci-endpoint';
import { PciInterrupts } from '../devices/pci-interrupts';
import { Piix3IsaBridge } from '../devices/piix3-isa-bridge';
import { PortCf9 } from '../devices/port-cf9';
import type { InterruptLine } from '../irq';
import type { MemoryDevice, PortDevice } from '../bus';
import type { NamedChips, Wiring } from './wiring';

export const PCI_SLOT = { HOST_BRIDGE: 0, SOUTH_BRIDGE: 1, VIDEO: 2, NETWORK: 3, SCSI: 4 } as const;

/** What adapters need of the PCI side. */
export interface PciBoard {
  readonly configuration: PciConfiguration;
  readonly decoder: PciDecoder;
  /** The line behind a slot's INTA#-INTD# (1-4). */
  readonly interruptLine: (slot: number, pin: 1 | 2 | 3 | 4) => InterruptLine;
  /** A line that ends at an IRQ whatever is routed there too. */
  readonly fixedInterruptLine: (irq: number) => InterruptLine;
  readonly chips: NamedChips;
}

/** Wires host bridge, ISA bridge and reset control. */
export function wirePci(wiring: Wiring): PciBoard {
  const { board, bus, claim, profile, requestReset } = wiring;
  const { chipsetNs } = profile.ports;
  const configuration = new PciConfiguration();
  const interrupts = new PciInterrupts(wiring.irq);
  const hostBridge = new I440fxHostBridge({
    pamChanged: ({ base, sizeBytes }, { isReadFromRam, isWrittenToRam }) =>
      board.setShadow(base, sizeBytes, isReadFromRam, isWrittenToRam),
    pamChangesDone: () => bus.mapChanged(),
  });
  const isaBridge = new Piix3IsaBridge({ pirqRouted: (pirq, irq) => interrupts.route(pirq, irq) });
  const resetControl = new PortCf9({ onReset: (kind) => requestReset(kind, 'port-cf9') });
  configuration.attach({ device: PCI_SLOT.HOST_BRIDGE, function: 0 }, hostBridge);
  configuration.attach({ device: PCI_SLOT.SOUTH_BRIDGE, function: 0 }, isaBridge);
  claim('PCI address', 0xcf8, 0xcf8, configuration, chipsetNs.value, 4);
  claim('reset control', 0xcf9, 0xcf9, resetControl, chipsetNs.value);
  claim('PCI data', 0xcfc, 0xcff, configuration, chipsetNs.value, 4);
  return {
    configuration,
    decoder: createDecoder(wiring),
    interruptLine: (slot, pin) => interrupts.line(slot, pin),
    fixedInterruptLine: (irq) => interrupts.fixedLine(irq),
    chips: { pciConfiguration: configuration, hostBridge, isaBridge, resetControl },
  };
}

/** Opens ranges on the bus. A PCI access costs what the profile says of ports and memory on PCI. */
function createDecoder({ bus, clock, profile }: Wiring): PciDecoder {
  const accessNs = profile.ports.chipsetNs.value;
  const cycles = clock.cyclesFromNs(accessNs);
  const registerCost = { cost: [0, cycles, cycles, 0, cycles], fetchCyclesPerByte: cycles / 4 } as const;

  const backingsOf = (name: string, range: Exclude<PciRange, { kind: 'io' }>, base: number) => {
    if (range.kind === 'linear') return videoBackings(profile, clock, name, range.hostOffset, null);
    const device = memoryAt(range.kind === 'rom' ? romDevice(range.image) : range.device, base, rangeBytes(range));
    const backing: MemoryBacking = { name, hostOffset: -1, device, ...registerCost };
    return { read: backing, write: backing };
  };
  return {
    open: (name, range, base) => {
      const sizeBytes = rangeBytes(range);
      if (range.kind === 'io') {
        const last = base + sizeBytes - 1;
        const { widthBytes } = range;
        return bus.openPortWindow({
          name,
          first: base,
          last,
          widthBytes,
          accessNs,
          device: portsAt(range.device, base),
        });
      }
      const frameBase = Math.floor(base / FRAME_BYTES) * FRAME_BYTES;
      const frameBytes = Math.max(sizeBytes, FRAME_BYTES);
      const { read, write } = backingsOf(name, range, base);
      const close = bus.openMemoryWindow(frameBase, frameBytes, read, write);
      bus.mapChanged();
      return () => {
        close();
        bus.mapChanged();
      };
    },
  };
}

/** Turns absolute ports into offsets. */
function portsAt(device: PortDevice, base: number): PortDevice {
  return {
    readPort: (port, sizeBytes) => device.readPort(port - base, sizeBytes),
    writePort: (port, sizeBytes, value) => device.writePort(port - base, sizeBytes, value),
    peekPort: (port, sizeBytes) => device.peekPort(port - base, sizeBytes),
  };
}

/** Turns physical addresses into offsets; a frame may be larger than the range, whose rest is empty. */
function memoryAt(device: MemoryDevice, base: number, sizeBytes: number): MemoryDevice {
  const isInside = (address: number) => address >= base && address < base + sizeBytes;
  const ones = (size: number) => 2 ** (8 * size) - 1;
  return {
    readMemory: (address, size) => (isInside(address) ? device.readMemory(address - base, size) : ones(size)),
    peekMemory: (address, size) => (isInside(address) ? device.peekMemory(address - base, size) : ones(size)),
    writeMemory: (address, size, value) => {
      if (isInside(address)) device.writeMemory(address - base, size, value);
    },
  };
}

/** An expansion ROM chip: bytes beyond the image are ones, writes are lost. */
function romDevice(image: Uint8Array): MemoryDevice {
  const read = (offset: number, sizeBytes: number) => {
    let value = 0;
    for (let i = sizeBytes - 1; i >= 0; i--) value = value * 256 + (image[offset + i] ?? 0xff);
    return value;
  };
  return { readMemory: read, peekMemory: read, writeMemory: () => {} };
}
