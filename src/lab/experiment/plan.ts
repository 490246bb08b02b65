// The plan of an experiment: its points in the order of the grid, its runs in the order they are taken, every run with
// the hash of its configuration. Pure; what a run costs in host time and whether it is there already the host knows.
import type { LabOptions, MachineProfile, VariationId } from '../../emulator/index';
import { applyOverlay, checkProfile, EmulatorError, evidenceBySection, VARIATION_IDS } from '../../emulator/index';
import { canonicalJson, runConfigHash, sha256Hex } from '../config-hash';
import type { RunOptions } from '../run-options';
import { applyRunOptions, complaintAboutOption } from '../run-options';
import { runIdOf, sortVariations } from '../run-record';
import type { Experiment, ParameterValue, PlannedRun, Point } from './experiment';
import type { ExperimentPath } from './experiment-error';
import { ExperimentError } from './experiment-error';
import { complaintAboutFigureName, complaintAboutValue, parameterKind, parameterValues } from './parameters';

/** Limits of one experiment; a larger one is several. */
export const EXPERIMENT_LIMITS = { machines: 20, parameters: 20, points: 10_000, repetitions: 1000, runs: 100_000 };

const MAX_SEED = 0xffff_ffff;

/** A point with the machine that stands for it. */
export interface PlannedPoint {
  readonly point: Point;
  /** Overlay, options and swept figures applied. */
  readonly profile: MachineProfile;
  readonly lab: Partial<LabOptions>;
}

export interface ExperimentPlan {
  readonly experiment: Experiment;
  readonly experimentHash: string;
  /** Variation models that are on, sorted. */
  readonly variations: readonly VariationId[];
  /** In the order of the grid: `points[i].point.pointIndex` is i. */
  readonly points: readonly PlannedPoint[];
  /** In the interleaved order: `runs[i].runOrder` is i. */
  readonly runs: readonly PlannedRun[];
}

/**
 * SHA-256 of an experiment's canonical JSON without name and notes. What may be left out is filled in, so that two ways
 * to say the same hash alike.
 */
export function experimentHash(experiment: Experiment): string {
  const rest: Partial<Experiment> = { ...experiment };
  delete (rest as { name?: string }).name;
  delete (rest as { notes?: string }).notes;
  const { overlay = {}, options = {}, parameters = [], variations = VARIATION_IDS } = experiment;
  return sha256Hex(canonicalJson({ ...rest, overlay, options, parameters, variations: sortVariations(variations) }));
}

/**
 * Plans an experiment.
 * @param machines the machines of `experiment.machines`, in their order
 * @throws ExperimentError with the place, for what makes no plan: a range without sense, a machine that cannot be built, too many runs
 */
export function planExperiment(experiment: Experiment, machines: readonly MachineProfile[]): ExperimentPlan {
  checkMachineIds(machines);
  checkFixedValues(experiment);
  const values = expandParameters(experiment);
  checkSize(experiment, machines.length, values);
  const variations = sortVariations(experiment.variations ?? VARIATION_IDS);
  const points = gridOf(machines, values).map(({ machine, point }) => planPoint(experiment, machine, point));
  return {
    experiment,
    experimentHash: experimentHash(experiment),
    variations,
    points,
    runs: interleave(experiment, points, variations),
  };
}

function checkMachineIds(machines: readonly MachineProfile[]): void {
  machines.forEach(({ id }, index) => {
    if (machines.findIndex((other) => other.id === id) === index) return;
    throw new ExperimentError(`The machine ${id} is there twice.`, 'Name each machine once.', ['machines', index]);
  });
}

/** What is set for every point. */
function checkFixedValues({ overlay = {}, options = {} }: Experiment): void {
  for (const [name, value] of Object.entries(overlay)) {
    const complaint = complaintAboutFigureName(name) ?? complaintAboutValue(name, value);
    if (complaint) throw new ExperimentError(complaint, 'Correct it.', ['overlay', name]);
  }
  for (const [name, value] of Object.entries(options)) {
    const complaint = complaintAboutOption(name, value);
    if (complaint) throw new ExperimentError(complaint, 'Correct it.', ['options', name]);
  }
}

type SweptValues = readonly { readonly name: string; readonly values: readonly ParameterValue[] }[];

function expandParameters({ parameters = [], overlay = {}, options = {} }: Experiment): SweptValues {
  const names = parameters.map(({ name }) => name);
  return parameters.map((parameter, index) => {
    const { name } = parameter;
    const path = ['parameters', index];
    if (names.indexOf(name) < index) {
      throw new ExperimentError(`The parameter ${name} is there twice.`, 'Put its values together.', [...path, 'name']);
    }
    if (Object.hasOwn(overlay, name) || Object.hasOwn(options, name)) {
      const nextStep = 'Leave one of the two away.';
      throw new ExperimentError(`${name} is swept and also set for every point.`, nextStep, [...path, 'name']);
    }
    return { name, values: parameterValues(parameter, path) };
  });
}

function checkSize({ paths, repetitions, seed }: Experiment, machineCount: number, values: SweptValues): void {
  const pointCount = values.reduce((product, one) => product * one.values.length, machineCount);
  const runCount = pointCount * paths.length * repetitions;
  const refuse = (what: string, path: ExperimentPath) => {
    throw new ExperimentError(what, 'Ask for fewer values or repetitions, or make it several experiments.', path);
  };
  if (pointCount > EXPERIMENT_LIMITS.points) {
    refuse(`The grid has ${pointCount} points; ${EXPERIMENT_LIMITS.points} are the most.`, ['parameters']);
  }
  if (runCount > EXPERIMENT_LIMITS.runs) {
    refuse(`These are ${runCount} runs; ${EXPERIMENT_LIMITS.runs} are the most.`, ['repetitions']);
  }
  if (seed + repetitions - 1 > MAX_SEED) {
    refuse(`The last seed would be ${seed + repetitions - 1}; ${MAX_SEED} is the highest.`, ['seed']);
  }
}

interface GridPoint {
  readonly machine: MachineProfile;
  readonly point: Point;
}

/** All points: machines outermost, then the parameters in their order; the last one changes fastest. */
function gridOf(machines: readonly MachineProfile[], parameters: SweptValues): GridPoint[] {
  let settings: Readonly<Record<string, ParameterValue>>[] = [{}];
  for (const { name, values } of parameters) {
    settings = settings.flatMap((before) => values.map((value) => ({ ...before, [name]: value })));
  }
  return machines.flatMap((machine, m) =>
    settings.map((values, i) => {
      return { machine, point: { pointIndex: m * settings.length + i, profileId: machine.id, values } };
    }),
  );
}

function planPoint(experiment: Experiment, machine: MachineProfile, point: Point): PlannedPoint {
  const overlay: Record<string, number> = { ...experiment.overlay };
  const options: Record<string, string> = { ...experiment.options };
  for (const [name, value] of Object.entries(point.values)) {
    if (parameterKind(name) === 'option') options[name] = String(value);
    else overlay[name] = Number(value);
  }
  try {
    const { profile, lab } = applyRunOptions(applyOverlay(machine, overlay), options satisfies RunOptions);
    checkProfile(profile);
    return { point: { ...point, evidence: evidenceBySection(profile) }, profile, lab };
  } catch (error) {
    if (!(error instanceof EmulatorError)) throw error;
    const { facts, message } = error;
    throw new ExperimentError(
      `Point ${point.pointIndex} (${describePoint(point)}) is no machine: ${message}`,
      nextStepFor(error, machine),
      placeOf(String(facts.name ?? ''), experiment),
    );
  }
}

/** "p3-1000-desktop, memory.ramBytes 67108864, hash on". */
export function describePoint({ profileId, values }: Point): string {
  return [profileId, ...Object.entries(values).map(([name, value]) => `${name} ${value}`)].join(', ');
}

/** Of a figure the machine does not have the emulator would list all it has: a section is what is missing. */
function nextStepFor({ message, nextStep }: EmulatorError, { id }: MachineProfile): string {
  if (!message.includes('is not a figure')) return nextStep;
  return `${id} has no such part: leave the figure away, or leave ${id} out of the experiment.`;
}

/** Where an experiment says something about a figure. */
function placeOf(figureName: string, { parameters = [], overlay = {} }: Experiment): ExperimentPath {
  const index = parameters.findIndex(({ name }) => name === figureName);
  if (index >= 0) return ['parameters', index];
  return Object.hasOwn(overlay, figureName) ? ['overlay', figureName] : ['machines'];
}

/** Each repetition goes through all points and paths before the next begins: what drifts meets all of them alike. */
function interleave(
  { paths, repetitions, seed }: Experiment,
  points: readonly PlannedPoint[],
  variations: readonly VariationId[],
): PlannedRun[] {
  const hashes = points.map(({ profile, lab }) =>
    paths.map((path) => runConfigHash(profile, path, variations, null, lab)),
  );
  const runs: PlannedRun[] = [];
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (const { point } of points) {
      paths.forEach((path, pathIndex) => {
        const configHash = hashes[point.pointIndex][pathIndex];
        const runSeed = seed + repetition;
        runs.push({
          runOrder: runs.length,
          point,
          path,
          isBaseline: pathIndex === 0,
          repetition,
          seed: runSeed,
          configHash,
          runId: runIdOf(configHash, runSeed),
        });
      });
    }
  }
  return runs;
}
