import { describe, expect, it } from 'vitest';
import { chordsOfText } from '../../../src/emulator/devices/keyboard-text';

describe('chordsOfText', () => {
  it('types letters, shifted signs and keys by name', () => {
    expect(chordsOfText('aB1!{DOWN}{LEFT_CTRL+X}{{\n')).toEqual([
      ['A'],
      ['LEFT_SHIFT', 'B'],
      ['1'],
      ['LEFT_SHIFT', '1'],
      ['DOWN'],
      ['LEFT_CTRL', 'X'],
      ['LEFT_SHIFT', 'LEFT_BRACKET'],
      ['ENTER'],
    ]);
  });

  it('refuses what no key types', () => {
    expect(() => chordsOfText('ä')).toThrow('No key types "ä".');
    expect(() => chordsOfText('{RETURN}')).toThrow('No key is called "RETURN".');
  });
});
