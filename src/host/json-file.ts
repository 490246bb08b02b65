// Files of JSON that people write: reading them, and failures that name file, line and column.
import { readdir, readFile } from 'node:fs/promises';
import type { Failure, Result } from '../contract/api';
import { describeIssues } from '../contract/schemas';
import { describeFileError, fail, succeed } from './failure';
import type { Failed, HostFailureCode } from './failure';
import type { JsonDocument, JsonPath, TextPlace } from './json-document';
import { JsonError, readJsonDocument } from './json-document';
import { sizeBeforeReading } from './size-before-reading';

/** Far above any machine or experiment: a larger file is something else. */
const MAX_FILE_BYTES = 1024 * 1024;

/** What a file is for, in the words of its failures. */
export interface JsonFileKind {
  /** "machine profile". */
  readonly name: string;
  readonly fileCode: HostFailureCode;
  readonly shapeCode: HostFailureCode;
  /** What to do about a shape that is wrong. */
  readonly advice: string;
}

const PROFILE_FILE: JsonFileKind = {
  name: 'machine profile',
  fileCode: 'HOST-PROFILE-FILE',
  shapeCode: 'HOST-PROFILE-SHAPE',
  advice: 'Correct the file; every figure needs a value, an evidence tag (S, D, K or model) and a source.',
};

/** Reads a file of JSON. */
export async function readJsonFile(file: string, kind = PROFILE_FILE): Promise<Result<JsonDocument>> {
  const text = await readSmallTextFile(file, kind);
  if (!text.ok) return text;
  try {
    return succeed(readJsonDocument(text.value));
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    const place = placeText(file, error.place);
    return fail(kind.fileCode, `${place} is no JSON: ${error.message}.`, 'Correct the file.');
  }
}

const placeText = (file: string, { line, column }: TextPlace) => `${file}:${line}:${column}`;

/** The failure of a file whose shape is wrong, each line with its place. */
export function shapeFailure(
  file: string,
  document: JsonDocument,
  error: Parameters<typeof describeIssues>[0],
  kind = PROFILE_FILE,
): Failed {
  const locate = (path: JsonPath) => `${placeText(file, document.placeOf(path))} `;
  return fail(kind.shapeCode, `${file} is no ${kind.name}:\n${describeIssues(error, locate)}`, kind.advice);
}

/** A failure with the place of what it is about before it. */
export function locateFailure(file: string, document: JsonDocument, failure: Failure, path: JsonPath): Failed {
  const place = placeText(file, document.placeOf(path));
  return { ok: false, failure: { ...failure, message: `${place} ${failure.message}` } };
}

/** Names of the JSON files of a folder that comes with Bootlab, sorted. */
export async function listJsonFiles(folder: string): Promise<Result<readonly string[]>> {
  try {
    return succeed((await readdir(folder)).filter((name) => name.endsWith('.json')).sort());
  } catch (error) {
    return fail(
      'HOST-PROFILE-FILE',
      `The folder of machine profiles, ${folder}, cannot be read: ${describeFileError(error)}.`,
      'Install Bootlab again.',
    );
  }
}

async function readSmallTextFile(file: string, { name, fileCode }: JsonFileKind): Promise<Result<string>> {
  try {
    const sizeBytes = await sizeBeforeReading(file);
    if (sizeBytes > MAX_FILE_BYTES) {
      return fail(fileCode, `${file} has ${sizeBytes} bytes: no ${name} is so large.`, 'Choose another.');
    }
    return succeed(stripByteOrderMark(await readFile(file, 'utf8')));
  } catch (error) {
    const what = `The ${name} ${file} cannot be read`;
    return fail(fileCode, `${what}: ${describeFileError(error)}.`, 'Check the name of the file.');
  }
}

function stripByteOrderMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}
