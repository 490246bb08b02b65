// The serial EEPROM against the AT93C46 data sheet, driven as drivers drive it.
import { describe, expect, it } from 'vitest';
import { Eeprom93c46, withChecksum } from '../../../../src/emulator/devices/i82559/eeprom-93c46';
import { createChipBench } from '../port-bench';
import { createCard, MAC } from './card-bench';

const WRITE_NS = 10_000_000;
const [WRITE, READ, ERASE] = [1, 2, 3];

function createEeprom() {
  const { clock } = createChipBench();
  const eeprom = new Eeprom93c46(clock, [0x1234, 0x8001], WRITE_NS);
  const clockBit = (bit: number) => {
    eeprom.drive(true, false, bit === 1);
    eeprom.drive(true, true, bit === 1);
    return eeprom.output ? 1 : 0;
  };
  const clockBits = (value: number, count: number) => {
    for (let i = count - 1; i >= 0; i--) clockBit((value >> i) & 1);
  };
  const select = () => eeprom.drive(true, false, false);
  const release = () => eeprom.drive(false, false, false);
  /** Start bit, opcode and address. */
  const instruct = (opcode: number, address: number) => {
    select();
    clockBits(1, 1);
    clockBits((opcode << 6) | address, 8);
  };
  const readWord = (address: number) => {
    instruct(READ, address);
    let word = 0;
    for (let i = 0; i < 16; i++) word = (word << 1) | clockBit(0);
    release();
    return word;
  };
  const writeWord = (address: number, value: number) => {
    instruct(WRITE, address);
    clockBits(value, 16);
    release();
  };
  const enableWrites = (isOn: boolean) => {
    instruct(0, isOn ? 0x30 : 0x00);
    release();
  };
  return { eeprom, clock, clockBit, select, release, instruct, readWord, writeWord, enableWrites };
}

describe('reading', () => {
  it('gives a word, highest bit first, behind a zero that comes with the last address bit', () => {
    const { readWord, instruct, eeprom, release } = createEeprom();
    expect([readWord(0), readWord(1), readWord(2)]).toEqual([0x1234, 0x8001, 0xffff]);
    instruct(READ, 1);
    expect(eeprom.output).toBe(false);
    release();
    expect(eeprom.output).toBe(true);
  });

  it('goes on with the next word while it is clocked', () => {
    const { instruct, clockBit } = createEeprom();
    instruct(READ, 0);
    let words = 0;
    for (let i = 0; i < 32; i++) words = words * 2 + clockBit(0);
    expect(words).toBe(0x1234_8001);
  });

  it('ignores zeros before the start bit', () => {
    const { clockBit, instruct, select } = createEeprom();
    select();
    for (let i = 0; i < 5; i++) expect(clockBit(0)).toBe(1);
    instruct(READ, 0);
    expect([clockBit(0), clockBit(0), clockBit(0), clockBit(0)]).toEqual([0, 0, 0, 1]);
  });
});

describe('writing', () => {
  it('needs to be enabled, and can be disabled again', () => {
    const { writeWord, readWord, enableWrites, clock } = createEeprom();
    writeWord(0, 0x5555);
    clock.advance(WRITE_NS);
    expect(readWord(0)).toBe(0x1234);
    enableWrites(true);
    writeWord(0, 0x5555);
    clock.advance(WRITE_NS);
    enableWrites(false);
    writeWord(0, 0xaaaa);
    clock.advance(WRITE_NS);
    expect(readWord(0)).toBe(0x5555);
  });

  it('takes its time: DO tells busy and then ready while selected, and nothing is obeyed', () => {
    const { writeWord, enableWrites, clock, select, eeprom, readWord, clockBit } = createEeprom();
    enableWrites(true);
    writeWord(3, 0x0ff0);
    select();
    expect([eeprom.output, clockBit(1)]).toEqual([false, 0]);
    clock.advance(WRITE_NS - 1);
    expect(eeprom.output).toBe(false);
    clock.advance(1);
    expect(eeprom.output).toBe(true);
    eeprom.drive(false, false, false);
    expect(readWord(3)).toBe(0x0ff0);
  });

  it.each([
    ['ERASE sets one word to ones', ERASE, 1, [0x1234, 0xffff]],
    ['ERAL sets all of them', 0, 0x20, [0xffff, 0xffff]],
  ])('%s', (_, opcode, address, expected) => {
    const { instruct, release, enableWrites, clock, readWord } = createEeprom();
    enableWrites(true);
    instruct(opcode, address);
    release();
    clock.advance(WRITE_NS);
    expect([readWord(0), readWord(1)]).toEqual(expected);
  });

  it('power-on locks it', () => {
    const { eeprom, enableWrites, writeWord, readWord, clock } = createEeprom();
    enableWrites(true);
    eeprom.reset();
    writeWord(0, 1);
    clock.advance(WRITE_NS);
    expect(readWord(0)).toBe(0x1234);
  });
});

describe('the card’s contents', () => {
  /** One word through the control register, as Linux's e100 reads it; `addressBits` shrinks when the zero comes early. */
  function readThroughRegister({ read, write }: ReturnType<typeof createCard>, address: number, addressBits: number) {
    const bits = ((6 << addressBits) | address) * 65_536;
    let found = addressBits;
    let data = 0;
    write(0x0e, 0x03);
    for (let i = 31; i >= 0; i--) {
      const control = 0x02 | (Math.floor(bits / 2 ** i) % 2 === 1 ? 0x04 : 0);
      write(0x0e, control);
      write(0x0e, control | 0x01);
      const out = read(0x0e) & 0x08 ? 1 : 0;
      if (out === 0 && i > 16) {
        found -= i - 16;
        i = 17;
      }
      data = ((data << 1) | out) & 0xffff;
    }
    write(0x0e, 0);
    return { data, addressBits: found };
  }

  it('are 64 words, as a driver finds out by the early zero', () => {
    expect(readThroughRegister(createCard(), 0, 8).addressBits).toBe(6);
  });

  it('begin with the hardware address and add up to BABAh', () => {
    const bench = createCard();
    const words = Array.from({ length: 64 }, (_, address) => readThroughRegister(bench, address, 6).data);
    expect(words.slice(0, 3).flatMap((word) => [word & 0xff, word >>> 8])).toEqual(MAC);
    expect(words.reduce((sum, word) => sum + word, 0) & 0xffff).toBe(0xbaba);
  });

  it('have a checksum whatever they are', () => {
    const words = withChecksum([0xffff, 0xffff, 1]);
    expect(words.length).toBe(64);
    expect(words.reduce((sum, word) => sum + word, 0) & 0xffff).toBe(0xbaba);
  });
});
