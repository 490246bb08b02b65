import { describe, expect, it } from 'vitest';
import { createMachine } from '../../../src/emulator/machine';
import { drawStartingConditions } from '../../../src/emulator/variation';
import { testProfile } from '../../support/test-profile';

const MIB = 1024 * 1024;
const VIDEO = 0x8000_1000; // bus 0, device 2, function 0
const VIDEO_ROM = new Uint8Array(2048).fill(0x5a);

function createBoard(hasPci: boolean) {
  const machine = createMachine({
    profile: { ...testProfile(), hasPci },
    roms: { bios: new Uint8Array(64 * 1024), video: VIDEO_ROM },
    drives: { hda: null },
    start: drawStartingConditions(0, []),
  });
  machine.powerOn();
  const { bus } = machine;
  const configure = (register: number, value: number) => {
    bus.writePort(0xcf8, 4, VIDEO + register);
    bus.writePort(0xcfc, 4, value);
  };
  const configuration = (register: number) => {
    bus.writePort(0xcf8, 4, VIDEO + register);
    return bus.readPort(0xcfc, 4);
  };
  return { bus, video: machine.memory.videoMemory, configure, configuration };
}

describe('the video function', () => {
  it('is 1234:1111, a VGA, with a frame buffer as large as the memory', () => {
    const { configure, configuration } = createBoard(true);
    expect([0x00, 0x08, 0x2c].map(configuration)).toEqual([0x1111_1234, 0x0300_0002, 0x1100_1af4]);
    configure(0x10, 0xffff_ffff);
    expect(configuration(0x10)).toBe((2 ** 32 - MIB + 0x8) >>> 0); // the test profile has 1 MiB; prefetchable
  });

  it('opens frame buffer, registers and expansion ROM where they are put', () => {
    const { bus, video, configure } = createBoard(true);
    configure(0x10, 0xe800_0000);
    configure(0x18, 0xe900_0000);
    configure(0x30, 0xea00_0001);
    configure(0x04, 0x0002);
    bus.writeMemory(0xe800_1234, 4, 0x4433_2211);
    expect([...video.subarray(0x1234, 0x1238)]).toEqual([0x11, 0x22, 0x33, 0x44]);
    expect(bus.readMemory(0xe900_0500, 2)).toBe(0xb0c5);
    expect(bus.readMemory(0xea00_0000, 1)).toBe(0x5a);
    configure(0x04, 0x0000);
    expect(bus.readMemory(0xe800_1234, 4)).toBe(0xffff_ffff);
  });
});

describe('the Bochs interface', () => {
  it('answers word accesses at 1CEh and 1CFh', () => {
    const { bus } = createBoard(true);
    bus.writePort(0x1ce, 2, 1);
    bus.writePort(0x1cf, 2, 1024);
    expect(bus.readPort(0x1cf, 2)).toBe(1024);
    bus.writePort(0x1ce, 2, 0);
    expect(bus.readPort(0x1cf, 2)).toBe(0xb0c5);
  });

  it('has its frame buffer at E0000000h on a board without PCI', () => {
    const { bus, video } = createBoard(false);
    bus.writeMemory(0xe000_0010, 2, 0xabcd);
    expect([video[0x10], video[0x11]]).toEqual([0xcd, 0xab]);
    expect(bus.readMemory(0xe000_0000 + MIB, 1)).toBe(0xff);
  });
});
