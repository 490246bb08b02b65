import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeEach, describe, expect, it } from 'vitest';
import { writeWholeFiles } from '../../../src/host/export/whole-files';
import { writeExports } from '../../../src/host/export/write-exports';
import { RunStoreError } from '../../../src/host/run-store/run-store';
import type { ExperimentResults, ExperimentRun } from '../../../src/lab/index';
import { ALL_EXPORTS, exportFiles } from '../../../src/lab/index';
import { fakeResults } from '../../support/fake-results';

const ALL_NAMES = [
  'chart-bars.svg',
  'chart-difference.svg',
  'chart-spread.svg',
  'chart-sweep.svg',
  'chart-timeline.svg',
  'phases.csv',
  'report.html',
  'report.md',
  'results.json',
  'runs.csv',
  'summary.csv',
  'trace.json',
];

const ONLY_RUNS = { ...ALL_EXPORTS, phases: false, summary: false, json: false, trace: false, charts: [], reports: [] };

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bootlab-export-'));
});

/** Results whose source fails after some runs. */
function failing(after: number, error: Error): ExperimentResults {
  const results = fakeResults();
  function* runs(): Generator<ExperimentRun> {
    let count = 0;
    for (const run of results.runs) {
      if (count++ === after) throw error;
      yield run;
    }
  }
  return { ...results, runs: { [Symbol.iterator]: runs } };
}

describe('writing exports', () => {
  it('writes every file, with the bytes that its pieces have together', async () => {
    const results = fakeResults({ repetitions: 4 });
    const written = await writeExports(results, ALL_EXPORTS, join(folder, 'new'));
    expect(written).toMatchObject({ ok: true, value: { leftOut: [] } });
    expect((await readdir(join(folder, 'new'))).sort()).toEqual(ALL_NAMES);
    for (const { name, chunks } of exportFiles(results, ALL_EXPORTS).files) {
      expect(await readFile(join(folder, 'new', name), 'utf8')).toBe([...chunks()].join(''));
    }
  });

  it('leaves a chart out that cannot be drawn, and says why', async () => {
    const written = await writeExports(fakeResults({ ramBytes: [2 ** 26] }), ALL_EXPORTS, folder);
    const leftOut = [{ name: 'chart-sweep.svg', reason: 'Nothing is swept.' }];
    expect(written).toMatchObject({ ok: true, value: { leftOut } });
    expect(await readdir(folder)).not.toContain('chart-sweep.svg');
  });

  it('leaves nothing when a store fails in the middle, and passes its failure on', async () => {
    const failure = { code: 'HOST-STORE-DAMAGED', message: 'The store is damaged.', nextStep: 'Move it aside.' };
    await writeFile(join(folder, 'runs.csv'), 'of before');
    for (const choice of [ONLY_RUNS, ALL_EXPORTS]) {
      expect(await writeExports(failing(5, new RunStoreError(failure)), choice, folder)).toEqual({
        ok: false,
        failure,
      });
    }
    expect(await readdir(folder)).toEqual(['runs.csv']);
    expect(await readFile(join(folder, 'runs.csv'), 'utf8')).toBe('of before');
  });

  it('ends when it is told to, and leaves nothing', async () => {
    const controller = new AbortController();
    function* chunks(): Generator<string> {
      yield 'first';
      controller.abort();
      yield 'second';
    }
    const outputs = [
      { name: 'a.csv', chunks: () => ['whole'] },
      { name: 'b.csv', chunks },
    ];
    const written = await writeWholeFiles(folder, outputs, { signal: controller.signal });
    expect(written).toMatchObject({ ok: false, failure: { code: 'EMU-CANCELLED' } });
    expect(await readdir(folder)).toEqual([]);
  });

  it('makes no piece before the disk has taken what came before', async () => {
    const PIECE = 300_000;
    const sizes: number[] = [];
    function* chunks(): Generator<string> {
      for (let piece = 0; piece < 20; piece++) {
        const [name] = readdirSync(folder);
        sizes.push(statSync(join(folder, name)).size);
        yield 'x'.repeat(PIECE);
      }
    }
    await writeWholeFiles(folder, [{ name: 'a.csv', chunks }]);
    expect(sizes).toEqual(Array.from({ length: 20 }, (_, piece) => piece * PIECE));
  });

  it.skipIf(process.platform !== 'linux' || process.getuid?.() !== 0)(
    'says that a disk is full and leaves it as it was (Linux, as root: a small tmpfs)',
    async (context) => {
      const disk = join(folder, 'disk');
      await mkdir(disk);
      try {
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk], { stdio: 'ignore' });
      } catch {
        // A container may not let even root mount anything.
        context.skip('mount is not permitted here');
      }
      try {
        await writeFile(join(disk, 'runs.csv'), 'of before');
        const written = await writeExports(fakeResults({ repetitions: 40 }), ALL_EXPORTS, disk);
        expect(written).toMatchObject({ ok: false, failure: { code: 'HOST-SAVE' } });
        expect((written as { failure: { message: string } }).failure.message).toContain('the disk is full');
        expect(await readdir(disk)).toEqual(['runs.csv']);
        expect(await readFile(join(disk, 'runs.csv'), 'utf8')).toBe('of before');
      } finally {
        execFileSync('umount', [disk]);
      }
    },
  );
});

describe('100,000 rows', () => {
  /** What is alive, after a collection of garbage. */
  const liveBytes = (() => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    return () => {
      collect();
      return process.memoryUsage().heapUsed;
    };
  })();

  it('go through runs.csv without the heap growing by what they hold', async () => {
    const [run] = [...fakeResults({ repetitions: 1 }).runs];
    const live: number[] = [];
    function* runs(): Generator<ExperimentRun> {
      for (let runOrder = 0; runOrder < 100_000; runOrder++) {
        if (runOrder % 20_000 === 10_000) live.push(liveBytes());
        yield { ...run, planned: { ...run.planned, runOrder, runId: `run-${runOrder}` } };
      }
    }
    const results = { ...fakeResults(), runs: { [Symbol.iterator]: runs } };
    const written = await writeExports(results, ONLY_RUNS, folder);
    expect(written.ok).toBe(true);
    const text = await readFile(join(folder, 'runs.csv'), 'utf8');
    expect(text.split('\n')).toHaveLength(100_000 + 2);
    // The file has over 30 MB; a tenth of that would show that rows are kept.
    expect(text.length).toBeGreaterThan(30e6);
    expect(Math.max(...live) - live[0]).toBeLessThan(3e6);
  }, 120_000);
});
