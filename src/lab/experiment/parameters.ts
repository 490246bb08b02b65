// Parameters of a sweep: what a name stands for, and the values of a list or a range. docs/experiment-files.md.
import { FIGURE_LIMITS } from '../../emulator/index';
import { complaintAboutOption, RUN_OPTIONS } from '../run-options';
import type { Parameter, ParameterValue } from './experiment';
import type { ExperimentPath } from './experiment-error';
import { ExperimentError } from './experiment-error';
import { didYouMean } from './nearest-names';

/** Names of all figures a machine can have. */
export const FIGURE_NAMES: readonly string[] = Object.keys(FIGURE_LIMITS);
export const OPTION_NAMES: readonly string[] = RUN_OPTIONS.map(({ name }) => name);

/** A figure of the machine, or an option of the lab kernel; null for neither. */
export function parameterKind(name: string): 'figure' | 'option' | null {
  if (Object.hasOwn(FIGURE_LIMITS, name)) return 'figure';
  return OPTION_NAMES.includes(name) ? 'option' : null;
}

/** What is wrong with the name of a parameter, null when nothing is. */
export function complaintAboutParameterName(name: string): string | null {
  if (parameterKind(name)) return null;
  const otherwise = `A parameter is a figure of the machine (${FIGURE_NAMES[0]}, ...) or an option (${OPTION_NAMES.join(', ')}).`;
  const known = [...FIGURE_NAMES, ...OPTION_NAMES];
  return `There is no figure or option "${name}". ${didYouMean(name, known, otherwise)}`;
}

/** What is wrong with a name where only a figure can stand, null when nothing is. */
export function complaintAboutFigureName(name: string): string | null {
  if (Object.hasOwn(FIGURE_LIMITS, name)) return null;
  return `There is no figure "${name}". ${didYouMean(name, FIGURE_NAMES, '"bootlab machines --json" lists the figures.')}`;
}

/** What is wrong with one value of a parameter whose name is right, null when nothing is. */
export function complaintAboutValue(name: string, value: ParameterValue): string | null {
  if (parameterKind(name) === 'option') {
    return typeof value === 'string' ? complaintAboutOption(name, value) : `${name} takes words, not numbers.`;
  }
  if (typeof value === 'string') return `${name} takes numbers; "${value}" is none.`;
  const [min, max, step = 0] = FIGURE_LIMITS[name];
  if (value >= min && value <= max && (step === 0 || value % step === 0)) return null;
  return `${name} cannot be ${value}; it must lie between ${min} and ${max}${step > 0 ? `, a multiple of ${step}` : ''}.`;
}

const BINARY_FACTORS: Readonly<Record<string, number>> = { '': 1, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 };

/** "64Mi", "1Gi", "0.5", "1e6" as a number; null when the text is none, or too large to be one. */
export function parseQuantity(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?(?:e\d+)?)(Ki|Mi|Gi)?$/.exec(text);
  if (!match) return null;
  const value = Number(match[1]) * BINARY_FACTORS[match[2] ?? ''];
  return Number.isFinite(value) ? value : null;
}

/**
 * The values of a parameter, in order. Those of a range are rounded: to the step of a figure that has one (whole
 * megabytes of memory), else to 12 significant digits, so that they are the same everywhere and can be read.
 * @param path where the parameter stands in its experiment
 * @throws ExperimentError for a value the parameter cannot have, and for one that comes twice
 */
export function parameterValues(parameter: Parameter, path: ExperimentPath = []): ParameterValue[] {
  const { name } = parameter;
  const complaint = complaintAboutParameterName(name);
  if (complaint) throw new ExperimentError(complaint, 'Correct the name.', [...path, 'name']);
  const values = 'values' in parameter ? [...parameter.values] : rangeValues(parameter, path);
  const pathOf = (index: number) => ('values' in parameter ? [...path, 'values', index] : [...path, 'steps']);
  const seen = new Set<ParameterValue>();
  values.forEach((value, index) => {
    const wrong = complaintAboutValue(name, value);
    if (wrong) throw new ExperimentError(wrong, 'Correct the value.', pathOf(index));
    if (seen.has(value)) {
      const [reason, nextStep] =
        'values' in parameter
          ? [`${name} has the value ${value} twice.`, 'Name each value once.']
          : [
              `${values.length} steps of ${name} from ${parameter.from} to ${parameter.to} come to ${value} twice, rounded to what it can be.`,
              'Ask for fewer steps.',
            ];
      throw new ExperimentError(reason, nextStep, pathOf(index));
    }
    seen.add(value);
  });
  return values;
}

type Range = Exclude<Parameter, { readonly values: readonly ParameterValue[] }>;

function rangeValues({ name, from, to, steps, scale }: Range, path: ExperimentPath): number[] {
  if (parameterKind(name) === 'option') {
    throw new ExperimentError(`${name} takes words: it has no range.`, 'Give "values".', [...path, 'name']);
  }
  if (scale === 'log' && (from <= 0 || to <= 0)) {
    const place = [...path, from <= 0 ? 'from' : 'to'];
    throw new ExperimentError(
      `A logarithmic range of ${name} cannot begin or end at 0.`,
      'Begin above 0, or choose "linear".',
      place,
    );
  }
  const [, , step = 0] = FIGURE_LIMITS[name];
  return Array.from({ length: steps }, (_, i) => {
    // The ends are exact, whatever the arithmetic.
    if (i === 0) return from;
    if (i === steps - 1) return to;
    const share = i / (steps - 1);
    const exact = scale === 'log' ? from * (to / from) ** share : from + (to - from) * share;
    return step > 0 ? Math.round(exact / step) * step : Number(exact.toPrecision(SIGNIFICANT_DIGITS));
  });
}

/** One bit of a double is worth less: no library's last digit shows. */
const SIGNIFICANT_DIGITS = 12;
