// What the command line says about an experiment: parameters of a sweep, changes to a file's experiment, an experiment of its own.
import { InvalidArgumentError } from 'commander';
import type { Experiment, Parameter, ParameterValue, ProfileOverlay, RebootPath, RunOptions } from '../lab/index';
import { EXPERIMENT_LIMITS, EXPERIMENT_VERSION, parameterKind, parseQuantity } from '../lab/index';
import { parseInteger } from './option-values';

const PARAMETER_HELP =
  'Write name=value,value or name=from..to:steps[:log], for example memory.ramBytes=64Mi,1Gi or loader.promptTenths=0..50:6.';

/** "memory.ramBytes=64Mi,1Gi", "rom.busCycleNs=100..1000:5:log", "console=none,9600": one more parameter of a sweep. */
export function parseParameter(text: string, before: readonly Parameter[]): Parameter[] {
  const at = text.indexOf('=');
  const [name, values] = [text.slice(0, at), text.slice(at + 1)];
  if (at < 1 || values === '') throw new InvalidArgumentError(PARAMETER_HELP);
  if (before.some((other) => other.name === name)) throw new InvalidArgumentError(`${name} is given twice.`);
  return [...before, parseRange(name, values) ?? parseList(name, values)];
}

function parseRange(name: string, text: string): Parameter | null {
  const match = /^([^,]+)\.\.([^,:]+):(\d+)(?::(linear|log))?$/.exec(text);
  // "0..50" alone has no steps, and a word of an option has no range: both are told by the plan or here.
  if (!match) {
    if (/^[\d.]+(?:Ki|Mi|Gi)?\.\./.test(text)) throw new InvalidArgumentError(PARAMETER_HELP);
    return null;
  }
  const [from, to] = [parseQuantity(match[1]), parseQuantity(match[2])];
  if (from === null || to === null) throw new InvalidArgumentError(PARAMETER_HELP);
  const steps = parseInteger(match[3], 2, EXPERIMENT_LIMITS.points);
  return { name, from, to, steps, scale: match[4] === 'log' ? 'log' : 'linear' };
}

function parseList(name: string, text: string): Parameter {
  const isWord = parameterKind(name) === 'option';
  const values = text.split(',').map((one): ParameterValue => (isWord ? one : (parseQuantity(one) ?? one)));
  if (values.includes('')) throw new InvalidArgumentError(PARAMETER_HELP);
  return { name, values };
}

export function parseRepetitions(text: string): number {
  return parseInteger(text, 1, EXPERIMENT_LIMITS.repetitions);
}

export function parseWorkers(text: string): number {
  const MOST_WORKERS = 256;
  return parseInteger(text, 1, MOST_WORKERS);
}

/** "p3-1000-desktop,486dx2-66": ids, or files of machines. */
export function parseProfiles(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) throw new InvalidArgumentError('Name machines, separated by commas.');
  return names;
}

/** What a command line may change of an experiment. */
export interface ExperimentChanges {
  readonly seed?: number;
  readonly repeat?: number;
  readonly param?: readonly Parameter[];
}

/** The experiment with its changes. A parameter of a name it has takes that one's place, another becomes the innermost. */
export function changeExperiment(experiment: Experiment, { seed, repeat, param = [] }: ExperimentChanges): Experiment {
  const before = experiment.parameters ?? [];
  const replaced = before.map((own) => param.find(({ name }) => name === own.name) ?? own);
  const added = param.filter(({ name }) => !before.some((own) => own.name === name));
  const parameters = [...replaced, ...added];
  return {
    ...experiment,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(repeat === undefined ? {} : { repetitions: repeat }),
    ...(seed === undefined ? {} : { seed }),
  };
}

export interface SweepWords {
  readonly name?: string;
  readonly paths: readonly RebootPath[];
  readonly set: ProfileOverlay;
  readonly option: RunOptions;
  readonly param: readonly Parameter[];
  readonly repeat: number;
  readonly seed: number;
  /** False with --no-variation. */
  readonly variation: boolean;
}

/** The experiment a command line describes. */
export function experimentOf(words: SweepWords, id: string, machines: Experiment['machines']): Experiment {
  const { paths, set, option, param, repeat, seed, variation } = words;
  return {
    format: 'bootlab-experiment',
    version: EXPERIMENT_VERSION,
    id,
    name: words.name ?? nameOf(words, machines),
    machines,
    ...(Object.keys(set).length > 0 ? { overlay: set } : {}),
    ...(Object.keys(option).length > 0 ? { options: option } : {}),
    paths,
    ...(param.length > 0 ? { parameters: param } : {}),
    repetitions: repeat,
    seed,
    ...(variation ? {} : { variations: [] }),
  };
}

const MAX_NAME = 120;

/** "warm vs kexec on p3-1000-desktop by memory.ramBytes". */
function nameOf({ paths, param }: SweepWords, machines: Experiment['machines']): string {
  const ids = machines.map((machine) => (typeof machine === 'string' ? machine : machine.id));
  const by = param.length > 0 ? ` by ${param.map(({ name }) => name).join(', ')}` : '';
  const name = `${paths.join(' vs ')} on ${ids.join(', ')}${by}`;
  return name.length <= MAX_NAME ? name : `${name.slice(0, MAX_NAME - 3)}...`;
}
