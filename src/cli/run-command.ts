// bootlab run, bootlab sweep: an experiment from a file, or from the command line alone.
import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { checkExperiment, readExperimentFile } from '../host/experiment/read-experiment';
import type { ExperimentSource } from '../host/experiment/read-experiment';
import { describeFileError } from '../host/failure';
import type { Result } from '../contract/api';
import type { Experiment, ExperimentPlan } from '../lab/index';
import type { CommandContext } from './compare-command';
import { reportFailure } from './compare-command';
import type { ExitCode } from './exit-codes';
import { EXIT } from './exit-codes';
import type { ExecutionOptions } from './experiment-execution';
import { executeExperiment } from './experiment-execution';
import type { ExperimentChanges, SweepWords } from './experiment-options';
import { changeExperiment, experimentOf } from './experiment-options';

export async function runCommand(
  file: string,
  options: ExecutionOptions & ExperimentChanges,
  context: CommandContext,
): Promise<ExitCode> {
  const read = await readExperimentFile(file);
  if (!read.ok) return reportFailure(read.failure, context.terminal);
  const source = changeSource(read.value, options);
  return source.ok
    ? executeExperiment(source.value, options, context)
    : reportFailure(source.failure, context.terminal);
}

/** Places in the file hold for what the file says alone. */
function changeSource(source: ExperimentSource, changes: ExperimentChanges): Result<ExperimentSource> {
  const { seed, repeat, param = [] } = changes;
  if (seed === undefined && repeat === undefined && param.length === 0) return { ok: true, value: source };
  return checkExperiment(changeExperiment(source.experiment, changes));
}

export interface SweepOptions extends ExecutionOptions, SweepWords {
  readonly profile: readonly string[];
  /** Write the experiment there instead of running it. */
  readonly write?: string;
}

export async function sweepCommand(options: SweepOptions, context: CommandContext): Promise<ExitCode> {
  const { terminal, host } = context;
  const machines: Experiment['machines'][number][] = [];
  for (const idOrFile of options.profile) {
    const machine = await host.findMachine(idOrFile);
    if (!machine.ok) return reportFailure(machine.failure, terminal);
    // A machine from a file travels within the experiment; others are named.
    machines.push(machine.value.id === idOrFile ? idOrFile : machine.value);
  }
  const source = checkExperiment(experimentOf(options, idFor(options.write), machines));
  if (!source.ok) return reportFailure(source.failure, terminal);
  return options.write === undefined
    ? executeExperiment(source.value, options, context)
    : writeExperiment(source.value, options.write, context);
}

/** A file's experiment is called after it, as far as an id can be. */
function idFor(file: string | undefined): string {
  const name = basename(file ?? '', '.bootlab').toLowerCase();
  return /^[a-z0-9][a-z0-9-]{0,63}$/.test(name) ? name : 'sweep';
}

async function writeExperiment(source: ExperimentSource, file: string, context: CommandContext): Promise<ExitCode> {
  const { terminal, host } = context;
  // What makes no plan is not worth a file.
  const plan = await host.experiments.plan(source);
  if (!plan.ok) return reportFailure(plan.failure, terminal);
  try {
    await writeFile(file, `${JSON.stringify(source.experiment, null, 2)}\n`, { flag: 'wx' });
  } catch (error) {
    const message = `${file} cannot be written: ${describeFileError(error)}.`;
    const nextStep = 'Name a file that is not there yet; an experiment is not overwritten.';
    return reportFailure({ code: 'HOST-SAVE', message, nextStep }, terminal);
  }
  terminal.print(`Written: ${file} (${sizeText(plan.value)})\n`);
  return EXIT.OK;
}

function sizeText({ points, runs, experiment: { paths, repetitions } }: ExperimentPlan): string {
  return `points: ${points.length}, paths: ${paths.length}, repetitions: ${repetitions}, runs: ${runs.length}`;
}
