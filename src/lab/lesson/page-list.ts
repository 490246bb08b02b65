// Reads a kexec page list as the stub does (docs/facts.md A3): which page goes where.
import type { PageList } from './lesson';
import { MeasurementError } from './measurement-error';

/** Tags of a word, the page's address above them. */
const TAG = { DESTINATION: 1, INDIRECTION: 2, DONE: 4, SOURCE: 8 };
const PAGE_BYTES = 4096;
/** Far above any exercise; a list that leads back to itself ends here. */
const MAX_WORDS = 100_000;

export interface PageCopy {
  readonly from: number;
  readonly to: number;
}

/** @throws MeasurementError for a list that does not end, or leads to a page that is not given */
export function decodePageList({ words, pages }: PageList): PageCopy[] {
  const byAddress = new Map(Object.entries(pages).map(([address, content]) => [Number(address), content]));
  const copies: PageCopy[] = [];
  let [list, at, destination] = [words, 0, 0];
  for (let read = 0; read < MAX_WORDS; read++) {
    if (at >= list.length) throw new MeasurementError('The page list ends without a word that says so.');
    const word = Number(list[at++]);
    const page = word - (word % PAGE_BYTES);
    if (word & TAG.DESTINATION) destination = page;
    else if (word & TAG.INDIRECTION) {
      const next = byAddress.get(page);
      if (!next) throw new MeasurementError(`The page list leads to page 0x${page.toString(16)}, which is not given.`);
      [list, at] = [next, 0];
    } else if (word & TAG.DONE) return copies;
    else if (word & TAG.SOURCE) {
      copies.push({ from: page, to: destination });
      destination += PAGE_BYTES;
    }
  }
  throw new MeasurementError('The page list leads back to itself.');
}

export const bytesOf = (copies: readonly PageCopy[]) => copies.length * PAGE_BYTES;
