import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PathRecord } from '../../../src/emulator/index';
import { ENGINE_VERSION, leafPhases } from '../../../src/emulator/index';
import type { ComparisonTable } from '../../../src/lab/export/run-rows';
import { phasesCsv, runsCsv } from '../../../src/lab/export/csv';
import { parameterColumn } from '../../../src/lab/export/run-rows';
import { sumByPurpose } from '../../../src/lab/export/purposes';
import type { RunRecord } from '../../../src/lab/run-record';
import { FAKE_COLD, FAKE_KEXEC, fakeRecord } from '../../support/fake-record';

const HASH = 'ab'.repeat(32);

function asRun(record: PathRecord, runOrder = 0): RunRecord {
  const configHash = runOrder.toString(16).repeat(64);
  return {
    ...record,
    runId: `${configHash.slice(0, 12)}-s1`,
    configHash,
    runOrder,
    pointIndex: 0,
    repetition: 0,
    isBaseline: runOrder === 0,
  };
}

function tablesOf(records: readonly PathRecord[], overlay: Record<string, number> = {}): ComparisonTable[] {
  const request = { profileId: 'p3-1000-desktop', paths: records.map(({ path }) => path), seed: 1, overlay };
  return [{ configHash: HASH, request, records: records.map(asRun) }];
}

/** A reader of RFC 4180 for these tests, apart from the writer under test. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  let cell = '';
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (isQuoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') cell += text[i++];
      else isQuoted = false;
    } else if (c === '"') isQuoted = true;
    else if (c === ',' || c === '\n') {
      rows.at(-1)!.push(cell);
      cell = '';
      if (c === '\n') rows.push([]);
    } else cell += c;
  }
  expect(cell).toBe('');
  rows.pop();
  return rows;
}

function rowsOf(text: string): Record<string, string>[] {
  const [header, ...rows] = parseCsv(text);
  return rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i]])));
}

const RUNS_HEADER =
  'schema_version,experiment_id,experiment_name,config_hash,engine_version,run_id,run_order,point_index,repetition,seed,' +
  'machine_profile,reboot_path,is_baseline,status,failure_code,cpu_hz,memory_model,total_cycles,total_ns,outage_cycles,handover_cycles,' +
  'firmware_cycles,shutdown_cycles,load_cycles,copy_cycles,verify_cycles,loader_cycles,kernel_cycles,userspace_cycles,' +
  'forced_delay_cycles,instructions,interrupts,io_reads,io_writes,device_wait_cycles,bytes_copied,pages_copied,warnings';

const PHASES_HEADER =
  'schema_version,experiment_id,config_hash,run_id,point_index,repetition,seed,machine_profile,reboot_path,phase_index,' +
  'phase_id,phase_name,parent_phase_id,depth,group,owner,basis,evidence,start_cycle,end_cycle,duration_cycles,self_cycles,' +
  'duration_ns,instructions,io_reads,io_writes,interrupts,device_wait_cycles,forced_delay_cycles,bytes_read,bytes_written';

describe('runs.csv', () => {
  it('is, byte for byte, a header and one row per path', () => {
    const record = fakeRecord('kexec', [
      { id: 'kexec-load', cycles: 1000 },
      { id: 'device-shutdown', cycles: 200 },
      { id: 'relocate-copy', cycles: 30 },
      { id: 'start-kernel', cycles: 4 },
    ]);
    expect(runsCsv(tablesOf([record]))).toBe(
      `${RUNS_HEADER}\n` +
        `1,compare-abababababab-s1,kexec on p3-1000-desktop,${'0'.repeat(64)},${ENGINE_VERSION},000000000000-s1,0,0,0,1,` +
        'p3-1000-desktop,kexec,true,done,,1000000000,flat,1234,1234,234,30,0,200,1000,30,,0,4,0,' +
        '0,4000,4,40,20,0,1024000,250,\n',
    );
  });

  it('leaves the handover of a cold start empty', () => {
    const [row] = rowsOf(runsCsv(tablesOf([fakeRecord('cold')])));
    expect(row.handover_cycles).toBe('');
    expect(row.shutdown_cycles).toBe('0');
  });

  it.each(['cold', 'warm', 'kexec'] as const)('splits the cycles of a %s path by purpose without rest', (path) => {
    const [row] = rowsOf(runsCsv(tablesOf([fakeRecord(path)])));
    const parts = ['firmware', 'shutdown', 'load', 'copy', 'loader', 'kernel', 'userspace'];
    const sum = parts.reduce((total, part) => total + Number(row[`${part}_cycles`]), 0);
    expect(sum).toBe(Number(row.total_cycles));
    expect(row.verify_cycles).toBe('');
  });

  it('marks the first path as the baseline and only that', () => {
    const rows = rowsOf(runsCsv(tablesOf([fakeRecord('warm'), fakeRecord('kexec'), fakeRecord('cold')])));
    expect(rows.map((row) => row.is_baseline)).toEqual(['true', 'false', 'false']);
    expect(rows.map((row) => row.run_order)).toEqual(['0', '1', '2']);
    expect(rows[0].experiment_name).toBe('warm vs kexec vs cold on p3-1000-desktop');
  });

  it('quotes cells with commas, quotes and line ends, and reads back as it was', () => {
    const warnings = ['port 80h, "twice"', 'second\nline'];
    const text = runsCsv(tablesOf([fakeRecord('warm', FAKE_COLD, { warnings })]));
    expect(text).toContain('"port 80h, ""twice""; second\nline"\n');
    expect(rowsOf(text)[0].warnings).toBe(warnings.join('; '));
  });

  it('quotes a lone carriage return, which ends a line for some readers', () => {
    const text = runsCsv(tablesOf([fakeRecord('warm', FAKE_COLD, { warnings: ['a\rb'] })]));
    expect(text).toContain(',"a\rb"\n');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)'])('keeps a spreadsheet from running the text %s', (warning) => {
    const text = runsCsv(tablesOf([fakeRecord('warm', FAKE_COLD, { warnings: [warning] })]));
    expect(rowsOf(text)[0].warnings).toBe(`'${warning}`);
  });

  it('has a column for each changed figure, sorted, after the path', () => {
    const table = tablesOf([fakeRecord('warm')], { 'rom.widthBits': 16, 'memory.ramBytes': 67108864 });
    const [header] = parseCsv(runsCsv(table));
    const at = header.indexOf('is_baseline');
    expect(header.slice(at + 1, at + 4)).toEqual(['param_memory_ram_bytes', 'param_rom_width_bits', 'status']);
    expect(rowsOf(runsCsv(table))[0]).toMatchObject({ param_memory_ram_bytes: '67108864', param_rom_width_bits: '16' });
    expect(parseCsv(phasesCsv(table))[0]).toContain('param_rom_width_bits');
  });

  it('has a column for each option of the run, sorted, behind the figures', () => {
    const [plain] = tablesOf([fakeRecord('kexec')], { 'rom.widthBits': 16 });
    const table = [
      { ...plain, request: { ...plain.request, options: { stub: 'three', 'load-at': '0x400000' } } },
      plain,
    ];
    const [header] = parseCsv(runsCsv(table));
    const at = header.indexOf('param_rom_width_bits');
    expect(header.slice(at + 1, at + 4)).toEqual(['param_option_load_at', 'param_option_stub', 'status']);
    expect(rowsOf(runsCsv(table)).map((row) => row.param_option_stub)).toEqual(['three', '']);
    expect(rowsOf(phasesCsv(table))[0]).toMatchObject({ param_option_load_at: '0x400000', param_option_stub: 'three' });
  });

  it('holds several comparisons, with empty cells where a figure was left alone', () => {
    const tables = [...tablesOf([fakeRecord('warm')], { 'rom.widthBits': 16 }), ...tablesOf([fakeRecord('kexec')])];
    expect(rowsOf(runsCsv(tables)).map((row) => [row.reboot_path, row.param_rom_width_bits])).toEqual([
      ['warm', '16'],
      ['kexec', ''],
    ]);
  });

  it('derives nanoseconds exactly where doubles would round', () => {
    const cycles = 9_007_199_254_740_991;
    const record = { ...fakeRecord('warm'), totalCycles: cycles, cpuHz: 66_666_667 };
    const expected = (BigInt(cycles) * 1_000_000_000n) / 66_666_667n;
    const [row] = rowsOf(runsCsv(tablesOf([record])));
    // Beyond 2^53 ns (104 days) the cell is the nearest double of the exact value.
    expect(Number(row.total_ns)).toBe(Number(expected));
    // One cycle of 15 ns less a hair, and two thirds of a nanosecond: to the nearest.
    const short = { ...record, totalCycles: 66_666_667 * 7 + 1 };
    expect(rowsOf(runsCsv(tablesOf([short])))[0].total_ns).toBe('7000000015');
    const fast = { ...record, totalCycles: 2, cpuHz: 3_000_000_000 };
    expect(rowsOf(runsCsv(tablesOf([fast])))[0].total_ns).toBe('1');
  });
});

describe('phases.csv', () => {
  it('has the published header', () => {
    expect(phasesCsv(tablesOf([fakeRecord('warm')])).split('\n')[0]).toBe(PHASES_HEADER);
  });

  it('lists parents before their children, in order of time', () => {
    const record = fakeRecord('warm', [
      { id: 'device-shutdown', cycles: 10 },
      { id: 'early-chipset', cycles: 9, posts: [0xcf, 0xc0] },
      { id: 'loader-menu', cycles: 5, basis: 'device' },
    ]);
    const rows = rowsOf(phasesCsv(tablesOf([record])));
    expect(rows.map((row) => [row.phase_index, row.depth, row.phase_id, row.parent_phase_id])).toEqual([
      ['0', '0', 'path', ''],
      ['1', '1', 'group:kernel', 'path'],
      ['2', '2', 'device-shutdown', 'group:kernel'],
      ['3', '1', 'group:firmware', 'path'],
      ['4', '2', 'early-chipset', 'group:firmware'],
      ['5', '3', 'post-cf', 'early-chipset'],
      ['6', '3', 'post-c0', 'early-chipset'],
      ['7', '1', 'group:loader', 'path'],
      ['8', '2', 'loader-menu', 'group:loader'],
    ]);
    expect(rows.map((row) => [row.start_cycle, row.end_cycle, row.duration_cycles])).toEqual([
      ['0', '24', '24'],
      ['0', '10', '10'],
      ['0', '10', '10'],
      ['10', '19', '9'],
      ['10', '19', '9'],
      ['10', '14', '4'],
      ['14', '19', '5'],
      ['19', '24', '5'],
      ['19', '24', '5'],
    ]);
    expect(rows[8]).toMatchObject({ basis: 'device', device_wait_cycles: '5', forced_delay_cycles: '5' });
  });

  it('gives each cycle of a run to exactly one row: own cycles add up to the total', () => {
    const records = [fakeRecord('warm'), fakeRecord('kexec')];
    const rows = rowsOf(phasesCsv(tablesOf(records)));
    for (const record of records) {
      const own = rows.filter((row) => row.reboot_path === record.path).map((row) => Number(row.self_cycles));
      expect(own.every((cycles) => cycles >= 0)).toBe(true);
      expect(own.reduce((a, b) => a + b)).toBe(record.totalCycles);
    }
  });

  it('numbers phases anew in each run', () => {
    const rows = rowsOf(phasesCsv(tablesOf([fakeRecord('kexec'), fakeRecord('kexec')])));
    expect(rows.filter((row) => row.phase_index === '0')).toHaveLength(2);
  });

  it('is the same bytes for the same table', () => {
    const once = () => phasesCsv(tablesOf([fakeRecord('warm'), fakeRecord('kexec')]));
    expect(once()).toBe(once());
  });

  it('writes tags of evidence apart by a blank', () => {
    const rows = rowsOf(phasesCsv(tablesOf([fakeRecord('warm')])));
    expect(rows.find((row) => row.phase_id === 'reset')).toMatchObject({ basis: 'modelled', evidence: 'K model' });
  });
});

describe('cycles by purpose', () => {
  it('counts a phase apart with everything below it', () => {
    const { root } = fakeRecord('kexec', [
      { id: 'relocate-copy', cycles: 100, posts: [1, 2, 3] },
      { id: 'decompress', cycles: 7 },
    ]);
    expect(sumByPurpose(root)).toMatchObject({ copy: 100, kernel: 7 });
  });

  it('agrees with the groups of the leaves but for the phases counted apart', () => {
    const { root } = fakeRecord('kexec', FAKE_KEXEC);
    const sums = sumByPurpose(root);
    const kernelLeaves = leafPhases(root).filter(({ group }) => group === 'kernel');
    const kernelGroup = kernelLeaves.reduce((sum, { costs }) => sum + costs.durationCycles, 0);
    expect(sums.kernel + sums.load + sums.copy + 61_000_000).toBe(kernelGroup);
  });

  it('refuses a leaf without a group', () => {
    const { root } = fakeRecord('warm', []);
    expect(() => sumByPurpose(root)).toThrow('neither a group');
  });
});

describe('a parameter column', () => {
  it.each([
    ['memory.ramBytes', 'param_memory_ram_bytes'],
    ['memory.streamMoveNsPerDword', 'param_memory_stream_move_ns_per_dword'],
    ['cpu.hz', 'param_cpu_hz'],
  ])('of %s is %s', (figure, column) => {
    expect(parameterColumn(figure)).toBe(column);
  });
});

describe('any text in a cell', () => {
  it('reads back as it was, but for the guard before formulas', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (warning) => {
        const [row] = rowsOf(runsCsv(tablesOf([fakeRecord('warm', FAKE_COLD, { warnings: [warning] })])));
        const isGuarded = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(warning);
        expect(row.warnings).toBe(isGuarded ? `'${warning}` : warning);
      }),
    );
  });
});
