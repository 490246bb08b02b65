// What the store keeps and gives back, in real files.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from 'node-sqlite3-wasm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Result } from '../../../src/contract/api';
import type { PathRecord } from '../../../src/emulator/index';
import { openRunStore } from '../../../src/host/run-store/open-store';
import type { Execution, ExecutionRequest, RunStore } from '../../../src/host/run-store/run-store';
import type { ExperimentRun, PlannedRun } from '../../../src/lab/experiment/experiment';
import { FAKE_BUILD, fakeRequest, fakeRun } from '../../support/fake-plan';

const HOST = { worker: 0, wallMs: 12.5 };

let file: string;
let store: RunStore;
let clock: Date;

const valueOf = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(`${result.failure.code}: ${result.failure.message}`);
  return result.value;
};
const codeOf = (result: Result<unknown>) => (result.ok ? 'no failure' : result.failure.code);
const open = async () => valueOf(await openRunStore(file, { waitMs: 2000, now: () => clock }));
const begin = (request: ExecutionRequest): Execution => valueOf(store.beginExecution(request));
const save = ({ executionId }: Execution, planned: PlannedRun, changes: Partial<PathRecord> = {}, isVaried = true) =>
  valueOf(store.saveRun(executionId, planned, { status: 'done', record: fakeRun(planned, isVaried, changes) }, HOST));
const runsOf = ({ entryId }: Execution): ExperimentRun[] => [...valueOf(store.resultsOf(entryId)).runs];
const statusesOf = (execution: Execution) => runsOf(execution).map(({ outcome }) => outcome.status);

/** Asks the file as another tool would. */
function query(sql: string): unknown[] {
  const database = new Database(file, { readOnly: true });
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE');
    return database.all(sql);
  } finally {
    database.close();
  }
}

beforeEach(async () => {
  file = join(mkdtempSync(join(tmpdir(), 'bootlab-store-')), 'history.bootruns');
  clock = new Date('2026-11-23T22:00:00Z');
  store = await open();
});

describe('records', () => {
  it('come back as they went in, in the order of the plan, after the store was opened again', async () => {
    const request = fakeRequest();
    const execution = begin(request);
    expect([...execution.doneRunOrders]).toEqual([]);
    for (const planned of [...request.planned].reverse()) expect(save(execution, planned)).toEqual([planned.runOrder]);
    valueOf(store.endExecution(execution.executionId, 'done'));
    store.close();
    store = await open();
    const { experiment, experimentHash, engineVersion } = valueOf(store.resultsOf(execution.entryId));
    const { experiment: given, experimentHash: givenHash, engineVersion: givenVersion } = request;
    expect({ experiment, experimentHash, engineVersion }).toStrictEqual({
      experiment: given,
      experimentHash: givenHash,
      engineVersion: givenVersion,
    });
    expect(runsOf(execution)).toStrictEqual(
      request.planned.map((planned) => ({ planned, outcome: { status: 'done', record: fakeRun(planned) } })),
    );
  });

  it('come back with text that SQLite cannot hold, with fields the store does not know, and with none of the usual', () => {
    const request = fakeRequest();
    const execution = begin(request);
    const odd: Partial<PathRecord>[] = [
      { serialText: 'before\0after', warnings: ['\ud800 alone', '\0'] },
      { serialText: '', postCodes: [], handoverCycles: null },
      { serialText: 'Grüße 😀 \\u0000', totalCycles: Number.MAX_SAFE_INTEGER, cpuHz: 33_333_333.5 },
      { addedLater: { deep: [1, 'two'] } } as Partial<PathRecord>,
    ];
    odd.forEach((changes, i) => save(execution, request.planned[i], changes));
    const { root } = fakeRun(request.planned[4]);
    const grown = { ...root, costs: { ...root.costs, addedLaterCycles: 5 } };
    save(execution, request.planned[4], { root: grown });
    const records = runsOf(execution).map(({ outcome }) => (outcome.status === 'done' ? outcome.record : null));
    odd.forEach((changes, i) => expect(records[i]).toStrictEqual(fakeRun(request.planned[i], true, changes)));
    expect(records[4]).toStrictEqual(fakeRun(request.planned[4], true, { root: grown }));
  });

  it('of a seed serve every repetition where nothing varies, and name that repetition', () => {
    const request = fakeRequest({ variations: [] });
    const execution = begin(request);
    const [first] = request.planned;
    expect(save(execution, first, {}, false)).toEqual([0, 4, 8]);
    const done = runsOf(execution).filter(({ outcome }) => outcome.status === 'done');
    expect(done).toStrictEqual(
      [0, 4, 8].map((i) => {
        const planned = request.planned[i];
        return { planned, outcome: { status: 'done', record: fakeRun(planned, false) } };
      }),
    );
    const key = { configHash: first.configHash, seed: 0, engineBuild: FAKE_BUILD };
    expect(valueOf(store.findRun(key))?.totalCycles).toBe(fakeRun(first, false).totalCycles);
  });

  it('are found by configuration, seed and build, and by nothing less', () => {
    const request = fakeRequest();
    const [first] = request.planned;
    save(begin(request), first);
    const key = { configHash: first.configHash, seed: first.seed, engineBuild: FAKE_BUILD };
    expect(valueOf(store.findRun(key))?.root).toStrictEqual(fakeRun(first).root);
    expect(valueOf(store.findRun({ ...key, seed: 99 }))).toBeNull();
    expect(valueOf(store.findRun({ ...key, engineBuild: 'other' }))).toBeNull();
    expect(valueOf(store.findRun({ ...key, configHash: 'other' }))).toBeNull();
  });
});

describe('an execution', () => {
  it('goes on where the last one of the same experiment ended', () => {
    const request = fakeRequest();
    const first = begin(request);
    for (const i of [0, 3, 5]) save(first, request.planned[i]);
    valueOf(store.endExecution(first.executionId, 'cancelled'));
    const second = begin(request);
    expect(second.entryId).toBe(first.entryId);
    expect([...second.doneRunOrders]).toEqual([0, 3, 5]);
    save(second, request.planned[1]);
    valueOf(store.endExecution(second.executionId, 'done'));
    const summaries = valueOf(store.executionsOf(first.entryId));
    expect(summaries.map(({ status, runs }) => [status, runs])).toEqual([
      ['cancelled', 3],
      ['done', 1],
    ]);
  });

  it('has the runs that another experiment computed, whatever its grid and names', () => {
    const small = fakeRequest({ id: 'small' }, 1);
    const smallExecution = begin(small);
    for (const planned of small.planned) save(smallExecution, planned);
    const large = fakeRequest({ id: 'large', name: 'Large' });
    const { doneRunOrders } = begin(large);
    const shared = large.planned.filter(({ point }) => point.pointIndex === 0).map(({ runOrder }) => runOrder);
    expect([...doneRunOrders]).toEqual(shared);
  });

  it('of another build starts afresh, as an entry of its own', () => {
    const request = fakeRequest();
    const first = begin(request);
    save(first, request.planned[0]);
    const second = begin({ ...request, engineBuild: 'another' });
    expect(second.entryId).not.toBe(first.entryId);
    expect(second.doneRunOrders.size).toBe(0);
  });

  it('keeps failures until a run succeeds, and never takes a record away for one', () => {
    const request = fakeRequest();
    const execution = begin(request);
    const [first, second] = request.planned;
    const failed = { status: 'failed', code: 'EMU-LIMIT', message: 'It never ended.\0' } as const;
    expect(valueOf(store.saveRun(execution.executionId, first, failed, HOST))).toEqual([]);
    expect(runsOf(execution)[0].outcome).toEqual({
      status: 'failed',
      code: 'EMU-LIMIT',
      message: 'It never ended.\ufffd',
    });
    save(execution, first);
    save(execution, second);
    valueOf(store.saveRun(execution.executionId, second, failed, HOST));
    expect(statusesOf(execution).slice(0, 3)).toEqual(['done', 'done', 'not-run']);
    const { doneRuns, failedRuns, plannedRuns } = valueOf(store.findEntry(execution.entryId));
    expect({ doneRuns, failedRuns, plannedRuns }).toEqual({ doneRuns: 2, failedRuns: 0, plannedRuns: 12 });
  });

  it('whose entry was deleted meanwhile is told so', () => {
    const request = fakeRequest();
    const execution = begin(request);
    valueOf(store.deleteEntry(execution.entryId));
    const record = fakeRun(request.planned[0]);
    const saved = store.saveRun(execution.executionId, request.planned[0], { status: 'done', record }, HOST);
    expect(codeOf(saved)).toBe('HOST-STORE-UNKNOWN');
  });
});

describe('the history', () => {
  it('is found by text, tag, machine, path, star and date', () => {
    const memory = begin(fakeRequest({ id: 'memory', name: 'Memory test' })).entryId;
    clock = new Date('2026-11-24T08:00:00Z');
    const disk = begin(fakeRequest({ id: 'disk', name: 'Disk', notes: 'the old MEMORY board' })).entryId;
    valueOf(store.changeEntry(memory, { addTags: ['lesson', 'old', 'lesson'], isStarred: true }));
    const found = (filter: Parameters<RunStore['listEntries']>[0]) =>
      valueOf(store.listEntries(filter)).map(({ entryId }) => entryId);
    expect(found({})).toEqual([disk, memory]);
    expect(found({ text: 'memory' })).toEqual([disk, memory]);
    expect(found({ text: 'test' })).toEqual([memory]);
    expect(found({ tag: 'lesson' })).toEqual([memory]);
    expect(found({ tag: 'less' })).toEqual([]);
    expect(found({ machine: 'p3-1000-desktop', path: 'kexec' })).toEqual([disk, memory]);
    expect(found({ path: 'cold' })).toEqual([]);
    expect(found({ isStarred: true })).toEqual([memory]);
    expect(found({ isStarred: false })).toEqual([disk]);
    expect(found({ since: '2026-11-24' })).toEqual([disk]);
    expect(found({ until: '2026-11-23' })).toEqual([memory]);
    expect(found({ since: '2026-11-23T22:00', until: '2026-11-24' })).toEqual([disk, memory]);
  });

  it('keeps what a person changed, also when the experiment is run again under another name', () => {
    const { entryId } = begin(fakeRequest());
    const changed = valueOf(
      store.changeEntry(entryId, { name: 'Mine', notes: 'two\nlines', addTags: ['b', 'a', 'b'] }),
    );
    expect(changed).toMatchObject({ name: 'Mine', notes: 'two\nlines', tags: ['a', 'b'], isStarred: false });
    begin(fakeRequest({ name: 'Renamed', notes: 'of the file' }));
    expect(valueOf(store.changeEntry(entryId, { removeTags: ['a'] }))).toMatchObject({ name: 'Mine', tags: ['b'] });
    expect(valueOf(store.resultsOf(entryId)).experiment.name).toBe('Renamed');
  });

  it('follows the name of the file as long as nobody changed it here', () => {
    const { entryId } = begin(fakeRequest());
    begin(fakeRequest({ name: 'Renamed' }));
    expect(valueOf(store.findEntry(entryId)).name).toBe('Renamed');
  });

  it('deletes an entry with the runs that no other has, and never gives its number again', () => {
    const small = fakeRequest({ id: 'small' }, 1);
    const smallExecution = begin(small);
    for (const planned of small.planned) save(smallExecution, planned);
    const large = fakeRequest({ id: 'large' });
    const largeExecution = begin(large);
    for (const planned of large.planned) save(largeExecution, planned);
    expect(valueOf(store.deleteEntry(largeExecution.entryId))).toEqual({ deletedRuns: 6 });
    expect(statusesOf(smallExecution)).toEqual(Array(6).fill('done'));
    expect(valueOf(store.deleteEntry(smallExecution.entryId))).toEqual({ deletedRuns: 6 });
    expect(valueOf(store.listEntries())).toEqual([]);
    expect(query('SELECT (SELECT count(*) FROM runs) AS runs, (SELECT count(*) FROM texts) AS texts')).toEqual([
      { runs: 0, texts: 0 },
    ]);
    expect(begin(large).entryId).toBeGreaterThan(largeExecution.entryId);
  });

  it('says which entries it does not have', () => {
    const answers = [store.findEntry(7), store.resultsOf(7), store.executionsOf(7), store.changeEntry(7, {})];
    expect([...answers, store.deleteEntry(7)].map(codeOf)).toEqual(Array(5).fill('HOST-STORE-UNKNOWN'));
  });
});

describe('reading runs', () => {
  it('may begin again, end early, and be mixed with writing', () => {
    const request = fakeRequest({ repetitions: 100 });
    const execution = begin(request);
    save(execution, request.planned[0]);
    const { runs } = valueOf(store.resultsOf(execution.entryId));
    let seen = 0;
    for (const { planned } of runs) {
      if (seen === 0) save(execution, request.planned[399]);
      expect(planned.runOrder).toBe(seen++);
      if (seen === 200) break;
    }
    expect([...runs].filter(({ outcome }) => outcome.status === 'done').map(({ planned }) => planned.runOrder)).toEqual(
      [0, 399],
    );
  });

  it('says that an entry was deleted meanwhile', () => {
    const execution = begin(fakeRequest({ repetitions: 100 }));
    const iterator = valueOf(store.resultsOf(execution.entryId)).runs[Symbol.iterator]();
    iterator.next();
    valueOf(store.deleteEntry(execution.entryId));
    expect(() => [...{ [Symbol.iterator]: () => iterator }]).toThrow(/no entry 1/);
  });

  it('ends with a failure once the store is closed', () => {
    const { entryId } = begin(fakeRequest());
    const { runs } = valueOf(store.resultsOf(entryId));
    store.close();
    expect(() => [...runs]).toThrow(/closed/);
    expect(codeOf(store.listEntries())).toBe('HOST-STORE-FILE');
  });
});

describe('other tools', () => {
  it('find the columns of runs.csv and phases.csv as typed columns', () => {
    const request = fakeRequest();
    const execution = begin(request);
    request.planned.slice(0, 2).forEach((planned) => save(execution, planned));
    const [warm, kexec] = request.planned.slice(0, 2).map((planned) => fakeRun(planned));
    const runs =
      query(`SELECT total_cycles, outage_cycles, handover_cycles, instructions, io_reads, forced_delay_cycles,
      firmware_cycles + shutdown_cycles + load_cycles + copy_cycles + verify_cycles + loader_cycles + kernel_cycles
      + userspace_cycles AS sum, typeof(total_cycles) AS type, reboot_path FROM runs ORDER BY run`);
    expect(runs).toEqual(
      [warm, kexec].map((record) => ({
        total_cycles: record.totalCycles,
        outage_cycles: record.outageCycles,
        handover_cycles: record.handoverCycles,
        instructions: record.root.costs.instructions,
        io_reads: record.root.costs.portReads,
        forced_delay_cycles: record.root.costs.forcedDelayCycles,
        sum: record.totalCycles,
        type: 'integer',
        reboot_path: record.path,
      })),
    );
    const phases =
      query(`SELECT phase_id, depth, "group", owner, basis, start_cycle, end_cycle, duration_cycles, bytes_written
      FROM phases WHERE run = 1 AND phase_id = 'loader-menu'`);
    const menu = warm.root.children.flatMap(({ children }) => children).find(({ id }) => id === 'loader-menu');
    expect(phases).toEqual([
      {
        phase_id: 'loader-menu',
        depth: 2,
        group: 'loader',
        owner: 'loader',
        basis: 'device',
        start_cycle: menu?.startCycle,
        end_cycle: menu?.endCycle,
        duration_cycles: menu?.costs.durationCycles,
        bytes_written: menu?.costs.bytesWritten,
      },
    ]);
  });
});
