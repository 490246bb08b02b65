// The part of csv-stringify's browser build that this room uses (mapped in tsconfig.lab.json). The package's own
// types pull in those of Node, which would let Node's globals pass unnoticed in a room that has none.
type Cell = string | number | boolean | null;

export function stringify(
  rows: readonly (readonly Cell[])[],
  options: {
    readonly record_delimiter: string;
    readonly escape_formulas: boolean;
    readonly quoted_match: RegExp;
    readonly cast: { readonly boolean: (value: boolean) => string };
  },
): string;
