// The lessons that ship: what their keys say is right is what the engine measures, and answers are graded by it.
import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { keyFileOf, readKeyFile, readLessons } from '../../src/host/lesson/read-lesson';
import type { ExperimentResults, Lesson, LessonKey, Question } from '../../src/lab/index';
import { experimentHash, grade, makeKey } from '../../src/lab/index';
import { valueOf } from '../support/fake-experiment';
import { buildLessonRunner } from '../support/lesson-runs';

const FOLDER = 'resources/exercises';
const LESSONS = await Promise.all(
  valueOf(await readLessons(FOLDER)).map(async ({ file, lesson }) => {
    return { id: lesson.id, file, lesson, key: valueOf(await readKeyFile(keyFileOf(file))) };
  }),
);

let run: (lesson: Lesson) => Promise<ExperimentResults>;
beforeAll(async () => {
  run = await buildLessonRunner();
});

it('are the twelve of docs/facts.md, each with its key', async () => {
  const numbers = LESSONS.map(({ file }) => Number.parseInt(basename(file), 10));
  expect(numbers).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
  expect(await readdir(`${FOLDER}/keys`)).toEqual(LESSONS.map(({ file }) => basename(keyFileOf(file))));
});

/** An answer the key takes for right. */
function rightAnswer({ id }: Question, { answers }: LessonKey): string {
  const { value, choice, accept } = answers[id];
  return String(value ?? choice ?? accept![0]);
}

/** One it must not. */
function wrongAnswer(question: Question, { answers }: LessonKey): string {
  const { value, high, choice } = answers[question.id];
  if (question.kind === 'number') return String((high ?? value!) + Math.max(1, Math.abs(value!)));
  return question.kind === 'choice' ? question.choices.find(({ id }) => id !== choice)!.id : 'something else';
}

describe.each(LESSONS)('$id', ({ lesson, key }) => {
  const graded = lesson.questions.filter(({ id }) => Object.hasOwn(key.answers, id));
  const answersBy = (answer: (question: Question, key: LessonKey) => string) =>
    Object.fromEntries(graded.map((question) => [question.id, answer(question, key)]));

  it('has a key of its own questions, from a run of its own experiment', () => {
    expect(key).toMatchObject({ lesson: lesson.id, edition: lesson.edition });
    expect(key.reference!.experimentHash).toBe(experimentHash(lesson.experiment));
    expect(Object.keys(key.answers)).toEqual(graded.map(({ id }) => id));
    for (const { kind, id } of graded) {
      const { value, choice, accept } = key.answers[id];
      expect({ kind, id, isGiven: { number: value, choice, text: accept }[kind] !== undefined }).toMatchObject({
        isGiven: true,
      });
    }
  });

  it('has answers that the engine measures today', async () => {
    const today = makeKey(lesson, key, await run(lesson));
    for (const { id, kind } of graded) {
      const [then, now] = [key.answers[id], today.answers[id]];
      if (kind !== 'number' || !then.measure) {
        expect({ id, ...now }).toEqual({ id, ...then });
        continue;
      }
      // A key may be a little older than the engine: a tenth of what an answer may be off by.
      const slack = 0.1 * (now.high! - now.low!) + 1e-9 * Math.abs(now.value!);
      expect({ id, off: Math.abs(now.value! - then.value!) <= slack ? 0 : now.value }).toEqual({ id, off: 0 });
    }
  });

  it('grades right answers as right, wrong ones as wrong, missing ones as missing, and leaves the rest to the teacher', () => {
    const verdicts = (answers: Record<string, string>) =>
      grade(lesson, key, answers)
        .questions.filter(({ points }) => points !== null)
        .map(({ verdict }) => verdict);
    expect(verdicts(answersBy(rightAnswer))).toEqual(graded.map(() => 'right'));
    expect(verdicts(answersBy(wrongAnswer))).toEqual(graded.map(() => 'wrong'));
    expect(verdicts({})).toEqual(graded.map(() => 'missing'));
    const essays = lesson.questions.filter((question) => !graded.includes(question));
    const { questions } = grade(lesson, key, Object.fromEntries(essays.map(({ id }) => [id, 'Because.'])));
    expect(essays.map(({ id }) => questions.find(({ questionId }) => questionId === id)!.verdict)).toEqual(
      essays.map(() => 'ungraded'),
    );
  });
});
