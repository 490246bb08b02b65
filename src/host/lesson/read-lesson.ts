// Lessons, keys and answers from files: every complaint names file, line and column. docs/lessons.md.
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Result } from '../../contract/api';
import { parseAnswers, parseLesson, parseLessonKey } from '../../contract/lesson-schema';
import type { Parsed } from '../../contract/schemas';
import type { Answers, Lesson, LessonKey } from '../../lab/index';
import { describeFileError, fail, succeed } from '../failure';
import type { JsonDocument } from '../json-document';
import type { JsonFileKind } from '../json-file';
import { readJsonFile, shapeFailure } from '../json-file';
import { sizeBeforeReading } from '../size-before-reading';

const LESSON_SUFFIX = '.lesson.json';
const KEY_SUFFIX = '.key.json';

const LESSON_FILE: JsonFileKind = {
  name: 'lesson',
  fileCode: 'HOST-LESSON-FILE',
  shapeCode: 'HOST-LESSON-SHAPE',
  advice: 'Correct the file; docs/lessons.md says what can stand in it.',
};
const KEY_FILE: JsonFileKind = { ...LESSON_FILE, name: 'key' };
const ANSWERS_FILE: JsonFileKind = {
  ...LESSON_FILE,
  name: 'set of answers',
  advice: 'Write {"question": "answer", ...}; "bootlab lesson show" lists the questions.',
};

/** Far above any text that is read in a lesson. */
const MAX_TEXT_BYTES = 100_000;

/** Reads a lesson. A text that is not in it stands beside it, under the same name with .md. */
export async function readLessonFile(file: string): Promise<Result<Lesson>> {
  const read = await readJsonFile(file, LESSON_FILE);
  if (!read.ok) return read;
  const value = withoutSchema(read.value.value);
  if (isObject(value) && !('text' in value)) {
    const text = await readTextBeside(file);
    if (!text.ok) return text;
    return parsed(file, read.value, parseLesson({ ...value, text: text.value }), LESSON_FILE);
  }
  return parsed(file, read.value, parseLesson(value), LESSON_FILE);
}

/** Reads a key. */
export async function readKeyFile(file: string): Promise<Result<LessonKey>> {
  const read = await readJsonFile(file, KEY_FILE);
  if (!read.ok) return read;
  return parsed(file, read.value, parseLessonKey(withoutSchema(read.value.value)), KEY_FILE);
}

/** Reads a student's answers. */
export async function readAnswersFile(file: string): Promise<Result<Answers>> {
  const read = await readJsonFile(file, ANSWERS_FILE);
  return read.ok ? parsed(file, read.value, parseAnswers(read.value.value), ANSWERS_FILE) : read;
}

/** A lesson with the file it stands in. */
export interface PlacedLesson {
  readonly file: string;
  readonly lesson: Lesson;
}

/** All lessons of a folder by file name. One that is damaged fails the whole; so do two of one id. */
export async function readLessons(folder: string): Promise<Result<readonly PlacedLesson[]>> {
  const names = await namesIn(folder, LESSON_SUFFIX);
  if (!names.ok) return names;
  const lessons: PlacedLesson[] = [];
  for (const name of names.value) {
    const file = join(folder, name);
    const lesson = await readLessonFile(file);
    if (!lesson.ok) return lesson;
    const twin = lessons.find((other) => other.lesson.id === lesson.value.id);
    if (twin) {
      const message = `${twin.file} and ${file} are both the lesson ${lesson.value.id}.`;
      return fail('HOST-LESSON-FILE', message, 'Give one of them another id.');
    }
    lessons.push({ file, lesson: lesson.value });
  }
  return succeed(lessons);
}

/** A lesson by its id or the number its file begins with, of a folder; or from a file. */
export async function findLesson(idOrFile: string, folder: string): Promise<Result<PlacedLesson>> {
  if (idOrFile.endsWith('.json')) {
    const lesson = await readLessonFile(idOrFile);
    return lesson.ok ? succeed({ file: idOrFile, lesson: lesson.value }) : lesson;
  }
  const lessons = await readLessons(folder);
  if (!lessons.ok) return lessons;
  const number = /^\d{1,2}$/.test(idOrFile) ? `${idOrFile.padStart(2, '0')}-` : null;
  const found = lessons.value.find(
    ({ file, lesson }) => lesson.id === idOrFile || (number !== null && basename(file).startsWith(number)),
  );
  if (found) return succeed(found);
  const ids = lessons.value.map(({ lesson }) => lesson.id).join(', ');
  const message = `There is no lesson "${idOrFile.slice(0, 80)}".`;
  return fail('HOST-LESSON-UNKNOWN', message, `Choose one of ${ids}, or name a file *${LESSON_SUFFIX}.`);
}

/**
 * Keys of a folder by the id of their lesson.
 * @param mayBeMissing whether a folder that is not there has none
 */
export async function readKeys(folder: string, mayBeMissing: boolean): Promise<Result<ReadonlyMap<string, LessonKey>>> {
  if (mayBeMissing && !existsSync(folder)) return succeed(new Map());
  const names = await namesIn(folder, KEY_SUFFIX);
  if (!names.ok) return names;
  const keys = new Map<string, LessonKey>();
  for (const name of names.value) {
    const key = await readKeyFile(join(folder, name));
    if (!key.ok) return key;
    keys.set(key.value.lesson, key.value);
  }
  return succeed(keys);
}

/** Where the key of a lesson is looked for: in the folder "keys" beside it. */
export function keyFileOf(lessonFile: string): string {
  return join(dirname(lessonFile), 'keys', basename(lessonFile).replace(LESSON_SUFFIX, KEY_SUFFIX));
}

async function namesIn(folder: string, suffix: string): Promise<Result<readonly string[]>> {
  try {
    return succeed((await readdir(folder)).filter((name) => name.endsWith(suffix)).sort());
  } catch (error) {
    const message = `The folder ${folder} cannot be read: ${describeFileError(error)}.`;
    return fail('HOST-LESSON-FILE', message, 'Check its name.');
  }
}

async function readTextBeside(lessonFile: string): Promise<Result<string>> {
  const file = `${lessonFile.replace(/(?:\.lesson)?\.json$/, '')}.md`;
  try {
    if ((await sizeBeforeReading(file)) > MAX_TEXT_BYTES) throw new Error('it is too long');
    return succeed((await readFile(file, 'utf8')).replace(/^\uFEFF/, '').replaceAll('\r\n', '\n'));
  } catch (error) {
    const message = `The text of the lesson, ${file}, cannot be read: ${describeFileError(error)}.`;
    return fail('HOST-LESSON-FILE', message, 'Write it there, or into the lesson as "text".');
  }
}

function parsed<Value>(file: string, document: JsonDocument, result: Parsed<Value>, kind: JsonFileKind): Result<Value> {
  return result.success ? succeed(result.data) : shapeFailure(file, document, result.error, kind);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function withoutSchema(value: unknown): unknown {
  if (!isObject(value)) return value;
  const own = { ...value };
  delete own.$schema;
  return own;
}
