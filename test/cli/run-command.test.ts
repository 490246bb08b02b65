import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { runCommandLine } from '../../src/cli/program';
import { cancelled, succeed } from '../../src/host/failure';
import { createLabHost } from '../../src/host/lab-host';
import { fakeBootHost } from '../support/fake-boot-host';
import type { FakeRun } from '../support/fake-engine';
import { fakeEngine, failWith } from '../support/fake-engine';
import { FAKE_EXPERIMENT, recordOf } from '../support/fake-experiment';
import { fakeTerminal } from '../support/fake-terminal';

const compute: FakeRun = async (request) => succeed(recordOf(request));

let folder: string;
let store: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bootlab-run-'));
  store = join(folder, 'runs.bootruns');
});

/** Words are separated by "|", so that a word may have blanks. */
async function bootlab(line: string, { run = compute, terminal = fakeTerminal() } = {}) {
  const engine = fakeEngine(run);
  const host = createLabHost({ resourcesDir: 'resources', workerFile: 'none', engine, engineBuild: 'fake' });
  const exitCode = await runCommandLine(line.split('|'), terminal, host, fakeBootHost());
  return { exitCode, out: terminal.printed(), err: terminal.told(), requests: engine.requests };
}

async function writeFake(changes: object = {}): Promise<string> {
  const file = join(folder, 'fake.bootlab');
  await writeFile(file, JSON.stringify({ ...FAKE_EXPERIMENT, machines: ['486dx2-66'], ...changes }));
  return file;
}

describe('bootlab run', () => {
  it('carries out the file, prints a row per point and path, and the answer', async () => {
    const { exitCode, out, requests } = await bootlab(`run|${await writeFake()}|--store|${store}`);
    expect(exitCode).toBe(0);
    expect(requests).toHaveLength(12);
    expect(out).toMatch(/^Fake · 2 points x 2 paths x 3 seeds · seed 5 to 7 · experiment [0-9a-f]{12}\n/);
    expect(out).toMatch(/memory\.ramBytes 8 MiB +Firmware reboot +3 .* baseline\n/);
    expect(out).toMatch(/memory\.ramBytes 16 MiB +kexec jump +3 .* times fewer\n/);
    expect(out).toContain('memory.ramBytes 8 MiB: kexec takes ');
    expect(out).toContain('3 runs are too few for an interval');
    expect(out).toMatch(/486dx2-66 +kexec jump +memory\.ramBytes +8 MiB: .* +16 MiB: /);
  });

  it('computes nothing that is there, and prints the same', async () => {
    const line = `run|${await writeFake()}|--store|${store}`;
    const first = await bootlab(line);
    const again = await bootlab(line);
    expect(again.requests).toEqual([]);
    expect(again.out).toBe(first.out);
  });

  it('takes seed, repetitions and parameters from the command line instead', async () => {
    const { requests, out } = await bootlab(
      `run|${await writeFake()}|--store|${store}|--seed|9|--repeat|1|--param|hash=on,off|--param|memory.ramBytes=4Mi`,
    );
    expect(
      requests.map(({ seed, lab, profile }) => [seed, lab?.hash, profile.memory.ramBytes.value / 2 ** 20]),
    ).toEqual([
      [9, 'on', 4],
      [9, 'on', 4],
      [9, 'off', 4],
      [9, 'off', 4],
    ]);
    expect(out).toContain('2 points x 2 paths x 1 seed · seed 9');
  });

  it('says which runs failed and ends with 1', async () => {
    const failure = { code: 'EMU-LIMIT-CYCLES', message: 'Too long.', nextStep: 'Less.' };
    const run: FakeRun = (request, options) =>
      request.seed === 6 ? failWith(failure)(request, options) : compute(request, options);
    const { exitCode, out } = await bootlab(`run|${await writeFake()}|--store|${store}`, { run });
    expect(exitCode).toBe(1);
    expect(out).toContain('4 runs failed:');
    expect(out).toMatch(/-s6 \(warm on 486dx2-66, point 0, seed 6\): Too long\. \[EMU-LIMIT-CYCLES\]/);
  });

  it('ends after the run under way on Ctrl+C, still writes, and goes on later', async () => {
    const terminal = fakeTerminal();
    const run: FakeRun = async (request) => {
      terminal.interrupt();
      return succeed(recordOf(request));
    };
    const line = `run|${await writeFake()}|--store|${store}|--workers|1|--out|${join(folder, 'out')}`;
    const stopped = await bootlab(line, { run, terminal });
    expect(stopped.exitCode).toBe(130);
    expect(stopped.requests).toHaveLength(1);
    expect(stopped.err).toContain('Ctrl+C again ends them at once.');
    expect(stopped.out).toContain('11 runs had no turn: run it again to go on.');
    expect((await readFile(join(folder, 'out', 'runs.csv'), 'utf8')).split('\n')).toHaveLength(14);
    const rest = await bootlab(line);
    expect([rest.exitCode, rest.requests.length]).toEqual([0, 11]);
  });

  it('ends at once on a second Ctrl+C', async () => {
    const terminal = fakeTerminal();
    const run: FakeRun = async (_request, { signal }) => {
      terminal.interrupt();
      terminal.interrupt();
      await vi.waitFor(() => expect(signal?.aborted).toBe(true));
      return cancelled();
    };
    const { exitCode, out } = await bootlab(`run|${await writeFake()}|--store|${store}`, { run, terminal });
    expect(exitCode).toBe(130);
    expect(out).toContain('12 runs had no turn');
  });

  it('writes every export into --out, the same bytes whoever computed it and how', async () => {
    const file = await writeFake();
    const bytesOf = async (name: string, more = '') => {
      const out = join(folder, name);
      const { exitCode } = await bootlab(`run|${file}|--store|${join(folder, `${name}.bootruns`)}|--out|${out}${more}`);
      expect(exitCode).toBe(0);
      const files = (await readdir(out)).sort();
      const texts = await Promise.all(files.map((one) => readFile(join(out, one), 'utf8')));
      // The host's part of results.json differs from time to time.
      return Object.fromEntries(files.map((one, i) => [one, texts[i].replace(/\n\],\n"host": .*/s, '')]));
    };
    const one = await bytesOf('one', '|--workers|1');
    expect(Object.keys(one)).toEqual(
      expect.arrayContaining([
        'phases.csv',
        'report.html',
        'report.md',
        'results.json',
        'runs.csv',
        'summary.csv',
        'trace.json',
      ]),
    );
    expect(await bytesOf('two', '|--workers|2')).toEqual(one);
  });

  it('prints one JSON value and nothing else with --json', async () => {
    const { out } = await bootlab(`run|${await writeFake()}|--store|${store}|--json|--out|${join(folder, 'out')}`);
    expect(JSON.parse(out)).toMatchObject({ format: 'bootlab-results', experiment: { id: 'fake' } });
  });

  it('tells progress by tenths where nobody watches, by one line where somebody does, nothing when quiet', async () => {
    const line = `run|${await writeFake()}|--workers|1|--store|`;
    expect((await bootlab(line + join(folder, 'a.bootruns'))).err).toContain('12/12 runs\n');
    const terminal = fakeTerminal({ isErrorTty: true });
    const { err } = await bootlab(line + join(folder, 'b.bootruns'), { terminal });
    expect(err).toContain(`[${'.'.repeat(20)}] 0/12 runs`);
    expect(err).toContain(`[${'#'.repeat(20)}] 12/12 runs`);
    // The line is gone when the results come.
    expect(err.endsWith('\r\u001b[K')).toBe(true);
    expect((await bootlab(`${line}${join(folder, 'c.bootruns')}|--quiet`)).err).toBe('');
  });

  it.each([
    [{ paths: ['hot'] }, 'HOST-EXPERIMENT-SHAPE', /fake\.bootlab:1:\d+ paths\[0\]: /],
    [{ machines: ['486'] }, 'HOST-PROFILE-UNKNOWN', /fake\.bootlab:1:\d+ There is no machine "486"/],
    [{ machines: ['modern-server'] }, 'HOST-PROFILE-UNKNOWN', /has figures only/],
    [{ parameters: [{ name: 'ramBytes', values: [1] }] }, 'LAB-EXPERIMENT', /Did you mean memory\.ramBytes\?/],
  ])('refuses %j with 2 and %s, and makes no store', async (changes, code, message) => {
    const { exitCode, err, requests } = await bootlab(`run|${await writeFake(changes)}|--store|${store}`);
    expect([exitCode, requests.length, existsSync(store)]).toEqual([2, 0, false]);
    expect(err).toContain(`[${code}]`);
    expect(err).toMatch(message);
  });

  it('refuses a store that is none, and leaves it alone', async () => {
    const { exitCode, err } = await bootlab(`run|${await writeFake()}|--store|${join(folder, 'fake.bootlab')}`);
    expect([exitCode, err]).toEqual([2, expect.stringContaining('[HOST-STORE-FOREIGN]')]);
  });
});

describe('bootlab sweep', () => {
  it('is an experiment from the command line', async () => {
    const { exitCode, out, requests } = await bootlab(
      `sweep|--profile|486dx2-66,pentium-133|--paths|warm,kexec|--param|loader.promptTenths=0..50:2|--param|console=none,9600|--set|memory.ramBytes=8Mi|--option|hash=on|--no-variation|--repeat|2|--seed|3|--store|${store}`,
    );
    expect(exitCode).toBe(0);
    // Two machines, two by two points, two paths; repetitions without variation are one run.
    expect(requests).toHaveLength(16);
    expect(requests[3].profile).toMatchObject({ id: '486dx2-66', memory: { ramBytes: { value: 2 ** 23 } } });
    expect(requests[3].lab).toEqual({ hash: 'on' });
    expect(requests[3].profile.kernel.commandLine).toContain('console=ttyS0,9600');
    expect(out).toMatch(
      /^warm vs kexec on 486dx2-66, pentium-133 by loader\.promptTenths, console · 8 points x 2 paths x 2 repetitions · nothing varied by seed/,
    );
    expect(out).toContain('2 runs, identical');
    expect(out).toMatch(/\nkexec takes 49\.0 times fewer cycles than a firmware reboot, by point \(outage\)\.\n/);
  });

  it('writes the experiment instead with --write, which run carries out', async () => {
    const file = join(folder, 'my-sweep.bootlab');
    const written = await bootlab(
      `sweep|--param|memory.ramBytes=8Mi,16Mi|--profile|486dx2-66|--repeat|3|--write|${file}`,
    );
    expect(written).toMatchObject({ exitCode: 0, requests: [] });
    expect(written.out).toContain('points: 2, paths: 2, repetitions: 3, runs: 12');
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ id: 'my-sweep', machines: ['486dx2-66'] });
    expect((await bootlab(`run|${file}|--store|${store}`)).requests).toHaveLength(12);
    const again = await bootlab(`sweep|--write|${file}`);
    expect([again.exitCode, again.err]).toEqual([1, expect.stringContaining('an experiment is not overwritten')]);
  });

  it('takes a machine of one’s own along', async () => {
    const own = join(folder, 'my-486.json');
    await writeFile(own, JSON.stringify({ base: '486dx2-66', id: 'my-486', name: 'Mine' }));
    const file = join(folder, 'mine.bootlab');
    await bootlab(`sweep|--profile|${own}|--write|${file}`);
    const { requests } = await bootlab(`run|${file}|--store|${store}`);
    expect(requests.map(({ profile }) => profile.id)).toEqual(['my-486', 'my-486']);
  });

  it.each([
    ['--param|memory.ramBytes', 'Write name=value,value or name=from..to:steps[:log]'],
    ['--param|memory.ramBytes=', 'Write name=value'],
    ['--param|memory.ramBytes=1,,2', 'Write name=value'],
    ['--param|loader.promptTenths=0..50', 'Write name=value'],
    ['--param|loader.promptTenths=0..50:1', 'whole number from 2 to 10000'],
    ['--param|loader.promptTenths=1,2|--param|loader.promptTenths=3', 'is given twice'],
    ['--param|memory.ramBytes=64MB', 'takes numbers; "64MB" is none'],
    ['--param|memory.rambytes=64Mi', 'Did you mean memory.ramBytes?'],
    ['--param|rom.busCycleNs=0..10:3:log', 'cannot begin or end at 0'],
    ['--param|hash=on,maybe', 'hash cannot be "maybe"'],
    ['--repeat|0', 'from 1 to 1000'],
    ['--workers|0', 'from 1 to 256'],
    ['--seed|4294967295|--repeat|2', 'The last seed would be'],
    ['--name|=1+1', 'a spreadsheet would take it for a formula'],
    ['--profile|486dx2-66,486dx2-66', 'is there twice'],
    ['--profile|nothing', 'There is no machine "nothing"'],
    ['--param|loader.promptTenths=0..9999:10000|--repeat|1000', 'These are 20000000 runs; 100000 are the most'],
  ])('refuses %s before anything runs', async (words, message) => {
    const { exitCode, err, requests } = await bootlab(`sweep|--store|${store}|${words}`);
    expect([exitCode, requests.length]).toEqual([2, 0]);
    expect(err).toContain(message);
  });
});
