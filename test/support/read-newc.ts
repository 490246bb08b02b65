// Reads cpio archives of format "newc", one behind the other, as Linux does (init/initramfs.c).

export interface NewcMember {
  readonly path: string;
  readonly mode: number;
  readonly content: Uint8Array;
}

/** The members of all archives, trailers left out; zeros between archives are skipped. */
export function readNewc(bytes: Uint8Array): NewcMember[] {
  const members: NewcMember[] = [];
  const align4 = (offset: number) => (offset + 3) & ~3;
  const text = (from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to));
  for (let at = 0; at < bytes.length;) {
    if (bytes[at] === 0) {
      at += 4;
      continue;
    }
    if (text(at, at + 6) !== '070701') throw new Error(`no newc header at ${at}`);
    const field = (index: number) => parseInt(text(at + 6 + 8 * index, at + 14 + 8 * index), 16);
    const path = text(at + 110, at + 110 + field(11) - 1);
    const start = align4(at + 110 + field(11));
    if (path !== 'TRAILER!!!') members.push({ path, mode: field(1), content: bytes.subarray(start, start + field(6)) });
    at = align4(start + field(6));
  }
  return members;
}
