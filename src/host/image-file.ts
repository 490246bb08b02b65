// A disc image in a file, read piece by piece as the machine asks: worker threads only, since it waits for the file.
// Read-only: nothing here can change the file. A bounded number of pieces is kept. Hashing it waits for nobody.
import { createHash } from 'node:crypto';
import { closeSync, createReadStream, fstatSync, openSync, readSync } from 'node:fs';
import type { Result } from '../contract/api';
import type { ImageSource } from '../emulator/index';
import { describeFileError, fail, succeed } from './failure';

const PIECE_BYTES = 64 * 1024;
/** 16 MiB. */
const MAX_PIECES = 256;

export interface ImageFile extends ImageSource {
  close(): void;
}

/**
 * Opens the file for reading.
 * @throws as the file system does, here and in `read`
 */
export function openImageFile(file: string): ImageFile {
  const handle = openSync(file, 'r');
  const { size: sizeBytes } = fstatSync(handle);
  /** In the order of their last use. */
  const pieces = new Map<number, Uint8Array>();

  const readPiece = (index: number): Uint8Array => {
    const kept = pieces.get(index);
    if (kept) {
      pieces.delete(index);
      pieces.set(index, kept);
      return kept;
    }
    const piece = new Uint8Array(Math.min(PIECE_BYTES, sizeBytes - index * PIECE_BYTES));
    let done = 0;
    while (done < piece.length) {
      const got = readSync(handle, piece, done, piece.length - done, index * PIECE_BYTES + done);
      if (got === 0) throw new Error(`${file} has become shorter while the machine ran`);
      done += got;
    }
    pieces.set(index, piece);
    if (pieces.size > MAX_PIECES) pieces.delete(pieces.keys().next().value!);
    return piece;
  };

  return {
    sizeBytes,
    read(offset, wantedBytes) {
      const bytes = new Uint8Array(Math.max(0, Math.min(wantedBytes, sizeBytes - offset)));
      for (let done = 0; done < bytes.length;) {
        const at = offset + done;
        const piece = readPiece(Math.floor(at / PIECE_BYTES));
        const part = piece.subarray(at % PIECE_BYTES, (at % PIECE_BYTES) + bytes.length - done);
        bytes.set(part, done);
        done += part.length;
      }
      return bytes;
    },
    close: () => closeSync(handle),
  };
}

/** SHA-256 of a file that need not fit into memory. Never rejects. */
export async function hashImageFile(file: string): Promise<Result<string>> {
  const hash = createHash('sha256');
  try {
    for await (const piece of createReadStream(file)) hash.update(piece as Uint8Array);
    return succeed(hash.digest('hex'));
  } catch (error) {
    const why = describeFileError(error);
    return fail('HOST-IMAGE-FILE', `${file} cannot be read: ${why}.`, 'Check the name of the file.');
  }
}
