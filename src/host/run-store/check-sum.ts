// Check sums of rows. SQLite keeps none of its own: a damaged disk could give a wrong figure that looks right.
import { createHash } from 'node:crypto';

/** Of 256 bits; chance alone would need 2^64 damaged rows to meet one. */
const HEX_DIGITS = 16;

/** What a row may hold. */
export type Cell = string | number | null;

/** Check sum of a row: of its table's name and its cells in the order of the columns, each with kind and length. */
export function checkSumOf(table: string, cells: readonly Cell[]): string {
  let text = table;
  for (const cell of cells) {
    const cellText = String(cell);
    text += `|${cell === null ? 'null' : typeof cell} ${cellText.length} ${cellText}`;
  }
  return createHash('sha256').update(text).digest('hex').slice(0, HEX_DIGITS);
}
