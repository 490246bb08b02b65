// The answer as it is set: the first sentence large, the rest below it, no number parted from its unit.

export interface AnswerParts {
  readonly lead: string;
  /** Empty when there is only one sentence. */
  readonly rest: string;
}

/** Splits an answer after its first sentence. */
export function answerParts(answer: string): AnswerParts {
  const [lead, ...rest] = answer.split(/(?<=\.) +/).map(keepUnits);
  return { lead, rest: rest.join(' ') };
}

/** Puts no-break spaces between a number and its unit, and between cycles and their time. */
function keepUnits(sentence: string): string {
  return sentence
    .replace(/(\d) (?=[%A-Za-zµ])/g, '$1\u00a0')
    .replace(/\b([TGMk]) cycles/g, '$1\u00a0cycles')
    .replaceAll(' · ', '\u00a0·\u00a0');
}
