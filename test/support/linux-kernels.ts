// Kernel files with the header of any boot protocol, made by hand; fields a protocol lacks hold garbage.

/** What of the header a test decides. Fields are written only where the protocol has them. */
export interface LinuxHeader {
  readonly protocol: number;
  readonly setupSects?: number;
  readonly isLoadedHigh?: boolean;
  readonly kernelBytes?: number;
  readonly initrdAddressMax?: number;
  readonly alignment?: number;
  readonly isRelocatable?: boolean;
  readonly commandLineSize?: number;
  readonly preferredAddress?: number;
  readonly initSize?: number;
}

/** The file: set-up sectors whose unused bytes are CCh, then `kernelBytes` counting bytes. */
export function linuxKernel({
  protocol,
  setupSects = 4,
  isLoadedHigh = true,
  kernelBytes = 64 * 1024,
  initrdAddressMax = 0x37ff_ffff,
  alignment = 0x10_0000,
  isRelocatable = false,
  commandLineSize = 2047,
  preferredAddress = 0x10_0000,
  initSize = 0x40_0000,
}: LinuxHeader): Uint8Array {
  const setupBytes = ((setupSects || 4) + 1) * 512;
  const image = Uint8Array.from({ length: setupBytes + kernelBytes }, (_, i) =>
    i < setupBytes ? 0xcc : (i - setupBytes) % 253,
  );
  const view = new DataView(image.buffer);
  const since = (first: number, write: () => void) => {
    if (protocol >= first) write();
  };
  image[0x1f1] = setupSects;
  view.setUint16(0x1f4, Math.ceil(kernelBytes / 16) & 0xffff, true);
  since(0x0204, () => view.setUint32(0x1f4, Math.ceil(kernelBytes / 16), true));
  view.setUint16(0x1fe, 0xaa55, true);
  image.set([0xeb, 0x62], 0x200); // to the end of the longest header
  image.set(new TextEncoder().encode('HdrS'), 0x202);
  view.setUint16(0x206, protocol, true);
  image[0x210] = 0;
  image[0x211] = isLoadedHigh ? 1 : 0;
  view.setUint32(0x214, isLoadedHigh ? 0x10_0000 : 0x1000, true);
  view.setUint32(0x218, 0, true);
  view.setUint32(0x21c, 0, true);
  since(0x0202, () => view.setUint32(0x228, 0, true));
  since(0x0203, () => view.setUint32(0x22c, initrdAddressMax, true));
  since(0x0205, () => {
    view.setUint32(0x230, alignment, true);
    image[0x234] = isRelocatable ? 1 : 0;
  });
  since(0x0206, () => view.setUint32(0x238, commandLineSize, true));
  since(0x0208, () => {
    view.setUint32(0x248, 0, true);
    view.setUint32(0x24c, 16, true);
  });
  since(0x0209, () => view.setBigUint64(0x250, 0n, true));
  since(0x020a, () => {
    view.setBigUint64(0x258, BigInt(preferredAddress), true);
    view.setUint32(0x260, initSize, true);
  });
  return image;
}
