// bootlab history over a real store of made-up runs.
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../src/cli/program';
import type { Result } from '../../src/contract/api';
import { createLabHost } from '../../src/host/lab-host';
import { openRunStore } from '../../src/host/run-store/open-store';
import { fakeBootHost } from '../support/fake-boot-host';
import { fakeEngine, runFake } from '../support/fake-engine';
import { fakeRequest, fakeRun } from '../support/fake-plan';
import { fakeTerminal } from '../support/fake-terminal';

let folder: string;
let file: string;

const valueOf = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(`${result.failure.code}: ${result.failure.message}`);
  return result.value;
};

async function history(...args: readonly string[]) {
  const terminal = fakeTerminal();
  const host = createLabHost({ resourcesDir: 'resources', workerFile: 'none', engine: fakeEngine(runFake) });
  const exitCode = await runCommandLine(['history', ...args, '--store', file], terminal, host, fakeBootHost());
  return { exitCode, out: terminal.printed(), err: terminal.told() };
}

/** Two experiments: one done, one that was cancelled after a failure. */
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bootlab-history-'));
  file = join(folder, 'history.bootruns');
  let day = 22;
  const store = valueOf(await openRunStore(file, { now: () => new Date(`2026-11-${day++}T10:00:00Z`) }));
  const first = fakeRequest({ id: 'memory', name: 'Memory sweep', repetitions: 1 });
  const done = valueOf(store.beginExecution(first));
  for (const planned of first.planned) {
    const outcome = { status: 'done', record: fakeRun(planned) } as const;
    valueOf(store.saveRun(done.executionId, planned, outcome, { worker: 0, wallMs: 1 }));
  }
  valueOf(store.endExecution(done.executionId, 'done'));
  const second = fakeRequest({ id: 'disk', name: 'Disk', repetitions: 2, seed: 30 });
  const cancelled = valueOf(store.beginExecution(second));
  const failed = { status: 'failed', code: 'EMU-LIMIT', message: 'Too long.' } as const;
  valueOf(store.saveRun(cancelled.executionId, second.planned[0], failed, { worker: 0, wallMs: 1 }));
  valueOf(store.endExecution(cancelled.executionId, 'cancelled'));
  store.close();
});

describe('bootlab history', () => {
  it('lists what was run, the newest first', async () => {
    const { exitCode, out } = await history();
    expect(exitCode).toBe(0);
    const [heads, disk, memory] = out.split('\n');
    expect(heads).toMatch(/^ +id +started \(UTC\) +status +runs +machines +paths +name/);
    expect(disk).toMatch(/ 2 .* cancelled +0 of 8, 1 failed +p3-1000-desktop +warm, kexec +Disk/);
    expect(memory).toMatch(/ 1 +2026-11-23 10:00 +done +4 +p3-1000-desktop +warm, kexec +Memory sweep/);
  });

  it('finds by text, path, star and date, as JSON too', async () => {
    await history('star', '1');
    const ids = async (...args: string[]) => {
      const entries = JSON.parse((await history('list', '--json', ...args)).out) as { entryId: number }[];
      return entries.map(({ entryId }) => entryId);
    };
    expect(await ids()).toEqual([2, 1]);
    expect(await ids('--text', 'SWEEP')).toEqual([1]);
    expect(await ids('--star')).toEqual([1]);
    expect(await ids('--path', 'cold')).toEqual([]);
    expect(await ids('--until', '2026-11-23')).toEqual([1]);
    expect((await history('list', '--text', 'nothing')).out).toBe('There are no such experiments in the history.\n');
    expect(await history('list', '--since', 'yesterday')).toMatchObject({ exitCode: 2, out: '' });
  });

  it('shows one, with its executions, after it was named, noted and tagged', async () => {
    await history('rename', '2', 'Disk spin-up');
    await history('note', '2', 'to be run again');
    await history('tag', '2', 'lesson', 'disk');
    const { out: changed } = await history('untag', '2', 'disk');
    expect(changed).toMatch(/Disk spin-up +lesson\n$/);
    const { out } = await history('show', '2');
    expect(out).toMatch(/^name +Disk spin-up$/m);
    expect(out).toMatch(/^notes +to be run again$/m);
    expect(out).toMatch(/^tags +lesson$/m);
    expect(out).toMatch(/cancelled +1 +test, 2 workers, linux-x64$/m);
    const shown = JSON.parse((await history('show', '2', '--json')).out) as Record<string, unknown>;
    expect(shown).toMatchObject({ entryId: 2, failedRuns: 1, experiment: { id: 'disk', seed: 30 } });
    expect(shown.executions).toHaveLength(1);
  });

  it('compares two: which settings differ, and whether the configurations do', async () => {
    const { out } = await history('compare', '1', '2');
    expect(out).toMatch(/^seed +7 +30$/m);
    expect(out).toMatch(/^repetitions +1 +2$/m);
    expect(out).toContain('The configurations differ.\nSame engine.\n');
    expect((await history('compare', '1', '1')).out).toContain('No setting differs.\n\nSame configuration');
  });

  it('deletes all that are named, or none', async () => {
    expect(await history('delete', '1', '9')).toMatchObject({ exitCode: 2, out: '' });
    const { out } = await history('delete', '1', '2');
    expect(out).toBe('Deleted 1 (Memory sweep), 2 (Disk), and 4 runs that no other experiment has.\n');
    expect((await history()).out).toBe('There are no such experiments in the history.\n');
  });

  it('exports everything of an experiment', async () => {
    const target = join(folder, 'out');
    expect(await history('export', '1', '--out', target)).toMatchObject({ exitCode: 0, err: '' });
    expect(readdirSync(target)).toEqual(
      expect.arrayContaining(['phases.csv', 'results.json', 'runs.csv', 'summary.csv']),
    );
    expect(readFileSync(join(target, 'runs.csv'), 'utf8').trimEnd().split('\n')).toHaveLength(5);
  });

  it('says what is wrong with a number', async () => {
    expect(await history('show', '9')).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('[HOST-STORE-UNKNOWN]'),
    });
    expect(await history('show', 'x')).toMatchObject({ exitCode: 2, err: expect.stringContaining('whole number') });
  });

  it('leaves a foreign file alone and moves it aside on request', async () => {
    writeFileSync(file, 'not a store');
    expect(await history()).toMatchObject({ exitCode: 2, err: expect.stringContaining('[HOST-STORE-FOREIGN]') });
    const { exitCode, out } = await history('move-aside');
    expect(exitCode).toBe(0);
    expect(readFileSync(out.trimEnd(), 'utf8')).toBe('not a store');
    expect((await history()).exitCode).toBe(0);
  });
});
