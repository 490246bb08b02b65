// Tables as CSV, row by row: UTF-8, comma, LF, header always, RFC 4180 quoting, a guard before formulas.
// A column says what it holds, so that a schema of the rows can be made from the table itself (docs/exports.md).
import { stringify } from 'csv-stringify/browser/esm/sync';

/** A cell; null and the empty string are "not applicable". */
export type Cell = string | number | boolean | null;

type FilledKind = 'integer' | 'number' | 'text' | 'boolean';

/** What the cells of a column are; with a question mark some may be empty. */
export type ColumnKind = FilledKind | `${FilledKind}?`;

/** Columns in order, with what each holds for a row. */
export type Columns<Row> = readonly (readonly [name: string, kind: ColumnKind, cell: (row: Row) => Cell])[];

/** Rows that are put into text together: large enough to be fast, small enough to be forgotten soon. */
const ROWS_PER_CHUNK = 256;

/** The table in pieces: the same bytes as `csvText`, without ever holding more than one piece. */
export function* csvChunks<Row>(columns: Columns<Row>, rows: Iterable<Row>): Generator<string> {
  let cells: Cell[][] = [columns.map(([name]) => name)];
  for (const row of rows) {
    cells.push(columns.map(([, , cell]) => cell(row)));
    if (cells.length < ROWS_PER_CHUNK) continue;
    yield lines(cells);
    cells = [];
  }
  if (cells.length > 0) yield lines(cells);
}

/** The whole table. */
export function csvText<Row>(columns: Columns<Row>, rows: Iterable<Row>): string {
  return [...csvChunks(columns, rows)].join('');
}

function lines(cells: Cell[][]): string {
  return stringify(cells, {
    record_delimiter: '\n',
    // A spreadsheet would run text cells that begin like formulas.
    escape_formulas: true,
    // A lone CR breaks a line for some readers too (RFC 4180, section 2.6); the library quotes for LF only.
    quoted_match: /\r/,
    cast: { boolean: String },
  });
}
