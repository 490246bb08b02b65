import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compareFigures, loadFigureMachines, readFigureMachine, refuseFigures } from '../../src/host/figure-machines';
import type { FigureMachine } from '../../src/lab/index';
import { phasesCsv, runsCsv } from '../../src/lab/index';

const SHIPPED = resolve('resources/figures');
const REQUEST = { profileId: 'modern-server', paths: ['warm', 'kexec'], seed: 3, overlay: {} } as const;

async function modernServer(): Promise<FigureMachine> {
  const machine = await readFigureMachine(join(SHIPPED, 'modern-server.json'));
  if (!machine.ok) throw new Error(machine.failure.message);
  return machine.value;
}

async function failureOf(change: (machine: Record<string, unknown>) => void): Promise<string> {
  const machine = JSON.parse(await readFile(join(SHIPPED, 'modern-server.json'), 'utf8')) as Record<string, unknown>;
  change(machine);
  const file = join(await mkdtemp(join(tmpdir(), 'bootlab-figures-')), 'modern-server.json');
  await writeFile(file, JSON.stringify(machine, null, 2));
  const result = await readFigureMachine(file);
  return result.ok ? '' : result.failure.message;
}

describe('the machines of figures that come with Bootlab', () => {
  it('name a document, a sum or a reason for every figure', async () => {
    const machines = await loadFigureMachines(SHIPPED);
    if (!machines.ok) throw new Error(machines.failure.message);
    expect(machines.value.map(({ id }) => id)).toEqual(['modern-server']);
    for (const { durationMs } of machines.value.flatMap(({ paths }) => Object.values(paths).flat())) {
      expect(durationMs.source.length).toBeGreaterThan(15);
      expect(durationMs.source).not.toMatch(/facts\.md/);
      if (durationMs.evidence === 'model') expect(durationMs.source).toMatch(/chosen here/);
      if (durationMs.evidence === 'D') expect(durationMs.source).toContain('=');
    }
  });

  it('have the firmware of one published machine: 57 s to the payload', async () => {
    const { paths } = await modernServer();
    const ms = (id: string) => paths.warm!.find(({ phase }) => phase === id)!.durationMs.value;
    expect(ms('reset') + ms('pci-enumerate')).toBe(57_000);
  });

  it('pay for what kexec cannot save on both paths alike', async () => {
    const { paths } = await modernServer();
    for (const id of [
      'userspace-shutdown',
      'device-shutdown',
      'decompress',
      'start-kernel',
      'driver-probe',
      'userspace',
    ]) {
      const find = (list: FigureMachine['paths']['warm']) => list!.find(({ phase }) => phase === id);
      expect(find(paths.kexec), id).toEqual(find(paths.warm));
    }
  });

  it('gain two- to fourfold by kexec, as measured machines do', async () => {
    const comparison = compareFigures(await modernServer(), REQUEST);
    if (!comparison.ok) throw new Error(comparison.failure.message);
    const [warm, kexec] = comparison.value.records;
    expect(warm.outageCycles / kexec.outageCycles).toBeGreaterThan(2);
    expect(warm.outageCycles / kexec.outageCycles).toBeLessThan(4);
  });
});

describe('a comparison of figures', () => {
  it('is exported like one that ran', async () => {
    const comparison = compareFigures(await modernServer(), REQUEST);
    if (!comparison.ok) throw new Error(comparison.failure.message);
    expect(runsCsv([comparison.value])).toContain('no machine ran');
    expect(phasesCsv([comparison.value])).toMatch(/relocate-copy.*modelled,D/);
  });

  it('refuses what only a running machine can do', async () => {
    const machine = await modernServer();
    expect(compareFigures(machine, { ...REQUEST, overlay: { 'cpu.hz': 1 } })).toMatchObject({
      failure: { code: 'HOST-REQUEST' },
    });
    const coldOnly = { ...machine, paths: { cold: machine.paths.cold } };
    expect(compareFigures(coldOnly, REQUEST)).toMatchObject({ failure: { message: expect.stringContaining('warm') } });
  });
});

describe('running a machine of figures', () => {
  it('is refused, and the next step is to compare it', async () => {
    const refused = await refuseFigures('modern-server', SHIPPED);
    expect(refused?.failure.nextStep).toContain('compare --profile modern-server');
    expect(await refuseFigures('p3-1000-desktop', SHIPPED)).toBeNull();
  });
});

describe('a damaged file', () => {
  it('is refused with line and column', async () => {
    const message = await failureOf(({ paths }) => {
      (paths as { cold: { durationMs: { value: number } }[] }).cold[0].durationMs.value = -1;
    });
    expect(message).toMatch(/modern-server\.json:\d+:\d+ paths\.cold\[0\]\.durationMs\.value: /);
  });

  it.each([
    ['a phase that there is not', (list: { phase: string }[]) => void (list[0].phase = 'nap')],
    ['a phase twice', (list: { phase: string }[]) => void list.push(list[0])],
    ['no phase at all', (list: { phase: string }[]) => void (list.length = 0)],
  ])('is refused with %s', async (_, change) => {
    const message = await failureOf(({ paths }) => change((paths as { cold: { phase: string }[] }).cold));
    expect(message).toContain('paths.cold');
  });
});
