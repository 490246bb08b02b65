// docs/profiles.md against what it describes.
import { mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { FIGURE_LIMITS } from '../../src/emulator/index';
import { readProfileFile } from '../../src/host/profiles';

const document = await readFile('docs/profiles.md', 'utf8');

/** Dotted names in the first column of the table of fields; ".name" goes on in the section named before. */
function namesInTable(): Set<string> {
  const names = new Set<string>();
  for (const [row] of document.matchAll(/^\| `.*$/gm)) {
    let section = '';
    for (const [, name] of row.split('|')[1].matchAll(/`([^`]+)`/g)) {
      if (!name.startsWith('.')) section = name.split('.')[0];
      names.add(name.startsWith('.') ? section + name : name);
    }
  }
  return names;
}

it('names every figure there is, and none that there is not', () => {
  const names = namesInTable();
  expect(Object.keys(FIGURE_LIMITS).filter((name) => !names.has(name))).toEqual([]);
  const sections = new Set(Object.keys(FIGURE_LIMITS).map((name) => name.split('.')[0]));
  const texts = ['model', 'clockTable', 'clockEvidence', 'clockSource', 'commandLine', 'commandLineSource'];
  const figures = [...names].filter((name) => name.includes('.') && sections.has(name.split('.')[0]));
  expect(figures.filter((name) => !(name in FIGURE_LIMITS) && !texts.includes(name.split('.')[1]))).toEqual([]);
});

it('names every machine there is', async () => {
  const files = [...(await readdir('resources/profiles')), ...(await readdir('resources/figures'))];
  for (const file of files) expect(document).toContain(`| \`${file.replace('.json', '')}\``);
});

it('has a worked example that is taken, and refused as it says', async () => {
  const example = /```json\n(\{\n {2}"\$schema"[^`]*)```/.exec(document)![1];
  const file = join(await mkdtemp(join(tmpdir(), 'bootlab-example-')), 'my-486.json');
  await writeFile(file, example);
  expect(await readProfileFile(file, resolve('resources/profiles'))).toMatchObject({
    ok: true,
    value: { id: 'my-486' },
  });
  await writeFile(file, example.replace('16777216', '16777'));
  const refused = await readProfileFile(file, resolve('resources/profiles'));
  const message = (refused as { failure: { message: string } }).failure.message;
  expect(document).toContain(`    ${message.slice(message.indexOf('my-486.json'))}\n`);
});
