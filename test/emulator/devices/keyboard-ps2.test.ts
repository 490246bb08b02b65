// The keyboard without a controller: what it sends, byte by byte. IBM PS/2 Hardware Interface Technical Reference, "Keyboards".
import { beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/emulator/clock';
import { isKeyName } from '../../../src/emulator/devices/keyboard-keys';
import { Ps2Keyboard } from '../../../src/emulator/devices/keyboard-ps2';
import { isSet3Code, set3CodeOf } from '../../../src/emulator/devices/keyboard-set-3';
import { BENCH_HZ, createBenchClock, throughJson } from './chip-bench';

const CONFIG = { batNs: 500_000_000, answerNs: 2_000_000 };
const MS = BENCH_HZ / 1000;
const ACK = 0xfa;
const RESEND = 0xfe;
const A = 0x1c;

let clock: Clock;
let keyboard: Ps2Keyboard;

function createKeyboard(): Ps2Keyboard {
  return new Ps2Keyboard(clock, CONFIG, () => {});
}

beforeEach(() => {
  clock = createBenchClock();
  keyboard = createKeyboard();
});

/** All it has to send, taken at once. */
function takeAll(): number[] {
  const bytes: number[] = [];
  for (let byte = keyboard.peekByte(); byte !== undefined; byte = keyboard.peekByte()) {
    bytes.push(byte);
    keyboard.takeByte();
  }
  return bytes;
}

/** Sends bytes, each after the answer to the one before; returns all answers. */
function tell(...bytes: number[]): number[] {
  return bytes.flatMap((byte) => {
    keyboard.receiveByte(byte);
    clock.advance(CONFIG.answerNs / (1e9 / BENCH_HZ));
    return takeAll();
  });
}

/** Times in ms, from now on, at which bytes come within `ms`; each byte is taken at once. */
function timesOfBytes(ms: number): number[] {
  const start = clock.nowCycles;
  const times: number[] = [];
  while (clock.nextAlarmCycle <= start + ms * MS) {
    clock.advanceTo(clock.nextAlarmCycle);
    for (const byte of takeAll()) if (byte === A) times.push((clock.nowCycles - start) / MS);
  }
  clock.advanceTo(start + ms * MS);
  return times;
}

function press(key: string): number[] {
  return move(key, true);
}

function move(key: string, isDown: boolean): number[] {
  if (!isKeyName(key)) throw new Error(key);
  keyboard.moveKey(key, isDown);
  return takeAll();
}

describe('Ps2Keyboard, typematic', () => {
  it('repeats a held key after 500 ms, 10.9 times a second, as after power-on', () => {
    press('A');
    const times = timesOfBytes(1000);
    expect(times[0]).toBe(500);
    expect(times).toHaveLength(6);
    expect(1000 / (times[2] - times[1])).toBeCloseTo(10.9, 1);
  });

  // Table "Typematic rate": bits 4-3 and 2-0 give (8 + A) x 2^B x 4.17 ms; bits 6-5 the delay in steps of 250 ms.
  it.each([
    [0x00, 250, 30.0],
    [0x1f, 250, 2.0],
    [0x2b, 500, 10.9],
    [0x44, 750, 20.0],
    [0x7f, 1000, 2.0],
  ])('repeats as F3h %i says: after %i ms, %f a second', (rate, delayMs, perSecond) => {
    expect(tell(0xf3, rate)).toEqual([ACK, ACK]);
    press('A');
    const [first, second, third] = timesOfBytes(3000);
    expect(first).toBe(delayMs);
    expect(1000 / (second - first)).toBeCloseTo(perSecond, 1);
    expect(third - second).toBeCloseTo(second - first, 6);
  });

  it('repeats the last key pressed only, and stops when that one is released, others held or not', () => {
    press('B');
    press('A');
    expect(timesOfBytes(600).length).toBe(2);
    move('B', false);
    expect(timesOfBytes(100).length).toBe(1);
    press('B');
    move('B', false);
    expect(timesOfBytes(2000)).toEqual([]);
  });

  it('repeats no break code, and both bytes of a grey key', () => {
    press('UP');
    clock.advance(500 * MS);
    expect(takeAll()).toEqual([0xe0, 0x75]);
    expect(move('UP', false)).toEqual([0xe0, 0xf0, 0x75]);
    expect(timesOfBytes(2000)).toEqual([]);
  });

  it('keeps one make code of a held key while nobody takes its bytes', () => {
    keyboard.moveKey('A', true);
    clock.advance(5000 * MS);
    expect(takeAll()).toEqual([A]);
  });

  it.each([
    ['disabling', [0xf5]],
    ['defaults', [0xf6]],
    ['a scan set', [0xf0, 0x02]],
    ['enabling', [0xf4]],
  ])('ends with %s', (_, bytes) => {
    press('A');
    tell(...bytes);
    expect(timesOfBytes(2000)).toEqual([]);
  });

  it('goes on the same after a save and restore', () => {
    tell(0xf3, 0x04);
    press('A');
    timesOfBytes(300);
    const state = throughJson(keyboard.saveState());
    const cycle = clock.nowCycles;
    const expected = timesOfBytes(300);
    clock = createBenchClock();
    clock.advanceTo(cycle);
    keyboard = createKeyboard();
    keyboard.restoreState(state);
    expect(keyboard.saveState()).toEqual(state);
    expect(timesOfBytes(300)).toEqual(expected);
    expect(expected.length).toBeGreaterThan(5);
  });
});

describe('Ps2Keyboard, scan sets', () => {
  it.each([1, 2, 3])('tells set %i when asked', (set) => {
    expect(tell(0xf0, set, 0xf0, 0x00)).toEqual([ACK, ACK, ACK, ACK, set]);
  });

  it('refuses a set there is not, and keeps the one it has', () => {
    expect(tell(0xf0, 0x04)).toEqual([ACK, RESEND]);
    expect(tell(0xf0, 0x00)).toEqual([ACK, ACK, 0x02]);
  });

  it('is in set 2 again after defaults', () => {
    tell(0xf0, 0x03, 0xf6);
    expect(tell(0xf0, 0x00).at(-1)).toBe(0x02);
  });

  // Scan Code Set 3, by key number of the manual: 31 A, 44 left shift, 58 left control, 62 right alt, 75 insert, 83 up, 105 keypad -,
  // 106 keypad +, 112 F1, 110 Esc.
  it.each([
    ['A', [0x1c], []],
    ['LEFT_SHIFT', [0x12], [0xf0, 0x12]],
    ['LEFT_CTRL', [0x11], [0xf0, 0x11]],
    ['RIGHT_ALT', [0x39], []],
    ['INSERT', [0x67], []],
    ['UP', [0x63], []],
    ['KEYPAD_MINUS', [0x84], []],
    ['KEYPAD_PLUS', [0x7c], []],
    ['F1', [0x07], []],
    ['ESCAPE', [0x08], []],
  ])('sends for %s in set 3 one byte, and a break code where that key has one', (key, make, release) => {
    tell(0xf0, 0x03);
    expect(press(key)).toEqual(make);
    expect(move(key, false)).toEqual(release);
  });

  it('repeats in set 3 letters and arrows, but neither shift keys nor function keys', () => {
    tell(0xf0, 0x03);
    for (const [key, repeats] of [
      ['A', 1],
      ['UP', 1],
      ['LEFT_SHIFT', 0],
      ['F1', 0],
      ['RIGHT_CTRL', 0],
    ] as const) {
      press(key);
      clock.advance(500 * MS);
      expect([key, takeAll().length]).toEqual([key, repeats]);
      move(key, false);
    }
  });

  it('has a code of its own for every key', () => {
    const names = Object.keys(keyCodesByName());
    expect(new Set(names.map((name) => keyCodesByName()[name])).size).toBe(names.length);
    expect(isSet3Code(0x13)).toBe(false);
  });

  function keyCodesByName(): Record<string, number> {
    const names = [
      'A',
      'Z',
      '0',
      'F7',
      'UP',
      'DOWN',
      'KEYPAD_8',
      'KEYPAD_MINUS',
      'LEFT_CTRL',
      'CAPS_LOCK',
      'NUM_LOCK',
      'HOME',
    ];
    return Object.fromEntries(names.map((name) => [name, isKeyName(name) ? set3CodeOf(name) : -1]));
  }
});

describe('Ps2Keyboard, key types of set 3', () => {
  /** Bytes of a key pressed, held over the delay once, and released. */
  const hold = (key: string) => {
    const made = press(key);
    clock.advance(500 * MS);
    return [...made, ...takeAll(), ...move(key, false)];
  };

  it.each([
    [0xf7, [0x07, 0x07]],
    [0xf8, [0x07, 0xf0, 0x07]],
    [0xf9, [0x07]],
    [0xfa, [0x07, 0x07, 0xf0, 0x07]],
  ])('are the same for all keys after %i', (command, codes) => {
    expect(tell(0xf0, 0x03, command)).toEqual([ACK, ACK, ACK]);
    expect(hold('F1')).toEqual(codes);
    tell(0xf6, 0xf0, 0x03);
    expect(hold('F1')).toEqual([0x07]);
  });

  it.each([
    [0xfb, [0x1c, 0x1c]],
    [0xfc, [0x1c, 0xf0, 0x1c]],
    [0xfd, [0x1c]],
  ])('are set for each key named after %i, until another command comes', (command, codes) => {
    tell(0xf0, 0x03, 0xfa);
    expect(tell(command, 0x1c, 0x32, 0xf4)).toEqual([ACK, ACK, ACK, ACK]);
    expect(hold('A')).toEqual(codes);
    expect(hold('B')).toEqual(codes.map((code) => (code === 0x1c ? 0x32 : code)));
    expect(hold('C')).toEqual([0x21, 0x21, 0xf0, 0x21]);
  });

  it('are refused for a code no key has, and change nothing in other sets', () => {
    expect(tell(0xfd, 0x13)).toEqual([ACK, RESEND]);
    expect(tell(0xf9)).toEqual([ACK]);
    expect(hold('A')).toEqual([0x1c, 0x1c, 0xf0, 0x1c]);
  });
});

describe('Ps2Keyboard, resend and echo', () => {
  it('sends the last byte again, scan codes included, and never a resend', () => {
    press('A');
    expect(tell(0xfe)).toEqual([A]);
    expect(tell(0x12)).toEqual([RESEND]);
    expect(tell(0xfe)).toEqual([A]);
    expect(tell(0xee, 0xfe)).toEqual([0xee, 0xee]);
  });

  it('takes a command in place of a parameter', () => {
    expect(tell(0xed, 0xee)).toEqual([ACK, 0xee]);
    expect(tell(0xf3, 0xf2)).toEqual([ACK, ACK, 0xab, 0x83]);
  });
});
