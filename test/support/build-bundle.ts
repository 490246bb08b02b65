// Builds an entry the way the app's main build does (CommonJS for Node), into a folder of the test's own.
import { mkdtempSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import { sqliteAsset } from '../../scripts/sqlite-asset.mjs';

/** Builds entries (name to source file) and returns the folder that holds `<name>.cjs` of each. */
export async function buildBundle(entries: Readonly<Record<string, string>>): Promise<string> {
  const outDir = join(mkdtempSync(join(tmpdir(), 'bootlab-bundle-')), 'out', 'main');
  const input = Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, resolve(file)]));
  await build({
    configFile: false,
    logLevel: 'error',
    plugins: [sqliteAsset()],
    build: {
      ssr: true,
      outDir,
      target: 'node18.15',
      minify: false,
      rolldownOptions: {
        input,
        external: [...builtinModules, /^node:/],
        output: { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: 'chunks/[name]-[hash].cjs' },
      },
    },
    ssr: { noExternal: true },
  });
  return outDir;
}
