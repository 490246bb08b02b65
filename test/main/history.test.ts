// The window's history over a real store, with an engine that answers at once.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Comparison, Result } from '../../src/contract/api';
import { checkExperiment } from '../../src/host/experiment/read-experiment';
import type { LabHost } from '../../src/host/lab-host';
import { createLabHost } from '../../src/host/lab-host';
import { openRunStore } from '../../src/host/run-store/open-store';
import type { History } from '../../src/main/history';
import { createHistory } from '../../src/main/history';
import { fakeEngine } from '../support/fake-engine';

const RESOURCES = resolve(import.meta.dirname, '../../resources');
const REQUEST = { profileId: '486dx2-66', paths: ['warm', 'kexec'], seed: 7, overlay: {} } as const;
const ALL = { text: '', isStarred: false, offset: 0, limit: 100 };

let dir: string;
let host: LabHost;
let history: History;

const hostOfBuild = (engineBuild: string) =>
  createLabHost({ resourcesDir: RESOURCES, workerFile: 'none', engine: fakeEngine(), engineBuild });
const openStore = () => openRunStore(join(dir, 'history.bootruns'));

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'bootlab-history-'));
  host = hostOfBuild('a'.repeat(64));
  history = createHistory(host, openStore);
});
afterEach(() => {
  history.close();
  rmSync(dir, { recursive: true, force: true });
});

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.failure.code}: ${result.failure.message}`);
  return result.value;
}

async function runAndKeep(change: Partial<Comparison['request']> = {}): Promise<Comparison> {
  const comparison = valueOf(await host.compare({ ...REQUEST, ...change }));
  expect(await history.keep(comparison)).toBeNull();
  return comparison;
}

const firstPlace = (entryId: number) => ({ entryId, pointIndex: 0, repetition: 0 });

describe('a comparison that was kept', () => {
  it('is a finished entry with a name for people', async () => {
    await runAndKeep();
    const { items, total } = valueOf(await history.list(ALL));
    expect(total).toBe(1);
    expect(items[0]).toMatchObject({
      name: 'Firmware reboot, kexec jump · 486DX2-66 PC · seed 7',
      machines: ['486dx2-66'],
      paths: ['warm', 'kexec'],
      plannedRuns: 2,
      doneRuns: 2,
      status: 'done',
    });
  });

  it('opens as what it was, to the last cycle', async () => {
    const comparison = await runAndKeep();
    const { opened, isOfThisEngine } = valueOf(await history.open(firstPlace(1)));
    // The engine here does not know the machine, whose evidence tags a kept record gets.
    const cycles = (records: unknown) => JSON.stringify(records, (key, value) => (key === 'evidence' ? [] : value));
    expect(JSON.parse(cycles(opened.comparison.records))).toEqual(JSON.parse(cycles(comparison.records)));
    expect(opened.comparison.answer).toBe(comparison.answer);
    expect(opened.comparison.configHash).toBe(comparison.configHash);
    expect(opened.comparison.id).not.toBe(comparison.id);
    expect(isOfThisEngine).toBe(true);
  });

  it('is the same entry when it is run again, another with another seed', async () => {
    await runAndKeep();
    await runAndKeep();
    await runAndKeep({ seed: 8 });
    expect(valueOf(await history.list(ALL)).items.map(({ entryId }) => entryId)).toEqual([2, 1]);
  });

  it('says when another build of the engine computed it', async () => {
    await runAndKeep();
    history.close();
    history = createHistory(hostOfBuild('b'.repeat(64)), openStore);
    expect(valueOf(await history.open(firstPlace(1))).isOfThisEngine).toBe(false);
  });
});

describe('an entry', () => {
  beforeEach(async () => {
    await runAndKeep();
    await runAndKeep({ seed: 8 });
  });

  it('is renamed, noted, starred and tagged, and found by it', async () => {
    const tags = { addTags: ['lesson'] };
    valueOf(await history.change({ entryId: 2, name: 'Off', notes: 'without a test', isStarred: true, ...tags }));
    const found = valueOf(await history.list({ ...ALL, text: 'WITHOUT', isStarred: true }));
    expect(found.items).toEqual([expect.objectContaining({ entryId: 2, name: 'Off', tags: ['lesson'] })]);
    expect(valueOf(await history.list({ ...ALL, text: 'nowhere' })).total).toBe(0);
  });

  it('comes page by page', async () => {
    const first = valueOf(await history.list({ ...ALL, limit: 1 }));
    const second = valueOf(await history.list({ ...ALL, offset: 1, limit: 1 }));
    expect([first.items[0].entryId, second.items[0].entryId]).toEqual([2, 1]);
    expect(first.total).toBe(2);
  });

  it('is compared with another by the settings that differ', async () => {
    const { isSameEngine, differences } = valueOf(await history.compare(1, 2));
    expect(isSameEngine).toBe(true);
    expect(differences).toEqual([{ name: 'seed', first: '7', second: '8' }]);
  });

  it('is deleted with its runs', async () => {
    expect(valueOf(await history.remove(1))).toEqual({ deletedRuns: 2 });
    expect(valueOf(await history.list(ALL)).total).toBe(1);
    const gone = await history.open(firstPlace(1));
    expect(!gone.ok && gone.failure.code).toBe('HOST-STORE-UNKNOWN');
  });
});

it('a sweep of the terminal opens point by point, seed by seed', async () => {
  const experiment = {
    ...{ format: 'bootlab-experiment', version: 1, id: 'memory', name: 'Memory', machines: ['486dx2-66'] },
    parameters: [{ name: 'memory.ramBytes', values: ['4Mi', '8Mi'] }],
    ...{ paths: ['warm', 'kexec'], repetitions: 2, seed: 1 },
  };
  const plan = valueOf(await host.experiments.plan(valueOf(checkExperiment(experiment))));
  const store = valueOf(await openStore());
  const running = valueOf(await host.experiments.start(plan, store, { workers: 1, program: 'cli' }));
  valueOf(await running.end);
  store.close();

  const { opened } = valueOf(await history.open({ entryId: 1, pointIndex: 1, repetition: 1 }));
  expect(opened.points).toEqual(['486dx2-66, memory.ramBytes 4194304', '486dx2-66, memory.ramBytes 8388608']);
  expect(opened.repetitions).toBe(2);
  expect(opened.comparison.request).toMatchObject({ seed: 2, overlay: { 'memory.ramBytes': 8388608 } });
  expect(opened.comparison.records.map(({ path, runOrder }) => [path, runOrder])).toEqual([
    ['warm', 0],
    ['kexec', 1],
  ]);
  const beyond = await history.open({ entryId: 1, pointIndex: 2, repetition: 0 });
  expect(!beyond.ok && beyond.failure.code).toBe('HOST-REQUEST');
});

it('is opened once, ahead of the first question or by it', async () => {
  let attempts = 0;
  const ready = createHistory(host, () => {
    attempts++;
    return openStore();
  });
  ready.prepare();
  expect(valueOf(await ready.list(ALL)).total).toBe(0);
  expect(attempts).toBe(1);
  ready.close();
});

it('a store that cannot be opened is tried again the next time', async () => {
  let attempts = 0;
  const failure = { code: 'HOST-STORE-BUSY', message: 'It is busy.', nextStep: 'Wait.' };
  const late = createHistory(host, async () => (++attempts === 1 ? { ok: false, failure } : openStore()));
  expect(await late.list(ALL)).toEqual({ ok: false, failure });
  expect(valueOf(await late.list(ALL)).total).toBe(0);
  late.close();
});
