// A lab kernel whose payload is not compressed: the same unpacking code finds stored blocks and copies them (RFC 1951 3.2.4).
import { readBzImageHeader, withPayload } from './bzimage';
import { inflate } from './inflate';

const GZIP_HEADER_BYTES = 10;
const GZIP_TRAILER_BYTES = 8; // CRC32, ISIZE
const BLOCK_BYTES = 0xffff;
const BLOCK_HEADER_BYTES = 5;

/**
 * The same kernel, stored instead of compressed. What it unpacks to, and where it runs, is the same to the last byte.
 * @throws EmulatorError EMU-IMAGE when the payload is not the gzip member the lab kernel's builder makes
 */
export function storeLabKernel(image: Uint8Array): Uint8Array {
  const { payloadOffset, payloadBytes } = readBzImageHeader(image);
  const payload = image.subarray(payloadOffset, payloadOffset + payloadBytes);
  const trailerAt = payloadBytes - GZIP_TRAILER_BYTES;
  const imageBytes = new DataView(payload.buffer, payload.byteOffset, payloadBytes).getUint32(trailerAt + 4, true);
  const plain = inflate(payload.subarray(GZIP_HEADER_BYTES, trailerAt), imageBytes);

  const blockCount = Math.ceil(plain.length / BLOCK_BYTES);
  const blocksBytes = plain.length + blockCount * BLOCK_HEADER_BYTES;
  const stored = new Uint8Array(GZIP_HEADER_BYTES + blocksBytes + GZIP_TRAILER_BYTES);
  const view = new DataView(stored.buffer);
  stored.set(payload.subarray(0, GZIP_HEADER_BYTES));
  let at = GZIP_HEADER_BYTES;
  for (let block = 0; block < blockCount; block++) {
    const bytes = plain.subarray(block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES);
    view.setUint8(at, block === blockCount - 1 ? 1 : 0); // BFINAL, BTYPE 00
    view.setUint16(at + 1, bytes.length, true); // LEN
    view.setUint16(at + 3, ~bytes.length & 0xffff, true); // NLEN
    stored.set(bytes, at + BLOCK_HEADER_BYTES);
    at += BLOCK_HEADER_BYTES + bytes.length;
  }
  stored.set(payload.subarray(trailerAt), at);
  return withPayload(image, stored);
}
