// Colours of a VGA: the attribute controller's palette before the DAC's. A colour is a word 0xAABBGGRR.
import type { VgaRegisters } from './registers';
import * as vga from './registers';

export const BLACK = 0xff00_0000;

/** The 16 colours behind the attribute controller's palette. */
export function attributeColors({ attribute, dacMask }: VgaRegisters, colors: Uint32Array): Uint32Array {
  const select = attribute[vga.ATTRIBUTE_COLOR_SELECT];
  const isSelect45 = (attribute[vga.ATTRIBUTE_MODE] & vga.ATTRIBUTE_SELECT_45) !== 0;
  return Uint32Array.from({ length: 16 }, (_, dot) => {
    const entry = attribute[dot & attribute[vga.ATTRIBUTE_PLANE_ENABLE]];
    const low = isSelect45 ? (entry & 0x0f) | ((select & 0x03) << 4) : entry & 0x3f;
    return colors[(low | ((select & 0x0c) << 4)) & dacMask];
  });
}

/** The 256 entries of the DAC as pixels. */
export function dacColors({ palette }: VgaRegisters, is8BitDac: boolean): Uint32Array {
  const level = is8BitDac
    ? (value: number) => value
    : (value: number) => ((value & 0x3f) << 2) | ((value & 0x3f) >>> 4);
  return Uint32Array.from({ length: 256 }, (_, entry) => {
    const [red, green, blue] = [palette[3 * entry], palette[3 * entry + 1], palette[3 * entry + 2]].map(level);
    return (BLACK | (blue << 16) | (green << 8) | red) >>> 0;
  });
}
