// PCI configuration mechanism 1 (PCI Local Bus Specification 2.1, section 3.7.4.1): CONFADD at CF8h, CONFDATA at CFC-CFFh.
// Claim CF8h alone with width 4 (CF9h belongs to the reset control register) and CFCh-CFFh with width 4.
// Leaves out: buses other than 0, special cycles.
import type { AccessSize, PortDevice } from '../bus';
import type { ResetKind, Resettable } from '../reset';

const CONFADD = 0xcf8;
const CONFADD_ENABLE = 0x8000_0000;
/** Bits that hold something: enable, bus, device, function, register; bits 30-24 and 1-0 read as 0. */
const CONFADD_WRITABLE = 0x80ff_fffc;
const ALL_ONES = [0, 0xff, 0xffff, 0, 0xffffffff] as const;

const CONFIGURATION_BYTES = 256;

/** What a function puts at a place of its configuration space. */
export interface ConfigurationField {
  readonly offset: number;
  readonly sizeBytes: AccessSize;
  /** Value after power-on and platform reset. */
  readonly value: number;
  /** Bits that software can change; none when left out. */
  readonly writable?: number;
}

/** The 256 bytes of a type-0 function: what reads give, which bits can be written, what reset brings back. */
export class ConfigurationSpace {
  private readonly bytes = new Uint8Array(CONFIGURATION_BYTES);
  private readonly resetBytes = new Uint8Array(CONFIGURATION_BYTES);
  private readonly writable = new Uint8Array(CONFIGURATION_BYTES);

  constructor(fields: readonly ConfigurationField[]) {
    for (const { offset, sizeBytes, value, writable = 0 } of fields) {
      for (let i = 0; i < sizeBytes; i++) {
        this.resetBytes[offset + i] = value >>> (8 * i);
        this.writable[offset + i] = writable >>> (8 * i);
      }
    }
    this.reset();
  }

  reset(): void {
    this.bytes.set(this.resetBytes);
  }

  read(offset: number, sizeBytes: AccessSize): number {
    let value = 0;
    for (let i = 0; i < sizeBytes; i++) value |= this.bytes[offset + i] << (8 * i);
    return value >>> 0;
  }

  write(offset: number, sizeBytes: AccessSize, value: number): void {
    for (let i = 0; i < sizeBytes; i++) {
      const mask = this.writable[offset + i];
      this.bytes[offset + i] = (this.bytes[offset + i] & ~mask) | ((value >>> (8 * i)) & mask);
    }
  }

  saveState(): number[] {
    return [...this.bytes];
  }

  restoreState(bytes: readonly number[]): void {
    this.bytes.set(bytes);
  }
}

/** A function on bus 0. Accesses are naturally aligned and do not cross a double word. */
export interface PciFunction {
  readConfiguration(offset: number, sizeBytes: AccessSize): number;
  writeConfiguration(offset: number, sizeBytes: AccessSize, value: number): void;
}

/** Where a function sits on bus 0. */
export interface PciSlot {
  readonly device: number;
  readonly function: number;
}

/** The host bridge's window into configuration space. */
export class PciConfiguration implements PortDevice, Resettable {
  private address = 0;
  private readonly functions = new Map<number, PciFunction>();

  /** Puts a function into a slot. Two in one slot are a wiring mistake and throw. */
  attach(slot: PciSlot, pciFunction: PciFunction): void {
    const key = slotKey(slot.device, slot.function);
    if (this.functions.has(key)) throw new Error(`PCI function 0:${slot.device}.${slot.function} is there already`);
    this.functions.set(key, pciFunction);
  }

  readPort(port: number, sizeBytes: AccessSize): number {
    return this.peekPort(port, sizeBytes);
  }

  peekPort(port: number, sizeBytes: AccessSize): number {
    if (port < CONFADD + 4) return this.isAddressAccess(port, sizeBytes) ? this.address : ALL_ONES[sizeBytes];
    const target = this.target();
    return target ? target.readConfiguration(this.offsetOf(port), sizeBytes) : ALL_ONES[sizeBytes];
  }

  writePort(port: number, sizeBytes: AccessSize, value: number): void {
    if (port < CONFADD + 4) {
      if (this.isAddressAccess(port, sizeBytes)) this.address = (value & CONFADD_WRITABLE) >>> 0;
      return;
    }
    this.target()?.writeConfiguration(this.offsetOf(port), sizeBytes, value);
  }

  enterReset(kind: ResetKind): void {
    if (kind !== 'cpu-init') this.address = 0;
  }

  saveState(): { address: number } {
    return { address: this.address };
  }

  restoreState({ address }: { address: number }): void {
    this.address = address;
  }

  /** Only a whole double word at CF8h reaches CONFADD; anything else is ordinary I/O (section 3.7.4.1). */
  private isAddressAccess(port: number, sizeBytes: AccessSize): boolean {
    return port === CONFADD && sizeBytes === 4;
  }

  private offsetOf(port: number): number {
    return (this.address & 0xfc) | (port & 3);
  }

  /** The addressed function, undefined when disabled, on another bus or absent: a master abort, which reads as ones. */
  private target(): PciFunction | undefined {
    const bus = (this.address >>> 16) & 0xff;
    if (!(this.address & CONFADD_ENABLE) || bus !== 0) return undefined;
    return this.functions.get((this.address >>> 8) & 0xff);
  }
}

function slotKey(device: number, functionNumber: number): number {
  return (device << 3) | functionNumber;
}
