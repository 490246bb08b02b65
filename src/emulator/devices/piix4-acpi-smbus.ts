// SMBus host controller of the PIIX4 (Intel 290562, 7.3) on a bus with nothing on it: each transaction ends with DEV_ERR.
// Leaves out: slave interface, interrupts, and the time a transaction takes (an address byte at 16 kHz is 0.6 ms).
import type { AccessSize, PortDevice } from '../bus';
import type { ResetKind, Resettable } from '../reset';

const SMBHSTSTS = 0x0; // status; writing 1 clears
const SMBHSTCNT = 0x2; // control
const REGISTER_COUNT = 8; // up to SMBBLKDAT at 07h

const DEV_ERR = 0x04; // nobody acknowledged
const SMBHSTSTS_CLEARABLE = 0x1e;
const START = 0x40; // of SMBHSTCNT; reads as 0

/** Registers at offsets 0h-Fh from the SMBus base address. */
export class Piix4Smbus implements PortDevice, Resettable {
  private registers = new Uint8Array(REGISTER_COUNT);

  readPort(offset: number, sizeBytes: AccessSize): number {
    return this.peekPort(offset, sizeBytes);
  }

  peekPort(offset: number, _sizeBytes: AccessSize): number {
    return this.registers[offset] ?? 0;
  }

  writePort(offset: number, _sizeBytes: AccessSize, value: number): void {
    if (offset >= REGISTER_COUNT) return;
    if (offset === SMBHSTSTS) {
      this.registers[SMBHSTSTS] &= ~(value & SMBHSTSTS_CLEARABLE);
    } else if (offset === SMBHSTCNT) {
      this.registers[SMBHSTCNT] = value & ~START;
      if (value & START) this.registers[SMBHSTSTS] |= DEV_ERR;
    } else {
      this.registers[offset] = value;
    }
  }

  enterReset(kind: ResetKind): void {
    if (kind !== 'cpu-init') this.registers.fill(0);
  }

  saveState(): { registers: number[] } {
    return { registers: [...this.registers] };
  }

  restoreState({ registers }: { registers: number[] }): void {
    this.registers = Uint8Array.from(registers);
  }
}
