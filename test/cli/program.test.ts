import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../src/cli/program';
import { createLabHost } from '../../src/host/lab-host';
import { RUN_OPTIONS } from '../../src/lab/index';
import { fakeBootHost } from '../support/fake-boot-host';
import type { FakeRun } from '../support/fake-engine';
import { fakeEngine, failWith, runFake, runForEver } from '../support/fake-engine';
import { fakeTerminal } from '../support/fake-terminal';

const startFolder = process.cwd();
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bootlab-cli-'));
});

afterEach(() => process.chdir(startFolder));

async function bootlab(args: string, { run = runFake as FakeRun, terminal = fakeTerminal() } = {}) {
  const engine = fakeEngine(run);
  const host = createLabHost({ resourcesDir: join(startFolder, 'resources'), workerFile: 'none', engine });
  const exitCode = await runCommandLine(args.split(' ').filter(Boolean), terminal, host, fakeBootHost());
  return { exitCode, out: terminal.printed(), err: terminal.told(), requests: engine.requests };
}

describe('bootlab compare', () => {
  it('prints the answer, the phases of both paths side by side, and what to know', async () => {
    const { exitCode, out } = await bootlab('compare');
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^Pentium III 1000 desktop \(2002\) · 1\.0 GHz · seed 1 · varied by seed: /);
    expect(out).toContain('kexec takes 50 times fewer cycles than a firmware reboot (');
    expect(out).toMatch(/Memory test +firmware +10,900,000,000 +10\.9 s +executed\n/);
    expect(out).toMatch(/Copy pages +kernel +59,000,000 +59\.0 ms +executed\n/);
    expect(out).toMatch(/outage: .* 20,000,000,000 +20\.0 s +400,000,000 +400 ms\n/);
    expect(out).toContain('modelled = a figure of the machine profile');
    expect(out).toContain('- Instruction clocks are a budget of micro-ops');
  });

  it('writes nothing unless told where', async () => {
    process.chdir(folder);
    const { exitCode } = await bootlab('compare');
    expect(exitCode).toBe(0);
    expect(await readdir(folder)).toEqual([]);
  });

  it('writes both files with --csv and says where', async () => {
    const target = join(folder, 'results');
    const { exitCode, out } = await bootlab(`compare --csv ${target}`);
    expect(exitCode).toBe(0);
    expect(out).toContain(`Written: ${join(target, 'runs.csv')}, ${join(target, 'phases.csv')}`);
    expect((await readFile(join(target, 'runs.csv'), 'utf8')).split('\n')).toHaveLength(4);
  });

  it('writes the same bytes for the same seed', async () => {
    const bytes = async (name: string) => {
      await bootlab(`compare --seed 7 --csv ${join(folder, name)}`);
      return readFile(join(folder, name, 'phases.csv'), 'utf8');
    };
    expect(await bytes('one')).toBe(await bytes('two'));
  });

  it('prints one JSON value and nothing else with --json', async () => {
    const { out } = await bootlab(`compare --json --seed 7 --csv ${folder}`);
    const comparison = JSON.parse(out);
    expect(comparison).toMatchObject({ schema_version: 1, request: { seed: 7, paths: ['warm', 'kexec'] } });
    expect(comparison.records).toHaveLength(2);
  });

  it('passes machine, paths, seed and changed figures on', async () => {
    const { requests } = await bootlab(
      'compare --profile 486dx2-66 --paths kexec,cold --seed 0xff --set memory.ramBytes=16Mi --set loader.promptTenths=0',
    );
    expect(requests.map(({ path, seed }) => [path, seed])).toEqual([
      ['kexec', 255],
      ['cold', 255],
    ]);
    expect(requests[0].profile).toMatchObject({
      id: '486dx2-66',
      memory: { ramBytes: { value: 16 * 2 ** 20, evidence: 'model' } },
      loader: { promptTenths: { value: 0 } },
    });
  });

  it('sets figures side by side for a machine that has nothing else, and runs nothing', async () => {
    const { exitCode, out, requests } = await bootlab('compare --profile modern-server --paths cold,warm,kexec');
    expect(exitCode).toBe(0);
    expect(requests).toEqual([]);
    expect(out).toMatch(/^Modern server \(figures only\) \(2023\) · no machine ran/);
    expect(out).toContain('belong to no single one');
    const refused = await bootlab('compare --profile modern-server --set memory.ramBytes=16Mi');
    expect([refused.exitCode, refused.err]).toEqual([2, expect.stringContaining('figures only')]);
  });

  it.each(['constructor=1', 'toString=1'])('does not take --set %s for a figure', async (change) => {
    const { exitCode, err } = await bootlab(`compare --set ${change}`);
    expect(exitCode).toBe(2);
    expect(err).toContain('[EMU-PROFILE]');
  });

  it.each(['--set rom.widthBits=1e400', '--csv='])('refuses %s before it runs anything', async (option) => {
    const { exitCode, err, requests } = await bootlab(`compare ${option}`);
    expect(exitCode).toBe(2);
    expect(err).toContain('[CLI-USAGE]');
    expect(requests).toEqual([]);
  });

  it('passes options of the run on and says which', async () => {
    const { exitCode, out, requests } = await bootlab(
      'compare --option stub=three --option console=9600 --paths kexec',
    );
    expect(exitCode).toBe(0);
    expect(requests[0].lab).toEqual({ stub: 'three' });
    expect(requests[0].profile.kernel.commandLine).toBe('console=ttyS0,9600 reboot=k');
    expect(out).toContain('- stub was chosen as three.');
  });

  it('lists the options when one is wrong, and in the help', async () => {
    const { err } = await bootlab('compare --option speed=on');
    expect(err).toContain('choose from era, stub, hash, entry,');
    const { err: wrongValue } = await bootlab('compare --option stub=two');
    expect(wrongValue).toContain('stub cannot be "two"; it may be one, three.');
    const { out } = await bootlab('compare --help');
    for (const { name, meaning } of RUN_OPTIONS)
      expect(out).toMatch(new RegExp(`^ {2}${name}= *${meaning.slice(0, 12)}`, 'm'));
  });

  it('runs a crash kernel', async () => {
    const { exitCode, requests } = await bootlab('compare --paths warm,crash');
    expect(exitCode).toBe(0);
    expect(requests.map(({ path }) => path)).toEqual(['warm', 'crash']);
  });

  it('says which figures were set by hand', async () => {
    expect((await bootlab('compare --set rom.widthBits=16')).out).toContain('- rom.widthBits was set to 16 by hand.');
  });

  it('switches variation off', async () => {
    const { requests, out } = await bootlab('compare --no-variation');
    expect(requests[0].variations).toEqual([]);
    expect(out).toContain('nothing varied by seed');
  });

  it.each([
    ['compare --seed -1', 'CLI-USAGE'],
    ['compare --seed 1.5', 'CLI-USAGE'],
    ['compare --seed 4294967296', 'CLI-USAGE'],
    ['compare --seed', 'CLI-USAGE'],
    ['compare --paths warm,warm', 'CLI-USAGE'],
    ['compare --paths suspend', 'CLI-USAGE'],
    ['compare --option stub', 'CLI-USAGE'],
    ['compare --option speed=on', 'CLI-USAGE'],
    ['compare --option stub=two', 'CLI-USAGE'],
    ['compare --option stub=one --option stub=three', 'CLI-USAGE'],
    ['compare --profile modern-server --option stub=three', 'HOST-REQUEST'],
    ['compare --paths ,', 'CLI-USAGE'],
    ['compare --set rom.widthBits', 'CLI-USAGE'],
    ['compare --set rom.widthBits=-8', 'CLI-USAGE'],
    ['compare --set rom.widthBits=8 --set rom.widthBits=16', 'CLI-USAGE'],
    ['compare --set rom.width=8', 'EMU-PROFILE'],
    ['compare --set rom.widthBits=9', 'EMU-PROFILE'],
    ['compare --profile p4', 'HOST-PROFILE-UNKNOWN'],
    ['compare --profile ./nothing.json', 'HOST-PROFILE-FILE'],
    ['compare --speed', 'CLI-USAGE'],
    ['compare extra', 'CLI-USAGE'],
    ['comprae', 'CLI-USAGE'],
  ])('ends "%s" with 2, a next step and [%s], and runs nothing', async (args, code) => {
    const { exitCode, out, err, requests } = await bootlab(args);
    expect(exitCode).toBe(2);
    expect(out).toBe('');
    expect(err.trimEnd().split('\n').length).toBeGreaterThanOrEqual(3);
    expect(err).toContain(`\n[${code}]\n`);
    expect(requests).toHaveLength(0);
  });

  it('ends with 1 when a run fails, and shows what the machine said', async () => {
    const failure = { code: 'EMU-GUEST-PANIC', message: 'It panicked.', nextStep: 'Look.', details: 'console: a\nb' };
    const { exitCode, out, err } = await bootlab('compare', { run: failWith(failure) });
    expect(exitCode).toBe(1);
    expect(out).toBe('');
    expect(err).toBe('It panicked.\nLook.\n[EMU-GUEST-PANIC]\n\n  console: a\n  b\n');
  });

  it('does not report what the machine said when a person ended it', async () => {
    const failure = { code: 'EMU-CANCELLED', message: 'Cancelled.', nextStep: 'Again.', details: 'console: a' };
    expect((await bootlab('compare', { run: failWith(failure) })).err).toBe('Cancelled.\nAgain.\n[EMU-CANCELLED]\n');
  });

  it('ends with 1 when the results cannot be written', async () => {
    const { exitCode, err } = await bootlab('compare --csv /dev/null/results');
    expect(exitCode).toBe(1);
    expect(err).toContain('[HOST-SAVE]');
  });

  it('ends with 130 when it is cancelled', async () => {
    const terminal = fakeTerminal();
    const { exitCode, out, err } = await bootlab('compare', {
      terminal,
      run: (request, options) => {
        terminal.interrupt();
        return runForEver(request, options);
      },
    });
    expect(exitCode).toBe(130);
    expect(out).toBe('');
    expect(err).toContain('[EMU-CANCELLED]');
  });
});

describe('progress', () => {
  it('overwrites itself for a person and is gone at the end', async () => {
    const { err } = await bootlab('compare', { terminal: fakeTerminal({ isErrorTty: true }) });
    expect(err).toMatch(/\[[#.]{20}\] warm: Memory test/);
    expect(err.endsWith('\r\u001b[K')).toBe(true);
  });

  it('keeps control characters out of a log', async () => {
    const { err } = await bootlab('compare');
    expect(['\r', '\u001b'].filter((control) => err.includes(control))).toEqual([]);
  });

  it('is silent with --quiet', async () => {
    const { err } = await bootlab('compare --quiet', { terminal: fakeTerminal({ isErrorTty: true }) });
    expect(err).toBe('');
  });
});

describe('bootlab machines', () => {
  it('lists machines in aligned columns', async () => {
    const { exitCode, out } = await bootlab('machines');
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^p3-1000-desktop +Pentium III 1000 desktop +2002 +1\.0 GHz +256 MiB$/m);
    expect(out).toMatch(/^486dx2-66 +486DX2-66 PC +1994 +66\.7 MHz +8 MiB$/m);
    expect(out).toMatch(/^modern-server +Modern server \(figures only\) +2023 +- +-$/m);
  });

  it('prints an array with every figure as JSON', async () => {
    const machines = JSON.parse((await bootlab('machines --json')).out);
    expect(machines.map(({ id }: { id: string }) => id)).toEqual(
      expect.arrayContaining(['p3-1000-desktop', '486dx2-66']),
    );
    expect(machines[0]).toMatchObject({ year: 2003, profile: { keyboard: { batNs: { evidence: 'K' } } } });
  });
});

describe('bootlab sample', () => {
  it('runs two machines, writes one pair of files, and says how to get the window', async () => {
    process.chdir(folder);
    const { exitCode, out } = await bootlab('sample');
    expect(exitCode).toBe(0);
    expect(out.match(/takes 50 times fewer cycles/g)).toHaveLength(2);
    expect(out).toContain('npm start');
    const rows = (await readFile(join(folder, 'bootlab-results', 'runs.csv'), 'utf8')).trimEnd().split('\n').slice(1);
    expect(rows.map((row) => row.split(',').slice(10, 12).join(' '))).toEqual([
      'p3-1000-desktop warm',
      'p3-1000-desktop kexec',
      '486dx2-66 warm',
      '486dx2-66 kexec',
    ]);
  });
});

describe('help', () => {
  it('lists commands and exit codes', async () => {
    const { exitCode, out } = await bootlab('--help');
    expect(exitCode).toBe(0);
    for (const word of ['compare', 'machines', 'sample', '130', 'cancelled']) expect(out).toContain(word);
  });

  it('is what a bare "bootlab" gets, as a usage error', async () => {
    const { exitCode, err } = await bootlab('');
    expect(exitCode).toBe(2);
    expect(err).toContain('compare');
  });

  it('has the version of the engine', async () => {
    expect((await bootlab('--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
