import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommandLine } from '../../src/cli/program';
import { createLabHost } from '../../src/host/lab-host';
import { fakeBootHost } from '../support/fake-boot-host';
import type { FakeRun } from '../support/fake-engine';
import { fakeEngine, failWith, runFake } from '../support/fake-engine';
import { fakeTerminal } from '../support/fake-terminal';

async function bootlab(args: string, run: FakeRun = runFake) {
  const terminal = fakeTerminal();
  const engine = fakeEngine(run);
  const host = createLabHost({ resourcesDir: join(process.cwd(), 'resources'), workerFile: 'none', engine });
  const exitCode = await runCommandLine(args.split(' '), terminal, host, fakeBootHost());
  return { exitCode, out: terminal.printed(), err: terminal.told(), requests: engine.requests };
}

describe('bootlab explain', () => {
  it('says what the outage is made of: phases, causes, figures with tag and source', async () => {
    const { exitCode, out } = await bootlab('explain --path warm');
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^Firmware reboot on Pentium III 1000 desktop · seed 1\noutage_cycles = 20,000,000,000\n/);
    expect(out).toMatch(/It sums:\n(.*\n)*? +10,900,000,000 +post-52 +POST 52\n/);
    expect(out).toMatch(/device +waiting for primary ATA +kernel: ata_read\n/);
    expect(out).toMatch(/20,000,000,000 +20\.0 s +100 % +together\n/);
    expect(out).toMatch(/disk\.commandOverheadNs +500,000 ns +\[K\] +a data sheet\n/);
  });

  it('says it of one phase, and of another column of it', async () => {
    const { out } = await bootlab('explain --path warm --phase ram-test');
    expect(out).toContain('ram-test: duration_cycles = 10,900,000,000\n');
    expect((await bootlab('explain --path warm --phase ram-test --column instructions')).out).toContain(
      'ram-test: instructions = ',
    );
  });

  it('says how a number is computed from others', async () => {
    const { out } = await bootlab('explain --path kexec --column total_ns');
    expect(out).toContain('Computed from: total_cycles, cpu_hz.\n');
  });

  it('shows the largest causes, and says how many there are besides', async () => {
    const { out } = await bootlab('explain --path warm --top 1');
    expect(out).toMatch(/ 1 more: --top 2, or --json/);
  });

  it('prints all of it as one JSON value', async () => {
    const { out } = await bootlab('explain --path kexec --column handover_cycles --seed 7 --json');
    const document = JSON.parse(out) as { causes: { cycles: number }[]; value: number };
    expect(document).toMatchObject({ schema_version: 1, path: 'kexec', seed: 7, column: 'handover_cycles' });
    expect(document.causes.reduce((sum, { cycles }) => sum + cycles, 0)).toBe(document.value);
  });

  it('runs the path with the figures, options and seed given', async () => {
    const { requests } = await bootlab(
      'explain --path kexec --profile 486dx2-66 --seed 9 --set loader.promptTenths=0 --option stub=three --no-variation',
    );
    expect(requests).toMatchObject([
      {
        path: 'kexec',
        seed: 9,
        variations: [],
        lab: { stub: 'three' },
        profile: { id: '486dx2-66', loader: { promptTenths: { value: 0 } } },
      },
    ]);
  });

  it.each([
    ['--path kexec --column luck', 'runs.csv has no number "luck".'],
    ['--path kexec --phase decompress --column outage_cycles', 'phases.csv has no number "outage_cycles".'],
    ['--path sideways', 'Choose from cold, warm, kexec, crash'],
    ['--path warm,kexec', 'Name one path.'],
    ['--column outage_cycles', "equired option '--path <path>' not specified"],
  ])('refuses %s before anything runs', async (args, words) => {
    const { exitCode, err, requests } = await bootlab(`explain ${args}`);
    expect(exitCode).toBe(2);
    expect(err).toContain(words);
    expect(requests).toEqual([]);
  });

  it('names the phases that there are when one is asked that is not', async () => {
    const { exitCode, err } = await bootlab('explain --path kexec --phase coffee');
    expect(exitCode).toBe(2);
    expect(err).toMatch(/This path has no phase "coffee"\.\nChoose one of: path, .*relocate-copy/);
  });

  it('says why a run failed', async () => {
    const failure = { code: 'EMU-GUEST-PANIC', message: 'It stopped.', nextStep: 'Look.' };
    const { exitCode, err } = await bootlab('explain --path kexec', failWith(failure));
    expect(exitCode).toBe(1);
    expect(err).toContain('It stopped.');
  });
});
