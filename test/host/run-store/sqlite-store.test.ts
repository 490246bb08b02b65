// What the store keeps and gives back, in real files.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Result } from '../../../src/contract/api';
import type { PlannedRun } from '../../../src/lab/experiment/experiment';
import { openRunStore } from '../../../src/host/run-store/open-store';
import type { RunStore } from '../../../src/host/run-store/run-store';
import { FAKE_BUILD, fakeExperiment, fakePlan, fakeRequest, fakeRun } from '../../support/fake-plan';

const HOST = { worker: 0, wallMs: 12.5 };

let file: string;
let store: RunStore;

const valueOf = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(`${result.failure.code}: ${result.failure.message}`);
  return result.value;
};

const codeOf = (result: Result<unknown>) => (result.ok ? 'no failure' : result.failure.code);

async function open(): Promise<RunStore> {
  return valueOf(await openRunStore(file, { waitMs: 2000 }));
}

function saveDone(executionId: number, planned: PlannedRun, isVaried = true) {
  return valueOf(store.saveRun(executionId, planned, { status: 'done', record: fakeRun(planned, isVaried) }, HOST));
}

beforeEach(async () => {
  file = join(mkdtempSync(join(tmpdir(), 'bootlab-store-')), 'history.bootruns');
  store = await open();
});

describe('a run store', () => {
  it('gives back every record as it went in, in the order of the plan, after it was opened again', async () => {
    const request = fakeRequest();
    const { entryId, executionId, doneRunOrders } = valueOf(store.beginExecution(request));
    expect([...doneRunOrders]).toEqual([]);
    for (const planned of [...request.planned].reverse()) {
      expect(saveDone(executionId, planned)).toEqual([planned.runOrder]);
    }
    valueOf(store.endExecution(executionId, 'done'));
    store.close();
    store = await open();
    const { experiment, experimentHash, engineVersion, runs } = valueOf(store.resultsOf(entryId));
    expect({ experiment, experimentHash, engineVersion }).toEqual({
      experiment: request.experiment,
      experimentHash: request.experimentHash,
      engineVersion: request.engineVersion,
    });
    const expected = request.planned.map((planned) => ({
      planned,
      outcome: { status: 'done', record: fakeRun(planned) },
    }));
    expect([...runs]).toStrictEqual(expected);
  });
});
