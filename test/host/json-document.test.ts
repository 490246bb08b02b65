import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonError, readJsonDocument } from '../../src/host/json-document';

function errorOf(text: string): JsonError {
  try {
    readJsonDocument(text);
  } catch (error) {
    if (error instanceof JsonError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

describe('reading JSON', () => {
  it('gives what JSON.parse gives', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), fc.constantFrom(0, 2), (json, indent) => {
        const text = JSON.stringify(JSON.parse(json), null, indent);
        expect(readJsonDocument(text).value).toEqual(JSON.parse(text));
      }),
    );
  });

  it('refuses what JSON.parse refuses, whatever is changed in a text', () => {
    const good = '{"a": [1, -2.5e3, "x\\u0041\\n", true, null], "b": {"c": {}}}';
    fc.assert(
      fc.property(fc.nat(good.length), fc.nat(2), fc.string({ maxLength: 2 }), (at, cut, put) => {
        const text = good.slice(0, at) + put + good.slice(at + cut);
        let value: unknown;
        try {
          value = JSON.parse(text);
        } catch {
          errorOf(text);
          return;
        }
        // A changed name may be there twice, which JSON.parse lets pass.
        if (Object.keys(value as object).length === 2) expect(readJsonDocument(text).value).toEqual(value);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['{\n  "a": 1,\n}', 3, 1, 'expected a name in double quotes'],
    ['{\n  "a" 1\n}', 2, 7, 'expected ":"'],
    ['{"a": 1\n "b": 2}', 2, 2, 'expected "," or "}"'],
    ['[1 2]', 1, 4, 'expected "," or "]"'],
    ['{"a": 01}', 1, 8, 'expected "," or "}"'],
    ['{"a": wrong}', 1, 7, 'expected a value'],
    ['{"a": "', 1, 7, 'expected a value'],
    ['{"a": 1', 1, 8, 'expected "," or "}", but the text ends'],
    ['', 1, 1, 'expected a value, but the text ends'],
    ['1 2', 1, 3, 'expected nothing more'],
    ['{"a": 1,\n "b": 2,\n "a": 3}', 3, 2, '"a" is there twice'],
  ])('says where %j goes wrong', (text, line, column, message) => {
    const error = errorOf(text);
    expect([error.place, error.message]).toEqual([{ line, column }, message]);
  });

  it('refuses deep nesting instead of exhausting the stack', () => {
    expect(errorOf('['.repeat(100_000)).message).toBe('nested too deeply');
  });

  it('takes "__proto__" as a name like any other', () => {
    expect(Object.keys(readJsonDocument('{"__proto__": 1}').value as object)).toEqual(['__proto__']);
  });
});

describe('places', () => {
  const { placeOf } = readJsonDocument('{\n  "a": {\n    "b": 7,\n    "c": [1,\n      {"d": null}]\n  }\n}');

  it.each([
    [['a'], 2, 3],
    [['a', 'b'], 3, 10],
    [['a', 'c'], 4, 5],
    [['a', 'c', 0], 4, 11],
    [['a', 'c', 1, 'd'], 5, 13],
    [['a', 'missing', 'x'], 2, 3],
    [['missing'], 1, 1],
    [[], 1, 1],
  ])('of %j', (path, line, column) => {
    expect(placeOf(path)).toEqual({ line, column });
  });
});
