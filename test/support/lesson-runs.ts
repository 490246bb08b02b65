// Experiments of lessons on the real machine, by the built worker: as fast as a student sees them.
import { join } from 'node:path';
import { createLabHost } from '../../src/host/lab-host';
import { runLesson } from '../../src/host/lesson/run-lesson';
import type { ExperimentResults, Lesson } from '../../src/lab/index';
import { buildBundle } from './build-bundle';
import { valueOf } from './fake-experiment';

/** Builds the worker; what it gives back carries out lessons. */
export async function buildLessonRunner(): Promise<(lesson: Lesson) => Promise<ExperimentResults>> {
  const outDir = await buildBundle({ 'engine-worker': 'src/host/engine-worker.ts' });
  const host = createLabHost({ resourcesDir: 'resources', workerFile: join(outDir, 'engine-worker.cjs') });
  return async (lesson) => valueOf(await runLesson(host.experiments, lesson));
}
