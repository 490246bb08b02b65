// Several processes on one store, and processes that are killed: nothing that was kept is lost, and the next start says what happened.
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Failure, Result } from '../../../src/contract/api';
import { createRandomStream } from '../../../src/emulator/random';
import { openRunStore } from '../../../src/host/run-store/open-store';
import type { RunStore, StoreNotice } from '../../../src/host/run-store/run-store';
import { buildBundle } from '../../support/build-bundle';
import { fakeRun } from '../../support/fake-plan';

const KILLS = 12;

let writer: string;
let folder: string;
let file: string;

const valueOf = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(`${result.failure.code}: ${result.failure.message}`);
  return result.value;
};

/** What a writer says, line by line. */
interface Said {
  readonly notices?: readonly StoreNotice[];
  readonly kept?: number;
  readonly end?: boolean;
  readonly failure?: Failure;
}

interface Writing {
  readonly said: readonly Said[];
  readonly signal: NodeJS.Signals | null;
}

/** Starts a writer and waits for its end. `onSaid` may kill it. */
async function write(
  command: readonly string[],
  { id = 'sweep', repetitions = 3, first = 0, step = 1 },
  onSaid: (said: Said, child: ChildProcess) => void = () => {},
): Promise<Writing> {
  const [program, ...rest] = command;
  const child = spawn(program, [...rest, file, id, repetitions, first, step].map(String), {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said: Said[] = [];
  createInterface(child.stdout!).on('line', (line) => {
    // The last line of a killed process may be cut off.
    const one = line.endsWith('}') ? (JSON.parse(line) as Said) : {};
    said.push(one);
    onSaid(one, child);
  });
  const [, signal] = (await once(child, 'close')) as [number, NodeJS.Signals | null];
  return { said, signal };
}

const keptIn = (said: readonly Said[]) => said.flatMap(({ kept }) => (kept === undefined ? [] : [kept]));

/** Positions that are done, each with the record that was to be kept. */
function checkedDone(store: RunStore, entryId: number): number[] {
  return [...valueOf(store.resultsOf(entryId)).runs].flatMap(({ planned, outcome }) => {
    if (outcome.status === 'not-run') return [];
    expect(outcome).toStrictEqual({ status: 'done', record: fakeRun(planned) });
    return [planned.runOrder];
  });
}

beforeAll(async () => {
  writer = join(await buildBundle({ 'store-writer': 'test/fixtures/store-writer.ts' }), 'store-writer.cjs');
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bootlab-store-processes-'));
  file = join(folder, 'history.bootruns');
});

describe('a process that is killed while it writes', () => {
  it(`leaves all it had kept, ${KILLS} times in a row, and the next says so`, async () => {
    const random = createRandomStream(6, 'kills');
    const kept = new Set<number>();
    for (let round = 0; round < KILLS; round++) {
      const after = random.nextInteger(6);
      const delayMs = random.nextInteger(25);
      let count = 0;
      const { said, signal } = await write(
        [process.execPath, writer],
        { repetitions: 40 },
        ({ notices, kept: run }, child) => {
          if (!notices && run === undefined) return;
          // Kills between two runs and in the middle of one, from the first moment on.
          if (count++ === after) setTimeout(() => child.kill('SIGKILL'), delayMs);
        },
      );
      expect(signal).toBe('SIGKILL');
      expect(said.filter(({ failure }) => failure)).toEqual([]);
      for (const run of keptIn(said)) kept.add(run);
      // The entry is there from the second round on, unless the first process died before it began.
      if (round > 0 && kept.size > 0) {
        expect(said[0].notices?.map(({ code }) => code)).toContain('STORE-INTERRUPTED');
      }
    }
    const store = valueOf(await openRunStore(file));
    const [entry] = valueOf(store.listEntries());
    expect(entry).toMatchObject({ status: 'interrupted' });
    expect(store.notices.at(-1)?.text).toContain(`${entry.doneRuns} of its 160 runs are kept`);
    const done = checkedDone(store, entry.entryId);
    expect(done).toEqual(expect.arrayContaining([...kept]));
    // Whatever locks and logs they left are gone.
    expect(readdirSync(folder)).toEqual(['history.bootruns']);
    const statuses = valueOf(store.executionsOf(entry.entryId)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set(['interrupted']));
  });
});

describe('two processes that write at once', () => {
  it('lose nothing, each in an experiment of its own and both in the same', async () => {
    const command = [process.execPath, writer];
    const writings = await Promise.all([
      write(command, { id: 'own', repetitions: 8 }),
      write(command, { id: 'shared', repetitions: 8, first: 0, step: 2 }),
      write(command, { id: 'shared', repetitions: 8, first: 1, step: 2 }),
    ]);
    for (const { said } of writings) {
      expect(said.filter(({ failure }) => failure)).toEqual([]);
      expect(said.at(-1)).toEqual({ end: true });
    }
    const store = valueOf(await openRunStore(file));
    const entries = valueOf(store.listEntries());
    expect(entries.map(({ experimentId }) => experimentId).sort()).toEqual(['own', 'shared']);
    for (const { entryId, doneRuns, plannedRuns } of entries) {
      expect(doneRuns).toBe(plannedRuns);
      expect(checkedDone(store, entryId)).toHaveLength(32);
    }
    expect(store.notices).toEqual([]);
  });
});

describe.skipIf(process.platform === 'win32')('a store that cannot grow', () => {
  it('says so, keeps what it had, and goes on once there is room', async () => {
    const first = await write([process.execPath, writer], { repetitions: 2 });
    const kept = keptIn(first.said);
    expect(kept).toHaveLength(8);
    // A limit of the file's size stands for a disk without room: ulimit counts in KiB with bash, 512 bytes with POSIX.
    const limitKib = Math.ceil(statSync(file).size / 1024) + 24;
    const limited = ['bash', '-c', `ulimit -f ${limitKib} && exec "$0" "$@"`, process.execPath, writer];
    const { said } = await write(limited, { id: 'more', repetitions: 40 });
    const failure = said.at(-1)?.failure;
    expect(['HOST-STORE-FILE', 'HOST-STORE-FULL']).toContain(failure?.code);
    expect(failure?.message).toContain('What was kept before is safe');
    const store = valueOf(await openRunStore(file));
    const entry = valueOf(store.listEntries({ text: 'sweep' })).find(({ experimentId }) => experimentId === 'sweep');
    expect(checkedDone(store, entry!.entryId)).toEqual(kept);
    const again = await write([process.execPath, writer], { id: 'more', repetitions: 4 });
    expect(again.said.at(-1)).toEqual({ end: true });
  });
});
