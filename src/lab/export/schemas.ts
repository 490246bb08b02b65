// JSON schemas of the rows of our tables, made from the columns themselves: each cell as a reader types it, empty as null.
// Published in resources/schemas; that of results.json is made where its shape is checked (contract/results-schema.ts).
import { phaseColumns, runColumns } from './csv';
import type { ColumnKind } from './csv-table';
import { summaryColumns } from './summary';

export type TableName = 'runs' | 'phases' | 'summary';

type AnyColumns = readonly (readonly [name: string, kind: ColumnKind, cell: unknown])[];

const TABLES: Readonly<Record<TableName, { readonly columns: AnyColumns; readonly row: string }>> = {
  runs: { columns: runColumns([]), row: 'A run' },
  phases: { columns: phaseColumns([]), row: 'A phase of a run' },
  summary: { columns: summaryColumns([]), row: 'A metric of one path at one point' },
};

const JSON_TYPES: Readonly<Record<string, string>> = {
  integer: 'integer',
  number: 'number',
  text: 'string',
  boolean: 'boolean',
};

/** The schema (JSON Schema 2020-12) of a row of a table, with its columns as members. */
export function tableRowSchema(table: TableName): Record<string, unknown> {
  const { columns, row } = TABLES[table];
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `Row of ${table}.csv`,
    description: `${row}: docs/exports.md. Empty cells are null.`,
    type: 'object',
    properties: Object.fromEntries(columns.map(([name, kind]) => [name, cellSchema(kind)])),
    patternProperties: { '^param_[a-z0-9_]+$': { type: ['number', 'string', 'null'] } },
    required: columns.map(([name]) => name),
    additionalProperties: false,
  };
}

function cellSchema(kind: ColumnKind): Record<string, unknown> {
  const type = JSON_TYPES[kind.replace('?', '')];
  return { type: kind.endsWith('?') ? [type, 'null'] : type };
}
