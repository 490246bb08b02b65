// Experiments from files (*.bootlab): every complaint names file, line and column. docs/experiment-files.md.
import type { Result } from '../../contract/api';
import { parseExperiment } from '../../contract/experiment-schema';
import { describeIssues } from '../../contract/schemas';
import type { Experiment, ExperimentPlan, MachineProfile } from '../../lab/index';
import { ExperimentError, planExperiment } from '../../lab/index';
import { fail, failureOf, succeed } from '../failure';
import type { JsonDocument } from '../json-document';
import type { JsonFileKind } from '../json-file';
import { locateFailure, readJsonFile, shapeFailure } from '../json-file';

const EXPERIMENT_FILE: JsonFileKind = {
  name: 'experiment',
  fileCode: 'HOST-EXPERIMENT-FILE',
  shapeCode: 'HOST-EXPERIMENT-SHAPE',
  advice: 'Correct the file; docs/experiment-files.md says what can stand in it.',
};

/** An experiment, and where it stands when it came from a file. */
export interface ExperimentSource {
  readonly experiment: Experiment;
  readonly origin: { readonly file: string; readonly document: JsonDocument } | null;
}

/** Reads an experiment. `$schema` is for editors. */
export async function readExperimentFile(file: string): Promise<Result<ExperimentSource>> {
  const read = await readJsonFile(file, EXPERIMENT_FILE);
  if (!read.ok) return read;
  const document = read.value;
  const parsed = parseExperiment(withoutSchema(document.value));
  if (!parsed.success) return shapeFailure(file, document, parsed.error, EXPERIMENT_FILE);
  return succeed({ experiment: parsed.data, origin: { file, document } });
}

/** The same for an experiment that no file holds, or that a command line changed. */
export function checkExperiment(value: unknown): Result<ExperimentSource> {
  const parsed = parseExperiment(value);
  if (parsed.success) return succeed({ experiment: parsed.data, origin: null });
  const message = `This is no experiment:\n${describeIssues(parsed.error)}`;
  return fail('HOST-EXPERIMENT-SHAPE', message, 'Correct what it says; docs/experiment-files.md has the limits.');
}

/** A machine by its id, as one that comes with Bootlab. */
export type FindMachine = (id: string) => Promise<Result<MachineProfile>>;

/** Finds the machines of an experiment and plans it. */
export async function planFrom(source: ExperimentSource, findMachine: FindMachine): Promise<Result<ExperimentPlan>> {
  const { experiment, origin } = source;
  const machines: MachineProfile[] = [];
  for (const [index, machine] of experiment.machines.entries()) {
    const found = typeof machine === 'string' ? await findMachine(machine) : succeed(machine);
    if (!found.ok) {
      return origin ? locateFailure(origin.file, origin.document, found.failure, ['machines', index]) : found;
    }
    machines.push(found.value);
  }
  return attemptPlan(source, machines);
}

function attemptPlan({ experiment, origin }: ExperimentSource, machines: MachineProfile[]): Result<ExperimentPlan> {
  try {
    return succeed(planExperiment(experiment, machines));
  } catch (error) {
    const failure = failureOf(error);
    if (!(error instanceof ExperimentError) || !origin) return { ok: false, failure };
    return locateFailure(origin.file, origin.document, failure, error.path);
  }
}

function withoutSchema(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const own: Record<string, unknown> = { ...value };
  delete own.$schema;
  return own;
}
