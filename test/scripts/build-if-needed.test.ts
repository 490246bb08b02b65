import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isBuildStale } from '../../scripts/build-if-needed.mjs';

const OUTPUTS = [
  'main/index.cjs',
  'main/cli.cjs',
  'main/engine-worker.cjs',
  'preload/index.cjs',
  'renderer/index.html',
];

let project = '';
function put(name: string, second: number): void {
  const path = join(project, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
  utimesSync(path, second, second);
}
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'bootlab-stale-'));
  put('src/main/index.ts', 1000);
  for (const folder of ['src', 'src/main']) utimesSync(join(project, folder), 1000, 1000);
  for (const name of OUTPUTS) put(join('out', name), 2000);
});
afterEach(() => rmSync(project, { recursive: true }));

it('a build newer than all sources is fresh', () => {
  expect(isBuildStale(project)).toBe(false);
});

it('a build older than any source, however deep, is stale', () => {
  put('src/renderer/components/charts/deep.ts', 3000);
  expect(isBuildStale(project)).toBe(true);
});

it('a build older than its configuration is stale', () => {
  put('package.json', 3000);
  expect(isBuildStale(project)).toBe(true);
});

it.each(OUTPUTS)('a build without %s is stale', (name) => {
  rmSync(join(project, 'out', name));
  expect(isBuildStale(project)).toBe(true);
});
