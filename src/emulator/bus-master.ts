// Memory as a bus master sees it: 8237 channels, PCI functions with DMA. Physical addresses, no A20 gate.
// Whoever looks for corruption listens here: a write by a master that nobody stopped is the lab's subject.
import type { AccessSize, Bus } from './bus';
import { FRAME_BYTES } from './bus';

/** Told of a master's write before the bytes change. */
export type MasterWriteListener = (master: string, address: number, sizeBytes: number) => void;

/** Told when software has stopped a master or given it new work: what it did before is over. */
export type MasterOrdersListener = (master: string) => void;

/** The way of all bus masters of one machine to memory. */
export class BusMaster {
  private readonly listeners: MasterWriteListener[] = [];
  private readonly ordersListeners: MasterOrdersListener[] = [];

  constructor(private readonly bus: Bus) {}

  /** Calls `listener` before each write by any master. */
  listenToWrites(listener: MasterWriteListener): void {
    this.listeners.push(listener);
  }

  /** Calls `listener` whenever a master gets new orders. */
  listenToOrders(listener: MasterOrdersListener): void {
    this.ordersListeners.push(listener);
  }

  /** A master says that its old orders are void: it was reset, or its software has set it going anew. */
  noteOrders(master: string): void {
    for (const listener of this.ordersListeners) listener(master);
  }

  /** Reads bytes from RAM, ROM or a device window; where nothing answers, ones. Costs the CPU nothing. */
  readBytes(address: number, sizeBytes: number): Uint8Array {
    const bytes = new Uint8Array(sizeBytes);
    for (let done = 0; done < sizeBytes;) {
      const at = (address + done) % 2 ** 32;
      const piece = Math.min(sizeBytes - done, FRAME_BYTES - (at % FRAME_BYTES));
      this.readPiece(at, bytes.subarray(done, done + piece));
      done += piece;
    }
    return bytes;
  }

  /** Writes bytes; what lies in ROM or where nothing answers is lost. Code decoded there is forgotten. */
  writeBytes(master: string, address: number, bytes: Uint8Array): void {
    for (const listener of this.listeners) listener(master, address, bytes.length);
    for (let done = 0; done < bytes.length;) {
      const at = (address + done) % 2 ** 32;
      const piece = Math.min(bytes.length - done, FRAME_BYTES - (at % FRAME_BYTES));
      this.writePiece(at, bytes.subarray(done, done + piece));
      done += piece;
    }
  }

  /** A little-endian number from memory. */
  read(address: number, sizeBytes: AccessSize): number {
    const bytes = this.readBytes(address, sizeBytes);
    return bytes.reduceRight((value, byte) => value * 256 + byte, 0);
  }

  /** A little-endian number into memory. */
  write(master: string, address: number, sizeBytes: AccessSize, value: number): void {
    this.writeBytes(
      master,
      address,
      Uint8Array.from({ length: sizeBytes }, (_, i) => value >>> (8 * i)),
    );
  }

  private readPiece(address: number, into: Uint8Array): void {
    const { read, base } = this.bus.frameAt(address);
    this.bus.onMasterTransfer(address, into.length, false);
    if (read.hostOffset >= 0) {
      const at = read.hostOffset + (address - base);
      into.set(this.bus.memory.u8.subarray(at, at + into.length));
    } else {
      into.forEach((_, i) => (into[i] = read.device ? read.device.readMemory(address + i, 1) : 0xff));
    }
  }

  private writePiece(address: number, bytes: Uint8Array): void {
    const { write, base } = this.bus.frameAt(address);
    this.bus.tellCodeWritten(address, bytes.length);
    this.bus.onMasterTransfer(address, bytes.length, true);
    if (write.hostOffset >= 0) this.bus.memory.u8.set(bytes, write.hostOffset + (address - base));
    else bytes.forEach((byte, i) => write.device?.writeMemory(address + i, 1, byte));
  }
}
