// Puts SQLite's WebAssembly beside the chunk that holds the JavaScript of node-sqlite3-wasm, which looks for it there (`__dirname`).
// For every build that bundles the run store.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, posix } from 'node:path';

const PACKAGE = 'node-sqlite3-wasm';
const WASM_NAME = 'node-sqlite3-wasm.wasm';

/** A plugin for Vite and Rolldown. */
export function sqliteAsset() {
  return {
    name: 'bootlab:sqlite-asset',
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter(
        (output) => output.type === 'chunk' && output.moduleIds.some((id) => id.includes(`/${PACKAGE}/`)),
      );
      if (chunks.length === 0) return;
      const source = readFileSync(join(dirname(createRequire(import.meta.url).resolve(PACKAGE)), WASM_NAME));
      for (const folder of new Set(chunks.map(({ fileName }) => posix.dirname(fileName)))) {
        this.emitFile({ type: 'asset', fileName: posix.join(folder, WASM_NAME), source });
      }
    },
  };
}
