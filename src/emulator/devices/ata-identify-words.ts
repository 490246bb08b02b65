// The 256 words of IDENTIFY DEVICE and IDENTIFY PACKET DEVICE (ATA/ATAPI-5, 8.12 and 8.13): little-endian, texts are not.

export const IDENTIFY_BYTES = 512;

/** Name plate of a drive, ASCII; longer texts are cut. */
export interface DriveIdentity {
  /** Up to 40 characters. */
  readonly model: string;
  /** Up to 20 characters. */
  readonly serialNumber: string;
  /** Up to 8 characters. */
  readonly firmwareRevision: string;
}

/** What is set word by word. */
export class ConfigurationWords {
  readonly bytes = new Uint8Array(IDENTIFY_BYTES);

  set(word: number, value: number): void {
    this.bytes[2 * word] = value & 0xff;
    this.bytes[2 * word + 1] = (value >>> 8) & 0xff;
  }

  /** Words from `word` on, least significant first. */
  setLong(word: number, words: number, value: number): void {
    for (let i = 0; i < words; i++) this.set(word + i, Math.floor(value / 2 ** (16 * i)) % 0x10000);
  }

  /** Texts are big-endian within each word, filled up with spaces. */
  setText(word: number, words: number, text: string): void {
    const padded = text.padEnd(2 * words, ' ');
    for (let i = 0; i < words; i++) {
      this.set(word + i, (padded.charCodeAt(2 * i) << 8) | (padded.charCodeAt(2 * i + 1) & 0xff));
    }
  }

  setIdentity({ serialNumber, firmwareRevision, model }: DriveIdentity): void {
    this.setText(10, 10, serialNumber);
    this.setText(23, 4, firmwareRevision);
    this.setText(27, 20, model);
  }
}
