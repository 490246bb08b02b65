// Machines of figures (resources/figures): reading them, and comparing their paths without running anything.
import { basename, join } from 'node:path';
import type { Comparison, ComparisonRequest, Result } from '../contract/api';
import { figureMachineSchema } from '../contract/figure-machine-schema';
import type { FigureMachine, PathRecord } from '../lab/index';
import { answerSentence, comparisonConfigHash, figureRecord, nameRuns } from '../lab/index';
import type { Failed } from './failure';
import { fail, succeed } from './failure';
import { listJsonFiles, readJsonFile, shapeFailure } from './json-file';

/** All machines of figures of a folder, by name of their files. */
export async function loadFigureMachines(figuresDir: string): Promise<Result<readonly FigureMachine[]>> {
  const names = await listJsonFiles(figuresDir);
  if (!names.ok) return names;
  const machines: FigureMachine[] = [];
  for (const name of names.value) {
    const machine = await readFigureMachine(join(figuresDir, name));
    if (!machine.ok) return machine;
    machines.push(machine.value);
  }
  return succeed(machines);
}

/** Why a machine of figures cannot be run; null when the id is none of theirs. */
export async function refuseFigures(id: string, figuresDir: string): Promise<Failed | null> {
  const machines = await loadFigureMachines(figuresDir);
  if (!machines.ok || !machines.value.some((machine) => machine.id === id)) return null;
  return fail(
    'HOST-PROFILE-UNKNOWN',
    `${id} has figures only: there is no machine that could run.`,
    `Compare it ("bootlab compare --profile ${id}"), or choose another.`,
  );
}

/** Reads one file. Failures name line and column. */
export async function readFigureMachine(file: string): Promise<Result<FigureMachine>> {
  const document = await readJsonFile(file);
  if (!document.ok) return document;
  const parsed = figureMachineSchema.safeParse(document.value.value);
  if (!parsed.success) return shapeFailure(file, document.value, parsed.error);
  if (parsed.data.id === basename(file, '.json')) return succeed(parsed.data);
  return fail('HOST-PROFILE-SHAPE', `${file} has the id "${parsed.data.id}".`, 'Name the file after its id.');
}

/** The comparison a request for a machine of figures gives: the same data as one that ran, marked as figures throughout. */
export function compareFigures(machine: FigureMachine, request: ComparisonRequest): Result<Comparison> {
  if (Object.keys(request.overlay).length > 0 || request.linux) {
    return fail(
      'HOST-REQUEST',
      `${machine.id} has figures only: there is nothing to change, and no kernel runs on it.`,
      'Leave changes and kernels away, or choose a machine that runs.',
    );
  }
  const records: PathRecord[] = [];
  for (const path of request.paths) {
    const record = figureRecord(machine, path);
    if (!record) return fail('HOST-REQUEST', `${machine.id} has no figures of the path ${path}.`, 'Leave it away.');
    records.push({ ...record, seed: request.seed });
  }
  const runs = nameRuns(machine, records);
  const configHash = comparisonConfigHash(machine, request.paths, []);
  return succeed({
    id: `${configHash.slice(0, 12)}-s${request.seed}`,
    request,
    configHash,
    records: runs,
    answer: answerSentence(runs),
  });
}
