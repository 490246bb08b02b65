// Measures the right answers of a key in an experiment's runs. A closed list of forms (lesson.ts); no script.
import type { PhaseRecord } from '../../emulator/index';
import type { ExperimentRun } from '../experiment/experiment';
import { measure, METRICS } from '../export/metrics';
import { phaseTotals } from '../phase-totals';
import type { RunRecord } from '../run-record';
import type { ChoiceMeasurement, Measurement, RunChoice, RunNumber } from './lesson';
import { MeasurementError } from './measurement-error';
import { bytesOf, decodePageList } from './page-list';
import { convertRecorded } from './units';

/** An experiment's runs, all of them. */
export type Runs = readonly ExperimentRun[];

/**
 * A number in the unit the measurement gives.
 * @param repetition of which seed; null: the mean over all that were done
 * @throws MeasurementError where the runs do not say
 */
export function measureNumber(measurement: Measurement, runs: Runs, repetition: number | null = null): number {
  const part = (one: Measurement) => measureNumber(one, runs, repetition);
  const value = valueOf();
  if (!Number.isFinite(value)) throw new MeasurementError('A measured answer is no number: something is divided by 0.');
  return value;

  function valueOf(): number {
    if ('constant' in measurement) return measurement.constant;
    if ('sum' in measurement) return measurement.sum.reduce((sum, one) => sum + part(one), 0);
    if ('product' in measurement) return measurement.product.reduce((product, one) => product * part(one), 1);
    if ('difference' in measurement) return part(measurement.difference[0]) - part(measurement.difference[1]);
    if ('ratio' in measurement) return part(measurement.ratio[0]) / part(measurement.ratio[1]);
    if ('slope' in measurement) return lineOf(measurement.slope, measurement.over, runs, repetition).slope;
    if ('intercept' in measurement) return lineOf(measurement.intercept, measurement.over, runs, repetition).intercept;
    if ('pageList' in measurement) {
      const copies = decodePageList(measurement.pageList);
      return measurement.give === 'pages' ? copies.length : bytesOf(copies);
    }
    if ('said' in measurement) {
      const { said, side, occurrence } = measurement;
      return mean(
        recordsOf(measurement, runs, repetition).map((record) => numberBeside(record, said, side, occurrence)),
      );
    }
    return mean(recordsOf(measurement, runs, repetition).map((record) => runNumber(record, measurement)));
  }
}

/**
 * The id of a choice.
 * @throws MeasurementError where the runs do not say, or what they say is none of the choices
 */
export function measureChoice(measurement: ChoiceMeasurement, runs: Runs): string {
  if ('compare' in measurement) {
    const [left, right] = measurement.compare.map((one) => measureNumber(one, runs));
    const isEqual = Math.abs(left - right) <= measurement.within * Math.max(Math.abs(left), Math.abs(right));
    if (isEqual) return measurement.equal;
    return left < right ? measurement.less : measurement.greater;
  }
  const { choices } = measurement;
  const pick = (what: string) => {
    if (!Object.hasOwn(choices, what)) throw new MeasurementError(`"${what}" stands for none of the choices.`);
    return choices[what];
  };
  if ('outcome' in measurement) {
    const [{ outcome }] = runsAt(measurement.outcome, runs);
    return pick(outcome.status === 'failed' ? outcome.code : outcome.status);
  }
  if ('largest' in measurement) {
    const { largest, savedBy } = measurement;
    const own = phaseCyclesOf(recordsOf(largest, runs, null)[0]);
    const other = savedBy && phaseCyclesOf(recordsOf({ ...largest, path: savedBy }, runs, null)[0]);
    const gains = [...own].map(([id, cycles]) => [id, cycles - (other?.get(id) ?? 0)] as const);
    return pick(gains.reduce((most, one) => (one[1] > most[1] ? one : most))[0]);
  }
  const copy = decodePageList(measurement.pageList).find(({ from }) => from === Number(measurement.source));
  if (!copy) throw new MeasurementError(`The page list does not copy ${measurement.source}.`);
  return pick(`0x${copy.to.toString(16)}`);
}

/** Runs of one path at one point, one of each seed. */
function runsAt({ path, machine, at = {} }: RunChoice, runs: Runs): Runs {
  const found = runs.filter(({ planned: { point, path: own } }) => {
    const isThere = Object.entries(at).every(([name, value]) => point.values[name] === value);
    return own === path && isThere && (machine === undefined || point.profileId === machine);
  });
  const points = new Set(found.map(({ planned }) => planned.point.pointIndex));
  if (points.size === 1) return found;
  const where = [path, machine ?? '', ...Object.entries(at).map((setting) => setting.join(' '))];
  const words = where.filter((word) => word !== '').join(', ');
  throw new MeasurementError(points.size === 0 ? `No run fits ${words}.` : `Several points fit ${words}.`);
}

function recordsOf(choice: RunChoice, runs: Runs, repetition: number | null): RunRecord[] {
  const chosen = runsAt(choice, runs).filter(({ planned }) => repetition === null || planned.repetition === repetition);
  const records = chosen.flatMap(({ outcome }) => (outcome.status === 'done' ? [outcome.record] : []));
  if (records.length === 0) throw new MeasurementError(`No run of ${choice.path} was done that could be measured.`);
  return records;
}

const phaseCyclesOf = ({ root }: RunRecord): ReadonlyMap<string, number> =>
  new Map(phaseTotals(root).map(({ kind, durationCycles }) => [kind.id, durationCycles]));

function runNumber(record: RunRecord, wanted: RunNumber): number {
  const [value, recorded] =
    'metric' in wanted
      ? metricOf(record, wanted.metric)
      : ([costOf(record.root, wanted.phase, wanted.cost ?? 'durationCycles'), unitOfCost(wanted.cost)] as const);
  if (wanted.in === undefined) return value;
  const converted = convertRecorded(value, recorded, wanted.in, record.cpuHz);
  if (converted === null) throw new MeasurementError(`A number of ${recorded} cannot be given in ${wanted.in}.`);
  return converted;
}

type Recorded = 'cycles' | 'bytes' | 'count';

function metricOf(record: RunRecord, name: string): readonly [number, Recorded] {
  if (name === 'pages_copied') return [record.pagesCopied, 'count'];
  if (name === 'cpu_hz') return [record.cpuHz, 'count'];
  const metric = METRICS.find((one) => one.name === name && one.phaseId === null);
  if (!metric) throw new MeasurementError(`There is no metric "${name}".`);
  const value = measure(record).get(name);
  if (value === undefined) throw new MeasurementError(`A run of ${record.path} has no ${name}.`);
  return [value, metric.unit];
}

/** Of all spans of that name, wherever they lie; 0 where the path has none. */
function costOf(span: PhaseRecord, id: string, cost: keyof PhaseRecord['costs']): number {
  return span.id === id ? span.costs[cost] : span.children.reduce((sum, child) => sum + costOf(child, id, cost), 0);
}

function unitOfCost(cost: string = 'durationCycles'): Recorded {
  if (cost.endsWith('Cycles')) return 'cycles';
  return cost.startsWith('bytes') ? 'bytes' : 'count';
}

/** The line of least squares through a number over a parameter. */
function lineOf(wanted: RunNumber, over: string, runs: Runs, repetition: number | null) {
  const settings = runs
    .filter(({ planned: { path, point } }) => path === wanted.path && point.values[over] !== undefined)
    .map(({ planned }) => planned.point.values[over]);
  const points = [...new Set(settings)].map((setting): readonly [number, number] => {
    const number = measureNumber({ ...wanted, at: { ...wanted.at, [over]: setting } }, runs, repetition);
    return [Number(setting), number];
  });
  if (points.length < 2) throw new MeasurementError(`A line over ${over} needs two points.`);
  const [meanX, meanY] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const slope =
    points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) /
    points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return { slope, intercept: meanY - slope * meanX };
}

function numberBeside({ serialText, path }: RunRecord, said: string, side: 'before' | 'after', occurrence: number) {
  const pieces = serialText.split(said);
  const times = pieces.length - 1;
  const index = occurrence > 0 ? occurrence - 1 : times + occurrence;
  if (index < 0 || index >= times) throw new MeasurementError(`The consoles of ${path} say "${said}" ${times} times.`);
  const match = side === 'before' ? /(\d{1,15})\s*$/.exec(pieces[index]) : /^\s*(\d{1,15})/.exec(pieces[index + 1]);
  if (!match) throw new MeasurementError(`No number stands ${side} "${said}" on the consoles of ${path}.`);
  return Number(match[1]);
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
