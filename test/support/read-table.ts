// Readers of our tables that are not ours: papaparse, and Python's csv module where there is a Python. Cells are typed by
// what a published schema says of their column, as a notebook would.
import { execFileSync } from 'node:child_process';
import Papa from 'papaparse';

export type TypedRow = Record<string, string | number | boolean | null>;

interface RowSchema {
  readonly properties: Readonly<Record<string, { readonly type: string | readonly string[] }>>;
}

/** Header and rows, all of the same length, by papaparse. */
export function readWithPapaparse(text: string): string[][] {
  const { data, errors } = Papa.parse<string[]>(text.replace(/\n$/, ''), { delimiter: ',', newline: '\n' });
  if (errors.length > 0) throw new Error(JSON.stringify(errors[0]));
  return data;
}

const PYTHON = 'import csv, json, sys; print(json.dumps(list(csv.reader(sys.stdin, strict=True))))';

/** Whether there is a Python here. Where tests must be complete it has to be. */
export function hasPython(): boolean {
  try {
    execFileSync('python3', ['-c', 'import csv'], { stdio: 'ignore' });
    return true;
  } catch {
    if (process.env.CI) throw new Error('python3 is missing');
    return false;
  }
}

/** The same by Python's csv module in its strict mode. */
export function readWithPython(text: string): string[][] {
  const env = { ...process.env, PYTHONIOENCODING: 'utf-8' };
  const output = execFileSync('python3', ['-c', PYTHON], { input: text, encoding: 'utf8', env, maxBuffer: 2 ** 28 });
  return JSON.parse(output) as string[][];
}

/** Rows as objects; a cell that is not of its column's kind throws. */
export function typeRows([header, ...rows]: readonly string[][], schema: RowSchema): TypedRow[] {
  return rows.map((row, index) => {
    if (row.length !== header.length)
      throw new Error(`row ${index} has ${row.length} cells, the header ${header.length}`);
    return Object.fromEntries(header.map((name, column) => [name, typeCell(row[column], name, schema)]));
  });
}

function typeCell(cell: string, name: string, { properties }: RowSchema): TypedRow[string] {
  const types = [properties[name]?.type ?? ['number', 'string', 'null']].flat();
  if (cell === '' && types.includes('null')) return null;
  if (types.includes('boolean') && /^(true|false)$/.test(cell)) return cell === 'true';
  const isNumeric = types.includes('integer') || types.includes('number');
  if (isNumeric && /^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(cell)) return Number(cell);
  if (types.includes('string')) return cell;
  throw new Error(`${name}: ${JSON.stringify(cell)} is no ${types.join(' or ')}`);
}
