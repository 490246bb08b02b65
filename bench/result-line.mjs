// What a process that ran one ROM in one engine prints: one line of JSON.

/** The eight hexadecimal digits before the full stop, or null. */
export function resultWord(printed) {
  return /([0-9A-F]{8})\./.exec(printed)?.[1] ?? null;
}

/** How long each repetition took, from its marks B and E; `now` is milliseconds. */
export class Marks {
  seconds = [];
  began = 0;

  add(mark, now) {
    if (mark === 'B') this.began = now;
    else this.seconds.push((now - this.began) / 1000);
  }
}

/** Tells the process that started this one. */
export function printResult(seconds, word) {
  process.stdout.write(`${JSON.stringify({ seconds, word })}\n`);
}
