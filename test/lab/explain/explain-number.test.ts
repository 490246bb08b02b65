import { describe, expect, it } from 'vitest';
import type { PathRecord, RebootPath } from '../../../src/emulator/index';
import { ENGINE_VERSION, explainPath, leafPhases } from '../../../src/emulator/index';
import { columnMeaning, numberColumns } from '../../../src/lab/explain/column-meanings';
import { describeCause } from '../../../src/lab/explain/describe-cause';
import { explainNumber } from '../../../src/lab/explain/explain-number';
import { spansInOrder } from '../../../src/lab/explain/span-sets';
import { phasesCsv, runsCsv } from '../../../src/lab/export/csv';
import { summaryColumns } from '../../../src/lab/export/summary';
import { nameRuns } from '../../../src/lab/run-record';
import { readGuestImages } from '../../support/guest-images';
import { testProfile } from '../../support/test-profile';

const PROFILE = testProfile();
const explained = (['warm', 'kexec'] as const).map((path: RebootPath) =>
  explainPath({
    ...{ profile: PROFILE, path, seed: 1, variations: [], images: readGuestImages() },
    limitCycles: 40e9,
  }),
);
const runs = nameRuns(
  PROFILE,
  explained.map(({ record }) => record),
);
const tables = [
  {
    configHash: 'ab'.repeat(32),
    request: {
      profileId: PROFILE.id,
      paths: ['warm', 'kexec'] as const,
      seed: 1,
      overlay: { 'memory.ramBytes': 1 },
      options: { 'load-at': '0x200000' },
    },
    records: runs,
  },
];

/** Cells in quotes have commas in them, but no quotes and no line ends. */
const cellsOf = (csv: string) =>
  csv
    .trim()
    .split('\n')
    .map((line) => [...line.matchAll(/(?:^|,)(?:"([^"]*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted ?? plain));
const [RUN_COLUMNS, ...RUN_ROWS] = cellsOf(runsCsv(tables));
const [PHASE_COLUMNS, ...PHASE_ROWS] = cellsOf(phasesCsv(tables));

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

describe('every column', () => {
  it('of runs.csv, phases.csv and summary.csv is explained', () => {
    expect(RUN_COLUMNS.filter((name) => !columnMeaning('runs', name))).toEqual([]);
    expect(PHASE_COLUMNS.filter((name) => !columnMeaning('phases', name))).toEqual([]);
    const names = summaryColumns([]).map(([name]) => name);
    expect(names.filter((name) => !columnMeaning('summary', name))).toEqual([]);
  });

  it('that is computed names columns of its table, or says in words what else', () => {
    for (const [table, columns] of [
      ['runs', RUN_COLUMNS],
      ['phases', [...PHASE_COLUMNS, 'cpu_hz']],
    ] as const) {
      const named = columns.flatMap((name) => columnMeaning(table, name)?.computedFrom ?? []);
      expect(named.filter((name) => !columns.includes(name))).toEqual([]);
    }
  });

  it('that does not exist is not', () => {
    expect(explainNumber({ table: 'runs', column: 'luck', record: runs[0] }, null)).toBeNull();
  });
});

describe('a number of runs.csv', () => {
  it.each(numberColumns('runs'))('%s is the cell’s, and its causes add up to it where it counts cycles', (column) => {
    runs.forEach((record, row) => {
      const answer = explainNumber({ table: 'runs', column, record }, explained[row].leaves)!;
      const cell = RUN_ROWS[row][RUN_COLUMNS.indexOf(column)];
      // verify_cycles is empty where nothing was verified.
      expect(answer.value === 0 && cell === '' ? '' : String(answer.value ?? '')).toBe(cell);
      if (column.endsWith('_cycles') && answer.value !== null) {
        expect(sum(answer.causes.map(({ cycles }) => cycles))).toBe(answer.value);
        expect(sum(answer.phases.map(({ amount }) => amount))).toBe(answer.value);
      }
    });
  });

  it('says which phases the outage sums: not the load, which services survive', () => {
    const { phases } = explainNumber({ table: 'runs', column: 'outage_cycles', record: runs[1] }, null)!;
    expect(phases[0].id).toBe('userspace-shutdown');
    expect(phases.map(({ id }) => id)).not.toContain('kexec-load');
  });

  it('says which phases the handover sums: from the end of device shutdown to the kernel', () => {
    const { phases } = explainNumber({ table: 'runs', column: 'handover_cycles', record: runs[1] }, null)!;
    expect(phases.map(({ id }) => id)).toEqual(
      ['machine-shutdown', 'relocate-copy', 'purgatory-hash', 'decompress'].filter((id) =>
        phases.some((phase) => phase.id === id),
      ),
    );
    expect(phases.at(-1)?.id).toBe('decompress');
  });
});

describe('a number of phases.csv', () => {
  it('is the cell’s in every row, and its causes add up to it where it counts cycles', () => {
    let row = 0;
    runs.forEach((record, run) => {
      spansInOrder(record.root).forEach((span, phaseIndex) => {
        for (const column of numberColumns('phases')) {
          const question = { table: 'phases', column, record, phaseIndexes: [phaseIndex] } as const;
          const answer = explainNumber(question, explained[run].leaves)!;
          expect(String(answer.value)).toBe(PHASE_ROWS[row][PHASE_COLUMNS.indexOf(column)]);
          if (/_cycles?$/.test(column)) expect(sum(answer.causes.map(({ cycles }) => cycles))).toBe(answer.value);
        }
        expect(PHASE_ROWS[row][PHASE_COLUMNS.indexOf('phase_id')]).toBe(span.id);
        row++;
      });
    });
    expect(row).toBe(PHASE_ROWS.length);
  });

  it('of several rows is their sum', () => {
    const [record] = runs;
    const indexes = spansInOrder(record.root).flatMap(({ id }, index) => (id === 'start-kernel' ? [index] : []));
    const ask = (phaseIndexes: number[]) =>
      explainNumber({ table: 'phases', column: 'duration_cycles', record, phaseIndexes }, explained[0].leaves)!;
    expect(indexes.length).toBeGreaterThan(1);
    expect(ask(indexes).value).toBe(sum(indexes.map((index) => ask([index]).value ?? 0)));
    expect(sum(ask(indexes).causes.map(({ cycles }) => cycles))).toBe(ask(indexes).value);
  });

  it('is refused with the causes of another record', () => {
    const record: PathRecord = { ...runs[0], engineVersion: ENGINE_VERSION };
    const question = { table: 'phases', column: 'duration_cycles', record } as const;
    expect(leafPhases(record.root).length).not.toBe(explained[1].leaves.length);
    expect(() => explainNumber(question, explained[1].leaves)).toThrow('of another record');
  });
});

describe('a cause in words', () => {
  const code = { image: 'kernel', symbol: 'ata_read', address: 0xc0102ec0 };
  const cause = { basis: 'executed', code, cycles: 1, figures: [] } as const;

  it.each([
    [{ ...cause, cost: 'clocks', chip: '' } as const, 'instruction clocks'],
    [{ ...cause, cost: 'port', chip: 'COM1' } as const, 'bus cycles to COM1'],
    [{ ...cause, cost: 'port', chip: 'nobody' } as const, 'bus cycles to ports where no chip is'],
    [{ ...cause, cost: 'memory', chip: 'RAM' } as const, 'RAM beyond the clock tables'],
    [{ ...cause, cost: 'memory', chip: 'ROM' } as const, 'accesses to ROM'],
    [{ ...cause, cost: 'wait', chip: 'primary ATA' } as const, 'waiting for primary ATA'],
  ])('%#', (one, what) => {
    expect(describeCause(one)).toEqual({ what, where: 'kernel: ata_read' });
  });

  it('says the range where there is no symbol, and nothing where no code runs', () => {
    expect(describeCause({ ...cause, cost: 'clocks', chip: '', code: { ...code, symbol: null } }).where).toBe(
      'kernel at C0102EC0h',
    );
    expect(describeCause({ ...cause, cost: 'hold', chip: 'reset', code: null }).where).toBe('');
  });
});
