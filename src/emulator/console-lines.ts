// Lines a guest sends over its serial console, each with the counters of the instant its first byte was sent:
// a line can only be understood when it is complete, but what it announces began with it.

/** Longer lines are cut: a guest may never send a line feed. */
const MAX_LINE_CHARACTERS = 1024;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** For snapshots; plain data. */
export interface ConsoleLinesState<Instant> {
  readonly text: string;
  readonly began: Instant | null;
}

/** Splits bytes into lines. `Instant` is whatever the owner wants to know of a line's beginning. */
export class ConsoleLines<Instant> {
  private text = '';
  private began: Instant | null = null;

  constructor(
    private readonly now: () => Instant,
    private readonly lineSent: (text: string, began: Instant) => void,
  ) {}

  /** The line that is not complete yet. */
  saveState(): ConsoleLinesState<Instant> {
    return { text: this.text, began: this.began };
  }

  restoreState({ text, began }: ConsoleLinesState<Instant>): void {
    this.text = text;
    this.began = began;
  }

  /** A byte was sent. */
  byte(value: number): void {
    if (value === CARRIAGE_RETURN) return;
    if (value === LINE_FEED) {
      const { text, began } = this;
      this.text = '';
      this.began = null;
      if (began !== null) this.lineSent(text, began);
      return;
    }
    this.began ??= this.now();
    if (this.text.length < MAX_LINE_CHARACTERS) this.text += String.fromCharCode(value);
  }
}
