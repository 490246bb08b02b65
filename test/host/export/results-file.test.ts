import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readResultsFile } from '../../../src/host/export/results-file';
import { resultsJsonChunks } from '../../../src/lab/index';
import { fakeResults } from '../../support/fake-results';

let file: string;

beforeEach(async () => {
  file = join(await mkdtemp(join(tmpdir(), 'bootlab-results-')), 'results.json');
});

const FAILED = { status: 'failed', code: 'HOST-WORKER-DIED', message: 'It "ended".\n' } as const;
const SOURCE = () => fakeResults({ outcomes: { 1: FAILED, 4: { status: 'not-run' } } });
const TEXT = (host: Record<string, unknown> | null = null) => [...resultsJsonChunks(SOURCE(), host)].join('');

async function read(text: string) {
  await writeFile(file, text);
  return readResultsFile(file);
}

async function refusal(text: string) {
  const result = await read(text);
  return result.ok ? 'it was read' : result.failure;
}

describe('results.json', () => {
  it.each([
    ['as it was written', TEXT()],
    ['with facts of a host', TEXT({ executions: [] })],
    ['laid out by another program', JSON.stringify(JSON.parse(TEXT()), null, 4)],
    ['on one line', JSON.stringify(JSON.parse(TEXT()))],
  ])('is read %s, any number of times, and gives the same bytes again', async (_, text) => {
    const result = await read(text);
    if (!result.ok) throw new Error(result.failure.message);
    expect([...result.value.runs]).toEqual([...SOURCE().runs]);
    for (let time = 0; time < 2; time++) expect([...resultsJsonChunks(result.value)].join('')).toBe(TEXT());
  });

  const [, , , , experiment, , , run] = TEXT().split('\n');

  it.each([
    ['an empty file', '', 'HOST-RESULTS-FILE', 'is no JSON'],
    ['a list', '[]', 'HOST-RESULTS-SHAPE', 'has no list of runs'],
    ['null', 'null', 'HOST-RESULTS-SHAPE', 'has no list of runs'],
    [
      'a file that is cut off between two runs',
      TEXT().split('\n').slice(0, 9).join('\n'),
      'HOST-RESULTS-SHAPE',
      'cut off',
    ],
    ['a file that is cut off within a run', TEXT().slice(0, TEXT().length / 2), 'HOST-RESULTS-FILE', 'is no JSON'],
    ['a newer version', TEXT().replace('"version": 1,', '"version": 2,'), 'HOST-RESULTS-SHAPE', 'version: must be 1'],
    ['an unknown member', TEXT().replace('"version": 1,', '"version": 1,\n"extra": 1,'), 'HOST-RESULTS-SHAPE', 'extra'],
    ['a missing run', TEXT().replace(`${run}\n`, ''), 'HOST-RESULTS-SHAPE', 'run 0 is missing or out of order'],
    [
      'a figure that is a text',
      TEXT().replace(/"cpuHz":\d+/, '"cpuHz":"fast"'),
      'HOST-RESULTS-SHAPE',
      'outcome.record.cpuHz',
    ],
    ['a figure that no number holds', TEXT().replace(/"cpuHz":\d+/, '"cpuHz":1e999'), 'HOST-RESULTS-SHAPE', 'cpuHz'],
    ['NaN', TEXT().replace(/"cpuHz":\d+/, '"cpuHz":NaN'), 'HOST-RESULTS-FILE', ':8 is no JSON'],
    [
      'a path out of the folder as a machine',
      TEXT().replace('"profileId":"p3-1000-desktop"', '"profileId":"../../x"'),
      'HOST-RESULTS-SHAPE',
      'profileId',
    ],
    [
      'an experiment that was changed afterwards',
      TEXT().replace('"repetitions":3', '"repetitions":4'),
      'HOST-RESULTS-SHAPE',
      'changed after its runs',
    ],
    [
      'a path that the experiment has not',
      TEXT().replaceAll('"path":"warm"', '"path":"crash"'),
      'HOST-RESULTS-SHAPE',
      'which the experiment does not',
    ],
    [
      'phases within phases without end',
      TEXT().replace('"children":[]', `"children":${'[{"children":'.repeat(50_000)}[]${'}]'.repeat(50_000)}`),
      'HOST-RESULTS-SHAPE',
      '',
    ],
    ['lists within lists without end', '['.repeat(200_000) + ']'.repeat(200_000), 'HOST-RESULTS-SHAPE', ''],
  ])('is refused: %s', async (_, text, code, words) => {
    expect(experiment).toContain('"experiment"');
    const failure = await refusal(text);
    expect(failure).toMatchObject({ code, message: expect.stringContaining(words) as string });
  });

  it('names line and place of what is wrong', async () => {
    const lines = TEXT().split('\n');
    lines[9] = lines[9].replace(/"totalCycles":\d+/, '"totalCycles":-1');
    expect(await refusal(lines.join('\n'))).toMatchObject({
      message: expect.stringMatching(/results\.json:10 outcome\.record\.totalCycles: /) as string,
    });
  });

  it('is refused where there is none, and where it is a folder', async () => {
    expect(await readResultsFile(`${file}-none`)).toMatchObject({ failure: { code: 'HOST-RESULTS-FILE' } });
    expect(await readResultsFile(tmpdir())).toMatchObject({ failure: { code: 'HOST-RESULTS-FILE' } });
  });
});
