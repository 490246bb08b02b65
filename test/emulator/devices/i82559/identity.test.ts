// The EEPROM's contents. OSSDM chapter 5; word 30h: Intel ICH8 NVM information guide, 1.4.23.1.
import { describe, expect, it } from 'vitest';
import { eepromContents } from '../../../../src/emulator/devices/i82559/identity';

const MAC = [0x00, 0x02, 0xb3, 0x01, 0x02, 0x03];

describe('the EEPROM', () => {
  it.each([
    [2, 0b00],
    [3, 0b01],
    [5, 0b10],
    [0, 0b11],
  ])('tells a boot agent its prompt of %i s as %i in bits 7:6 of word 30h', (seconds, code) => {
    expect((eepromContents(MAC, true, seconds)[0x30] >> 6) & 3).toBe(code);
  });

  it('adds up to BABAh whatever it tells', () => {
    for (const seconds of [0, 2, 3, 5]) {
      const words = eepromContents(MAC, true, seconds);
      expect(words).toHaveLength(64);
      expect(words.reduce((sum, word) => sum + word, 0) & 0xffff).toBe(0xbaba);
    }
  });

  it('begins with the hardware address', () => {
    expect(eepromContents(MAC, false, 2).slice(0, 3)).toEqual([0x0200, 0x01b3, 0x0302]);
  });
});
