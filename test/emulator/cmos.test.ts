// What CMOS says when a machine is first switched on. Addresses: IBM AT Technical Reference; 38h, 40h-44h: resources/guest/README.md.
import { describe, expect, it } from 'vitest';
import { initialCmos } from '../../src/emulator/cmos';
import type { ProfileOverlay } from '../../src/emulator/profile';
import { applyOverlay } from '../../src/emulator/profile';
import { testProfile } from '../support/test-profile';

const cmosWith = (overlay: ProfileOverlay, floppyType = 0) =>
  initialCmos(applyOverlay(testProfile(), overlay), floppyType);

describe('CMOS RAM', () => {
  it.each<[string, ProfileOverlay, number]>([
    ['shadow, full test, floppy seek', {}, 0x08],
    ['no shadow', { 'firmware.shadow': 0 }, 0x09],
    ['quick memory test', { 'firmware.memoryTest': 1 }, 0x0a],
    ['no memory test', { 'firmware.memoryTest': 0 }, 0x0c],
    ['no floppy seek', { 'firmware.floppySeek': 0 }, 0x00],
  ])('has the BIOS options in 38h: %s', (_, overlay, byte) => {
    expect(cmosWith(overlay)[0x38]).toBe(byte);
  });

  it('has what the firmware waits for in 40h to 43h', () => {
    const cmos = cmosWith({
      'firmware.ideExpectedDrives': 6,
      'firmware.ideWaitSeconds': 31,
      'firmware.bootMenuSeconds': 5,
      'firmware.scsiPromptSeconds': 3,
    });
    expect([0x40, 0x41, 0x42, 0x43].map((address) => cmos[address])).toEqual([6, 31, 5, 3]);
  });

  it.each([
    [2, 0, 0],
    [3, 0, 1],
    [2, 1, 2],
    [3, 1, 3],
  ])(
    'asks for a memory test of depth %i, with caches off: %i, with %i in 44h',
    (memoryTest, memoryTestUncached, byte) => {
      const overlay = {
        'firmware.memoryTest': memoryTest,
        'firmware.memoryTestUncached': memoryTestUncached,
      };
      expect(cmosWith(overlay)[0x44]).toBe(byte);
    },
  );

  it('counts the memory of an 8 MB machine', () => {
    const cmos = cmosWith({});
    expect([cmos[0x15], cmos[0x16]]).toEqual([0x80, 0x02]); // 640 KiB
    expect([cmos[0x30], cmos[0x31]]).toEqual([0x00, 0x1c]); // 7168 KiB above 1 MiB
  });

  it('names drive A, and has a checksum that is right either way', () => {
    for (const [type, equipment] of [
      [0, 0x02],
      [4, 0x03],
    ]) {
      const cmos = cmosWith({}, type);
      expect(cmos[0x10]).toBe(type << 4);
      expect(cmos[0x14]).toBe(equipment);
      let sum = 0;
      for (let address = 0x10; address <= 0x2d; address++) sum += cmos[address] ?? 0;
      expect((cmos[0x2e] << 8) | cmos[0x2f]).toBe(sum);
    }
  });
});
