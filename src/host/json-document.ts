// JSON that knows where everything stands, so that a person is told line and column of what is wrong (RFC 8259).
// Stricter than JSON.parse in one thing: a member named twice is an error, for one of the two would be lost in silence.

/** A place in a text, both counted from 1. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** Keys and indices from the whole value down. */
export type JsonPath = readonly (string | number)[];

/** A text that is no JSON. `message` says what was expected. */
export class JsonError extends Error {
  constructor(
    message: string,
    readonly place: TextPlace,
  ) {
    super(message);
  }
}

export interface JsonDocument {
  readonly value: unknown;
  /**
   * Where the value of a path stands: an object's or array's by its name, anything else by itself. Of a path that is
   * not there: its nearest part that is.
   */
  placeOf(path: JsonPath): TextPlace;
}

/** Far above any file of ours; deeper nesting would exhaust the stack. */
const MAX_DEPTH = 32;
const SPACE = /[ \t\r\n]*/y;
/** A string (JSON.parse looks closer), a number or a word. */
const SCALAR = /"(?:[^"\\]|\\.)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** @throws JsonError where the text is no JSON, or names a member twice */
export function readJsonDocument(text: string): JsonDocument {
  const reader = new Reader(text);
  const value = reader.readValue([], 0);
  reader.skipSpace();
  if (reader.at < text.length) reader.fail('expected nothing more');
  const { offsets } = reader;
  const placeOf = (path: JsonPath) => {
    for (let length = path.length; length > 0; length--) {
      const offset = offsets.get(keyOf(path.slice(0, length)));
      if (offset !== undefined) return placeAt(text, offset);
    }
    return { line: 1, column: 1 };
  };
  return { value, placeOf };
}

/** Line and column of an offset. */
export function placeAt(text: string, offset: number): TextPlace {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

const keyOf = (path: JsonPath) => JSON.stringify(path);

class Reader {
  at = 0;
  readonly offsets = new Map<string, number>();

  constructor(private readonly text: string) {}

  skipSpace(): void {
    SPACE.lastIndex = this.at;
    SPACE.exec(this.text);
    this.at = SPACE.lastIndex;
  }

  fail(message: string, at = this.at): never {
    throw new JsonError(at >= this.text.length ? `${message}, but the text ends` : message, placeAt(this.text, at));
  }

  readValue(path: JsonPath, depth: number): unknown {
    if (depth > MAX_DEPTH) this.fail('nested too deeply');
    this.skipSpace();
    if (this.takes('{')) return this.readObject(path, depth);
    if (this.takes('[')) return this.readArray(path, depth);
    this.offsets.set(keyOf(path), this.at);
    return this.readScalar();
  }

  private readScalar(): unknown {
    SCALAR.lastIndex = this.at;
    const token = SCALAR.exec(this.text)?.[0];
    if (token === undefined) this.fail('expected a value');
    try {
      const value: unknown = JSON.parse(token);
      this.at += token.length;
      return value;
    } catch {
      return this.fail('a string with a line break, a control character or an unknown escape in it');
    }
  }

  private readObject(path: JsonPath, depth: number): object {
    const members: [string, unknown][] = [];
    this.skipSpace();
    if (this.takes('}')) return {};
    do {
      this.skipSpace();
      if (this.text[this.at] !== '"') this.fail('expected a name in double quotes');
      const nameAt = this.at;
      const name = this.readScalar() as string;
      const memberPath = [...path, name];
      if (this.offsets.has(keyOf(memberPath))) this.fail(`"${name}" is there twice`, nameAt);
      this.offsets.set(keyOf(memberPath), nameAt);
      this.skipSpace();
      if (!this.takes(':')) this.fail('expected ":"');
      members.push([name, this.readValue(memberPath, depth + 1)]);
      this.skipSpace();
    } while (this.takes(','));
    if (!this.takes('}')) this.fail('expected "," or "}"');
    return Object.fromEntries(members);
  }

  private readArray(path: JsonPath, depth: number): unknown[] {
    const items: unknown[] = [];
    this.skipSpace();
    if (this.takes(']')) return items;
    do {
      items.push(this.readValue([...path, items.length], depth + 1));
      this.skipSpace();
    } while (this.takes(','));
    if (!this.takes(']')) this.fail('expected "," or "]"');
    return items;
  }

  private takes(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }
}
