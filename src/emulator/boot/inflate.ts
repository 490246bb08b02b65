// Undoes deflate: what the lab kernel's builder packed is wanted plain, to be stored in another way.
// RFC 1951; codes are read bit by bit, canonically (3.2.2). Left out: speed, and errors that name their place.
import { EmulatorError } from '../errors';

const MAX_BITS = 15;
const END_OF_BLOCK = 256;
/** 3.2.5: length codes from 257 on, distance codes from 0 on. */
const LENGTH_BASE = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
];
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCE_BASE = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
  8193, 12289, 16385, 24577,
];
/** 3.2.7: the order in which the lengths of the length codes come. */
const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** A prefix code: how many codes have each length, and the symbols in the order of their codes. */
interface PrefixCode {
  readonly counts: readonly number[];
  readonly symbols: readonly number[];
}

/**
 * Inflates `packed`, whose output has `sizeBytes` bytes.
 * @throws EmulatorError EMU-IMAGE when it is no deflate stream, or one of another length
 */
export function inflate(packed: Uint8Array, sizeBytes: number): Uint8Array {
  const out = new Uint8Array(sizeBytes);
  const input = new BitReader(packed);
  let at = 0;
  for (let isFinal = false; !isFinal;) {
    isFinal = input.take(1) === 1;
    const type = input.take(2);
    if (type === 0) at = copyStored(input, out, at);
    else if (type === 1) at = decodeBlock(input, fixedCodes(), out, at);
    else if (type === 2) at = decodeBlock(input, readCodes(input), out, at);
    else throw damaged();
  }
  if (at !== sizeBytes) throw damaged();
  return out;
}

type BlockCodes = readonly [literals: PrefixCode, distances: PrefixCode];

function copyStored(input: BitReader, out: Uint8Array, at: number): number {
  const bytes = input.takeStored();
  if (at + bytes.length > out.length) throw damaged();
  out.set(bytes, at);
  return at + bytes.length;
}

function decodeBlock(input: BitReader, [literals, distances]: BlockCodes, out: Uint8Array, from: number): number {
  for (let at = from; ;) {
    const symbol = decode(input, literals);
    if (symbol === END_OF_BLOCK) return at;
    if (symbol < END_OF_BLOCK) {
      if (at === out.length) throw damaged();
      out[at++] = symbol;
      continue;
    }
    const lengthCode = symbol - END_OF_BLOCK - 1;
    if (lengthCode >= LENGTH_BASE.length) throw damaged();
    const length = LENGTH_BASE[lengthCode] + input.take(LENGTH_EXTRA[lengthCode]);
    const distanceCode = decode(input, distances);
    if (distanceCode >= DISTANCE_BASE.length) throw damaged();
    const extraBits = distanceCode < 4 ? 0 : (distanceCode >> 1) - 1;
    const distance = DISTANCE_BASE[distanceCode] + input.take(extraBits);
    if (distance > at || at + length > out.length) throw damaged();
    // Byte by byte: a match may reach into itself.
    for (let done = 0; done < length; done++, at++) out[at] = out[at - distance];
  }
}

function fixedCodes(): BlockCodes {
  const lengths = Array.from({ length: 288 }, (_, symbol) =>
    symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8,
  );
  return [makeCode(lengths), makeCode(Array.from({ length: 30 }, () => 5))];
}

function readCodes(input: BitReader): BlockCodes {
  const literalCount = input.take(5) + 257;
  const distanceCount = input.take(5) + 1;
  const sent = input.take(4) + 4;
  const lengthLengths = new Array<number>(CODE_LENGTH_ORDER.length).fill(0);
  for (let i = 0; i < sent; i++) lengthLengths[CODE_LENGTH_ORDER[i]] = input.take(3);
  const lengthCode = makeCode(lengthLengths);
  const lengths: number[] = [];
  while (lengths.length < literalCount + distanceCount) {
    const symbol = decode(input, lengthCode);
    if (symbol < 16) lengths.push(symbol);
    else if (symbol === 16) repeat(lengths, lengths.at(-1), 3 + input.take(2));
    else if (symbol === 17) repeat(lengths, 0, 3 + input.take(3));
    else repeat(lengths, 0, 11 + input.take(7));
  }
  if (lengths.length > literalCount + distanceCount) throw damaged();
  return [makeCode(lengths.slice(0, literalCount)), makeCode(lengths.slice(literalCount))];
}

function repeat(lengths: number[], value: number | undefined, times: number): void {
  if (value === undefined) throw damaged();
  for (let i = 0; i < times; i++) lengths.push(value);
}

function makeCode(lengths: readonly number[]): PrefixCode {
  const counts = new Array<number>(MAX_BITS + 1).fill(0);
  for (const length of lengths) if (length > 0) counts[length]++;
  const symbols = lengths
    .map((length, symbol) => ({ length, symbol }))
    .filter(({ length }) => length > 0)
    .sort((a, b) => a.length - b.length || a.symbol - b.symbol)
    .map(({ symbol }) => symbol);
  return { counts, symbols };
}

function decode(input: BitReader, { counts, symbols }: PrefixCode): number {
  let code = 0; // bits so far
  let first = 0; // first code of this length
  let index = 0; // its place among the symbols
  for (let length = 1; length <= MAX_BITS; length++) {
    code |= input.take(1);
    if (code - first < counts[length]) return symbols[index + code - first];
    index += counts[length];
    first = (first + counts[length]) << 1;
    code <<= 1;
  }
  throw damaged();
}

/** Bits from the least significant on. */
class BitReader {
  private at = 0;
  private hold = 0;
  private held = 0;

  constructor(private readonly bytes: Uint8Array) {}

  /** @param count at most 16 */
  take(count: number): number {
    while (this.held < count) {
      if (this.at === this.bytes.length) throw damaged();
      this.hold |= this.bytes[this.at++] << this.held;
      this.held += 8;
    }
    const value = this.hold & ((1 << count) - 1);
    this.hold >>>= count;
    this.held -= count;
    return value;
  }

  /** A stored block behind its header bits: LEN, NLEN and the bytes. */
  takeStored(): Uint8Array {
    this.take(this.held & 7);
    const length = this.take(16);
    if (this.take(16) !== (length ^ 0xffff)) throw damaged();
    // At a byte boundary take() holds nothing back: it reads no byte before it is asked for.
    const block = this.bytes.subarray(this.at, this.at + length);
    if (block.length < length) throw damaged();
    this.at += length;
    return block;
  }
}

function damaged(): EmulatorError {
  return new EmulatorError(
    'EMU-IMAGE',
    'The kernel’s compressed payload is damaged.',
    'Build the lab kernel with resources/guest/Makefile.',
  );
}
