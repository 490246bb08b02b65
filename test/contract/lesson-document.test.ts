// The examples of docs/lessons.md are lessons and keys.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseLesson, parseLessonKey } from '../../src/contract/lesson-schema';
import { UNIT_NAMES } from '../../src/lab/index';

const DOCUMENT = readFileSync('docs/lessons.md', 'utf8');

function exampleOf(kind: string): unknown {
  const text = new RegExp(`\`\`\`json ${kind}\n([^\`]*)\`\`\``).exec(DOCUMENT)![1];
  return JSON.parse(text) as unknown;
}

it('has a lesson that can be read, and a key for it', () => {
  const lesson = parseLesson(exampleOf('lesson'));
  const key = parseLessonKey(exampleOf('key'));
  expect([lesson.error, key.error]).toEqual([undefined, undefined]);
  expect(key.data!.lesson).toBe(lesson.data!.id);
  const ids = lesson.data!.questions.map(({ id }) => id);
  expect(Object.keys(key.data!.answers).every((id) => ids.includes(id))).toBe(true);
});

it('names every unit', () => {
  for (const unit of UNIT_NAMES) expect(DOCUMENT).toContain(`\`${unit}\``);
});
