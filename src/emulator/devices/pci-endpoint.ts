// A PCI function with base addresses: which range lies where, and its interrupt pin (PCI Local Bus Specification 2.1, 6.2).
// The chip behind it sees offsets into its own ranges, never where the firmware put them.
import type { AccessSize, MemoryDevice, PortDevice } from '../bus';
import type { InterruptLine } from '../irq';
import type { ResetKind, Resettable } from '../reset';
import type { ConfigurationField, PciFunction } from './pci-configuration';
import { ConfigurationSpace } from './pci-configuration';

const PCICMD = 0x04;
const PCICMD_IO_SPACE = 0x1;
const PCICMD_MEMORY_SPACE = 0x2;
const PCICMD_BUS_MASTER = 0x4;
const BAR0 = 0x10;
const EXPANSION_ROM_BAR = 0x30;
const EXPANSION_ROM_ENABLE = 0x1;
const INTERRUPT_LINE = 0x3c;
const INTERRUPT_PIN = 0x3d;
const BAR_IO = 0x1;
const BAR_PREFETCHABLE = 0x8;

/** A range of ports; `device` is called with offsets from its base. Sizes are powers of two. */
export interface PortRange {
  readonly kind: 'io';
  readonly bar: 0 | 1 | 2 | 3 | 4 | 5;
  readonly sizeBytes: number;
  /** The widest access the chip takes at once. */
  readonly widthBytes: AccessSize;
  readonly device: PortDevice;
}

/** A range of memory behind a chip; `device` is called with offsets from its base. */
export interface MemoryRange {
  readonly kind: 'memory';
  readonly bar: 0 | 1 | 2 | 3 | 4 | 5;
  readonly sizeBytes: number;
  readonly isPrefetchable?: boolean;
  readonly device: MemoryDevice;
}

/** A range of memory that is plain bytes in the machine's linear memory: a frame buffer. */
export interface LinearRange {
  readonly kind: 'linear';
  readonly bar: 0 | 1 | 2 | 3 | 4 | 5;
  readonly sizeBytes: number;
  /** Offset in linear memory. */
  readonly hostOffset: number;
}

/** The expansion ROM; the size is rounded up to a power of two of at least 2 KiB. */
export interface RomRange {
  readonly kind: 'rom';
  readonly image: Uint8Array;
}

export type PciRange = PortRange | MemoryRange | LinearRange | RomRange;

/** What the board does for a function: opens ranges where the firmware puts them. Closing is the returned function. */
export interface PciDecoder {
  /** @param base physical address or port @returns closes the range */
  open(name: string, range: PciRange, base: number): () => void;
}

/** What a function is made of. */
export interface PciEndpointParts {
  /** For probes and messages: "BT-958". */
  readonly name: string;
  /** Identity and registers of its own; base addresses, command bits 0-2 and interrupt registers are added here. */
  readonly fields: readonly ConfigurationField[];
  readonly ranges: readonly PciRange[];
  /** INTA#-INTD# as 1-4, null for none; `line` is where the pin goes. */
  readonly interrupt: { readonly pin: 1 | 2 | 3 | 4; readonly line: InterruptLine } | null;
}

interface OpenRange {
  readonly range: PciRange;
  base: number;
  close: (() => void) | null;
}

/** One function: configuration space, ranges, interrupt pin. The chip behind is its owner's business. */
export class PciEndpoint implements PciFunction, Resettable {
  private readonly space: ConfigurationSpace;
  private readonly open: OpenRange[];
  private readonly hasPorts: boolean;

  constructor(
    private readonly parts: PciEndpointParts,
    private readonly decoder: PciDecoder,
  ) {
    const { fields, ranges, interrupt } = parts;
    this.space = new ConfigurationSpace([
      { offset: PCICMD, sizeBytes: 2, value: 0, writable: 0x0007 },
      ...fields,
      ...ranges.map(baseAddressField),
      ...(interrupt
        ? ([
            { offset: INTERRUPT_LINE, sizeBytes: 1, value: 0, writable: 0xff },
            { offset: INTERRUPT_PIN, sizeBytes: 1, value: interrupt.pin },
          ] as const)
        : []),
    ]);
    this.open = ranges.map((range) => ({ range, base: -1, close: null }));
    this.hasPorts = ranges.some(({ kind }) => kind === 'io');
  }

  readConfiguration(offset: number, sizeBytes: AccessSize): number {
    return this.space.read(offset, sizeBytes);
  }

  writeConfiguration(offset: number, sizeBytes: AccessSize, value: number): void {
    this.space.write(offset, sizeBytes, value);
    this.decode();
  }

  /** Whether the function may master the bus (PCICMD bit 2). A chip whose bit is off cannot reach memory. */
  get isBusMaster(): boolean {
    return (this.space.read(PCICMD, 2) & PCICMD_BUS_MASTER) !== 0;
  }

  /** Where a base address register's range lies now, null while it is closed. */
  baseOf(bar: number): number | null {
    const found = this.open.find(({ range }) => range.kind !== 'rom' && range.bar === bar);
    return found?.close ? found.base : null;
  }

  enterReset(kind: ResetKind): void {
    if (kind !== 'cpu-init') this.space.reset();
  }

  holdReset(kind: ResetKind): void {
    if (kind !== 'cpu-init') this.decode();
  }

  saveState(): { configuration: number[] } {
    return { configuration: this.space.saveState() };
  }

  restoreState({ configuration }: { configuration: number[] }): void {
    this.space.restoreState(configuration);
    this.decode();
  }

  private decode(): void {
    const command = this.space.read(PCICMD, 2);
    for (const entry of this.open) {
      const base = this.placeOf(entry.range, command);
      if (base === entry.base) continue;
      entry.close?.();
      entry.base = base;
      entry.close = base < 0 ? null : this.decoder.open(this.parts.name, entry.range, base);
    }
  }

  /** -1 while the range is closed: not enabled, or still at 0, where no firmware puts one. */
  private placeOf(range: PciRange, command: number): number {
    if (range.kind === 'io') {
      const base = this.space.read(BAR0 + 4 * range.bar, 4) & ~0x3;
      return this.hasPorts && command & PCICMD_IO_SPACE && base !== 0 && base < 0x1_0000 ? base : -1;
    }
    if (!(command & PCICMD_MEMORY_SPACE)) return -1;
    if (range.kind === 'rom') {
      const rom = this.space.read(EXPANSION_ROM_BAR, 4);
      const base = (rom & ~0x7ff) >>> 0;
      return rom & EXPANSION_ROM_ENABLE && base !== 0 ? base : -1;
    }
    const base = (this.space.read(BAR0 + 4 * range.bar, 4) & ~0xf) >>> 0;
    return base === 0 ? -1 : base;
  }
}

/** Bytes of the address range a range takes: a power of two. */
export function rangeBytes(range: PciRange): number {
  const bytes = range.kind === 'rom' ? Math.max(2048, range.image.length) : range.sizeBytes;
  return 2 ** Math.ceil(Math.log2(bytes));
}

function baseAddressField(range: PciRange): ConfigurationField {
  const mask = (~(rangeBytes(range) - 1) >>> 0) as number;
  switch (range.kind) {
    case 'io':
      return { offset: BAR0 + 4 * range.bar, sizeBytes: 4, value: BAR_IO, writable: (mask & 0xffff_fffc) >>> 0 };
    case 'rom':
      return {
        offset: EXPANSION_ROM_BAR,
        sizeBytes: 4,
        value: 0,
        writable: ((mask & 0xffff_f800) | EXPANSION_ROM_ENABLE) >>> 0,
      };
    default: {
      const isPrefetchable = range.kind === 'linear' || range.isPrefetchable;
      return {
        offset: BAR0 + 4 * range.bar,
        sizeBytes: 4,
        value: isPrefetchable ? BAR_PREFETCHABLE : 0,
        writable: (mask & 0xffff_fff0) >>> 0,
      };
    }
  }
}
