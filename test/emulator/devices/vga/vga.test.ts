import { describe, expect, it } from 'vitest';
import { CODE_PAGE_437 } from '../../../../src/emulator/devices/code-page-437';
import { createRandomStream } from '../../../../src/emulator/random';
import { bytePorts, hammer, resetPart } from '../port-bench';
import { createVga } from './vga-bench';

/** Mode 3: lines of 100 characters of 9 dots at 28.322 MHz; 449 lines a frame: 70.09 Hz. */
const CHARACTER_HZ = Math.round(28_322_000 / 9);
const cycleOf = (line: number, character: number) => Math.ceil(((line * 100 + character) * 1e9) / CHARACTER_HZ);

describe('text', () => {
  it('shows what was written to B8000, with attributes', () => {
    const { vga, setMode3, print } = createVga();
    setMode3();
    print(0, 0, 'Bootlab', 0x1e);
    print(24, 73, 'corner!');
    const screen = vga.textScreen()!;
    expect([screen.columns, screen.rows]).toEqual([80, 25]);
    expect(screen.lines[0]).toBe('Bootlab'.padEnd(80));
    expect(screen.lines[24]).toBe(' '.repeat(73) + 'corner!');
    expect(screen.attributes[0]).toBe(0x1e);
    expect(screen.codes[24 * 80 + 79]).toBe(0x21);
    expect(screen.isBlanked).toBe(false);
  });

  it('begins at the start address and follows the cursor', () => {
    const { vga, setMode3, print, writeIndexed } = createVga();
    setMode3();
    print(3, 0, 'third');
    writeIndexed(0x3d4, 0x0c, 0);
    writeIndexed(0x3d4, 0x0d, 3 * 80);
    writeIndexed(0x3d4, 0x0e, 1);
    writeIndexed(0x3d4, 0x0f, 0x45); // cell 325 = 240 + 85
    const screen = vga.textScreen()!;
    expect(screen.lines[0].trim()).toBe('third');
    expect(screen.cursor).toEqual({ row: 1, column: 5, first: 13, last: 14 });
    writeIndexed(0x3d4, 0x0a, 0x2d);
    expect(vga.textScreen()!.cursor).toBe(null);
  });

  it('is blank with the screen off or the palette open, and no text in a graphics mode', () => {
    const { vga, setMode3, write, read, writeIndexed } = createVga();
    setMode3();
    writeIndexed(0x3c4, 1, 0x20);
    expect(vga.textScreen()!.isBlanked).toBe(true);
    writeIndexed(0x3c4, 1, 0x00);
    read(0x3da);
    write(0x3c0, 0x00);
    expect(vga.textScreen()!.isBlanked).toBe(true);
    writeIndexed(0x3ce, 6, 0x05);
    expect(vga.textScreen()).toBe(null);
  });

  it('shows codes as code page 437', () => {
    expect(CODE_PAGE_437).toHaveLength(256);
    expect([0x01, 0x41, 0x7f, 0x80, 0x9b, 0xb0, 0xc9, 0xdb, 0xe1, 0xfe].map((code) => CODE_PAGE_437[code])).toEqual([
      ...'☺A⌂Ç¢░╔█ß■',
    ]);
  });

  it('counts changes for displays that redraw', () => {
    const { vga, setMode3, print, read } = createVga();
    setMode3();
    const before = vga.changeCount;
    read(0x3da);
    vga.textScreen();
    expect(vga.changeCount).toBe(before);
    print(0, 0, 'x');
    expect(vga.changeCount).toBeGreaterThan(before);
  });
});

describe('video memory', () => {
  it('puts even addresses into plane 0 and odd ones into plane 1', () => {
    const { vga, setMode3, plane } = createVga();
    setMode3();
    vga.memory.writeMemory(0xb8002, 4, 0x0742_0741);
    expect([plane(0, 2), plane(1, 2), plane(0, 4), plane(1, 4)]).toEqual([0x41, 0x07, 0x42, 0x07]);
    expect([plane(1, 3), plane(2, 2)]).toEqual([0, 0]);
    expect(vga.memory.readMemory(0xb8002, 4)).toBe(0x0742_0741);
    expect(vga.memory.readMemory(0xb8003, 1)).toBe(0x07);
  });

  it('answers only in its window, and only when enabled', () => {
    const { vga, setMode3, write, writeIndexed } = createVga();
    setMode3();
    vga.memory.writeMemory(0xb8000, 1, 0x55);
    expect([0xa0000, 0xb0000, 0xb7fff].map((at) => vga.memory.readMemory(at, 1))).toEqual([0xff, 0xff, 0xff]);
    write(0x3c2, 0x65);
    expect(vga.memory.readMemory(0xb8000, 1)).toBe(0xff);
    write(0x3c2, 0x67);
    writeIndexed(0x3ce, 6, 0x0a); // B0000, 32 KiB
    expect(vga.memory.readMemory(0xb0000, 1)).toBe(0x55);
  });

  it('takes a font into plane 2 as every BIOS loads it, and text survives', () => {
    const { vga, setMode3, print, writeIndexed, plane } = createVga();
    setMode3();
    print(0, 0, 'text');
    writeIndexed(0x3c4, 2, 0x04); // plane 2 only
    writeIndexed(0x3c4, 4, 0x07); // sequential addresses
    writeIndexed(0x3ce, 4, 0x02);
    writeIndexed(0x3ce, 5, 0x00);
    writeIndexed(0x3ce, 6, 0x00); // A0000
    for (let i = 0; i < 32; i++) vga.memory.writeMemory(0xa0000 + i, 1, i + 1);
    expect(vga.memory.readMemory(0xa0003, 1)).toBe(4);
    expect(Array.from({ length: 32 }, (_, i) => plane(2, i))).toEqual(Array.from({ length: 32 }, (_, i) => i + 1));
    setMode3();
    expect(vga.textScreen()!.lines[0].trim()).toBe('text');
  });

  it('combines by write modes 0 to 3 with latches, bit mask and set/reset', () => {
    const { vga, setMode3, writeIndexed, plane } = createVga();
    setMode3();
    writeIndexed(0x3c4, 2, 0x0f);
    writeIndexed(0x3c4, 4, 0x06);
    writeIndexed(0x3ce, 5, 0x00);
    writeIndexed(0x3ce, 6, 0x05);
    const planes = (offset: number) => [0, 1, 2, 3].map((index) => plane(index, offset));
    const write = (offset: number, value: number) => vga.memory.writeMemory(0xa0000 + offset, 1, value);
    write(0, 0xf0);
    expect(planes(0)).toEqual([0xf0, 0xf0, 0xf0, 0xf0]);
    writeIndexed(0x3ce, 3, 0x18 | 4); // XOR, rotate by 4
    vga.memory.readMemory(0xa0000, 1);
    write(1, 0x1e);
    expect(planes(1)).toEqual([0x11, 0x11, 0x11, 0x11]);
    writeIndexed(0x3ce, 3, 0x00);
    writeIndexed(0x3ce, 0, 0x05); // planes 0 and 2 set
    writeIndexed(0x3ce, 1, 0x0f);
    writeIndexed(0x3ce, 8, 0x3c);
    write(2, 0x00);
    expect(planes(2)).toEqual([0xfc, 0xc0, 0xfc, 0xc0]);
    writeIndexed(0x3ce, 5, 0x01); // the latches as they are
    write(3, 0x00);
    expect(planes(3)).toEqual([0xf0, 0xf0, 0xf0, 0xf0]);
    writeIndexed(0x3ce, 5, 0x02); // colour by plane
    write(4, 0x0a);
    expect(planes(4)).toEqual([0xc0, 0xfc, 0xc0, 0xfc]);
    writeIndexed(0x3ce, 5, 0x03); // set/reset through data and bit mask
    write(5, 0x18);
    expect(planes(5)).toEqual([0xf8, 0xe0, 0xf8, 0xe0]);
    writeIndexed(0x3ce, 5, 0x08); // read mode 1: where is colour 5?
    writeIndexed(0x3ce, 2, 0x05);
    writeIndexed(0x3ce, 7, 0x0f);
    expect(vga.memory.readMemory(0xa0002, 1)).toBe(0x3c);
  });

  it('spreads addresses over the planes in chain-4', () => {
    const { vga, setMode3, writeIndexed, plane } = createVga();
    setMode3();
    writeIndexed(0x3c4, 2, 0x0f);
    writeIndexed(0x3c4, 4, 0x0e);
    writeIndexed(0x3ce, 5, 0x40);
    writeIndexed(0x3ce, 6, 0x05);
    vga.memory.writeMemory(0xa0004, 4, 0x4433_2211);
    expect([0, 1, 2, 3].map((index) => plane(index, 4))).toEqual([0x11, 0x22, 0x33, 0x44]);
    expect(vga.memory.readMemory(0xa0004, 4)).toBe(0x4433_2211);
  });

  it('peeks without touching the latches', () => {
    const { vga, setMode3 } = createVga();
    setMode3();
    vga.memory.writeMemory(0xb8000, 2, 0x0741);
    const before = vga.saveState();
    expect(vga.memory.peekMemory(0xb8000, 2)).toBe(0x0741);
    expect(vga.saveState()).toEqual(before);
    vga.memory.readMemory(0xb8000, 1);
    expect(vga.saveState().registers.latches).toBe(0x0741);
  });
});

describe('registers', () => {
  it('answer at 3Dxh or 3Bxh as the miscellaneous output says', () => {
    const { write, read, readIndexed, writeIndexed } = createVga();
    write(0x3c2, 0x66);
    writeIndexed(0x3b4, 0x0f, 0x12);
    writeIndexed(0x3d4, 0x0f, 0x34);
    expect([readIndexed(0x3b4, 0x0f), read(0x3d5), read(0x3da)]).toEqual([0x12, 0xff, 0xff]);
    write(0x3c2, 0x67);
    expect([readIndexed(0x3d4, 0x0f), read(0x3b5), read(0x3ba)]).toEqual([0x12, 0xff, 0xff]);
    expect(read(0x3cc)).toBe(0x67);
  });

  it('write attribute address and data in turn, restarted by reading input status 1', () => {
    const { setMode3, read, write } = createVga();
    setMode3();
    write(0x3c0, 0x13); // the flip-flop stood at data: index 20h takes it, and it does not exist
    read(0x3da);
    write(0x3c0, 0x33);
    write(0x3c0, 0x05);
    write(0x3c0, 0x33);
    expect([read(0x3c0), read(0x3c1)]).toEqual([0x33, 0x05]);
  });

  it('protect CRTC 0-7 but for one bit', () => {
    const { setMode3, readIndexed, writeIndexed } = createVga();
    setMode3(); // its register 11h sets the protection
    writeIndexed(0x3d4, 0x00, 0x11);
    writeIndexed(0x3d4, 0x07, 0x00);
    writeIndexed(0x3d4, 0x0e, 0x77);
    expect([0x00, 0x07, 0x0e].map((index) => readIndexed(0x3d4, index))).toEqual([0x5f, 0x0f, 0x77]);
  });

  it('step through the palette by three components', () => {
    const { read, write, takeUnstable } = createVga();
    write(0x3c8, 0x10);
    for (const value of [1, 2, 0xff, 4, 5, 6]) write(0x3c9, value);
    expect([read(0x3c8), read(0x3c7)]).toEqual([0x12, 0x00]);
    write(0x3c7, 0x10);
    expect(read(0x3c7)).toBe(0x03);
    takeUnstable();
    expect(Array.from({ length: 6 }, () => read(0x3c9))).toEqual([1, 2, 0x3f, 4, 5, 6]);
    expect(takeUnstable()).toHaveLength(6);
  });

  it('drop bits and indices that do not exist', () => {
    const { write, readIndexed, writeIndexed } = createVga();
    write(0x3c2, 0x67);
    for (const [port, index] of [
      [0x3c4, 2],
      [0x3c4, 4],
      [0x3ce, 5],
      [0x3ce, 6],
      [0x3c4, 7],
      [0x3ce, 15],
    ]) {
      writeIndexed(port, index, 0xff);
    }
    expect([readIndexed(0x3c4, 2), readIndexed(0x3c4, 4), readIndexed(0x3ce, 5), readIndexed(0x3ce, 6)]).toEqual([
      0x0f, 0x0e, 0x7b, 0x0f,
    ]);
    expect([readIndexed(0x3c4, 7), readIndexed(0x3ce, 15)]).toEqual([0, 0]);
  });
});

describe('retrace', () => {
  it('disables the display behind column 80 and below line 400, and retraces at lines 412 and 413', () => {
    const { vga, clock, setMode3 } = createVga();
    setMode3();
    const statusAt = (line: number, character: number) => {
      clock.advanceTo(cycleOf(line, character));
      return vga.peekPort(0x3da);
    };
    expect(statusAt(0, 0)).toBe(0x00);
    expect(statusAt(0, 79)).toBe(0x00);
    expect(statusAt(0, 80)).toBe(0x01);
    expect(statusAt(1, 0)).toBe(0x00);
    expect(statusAt(399, 79)).toBe(0x00);
    expect(statusAt(400, 0)).toBe(0x01);
    expect(statusAt(411, 99)).toBe(0x01);
    expect(statusAt(412, 0)).toBe(0x09);
    expect(statusAt(413, 99)).toBe(0x09);
    expect(statusAt(414, 0)).toBe(0x01);
    expect(statusAt(448, 99)).toBe(0x01);
    expect(statusAt(449, 0)).toBe(0x00);
  });

  it('names the exact cycle of the next change, or now when the flip-flop moved', () => {
    const { vga, clock, setMode3, read, write, takeUnstable } = createVga();
    setMode3();
    const random = createRandomStream(7, 'retrace');
    read(0x3da);
    takeUnstable();
    for (let i = 0; i < 500; i++) {
      clock.advance(random.nextInteger(40_000));
      const status = read(0x3da);
      const [next] = takeUnstable();
      expect(next).toBeGreaterThan(clock.nowCycles);
      clock.advanceTo(next - 1);
      expect(vga.peekPort(0x3da)).toBe(status);
    }
    write(0x3c0, 0x20);
    read(0x3da);
    expect(takeUnstable()).toEqual([clock.nowCycles]);
  });

  it('changes at the cycle named while lines are displayed', () => {
    const { vga, clock, setMode3, read, takeUnstable } = createVga();
    setMode3();
    read(0x3da);
    takeUnstable();
    clock.advanceTo(cycleOf(10, 5));
    const before = read(0x3da);
    clock.advanceTo(takeUnstable()[0]);
    expect(vga.peekPort(0x3da)).not.toBe(before);
    expect(clock.nowCycles).toBe(cycleOf(10, 80));
  });
});

describe('reset', () => {
  it('keeps everything on a CPU reset and clears the registers, not the planes, on a platform reset', () => {
    const { vga, setMode3, print, plane } = createVga();
    setMode3();
    print(0, 0, 'A');
    const before = vga.saveState();
    resetPart(vga, 'cpu-init');
    expect(vga.saveState()).toEqual(before);
    resetPart(vga, 'platform');
    expect(vga.saveState().registers.miscOutput).toBe(0);
    expect(plane(0, 0)).toBe(0x41);
    setMode3();
    expect(vga.textScreen()!.lines[0][0]).toBe('A');
  });
});

describe('robustness', () => {
  it('survives 10,000 random accesses to ports and memory, and always has a screen to show', () => {
    const { vga, memory, ...bench } = createVga();
    const random = createRandomStream(3, 'vga');
    const outside = memory.u8.slice(0, memory.videoOffset);
    for (let round = 0; round < 100; round++) {
      hammer(vga, bytePorts(0x3b0, 0x3df), bench, { accesses: 100, maxStepCycles: 1_000_000, seed: round });
      for (let i = 0; i < 100; i++) {
        const address = 0xa0000 + random.nextInteger(0x1fffd);
        vga.memory.writeMemory(address, 4, random.nextInteger(2 ** 32));
        expect(vga.memory.peekMemory(address, 4)).toBe(vga.memory.readMemory(address, 4));
      }
      const screen = vga.textScreen();
      if (screen) expect(screen.lines).toHaveLength(screen.rows);
      const { width, height, rgba } = vga.picture();
      expect(rgba).toHaveLength(4 * width * height);
    }
    // Nothing but the planes and the clock's counters may have changed.
    const isUntouched = Buffer.compare(memory.u8.subarray(0x1000, memory.videoOffset), outside.subarray(0x1000)) === 0;
    expect(isUntouched).toBe(true);
  });

  it('restores a saved state', () => {
    const a = createVga();
    a.setMode3();
    a.print(1, 1, 'state');
    a.write(0x3c0, 0x31);
    const b = createVga();
    b.vga.restoreState(JSON.parse(JSON.stringify(a.vga.saveState())));
    b.memory.videoMemory.set(a.memory.videoMemory);
    expect(b.vga.saveState()).toEqual(a.vga.saveState());
    expect(b.vga.textScreen()).toEqual(a.vga.textScreen());
  });
});
