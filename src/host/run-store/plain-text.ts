// Text that goes through SQLite and comes back the same: NUL ends its strings, half a surrogate pair has no encoding.

/** The same text with U+FFFD in place of what cannot be kept: for names and notes. */
export function plainText(text: string): string {
  return text.replace(/\p{Surrogate}|\0/gu, '\ufffd');
}
