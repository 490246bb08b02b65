// Command control blocks of a BusLogic MultiMaster, as they lie in memory (Linux, drivers/scsi/BusLogic.h): the form with
// 32-bit addresses, and that with 24-bit ones (high byte first) which the AHA-1540 had. Leaves out: linked blocks.
import * as bt from './bt-958-registers';

/** The adapter's way to memory. */
export interface AdapterMemory {
  readBytes(address: number, sizeBytes: number): Uint8Array;
  writeBytes(address: number, bytes: Uint8Array): void;
  /** The adapter was reset: nothing it was told before is carried out any more. */
  forgetOrders(): void;
}

/** - `unchecked`: the command decides, and a length that differs is no error */
export type DataDirection = 'unchecked' | 'in' | 'out' | 'none';

/** A piece of memory that data goes to or comes from. */
export interface Segment {
  readonly address: number;
  readonly sizeBytes: number;
}

/** A block as the adapter has read it; plain JSON. */
export interface Ccb {
  readonly address: number;
  readonly isWide: boolean;
  readonly operation: number;
  readonly direction: DataDirection;
  readonly targetId: number;
  readonly lun: number;
  readonly cdb: readonly number[];
  /** Where data goes, in order; read from the scatter/gather list once, when the block is taken. */
  readonly segments: readonly Segment[];
  readonly senseBytes: number;
  readonly senseAddress: number;
}

/** What a block of either form takes in memory, from its first byte to the last that the adapter reads. */
const WIDE_BYTES = 40;
const NARROW_BYTES = 18 + 16;
const LONGEST_CDB_BYTES = 12;

/** Entries of the longest scatter/gather list (INQUIRE EXTENDED SETUP tells it). */
export const SCATTER_GATHER_LIMIT = 8192;

const DIRECTIONS: readonly DataDirection[] = ['unchecked', 'in', 'out', 'none'];

/** Length of sense data by the block's request sense length: 0 asks for 14 bytes, 1 for none. */
const DEFAULT_SENSE_BYTES = 14;
const NO_SENSE_WANTED = 1;

/** Reads the block at `address`, and its scatter/gather list. */
export function readCcb(memory: AdapterMemory, address: number, isWide: boolean, hasExtendedLuns: boolean): Ccb {
  const bytes = memory.readBytes(address, isWide ? WIDE_BYTES : NARROW_BYTES);
  const operation = bytes[0];
  const cdbBytes = Math.min(bytes[2], LONGEST_CDB_BYTES);
  const cdb = Array.from({ length: 16 }, (_, i) => (i < cdbBytes ? bytes[18 + i] : 0));
  const dataBytes = isWide ? littleEndian32(bytes, 4) : bigEndian24(bytes, 4);
  const dataAddress = isWide ? littleEndian32(bytes, 8) : bigEndian24(bytes, 7);
  const isList = operation === bt.CCB_SCATTER_GATHER || operation === bt.CCB_SCATTER_GATHER_RESIDUAL;
  const asked = bytes[3];
  const senseBytes = asked === 0 ? DEFAULT_SENSE_BYTES : asked === NO_SENSE_WANTED ? 0 : asked;
  return {
    address,
    isWide,
    operation,
    direction: DIRECTIONS[(bytes[1] >>> 3) & 3],
    targetId: isWide ? bytes[16] : bytes[1] >>> 5,
    lun: isWide ? bytes[17] & (hasExtendedLuns ? 0x3f : 0x07) : bytes[1] & 0x07,
    cdb,
    segments: isList
      ? readSegments(memory, dataAddress, dataBytes, isWide)
      : [{ address: dataAddress, sizeBytes: dataBytes }],
    senseBytes,
    senseAddress: isWide ? littleEndian32(bytes, 36) : address + 18 + bytes[2],
  };
}

/** Whether a block of this operation tells, in its data length, how many bytes were left over. */
export function hasResidual({ operation }: Ccb): boolean {
  return operation === bt.CCB_INITIATOR_RESIDUAL || operation === bt.CCB_SCATTER_GATHER_RESIDUAL;
}

/** Bytes that the block's segments hold. */
export function dataBytesOf({ segments }: Ccb): number {
  return segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** Spreads `bytes` over the segments, as far as they reach. */
export function scatter(memory: AdapterMemory, { segments }: Ccb, bytes: Uint8Array): void {
  let done = 0;
  for (const { address, sizeBytes } of segments) {
    if (done >= bytes.length) return;
    const piece = bytes.subarray(done, done + sizeBytes);
    memory.writeBytes(address, piece);
    done += piece.length;
  }
}

/** Collects `sizeBytes` bytes from the segments; zeros where they hold fewer. */
export function gather(memory: AdapterMemory, { segments }: Ccb, sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(sizeBytes);
  let done = 0;
  for (const segment of segments) {
    const pieceBytes = Math.min(segment.sizeBytes, sizeBytes - done);
    if (pieceBytes <= 0) break;
    bytes.set(memory.readBytes(segment.address, pieceBytes), done);
    done += pieceBytes;
  }
  return bytes;
}

/** Writes how it ended into the block: status bytes, and the residual where the block has one. */
export function writeCcbEnd(
  memory: AdapterMemory,
  ccb: Ccb,
  adapterStatus: number,
  targetStatus: number,
  residualBytes: number,
): void {
  if (hasResidual(ccb)) {
    memory.writeBytes(ccb.address + 4, ccb.isWide ? bytesOf32(residualBytes) : bytesOf24(residualBytes));
  }
  memory.writeBytes(ccb.address + 14, Uint8Array.of(adapterStatus, targetStatus));
}

/** An address as a 24-bit mailbox or block holds it. */
export function bytesOf24(value: number): Uint8Array {
  return Uint8Array.of(value >>> 16, value >>> 8, value);
}

/** An address as a 32-bit mailbox or block holds it. */
export function bytesOf32(value: number): Uint8Array {
  return Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24);
}

/** The inverse of `bytesOf24`. */
export function bigEndian24(bytes: ArrayLike<number>, offset: number): number {
  return (bytes[offset] << 16) | (bytes[offset + 1] << 8) | bytes[offset + 2];
}

/** The inverse of `bytesOf32`. */
export function littleEndian32(bytes: ArrayLike<number>, offset: number): number {
  return (bytes[offset] | (bytes[offset + 1] << 8) | (bytes[offset + 2] << 16) | (bytes[offset + 3] << 24)) >>> 0;
}

/** Lengths first, then addresses, in each entry. */
function readSegments(memory: AdapterMemory, address: number, listBytes: number, isWide: boolean): Segment[] {
  const entryBytes = isWide ? 8 : 6;
  const entries = Math.min(Math.floor(listBytes / entryBytes), SCATTER_GATHER_LIMIT);
  const bytes = memory.readBytes(address, entries * entryBytes);
  return Array.from({ length: entries }, (_, i) => {
    const at = i * entryBytes;
    return isWide
      ? { sizeBytes: littleEndian32(bytes, at), address: littleEndian32(bytes, at + 4) }
      : { sizeBytes: bigEndian24(bytes, at), address: bigEndian24(bytes, at + 3) };
  });
}
