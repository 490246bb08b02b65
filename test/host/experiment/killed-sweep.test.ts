// A sweep whose process is killed again and again: no finished run is lost, the file stays whole, the next start says what happened.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { beforeAll, expect, it } from 'vitest';
import { createRandomStream } from '../../../src/emulator/random';
import { succeed } from '../../../src/host/failure';
import { buildBundle } from '../../support/build-bundle';
import { placeRecord } from '../../../src/lab/experiment/place-record';
import { fakeEngine, fakeImages } from '../../support/fake-engine';
import {
  LONG_EXPERIMENT,
  newStoreFile,
  openStore,
  planOfFake,
  recordOf,
  runFakeExperiment,
  runsIn,
  valueOf,
} from '../../support/fake-experiment';

const KILLS = 50;
/** A process is killed after this many kept runs, and so much later: within a run, a transaction or a write. */
const MOST_KEPT = 6;
const MOST_DELAY_MS = 8;
/** Half a minute where nothing else runs. */
const TIMEOUT_MS = 900_000;

interface Said {
  readonly notices?: readonly string[];
  readonly kept?: readonly number[];
  readonly end?: { readonly ok: boolean };
}

let sweep: string;

beforeAll(async () => {
  sweep = join(await buildBundle({ 'sweep-process': 'test/fixtures/sweep-process.ts' }), 'sweep-process.cjs');
});

/** Starts the sweep and kills it at a moment that `draw` gives. */
async function runAndKill(file: string, draw: (bound: number) => number): Promise<Said[]> {
  const child = spawn(process.execPath, [sweep, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const said: Said[] = [];
  const killAfterKept = draw(MOST_KEPT);
  const delayMs = draw(MOST_DELAY_MS);
  let keptLines = 0;
  createInterface(child.stdout).on('line', (line) => {
    // The last line may be cut off.
    if (!line.endsWith('}')) return;
    said.push(JSON.parse(line) as Said);
    if (keptLines++ === killAfterKept) setTimeout(() => child.kill('SIGKILL'), delayMs);
  });
  await once(child, 'close');
  return said;
}

/** Kills a sweep again and again; gives the positions that its processes said to be kept. */
async function killAgainAndAgain(file: string, kills: number, seed: number): Promise<ReadonlySet<number>> {
  const random = createRandomStream(seed, 'kill');
  const kept = new Set<number>();
  let hadBegun = false;
  for (let i = 0; i < kills; i++) {
    const said = await runAndKill(file, (bound) => random.nextInteger(bound));
    if (hadBegun) expect(said[0].notices, 'the next start says what happened').toContain('STORE-INTERRUPTED');
    const now = said.flatMap(({ kept: runOrders = [] }) => runOrders);
    for (const runOrder of now) {
      expect(kept.has(runOrder), `run ${runOrder} was computed before`).toBe(false);
      kept.add(runOrder);
    }
    hadBegun = now.length > 0;
    expect(said.some(({ end }) => end)).toBe(false);
  }
  return kept;
}

/** What the sweep's store holds when nothing ever happened to it. */
function undisturbedRuns() {
  const { points, runs, variations } = planOfFake(LONG_EXPERIMENT);
  return runs.map((planned) => {
    const { profile } = points[planned.point.pointIndex];
    const record = recordOf({ ...planned, profile, variations, images: fakeImages(), limitCycles: 0 });
    return { planned, outcome: { status: 'done', record: placeRecord(record, planned) } };
  });
}

/** Looks for every run that was kept, and goes on to the end. */
async function checkAndFinish(file: string, kept: ReadonlySet<number>): Promise<void> {
  const store = await openStore(file);
  const [entry] = valueOf(store.listEntries());
  expect(entry.status).toBe('interrupted');
  const done = runsIn(store, entry.entryId).filter(({ outcome }) => outcome.status === 'done');
  const doneOrders = done.map(({ planned }) => planned.runOrder);
  expect(doneOrders).toEqual(expect.arrayContaining([...kept]));
  // A process may have kept one more than it lived to say.
  expect(done.length - kept.size).toBeLessThanOrEqual(KILLS);

  const engine = fakeEngine(async (request) => succeed(recordOf(request)));
  const end = await runFakeExperiment({ engine, store, experiment: LONG_EXPERIMENT, workers: 2 });
  expect(end).toMatchObject({ status: 'done', reusedRuns: done.length });
  expect(engine.requests).toHaveLength(end.totalRuns - done.length);
  expect(runsIn(store, end.entryId)).toEqual(undisturbedRuns());
}

it(
  `loses no run that was kept, ${KILLS} times, and has the results of an undisturbed sweep in the end`,
  async () => {
    // Two sweeps side by side, for the time alone.
    const sweeps = [newStoreFile(), newStoreFile()];
    const kept = await Promise.all(sweeps.map((file, i) => killAgainAndAgain(file, KILLS / 2, 20_261_123 + i)));
    for (const [i, file] of sweeps.entries()) await checkAndFinish(file, kept[i]);
  },
  TIMEOUT_MS,
);
