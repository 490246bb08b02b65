// An experiment carried out by a command: planned, run, kept, summed up, written. Results go to standard output and into files,
// progress to the error stream. Ctrl+C ends after the runs under way and still writes.
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import type { Result, SavedFiles } from '../contract/api';
import type { ExperimentSource } from '../host/experiment/read-experiment';
import type { ExperimentEnd } from '../host/experiment/run-experiment';
import { writeWholeFiles } from '../host/export/whole-files';
import type { RunStore } from '../host/run-store/run-store';
import type { ExperimentPlan, ExperimentResults } from '../lab/index';
import { ALL_EXPORTS, exportFiles, resultsJsonChunks } from '../lab/index';
import type { CommandContext } from './compare-command';
import { reportFailure } from './compare-command';
import type { ExitCode } from './exit-codes';
import { EXIT } from './exit-codes';
import { createExperimentProgressLine } from './experiment-progress-line';
import { experimentText } from './experiment-text';
import { openPersonalStore } from './personal-store';

/** What both commands take. */
export interface ExecutionOptions {
  readonly workers?: number;
  readonly out?: string;
  readonly store?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Carries out an experiment and says what came of it. */
export async function executeExperiment(
  source: ExperimentSource,
  options: ExecutionOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { terminal, host } = context;
  const plan = await host.experiments.plan(source);
  if (!plan.ok) return reportFailure(plan.failure, terminal);
  const store = await openPersonalStore(options.store, terminal);
  if (!store.ok) return reportFailure(store.failure, terminal);
  try {
    const end = await runPlan(plan.value, store.value, options, context);
    if (!end.ok) return reportFailure(end.failure, terminal);
    return await present(end.value, store.value, options, context);
  } finally {
    store.value.close();
  }
}

/** Runs a plan with progress. The first Ctrl+C ends it after the runs under way, the second at once. */
export async function runPlan(
  plan: ExperimentPlan,
  store: RunStore,
  { workers = availableParallelism(), quiet = false }: ExecutionOptions,
  { terminal, host }: CommandContext,
): Promise<Result<ExperimentEnd>> {
  const progress = createExperimentProgressLine(terminal, quiet);
  const runner = { workers, program: 'bootlab' };
  const started = await host.experiments.start(plan, store, runner, { onProgress: progress.show });
  if (!started.ok) return started;
  const running = started.value;
  const onStop = () => {
    progress.clear();
    terminal.tell('Ending after the runs under way; Ctrl+C again ends them at once.\n');
    running.stop();
  };
  const { cancel } = terminal;
  const cancelAtOnce = terminal.cancelAtOnce();
  // Either may have come while the engine was got ready.
  if (cancel.aborted) onStop();
  if (cancelAtOnce.aborted) running.cancel();
  cancel.addEventListener('abort', onStop, { once: true });
  cancelAtOnce.addEventListener('abort', running.cancel, { once: true });
  try {
    return await running.end;
  } finally {
    progress.clear();
    cancel.removeEventListener('abort', onStop);
    cancelAtOnce.removeEventListener('abort', running.cancel);
  }
}

async function present(
  end: ExperimentEnd,
  store: RunStore,
  { out, json }: ExecutionOptions,
  { terminal }: CommandContext,
): Promise<ExitCode> {
  const results = store.resultsOf(end.entryId);
  if (!results.ok) return reportFailure(results.failure, terminal);
  if (json) {
    for (const chunk of resultsJsonChunks(results.value)) {
      if (!terminal.stdout.write(chunk)) await once(terminal.stdout, 'drain');
    }
  } else {
    terminal.print(experimentText(results.value));
  }
  if (out !== undefined) {
    const written = await writeAll(results.value, end.entryId, store, out);
    if (!written.ok) return reportFailure(written.failure, terminal);
    // With --json the output is one JSON value and nothing else.
    if (!json) terminal.print(`\nWritten: ${written.value.paths.join(', ')}\n`);
  }
  if (end.status === 'cancelled') return EXIT.CANCELLED;
  return end.failedRuns > 0 ? EXIT.FAILED : EXIT.OK;
}

/** All there is, as "bootlab export" would write it. */
async function writeAll(
  results: ExperimentResults,
  entryId: number,
  store: RunStore,
  folder: string,
): Promise<Result<SavedFiles>> {
  const executions = store.executionsOf(entryId);
  if (!executions.ok) return executions;
  const { files } = exportFiles(results, ALL_EXPORTS, { executions: executions.value });
  return writeWholeFiles(folder, files);
}
