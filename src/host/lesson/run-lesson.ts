// The experiment of a lesson, carried out for its results alone: for a key's reference run, and to see a report reproduced.
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Result } from '../../contract/api';
import type { ExperimentResults, Lesson } from '../../lab/index';
import { lessonExperiment } from '../../lab/index';
import type { ExperimentHost } from '../experiment/experiment-host';
import type { ExperimentProgress } from '../experiment/experiment-progress';
import { cancelled, succeed } from '../failure';
import { openRunStore } from '../run-store/open-store';

export interface LessonRunOptions {
  /** Instead of the lesson's own. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ExperimentProgress) => void;
}

/**
 * Runs a lesson's experiment anew: nothing of the history is used, and nothing is kept. Failed runs are part of the
 * results, for some lessons are about them.
 */
export async function runLesson(
  experiments: ExperimentHost,
  lesson: Lesson,
  { seed, signal, onProgress }: LessonRunOptions = {},
): Promise<Result<ExperimentResults>> {
  const plan = await experiments.plan({ experiment: lessonExperiment(lesson, seed), origin: null });
  if (!plan.ok) return plan;
  const folder = await mkdtemp(join(tmpdir(), 'bootlab-lesson-'));
  try {
    const store = await openRunStore(join(folder, 'runs.bootruns'));
    if (!store.ok) return store;
    try {
      const runner = { workers: availableParallelism(), program: 'bootlab' };
      const started = await experiments.start(plan.value, store.value, runner, { onProgress });
      if (!started.ok) return started;
      if (signal?.aborted) started.value.cancel();
      signal?.addEventListener('abort', started.value.cancel, { once: true });
      const end = await started.value.end.finally(() => signal?.removeEventListener('abort', started.value.cancel));
      if (!end.ok) return end;
      if (end.value.status === 'cancelled') return cancelled();
      const results = store.value.resultsOf(end.value.entryId);
      // The store is gone when they are looked at.
      return results.ok ? succeed({ ...results.value, runs: [...results.value.runs] }) : results;
    } finally {
      store.value.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
