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

/** What docs/facts.md says is right ("Exercises", and where it is named), as a range of the key's value. */
const FACTS: readonly (readonly [lesson: string, question: string, low: number, high: number])[] = [
  ['where-the-time-goes', 'gain', 2, 4],
  ['where-the-time-goes', 'firmware-share', 98, 101],
  ['page-list', 'pages', 3, 3],
  ['page-list', 'bytes', 12_288, 12_288],
  ['page-list', 'entries', 1023, 1023],
  // The table's clocks and a short walk of the list; 24 clocks of bus a dword (D2).
  ['copy-clocks', 'core-386', 4101, 4101 * 1.02],
  ['copy-clocks', 'core-486', 3084, 3084 * 1.02],
  ['copy-clocks', 'real-486', 24_576, 24_576 * 1.01],
  ['copy-clocks', 'three', 2.9, 3.05],
  ['memory-test', 'warm', 0, 0.01],
  ['rom-or-shadow', 'widths', 1.98, 2.02],
  ['absent-drive', 'warm-more', 30.9, 31.1],
  ['absent-drive', 'kexec-more', 0, 0],
  ['serial-console', 'boot-log', 6.7, 6.8],
  ['crash-kernel', 'shutdown', 0, 0],
  ['crash-kernel', 'copied', 0, 0],
  ['sixty-four-megabytes', 'first', 640, 640],
  ['sixty-four-megabytes', 'without', 64, 64],
  ['sixty-four-megabytes', 'with', 640, 640],
];

it.each(FACTS)('%s: %s is what docs/facts.md says', (lessonId, questionId, low, high) => {
  const { value } = LESSONS.find(({ id }) => id === lessonId)!.key.answers[questionId];
  expect(value).toBeGreaterThanOrEqual(low);
  expect(value).toBeLessThanOrEqual(high);
});

it.each([
  ['page-list', 'second', 'to-101000'],
  ['page-list', 'third', 'to-90000'],
  ['copy-clocks', 'who-decides', 'bus'],
  ['page-invariant', 'without', 'stops'],
  ['rom-or-shadow', 'instructions', 'same'],
  ['serial-console', 'who-pays', 'yes'],
  ['sixteen-bit-entry', 'without', 'hangs'],
  ['sixteen-bit-entry', 'with', 'boots'],
])('%s: %s is what docs/facts.md says, %s', (lessonId, questionId, choice) => {
  expect(LESSONS.find(({ id }) => id === lessonId)!.key.answers[questionId].choice).toBe(choice);
});

it('one call or two: the outage shrinks by the load time, to two ticks of calibration', () => {
  const { load, more, outside } = LESSONS.find(({ id }) => id === 'one-call-or-two')!.key.answers;
  expect(Math.abs(more.value! - load.value!)).toBeLessThan(0.02);
  expect(outside.value).toBe(load.value);
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
      // A key may be a little older than the engine and its guests: by half of what an answer may be off. "bootlab key" makes it anew.
      const slack = (now.high! - now.low!) / 4 + 1e-9 * Math.abs(now.value!);
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
