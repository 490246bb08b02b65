// Text as key chords of a US keyboard: what a person presses to type it. Keys without a character go by name in braces.
import { EmulatorError } from '../errors';
import type { KeyName } from './keyboard-keys';
import { isKeyName } from './keyboard-keys';

/** Characters by key, alone and with Shift. */
const PLAIN: Readonly<Record<string, KeyName>> = {
  ...{ '`': 'BACKQUOTE', '-': 'MINUS', '=': 'EQUAL', '[': 'LEFT_BRACKET', ']': 'RIGHT_BRACKET', '\\': 'BACKSLASH' },
  ...{ ';': 'SEMICOLON', "'": 'QUOTE', ',': 'COMMA', '.': 'PERIOD', '/': 'SLASH', ' ': 'SPACE' },
  ...{ '\n': 'ENTER', '\t': 'TAB' },
};
const SHIFTED: Readonly<Record<string, KeyName>> = {
  ...{ '~': 'BACKQUOTE', _: 'MINUS', '+': 'EQUAL', '{': 'LEFT_BRACKET', '}': 'RIGHT_BRACKET', '|': 'BACKSLASH' },
  ...{ ':': 'SEMICOLON', '"': 'QUOTE', '<': 'COMMA', '>': 'PERIOD', '?': 'SLASH' },
  ...{ '!': '1', '@': '2', '#': '3', $: '4', '%': '5', '^': '6', '&': '7', '*': '8', '(': '9', ')': '0' },
};

/**
 * Chords for `text`; `{DOWN}`, `{ENTER}`, `{LEFT_CTRL+X}` stand for keys by name, `{{` for an opening brace.
 * @throws EmulatorError EMU-UNSUPPORTED for a character or name that no key has
 */
export function chordsOfText(text: string): KeyName[][] {
  return [...text.matchAll(/\{\{|\{([^}]*)\}|./gsu)].map(([piece, names]) => {
    if (names !== undefined) return names.split('+').map(keyOfName);
    return chordOfCharacter(piece === '{{' ? '{' : piece);
  });
}

function keyOfName(name: string): KeyName {
  if (isKeyName(name)) return name;
  throw noKey(`No key is called "${name}".`);
}

function chordOfCharacter(character: string): KeyName[] {
  if (character in PLAIN) return [PLAIN[character]];
  if (character in SHIFTED) return ['LEFT_SHIFT', SHIFTED[character]];
  const upper = character.toUpperCase();
  if (!isKeyName(upper) || upper.length !== 1) throw noKey(`No key types ${JSON.stringify(character)}.`);
  return character === upper && /[A-Z]/.test(upper) ? ['LEFT_SHIFT', upper] : [upper];
}

function noKey(message: string): EmulatorError {
  const nextStep =
    'Write characters of a US keyboard, and other keys by name: {ENTER}, {ESCAPE}, {UP}, {F1}, {LEFT_CTRL+X}.';
  return new EmulatorError('EMU-UNSUPPORTED', message, nextStep, {});
}
