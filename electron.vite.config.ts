// Three builds: main (app, terminal, worker), preload, renderer. One bundle for Electron 25 and newer:
// CommonJS for Node 18.15, renderer for Chromium 114. Dependencies are bundled, so out/ and resources/ are the whole app.
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'electron-vite';
import { resolve } from 'node:path';
import { sqliteAsset } from './scripts/sqlite-asset.mjs';

const commonJs = {
  format: 'cjs',
  entryFileNames: '[name].cjs',
  chunkFileNames: 'chunks/[name]-[hash].cjs',
  // Vite would turn constants into variables, which V8 loads and checks at each use: a third of the engine's speed.
  topLevelVar: false,
} as const;

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      target: 'node18.15',
      externalizeDeps: false,
      rolldownOptions: {
        input: {
          index: resolve('src/main/index.ts'),
          cli: resolve('src/cli/index.ts'),
          'engine-worker': resolve('src/host/engine-worker.ts'),
        },
        output: commonJs,
      },
    },
    plugins: [sqliteAsset()],
  },
  preload: {
    build: {
      outDir: 'out/preload',
      target: 'node18.15',
      externalizeDeps: false,
      rolldownOptions: { input: { index: resolve('src/main/preload.ts') }, output: commonJs },
    },
  },
  renderer: {
    root: 'src/renderer',
    build: {
      outDir: 'out/renderer',
      target: 'chrome114',
      minify: true,
      cssMinify: true,
      // One sheet, loaded before the first picture: a view that comes later is not drawn bare for a moment.
      cssCodeSplit: false,
      rolldownOptions: {
        input: { index: resolve('src/renderer/index.html') },
        // The window takes words and sums from the lab: what of engine and lab it does not use stays out.
        treeshake: { moduleSideEffects: (id) => !/\/src\/(emulator|lab)\//.test(id) },
      },
    },
    plugins: [vue()],
  },
});
