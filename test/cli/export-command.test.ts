import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../src/cli/program';
import type { BootHost } from '../../src/host/boot-host';
import type { LabHost } from '../../src/host/lab-host';
import { ALL_EXPORTS, exportFiles } from '../../src/lab/index';
import { fakeResults } from '../support/fake-results';
import { fakeTerminal } from '../support/fake-terminal';

/** Exporting runs nothing. */
const NO_HOST = {} as LabHost & BootHost;

let folder: string;
let source: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bootlab-export-'));
  source = join(folder, 'results.json');
  await writeFile(source, fileOf('results.json'));
});

const RESULTS = fakeResults();

/** What the lab says a file holds. */
function fileOf(name: string): string {
  const file = exportFiles(RESULTS, ALL_EXPORTS).files.find((one) => one.name === name)!;
  return [...file.chunks()].join('');
}

async function bootlab(...args: readonly string[]) {
  const terminal = fakeTerminal();
  const code = await runCommandLine(args, terminal, NO_HOST, NO_HOST);
  return { code, printed: terminal.printed(), told: terminal.told() };
}

describe('bootlab export', () => {
  it('writes everything into a folder and says which files', async () => {
    const out = join(folder, 'out');
    const { code, printed, told } = await bootlab('export', source, '--out', out);
    expect({ code, told }).toEqual({ code: 0, told: '' });
    const names = exportFiles(RESULTS, ALL_EXPORTS).files.map(({ name }) => name);
    expect(printed.trimEnd().split('\n')).toEqual(names.map((name) => join(out, name)));
    expect((await readdir(out)).sort()).toEqual([...names].sort());
    for (const name of names) expect(await readFile(join(out, name), 'utf8')).toBe(fileOf(name));
  });

  it.each([
    ['runs.csv', ['--csv']],
    ['phases.csv', ['--phases']],
    ['summary.csv', ['--summary']],
    ['results.json', ['--json']],
    ['trace.json', ['--trace']],
    ['chart-difference.svg', ['--svg', 'difference']],
    ['report.md', ['--report', 'md']],
  ])('prints %s alone, with the bytes of the file', async (name, options) => {
    const { code, printed, told } = await bootlab('export', source, ...options);
    expect({ code, told }).toEqual({ code: 0, told: '' });
    expect(printed).toBe(fileOf(name));
  });

  it('writes what was chosen and no more', async () => {
    const out = join(folder, 'out');
    await bootlab('export', source, '--out', out, '--csv', '--svg', 'bars', '--svg', 'spread', '--report', 'html');
    expect((await readdir(out)).sort()).toEqual(['chart-bars.svg', 'chart-spread.svg', 'report.html', 'runs.csv']);
  });

  it('gives each of several sources a folder of its own', async () => {
    const out = join(folder, 'out');
    await bootlab('export', source, source, '--csv', '--out', out);
    expect((await readdir(out)).sort()).toEqual(['memory-sweep', 'memory-sweep-2']);
    expect(await readdir(join(out, 'memory-sweep-2'))).toEqual(['runs.csv']);
  });

  it('takes one file on standard output, no more', async () => {
    expect(await bootlab('export', source)).toMatchObject({
      code: 2,
      printed: '',
      told: expect.stringContaining('These are 12 files; standard output takes one.') as string,
    });
    expect((await bootlab('export', source, '--csv', '--json')).code).toBe(2);
    expect((await bootlab('export', source, source, '--csv')).code).toBe(2);
  });

  it('says of a chart that was asked for why it is not there', async () => {
    const one = join(folder, 'one.json');
    const results = fakeResults({ ramBytes: [2 ** 26] });
    await writeFile(
      one,
      [...exportFiles(results, { ...ALL_EXPORTS, charts: [], reports: [] }).files[3].chunks()].join(''),
    );
    const printed = await bootlab('export', one, '--svg', 'sweep');
    expect(printed).toMatchObject({ code: 2, printed: '' });
    expect(printed.told).toContain('chart-sweep.svg cannot be drawn: Nothing is swept.');
    const written = await bootlab('export', one, '--svg', 'all', '--out', join(folder, 'out'));
    expect(written).toMatchObject({ code: 0, told: 'chart-sweep.svg was left out: Nothing is swept.\n' });
  });

  it.each([
    [['export'], 'CLI-USAGE'],
    [['export', '/none/results.json', '--csv'], 'HOST-RESULTS-FILE'],
    [['export', '/none/x.bootruns', '--csv'], 'HOST-STORE-UNKNOWN'],
    [['export', '12', '--csv', '--store', '/none/history.bootruns'], 'HOST-STORE-UNKNOWN'],
    [['export', 'x.json', '--svg', 'pie'], 'CLI-USAGE'],
    [['export', 'x.json', '--report', 'pdf'], 'CLI-USAGE'],
    [['export', 'x.json', '--point', '-1'], 'CLI-USAGE'],
  ])('refuses %j with its code', async (args, code) => {
    const answer = await bootlab(...args);
    expect(answer).toMatchObject({ code: 2, printed: '' });
    expect(answer.told).toContain(`[${code}]`);
  });

  it('explains itself with examples', async () => {
    const { printed } = await bootlab('export', '--help');
    expect(printed).toContain('bootlab export 12 --out results');
    expect(printed).toContain('Exit codes:');
  });
});
