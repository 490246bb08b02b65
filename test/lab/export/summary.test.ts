import { describe, expect, it } from 'vitest';
import { summaryCsvChunks } from '../../../src/lab/export/summary';
import type { FakeResultsOptions } from '../../support/fake-results';
import { fakeResults } from '../../support/fake-results';
import { readWithPapaparse } from '../../support/read-table';

type Row = Record<string, string>;

function summaryOf(options: FakeResultsOptions): Row[] {
  const [header, ...rows] = readWithPapaparse([...summaryCsvChunks(fakeResults(options))].join(''));
  return rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i]])));
}

const find = (rows: readonly Row[], wanted: Row) =>
  rows.filter((row) => Object.entries(wanted).every(([name, value]) => row[name] === value));

const OUTAGE = { metric: 'outage_cycles', point_index: '0' };

/** One point of 256 MiB, whose figures are those of fake-record.ts, moved by seeds alone. */
const ONE_POINT = { ramBytes: [256 * 1024 * 1024] };

describe('summary.csv', () => {
  it('is, byte for byte, a header and a row per metric', () => {
    const text = [...summaryCsvChunks(fakeResults({ ...ONE_POINT, repetitions: 1, isVaried: false }))].join('');
    const [header, first] = text.split('\n');
    expect(header).toBe(
      'schema_version,experiment_id,config_hash,point_index,machine_profile,reboot_path,param_memory_ram_bytes,metric,' +
        'phase_id,unit,n,distinct,mean,stddev,min,q1,median,q3,max,ci_level,ci_low,ci_high,ci_method,outliers,baseline_path,' +
        'ratio,ratio_ci_low,ratio_ci_high',
    );
    expect(first).toMatch(
      /^1,memory-sweep,[0-9a-f]{64},0,p3-1000-desktop,warm,268435456,outage_cycles,,cycles,1,1,20000000000,,/,
    );
    expect(first).toMatch(/,20000000000,20000000000,20000000000,20000000000,20000000000,0.95,,,too-few,0,,,,$/);
  });

  it('goes by point, then path, then metric', () => {
    const rows = find(summaryOf({ repetitions: 2 }), { metric: 'outage_cycles' });
    expect(rows.map((row) => [row.point_index, row.reboot_path, row.n])).toEqual([
      ['0', 'warm', '2'],
      ['0', 'kexec', '2'],
      ['1', 'warm', '2'],
      ['1', 'kexec', '2'],
    ]);
  });

  it('describes the runs over seeds: quartiles of type 7, as R and NumPy have them', () => {
    // Seeds put (seed * 7919 mod 1009) ten-thousandths on the 3,160 M cycles of chips that are waited for.
    const [warm] = find(summaryOf({ ...ONE_POINT, repetitions: 5 }), { ...OUTAGE, reboot_path: 'warm' });
    const jitters = [7, 8, 9, 10, 11].map((seed) => (seed * 7919) % 1009);
    const outages = jitters.map((jitter) => 20_000_000_000 + jitter * 316_000).sort((a, b) => a - b);
    expect(warm).toMatchObject({ n: '5', distinct: '5', outliers: '0' });
    expect([warm.min, warm.q1, warm.median, warm.q3, warm.max].map(Number)).toEqual(outages);
    expect(Number(warm.mean)).toBe(outages.reduce((a, b) => a + b) / 5);
  });

  it('claims no interval where five runs cannot carry one, and one of the median where nine can', () => {
    const few = find(summaryOf({ ...ONE_POINT, repetitions: 5 }), { ...OUTAGE, reboot_path: 'warm' })[0];
    expect(few).toMatchObject({ ci_low: '', ci_high: '', ci_method: 'too-few' });
    const nine = find(summaryOf({ ...ONE_POINT, repetitions: 9 }), { ...OUTAGE, reboot_path: 'warm' })[0];
    expect(nine.ci_method).toBe('order-statistics');
    expect(Number(nine.ci_low)).toBeLessThan(Number(nine.median));
    expect(Number(nine.ci_high)).toBeGreaterThan(Number(nine.median));
    expect(Number(nine.ci_low)).toBeGreaterThanOrEqual(Number(nine.min));
    expect(Number(nine.ci_high)).toBeLessThanOrEqual(Number(nine.max));
  });

  it('invents no spread where runs are identical', () => {
    const rows = summaryOf({ ...ONE_POINT, repetitions: 20, isVaried: false });
    const [warm, kexec] = find(rows, OUTAGE);
    expect(warm).toMatchObject({
      n: '20',
      distinct: '1',
      stddev: '0',
      ci_low: '',
      ci_high: '',
      ci_method: 'identical',
    });
    expect(kexec).toMatchObject({ baseline_path: 'warm', ratio_ci_low: '', ratio_ci_high: '' });
    expect(Number(kexec.ratio)).toBe(20_000 / 400);
  });

  it('compares with the baseline of the same point, and the baseline with nothing', () => {
    const rows = find(summaryOf({ repetitions: 9 }), { metric: 'outage_cycles' });
    expect(rows.map(({ baseline_path }) => baseline_path)).toEqual(['', 'warm', '', 'warm']);
    expect(rows.map(({ ratio }) => ratio === '')).toEqual([true, false, true, false]);
    const [, small, , large] = rows.map(({ ratio }) => Number(ratio));
    expect(large).toBeGreaterThan(small);
    const [, paired] = rows;
    expect(Number(paired.ratio_ci_low)).toBeLessThan(Number(paired.ratio));
    expect(Number(paired.ratio_ci_high)).toBeGreaterThan(Number(paired.ratio));
  });

  it('has rows without figures for what has none: the handover of a cold start, runs that failed', () => {
    const cold = find(summaryOf({ ...ONE_POINT, paths: ['cold'] }), { metric: 'handover_cycles' })[0];
    expect(cold).toMatchObject({ n: '0', distinct: '0', mean: '', median: '', ci_method: '', outliers: '' });
    const failed = { status: 'failed', code: 'X', message: 'y' } as const;
    const rows = find(summaryOf({ ...ONE_POINT, repetitions: 1, outcomes: { 1: failed } }), OUTAGE);
    expect(rows.map(({ reboot_path, n, ratio }) => [reboot_path, n, ratio])).toEqual([
      ['warm', '1', ''],
      ['kexec', '0', ''],
    ]);
  });

  it('has the phases that a path went through, and no others', () => {
    const rows = summaryOf({ ...ONE_POINT, repetitions: 2, isVaried: false });
    const phases = find(rows, { metric: 'phase_cycles', reboot_path: 'kexec' });
    expect(phases.map(({ phase_id }) => phase_id)).toEqual([
      'kexec-load',
      'userspace-shutdown',
      'device-shutdown',
      'machine-shutdown',
      'relocate-copy',
      'decompress',
      'start-kernel',
      'driver-probe',
      'userspace',
    ]);
    expect(find(phases, { phase_id: 'relocate-copy' })[0]).toMatchObject({
      mean: '59000000',
      baseline_path: 'warm',
      ratio: '',
    });
    expect(find(phases, { phase_id: 'decompress' })[0]).toMatchObject({ mean: '90000000', ratio: '1' });
  });
});
