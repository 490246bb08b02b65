// Makes a key's answers from a reference run: what is right is what the engine measures, within the question's tolerance.
import type { ExperimentResults } from '../experiment/experiment';
import type { KeyAnswer, Lesson, LessonKey, NumberQuestion, Tolerance } from './lesson';
import type { Runs } from './measurement';
import { measureChoice, measureNumber } from './measurement';
import { MeasurementError } from './measurement-error';

/**
 * The key with its measured answers made anew. Ranges reach the question's tolerance beyond the smallest and the largest value
 * of any seed, so that a student's own seed is right as well. Answers that are given stay as they are.
 * @throws MeasurementError with the question, for an answer that the runs do not give
 */
export function makeKey(lesson: Lesson, key: LessonKey, results: ExperimentResults): LessonKey {
  const runs = [...results.runs];
  const answers = lesson.questions.flatMap((question): [string, KeyAnswer][] => {
    const answer = Object.hasOwn(key.answers, question.id) ? key.answers[question.id] : undefined;
    if (!answer) return [];
    try {
      if (question.kind === 'number' && answer.measure) return [[question.id, measuredNumber(question, answer, runs)]];
      if (question.kind === 'choice' && answer.choose) {
        const choice = measureChoice(answer.choose, runs);
        if (!question.choices.some(({ id }) => id === choice))
          throw new MeasurementError(`There is no choice "${choice}".`);
        return [[question.id, { ...answer, choice }]];
      }
    } catch (error) {
      if (!(error instanceof MeasurementError)) throw error;
      throw new MeasurementError(`The answer to ${question.id} of ${lesson.id} cannot be measured: ${error.message}`);
    }
    return [[question.id, answer]];
  });
  const { engineVersion, experimentHash } = results;
  return {
    ...key,
    edition: lesson.edition,
    reference: { engineVersion, experimentHash },
    answers: Object.fromEntries(answers),
  };
}

function measuredNumber(question: NumberQuestion, answer: KeyAnswer, runs: Runs): KeyAnswer {
  const repetitions = [...new Set(runs.map(({ planned }) => planned.repetition))];
  const value = measureNumber(answer.measure!, runs);
  const each = repetitions.map((repetition) => measureNumber(answer.measure!, runs, repetition));
  const low = Math.min(...[value, ...each].map((one) => one - marginOf(question.tolerance, one)));
  const high = Math.max(...[value, ...each].map((one) => one + marginOf(question.tolerance, one)));
  return { ...answer, value: rounded(value), low: rounded(low), high: rounded(high) };
}

/** How far from a value an answer may lie. */
export function marginOf(tolerance: Tolerance, value: number): number {
  return 'absolute' in tolerance ? tolerance.absolute : tolerance.relative * Math.abs(value);
}

/** Twelve digits: what floating-point sums add beyond them nobody measured. */
const rounded = (value: number) => Number(value.toPrecision(12));
