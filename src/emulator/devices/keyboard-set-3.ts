// Scan set 3: one make code a key, and for each key whether it repeats and tells its release.
// IBM PS/2 Hardware Interface Technical Reference, "Keyboards (101- and 102-key)", Scan Code Set 3 with default key states.
import type { KeyName } from './keyboard-keys';

/** What a key of set 3 sends beside its make code: repeats while held, a break code at its release, or nothing. */
export type KeyType = 'typematic' | 'make-break' | 'make' | 'typematic-make-break';

const CODES: Readonly<Record<KeyName, number>> = {
  ESCAPE: 0x08,
  F1: 0x07,
  F2: 0x0f,
  F3: 0x17,
  F4: 0x1f,
  F5: 0x27,
  F6: 0x2f,
  F7: 0x37,
  F8: 0x3f,
  F9: 0x47,
  F10: 0x4f,
  F11: 0x56,
  F12: 0x5e,
  BACKQUOTE: 0x0e,
  '1': 0x16,
  '2': 0x1e,
  '3': 0x26,
  '4': 0x25,
  '5': 0x2e,
  '6': 0x36,
  '7': 0x3d,
  '8': 0x3e,
  '9': 0x46,
  '0': 0x45,
  MINUS: 0x4e,
  EQUAL: 0x55,
  BACKSPACE: 0x66,
  TAB: 0x0d,
  Q: 0x15,
  W: 0x1d,
  E: 0x24,
  R: 0x2d,
  T: 0x2c,
  Y: 0x35,
  U: 0x3c,
  I: 0x43,
  O: 0x44,
  P: 0x4d,
  LEFT_BRACKET: 0x54,
  RIGHT_BRACKET: 0x5b,
  BACKSLASH: 0x5c,
  CAPS_LOCK: 0x14,
  A: 0x1c,
  S: 0x1b,
  D: 0x23,
  F: 0x2b,
  G: 0x34,
  H: 0x33,
  J: 0x3b,
  K: 0x42,
  L: 0x4b,
  SEMICOLON: 0x4c,
  QUOTE: 0x52,
  ENTER: 0x5a,
  LEFT_SHIFT: 0x12,
  Z: 0x1a,
  X: 0x22,
  C: 0x21,
  V: 0x2a,
  B: 0x32,
  N: 0x31,
  M: 0x3a,
  COMMA: 0x41,
  PERIOD: 0x49,
  SLASH: 0x4a,
  RIGHT_SHIFT: 0x59,
  LEFT_CTRL: 0x11,
  LEFT_ALT: 0x19,
  SPACE: 0x29,
  RIGHT_ALT: 0x39,
  RIGHT_CTRL: 0x58,
  INSERT: 0x67,
  DELETE: 0x64,
  HOME: 0x6e,
  END: 0x65,
  PAGE_UP: 0x6f,
  PAGE_DOWN: 0x6d,
  UP: 0x63,
  DOWN: 0x60,
  LEFT: 0x61,
  RIGHT: 0x6a,
  NUM_LOCK: 0x76,
  SCROLL_LOCK: 0x5f,
  KEYPAD_0: 0x70,
  KEYPAD_1: 0x69,
  KEYPAD_2: 0x72,
  KEYPAD_3: 0x7a,
  KEYPAD_4: 0x6b,
  KEYPAD_5: 0x73,
  KEYPAD_6: 0x74,
  KEYPAD_7: 0x6c,
  KEYPAD_8: 0x75,
  KEYPAD_9: 0x7d,
  KEYPAD_PERIOD: 0x71,
  KEYPAD_PLUS: 0x7c,
  KEYPAD_MINUS: 0x84,
  KEYPAD_MULTIPLY: 0x7e,
  KEYPAD_DIVIDE: 0x77,
  KEYPAD_ENTER: 0x79,
};

const MAKE_BREAK_KEYS: readonly KeyName[] = ['CAPS_LOCK', 'LEFT_SHIFT', 'RIGHT_SHIFT', 'LEFT_CTRL', 'LEFT_ALT'];

// prettier-ignore
const MAKE_KEYS: readonly KeyName[] = [
  'ESCAPE', 'F1', 'F2', 'F3', 'F4', 'F5', 'F6', 'F7', 'F8', 'F9', 'F10', 'F11', 'F12', 'SCROLL_LOCK', 'NUM_LOCK',
  'RIGHT_ALT', 'RIGHT_CTRL', 'INSERT', 'HOME', 'END', 'PAGE_UP', 'PAGE_DOWN',
  'KEYPAD_0', 'KEYPAD_1', 'KEYPAD_2', 'KEYPAD_3', 'KEYPAD_4', 'KEYPAD_5', 'KEYPAD_6', 'KEYPAD_7', 'KEYPAD_8', 'KEYPAD_9',
  'KEYPAD_PERIOD', 'KEYPAD_MINUS', 'KEYPAD_MULTIPLY', 'KEYPAD_DIVIDE', 'KEYPAD_ENTER',
];

/** The make code of a key in set 3; its break code is F0h and this. */
export function set3CodeOf(key: KeyName): number {
  return CODES[key];
}

/** Whether a byte is the code of a key, as FBh-FDh name keys. */
export function isSet3Code(code: number): boolean {
  return Object.values(CODES).includes(code);
}

/** The state of a key after power-on and F6h. */
export function defaultKeyType(key: KeyName): KeyType {
  if (MAKE_BREAK_KEYS.includes(key)) return 'make-break';
  return MAKE_KEYS.includes(key) ? 'make' : 'typematic';
}
