// A disk that is really full: a small one in memory, which only root can make; elsewhere a limit on the file's size stands for it
// (store-processes.test.ts).
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Result } from '../../../src/contract/api';
import { openRunStore } from '../../../src/host/run-store/open-store';
import { fakeRequest, fakeRun } from '../../support/fake-plan';

const disk = mkdtempSync(join(tmpdir(), 'bootlab-small-disk-'));
const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=640k', 'bootlab-test', disk]).status === 0;

afterAll(() => {
  if (isMounted) spawnSync('umount', [disk]);
  rmSync(disk, { recursive: true, force: true });
});

const valueOf = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(`${result.failure.code}: ${result.failure.message}`);
  return result.value;
};

describe.skipIf(!isMounted)('a store on a full disk', () => {
  it('says that it is full, keeps what it had, can be read, and goes on once there is room', async () => {
    const file = join(disk, 'history.bootruns');
    const ballast = join(disk, 'ballast');
    writeFileSync(ballast, Buffer.alloc(128 * 1024));
    const store = valueOf(await openRunStore(file));
    const request = fakeRequest({ repetitions: 40 });
    const { entryId, executionId } = valueOf(store.beginExecution(request));
    const save = (i: number) => {
      const record = fakeRun(request.planned[i]);
      return store.saveRun(executionId, request.planned[i], { status: 'done', record }, { worker: 0, wallMs: 1 });
    };
    const doneRuns = () =>
      [...valueOf(store.resultsOf(entryId)).runs].flatMap(({ planned, outcome }) => {
        if (outcome.status === 'done') expect(outcome.record).toStrictEqual(fakeRun(planned));
        return outcome.status === 'done' ? [planned.runOrder] : [];
      });

    const kept: number[] = [];
    let refusal: Result<unknown> | null = null;
    for (const { runOrder } of request.planned) {
      const saved = save(runOrder);
      if (!saved.ok) refusal = saved;
      if (refusal) break;
      kept.push(runOrder);
    }
    expect(kept.length).toBeGreaterThan(0);
    expect(refusal).toMatchObject({ ok: false, failure: { code: 'HOST-STORE-FULL' } });
    expect(doneRuns()).toEqual(kept);

    rmSync(ballast);
    expect(save(kept.length).ok).toBe(true);
    expect(doneRuns()).toEqual([...kept, kept.length]);
    store.close();
    expect(readdirSync(disk)).toEqual(['history.bootruns']);
  });

  it('cannot be made there, and leaves nothing behind', async () => {
    const ballast = join(disk, 'ballast');
    rmSync(join(disk, 'history.bootruns'), { force: true });
    writeFileSync(ballast, Buffer.alloc(600 * 1024));
    const opened = await openRunStore(join(disk, 'history.bootruns'));
    expect(opened).toMatchObject({ ok: false, failure: { code: 'HOST-STORE-FULL' } });
    expect(readdirSync(disk)).toEqual(['ballast']);
  });
});
