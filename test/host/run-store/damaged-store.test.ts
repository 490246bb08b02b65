// Damage of every block of a small store: a refusal or the truth, never a crash and never a wrong figure that looks right.
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Result } from '../../../src/contract/api';
import type { OpenStoreOptions } from '../../../src/host/run-store/open-store';
import { openRunStore } from '../../../src/host/run-store/open-store';
import { RunStoreError } from '../../../src/host/run-store/run-store';
import type { RunStore } from '../../../src/host/run-store/run-store';
import { createRandomStream } from '../../../src/emulator/random';
import { fakeRequest, fakeRun } from '../../support/fake-plan';

const BLOCK_BYTES = 512;

let folder: string;
let sound: string;
let truth: unknown;

const valueOf = <T>(result: Result<T>): T => {
  if (!result.ok) throw new RunStoreError(result.failure);
  return result.value;
};

/** Everything a store says. */
function readAll(store: RunStore): unknown {
  return valueOf(store.listEntries()).map((entry) => ({
    entry,
    executions: valueOf(store.executionsOf(entry.entryId)),
    experiment: valueOf(store.resultsOf(entry.entryId)).experiment,
    runs: [...valueOf(store.resultsOf(entry.entryId)).runs],
  }));
}

/** What a damaged store says: its failure's code, or all it holds. */
async function sayingOf(file: string, options: OpenStoreOptions = {}): Promise<unknown> {
  const opened = await openRunStore(file, { waitMs: 0, ...options });
  if (!opened.ok) return opened.failure.code;
  try {
    return readAll(opened.value);
  } catch (error) {
    if (error instanceof RunStoreError) return error.failure.code;
    throw error;
  } finally {
    opened.value.close();
  }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bootlab-damaged-'));
  sound = join(folder, 'sound.bootruns');
  const store = valueOf(await openRunStore(sound));
  for (const id of ['first', 'second']) {
    const request = fakeRequest({ id, repetitions: 1 });
    const { executionId, entryId } = valueOf(store.beginExecution(request));
    request.planned.slice(0, 3).forEach((planned, i) => {
      const record = fakeRun(planned, true, { serialText: `${id} ${i}\n`.repeat(40) });
      valueOf(store.saveRun(executionId, planned, { status: 'done', record }, { worker: 0, wallMs: 1 }));
    });
    const failed = { status: 'failed', code: 'EMU-LIMIT', message: 'Too long.' } as const;
    valueOf(store.saveRun(executionId, request.planned[3], failed, { worker: 0, wallMs: 1 }));
    valueOf(store.endExecution(executionId, 'done'));
    valueOf(store.changeEntry(entryId, { notes: `notes of ${id}`, addTags: ['tag'] }));
  }
  truth = readAll(store);
  store.close();
});

describe('a store with a damaged block', () => {
  const PATTERNS: readonly (readonly [string, (block: Buffer, at: number) => void])[] = [
    ['zeros', (block) => block.fill(0)],
    [
      'noise',
      (block, at) => {
        const random = createRandomStream(at, 'damage');
        for (let i = 0; i < block.length; i++) block[i] = random.nextInteger(256);
      },
    ],
    [
      'one changed bit',
      (block, at) => {
        const random = createRandomStream(at, 'bit');
        block[random.nextInteger(block.length)] ^= 1 << random.nextInteger(8);
      },
    ],
    [
      'the block before',
      (block, at) => void readFileSync(sound).copy(block, 0, Math.max(0, at - BLOCK_BYTES), at || BLOCK_BYTES),
    ],
  ];

  /** Large files are checked as they are read. */
  const CHECKS: readonly (readonly [string, OpenStoreOptions])[] = [
    ['checked whole', {}],
    ['checked row by row', { checkedWholeBytes: 0 }],
  ];
  const CASES = PATTERNS.flatMap(([name, damage]) =>
    CHECKS.map(([how, options]) => [name, how, damage, options] as const),
  );

  it.each(CASES)('of %s, %s, is refused or says the truth', async (_name, _how, damage, options) => {
    const bytes = readFileSync(sound);
    const file = join(folder, 'damaged.bootruns');
    const codes = new Set<unknown>();
    let refused = 0;
    for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
      const copy = Buffer.from(bytes);
      damage(copy.subarray(at, at + BLOCK_BYTES), at);
      writeFileSync(file, copy);
      const saying = await sayingOf(file, options);
      if (typeof saying === 'string') {
        codes.add(saying);
        refused++;
      } else {
        expect(saying, `block at ${at}`).toStrictEqual(truth);
      }
    }
    // A check that refuses nothing would prove nothing.
    expect(refused).toBeGreaterThan(0);
    for (const code of codes)
      expect(['HOST-STORE-DAMAGED', 'HOST-STORE-FOREIGN', 'HOST-STORE-VERSION']).toContain(code);
  });

  it('that was cut off is refused or says the truth', async () => {
    const bytes = readFileSync(sound);
    const file = join(folder, 'cut.bootruns');
    for (let length = 0; length < bytes.length; length += 4096) {
      writeFileSync(file, bytes.subarray(0, length));
      expect(['HOST-STORE-DAMAGED', 'HOST-STORE-FOREIGN'], `${length} bytes`).toContain(await sayingOf(file));
    }
  });

  it('that nobody damaged says the truth', async () => {
    const file = join(folder, 'copy.bootruns');
    copyFileSync(sound, file);
    expect(await sayingOf(file)).toStrictEqual(truth);
    rmSync(file);
  });
});
