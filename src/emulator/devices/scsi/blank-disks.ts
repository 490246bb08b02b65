// Disks nobody gave content to: zeros, and what the guest writes. A part of the machine's state, unlike images from outside.
import type { DiskImage } from '../../boot/disk-image';
import { CopyOnWriteDiskImage, SECTOR_BYTES } from '../../boot/disk-image';
import type { Resettable } from '../../reset';

/** Written sectors by disk: pairs of LBA and content. */
export interface BlankDisksState {
  written: Record<string, [number, Uint8Array][]>;
}

/** All blank disks of one machine. Content outlives every reset. */
export class BlankDisks implements Resettable {
  private readonly images = new Map<number, CopyOnWriteDiskImage>();

  /** The blank disk with this number, made when first asked for. */
  image(number: number, sizeBytes: number): DiskImage {
    const image = this.images.get(number) ?? new CopyOnWriteDiskImage(new Uint8Array(SECTOR_BYTES), sizeBytes);
    this.images.set(number, image);
    return image;
  }

  enterReset(): void {}

  saveState(): BlankDisksState {
    const written: BlankDisksState['written'] = {};
    for (const [number, image] of this.images) written[String(number)] = [...image.writtenSectors()];
    return { written };
  }

  restoreState({ written }: BlankDisksState): void {
    for (const [number, image] of this.images) image.restoreWrittenSectors(new Map(written[String(number)] ?? []));
  }
}
