// The registers of a VGA in memory, as QEMU's standard VGA has them behind its base address 2 (docs/specs/standard-vga.rst).
// Leaves out: EDID (000h-3FFh reads as ones: no display data), QEMU's extended registers at 600h.
import type { AccessSize, MemoryDevice } from '../../bus';
import type { Vga } from './vga';

const PORTS = 0x400; // ports 3C0h-3DFh
const PORTS_END = 0x420;
const FIRST_PORT = 0x3c0;
const DISPI = 0x500; // a word each
const DISPI_END = 0x516;

/** Addresses are offsets in the range. */
export class VgaMmio implements MemoryDevice {
  constructor(private readonly vga: Vga) {}

  readMemory(address: number, sizeBytes: AccessSize): number {
    return this.collect(address, sizeBytes, (port) => this.vga.readPort(port));
  }

  peekMemory(address: number, sizeBytes: AccessSize): number {
    return this.collect(address, sizeBytes, (port) => this.vga.peekPort(port));
  }

  writeMemory(address: number, sizeBytes: AccessSize, value: number): void {
    if (address >= PORTS && address < PORTS_END) {
      for (let i = 0; i < sizeBytes && address + i < PORTS_END; i++) {
        this.vga.writePort(FIRST_PORT + address + i - PORTS, 1, (value >>> (8 * i)) & 0xff);
      }
    } else if (address >= DISPI && address < DISPI_END && sizeBytes > 1) {
      for (let i = 0; i < sizeBytes && address + i < DISPI_END; i += 2) {
        this.vga.dispi.write((address + i - DISPI) >> 1, (value >>> (8 * i)) & 0xffff);
      }
    }
  }

  private collect(address: number, sizeBytes: AccessSize, readPort: (port: number) => number): number {
    let value = 0;
    for (let i = 0; i < sizeBytes; i++) value |= this.byteAt(address + i, readPort) << (8 * i);
    return value >>> 0;
  }

  private byteAt(address: number, readPort: (port: number) => number): number {
    if (address >= PORTS && address < PORTS_END) return readPort(FIRST_PORT + address - PORTS);
    if (address < DISPI || address >= DISPI_END) return 0xff;
    const word = this.vga.dispi.read((address - DISPI) >> 1);
    return address & 1 ? word >>> 8 : word & 0xff;
  }
}
