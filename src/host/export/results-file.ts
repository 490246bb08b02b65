// results.json read again. Files as Bootlab writes them, one run a line, are read line by line and of any length; files that
// something else laid out anew are read whole. Every run is checked before it is used.
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import type { Result } from '../../contract/api';
import { resultsHeadSchema, resultsRunSchema } from '../../contract/results-schema';
import { describeIssues } from '../../contract/schemas';
import type { ExperimentResults, ExperimentRun } from '../../lab/index';
import { experimentHash } from '../../lab/index';
import type { Failed } from '../failure';
import { describeFileError, fail, succeed } from '../failure';
import { sizeBeforeReading } from '../size-before-reading';

/** Of files that must be read whole. */
const MAX_WHOLE_BYTES = 64 * 1024 * 1024;
/** No run of ours comes near; a longer line is something else. */
const MAX_LINE_LENGTH = 64 * 1024 * 1024;
const READ_BYTES = 256 * 1024;
const FIRST_LINES = ['{', '"format": "bootlab-results",'];

/** What is wrong with a file, with its place. */
export class ResultsError extends Error {
  override readonly name = 'ResultsError';
  constructor(
    message: string,
    private readonly code: 'HOST-RESULTS-FILE' | 'HOST-RESULTS-SHAPE' = 'HOST-RESULTS-SHAPE',
  ) {
    super(message);
  }

  get failed(): Failed {
    return fail(this.code, this.message, 'Export the results again; docs/exports.md says what can stand in the file.');
  }
}

/**
 * Opens results; every run of the file is looked at before they are handed out. Never rejects. Reading the runs again throws
 * ResultsError when the file was changed meanwhile.
 */
export async function readResultsFile(file: string): Promise<Result<ExperimentResults>> {
  try {
    const sizeBytes = await sizeBeforeReading(file);
    return succeed(isOurLayout(file) ? readByLine(file) : readWhole(file, sizeBytes));
  } catch (error) {
    if (error instanceof ResultsError) return error.failed;
    // A tree of phases without end exhausts the stack.
    if (error instanceof RangeError) return new ResultsError(`${file} is nested too deeply.`).failed;
    const message = `The results ${file} cannot be read: ${describeFileError(error)}.`;
    return fail('HOST-RESULTS-FILE', message, 'Check the name of the file.');
  }
}

function isOurLayout(file: string): boolean {
  const lines = linesOf(file);
  return FIRST_LINES.every((line) => lines.next().value === line);
}

function readByLine(file: string): ExperimentResults {
  const head: Record<string, unknown> = {};
  let lineNumber = 0;
  for (const line of linesOf(file)) {
    lineNumber++;
    if (line === '{') continue;
    if (line === '"runs": [') break;
    const member = /^("[A-Za-z]+"): (.*),$/.exec(line);
    if (!member) throw new ResultsError(`${file}:${lineNumber} is no member of the head of results.`);
    head[parseJson(member[1], file, lineNumber) as string] = parseJson(member[2], file, lineNumber);
  }
  const parsed = checkHead(head, file);
  const runs = { [Symbol.iterator]: () => runsByLine(file, lineNumber) };
  checkRuns(runs, parsed, file);
  return { ...parsed, runs };
}

type Head = Omit<ExperimentResults, 'runs'>;

/** The runs behind the head, each checked. */
function* runsByLine(file: string, headLines: number): Generator<ExperimentRun> {
  let lineNumber = 0;
  let isEnded = false;
  for (const line of linesOf(file)) {
    lineNumber++;
    if (lineNumber <= headLines || isEnded) continue;
    if (line === ']' || line === '],') {
      isEnded = true;
      continue;
    }
    yield checkRun(parseJson(line.replace(/,$/, ''), file, lineNumber), `${file}:${lineNumber} `);
  }
  if (!isEnded) throw new ResultsError(`${file} is cut off: its runs do not end.`);
}

function readWhole(file: string, sizeBytes: number): ExperimentResults {
  if (sizeBytes > MAX_WHOLE_BYTES) {
    const message = `${file} has ${sizeBytes} bytes and is not laid out as Bootlab writes results, one run a line.`;
    throw new ResultsError(message, 'HOST-RESULTS-FILE');
  }
  const value = parseJson(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''), file);
  if (typeof value !== 'object' || value === null || !('runs' in value) || !Array.isArray(value.runs)) {
    throw new ResultsError(`${file} has no list of runs: these are no results of Bootlab.`);
  }
  const head = Object.fromEntries(Object.entries(value).filter(([name]) => name !== 'runs' && name !== 'host'));
  const parsed = checkHead(head, file);
  const runs = value.runs.map((run, index) => checkRun(run, `${file} runs[${index}].`));
  checkRuns(runs, parsed, file);
  return { ...parsed, runs };
}

function parseJson(text: string, file: string, lineNumber?: number): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const place = lineNumber === undefined ? file : `${file}:${lineNumber}`;
    throw new ResultsError(`${place} is no JSON: ${(error as Error).message}.`, 'HOST-RESULTS-FILE');
  }
}

function checkHead(head: unknown, file: string): Head {
  const parsed = resultsHeadSchema.safeParse(head);
  if (!parsed.success) throw new ResultsError(`${file} has no results:\n${describeIssues(parsed.error)}`);
  const { experiment, engineVersion, experimentHash: hash } = parsed.data;
  if (experimentHash(experiment) !== hash) {
    throw new ResultsError(`${file}: the experiment was changed after its runs; its hash is another.`);
  }
  return { experiment, engineVersion, experimentHash: hash };
}

function checkRun(value: unknown, place: string): ExperimentRun {
  const parsed = resultsRunSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ResultsError(describeIssues(parsed.error, () => place));
}

/** What no single run shows: their order, and that all belong to the experiment. */
function checkRuns(runs: Iterable<ExperimentRun>, { experiment }: Head, file: string): void {
  let next = 0;
  for (const { planned } of runs) {
    if (planned.runOrder !== next) throw new ResultsError(`${file}: run ${next} is missing or out of order.`);
    if (!experiment.paths.includes(planned.path)) {
      throw new ResultsError(`${file}: run ${next} has the path ${planned.path}, which the experiment does not.`);
    }
    next++;
  }
}

function* linesOf(file: string): Generator<string, void> {
  const descriptor = openSync(file, 'r');
  try {
    const decoder = new StringDecoder('utf8');
    const buffer = Buffer.alloc(READ_BYTES);
    let rest = '';
    for (;;) {
      const bytes = readSync(descriptor, buffer, 0, READ_BYTES, null);
      if (bytes === 0) break;
      const pieces = (rest + decoder.write(buffer.subarray(0, bytes))).split('\n');
      rest = pieces.pop()!;
      if (rest.length > MAX_LINE_LENGTH) throw new ResultsError(`${file} has a line too long to read.`);
      yield* pieces;
    }
    if (rest !== '') yield rest;
  } finally {
    closeSync(descriptor);
  }
}
