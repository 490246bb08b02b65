import { describe, expect, it } from 'vitest';
import { makeReport } from '../../../src/lab/export/report';
import { reportHtml } from '../../../src/lab/export/report-html';
import { reportMarkdown } from '../../../src/lab/export/report-markdown';
import type { FakeResultsOptions } from '../../support/fake-results';
import { fakeResults } from '../../support/fake-results';

const MIB = 1024 * 1024;
const html = (options: FakeResultsOptions = {}) => reportHtml(makeReport(fakeResults(options)));
const markdown = (options: FakeResultsOptions = {}) => reportMarkdown(makeReport(fakeResults(options)));

describe('a report', () => {
  it('begins with its sentence: ratio and interval at every point', () => {
    const lines = markdown({ repetitions: 9 }).split('\n');
    expect(lines[0]).toBe('# Memory size, reboot against kexec');
    expect(lines[2]).toMatch(
      /^- memory\.ramBytes 64 MiB: kexec takes 33\.\d times fewer cycles than a firmware reboot \(outage; 95 % over seeds: 33\.\d–3\d\.\d\)\.$/,
    );
    expect(lines[3]).toMatch(/^- memory\.ramBytes 256 MiB: kexec takes (49|50)\.\d times fewer/);
  });

  it('says of one run of each what makes the difference', () => {
    const text = markdown({ repetitions: 1, ramBytes: [256 * MIB], isVaried: false });
    expect(text.split('\n')[2]).toMatch(
      /^kexec takes 50 times fewer cycles than a firmware reboot .* is the memory test/,
    );
  });

  it('claims no spread that is not there', () => {
    const text = markdown({ repetitions: 20, ramBytes: [256 * MIB], isVaried: false });
    expect(text).toContain('kexec takes 50.0 times fewer cycles than a firmware reboot (outage; 20 runs, identical).');
    expect(text).toContain('Repetitions are identical: nothing varied by seed.');
    expect(text).not.toContain('95 % over seeds:');
    expect(markdown({ repetitions: 3 })).toContain('3 runs are too few for an interval');
  });

  it('has what is needed to make it again: experiment, hash, engine, seeds, what varied', () => {
    const results = fakeResults();
    const text = markdown();
    expect(text).toContain(`Experiment memory-sweep, hash ${results.experimentHash}`);
    expect(text).toContain('Seeds 7–9');
    expect(text).toContain('Varied by seed: device-answer, disk-rotation, page-placement, timer-phase');
    const code = /```json\n(.*)\n```/.exec(text)![1];
    expect(JSON.parse(code)).toEqual(results.experiment);
  });

  it('says which parameter matters, and how much', () => {
    const text = markdown({ repetitions: 2 });
    expect(text).toContain('## Which parameter matters');
    expect(text).toMatch(
      /\| Firmware reboot \| memory\.ramBytes \| 64 MiB: 1[12]\.\d G cycles \| 256 MiB: 20\.\d G cycles \|/,
    );
  });

  it('names runs that failed and counts those without a turn', () => {
    const outcomes = {
      1: { status: 'failed', code: 'HOST-RUN-HUNG', message: 'No sign of life for 60 s.' },
      2: { status: 'not-run' },
    } as const;
    const text = markdown({ repetitions: 1, outcomes });
    expect(text).toContain('2 runs; 1 failed, 1 had no turn.');
    expect(text).toMatch(
      /\| [0-9a-f]{12}-s7 \| 0 \| kexec jump \| 7 \| HOST-RUN-HUNG \| No sign of life for 60 s\. \|/,
    );
  });

  it('is a report of nothing where no run was done', () => {
    const results = { ...fakeResults(), runs: [] };
    expect(reportMarkdown(makeReport(results))).toContain('0 runs.');
    expect(reportHtml(makeReport(results))).toContain('0 runs.');
  });
});

const HOSTILE = `<img src=x onerror=alert(1)> | # * [a](javascript:alert(1)) \`\`\` & "q"`;

describe('report.html', () => {
  it('is one file: no script, nothing loaded, ids that are there once, tables and charts in it', () => {
    const text = html({ repetitions: 6 });
    expect(text).not.toMatch(/<script|<link|<img|<iframe|href=| on\w+=|url\((?!#)/);
    expect(text).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    const ids = [...text.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const used = [...text.matchAll(/url\(#([^)]*)\)/g)].map(([, id]) => id);
    expect(used.length).toBeGreaterThan(0);
    for (const id of used) expect(ids).toContain(id);
    expect(text.match(/<figure>/g)).toHaveLength(5);
    expect(text).toContain('@media print');
  });

  it('shows names as they are and obeys none of them', () => {
    const text = html({ changes: { name: HOSTILE, notes: HOSTILE } });
    expect(text).not.toContain('<img');
    expect(text).toContain('&#60;img src=x onerror=alert(1)&#62;');
  });

  it('has rows as long as their header', () => {
    const tables = html({ repetitions: 2, paths: ['warm', 'kexec', 'cold'] })
      .split('<table>')
      .slice(1);
    expect(tables.length).toBeGreaterThan(1);
    for (const table of tables) {
      const [head, ...rows] = table.split('</table>')[0].match(/<tr>.*<\/tr>/g)!;
      const count = (row: string) => row.match(/<t[hd][ >]/g)!.length;
      for (const row of rows) expect(count(row)).toBe(count(head));
    }
  });
});

describe('report.md', () => {
  it('is text, whatever names say', () => {
    const text = markdown({ changes: { name: HOSTILE, notes: '- a\n1. b\n# c' } });
    expect(text.split('\n')[0]).toBe(
      '# \\<img src=x onerror=alert(1)\\> \\| # \\* \\[a\\](javascript:alert(1)) \\`\\`\\` \\& "q"',
    );
    expect(text).toContain('\n\\- a 1. b # c\n');
    // The fence is longer than any in the experiment.
    expect(text).toContain('````json\n');
  });

  it('is looked at when it changed', async () => {
    await expect(markdown({ repetitions: 6 })).toMatchFileSnapshot('../../fixtures/reports/memory-sweep.md.txt');
  });
});
