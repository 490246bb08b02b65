// The tables of experiments: rows for every run, pieces that are the whole, and readers that are not ours.
import { Ajv2020 } from 'ajv/dist/2020';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { phasesCsvChunks, runsCsvChunks } from '../../../src/lab/export/csv';
import type { TableName } from '../../../src/lab/export/schemas';
import { summaryCsvChunks } from '../../../src/lab/export/summary';
import type { ExperimentResults, RunOutcome } from '../../../src/lab/experiment/experiment';
import { fakeResults } from '../../support/fake-results';
import type { TypedRow } from '../../support/read-table';
import { hasPython, readWithPapaparse, readWithPython, typeRows } from '../../support/read-table';

const FAILED: RunOutcome = {
  status: 'failed',
  code: 'HOST-WORKER-DIED',
  message: 'The thread of the run, "7", ended.',
};
const NOT_RUN: RunOutcome = { status: 'not-run' };

const CHUNKS: Readonly<Record<TableName, (results: ExperimentResults) => Iterable<string>>> = {
  runs: runsCsvChunks,
  phases: phasesCsvChunks,
  summary: summaryCsvChunks,
};
const TABLES = Object.keys(CHUNKS) as TableName[];

const textOf = (table: TableName, results: ExperimentResults) => [...CHUNKS[table](results)].join('');

/** As published. */
const schemaOf = (table: TableName) =>
  JSON.parse(readFileSync(`resources/schemas/${table}-row.schema.json`, 'utf8')) as Parameters<typeof typeRows>[1];

function rowsOf(table: TableName, results: ExperimentResults): TypedRow[] {
  return typeRows(readWithPapaparse(textOf(table, results)), schemaOf(table));
}

/** Names that spreadsheets, readers and terminals stumble over. */
const HOSTILE = { name: '=cmd|"/c calc",\r\n+1', id: 'memory-sweep' };

describe('runs.csv of an experiment', () => {
  it('has a row for every planned run, in the order of the plan', () => {
    const rows = rowsOf('runs', fakeResults({ repetitions: 2 }));
    expect(rows.map((row) => [row.run_order, row.point_index, row.repetition, row.seed, row.reboot_path])).toEqual([
      [0, 0, 0, 7, 'warm'],
      [1, 0, 0, 7, 'kexec'],
      [2, 1, 0, 7, 'warm'],
      [3, 1, 0, 7, 'kexec'],
      [4, 0, 1, 8, 'warm'],
      [5, 0, 1, 8, 'kexec'],
      [6, 1, 1, 8, 'warm'],
      [7, 1, 1, 8, 'kexec'],
    ]);
  });

  it('says of failed runs and of those that had no turn just that, and measures nothing', () => {
    const rows = rowsOf('runs', fakeResults({ repetitions: 1, outcomes: { 1: FAILED, 2: NOT_RUN } }));
    expect(rows.map(({ status, failure_code }) => [status, failure_code])).toEqual([
      ['done', null],
      ['failed', 'HOST-WORKER-DIED'],
      ['not-run', null],
      ['done', null],
    ]);
    const measured = Object.keys(rows[1]).slice(Object.keys(rows[1]).indexOf('cpu_hz'));
    expect(measured.every((name) => rows[1][name] === null && rows[2][name] === null)).toBe(true);
    expect(rows[1]).toMatchObject({ reboot_path: 'kexec', param_memory_ram_bytes: 67108864, run_order: 1 });
  });

  it('has columns for what is set at every point beside what is swept: figures, then options', () => {
    const changes = { overlay: { 'cpu.hz': 5e8 }, options: { stub: 'three' } };
    const [row] = rowsOf('runs', fakeResults({ changes }));
    const names = Object.keys(row).filter((name) => name.startsWith('param_'));
    expect(names).toEqual(['param_cpu_hz', 'param_memory_ram_bytes', 'param_option_stub']);
    expect(row).toMatchObject({
      param_cpu_hz: 500000000,
      param_memory_ram_bytes: 67108864,
      param_option_stub: 'three',
    });
  });

  it('names a shared record by the run it stands for, not by the one that computed it', () => {
    const results = fakeResults({ repetitions: 2, isVaried: false });
    const [first, ...others] = [...results.runs];
    const shared = others.map(({ planned, outcome }) =>
      planned.configHash === first.planned.configHash ? { planned, outcome: first.outcome } : { planned, outcome },
    );
    const text = textOf('runs', { ...results, runs: [first, ...shared] });
    expect(text).toBe(textOf('runs', results));
  });
});

describe('phases.csv of an experiment', () => {
  it('has no rows of runs that were not measured', () => {
    const rows = rowsOf('phases', fakeResults({ repetitions: 1, outcomes: { 0: FAILED, 2: NOT_RUN } }));
    expect(new Set(rows.map(({ point_index, reboot_path }) => `${point_index} ${reboot_path}`))).toEqual(
      new Set(['0 kexec', '1 kexec']),
    );
  });
});

describe.each(TABLES)('%s.csv', (table) => {
  it('comes in pieces that are the whole, whatever their number', () => {
    const results = fakeResults({ repetitions: 70 });
    const chunks = [...CHUNKS[table](results)];
    expect(table === 'summary' || chunks.length > 1).toBe(true);
    // Each piece ends with a row, and only the first has a header.
    expect(chunks.every((chunk) => chunk.endsWith('\n'))).toBe(true);
    expect(chunks.filter((chunk) => chunk.startsWith('schema_version,'))).toHaveLength(1);
    expect(chunks.join('')).toBe(textOf(table, results));
  });

  it('is the same whether runs are read once or kept', () => {
    const results = fakeResults();
    expect(textOf(table, { ...results, runs: [...results.runs] })).toBe(textOf(table, results));
  });

  const odd = () => fakeResults({ repetitions: 6, outcomes: { 1: FAILED, 5: NOT_RUN }, changes: HOSTILE });

  it('is typed columns for papaparse, and its rows keep to the published schema', () => {
    const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schemaOf(table));
    const rows = rowsOf(table, odd());
    expect(rows.length).toBeGreaterThan(10);
    for (const row of rows) expect(validate(row) || validate.errors).toBe(true);
  });

  it.skipIf(!hasPython())('is the same cells for the csv module of Python (needs python3)', () => {
    const text = textOf(table, odd());
    expect(readWithPython(text)).toEqual(readWithPapaparse(text));
  });
});

describe('a name', () => {
  it('of any characters is read back as it was, but for the guard before formulas', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (name) => {
        const text = textOf('runs', fakeResults({ repetitions: 1, ramBytes: [1048576], changes: { name } }));
        const cell = readWithPapaparse(text)[1][2];
        const isGuarded = /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/.test(name);
        expect(cell).toBe(isGuarded ? `'${name}` : name);
      }),
      { numRuns: 100 },
    );
  });
});
