import { describe, expect, it } from 'vitest';
import * as dispi from '../../../../src/emulator/devices/vga/dispi';
import { VgaMmio } from '../../../../src/emulator/devices/vga/mmio';
import { MIB } from '../../../../src/emulator/memory';
import { createRandomStream } from '../../../../src/emulator/random';
import { resetPart } from '../port-bench';
import { createVga } from './vga-bench';

/** A VGA of 4 MiB in mode 3, then in a mode of the interface. */
function createEnabled(width: number, height: number, bitsPerPixel: number, flags = dispi.ENABLE_LFB) {
  const bench = createVga(4 * MIB);
  bench.setMode3();
  bench.write(0x3c6, 0xff);
  bench.writeDispi(dispi.DISPI_XRES, width);
  bench.writeDispi(dispi.DISPI_YRES, height);
  bench.writeDispi(dispi.DISPI_BPP, bitsPerPixel);
  bench.writeDispi(dispi.DISPI_ENABLE, dispi.ENABLE_ENABLED | flags);
  return bench;
}

describe('registers', () => {
  it('name the version, take only versions that exist, and tell the memory in 64 KiB', () => {
    const { readDispi, writeDispi } = createVga(4 * MIB);
    expect(readDispi(dispi.DISPI_ID)).toBe(0xb0c5);
    writeDispi(dispi.DISPI_ID, 0xb0c0);
    expect(readDispi(dispi.DISPI_ID)).toBe(0xb0c0);
    writeDispi(dispi.DISPI_ID, 0xb0c6);
    expect(readDispi(dispi.DISPI_ID)).toBe(0xb0c0);
    expect(readDispi(dispi.DISPI_VIDEO_MEMORY_64K)).toBe(64);
    expect(readDispi(200)).toBe(0);
  });

  it('take whole words at the even port too', () => {
    const { vga, readDispi } = createVga();
    vga.dispi.writePort(0x1ce, 2, dispi.DISPI_XRES);
    vga.dispi.writePort(0x1d0, 2, 1024);
    expect([readDispi(dispi.DISPI_XRES), vga.dispi.readPort(0x1d0, 2)]).toEqual([1024, 1024]);
  });

  it('read as the largest possible with GETCAPS', () => {
    const { readDispi, writeDispi } = createVga(4 * MIB);
    writeDispi(dispi.DISPI_ENABLE, dispi.ENABLE_GETCAPS);
    expect([dispi.DISPI_XRES, dispi.DISPI_YRES, dispi.DISPI_BPP].map(readDispi)).toEqual([16_000, 12_000, 32]);
  });

  it('become what fits into the memory when the interface is enabled', () => {
    const { readDispi, writeDispi, vga } = createEnabled(1027, 5000, 32);
    expect([dispi.DISPI_XRES, dispi.DISPI_VIRT_WIDTH, dispi.DISPI_YRES].map(readDispi)).toEqual([1024, 1024, 1024]);
    writeDispi(dispi.DISPI_YRES, 768);
    writeDispi(dispi.DISPI_Y_OFFSET, 256);
    expect([readDispi(dispi.DISPI_Y_OFFSET), readDispi(dispi.DISPI_VIRT_HEIGHT)]).toEqual([256, 1024]);
    expect(vga.dispi.mode!.startByte).toBe(256 * 4096);
    writeDispi(dispi.DISPI_Y_OFFSET, 257); // a line too far
    expect(readDispi(dispi.DISPI_Y_OFFSET)).toBe(0);
    writeDispi(dispi.DISPI_BPP, 7);
    expect(readDispi(dispi.DISPI_BPP)).toBe(8);
  });

  it('clear the memory that is shown when enabled, unless told not to', () => {
    const bench = createVga(4 * MIB);
    bench.video.fill(0x55);
    bench.writeDispi(dispi.DISPI_XRES, 640);
    bench.writeDispi(dispi.DISPI_YRES, 480);
    bench.writeDispi(dispi.DISPI_BPP, 8);
    bench.writeDispi(dispi.DISPI_ENABLE, dispi.ENABLE_ENABLED | dispi.ENABLE_NOCLEARMEM);
    expect(bench.video[0]).toBe(0x55);
    bench.writeDispi(dispi.DISPI_ENABLE, 0);
    bench.writeDispi(dispi.DISPI_ENABLE, dispi.ENABLE_ENABLED);
    expect([bench.video[0], bench.video[640 * 480 - 1], bench.video[640 * 480]]).toEqual([0, 0, 0x55]);
  });
});

describe('the window at A0000h', () => {
  it('shows the bank as plain bytes, whatever the planes are set to', () => {
    const { vga, video, writeDispi } = createEnabled(640, 480, 8, 0);
    writeDispi(dispi.DISPI_BANK, 3);
    vga.memory.writeMemory(0xa0001, 4, 0x4433_2211);
    expect([...video.subarray(0x3_0000, 0x3_0006)]).toEqual([0, 0x11, 0x22, 0x33, 0x44, 0]);
    expect(vga.memory.readMemory(0xa0001, 4)).toBe(0x4433_2211);
    writeDispi(dispi.DISPI_BANK, 64 + 5); // of 64 banks
    vga.memory.writeMemory(0xaffff, 1, 0x99);
    expect(video[0x5_ffff]).toBe(0x99);
  });
});

describe('pictures', () => {
  it.each([
    [15, [0x00, 0x7c, 0xe0, 0x03, 0x1f, 0x00, 0x10, 0x42], ['ff0000', '00ff00', '0000ff', '848484']],
    [16, [0x00, 0xf8, 0xe0, 0x07, 0x1f, 0x00, 0x10, 0x84], ['ff0000', '00ff00', '0000ff', '848284']],
    [24, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], ['030201', '060504', '090807', '0c0b0a']],
    [32, [1, 2, 3, 0, 4, 5, 6, 0, 7, 8, 9, 0, 10, 11, 12, 0], ['030201', '060504', '090807', '0c0b0a']],
  ])('%d bits a pixel', (bitsPerPixel, bytes, pixels) => {
    const { vga, video, pixelAt } = createEnabled(640, 480, bitsPerPixel);
    const lineBytes = (640 * Math.ceil(bitsPerPixel / 8)) | 0;
    video.set(bytes, 2 * lineBytes);
    const picture = vga.picture();
    expect([picture.width, picture.height]).toEqual([640, 480]);
    expect([0, 1, 2, 3].map((x) => pixelAt(picture, x, 2))).toEqual(pixels);
    expect(vga.textScreen()).toBe(null);
  });

  it('8 bits a pixel, with palette entries of 6 or 8 bits', () => {
    const { vga, video, writeDispi, setColor, pixelAt } = createEnabled(640, 480, 8);
    video[641] = 0xfe;
    setColor(0xfe, 0x3f, 0x20, 0xc1);
    expect(pixelAt(vga.picture(), 1, 1)).toBe('ff8204');
    writeDispi(dispi.DISPI_ENABLE, dispi.ENABLE_ENABLED | dispi.ENABLE_8BIT_DAC);
    setColor(0xfe, 0x3f, 0x20, 0xc1);
    expect(pixelAt(vga.picture(), 1, 1)).toBe('3f20c1');
  });

  it('4 bits a pixel from the planes, line after line', () => {
    const { vga, video, setColor, pixelAt } = createEnabled(800, 600, 4);
    setColor(0x05, 0x3f, 0, 0x3f);
    video.set([0x40, 0x00, 0x40, 0x00], 4 * (100 * 599 + 99));
    expect(pixelAt(vga.picture(), 793, 599)).toBe('ff00ff');
    expect(pixelAt(vga.picture(), 792, 599)).toBe('000000');
  });

  it('begin at the offsets, in a plane wider than the picture', () => {
    const { vga, video, writeDispi, pixelAt } = createEnabled(640, 480, 32);
    writeDispi(dispi.DISPI_VIRT_WIDTH, 800);
    writeDispi(dispi.DISPI_X_OFFSET, 5);
    writeDispi(dispi.DISPI_Y_OFFSET, 7);
    video.set([0xff, 0, 0], 4 * (800 * 8 + 6));
    expect(pixelAt(vga.picture(), 1, 1)).toBe('0000ff');
  });
});

describe('registers in memory', () => {
  it('reach ports 3C0h-3DFh and the interface', () => {
    const { vga, read, readDispi, setMode3 } = createVga(4 * MIB);
    setMode3();
    const mmio = new VgaMmio(vga);
    expect(mmio.readMemory(0x40c, 1)).toBe(read(0x3cc));
    mmio.writeMemory(0x414, 2, 0x550e); // CRTC index and data at once
    expect(mmio.readMemory(0x415, 1)).toBe(0x55);
    mmio.writeMemory(0x502, 2, 800);
    expect([readDispi(dispi.DISPI_XRES), mmio.readMemory(0x502, 2)]).toEqual([800, 800]);
    mmio.writeMemory(0x504, 4, (16 << 16) | 600); // two registers
    expect([readDispi(dispi.DISPI_YRES), readDispi(dispi.DISPI_BPP)]).toEqual([600, 16]);
    expect([0x000, 0x420, 0x516, 0xffc].map((at) => mmio.readMemory(at, 4))).toEqual(Array(4).fill(0xffff_ffff));
  });

  it('are peeked without moving the attribute flip-flop', () => {
    const { vga, setMode3 } = createVga();
    setMode3(); // its last write, of the attribute index, leaves the flip-flop at data
    const before = vga.saveState();
    new VgaMmio(vga).peekMemory(0x41a, 1);
    expect(vga.saveState()).toEqual(before);
    new VgaMmio(vga).readMemory(0x41a, 1);
    expect(vga.saveState()).not.toEqual(before);
  });
});

describe('reset and snapshot', () => {
  it('survive a CPU reset, not a platform reset; a saved state brings them back', () => {
    const { vga, writeDispi } = createEnabled(1024, 768, 16);
    writeDispi(dispi.DISPI_BANK, 2);
    const before = vga.saveState();
    resetPart(vga, 'cpu-init');
    expect(vga.saveState()).toEqual(before);
    resetPart(vga, 'platform');
    expect(vga.dispi.mode).toBe(null);
    vga.restoreState(JSON.parse(JSON.stringify(before)));
    expect(vga.saveState()).toEqual(before);
    expect([vga.dispi.mode!.width, vga.dispi.bankOffset]).toEqual([1024, 0x2_0000]);
  });

  it('survive 10,000 random accesses with a picture after each hundred', () => {
    const { vga } = createVga();
    const random = createRandomStream(5, 'dispi');
    for (let i = 0; i < 10_000; i++) {
      const port = 0x1ce + random.nextInteger(3);
      const size = port === 0x1cf ? 1 : ((1 + random.nextInteger(2)) as 1 | 2);
      const value = port === 0x1ce ? random.nextInteger(14) : random.nextInteger(2 ** (8 * size));
      if (random.nextInteger(4) > 0) vga.dispi.writePort(port, size, value);
      const read = vga.dispi.readPort(port, size);
      if (!(read >= 0 && read < 2 ** (8 * size))) throw new Error(`port ${port.toString(16)}h gave ${read}`);
      vga.memory.writeMemory(0xa0000 + random.nextInteger(0x1_fffc), 4, 0x5555_5555);
      if (i % 100 > 0) continue;
      const { width, height, rgba } = vga.picture();
      expect(rgba).toHaveLength(4 * width * height);
    }
  });
});
