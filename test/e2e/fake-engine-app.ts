// The built app with another engine worker: a folder of links to the project's, and the worker of test/fixtures.
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { PROJECT_DIR } from './launch-app';

/** Makes the folder; the caller removes it. */
export async function makeFakeEngineApp(): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'bootlab-fake-engine-'));
  copyFileSync(join(PROJECT_DIR, 'package.json'), join(dir, 'package.json'));
  for (const name of ['resources', 'node_modules']) symlinkSync(join(PROJECT_DIR, name), join(dir, name));
  mkdirSync(join(dir, 'out'));
  for (const name of ['preload', 'renderer']) symlinkSync(join(PROJECT_DIR, 'out', name), join(dir, 'out', name));
  cpSync(join(PROJECT_DIR, 'out/main'), join(dir, 'out/main'), { recursive: true });
  await buildFakeWorker(join(dir, 'out/main'));
  return dir;
}

async function buildFakeWorker(outDir: string): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      outDir,
      emptyOutDir: false,
      ssr: join(PROJECT_DIR, 'test/fixtures/fake-engine-worker.ts'),
      target: 'node18.15',
      rolldownOptions: { output: { format: 'cjs', entryFileNames: 'engine-worker.cjs' } },
    },
  });
}
