// What was built: the terminal needs no Electron, and the page stays small.
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, posix } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { PROJECT_DIR } from './launch-app';

const built = (name: string) => readFileSync(join(PROJECT_DIR, 'out', name), 'utf8');

/** What a CommonJS file requires, and what that requires: packages by name, files by their place in out/. */
function requiredBy(name: string, seen = new Set<string>()): Set<string> {
  for (const [, id] of built(name).matchAll(/require\(["']([^"']+)["']\)/g)) {
    const required = id.startsWith('.') ? posix.join(posix.dirname(name), id) : id;
    if (seen.has(required)) continue;
    seen.add(required);
    if (id.startsWith('.')) requiredBy(required, seen);
  }
  return seen;
}

describe('the built files', () => {
  it('are CommonJS for app, terminal, worker and preload', () => {
    for (const name of ['main/index.cjs', 'main/cli.cjs', 'main/engine-worker.cjs', 'preload/index.cjs']) {
      expect(built(name)).toMatch(/require\(/);
      expect(built(name)).not.toMatch(/^import .* from/m);
    }
  });

  it('let terminal and worker run without Electron', () => {
    expect(requiredBy('main/index.cjs')).toContain('electron');
    expect(requiredBy('main/cli.cjs')).not.toContain('electron');
    expect(requiredBy('main/engine-worker.cjs')).not.toContain('electron');
  });

  it('do not start each other', () => {
    const entries = ['main/index.cjs', 'main/cli.cjs', 'main/engine-worker.cjs'];
    for (const name of entries) {
      const others = entries.filter((entry) => entry !== name && requiredBy(name).has(entry));
      expect(others, name).toEqual([]);
    }
  });

  it('need no package: only Node, Electron and each other', () => {
    for (const name of ['main/index.cjs', 'main/cli.cjs', 'main/engine-worker.cjs', 'preload/index.cjs']) {
      const foreign = [...requiredBy(name)].filter((id) => !/^(node:|main\/|preload\/|electron$)/.test(id));
      expect(foreign.filter((id) => !builtinModules.includes(id))).toEqual([]);
    }
  });

  it('load the page with a script of at most 450 kB, 150 kB compressed', () => {
    const [, script] = built('renderer/index.html').match(/src="\.?\/?(assets\/[^"]+\.js)"/)!;
    const content = readFileSync(join(PROJECT_DIR, 'out/renderer', script));
    expect(content.length).toBeLessThanOrEqual(450_000);
    expect(gzipSync(content).length).toBeLessThanOrEqual(150_000);
  });

  it('hold no inline script, which the content policy would refuse', () => {
    expect(built('renderer/index.html')).not.toMatch(/<script(?![^>]* src=)/);
    const assets = readdirSync(join(PROJECT_DIR, 'out/renderer/assets'));
    expect(assets.filter((name) => name.endsWith('.css'))).toHaveLength(1);
  });
});
