// The 8042's translation of what a keyboard sends: codes of set 2 become those of set 1, F0h and a code one code with bit 7.
// IBM PS/2 Hardware Interface Technical Reference, "Keyboard and auxiliary device controller", scan code translation.
import { BREAK_PREFIX, translateToSet1 } from './keyboard-keys';

/** Translates byte by byte. */
export class KbcTranslator {
  /** F0h has come and waits for the code it belongs to. */
  isBreakPending = false;

  /** The byte for the output buffer; null: more is to come. */
  translate(value: number): number | null {
    if (value === BREAK_PREFIX) {
      this.isBreakPending = true;
      return null;
    }
    const code = translateToSet1(value);
    const translated = this.isBreakPending ? code | 0x80 : code;
    this.isBreakPending = false;
    return translated;
  }
}
