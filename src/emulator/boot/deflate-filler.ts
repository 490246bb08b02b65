// Filler for kernels of other sizes: bytes that compress about as code does, made together with their deflate coding.
// RFC 1951: fixed Huffman codes (3.2.6), stored blocks (3.2.4). No match search: the content is built from its matches.

/** Every full record: so many new bytes, then a copy of the rest from the record before. */
const RECORD_BYTES = 64;
const FRESH_BYTES = 24;

/** Filler bytes and the deflate blocks that produce them, the last one marked final and ending on a byte boundary. */
export interface DeflatedFiller {
  readonly plain: Uint8Array;
  /** Blocks to follow a deflate stream that stands on a byte boundary, with the final block included. */
  readonly deflated: Uint8Array;
}

/**
 * Makes `sizeBytes` of filler. Same size, same bytes.
 * @param sizeBytes 0 or more; 0 gives just an empty final block
 */
export function makeDeflatedFiller(sizeBytes: number): DeflatedFiller {
  const plain = makePlain(sizeBytes);
  const out = new BitWriter(sizeBytes + 64);
  if (sizeBytes > 0) {
    out.writeBits(0, 1); // BFINAL
    out.writeBits(1, 2); // BTYPE 01: fixed Huffman codes
    writeRecords(out, plain);
    out.writeCode(0, 7); // end of block, code 256
  }
  out.writeBits(1, 1); // BFINAL
  out.writeBits(0, 2); // BTYPE 00: stored
  out.alignToByte();
  out.writeBits(0x0000, 16); // LEN
  out.writeBits(0xffff, 16); // NLEN
  return { plain, deflated: out.take() };
}

/** Fresh bytes from a linear congruential generator (Numerical Recipes' constants), the rest repeated. */
function makePlain(sizeBytes: number): Uint8Array {
  const plain = new Uint8Array(sizeBytes);
  let state = 0x0bad_cafe;
  for (let at = 0; at < sizeBytes; at++) {
    const isFresh = at < RECORD_BYTES || at % RECORD_BYTES < FRESH_BYTES;
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    plain[at] = isFresh ? state >>> 24 : plain[at - RECORD_BYTES];
  }
  return plain;
}

function writeRecords(out: BitWriter, plain: Uint8Array): void {
  const copied = RECORD_BYTES - FRESH_BYTES;
  for (let at = 0; at < plain.length;) {
    const inRecord = at % RECORD_BYTES;
    if (at >= RECORD_BYTES && inRecord === FRESH_BYTES && at + copied <= plain.length) {
      out.writeCode(273 - 256, 7); // length 35..42, three extra bits
      out.writeBits(copied - 35, 3);
      out.writeCode(11, 5); // distance 49..64, four extra bits
      out.writeBits(RECORD_BYTES - 49, 4);
      at += copied;
    } else {
      writeLiteral(out, plain[at++]);
    }
  }
}

function writeLiteral(out: BitWriter, byte: number): void {
  if (byte < 144) out.writeCode(0x30 + byte, 8);
  else out.writeCode(0x190 + byte - 144, 9);
}

/** Bits in deflate's order: data elements from the least, Huffman codes from the most significant bit. */
class BitWriter {
  private readonly bytes: Uint8Array;
  private at = 0;
  private hold = 0;
  private held = 0;

  constructor(roughBytes: number) {
    // A literal takes at most nine bits.
    this.bytes = new Uint8Array(Math.ceil((roughBytes * 9) / 8) + 16);
  }

  writeBits(value: number, count: number): void {
    for (let bit = 0; bit < count; bit++) this.writeBit((value >>> bit) & 1);
  }

  writeCode(code: number, count: number): void {
    for (let bit = count - 1; bit >= 0; bit--) this.writeBit((code >>> bit) & 1);
  }

  alignToByte(): void {
    while (this.held > 0) this.writeBit(0);
  }

  take(): Uint8Array {
    return this.bytes.slice(0, this.at);
  }

  private writeBit(bit: number): void {
    this.hold |= bit << this.held;
    if (++this.held < 8) return;
    this.bytes[this.at++] = this.hold;
    this.hold = 0;
    this.held = 0;
  }
}
