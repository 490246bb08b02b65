import { describe, expect, it } from 'vitest';
import { MODE_12, MODE_13, MODE_4, createVga } from './vga-bench';

/** One frame of mode 3, in cycles of a 1 GHz clock: 449 lines of 100 characters. */
const FRAME_CYCLES = Math.ceil((449 * 100 * 1e9) / Math.round(28_322_000 / 9));

/** A text screen with black for 0, blue for 1, light gray for 7, and a font in which code n shows the byte n in every line. */
function createTextScreen() {
  const bench = createVga();
  const { video, setMode3, setColor } = bench;
  setMode3();
  for (let code = 0; code < 256; code++) {
    for (let line = 0; line < 16; line++) video[4 * (32 * code + line) + 2] = code;
  }
  setColor(1, 0, 0, 0x3f);
  setColor(7, 0x2a, 0x2a, 0x2a);
  bench.write(0x3c6, 0xff);
  bench.writeIndexed(0x3d4, 0x0a, 0x20); // no cursor
  const cell = (column: number, row: number) => {
    const picture = bench.vga.picture();
    return Array.from({ length: 9 }, (_, x) =>
      bench.pixelAt(picture, 9 * column + x, 16 * row) === '000000' ? '.' : '#',
    ).join('');
  };
  return { ...bench, cell };
}

describe('text', () => {
  it('has 720 x 400 pixels, cells of nine dots, foreground and background by attribute', () => {
    const { vga, print, pixelAt, cell } = createTextScreen();
    print(1, 2, '\u0081', 0x17);
    const picture = vga.picture();
    expect([picture.width, picture.height, picture.rgba.length]).toEqual([720, 400, 4 * 720 * 400]);
    expect([0, 1, 7, 8].map((x) => pixelAt(picture, 18 + x, 16))).toEqual(['aaaaaa', '0000ff', 'aaaaaa', '0000ff']);
    expect(pixelAt(picture, 18, 31)).toBe('aaaaaa');
    expect(picture.rgba[3]).toBe(255);
    expect(cell(0, 0)).toBe('.........');
  });

  it('repeats the eighth dot for C0h-DFh only, and has eight dots when told', () => {
    const { vga, print, cell, writeIndexed } = createTextScreen();
    print(0, 0, '\u00c1\u00e1\u00bf');
    expect([cell(0, 0), cell(1, 0), cell(2, 0)]).toEqual(['##.....##', '###....#.', '#.######.']);
    writeIndexed(0x3c4, 1, 0x01);
    expect(vga.picture().width).toBe(640);
  });

  it('takes the font from map A for attributes with bit 3, else from map B', () => {
    const { video, print, cell, writeIndexed, setColor } = createTextScreen();
    setColor(0x3f, 0x3f, 0x3f, 0x3f); // what palette entry 15 selects
    for (let line = 0; line < 16; line++) video[4 * (0x4000 + 32 * 0x41 + line) + 2] = 0xff;
    writeIndexed(0x3c4, 3, 0x04); // map A: font 1, map B: font 0
    print(0, 0, 'A', 0x07);
    print(0, 1, 'A', 0x0f);
    expect([cell(0, 0), cell(1, 0)]).toEqual(['.#.....#.', '########.']);
  });

  it('shows the cursor eight frames of sixteen, in the lines its registers name', () => {
    const { vga, clock, print, pixelAt, writeIndexed } = createTextScreen();
    print(0, 0, '\u0000\u0000');
    writeIndexed(0x3d4, 0x0a, 13);
    writeIndexed(0x3d4, 0x0b, 14);
    writeIndexed(0x3d4, 0x0f, 1);
    const lit = () => {
      const picture = vga.picture();
      return Array.from({ length: 16 }, (_, y) => y).filter((y) => pixelAt(picture, 9, y) !== '000000');
    };
    expect(lit()).toEqual([13, 14]);
    clock.advanceTo(8 * FRAME_CYCLES - FRAME_CYCLES / 2);
    expect(lit()).toEqual([13, 14]);
    clock.advanceTo(8 * FRAME_CYCLES + FRAME_CYCLES / 2);
    expect(lit()).toEqual([]);
    clock.advanceTo(16 * FRAME_CYCLES + FRAME_CYCLES / 2);
    expect(lit()).toEqual([13, 14]);
  });

  it('hides blinking text sixteen frames of thirty-two, or takes bit 7 as a bright background', () => {
    const { clock, print, cell, write, read, pixelAt, vga, setColor } = createTextScreen();
    print(0, 0, '\u00ff', 0x87);
    clock.advanceTo(15 * FRAME_CYCLES);
    expect(cell(0, 0)).toBe('########.');
    clock.advanceTo(17 * FRAME_CYCLES);
    expect(cell(0, 0)).toBe('.........');
    setColor(0x38, 0x15, 0x15, 0x15); // what palette entry 8 selects
    read(0x3da);
    for (const value of [0x30, 0x04]) write(0x3c0, value);
    expect(pixelAt(vga.picture(), 8, 0)).toBe('555555');
    expect(pixelAt(vga.picture(), 7, 0)).toBe('aaaaaa');
  });

  it('underlines attribute 1 in the line named', () => {
    const { vga, print, pixelAt, writeIndexed } = createTextScreen();
    print(0, 0, '\u0000', 0x01);
    writeIndexed(0x3d4, 0x14, 15);
    const picture = vga.picture();
    expect([pixelAt(picture, 4, 14), pixelAt(picture, 4, 15)]).toEqual(['000000', '0000ff']);
  });

  it('pans by dots and by the preset line', () => {
    const { print, cell, write, read, writeIndexed, video } = createTextScreen();
    print(0, 0, '\u00ff\u0000');
    const pan = (value: number) => {
      read(0x3da);
      for (const byte of [0x33, value]) write(0x3c0, byte);
    };
    pan(0);
    expect(cell(0, 0)).toBe('#######..');
    pan(2);
    expect(cell(0, 0)).toBe('#####....');
    pan(8);
    expect(cell(0, 0)).toBe('########.');
    video[4 * (32 * 0xff + 3) + 2] = 0x18;
    writeIndexed(0x3d4, 0x08, 3);
    expect(cell(0, 0)).toBe('...##....');
  });

  it('begins again at address 0 below the line compared with', () => {
    const { print, cell, writeIndexed } = createTextScreen();
    print(0, 0, '\u00f0');
    print(2, 0, '\u000f');
    writeIndexed(0x3d4, 0x0d, 2 * 80);
    writeIndexed(0x3d4, 0x11, 0x0e);
    writeIndexed(0x3d4, 0x07, 0x0f); // line compare bit 8 off
    writeIndexed(0x3d4, 0x09, 0x0f); // and bit 9
    writeIndexed(0x3d4, 0x18, 31);
    expect([cell(0, 0), cell(0, 1), cell(0, 2)]).toEqual(['....####.', '.........', '####.....']);
  });
});

describe('graphics', () => {
  it('640 x 480: a bit from each plane is a colour, through the palette registers', () => {
    const { vga, video, setMode, setColor, write, pixelAt } = createVga();
    setMode(MODE_12);
    write(0x3c6, 0xff);
    setColor(0x14, 0x2a, 0x15, 0x00); // brown: what palette entry 6 selects
    setColor(0x3f, 0x3f, 0x3f, 0x3f);
    const at = 4 * (80 * 479 + 79);
    video.set([0x01, 0x03, 0x03, 0x01], at);
    const picture = vga.picture();
    expect([picture.width, picture.height]).toEqual([640, 480]);
    expect([637, 638, 639].map((x) => pixelAt(picture, x, 479))).toEqual(['000000', 'aa5500', 'ffffff']);
  });

  it('leaves out planes that are not enabled, and adds the colour select register', () => {
    const { vga, video, setMode, setColor, write, read, pixelAt } = createVga();
    setMode(MODE_12);
    write(0x3c6, 0xff);
    video.set([0x80, 0x80, 0, 0], 0); // colour 3
    setColor(0x01, 0, 0, 0x3f);
    setColor(0x41, 0x3f, 0, 0);
    const attribute = (index: number, value: number) => {
      read(0x3da);
      for (const byte of [0x20 | index, value]) write(0x3c0, byte);
    };
    attribute(0x12, 0x0d);
    expect(pixelAt(vga.picture(), 0, 0)).toBe('0000ff');
    attribute(0x14, 0x04);
    expect(pixelAt(vga.picture(), 0, 0)).toBe('ff0000');
    attribute(0x14, 0x00);
    write(0x3c6, 0xfe);
    expect(pixelAt(vga.picture(), 0, 0)).toBe('000000');
  });

  it('320 x 200: mode 13h as the CPU writes it, to the last byte', () => {
    const { vga, setMode, setColor, write, pixelAt } = createVga();
    setMode(MODE_13);
    write(0x3c6, 0xff);
    for (let entry = 0; entry < 256; entry++) setColor(entry, entry >> 2, 0, entry & 3);
    for (let at = 0; at < 64_000; at++) vga.memory.writeMemory(0xa0000 + at, 1, (at * 7 + (at >> 8)) & 0xff);
    const picture = vga.picture();
    expect([picture.width, picture.height]).toEqual([320, 200]);
    for (const [x, y] of [
      [0, 0],
      [3, 0],
      [319, 51],
      [5, 102],
      [319, 199],
    ]) {
      const at = 320 * y + x;
      const value = (at * 7 + (at >> 8)) & 0xff;
      const red = ((value >> 2) << 2) | (value >> 6);
      const blue = ((value & 3) << 2) | 0;
      expect(pixelAt(picture, x, y)).toBe(Buffer.from([red, 0, blue]).toString('hex'));
    }
  });

  it('320 x 200 in four colours: even and odd lines from two banks', () => {
    const { vga, setMode, setColor, write, pixelAt } = createVga();
    setMode(MODE_4);
    write(0x3c6, 0xff);
    setColor(0x13, 0, 0x3f, 0x3f); // colours 1 and 3 by MODE_4's palette registers
    setColor(0x17, 0x3f, 0x3f, 0x3f);
    vga.memory.writeMemory(0xb8000, 1, 0b01_00_11_00);
    vga.memory.writeMemory(0xb8001, 1, 0b11_00_00_01);
    vga.memory.writeMemory(0xba000, 1, 0b00_00_00_11);
    vga.memory.writeMemory(0xb8000 + 80, 1, 0b11_00_00_00);
    const picture = vga.picture();
    expect([picture.width, picture.height]).toEqual([320, 200]);
    const row = (y: number) => Array.from({ length: 8 }, (_, x) => pixelAt(picture, x, y));
    const [black, cyan, white] = ['000000', '00ffff', 'ffffff'];
    expect(row(0)).toEqual([cyan, black, white, black, white, black, black, cyan]);
    expect(row(1)).toEqual([black, black, black, white, black, black, black, black]);
    expect(row(2)).toEqual([white, black, black, black, black, black, black, black]);
  });

  it('begins where start address and panning say', () => {
    const { vga, video, setMode, setColor, write, read, writeIndexed, pixelAt } = createVga();
    setMode(MODE_12);
    write(0x3c6, 0xff);
    setColor(0x01, 0, 0, 0x3f);
    video[4 * 81] = 0x10; // fourth dot of the second character in line 1
    writeIndexed(0x3d4, 0x0d, 80);
    expect(pixelAt(vga.picture(), 11, 0)).toBe('0000ff');
    read(0x3da);
    for (const byte of [0x33, 3]) write(0x3c0, byte);
    expect(pixelAt(vga.picture(), 8, 0)).toBe('0000ff');
  });
});

describe('blank', () => {
  it('is black with the screen off or the palette open, at the size of the mode', () => {
    const { vga, write, read, writeIndexed, print } = createTextScreen();
    print(0, 0, '\u00ff');
    const isBlack = () => vga.picture().rgba.every((byte, i) => byte === (i % 4 === 3 ? 255 : 0));
    expect(isBlack()).toBe(false);
    writeIndexed(0x3c4, 1, 0x20);
    expect(isBlack()).toBe(true);
    expect(vga.picture().width).toBe(720);
    writeIndexed(0x3c4, 1, 0x00);
    read(0x3da);
    write(0x3c0, 0x00);
    expect(isBlack()).toBe(true);
  });

  it('is 720 x 400 black without a signal', () => {
    const { width, height, rgba } = createVga().vga.picture();
    expect([width, height, rgba.length, rgba[0], rgba[3]]).toEqual([720, 400, 4 * 720 * 400, 0, 255]);
  });
});
