// Exports depend on the experiment and its records alone: through a store, in whatever order and with whatever history.
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../../src/cli/program';
import type { BootHost } from '../../../src/host/boot-host';
import type { LabHost } from '../../../src/host/lab-host';
import { openRunStore } from '../../../src/host/run-store/open-store';
import type { RunStore } from '../../../src/host/run-store/run-store';
import type { ExperimentResults, ExperimentRun, HostFacts } from '../../../src/lab/index';
import { ALL_EXPORTS, exportFiles } from '../../../src/lab/index';
import { fakeResults } from '../../support/fake-results';
import { fakeTerminal } from '../../support/fake-terminal';

const BUILD = 'b'.repeat(64);
const HOST = { platform: 'linux-x64', program: 'test', workers: 2 };
const FAILED = { status: 'failed', code: 'HOST-RUN-HUNG', message: 'No sign of life for 60 s.' } as const;

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bootlab-same-'));
  file = join(folder, 'history.bootruns');
});

function valueOf<T>(result: { ok: true; value: T } | { ok: false; failure: { message: string } }): T {
  if (!result.ok) throw new Error(result.failure.message);
  return result.value;
}

/** Runs an experiment into a store in the given order, but for runs that are there already. */
function execute(
  store: RunStore,
  results: ExperimentResults,
  order: (runs: ExperimentRun[]) => ExperimentRun[],
): number {
  const runs = [...results.runs];
  const { experiment, experimentHash, engineVersion } = results;
  const execution = valueOf(
    store.beginExecution({
      experiment,
      experimentHash,
      engineVersion,
      engineBuild: BUILD,
      planned: runs.map(({ planned }) => planned),
      host: HOST,
    }),
  );
  for (const { planned, outcome } of order(runs)) {
    if (outcome.status === 'not-run' || execution.doneRunOrders.has(planned.runOrder)) continue;
    valueOf(store.saveRun(execution.executionId, planned, outcome, { worker: 0, wallMs: 1 }));
  }
  valueOf(store.endExecution(execution.executionId, 'done'));
  return execution.entryId;
}

function bytesOf(results: ExperimentResults, host: HostFacts | null = null): Record<string, string> {
  const { files } = exportFiles(results, ALL_EXPORTS, host);
  return Object.fromEntries(files.map(({ name, chunks }) => [name, [...chunks()].join('')]));
}

describe('the bytes of all exports', () => {
  const results = () => fakeResults({ repetitions: 3, outcomes: { 4: FAILED } });

  it.each([
    ['in the order of the plan', (runs: ExperimentRun[]) => runs],
    ['the last first', (runs: ExperimentRun[]) => runs.toReversed()],
    ['as two workers might', (runs: ExperimentRun[]) => runs.map((_, i) => runs[i ^ 1])],
  ])('are those of the records, when a store got them %s', async (_, order) => {
    const store = valueOf(await openRunStore(file));
    const entryId = execute(store, results(), order);
    expect(bytesOf(valueOf(store.resultsOf(entryId)))).toEqual(bytesOf(results()));
    store.close();
  });

  it('do not change where an experiment was interrupted and resumed', async () => {
    const store = valueOf(await openRunStore(file));
    execute(store, results(), (runs) => runs.slice(0, 5));
    const entryId = execute(store, results(), (runs) => runs);
    expect(bytesOf(valueOf(store.resultsOf(entryId)))).toEqual(bytesOf(results()));
    store.close();
  });

  it('do not change where other experiments computed the records before', async () => {
    const store = valueOf(await openRunStore(file));
    // The same configurations and seeds, at other places of another plan.
    const before = fakeResults({ repetitions: 3, changes: { id: 'other', name: 'Other' } });
    execute(store, before, (runs) => runs.toReversed());
    const fresh = fakeResults({ repetitions: 3 });
    const entryId = execute(store, fresh, (runs) => runs);
    expect(bytesOf(valueOf(store.resultsOf(entryId)))).toEqual(bytesOf(fresh));
    store.close();
  });

  it('do not change where one seed stands for all, as nothing varies', async () => {
    const store = valueOf(await openRunStore(file));
    const identical = fakeResults({ repetitions: 4, isVaried: false });
    const entryId = execute(store, identical, (runs) => runs.slice(0, 4));
    expect(bytesOf(valueOf(store.resultsOf(entryId)))).toEqual(bytesOf(identical));
    store.close();
  });

  it('are those that the terminal writes, but for facts of the host in results.json', async () => {
    const store = valueOf(await openRunStore(file));
    const entryId = execute(store, results(), (runs) => runs);
    store.close();
    const terminal = fakeTerminal();
    const args = ['export', String(entryId), '--store', file, '--out', folder];
    expect(await runCommandLine(args, terminal, {} as LabHost, {} as BootHost)).toBe(0);
    for (const [name, bytes] of Object.entries(bytesOf(results()))) {
      const written = await readFile(join(folder, name), 'utf8');
      if (name !== 'results.json') expect(written, name).toBe(bytes);
      else expect(written.replace(/\],\n"host": .*\n/, ']\n')).toBe(bytes);
    }
    expect(await readFile(join(folder, 'results.json'), 'utf8')).toContain('"program":"test"');
  });
});
