// The experiments that come with Bootlab, and docs/experiment-files.md against what it describes.
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { experimentSchema } from '../../src/contract/experiment-schema';
import { planFrom, readExperimentFile } from '../../src/host/experiment/read-experiment';
import { findProfile } from '../../src/host/profiles';
import { VARIATION_IDS } from '../../src/lab/index';

const folder = 'resources/samples';
const names = await readdir(folder);
const document = await readFile('docs/experiment-files.md', 'utf8');

async function planOf(file: string) {
  const source = await readExperimentFile(file);
  const plan = source.ok ? await planFrom(source.value, (id) => findProfile(id, 'resources/profiles')) : source;
  if (!plan.ok) throw new Error(plan.failure.message);
  return plan.value;
}

describe.each(names)('%s', (name) => {
  it('is an experiment of its file’s name, with notes, and makes a plan', async () => {
    const { experiment, runs } = await planOf(join(folder, name));
    expect(experiment.id).toBe(basename(name, '.bootlab'));
    expect(experiment.notes).toBeTruthy();
    expect(runs.length).toBeGreaterThan(1);
  });

  it('is in the table of docs/experiment-files.md', () => {
    expect(document).toContain(`| \`${name}\` `);
  });
});

it('the sweep over memory has two machines, memory sizes, memory tests, both paths and five seeds', async () => {
  const { experiment, points, runs } = await planOf(join(folder, 'memory-sweep.bootlab'));
  expect(new Set(points.map(({ point }) => point.profileId)).size).toBe(2);
  expect(experiment).toMatchObject({ paths: ['warm', 'kexec'], repetitions: 5 });
  expect(experiment.parameters!.map(({ name }) => name)).toEqual(['memory.ramBytes', 'firmware.memoryTest']);
  expect(runs).toHaveLength(80);
});

describe('docs/experiment-files.md', () => {
  it('names every field and every model', () => {
    for (const field of Object.keys(experimentSchema.shape))
      expect(document).toMatch(new RegExp(`^\\| \`${field}\` `, 'm'));
    for (const id of VARIATION_IDS) expect(document).toContain(`\`${id}\``);
  });

  it('has an example that makes the plan it should', async () => {
    const [, example] = /```json\n([^`]*)```/.exec(document)!;
    const file = join(await mkdtemp(join(tmpdir(), 'bootlab-example-')), 'example.bootlab');
    await writeFile(file, example);
    const { points, runs } = await planOf(file);
    expect([points.length, runs.length]).toEqual([12, 120]);
    expect(points[0].profile.memory.ramBytes.value).toBe(2 ** 24);
  });
});
