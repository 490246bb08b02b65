import { describe, expect, it } from 'vitest';
import { formatCount, openRows, phaseRows } from '../../../../src/renderer/components/charts/phase-rows';
import { fakeRecord } from '../../../support/fake-comparison';

const RECORDS = [fakeRecord('warm'), fakeRecord('kexec')];
const rows = phaseRows(RECORDS);
const row = (id: string) => rows.find((candidate) => candidate.id === id)!;

describe('rows', () => {
  it('are groups with their phases below, POST steps below those', () => {
    expect(rows.filter(({ level }) => level === 1).map(({ name }) => name)).toEqual([
      'Firmware',
      'Boot loader',
      'Kernel',
      'User space',
    ]);
    expect(row('ram-test')).toMatchObject({ level: 2, ancestors: ['group:firmware'], hasChildren: true });
    expect(row('ram-test/post-2b')).toMatchObject({ level: 3, ancestors: ['group:firmware', 'ram-test'] });
  });

  it('have a cell per path, none where the path lacks the phase', () => {
    const [warm, kexec] = row('ram-test').cells;
    expect(warm).toMatchObject({ cycles: 8_903_000_000, milliseconds: 8903, basis: 'executed', portAccesses: 33 });
    expect(kexec).toBeNull();
    expect(row('relocate-copy').cells[0]).toBeNull();
  });

  it('of groups add up to the path', () => {
    RECORDS.forEach((record, index) => {
      const sum = rows
        .filter(({ level }) => level === 1)
        .reduce((total, { cells }) => total + (cells[index]?.cycles ?? 0), 0);
      expect(sum).toBe(record.totalCycles);
    });
  });

  it('of groups have a basis only when all phases agree', () => {
    expect(row('group:userspace').cells[0]?.basis).toBe('executed');
    expect(row('group:kernel').cells[0]?.basis).toBeNull();
  });

  it('of POST steps add up to their phase', () => {
    const steps = rows.filter(({ ancestors }) => ancestors.includes('ram-test'));
    expect(steps.reduce((total, { cells }) => total + (cells[0]?.cycles ?? 0), 0)).toBe(
      row('ram-test').cells[0]?.cycles,
    );
  });

  it('below a shut row are not shown', () => {
    const shown = openRows(rows, new Set(['group:firmware']));
    expect(shown.map(({ id }) => id)).toContain('group:firmware');
    expect(shown.filter(({ ancestors }) => ancestors.includes('group:firmware'))).toEqual([]);
    expect(openRows(rows, new Set(['ram-test'])).map(({ id }) => id)).toContain('ram-test');
  });
});

it('counts are short: three digits and a prefix', () => {
  expect([0, 1, 999, 77_500_000].map(formatCount)).toEqual(['0', '1', '999', '77.5 M']);
});
