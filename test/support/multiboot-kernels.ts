// Multiboot kernels made by hand, of a few bytes of code.

const HEADER_MAGIC = 0x1badb002;

/** A 32-bit ELF file with one segment that begins with `code`; the Multiboot header is outside the segment. */
export function elfKernel({
  code,
  address = 0x100000,
  entry = address,
  fileBytes = code.length,
  memoryBytes = Math.max(code.length, fileBytes),
  flags = 0,
}: {
  readonly code: Uint8Array;
  readonly address?: number;
  readonly entry?: number;
  readonly fileBytes?: number;
  readonly memoryBytes?: number;
  readonly flags?: number;
}): Uint8Array {
  const headerOffset = 84;
  const codeOffset = 96;
  const image = new Uint8Array(codeOffset + code.length);
  const view = new DataView(image.buffer);
  image.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  view.setUint16(16, 2, true); // ET_EXEC
  view.setUint16(18, 3, true); // EM_386
  view.setUint32(24, entry, true);
  view.setUint32(28, 52, true); // program headers
  view.setUint16(42, 32, true);
  view.setUint16(44, 1, true);
  const PT_LOAD = 1;
  [PT_LOAD, codeOffset, address, address, fileBytes, memoryBytes, 7, 4096].forEach((value, i) =>
    view.setUint32(52 + 4 * i, value, true),
  );
  [HEADER_MAGIC, flags, -(HEADER_MAGIC + flags)].forEach((value, i) =>
    view.setUint32(headerOffset + 4 * i, value, true),
  );
  image.set(code, codeOffset);
  return image;
}

/** A plain file with addresses in its header; `code` begins at 32, which is the entry. */
export function flatKernel(
  code: Uint8Array,
  headerAddress: number,
  { loadAddress = headerAddress }: { readonly loadAddress?: number } = {},
): Uint8Array {
  const image = new Uint8Array(32 + code.length);
  const view = new DataView(image.buffer);
  const flags = 0x1_0000;
  [HEADER_MAGIC, flags, -(HEADER_MAGIC + flags), headerAddress, loadAddress, 0, 0, headerAddress + 32].forEach(
    (value, i) => view.setUint32(4 * i, value, true),
  );
  image.set(code, 32);
  return image;
}
