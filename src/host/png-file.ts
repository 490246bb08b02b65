// Pictures as PNG: 8 bits each of red, green and blue.
import { encode } from 'fast-png';

/** Pixels row by row, four bytes each: red, green, blue, and one that is left out. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

/** The bytes of a PNG file: the same for the same pixels. */
export function encodePng({ width, height, rgba }: Pixels): Uint8Array {
  const data = new Uint8Array(3 * width * height);
  for (let from = 0, to = 0; to < data.length; from += 4) {
    data[to++] = rgba[from];
    data[to++] = rgba[from + 1];
    data[to++] = rgba[from + 2];
  }
  return encode({ width, height, data, channels: 3, depth: 8 });
}
