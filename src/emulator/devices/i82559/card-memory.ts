// The card's way to the computer's memory: a PCI bus master that software may have switched off.

/** Physical memory as the card reaches it. */
export interface CardMemory {
  /** False while PCICMD forbids mastering, or the function is powered down: then nothing may be read or written. */
  readonly isReachable: boolean;
  readBytes(address: number, sizeBytes: number): Uint8Array;
  writeBytes(address: number, bytes: Uint8Array): void;
}

/** A view for little-endian fields of bytes read. */
export function fieldsOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Writes 16 bits, little-endian. */
export function writeWord(memory: CardMemory, address: number, value: number): void {
  memory.writeBytes(address, Uint8Array.of(value, value >>> 8));
}

/** An address 32 bits wide: offsets wrap around. */
export function addressSum(base: number, offset: number): number {
  return (base + offset) >>> 0;
}
