// fw_cfg: how a virtual machine hands facts and files to its firmware (QEMU docs/specs/fw_cfg.rst). Items by number, files by name.
// Selector 510h, data 511h, DMA address 514h-51Bh. Leaves out: writing to items (DMA writes end with the error bit).
import type { AccessSize, PortDevice } from '../bus';
import type { BusMaster } from '../bus-master';
import type { Clock } from '../clock';
import type { ResetKind, Resettable } from '../reset';

const SELECTOR = 0x510; // 16 bits, write only
const DATA = 0x511; // 8 bits: the next byte of the item
const DMA_HIGH = 0x514; // big-endian; a read gives the signature
const DMA_LOW = 0x518; // big-endian; writing it starts

const DMA_SIGNATURE = [0x51454d55, 0x20434647] as const; // "QEMU CFG"
const DMA_ERROR = 0x01;
const DMA_READ = 0x02;
const DMA_SKIP = 0x04;
const DMA_SELECT = 0x08;
const DMA_WRITE = 0x10;
/** FWCfgDmaAccess: control 4, length 4, address 8 bytes, big-endian. */
const DMA_ACCESS_BYTES = 16;

export const FW_CFG_KEY = {
  SIGNATURE: 0x0000,
  ID: 0x0001,
  UUID: 0x0002,
  RAM_SIZE: 0x0003,
  NOGRAPHIC: 0x0004,
  NB_CPUS: 0x0005,
  NUMA: 0x000d,
  BOOT_MENU: 0x000e,
  MAX_CPUS: 0x000f,
  FILE_DIR: 0x0019,
  FIRST_FILE: 0x0020,
  ACPI_TABLES: 0x8000,
  SMBIOS_ENTRIES: 0x8001,
  IRQ0_OVERRIDE: 0x8002,
  E820_TABLE: 0x8003,
} as const;
/** Traditional and DMA interface. */
const INTERFACE_VERSION = 0x03;
const FILE_NAME_BYTES = 56;
const FILE_ENTRY_BYTES = 8 + FILE_NAME_BYTES;

/** What the interface hands over. */
export interface FwCfgContent {
  /** Items by key, below FIRST_FILE or from 8000h on. Signature, ID and directory are added. */
  readonly items: ReadonlyMap<number, Uint8Array>;
  /** Files by name, at most 55 characters. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** What the device is connected to. */
export interface FwCfgPins {
  readonly clock: Clock;
  readonly busMaster: BusMaster;
  /** Tells the bus from which cycle on a read may answer differently. */
  readonly noteUnstable: (cycle: number) => void;
}

/** State of the device. */
export interface FwCfgState {
  readonly key: number;
  readonly offset: number;
  readonly dmaHigh: number;
}

/** The device. DMA is done when the write that starts it returns: it costs the guest nothing but its port accesses. */
export class FwCfg implements PortDevice, Resettable {
  private readonly items: ReadonlyMap<number, Uint8Array>;
  private key = 0;
  private offset = 0;
  private dmaHigh = 0;

  constructor(
    private readonly pins: FwCfgPins,
    content: FwCfgContent,
  ) {
    this.items = layOutItems(content);
  }

  readPort(port: number, sizeBytes: AccessSize): number {
    const value = this.peekPort(port, sizeBytes);
    if (port !== DATA) return value;
    this.offset++;
    this.pins.noteUnstable(this.pins.clock.nowCycles);
    return value;
  }

  peekPort(port: number, sizeBytes: AccessSize): number {
    if (port === DATA) return this.item()[this.offset] ?? 0;
    if (port < DMA_HIGH) return 2 ** (8 * sizeBytes) - 1;
    const word = swapBytes(DMA_SIGNATURE[port < DMA_LOW ? 0 : 1]);
    return ((word >>> (8 * (port & 3))) & (2 ** (8 * sizeBytes) - 1)) >>> 0;
  }

  writePort(port: number, sizeBytes: AccessSize, value: number): void {
    if (port === SELECTOR && sizeBytes === 2) this.select(value);
    if (sizeBytes !== 4) return;
    if (port === DMA_HIGH) this.dmaHigh = swapBytes(value);
    if (port === DMA_LOW) this.startDma(swapBytes(value));
  }

  enterReset(kind: ResetKind): void {
    if (kind === 'cpu-init') return;
    this.select(0);
    this.dmaHigh = 0;
  }

  saveState(): FwCfgState {
    return { key: this.key, offset: this.offset, dmaHigh: this.dmaHigh };
  }

  restoreState({ key, offset, dmaHigh }: FwCfgState): void {
    this.key = key;
    this.offset = offset;
    this.dmaHigh = dmaHigh;
  }

  private item(): Uint8Array {
    return this.items.get(this.key) ?? new Uint8Array();
  }

  private select(key: number): void {
    this.key = key;
    this.offset = 0;
  }

  private startDma(accessAddress: number): void {
    const isReachable = this.dmaHigh === 0;
    this.dmaHigh = 0;
    if (!isReachable) return; // beyond 4 GiB: no memory to answer to
    const { busMaster } = this.pins;
    busMaster.noteOrders('fw_cfg');
    const access = new DataView(busMaster.readBytes(accessAddress, DMA_ACCESS_BYTES).buffer);
    const control = access.getUint32(0);
    const lengthBytes = access.getUint32(4);
    const address = access.getUint32(12);
    if (control & DMA_SELECT) this.select(control >>> 16);
    let isError = false;
    if (control & DMA_READ) {
      isError = access.getUint32(8) !== 0;
      if (!isError) this.copyOut(address, lengthBytes);
    } else if (control & DMA_WRITE) {
      isError = true;
    } else if (control & DMA_SKIP) {
      this.offset += lengthBytes;
    }
    busMaster.writeBytes('fw_cfg', accessAddress, Uint8Array.of(0, 0, 0, isError ? DMA_ERROR : 0));
  }

  /** Bytes behind the end of an item are zeros. A page at a time, since a length may be anything. */
  private copyOut(address: number, lengthBytes: number): void {
    const PIECE_BYTES = 4096;
    for (let done = 0; done < lengthBytes; done += PIECE_BYTES) {
      const piece = new Uint8Array(Math.min(PIECE_BYTES, lengthBytes - done));
      piece.set(this.item().subarray(this.offset, this.offset + piece.length));
      this.offset += piece.length;
      this.pins.busMaster.writeBytes('fw_cfg', (address + done) % 2 ** 32, piece);
    }
  }
}

/** Numbers the files in the order of their names, as firmware expects the directory, and adds what every device has. */
function layOutItems({ items, files }: FwCfgContent): Map<number, Uint8Array> {
  const all = new Map(items);
  all.set(FW_CFG_KEY.SIGNATURE, asciiBytes('QEMU'));
  all.set(FW_CFG_KEY.ID, Uint8Array.of(INTERFACE_VERSION, 0, 0, 0));
  const named = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  const directory = new DataView(new ArrayBuffer(4 + named.length * FILE_ENTRY_BYTES));
  directory.setUint32(0, named.length);
  named.forEach(([name, bytes], i) => {
    if (name.length >= FILE_NAME_BYTES) throw new Error(`fw_cfg file name too long: ${name}`);
    const key = FW_CFG_KEY.FIRST_FILE + i;
    const entry = 4 + i * FILE_ENTRY_BYTES;
    directory.setUint32(entry, bytes.length);
    directory.setUint16(entry + 4, key);
    new Uint8Array(directory.buffer).set(asciiBytes(name), entry + 8);
    all.set(key, bytes);
  });
  all.set(FW_CFG_KEY.FILE_DIR, new Uint8Array(directory.buffer));
  return all;
}

function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function swapBytes(value: number): number {
  return ((value << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)) >>> 0;
}
